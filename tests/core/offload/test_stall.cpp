// SPDX-License-Identifier: Apache-2.0
// Destinations that hang, and memory that forgets: what one bad part may cost the others.
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <future>
#include <thread>

#include "tests/core/offload/rig.h"
#include "tests/support/faulty_file_system.h"

using namespace rollproof;
using namespace rollproof::offload;
using support::Call;

namespace {

// A gate that a call waits at until the test opens it.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    m_changed.notify_all();
    m_changed.wait(lock, [&] { return m_open; });
  }
  void open() {
    const std::scoped_lock lock(m_mutex);
    m_open = true;
    m_changed.notify_all();
  }
  void untilSomeoneWaits() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_waiting > 0; });
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  int m_waiting = 0;
  bool m_open = false;
};

struct StallRig : Rig {
  support::FaultyFileSystem hooked{fs};
  jobs::Progress progress;
  Outcome runHooked(std::stop_token stop = {}) {
    const auto plan = planOffload(fs, request);
    REQUIRE(plan);
    return runOffload(hooked, *plan, systemClock(), progress, std::move(stop));
  }
  const model::FileProblem* problemOf(const Outcome& outcome, std::string_view code) {
    for (const auto& one : outcome.problems)
      if (one.code == code) return &one;
    return nullptr;
  }
};

// What broken memory does knows no locks: the race with those who read the block is the point.
[[gnu::no_sanitize_thread]] void spoil(std::byte& one) {
  one = static_cast<std::byte>(static_cast<unsigned>(one) ^ 16U);
}

// More than the ring holds, so that one destination that takes nothing would stop the reader.
void putLargeCard(Rig& rig) {
  for (int i = 0; i < 4; ++i)
    rig.fs.putFile("/card/CLIPS/B00" + std::to_string(i) + ".mov",
                   std::string((36U << 20U) + static_cast<std::size_t>(i), static_cast<char>('p' + i)));
}

bool allParkedGone() {
  const auto longEnough = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (parkedThreads() > 0 && std::chrono::steady_clock::now() < longEnough) std::this_thread::yield();
  return parkedThreads() == 0;
}

}  // namespace

TEST_CASE("a stalled destination is set aside and catches up from a copy that is proven") {
  StallRig rig;
  putLargeCard(rig);
  rig.request.stallPatience = std::chrono::milliseconds(1);
  Gate gate;
  std::atomic<bool> othersDone{false};
  std::atomic<int> readFromCopy{0};
  rig.hooked.before = [&](Call call, const std::string& path) {
    if (call == Call::write && path.starts_with("/b/") && path.find("B000") != std::string::npos) gate.wait();
    if (call != Call::open) return 0;
    if (path.starts_with("/a/P/D/A001/CLIPS/B00")) ++readFromCopy;
    // The last file of the card is read back at the other destination: it did not wait for the one that hangs.
    if (path == "/a/P/D/A001/CLIPS/B003.mov") {
      othersDone = true;
      gate.open();
    }
    return 0;
  };
  const auto outcome = rig.runHooked();
  INFO(reasonsText(outcome));
  CHECK(othersDone);
  CHECK(safe(outcome));
  CHECK(readFromCopy > 4);
  for (int i = 0; i < 4; ++i) {
    const std::string name = "/CLIPS/B00" + std::to_string(i) + ".mov";
    CHECK((rig.fs.content("/b/P/D/A001" + name) == rig.fs.content("/card" + name)));
  }
  CHECK(rig.manifests("/b").size() == 1);
  CHECK(rig.left("/b", "-part").empty());
}

