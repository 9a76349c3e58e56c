// SPDX-License-Identifier: Apache-2.0
// The plug pulled: at every flush on a disk that keeps no more than it must, at flushes of real disks, and the program
// killed at every change.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <optional>
#include <set>

#include "core/base/path.h"
#include "tests/fault/rig.h"
#include "tests/support/crash_disk.h"

using namespace rollproof;
using namespace rollproof::fault_test;
using support::Call;
using support::Change;
using support::CrashDisk;
using support::Disk;
using support::FaultyFileSystem;
using support::MemoryFileSystem;
using support::Scratch;
namespace stdfs = std::filesystem;

namespace {

constexpr const char* kRoots[] = {"/a/P/D/A001", "/b/P/D/A001"};

// Two drives in memory that count as durable and as two.
offload::Request modelRequest() {
  offload::Request request;
  request.source = "/card";
  request.destinations = {"/a", "/b"};
  request.folder = "P/D/A001";
  request.volumeOf = [](const std::string& path) -> Result<model::Volume> {
    model::Volume volume;
    volume.mountPoint = path.substr(0, path.find('/', 1));
    volume.label = volume.mountPoint.substr(1);
    volume.fileSystem = "ext4";
    volume.device.id = "serial:" + volume.label;
    volume.device.durable = true;
    volume.totalBytes = volume.freeBytes = 1U << 30U;
    return volume;
  };
  return request;
}

// Two empty drives and a card whose files are some of several blocks of the model, in more folders than one.
void fillDisk(MemoryFileSystem& fs) {
  fs.putDirectory("/card");
  fs.putFile("/card/CLIPS/A001C001.mov", support::noise(9000, 1));
  fs.putFile("/card/CLIPS/A001C002.mov", support::noise(300, 2));
  for (unsigned i = 0; i < 6; ++i)
    fs.putFile("/card/META/F" + std::to_string(i) + ".xml", support::noise(700 + i, 10 + i));
  fs.putFile("/card/empty.bin", "");
  fs.putDirectory("/card/EMPTY");
  fs.putDirectory("/a");
  fs.putDirectory("/b");
  fs.devices = {{"/card", 10}, {"/a", 11}, {"/b", 12}};
}

offload::Outcome runOn(FileSystem& fs, const MemoryFileSystem& disk) {
  const auto plan = offload::planOffload(disk, modelRequest());
  if (!plan) {
    offload::Outcome none;
    none.verdict.reasons.push_back({"plan", describe(plan.error())});
    return none;
  }
  jobs::Progress progress;
  return offload::runOffload(fs, *plan, systemClock(), progress, {});
}

// What is wrong with a disk after a crash and after the run that follows; nothing if all is well.
std::optional<std::string> afterCrash(const CrashDisk& crash, std::size_t change, unsigned seed) {
  MemoryFileSystem disk;
  fillDisk(disk);
  crash.rebuild(change, seed, disk);
  const auto wrongName = [&]() -> std::optional<std::string> {
    for (const auto& path : disk.pathsUnder("/card")) {
      if (path == "/card") continue;
      for (const std::string root : kRoots) {
        const std::string there = root + path.substr(5);
        if (disk.has(there) && disk.content(there) != disk.content(path)) return there + " has other content";
      }
    }
    return std::nullopt;
  };
  if (auto wrong = wrongName()) return "after the crash " + *wrong;
  const auto next = runOn(disk, disk);
  if (!safe(next)) return "the next run is not safe:\n" + told(next);
  if (auto wrong = wrongName()) return "after the next run " + *wrong;
  for (const std::string root : kRoots) {
    for (const auto& path : disk.pathsUnder("/card"))
      if (path != "/card" && !disk.has(root + path.substr(5))) return "after the next run no " + root + path.substr(5);
    int manifests = 0;
    for (const auto& path : disk.pathsUnder(root)) {
      manifests += path.ends_with(".mhl");
      if (path.find("rollproof") != std::string::npos) return "after the next run there still is " + path;
    }
    if (manifests != 1) return "after the next run " + std::to_string(manifests) + " manifests in " + root;
  }
  return std::nullopt;
}

// Runs once, keeping what was changed.
bool record(CrashDisk& crash, bool loseSyncs) {
  MemoryFileSystem disk;
  fillDisk(disk);
  FaultyFileSystem fs(disk);
  fs.loseSyncs = loseSyncs;
  fs.done = [&](const Change& change) { crash.note(change); };
  return safe(runOn(fs, disk));
}

}  // namespace

