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

std::string cine(const Cine& what) {
  using movies::le;
  constexpr std::size_t kPicture = 44, kSetup = 84;
  const std::size_t list = kSetup + what.setupBytes;
  std::string setup(what.setupBytes, '\0');
  const auto put = [&setup](std::size_t at, const std::string& bytes) {
    if (at + bytes.size() <= setup.size()) setup.replace(at, bytes.size(), bytes);
  };
  const auto real = [&put](std::size_t at, float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    put(at, le(bits, 4));
  };
  put(0, le(500, 2));
  put(19, "old notes");
  put(140, "ST" + le(what.setupBytes, 2));
  put(743, le(14025, 4));
  put(768, le(what.rate, 4));
  put(792, le(7321, 4));
  put(796, le(801, 4));
  put(896, le(12, 4));
  put(1568, le(500'000, 4));
  put(1596, "car crash, take 2");
  put(5740, "Leica Summilux-C 40");
  real(5996, 1.4F);
  real(6000, 2.5F);
  real(6004, 40.0F);
  put(6968, std::string("\x12\x45\x30\x14", 4));
  real(6976, what.playRate);
  put(6984, "Crash B");
  real(7288, 5600.0F);
  real(7292, -1.5F);
  put(10368, "7c9e6679-7425-40de-944b-e07fc1f90ae7");
  put(12416, le(10, 4));
  std::string out = "CI" + le(44, 2) + le(2, 2) + le(1, 2) + le(static_cast<std::uint32_t>(-10), 4) + le(900, 4) +
                    le(static_cast<std::uint32_t>(-10), 4) + le(what.images, 4) + le(kPicture, 4) + le(kSetup, 4) +
                    le(list, 4) + le(0x80000000U, 4) + le(1'777'732'500, 4);
  out += le(40, 4) + le(8, 4) + le(static_cast<std::uint32_t>(-4), 4) + le(1, 2) + le(16, 2) + std::string(24, '\0');
  out += setup;
  constexpr std::size_t kFrame = 8 + 8 * 4 * 2;
  for (std::uint32_t i = 0; i < what.images; ++i) out += le(list + what.images * 8 + i * kFrame, 8);
  const std::size_t frames = what.cutShort && what.images > 0 ? what.images - 1 : what.images;
  for (std::size_t i = 0; i < frames; ++i) out += le(8, 4) + le(kFrame - 8, 4) + std::string(kFrame - 8, '\7');
  return out;
}

namespace {

// Directories of a TIFF file, values that do not fit behind each.
class Tiff {
 public:
  explicit Tiff(bool littleEndian) : m_little(littleEndian) {
    m_bytes = (littleEndian ? "II" : "MM") + word(42, 2) + word(0, 4);
  }
  struct Entry {
    std::uint16_t tag, type;
    std::uint32_t count;
    std::string bytes;
  };
  [[nodiscard]] std::string word(std::uint64_t value, int bytes) const {
    return m_little ? movies::le(value, bytes) : be(value, bytes);
  }
  [[nodiscard]] Entry text(std::uint16_t tag, const std::string& value) const {
    return {tag, 2, static_cast<std::uint32_t>(value.size() + 1), value + '\0'};
  }
  [[nodiscard]] Entry shorts(std::uint16_t tag, std::uint64_t value) const { return {tag, 3, 1, word(value, 2)}; }
  [[nodiscard]] Entry longs(std::uint16_t tag, std::uint64_t value) const { return {tag, 4, 1, word(value, 4)}; }
  [[nodiscard]] Entry rational(std::uint16_t tag, std::uint64_t num, std::uint64_t den, bool isSigned = false) const {
    return {tag, static_cast<std::uint16_t>(isSigned ? 10 : 5), 1, word(num, 4) + word(den, 4)};
  }
  std::uint64_t directory(const std::vector<Entry>& entries) {
    const std::uint64_t at = m_bytes.size();
    std::string table = word(entries.size(), 2), far;
    const std::uint64_t behind = at + 2 + entries.size() * 12 + 4;
    for (const Entry& entry : entries) {
      table += word(entry.tag, 2) + word(entry.type, 2) + word(entry.count, 4);
      if (entry.bytes.size() <= 4) {
        table += entry.bytes + std::string(4 - entry.bytes.size(), '\0');
      } else {
        table += word(behind + far.size(), 4);
        far += entry.bytes + std::string(entry.bytes.size() % 2, '\0');
      }
    }
    m_bytes += table + word(0, 4) + far;
    return at;
  }
  [[nodiscard]] std::string whole(std::uint64_t first) const {
    std::string out = m_bytes;
    return out.replace(4, 4, word(first, 4));
  }

 private:
  bool m_little;
  std::string m_bytes;
};

}  // namespace

std::string dng(const Dng& what) {
  Tiff tiff(what.littleEndian);
  const std::uint64_t exif =
      tiff.directory({tiff.rational(33434, 1, 48), tiff.shorts(34855, 800), tiff.text(36867, "2026:05:02 11:30:00"),
                      tiff.text(36881, "+02:00"), tiff.rational(37382, 235, 100), tiff.rational(37386, 35, 1),
                      tiff.text(42035, "Zeiss"), tiff.text(42036, "CP.3 35mm"), tiff.text(42037, "8001")});
  const std::vector<Tiff::Entry> full{tiff.longs(254, 0), tiff.longs(256, 4032), tiff.longs(257, 3024),
                                      tiff.shorts(258, 12)};
  const std::uint64_t raw = tiff.directory(full);
  std::vector<Tiff::Entry> main{tiff.longs(254, what.previewFirst ? 1 : 0),
                                tiff.longs(256, what.previewFirst ? 160 : 4032),
                                tiff.longs(257, what.previewFirst ? 120 : 3024),
                                tiff.shorts(258, what.previewFirst ? 8 : 12),
                                tiff.text(271, "Maker"),
                                tiff.text(272, "Cine One"),
                                tiff.text(305, "FW 2.1"),
                                tiff.text(306, "2026:06:01 00:00:00")};
  if (what.previewFirst) main.push_back(tiff.longs(330, raw));
  main.push_back(tiff.longs(34665, exif));
  if (what.negative) main.push_back({50706, 1, 4, std::string("\1\4\0\0", 4)});
  main.push_back(tiff.text(50708, "Maker Cine One"));
  main.push_back(tiff.text(50735, "SN-42"));
  if (what.cinema) {
    main.push_back({51043, 1, 8, what.timecode});
    main.push_back(tiff.rational(51044, 24000, 1001, true));
    main.push_back(tiff.rational(51058, 28, 10));
    main.push_back(tiff.text(51081, "A007"));
    main.push_back(tiff.text(51105, "A"));
  }
  return tiff.whole(tiff.directory(main));
}

}  // namespace raws
