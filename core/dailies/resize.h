// SPDX-License-Identifier: Apache-2.0
// Pictures to another size when one decode feeds several: bicubic, widened when shrinking so that nothing aliases.
// Threads: pure functions, rows spread over the cores.
#pragma once

#include "core/media/media.h"

namespace rollproof::dailies {

[[nodiscard]] media::Frame16 resized(const media::Frame16& in, int width, int height);
[[nodiscard]] media::ImageF resized(const media::ImageF& in, int width, int height);

// Puts the picture in the middle of a black one; limited-range YCbCr only.
[[nodiscard]] media::Frame16 framed(const media::Frame16& in, int width, int height);

}  // namespace rollproof::dailies
