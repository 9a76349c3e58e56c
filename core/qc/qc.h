// SPDX-License-Identifier: Apache-2.0
// Quality control: what is wrong, odd or worth knowing about the clips of a roll, each as a named finding with a level
// and one sentence that gives its numbers. Without a spec only what needs none is judged: a card that contradicts
// itself, timecode that cannot be right, media that cannot be read.
//
// Codes (stable): mixed_frame_rate, off_speed, sensor_fps_off_project, timecode_jump, timecode_overlap, timecode_zero,
// duplicate_clip_name, duplicate_reel, unexpected_resolution, unexpected_codec, unexpected_audio, missing_audio,
// dropped_frames, black_frame, frozen_picture, unreadable_frame, unreadable_media.
//
// Threads: pure functions. Errors: Errc::usage for a spec's field or value that there is not, Errc::corrupt for JSON.
// Source: SMPTE ST 12-1 (drop-frame counting, the 24-hour clock).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::qc {

// What a project expects of its camera files. An empty field expects nothing.
struct Spec {
  FrameRate frameRate;                           // what the project runs at
  std::vector<std::pair<int, int>> resolutions;  // pixels, any of them
  std::vector<std::string> codecs;  // any of them: "prores", or a container's tag, "apch"; case does not matter
  bool audioRequired = false;       // of every clip that was not shot off-speed
  int minAudioChannels = 0;
  int audioSampleRate = 0;  // Hz
  bool operator==(const Spec&) const = default;
};

[[nodiscard]] nlohmann::ordered_json toJson(const Spec& spec);
[[nodiscard]] Result<Spec> specFromJson(const nlohmann::json& json);
// One field by its JSON name, from what a person types: "24000/1001", "3840x2160, 4096x2160", "prores, apch", "yes".
// "" takes the expectation away.
[[nodiscard]] Status setField(Spec& spec, const std::string& field, const std::string& value);

// Another clip of the project, on another roll: enough to tell whether the two can be confused.
struct Known {
  std::string clip, reel;
  std::string roll;  // for people: "A001 of 2026-05-02"
  std::string uuid, umid;
  std::uint64_t bytes = 0;  // of all its files
  std::optional<Timecode> start;
  std::optional<std::int64_t> durationFrames;
};
[[nodiscard]] Known knownFrom(const model::Clip& clip, const std::string& roll);

// Fills Clip::qc of a roll's clips, gravest first; what stood there is replaced. The same clip read again from another
// copy or filed under another roll is no duplicate.
void check(std::vector<model::Clip>& clips, const Spec& spec, const std::vector<Known>& project);

}  // namespace rollproof::qc
