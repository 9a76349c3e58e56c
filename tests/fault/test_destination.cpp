// SPDX-License-Identifier: Apache-2.0
// The drives' side: damage below the cache, no room, syncs and names that fail, drives that are pulled or in the way.
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <mutex>
#include <set>

#include "core/base/path.h"
#include "core/volumes/volumes.h"
#include "tests/fault/rig.h"
#include "tests/support/fault_mount.h"

using namespace rollproof;
using namespace rollproof::fault_test;
using support::Call;
using support::Change;
using support::Disk;
using support::FaultMount;
using support::FaultyFileSystem;
using support::noise;
using support::put;
using support::Scratch;
using support::slurp;
namespace stdfs = std::filesystem;

namespace {

// One byte of these blocks, wherever they lie in the image; the file system above does not know.
bool flipBelow(const stdfs::path& image, const std::string& block) {
  const std::string whole = slurp(image);
  const auto at = whole.find(block);
  if (at == std::string::npos) return false;
  std::fstream stream(image, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(at) + 77);
  stream.put(static_cast<char>(whole[at + 77] ^ 0x10));
  stream.close();
  return true;
}

// Follows one drive's calls: what a failed one has put in doubt must be done anew before it may count.
class Durability {
 public:
  explicit Durability(stdfs::path drive) : m_drive(std::move(drive)) {}
  void done(const Change& change) {
    if (!change.path.starts_with(m_drive.native())) return;
    const std::lock_guard guard(m_mutex);
    if (change.call == Call::create) m_doubtful.erase(change.path);
    if (change.call == Call::create || change.call == Call::write) m_dirty.insert(change.path);
    if (change.call == Call::sync) m_dirty.erase(change.path);
    if (change.call == Call::syncFileSystem) {
      m_dirty.clear();
      m_unsyncedFolders.clear();
    }
    if (change.call == Call::syncDirectory) m_unsyncedFolders.erase(change.path);
    if (change.call == Call::rename) {
      if (m_doubtful.contains(change.path)) m_wrong += change.path + " got its final name after a failed call\n";
      if (m_dirty.contains(change.path)) m_wrong += change.path + " got its final name before it was synced\n";
      m_unsyncedFolders.insert(path::parent(change.to));
    }
  }
  void failed(Call call, const std::string& what) {
    const std::lock_guard guard(m_mutex);
    if (call == Call::sync || call == Call::close) m_doubtful.insert(what);
    if (call == Call::syncFileSystem) m_doubtful.insert(m_dirty.begin(), m_dirty.end());
  }
  // Nothing if all is well. A sealed copy has no name that may not be on the disk.
  [[nodiscard]] std::string wrong(bool sealed) const {
    std::string text = m_wrong;
    if (sealed)
      for (const auto& folder : m_unsyncedFolders) text += "the names in " + folder + " were never synced\n";
    return text;
  }

 private:
  const stdfs::path m_drive;
  std::mutex m_mutex;
  std::set<std::string> m_dirty, m_doubtful, m_unsyncedFolders;
  std::string m_wrong;
};

// Fails the n-th of these calls on the second drive with EIO, for every n by this stride until it is not reached.
void failEachOnce(const std::set<Call>& which, int stride) {
  CardAndDrives place;
  const Before before(place.card);
  bool fired = true;
  for (int n = 1; fired; n += stride) {
    REQUIRE(n < 500);
    stdfs::remove_all(place.a);
    stdfs::remove_all(place.b);
    const auto request = place.request();
    Durability durability(place.b);
    std::atomic<int> calls{0};
    std::atomic<bool> hit{false};
    FaultyFileSystem fs;
    fs.done = [&](const Change& change) { durability.done(change); };
    fs.before = [&](Call call, const std::string& path) {
      if (!which.contains(call) || !path.starts_with(place.b.native()) || ++calls != n) return 0;
      hit = true;
      durability.failed(call, path);
      return EIO;
    };
    const auto outcome = run(request, fs);
    fired = hit;
    INFO("call " << n << "\n" << told(outcome));
    REQUIRE(outcome.copies.size() == 2);
    REQUIRE(durability.wrong(!outcome.copies[1].manifest.empty()).empty());
    before.check(request, outcome);
    REQUIRE(outcome.copies[0].state == model::CopyState::verified);
    before.checkNext(request);
  }
}

}  // namespace

// 1: a flip below the cache after the fsync.
TEST_CASE("a byte that flips on the disk after the sync and before the read back is found", "[f01]") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  const auto kind = GENERATE(as<std::string>{}, "ext4", "xfs", "btrfs");
  Disk a(scratch.root, "a", 40);
  Disk b(scratch.root, "b", kind == "ext4" ? 40 : kind == "xfs" ? 320 : 130, kind);
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  const std::string block = slurp(scratch.root / "card" / kLargeClip).substr(4U << 20U, 4096);
  std::once_flag once;
  bool flipped = false;
  FaultyFileSystem fs;
  fs.before = [&](Call call, const std::string& path) {
    if (call == Call::open && path.starts_with(b.mountPoint.native()) && path.ends_with(kLargeClip))
      std::call_once(once, [&] { flipped = flipBelow(b.image, block); });
    return 0;
  };
  const auto outcome = run(request, fs);
  INFO(kind << "\n" << told(outcome));
  REQUIRE(flipped);
  CHECK_FALSE(safe(outcome));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(outcome.copies[1].state != model::CopyState::verified);
  CHECK(manifestsIn(copyIn(a.mountPoint)) == 1);
  CHECK(manifestsIn(copyIn(b.mountPoint)) == 0);
  if (const auto* problem = problemOf(outcome, "mismatch", kLargeClip)) CHECK(problem->culprit == "drive");
  if (kind == "btrfs") return;  // its own checksum refuses the block, also to whoever would write it anew
  Before(scratch.root / "card").checkNext(request);
}

