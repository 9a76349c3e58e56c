// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/annotations.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/path.h"
#include "core/catalog/catalog.h"

namespace rollproof::catalog {

namespace {

using model::Clip;

constexpr std::size_t kMaxValueBytes = 64 * 1024;

template <class Number>
std::optional<Number> parseNumber(const std::string& value) {
  Number number{};
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return number;
}

std::optional<bool> parseYesNo(const std::string& value) {
  const std::string word = path::lowerAscii(value);
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return std::nullopt;
}

bool putPositive(std::optional<int>& into, const std::string& value) {
  const auto number = parseNumber<int>(value);
  if (!number || *number <= 0) return false;
  into = number;
  return true;
}

bool putMeasure(std::optional<double>& into, const std::string& value, bool mayBeNegative = false) {
  const auto number = parseNumber<double>(value);
  if (!number || !std::isfinite(*number) || (*number < 0 && !mayBeNegative)) return false;
  into = number;
  return true;
}

bool putRational(std::optional<Rational>& into, const std::string& value) {
  const auto slash = value.find('/');
  const auto num = parseNumber<std::int64_t>(value.substr(0, slash));
  const auto den =
      slash == std::string::npos ? std::optional<std::int64_t>(1) : parseNumber<std::int64_t>(value.substr(slash + 1));
  if (!num || !den || *num <= 0 || *den <= 0) return false;
  into = Rational{*num, *den};
  return true;
}

bool putSensorFps(Clip& clip, const std::string& value) {
  const auto rate = FrameRate::parse(value);
  if (!rate) return false;
  clip.sensorFps = Rational{rate->num, rate->den};
  return true;
}

// The numbers that people read stay; what they count changes.
bool putFrameRate(Clip& clip, const std::string& value) {
  const auto rate = FrameRate::parse(value);
  if (!rate) return false;
  if (clip.start) {
    const auto start = Timecode::parse(clip.start->text(), *rate);
    if (!start) return false;
    clip.start = start;
  }
  clip.frameRate = *rate;
  return true;
}

bool putStart(Clip& clip, const std::string& value) {
  const auto start = Timecode::parse(value, clip.frameRate);
  if (!start) return false;
  clip.start = start;
  return true;
}

bool putRecordedAt(Clip& clip, const std::string& value) {
  const bool day = value.size() >= 10 && value[4] == '-' && value[7] == '-';
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U})
    if (!day || value[i] < '0' || value[i] > '9') return false;
  clip.recordedAt = value;
  return true;
}

bool putPicture(Clip& clip, std::optional<Rational> model::Picture::*member, const std::string& value) {
  return clip.picture && putRational((*clip.picture).*member, value);
}

bool putCircled(Clip& clip, const std::string& value) {
  const auto circled = parseYesNo(value);
  if (circled) clip.slate.circled = circled;
  return circled.has_value();
}

constexpr const char* kWhole = "is a whole number above 0";
constexpr const char* kMeasure = "is a number that is not negative";
constexpr const char* kRatio = "is a ratio such as 2/1, of a clip with picture";
constexpr const char* kText = "";

struct Field {
  const char* name;        // as it is kept in the log
  const char* recordName;  // as the record's JSON calls it
  const char* wants;       // what a value must be, in words
  bool (*put)(Clip&, const std::string&);
};

#define TEXT_FIELD(NAME, RECORD, MEMBER)                     \
  {                                                          \
    NAME, RECORD, kText, [](Clip& c, const std::string& v) { \
      c.MEMBER = v;                                          \
      return true;                                           \
    }                                                        \
  }

