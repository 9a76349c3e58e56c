// SPDX-License-Identifier: Apache-2.0
// From 16-bit 4:4:4 planes to what an encoder takes: chroma filtered and left-sited, values rounded to the codec's
// depth. Threads: pure functions over the buffers given. Errors: none; sizes are the caller's promise. Source: ITU-R
// BT.601 and BT.709 (4:2:2 co-sited chroma), ISO/IEC 14496-10 chroma_sample_loc_type 0.
#pragma once

#include "core/media/ffmpeg.h"

namespace rollproof::media {

// `frame` is writable, planar YCbCr of `depth` (8, 10 or 12) bits, with chroma halved horizontally and/or vertically
// as its pixel format says. A value that is an exact code << (16 - depth) survives exactly.
void fillFrame(const Frame16& source, AVFrame& frame);

}  // namespace rollproof::media
