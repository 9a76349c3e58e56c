// SPDX-License-Identifier: Apache-2.0
// The card's side: a reader that lies, fails or tires, a card that changes under the run, and memory that does.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <mutex>

#include "tests/fault/rig.h"
#include "tests/support/fault_mount.h"

using namespace rollproof;
using namespace rollproof::fault_test;
using support::Call;
using support::Disk;
using support::FaultMount;
using support::FaultyFileSystem;
using support::noise;
using support::put;
using support::Scratch;
using support::slurp;
namespace stdfs = std::filesystem;

namespace {

bool isClip(const std::string& path, const stdfs::path& below) {
  return path.starts_with(below.native()) && path.ends_with(kLargeClip);
}

void flipAt(std::uint64_t byte, std::uint64_t offset, std::span<std::byte> bytes) {
  if (byte >= offset && byte < offset + bytes.size()) bytes[byte - offset] ^= std::byte{0x10};
}

}  // namespace

// 2: the source differs on its second read.
TEST_CASE("a card that reads differently the second time is never safe and nothing of it is sealed", "[f02]") {
  CardAndDrives place;
  const Before before(place.card);
  FaultyFileSystem fs;
  const int wrongFrom = GENERATE(1, 2);  // the first read alone lies, or every later one
  fs.spoilRead = [&](const std::string& path, int reading, std::uint64_t offset, std::span<std::byte> bytes) {
    if (isClip(path, place.card) && (wrongFrom == 1 ? reading == 1 : reading >= 2)) flipAt(5'000'000, offset, bytes);
  };
  const auto outcome = run(place.request(), fs);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "source_mismatch"));
  const auto* problem = problemOf(outcome, "mismatch", kLargeClip);
  REQUIRE(problem);
  // The drives hold what they were given: whoever is to blame, it is not one of them.
  CHECK(problem->culprit != "drive");
  CHECK(manifestsIn(copyIn(place.a)) + manifestsIn(copyIn(place.b)) == 0);
  if (wrongFrom == 2) before.checkNext(place.request());
}

TEST_CASE("a card behind a driver that lies on the second opening is told from one that does not", "[f02]") {
  CardAndDrives place;
  FaultMount mount(place.card, place.scratch.root / "mount");
  ROLLPROOF_SKIP_WITHOUT(mount);
  const auto request = onOwnDrives(requestFor(mount.mountPoint, {place.a, place.b}));
  SECTION("it lies") {
    mount.tell("on read A001C001.mov opening=2 at=4500000 flip");
    const auto outcome = run(request);
    INFO(told(outcome));
    CHECK(mount.tell("hits") > 0);
    CHECK_FALSE(safe(outcome));
    CHECK(says(outcome, "source_mismatch"));
  }
  SECTION("it does not and still its second read proves nothing") {
    const auto outcome = run(request);
    INFO(told(outcome));
    CHECK_FALSE(safe(outcome));
    CHECK(says(outcome, "source_not_reread"));
    CHECK_FALSE(says(outcome, "source_mismatch"));
  }
}

// 3: the source gives EIO at the first, a middle and the last block.
TEST_CASE("a block of the card that cannot be read costs that file alone and is named with its place", "[f03]") {
  CardAndDrives place;
  const Before before(place.card);
  const std::uint64_t at = GENERATE(0U, 5'000'000U, 9'000'000U);
  FaultyFileSystem fs;
  fs.failRead = [&](const std::string& path, int, std::uint64_t offset, std::size_t bytes) {
    return isClip(path, place.card) && at >= offset && at < offset + bytes ? EIO : 0;
  };
  const auto outcome = run(place.request(), fs);
  INFO("at byte " << at << "\n" << told(outcome));
  CHECK_FALSE(safe(outcome));
  before.check(place.request(), outcome);
  const auto* problem = problemOf(outcome, "unreadable", kLargeClip);
  REQUIRE(problem);
  CHECK(problem->sysErrno == EIO);
  CHECK(problem->offsetBytes >= 0);
  CHECK(problem->offsetBytes <= static_cast<std::int64_t>(at));
  for (const auto& drive : {place.a, place.b}) {
    CHECK_FALSE(stdfs::exists(copyIn(drive) / kLargeClip));
    CHECK(slurp(copyIn(drive) / kSmallClip) == slurp(place.card / kSmallClip));
    CHECK(manifestsIn(copyIn(drive)) == 0);
  }
  before.checkNext(place.request());
}

