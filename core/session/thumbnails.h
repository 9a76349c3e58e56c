// SPDX-License-Identifier: Apache-2.0
// Small pictures of a roll's clips: decoded by the confined reader, coloured here, so that no file of a card is parsed
// by this process for them. Private to this folder. Threads: blocks. Errors: a clip that gives none is a line in the
// log; one thumbnail less is no failure of anything.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/colour/colour.h"

namespace rollproof::session {

struct ThumbnailNeeds {
  std::function<std::optional<model::Look>(catalog::ClipId)> look;
  std::function<Status(catalog::ClipId, const std::string& jpeg)> keep;
};
// The rows are all of one roll.
void makeThumbnails(const colour::Config& config, const std::vector<catalog::ClipRow>& roll,
                    const ThumbnailNeeds& needs, const std::stop_token& stop);

// Whether what is said of the target ("clip:3", "roll:1", "format:2", "project:NAME") is said of this clip.
[[nodiscard]] bool concerns(const std::string& target, const catalog::ClipRow& row);

}  // namespace rollproof::session
