// SPDX-License-Identifier: Apache-2.0
// What the first, a middle and the last frame of a clip look like. Private to this folder; decodes, so it belongs into
// the process that may crash.
// Threads: one clip belongs to one thread. Errors: a frame that does not decode says so in its own check.
#pragma once

#include <string>

#include "core/model/clip.h"

namespace rollproof::camera {

// Fills clip.frameChecks; nothing for a clip that no decoder reads, or that has no pictures. `root` is its card's.
void checkFrames(model::Clip& clip, const std::string& root);

}  // namespace rollproof::camera
