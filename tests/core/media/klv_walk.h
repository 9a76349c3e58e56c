// SPDX-License-Identifier: Apache-2.0
// An MXF file taken apart by the standard alone, to judge what a writer made: SMPTE ST 336 (KLV), ST 377-1 (partitions,
// primer, sets). Shares nothing with the writers or readers under test.
// Threads: one test, one thread.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace rollproof::media::test {

inline std::uint64_t number(const std::string& bytes, std::size_t at, std::size_t width) {
  REQUIRE(at + width <= bytes.size());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

inline std::string hex(const std::string& bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

// ASCII of big-endian UTF-16, up to its zero.
inline std::string ascii(const std::string& utf16) {
  std::string text;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
    if (utf16[i] == 0 && utf16[i + 1] == 0) break;
    REQUIRE(utf16[i] == 0);
    text += utf16[i + 1];
  }
  return text;
}

struct Klv {
  std::uint64_t at = 0, valueAt = 0;
  std::string key;  // hex
  std::string value;
};

struct MetaSet {
  std::string kind;                          // hex of byte 15 of the key
  std::map<std::string, std::string> items;  // property label in hex -> value
  [[nodiscard]] bool has(const std::string& label) const { return items.count(label) > 0; }
  [[nodiscard]] const std::string& item(const std::string& label) const {
    INFO("set " << kind << " property " << label);
    REQUIRE(items.count(label) == 1);
    return items.at(label);
  }
};

class MxfFile {
 public:
  explicit MxfFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    m_bytes.assign(std::istreambuf_iterator<char>(in), {});
    REQUIRE(m_bytes.size() > 100);
    for (std::uint64_t at = 0; at < m_bytes.size();) {
      Klv one;
      one.at = at;
      one.key = hex(m_bytes.substr(at, 16));
      std::uint64_t length = number(m_bytes, at + 16, 1);
      at += 17;
      if (length > 0x7F) {
        const std::size_t width = length & 0x7F;
        REQUIRE(width <= 8);
        length = number(m_bytes, at, width);
        at += width;
      }
      one.valueAt = at;
      REQUIRE(at + length <= m_bytes.size());
      one.value = m_bytes.substr(at, length);
      at += length;
      klvs.push_back(std::move(one));
    }
    readSets();
  }

  [[nodiscard]] const std::string& bytes() const { return m_bytes; }
  [[nodiscard]] std::vector<const Klv*> starting(const std::string& key) const {
    std::vector<const Klv*> found;
    for (const Klv& one : klvs) {
      if (one.key.rfind(key, 0) == 0) found.push_back(&one);
    }
    return found;
  }
  [[nodiscard]] std::vector<const MetaSet*> ofKind(const std::string& kind) const {
    std::vector<const MetaSet*> found;
    for (const auto& [uid, set] : sets) {
      if (set.kind == kind) found.push_back(&set);
    }
    return found;
  }
  // The set a reference names, and the sets a batch of them names.
  [[nodiscard]] const MetaSet& at(const std::string& uid) const {
    REQUIRE(sets.count(hex(uid)) == 1);
    return sets.at(hex(uid));
  }
  [[nodiscard]] std::vector<const MetaSet*> batch(const std::string& value) const {
    std::vector<const MetaSet*> found;
    const std::uint64_t count = number(value, 0, 4);
    REQUIRE(number(value, 4, 4) == 16);
    REQUIRE(value.size() == 8 + count * 16);
    for (std::uint64_t i = 0; i < count; ++i) found.push_back(&at(value.substr(8 + i * 16, 16)));
    return found;
  }

  std::vector<Klv> klvs;
  std::map<std::string, MetaSet> sets;  // by instance UID in hex

 private:
  void readSets() {
    std::map<std::uint64_t, std::string> primer;
    for (const Klv& one : klvs) {
      if (one.key == "060e2b34020501010d01020101050100") {
        const std::uint64_t count = number(one.value, 0, 4);
        REQUIRE(one.value.size() == 8 + count * 18);
        for (std::uint64_t i = 0; i < count; ++i) {
          const std::uint64_t tag = number(one.value, 8 + i * 18, 2);
          REQUIRE(primer.count(tag) == 0);
          primer[tag] = hex(one.value.substr(10 + i * 18, 16));
        }
      }
      if (one.key.rfind("060e2b34025301010d0101010101", 0) != 0) continue;
      MetaSet set;
      set.kind = one.key.substr(28, 2);
      for (std::size_t at = 0; at < one.value.size();) {
        const std::uint64_t tag = number(one.value, at, 2), length = number(one.value, at + 2, 2);
        REQUIRE(at + 4 + length <= one.value.size());
        INFO("tag " << tag);
        REQUIRE(primer.count(tag) == 1);
        set.items[primer[tag]] = one.value.substr(at + 4, length);
        at += 4 + length;
      }
      const std::string uid = hex(set.item("060e2b34010101010101150200000000"));
      REQUIRE(sets.count(uid) == 0);
      sets[uid] = std::move(set);
    }
  }

  std::string m_bytes;
};

}  // namespace rollproof::media::test
