// SPDX-License-Identifier: Apache-2.0
// What a card is: its family, its clips, and what the camera knew about each.
// Threads: blocks; safe on several cards at once. Cancel between clips.
// Errors: Errc::notFound for a missing root. Damaged media never fails the card: it becomes a warning on the clip.
// Source: the makers' public descriptions of their card layouts; see signatures.cpp for each.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/model/card.h"

namespace rollproof::camera {

enum class Depth {
  names,     // names and sizes only: instant, for a tile the moment a card appears
  metadata,  // opens each clip's headers for the full record
};

// `root` is a card, a copied roll, any folder of media, or one single media file.
[[nodiscard]] Result<model::Card> readCard(const FileSystem& fs, const std::string& root, Depth depth,
                                           std::stop_token stop = {},
                                           const std::function<void(std::size_t done, std::size_t total)>& step = {});

// The colour space of our config for what a camera says; "" if it cannot be told. Given pieces of a clip record.
[[nodiscard]] std::string colourSpaceFor(const std::string& make, const std::string& model, const std::string& gamma,
                                         const std::string& primaries, int ei);

}  // namespace rollproof::camera
