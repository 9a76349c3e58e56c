// SPDX-License-Identifier: Apache-2.0
#include "tests/core/camera/raws.h"

#include <cstring>

#include "tests/core/camera/movies.h"

namespace raws {

using movies::be;
using movies::f32;

Tags redTags() {
  return {{0x1000, "01:00:00:00"},
          {0x1001, "16:31:28:18"},
          {0x1006, "130-246-CE5"},
          {0x2008, f32(20833.334F)},
          {0x200D, f32(5600)},
          {0x200E, f32(-3.5F)},
          {0x1019, "A"},
          {0x101A, "001"},
          {0x101B, "007"},
          {0x1023, "20260502"},
          {0x1024, "143501"},
          {0x1025, "7.4.2"},
          {0x1056, "A001_C007_0502AB_001.R3D"},
          {0x106E, "Cooke"},
          {0x1070, "S8/i 40mm"},
          {0x1076, "Show & Tell"},
          {0x1077, "A Director"},
          {0x1078, "A Cinematographer"},
          {0x107D, "12A"},
          {0x107E, "3"},
          {0x1086, "8K 17:9"},
          {0x109D, "8001"},
          {0x10A0, "V-RAPTOR 8K VV"},
          {0x10BE, "HQ"},
          {0x2066, f32(47.952F)},
          {0x403B, be(800, 2)},
          {0x406A, be(28, 2)},
          {0x406B, be(40, 2)},
          {0x606C, be(2350, 4)}};
}

std::string r3d(const Tags& tags, int generation) {
  std::string records;
  for (const auto& [tag, data] : tags) records += be(data.size() + 4, 2) + be(tag, 2) + data;
  const std::string directory = be(records.size() + 2, 2) + records;
  if (generation == 1) {
    std::string head = be(0x200, 4) + "RED1";
    head.resize(0x36, '\0');
    head += be(4096, 4) + be(2304, 4) + be(24000, 4) + be(1001, 4);
    head.resize(0x1000, '\0');
    head += std::string(0x22, '\0') + directory;
    head.resize(0x4000, '\0');
    return head;
  }
  std::string head = be(0, 4) + "RED2";
  head.resize(0x10, '\1');
  for (int i = 0; i < 16; ++i) head += static_cast<char>(0xA0 + i);
  head.resize(0x40, '\0');
  head += std::string("\1\0\0\0", 4);
  std::string picture = std::string("rdi\1") + std::string(4, '\0') + be(8192, 4) + be(4320, 4);
  picture += be(0, 2) + be(1001, 2) + be(24000, 4);
  picture.resize(0x18, '\0');
  head += picture + directory;
  const std::string size = be(head.size(), 4);
  head.replace(0, 4, size);
  head.resize(0x3000, '\0');
  return head;
}

namespace {

class Header {
 public:
  explicit Header(bool littleEndian) : m_little(littleEndian) {}
  void word(std::size_t at, std::uint64_t value, int bytes = 4) {
    m_bytes.replace(at, static_cast<std::size_t>(bytes), m_little ? movies::le(value, bytes) : be(value, bytes));
  }
  void real(std::size_t at, float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    word(at, bits);
  }
  void text(std::size_t at, const std::string& value) { m_bytes.replace(at, value.size(), value); }
  [[nodiscard]] const std::string& bytes() const { return m_bytes; }

 private:
  bool m_little;
  std::string m_bytes = std::string(4096, '\0');
};

}  // namespace

std::string ari(const Ari& what) {
  Header h(what.littleEndian);
  h.text(0, "ARRI");
  h.word(4, 0x12345678);
  h.word(0x010, 1);  // image
  h.word(0x014, 2880);
  h.word(0x018, 2160);
  h.word(0x02C, 2868);
  h.word(0x030, 2152);
  h.word(0x054, 1);  // colour
  h.word(0x05C, 5600);
  h.real(0x060, -2.5F);
  h.word(0x074, what.exposureIndex);
  h.word(0x0BC, 2);
  h.real(0x0C4, 2.0F);
  h.text(0x0CC, "SHOW_DAY");
  h.real(0x0FC, 0.9F);
  for (std::size_t i = 0; i < 3; ++i) {
    h.real(0x100 + 4 * i, 1.1F);
    h.real(0x10C + 4 * i, 0.01F);
    h.real(0x118 + 4 * i, 0.95F);
  }
  h.word(0x130, 1);
  h.word(0x160, 1);  // camera
  h.word(0x170, 20017);
  h.text(0x174, what.littleEndian ? "LK1R" : "R1KL");
  h.text(0x178, what.littleEndian ? std::string("\0\0\0A", 4) : std::string("A\0\0\0", 4));
  h.word(0x17C, 0x20260502);
  h.word(0x180, 0x14350100);
  h.word(0x18C, 20000);
  h.word(0x190, 172800);
  h.word(0x1A0, 48000);
  h.word(0x1A4, 23976);
  h.word(0x1A8, what.timecode);
  h.word(0x1B0, 23976);
  std::string uuid;
  for (int i = 0; i < 16; ++i) uuid += static_cast<char>(i + 1);
  h.text(0x2D0, uuid);
  h.text(0x2F8, "ALEXA XT Plus");
  if (what.lens) {
    h.word(0x370, 1);  // lens
    h.word(0x374, 1);
    h.word(0x378, 2350);
    h.word(0x37C, 32000);
    h.word(0x380, 9104);
    h.word(0x384, 4000);
    h.word(0x38A, 600, 2);
    h.text(0x398, "ARRI MP 32");
  }
  h.word(0x4F0, 1);  // content
  h.word(0x4F4, 1);
  h.text(0x4F8, "A001R1KL");  // fills its place: no NUL
  h.text(0x500, "12A");
  h.text(0x510, "3");
  h.text(0x518, "A Director");
  h.text(0x538, "A Cinematographer");
  h.text(0x558, "Show");
  h.text(0x698, "A001C001_130508_R1KL");
  return h.bytes() + std::string(8192, 'x');
}

}  // namespace raws
