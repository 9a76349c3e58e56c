// SPDX-License-Identifier: Apache-2.0
// What stations recorded of rolls and days, as it stands. Private to this folder.
// Threads: as Database.
#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/catalog/database.h"

namespace rollproof::catalog {

[[nodiscard]] bool isFactKind(const std::string& kind);
// As Catalog::facts.
[[nodiscard]] Result<std::vector<Fact>> readFacts(Database& database, const std::string& kind,
                                                  const model::RollKey& about);
// Copies of the roll, whoever made them: of one that several stations speak of the latest word, latest speaker first.
[[nodiscard]] Result<std::vector<model::CopyReport>> readCopies(Database& database, RollId roll);

}  // namespace rollproof::catalog
