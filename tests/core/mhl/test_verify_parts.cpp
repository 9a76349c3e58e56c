// SPDX-License-Identifier: Apache-2.0
// What a verification says beyond matching files: parts of a roll, formats that came later, places that take no
// writing, caches that answer, and manifests that mean harm.
#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "tests/core/mhl/fixture.h"
#include "tests/support/memory_file_system.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

using Kinds = std::vector<std::string>;

TreeOutcome verifyAll(const std::string& path, bool sealAfter = false) {
  jobs::Progress progress;
  VerifyOptions options;
  options.seal = sealAfter;
  auto outcome = verifyTree(realFileSystem(), path, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

std::string textOf(const std::vector<Finding>& findings, const std::string& kind) {
  for (const auto& one : findings) {
    if (one.kind == kind) return one.text;
  }
  return {};
}

FileEntry entryOf(const std::string& path, const std::string& content, const std::vector<HashFormat>& formats) {
  FileEntry file;
  file.path = path;
  file.bytes = content.size();
  for (const auto format : formats) {
    file.hashes.push_back({hash::digestOf(format, std::as_bytes(std::span(content.data(), content.size()))),
                           Action::original, "2026-05-02T14:35:00Z"});
  }
  return file;
}

// A sealed roll on a disk in memory.
void sealInMemory(support::MemoryFileSystem& fs) {
  fs.putFile("/d/A001/a.mov", "one");
  fs.putFile("/d/A001/b.mov", "two");
  Manifest manifest;
  manifest.creator = {"cart-1", "rollproof", "0.1", "", "", {}};
  manifest.startedAt = someTime();
  manifest.process = Process::transfer;
  manifest.files = {entryOf("a.mov", "one", {HashFormat::xxh64}), entryOf("b.mov", "two", {HashFormat::xxh64})};
  REQUIRE(appendGeneration(fs, "/d/A001", manifest, {}).has_value());
}

VerifyOutcome verifyInMemory(support::MemoryFileSystem& fs) {
  jobs::Progress progress;
  VerifyOptions options;
  options.creator = {"cart-1", "rollproof", "0.1", "", "", {}};
  auto outcome = verifyRoll(fs, "/d/A001", options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

}  // namespace

TEST_CASE("a folder or file of a sealed roll is checked against the roll's history and nothing else is read") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/Clips/deep/b.mov", "two");
  put(scope + "/Other/c.mov", "three");
  seal(scope);
  put(scope + "/Other/c.mov", "thrxe");  // outside the part: not its business
  auto outcome = verifyAll(scope + "/Clips", true);
  CHECK(outcome.total.result == VerifyResult::verified);
  CHECK(outcome.total.part == "Clips");
  CHECK(outcome.total.scope == scope);
  CHECK(outcome.total.verified == 2);
  CHECK(outcome.total.bytesRead == 6);
  CHECK(outcome.total.manifests.empty());
  CHECK(kinds(outcome.total.findings) == Kinds{"not_sealed Clips"});
  outcome = verifyAll(scope + "/Clips/deep/b.mov");
  CHECK(outcome.total.verified == 1);
  CHECK(outcome.total.part == "Clips/deep/b.mov");

  put(scope + "/Clips/new.mov", "n");
  stdfs::remove(scope + "/Clips/a.mov");
  CHECK(kinds(verifyAll(scope + "/Clips").total.findings) == Kinds{"missing Clips/a.mov", "new Clips/new.mov"});
  CHECK(verifyAll(scope + "/Clips").total.result == VerifyResult::defect);
  CHECK(verifyAll(scope + "/Clips/deep").total.result == VerifyResult::verified);
  CHECK(verifyAll(scope + "/Other").total.result == VerifyResult::defect);
  // A history that cannot be believed proves no part of it either.
  const auto history = readHistory(realFileSystem(), scope);
  replaceIn(scope + "/ascmhl/" + history->generations.at(0).fileName, "cart-1", "cart-2");
  CHECK(verifyAll(scope + "/Clips/deep").total.result == VerifyResult::defect);
}

TEST_CASE("the hash of a folder that is a part is checked as well") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a.mov", "one");
  const auto sealed = seal(scope);
  const auto folders = readHistory(realFileSystem(), scope)->generations[0].manifest.directories;
  REQUIRE(folders.size() == 1);
  replaceIn(sealed.manifestPath, folders.front().content[0].text, "0123456789abcdef");
  rechain(scope, 1);
  CHECK(kinds(verifyAll(scope + "/Clips").total.findings) == Kinds{"directory_hash Clips"});
}

TEST_CASE("a format that a later generation added is told with whether it was tied to an earlier one") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  put(scope + "/b.mov", "two");
  seal(scope, {HashFormat::xxh64});
  SECTION("checked in the same read") {
    seal(scope, {HashFormat::xxh64, HashFormat::md5});
    const auto outcome = verify(scope);
    CHECK(outcome.result == VerifyResult::verified);
    CHECK(textOf(outcome.findings, "format_added") == "generation 2 adds md5 for 2 files");
  }
  SECTION("on its own") {
    seal(scope, {HashFormat::md5});
    const auto outcome = verify(scope);
    CHECK(textOf(outcome.findings, "format_added").find("for 2 of them without checking") != std::string::npos);
  }
  SECTION("by this verification") {
    VerifyOptions options;
    options.formats = {HashFormat::c4};
    const auto outcome = verify(scope, options);
    CHECK(textOf(outcome.findings, "format_added").find("this generation adds c4 for 2 files") != std::string::npos);
  }
  SECTION("never for the first record of a file") {
    put(scope + "/c.mov", "three");
    (void)verify(scope, true);
    CHECK_FALSE(hasKind(verify(scope).findings, "format_added"));
  }
}

