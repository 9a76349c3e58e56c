// SPDX-License-Identifier: Apache-2.0
// What a preset means inside: what kind of pictures it wants. Threads: pure functions.
#pragma once

#include "core/dailies/dailies.h"

namespace rollproof::dailies {

enum class PictureKind {
  display,   // graded for a screen, YCbCr, from the baked colour
  scene,     // converted to one scene-referred space, exact, ungraded
  cameraLog  // as the camera encoded it, RGB, ungraded
};

[[nodiscard]] PictureKind kindOf(const Preset& preset);
// The scene-referred space of a `scene` preset.
[[nodiscard]] const char* sceneSpaceOf(const Preset& preset);
// The only frame size this preset's format has, {0,0} if any will do.
struct FixedSize {
  int width = 0, height = 0;
};
[[nodiscard]] FixedSize fixedSizeOf(const Preset& preset);

}  // namespace rollproof::dailies
