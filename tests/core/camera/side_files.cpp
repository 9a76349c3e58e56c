// SPDX-License-Identifier: Apache-2.0
#include "tests/core/camera/side_files.h"

#include <fmt/format.h>

#include "tests/core/camera/movies.h"

namespace side_files {

using movies::be;

std::string nrt(const Nrt& what) {
  std::string rows;
  for (const auto& [picture, value, status] : what.timecodes)
    rows += fmt::format("<LtcChange frameCount=\"{}\" value=\"{}\" status=\"{}\"/>", picture, value, status);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<NonRealTimeMeta "
      "xmlns=\"urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20\"><TargetMaterial umidRef=\"060A2B34AA\" "
      "status=\"KEEP\"/><Duration value=\"200\"/><LtcChangeTable tcFps=\"{}\" halfStep=\"{}\">{}</LtcChangeTable>"
      "<VideoFormat><VideoFrame videoCodec=\"AVC_1920\" captureFps=\"{}\" formatFps=\"{}\"/><VideoLayout "
      "pixel=\"1920\" "
      "numOfVerticalLine=\"1080\"/></VideoFormat><Device manufacturer=\"Sony\" modelName=\"ILME-FX6V\" "
      "serialNo=\"42\"/>{}</NonRealTimeMeta>",
      what.tcFps, what.halfStep, rows, what.formatFps, what.formatFps, what.extra);
}

std::string mediaProfile(const std::string& materials) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MediaProfile "
      "xmlns=\"http://xmlns.sony.net/pro/metadata/mediaprofile\" version=\"2.10\"><Properties><System "
      "systemId=\"0800460202A38A7F\" systemKind=\"PXW-FS7M2 ver.1.220\"/><Attached "
      "mediaId=\"0491D4D8358705DF8A7F0800460202A3\" mediaKind=\"ProfessionalDisc\" mediaName=\"Card 7\"/></Properties>"
      "<Contents>{}</Contents></MediaProfile>",
      materials);
}

std::string p2(const P2& what) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<P2Main "
      "xmlns=\"urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1\"><ClipContent><ClipName>{0}</ClipName>{1}"
      "<Duration>{2}</Duration><EditUnit>1001/30000</EditUnit><Relation><OffsetInShot>0</OffsetInShot>"
      "<Connection>{3}</Connection></Relation><EssenceList><Video><Codec Class=\"100\">AVC-I_1080/29.97p</Codec>"
      "<FrameRate DropFrameFlag=\"{4}\">29.97p</FrameRate><StartTimecode>{5}</StartTimecode></Video>"
      "<Audio><AudioFormat>MXF</AudioFormat><SamplingRate>48000</SamplingRate><BitsPerSample>24</BitsPerSample></Audio>"
      "</EssenceList><ClipMetadata>{6}</ClipMetadata></ClipContent></P2Main>",
      what.name, what.id.empty() ? "" : fmt::format("<GlobalClipID>{}</GlobalClipID>", what.id), what.duration,
      what.connection, what.dropFrame, what.start, what.metadata);
}

std::string ale(const std::vector<std::pair<std::string, std::string>>& cells) {
  std::string titles, row;
  for (const auto& [title, value] : cells) {
    titles += (titles.empty() ? "" : "\t") + title;
    row += (&value == &cells.front().second ? "" : "\t") + value;
  }
  return "Heading\r\nFIELD_DELIM\tTABS\r\nVIDEO_FORMAT\t1080\r\nFPS\t24\r\n\r\nColumn\r\n" + titles +
         "\r\n\r\nData\r\n" + row + "\r\n";
}

std::string playlist(const std::vector<std::pair<std::string, int>>& items) {
  std::string list;
  for (const auto& [stream, condition] : items) {
    const std::string item = stream + "M2TS" + be(static_cast<std::uint64_t>(condition), 2) + std::string(9, '\0');
    list += be(item.size(), 2) + item;
  }
  const std::string body = be(0, 2) + be(items.size(), 2) + be(0, 2) + list;
  return "MPLS0100" + be(58, 4) + be(0, 8) + std::string(38, '\0') + be(body.size(), 4) + body;
}

