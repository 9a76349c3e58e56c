// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/hash/hash.h"
#include "core/mhl/document.h"
#include "core/mhl/flatten.h"
#include "core/mhl/seal_in_place.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

SealOutcome sealNow(const std::string& folder, const std::vector<HashFormat>& formats = {}) {
  SealOptions options;
  options.creator = creatorHere();
  options.formats = formats;
  jobs::Progress progress;
  auto outcome = sealInPlace(realFileSystem(), folder, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

Result<Flattened> flatten(const std::string& scope, const std::string& out, WallTime when = someTime()) {
  return flattenHistory(realFileSystem(), scope, out, creatorHere(), when);
}

std::map<std::string, FileEntry> filesOf(const std::string& list) {
  const auto manifest = parseManifest(get(list));
  REQUIRE(manifest.has_value());
  CHECK(manifest->process == Process::flatten);
  CHECK_FALSE(manifest->root.has_value());
  CHECK(manifest->directories.empty());
  std::map<std::string, FileEntry> files;
  for (const auto& one : manifest->files) files[one.path] = one;
  return files;
}

}  // namespace

TEST_CASE("a packing list holds the newest true record of each file under its last name") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  const std::string out = temp.path() + "/lists";
  put(scope + "/a.mov", "one");
  put(scope + "/b.mov", "two");
  put(scope + "/gone.mov", "gone");
  put(scope + "/swap1", "first");
  put(scope + "/swap2", "second");
  sealNow(scope);
  stdfs::rename(scope + "/a.mov", scope + "/a2.mov");
  put(scope + "/b.mov", "twx");  // damaged: failed from here on
  stdfs::remove(scope + "/gone.mov");
  sealNow(scope, {HashFormat::md5});
  stdfs::rename(scope + "/a2.mov", scope + "/a3.mov");
  sealNow(scope);
  const auto flat = flatten(scope, out);
  REQUIRE(flat.has_value());
  CHECK(flat->listPath == out + "/packinglist_A001_2026-05-02_143500Z.mhl");
  CHECK(flat->files == 5);
  CHECK(schemaComplaint(get(flat->listPath)) == "");
  CHECK(schemaComplaint(get(flat->collectionPath)) == "");
  const auto files = filesOf(flat->listPath);
  REQUIRE(files.size() == 5);
  CHECK(files.at("a3.mov").previousPath.empty());
  CHECK(files.at("a3.mov").hashes.size() == 2);
  REQUIRE(files.at("b.mov").hashes.size() == 1);  // the md5 was computed from the damage
  const std::string two = "two";
  CHECK(files.at("b.mov").hashes[0].digest ==
        hash::digestOf(HashFormat::xxh64, std::as_bytes(std::span(two.data(), two.size()))));
  CHECK(files.at("b.mov").hashes[0].action == Action::original);
  CHECK(files.contains("gone.mov"));
  CHECK(files.at("swap1").bytes == 5);

  const auto collection = parseChain(get(flat->collectionPath));
  REQUIRE(collection.has_value());
  REQUIRE(collection->size() == 1);
  CHECK(collection->at(0).number == 1);
  CHECK(*collection->at(0).digest == flat->digest);
  // A second list joins the collection, and the same moment twice is refused.
  CHECK(flatten(scope, out).error().code == Errc::exists);
  REQUIRE(flatten(scope, out, someTime() + std::chrono::hours(1)).has_value());
  CHECK(parseChain(get(flat->collectionPath))->size() == 2);
  CHECK(schemaComplaint(get(flat->collectionPath)) == "");
}

TEST_CASE("two files that swapped their names keep each its own content in the list") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/x", "ex");
  put(scope + "/y", "ypsilon");
  seal(scope);
  auto all = inventory(scope, {HashFormat::xxh64});
  FileTable swapped;
  for (auto file : all.manifest.files) {
    const std::string other = file.path == "x" ? "y" : "x";
    file.previousPath = file.path;
    file.path = other;
    swapped.push_back(file);
  }
  all.manifest.files = std::move(swapped);
  REQUIRE(appendGeneration(realFileSystem(), scope, std::move(all.manifest), {}).has_value());
  const auto flat = flatten(scope, temp.path() + "/lists");
  REQUIRE(flat.has_value());
  const auto files = filesOf(flat->listPath);
  REQUIRE(files.size() == 2);
  CHECK(files.at("y").bytes == 2);
  CHECK(files.at("x").bytes == 7);
}

TEST_CASE("nested histories stand in the list with their folder in front") {
  TempFolder temp;
  const std::string day = temp.path() + "/Day";
  put(day + "/A001/sub/B/a.mov", "one");
  put(day + "/A001/b.mov", "two");
  put(day + "/n.txt", "n");
  sealNow(day + "/A001/sub/B");
  sealNow(day + "/A001");
  sealNow(day);
  const auto flat = flatten(day, temp.path() + "/lists");
  REQUIRE(flat.has_value());
  CHECK(flat->histories == 3);
  std::vector<std::string> names;
  for (const auto& [path, file] : filesOf(flat->listPath)) names.push_back(path);
  CHECK(names == std::vector<std::string>{"A001/b.mov", "A001/sub/B/a.mov", "n.txt"});
  // A list beside the folder it is about proves it.
  stdfs::copy_file(flat->listPath, day + "/list.mhl");
  CHECK(verify(day + "/list.mhl").verified == 3);
}

TEST_CASE("a history that is no proof gives no list") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  const auto sealed = seal(scope);
  replaceIn(sealed.manifestPath, "cart-1", "cart-2");
  const auto flat = flatten(scope, temp.path() + "/lists");
  REQUIRE_FALSE(flat.has_value());
  CHECK(flat.error().code == Errc::corrupt);
  CHECK_FALSE(stdfs::exists(temp.path() + "/lists"));
  CHECK(flatten(temp.path(), temp.path() + "/lists").error().code == Errc::notFound);
}

TEST_CASE("a file that was only ever recorded as failed is left out and named") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/a.mov", "one");
  put(scope + "/b.mov", "two");
  auto all = inventory(scope, {HashFormat::xxh64});
  FileEntry first = all.manifest.files[0];
  first.hashes[0].action = Action::failed;
  all.manifest.files.replace(0, first);
  REQUIRE(appendGeneration(realFileSystem(), scope, std::move(all.manifest), {}).has_value());
  const auto flat = flatten(scope, temp.path() + "/lists");
  REQUIRE(flat.has_value());
  CHECK(flat->files == 1);
  CHECK(kinds(flat->findings) == std::vector<std::string>{"left_out a.mov"});
}