TEST_CASE("a byte that flipped below the cache of a finished copy is found by the next run", "[f01]") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  Disk a(scratch.root, "a", 40), b(scratch.root, "b", 40);
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  const auto outcome = run(request);
  INFO(told(outcome));
  REQUIRE(safe(outcome));
  REQUIRE(outcome.copies[0].deviceId != outcome.copies[1].deviceId);
  REQUIRE(outcome.copies[0].deviceId.starts_with("loop:"));
  const std::string good = slurp(scratch.root / "card" / kSmallClip);
  REQUIRE(slurp(copyIn(b.mountPoint) / kSmallClip) == good);  // and now it is cached
  REQUIRE(flipBelow(b.image, good.substr(0, 4096)));
  REQUIRE(slurp(copyIn(b.mountPoint) / kSmallClip) == good);  // the cache still says so
  const auto damaged = run(request);
  INFO(told(damaged));
  CHECK_FALSE(safe(damaged));
  CHECK(damaged.copies[1].state == model::CopyState::defect);
  CHECK(damaged.copies[0].state == model::CopyState::verified);
}

// 6: no space on one of N.
TEST_CASE("a drive that fills up stops alone and goes on once there is room", "[f06]") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  const auto kind = GENERATE(as<std::string>{}, "ext4", "xfs", "tmpfs");
  Disk a(scratch.root, "a", 40), b(scratch.root, "b", kind == "xfs" ? 320 : 24, kind);
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  const Before before(scratch.root / "card");
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  const auto plan = offload::planOffload(realFileSystem(), request);
  REQUIRE(plan);
  // What the plan found free is taken by somebody else before the run.
  const auto room = volumes::volumeOf(b.mountPoint.native())->freeBytes;
  REQUIRE(room > 5'000'000);
  REQUIRE(support::shell("fallocate -l " + std::to_string(room - 5'000'000) + " '" +
                         (b.mountPoint / "others.bin").native() + "'"));
  jobs::Progress progress;
  const auto outcome = offload::runOffload(realFileSystem(), *plan, systemClock(), progress, {});
  INFO(kind << "\n" << told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "no_space"));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  before.check(request, outcome);
  CHECK(manifestsIn(copyIn(a.mountPoint)) == 1);
  CHECK_FALSE(stdfs::exists(copyIn(b.mountPoint) / kLargeClip));
  stdfs::remove(b.mountPoint / "others.bin");
  before.checkNext(request, kind != "tmpfs");  // a copy in memory never counts
}

// 7: fsync fails once.
TEST_CASE("whichever one sync fails what it was for is written anew or counts for nothing", "[f07]") {
  failEachOnce({Call::sync, Call::syncFileSystem}, support::longRun() ? 1 : 2);
}

// 8: close, rename or the sync of a folder fails.
TEST_CASE("whichever one close rename or folder sync fails no copy is called safe that is not", "[f08]") {
  failEachOnce({GENERATE(Call::close, Call::rename, Call::syncDirectory)}, support::longRun() ? 1 : 5);
}

TEST_CASE("a close that fails in the kernel is heard", "[f08]") {
  CardAndDrives place;
  FaultMount drive(place.scratch.root / "below", place.b);
  ROLLPROOF_SKIP_WITHOUT(drive);
  const auto request = onOwnDrives(requestFor(place.card, {place.a, place.b}));
  drive.tell("on flush .rollproof-part from=1 errno=5");
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK(drive.tell("hits") > 0);
  CHECK_FALSE(safe(outcome));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK_FALSE(stdfs::exists(place.scratch.root / "below/P/D/A001" / kLargeClip));
  CHECK(problemOf(outcome, "write_failed", kLargeClip));
  drive.tell("clear");
  Before(place.card).checkNext(request, false);  // by contract a copy behind such a driver cannot be Safe
}

