// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/hash/hash.h"
#include "core/mhl/document.h"
#include "core/mhl/nested.h"
#include "core/mhl/seal_in_place.h"
#include "core/mhl/survey.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

using Kinds = std::vector<std::string>;

SealOutcome sealNow(const std::string& folder, const std::vector<std::string>& ignore = {}) {
  SealOptions options;
  options.creator = creatorHere();
  options.creator.comment = "Kept";
  options.ignorePatterns = ignore;
  jobs::Progress progress;
  auto outcome = sealInPlace(realFileSystem(), folder, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

Kinds differences(const Result<Comparison>& comparison) {
  if (!comparison) FAIL(describe(comparison.error()));
  Kinds result;
  for (const auto& one : comparison->differences) {
    result.push_back(one.kind + " " + one.path + (one.otherPath.empty() ? "" : " " + one.otherPath));
  }
  return result;
}

// A generation of `scope` whose only content is this reference.
void referTo(const std::string& scope, const std::string& target, const model::Digest& digest) {
  Manifest manifest;
  manifest.creator = creatorHere();
  manifest.startedAt = someTime();
  manifest.process = Process::inPlace;
  manifest.references.push_back({target, digest});
  REQUIRE(appendPrepared(realFileSystem(), scope, std::move(manifest), {}).has_value());
}

std::vector<Finding> findingsOf(const std::string& scope) {
  const auto survey = surveyHistory(realFileSystem(), scope);
  if (!survey) FAIL(describe(survey.error()));
  std::vector<Finding> all;
  for (const auto& one : survey->histories) all.insert(all.end(), one.findings.begin(), one.findings.end());
  return all;
}

}  // namespace

TEST_CASE("a survey tells generations and counts and roots and who made them") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  put(scope + "/b.mov", "two");
  sealNow(scope, {"*.tmp"});
  put(scope + "/a.mov", "onx");
  stdfs::rename(scope + "/b.mov", scope + "/c.mov");
  sealNow(scope);
  const auto survey = surveyHistory(realFileSystem(), scope + "/ascmhl");
  REQUIRE(survey.has_value());
  CHECK(survey->scope == scope);
  REQUIRE(survey->histories.size() == 1);
  const auto& history = survey->histories[0];
  CHECK(history.ignorePatterns.back() == "*.tmp");
  CHECK(history.findings.empty());
  REQUIRE(history.generations.size() == 2);
  const auto& first = history.generations[0];
  CHECK(first.number == 1);
  CHECK(first.proven);
  CHECK(first.process == Process::inPlace);
  CHECK(first.creator.comment == "Kept");
  CHECK(first.files == 2);
  CHECK(first.bytes == 6);
  CHECK(first.original == 2);
  CHECK(first.formats == std::map<std::string, std::uint64_t>{{"xxh64", 2}});
  CHECK(first.root.has_value());
  const auto& second = history.generations[1];
  CHECK(second.failed == 1);
  CHECK(second.verified == 1);
  CHECK(second.renamed == 1);
  CHECK_FALSE(second.root.has_value());

  const auto alone = surveyHistory(realFileSystem(), scope + "/ascmhl/" + first.fileName);
  REQUIRE(alone.has_value());
  CHECK(alone->histories.at(0).generations.at(0).proven);
  stdfs::copy_file(scope + "/ascmhl/" + first.fileName, temp.path() + "/list.mhl");
  CHECK(hasKind(findingsOf(temp.path() + "/list.mhl"), "unlisted_manifest"));
}