TEST_CASE("a place that takes no writing is verified and says that nothing was written") {
  for (const int error : {EROFS, EACCES}) {
    support::MemoryFileSystem fs;
    sealInMemory(fs);
    fs.before = [&](support::Call call, const std::string&) { return call == support::Call::create ? error : 0; };
    const auto outcome = verifyInMemory(fs);
    CHECK(outcome.result == VerifyResult::verified);
    CHECK(outcome.verified == 2);
    CHECK(outcome.manifests.empty());
    CHECK(hasKind(outcome.findings, "not_sealed"));
    CHECK_FALSE(hasKind(outcome.findings, "seal_failed"));
  }
  support::MemoryFileSystem fs;
  sealInMemory(fs);
  fs.before = [&](support::Call call, const std::string&) { return call == support::Call::create ? ENOSPC : 0; };
  CHECK(hasKind(verifyInMemory(fs).findings, "seal_failed"));
}

TEST_CASE("what a cache may have answered is named for the system's cache and for a daemon's own") {
  support::MemoryFileSystem fs;
  sealInMemory(fs);
  CHECK_FALSE(hasKind(verifyInMemory(fs).findings, "cache_verified_only"));
  fs.behindDaemon = true;
  CHECK(hasKind(verifyInMemory(fs).findings, "cache_verified_only"));
  fs.behindDaemon = false;
  fs.direct = false;
  fs.cached = 4096;
  CHECK(textOf(verifyInMemory(fs).findings, "cache_verified_only").starts_with("2 files"));
}

TEST_CASE("a read that fails or lies once is told from one that does so twice") {
  support::MemoryFileSystem fs;
  sealInMemory(fs);
  fs.spoilRead = [](const std::string& path, int reading, std::uint64_t, std::span<std::byte> bytes) {
    if (path == "/d/A001/a.mov" && reading == 1) bytes[0] ^= std::byte{1};
  };
  const auto outcome = verifyInMemory(fs);
  CHECK(outcome.result == VerifyResult::defect);
  CHECK(textOf(outcome.findings, "altered").find("suspect the reader") != std::string::npos);
  fs.spoilRead = {};
  fs.before = [](support::Call call, const std::string& path) {
    return call == support::Call::read && path == "/d/A001/b.mov" ? EIO : 0;
  };
  const auto unread = verifyInMemory(fs);
  CHECK(unread.unreadable == 1);
  CHECK(unread.result != VerifyResult::verified);
}

TEST_CASE("a copy is compared with the nested histories of the original too") {
  TempFolder temp;
  const std::string original = temp.path() + "/CARD/Day";
  put(original + "/A001/a.mov", "one");
  put(original + "/notes.txt", "n");
  seal(original + "/A001");
  auto all = inventory(original, {HashFormat::xxh64});
  FileTable notes;
  for (const auto& one : all.manifest.files) {
    if (one.path == "notes.txt") notes.push_back(one);
  }
  all.manifest.files = std::move(notes);
  REQUIRE(appendGeneration(realFileSystem(), original, all.manifest, {}).has_value());
  const std::string copy = temp.path() + "/RAID/Day";
  put(copy + "/A001/a.mov", "one");
  put(copy + "/notes.txt", "n");
  VerifyOptions options;
  options.seal = false;
  options.against = original;
  const auto good = verify(copy, options);
  CHECK(good.result == VerifyResult::verified);
  CHECK(good.verified == 2);
  CHECK(good.newFiles == 0);
  put(copy + "/A001/a.mov", "onf");
  CHECK(kinds(verify(copy, options).findings) == Kinds{"altered A001/a.mov"});
}

