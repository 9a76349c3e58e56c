// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/avchd_stream.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "core/base/path.h"

namespace rollproof::camera {
namespace {

constexpr From kFrom{Rank::file, "mdpm"};
constexpr std::size_t kPacket = 188;
constexpr char kSync = 0x47;
constexpr std::uint64_t kWindow = 1u << 20;  // the first picture of any such camera

// Bytes before the sync byte of each packet: 0 or 4; nullopt if it is no such stream.
std::optional<std::size_t> prefixOf(std::string_view head) {
  constexpr std::size_t kChecked = 4;
  for (const std::size_t prefix : {std::size_t{0}, std::size_t{4}}) {
    std::size_t found = 0;
    while (found < kChecked) {
      const std::size_t at = prefix + found * (kPacket + prefix);
      if (at >= head.size() || head[at] != kSync) break;
      ++found;
    }
    if (found == kChecked) return prefix;
  }
  return std::nullopt;
}

// The bytes of the first stream of pictures in these packets.
std::string pictureBytes(std::string_view bytes, std::size_t prefix) {
  constexpr int kNone = -1;
  std::string out;
  int picture = kNone;
  for (std::size_t at = 0; at + prefix + kPacket <= bytes.size(); at += prefix + kPacket) {
    const std::string_view packet = bytes.substr(at + prefix, kPacket);
    if (packet[0] != kSync) break;
    const int pid = be16(packet, 1) & 0x1FFF;
    const bool begins = (u8(packet, 1) & 0x40) != 0, adapted = (u8(packet, 3) & 0x20) != 0;
    if ((u8(packet, 3) & 0x10) == 0 || (picture != kNone && pid != picture)) continue;
    std::string_view payload = packet.substr(4);
    if (adapted) payload.remove_prefix(std::min<std::size_t>(payload.size(), std::size_t{1} + u8(payload, 0)));
    if (begins) {
      const bool pes = part(payload, 0, 3) == std::string_view("\0\0\1", 3);
      if (!pes || (u8(payload, 3) & 0xF0) != 0xE0) continue;
      picture = pid;
      payload.remove_prefix(std::min<std::size_t>(payload.size(), std::size_t{9} + u8(payload, 8)));
    }
    if (picture != kNone) out += payload;
  }
  return out;
}

// A unit's own bytes: after two zeros a three was put in so that nothing looks like a start code.
std::string unescaped(std::string_view unit) {
  std::string out;
  out.reserve(unit.size());
  int zeros = 0;
  for (const char c : unit) {
    if (zeros >= 2 && c == 3) {
      zeros = 0;
      continue;
    }
    zeros = c == 0 ? zeros + 1 : 0;
    out += c;
  }
  return out;
}

// The packs in one unit of supplemental information; empty if there are none.
std::string_view packsIn(std::string_view unit) {
  constexpr std::string_view kMark("\x17\xEE\x8C\x60\xF8\x4D\x11\xD9\x8C\xD6\x08\0\x20\x0C\x9A\x66MDPM", 20);
  std::size_t at = 0;
  const auto number = [&unit, &at] {
    std::size_t value = 0;
    while (at < unit.size()) {
      const std::uint8_t byte = u8(unit, at++);
      value += byte;
      if (byte != 0xFF) break;
    }
    return value;
  };
  while (at + 2 <= unit.size()) {
    const std::size_t type = number(), length = number();
    const std::string_view payload = part(unit, at, length);
    if (payload.size() < length) return {};
    if (type == 5 && payload.starts_with(kMark)) return payload.substr(kMark.size());
    at += length;
  }
  return {};
}

using Packs = std::map<int, std::string>;  // by number, four bytes each

Packs packsOf(std::string_view stream) {
  constexpr std::string_view kStart("\0\0\1", 3);
  constexpr std::uint8_t kSupplemental = 6;
  Packs out;
  for (std::size_t at = stream.find(kStart); at != std::string_view::npos && out.empty();) {
    const std::size_t begin = at + kStart.size();
    at = stream.find(kStart, begin);
    if (begin >= stream.size() || (u8(stream, begin) & 0x1F) != kSupplemental) continue;
    const std::string unit = unescaped(stream.substr(begin + 1, at == std::string_view::npos ? at : at - begin - 1));
    const std::string_view packs = packsIn(unit);
    const std::size_t count = packs.empty() ? 0 : u8(packs, 0);
    int last = -1;
    for (std::size_t i = 0; i < count && 1 + (i + 1) * 5 <= packs.size(); ++i) {
      const int id = u8(packs, 1 + i * 5);
      if (id <= last) break;  // they are written in order
      last = id;
      out.emplace(id, std::string(packs.substr(2 + i * 5, 4)));
    }
  }
  return out;
}

class Pictures {
 public:
  Pictures(Record& record, const Packs& packs) : m_record(record), m_packs(packs) {}

  void say() {
    for (const auto& [id, bytes] : m_packs)
      m_record.clip.raw[fmt::format("mdpm.{:02X}", id)] = fmt::format("{:08X}", be32(bytes, 0));
    sayTimecode();
    sayMoment();
    sayExposure();
    sayMaker();
  }

