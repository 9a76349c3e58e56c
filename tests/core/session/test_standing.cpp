// SPDX-License-Identifier: Apache-2.0
// What a roll's verdict rests on: copies made later, verifications, and what happens to copies in between.
#include <algorithm>

#include "core/session/roll_proof.h"
#include "tests/core/session/scratch.h"

using namespace rollproof;
using namespace rollproof::session_test;
using session::Known;
namespace fs = std::filesystem;

namespace {

catalog::RollRow onlyRoll(session::Session& session) {
  const auto rolls = session.rolls();
  if (!rolls) FAIL(describe(rolls.error()));
  REQUIRE(rolls->size() == 1);
  return rolls->front();
}

bool isSafe(session::Session& session) { return onlyRoll(session).verdict.kind == model::VerdictKind::safe; }

bool says(const model::Verdict& verdict, const std::string& code) {
  return std::any_of(verdict.reasons.begin(), verdict.reasons.end(), [&](const auto& r) { return r.code == code; });
}

void verified(session::Session& session, const std::string& path) {
  jobs::Progress progress;
  const auto report = session.verifyNow({path, "", false, {}}, progress, {});
  if (!report) FAIL(describe(report.error()));
  CHECK(report->warnings.empty());
}

void checkCatalog(session::Session& session) {
  const auto check = session.catalogCheck();
  REQUIRE(check);
  CHECK(check->findings == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("a second copy made later from the first makes the roll safe") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  settings.destinations = {scratch.folder("RAID-A")};
  const auto first = offloaded(*session, settings);
  CHECK(first.outcome.verdict.kind == model::VerdictKind::notSafe);
  session::OffloadSettings later;
  later.source = first.outcome.copies.at(0).root;
  later.destinations = {scratch.folder("SHUTTLE-04")};
  later.policy.minDevices = 1;
  const auto second = offloaded(*session, later);
  CHECK(second.outcome.verdict.kind == model::VerdictKind::safe);
  CHECK(second.key == first.key);
  CHECK(second.rollId == first.rollId);
  CHECK(second.outcome.copies.at(0).root == scratch.at("SHUTTLE-04/Test/2026-05-02/A001"));
  const auto roll = onlyRoll(*session);
  CHECK(roll.copies.size() == 2);
  CHECK(roll.files == 3);
  CHECK(recognise(*session, scratch.at("A001")).known == Known::alreadySafe);
  checkCatalog(*session);
}

TEST_CASE("a second copy made later from the card itself counts with the first") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  settings.destinations = {scratch.folder("RAID-A")};
  (void)offloaded(*session, settings);
  settings.destinations = {scratch.folder("SHUTTLE-04")};
  const auto second = offloaded(*session, settings);
  CHECK(second.outcome.verdict.kind == model::VerdictKind::safe);
  CHECK(onlyRoll(*session).copies.size() == 2);
  SECTION("until the card changes") {
    scratch.file("A001/clips/three.bin", "3");
    const auto third = offloaded(*session, settings);
    CHECK(third.outcome.verdict.kind == model::VerdictKind::notSafe);
    CHECK(says(third.outcome.verdict, "other_content"));
    settings.destinations = {scratch.at("RAID-A")};
    CHECK(offloaded(*session, settings).outcome.verdict.kind == model::VerdictKind::safe);
  }
  checkCatalog(*session);
}

TEST_CASE("a copy of a spoiled copy does not count and speaks against its source") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto first = offloaded(*session, settingsFor(scratch));
  scratch.file("RAID-A/Test/2026-05-02/A001/index.xml", "<ondex/>");
  session::OffloadSettings later;
  later.source = first.outcome.copies.at(0).root;
  later.destinations = {scratch.folder("THIRD")};
  later.policy.minDevices = 1;
  const auto second = offloaded(*session, later);
  CHECK(second.outcome.verdict.kind == model::VerdictKind::notSafe);
  const auto roll = onlyRoll(*session);
  CHECK(says(roll.verdict, "defect"));
  CHECK(says(roll.verdict, "other_content"));
  CHECK(roll.copies.size() == 3);
  checkCatalog(*session);
}

