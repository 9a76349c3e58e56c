#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures verifying beside the plainest reader there is and the tool people check sums with, in one run.

    verify.py --build build/release [--set large,small,md5] [--scale 1.0] [--repeat 3] [--where FOLDER]

large: 4 files of 1 GiB. `ratio_direct` is verify's rate over that of `dd iflag=direct bs=4M` on the same files.
small: 100,000 files of 20 kB. `ratio_xxhsum` is how often as fast as `xxhsum -c` verify is, both cold.
Both are of the whole command. The program's cold start, mostly loading libraries, is measured beside them (`start`), and
`..._net` is the same ratio without it.
md5: the large files sealed with xxh64, md5 and c4, which one read must answer.
Every run starts with cold caches: dropped for the whole system as root, else for these files alone (names stay warm,
and the figure says so). What is compared runs in turn, round by round, so that a neighbour's noise meets all of them.
One JSON line a set, with medians in seconds.
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

MIB = 1 << 20


def make_files(root, count, size, folders):
    block = os.urandom(4 * MIB)
    for i in range(count):
        path = root / f"D{i % folders:03d}" / f"F{i:06d}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as out:
            out.write(i.to_bytes(8, "little"))  # no two files are the same
            left = size - 8
            while left > 0:
                # Somewhere else in the block each time, so that nothing below can merge files.
                at = (i * 7919) % (len(block) // 2)
                piece = block[at:at + min(left, len(block) // 2)]
                out.write(piece)
                left -= len(piece)
    subprocess.run(["sync"], check=True)


def files_below(root):
    return sorted(p for p in root.rglob("*") if p.is_file() and p.parent.name != "ascmhl")


def make_cold(root):
    """True when names and folders are cold too."""
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n", encoding="ascii")
        return True
    except OSError:
        for path in files_below(root):
            with open(path, "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return False


def timed(command, **more):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **more)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed with {done.returncode}: {done.stderr.decode(errors='replace')[-400:]}")
    return seconds


def measure(name, root, contenders, repeat):
    seconds = {who: [] for who in contenders}
    cold = True
    for turn in range(repeat):
        order = list(contenders)
        for who in order[turn % len(order):] + order[:turn % len(order)]:
            cold = make_cold(root) and cold
            seconds[who].append(contenders[who]())
            print(f"{name} {who} {seconds[who][-1]:.2f} s", file=sys.stderr, flush=True)
    return {who: statistics.median(all_of) for who, all_of in seconds.items()}, cold


def run_set(name, rollproof, where, scale, repeat):
    root = pathlib.Path(tempfile.mkdtemp(prefix="rollproof-verify-", dir=where))
    config = dict(os.environ, XDG_CONFIG_HOME=str(root / ".config"))
    try:
        roll = root / "A001"
        roll.mkdir()
        if name == "small":
            make_files(roll, max(10, int(100_000 * scale)), 20_000, 100)
        else:
            make_files(roll, 4, max(MIB, int(1024 * MIB * scale)), 1)
        formats = ["xxh64", "md5", "c4"] if name == "md5" else ["xxh64"]
        hashes = [part for one in formats for part in ("--hash", one)]
        timed([rollproof, "seal", str(roll), *hashes], env=config)
        files = files_below(roll)
        total = sum(path.stat().st_size for path in files)
        contenders = {"verify": lambda: timed([rollproof, "verify", "--no-seal", str(roll)], env=config),
                      "start": lambda: timed([rollproof, "verify", "--help"], env=config)}
        if name != "small":
            contenders["direct"] = lambda: sum(
                timed(["dd", f"if={path}", "of=/dev/null", "bs=4M", "iflag=direct", "status=none"]) for path in files)
        if name != "md5" and shutil.which("xxhsum"):
            sums = root / "sums.xxh64"
            with open(sums, "wb") as out:
                for i in range(0, len(files), 1000):
                    subprocess.run(["xxhsum", "-H1", *map(str, files[i:i + 1000])], stdout=out,
                                   stderr=subprocess.DEVNULL, check=True)
            contenders["xxhsum"] = lambda: timed(["xxhsum", "-q", "-c", str(sums)])
        median, cold = measure(name, roll, contenders, repeat)
        result = {"set": name, "files": len(files), "bytes": total, "seconds": median, "names_cold": cold,
                  "rate_mb": round(total / median["verify"] / 1e6, 1)}
        net = max(1e-9, median["verify"] - median["start"])
        for who in ("direct", "xxhsum"):
            if who in median:
                result[f"ratio_{who}"] = round(median[who] / median["verify"], 3)
                result[f"ratio_{who}_net"] = round(median[who] / net, 3)
        return result
    finally:
        shutil.rmtree(root, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--set", default="large,small,md5")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--where", default=None, help="a folder on the disk to measure (default: the temporary one)")
    chosen = parser.parse_args()
    rollproof = str(pathlib.Path(chosen.build).absolute() / "app/cli/rollproof")
    for name in chosen.set.split(","):
        print(json.dumps(run_set(name, rollproof, chosen.where, chosen.scale, chosen.repeat)), flush=True)


if __name__ == "__main__":
    main()