// 4: a crash at every flush.
TEST_CASE("the power may go right after or before any flush and the next run ends with two whole sealed copies",
          "[f04]") {
  CrashDisk crash;
  REQUIRE(record(crash, false));
  const auto flushes = crash.flushes();
  REQUIRE(flushes.size() > 8);
  std::set<std::size_t> points;
  for (const auto flush : flushes) points.insert({flush - 1, flush});
  if (support::longRun())
    for (std::size_t i = 0; i <= crash.changes(); ++i) points.insert(i);
  const unsigned seeds = support::longRun() ? 40 : 4;
  for (const auto point : points) {
    for (unsigned seed = 0; seed < seeds; ++seed) {
      const auto wrong = afterCrash(crash, point, seed * 7919 + static_cast<unsigned>(point));
      INFO("power lost after change " << point << " of " << crash.changes() << ", seed " << seed);
      if (wrong) FAIL(*wrong);
    }
  }
}

TEST_CASE("the crash test itself goes red when syncs do nothing", "[f04]") {
  CrashDisk crash;
  REQUIRE(record(crash, true));
  bool red = false;
  for (std::size_t point = 1; point <= crash.changes() && !red; ++point) {
    for (unsigned seed = 0; seed < 4 && !red; ++seed) red = afterCrash(crash, point, seed).has_value();
  }
  CHECK(red);
}

TEST_CASE("real disks that lose power at a flush come back with nothing false on them", "[f04]") {
  const auto kind = GENERATE(as<std::string>{}, "ext4", "xfs");
  Scratch scratch;
  makeCard(scratch.root / "card");
  const Before before(scratch.root / "card");
  const int megabytes = kind == "xfs" ? 320 : 40;
  bool fired = true;
  const int stride = support::longRun() ? 1 : kind == "xfs" ? 23 : 11;
  for (int n = 1; fired; n += stride) {
    REQUIRE(n < 500);
    Disk a(scratch.root, "a", megabytes, kind), b(scratch.root, "b", megabytes, kind);
    ROLLPROOF_SKIP_WITHOUT(a);
    ROLLPROOF_SKIP_WITHOUT(b);
    const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
    FaultyFileSystem fs;
    std::atomic<int> changes{0};
    fired = false;
    fs.before = [&](Call call, const std::string& path) {
      const bool counts =
          call == Call::sync || call == Call::syncDirectory || call == Call::syncFileSystem || call == Call::rename;
      if (!counts || path.starts_with((scratch.root / "card").native()) || ++changes != n) return 0;
      fired = true;
      a.shutDown();
      b.shutDown();
      return 0;
    };
    const auto outcome = run(request, fs);
    INFO("power lost at " << n << " on " << kind << "\n" << told(outcome));
    REQUIRE(safe(outcome) == !fired);
    if (!fired) {  // the word safe outlives the power
      a.shutDown();
      b.shutDown();
    }
    REQUIRE(a.remount());
    REQUIRE(b.remount());
    for (const auto& disk : {a.mountPoint, b.mountPoint}) {
      before.checkNames(copyIn(disk));
      if (!fired) before.checkWhole(copyIn(disk));
      if (!fired) REQUIRE(manifestsIn(copyIn(disk)) == 1);
    }
    before.checkNext(request);
  }
}

// 5: killed at the n-th create, write (also in its middle), sync, rename, unlink.
TEST_CASE("killed at any change to the disk the next run ends with one manifest and nothing half done", "[f05]") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  const Before before(scratch.root / "card");
  bool finished = false;
  for (int n = 1; !finished; n += support::longRun() ? 1 : 17) {
    REQUIRE(n < 1000);
    stdfs::remove_all(scratch.root / "a");
    stdfs::remove_all(scratch.root / "b");
    const auto request = onOwnDrives(requestFor(scratch.root / "card", {scratch.root / "a", scratch.root / "b"}));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      FaultyFileSystem fs;
      fs.tearWrites = true;
      std::atomic<int> left{n};
      fs.before = [&](Call call, const std::string&) {
        const bool changes =
            call != Call::open && call != Call::info && call != Call::list && call != Call::read && call != Call::close;
        if (changes && --left == 0) ::kill(::getpid(), SIGKILL);
        return 0;
      };
      (void)run(request, fs);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    finished = WIFEXITED(status);
    INFO("killed at change " << n);
    for (const char* to : {"a", "b"}) before.checkNames(copyIn(scratch.root / to));
    before.checkNext(request);
  }
}
