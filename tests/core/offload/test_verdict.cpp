// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "core/offload/evidence.h"

using namespace rollproof;
using namespace rollproof::offload;

namespace {

Evidence perfect() {
  Evidence evidence;
  evidence.files = 10;
  evidence.filesReread = 10;
  evidence.recountEqual = true;
  evidence.verify = VerifyMode::both;
  for (const char* device : {"serial:1", "serial:2"}) {
    CopyEvidence copy;
    copy.name = device;
    copy.device = {device, device, true, false};
    copy.filesVerified = 10;
    copy.sealed = true;
    evidence.copies.push_back(copy);
  }
  return evidence;
}

std::vector<std::string> codes(const Evidence& evidence, Policy policy = {}) {
  const auto verdict = deriveVerdict(evidence, policy);
  std::vector<std::string> list{verdict.kind == model::VerdictKind::safe ? "SAFE" : "NOT"};
  for (const auto& reason : verdict.reasons) {
    CHECK_FALSE(reason.text.empty());
    list.push_back(reason.code);
  }
  return list;
}

}  // namespace

TEST_CASE("no evidence is not safe") { CHECK(codes(Evidence{}).front() == "NOT"); }

TEST_CASE("whole evidence on two devices is safe and says what it rests on") {
  CHECK(codes(perfect()) ==
        std::vector<std::string>{"SAFE", "copy_verified", "copy_verified", "source_reread", "recounted"});
}

TEST_CASE("each single lack in the evidence takes safe away and is named") {
  struct Row {
    const char* code;
    std::function<void(Evidence&)> spoil;
  };
  const Row rows[] = {
      {"cancelled", [](auto& e) { e.cancelled = true; }},
      {"source_empty", [](auto& e) { e.files = 0; }},
      {"source_unreadable", [](auto& e) { e.filesUnreadable = 1; }},
      {"not_copied", [](auto& e) { e.entriesSkipped = 1; }},
      {"source_not_reread", [](auto& e) { e.filesReread = 9; }},
      {"source_not_reread", [](auto& e) { e.verify = VerifyMode::destinations; }},
      {"source_mismatch", [](auto& e) { e.filesRereadDiffer = 1; }},
      {"source_changed", [](auto& e) { e.recountEqual = false; }},
      {"card_history_mismatch", [](auto& e) { e.cardHistoryAgrees = false; }},
      {"copy_incomplete", [](auto& e) { e.copies[1].filesVerified = 9; }},
      {"copy_incomplete", [](auto& e) { e.copies[1].filesFailed = 1; }},
      {"not_sealed", [](auto& e) { e.copies[0].sealed = false; }},
      {"memory_volume", [](auto& e) { e.copies[0].device.durable = false; }},
      {"cache_verified_only",
       [](auto& e) {
         --e.copies[0].filesVerified;
         ++e.copies[0].filesCacheVerified;
       }},
      {"one_device", [](auto& e) { e.copies[1].device.id = e.copies[0].device.id; }},
      {"on_the_card", [](auto& e) { e.cardDevice.id = "serial:2"; }},
      {"on_the_card",
       [](auto& e) {
         e.cardDevice.id = "md:0";
         e.cardDevice.members = {"serial:7", "serial:2"};
       }},
      {"too_few_copies", [](auto& e) { e.copies.pop_back(); }},
      {"no_space",
       [](auto& e) {
         e.copies[0].against.push_back({"no_space", "full"});
       }},
  };
  for (const auto& row : rows) {
    auto evidence = perfect();
    row.spoil(evidence);
    const auto said = codes(evidence);
    INFO(row.code);
    CHECK(said.front() == "NOT");
    CHECK(std::find(said.begin(), said.end(), row.code) != said.end());
  }
}

TEST_CASE("a third copy that failed is named but does not take safe away") {
  auto evidence = perfect();
  evidence.copies.push_back(evidence.copies[0]);
  evidence.copies[2].filesVerified = 3;
  evidence.copies[2].filesFailed = 7;
  const auto said = codes(evidence);
  CHECK(said.front() == "SAFE");
  CHECK(said.back() == "copy_not_counted");
}

TEST_CASE("a policy of nothing still asks for one copy on one device") {
  auto evidence = perfect();
  evidence.copies.clear();
  CHECK(codes(evidence, {0, 0}).front() == "NOT");
}

namespace {

// Evidence of a whole run to these devices, as it is kept with the roll.
Evidence runTo(const std::vector<std::string>& devices) {
  auto evidence = perfect();
  evidence.copies.resize(1, evidence.copies[0]);
  const auto copy = evidence.copies[0];
  evidence.copies.clear();
  for (const auto& device : devices) {
    evidence.copies.push_back(copy);
    evidence.copies.back().name = device;
    evidence.copies.back().device.id = device;
    evidence.copies.back().root = "/mnt/" + device + "/A001";
  }
  evidence.contents = {{"xxh64", "the bytes"}};
  evidence.inventory = "names and sizes";
  evidence.timedInventory = "names and sizes and times";
  return evidence;
}

}  // namespace

