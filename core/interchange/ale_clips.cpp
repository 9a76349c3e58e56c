// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/path.h"
#include "core/interchange/ale.h"
#include "core/interchange/clip_text.h"
#include "core/interchange/exports.h"

namespace rollproof::interchange {
namespace {

using model::AudioInfo;
using model::Clip;
using model::Picture;

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

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : "; ").append(word);
  return out;
}

template <class Get>
std::string ofPicture(const Clip& clip, Get get) {
  return clip.picture ? get(*clip.picture) : std::string();
}
template <class Get>
std::string ofAudio(const Clip& clip, Get get) {
  return clip.audio ? get(*clip.audio) : std::string();
}

struct Column {
  const char* title;
  std::string (*cell)(const Clip&);
};

// The four that Avid requires come first; then names Avid and ARRI logs use, and ours for what neither has.
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
    Column{"Recorded_at", [](const Clip& c) { return c.recordedAt; }},
    Column{"Frame_width",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.width); }); }},
    Column{"Frame_height",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.height); }); }},
    Column{"Video codec", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.codec; }); }},
    Column{"Codec_tag", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.codecTag; }); }},
    Column{"Bit_depth",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.bitDepth); }); }},
    Column{"Chroma", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.chroma; }); }},
    Column{"Pixel_aspect",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return rationalText(p.pixelAspect); }); }},
    Column{"Lens_squeeze",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return rationalText(p.lensSqueeze); }); }},
    Column{"Manufacturer", [](const Clip& c) { return c.camera.make; }},
    Column{"Camera_model", [](const Clip& c) { return c.camera.model; }},
    Column{"Camera_sn", [](const Clip& c) { return c.camera.serial; }},
    Column{"Camera_id", [](const Clip& c) { return c.camera.id; }},
    Column{"Sup_version", [](const Clip& c) { return c.camera.firmware; }},
    Column{"Sensor_mode", [](const Clip& c) { return c.camera.sensorMode; }},
    Column{"Sensor_fps",
           [](const Clip& c) {
             return c.sensorFps ? fpsText(FrameRate::fromRational(c.sensorFps->num, c.sensorFps->den)) : std::string();
           }},
    Column{"Exposure_index", [](const Clip& c) { return numberText(c.exposure.ei); }},
    Column{"Shutter_angle", [](const Clip& c) { return numberText(c.exposure.shutterAngleDeg); }},
    Column{"Shutter_s", [](const Clip& c) { return numberText(c.exposure.shutterSeconds); }},
    Column{"Iris_T", [](const Clip& c) { return numberText(c.exposure.irisT); }},
    Column{"Nd_stops", [](const Clip& c) { return numberText(c.exposure.ndStops); }},
    Column{"White_balance", [](const Clip& c) { return numberText(c.whiteBalance.kelvin); }},
    Column{"Cc_shift", [](const Clip& c) { return numberText(c.whiteBalance.tint); }},
    Column{"Lens_make", [](const Clip& c) { return c.lens.make; }},
    Column{"Lens_type", [](const Clip& c) { return c.lens.model; }},
    Column{"Lens_sn", [](const Clip& c) { return c.lens.serial; }},
    Column{"Focal_length_mm", [](const Clip& c) { return numberText(c.lens.focalMm); }},
    Column{"Focus_m", [](const Clip& c) { return numberText(c.lens.focusM); }},
    Column{"Color space", [](const Clip& c) { return c.colour.space; }},
    Column{"Gamma", [](const Clip& c) { return c.colour.gamma; }},
    Column{"Primaries", [](const Clip& c) { return c.colour.primaries; }},
    Column{"Look_name", [](const Clip& c) { return c.colour.look; }},
    Column{"LUT", [](const Clip& c) { return c.colour.lut; }},
    Column{"ASC_SOP", sopText},
    Column{"ASC_SAT", satText},
    Column{"Audio SR",
           [](const Clip& c) { return ofAudio(c, [](const AudioInfo& a) { return countText(a.sampleRate); }); }},
    Column{"Audio Bit Depth",
           [](const Clip& c) { return ofAudio(c, [](const AudioInfo& a) { return countText(a.bitDepth); }); }},
    Column{"Audio_tracks",
           [](const Clip& c) { return ofAudio(c, [](const AudioInfo& a) { return joined(a.tracks); }); }},
    Column{"Production", [](const Clip& c) { return c.slate.production; }},
    Column{"Director", [](const Clip& c) { return c.slate.director; }},
    Column{"Cinematographer", [](const Clip& c) { return c.slate.dop; }},
    Column{"Unit", [](const Clip& c) { return c.slate.unit; }},
    Column{"Uuid", [](const Clip& c) { return c.uuid; }},
    Column{"Umid", [](const Clip& c) { return c.umid; }},
};
// Of the dailies' own doing, behind those of the clip.
constexpr std::array kExportColumns{"Source Path", "AMF_NAME", "AMF_UUID"};
constexpr std::size_t kMostColumns = 64;  // that classic Avid logs take
static_assert(kColumns.size() + kExportColumns.size() <= kMostColumns);

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

namespace {

// Where production sound was found: its roll in the column there is, its timecode in one more, for which one that says
// nothing of any clip makes room.
void addSound(Ale& ale, const std::vector<ExportClip>& clips) {
  const auto roll = std::find(ale.columns.begin(), ale.columns.end(), "Soundroll") - ale.columns.begin();
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (!clips[i].soundRoll.empty()) ale.rows[i][static_cast<std::size_t>(roll)] = clips[i].soundRoll;
  }
  if (std::all_of(clips.begin(), clips.end(), [](const ExportClip& one) { return one.soundTimecode.empty(); })) return;
  for (std::size_t at = ale.columns.size(); at-- > 0 && ale.columns.size() >= kMostColumns;) {
    const bool silent = std::all_of(ale.rows.begin(), ale.rows.end(), [&](const auto& row) { return row[at].empty(); });
    if (!silent) continue;
    const auto place = static_cast<std::ptrdiff_t>(at);
    ale.columns.erase(ale.columns.begin() + place);
    for (auto& row : ale.rows) row.erase(row.begin() + place);
  }
  if (ale.columns.size() >= kMostColumns) return;
  ale.columns.emplace_back("Sound TC");
  for (std::size_t i = 0; i < clips.size(); ++i) ale.rows[i].push_back(clips[i].soundTimecode);
}

}  // namespace

Ale aleOf(const std::vector<ExportClip>& clips) {
  std::vector<Clip> records;
  records.reserve(clips.size());
  for (const ExportClip& one : clips) {
    records.push_back(one.clip);
    // Where an AMF tells the colour, a CDL beside it would be applied twice.
    if (!one.amfName.empty() || !one.amfUuid.empty()) records.back().colour.cdl.reset();
  }
  Ale ale = aleFromClips(records);
  for (const char* title : kExportColumns) ale.columns.emplace_back(title);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    ale.rows[i].push_back(path::display(clips[i].mediaPath));
    ale.rows[i].push_back(clips[i].amfName);
    ale.rows[i].push_back(clips[i].amfUuid);
  }
  addSound(ale, clips);
  return ale;
}

}  // namespace rollproof::interchange
