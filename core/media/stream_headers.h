// SPDX-License-Identifier: Apache-2.0
// What a movie's streams are, from the container and the head of the first picture alone: FFmpeg's own look decodes
// whole pictures of every stream, which costs milliseconds a file and a frame's bytes of memory. Private to this
// folder. Threads: one context belongs to one thread. Errors: none. Source: SMPTE RDD 36 section 5.1.1 (frame header of
// ProRes); FFmpeg 5.1 libavcodec.
#pragma once

#include "core/media/ffmpeg.h"

namespace rollproof::media {

// Completes the parameters of the streams after the container was opened; packets may have been read. False if only a
// full look at the streams can tell.
[[nodiscard]] bool readStreamHeaders(AVFormatContext* context, const LocalFile& file, int videoStream);

}  // namespace rollproof::media