TEST_CASE("evidence comes back from its JSON as it was") {
  auto evidence = runTo({"serial:1", "serial:2"});
  evidence.copies[0].root = std::string("/mnt/\xFF/A001");
  evidence.copies[1].against = {{"defect", "2 files altered"}};
  evidence.copies[1].manifestDigest = "c4abc";
  evidence.policy = {3, 2};
  evidence.cardId = "serial:9/1234-ABCD";
  evidence.verify = VerifyMode::destinations;
  const auto back = evidenceFromJson(evidenceToJson(evidence));
  REQUIRE(back);
  CHECK(evidenceToJson(*back) == evidenceToJson(evidence));
  CHECK(back->copies[0].root == evidence.copies[0].root);
  CHECK(codes(*back, back->policy) == codes(evidence, evidence.policy));
  for (const char* bad : {"", "null", "[]", "{}", "{\"files\":\"x\"}"}) CHECK_FALSE(evidenceFromJson(bad));
}

TEST_CASE("a copy made in a later run of the same card counts with the earlier one") {
  const auto first = runTo({"serial:1"});
  CHECK(codes(first).front() == "NOT");
  auto second = runTo({"serial:2"});
  const auto all = mergedEvidence(first, second);
  CHECK(all.copies.size() == 2);
  CHECK(codes(all).front() == "SAFE");
  SECTION("but not when it lies on the same device") {
    CHECK(codes(mergedEvidence(first,
                               [] {
                                 auto same = runTo({"serial:1"});
                                 same.copies[0].root = "/elsewhere";
                                 return same;
                               }()))
              .front() == "NOT");
  }
  SECTION("and not when its digests differ or were made in no common format") {
    second.contents = {{"xxh64", "other bytes"}};
    CHECK(codes(mergedEvidence(first, second)).front() == "NOT");
    second.contents = {{"md5", "the bytes"}};
    CHECK(codes(mergedEvidence(first, second)).front() == "NOT");
  }
  SECTION("and a bad second read of the card takes safe away from all") {
    second.filesRereadDiffer = 1;
    second.filesReread = 9;
    CHECK(codes(mergedEvidence(first, second)).front() == "NOT");
  }
  SECTION("a run without the second read keeps the one that was made of the same card") {
    second.verify = VerifyMode::destinations;
    second.filesReread = 0;
    CHECK(codes(mergedEvidence(first, second)).front() == "SAFE");
    second.timedInventory = "written since";
    CHECK(codes(mergedEvidence(first, second)).front() == "NOT");
  }
}

TEST_CASE("a copy that is made again replaces what was known of it") {
  const auto first = runTo({"serial:1", "serial:2"});
  auto again = runTo({"serial:2"});
  again.copies[0].filesVerified = 3;
  again.copies[0].filesFailed = 7;
  const auto all = mergedEvidence(first, again);
  CHECK(all.copies.size() == 2);
  CHECK(codes(all).front() == "NOT");
  CHECK(codes(mergedEvidence(all, runTo({"serial:2"}))).front() == "SAFE");
}

TEST_CASE("a copy of a copy joins its roll and one of a spoiled copy speaks against its source") {
  const auto roll = runTo({"serial:1"});
  auto later = runTo({"serial:2"});
  later.files = 12;  // the seal travels with the files
  later.copies[0].filesVerified = 12;
  later.filesReread = 12;
  const auto all = withCopiesOfCopy(roll, later, "/mnt/serial:1/A001");
  CHECK(all.files == 10);
  CHECK(codes(all).front() == "SAFE");
  later.contents = {{"xxh64", "spoiled bytes"}};
  const auto fallen = codes(withCopiesOfCopy(all, later, "/mnt/serial:1/A001"));
  CHECK(fallen.front() == "NOT");
  CHECK(std::find(fallen.begin(), fallen.end(), "defect") != fallen.end());
}

TEST_CASE("contents are equal by their digests and not by the seal that lies among them") {
  const std::vector<model::FileRecord> card{{"a.mov", 10, 0, {{model::HashFormat::xxh64, "00000000000000FF"}}}};
  auto copy = card;
  copy.push_back({"ascmhl/ascmhl_chain.xml", 5, 0, {{model::HashFormat::xxh64, "1111111111111111"}}});
  copy[0].digests = {{model::HashFormat::md5, "no digest"}, {model::HashFormat::xxh64, "00000000000000ff"}};
  CHECK(contentFingerprints(card).at("xxh64") == contentFingerprints(copy).at("xxh64"));
  copy[0].digests[1].text = "00000000000000fe";
  CHECK(contentFingerprints(card).at("xxh64") != contentFingerprints(copy).at("xxh64"));
  CHECK(contentFingerprints({}).empty());
  CHECK_FALSE(contentFingerprints(copy).contains("md5"));
  CHECK(inventoryFingerprint(card, false) == inventoryFingerprint({{"a.mov", 10, 99, {}}}, false));
  CHECK(inventoryFingerprint(card, true) != inventoryFingerprint({{"a.mov", 10, 99, {}}}, true));
}
