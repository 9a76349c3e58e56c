// SPDX-License-Identifier: Apache-2.0
// OpenTimelineIO JSON <-> values, by our own reader and writer. Timelines, stacks, tracks, clips, gaps, transitions,
// markers, media references and collections are values; objects of other schemas are kept as JSON, and so is every
// field that is none of a known schema's, so that what is read and written again loses nothing.
// Threads: plain values, pure functions. Errors: Errc::corrupt for what is no OTIO JSON or is nested without end.
// Source: OpenTimelineIO's JSON serialization (Timeline.1, Stack.1, Track.1, Clip.1 and Clip.2, Gap.1, Transition.1,
// Marker.2 and Marker.3, ExternalReference.1, ImageSequenceReference.1, MissingReference.1, RationalTime.1,
// TimeRange.1, SerializableCollection.1).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/timecode.h"

namespace rollproof::interchange {

using OtioJson = nlohmann::ordered_json;

struct OtioTime {
  double value = 0, rate = 1;  // value frames at rate; either may be infinite or no number, as OTIO allows
  bool operator==(const OtioTime&) const = default;
};

struct OtioRange {
  OtioTime start, duration;
  bool operator==(const OtioRange&) const = default;
};

struct OtioMedia {
  enum class Kind { external, sequence, missing, other };
  Kind kind = Kind::missing;
  std::string name;
  std::string url;  // target_url; of a sequence target_url_base
  std::optional<OtioRange> available;
  // Of a sequence.
  std::string prefix, suffix;
  std::int64_t firstFrame = 1, frameStep = 1, padding = 0;
  double rate = 1;
  std::string missingFrames = "error";  // missing_frame_policy
  OtioJson metadata = OtioJson::object();
  OtioJson rest = OtioJson::object();  // fields of no known schema; of `other` the whole object
  bool operator==(const OtioMedia&) const = default;
};

struct OtioMarker {
  std::string name, colour;
  OtioRange range;
  OtioJson metadata = OtioJson::object();
  OtioJson rest = OtioJson::object();
  bool operator==(const OtioMarker&) const = default;
};

struct OtioItem {
  enum class Kind { clip, gap, transition, track, stack, timeline, collection, other };
  Kind kind = Kind::gap;
  std::string name;
  std::optional<OtioRange> range;  // source_range
  bool enabled = true;
  std::vector<OtioMarker> markers;
  std::vector<OtioJson> effects;
  OtioJson metadata = OtioJson::object();
  OtioJson rest = OtioJson::object();  // fields of no known schema; of `other` the whole object
  // Of a clip: its media by key, and which counts.
  std::vector<std::pair<std::string, OtioMedia>> media;
  std::string activeMedia = "DEFAULT_MEDIA";
  // Of a transition.
  std::string transitionType;
  OtioTime inOffset, outOffset;
  // Of a track ("Video", "Audio"), a stack, a collection; a timeline has one stack here.
  std::string trackKind;
  std::optional<OtioTime> globalStart;  // of a timeline
  std::vector<OtioItem> children;

  [[nodiscard]] const OtioMedia* activeReference() const;  // nullptr if there is none
  bool operator==(const OtioItem&) const = default;
};

[[nodiscard]] Result<OtioItem> parseOtio(std::string_view json);
// parseOtio reads what this wrote as an equal value, and writes it again as the same bytes.
[[nodiscard]] std::string formatOtio(const OtioItem& root);

// Rates of /1001 count as what OTIO writes for them: 24000/1001 = 23.976023976...
[[nodiscard]] double otioRate(FrameRate rate);
// Every clip below, in order of the children.
[[nodiscard]] std::vector<const OtioItem*> otioClips(const OtioItem& root);

}  // namespace rollproof::interchange
