// SPDX-License-Identifier: Apache-2.0
// One writer a card, and the shooting day they all belong to: two cameras and a sound recorder on the same two takes,
// jam-synced, and a third roll of frames.
// Threads: as writeDemoCards.
#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/timecode.h"
#include "core/colour/colour.h"
#include "core/jobs/progress.h"

namespace rollproof::demo {

inline constexpr FrameRate kRate{24000, 1001};
inline constexpr int kNominal = 24;
inline constexpr std::uint32_t kSampleRate = 48000;
inline constexpr std::int64_t kSamplesPerFrame = 2002;  // exact: 48000 * 1001 / 24000
inline constexpr int kFrames = 24;

// A take as one machine recorded it. The clapper closes at the same timecode on all of them.
struct Take {
  std::string clip;  // file name without suffix
  std::string scene, take;
  std::array<int, 4> start;  // hours, minutes, seconds, frames
  int slateFrame = 0;
  std::string uuid;
  std::string timeOfDay;  // HH:MM:SS by the camera's clock
  int frames = kFrames;

  [[nodiscard]] Timecode startTimecode() const {
    return Timecode::fromFields(start[0], start[1], start[2], start[3], kRate, false);
  }
};

struct Bench {
  const colour::Config& config;
  jobs::Progress& progress;
  jobs::Meter& meter;  // counts frames and sound files
  std::stop_token stop;
};

// A file the finished card must hold. frames < 0: it is there and not empty; else a reader must agree on the length.
struct Expected {
  std::string path;  // relative to the card
  std::int64_t frames = -1;
};

struct CardRecipe {
  std::string folder, family;
  std::vector<Expected> files;
  int steps = 0;  // what the meter counts for this card
  Status (*write)(const Bench& bench, const std::string& root) = nullptr;
};

[[nodiscard]] CardRecipe arriCard();
[[nodiscard]] CardRecipe sonyCard();
[[nodiscard]] CardRecipe framesCard();
[[nodiscard]] CardRecipe soundCard();

// Ends in Errc::cancelled once a stop was asked for.
[[nodiscard]] Status step(const Bench& bench);

}  // namespace rollproof::demo
