// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "core/hash/hash.h"
#include "core/mhl/mhl.h"

namespace {

using namespace rollproof;
using model::HashFormat;

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

mhl::FileEntry file(const std::string& path, const std::string& content, HashFormat format = HashFormat::xxh64) {
  mhl::FileEntry entry;
  entry.path = path;
  entry.bytes = content.size();
  entry.hashes.push_back({hash::digestOf(format, bytesOf(content)), mhl::Action::original, ""});
  return entry;
}

std::string raw(const model::Digest& digest) {
  std::string text;
  for (const auto one : hash::rawBytes(digest)) text.push_back(static_cast<char>(one));
  return text;
}

std::string text(HashFormat format, const std::string& bytes) { return hash::digestOf(format, bytesOf(bytes)).text; }

}  // namespace

TEST_CASE("a folder's hashes are those derived by hand from the standard") {
  for (const auto format : {HashFormat::xxh64, HashFormat::c4, HashFormat::md5}) {
    const auto H = [&](const std::string& bytes) { return raw(hash::digestOf(format, bytesOf(bytes))); };
    const auto result =
        mhl::directoryHashes({file("a", "one", format), file("D/b", "two", format)}, {"D", "E"}, {format});
    REQUIRE(result.size() == 3);
    CHECK(result.back().path.empty());
    const auto sorted = [](std::vector<std::string> pieces) {
      std::sort(pieces.begin(), pieces.end());
      std::string all;
      for (const auto& one : pieces) all += one;
      return all;
    };
    const std::string contentD = H(H("two"));
    const std::string structureD = H(H("b" + H("two")));
    const std::string empty = H("");
    CHECK(result.back().content.at(0).text == text(format, sorted({H("one"), contentD, empty})));
    CHECK(result.back().structure.at(0).text ==
          text(format, sorted({H("a" + H("one")), H("D" + structureD), H("E" + empty)})));
  }
}

TEST_CASE("equal files count twice and a name changes the structure but not the content") {
  const auto twice = mhl::directoryHashes({file("a", "x"), file("b", "x")}, {}, {HashFormat::xxh64});
  const auto once = mhl::directoryHashes({file("a", "x")}, {}, {HashFormat::xxh64});
  const auto renamed = mhl::directoryHashes({file("c", "x")}, {}, {HashFormat::xxh64});
  CHECK(twice.back().content != once.back().content);
  CHECK(renamed.back().content == once.back().content);
  CHECK(renamed.back().structure != once.back().structure);
}

TEST_CASE("a folder is not vouched for when a file below was not hashed or failed") {
  auto failed = file("D/bad", "x");
  failed.hashes[0].action = mhl::Action::failed;
  const auto result = mhl::directoryHashes({file("a", "1"), failed, file("E/ok", "2")}, {}, {HashFormat::xxh64});
  REQUIRE(result.size() == 1);
  CHECK(result[0].path == "E");
  auto both = file("F/x", "3");
  both.hashes.push_back({hash::digestOf(HashFormat::md5, bytesOf("3")), mhl::Action::original, ""});
  const auto mixed = mhl::directoryHashes({file("a", "1"), both}, {}, {HashFormat::xxh64, HashFormat::md5});
  REQUIRE(mixed.size() == 2);
  CHECK(mixed[0].content.size() == 2);
  CHECK(mixed[1].content.size() == 1);
}

TEST_CASE("a very deep path costs no stack") {
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "d/";
  CHECK(mhl::directoryHashes({file(deep + "f", "x")}, {}, {HashFormat::xxh64}).size() == 3001);
}