TEST_CASE("references are resolved downwards and a history below is read once") {
  TempFolder temp;
  const std::string day = temp.path() + "/Day";
  put(day + "/A001/deep/B/a.mov", "one");
  put(day + "/A001/b.mov", "two");
  sealNow(day + "/A001/deep/B");
  sealNow(day + "/A001");
  sealNow(day);
  sealNow(day);
  const auto survey = surveyHistory(realFileSystem(), day);
  REQUIRE(survey.has_value());
  REQUIRE(survey->histories.size() == 3);
  CHECK(survey->histories[1].path == "A001");
  CHECK(survey->histories[2].path == "A001/deep/B");
  CHECK(findingsOf(day).empty());
  const std::string inner = day + "/A001/deep/B/ascmhl/" + survey->histories[2].generations.back().fileName;
  replaceIn(inner, "Kept", "Lost");
  CHECK(hasKind(findingsOf(day), "reference"));
  CHECK(hasKind(findingsOf(day), "manifest_altered"));
  stdfs::remove_all(day + "/A001/deep");
  const auto gone = findingsOf(day);
  CHECK(hasKind(gone, "reference"));
}

TEST_CASE("a reference that leads out or up or in a circle is a finding and is not followed") {
  TempFolder temp;
  const std::string scope = temp.path() + "/Day";
  put(temp.path() + "/outside/secret.mov", "s");
  sealNow(temp.path() + "/outside");
  put(scope + "/A/a.mov", "one");
  sealNow(scope + "/A");
  const auto fileName = readHistory(realFileSystem(), temp.path() + "/outside")->generations[0].fileName;
  const auto c4 = readHistory(realFileSystem(), temp.path() + "/outside")->generations[0].c4;
  SECTION("through a link") {
    stdfs::create_directory_symlink(temp.path() + "/outside", scope + "/link");
    referTo(scope, "link/ascmhl/" + fileName, {HashFormat::c4, c4});
    const auto survey = surveyHistory(realFileSystem(), scope);
    REQUIRE(survey.has_value());
    CHECK(survey->histories.size() == 1);
    CHECK(hasKind(findingsOf(scope), "reference"));
  }
  SECTION("to its own history") {
    referTo(scope, "A/ascmhl/x.mhl", {HashFormat::c4, c4});
    const auto own = readHistory(realFileSystem(), scope)->generations[0];
    referTo(scope, "ascmhl/" + own.fileName, {HashFormat::c4, own.c4});
    const auto findings = findingsOf(scope);
    CHECK(std::count_if(findings.begin(), findings.end(), [](const Finding& one) { return one.kind == "reference"; }) ==
          2);
  }
  SECTION("out of the scope") {
    referTo(scope, "A/ascmhl/x.mhl", {HashFormat::c4, c4});
    const auto own = readHistory(realFileSystem(), scope)->generations[0];
    replaceIn(scope + "/ascmhl/" + own.fileName, "A/ascmhl/x.mhl", "../outside/ascmhl/" + fileName);
    rechain(scope, 1);
    const auto survey = surveyHistory(realFileSystem(), scope);
    REQUIRE(survey.has_value());
    CHECK_FALSE(survey->histories.at(0).generations.at(0).proven);
    CHECK(hasKind(findingsOf(scope), "unreadable"));
  }
}

TEST_CASE("a folder differs from its history by names and sizes without being read") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/Clips/b.mov", "two");
  put(scope + "/sub/N/n.mov", "nested");
  put(scope + "/gone.mov", "gone");
  put(scope + "/link.mov", "link");
  sealNow(scope + "/sub/N");
  sealNow(scope, {"*.tmp"});
  CHECK(differences(compareWithFolder(realFileSystem(), scope)).empty());
  CHECK(compareWithFolder(realFileSystem(), scope)->same == 5);
  put(scope + "/Clips/a.mov", "longer");
  put(scope + "/Clips/b.mov", "twx");  // same size: content is none of its business
  put(scope + "/sub/N/new.mov", "x");
  put(scope + "/cache/x.tmp", "x");
  stdfs::remove(scope + "/gone.mov");
  stdfs::remove(scope + "/link.mov");
  stdfs::create_symlink("/nowhere", scope + "/link.mov");
  CHECK(differences(compareWithFolder(realFileSystem(), scope)) ==
        Kinds{"altered Clips/a.mov", "missing gone.mov", "altered link.mov", "new sub/N/new.mov"});
  CHECK(compareWithFolder(realFileSystem(), temp.path()).error().code == Errc::notFound);
}

