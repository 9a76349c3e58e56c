// SPDX-License-Identifier: Apache-2.0
// Production sound brought to its pictures by timecode: which take a clip's sound is in, and at which sample its first
// frame begins. Nothing is opened here; takes and clips come as their records say.
// Threads: pure functions. Errors: a clip or take that cannot be placed carries the reason, one sentence.
// Source: EBU Tech 3285 (bext TimeReference: samples since midnight), iXML 2.x (SPEED: TIMESTAMP_SAMPLE_RATE,
//         TIMECODE_RATE, TIMECODE_FLAG), SMPTE ST 12-1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::sound {

// One recording: a polyphonic file, or a file a track.
struct Take {
  std::string name, roll;  // "T012", the sound roll
  std::string root;        // absolute folder the files are relative to
  std::vector<std::string> files;
  std::string date;  // "2026-05-02", "" unsaid
  std::string scene, take;
  std::vector<std::string> tracks;  // names in channel order
  int channels = 0;
  int sampleRate = 0;            // Hz, as the files say they are to be played
  int stampRate = 0;             // Hz at which the time stamp and the samples were counted; other than sampleRate where
                                 // sound was pulled (48048 for 48000)
  std::int64_t firstSample = 0;  // since midnight, at stampRate
  std::int64_t samples = 0;
  FrameRate timecodeRate;
  bool dropFrame = false;
};
// From the record of a sound clip. Errc::unsupported says what it lacks.
[[nodiscard]] Result<Take> takeFrom(const model::Clip& clip, const std::string& root);

struct Options {
  bool anyDay = false;  // takes of another day count too
};

struct Placed {
  std::size_t take = 0;
  std::int64_t offset = 0;         // sample of the take at the clip's first frame; negative where the take begins later
  int playRate = 0;                // Hz to play its samples at beside this picture
  std::string timecode;            // of the recorder's clock at the clip's first frame, "01:02:03:04"
  double missingBefore = 0;        // frames of the clip before the take begins
  double missingAfter = 0;         // and after it ends
  double drift = 0;                // frames by which the take's labels run ahead of the picture's at its last frame
  std::vector<std::string> notes;  // sentences: other takes that lie over the clip, rates that run apart, ...
};
struct Outcome {
  std::optional<Placed> placed;
  std::string why;  // if not
};

// Each clip, in order. Of several takes the one that covers most of the clip is chosen.
[[nodiscard]] std::vector<Outcome> match(const std::vector<model::Clip>& clips, const std::vector<Take>& takes,
                                         const Options& options = {});

// Samples of the take at the clip's first frame when its timecode is moved by so many frames of the clip: what
// `offset` becomes. A positive shift lets the sound come earlier.
[[nodiscard]] std::int64_t shifted(std::int64_t offset, double frames, FrameRate rate, int playRate);

}  // namespace rollproof::sound
