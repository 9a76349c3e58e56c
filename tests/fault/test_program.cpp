// SPDX-License-Identifier: Apache-2.0
// The real binary under failing system calls, beside a drive that hangs, and with a catalog in trouble.
#include <signal.h>
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>

#include "core/volumes/volumes.h"
#include "tests/fault/program.h"
#include "tests/fault/rig.h"
#include "tests/support/fault_mount.h"

using namespace rollproof;
using namespace rollproof::fault_test;
using support::Child;
using support::Disk;
using support::FaultMount;
using support::put;
using support::Scratch;
using support::slurp;
namespace stdfs = std::filesystem;

namespace {

struct Place {
  Scratch scratch;
  stdfs::path card = scratch.root / "card", a = scratch.root / "a", b = scratch.root / "b";
  Place() { makeCard(card); }
  [[nodiscard]] std::vector<std::string> offload(std::vector<std::string> more = {}) const {
    stdfs::create_directories(a);
    stdfs::create_directories(b);
    std::vector<std::string> arguments{"--json",     "offload",  card.native(), "--to",          a.native(), "--to",
                                       b.native(),   "--folder", "P/D/A001",    "--project",     "P",        "--day",
                                       "2026-05-02", "--roll",   "A001",        "--min-devices", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  // Safe where the temporary folder is a disk; two whole sealed copies in any case.
  void checkDone(const Ran& ran) const {
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == (volumes::volumeOf(scratch.root.native())->device.durable ? 0 : 5));
    const Before before(card);
    for (const auto& drive : {a, b}) {
      before.checkWhole(copyIn(drive));
      REQUIRE(manifestsIn(copyIn(drive)) == 1);
      REQUIRE(leftoversIn(drive) == 0);
    }
  }
};

}  // namespace

// 3: the reader answers EIO to the program itself.
TEST_CASE("a card file that cannot be read gives exit 3 and the file's name in the program's words", "[f03]") {
  Place place;
  if (!canTrace(place.scratch)) {
    WARN("left out here: strace cannot trace");
    return;
  }
  int injected = 0;
  const auto ran = programUnder(place.scratch, "pread64,preadv,preadv2,read:error=EIO:when=1+",
                                (place.card / kSmallClip).native(), place.offload(), injected);
  INFO(ran.out << ran.err);
  CHECK(injected > 0);
  CHECK(ran.exit == 3);
  CHECK(ran.out.find("A001C002.mov") != std::string::npos);
  CHECK(ran.out.find("Input/output error") != std::string::npos);
  CHECK_FALSE(stdfs::exists(copyIn(place.a) / kSmallClip));
  place.checkDone(program(place.scratch, place.offload()));
}

// 5: killed at the n-th system call, whatever it was for (the catalog's own included).
TEST_CASE("the program killed at its n-th write sync rename or unlink goes on at the next start", "[f05]") {
  Place place;
  if (!canTrace(place.scratch)) {
    WARN("left out here: strace cannot trace");
    return;
  }
  const Before before(place.card);
  struct Point {
    const char* calls;
    int n;
  };
  const std::vector<Point> points = {{"pwrite64,pwritev,pwritev2", 4}, {"fsync,fdatasync,syncfs", 2},
                                     {"fsync,fdatasync,syncfs", 9},    {"rename,renameat,renameat2", 1},
                                     {"rename,renameat,renameat2", 4}, {"unlink,unlinkat", 1}};
  int killed = 0;
  for (const auto& point : points) {
    for (int n = point.n; n < point.n + (support::longRun() ? 12 : 1); ++n) {
      stdfs::remove_all(place.a);
      stdfs::remove_all(place.b);
      int injected = 0;
      const std::string injection = point.calls + std::string(":signal=KILL:when=") + std::to_string(n);
      const auto ran = programUnder(place.scratch, injection, {}, place.offload(), injected);
      INFO(injection << "\n" << ran.out << ran.err);
      REQUIRE((ran.exit == 137) == (injected > 0));
      killed += injected;
      for (const auto& drive : {place.a, place.b}) before.checkNames(copyIn(drive));
      place.checkDone(program(place.scratch, place.offload()));
    }
  }
  CHECK(killed >= 4);
  CHECK(program(place.scratch, {"--json", "catalog", "check"}).exit == 0);
}

// 7, 8: one failing call of the program itself.
TEST_CASE("one failing sync rename or close of the program never ends in a false word", "[f07][f08]") {
  Place place;
  if (!canTrace(place.scratch)) {
    WARN("left out here: strace cannot trace");
    return;
  }
  const auto injection =
      GENERATE(as<std::string>{}, "fsync:error=EIO:when=2", "syncfs:error=EIO:when=1", "renameat2:error=EIO:when=1");
  int injected = 0;
  const auto ran = programUnder(place.scratch, injection, {}, place.offload(), injected);
  INFO(injection << "\n" << ran.out << ran.err);
  const Before before(place.card);
  for (const auto& drive : {place.a, place.b}) before.checkNames(copyIn(drive));
  if (ran.exit == 0) {
    for (const auto& drive : {place.a, place.b}) before.checkWhole(copyIn(drive));
  }
  place.checkDone(program(place.scratch, place.offload()));
}

// 12: calls that were interrupted or told to try again.
TEST_CASE("interrupted calls are made again and one told to try again never ends in a false word", "[f12]") {
  Place place;
  if (!canTrace(place.scratch)) {
    WARN("left out here: strace cannot trace");
    return;
  }
  int injected = 0;
  SECTION("writes and syncs are interrupted") {
    const auto ran =
        programUnder(place.scratch, "pwrite64,fsync,syncfs:error=EINTR:when=1+2", {}, place.offload(), injected);
    INFO(injected << " interrupted\n" << ran.out << ran.err);
    CHECK(injected > 3);
    place.checkDone(ran);
  }
  SECTION("reads of the card are interrupted") {
    const auto ran = programUnder(place.scratch, "pread64:error=EINTR:when=1+2", (place.card / kLargeClip).native(),
                                  place.offload(), injected);
    INFO(injected << " interrupted\n" << ran.out << ran.err);
    CHECK(injected > 1);
    place.checkDone(ran);
  }
  SECTION("EAGAIN") {
    const auto ran = programUnder(place.scratch, "pwrite64:error=EAGAIN:when=5+9", {}, place.offload(), injected);
    INFO(ran.out << ran.err);
    CHECK(injected > 0);
    const Before before(place.card);
    for (const auto& drive : {place.a, place.b}) before.checkNames(copyIn(drive));
    place.checkDone(program(place.scratch, place.offload()));
  }
}

// 19: one destination hangs.
TEST_CASE("beside a drive that hangs the others finish memory stays bounded and a stop is obeyed", "[f19]") {
  Scratch scratch;
  const auto card = scratch.root / "card", a = scratch.root / "a", b = scratch.root / "b";
  const bool whileWriting = GENERATE(true, false);
  FaultMount drive(scratch.root / "below", b);
  ROLLPROOF_SKIP_WITHOUT(drive);
  stdfs::create_directories(a);
  // More than any buffer may hold.
  const int files = support::longRun() ? 40 : whileWriting ? 8 : 3;
  for (int i = 0; i < files; ++i)
    put(card / ("CLIPS/C" + std::to_string(i) + ".mov"), support::noise(20'000'000, static_cast<unsigned>(i)));
  const std::vector<std::string> offload{"--json",     "offload",  card.native(), "--to",          a.native(), "--to",
                                         b.native(),   "--folder", "P/D/A001",    "--project",     "P",        "--day",
                                         "2026-05-02", "--roll",   "A001",        "--min-devices", "1"};
  // What a run needs when nothing hangs.
  long usual = 0;
  if (whileWriting) {
    Child sound(programArgv(scratch, offload), outFile(scratch), errFile(scratch));
    while (!sound.poll()) usual = std::max(usual, sound.highWaterKiB());
    CHECK(usual > 0);
    stdfs::remove_all(copyIn(a));
    stdfs::remove_all(copyIn(b));
  }
  drive.tell(whileWriting ? "on write * from=4 stall" : "on read .mov stall");
  Child program(programArgv(scratch, offload), outFile(scratch), errFile(scratch));
  REQUIRE(drive.until("stalled", 1));
  // The sound drive gets every file while the other hangs; the watchdog is far beyond any good run.
  const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  long most = 0;
  bool whole = false;
  while (!whole && std::chrono::steady_clock::now() < giveUp && !program.poll()) {
    most = std::max(most, program.highWaterKiB());
    whole = true;
    for (int i = 0; i < files && whole; ++i)
      whole = stdfs::exists(copyIn(a) / ("CLIPS/C" + std::to_string(i) + ".mov"));
  }
  INFO("usual " << usual << " KiB, beside the hanging drive " << most << " KiB\n" << slurp(errFile(scratch)));
  CHECK(whole);
  CHECK(drive.tell("stalled") >= 1);
  if (whileWriting) CHECK(most < usual + 64 * 1024);
  Before(card).checkNames(copyIn(a));

  const auto asked = std::chrono::steady_clock::now();
  program.signal(SIGINT);
  const auto exit = program.wait(std::chrono::seconds(10));
  const auto took = std::chrono::steady_clock::now() - asked;
  INFO("stopped after " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
  CHECK(exit == 130);
  CHECK(drive.tell("hits") > 0);
  drive.tell("release");
  Before before(card);
  before.checkNames(scratch.root / "below/P/D/A001");
  const auto next = fault_test::program(scratch, offload);
  INFO(next.out << next.err);
  CHECK(next.exit == 5);  // by contract a copy behind such a driver cannot be Safe
  for (const auto& one : {a, scratch.root / "below"}) {
    before.checkWhole(copyIn(one));
    CHECK(manifestsIn(copyIn(one)) == 1);
    CHECK(leftoversIn(one) == 0);
  }
}

TEST_CASE("a card that hangs does not keep the program from stopping", "[f19]") {
  Place place;
  FaultMount card(place.card, place.scratch.root / "mount");
  ROLLPROOF_SKIP_WITHOUT(card);
  auto offload = place.offload();
  std::replace(offload.begin(), offload.end(), place.card.native(), card.mountPoint.native());
  card.tell("on read A001C001.mov stall");
  Child program(programArgv(place.scratch, offload), outFile(place.scratch), errFile(place.scratch));
  REQUIRE(card.until("stalled", 1));
  const auto asked = std::chrono::steady_clock::now();
  program.signal(SIGINT);
  const auto exit = program.wait(std::chrono::seconds(10));
  INFO("stopped after "
       << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - asked).count()
       << " ms");
  CHECK(exit == 130);
  card.tell("release");
}

// 20: the catalog is locked, full, corrupt or cannot be made.
TEST_CASE("a catalog in trouble costs a warning and never a copy", "[f20]") {
  Place place;
  const auto trouble = GENERATE(as<std::string>{}, "locked", "corrupt", "a folder", "full");
  const auto catalog = place.scratch.root / "catalog.db";
  sqlite3* holder = nullptr;
  std::vector<std::string> more;
  Disk small(place.scratch.root, "small", 1, trouble == "full" ? "tmpfs" : "none");
  if (trouble == "locked") {
    REQUIRE(program(place.scratch, {"--json", "clips"}).exit == 0);  // makes it
    REQUIRE(sqlite3_open(catalog.c_str(), &holder) == SQLITE_OK);
    REQUIRE(sqlite3_exec(holder, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
  } else if (trouble == "corrupt") {
    put(catalog, "SQLite format 3" + std::string(1, '\0') + support::noise(20000, 3));
  } else if (trouble == "a folder") {
    stdfs::create_directories(catalog);
  } else {
    ROLLPROOF_SKIP_WITHOUT(small);
    put(small.mountPoint / "full", std::string(2'000'000, 'x'));
    more = {"--catalog", (small.mountPoint / "catalog.db").native()};
  }
  const auto ran = program(place.scratch, place.offload(more));
  if (holder) sqlite3_close(holder);
  INFO(trouble << "\n" << ran.out << ran.err);
  place.checkDone(ran);
  REQUIRE(ran.result.is_object());
  CHECK_FALSE(ran.result["warnings"].empty());
  if (trouble == "corrupt") CHECK(slurp(catalog).ends_with(support::noise(20000, 3)));
}
