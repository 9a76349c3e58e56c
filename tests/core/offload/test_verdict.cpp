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
      {"on_the_card", [](auto& e) { e.cardDevice = "serial:2"; }},
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
