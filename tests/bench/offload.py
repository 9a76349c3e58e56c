#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Rollproof against the copy tools people use, on the same data and the same disks in one run.

    offload.py --build build/release [--set large,small,sequence] [--scale 0.25] [--repeat 3] [--device A B]
    offload.py --build build/release --formats all     six hash formats in one read against xxh64 alone
    offload.py --build build/release --cancel          from SIGINT in mid copy to the exit

README.md beside this file says what each figure means and what it does not say.
"""
import argparse
import filecmp
import json
import mmap
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

MIB = 1 << 20
FORMATS = ["xxh64", "xxh3", "xxh128", "md5", "sha1", "c4"]
SAMPLE_SECONDS = 0.02


def note(text):
    print(text, file=sys.stderr, flush=True)


# --- data ------------------------------------------------------------------------------------------------------------


def plan_set(name, scale):
    """[(relative path, bytes)] of a set. Names are no camera's: what is measured is copying with proof alone."""
    if name == "large":
        size = max(4096, int(2048 * MIB * scale))
        return [(f"CLIPS/C{i:03d}.bin", size) for i in range(4)]
    if name == "small":
        count = max(10, int(100_000 * scale))
        folders = max(1, int(100 * min(1.0, scale * 10)))
        return [(f"D{i % folders:03d}/F{i:06d}.bin", 20_000) for i in range(count)]
    return [(f"SEQ/frame.{i:07d}.bin", 12_000_000) for i in range(max(3, int(100 * scale)))]


def make_set(root, files):
    """Writes the files once: random, so that no disk can compress or merge them, and the same for every run."""
    done = root.with_name(root.name + ".complete")
    if done.exists():
        return
    shutil.rmtree(root, ignore_errors=True)
    rng = random.Random(root.name)
    for path, size in files:
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        with open(full, "wb") as out:
            for at in range(0, size, 4 * MIB):
                out.write(rng.randbytes(min(4 * MIB, size - at)))
    sync_disk(root)
    done.touch()


def need_room(work, total, source, destinations):
    """Says so before the first byte: a disk that fills up half way would be measured as a fast one."""
    want = {}
    for folder, bytes_there in [(work, 0 if source.exists() else total)] + [(one, total) for one in destinations]:
        number = os.stat(folder).st_dev
        want[number] = (folder, want.get(number, (folder, 0))[1] + bytes_there)
    for folder, bytes_there in want.values():
        free = shutil.disk_usage(folder).free
        if free < bytes_there * 1.05:
            sys.exit(f"{folder}: {free / 1e9:.1f} GB free, {bytes_there * 1.05 / 1e9:.1f} GB needed")


def sync_disk(path):
    subprocess.run(["sync", "-f", str(path)], check=True)


class Caches:
    """Makes the next read come from the disk, and knows how well it can."""

    def __init__(self, allow_drop):
        self.drop = allow_drop and os.access("/proc/sys/vm/drop_caches", os.W_OK)
        self.method = (
            "sync, then drop_caches"
            if self.drop
            else "sync, then POSIX_FADV_DONTNEED a file: names and inodes stay cached (no root, or --keep-system-caches)"
        )

    def cold(self, roots):
        for root in roots:
            sync_disk(root)
        if self.drop:
            pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n")
            return
        for root in roots:
            for folder, _, names in os.walk(root):
                for name in names:
                    fd = os.open(os.path.join(folder, name), os.O_RDONLY)
                    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                    os.close(fd)


# --- the disks' own rates, for the bound -----------------------------------------------------------------------------


def disk_of(path):
    """The whole disk under a path: two partitions of one disk share its rate."""
    number = os.stat(path).st_dev
    sys_path = pathlib.Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not sys_path.exists():
        return f"{os.major(number)}:{os.minor(number)}"
    real = sys_path.resolve()
    return (real.parent if (real / "partition").exists() else real).name


