// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/acquisition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/camera/readers/content.h"
#include "core/camera/readers/klv.h"

namespace rollproof::camera {
namespace {

constexpr std::size_t kMostItems = 4096;
constexpr std::size_t kMostRawBytes = 64;
// Where labels go on behind those four: RDD 18's sets, and Canon's.
constexpr std::string_view kRdd18("\x02\x53\x01\x01\x0C\x02\x01\x01", 8);
constexpr std::string_view kCanon("\x04\x01\x01\x0D\x0E\x15\x00\x04", 8);
constexpr std::uint16_t kContainer = 0x8300;

enum class Maker { sony, canon };

// RDD 18's distance: a signed decimal exponent of four bits and a mantissa of twelve; in metres.
std::optional<double> decimalFloat(std::uint16_t word) {
  int exponent = word >> 12;
  if (exponent >= 8) exponent -= 16;
  const int mantissa = word & 0xfff;
  if (mantissa == 0 || mantissa == 0xfff) return std::nullopt;  // nothing, and infinity
  return mantissa * std::pow(10.0, exponent);
}

class Items {
 public:
  Items(Record& record, From from, Maker maker) : m_record(record), m_from(from), m_maker(maker) {}

  void read(std::string_view items, int depth) {
    std::size_t at = 0;
    while (at + 4 <= items.size() && m_count < kMostItems) {
      const std::uint16_t tag = be16(items, at);
      const std::size_t length = be16(items, at + 2);
      const std::string_view data = part(items, at + 4, length);
      if (data.size() < length) return;
      at += 4 + length;
      ++m_count;
      if (tag == kContainer) {
        if (depth < 2) read(data, depth + 1);
        continue;
      }
      m_record.clip.raw.emplace(fmt::format("{}.{:04X}", m_from.source, tag), rawText(data));
      if (m_maker == Maker::canon) {
        sayCanon(tag, data);
      } else {
        sayRdd18(tag, data);
      }
    }
  }

 private:
  static std::string rawText(std::string_view data) {
    const std::string text = fixedText(data, 0, data.size());
    const bool words = text.size() > 2 && text.size() + 1 >= data.substr(0, data.find('\0')).size() &&
                       text.find_first_not_of(" ") != std::string::npos && static_cast<unsigned char>(text[0]) < 0x7f;
    return words ? text : hexUnlessZero(data.substr(0, kMostRawBytes));
  }
  static std::string hex(std::string_view data) { return hexUnlessZero(data); }

  void whole(const char* field, std::string_view data, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value >= least && value <= most) m_record.whole(field, m_from, hex(data), value);
  }
  void number(const char* field, std::string_view data, double value, double least, double most) {
    if (value >= least && value <= most) m_record.number(field, m_from, hex(data), value);
  }
  void text(const char* field, std::string_view data) { m_record.text(field, m_from, fixedText(data, 0, data.size())); }