TEST_CASE("two copies and two generations and two manifests are compared by what they record") {
  TempFolder temp;
  const std::string a = temp.path() + "/A";
  const std::string b = temp.path() + "/B";
  for (const auto& scope : {a, b}) {
    put(scope + "/same", "same");
    put(scope + "/differs", scope == a ? "one" : "two");
    put(scope + (scope == a ? "/old name" : "/new name"), "moved");
    put(scope + (scope == a ? "/only a" : "/only b"), scope);
  }
  sealNow(a);
  sealNow(b);
  const Kinds expected{"altered differs", "renamed old name new name", "missing only a", "new only b"};
  const auto sorted = [](Kinds kinds) {
    std::sort(kinds.begin(), kinds.end());
    return kinds;
  };
  CHECK(sorted(differences(compareRecorded(realFileSystem(), a, b))) == sorted(expected));
  const auto first = a + "/ascmhl/" + readHistory(realFileSystem(), a)->generations[0].fileName;
  CHECK(sorted(differences(compareRecorded(realFileSystem(), first, b + "@1"))) == sorted(expected));
  put(a + "/later", "later");
  sealNow(a);
  CHECK(differences(compareRecorded(realFileSystem(), a + "@1", a + "@2")) == Kinds{"new later"});
  put(a + "/differs", "0ne");
  sealNow(a);  // records it as failed: found, and not what it was
  CHECK(differences(compareRecorded(realFileSystem(), a + "@2", a + "@3")) == Kinds{"altered differs"});
  CHECK(differences(compareRecorded(realFileSystem(), a + "@2", a)).empty());
  CHECK(compareRecorded(realFileSystem(), a + "@1", a + "@7").error().code == Errc::notFound);
  // md5 here and xxh64 there say nothing about each other.
  const std::string c = temp.path() + "/C";
  put(c + "/same", "same");
  seal(c, {HashFormat::md5});
  CHECK(differences(compareRecorded(realFileSystem(), c, a + "@1")).size() == 4);
  CHECK(differences(compareRecorded(realFileSystem(), c, a + "@1")).back() == "not_comparable same");
}

TEST_CASE("lists of hashes that are no history are described as what they are") {
  TempFolder temp;
  put(temp.path() + "/sums.md5", "900150983cd24fb0d6963f7d28e17f72  one.mov\n");
  auto survey = surveyHistory(realFileSystem(), temp.path() + "/sums.md5");
  REQUIRE(survey.has_value());
  REQUIRE(survey->list.has_value());
  CHECK_FALSE(survey->list->isClassic);
  CHECK(survey->list->files == 1);
  CHECK(survey->list->formats == std::map<std::string, std::uint64_t>{{"md5", 1}});
  put(temp.path() + "/b.mhl", R"(<?xml version="1.0" encoding="UTF-8"?><hashlist version="1.1">
    <hash><file>one.mov</file><size>3</size><md5>900150983cd24fb0d6963f7d28e17f72</md5></hash>
    <hash><file>/etc/passwd</file><size>3</size><md5>900150983cd24fb0d6963f7d28e17f72</md5></hash></hashlist>)");
  survey = surveyHistory(realFileSystem(), temp.path() + "/b.mhl");
  REQUIRE(survey.has_value());
  REQUIRE(survey->list.has_value());
  CHECK(survey->list->isClassic);
  CHECK(survey->list->files == 1);
  CHECK(survey->list->bytes == 3);
  CHECK(survey->list->refused == std::vector<std::string>{"/etc/passwd"});
  CHECK(survey->histories.empty());
  put(temp.path() + "/c.mhl", "<other/>");
  CHECK_FALSE(surveyHistory(realFileSystem(), temp.path() + "/c.mhl").has_value());
}
