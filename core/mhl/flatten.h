// SPDX-License-Identifier: Apache-2.0
// Flattens a history into a packing list: one manifest that names every file once, with its newest true record.
//
//   auto list = flattenHistory(fs, "/media/RAID-A/A001", "/media/RAID-A/lists", creatorHere(), now);
//
// Of each file the newest value in each format, its newest size and time; `failed` values never; under the name it has
// now, histories nested below with their folder in front. The list goes to <out>/packinglist_A001_<date>_<time>Z.mhl,
// and <out>/ascmhl_collection.xml names it with its c4, after those that are there.
// Promises: both appear whole or not at all; no list that is there is touched; the history itself is only read.
// Threads: blocks; one writer a folder. Errors: Errc::corrupt for a history that is no proof (the first breach is in
// the message) or a collection that cannot be read; Errc::notFound; Errc::exists; Errc::usage when no true record is
// left. Source: ASC MHL Specification v1.0, "packing list"; ASCMHLDirectory.xsd.
#pragma once

#include <string>
#include <vector>

#include "core/mhl/mhl.h"

namespace rollproof::mhl {

struct Flattened {
  std::string listPath, collectionPath;  // absolute
  std::uint64_t files = 0, histories = 0;
  model::Digest digest;           // c4 of the list
  std::vector<Finding> findings;  // left_out: a file with failed values only; and what is no breach
};

[[nodiscard]] Result<Flattened> flattenHistory(FileSystem& fs, const std::string& folder,
                                               const std::string& outputFolder, const Creator& creator, WallTime now);

}  // namespace rollproof::mhl
