// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/seal_in_place.h"
#include "core/mhl/signature.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

using Kinds = std::vector<std::string>;

SealOutcome sealNow(const std::string& folder, SealOptions options = {}) {
  if (options.creator.hostname.empty()) options.creator = creatorHere();
  jobs::Progress progress;
  auto outcome = sealInPlace(realFileSystem(), folder, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  for (const auto& manifest : outcome->manifests) CHECK(schemaComplaint(get(manifest)) == "");
  return *outcome;
}

std::map<std::string, FileEntry> lastFiles(const std::string& scope) {
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  REQUIRE(kinds(history->findings).empty());
  std::map<std::string, FileEntry> files;
  for (const auto& one : history->generations.back().manifest.files) files[one.path] = one;
  return files;
}

std::vector<std::pair<HashFormat, Action>> actions(const FileEntry& file) {
  std::vector<std::pair<HashFormat, Action>> result;
  for (const auto& one : file.hashes) result.emplace_back(one.digest.format, one.action);
  return result;
}

std::string scopeIn(const TempFolder& temp) {
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/Clips/b.mov", "two");
  put(scope + "/empty.xml", "");
  stdfs::create_directories(scope + "/Hollow");
  return scope;
}

}  // namespace

TEST_CASE("a folder without a history gets one in which everything is original") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  SealOptions options;
  options.creator = creatorHere();
  options.creator.authors = {{"Ann Lee", "ann@example.com", "", "DIT"}};
  options.creator.location = "Stage 4";
  options.creator.comment = "Kept as shot";
  const auto outcome = sealNow(scope, options);
  CHECK(outcome.result == SealResult::sealed);
  CHECK(outcome.original == 3);
  CHECK(outcome.verified == 0);
  CHECK(kinds(outcome.findings).empty());
  REQUIRE(outcome.manifests.size() == 1);
  const auto history = readHistory(realFileSystem(), scope);
  const auto& manifest = history->generations.at(0).manifest;
  CHECK(manifest.process == Process::inPlace);
  CHECK(manifest.creator.authors == options.creator.authors);
  CHECK(manifest.creator.location == "Stage 4");
  CHECK(manifest.creator.comment == "Kept as shot");
  CHECK(manifest.root.has_value());
  REQUIRE(manifest.directories.size() == 2);
  for (const auto& [path, file] : lastFiles(scope)) {
    CHECK(actions(file) == std::vector{std::pair{HashFormat::xxh64, Action::original}});
  }
  CHECK(verify(scope).result == VerifyResult::verified);
}

TEST_CASE("sealing again says verified and failed and original and renamed and missing each where it belongs") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  put(scope + "/gone.mov", "gone");
  put(scope + "/moved.mov", "moved");
  sealNow(scope);
  put(scope + "/Clips/a.mov", "onf");
  stdfs::rename(scope + "/moved.mov", scope + "/Clips/kept.mov");
  stdfs::remove(scope + "/gone.mov");
  put(scope + "/new.mov", "new");
  const auto outcome = sealNow(scope);
  CHECK(outcome.result == SealResult::defect);
  CHECK(outcome.verified == 2);
  CHECK(outcome.failed == 1);
  CHECK(outcome.missing == 1);
  CHECK(outcome.renamed == 1);
  CHECK(outcome.original == 1);
  CHECK(kinds(outcome.findings) == Kinds{"altered Clips/a.mov", "missing gone.mov", "renamed Clips/kept.mov"});
  const auto files = lastFiles(scope);
  CHECK(files.at("Clips/a.mov").hashes.at(0).action == Action::failed);
  CHECK(files.at("Clips/b.mov").hashes.at(0).action == Action::verified);
  CHECK(files.at("new.mov").hashes.at(0).action == Action::original);
  CHECK(files.at("Clips/kept.mov").previousPath == "moved.mov");
  CHECK(files.at("Clips/kept.mov").hashes.at(0).action == Action::verified);
  CHECK(files.size() == 5);
  // The rename stands in its own generation only, and the name is the file's from then on.
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/gone.mov", "gone");
  const auto healed = sealNow(scope);
  CHECK(healed.result == SealResult::sealed);
  CHECK(lastFiles(scope).at("Clips/kept.mov").previousPath.empty());
}

