// SPDX-License-Identifier: Apache-2.0
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

namespace {

std::string someManifest() {
  Manifest manifest;
  manifest.creator = {"host", "rollproof", "0.1", "a & b", "", {{"DIT", "", "", ""}}};
  manifest.startedAt = someTime();
  manifest.process = Process::transfer;
  manifest.ignorePatterns = {".DS_Store"};
  for (const char* name : {"a.mov", "b\xFF.mov", "D/c.mov"}) {
    FileEntry file;
    file.path = name;
    for (const auto format : hash::allFormats()) {
      file.hashes.push_back({hash::digestOf(format, {}), Action::original, "2026-05-02T14:35:00Z"});
    }
    manifest.files.push_back(file);
  }
  manifest.directories = directoryHashes(manifest.files, {}, {HashFormat::xxh64});
  manifest.root = manifest.directories.back();
  manifest.directories.pop_back();
  return formatManifest(manifest);
}

std::string codeOf(const std::string& xml) {
  const auto read = parseManifest(xml);
  return read ? std::string("read") : std::string(name(read.error().code));
}

}  // namespace

TEST_CASE("a manifest cut anywhere is corrupt and never half believed") {
  const std::string xml = someManifest();
  REQUIRE(codeOf(xml) == "read");
  const auto end = xml.rfind("</hashlist>") + 10;
  for (std::size_t n = 0; n <= end; n += 1) {
    const auto code = codeOf(xml.substr(0, n));
    if (code != "corrupt") FAIL("cut at " << n << " gives " << code);
  }
}

TEST_CASE("flipped bits never crash the reader and never let a path out") {
  const std::string xml = someManifest();
  std::mt19937 random(7);
  std::size_t readable = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string bad = xml;
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
      bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
    }
    const auto read = parseManifest(bad);
    if (!read) continue;
    ++readable;
    for (const auto& file : read->files) {
      if (!path::isSafeRelative(file.path)) FAIL("an unsafe path came through");
    }
  }
  CHECK(readable > 0);
}

TEST_CASE("entities and document types and endless attributes are refused quickly") {
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE hashlist [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c < 'm'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
    bomb += "\">";
  }
  bomb +=
      "]><hashlist version=\"2.0\" "
      "xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><hostname>&l;</hostname></creatorinfo></hashlist>";
  CHECK(codeOf(bomb) == "corrupt");
  CHECK(
      codeOf(
          "<!DOCTYPE hashlist SYSTEM \"file:///etc/passwd\"><hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\"/>") ==
      "corrupt");
  CHECK(codeOf("<hashlist version=\"2.0\" "
               "xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><hostname>&x;</hostname></creatorinfo></hashlist>") ==
        "corrupt");
  CHECK(codeOf("<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\" x=\"" + std::string(100'000, 'x') + "\"/>") ==
        "corrupt");
  CHECK(codeOf("<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\" x=\"" + std::string(20'000'000, 'x') + "\"/>") ==
        "corrupt");
  CHECK(codeOf("<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><comment>" +
               std::string(100'000, 'x') + "</comment></creatorinfo></hashlist>") == "corrupt");
  std::string deep = "<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\">";
  for (int i = 0; i < 100'000; ++i) deep += "<m>";
  CHECK(codeOf(deep) == "corrupt");
}

TEST_CASE("a manifest of a hundred thousand files is read whole") {
  Manifest manifest;
  manifest.startedAt = someTime();
  manifest.process = Process::inPlace;
  for (int i = 0; i < 100'000; ++i) {
    FileEntry file;
    file.path = "Frames/A001C001_" + std::to_string(1'000'000 + i) + ".dpx";
    file.bytes = 1;
    file.hashes.push_back({{HashFormat::xxh64, "ef46db3751d8e999"}, Action::original, "2026-05-02T14:35:00Z"});
    manifest.files.push_back(std::move(file));
  }
  const std::string xml = formatManifest(manifest);
  REQUIRE(xml.size() > 15'000'000);
  const auto read = parseManifest(xml);
  REQUIRE(read.has_value());
  CHECK(read->files.size() == 100'000);
  CHECK(read->files.back().path == manifest.files.back().path);
}

TEST_CASE("a chain that names a file elsewhere reads nothing there") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  const auto sealed = seal(scope);
  const std::string fileName = std::filesystem::path(sealed.manifestPath).filename().string();
  std::filesystem::copy_file(sealed.manifestPath, scope + "/0001_elsewhere.mhl");
  for (const char* bad : {"../0001_elsewhere.mhl", "/etc/passwd", "", "..", "x/0001_y.mhl"}) {
    const std::string chain = get(scope + "/ascmhl/ascmhl_chain.xml");
    replaceIn(scope + "/ascmhl/ascmhl_chain.xml", "<path>" + fileName, std::string("<path>") + bad);
    const auto history = readHistory(realFileSystem(), scope);
    REQUIRE(history.has_value());
    REQUIRE(history->generations.size() == 1);
    CHECK_FALSE(history->generations[0].proven);
    CHECK(hasKind(history->findings, "chain_gap"));
    CHECK(verify(scope).result == VerifyResult::defect);
    put(scope + "/ascmhl/ascmhl_chain.xml", chain);
  }
}

TEST_CASE("a manifest that is a link or a pipe is not opened") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  const auto sealed = seal(scope);
  std::filesystem::rename(sealed.manifestPath, temp.path() + "/moved.mhl");
  std::filesystem::create_symlink(temp.path() + "/moved.mhl", sealed.manifestPath);
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  CHECK_FALSE(history->generations.at(0).proven);
  CHECK(hasKind(history->findings, "unreadable"));
}

TEST_CASE("flipped bits in a chain are always noticed or harmless") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  seal(scope);
  const std::string chain = get(scope + "/ascmhl/ascmhl_chain.xml");
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    std::string bad = chain;
    bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
    put(scope + "/ascmhl/ascmhl_chain.xml", bad);
    const auto history = readHistory(realFileSystem(), scope);
    REQUIRE(history.has_value());
    if (!history->findings.empty()) continue;
    REQUIRE(history->generations.size() == 1);
    REQUIRE(history->generations[0].proven);
  }
}