TEST_CASE("a destination that was set aside gets what the card gave only at the second try") {
  StallRig rig;
  putLargeCard(rig);
  rig.request.stallPatience = std::chrono::milliseconds(1);
  Gate gate;
  std::atomic<int> firstTries{0};
  rig.hooked.before = [&](Call call, const std::string& path) {
    if (call == Call::write && path.starts_with("/b/") && path.find("B000") != std::string::npos) gate.wait();
    if (call != Call::open) return 0;
    if (path == "/a/P/D/A001/CLIPS/B003.mov") gate.open();
    return path == "/card/CLIPS/B001.mov" && ++firstTries == 1 ? EIO : 0;
  };
  const auto outcome = rig.runHooked();
  INFO(reasonsText(outcome));
  CHECK(firstTries > 1);
  CHECK(safe(outcome));
  CHECK((rig.fs.content("/b/P/D/A001/CLIPS/B001.mov") == rig.fs.content("/card/CLIPS/B001.mov")));
}

TEST_CASE("a stop does not wait for a drive that hangs and what it does later changes nothing") {
  StallRig rig;
  Gate gate;
  std::stop_source stop;
  // In the middle of the file, or when it is whole but not yet named.
  const auto where = GENERATE(Call::write, Call::sync);
  rig.hooked.before = [&](Call call, const std::string& path) {
    if (call == where && path.starts_with("/b/") && path.find("A001C001") != std::string::npos) gate.wait();
    return 0;
  };
  auto running = std::async(std::launch::async, [&] { return rig.runHooked(stop.get_token()); });
  gate.untilSomeoneWaits();
  stop.request_stop();
  const auto outcome = running.get();  // comes back although the gate is shut
  CHECK(outcome.cancelled);
  CHECK_FALSE(safe(outcome));
  CHECK(parkedThreads() >= 1);
  gate.open();
  REQUIRE(allParkedGone());
  CHECK_FALSE(rig.fs.has("/b/P/D/A001/CLIPS/A001C001.mov"));
  const auto next = rig.run();
  INFO(reasonsText(next));
  CHECK(safe(next));
  CHECK(rig.left("/b", "-part").empty());
}

TEST_CASE("a drive that never answers is given up and the other copy is sealed") {
  StallRig rig;
  Gate gate;
  rig.request.giveUpAfter = std::chrono::seconds(2);  // nothing else here waits so long, even on a busy machine
  rig.hooked.before = [&](Call call, const std::string& path) {
    if (call == Call::write && path.starts_with("/b/") && path.find("A001C001") != std::string::npos) gate.wait();
    return 0;
  };
  const auto outcome = rig.runHooked();
  INFO(reasonsText(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "not_responding"));
  REQUIRE(rig.problemOf(outcome, "not_responding"));
  CHECK(rig.problemOf(outcome, "not_responding")->culprit == "drive");
  CHECK(rig.problemOf(outcome, "not_responding")->device == "disk b");
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(rig.manifests("/a").size() == 1);
  gate.open();
  REQUIRE(allParkedGone());
  CHECK(rig.manifests("/b").empty());
}

TEST_CASE("memory that changes a block before it is written is found out and the file written again") {
  StallRig rig;
  std::atomic<int> spoiled{0};
  rig.hooked.spoilMemory = [&](const std::string& path, std::span<std::byte> bytes) {
    if (path.starts_with("/b/") && path.find("A001C001") != std::string::npos && ++spoiled == 2) spoil(bytes[77]);
  };
  const auto outcome = rig.runHooked();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(spoiled > 3);
  CHECK((rig.fs.content("/b/P/D/A001/CLIPS/A001C001.mov") == rig.fs.content("/card/CLIPS/A001C001.mov")));
}

TEST_CASE("memory that keeps spoiling is named as the culprit") {
  for (const char* file : {"A001C001", "A001C002"}) {  // a large file and a small one
    StallRig rig;
    rig.hooked.spoilMemory = [&](const std::string& path, std::span<std::byte> bytes) {
      if (path.starts_with("/b/") && path.find(file) != std::string::npos) spoil(bytes[5]);
    };
    const auto outcome = rig.runHooked();
    INFO(file << '\n' << reasonsText(outcome));
    CHECK_FALSE(safe(outcome));
    const auto* told = rig.problemOf(outcome, "memory_fault");
    REQUIRE(told);
    CHECK(told->culprit == "memory_or_bus");
    CHECK(told->offsetBytes == 0);
    CHECK(rig.manifests("/b").empty());
    CHECK(rig.left("/b", "-part").empty());
  }
}