 private:
  [[nodiscard]] std::string_view pack(int id) const {
    const auto found = m_packs.find(id);
    return found == m_packs.end() ? std::string_view() : std::string_view(found->second);
  }
  [[nodiscard]] std::string hex(int id) const { return fmt::format("{:08X}", be32(pack(id), 0)); }

  // Frames, seconds, minutes, hours; bit 6 of the first is the drop-frame flag, the others have group flags.
  void sayTimecode() {
    const std::string_view bytes = pack(0x13);
    if (bytes.empty()) return;
    const int frames = bcd(u8(bytes, 0) & 0x3F), seconds = bcd(u8(bytes, 1) & 0x7F), minutes = bcd(u8(bytes, 2) & 0x7F),
              hours = bcd(u8(bytes, 3) & 0x3F);
    if (frames < 0 || seconds < 0 || seconds > 59 || minutes < 0 || minutes > 59 || hours < 0 || hours > 23) return;
    m_record.startText(kFrom, hex(0x13), "mdpm",
                       fmt::format("{:02}:{:02}:{:02}{}{:02}", hours, minutes, seconds,
                                   (u8(bytes, 0) & 0x40) != 0 ? ';' : ':', frames));
  }

  // Zone, century, year, month; day, hour, minute, second.
  void sayMoment() {
    const std::string_view date = pack(0x18), time = pack(0x19);
    if (date.empty() || time.empty()) return;
    const int century = bcd(u8(date, 1)), year = bcd(u8(date, 2)), month = bcd(u8(date, 3)), day = bcd(u8(time, 0)),
              hour = bcd(u8(time, 1)), minute = bcd(u8(time, 2)), second = bcd(u8(time, 3));
    if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 59)
      return;
    std::string moment =
        fmt::format("{:02}{:02}-{:02}-{:02}T{:02}:{:02}:{:02}", century, year, month, day, hour, minute, second);
    // In summer time it is not said whether the zone counts the hour, so it is left out.
    const std::uint8_t zone = u8(date, 0);
    constexpr std::uint8_t kUnset = 0x80, kSummer = 0x40, kWest = 0x20;
    if ((zone & (kUnset | kSummer)) == 0) {
      moment += fmt::format("{}{:02}:{:02}", (zone & kWest) != 0 ? '-' : '+', zone >> 1 & 15, (zone & 1) * 30);
    }
    m_record.text("recorded_at", kFrom, fmt::format("{} {}", hex(0x18), hex(0x19)), moment);
  }

  void sayExposure() {
    const auto ratio = [this](int id) {
      const std::string_view bytes = pack(id);
      const int under = be16(bytes, 2);
      return bytes.empty() || under == 0 ? 0.0 : static_cast<double>(be16(bytes, 0)) / under;
    };
    if (const double seconds = ratio(0xA0); seconds > 0 && seconds < 3600)
      m_record.number("exposure.shutter_s", kFrom, hex(0xA0), seconds);
    // In 1/28125 of a second, the low byte first.
    const std::string_view shutter = pack(0x7F);
    const int units = le16(shutter, 2) & 0x7FFF;
    if (!shutter.empty() && units > 0 && units != 0x7FFF)
      m_record.number("exposure.shutter_s", kFrom, hex(0x7F), units / 28125.0);
    if (const double stop = ratio(0xA1); stop > 0) m_record.clip.raw["mdpm.f_number"] = fmt::format("{:.3g}", stop);
  }

  void sayMaker() {
    struct Maker {
      int code;
      const char* name;
    };
    constexpr std::array kMakers{Maker{0x0103, "Panasonic"}, Maker{0x0108, "Sony"}, Maker{0x1011, "Canon"},
                                 Maker{0x1104, "JVC"}};
    const std::string_view maker = pack(0xE0);
    if (maker.empty()) return;
    for (const Maker& one : kMakers) {
      if (one.code == be16(maker, 0)) m_record.text("camera.make", kFrom, hex(0xE0), one.name);
    }
    if (be16(maker, 0) != 0x0108) return;
    // Three packs of four letters; other makers put other things there.
    std::string model;
    for (const int id : {0xE4, 0xE5, 0xE6}) model += pack(id);
    model = fixedText(model, 0, model.size());
    if (path::isUtf8(model)) m_record.text("camera.model", kFrom, model);
  }

  Record& m_record;
  const Packs& m_packs;
};

}  // namespace

bool isTransportStream(std::string_view head) { return prefixOf(head).has_value(); }

void describeAvchdStream(Record& record, Content& content) {
  const auto prefix = prefixOf(content.head());
  if (!prefix) return;
  Packs packs = packsOf(pictureBytes(content.head(), *prefix));
  if (packs.empty() && content.size() > content.head().size()) {
    const std::string more = content.read(0, kWindow);
    packs = packsOf(pictureBytes(more, *prefix));
  }
  Pictures(record, packs).say();
}

}  // namespace rollproof::camera
