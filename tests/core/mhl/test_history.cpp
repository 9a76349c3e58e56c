// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/hash/hash.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;

namespace {

const std::string kSample = std::string(ROLLPROOF_SAMPLES) + "/ascmhl_scenario_01/travel_01/A002R2EC";

Errc codeOf(const Result<Sealed>& result) { return result ? Errc::failed : result.error().code; }

Result<Sealed> tryAppend(const std::string& scope) {
  auto all = inventory(scope, {HashFormat::xxh64});
  return appendGeneration(realFileSystem(), scope, std::move(all.manifest), all.directories);
}

}  // namespace

TEST_CASE("the reference implementation's history is read and proven") {
  if (!std::filesystem::exists(kSample)) {
    WARN("samples are not here");
    return;
  }
  const auto history = readHistory(realFileSystem(), kSample);
  REQUIRE(history.has_value());
  CHECK(history->findings.empty());
  REQUIRE(history->generations.size() == 1);
  const auto& generation = history->generations[0];
  CHECK(generation.proven);
  CHECK(generation.number == 1);
  CHECK(generation.manifest.process == Process::inPlace);
  CHECK(generation.manifest.files.size() == 3);
  CHECK(generation.manifest.files[0].bytes == 5);
  CHECK(isoUtc(generation.manifest.startedAt) == "2020-01-16T09:15:00Z");

  const auto all = inventory(kSample, {HashFormat::xxh64});
  const auto computed = directoryHashes(all.manifest.files, all.directories, {HashFormat::xxh64});
  REQUIRE(computed.size() == 2);
  CHECK(computed[0].path == "Clips");
  CHECK(computed[0].content == generation.manifest.directories.at(0).content);
  CHECK(computed[0].structure == generation.manifest.directories.at(0).structure);
  CHECK(computed[1].content == generation.manifest.root->content);
  CHECK(computed[1].structure == generation.manifest.root->structure);
}

TEST_CASE("generations follow each other and each is proven by the chain") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a.mov", "one");
  put(scope + "/b.xml", "");
  const auto first = seal(scope);
  CHECK(first.generation == 1);
  CHECK(first.manifestPath == scope + "/ascmhl/0001_A001_2026-05-02_143500Z.mhl");
  CHECK(schemaComplaint(get(first.manifestPath)) == "");
  put(scope + "/c.mov", "three");
  const auto second = seal(scope, {HashFormat::xxh64, HashFormat::c4});
  CHECK(second.generation == 2);
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  CHECK(history->findings.empty());
  REQUIRE(history->generations.size() == 2);
  const auto& files = history->generations[1].manifest.files;
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "Clips/a.mov");
  for (const auto& hash : files[0].hashes) CHECK(hash.action == Action::verified);
  CHECK(files[2].path == "c.mov");
  for (const auto& hash : files[2].hashes) CHECK(hash.action == Action::original);
  CHECK(history->generations[1].manifest.ignorePatterns == std::vector<std::string>{".DS_Store", "ascmhl", "ascmhl/"});
  CHECK(history->generations[1].manifest.root.has_value());
}

TEST_CASE("ignore patterns only grow and a changed file is recorded as failed without folder hashes") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  auto all = inventory(scope, {HashFormat::xxh64});
  all.manifest.ignorePatterns = {"*.tmp"};
  REQUIRE(appendGeneration(realFileSystem(), scope, all.manifest, all.directories).has_value());
  put(scope + "/a.mov", "two");
  seal(scope);
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  REQUIRE(history->generations.size() == 2);
  const auto& manifest = history->generations[1].manifest;
  CHECK(manifest.ignorePatterns.back() == "*.tmp");
  CHECK(manifest.files[0].hashes[0].action == Action::failed);
  CHECK_FALSE(manifest.root.has_value());
}

TEST_CASE("each kind of damage to a history has its own name and stops new generations") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  const std::string folder = scope + "/ascmhl";
  put(scope + "/a.mov", "one");
  const auto first = seal(scope);
  const auto second = seal(scope, {HashFormat::md5, HashFormat::xxh64});
  const std::string firstText = get(first.manifestPath);
  const std::string chain = get(folder + "/ascmhl_chain.xml");
  const auto findings = [&] {
    const auto history = readHistory(realFileSystem(), scope);
    return history ? kinds(history->findings) : std::vector<std::string>{};
  };
  const std::string firstName = "ascmhl/" + std::filesystem::path(first.manifestPath).filename().string();
  const std::string secondName = "ascmhl/" + std::filesystem::path(second.manifestPath).filename().string();
  REQUIRE(findings().empty());

  replaceIn(first.manifestPath, "cart-1", "cart-2");
  CHECK(findings() == std::vector<std::string>{"manifest_altered " + firstName});
  CHECK_FALSE(readHistory(realFileSystem(), scope)->generations[0].proven);
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);

  std::filesystem::remove(first.manifestPath);
  CHECK(findings() == std::vector<std::string>{"manifest_missing " + firstName});
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);
  put(first.manifestPath, firstText);

  std::filesystem::remove(folder + "/ascmhl_chain.xml");
  CHECK(findings() == std::vector<std::string>{"chain_missing ascmhl/ascmhl_chain.xml",
                                               "unlisted_manifest " + firstName, "unlisted_manifest " + secondName});
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);

  // the first entry cut out
  const auto from = chain.find("  <hashlist sequencenr=\"1\"");
  const auto to = chain.find("  <hashlist sequencenr=\"2\"");
  std::string cut = chain;
  cut.erase(from, to - from);
  put(folder + "/ascmhl_chain.xml", cut);
  CHECK(findings() == std::vector<std::string>{"chain_gap ascmhl/ascmhl_chain.xml", "unlisted_manifest " + firstName});
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);

  // the last entry cut out: the number is taken
  std::string tail = chain;
  tail.erase(to, chain.find("</ascmhldirectory>") - to);
  put(folder + "/ascmhl_chain.xml", tail);
  CHECK(findings() == std::vector<std::string>{"unlisted_manifest " + secondName});
  CHECK(codeOf(tryAppend(scope)) == Errc::exists);
  CHECK(std::filesystem::exists(second.manifestPath));

  put(folder + "/ascmhl_chain.xml", chain.substr(0, chain.size() / 2));
  CHECK(findings().front() == "unlisted_manifest " + firstName);
  CHECK(hasKind(readHistory(realFileSystem(), scope)->findings, "unreadable"));
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);

  put(folder + "/ascmhl_chain.xml", chain);
  put(folder + "/._0001_A001.mhl", "AppleDouble");
  CHECK(findings() == std::vector<std::string>{"unlisted_manifest ascmhl/._0001_A001.mhl"});
  CHECK(tryAppend(scope).has_value());
}

