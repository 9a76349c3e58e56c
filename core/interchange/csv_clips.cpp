// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/base/path.h"
#include "core/interchange/ale.h"
#include "core/interchange/clip_text.h"
#include "core/interchange/csv.h"
#include "core/model/clip_json.h"

namespace rollproof::interchange {
namespace {

using model::Clip;
using model::Picture;

struct Column {
  const char* title;
  std::string (*cell)(const Clip&);
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "; ") + word;
  return out;
}

std::string firstFile(const Clip& clip) {
  return clip.files.empty() ? std::string() : path::display(clip.files.front().path);
}

std::string bytes(const Clip& clip) {
  std::uint64_t sum = 0;
  for (const auto& file : clip.files) sum += file.bytes;
  return fmt::format("{}", sum);
}

std::string warnings(const Clip& clip) {
  std::vector<std::string> texts;
  for (const auto& warning : clip.warnings) texts.push_back(warning.code + ": " + warning.text);
  return joined(texts);
}

std::string findings(const Clip& clip) {
  std::vector<std::string> texts;
  for (const auto& finding : clip.qc)
    texts.push_back(fmt::format("{}: {}: {}", model::name(finding.level), finding.code, finding.text));
  return joined(texts);
}

template <class Get>
std::string ofPicture(const Clip& clip, Get get) {
  return clip.picture ? get(*clip.picture) : std::string();
}

constexpr std::array kColumns{
    Column{"clip", [](const Clip& c) { return c.name; }},
    Column{"reel", [](const Clip& c) { return c.reel; }},
    Column{"family", [](const Clip& c) { return c.family; }},
    Column{"camera_letter", [](const Clip& c) { return c.cameraLetter; }},
    Column{"file", firstFile},
    Column{"files", [](const Clip& c) { return fmt::format("{}", c.files.size()); }},
    Column{"bytes", bytes},
    Column{"start_timecode", startText},
    Column{"end_timecode", endText},
    Column{"duration_frames",
           [](const Clip& c) { return c.durationFrames ? fmt::format("{}", *c.durationFrames) : ""; }},
    Column{"frame_rate", [](const Clip& c) { return c.frameRate.valid() ? c.frameRate.text() : std::string(); }},
    Column{"drop_frame", [](const Clip& c) { return std::string(c.start ? (c.start->dropFrame ? "yes" : "no") : ""); }},
    Column{"sensor_fps", [](const Clip& c) { return rationalText(c.sensorFps); }},
    Column{"timecode_source", [](const Clip& c) { return c.timecodeSource; }},
    Column{"width", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.width); }); }},
    Column{"height", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.height); }); }},
    Column{"codec", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.codec; }); }},
    Column{"codec_tag", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.codecTag; }); }},
    Column{"bit_depth",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return countText(p.bitDepth); }); }},
    Column{"chroma", [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return p.chroma; }); }},
    Column{"pixel_aspect",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return rationalText(p.pixelAspect); }); }},
    Column{"lens_squeeze",
           [](const Clip& c) { return ofPicture(c, [](const Picture& p) { return rationalText(p.lensSqueeze); }); }},
    Column{"camera_make", [](const Clip& c) { return c.camera.make; }},
    Column{"camera_model", [](const Clip& c) { return c.camera.model; }},
    Column{"camera_serial", [](const Clip& c) { return c.camera.serial; }},
    Column{"camera_firmware", [](const Clip& c) { return c.camera.firmware; }},
    Column{"camera_id", [](const Clip& c) { return c.camera.id; }},
    Column{"sensor_mode", [](const Clip& c) { return c.camera.sensorMode; }},
    Column{"ei", [](const Clip& c) { return numberText(c.exposure.ei); }},
    Column{"shutter_angle_deg", [](const Clip& c) { return numberText(c.exposure.shutterAngleDeg); }},
    Column{"shutter_s", [](const Clip& c) { return numberText(c.exposure.shutterSeconds); }},
    Column{"iris_t", [](const Clip& c) { return numberText(c.exposure.irisT); }},
    Column{"nd_stops", [](const Clip& c) { return numberText(c.exposure.ndStops); }},
    Column{"kelvin", [](const Clip& c) { return numberText(c.whiteBalance.kelvin); }},
    Column{"tint", [](const Clip& c) { return numberText(c.whiteBalance.tint); }},
    Column{"lens_make", [](const Clip& c) { return c.lens.make; }},
    Column{"lens_model", [](const Clip& c) { return c.lens.model; }},
    Column{"lens_serial", [](const Clip& c) { return c.lens.serial; }},
    Column{"focal_mm", [](const Clip& c) { return numberText(c.lens.focalMm); }},
    Column{"focus_m", [](const Clip& c) { return numberText(c.lens.focusM); }},
    Column{"colour_space", [](const Clip& c) { return c.colour.space; }},
    Column{"gamma", [](const Clip& c) { return c.colour.gamma; }},
    Column{"primaries", [](const Clip& c) { return c.colour.primaries; }},
    Column{"look", [](const Clip& c) { return c.colour.look; }},
    Column{"lut", [](const Clip& c) { return c.colour.lut; }},
    Column{"asc_sop", sopText},
    Column{"asc_sat", satText},
    Column{"audio_channels", [](const Clip& c) { return c.audio ? countText(c.audio->channels) : std::string(); }},
    Column{"audio_sample_rate", [](const Clip& c) { return c.audio ? countText(c.audio->sampleRate) : std::string(); }},
    Column{"audio_bit_depth", [](const Clip& c) { return c.audio ? countText(c.audio->bitDepth) : std::string(); }},
    Column{"audio_tracks", [](const Clip& c) { return c.audio ? joined(c.audio->tracks) : std::string(); }},
    Column{"scene", [](const Clip& c) { return c.slate.scene; }},
    Column{"shot", [](const Clip& c) { return c.slate.shot; }},
    Column{"take", [](const Clip& c) { return c.slate.take; }},
    Column{"circled", circledText},
    Column{"production", [](const Clip& c) { return c.slate.production; }},
    Column{"director", [](const Clip& c) { return c.slate.director; }},
    Column{"dop", [](const Clip& c) { return c.slate.dop; }},
    Column{"unit", [](const Clip& c) { return c.slate.unit; }},
    Column{"notes", [](const Clip& c) { return c.slate.notes; }},
    Column{"recorded_at", [](const Clip& c) { return c.recordedAt; }},
    Column{"uuid", [](const Clip& c) { return c.uuid; }},
    Column{"umid", [](const Clip& c) { return c.umid; }},
    Column{"decoder", [](const Clip& c) { return c.decoder; }},
    Column{"warnings", warnings},
    Column{"qc", findings},
};

}  // namespace

std::string csvFromClips(const std::vector<Clip>& clips) {
  std::vector<std::string> row;
  for (const Column& column : kColumns) row.emplace_back(column.title);
  std::string out = csvRow(row);
  for (const Clip& clip : clips) {
    row.clear();
    for (const Column& column : kColumns) {
      std::string cell = column.cell(clip);
      row.push_back(path::isUtf8(cell) ? std::move(cell) : path::display(cell));
    }
    out += csvRow(row);
  }
  return out;
}

}  // namespace rollproof::interchange