def direct_rate(path, size, writing, threads):
    """Bytes a second of a plain O_DIRECT reader or writer of 4 MiB blocks, fsync included."""
    flags = (os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY) | os.O_DIRECT
    fd = os.open(path, flags, 0o600)
    blocks = size // (4 * MIB)
    errors = []

    def work(first, buffer):
        try:
            for block in range(first, blocks, threads):
                if writing:
                    os.pwritev(fd, [buffer], block * 4 * MIB)
                else:
                    os.preadv(fd, [buffer], block * 4 * MIB)
        except OSError as error:
            errors.append(error)

    buffers = [mmap.mmap(-1, 4 * MIB) for _ in range(threads)]
    for number, buffer in enumerate(buffers):
        buffer.write(random.Random(number).randbytes(4 * MIB))
    begin = time.monotonic()
    workers = [threading.Thread(target=work, args=(i, buffer)) for i, buffer in enumerate(buffers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if writing:
        os.fsync(fd)
    seconds = time.monotonic() - begin
    os.close(fd)
    if errors:
        raise errors[0]
    return blocks * 4 * MIB / seconds


def measure_rates(folder, size):
    """{"read":, "write":} of the disk under folder; the better of one and four requests in flight."""
    path = folder / "rate.bin"
    size = max(16 * MIB, size // (4 * MIB) * 4 * MIB)
    rates = {"read": 0.0, "write": 0.0}
    try:
        for threads in (1, 4):
            for kind in ("write", "read"):
                if kind == "write" and path.exists():
                    path.unlink()  # a new file every time, as a copy is
                rates[kind] = max(rates[kind], direct_rate(path, size, kind == "write", threads))
    except OSError as error:
        return {"error": f"no O_DIRECT there: {error.strerror}"}
    finally:
        path.unlink(missing_ok=True)
    return rates


def bound_seconds(total, source, destinations, rates):
    """Least time in which the disks can give and take the bytes: the source read twice, each copy written and read."""
    load = {}
    for folder, reads, writes in [(source, 2, 0)] + [(one, 1, 1) for one in destinations]:
        disk = disk_of(folder)
        rate = rates[disk]
        if "error" in rate:
            return None
        load[disk] = load.get(disk, 0.0) + total * (reads / rate["read"] + writes / rate["write"])
    return max(load.values())


# --- running ---------------------------------------------------------------------------------------------------------


def tree_of(pid):
    pids, todo = [], [pid]
    while todo:
        one = todo.pop()
        pids.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                todo += [int(p) for p in pathlib.Path(f"/proc/{one}/task/{task}/children").read_text().split()]
        except OSError:
            pass
    return pids


def high_water(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Used:
    """What a chain of commands has used so far."""

    def __init__(self):
        self.wall = self.cpu = 0.0
        self.rss = 0
        self.steps = []

    def run(self, label, argv, cwd=None, stdout=subprocess.DEVNULL, good=(0,)):
        """Runs one command to its end. The high water of the process and its children is sampled from /proc:
        ru_maxrss would count this program's own memory, inherited at the fork."""
        with tempfile.TemporaryFile() as errors:
            begin = time.monotonic()
            child = subprocess.Popen(argv, cwd=cwd, stdout=stdout, stderr=errors)
            over = threading.Event()
            peak = [0]

            def watch():
                while not over.is_set():
                    peak[0] = max([peak[0]] + [high_water(pid) for pid in tree_of(child.pid)])
                    over.wait(SAMPLE_SECONDS)

            watcher = threading.Thread(target=watch)
            watcher.start()
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - begin
            over.set()
            watcher.join()
            code = child.returncode = os.waitstatus_to_exitcode(status)
            if code not in good:
                errors.seek(0)
                raise RuntimeError(f"{' '.join(map(str, argv))}: exit {code}\n{errors.read()[-2000:].decode(errors='replace')}")
        cpu = usage.ru_utime + usage.ru_stime
        self.wall += wall
        self.cpu += cpu
        self.rss = max(self.rss, peak[0] or usage.ru_maxrss * 1024)
        self.steps.append({"step": label, "wall_s": round(wall, 3), "cpu_s": round(cpu, 3)})
        return code

    def figures(self):
        return {"wall_s": self.wall, "cpu_s": self.cpu, "peak_rss_bytes": self.rss, "steps": self.steps}


class Bench:
    def __init__(self, options, work, destinations):
        self.binary = pathlib.Path(options.build) / "app/cli/rollproof"
        self.scratch = work / "scratch"
        self.destinations = destinations
        self.caches = Caches(not options.keep_system_caches)
        self.one_disk = len({disk_of(one) for one in destinations}) < 2

    def fresh(self, source):
        """Empty destinations on a quiet disk, nothing cached."""
        for folder in [self.scratch, *self.destinations]:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self.caches.cold([source, *self.destinations])

    def offload_argv(self, source, formats=("xxh64",)):
        argv = [self.binary, "--catalog", self.scratch / "catalog.db", "--json", "offload", source]
        for one in self.destinations:
            argv += ["--to", one]
        for one in formats:
            argv += ["--hash", one]
        argv += ["--project", "BENCH", "--day", "2026-01-01", "--roll", "B001", "--folder", "copy"]
        return argv + (["--min-devices", "1"] if self.one_disk else [])

    def rollproof(self, source, formats=("xxh64",)):
        used = Used()
        told = self.scratch / "told.jsonl"
        with open(told, "wb") as out:
            # 5: on a disk in memory nothing is ever safe; the copies are complete all the same, and counted below.
            used.run("offload", self.offload_argv(source, formats), stdout=out, good=(0, 5))
        result = json.loads(told.read_text().splitlines()[-1])
        bad = [c for c in result["copies"] if c["files_failed"] or c["state"] not in ("verified", "cache_verified")]
        if bad:
            raise RuntimeError(f"a copy is not whole: {bad}")
        return {**used.figures(), "verdict": result["verdict"], "reasons": [r["code"] for r in result["reasons"]]}

    def copied_then_summed(self, source, label, copy_argv):
        used = Used()
        for one in self.destinations:
            used.run(label, copy_argv(source, one / "copy"))
        self.settle(used)
        sums = self.scratch / "sums.xxh64"
        with open(sums, "wb") as out:
            hash_all = "find . -type f -print0 | sort -z | xargs -0 xxhsum -H1"
            used.run("xxhsum of the source", ["sh", "-c", hash_all], cwd=source, stdout=out)
        for one in self.destinations:
            used.run("xxhsum -c", ["xxhsum", "--quiet", "-c", sums], cwd=one / "copy")
        return used.figures()

    def settle(self, used):
        """Puts the copies on the disk (that time is the tool's: Rollproof syncs too) and empties the cache (ours)."""
        for one in self.destinations:
            used.run("sync", ["sync", "-f", one])
        self.caches.cold(self.destinations)

    def cp(self, source):
        return self.copied_then_summed(source, "cp -a", lambda a, b: ["cp", "-a", a, b])

    def rsync(self, source):
        return self.copied_then_summed(source, "rsync -a", lambda a, b: ["rsync", "-a", f"{a}/", f"{b}/"])

    def rclone(self, source):
        used = Used()
        for one in self.destinations:
            used.run("rclone copy", ["rclone", "--config", "", "copy", source, one / "copy"])
        self.settle(used)
        for one in self.destinations:
            used.run("rclone check", ["rclone", "--config", "", "check", source, one / "copy"])
        return used.figures()

    def compare(self, source, files):
        """Byte for byte, by other code than any of the tools'."""
        for one in self.destinations:
            for path, _ in files:
                if not filecmp.cmp(source / path, one / "copy" / path, shallow=False):
                    raise RuntimeError(f"{one / 'copy' / path} differs from the source")
            filecmp.clear_cache()

    def cancel(self, source, total):
        """Seconds from SIGINT, sent once a third of all bytes were handed to the disks, to the exit."""
        with open(self.scratch / "told.jsonl", "wb") as out:
            child = subprocess.Popen(self.offload_argv(source), stdout=out, stderr=subprocess.DEVNULL)
            while child.poll() is None:
                try:
                    lines = pathlib.Path(f"/proc/{child.pid}/io").read_text().splitlines()
                except OSError:
                    break
                io = {key: int(value) for key, value in (line.split(": ") for line in lines)}
                if max(io["wchar"], io["write_bytes"]) > total * len(self.destinations) / 3:
                    break
                time.sleep(0.001)
            begin = time.monotonic()
            child.send_signal(signal.SIGINT)
            code = child.wait()
            seconds = time.monotonic() - begin
        return {"cancel_s": seconds, "exit": code, "stopped_in_mid_copy": code == 130}


TOOLS = {
    "rollproof": ("rollproof offload", [], Bench.rollproof),
    "cp": ("cp -a x2 + xxhsum", ["cp", "xxhsum"], Bench.cp),
    "rsync": ("rsync -a x2 + xxhsum", ["rsync", "xxhsum"], Bench.rsync),
    "rclone": ("rclone copy x2 + check x2", ["rclone"], Bench.rclone),
}


def medians(runs):
    merged = dict(runs[-1])
    for key in ("wall_s", "cpu_s"):
        merged[key] = statistics.median(run[key] for run in runs)
        merged[f"all_{key}"] = [round(run[key], 3) for run in runs]
    merged["peak_rss_bytes"] = max(run["peak_rss_bytes"] for run in runs)
    return merged


def interleaved(repeat, names, once):
    """Every tool once, then every tool again, each round begun by another: a disk that tires tires for all."""
    runs = {name: [] for name in names}
    for round_number in range(repeat):
        first = round_number % len(names)
        for name in names[first:] + names[:first]:
            runs[name].append(once(name))
            note(f"  {name}: {runs[name][-1]['wall_s']:.2f} s")
    return {name: medians(found) for name, found in runs.items()}


def measure_set(bench, options, name, files, source, rates):
    total = sum(size for _, size in files)
    bound = bound_seconds(total, source, bench.destinations, rates)

    def once(tool):
        bench.fresh(source)
        figures = (
            TOOLS[tool][2](bench, source)
            if tool in TOOLS
            else bench.rollproof(source, FORMATS if tool == "six formats" else ("xxh64",))
        )
        if options.compare:
            bench.compare(source, files)
        return figures

    result = {"set": name, "files": len(files), "bytes": total, "bound_s": bound}
    if options.cancel:
        found = []
        for _ in range(options.repeat):
            bench.fresh(source)
            found.append(bench.cancel(source, total))
        result["cancel"] = found
        return result
    names = ["xxh64", "six formats"] if options.formats else options.tools
    result["tools"] = interleaved(options.repeat, names, once)
    base = result["tools"][names[0]]["wall_s"]
    for figures in result["tools"].values():
        figures["ratio"] = figures["wall_s"] / base
        figures["bound_over_wall"] = bound / figures["wall_s"] if bound else None
    return result


def show(report):
    print(f"cold caches: {report['cold']}")
    for disk, rate in report["rates"].items():
        rate_text = rate.get("error") or f"read {rate['read'] / 1e6:.0f} MB/s, write {rate['write'] / 1e6:.0f} MB/s"
        print(f"disk {disk}: O_DIRECT, 4 MiB blocks: {rate_text}")
    for missing in report["missing"]:
        print(f"left out: {missing}")
    for one in report["sets"]:
        bound = f"{one['bound_s']:.2f} s" if one["bound_s"] else "not known"
        print(f"\n{one['set']}: {one['files']} files, {one['bytes'] / 1e9:.2f} GB; least time of the disks {bound}")
        for run in one.get("cancel", []):
            mid = "" if run["stopped_in_mid_copy"] else "  (was over before it could be stopped)"
            print(f"  SIGINT to exit {run['cancel_s']:.3f} s, exit {run['exit']}{mid}")
        if "tools" not in one:
            continue
        print(f"  {'':27}{'wall s':>9}{'CPU s':>9}{'RSS MiB':>9}{'ratio':>8}{'bound/T':>9}")
        for tool, run in one["tools"].items():
            share = f"{run['bound_over_wall']:.2f}" if run["bound_over_wall"] else "-"
            label = TOOLS[tool][0] if tool in TOOLS else f"rollproof, {tool}"
            print(
                f"  {label:27}{run['wall_s']:9.2f}{run['cpu_s']:9.2f}{run['peak_rss_bytes'] / MIB:9.0f}"
                f"{run['ratio']:8.2f}{share:>9}"
            )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="the build folder; its app/cli/rollproof is measured")
    parser.add_argument("--set", default="large,small,sequence", help="which sets, by comma")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeat", type=int, default=1, help="rounds; medians are shown")
    parser.add_argument("--tools", default=",".join(TOOLS), help="which tools, by comma; the first is what ratios mean")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "rollproof-bench",
                        help="where the data is made once and kept")
    parser.add_argument("--device", nargs=2, type=pathlib.Path, metavar=("A", "B"), help="folders for the two copies")
    parser.add_argument("--formats", choices=["all"], help="six hash formats at once against xxh64 alone")
    parser.add_argument("--cancel", action="store_true", help="measure SIGINT to exit in mid copy")
    parser.add_argument("--compare", action="store_true", help="compare every copy byte for byte (not timed)")
    parser.add_argument("--keep-system-caches", action="store_true", help="never use drop_caches")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser.parse_args()


def main():
    options = arguments()
    if not (pathlib.Path(options.build) / "app/cli/rollproof").exists():
        sys.exit(f"no app/cli/rollproof below {options.build}")
    wanted = options.tools.split(",")
    names = options.set.split(",")
    unknown = [one for one in wanted if one not in TOOLS] + [n for n in names if n not in ("large", "small", "sequence")]
    if unknown:
        sys.exit(f"not known: {', '.join(unknown)}")
    missing, options.tools = [], []
    for tool in wanted:
        absent = [program for program in TOOLS[tool][1] if not shutil.which(program)]
        if absent:
            missing.append(f"{TOOLS[tool][0]}: {', '.join(absent)} is not installed")
        else:
            options.tools.append(tool)
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    # Folders of our own below what was named: they are emptied before every run.
    destinations = [(one / f"rollproof-bench-{letter}").resolve()
                    for one, letter in zip(options.device or [work, work], "ab")]
    for folder in destinations:
        folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(options, work, destinations)

    report = {"cold": bench.caches.method, "rates": {}, "missing": missing, "sets": []}
    try:
        plans = {name: plan_set(name, options.scale) for name in names}
        largest = max(sum(size for _, size in files) for files in plans.values())
        for folder in [work, *destinations]:
            disk = disk_of(folder)
            if disk not in report["rates"]:
                report["rates"][disk] = measure_rates(folder, min(largest, 1024 * MIB))
        for name, files in plans.items():
            source = work / "data" / f"{name}-{options.scale:g}"
            need_room(work, sum(size for _, size in files), source, destinations)
            make_set(source, files)
            note(f"{name}: {len(files)} files, {sum(size for _, size in files) / 1e9:.2f} GB")
            report["sets"].append(measure_set(bench, options, name, files, source, report["rates"]))
    finally:
        for folder in [bench.scratch, *destinations]:
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        show(report)


if __name__ == "__main__":
    main()
