// SPDX-License-Identifier: Apache-2.0
// Small but real cards of several camera families, for trying and testing: playable media with pictures that show
// colour errors, burnt frame numbers that show sync errors, and metadata where each camera keeps it.
// Threads: blocks its caller; cancel between frames. Errors: Errc::exists if DIR already holds something else.
// Source: public layouts of ARRI, Sony XDROOT, DPX (SMPTE ST 268-1), BWF (EBU Tech 3285), iXML.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/jobs/progress.h"

namespace rollproof::demo {

struct DemoCard {
  std::string path;    // absolute
  std::string family;  // "arri", "sony_xdroot", "image_sequence", "sound"
};

// Writes the cards directly under `directory`. A card that is there and whole is left as it is (idempotent).
[[nodiscard]] Result<std::vector<DemoCard>> writeDemoCards(const std::string& directory, jobs::Progress& progress,
                                                           std::stop_token stop);

}  // namespace rollproof::demo