namespace {

std::uint32_t crc(const std::string& bytes) {
  std::uint32_t value = 0xFFFFFFFF;
  for (const char c : bytes) {
    value ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int i = 0; i < 8; ++i) value = (value & 0x80000000) != 0 ? value << 1 ^ 0x04C11DB7 : value << 1;
  }
  return value;
}

// ISO/IEC 13818-1 table 2-2: four bytes of header; an adaptation field fills up what a short payload leaves.
class Packets {
 public:
  explicit Packets(bool stamped) : m_stamped(stamped) {}
  void add(int pid, std::string payload) {
    bool first = true;
    int count = 0;
    do {
      std::string packet(1, '\x47');
      packet += be(static_cast<std::uint64_t>((first ? 0x4000 : 0) | pid), 2);
      const std::size_t room = 184;
      const std::size_t used = payload.size() < room ? std::min<std::size_t>(payload.size(), room - 2) : room;
      packet += static_cast<char>((used < room ? 0x30 : 0x10) | (count++ & 15));
      if (used < room) {
        const std::size_t fill = room - used - 1;
        packet += static_cast<char>(fill);
        if (fill > 0) packet += std::string(1, '\0') + std::string(fill - 1, '\xFF');
      }
      packet += payload.substr(0, used);
      payload.erase(0, used);
      first = false;
      if (m_stamped) m_bytes += std::string(4, '\0');
      m_bytes += packet;
    } while (!payload.empty());
  }
  void table(int pid, std::string section) {
    section += be(crc(section), 4);
    add(pid, std::string(1, '\0') + section + std::string(183 - section.size(), '\xFF'));
  }
  [[nodiscard]] const std::string& bytes() const { return m_bytes; }

 private:
  bool m_stamped;
  std::string m_bytes;
};

// After two zeros a byte below four gets a three before it (ISO/IEC 14496-10, 7.4.1).
std::string escaped(const std::string& unit) {
  std::string out;
  int zeros = 0;
  for (const char c : unit) {
    if (zeros == 2 && static_cast<unsigned char>(c) <= 3) {
      out += '\3';
      zeros = 0;
    }
    zeros = c == 0 ? zeros + 1 : 0;
    out += c;
  }
  return out;
}

}  // namespace

std::string transportStream(const std::vector<std::pair<int, std::string>>& packs, bool stamped) {
  std::string user("\x17\xEE\x8C\x60\xF8\x4D\x11\xD9\x8C\xD6\x08\0\x20\x0C\x9A\x66MDPM", 20);
  user += be(packs.size(), 1);
  for (const auto& [id, bytes] : packs) user += be(static_cast<std::uint64_t>(id), 1) + bytes;
  // A picture's timing stands before the user data.
  std::string sei = std::string("\1\2\0\0", 4) + "\5";
  std::size_t length = user.size();
  for (; length >= 255; length -= 255) sei += '\xFF';
  sei += be(length, 1) + user + "\x80";
  const std::string start("\0\0\0\1", 4);
  const std::string stream =
      start + "\x09\x10" + start + "\x06" + escaped(sei) + start + "\x65" + std::string(400, 'p');
  const std::string pes = std::string("\0\0\1\xE0\0\0\x80\x80\5", 9) + std::string("\x21\0\1\0\1", 5) + stream;
  Packets packets(stamped);
  const auto section = [](int table, int id, const std::string& rest) {
    return be(static_cast<std::uint64_t>(table), 1) + be(0xB000 + 5 + rest.size() + 4, 2) +
           be(static_cast<std::uint64_t>(id), 2) + std::string("\xC1\0\0", 3) + rest;
  };
  packets.table(0, section(0, 1, be(1, 2) + be(0xE100, 2)));
  packets.table(0x100, section(2, 1, be(0xF011, 2) + be(0xF000, 2) + "\x1B" + be(0xF011, 2) + be(0xF000, 2)));
  packets.add(0x1100, std::string("\0\0\1\xBD\0\0\x80\0\0", 9) + std::string(300, 's'));  // sound
  packets.add(0x1011, pes);
  packets.add(0x1011, std::string("\0\0\1\xE0\0\0\x80\0\0", 9) + start + "\x41" + std::string(300, 'p'));
  return packets.bytes();
}

}  // namespace side_files
