// SPDX-License-Identifier: Apache-2.0
// Frame sequences: numbered pictures of one prefix, one padding and one kind in one folder. A gap is a warning, never
// a reason to split: the missing frames were dropped in the camera.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

struct Frame {
  CardFile* file;
  std::int64_t number;
};
using Frames = std::vector<Frame>;

using Kinds = std::initializer_list<std::string_view>;

std::int64_t powerOfTen(int digits) {
  std::int64_t value = 1;
  for (int i = 0; i < digits; ++i) value *= 10;
  return value;
}

// A count that runs past its padding ("9999" then "10000") goes on in the next width.
void joinWidths(std::map<int, Frames>& widths) {
  for (auto narrow = widths.begin(); narrow != widths.end();) {
    const auto wide = std::next(narrow);
    if (wide == widths.end()) return;
    const std::int64_t first = powerOfTen(narrow->first);
    const bool goesOn = wide->first == narrow->first + 1 && narrow->second.back().number == first - 1 &&
                        wide->second.front().number == first;
    if (!goesOn) {
      ++narrow;
      continue;
    }
    wide->second.insert(wide->second.begin(), narrow->second.begin(), narrow->second.end());
    narrow = widths.erase(narrow);
  }
}

std::string clipName(const std::string& prefix, const CardFile& first, const Reading& reading) {
  const std::size_t end = prefix.find_last_not_of("._- ");
  if (end != std::string::npos) return prefix.substr(0, end + 1);
  return path::fileName(first.directory.empty() ? reading.root : first.directory);
}

Record sequenceRecord(const std::string& prefix, const Frames& frames, Reading& reading) {
  Record record;
  record.clip.name = clipName(prefix, *frames.front().file, reading);
  record.clip.firstFrameNumber = frames.front().number;
  std::int64_t missing = 0, firstMissing = -1;
  std::int64_t expected = frames.front().number;
  for (const Frame& frame : frames) {
    if (frame.number > expected) {
      if (firstMissing < 0) firstMissing = expected;
      missing += frame.number - expected;
    }
    expected = frame.number + 1;
    claim(record, *frame.file, model::FileRole::essence);
  }
  if (missing > 0) {
    record.warn("sequence_gap", fmt::format("{} of {} frames are missing, the first is number {}.", missing,
                                            expected - frames.front().number, firstMissing));
  }
  const std::string range = fmt::format("{}-{}", frames.front().number, frames.back().number);
  record.whole("duration_frames", {Rank::name, "file_name"}, range, expected - frames.front().number);
  for (const char* extension : {"wav", "xml", "ale", "cdl"}) {
    CardFile* side = reading.find(frames.front().file->directory, path::lowerAscii(record.clip.name) + "." + extension);
    if (!side || side->claimed) continue;
    claim(record, *side, std::string_view(extension) == "wav" ? model::FileRole::audio : model::FileRole::sidecar);
  }
  return record;
}

std::vector<double> numbers(const std::string& text) {
  std::vector<double> out;
  std::size_t at = 0;
  while (at < text.size() && out.size() < 16) {
    const std::size_t end = std::min(text.find_first_of(", \t", at), text.size());
    if (const auto value = leadingNumber(std::string_view(text).substr(at, end - at))) out.push_back(*value);
    at = end + 1;
  }
  return out;
}

// x and y of red, green, blue and white, as OpenEXR writes them.
std::string primariesName(const std::string& chromaticities) {
  struct Known {
    const char* name;
    double xy[8];
  };
  static constexpr Known kKnown[] = {
      {"AP0", {0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767}},
      {"AP1", {0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767}},
      {"Rec.709", {0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290}},
  };
  const std::vector<double> xy = numbers(chromaticities);
  if (xy.size() != 8) return {};
  for (const Known& known : kKnown) {
    bool same = true;
    for (std::size_t i = 0; i < 8; ++i) same = same && std::abs(xy[i] - known.xy[i]) < 0.0011;
    if (same) return known.name;
  }
  return {};
}

