// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <cctype>
#include <string>

#include "core/hash/hash.h"

namespace {

using rollproof::hash::MultiHasher;
using rollproof::model::Digest;
using rollproof::model::HashFormat;
namespace hash = rollproof::hash;

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string patterned() {
  std::string text(1000003, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>((i * 7 + i / 251) & 255U);
  return text;
}

struct Known {
  HashFormat format;
  const char* empty;
  const char* fox;
  const char* big;
};

// Computed by xxhsum, md5sum, sha1sum and an independent big-integer C4.
const std::array<Known, 6> kKnown{{
    {HashFormat::xxh64, "ef46db3751d8e999", "0b242d361fda71bc", "90d39d3bfe5d2df2"},
    {HashFormat::xxh3, "2d06800538d394c2", "ce7d19a5418fb365", "06de9cb24f0c50de"},
    {HashFormat::xxh128, "99aa06d3014798d86001c324468d497f", "ddd650205ca3e7fa24a1cc2e3a8a7651",
     "d66350a8bb116d9206de9cb24f0c50de"},
    {HashFormat::md5, "d41d8cd98f00b204e9800998ecf8427e", "9e107d9d372bb6826bd81d3542a419d6",
     "2a86c2f01e5dfaddc6efc5d404ebd4aa"},
    {HashFormat::sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
     "aed2e90b6776b0c6821b0aab260816bed9799c14"},
    {HashFormat::c4, "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT",
     "c41AA3ASLQfdQwGxaam2okv9uTopf28Piy2pskrf6vQ35fsAKCBzQAv31LTcwMcp3hpDqF4vxgvu3UoPSAN4qZ3Ygd",
     "c422s9QYWBjLcPp1oRmktteCWLNfXYfm16FK5VogUiQ2RCX23ZHTCap8LcQfBHbopn5d8gaq4tdS9te9ordTzZJjAH"},
}};

}  // namespace

TEST_CASE("every format gives the published digest of nothing and of known bytes") {
  const std::string fox = "The quick brown fox jumps over the lazy dog";
  const std::string big = patterned();
  for (const auto& known : kKnown) {
    CHECK(hash::digestOf(known.format, {}).text == known.empty);
    CHECK(hash::digestOf(known.format, bytesOf(fox)).text == known.fox);
    CHECK(hash::digestOf(known.format, bytesOf(big)).text == known.big);
  }
}

TEST_CASE("one pass in odd pieces gives all digests in the order asked and can start again") {
  const std::string big = patterned();
  std::vector<HashFormat> order;
  for (std::size_t i = kKnown.size(); i-- > 0;) order.push_back(kKnown[i].format);
  MultiHasher hasher(order);
  for (int round = 0; round < 2; ++round) {
    std::size_t at = 0;
    std::size_t step = 1;
    while (at < big.size()) {
      const std::size_t n = std::min(step, big.size() - at);
      hasher.update(bytesOf(big).subspan(at, n));
      at += n;
      step = step * 3 + 1;
    }
    const auto digests = hasher.finish();
    REQUIRE(digests.size() == kKnown.size());
    for (std::size_t i = 0; i < digests.size(); ++i) {
      CHECK(digests[i].format == order[i]);
      CHECK(digests[i].text == kKnown[kKnown.size() - 1 - i].big);
    }
    hasher.reset();
  }
  const auto empty = hasher.finish();
  CHECK(empty.back().text == "ef46db3751d8e999");
}

TEST_CASE("format names go to text and back and strangers are refused") {
  CHECK(hash::allFormats().size() == kKnown.size());
  for (const auto format : hash::allFormats()) CHECK(hash::parseFormat(hash::name(format)) == format);
  for (const char* bad : {"", "XXH64", "xxh32", "sha256", "xxh64 "}) CHECK_FALSE(hash::parseFormat(bad).has_value());
}

TEST_CASE("raw bytes lead back from text and malformed text gives none") {
  for (const auto& known : kKnown) {
    const auto raw = hash::rawBytes({known.format, known.fox});
    REQUIRE_FALSE(raw.empty());
    CHECK(hash::fromRaw(known.format, raw).text == known.fox);
    CHECK(hash::fromRaw(known.format, std::span(raw).first(raw.size() - 1)).text.empty());
    std::string broken = known.fox;
    broken.back() = '!';
    CHECK(hash::rawBytes({known.format, broken}).empty());
    CHECK(hash::rawBytes({known.format, std::string(known.fox) + "0"}).empty());
    CHECK(hash::rawBytes({known.format, ""}).empty());
  }
  const auto md5 = hash::rawBytes({HashFormat::md5, "d41d8cd98f00b204e9800998ecf8427e"});
  REQUIRE(md5.size() == 16);
  CHECK(std::to_integer<int>(md5[0]) == 0xd4);
  CHECK(std::to_integer<int>(md5[15]) == 0x7e);
  // SHA-512 of nothing begins cf 83 e1 35 and ends a5 38 32 7a f9 27 da 3e.
  const auto c4 = hash::rawBytes({HashFormat::c4, kKnown[5].empty});
  REQUIRE(c4.size() == 64);
  CHECK(std::to_integer<int>(c4[0]) == 0xcf);
  CHECK(std::to_integer<int>(c4[3]) == 0x35);
  CHECK(std::to_integer<int>(c4[63]) == 0x3e);
  CHECK(hash::rawBytes({HashFormat::c4, "c4" + std::string(88, 'z')}).empty());  // beyond 512 bits
  CHECK(hash::rawBytes({HashFormat::c4, "c4" + std::string(88, '1')}) == std::vector<std::byte>(64));
}

TEST_CASE("values compare by meaning and never across formats or when malformed") {
  std::string upper = kKnown[0].fox;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(hash::sameValue({HashFormat::xxh64, kKnown[0].fox}, {HashFormat::xxh64, upper}));
  CHECK_FALSE(hash::sameValue({HashFormat::xxh64, kKnown[0].fox}, {HashFormat::xxh3, kKnown[0].fox}));
  CHECK_FALSE(hash::sameValue({HashFormat::xxh64, "zz"}, {HashFormat::xxh64, "zz"}));
  // base58 is case-sensitive: another case is another value
  std::string otherCase = kKnown[5].fox;
  otherCase[3] = static_cast<char>(std::tolower(static_cast<unsigned char>(otherCase[3])));
  REQUIRE(otherCase != kKnown[5].fox);
  CHECK_FALSE(hash::sameValue({HashFormat::c4, kKnown[5].fox}, {HashFormat::c4, otherCase}));
}
