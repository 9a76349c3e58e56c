// SPDX-License-Identifier: Apache-2.0
// Layout (big-endian). RED2: block size, "RED2", GUIDs at 0x10 and 0x20, three counts at 0x40 that say where the tag
// directory begins, the first picture description at 0x44. RED1: picture at 0x36, the directory in the second block.
// Blocks begin at multiples of 4096. A directory is its length and then records of length, tag and data, where the
// tag's first digit is the data's type. RED1 was not verified on real media.
#include "core/camera/readers/r3d.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>

#include "core/camera/readers/movie.h"

namespace rollproof::camera {
namespace {

constexpr From kHeader{Rank::file, "r3d"};
constexpr std::uint64_t kBlock = 0x1000;
constexpr std::size_t kMostTags = 4096;

// Tag -> its data, the first of each.
using Tags = std::map<std::uint16_t, std::string>;

enum Kind { kText = 1, kFloat = 2, kWord = 4, kLong = 6 };
Kind kindOf(std::uint16_t tag) { return static_cast<Kind>(tag >> 12); }

Tags directory(std::string_view bytes) {
  Tags tags;
  bytes = bytes.substr(0, be16(bytes, 0));
  std::size_t at = 2;
  for (std::size_t count = 0; at + 4 <= bytes.size() && count < kMostTags; ++count) {
    const std::size_t length = be16(bytes, at);
    if (length < 4 || at + length > bytes.size()) break;
    tags.emplace(be16(bytes, at + 2), std::string(part(bytes, at + 4, length - 4)));
    at += length;
  }
  return tags;
}

// Every value as text, for people who look at what the file says.
std::string shown(std::uint16_t tag, std::string_view data) {
  std::string text;
  const auto each = [&](std::size_t width, const auto& value) {
    for (std::size_t at = 0; at + width <= data.size() && text.size() < 1024; at += width)
      text += fmt::format("{}{}", text.empty() ? "" : " ", value(at));
    return text;
  };
  switch (kindOf(tag)) {
    case kText:
      return fixedText(data, 0, data.size());
    case kFloat:
      return each(4, [&](std::size_t at) { return floatOf(be32(data, at)); });
    case kWord:
      return each(2, [&](std::size_t at) { return be16(data, at); });
    case kLong:
      return each(4, [&](std::size_t at) { return static_cast<std::int32_t>(be32(data, at)); });
  }
  return each(1, [&](std::size_t at) { return static_cast<int>(u8(data, at)); });
}

struct TextTag {
  std::uint16_t tag;
  const char* field;
};
constexpr std::array kTexts{
    TextTag{0x1006, "camera.serial"},      TextTag{0x1019, "camera_letter"},  TextTag{0x1025, "camera.firmware"},
    TextTag{0x106E, "lens.make"},          TextTag{0x1070, "lens.model"},     TextTag{0x109D, "lens.serial"},
    TextTag{0x1076, "slate.production"},   TextTag{0x1077, "slate.director"}, TextTag{0x1078, "slate.dop"},
    TextTag{0x107A, "slate.unit"},         TextTag{0x107D, "slate.scene"},    TextTag{0x107E, "slate.take"},
    TextTag{0x1086, "camera.sensor_mode"}, TextTag{0x10A0, "camera.model"},
};

class Header {
 public:
  Header(Record& record, const Tags& tags) : m_record(record), m_tags(tags) {}

  void say() {
    for (const auto& [tag, data] : m_tags) {
      std::string value = shown(tag, data);
      if (!value.empty()) m_record.clip.raw[fmt::format("red.{:04X}", tag)] = std::move(value);
    }
    m_record.text("camera.make", kHeader, "RED");
    for (const TextTag& one : kTexts) m_record.text(one.field, kHeader, text(one.tag));
    // What a crew calls the body; older cameras wrote their model there.
    m_record.text("camera.model", {Rank::tag, "r3d"}, text(0x1071));
    sayTime();
    sayExposure();
    sayReel();
    sayOriginalName(m_record, text(0x1056));
    // What the sensor gives is never graded in the file: the curve and the gamut are those RED develops to.
    m_record.text("colour.gamma", {Rank::tag, "r3d"}, "REDCODE", "Log3G10");
    m_record.text("colour.primaries", {Rank::tag, "r3d"}, "REDCODE", "REDWideGamutRGB");
    const std::string quality = text(0x10BE);
    m_record.text("picture.codec", kHeader, quality.empty() ? "REDCODE" : quality, "redcode");
  }

