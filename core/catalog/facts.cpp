// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/facts.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "core/catalog/event_body.h"

namespace rollproof::catalog {

bool isFactKind(const std::string& kind) {
  const auto all = {kind::kUploaded, kind::kLanded, kind::kSignedOff, kind::kRecipeStep, kind::kStationContinued};
  return std::any_of(all.begin(), all.end(), [&](const char* known) { return kind == known; });
}

Result<std::vector<Fact>> readFacts(Database& database, const std::string& kind, const model::RollKey& about) {
  std::vector<Fact> all;
  auto status = database.each(
      "SELECT kind, project, day, roll, body, hlc, writer, seq FROM fact WHERE kind = ?1 AND ?2 IN ('', project) AND "
      "?3 IN ('', day) AND ?4 IN ('', roll) AND retracted = 0 ORDER BY hlc, writer, seq",
      [&](Statement& row) {
        const auto at = std::chrono::system_clock::time_point(std::chrono::milliseconds(row.integer(5) >> 16));
        all.push_back({row.bytes(0),
                       {row.bytes(1), row.bytes(2), row.bytes(3)},
                       row.bytes(4),
                       isoUtc(at),
                       row.bytes(6),
                       row.integer(7)});
      },
      kind, asText(about.project), asText(about.day), asText(about.roll));
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

Result<std::vector<model::CopyReport>> readCopies(Database& database, RollId roll) {
  std::vector<model::CopyReport> all;
  std::set<std::pair<std::string, std::string>> seen;
  auto status = database.each(
      "SELECT root, volume_label, device_id, device_text, state, files_verified, files_failed, bytes, manifest FROM "
      "roll_copy WHERE roll_id = ? ORDER BY hlc DESC, writer DESC, position",
      [&](Statement& row) {
        model::CopyReport copy{row.bytes(0), row.bytes(1), row.bytes(2), row.bytes(3), copyStateFromName(row.bytes(4)),
                               row.count(5), row.count(6), row.count(7), row.bytes(8)};
        if (seen.emplace(copy.deviceId, copy.root).second) all.push_back(std::move(copy));
      },
      roll.value);
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

}  // namespace rollproof::catalog
