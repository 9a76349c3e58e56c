// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/looks.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/catalog/event_body.h"

namespace rollproof::catalog {
namespace {

using Json = nlohmann::json;

std::string when(std::int64_t hlc) {
  return isoUtc(std::chrono::system_clock::time_point(std::chrono::milliseconds(hlc >> 16)));
}

// Of a row (body, version, hlc).
LookVersion versionOf(Statement& row) {
  LookVersion found;
  const Json body = Json::parse(row.bytes(0), nullptr, false);
  if (body.is_object()) found.look = lookFromJson(body);
  found.look.version = row.integer(1);
  found.addedAt = when(row.integer(2));
  return found;
}

template <class... Args>
Result<std::vector<LookVersion>> versionsWhere(Database& database, const std::string& where, const Args&... args) {
  std::vector<LookVersion> all;
  auto status = database.each(
      "SELECT body, version, hlc FROM look " + where, [&](Statement& row) { all.push_back(versionOf(row)); }, args...);
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

}  // namespace

Result<std::vector<model::Look>> readLooks(Database& database) {
  const auto newest =
      versionsWhere(database, "l WHERE version = (SELECT max(version) FROM look WHERE name = l.name) ORDER BY name");
  if (!newest) return tl::unexpected<Error>(newest.error());
  std::vector<model::Look> looks;
  for (const auto& one : *newest) looks.push_back(one.look);
  return looks;
}

Result<std::vector<LookVersion>> readVersions(Database& database, const std::string& name) {
  return versionsWhere(database, "WHERE name = ? ORDER BY version", name);
}

Result<std::optional<model::Look>> readLook(Database& database, const std::string& name, std::int64_t version) {
  const auto found =
      versionsWhere(database, "WHERE name = ? AND ? IN (0, version) ORDER BY version DESC LIMIT 1", name, version);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->empty()) return std::nullopt;
  return found->front().look;
}

Status checkLook(Database& database, const std::string& name, std::int64_t version) {
  const auto versions = database.integer("SELECT max(version) FROM look WHERE name = ?", 0, name);
  if (!versions) return tl::unexpected<Error>(versions.error());
  if (*versions == 0) return fail(Errc::notFound, "there is no look of that name in the catalog", path::display(name));
  if (version < 0 || version > *versions) {
    return fail(Errc::notFound, fmt::format("that look has versions 1 to {}, not {}", *versions, version),
                path::display(name));
  }
  return {};
}

// The nearest wins: the clip's own, its roll's, its camera format's, its project's. "" as a look means none of its own.
Result<std::optional<StandingLook>> readStanding(Database& database, ClipId clip) {
  std::optional<StandingLook> standing;
  std::string name;
  std::int64_t version = 0;
  auto status = database.each(
      "SELECT a.look, a.version, t.target FROM clip c JOIN roll r ON r.id = c.roll_id JOIN ("
      "SELECT 1 AS nearness, 'clip:' || ?1 AS target UNION ALL "
      "SELECT 2, 'roll:' || roll_id FROM clip WHERE id = ?1 UNION ALL "
      "SELECT 3, 'format:' || format_id FROM clip WHERE id = ?1 UNION ALL "
      "SELECT 4, 'project:' || project FROM roll JOIN clip ON clip.roll_id = roll.id WHERE clip.id = ?1) t "
      "JOIN look_assignment a ON a.target = t.target WHERE c.id = ?1 AND a.look <> '' ORDER BY t.nearness LIMIT 1",
      [&](Statement& row) {
        name = row.bytes(0);
        version = row.integer(1);
        standing = StandingLook{{}, row.bytes(2), version};
      },
      clip.value);
  if (!status) return tl::unexpected<Error>(status.error());
  if (!standing) return std::nullopt;
  auto look = readLook(database, name, version);
  if (!look) return tl::unexpected<Error>(look.error());
  if (!*look) return std::nullopt;
  standing->look = std::move(**look);
  return standing;
}

Result<std::vector<LookChange>> readLookHistory(Database& database, const std::string& target) {
  std::vector<LookChange> all;
  auto status = database.each(
      "SELECT look, version, coalesce(lag(look) OVER w, ''), coalesce(lag(version) OVER w, 0), hlc FROM look_change "
      "WHERE target = ? WINDOW w AS (ORDER BY hlc, writer, seq) ORDER BY hlc, writer, seq",
      [&](Statement& row) {
        all.push_back({row.bytes(0), row.integer(1), row.bytes(2), row.integer(3), when(row.integer(4))});
      },
      target);
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

}  // namespace rollproof::catalog
