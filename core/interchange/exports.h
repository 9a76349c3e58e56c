// SPDX-License-Identifier: Apache-2.0
// Clips as what editing systems read: ALE, EDL, OTIO, CCC, CSV and one AMF a clip. Values are never changed in silence:
// what a format cannot hold is refused by the clip's name, or left out or blanked with a warning that names it.
// Threads: pure functions. Errors: Errc::usage with the clip's name as subject.
// Source: Avid Log Specifications; CMX 3600; OpenTimelineIO; ASC CDL 1.2; S-2019-001 (AMF_NAME and AMF_UUID stand in
// logs, and where they do an inline CDL does not).
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/interchange/ale.h"
#include "core/interchange/amf.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

struct ExportClip {
  model::Clip clip;       // its CDL is the one that counts: the look's, or the camera's where no look is assigned
  std::string mediaPath;  // absolute path of its first file, raw bytes; "" unknown
  std::string amfName, amfUuid;
  std::string soundRoll, soundTimecode;  // of production sound that was found for it
};

// Codes: "reel_truncated", "value_blanked", "clip_left_out", "mixed_frame_rate", "too_many_events", "no_reel",
// "duplicate_name", "not_utf8".
struct Exported {
  std::string text;
  std::vector<model::Warning> warnings;
};

[[nodiscard]] Result<Exported> exportAle(const std::vector<ExportClip>& clips);
// Clips one behind the other from record timecode 01:00:00:00. Those of another frame rate than the first, or without
// timecode or length, are left out and named.
[[nodiscard]] Result<Exported> exportEdl(const std::vector<ExportClip>& clips, const std::string& title);
// A timeline with a picture track of all clips and a sound track of those that have sound.
[[nodiscard]] Result<Exported> exportOtio(const std::vector<ExportClip>& clips, const std::string& title);
// The clips' CDLs by their names; clips without one are left out and named.
[[nodiscard]] Result<Exported> exportCcc(const std::vector<ExportClip>& clips);
[[nodiscard]] Result<Exported> exportCsv(const std::vector<ExportClip>& clips);

struct AmfStamp {
  std::string dateTime, uuid, pipelineUuid;  // ISO 8601; 8-4-4-4-12 digits
};
// The AMF 2.0 of one clip: its file or frames, and a pipeline made by who knows its colours.
[[nodiscard]] Result<Amf> amfOf(const ExportClip& clip, AmfPipeline pipeline, const AmfStamp& stamp);

// aleFromClips with the columns that only an export has.
[[nodiscard]] Ale aleOf(const std::vector<ExportClip>& clips);

}  // namespace rollproof::interchange
