#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the colour pass beside OpenColorIO's, FFmpeg's lut3d and memcpy, all in one run, in megapixels a second.

    colour.py --build build/release [--size hd,uhd] [--threads 1,2] [--seconds 2] [--frames 60]

The chain is ARRI LogC4, CDL in ACEScct, ACES 1.0 SDR, Rec.709; FFmpeg applies a 65-point cube of it with its conversions
from and to Rec.709 codes, as float and as 10 bit, on 4:4:4 at 16 bit and on 4:2:2 at 10 bit, as our pass does. FFmpeg's figure is CPU time over that of the same command with no filter, for one thread; its wall clock for more.
One JSON line a size and number of threads. A tool that is not installed is left out, and `missing` says so.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SIZES = {"hd": (1920, 1080), "uhd": (3840, 2160), "tiny": (64, 36)}
TO_RGB = "zscale=matrixin=709:rangein=limited:matrix=gbr:range=full"
TO_CODES = "zscale=matrixin=gbr:rangein=full:matrix=709:range=limited"


def ffmpeg_seconds(raw, pixels, size, filters, frames, threads):
    """(CPU, wall) seconds for the frames."""
    argv = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "info", "-benchmark", "-threads", "1",
            "-filter_threads", str(threads), "-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{size[0]}x{size[1]}",
            "-stream_loop", "-1", "-i", raw, "-frames:v", str(frames), "-vf", filters, "-f", "null", "-"]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    found = re.search(r"bench: utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s", done.stderr)
    return float(found[1]) + float(found[2]), float(found[3])


def ffmpeg(folder, size, frames, threads):
    cube = pathlib.Path(folder, "chain.cube")
    figures = {}
    for pixels, raw in (("yuv444p16le", "444p16.raw"), ("yuv422p10le", "422p10.raw")):
        source = str(pathlib.Path(folder, raw))
        tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
        base = ffmpeg_seconds(source, pixels, size, tags, frames, threads)
        for name, planar in (("float", "gbrpf32le"), ("10bit", "gbrp10le")):
            filters = f"{tags},{TO_RGB},format={planar},lut3d=file={cube}:interp=tetrahedral,{TO_CODES},format={pixels}"
            taken = ffmpeg_seconds(source, pixels, size, filters, frames, threads)
            column = 0 if threads == 1 else 1
            spent = max(taken[column] - base[column], 1e-9)
            figures[f"ffmpeg_lut3d_{name}_{pixels[3:6]}"] = round(size[0] * size[1] / 1e6 * frames / spent, 1)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--size", default="hd,uhd")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--frames", type=int, default=60)
    options = parser.parse_args()
    program = str(pathlib.Path(options.build, "tests", "bench", "bench_colour").resolve())
    for name in options.size.split(","):
        size = SIZES[name]
        with tempfile.TemporaryDirectory(prefix="rollproof-bench-") as folder:
            for i, threads in enumerate(int(one) for one in options.threads.split(",")):
                argv = [program, str(size[0]), str(size[1]), str(options.seconds)] + ([folder] if i == 0 else [])
                cores = sorted(os.sched_getaffinity(0))[:threads]
                figures = {"size": name, "threads": threads, "missing": []}
                ours = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True,
                                      preexec_fn=lambda: os.sched_setaffinity(0, cores))
                figures.update(json.loads(ours.stdout))
                if shutil.which("ffmpeg"):
                    figures.update(ffmpeg(folder, size, options.frames, threads))
                    figures["ratio_ffmpeg_float"] = round(figures["fast"] / figures["ffmpeg_lut3d_float_444"], 2)
                    figures["ratio_ffmpeg_float_422"] = round(
                        figures["fast_422p10"] / figures["ffmpeg_lut3d_float_422"], 2)
                else:
                    figures["missing"].append("ffmpeg")
                figures["ratio_ocio_exact"] = round(figures["fast_one_thread"] / figures["ocio_exact_f32"], 1)
                print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