TEST_CASE("a driver that answers EIO for one block of a small and of a large file stops neither the rest", "[f03]") {
  CardAndDrives place;
  FaultMount mount(place.card, place.scratch.root / "mount");
  ROLLPROOF_SKIP_WITHOUT(mount);
  const auto request = onOwnDrives(requestFor(mount.mountPoint, {place.a, place.b}));
  mount.tell("on read A001C001.mov at=9000000 errno=5");
  mount.tell("on read A001C002.mov at=4096 errno=5");
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK(problemOf(outcome, "unreadable", kLargeClip));
  CHECK(problemOf(outcome, "unreadable", kSmallClip));
  CHECK(slurp(copyIn(place.a) / "\xff\xfe odd\n.txt") == "bytes");
  CHECK_FALSE(stdfs::exists(copyIn(place.a) / kSmallClip));
  mount.tell("clear");
  Before(place.card).checkNext(request, false);  // by contract a card behind such a driver cannot be Safe
}

// 10: the card is yanked and another with the same name put in.
TEST_CASE("another card under the same name is noticed whenever it comes", "[f10]") {
  Scratch scratch;
  const auto where = scratch.root / "card";
  const auto pause = GENERATE(as<std::string>{}, "in mid copy", "between the two reads", "before the last count");
  Disk first(scratch.root, "card", 40);
  ROLLPROOF_SKIP_WITHOUT(first);
  put(where / kLargeClip, noise(9'000'001, 1));
  put(where / kSmallClip, noise(4097, 2));
  // The twin: same names, sizes and times; one clip another.
  REQUIRE(support::shell("sync -f '" + where.native() + "' && cp '" + first.image.native() + "' '" +
                         (scratch.root / "twin.img").native() + "'"));
  {
    Disk twin(scratch.root, "twin", scratch.root / "twin.img");
    ROLLPROOF_SKIP_WITHOUT(twin);
    const auto time = stdfs::last_write_time(twin.mountPoint / kLargeClip);
    std::fstream clip(twin.mountPoint / kLargeClip, std::ios::in | std::ios::out | std::ios::binary);
    clip.seekp(8'500'000);
    clip << "another take";
    clip.close();
    stdfs::last_write_time(twin.mountPoint / kLargeClip, time);
  }
  auto request = onOwnDrives(requestFor(where, {scratch.root / "a", scratch.root / "b"}));
  std::atomic<bool> swapped{false};
  request.volumeOf = [&swapped, &where, drives = request.volumeOf](const std::string& path) {
    auto volume = drives(path);
    if (volume && swapped && path == where.native()) volume->device.id = "serial:another card";
    return volume;
  };
  const auto swap = [&] {
    if (swapped) return;
    swapped = true;
    REQUIRE(support::shell("umount -l '" + where.native() + "' && mount -o loop '" +
                           (scratch.root / "twin.img").native() + "' '" + where.native() + "'"));
  };
  std::map<std::string, int> openings;
  std::mutex mutex;
  FaultyFileSystem fs;
  fs.before = [&](Call call, const std::string& path) {
    if (!path.starts_with(where.native())) return 0;
    const std::lock_guard guard(mutex);
    if (call == Call::open && isClip(path, where) && ++openings[path] == 2 && pause == "between the two reads") swap();
    if (call == Call::list && path == where.native() && pause == "before the last count") swap();
    return 0;
  };
  fs.failRead = [&](const std::string& path, int reading, std::uint64_t offset, std::size_t) {
    if (!isClip(path, where) || reading != 1 || offset == 0 || pause != "in mid copy") return 0;
    const std::lock_guard guard(mutex);
    swap();
    return ENODEV;  // what the old card answers once it is out
  };
  const auto outcome = run(request, fs);
  INFO(pause << "\n" << told(outcome));
  CHECK(swapped.load());
  CHECK_FALSE(safe(outcome));
  first.unmount();
  (void)support::shell("umount -l '" + where.native() + "'");
}

