// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/demo/wave.h"

using rollproof::FrameRate;
using rollproof::Timecode;
using rollproof::demo::samplesSinceMidnight;

TEST_CASE("samples since midnight count real time and not timecode seconds") {
  const FrameRate film{24000, 1001};
  // 10:20:30:00 is 893520 frames of 2002 samples.
  REQUIRE(samplesSinceMidnight(Timecode::fromFields(10, 20, 30, 0, film, false), 48000) == 893520ULL * 2002ULL);
  REQUIRE(samplesSinceMidnight(Timecode::fromFields(1, 0, 0, 0, {25, 1}, false), 48000) == 3600ULL * 48000ULL);
}

TEST_CASE("a timecode survives the way into samples and back at every common rate") {
  for (const FrameRate rate : {FrameRate{24000, 1001}, FrameRate{24, 1}, FrameRate{25, 1}, FrameRate{30000, 1001}}) {
    for (const std::int64_t frames : {0LL, 1LL, 86399LL, 893520LL, 2073599LL}) {
      const Timecode start{frames, rate, false};
      INFO(rate.text() << " " << frames);
      const auto samples = samplesSinceMidnight(start, 48000);
      // Rounding may lose less than one sample, never a frame in the middle of it.
      REQUIRE(Timecode::fromSamples(samples + 1, 48000, rate, false).frames == frames);
    }
  }
}
