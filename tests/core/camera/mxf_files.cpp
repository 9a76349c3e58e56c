// SPDX-License-Identifier: Apache-2.0
#include "tests/core/camera/mxf_files.h"

namespace mxf_files {
namespace {

std::string be(std::uint64_t value, int width) {
  std::string out;
  for (int i = width - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 255U);
  return out;
}

std::string hex(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return out;
}

std::string wide(const std::string& ascii) {
  std::string out;
  for (const char c : ascii) out += std::string(1, '\0') + c;
  return out;
}

std::string klv(const std::string& key, const std::string& value) { return key + '\x83' + be(value.size(), 3) + value; }

std::string item(int tag, const std::string& value) {
  return be(static_cast<std::uint64_t>(tag), 2) + be(value.size(), 2) + value;
}

// Any sixteen bytes that no other set of the file has.
std::string id(int n) { return hex("1122334455667788") + be(static_cast<std::uint64_t>(n), 8); }
std::string umid(int n) { return hex("060A2B340101010501010D0013000000") + id(n); }

std::string set(const std::string& kind, int n, const std::string& items) {
  return klv(hex("060E2B34025301010D01010101"
                 "01" +
                 kind + "00"),
             item(0x3C0A, id(n)) + items);
}

std::string batch(const std::vector<int>& ids) {
  std::string out = be(ids.size(), 4) + be(16, 4);
  for (const int one : ids) out += id(one);
  return out;
}

const std::string kPicture = hex("060E2B34040101010103020201000000");
const std::string kSound = hex("060E2B34040101010103020202000000");
const std::string kTimecode = hex("060E2B34040101010103020101000000");

class Header {
 public:
  Header(const Mxf& what, std::int64_t duration) : m_what(what), m_duration(duration) {}

  std::string bytes() {
    std::string out = klv(hex("060E2B34020501010D01020101050100"), primer());
    std::vector<int> documents;
    std::vector<int> packages{10, 20};
    if (!m_what.tape.empty()) packages.push_back(30);
    out += set("2F", 1, item(0x3B03, id(3)) + item(0x3B06, batch({2})));
    out += set("30", 2,
               item(0x3C01, wide(m_what.company)) + item(0x3C02, wide(m_what.product) + be(0, 2)) +
                   item(0x3C04, wide(m_what.version)));
    out += set("18", 3, item(0x1901, batch(packages)));
    out += package("36", 10, 20, 0, m_what.materialStart, "", "Clip one", 0);
    out += package("37", 20, m_what.tape.empty() ? 0 : 30, m_what.tapeOffset, m_what.sourceStart, id(40), "", 0);
    if (!m_what.tape.empty()) {
      out += package("37", 30, 0, 0, m_what.tapeStart, id(95), m_what.tape, 0);
      out += set("2E", 95, "");
    }
    out += descriptors();
    int n = 60;
    for (const auto& [schema, json] : m_what.documents) {
      // The tags are whatever this file's primer says.
      out += klv(hex("060E2B3402530101"
                     "0E17010210000000"),
                 item(0x3C0A, id(n++)) + item(0x9123, wide("application/json")) + item(0x9001, json) +
                     item(0x8FF0, wide(schema)));
    }
    return out;
  }

 private:
  static std::string primer() { return be(1, 4) + be(18, 4) + be(0x9001, 2) + hex("060E2B34010101010E17010203040506"); }

  // A track of timecode and one of pictures that plays `source`.
  std::string package(const std::string& kind, int n, int source, std::int64_t offset, std::int64_t start,
                      const std::string& descriptor, const std::string& name, int) {
    std::vector<int> tracks{n + 1};
    if (start >= 0) tracks.insert(tracks.begin(), n + 5);
    std::string items =
        item(0x4401, umid(n)) + item(0x4403, batch(tracks)) + item(0x4405, be(2026, 2) + hex("050203040500"));
    if (!descriptor.empty()) items += item(0x4701, descriptor);
    if (!name.empty()) items += item(0x4402, wide(name));
    const std::string rate =
        be(static_cast<std::uint32_t>(m_what.rate[0]), 4) + be(static_cast<std::uint32_t>(m_what.rate[1]), 4);
    const std::string length = be(static_cast<std::uint64_t>(m_duration), 8);
    std::string out = set(kind, n, items);
    out += set("3B", n + 1, item(0x4B01, rate) + item(0x4B02, be(0, 8)) + item(0x4803, id(n + 2)));
    out += set("0F", n + 2, item(0x0201, kPicture) + item(0x0202, length) + item(0x1001, batch({n + 3})));
    out += set("11", n + 3,
               item(0x0201, kPicture) + item(0x0202, length) +
                   item(0x1101, source > 0 ? umid(source) : std::string(32, '\0')) + item(0x1102, be(1, 4)) +
                   item(0x1201, be(static_cast<std::uint64_t>(offset), 8)));
    if (start < 0) return out;
    const bool two = m_what.secondStart >= 0 && n == 20;
    std::vector<int> clocks{n + 7};
    if (two) clocks.push_back(n + 8);
    const auto clock = [&](int which, std::int64_t from) {
      return set(
          "14", which,
          item(0x0201, kTimecode) + item(0x0202, two ? be(static_cast<std::uint64_t>(m_duration / 2), 8) : length) +
              item(0x1501, be(static_cast<std::uint64_t>(from), 8)) +
              item(0x1502, be(static_cast<std::uint64_t>(m_what.base), 2)) + item(0x1503, be(m_what.drop ? 1 : 0, 1)));
    };
    out += set("3B", n + 5, item(0x4B01, rate) + item(0x4B02, be(0, 8)) + item(0x4803, id(n + 6)));
    out += set("0F", n + 6, item(0x0201, kTimecode) + item(0x0202, length) + item(0x1001, batch(clocks)));
    out += clock(n + 7, start);
    if (two) out += clock(n + 8, m_what.secondStart);
    return out;
  }