// 12: short reads and calls that were interrupted (the other half, by signal and errno, is in test_program.cpp).
TEST_CASE("short reads of the card and short writes to a drive are gone on with until all is there", "[f12]") {
  CardAndDrives place;
  FaultMount source(place.card, place.scratch.root / "card-mount");
  ROLLPROOF_SKIP_WITHOUT(source);
  FaultMount drive(place.scratch.root / "b-below", place.b);
  ROLLPROOF_SKIP_WITHOUT(drive);
  source.tell("on read * short");
  drive.tell("on write * short");
  drive.tell("on read * short");
  const auto request = onOwnDrives(requestFor(source.mountPoint, {place.a, place.b}));
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK(source.tell("hits") > 0);
  CHECK(drive.tell("hits") > 0);
  REQUIRE(outcome.copies.size() == 2);
  const Before before(place.card);
  before.checkWhole(copyIn(place.a));
  before.checkWhole(copyIn(place.b));
  CHECK(outcome.problems.empty());
  CHECK(manifestsIn(copyIn(place.a)) == 1);
  CHECK(manifestsIn(copyIn(place.b)) == 1);
}

// 15: the source grows, shrinks, gains and loses files during the copy.
TEST_CASE("a card that changes during the copy is not safe and the next run takes what it is then", "[f15]") {
  CardAndDrives place;
  const auto what = GENERATE(as<std::string>{}, "grows", "shrinks", "is rewritten", "gains a file", "loses a file");
  FaultyFileSystem fs;
  std::once_flag once;
  fs.failRead = [&](const std::string& path, int reading, std::uint64_t offset, std::size_t) {
    if (!isClip(path, place.card) || reading != 1 || offset == 0) return 0;
    std::call_once(once, [&] {
      if (what == "grows") std::ofstream(path, std::ios::app | std::ios::binary) << "more";
      if (what == "shrinks") stdfs::resize_file(path, 8'400'000);
      if (what == "is rewritten") {
        std::fstream clip(path, std::ios::in | std::ios::out | std::ios::binary);
        clip.seekp(100);
        clip << "other";
      }
      if (what == "gains a file") put(place.card / "CLIPS/A001C003.mov", "new");
      if (what == "loses a file") stdfs::remove(place.card / "empty.bin");
    });
    return 0;
  };
  const auto outcome = run(place.request(), fs);
  INFO(what << "\n" << told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(manifestsIn(copyIn(place.a)) == 0);
  if (what == "loses a file") return;  // what the copy still holds and the card no longer is a person's to decide
  Before(place.card).checkNext(place.request());
}

// 16: a bit flips in memory, before the bytes are hashed and after.
TEST_CASE("a bit that flips in memory before or after hashing never ends as a safe copy", "[f16]") {
  CardAndDrives place;
  const Before before(place.card);
  const auto where = GENERATE(as<std::string>{}, "before hashing", "on the way to one drive", "on the way to both");
  FaultyFileSystem fs;
  std::atomic<int> flips{0};
  if (where == "before hashing") {
    fs.spoilRead = [&](const std::string& path, int reading, std::uint64_t offset, std::span<std::byte> bytes) {
      if (isClip(path, place.card) && reading == 1) flipAt(5'000'000, offset, bytes);
    };
  } else {
    fs.spoilWrite = [&](const std::string& path, std::uint64_t offset, std::span<std::byte> bytes) {
      if (path.find("A001C001") == std::string::npos) return;
      if (where == "on the way to one drive" && path.starts_with(place.a.native())) return;
      if (offset + bytes.size() > 5'000'000 && offset <= 5'000'000 && flips++ < 2) flipAt(5'000'000, offset, bytes);
    };
  }
  const auto request = place.request();
  const auto outcome = run(request, fs);
  INFO(where << "\n" << told(outcome));
  CHECK_FALSE(safe(outcome));
  const auto* problem = problemOf(outcome, "mismatch", kLargeClip);
  REQUIRE(problem);
  CHECK(
      std::any_of(problem->readings.begin(), problem->readings.end(), [](const auto& r) { return !r.digest.empty(); }));
  if (where == "before hashing") {
    CHECK(problem->culprit != "drive");
    CHECK(manifestsIn(copyIn(place.a)) + manifestsIn(copyIn(place.b)) == 0);
    return;
  }
  if (where == "on the way to both") CHECK(problem->culprit != "card_or_reader");
  before.check(request, outcome);
  CHECK(manifestsIn(copyIn(place.b)) == 0);
  before.checkNext(request);
}