TEST_CASE("a chain with another hash than c4 proves its manifests too and is continued as it is") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  const auto first = seal(scope);
  const std::string text = get(first.manifestPath);
  const auto sha1 = hash::digestOf(HashFormat::sha1, std::as_bytes(std::span(text.data(), text.size()))).text;
  const auto c4 = readHistory(realFileSystem(), scope)->generations[0].c4;
  replaceIn(scope + "/ascmhl/ascmhl_chain.xml", "<c4>" + c4 + "</c4>", "<sha1>" + sha1 + "</sha1>");
  CHECK(readHistory(realFileSystem(), scope)->generations[0].proven);
  seal(scope);
  CHECK(get(scope + "/ascmhl/ascmhl_chain.xml").find("<sha1>" + sha1 + "</sha1>") != std::string::npos);
  CHECK(readHistory(realFileSystem(), scope)->findings.empty());
}

TEST_CASE("an append killed before its chain was renamed is rolled back by the next one") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  const std::string folder = scope + "/ascmhl";
  put(scope + "/a.mov", "one");
  const auto first = seal(scope);
  // as if the last rename never happened
  std::filesystem::rename(folder + "/ascmhl_chain.xml", folder + "/" + partName("ascmhl_chain.xml"));
  std::filesystem::rename(first.manifestPath, folder + "/0001_A001_2026-05-02_100000Z.mhl");
  replaceIn(folder + "/" + partName("ascmhl_chain.xml"), "143500Z", "100000Z");
  put(folder + "/" + partName("0001_A001_x.mhl"), "half");
  CHECK(kinds(readHistory(realFileSystem(), scope)->findings).size() == 2);
  const auto again = seal(scope);
  CHECK(again.generation == 1);
  std::vector<std::string> names;
  for (const auto& one : std::filesystem::directory_iterator(folder)) names.push_back(one.path().filename().string());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"0001_A001_2026-05-02_143500Z.mhl", "ascmhl_chain.xml"});
  CHECK(readHistory(realFileSystem(), scope)->findings.empty());
}

TEST_CASE("a stranger's manifest is never rolled back") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  const std::string folder = scope + "/ascmhl";
  put(scope + "/a.mov", "one");
  const auto first = seal(scope);
  std::filesystem::rename(folder + "/ascmhl_chain.xml", folder + "/" + partName("ascmhl_chain.xml"));
  replaceIn(first.manifestPath, "cart-1", "cart-2");  // not what the pending chain vouches for
  CHECK(codeOf(tryAppend(scope)) == Errc::corrupt);
  CHECK(std::filesystem::exists(first.manifestPath));
}

TEST_CASE("nothing to seal and unsafe entries are refused and leave no folder behind") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  std::filesystem::create_directories(scope);
  CHECK(codeOf(appendGeneration(realFileSystem(), scope, {}, {})) == Errc::usage);
  Manifest manifest;
  FileEntry file;
  file.path = "../x";
  file.hashes.push_back({hash::digestOf(HashFormat::xxh64, {}), Action::original, ""});
  manifest.files.push_back(file);
  CHECK(codeOf(appendGeneration(realFileSystem(), scope, manifest, {})) == Errc::usage);
  file.path = "x";
  manifest.files = {file, file};
  CHECK(codeOf(appendGeneration(realFileSystem(), scope, manifest, {})) == Errc::usage);
  CHECK_FALSE(std::filesystem::exists(scope + "/ascmhl"));
  const auto none = readHistory(realFileSystem(), scope);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Errc::notFound);
}

TEST_CASE("a scope whose name is no Unicode or very long still gets a manifest that reads back") {
  TempFolder temp;
  for (const std::string& label : {std::string("R\xE9\x01l"), std::string(255, 'L'), std::string("new\nline")}) {
    const std::string scope = temp.path() + "/" + label;
    put(scope + "/a\xFF", "x");
    seal(scope);
    seal(scope);
    const auto history = readHistory(realFileSystem(), scope);
    REQUIRE(history.has_value());
    CHECK(history->findings.empty());
    REQUIRE(history->generations.size() == 2);
    CHECK(history->generations[1].manifest.files.at(0).path == "a\xFF");
  }
}