void sayExrColour(Record& record, const std::map<std::string, std::string>& raw) {
  constexpr From kExr{Rank::file, "exr"};
  auto value = [&raw](const char* key) {
    const auto found = raw.find(key);
    return found == raw.end() ? std::string() : found->second;
  };
  const std::string flag = value("acesImageContainerFlag");
  if (wholeNumber(flag) == 1) {
    record.text("colour.gamma", kExr, "acesImageContainerFlag=" + flag, "linear");
    record.text("colour.primaries", kExr, "acesImageContainerFlag=" + flag, "AP0");
    return;
  }
  const std::string chromaticities = value("chromaticities");
  const std::string primaries = primariesName(chromaticities);
  if (primaries.empty()) return;
  record.text("colour.gamma", kExr, chromaticities, "linear");
  record.text("colour.primaries", kExr, chromaticities, primaries);
}

// A header's way to say that it does not say.
bool saysNothing(const std::string& text) {
  const std::string lower = path::lowerAscii(text);
  return lower.starts_with("user") || lower.starts_with("un");
}

struct NumberAttribute {
  const char* key;
  const char* field;
  double least, most;  // zeros and the bit patterns of "undefined" are no values
};
constexpr NumberAttribute kNumberAttributes[] = {
    {"exptime", "exposure.shutter_s", 1e-9, 86'400},
    {"exposuretime", "exposure.shutter_s", 1e-9, 86'400},
    {"dpx:shutterangle", "exposure.shutter_angle_deg", 0.01, 360},
    {"shutterangle", "exposure.shutter_angle_deg", 0.01, 361},
    {"tstop", "exposure.iris_t", 0.1, 1000},
    {"nominalfocallength", "lens.focal_mm", 0.5, 10'000},
    {"effectivefocallength", "lens.focal_mm", 0.5, 10'000},
    {"exif:focallength", "lens.focal_mm", 0.5, 10'000},
    {"focus", "lens.focus_m", 0.001, 100'000},
    {"cameratintsetting", "white_balance.tint", -1000, 1000},
};

// The attributes that OpenEXR 3.2 lists for cameras, and files bore before.
template <class Value>
void sayExrCamera(Record& record, const Value& value) {
  constexpr From kExr{Rank::file, "exr"};
  record.text("camera.firmware", kExr, value("camerafirmwareversion"));
  record.text("camera.id", kExr, value("camerauuid"));
  record.text("slate.notes", kExr, value("imagedescription"));
  if (const auto kelvin = leadingNumber(value("cameracctsetting")); kelvin && *kelvin >= 500 && *kelvin <= 100'000)
    record.whole("white_balance.kelvin", kExr, value("cameracctsetting"), std::llround(*kelvin));
  const std::string captured = value("capturerate");
  if (const auto rate = FrameRate::parse(captured.substr(0, captured.find(' '))))
    record.ratio("sensor_fps", kExr, captured, {rate->num, rate->den});
  // UTC is the local time plus this many seconds.
  const std::string moment = isoMoment(value("datetime"));
  const auto offset = wholeNumber(value("utcoffset"));
  if (!moment.empty() && offset && std::abs(*offset) <= 14 * 3600 && *offset % 60 == 0) {
    const std::int64_t minutes = std::abs(*offset) / 60;
    record.text("recorded_at", kExr, value("datetime"),
                fmt::format("{}{}{:02}:{:02}", moment, *offset > 0 ? '-' : '+', minutes / 60, minutes % 60));
  }
}

}  // namespace

void describeAttributes(Record& record) {
  const std::string extension = path::extension(record.clip.files.front().path);
  const char* source = extension == "dpx" ? "dpx" : extension == "exr" ? "exr" : "image";
  const From from{Rank::file, source};
  const auto raw = record.clip.raw;  // a copy: saying may add to it
  std::map<std::string, std::string> lower;
  for (const auto& [key, value] : raw) lower.emplace(path::lowerAscii(key), value);
  auto value = [&lower](const char* key) {
    const auto found = lower.find(key);
    return found == lower.end() ? std::string() : found->second;
  };
  if (std::string_view(source) == "exr") sayExrCamera(record, value);
  record.text("camera.make", from, value("make"));
  record.text("camera.make", from, value("cameramake"));
  record.text("camera.model", from, value("model"));
  record.text("camera.model", from, value("cameramodel"));
  record.text("camera.model", from, value("dpx:inputdevice"));
  record.text("camera.serial", from, value("cameraserialnumber"));
  record.text("camera.serial", from, value("dpx:inputdeviceserialnumber"));
  record.text("lens.model", from, value("lensmodel"));
  record.text("lens.make", from, value("lensmake"));
  record.text("lens.serial", from, value("lensserialnumber"));
  if (std::string_view(source) == "dpx") record.text("slate.production", from, value("documentname"));
  record.text("slate.notes", from, value("dpx:slateinfo"));
  for (const char* key : {"capdate", "dpx:sourcedatetime", "datetime"})
    record.text("recorded_at", from, value(key), isoMoment(value(key)));
  record.text("reel", from, value("reelname"));
  if (const auto ei = leadingNumber(value("isospeed")); ei && *ei > 0 && *ei < 1e7) {
    record.whole("exposure.ei", from, value("isospeed"), std::llround(*ei));
  }
  for (const NumberAttribute& known : kNumberAttributes) {
    const auto number = leadingNumber(value(known.key));
    if (number && *number >= known.least && *number <= known.most)
      record.number(known.field, from, value(known.key), *number);
  }
  if (std::string_view(source) == "exr") sayExrColour(record, raw);
  if (std::string_view(source) == "dpx") {
    // Only a class of curves ("Logarithmic", "Printing density"): whoever names the curve itself knows better.
    for (const auto& [key, field] :
         {std::pair{"dpx:transfer", "colour.gamma"}, {"dpx:colorimetric", "colour.primaries"}}) {
      if (!saysNothing(value(key))) record.text(field, {Rank::tag, source}, value(key));
    }
  }
}

namespace {

std::vector<Record> groupFrames(Reading& reading, Kinds kinds) {
  std::map<std::tuple<std::string, std::string, std::string>, std::map<int, Frames>> groups;
  for (CardFile& file : reading.files) {
    if (file.claimed || std::find(kinds.begin(), kinds.end(), file.extension) == kinds.end()) continue;
    const auto frame = frameName(file.name);
    if (!frame) continue;
    groups[{file.directory, frame->prefix, file.extension}][frame->digits].push_back({&file, frame->number});
  }
  std::vector<Record> out;
  for (auto& [key, widths] : groups) {
    for (auto& [digits, frames] : widths) {
      std::stable_sort(frames.begin(), frames.end(),
                       [](const Frame& a, const Frame& b) { return a.number < b.number; });
    }
    joinWidths(widths);
    for (const auto& [digits, frames] : widths) out.push_back(sequenceRecord(std::get<1>(key), frames, reading));
  }
  return out;
}

}  // namespace

std::vector<Record> groupSequences(Reading& reading) {
  return groupFrames(reading, {"dpx", "exr", "tif", "tiff", "cin"});
}

std::vector<Record> groupArriSequence(Reading& reading) { return groupFrames(reading, {"ari", "arx", "arc"}); }

std::vector<Record> groupCinemaDng(Reading& reading) { return groupFrames(reading, {"dng"}); }

void describeSequence(Record& record, Reading& reading) {
  if (const auto facts = arriClipName(record.clip.name)) {
    constexpr From kName{Rank::name, "file_name"};
    record.text("reel", kName, record.clip.name, facts->reel);
    record.text("camera_letter", kName, record.clip.name, facts->letter);
    record.text("camera.id", kName, record.clip.name, facts->cameraId);
    record.text("recorded_at", kName, record.clip.name, facts->date);
  }
  if (reading.depth != Depth::metadata || record.clip.files.empty()) return;
  describeContainer(record, reading);
  describeAttributes(record);
  describeFromAle(record, reading, path::parent(record.clip.files.front().path));
}

}  // namespace rollproof::camera
