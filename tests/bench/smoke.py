#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the measurement on very little data: figures come out and every tool's copies equal the source. No figure is
judged here. smoke.py BUILD-DIR"""
import json
import pathlib
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory(prefix="rollproof-bench-") as work:
    argv = [sys.executable, pathlib.Path(__file__).with_name("offload.py"), "--build", sys.argv[1], "--work", work]
    # Other tests run beside this one and may need what is cached.
    argv += ["--scale", "0.0005", "--keep-system-caches", "--compare", "--json"]
    report = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)
    assert [one["set"] for one in report["sets"]] == ["large", "small", "sequence"], report
    for one in report["sets"]:
        assert "rollproof" in one["tools"] and "cp" in one["tools"] or report["missing"], one
        for tool, figures in one["tools"].items():
            for key in ("wall_s", "cpu_s", "peak_rss_bytes", "ratio"):
                assert figures[key] > 0, (tool, key, figures)
    formats = json.loads(subprocess.run(argv + ["--set", "small", "--formats", "all"], check=True,
                                        stdout=subprocess.PIPE).stdout)
    assert set(formats["sets"][0]["tools"]) == {"xxh64", "six formats"}, formats
    stopped = json.loads(subprocess.run([one for one in argv if one != "--compare"] + ["--set", "sequence", "--cancel"],
                                        check=True, stdout=subprocess.PIPE).stdout)
    assert stopped["sets"][0]["cancel"][0]["cancel_s"] > 0, stopped
    for absent in report["missing"]:
        print(f"left out: {absent}")
    argv = [sys.executable, pathlib.Path(__file__).with_name("inspect.py"), "--build", sys.argv[1], "--where", work]
    argv += ["--clips", "12", "--repeat", "1", "--ffprobe", "2"]
    read = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)
    assert read["clips"] == 12 and read["seconds"]["rollproof"] > 0, read
