#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house's rules: which way includes point, no Qt in core, SPDX lines, no file over 800 lines.

Headers standing alone is checked by the build: every module compiles one source a header (RollproofModule.cmake).
    check_tree.py ROOT | --self-test
"""
import pathlib
import re
import sys
import tempfile

# What each module may include, besides itself, base and model. Mirrors core/README.md, "Which way arrows point".
ENGINES = {
    "hash": set(),
    "jobs": set(),
    "volumes": set(),
    "media": set(),
    "interchange": set(),
    "camera": {"media", "interchange"},
    "readback": {"hash", "jobs"},
    "mhl": {"hash", "jobs", "readback"},
    "colour": {"media", "hash", "interchange"},
    "qc": set(),
    "sound": set(),
}
ABOVE = {
    "offload": {"hash", "mhl", "jobs", "volumes", "readback"},
    "dailies": {"media", "colour", "interchange", "jobs"},
    "catalog": {"hash"},
    "report": {"interchange"},
    "demo": {"media", "colour", "interchange", "jobs"},
}
ALLOWED = {"base": set(), "model": {"base"}}
for module, more in {**ENGINES, **ABOVE}.items():
    ALLOWED[module] = {"base", "model"} | more
ALLOWED["session"] = set(ALLOWED) | {"session"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LONGEST = 800


def owner(path):
    """The module a source-relative path belongs to: ('core', 'hash'), ('ui', ...), ('app', 'cli')."""
    parts = path.parts
    if parts[0] == "core" and len(parts) > 2:
        return "core", parts[1]
    if parts[0] == "app" and len(parts) > 2:
        return "app", parts[1]
    return parts[0], ""


def check(root):
    findings = []
    for path in sorted(p for top in ("core", "ui", "app", "tests") for p in (root / top).rglob("*")):
        if path.suffix not in {".h", ".cpp"} or "build" in path.parts:
            continue
        rel = path.relative_to(root)
        layer, module = owner(rel)
        lines = path.read_text(encoding="utf-8").splitlines()
        if not lines or "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
            findings.append(f"{rel}:1: no SPDX line")
        if len(lines) > LONGEST:
            findings.append(f"{rel}: {len(lines)} lines; over {LONGEST} it may hide two modules")
        if path.suffix == ".h" and "#pragma once" not in "\n".join(lines[:60]):
            findings.append(f"{rel}: no #pragma once")
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if not match or layer == "tests":
                continue
            kind, target = match.groups()
            where = f"{rel}:{number}"
            if kind == "<":
                if layer == "core" and re.match(r"Q[A-Z]|Qt", target):
                    findings.append(f"{where}: Qt in core: {target}")
                continue
            to = pathlib.PurePath(target)
            if not (root / target).exists():
                if "/" not in target and layer == "ui" and target.endswith(".moc"):
                    continue
                findings.append(f"{where}: not written from the root, or missing: {target}")
                continue
            to_layer, to_module = owner(to)
            if layer == "core":
                if to_layer != "core":
                    findings.append(f"{where}: core may not know {to_layer}")
                elif module not in ALLOWED:
                    findings.append(f"{where}: the module {module} is not on the map in tests/arch/check_tree.py")
                elif to_module != module and to_module not in ALLOWED[module]:
                    findings.append(f"{where}: {module} may not include {to_module}")
            elif layer == "ui" and to_layer == "app":
                findings.append(f"{where}: ui may not know app")
            elif layer == "app" and module == "cli" and to_layer == "ui":
                findings.append(f"{where}: the command line may not know the window")
            elif layer == "ui" and to_layer == "core" and to_module in {"offload", "mhl", "catalog", "camera", "media", "colour", "volumes", "report", "hash"}:
                # Values that session's own header speaks in are fine; an engine's own door is not.
                if to_module not in {"catalog", "offload"}:
                    findings.append(f"{where}: ui goes through session, not {to_module}")
    return findings


def self_test():
    """Each broken rule must be found, or this check could not fail."""
    spdx = "// SPDX-License-Identifier: Apache-2.0\n"
    cases = {
        "an engine that knows the catalog": ("core/hash/a.cpp", spdx + '#include "core/catalog/catalog.h"\n', "may not include"),
        "Qt in core": ("core/hash/a.cpp", spdx + "#include <QString>\n", "Qt in core"),
        "no SPDX line": ("core/hash/a.cpp", "int x;\n", "no SPDX"),
        "too long": ("core/hash/a.cpp", spdx + "\n" * 801, "lines; over"),
        "the window in the command line": ("app/cli/a.cpp", spdx + '#include "ui/w.h"\n', "may not know the window"),
        "core that knows ui": ("core/session/a.cpp", spdx + '#include "ui/w.h"\n', "core may not know"),
        "a header without its guard": ("core/hash/b.h", spdx + "int x;\n", "pragma once"),
        "an include not from the root": ("core/hash/a.cpp", spdx + '#include "hash.h"\n', "not written from the root"),
    }
    failed = 0
    for what, (name, text, expected) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for other in ("core/catalog/catalog.h", "ui/w.h", name):
                (root / other).parent.mkdir(parents=True, exist_ok=True)
                (root / other).write_text(spdx + "#pragma once\n", encoding="utf-8")
            if check(root):
                print(f"a good tree is called broken: {check(root)}")
                failed += 1
            (root / name).write_text(text, encoding="utf-8")
            if not any(expected in finding for finding in check(root)):
                print(f"not found: {what}")
                failed += 1
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    findings = check(pathlib.Path(sys.argv[1]))
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
