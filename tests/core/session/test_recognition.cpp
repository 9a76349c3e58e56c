// SPDX-License-Identifier: Apache-2.0
#include "core/session/recognition.h"

#include <thread>

#include "tests/core/session/scratch.h"

using namespace rollproof;
using namespace rollproof::session_test;
using session::Known;
namespace fs = std::filesystem;

TEST_CASE("a card nobody has seen is unknown and an offloaded one is already safe with its copies named") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  CHECK(recognise(*session, scratch.at("A001")).known == Known::unknown);
  const auto result = offloaded(*session, settingsFor(scratch));
  REQUIRE(result.outcome.verdict.kind == model::VerdictKind::safe);
  const auto answer = recognise(*session, scratch.at("A001"));
  CHECK(answer.known == Known::alreadySafe);
  CHECK(answer.roll == result.rollId);
  CHECK(answer.key.roll == "A001");
  CHECK(answer.text.starts_with("already safe: 2 copies on RAID-A and SHUTTLE-04, proven "));
  CHECK_FALSE(answer.details.empty());
}

TEST_CASE("an offloaded card that is not safe says why") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  settings.verify = offload::VerifyMode::destinations;
  (void)offloaded(*session, settings);
  const auto answer = recognise(*session, scratch.at("A001"));
  CHECK(answer.known == Known::offloaded);
  CHECK(answer.text.find("The card was not read a second time") != std::string::npos);
}

TEST_CASE("a card that changed since its offload says how many files are new and gone and changed") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  (void)offloaded(*session, settingsFor(scratch));
  SECTION("one that only grew says that only the new files will be copied") {
    scratch.file("A001/clips/three.bin", "3");
    const auto answer = recognise(*session, scratch.at("A001"));
    CHECK(answer.known == Known::changedSince);
    CHECK(answer.text.find("1 file new") != std::string::npos);
    CHECK(answer.text.find("copies only those") != std::string::npos);
    CHECK(answer.details == std::vector<std::string>{"new: clips/three.bin"});
  }
  SECTION("one that lost and changed files does not") {
    scratch.file("A001/clips/three.bin", "3");
    scratch.file("A001/clips/two.bin", "shorter");
    fs::remove(scratch.at("A001/index.xml"));
    const auto answer = recognise(*session, scratch.at("A001"));
    CHECK(answer.known == Known::changedSince);
    CHECK(answer.text.find("1 file new, 1 file gone, 1 file changed") != std::string::npos);
    CHECK(answer.text.find("copies only those") == std::string::npos);
  }
  SECTION("a file of the same size written later is a changed file") {
    fs::last_write_time(scratch.at("A001/clips/one.bin"),
                        fs::last_write_time(scratch.at("A001/clips/one.bin")) + std::chrono::seconds(61));
    CHECK(recognise(*session, scratch.at("A001")).known == Known::changedSince);
  }
  SECTION("all times an hour later are the same files in another season") {
    for (const char* name : {"clips/one.bin", "clips/two.bin", "index.xml"}) {
      const auto path = scratch.at("A001") + "/" + name;
      fs::last_write_time(path, fs::last_write_time(path) + std::chrono::hours(1));
    }
    CHECK(recognise(*session, scratch.at("A001")).known == Known::alreadySafe);
  }
}

TEST_CASE("another card of the same name in the project is other content and in another project it is none") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  (void)offloaded(*session, settingsFor(scratch));
  scratch.file("other/A001/clips/nine.bin", "9");
  const auto answer = recognise(*session, scratch.at("other/A001"));
  CHECK(answer.known == Known::otherContent);
  CHECK(answer.key.project == "Test");
  const auto elsewhere = session->recogniseIn("Another Film", scratch.at("other/A001"), {});
  REQUIRE(elsewhere);
  CHECK(elsewhere->known == Known::unknown);
}

TEST_CASE("a roll's own copy is recognised in spite of the seal in it") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto result = offloaded(*session, settingsFor(scratch));
  CHECK(recognise(*session, result.outcome.copies.at(0).root).known == Known::alreadySafe);
}

TEST_CASE("a card is not recognised without a catalog and says so as an error") {
  const Scratch scratch;
  smallCard(scratch);
  scratch.file("catalog.db", std::string(5000, 'x'));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto answer = session->recognise(scratch.at("A001"), {});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Errc::corrupt);
}

TEST_CASE("a card that was recognised tells its tile") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  (void)offloaded(*session, settingsFor(scratch));
  (void)session->startOffload(settingsFor(scratch), "");
  session->waitIdle();
  const auto state = session->state();
  REQUIRE(state.tiles.size() == 1);
  CHECK(state.tiles[0].known.starts_with("already safe"));
}

TEST_CASE("what is mounted arrives in the state without being asked for") {
  const Scratch scratch;
  const auto session = session::Session::open(scratch.at("catalog.db"));
  while (session->state().volumesVersion == 0) std::this_thread::yield();
  CHECK(session->state().volumes.size() == session->volumes().size());
}

TEST_CASE("a verification runs as a job and leaves its report in the state") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto result = offloaded(*session, settingsFor(scratch));
  const auto job =
      session->startVerify({scratch.at("RAID-A"), "", false, {{"A001", {}, {}, {}, ""}, {"A002", {}, {}, {}, ""}}});
  session->waitIdle();
  const auto state = session->state();
  REQUIRE(state.verifies.size() == 1);
  CHECK(state.verifies[0].job == job);
  REQUIRE(state.verifies[0].report);
  CHECK(state.verifies[0].report->tree.total.result == mhl::VerifyResult::verified);
  CHECK(state.verifies[0].report->completeness.missing == std::vector<std::string>{"A002"});
  CHECK_FALSE(state.verifies[0].finishedAt.empty());
}
