// SPDX-License-Identifier: Apache-2.0
// Nikon movies and N-RAW (.NEV, and .R3D files of Nikon bodies, which are this and not RED's). Sources: the tag list of
// the NCTG box and the NRMT boxes of a raw frame as ExifTool's and telemetry-parser's documentation name them. Not
// verified on real media.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/path.h"
#include "core/camera/readers/movie.h"
#include "core/camera/readers/tiff.h"

namespace rollproof::camera {
namespace {

constexpr From kTags{Rank::file, "nikon.nctg"};
constexpr From kFrame{Rank::file, "nikon.nrmt"};

struct Recorded {
  std::string date, time, when;
};

void sayTag(Record& record, std::uint32_t tag, const TiffValue& value, Recorded& recorded) {
  const std::string text = value.text();
  const auto number = value.number();
  const auto whole = [&](const char* field) {
    if (number && *number > 0 && *number < 1e9) record.whole(field, kTags, text, std::llround(*number));
  };
  const auto real = [&](const char* field) {
    if (number && *number > 0) record.number(field, kTags, text, *number);
  };
  switch (tag) {
    case 0x01:
      return record.text("camera.make", kTags, text);
    case 0x02:
      return record.text("camera.model", kTags, text);
    case 0x03:
    case 0x1025:
      return record.text("camera.firmware", kTags, text);
    case 0x11:
      recorded.when = text;
      return;
    case 0x1023:
      recorded.date = text;
      return;
    case 0x1024:
      recorded.time = text;
      return;
    case 0x16: {
      const FrameRate rate = number ? FrameRate::fromDouble(*number) : FrameRate{};
      return record.frameRate(kTags, text, rate);
    }
    case 0x17: {
      const FrameRate rate = number ? FrameRate::fromDouble(*number) : FrameRate{};
      return record.ratio("sensor_fps", kTags, text, {rate.num, rate.den});
    }
    case 0x1006:
    case 0x110a431:
      return record.text("camera.serial", kTags, text);
    case 0x1017:
    case 0x200d:
      return whole("white_balance.kelvin");
    case 0x403b:
    case 0x1108827:
    case 0x1108832:
      return whole("exposure.ei");
    case 0x110829a:
      return real("exposure.shutter_s");
    case 0x110920a:
      return real("lens.focal_mm");
    case 0x1070:
    case 0x110a434:
      return record.text("lens.model", kTags, text);
    case 0x110a433:
      return record.text("lens.make", kTags, text);
    case 0x110a435:
      return record.text("lens.serial", kTags, text);
    case 0x1001:
      if (value.type == 2) record.startText(kTags, text, "tmcd", text);
      return;
    default:
      return;
  }
}

void sayTags(Record& record, std::string_view list) {
  Recorded recorded;
  constexpr int kMaxTags = 1024;
  for (int count = 0; count < kMaxTags && list.size() >= 8; ++count) {
    const std::uint32_t tag = be32(list, 0);
    const std::uint16_t type = be16(list, 4), values = be16(list, 6);
    const std::size_t bytes = static_cast<std::size_t>(tiffTypeBytes(type)) * values;
    if (bytes == 0 && values != 0) break;  // a type of unknown size hides where the next begins
    if (bytes > list.size() - 8) break;
    const TiffValue value{type, values, list.substr(8, bytes), false};
    if (std::string text = value.text(); !text.empty()) {
      record.clip.raw.emplace(fmt::format("nikon:{:#x}", tag), std::move(text));
    }
    sayTag(record, tag, value, recorded);
    list.remove_prefix(8 + bytes);
  }
  record.text("recorded_at", kTags, recorded.when, isoFromExif(recorded.when));
  if (recorded.date.size() == 8 && recorded.time.size() >= 6) {
    const std::string& d = recorded.date;
    const std::string& t = recorded.time;
    const std::string exif = fmt::format("{}:{}:{} {}:{}:{}", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2),
                                         t.substr(0, 2), t.substr(2, 2), t.substr(4, 2));
    record.text("recorded_at", kTags, d + " " + t, isoFromExif(exif));
  }
}

// A frame's tags: size, "NRMT", tag, one byte, value. They lie in boxes whose heads differ, so they are looked for.
void sayFrameTags(Record& record, std::string_view frame) {
  constexpr std::size_t kHead = 13, kLargest = 1024;
  for (std::size_t at = frame.find("NRMT"); at != std::string_view::npos; at = frame.find("NRMT", at + 4)) {
    if (at < 4) continue;
    const std::size_t size = be32(frame, at - 4);
    if (size <= kHead || size > kLargest) continue;
    const std::string_view value = part(frame, at - 4 + kHead, size - kHead);
    const std::uint32_t tag = be32(frame, at + 4);
    const double real = static_cast<double>(floatOf(be32(value, 0)));
    const bool sensible = value.size() >= 4 && std::isfinite(real) && real > 0 && real < 1e6;
    if (tag == 0x110829a && sensible) record.number("exposure.shutter_s", kFrame, fmt::format("{:.6g}", real), real);
    if (tag == 0x110920a && sensible) record.number("lens.focal_mm", kFrame, fmt::format("{:.6g}", real), real);
    if (tag == 0x1108832 && value.size() >= 4 && be32(value, 0) > 0 && be32(value, 0) < 100'000'000) {
      record.whole("exposure.ei", kFrame, fmt::format("{}", be32(value, 0)), be32(value, 0));
    }
    if (tag == 0x1900010 && value.size() >= 2 && be16(value, 0) > 0) {
      record.whole("white_balance.kelvin", kFrame, fmt::format("{}", be16(value, 0)), be16(value, 0));
    }
  }
}

}  // namespace

void describeNikonMovie(Record& record, Content& content, const Movie& movie) {
  const auto tags = movie.userData.find("NCTG");
  if (tags != movie.userData.end()) sayTags(record, tags->second);
  const Track* picture = movie.first("vide");
  if (!picture || !(movie.hasBrand("niko") || tags != movie.userData.end())) return;
  constexpr std::uint64_t kFrameHead = 64u << 10;
  const std::string head = firstSample(content, *picture, 12);
  if (part(head, 4, 4) != "NRAW") {
    // A raw frame whose head this program does not know still is no H.264 or ProRes.
    constexpr std::string_view kDecodable[] = {"avc1", "hvc1", "hev1", "apco", "apcs", "apcn", "apch", "ap4h", "jpeg"};
    if (!movie.hasBrand("niko") ||
        std::find(std::begin(kDecodable), std::end(kDecodable), picture->sampleEntryType) != std::end(kDecodable)) {
      return;
    }
  }
  record.text("camera.make", kFrame, "NIKON");  // as its bodies write it
  sayFrameTags(record, firstSample(content, *picture, kFrameHead));
  describeRawTracks(record, movie, "n_raw", "N-RAW");
}

}  // namespace rollproof::camera
