// SPDX-License-Identifier: Apache-2.0
// What a preset means inside: what kind of pictures it wants. Threads: pure functions.
#pragma once

#include "core/dailies/dailies.h"

namespace rollproof::dailies {

enum class PictureKind {
  display,   // graded for a screen, from the baked colour
  scene,     // converted to one scene-referred space, exact, ungraded
  cameraLog  // as the camera encoded it, RGB, ungraded
};

[[nodiscard]] PictureKind kindOf(const Preset& preset);
// Files of one picture each (in a folder of their own), or one file.
[[nodiscard]] bool isFrames(const Preset& preset);
// The one frame of first..last that a preset for stills wants; none if it wants all.
[[nodiscard]] std::optional<std::int64_t> onlyFrame(const Preset& preset, std::int64_t first, std::int64_t last);
// The only frame size this preset's format has, {0,0} if any will do.
struct FixedSize {
  int width = 0, height = 0;
};
[[nodiscard]] FixedSize fixedSizeOf(const Preset& preset);

}  // namespace rollproof::dailies
