// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <sys/stat.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

using Kinds = std::vector<std::string>;

void fill(const std::string& scope) {
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/Clips/b.mov", "two");
  put(scope + "/Clips/deep/c.mov", std::string(5'000'000, 'c'));
  put(scope + "/empty.xml", "");
  stdfs::create_directories(scope + "/Hollow/inner");
}

VerifyOutcome verifyAgainst(const std::string& roll, const std::string& original) {
  VerifyOptions options;
  options.seal = false;
  options.against = original;
  return verify(roll, options);
}

TreeOutcome verifyAll(const std::string& path) {
  jobs::Progress progress;
  VerifyOptions options;
  options.seal = false;
  auto outcome = verifyTree(realFileSystem(), path, options, systemClock(), progress, {});
  REQUIRE(outcome.has_value());
  return *outcome;
}

}  // namespace

TEST_CASE("an untouched roll is verified and nothing else is said") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  seal(scope, {HashFormat::xxh64, HashFormat::md5, HashFormat::c4});
  const auto outcome = verify(scope);
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(outcome.verified == 4);
  CHECK(outcome.bytesRead == 5'000'006);
  CHECK(kinds(outcome.findings).empty());
  CHECK(outcome.manifests.empty());
}

TEST_CASE("each mutation of a roll is found and named right") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  seal(scope);
  SECTION("altered with the same size") {
    put(scope + "/Clips/a.mov", "onf");
    const auto outcome = verify(scope);
    CHECK(outcome.result == VerifyResult::defect);
    CHECK(kinds(outcome.findings) == Kinds{"altered Clips/a.mov"});
    CHECK(outcome.findings.front().text.find("A second read gave the same") != std::string::npos);
    CHECK(outcome.altered == 1);
    CHECK(outcome.verified == 3);
  }
  SECTION("missing") {
    stdfs::remove(scope + "/Clips/a.mov");
    const auto outcome = verify(scope);
    CHECK(outcome.result == VerifyResult::defect);
    CHECK(kinds(outcome.findings) == Kinds{"missing Clips/a.mov"});
  }
  SECTION("a whole folder missing") {
    stdfs::remove_all(scope + "/Clips");
    CHECK(kinds(verify(scope).findings) ==
          Kinds{"missing Clips/a.mov", "missing Clips/b.mov", "missing Clips/deep/c.mov"});
  }
  SECTION("new") {
    put(scope + "/Clips/x.mov", "x");
    const auto outcome = verify(scope);
    CHECK(outcome.result == VerifyResult::verified);
    CHECK(kinds(outcome.findings) == Kinds{"new Clips/x.mov"});
  }
  SECTION("renamed") {
    stdfs::rename(scope + "/Clips/a.mov", scope + "/z.mov");
    const auto outcome = verify(scope);
    CHECK(kinds(outcome.findings) == Kinds{"renamed z.mov"});
    CHECK(outcome.renamed == 1);
    CHECK(outcome.missing == 0);
    CHECK(outcome.newFiles == 0);
  }
  SECTION("a folder renamed") {
    stdfs::rename(scope + "/Clips", scope + "/Kept");
    CHECK(kinds(verify(scope).findings) ==
          Kinds{"renamed Kept/a.mov", "renamed Kept/b.mov", "renamed Kept/deep/c.mov"});
  }
  SECTION("an empty folder gone and another come") {
    stdfs::remove(scope + "/Hollow/inner");
    stdfs::create_directories(scope + "/Fresh");
    CHECK(kinds(verify(scope).findings) == Kinds{"missing Hollow/inner", "new Fresh"});
  }
  SECTION("a file turned into a link is not followed") {
    stdfs::remove(scope + "/Clips/a.mov");
    stdfs::create_symlink(scope + "/Clips/b.mov", scope + "/Clips/a.mov");
    const auto outcome = verify(scope);
    CHECK(outcome.altered == 1);
    CHECK(kinds(outcome.findings) == Kinds{"altered Clips/a.mov", "not_regular Clips/a.mov"});
  }
  SECTION("a folder turned into a link outside hides nothing") {
    stdfs::rename(scope + "/Clips", temp.path() + "/outside");
    stdfs::create_directory_symlink(temp.path() + "/outside", scope + "/Clips");
    CHECK(verify(scope).missing == 3);
  }
  SECTION("a FIFO does not hang it") {
    REQUIRE(::mkfifo((scope + "/pipe").c_str(), 0600) == 0);
    const auto outcome = verify(scope);
    CHECK(outcome.result == VerifyResult::verified);
    CHECK(kinds(outcome.findings) == Kinds{"not_regular pipe"});
  }
  SECTION("what the standard ignores is no news") {
    put(scope + "/Clips/.DS_Store", "x");
    CHECK(kinds(verify(scope).findings).empty());
  }
}

