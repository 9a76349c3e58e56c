// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/report/report.h"
#include "core/session/expected.h"

using namespace rollproof;
using namespace rollproof::session;

namespace {

std::vector<std::string> namesOf(const std::vector<ExpectedRoll>& rolls) {
  std::vector<std::string> names;
  for (const auto& roll : rolls) names.push_back(roll.name);
  return names;
}

std::vector<std::string> parsed(std::string_view text) {
  const auto rolls = parseExpectedRolls(text);
  REQUIRE(rolls.has_value());
  return namesOf(*rolls);
}

ReceivedRoll received(const std::string& path, const std::string& name, const std::string& content = {}) {
  ReceivedRoll roll;
  roll.name = name;
  roll.path = path;
  roll.result = mhl::VerifyResult::verified;
  roll.files = 3;
  roll.bytes = 300;
  roll.inventory = "same everywhere";
  if (!content.empty()) roll.content = {{model::HashFormat::xxh64, content}};
  return roll;
}

std::vector<std::string> kinds(const Completeness& answer) {
  std::vector<std::string> result;
  for (const auto& one : answer.findings) result.push_back(one.kind + " " + one.path);
  std::sort(result.begin(), result.end());
  return result;
}

using Names = std::vector<std::string>;
const std::string kOne = "1111111111111111";
const std::string kTwo = "2222222222222222";

}  // namespace

TEST_CASE("rolls are typed with blanks or commas and ranges and each counts once") {
  CHECK(parsed("A001 A002,B001;a001\n") == Names{"A001", "A002", "B001"});
  CHECK(parsed("A009-A011 X-Y") == Names{"A009", "A010", "A011", "X-Y"});
  CHECK(parsed("# day 3\nA001 # the first\n\nA002") == Names{"A001", "A002"});
  CHECK(parseExpectedRolls(" \n").error().code == Errc::usage);
  CHECK(parseExpectedRolls("# nothing").error().code == Errc::usage);
  CHECK(parsed("A001-A999999").size() == 1);
}

TEST_CASE("a day list is read whatever the order of its columns and the separator") {
  const auto rolls = parseExpectedRolls(
      "\xEF\xBB\xBF"
      "Camera;BYTES;Roll;Files;Clips\r\nA;\"1 000\";A001;12;4\r\n;;\"B;1\";x;\r\n;;;;\r\n");
  REQUIRE(rolls.has_value());
  REQUIRE(namesOf(*rolls) == Names{"A001", "B;1"});
  CHECK(rolls->front().bytes == 1000);
  CHECK(rolls->front().files == 12);
  CHECK(rolls->front().clips == 4);
  CHECK(rolls->front().camera == "A");
  CHECK_FALSE(rolls->back().files.has_value());
  CHECK(parsed("roll\nA001\nA002\n") == Names{"A001", "A002"});
}

TEST_CASE("our own camera reports one after the other are a day list") {
  std::string both;
  for (const char* name : {"A001", "A002"}) {
    report::CardReport page;
    page.key = {"P", "2026-05-02", name};
    page.camera = "ALEXA 35";
    page.bytes = 4711;
    page.clips.resize(2);
    page.records.resize(5);
    both += report::cardReportCsv(page);
  }
  const auto rolls = parseExpectedRolls(both);
  REQUIRE(rolls.has_value());
  REQUIRE(namesOf(*rolls) == Names{"A001", "A002"});
  for (const auto& roll : *rolls) {
    CHECK(roll.bytes == 4711);
    CHECK(roll.clips == 2);
    CHECK(roll.files == 5);
    CHECK(roll.camera == "ALEXA 35");
  }
}

TEST_CASE("a day is complete when every expected roll is there and a strange one is only said") {
  const auto answer = compareRolls(*parseExpectedRolls("A001 A002"),
                                   {received("/d/A001R2EC", "A001R2EC", kOne), received("/d/a002", "a002", kTwo),
                                    received("/d/A0011", "A0011", "3333333333333333")});
  CHECK(answer.asked);
  CHECK(answer.complete);
  CHECK(answer.expected == 2);
  CHECK(answer.received == 2);
  CHECK(answer.missing.empty());
  CHECK(kinds(answer) == Names{"roll_unexpected /d/A0011"});
}

TEST_CASE("a roll that is not there makes the day incomplete and is named") {
  const auto answer = compareRolls(*parseExpectedRolls("A001 A002"), {received("/d/A001", "A001", kOne)});
  CHECK_FALSE(answer.complete);
  CHECK(answer.received == 1);
  CHECK(answer.missing == Names{"A002"});
  CHECK(kinds(answer) == Names{"roll_missing "});
}

TEST_CASE("a roll renamed after it was sealed still answers to its name") {
  auto roll = received("/d/first card", "first card", kOne);
  roll.sealedName = "A001";
  CHECK(compareRolls(*parseExpectedRolls("A001"), {roll}).complete);
}

TEST_CASE("equal copies of a roll are complete and two contents under one name are not") {
  const auto expected = *parseExpectedRolls("A001");
  auto answer = compareRolls(expected, {received("/1/A001", "A001", kOne), received("/2/A001", "A001", kOne)});
  CHECK(answer.complete);
  CHECK(kinds(answer) == Names{"roll_duplicate /2/A001"});
  answer = compareRolls(expected, {received("/1/A001", "A001", kOne), received("/2/A001", "A001", kTwo)});
  CHECK_FALSE(answer.complete);
  CHECK(kinds(answer) == Names{"roll_conflict /2/A001"});
  // Names and sizes alone never prove that two are the same.
  answer = compareRolls(expected, {received("/1/A001", "A001"), received("/2/A001", "A001")});
  CHECK_FALSE(answer.complete);
}

TEST_CASE("one card copied under two names leaves the day incomplete") {
  const auto answer = compareRolls(*parseExpectedRolls("A001 A002"),
                                   {received("/d/A001", "A001", kOne), received("/d/A002", "A002", kOne)});
  CHECK_FALSE(answer.complete);
  CHECK(kinds(answer) == Names{"roll_duplicate /d/A002"});
}

TEST_CASE("counts and a verification that are not as listed leave the day incomplete") {
  auto expected = *parseExpectedRolls("roll,files,bytes,clips\nA001,3,300,7\n");
  auto roll = received("/d/A001", "A001", kOne);
  CHECK(compareRolls(expected, {roll}).complete);  // clips were not counted
  roll.clips = 6;
  CHECK(kinds(compareRolls(expected, {roll})) == Names{"roll_differs /d/A001"});
  roll.clips = 7;
  roll.files = 2;
  CHECK_FALSE(compareRolls(expected, {roll}).complete);
  roll.files = 3;
  roll.result = mhl::VerifyResult::defect;
  const auto answer = compareRolls(expected, {roll});
  CHECK_FALSE(answer.complete);
  CHECK(kinds(answer) == Names{"roll_unproven /d/A001"});
}
