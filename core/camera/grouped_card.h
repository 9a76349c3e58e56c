// SPDX-License-Identifier: Apache-2.0
// A card in two steps, so that what parses files can be kept apart: grouping its files into clips, then each clip by
// itself. Private to this folder.
// Threads: one GroupedCard belongs to one thread; after a fork each process has its own.
// Errors: as readCard.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/camera/families.h"

namespace rollproof::camera {

class GroupedCard {
 public:
  // With Depth::names no content is opened, with Depth::metadata only lists of clips that cameras leave on cards.
  [[nodiscard]] static Result<std::unique_ptr<GroupedCard>> group(const FileSystem& fs, const std::string& root,
                                                                  Depth depth, const std::stop_token& stop);
  [[nodiscard]] std::size_t clips() const { return m_pending.size(); }
  // What the clip's files say (Depth::metadata), or its names alone. Does not change the card, but for warnings().
  [[nodiscard]] model::Clip describe(std::size_t clip, Depth depth);
  // About the card, so far.
  [[nodiscard]] const std::vector<model::Warning>& warnings() const { return m_reading.warnings; }
  // The card with these clips, in the order of their numbers.
  [[nodiscard]] model::Card finish(std::vector<model::Clip> clips, std::vector<model::Warning> warnings) const;
  // The same card without its clips: what `finish` fills.
  [[nodiscard]] const model::Card& counted() const { return m_card; }

 private:
  struct Pending {
    Record record;
    const Family* family;
  };
  Reading m_reading;
  model::Card m_card;  // root, files and bytes
  bool m_single = false;
  std::vector<Pending> m_pending;
};

// Fills in what follows from the clips: families, camera, reel and the counts of a single file's card.
void summariseCard(model::Card& card, bool single);

}  // namespace rollproof::camera