TEST_CASE("a verification that finds a copy damaged takes safe away and one that proves it again gives it back") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  (void)session->startOffload(settingsFor(scratch), "");
  session->waitIdle();
  REQUIRE(isSafe(*session));
  const std::string damaged = "RAID-A/Test/2026-05-02/A001/clips/two.bin";
  std::string bytes(100'000, '2');
  bytes[50'000] ^= 1;
  scratch.file(damaged, bytes);
  verified(*session, scratch.at("RAID-A"));
  CHECK_FALSE(isSafe(*session));
  const auto tile = session->state().tiles.at(0);
  CHECK(tile.verdict.kind == model::VerdictKind::notSafe);
  CHECK(tile.defect);
  REQUIRE(tile.problems.size() == 1);
  CHECK(tile.problems[0].path == "clips/two.bin");
  const auto filesFailed = [&] {
    const auto copies = onlyRoll(*session).copies;
    const auto onRaid = std::find_if(copies.begin(), copies.end(),
                                     [](const auto& copy) { return copy.root.find("RAID-A") != std::string::npos; });
    return onRaid->filesFailed;
  };
  CHECK(filesFailed() == 1);
  CHECK(recognise(*session, scratch.at("A001")).known == Known::offloaded);
  SECTION("a verification of the good copy changes nothing") {
    verified(*session, scratch.at("SHUTTLE-04"));
    CHECK_FALSE(isSafe(*session));
  }
  SECTION("mended bytes have to be proven before they count") {
    bytes[50'000] ^= 1;
    scratch.file(damaged, bytes);
    CHECK_FALSE(isSafe(*session));
    verified(*session, scratch.at("RAID-A"));
    CHECK(isSafe(*session));
    CHECK(filesFailed() == 0);
    CHECK(session->state().tiles.at(0).problems.empty());
  }
  SECTION("another program sees it too") {
    const auto other = session::Session::open(scratch.at("catalog.db"));
    CHECK(other->state().tiles.at(0).defect);
  }
  checkCatalog(*session);
  REQUIRE(session->catalogRebuild());
  checkCatalog(*session);
}

TEST_CASE("a verification of a drive from which a roll is gone takes safe away") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  (void)offloaded(*session, settingsFor(scratch));
  scratch.file("RAID-A/other.txt", "the drive itself is there");
  fs::remove_all(scratch.at("RAID-A/Test"));
  verified(*session, scratch.at("RAID-A"));
  const auto roll = onlyRoll(*session);
  CHECK(roll.verdict.kind == model::VerdictKind::notSafe);
  CHECK(says(roll.verdict, "missing"));
}

TEST_CASE("altered files sealed anew do not pass for the copy that was proven") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto result = offloaded(*session, settingsFor(scratch));
  const auto copy = result.outcome.copies.at(0);
  scratch.file("RAID-A/Test/2026-05-02/A001/index.xml", "<ondex/>");
  fs::remove_all(copy.root + "/ascmhl");
  {
    // A stranger's catalog offloads the altered copy onto itself: a whole history, of other content.
    const auto other = session::Session::open(scratch.at("other.db"));
    auto settings = settingsFor(scratch);
    fs::rename(copy.root, scratch.at("altered"));
    settings.source = scratch.at("altered");
    settings.roll = "A001";
    settings.destinations = {scratch.at("RAID-A")};
    (void)offloaded(*other, settings);
  }
  CHECK(recognise(*session, scratch.at("A001")).known == Known::offloaded);
  verified(*session, scratch.at("RAID-A"));
  CHECK(says(onlyRoll(*session).verdict, "defect"));
}

TEST_CASE("a card is not already safe when a copy that can be reached lost its folder or its manifest") {
  const Scratch scratch;
  smallCard(scratch);
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto result = offloaded(*session, settingsFor(scratch));
  REQUIRE(recognise(*session, scratch.at("A001")).known == Known::alreadySafe);
  SECTION("folder") { fs::remove_all(result.outcome.copies.at(1).root); }
  SECTION("manifest") { fs::remove(result.outcome.copies.at(1).manifest); }
  SECTION("another manifest") { std::ofstream(result.outcome.copies.at(1).manifest, std::ios::app) << ' '; }
  const auto answer = recognise(*session, scratch.at("A001"));
  CHECK(answer.known == Known::offloaded);
  CHECK(answer.text.find("SHUTTLE-04") != std::string::npos);
}

TEST_CASE("evidence tells where a copy lies now by its drive and not by its path") {
  offload::CopyEvidence copy;
  copy.root = "/media/raid/P/A001";
  copy.mountPoint = "/media/raid";
  copy.device.id = "serial:1";
  copy.fileSystemId = "uuid-1";
  model::Volume drive;
  drive.mountPoint = "/mnt/elsewhere";
  drive.device.id = "serial:1";
  drive.fileSystemId = "uuid-1";
  CHECK(session::placeNow(copy, {drive}) == "/mnt/elsewhere/P/A001");
  drive.fileSystemId = "formatted since";
  CHECK_FALSE(session::placeNow(copy, {drive}));
  drive = {};
  drive.mountPoint = "/media/raid";
  drive.device.id = "serial:2";
  CHECK_FALSE(session::placeNow(copy, {drive}));
}

TEST_CASE("an offload that failed and is tried again shows a fresh tile") {
  const Scratch scratch;
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto job = session->startOffload(settingsFor(scratch), "");
  session->waitIdle();
  const auto before = session->state().tiles.at(0);
  CHECK(before.finished);
  CHECK(says(before.verdict, "failed"));
  smallCard(scratch);
  session->retryJob(job);
  session->waitIdle();
  const auto after = session->state();
  REQUIRE(after.tiles.size() == 1);
  CHECK(after.tiles[0].verdict.kind == model::VerdictKind::safe);
  CHECK_FALSE(says(after.tiles[0].verdict, "failed"));
  CHECK(after.tiles[0].files == 3);
  CHECK(after.tiles[0].copies.size() == 2);
}
