// SPDX-License-Identifier: Apache-2.0
// Brings a database file to the shape this build knows, all steps in one transaction, with a copy kept before a
// file that holds something is changed.
// Threads: as Database. Two programs may open the same new file at once.
// Errors: Errc::unsupported for a newer file, Errc::conflict for another program's database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/database.h"

namespace rollproof::catalog {

struct Migration {
  std::string name;
  std::string sql;
};

// Schema version n is reached by the n-th entry.
[[nodiscard]] const std::vector<Migration>& shippedMigrations();

// Opens (or creates, 0600, parents 0700) and migrates. `path` is absolute. `afterwards` belongs to the steps of a
// file that was there before, in their transaction: all is done, or nothing.
[[nodiscard]] Result<std::unique_ptr<Database>> openMigrated(const std::string& path,
                                                             const std::vector<Migration>& migrations,
                                                             const std::function<Status(Database&)>& afterwards = {});

// All statements of all migrations on an empty database, for comparison.
[[nodiscard]] Status createSchema(Database& database, const std::vector<Migration>& migrations);

// A whole, consistent copy of the open database under a new name, synced before it carries it. Errc::exists if taken.
[[nodiscard]] Status copyInto(Database& database, const std::string& path);

}  // namespace rollproof::catalog