TEST_CASE("a second format that alone is wrong makes a file altered") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  auto all = inventory(scope, {HashFormat::xxh64, HashFormat::sha1});
  FileEntry first = all.manifest.files[0];
  first.hashes[1].digest.text[0] = first.hashes[1].digest.text[0] == 'a' ? 'b' : 'a';
  all.manifest.files.replace(0, first);
  REQUIRE(appendGeneration(realFileSystem(), scope, all.manifest, all.directories).has_value());
  const auto outcome = verify(scope);
  CHECK(outcome.result == VerifyResult::defect);
  CHECK(kinds(outcome.findings).front() == "altered Clips/a.mov");
}

TEST_CASE("a wrong root or folder hash is a defect though every file is right") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  const auto sealed = seal(scope);
  const auto root = readHistory(realFileSystem(), scope)->generations[0].manifest.root;
  REQUIRE(root.has_value());
  replaceIn(sealed.manifestPath, root->structure[0].text, "0123456789abcdef");
  rechain(scope, 1);
  auto outcome = verify(scope);
  CHECK(outcome.result == VerifyResult::defect);
  CHECK(kinds(outcome.findings) == Kinds{"directory_hash "});
  CHECK(outcome.verified == 4);
}

TEST_CASE("a manifest that changed proves nothing and is a defect") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  const auto sealed = seal(scope);
  replaceIn(sealed.manifestPath, "cart-1", "cart-2");
  const auto outcome = verify(scope, true);
  CHECK(outcome.result == VerifyResult::defect);
  CHECK(outcome.verified == 0);
  CHECK(hasKind(outcome.findings, "manifest_altered"));
  CHECK(hasKind(outcome.findings, "seal_failed"));
}

TEST_CASE("sealing records verified and failed and new and renamed and the history still reads") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  seal(scope);
  put(scope + "/Clips/a.mov", "onf");
  put(scope + "/new.mov", "new");
  stdfs::rename(scope + "/Clips/b.mov", scope + "/Clips/b2.mov");
  auto outcome = verify(scope, true);
  CHECK(outcome.result == VerifyResult::defect);
  REQUIRE(outcome.manifests.size() == 1);
  CHECK(schemaComplaint(get(outcome.manifests[0])) == "");
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  CHECK(history->findings.empty());
  REQUIRE(history->generations.size() == 2);
  std::map<std::string, FileEntry> files;
  for (const auto& one : history->generations[1].manifest.files) files[one.path] = one;
  CHECK(files.at("Clips/a.mov").hashes.at(0).action == Action::failed);
  CHECK(files.at("new.mov").hashes.at(0).action == Action::original);
  CHECK(files.at("Clips/b2.mov").hashes.at(0).action == Action::verified);
  CHECK(files.at("Clips/b2.mov").previousPath == "Clips/b.mov");
  CHECK(files.at("empty.xml").hashes.at(0).action == Action::verified);
  CHECK_FALSE(history->generations[1].manifest.root.has_value());

  // The failed value is never believed later: the file is still altered, and whole again once it is restored.
  outcome = verify(scope);
  CHECK(kinds(outcome.findings) == Kinds{"altered Clips/a.mov"});
  put(scope + "/Clips/a.mov", "one");
  outcome = verify(scope, true);
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(outcome.verified == 5);
  CHECK(readHistory(realFileSystem(), scope)->generations[2].manifest.root.has_value());
  // A -> B -> C
  stdfs::rename(scope + "/Clips/b2.mov", scope + "/b3.mov");
  CHECK(kinds(verify(scope, true).findings) == Kinds{"renamed b3.mov"});
  CHECK(verify(scope).result == VerifyResult::verified);
  CHECK(kinds(verify(scope).findings).empty());
}

