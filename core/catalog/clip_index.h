// SPDX-License-Identifier: Apache-2.0
// By which words and fields clips are found, and which camera format they belong to. Private to this folder.
// Threads: as Database; inside the caller's write transaction.
#pragma once

#include <cstdint>
#include <string>

#include "core/catalog/database.h"

namespace rollproof::catalog {

// Both make anew what a clip belongs to and can be found by. A clip that is not present cannot be found.
[[nodiscard]] Status indexOne(Database& database, std::int64_t clipId);
[[nodiscard]] Status indexRoll(Database& database, std::int64_t rollId);
// The colour space that counts is the format's, unless a person said another of this very clip. Only the fields tell
// it, so that a format's word reaches ten thousand clips without making their texts anew.
[[nodiscard]] Status indexFormatSpace(Database& database, std::int64_t clipId, const std::string& space);

}  // namespace rollproof::catalog
