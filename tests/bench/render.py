#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures renders beside FFmpeg's, side by side in one run: the same clip, the same encoders and settings.

    render.py --build build/release [--sources prores_hq,prores_4444,h264_intra,dnxhr_hqx,dpx] [--frames 96]
              [--repeat 3] [--size 3840x2160] [--where FOLDER]

Sources are made once below --where and used again: a moving picture of camera-like range and colour with sensor-like
noise, ProRes at Apple's nominal data rate (707 Mb/s for UHD 422 HQ at 24). Peers grade by a cube of the very chain that
ours render through, so all encoders get the same picture:
  best_h264   zscale to HD in float, lut3d (33 points, tetrahedral), zscale, x264 veryfast CRF 23
  best_dnxhr  the same into DNxHR LB with PCM
  naive_h264  lut3d, scale, x264, as people write it
  naive_ks    the best chain into ProRes Proxy by prores_ks
  three_once  three deliverables of one decode (split): x264, prores_aw proxy, dnxhr_lb
  three_runs  the same three, a process each
Ours render with the whole colour chain (LogC4 to Rec.709 by ACES), the cube baked within the time; three presets share
one decode. Tools take turns; medians of wall clock and of CPU, and the most memory. `times` is how often as fast we are.
One JSON line a source. A source that FFmpeg here cannot make is left out, and `missing` says so.
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

TAGS = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
SET = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
SOURCES = {
    "prores_hq": (".mov", "yuv422p10le", ["-c:v", "prores_ks", "-profile:v", "3", "-bits_per_mb", "909"], None),
    "prores_4444": (".mov", "yuv444p10le", ["-c:v", "prores_ks", "-profile:v", "4", "-bits_per_mb", "1364"],
                    (4608, 2592)),
    "h264_intra": (".mov", "yuv422p10le", ["-c:v", "libx264", "-preset", "ultrafast", "-g", "1", "-crf", "16"], None),
    "dnxhr_hqx": (".mov", "yuv422p10le", ["-c:v", "dnxhd", "-profile:v", "dnxhr_hqx"], None),
    "dpx": ("dpx", "gbrp10le", ["-c:v", "dpx"], None),
}


def run(argv):
    """(wall, CPU) seconds and the most memory of one process in MB."""
    program = ("import os,resource,subprocess,sys,time\n"
               "begin=time.monotonic()\n"
               "code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL).returncode\n"
               "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
               "print(time.monotonic()-begin,used.ru_utime+used.ru_stime,used.ru_maxrss/1024,code)\n")
    done = subprocess.run([sys.executable, "-c", program, *map(str, argv)], check=True, capture_output=True, text=True)
    wall, cpu, memory, code = done.stdout.split()
    if int(code) != 0:
        raise RuntimeError(f"{argv[0]} ended with {code}: {' '.join(map(str, argv))}")
    return float(wall), float(cpu), float(memory)


def make_source(name, folder, size, frames):
    suffix, pixels, codec, own = SOURCES[name]
    width, height = own or size
    if own and size[0] < 3840:
        width, height = size
    picture = (f"mandelbrot=s={width // 2}x{height // 2}:r=24:start_scale=2.2:end_scale=0.6,"
               f"scale={width}:{height}:flags=bicubic,format=yuv444p,hue=s=0.1,eq=contrast=0.38:brightness=-0.16,"
               "noise=c0s=2:c1s=1:c2s=1:allf=t")
    convert = f"scale=out_color_matrix=bt709:out_range=tv,format={pixels}"
    if pixels.startswith("gbr"):
        convert = f"format={pixels}"
    folder.mkdir(parents=True, exist_ok=True)
    if suffix == "dpx":
        target = folder / f"{name}_{width}_{frames}"
        if not target.exists():
            target.mkdir()
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-frames:v", str(frames), "-vf",
                            convert, *codec, target / "clip.%07d.dpx"], check=True)
        return target, ["-framerate", "24", "-start_number", "1", "-i", target / "clip.%07d.dpx"]
    target = folder / f"{name}_{width}_{frames}{suffix}"
    if not target.exists():
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-frames:v", str(frames), "-vf",
                        f"{convert},{SET}", *codec, *TAGS, "-timecode", "01:00:00:00", target], check=True)
    return target, ["-i", target]


