// SPDX-License-Identifier: Apache-2.0
// Looks in their versions, and who has which. Private to this folder.
// Threads: as Database. Errors: Errc::notFound for a look or version there is not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/catalog/database.h"

namespace rollproof::catalog {

// The newest version of each, by name.
[[nodiscard]] Result<std::vector<model::Look>> readLooks(Database& database);
// All versions of one, oldest first.
[[nodiscard]] Result<std::vector<LookVersion>> readVersions(Database& database, const std::string& name);
// Version 0 = the newest; none if the catalog has no such one.
[[nodiscard]] Result<std::optional<model::Look>> readLook(Database& database, const std::string& name,
                                                          std::int64_t version);
// Errc::notFound if it is not there.
[[nodiscard]] Status checkLook(Database& database, const std::string& name, std::int64_t version);
[[nodiscard]] Result<std::optional<StandingLook>> readStanding(Database& database, ClipId clip);
[[nodiscard]] Result<std::vector<LookChange>> readLookHistory(Database& database, const std::string& target);

}  // namespace rollproof::catalog
