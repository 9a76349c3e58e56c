#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The render bench in small: it prints a figure for every tool. `smoke_render.py BUILD`"""
import json
import pathlib
import subprocess
import sys

bench = pathlib.Path(__file__).with_name("render.py")
done = subprocess.run([sys.executable, bench, "--build", sys.argv[1], "--sources", "prores_hq,dpx", "--frames", "4",
                       "--repeat", "1", "--size", "320x180"], check=True, capture_output=True, text=True)
lines = [json.loads(line) for line in done.stdout.splitlines()]
if lines and "missing" in lines[0]:
    sys.exit(0)
assert [line["source"] for line in lines] == ["prores_hq", "dpx"], done.stdout
for line in lines:
    assert len(line["times"]) == 6 and all(value > 0 for value in line["times"].values()), line
    assert len(line["figures"]) == 10 and all(f["mb"] > 0 for f in line["figures"].values()), line
print(done.stdout)