// frame_rate stands before start_timecode, as it is applied: a catalog reads annotations in the order of their names.
const Field kFields[] = {
    TEXT_FIELD("scene", "slate.scene", slate.scene),
    TEXT_FIELD("shot", "slate.shot", slate.shot),
    TEXT_FIELD("take", "slate.take", slate.take),
    {"circled", "slate.circled", "is yes or no", putCircled},
    TEXT_FIELD("notes", "slate.notes", slate.notes),
    TEXT_FIELD("production", "slate.production", slate.production),
    TEXT_FIELD("director", "slate.director", slate.director),
    TEXT_FIELD("dop", "slate.dop", slate.dop),
    TEXT_FIELD("unit", "slate.unit", slate.unit),
    TEXT_FIELD("reel", "reel", reel),
    TEXT_FIELD("camera", "camera_letter", cameraLetter),
    TEXT_FIELD("lens", "lens.model", lens.model),
    TEXT_FIELD("space", "colour.space", colour.space),
    {"ei", "exposure.ei", kWhole, [](Clip& c, const std::string& v) { return putPositive(c.exposure.ei, v); }},
    TEXT_FIELD("camera.make", "camera.make", camera.make),
    TEXT_FIELD("camera.model", "camera.model", camera.model),
    TEXT_FIELD("camera.serial", "camera.serial", camera.serial),
    TEXT_FIELD("camera.firmware", "camera.firmware", camera.firmware),
    TEXT_FIELD("camera.id", "camera.id", camera.id),
    TEXT_FIELD("camera.sensor_mode", "camera.sensor_mode", camera.sensorMode),
    TEXT_FIELD("colour.gamma", "colour.gamma", colour.gamma),
    TEXT_FIELD("colour.look", "colour.look", colour.look),
    TEXT_FIELD("colour.lut", "colour.lut", colour.lut),
    TEXT_FIELD("colour.primaries", "colour.primaries", colour.primaries),
    {"exposure.iris_t", "exposure.iris_t", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.exposure.irisT, v); }},
    {"exposure.nd_stops", "exposure.nd_stops", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.exposure.ndStops, v); }},
    {"exposure.shutter_angle_deg", "exposure.shutter_angle_deg", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.exposure.shutterAngleDeg, v); }},
    {"exposure.shutter_s", "exposure.shutter_s", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.exposure.shutterSeconds, v); }},
    {"frame_rate", "frame_rate",
     "is a number of frames per second, 24 or 24000/1001, that the timecode can be counted in", putFrameRate},
    {"lens.focal_mm", "lens.focal_mm", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.lens.focalMm, v); }},
    {"lens.focus_m", "lens.focus_m", kMeasure,
     [](Clip& c, const std::string& v) { return putMeasure(c.lens.focusM, v); }},
    TEXT_FIELD("lens.make", "lens.make", lens.make),
    TEXT_FIELD("lens.serial", "lens.serial", lens.serial),
    {"picture.lens_squeeze", "picture.lens_squeeze", kRatio,
     [](Clip& c, const std::string& v) { return putPicture(c, &model::Picture::lensSqueeze, v); }},
    {"picture.pixel_aspect", "picture.pixel_aspect", kRatio,
     [](Clip& c, const std::string& v) { return putPicture(c, &model::Picture::pixelAspect, v); }},
    {"recorded_at", "recorded_at", "begins with a day, YYYY-MM-DD", putRecordedAt},
    {"sensor_fps", "sensor_fps", "is a number of frames per second: 48, 47.952 or 48000/1001", putSensorFps},
    {"start_timecode", "start_timecode", "is a timecode HH:MM:SS:FF at the clip's frame rate", putStart},
    {"white_balance.kelvin", "white_balance.kelvin", kWhole,
     [](Clip& c, const std::string& v) { return putPositive(c.whiteBalance.kelvin, v); }},
    {"white_balance.tint", "white_balance.tint", "is a number",
     [](Clip& c, const std::string& v) { return putMeasure(c.whiteBalance.tint, v, true); }},
};

#undef TEXT_FIELD

const Field* findField(const std::string& name) {
  for (const auto& field : kFields) {
    if (name == field.name || name == field.recordName) return &field;
  }
  return nullptr;
}

}  // namespace

bool canAnnotate(const std::string& field) { return findField(field) != nullptr; }

Result<std::string> annotatedField(const std::string& name) {
  if (const Field* known = findField(name)) return std::string(known->name);
  std::string names;
  for (const auto& each : kFields) names += (names.empty() ? "" : ", ") + std::string(each.name);
  return fail(Errc::usage, fmt::format("there is no such field to annotate; known are {}", names), name);
}

Result<std::string> checkedAnnotation(const std::string& field, const std::string& value, const Clip& clip) {
  const Field* known = findField(field);
  if (!known) return annotatedField(field);
  if (value.size() > kMaxValueBytes) return fail(Errc::usage, "this value is longer than 64 KiB", field);
  if (!path::isUtf8(value) || value.find('\0') != std::string::npos) {
    return fail(Errc::usage, "this value is not text in UTF-8", field);
  }
  if (value.empty()) return value;
  Clip tried = clip;
  if (!known->put(tried, value)) return fail(Errc::usage, fmt::format("{} {}", known->name, known->wants), field);
  if (known->put == putCircled) return std::string(*tried.slate.circled ? "yes" : "no");
  return value;
}

void applyAnnotation(Clip& clip, const std::string& field, const std::string& value) {
  const Field* known = findField(field);
  if (!known || value.empty() || !known->put(clip, value)) return;
  auto& sources = clip.provenance[known->recordName];
  sources.insert(sources.begin(), {"user", value});
}

void applyFormatSpace(Clip& clip, const std::string& space) {
  if (space.empty()) return;
  auto& sources = clip.provenance["colour.space"];
  if (!sources.empty() && sources.front().source == "user") return;
  clip.colour.space = space;
  sources.insert(sources.begin(), {"format", space});
}

}  // namespace rollproof::catalog