TEST_CASE("a manifest that means harm is never verified and never hangs whatever vouches for it") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  put(temp.path() + "/secret", "one");
  const auto sealed = seal(scope);
  const std::string good = get(sealed.manifestPath);
  const auto harm = [&](const std::string& from, const std::string& to) {
    put(sealed.manifestPath, good);
    const std::string chain = get(scope + "/ascmhl/ascmhl_chain.xml");
    replaceIn(sealed.manifestPath, from, to);
    rechain(scope, 1);
    const auto outcome = verify(scope, true);
    put(scope + "/ascmhl/ascmhl_chain.xml", chain);
    CHECK(outcome.bytesRead <= 3);
    return outcome.result;
  };
  std::string bomb = "<!DOCTYPE hashlist [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb.append("<!ENTITY ").append(1, c).append(" \"");
    for (int i = 0; i < 10; ++i) bomb.append("&").append(1, static_cast<char>(c - 1)).append(";");
    bomb.append("\">");
  }
  bomb += "]><hashlist";
  CHECK(harm("<hashlist", bomb) != VerifyResult::verified);
  CHECK(harm(">cart-1<", ">&unknown;<") != VerifyResult::verified);
  CHECK(harm(">a.mov<", ">../secret<") != VerifyResult::verified);
  CHECK(harm(">a.mov<", ">/etc/passwd<") != VerifyResult::verified);
  CHECK(harm(">a.mov<", ">x/../../secret<") != VerifyResult::verified);
  CHECK(harm(">a.mov<", ">a&#0;b<") != VerifyResult::verified);
  CHECK(harm(">a.mov<", std::string(">a\0b<", 5)) != VerifyResult::verified);
  CHECK(harm("<path ", "<path x=\"" + std::string(10'000'000, 'x') + "\" ") != VerifyResult::verified);
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<m>";
  CHECK(harm("<hashes>", deep + "<hashes>") != VerifyResult::verified);
}

TEST_CASE("renames in a circle end and never prove what is not there") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  put(scope + "/b.mov", "two");
  seal(scope);
  for (int round = 0; round < 3; ++round) {
    auto all = inventory(scope, {HashFormat::xxh64});
    FileTable moved;
    for (auto file : all.manifest.files) {
      file.previousPath = file.path == "a.mov" ? "b.mov" : "a.mov";
      for (auto& one : file.hashes) one.action = Action::verified;
      moved.push_back(file);
    }
    all.manifest.files = std::move(moved);
    REQUIRE(appendGeneration(realFileSystem(), scope, all.manifest, {}).has_value());
  }
  const auto outcome = verify(scope);
  CHECK(outcome.verified + outcome.altered == 2);
}

TEST_CASE("a nested history that was sealed by itself is no defect of the folders around it") {
  TempFolder temp;
  const std::string day = temp.path() + "/Day";
  put(day + "/A001/a.mov", "one");
  put(day + "/notes.txt", "n");
  seal(day + "/A001");
  CHECK(verify(day + "/A001", true).result == VerifyResult::verified);
  jobs::Progress progress;
  VerifyOptions begin;
  begin.begin = true;
  REQUIRE(verifyRoll(realFileSystem(), day, begin, systemClock(), progress, {}).has_value());
  put(day + "/A001/b.mov", "two");
  CHECK(kinds(verify(day).findings) == Kinds{"new A001/b.mov"});
  CHECK(verify(day + "/A001", true).result == VerifyResult::verified);
  auto outcome = verify(day);
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(kinds(outcome.findings).empty());
  put(day + "/A001/b.mov", "twp");
  CHECK(kinds(verify(day).findings) == Kinds{"altered A001/b.mov"});
}

TEST_CASE("the files of a history that proves nothing are not called new") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  const auto sealed = seal(scope);
  replaceIn(sealed.manifestPath, "cart-1", "cart-2");
  const auto outcome = verify(scope);
  CHECK(kinds(outcome.findings) == Kinds{"manifest_altered ascmhl/" + path::fileName(sealed.manifestPath)});
  CHECK(outcome.newFiles == 0);
  CHECK(outcome.result == VerifyResult::defect);
}

TEST_CASE("one file without a history is spoken of as one") {
  TempFolder temp;
  put(temp.path() + "/A001/a.mov", "one");
  seal(temp.path() + "/A001");
  put(temp.path() + "/loose.txt", "x");
  const auto text = [&] {
    jobs::Progress progress;
    VerifyOptions options;
    options.seal = false;
    const auto tree = verifyTree(realFileSystem(), temp.path(), options, systemClock(), progress, {});
    REQUIRE(tree.has_value());
    REQUIRE(tree->outside.size() == 1);
    return tree->outside[0].text;
  };
  CHECK(text() == "this file belongs to no history");
  put(temp.path() + "/more.txt", "x");
  CHECK(text() == "2 files belong to no history, this is the first of them");
}

TEST_CASE("of files with one content the one that kept its name is the one that moved") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/x/a.mov", "one");
  put(scope + "/x/b.mov", "one");
  put(scope + "/y/c.mov", "two");
  seal(scope);
  stdfs::remove(scope + "/x/a.mov");
  stdfs::rename(scope + "/x/b.mov", scope + "/y/b.mov");
  CHECK(kinds(verify(scope).findings) == Kinds{"missing x/a.mov", "renamed y/b.mov"});
}
