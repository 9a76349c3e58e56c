// SPDX-License-Identifier: Apache-2.0
// A Broadcast Wave file with iXML, as a location recorder writes a poly take.
// Threads: pure functions. Errors: none; the caller keeps it under 4 GB.
// Source: EBU Tech 3285 (bext version 1), the iXML specification 2.x, Microsoft WAVEFORMATEXTENSIBLE.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/timecode.h"

namespace rollproof::demo {

struct WaveTake {
  std::string project, scene, take, tape, fileUid;
  std::string date, time;  // YYYY-MM-DD, HH:MM:SS
  std::vector<std::string> tracks;
  std::uint32_t sampleRate = 48000;
  Timecode start;
};

// Samples since midnight of a timecode, in real time. Exact when a frame is a whole number of samples, else rounded.
[[nodiscard]] std::uint64_t samplesSinceMidnight(const Timecode& timecode, std::uint32_t sampleRate);

// The whole file: 24-bit PCM from interleaved -1..1, as many channels as there are tracks.
[[nodiscard]] std::string waveFile(const WaveTake& take, const std::vector<float>& interleaved);

}  // namespace rollproof::demo
