// SPDX-License-Identifier: Apache-2.0
// Is the catalog what its log says? Reads only; another program may go on writing meanwhile.
// Threads: as Database. Errors: only for what keeps the check from being made (locked, unreadable disk).
#pragma once

#include "core/catalog/catalog.h"
#include "core/catalog/schema.h"

namespace rollproof::catalog {

[[nodiscard]] Result<CheckReport> checkCatalog(Database& database, const std::vector<Migration>& migrations);

}  // namespace rollproof::catalog
