#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the colour measurement on a tiny picture: every figure comes out. None is judged. smoke_colour.py BUILD-DIR"""
import json
import pathlib
import subprocess
import sys

argv = [sys.executable, pathlib.Path(__file__).with_name("colour.py"), "--build", sys.argv[1], "--size", "tiny"]
argv += ["--threads", "1", "--seconds", "0.01", "--frames", "40"]
figures = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)
for key in ("fast", "fast_422p10", "fast_to_screen", "scalar_one_thread", "memcpy", "ocio_exact_f32", "ocio_cube_f32", "ocio_cube_u16"):
    assert figures[key] > 0, (key, figures)
assert figures["missing"] or figures["ffmpeg_lut3d_float_422"] > 0, figures
for absent in figures["missing"]:
    print(f"left out: {absent}")
