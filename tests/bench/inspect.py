#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures reading the clips of a card beside the tools people ask about files.

    inspect.py --build build/release [--clips 2000] [--repeat 3] [--ffprobe 100] [--where FOLDER]

A card of ProRes, H.264 MXF and sound clips, made by `rollproof demo` and linked under as many camera-like names as were
asked for; every reader finds the files in the page cache. `rollproof inspect --json` runs as people run it: the program's
start and its confined reader included. `exiftool -json -r` reads them all in one process, ffprobe one clip a process
(--ffprobe of them, scaled up). One JSON line: medians in seconds, and how often as fast Rollproof is.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def timed(argv, **options):
    begin = time.monotonic()
    done = subprocess.run(argv, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    return time.monotonic() - begin, done


def make_card(rollproof, root, clips):
    demo = root / "demo"
    subprocess.run([rollproof, "demo", demo], check=True, stdout=subprocess.DEVNULL)
    kinds = []
    for suffix, name in ((".mov", "A{0:03d}C{1:03d}_260502_R1AA.mov"), (".MXF", "B{0:03d}C{1:03d}_260502QK.MXF"),
                         (".WAV", "T{0:03d}{1:03d}.WAV")):
        found = sorted(demo.rglob("*" + suffix))
        if found:
            kinds.append((found[0], name))
    card = root / "card"
    for i in range(clips):
        source, name = kinds[i % len(kinds)]
        folder = card / f"D{i // 200:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        os.link(source, folder / name.format(i // 900 + 1, i % 900 + 1))
    return card, [source for source, _ in kinds]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--clips", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ffprobe", type=int, default=100, help="how many clips to ask ffprobe about")
    parser.add_argument("--where", help="a folder on the disk to use (default: the temporary one)")
    chosen = parser.parse_args()
    rollproof = str(pathlib.Path(chosen.build).absolute() / "app/cli/rollproof")
    with tempfile.TemporaryDirectory(prefix="rollproof-inspect-", dir=chosen.where) as work:
        root = pathlib.Path(work)
        card, _ = make_card(rollproof, root, chosen.clips)
        files = sorted(p for p in card.rglob("*") if p.is_file())
        environment = dict(os.environ, XDG_DATA_HOME=work)
        seconds = {"rollproof": []}
        for _ in range(chosen.repeat):
            took, done = timed([rollproof, "inspect", "--json", card], env=environment)
            records = [json.loads(line) for line in done.stdout.splitlines()]
            clips = [one for one in records if one.get("event") == "clip"]
            if len(clips) != len(files):
                sys.exit(f"{len(clips)} clips of {len(files)} files")
            lacking = [one["clip"] for one in clips if one["decoder"] == "none"]
            if lacking:
                sys.exit(f"clips that were not read: {lacking[:5]}")
            seconds["rollproof"].append(took)
            if shutil.which("exiftool"):
                took, done = timed(["exiftool", "-json", "-r", card])
                seconds.setdefault("exiftool", []).append(took)
            if shutil.which("ffprobe"):
                sample = files[:: max(1, len(files) // chosen.ffprobe)][: chosen.ffprobe]
                begin = time.monotonic()
                for file in sample:
                    timed(["ffprobe", "-v", "quiet", "-print_format", "json", "-show_format", "-show_streams", file])
                took = (time.monotonic() - begin) * len(files) / len(sample)
                seconds.setdefault("ffprobe_each", []).append(took)
        medians = {tool: statistics.median(all_) for tool, all_ in seconds.items()}
        print(json.dumps({"clips": len(files), "seconds": medians,
                          "ratio": {tool: round(medians[tool] / medians["rollproof"], 2) for tool in medians}}))


if __name__ == "__main__":
    main()
