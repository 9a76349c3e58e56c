// SPDX-License-Identifier: Apache-2.0
// The test picture as a movie with sound. Threads: as its caller. Errors: those of the writer; Errc::cancelled.
#pragma once

#include "core/demo/cards.h"
#include "core/demo/moving_chart.h"
#include "core/media/media.h"

namespace rollproof::demo {

// Fills in size, rate and start timecode from the take; audio channels carry a beep of one frame at the slate.
[[nodiscard]] Status writeMovie(const Bench& bench, const Take& take, const std::string& space,
                                const std::string& label, media::WriterOptions options);

// `frames` frames of sound, interleaved: silence, and a 1 kHz tone during the frame `beepFrame`.
[[nodiscard]] std::vector<float> beepTrack(int frames, int beepFrame, int channels);

}  // namespace rollproof::demo