 private:
  [[nodiscard]] std::string text(std::uint16_t tag) const {
    const auto found = m_tags.find(tag);
    return found == m_tags.end() ? std::string() : fixedText(found->second, 0, found->second.size());
  }
  [[nodiscard]] std::optional<double> number(std::uint16_t tag) const {
    const auto found = m_tags.find(tag);
    if (found == m_tags.end() || found->second.empty()) return std::nullopt;
    const std::string_view data = found->second;
    double value = 0;
    if (kindOf(tag) == kFloat) value = static_cast<double>(floatOf(be32(data, 0)));
    if (kindOf(tag) == kWord) value = be16(data, 0);
    if (kindOf(tag) == kLong) value = static_cast<std::int32_t>(be32(data, 0));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  void numberTo(const char* field, std::uint16_t tag, double scale, double least, double most) {
    const auto value = number(tag);
    if (!value || *value * scale < least || *value * scale > most) return;
    m_record.number(field, kHeader, shown(tag, m_tags.at(tag)), *value * scale);
  }

  void sayTime() {
    // Time of day first: the edge code counts from the magazine's start.
    const std::string absolute = text(0x1001), edge = text(0x1000);
    m_record.startText(kHeader, absolute, "r3d", absolute);
    if (!edge.empty()) m_record.startText({Rank::tag, "r3d edge"}, edge, "r3d", edge);
    if (const auto fps = number(0x2066); fps && *fps > 0 && *fps < 100'000) {
      const FrameRate rate = FrameRate::fromDouble(*fps);
      m_record.ratio("sensor_fps", kHeader, shown(0x2066, m_tags.at(0x2066)), {rate.num, rate.den});
    }
    const std::string date = text(0x1023), time = text(0x1024);
    const auto digits = [](const std::string& word, std::size_t length) {
      return word.size() == length && word.find_first_not_of("0123456789") == std::string::npos;
    };
    if (!digits(date, 8)) return;
    std::string moment = fmt::format("{}-{}-{}", date.substr(0, 4), date.substr(4, 2), date.substr(6, 2));
    if (digits(time, 6)) moment += fmt::format("T{}:{}:{}", time.substr(0, 2), time.substr(2, 2), time.substr(4, 2));
    m_record.text("recorded_at", kHeader, time.empty() ? date : date + " " + time, moment);
  }

  // The f-number (406A) stays among the raw values: the record has T-stops, which light loss makes another number.
  void sayExposure() {
    if (const auto iso = number(0x403B); iso && *iso > 0)
      m_record.whole("exposure.ei", kHeader, shown(0x403B, m_tags.at(0x403B)), std::llround(*iso));
    numberTo("exposure.shutter_s", 0x2008, 1e-6, 1e-7, 3600);  // microseconds
    if (const auto kelvin = number(0x200D); kelvin && *kelvin >= 500 && *kelvin <= 100'000)
      m_record.whole("white_balance.kelvin", kHeader, shown(0x200D, m_tags.at(0x200D)), std::llround(*kelvin));
    numberTo("white_balance.tint", 0x200E, 1, -1000, 1000);
    numberTo("lens.focal_mm", 0x406B, 1, 1, 10'000);
    numberTo("lens.focus_m", 0x606C, 0.001, 0.001, 100'000);  // millimetres, negative where the lens does not tell
  }

  // "A" and "106": the name on the magazine, which the files' names begin with.
  void sayReel() {
    const std::string letter = text(0x1019), reel = text(0x101A);
    if (!letter.empty() && !reel.empty()) m_record.text("reel", kHeader, letter + " " + reel, letter + reel);
  }

  Record& m_record;
  const Tags& m_tags;
};

void sayPicture(Record& record, std::uint32_t width, std::uint32_t height, FrameRate rate, std::string_view rawRate) {
  constexpr std::uint32_t kLargest = 65536;
  if (width > 0 && width <= kLargest && height > 0 && height <= kLargest) {
    record.whole("picture.width", kHeader, fmt::format("{}", width), width);
    record.whole("picture.height", kHeader, fmt::format("{}", height), height);
  }
  record.frameRate(kHeader, rawRate, rate);
}

}  // namespace

std::optional<std::int64_t> r3dFrames(Content& content) {
  constexpr int kMostBlocks = 16'384;
  const std::string_view kind = part(content.head(), 4, 4);
  if (!isR3d(content.head())) return std::nullopt;
  const std::string_view frame = kind == "RED1" ? "REDV" : std::string_view("RDI\1", 4);
  std::int64_t frames = 0;
  std::uint64_t at = 0;
  for (int blocks = 0; blocks < kMostBlocks; ++blocks) {
    const std::string head = content.read(at, 8);
    const std::uint64_t length = be32(head, 0);
    if (head.size() < 8 || length < 8 || !head.substr(4).starts_with('R')) return std::nullopt;
    if (std::string_view(head).substr(4) == frame) ++frames;
    if (length > content.size() - at) return std::nullopt;  // cut off
    at += (length + kBlock - 1) / kBlock * kBlock;
    if (at >= content.size()) return frames;
  }
  return std::nullopt;
}

bool isR3d(std::string_view head) { return part(head, 4, 4) == "RED1" || part(head, 4, 4) == "RED2"; }

void describeR3d(Record& record, Content& content) {
  const std::string_view head = content.head();
  const bool first = part(head, 4, 4) == "RED1";
  record.text("picture.codec_tag", kHeader, part(head, 4, 4));
  std::uint64_t begin = 0;
  if (first) {
    const std::uint32_t num = be32(head, 0x3E), den = be32(head, 0x42);
    const FrameRate rate = den > 0 ? FrameRate::fromDouble(static_cast<double>(num) / den) : FrameRate{};
    sayPicture(record, be32(head, 0x36), be32(head, 0x3A), rate, fmt::format("{}/{}", num, den));
    begin = (be32(head, 0) + kBlock - 1) / kBlock * kBlock + 0x22;
  } else {
    const std::uint32_t num = be32(head, 0x58), den = be16(head, 0x56);
    if (part(head, 0x44, 3) == "rdi") {
      sayPicture(record, be32(head, 0x4C), be32(head, 0x50), FrameRate::fromRational(num, den),
                 fmt::format("{}/{}", num, den));
    }
    record.text("uuid", kHeader, guidText(part(head, 0x10, 16), false));
    begin = 0x44 + u8(head, 0x40) * 0x18u + u8(head, 0x41) * 0x14u + u8(head, 0x42) * 0x10u;
  }
  const std::string bytes = content.read(begin, 65536);
  const Tags tags = directory(bytes);
  if (tags.empty()) record.warn("unreadable_media", "The clip's header holds no tags that can be read.");
  Header(record, tags).say();
  record.warn("no_decoder", "Only RED's own library decodes R3D: what the header says is shown, pictures are not.");
}

}  // namespace rollproof::camera