// 9: a destination is yanked in mid copy and in mid verify.
TEST_CASE("a drive that is pulled in mid copy or mid verify leaves the other whole", "[f09]") {
  CardAndDrives place;
  const Before before(place.card);
  FaultMount drive(place.scratch.root / "below", place.b);
  ROLLPROOF_SKIP_WITHOUT(drive);
  const bool whileCopying = GENERATE(true, false);
  const auto request = onOwnDrives(requestFor(place.card, {place.a, place.b}));
  FaultyFileSystem fs;
  std::once_flag once;
  fs.before = [&](Call call, const std::string& path) {
    if (!path.starts_with(place.b.native()) || path.find("A001C001") == std::string::npos) return 0;
    if (call == (whileCopying ? Call::write : Call::open)) std::call_once(once, [&] { drive.tell("yank"); });
    return 0;
  };
  const auto outcome = run(request, fs);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(manifestsIn(copyIn(place.a)) == 1);
  CHECK(outcome.copies[1].state != model::CopyState::verified);
  CHECK(outcome.copies[1].state != model::CopyState::cacheVerified);
  CHECK(outcome.copies[1].manifest.empty());
  drive.tell("back");
  before.checkNext(request, false);  // by contract a copy behind such a driver cannot be Safe
}

TEST_CASE("a drive whose file system shuts down under the run is not safe until it was mounted and proven anew",
          "[f09]") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  const Before before(scratch.root / "card");
  const auto kind = GENERATE(as<std::string>{}, "ext4", "xfs");
  const bool whileCopying = GENERATE(true, false);
  Disk a(scratch.root, "a", 40), b(scratch.root, "b", kind == "xfs" ? 320 : 40, kind);
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  FaultyFileSystem fs;
  std::once_flag once;
  fs.before = [&](Call call, const std::string& path) {
    if (!path.starts_with(b.mountPoint.native()) || path.find("A001C001") == std::string::npos) return 0;
    if (call == (whileCopying ? Call::sync : Call::open)) std::call_once(once, [&] { b.shutDown(); });
    return 0;
  };
  const auto outcome = run(request, fs);
  INFO(kind << "\n" << told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(outcome.copies[1].manifest.empty());
  REQUIRE(b.remount());
  before.checkNames(copyIn(b.mountPoint));
  before.checkNext(request);
}

// 11: two destinations on one device, nested, the same, or inside the source.
TEST_CASE("destinations in each other or in the source are refused and two on one device count as one", "[f11]") {
  CardAndDrives place;
  const auto refused = [&](const std::vector<stdfs::path>& to, const stdfs::path& card) {
    const auto plan = offload::planOffload(realFileSystem(), requestFor(card, to));
    return !plan && plan.error().code == Errc::usage;
  };
  CHECK(refused({place.card / "CLIPS"}, place.card));
  CHECK(refused({place.card}, place.card));
  CHECK(refused({place.a, place.a}, place.card));
  CHECK(refused({place.a, copyIn(place.a)}, place.card));  // one roll inside the other
  stdfs::create_directories(place.scratch.root / "real");
  stdfs::create_directory_symlink(place.scratch.root / "real", place.scratch.root / "link");
  CHECK(refused({place.scratch.root / "real", place.scratch.root / "link"}, place.card));
  stdfs::create_directory_symlink(place.card, place.scratch.root / "to-card");
  CHECK(refused({place.scratch.root / "to-card"}, place.card));
  makeCard(copyIn(place.b) / "inner");
  CHECK(refused({place.b}, copyIn(place.b) / "inner"));  // the source inside a copy
  stdfs::remove_all(place.b);

  Disk disk(place.scratch.root, "disk", 60);
  ROLLPROOF_SKIP_WITHOUT(disk);
  REQUIRE(support::shell("mkdir -p '" + place.a.native() + "' '" + (disk.mountPoint / "one").native() +
                         "' && mount --bind '" + (disk.mountPoint / "one").native() + "' '" + place.a.native() + "'"));
  const bool twice = refused({disk.mountPoint / "one", place.a}, place.card);
  // Another folder of the same disk through the bind mount: allowed, and one device.
  auto request = requestFor(place.card, {disk.mountPoint, place.a});
  const auto outcome = run(request);
  REQUIRE(support::shell("umount '" + place.a.native() + "'"));
  INFO(told(outcome));
  CHECK(twice);
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "one_device"));
}

// 13: an existing file of the same size and time and other content.
TEST_CASE("a file of the same size and time with other content is neither taken for the card's nor overwritten",
          "[f13]") {
  CardAndDrives place;
  const auto request = place.request();
  const std::string theirs = noise(4097, 99);
  put(copyIn(place.b) / kSmallClip, theirs);
  stdfs::last_write_time(copyIn(place.b) / kSmallClip, stdfs::last_write_time(place.card / kSmallClip));
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(problemOf(outcome, "conflict", kSmallClip));
  CHECK(slurp(copyIn(place.b) / kSmallClip) == theirs);
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(manifestsIn(copyIn(place.a)) == 1);
  CHECK(manifestsIn(copyIn(place.b)) == 0);
}

TEST_CASE("a copy on a disk in memory is never safe", "[f06]") {
  const auto shm = volumes::volumeOf("/dev/shm");
  if (!shm || shm->fileSystem != "tmpfs") {
    WARN("left out here: no tmpfs at /dev/shm");
    return;
  }
  Scratch scratch, memory("/dev/shm");
  makeCard(scratch.root / "card");
  auto request = requestFor(scratch.root / "card", {memory.root / "a", memory.root / "b"});
  request.policy = {1, 1};
  const auto outcome = run(request);
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "memory_volume"));
}