TEST_CASE("a random tree seals and verifies and every random mutation is named") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    TempFolder temp;
    const std::string scope = temp.path() + "/R\xFF";
    const std::vector<std::string> odd{"plain", "b\xE9",       "new\nline", " blank ", "100%",
                                       "a&<>",  "caf\xC3\xA9", "._x",       "Case",    "case"};
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < 40; ++i) {
      std::string relative;
      for (std::size_t d = pick(4); d > 0; --d) relative += odd[pick(odd.size())] + "d/";
      relative += odd[pick(odd.size())] + std::to_string(i);
      put(scope + "/" + relative,
          pick(5) == 0 ? "" : std::string(pick(3000), static_cast<char>('a' + pick(26))) + relative);
      paths.push_back(relative);
    }
    seal(scope, {HashFormat::xxh3, HashFormat::sha1});
    const auto clean = verify(scope);
    REQUIRE(kinds(clean.findings).empty());
    REQUIRE(clean.result == VerifyResult::verified);
    REQUIRE(clean.verified == paths.size());

    std::shuffle(paths.begin(), paths.end(), random);
    Kinds expected;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string changed = scope + "/" + paths[i];
      std::string content = get(changed);
      if (content.empty()) {
        content = "x";
      } else {
        content[pick(content.size())] ^= 1;
      }
      put(changed, content);
      expected.push_back("altered " + paths[i]);
    }
    for (std::size_t i = 3; i < 6; ++i) {
      if (get(scope + "/" + paths[i]).empty()) continue;
      stdfs::remove(scope + "/" + paths[i]);
      expected.push_back("missing " + paths[i]);
    }
    for (std::size_t i = 6; i < 9; ++i) {
      if (get(scope + "/" + paths[i]).empty()) continue;
      const std::string to = "moved\xFE" + std::to_string(i);
      stdfs::rename(scope + "/" + paths[i], scope + "/" + to);
      expected.push_back("renamed " + to);
    }
    put(scope + "/added\x01", "unheard of");
    expected.push_back("new added\x01");
    std::sort(expected.begin(), expected.end());
    INFO("seed " << seed);
    CHECK(kinds(verify(scope).findings) == expected);
    CHECK(kinds(verify(scope, true).findings) == expected);
  }
}

TEST_CASE("nested histories are proven and sealed inside out") {
  TempFolder temp;
  const std::string scope = temp.path() + "/Day";
  put(scope + "/A001/a.mov", "one");
  put(scope + "/A001/sub/b.mov", "two");
  put(scope + "/notes.txt", "n");
  seal(scope + "/A001");
  auto all = inventory(scope, {HashFormat::xxh64});
  FileTable notes;
  for (const auto& one : all.manifest.files) {
    if (one.path == "notes.txt") notes.push_back(one);
  }
  all.manifest.files = std::move(notes);
  REQUIRE(appendGeneration(realFileSystem(), scope, all.manifest, {}).has_value());
  const auto outcome = verify(scope, true);
  INFO(kinds(outcome.findings).size());
  CHECK(outcome.verified == 3);
  REQUIRE(outcome.manifests.size() == 2);
  const auto outer = readHistory(realFileSystem(), scope);
  REQUIRE(outer.has_value());
  const auto& last = outer->generations.back().manifest;
  REQUIRE(last.references.size() == 1);
  CHECK(last.references[0].path.starts_with("A001/ascmhl/0002_A001_"));
  REQUIRE(last.files.size() == 1);
  REQUIRE(last.directories.size() == 1);
  CHECK(last.directories[0].path == "A001");
  const auto inner = readHistory(realFileSystem(), scope + "/A001");
  CHECK(last.directories[0].content == inner->generations.back().manifest.root->content);
  auto clean = verify(scope);
  CHECK(kinds(clean.findings).empty());
  CHECK(clean.result == VerifyResult::verified);

  // A nested manifest swapped together with its chain is caught by the outer reference alone.
  replaceIn(scope + "/A001/ascmhl/" + inner->generations.back().fileName, "cart-1", "cart-9");
  rechain(scope + "/A001", 2);
  const auto swapped = verify(scope);
  CHECK(swapped.result == VerifyResult::defect);
  CHECK(hasKind(swapped.findings, "reference"));

  put(scope + "/A001/sub/b.mov", "twp");
  CHECK(hasKind(verify(scope).findings, "altered"));
}

TEST_CASE("a copy is compared with the first generation of the original") {
  TempFolder temp;
  const std::string original = temp.path() + "/CARD/A001";
  const std::string copy = temp.path() + "/RAID/A001";
  fill(original);
  seal(original);
  stdfs::create_directories(temp.path() + "/RAID");
  stdfs::copy(original, copy, stdfs::copy_options::recursive);
  CHECK(verifyAgainst(copy, original).result == VerifyResult::verified);
  // A copy damaged first and sealed afterwards agrees with itself and not with the original.
  stdfs::remove_all(copy + "/ascmhl");
  put(copy + "/Clips/a.mov", "onf");
  put(copy + "/extra", "x");
  seal(copy);
  CHECK(verify(copy).result == VerifyResult::verified);
  const auto against = verifyAgainst(copy, original);
  CHECK(against.result == VerifyResult::defect);
  CHECK(kinds(against.findings) == Kinds{"altered Clips/a.mov", "new extra"});
  // An unsealed copy can be proven too.
  stdfs::remove_all(copy + "/ascmhl");
  put(copy + "/Clips/a.mov", "one");
  stdfs::remove(copy + "/extra");
  CHECK(verifyAgainst(copy, original).result == VerifyResult::verified);
  CHECK(verify(copy).result == VerifyResult::unsealed);
  // An original that cannot be proven proves nothing.
  replaceIn(original + "/ascmhl/" + readHistory(realFileSystem(), original)->generations[0].fileName, "cart-1",
            "cart-2");
  jobs::Progress progress;
  VerifyOptions options;
  options.against = original;
  const auto refused = verifyRoll(realFileSystem(), copy, options, systemClock(), progress, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::corrupt);
}

