// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/clip_index.h"

#include "core/catalog/formats.h"
#include "core/catalog/projections.h"
#include "core/catalog/search.h"
#include "core/model/clip_json.h"

namespace rollproof::catalog {

namespace {

using Json = nlohmann::json;

struct RollFacts {
  model::RollKey key;
  bool safe = false;
};

Result<RollFacts> rollFacts(Database& database, std::int64_t rollId) {
  RollFacts facts;
  auto status = database.each(
      "SELECT project, day, name, safe FROM roll WHERE id = ?",
      [&](Statement& row) {
        facts.key = {row.bytes(0), row.bytes(1), row.bytes(2)};
        facts.safe = row.integer(3) != 0;
      },
      rollId);
  if (!status) return tl::unexpected<Error>(status.error());
  return facts;
}

}  // namespace

Status indexFormatSpace(Database& database, std::int64_t clipId, const std::string& space) {
  auto own = database.text("SELECT value FROM annotation WHERE clip_id = ? AND field = 'space'", clipId);
  if (!own) return tl::unexpected<Error>(own.error());
  if (!own->empty()) return {};
  auto status = database.run("DELETE FROM clip_field WHERE field IN ('space', 'colour.space') AND clip_id = ?", clipId);
  for (const char* field : {"space", "colour.space"}) {
    if (!status || space.empty()) return status;
    status =
        database.run("INSERT INTO clip_field(clip_id, field, value) VALUES(?, ?, ?)", clipId, field, foldCase(space));
  }
  return status;
}

namespace {

// Makes anew what one clip belongs to and can be found by. A clip that is not present cannot be found.
Status indexClip(Database& database, std::int64_t clipId, const RollFacts& roll) {
  for (const char* sql : {"DELETE FROM clip_field WHERE clip_id = ?", "DELETE FROM clip_text WHERE rowid = ?"}) {
    if (auto status = database.run(sql, clipId); !status) return status;
  }
  std::string name, record, raw, findings;
  std::int64_t formatId = 0;
  bool present = false;
  auto status = database.each(
      "SELECT c.name, c.record, c.present, c.qc, c.format_id, coalesce(w.raw, '') FROM clip c LEFT JOIN clip_raw w ON "
      "w.clip_id = c.id WHERE c.id = ?",
      [&](Statement& row) {
        name = row.bytes(0);
        record = row.bytes(1);
        present = row.integer(2) != 0;
        findings = row.bytes(3);
        formatId = row.integer(4);
        raw = row.bytes(5);
      },
      clipId);
  if (!status || !present) return status;
  model::Clip clip = decodeClip(record, name);
  if (status = annotateFrom(database, clipId, clip); !status) return status;
  std::int64_t belongsTo = 0;
  std::string formatSpace;
  if (const auto key = formatOf(clip, roll.key.project)) {
    auto id = ensureFormat(database, *key);
    if (!id) return tl::unexpected<Error>(id.error());
    belongsTo = *id;
    auto space = formatSetting(database, belongsTo, "colour_space");
    if (!space) return tl::unexpected<Error>(space.error());
    formatSpace = std::move(*space);
  }
  if (belongsTo != formatId) {
    status = database.run("UPDATE clip SET format_id = ? WHERE id = ?", belongsTo, clipId);
    if (!status) return status;
  }
  clip.raw = rawFromText(raw);
  Findable findable = findableFrom(std::move(clip), roll.key, roll.safe);
  if (!findings.empty())
    for (const auto& value : qcValues(findingsFromJson(Json::parse(findings))))
      findable.fields.emplace_back("qc", value);
  auto insert = database.prepare("INSERT INTO clip_field(clip_id, field, value) VALUES(?, ?, ?)");
  if (!insert) return tl::unexpected<Error>(insert.error());
  for (const auto& [field, value] : findable.fields) {
    if (status = insert->run(clipId, field, value); !status) return status;
  }
  status = database.run("INSERT INTO clip_text(rowid, text) VALUES(?, ?)", clipId, findable.text);
  if (!status || formatSpace.empty()) return status;
  return indexFormatSpace(database, clipId, formatSpace);
}

}  // namespace

Status indexOne(Database& database, std::int64_t clipId) {
  auto rollId = database.integer("SELECT roll_id FROM clip WHERE id = ?", 0, clipId);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  auto roll = rollFacts(database, *rollId);
  if (!roll) return tl::unexpected<Error>(roll.error());
  return indexClip(database, clipId, *roll);
}

Status indexRoll(Database& database, std::int64_t rollId) {
  auto roll = rollFacts(database, rollId);
  if (!roll) return tl::unexpected<Error>(roll.error());
  std::vector<std::int64_t> clips;
  auto status = database.each(
      "SELECT id FROM clip WHERE roll_id = ? ORDER BY id", [&](Statement& row) { clips.push_back(row.integer(0)); },
      rollId);
  for (std::size_t i = 0; status && i < clips.size(); ++i) status = indexClip(database, clips[i], *roll);
  return status;
}

}  // namespace rollproof::catalog