TEST_CASE("the culprit of a mismatch is named with the readings that say so") {
  SECTION("the card gives other bytes on its second read") {
    Rig rig;
    rig.fs.spoilRead = [](const std::string& path, int reading, std::uint64_t offset, std::span<std::byte> bytes) {
      if (path == "/card/CLIPS/A001C001.mov" && reading > 1 && offset > 0 && offset < (8U << 20U))
        bytes[9] ^= std::byte{4};
    };
    const auto outcome = rig.run();
    INFO(reasonsText(outcome));
    const auto told = std::find_if(outcome.problems.begin(), outcome.problems.end(),
                                   [](const auto& p) { return p.code == "mismatch"; });
    REQUIRE(told != outcome.problems.end());
    CHECK(told->culprit == "card_or_reader");
    CHECK(told->device == "disk card");
    CHECK(told->offsetBytes == (4 << 20));
    REQUIRE(told->readings.size() == 5);
    CHECK(told->readings[0].what == "card, first read");
    CHECK(told->readings[1].digest != told->readings[0].digest);
    CHECK(told->readings[3].what == "a");
    CHECK(told->readings[3].digest == told->readings[0].digest);
  }
  SECTION("one drive gives back other bytes") {
    Rig rig;
    rig.fs.spoilRead = [](const std::string& path, int, std::uint64_t offset, std::span<std::byte> bytes) {
      if (path == "/b/P/D/A001/CLIPS/A001C001.mov" && offset >= (8U << 20U)) bytes[9] ^= std::byte{4};
    };
    const auto outcome = rig.run();
    INFO(reasonsText(outcome));
    const auto told = std::find_if(outcome.problems.begin(), outcome.problems.end(),
                                   [](const auto& p) { return p.code == "mismatch"; });
    REQUIRE(told != outcome.problems.end());
    CHECK(told->culprit == "drive");
    CHECK(told->device == "disk b");
    CHECK(told->offsetBytes == (8 << 20));
  }
  SECTION("two copies are wrong in the same way while the card stands by its first word") {
    Rig rig;
    rig.fs.spoilRead = [](const std::string& path, int, std::uint64_t offset, std::span<std::byte> bytes) {
      if (path.ends_with("/P/D/A001/CLIPS/A001C001.mov") && offset == 0) bytes[9] ^= std::byte{4};
    };
    const auto outcome = rig.run();
    INFO(reasonsText(outcome));
    const auto told = std::find_if(outcome.problems.begin(), outcome.problems.end(),
                                   [](const auto& p) { return p.code == "mismatch"; });
    REQUIRE(told != outcome.problems.end());
    CHECK(told->culprit == "memory_or_bus");
    CHECK(told->device == "this machine");
  }
}

TEST_CASE("all six hashes of one read are those of the content") {
  Rig rig;
  rig.request.hashes = hash::allFormats();
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  REQUIRE(safe(outcome));
  for (const auto& file : outcome.files) {
    const auto content = rig.fs.content("/card/" + file.path);
    REQUIRE(file.digests.size() == 6);
    for (const auto& digest : file.digests)
      CHECK(digest == hash::digestOf(digest.format, std::as_bytes(std::span(content.data(), content.size()))));
  }
}

TEST_CASE("thousands of small files among large ones all arrive and are proven") {
  Rig rig;
  for (int i = 0; i < 3000; ++i) {
    rig.fs.putFile("/card/S/" + std::to_string(i % 37) + "/" + std::to_string(i) + ".xml",
                   std::string(static_cast<std::size_t>(i) * 7 % 20'011, static_cast<char>(i)));
  }
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  for (const auto& path : rig.fs.pathsUnder("/card")) {
    const auto there = "/b/P/D/A001" + path.substr(5);
    REQUIRE(rig.fs.has(there));
    REQUIRE((rig.fs.content(there) == rig.fs.content(path)));
  }
  CHECK(rig.left("/a", "-part").empty());
}
