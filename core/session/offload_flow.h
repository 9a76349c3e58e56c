// SPDX-License-Identifier: Apache-2.0
// One card through the house: recognise, plan, copy with proof, then tell what was found. Internal to the session.
// Threads: blocks its caller.
#pragma once

#include <stop_token>

#include "core/jobs/progress.h"
#include "core/session/session.h"

namespace rollproof::session {

// Settings made whole: absolute paths, today's date, the roll the card suggests.
[[nodiscard]] Result<OffloadSettings> completed(OffloadSettings settings);
[[nodiscard]] Result<offload::Plan> planFor(const OffloadSettings& whole);

// Copies and proves; the card's clips are then read from the first good copy, so that the card can already rest.
[[nodiscard]] Result<OffloadResult> offloadCard(const OffloadSettings& whole, jobs::Progress& progress,
                                                std::stop_token stop);

[[nodiscard]] catalog::OffloadFact factOf(const OffloadResult& result, const OffloadSettings& whole);

// Folder of the copy to read clips from: verified first, else any that is whole, else the source.
[[nodiscard]] std::string bestRoot(const OffloadResult& result, const OffloadSettings& whole);

}  // namespace rollproof::session
