// SPDX-License-Identifier: Apache-2.0
// Every table but the log is made here and only here: the same function runs when an event is recorded and when all
// are replayed, so a rebuilt catalog equals the live one.
// Threads: as Database; inside the caller's write transaction.
// Errors: Errc::corrupt, naming the event, when its body cannot be read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/event_body.h"
#include "core/catalog/event_log.h"
#include "core/model/clip.h"

namespace rollproof::catalog {

// Unknown kinds are left alone: they may come from a newer program. What is about a roll or clip that is not known yet
// waits for it. Events of several stations may come in any order that keeps each station's own: what they say of the
// same thing is settled by their time and writer, not by when they came. `logs` holds all events; it may be `database`.
[[nodiscard]] Status applyEvent(Database& database, const Placed& at, Database& logs);
// The same of another station's: one whose body cannot be read stays in the log and out of the tables, for it must not
// keep all that follows it from coming.
[[nodiscard]] Status applyOthersEvent(Database& database, const Placed& at, Database& logs);
// Opens (creates, migrates) a catalog's file with its tables made anew where a migration asks for it.
[[nodiscard]] Result<std::unique_ptr<Database>> openCatalogFile(const std::string& path);
// Empties the projections and replays the logs of `source` into them, in the order in which they came. Both may be the
// same database.
[[nodiscard]] Status replay(Database& source, Database& into);

// Names and a total order for each, for comparing two databases.
struct ProjectionTable {
  const char* name;
  const char* columns;
  const char* order;
};
[[nodiscard]] const std::vector<ProjectionTable>& projectionTables();

// The record as read back; what cannot be read gives a clip with its name and a warning.
[[nodiscard]] model::Clip decodeClip(const std::string& record, const std::string& name);
[[nodiscard]] std::map<std::string, std::string> rawFromText(const std::string& json);
// Lays the clip's annotations over it.
[[nodiscard]] Status annotateFrom(Database& database, std::int64_t clipId, model::Clip& clip);
// Oldest first; field "" = all.
[[nodiscard]] Result<std::vector<AnnotationChange>> readHistory(Database& database, ClipId clip,
                                                                const std::string& field);

[[nodiscard]] Result<std::optional<std::int64_t>> findRollId(Database& database, const model::RollKey& key);
[[nodiscard]] Result<std::optional<std::int64_t>> findClipId(Database& database, const ClipKey& key);

}  // namespace rollproof::catalog