  std::string descriptors() {
    std::vector<int> parts{41};
    for (int i = 0; i < m_what.soundTracks; ++i) parts.push_back(42 + i);
    std::string out = set("44", 40, item(0x3F01, batch(parts)));
    std::string picture = item(0x3203, be(static_cast<std::uint64_t>(m_what.width), 4)) +
                          item(0x3202, be(static_cast<std::uint64_t>(m_what.height), 4)) +
                          item(0x320C, be(static_cast<std::uint64_t>(m_what.layout), 1));
    if (!m_what.coding.empty()) picture += item(0x3201, hex(m_what.coding));
    if (!m_what.container.empty()) picture += item(0x3004, hex(m_what.container));
    if (m_what.depth > 0) picture += item(0x3301, be(static_cast<std::uint64_t>(m_what.depth), 4));
    if (m_what.across > 0) picture += item(0x3302, be(static_cast<std::uint64_t>(m_what.across), 4));
    if (m_what.down > 0) picture += item(0x3308, be(static_cast<std::uint64_t>(m_what.down), 4));
    out += set("28", 41, picture);
    for (int i = 0; i < m_what.soundTracks; ++i)
      out +=
          set("48", 42 + i, item(0x3D03, be(48000, 4) + be(1, 4)) + item(0x3D01, be(24, 4)) + item(0x3D07, be(1, 4)));
    return out;
  }

  const Mxf& m_what;
  std::int64_t m_duration;
};

std::string partition(char kind, int status, std::uint64_t here, std::uint64_t footer, std::uint64_t metadata) {
  std::string key = hex("060E2B34020501010D010201010000") + '\0';
  key[13] = kind;
  key[14] = static_cast<char>(status);
  return klv(key, be(1, 2) + be(3, 2) + be(1, 4) + be(here, 8) + be(0, 8) + be(footer, 8) + be(metadata, 8) + be(0, 8) +
                      be(0, 4) + be(0, 8) + be(1, 4) + hex("060E2B34040101010D01020101010900") + be(0, 4) + be(16, 4));
}

// ST 436: two packets, so that the sets go over from one to the next.
std::string ancillary(const std::string& sets) {
  const std::size_t half = sets.size() / 2;
  std::string out = be(3, 2);
  const auto packet = [&out](char did, char sdid, const std::string& words) {
    const std::string data = std::string(1, did) + sdid + static_cast<char>(words.size()) + words;
    out += be(9, 2) + hex("0104") + be(data.size(), 2) + be(data.size(), 4) + be(1, 4) + data;
  };
  packet('\x61', '\x01', "captions");
  packet('\x43', '\x05', '\x01' + sets.substr(0, half));
  packet('\x43', '\x05', '\x02' + sets.substr(half));
  return out;
}

}  // namespace

std::string lensSet() {
  // T = 2^(8 (1 - v / 65536)): 0xE000 is T2.
  const std::string items = item(0x8008, hex("E000")) + item(0x8005, hex("D023"));  // 35 x 10^-3 m
  return hex("060E2B34025301010C02010101010000") + '\x81' + static_cast<char>(items.size()) + items;
}

std::string mxf(const Mxf& what) {
  const std::string metadata = Header(what, what.footer ? -1 : what.duration).bytes();
  std::string body;
  if (what.unitBytes > 0)
    body += klv(hex("060E2B34025301010D01020101100100"), item(0x3C0A, id(99)) + item(0x3F05, be(what.unitBytes, 4)));
  for (int i = 0; i < what.units; ++i) {
    if (!what.acquisition.empty())
      body += klv(hex("060E2B34010201010D01030115010500"), std::string(what.unitBytes, 'p')) +
              klv(hex("060E2B34010201010D01030117010201"), ancillary(what.acquisition));
    else
      body +=
          klv(hex("060E2B34010201010D01030115010500"), std::string(what.unitBytes > 20 ? what.unitBytes - 20 : 5, 'p'));
  }
  const std::size_t packBytes = partition('\x02', 1, 0, 0, 0).size();
  const std::uint64_t footerAt = what.footer ? packBytes + metadata.size() + body.size() : 0;
  std::string out = what.runIn + partition('\x02', what.status, 0, what.randomIndex ? 0 : footerAt, metadata.size()) +
                    metadata + body;
  if (what.footer) {
    const std::string last = Header(what, what.duration).bytes();
    out += partition('\x04', 4, footerAt, footerAt, last.size()) + last;
    if (what.randomIndex) {
      const std::string entries = be(0, 4) + be(0, 8) + be(0, 4) + be(footerAt, 8);
      out += klv(hex("060E2B34020501010D01020101110100"), entries + be(16 + 4 + entries.size() + 4, 4));
    }
  }
  return out;
}

}  // namespace mxf_files
