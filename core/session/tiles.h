// SPDX-License-Identifier: Apache-2.0
// One tile a roll: what is running now, else what the catalog knows. Internal to the session.
// Threads: pure functions over values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/session.h"

namespace rollproof::session {

// An offload this session started, from its first moment to its result.
struct Run {
  OffloadSettings settings;
  model::RollKey key;
  jobs::JobId job;
  model::Card card;   // by names until the copy is done
  std::string known;  // what was known of the card when it began
  std::shared_ptr<const OffloadResult> result;
};

[[nodiscard]] Tile tileOf(const Run& run, const jobs::JobView* job);
[[nodiscard]] Tile tileOf(const catalog::RollRow& roll);
// What is known of the roll now, over what the run that made the tile said of it.
void showStanding(Tile& tile, const catalog::RollRow& roll);
// A card may be taken out once its roll is safe; only a whole volume can be, and only one that is there.
void offerEject(Tile& tile, const std::vector<model::Volume>& volumes);

}  // namespace rollproof::session