TEST_CASE("a format asked for is added as verified in the read that checks the old one") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  sealNow(scope);
  SealOptions options;
  options.formats = {HashFormat::c4};
  put(scope + "/Clips/b.mov", "twp");
  put(scope + "/new.mov", "new");
  const auto outcome = sealNow(scope, options);
  CHECK(outcome.result == SealResult::defect);
  const auto files = lastFiles(scope);
  using Actions = std::vector<std::pair<HashFormat, Action>>;
  CHECK(actions(files.at("Clips/a.mov")) ==
        Actions{{HashFormat::c4, Action::verified}, {HashFormat::xxh64, Action::verified}});
  CHECK(actions(files.at("Clips/b.mov")) ==
        Actions{{HashFormat::c4, Action::failed}, {HashFormat::xxh64, Action::failed}});
  CHECK(actions(files.at("new.mov")) ==
        Actions{{HashFormat::c4, Action::original}, {HashFormat::xxh64, Action::original}});
  put(scope + "/Clips/b.mov", "two");
  CHECK(sealNow(scope).result == SealResult::sealed);
  const auto root = readHistory(realFileSystem(), scope)->generations.back().manifest.root;
  REQUIRE(root.has_value());
  CHECK(root->content.size() == 2);
}

TEST_CASE("an ignore pattern stays for good and no pattern lifts the standard's own") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  put(scope + "/Clips/cache.tmp", "x");
  put(scope + "/Clips/.DS_Store", "x");
  SealOptions options;
  options.ignorePatterns = {"*.tmp", "!.DS_Store"};
  CHECK(sealNow(scope, options).original == 3);
  const auto again = sealNow(scope);
  CHECK(again.original == 0);
  CHECK(again.result == SealResult::sealed);
  CHECK(readHistory(realFileSystem(), scope)->generations.back().manifest.ignorePatterns ==
        Kinds{".DS_Store", "ascmhl", "ascmhl/", "*.tmp", "!.DS_Store"});
  options.ignorePatterns = {"bell\x07"};
  jobs::Progress progress;
  const auto refused = sealInPlace(realFileSystem(), scope, options, systemClock(), progress, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::usage);
}

TEST_CASE("links and pipes are named and never entered") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  put(temp.path() + "/outside/secret.mov", "secret");
  stdfs::create_directory_symlink(temp.path() + "/outside", scope + "/link");
  stdfs::create_symlink("/nowhere", scope + "/broken");
  REQUIRE(::mkfifo((scope + "/pipe").c_str(), 0600) == 0);
  const auto outcome = sealNow(scope);
  CHECK(outcome.result == SealResult::sealed);
  CHECK(outcome.original == 3);
  CHECK(kinds(outcome.findings) == Kinds{"not_regular broken", "not_regular link", "not_regular pipe"});
}

