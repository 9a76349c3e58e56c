// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/path.h"
#include "core/interchange/ale.h"
#include "core/interchange/clip_text.h"

namespace rollproof::interchange {
namespace {

using model::Clip;

// Avid writes the /1001 rates as decimals: "23.976", "29.97", "59.94".
std::string fpsText(FrameRate rate) {
  if (!rate.valid()) return {};
  if (rate.den == 1) return fmt::format("{}", rate.num);
  std::string text = fmt::format("{:.3f}", rate.approximate());
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string tracks(const Clip& clip) {
  const int channels = clip.audio ? std::clamp(clip.audio->channels, 0, 64) : 0;
  std::string out = clip.picture || channels == 0 ? "V" : "";
  for (int i = 1; i <= channels; ++i) out += fmt::format("A{}", i);
  return out;
}

std::string sourceFile(const Clip& clip) {
  for (const auto& file : clip.files) {
    if (file.role == model::FileRole::essence || file.role == model::FileRole::audio) {
      return path::display(path::fileName(file.path));
    }
  }
  return {};
}

std::string lutName(const Clip& clip) { return clip.colour.lut; }

struct Column {
  const char* title;
  std::string (*cell)(const Clip&);
};

// The four that Avid requires come first; then names Avid and ARRI logs use.
constexpr std::array kColumns{
    Column{"Name", [](const Clip& c) { return c.name; }},
    Column{"Tracks", tracks},
    Column{"Start", startText},
    Column{"End", endText},
    Column{"Duration", durationTimecode},
    Column{"FPS", [](const Clip& c) { return fpsText(c.frameRate); }},
    Column{"Tape", [](const Clip& c) { return c.reel; }},
    Column{"Source File", sourceFile},
    Column{"Scene", [](const Clip& c) { return c.slate.scene; }},
    Column{"Shot", [](const Clip& c) { return c.slate.shot; }},
    Column{"Take", [](const Clip& c) { return c.slate.take; }},
    Column{"Circled", circledText},
    Column{"Comments", [](const Clip& c) { return c.slate.notes; }},
    Column{"Camera", [](const Clip& c) { return c.cameraLetter; }},
    Column{"Camroll", [](const Clip& c) { return c.picture || !c.audio ? c.reel : std::string(); }},
    Column{"Soundroll", [](const Clip& c) { return !c.picture && c.audio ? c.reel : std::string(); }},
    Column{"Shoot Date", shootDate},
    Column{"Frame_width", [](const Clip& c) { return c.picture ? countText(c.picture->width) : std::string(); }},
    Column{"Frame_height", [](const Clip& c) { return c.picture ? countText(c.picture->height) : std::string(); }},
    Column{"Video codec", [](const Clip& c) { return c.picture ? c.picture->codec : std::string(); }},
    Column{"Manufacturer", [](const Clip& c) { return c.camera.make; }},
    Column{"Camera_model", [](const Clip& c) { return c.camera.model; }},
    Column{"Camera_sn", [](const Clip& c) { return c.camera.serial; }},
    Column{"Exposure_index", [](const Clip& c) { return numberText(c.exposure.ei); }},
    Column{"Shutter_angle", [](const Clip& c) { return numberText(c.exposure.shutterAngleDeg); }},
    Column{"White_balance", [](const Clip& c) { return numberText(c.whiteBalance.kelvin); }},
    Column{"Cc_shift", [](const Clip& c) { return numberText(c.whiteBalance.tint); }},
    Column{"Sensor_fps",
           [](const Clip& c) {
             return c.sensorFps ? fpsText(FrameRate::fromRational(c.sensorFps->num, c.sensorFps->den)) : std::string();
           }},
    Column{"Lens_type", [](const Clip& c) { return c.lens.model; }},
    Column{"Lens_sn", [](const Clip& c) { return c.lens.serial; }},
    Column{"Color space", [](const Clip& c) { return c.colour.space; }},
    Column{"Look_name", [](const Clip& c) { return c.colour.look; }},
    Column{"LUT", lutName},
    Column{"ASC_SOP", sopText},
    Column{"ASC_SAT", satText},
    Column{"Production", [](const Clip& c) { return c.slate.production; }},
    Column{"Director", [](const Clip& c) { return c.slate.director; }},
    Column{"Cinematographer", [](const Clip& c) { return c.slate.dop; }},
    Column{"Uuid", [](const Clip& c) { return c.uuid; }},
    Column{"Umid", [](const Clip& c) { return c.umid; }},
};
static_assert(kColumns.size() <= 64, "classic Avid logs take 64 headings");

std::string videoFormat(const std::vector<Clip>& clips) {
  int height = 0;
  for (const Clip& clip : clips) {
    if (!clip.picture || clip.picture->height <= 0) continue;
    if (height != 0 && height != clip.picture->height) return "CUSTOM";
    height = clip.picture->height;
  }
  return height == 1080 ? "1080" : height == 720 ? "720" : "CUSTOM";
}

std::string audioFormat(const std::vector<Clip>& clips) {
  for (const Clip& clip : clips) {
    if (!clip.audio) continue;
    if (clip.audio->sampleRate == 44100) return "44khz";
    if (clip.audio->sampleRate == 96000) return "96khz";
  }
  return "48khz";
}

}  // namespace

Ale aleFromClips(const std::vector<Clip>& clips) {
  Ale ale;
  std::string fps;
  for (const Clip& clip : clips) {
    if (clip.frameRate.valid()) {
      fps = fpsText(clip.frameRate);
      break;
    }
  }
  ale.heading = {{"FIELD_DELIM", "TABS"}, {"VIDEO_FORMAT", videoFormat(clips)}, {"AUDIO_FORMAT", audioFormat(clips)}};
  if (!fps.empty()) ale.heading.emplace_back("FPS", fps);
  for (const Column& column : kColumns) ale.columns.emplace_back(column.title);
  for (const Clip& clip : clips) {
    std::vector<std::string> row;
    row.reserve(kColumns.size());
    for (const Column& column : kColumns) row.push_back(column.cell(clip));
    ale.rows.push_back(std::move(row));
  }
  return ale;
}

}  // namespace rollproof::interchange
