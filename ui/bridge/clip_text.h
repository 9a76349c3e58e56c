// SPDX-License-Identifier: Apache-2.0
// What a clip record says, as short text for a table's cells; what the record does not say is "".
// Threads: pure functions. Errors: none.
#pragma once

#include <QString>

#include "core/model/clip.h"

namespace rollproof::ui {

[[nodiscard]] QString rateLabel(const FrameRate& rate);         // "24", "23.976"
[[nodiscard]] QString startText(const model::Clip& clip);       // "01:14:22:00"
[[nodiscard]] QString durationText(const model::Clip& clip);    // as timecode
[[nodiscard]] QString fpsText(const model::Clip& clip);         // "24", off speed "48/24"
[[nodiscard]] QString lensText(const model::Clip& clip);        // its model, else "32 mm"
[[nodiscard]] QString resolutionText(const model::Clip& clip);  // "4608 × 3164"
[[nodiscard]] QString codecText(const model::Clip& clip);       // of the picture
[[nodiscard]] QString cameraText(const model::Clip& clip);      // "ARRI ALEXA 35"
[[nodiscard]] std::uint64_t bytesOf(const model::Clip& clip);   // of all its files

// To sort by; -1 where there is none.
[[nodiscard]] double startSeconds(const model::Clip& clip);
[[nodiscard]] double durationSeconds(const model::Clip& clip);

}  // namespace rollproof::ui