def peers(given, cube, out, size, rgb):
    lut = f"lut3d=file={cube}:interp=tetrahedral"
    first = "" if rgb else "matrixin=709:rangein=limited:"
    best = (f"zscale=w={size[0]}:h={size[1]}:filter=bicubic:{first}matrix=gbr:range=full,format=gbrpf32le,{lut},"
            "zscale=matrixin=gbr:rangein=full:matrix=709:range=limited")
    start = ["ffmpeg", "-nostdin", "-v", "error", "-y", *given, "-an"]
    x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", *TAGS, "-movflags", "+faststart"]
    proxy = ["-c:v", "prores_aw", "-profile:v", "0", "-pix_fmt", "yuv422p10le", *TAGS]
    avid = ["-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p", *TAGS]
    three = [*start, "-filter_complex", f"[0:v]{best},split=3[a][b][c]", "-map", "[a]", *x264, out / "3.mp4", "-map",
             "[b]", *proxy, out / "3p.mov", "-map", "[c]", *avid, out / "3d.mov"]
    return {
        "best_h264": [[*start, "-vf", best, *x264, out / "b3.mp4"]],
        "best_dnxhr": [[*start, "-vf", best, *avid, out / "b5.mov"]],
        "naive_h264": [[*start, "-vf", f"lut3d=file={cube},scale={size[0]}:{size[1]}", "-c:v", "libx264", "-preset",
                        "veryfast", "-crf", "23", out / "b1.mp4"]],
        "naive_ks": [[*start, "-vf", best, "-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le",
                      out / "b4.mov"]],
        "three_once": [three],
        "three_runs": [[*start, "-vf", best, *x264, out / "r1.mp4"], [*start, "-vf", best, *proxy, out / "r2.mov"],
                       [*start, "-vf", best, *avid, out / "r3.mov"]],
    }


# What of ours stands against which peer.
OURS = {"h264": ["h264-review"], "dnxhr": ["dnxhr-lb"], "proxy": ["prores-proxy"],
        "three": ["h264-review", "prores-proxy", "dnxhr-lb"]}
AGAINST = {"best_h264": "h264", "best_dnxhr": "dnxhr", "naive_h264": "h264", "naive_ks": "proxy",
           "three_once": "three", "three_runs": "three"}


def measure(name, options, work):
    size = tuple(int(n) for n in options.size.split("x"))
    try:
        source, given = make_source(name, pathlib.Path(options.where or work), size, options.frames)
    except subprocess.CalledProcessError:
        return {"source": name, "missing": "this FFmpeg cannot make it"}
    out = work / "out"
    out.mkdir(exist_ok=True)
    cube = work / "look.cube"
    subprocess.run([pathlib.Path(options.build).absolute() / "tests/bench/bench_colour", "--cube", cube], check=True)
    target = (1920, 1080)
    others = peers(given, cube, out, target, SOURCES[name][1].startswith("gbr"))
    rollproof = str(pathlib.Path(options.build).absolute() / "app/cli/rollproof")
    tools = {key: commands for key, commands in others.items()}
    for key, presets in OURS.items():
        argv = [rollproof, "--catalog", work / "catalog.db", "proxy", source, "--input", "ARRI LogC4", "--again",
                "--no-seal", "-o", out / key]
        for preset in presets:
            argv += ["--preset", preset]
        tools["ours_" + key] = [argv]
    taken = {key: [] for key in tools}
    for turn in range(options.repeat):
        keys = list(tools)
        for key in keys[turn % len(keys):] + keys[:turn % len(keys)]:
            parts = [run(argv) for argv in tools[key]]
            taken[key].append((sum(p[0] for p in parts), sum(p[1] for p in parts), max(p[2] for p in parts)))
    figures = {key: {"wall": round(statistics.median(t[0] for t in runs), 2),
                     "cpu": round(statistics.median(t[1] for t in runs), 2),
                     "mb": round(max(t[2] for t in runs))} for key, runs in taken.items()}
    times = {peer: round(figures[peer]["wall"] / figures["ours_" + ours]["wall"], 2) for peer, ours in AGAINST.items()}
    return {"source": name, "frames": options.frames, "size": options.size, "repeat": options.repeat, "times": times,
            "figures": figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--sources", default=",".join(SOURCES))
    parser.add_argument("--frames", type=int, default=96)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--size", default="3840x2160")
    parser.add_argument("--where", help="a folder for the sources, kept (default: a temporary one)")
    options = parser.parse_args()
    if not shutil.which("ffmpeg"):
        print(json.dumps({"missing": "ffmpeg is not installed"}))
        return
    for name in options.sources.split(","):
        with tempfile.TemporaryDirectory(prefix="rollproof-render-", dir=options.where) as work:
            print(json.dumps(measure(name, options, pathlib.Path(work))), flush=True)


if __name__ == "__main__":
    main()
