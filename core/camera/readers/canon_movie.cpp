// SPDX-License-Identifier: Apache-2.0
// Canon's movies: Cinema RAW Light (.CRM) and XF-AVC in MP4. Sources: lclevy/canon_cr3's description of the boxes and
// of timed metadata, ExifTool's tag documentation, Exif 2.32; telemetry-parser for the CNDM records. Not verified on
// real media.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/path.h"
#include "core/camera/readers/acquisition.h"
#include "core/camera/readers/movie.h"
#include "core/camera/readers/tiff.h"

namespace rollproof::camera {
namespace {

constexpr From kExif{Rank::file, "canon.cmt"};
constexpr From kTimed{Rank::file, "canon.ctmd"};
constexpr From kCndm{Rank::file, "canon.cndm"};
constexpr const char* kCanonUuid = "85c0b687820f11e08111f4ce462b6a48";
constexpr std::uint64_t kMostBytes = 256u << 10;

void sayExif(Record& record, From from, std::string_view block, std::string& date, std::string& zone) {
  forEachTiffTag(block, [&](std::uint16_t tag, const TiffValue& value) {
    const std::string text = value.text();
    const auto number = value.number();
    const bool positive = number && *number > 0 && *number < 1e9;
    switch (tag) {
      case 0x010f:
        return record.text("camera.make", from, text);
      case 0x0110:
        return record.text("camera.model", from, text);
      case 0x829a:
        if (positive) record.number("exposure.shutter_s", from, text, *number);
        return;
      case 0x8827:
      case 0x8832:
        // 65535 says that the true number is too large for this field.
        if (positive && *number != 65535) record.whole("exposure.ei", from, text, std::llround(*number));
        return;
      case 0x920a:
        if (positive) record.number("lens.focal_mm", from, text, *number);
        return;
      case 0x9003:
      case 0x0132:
        if (date.empty() || tag == 0x9003) date = text;
        return;
      case 0x9011:
        zone = text;
        return;
      case 0xa431:
        return record.text("camera.serial", from, text);
      case 0xa434:
        return record.text("lens.model", from, text);
      case 0xa435:
        // A lens without a number has zeros.
        if (text.find_first_not_of("0 ") != std::string::npos) record.text("lens.serial", from, text);
        return;
      default:
        return;
    }
  });
}

void sayMakerNote(Record& record, std::string_view block) {
  forEachTiffTag(block, [&](std::uint16_t tag, const TiffValue& value) {
    constexpr std::string_view kWords = "Firmware Version ";
    const std::string text = value.text();
    if (tag == 0x0007) {
      record.text("camera.firmware", kExif, text,
                  text.starts_with(kWords) ? std::string_view(text).substr(kWords.size()) : std::string_view(text));
    }
    if (tag == 0x0095) record.text("lens.model", kExif, text);
  });
}

void sayBoxes(Record& record, std::string_view boxes) {
  std::string date, zone;
  forEachBox(boxes, [&](std::string_view type, std::string_view inner) {
    if (type == "CNCV") record.clip.raw["canon:CNCV"] = fixedText(inner, 0, inner.size());
    if (type == "CMT1" || type == "CMT2") sayExif(record, kExif, inner, date, zone);
    if (type == "CMT3") sayMakerNote(record, inner);
    if (type == "CNOP") {
      const std::string_view name = boxNamed(inner, "CNCM");
      const std::string original = fixedText(name, 24, 8);
      if (!original.empty()) record.clip.raw["canon:original_name"] = original;
    }
  });
  std::string when = isoFromExif(date);
  if (when.size() > 10 && zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') when += zone;
  record.text("recorded_at", kExif, date, when);
}

// An Exif block of timed metadata: length, kind (0x8769: Exif), TIFF.
void sayTimedExif(Record& record, std::string_view blocks) {
  while (blocks.size() >= 8) {
    const std::uint32_t length = le32(blocks, 0);
    if (length < 8 || length > blocks.size()) return;
    std::string date, zone;
    if (le32(blocks, 4) == 0x8769) sayExif(record, kTimed, blocks.substr(8, length - 8), date, zone);
    blocks.remove_prefix(length);
  }
}

void sayTimedRecord(Record& record, std::uint16_t type, std::string_view data) {
  if (type == 1 && data.size() >= 10) {
    const std::string text = fmt::format("{:04}:{:02}:{:02} {:02}:{:02}:{:02}", le16(data, 2), u8(data, 4), u8(data, 5),
                                         u8(data, 6), u8(data, 7), u8(data, 8));
    record.text("recorded_at", kTimed, text, isoFromExif(text));
  } else if (type == 4 && le16(data, 0) > 0 && le16(data, 2) > 0) {
    record.number("lens.focal_mm", kTimed, fmt::format("{}/{}", le16(data, 0), le16(data, 2)),
                  static_cast<double>(le16(data, 0)) / le16(data, 2));
  } else if (type == 5 && data.size() >= 12) {
    if (le16(data, 0) > 0 && le16(data, 2) > 0) {
      record.clip.raw["canon:f_number"] = fmt::format("{}/{}", le16(data, 0), le16(data, 2));
    }
    if (le16(data, 4) > 0 && le16(data, 6) > 0) {
      record.number("exposure.shutter_s", kTimed, fmt::format("{}/{}", le16(data, 4), le16(data, 6)),
                    static_cast<double>(le16(data, 4)) / le16(data, 6));
    }
    const std::uint32_t iso = le32(data, 8) & 0xffffff;  // flags above
    if (iso > 0) record.whole("exposure.ei", kTimed, fmt::format("{}", iso), iso);
  } else if (type >= 7 && type <= 9) {
    sayTimedExif(record, data);
  } else if (type == 0x0d) {
    describeAcquisition(record, part(data, 4, data.size()), kTimed);  // behind its version
  }
}

void sayTimed(Record& record, std::string_view sample) {
  constexpr std::size_t kHead = 12;
  while (sample.size() >= kHead) {
    const std::uint32_t size = le32(sample, 0);
    if (size < kHead || size > sample.size()) return;
    sayTimedRecord(record, le16(sample, 4), sample.substr(kHead, size - kHead));
    sample.remove_prefix(size);
  }
}

void sayCndm(Record& record, std::string_view sample, const FrameRate& rate) {
  while (sample.size() >= 8) {
    const std::uint32_t kind = le32(sample, 0), length = le32(sample, 4);
    if (length > sample.size() - 8) return;
    const std::string_view data = sample.substr(8, length);
    // Frames since midnight, and how many of them make a second.
    if (kind == 1 && data.size() >= 8 && rate.valid() && le16(data, 2) == rate.nominal()) {
      const bool dropFrame = u8(data, 1) != 0 && rate.den == 1001;
      record.start(kCndm, fmt::format("{}", le32(data, 4)), "tmcd", {le32(data, 4), rate, dropFrame});
    }
    if (kind == 2) describeAcquisition(record, data, kCndm);
    sample.remove_prefix(8 + length);
  }
}

}  // namespace

void describeCanonMovie(Record& record, Content& content, const Movie& movie) {
  const auto boxes = movie.uuids.find(kCanonUuid);
  if (boxes != movie.uuids.end()) sayBoxes(record, boxes->second);
  if (const Track* track = movie.withEntry("CTMD")) sayTimed(record, firstSample(content, *track, kMostBytes));
  if (const Track* track = movie.withEntry("CNDM")) {
    const Track* picture = movie.first("vide");
    const FrameRate rate = picture ? FrameRate::fromRational(picture->timescale, picture->sampleTicks) : FrameRate{};
    sayCndm(record, firstSample(content, *track, kMostBytes), rate);
  }
}

}  // namespace rollproof::camera