  void sayRdd18(std::uint16_t tag, std::string_view data) {
    switch (tag) {
      case 0x8008:  // T-stop; 8000 is the f-number and stays raw
        return number("exposure.iris_t", data, std::exp2(8 * (1 - be16(data, 0) / 65536.0)), 0.5, 200);
      case 0x8001:
        if (const auto metres = decimalFloat(be16(data, 0))) number("lens.focus_m", data, *metres, 0.01, 100'000);
        return;
      case 0x8005:
        if (const auto metres = decimalFloat(be16(data, 0))) number("lens.focal_mm", data, *metres * 1000, 1, 10'000);
        return;
      case 0x8103:  // lets 1/n of the light through
        if (be16(data, 0) > 1) number("exposure.nd_stops", data, std::log2(be16(data, 0)), 0.01, 20);
        return;
      case 0x8106:
        return sayCaptureRate(data);
      case 0x8108:  // sixtieths of a degree
        return number("exposure.shutter_angle_deg", data, be32(data, 0) / 60.0, 0.1, 361);
      case 0x8109:
        if (be32(data, 4) > 0)
          number("exposure.shutter_s", data, static_cast<double>(be32(data, 0)) / be32(data, 4), 1e-7, 3600);
        return;
      case 0x8115:
        return whole("exposure.ei", data, be16(data, 0), 1, 65'534);
      case 0x810B:
        m_iso = {std::string(data), be16(data, 0)};
        return;
      case 0x8119:
      case 0x811E:
        if (m_iso.second == 0) m_iso = {std::string(data), be32(data, 0)};
        return;
      case 0x810E:
        return whole("white_balance.kelvin", data, be16(data, 0), 500, 60'000);
      case 0x8114:
        return sayCameraAttributes(data);
      case 0x8117:
        return sayCdl(data);
      case 0x3210:
        return sayCaptureGamma(m_record, m_from, data);
      case 0xE109:
      case 0xE113:
        return text("colour.lut", data);
      default:
        return;
    }
  }

  void sayCanon(std::uint16_t tag, std::string_view data) {
    switch (tag) {
      case 0xE108:
        return text("lens.serial", data);
      case 0xE109:
        return text("lens.model", data);
      case 0xE115:
        return number("lens.focus_m", data, static_cast<double>(floatOf(be32(data, 0))), 0.01, 100'000);
      case 0xE119:
        return text("camera.make", data);
      case 0xE11E:
        return number("lens.focal_mm", data, static_cast<double>(floatOf(be32(data, 0))), 1, 10'000);
      case 0xE211:
        return sayCanonGamma(data);
      case 0xE212:
        if (part(data, 8, 5) == std::string_view("\x0E\x15\x00\x02\x02", 5))
          m_record.text("colour.primaries", m_from, hex(data), "Cinema Gamut");
        return;
      case 0xE228:
        return text("camera.model", data);
      case 0xE229:
        return text("camera.serial", data);
      case 0xE22A:
        return text("camera.firmware", data);
      default:
        // Canon writes the standard's own items into its sets as well, but none of those that Sony has.
        if (tag >= 0x8000 && tag < 0x8200) sayRdd18(tag, data);
        return;
    }
  }

  void sayCaptureRate(std::string_view data) {
    const auto num = static_cast<std::int32_t>(be32(data, 0)), den = static_cast<std::int32_t>(be32(data, 4));
    if (num <= 0 || den <= 0 || num / den > 10'000) return;
    const FrameRate rate = FrameRate::fromRational(num, den);
    m_record.ratio("sensor_fps", m_from, hex(data), {rate.num, rate.den});
  }

  // "ILME-FX3 3020274"
  void sayCameraAttributes(std::string_view data) {
    const std::string both = fixedText(data, 0, data.size());
    const std::size_t blank = both.rfind(' ');
    m_record.text("camera.model", m_from, both, both.substr(0, blank));
    if (blank != std::string::npos) m_record.text("camera.serial", m_from, both, both.substr(blank + 1));
  }

  void sayCdl(std::string_view data) {
    if (data.size() < 20) return;
    std::array<double, 10> v{};
    for (std::size_t i = 0; i < v.size(); ++i) {
      v[i] = halfOf(be16(data, 2 * i));
      if (!std::isfinite(v[i])) return;
    }
    model::Cdl cdl{{v[0], v[1], v[2]}, {v[3], v[4], v[5]}, {v[6], v[7], v[8]}, v[9]};
    for (std::size_t i = 0; i < 3; ++i) {
      if (cdl.slope[i] < 0 || cdl.power[i] <= 0) return;
    }
    if (cdl.saturation >= 0) m_record.cdl(m_from, hex(data), cdl);
  }

  void sayCanonGamma(std::string_view data) {
    if (part(data, 8, 4) != std::string_view("\x0E\x15\x00\x01", 4)) return;
    const int kind = u8(data, 12);
    const char* name = kind == 1 ? "Canon Log" : kind == 2 ? "Canon Log 2" : kind == 7 ? "Canon Log 3" : nullptr;
    if (name) m_record.text("colour.gamma", m_from, hex(data), name);
  }

 public:
  // The index set for the picture outranks the sensor's own speed, wherever in the set it stands.
  void finish() { whole("exposure.ei", m_iso.first, m_iso.second, 1, 10'000'000); }

 private:
  Record& m_record;
  From m_from;
  Maker m_maker;
  std::size_t m_count = 0;
  std::pair<std::string, std::int64_t> m_iso;
};

}  // namespace

void sayCaptureGamma(Record& record, From from, std::string_view label) {
  // Of Sony's labels one is published with its meaning; others stay among the raw values.
  if (part(label, 8, 8) != std::string_view("\x0E\x06\x04\x01\x01\x01\x06\x05", 8)) return;
  record.text("colour.gamma", from, hexUnlessZero(label), "S-Log3");
  record.text("colour.primaries", from, hexUnlessZero(label), "S-Gamut3.Cine");
}

void describeAcquisition(Record& record, std::string_view klv, From from) {
  std::size_t at = 0;
  for (std::size_t sets = 0; at + kLabelBytes < klv.size() && sets < kMostItems; ++sets) {
    const std::string_view label = klv.substr(at, kLabelBytes);
    if (!label.starts_with(kSmpteLabel)) return;
    at += kLabelBytes;
    const auto length = berLength(klv, at);
    if (!length) return;
    const std::string_view content =
        part(klv, at, static_cast<std::size_t>(std::min<std::uint64_t>(*length, klv.size())));
    at += content.size();
    const std::string_view family = label.substr(4, 8);
    if (family != kRdd18 && family != kCanon) continue;
    Items items(record, from, family == kCanon ? Maker::canon : Maker::sony);
    items.read(content, 0);
    items.finish();
    if (content.size() < *length) return;
  }
}

}  // namespace rollproof::camera
