// SPDX-License-Identifier: Apache-2.0
// Camera formats: clips of one project that the same camera recorded the same way share what is said of their colour
// and framing, and so do the cards that come later. Private to this folder.
// Threads: as Database. Errors: Errc::usage for a field or value there is not, Errc::notFound for a format.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/catalog/database.h"

namespace rollproof::catalog {

// What makes it; the same words on every station.
struct FormatKey {
  std::string project, letter, model, sensorMode, codec, squeeze;
};

// `clip` with its annotations on; none for sound.
[[nodiscard]] std::optional<FormatKey> formatOf(const model::Clip& clip, const std::string& project);

[[nodiscard]] nlohmann::json toJson(const FormatKey& key);
[[nodiscard]] FormatKey formatKeyFromJson(const nlohmann::json& json);

[[nodiscard]] Result<FormatKey> formatKey(Database& database, FormatId id);
// Its number, made if it is new. REQUIRES a write transaction.
[[nodiscard]] Result<std::int64_t> ensureFormat(Database& database, const FormatKey& key);

// "" if nobody said so.
[[nodiscard]] Result<std::string> formatSetting(Database& database, std::int64_t formatId, const char* field);
[[nodiscard]] Status checkFormatSetting(const std::string& field, const std::string& value);
// Those that have clips, or something said of them. project "" = all.
[[nodiscard]] Result<std::vector<FormatRow>> readFormats(Database& database, const std::string& project);

}  // namespace rollproof::catalog