TEST_CASE("a single manifest is checked against its chain and never sealed") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  const auto sealed = seal(scope);
  auto outcome = verify(sealed.manifestPath, true);
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(outcome.verified == 4);
  CHECK(outcome.scope == scope);
  CHECK(outcome.manifests.empty());
  const std::string stray = scope + "/ascmhl/0007_stray.mhl";
  stdfs::copy_file(sealed.manifestPath, stray);
  outcome = verify(stray);
  CHECK(outcome.result == VerifyResult::incomplete);
  CHECK(outcome.verified == 0);
  CHECK(hasKind(outcome.findings, "unlisted_manifest"));
  stdfs::rename(stray, scope + "/packinglist.mhl");
  outcome = verify(scope + "/packinglist.mhl");
  CHECK(outcome.result == VerifyResult::verified);
  put(scope + "/Clips/a.mov", "onf");
  CHECK(verify(sealed.manifestPath).result == VerifyResult::defect);
}

TEST_CASE("a drive is as good as its worst roll and says what belongs to none") {
  TempFolder temp;
  fill(temp.path() + "/P/D1/A001");
  fill(temp.path() + "/P/D1/B001");
  CHECK(verifyAll(temp.path()).total.result == VerifyResult::unsealed);
  seal(temp.path() + "/P/D1/A001");
  seal(temp.path() + "/P/D1/B001");
  auto outcome = verifyAll(temp.path());
  CHECK(outcome.total.result == VerifyResult::verified);
  REQUIRE(outcome.rolls.size() == 2);
  CHECK(outcome.total.verified == 8);
  CHECK(kinds(outcome.total.findings).empty());
  put(temp.path() + "/loose.txt", "x");
  put(temp.path() + "/P/D1/B001/Clips/a.mov", "onf");
  outcome = verifyAll(temp.path());
  CHECK(outcome.total.result == VerifyResult::defect);
  CHECK(outcome.rolls[0].result == VerifyResult::verified);
  CHECK(kinds(outcome.total.findings) == Kinds{"altered P/D1/B001/Clips/a.mov", "unsealed loose.txt"});
  CHECK(verifyAll(temp.path() + "/P/D1/A001/ascmhl").total.result == VerifyResult::verified);
}

TEST_CASE("a stop is an outcome that is never verified and never sealed") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  seal(scope);
  std::stop_source source;
  source.request_stop();
  jobs::Progress progress;
  const auto outcome = verifyRoll(realFileSystem(), scope, {}, systemClock(), progress, source.get_token());
  REQUIRE(outcome.has_value());
  CHECK(outcome->cancelled);
  CHECK(outcome->result == VerifyResult::incomplete);
  CHECK(outcome->manifests.empty());
}

TEST_CASE("a history with nothing to check or hashes not known here is incomplete") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  fill(scope);
  auto all = inventory(scope, {HashFormat::xxh64});
  const auto sealed = seal(scope);
  std::string text = get(sealed.manifestPath);
  for (auto at = text.find("xxh64"); at != std::string::npos; at = text.find("xxh64")) text.replace(at, 5, "xxh32");
  put(sealed.manifestPath, text);
  rechain(scope, 1);
  const auto outcome = verify(scope);
  CHECK(outcome.result == VerifyResult::incomplete);
  CHECK(outcome.verified == 0);
  CHECK(outcome.unreadable == 4);
}

// docs/1/2 holds ignored entries only: as a folder it is new all the same.
TEST_CASE("ignore patterns follow gitignore") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  auto all = inventory(scope, {HashFormat::xxh64});
  all.manifest.ignorePatterns = {"*.tmp", "/top.txt", "cache/", "docs/**/draft", "!keep.tmp", "x[0-9]?"};
  REQUIRE(appendGeneration(realFileSystem(), scope, all.manifest, {}).has_value());
  for (const char* ignored : {"s/q.tmp", "top.txt", "s/cache/file", "docs/draft/f", "docs/1/2/draft/f", "s/x7z"}) {
    put(scope + "/" + ignored, "i");
  }
  for (const char* seen : {"s/top.txt", "keep.tmp", "t/cache", "other/docs/draft/f", "xaz"})
    put(scope + "/" + seen, "n");
  CHECK(kinds(verify(scope).findings) ==
        Kinds{"new docs/1/2", "new keep.tmp", "new other/docs/draft/f", "new s/top.txt", "new t/cache", "new xaz"});
}