TEST_CASE("histories below are sealed first with one time and vouched for by c4") {
  TempFolder temp;
  const std::string day = temp.path() + "/Day";
  put(day + "/A001/a.mov", "one");
  put(day + "/A001/deep/B/b.mov", "two");
  put(day + "/notes.txt", "n");
  sealNow(day + "/A001/deep/B");
  sealNow(day + "/A001");
  const auto outcome = sealNow(day);
  CHECK(outcome.result == SealResult::sealed);
  CHECK(outcome.verified == 2);
  CHECK(outcome.original == 1);
  REQUIRE(outcome.manifests.size() == 3);
  CHECK(outcome.manifests[0].find("/A001/deep/B/ascmhl/0003_B_") != std::string::npos);
  CHECK(outcome.manifests[1].find("/A001/ascmhl/0002_A001_") != std::string::npos);
  CHECK(outcome.manifests[2].find("/Day/ascmhl/0001_Day_") != std::string::npos);
  const auto outer = readHistory(realFileSystem(), day)->generations.back().manifest;
  const auto middle = readHistory(realFileSystem(), day + "/A001")->generations.back().manifest;
  const auto inner = readHistory(realFileSystem(), day + "/A001/deep/B")->generations.back();
  CHECK(outer.startedAt == inner.manifest.startedAt);
  REQUIRE(outer.references.size() == 1);
  CHECK(outer.references[0].path.starts_with("A001/ascmhl/0002_A001_"));
  REQUIRE(middle.references.size() == 1);
  CHECK(middle.references[0].digest.text == inner.c4);
  CHECK(outer.files.size() == 1);
  CHECK(verify(day).result == VerifyResult::verified);
  CHECK(kinds(verify(day).findings).empty());
  // Work on a child leaves the parent's older reference legal.
  sealNow(day + "/A001");
  CHECK(kinds(verify(day).findings).empty());
}

TEST_CASE("a broken history is not continued and an unreadable path is no empty folder") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  sealNow(scope);
  const auto first = readHistory(realFileSystem(), scope)->generations.at(0).fileName;
  replaceIn(scope + "/ascmhl/" + first, "in-place", "transfer");
  const auto outcome = sealNow(scope);
  CHECK(outcome.result == SealResult::defect);
  CHECK(outcome.manifests.empty());
  CHECK(hasKind(outcome.findings, "manifest_altered"));
  CHECK(hasKind(outcome.findings, "seal_failed"));
  jobs::Progress progress;
  CHECK(sealInPlace(realFileSystem(), temp.path() + "/none", {}, systemClock(), progress, {}).error().code ==
        Errc::notFound);
  CHECK(sealInPlace(realFileSystem(), scope + "/empty.xml", {}, systemClock(), progress, {}).error().code ==
        Errc::usage);
}

TEST_CASE("a stop writes nothing") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  std::stop_source source;
  source.request_stop();
  jobs::Progress progress;
  const auto outcome = sealInPlace(realFileSystem(), scope, {}, systemClock(), progress, source.get_token());
  REQUIRE(outcome.has_value());
  CHECK(outcome->cancelled);
  CHECK(outcome->result == SealResult::incomplete);
  CHECK_FALSE(stdfs::exists(scope + "/ascmhl"));
}

TEST_CASE("an author is read from one line and a wrong email is refused") {
  const auto full = parseAuthor("Ann Lee <ann@example.com> DIT");
  REQUIRE(full.has_value());
  CHECK(*full == Author{"Ann Lee", "ann@example.com", "", "DIT"});
  CHECK(*parseAuthor(" Bo ") == Author{"Bo", "", "", ""});
  for (const char* bad :
       {"", "<a@b.c>", "Ann <ann> DIT", "Ann <ann@host> x", "Ann <@b.c>", "Ann <a@.c>", "Ann <a@b.c"}) {
    INFO(bad);
    const auto refused = parseAuthor(bad);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::usage);
  }
}

TEST_CASE("a folder that is sealed whole is signed in the same go and one with damage is not") {
  TempFolder temp;
  const std::string scope = scopeIn(temp);
  put(scope + "/B/b.mov", "two");
  sealNow(scope + "/B");
  SealOptions options;
  auto key = StationKey::loadOrMake(temp.path() + "/station.key", "cart-1");
  REQUIRE(key.has_value());
  options.signer = std::make_shared<const StationKey>(std::move(*key));
  CHECK(kinds(sealNow(scope, options).findings) == Kinds{"signed B/ascmhl", "signed ascmhl"});
  CHECK(checkSignatures(realFileSystem(), scope, {options.signer->publicKey()}).at(0).kind == "signature");
  put(scope + "/Clips/a.mov", "onf");
  const auto damaged = sealNow(scope, options);
  CHECK(hasKind(damaged.findings, "not_signed"));
  CHECK_FALSE(hasKind(damaged.findings, "signed"));
}
