// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/dng.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "core/camera/readers/tiff.h"

namespace rollproof::camera {
namespace {

constexpr From kDng{Rank::file, "dng"};
constexpr std::size_t kMaxSubDirectories = 8;

constexpr std::uint16_t kNewSubfileType = 254, kWidth = 256, kHeight = 257, kBits = 258, kMake = 271, kModel = 272,
                        kSoftware = 305, kDateTime = 306, kSubDirectories = 330, kExposureTime = 33434,
                        kFNumber = 33437, kExif = 34665, kIso = 34855, kDateTaken = 36867, kZoneTaken = 36881,
                        kSubjectDistance = 37382, kFocalLength = 37386, kBodySerial = 42033, kLensMake = 42035,
                        kLensModel = 42036, kLensSerial = 42037, kDngVersion = 50706, kUniqueModel = 50708,
                        kCameraSerial = 50735, kTimeCodes = 51043, kFrameRate = 51044, kTStop = 51058,
                        kReelName = 51081, kCameraLabel = 51105;

// One value of a directory, out of the file's memory.
struct Kept {
  std::string text, bytes;
  std::optional<double> number;
  std::vector<std::uint64_t> wholes;
};
using Directory = std::map<std::uint16_t, Kept>;

Directory readDirectory(Content& content, std::uint64_t at) {
  Directory out;
  forEachTiffTag(content, at, [&out](std::uint16_t tag, const TiffValue& value) {
    Kept kept{value.text(), std::string(value.bytes), value.number(), {}};
    for (std::size_t i = 0; i < std::min<std::size_t>(value.count, kMaxSubDirectories); ++i) {
      kept.wholes.push_back(value.unsignedAt(i));
    }
    out.emplace(tag, std::move(kept));
  });
  return out;
}

class Negative {
 public:
  Negative(Record& record, const Directory& main, const Directory& exif)
      : m_record(record), m_main(main), m_exif(exif) {}

  void say() {
    text("camera.make", kMake);
    text("camera.model", kModel);
    text("camera.model", kUniqueModel);
    text("camera.serial", kCameraSerial);
    text("camera.serial", kBodySerial);
    text("camera.id", kCameraLabel);
    text("reel", kReelName);
    text("lens.make", kLensMake);
    text("lens.model", kLensModel);
    text("lens.serial", kLensSerial);
    number("exposure.shutter_s", kExposureTime, 1e-7, 86'400);
    number("exposure.iris_t", kTStop, 0.1, 200);
    number("lens.focal_mm", kFocalLength, 0.5, 10'000);
    number("lens.focus_m", kSubjectDistance, 0.001, 100'000);
    const Kept* iso = find(kIso);
    if (iso && iso->number && *iso->number > 0 && *iso->number < 1e7)
      m_record.whole("exposure.ei", kDng, iso->text, std::llround(*iso->number));
    if (const Kept* software = find(kSoftware)) m_record.clip.raw["dng.software"] = software->text;
    if (const Kept* stop = find(kFNumber)) m_record.clip.raw["dng.f_number"] = stop->text;
    sayMoment();
    sayTimecode();
  }

 private:
  [[nodiscard]] const Kept* find(std::uint16_t tag) const {
    for (const Directory* directory : {&m_main, &m_exif}) {
      if (const auto found = directory->find(tag); found != directory->end()) return &found->second;
    }
    return nullptr;
  }
  void text(const char* field, std::uint16_t tag) {
    if (const Kept* kept = find(tag)) m_record.text(field, kDng, kept->text);
  }
  void number(const char* field, std::uint16_t tag, double least, double most) {
    const Kept* kept = find(tag);
    if (kept && kept->number && *kept->number >= least && *kept->number <= most)
      m_record.number(field, kDng, kept->text, *kept->number);
  }

  // When the picture was taken; a file's own date may be that of a conversion.
  void sayMoment() {
    const Kept* moment = find(kDateTaken);
    if (!moment || isoMoment(moment->text).empty()) moment = find(kDateTime);
    if (!moment) return;
    std::string iso = isoMoment(moment->text);
    const Kept* zone = find(kZoneTaken);
    if (!iso.empty() && zone && zone->text.size() == 6) iso += zone->text;
    m_record.text("recorded_at", kDng, moment->text, iso);
  }

  // Eight bytes: frames, seconds, minutes and hours as on the wire of SMPTE ST 12-1, then user bits.
  void sayTimecode() {
    const Kept* rate = find(kFrameRate);
    if (rate && rate->number && *rate->number >= 1 && *rate->number <= 1000) {
      m_record.frameRate(kDng, rate->text, FrameRate::fromDouble(*rate->number));
    }
    const Kept* code = find(kTimeCodes);
    if (!code || code->bytes.size() < 8) return;
    const auto digits = [code](std::size_t at, std::uint8_t mask) { return bcd(u8(code->bytes, at) & mask); };
    const int frames = digits(0, 0x3F), seconds = digits(1, 0x7F), minutes = digits(2, 0x7F), hours = digits(3, 0x3F);
    if (frames < 0 || seconds < 0 || seconds > 59 || minutes < 0 || minutes > 59 || hours < 0 || hours > 23) return;
    const bool drop = (u8(code->bytes, 0) & 0x40) != 0;
    m_record.startText(kDng, fmt::format("{:016X}", be64(code->bytes, 0)), "sequence",
                       fmt::format("{:02}:{:02}:{:02}{}{:02}", hours, minutes, seconds, drop ? ';' : ':', frames));
  }

  Record& m_record;
  const Directory& m_main;
  const Directory& m_exif;
};

void sayPicture(Record& record, const Directory& raw) {
  const auto say = [&](std::uint16_t tag, const char* field, double most) {
    const auto found = raw.find(tag);
    if (found == raw.end() || !found->second.number) return;
    const double value = *found->second.number;
    if (value >= 1 && value <= most) record.whole(field, kDng, found->second.text, std::llround(value));
  };
  say(kWidth, "picture.width", 65536);
  say(kHeight, "picture.height", 65536);
  say(kBits, "picture.bit_depth", 32);
}

// The full picture has subfile type 0; a preview may stand first.
bool isFullPicture(const Directory& directory) {
  const auto type = directory.find(kNewSubfileType);
  return directory.contains(kWidth) && (type == directory.end() || type->second.number == 0.0);
}

}  // namespace

bool isTiff(std::string_view head) {
  const std::string_view magic = part(head, 0, 4);
  return magic == std::string_view("II*\0", 4) || magic == std::string_view("MM\0*", 4);
}

void describeDng(Record& record, Content& content) {
  const Directory main = readDirectory(content, 0);
  if (!main.contains(kDngVersion)) return;
  Directory exif;
  if (const auto at = main.find(kExif); at != main.end() && !at->second.wholes.empty() && at->second.wholes[0] > 0)
    exif = readDirectory(content, at->second.wholes[0]);
  Negative(record, main, exif).say();
  const auto subs = main.find(kSubDirectories);
  const bool first = main.contains(kNewSubfileType) && isFullPicture(main);
  if (first || subs == main.end()) {
    sayPicture(record, main);
    return;
  }
  for (const std::uint64_t at : subs->second.wholes) {
    const Directory sub = at > 0 ? readDirectory(content, at) : Directory{};
    if (!isFullPicture(sub)) continue;
    sayPicture(record, sub);
    return;
  }
}

}  // namespace rollproof::camera
