// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/projections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/clock.h"
#include "core/catalog/annotations.h"
#include "core/catalog/formats.h"
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

// The colour space that counts is the format's, unless a person said another of this very clip. Only the fields tell
// it, so that a format's word reaches ten thousand clips without making their texts anew.
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

Status putFiles(Database& database, std::int64_t rollId, const std::vector<model::FileRecord>& records) {
  for (const char* sql : {"DELETE FROM digest WHERE roll_id = ?", "DELETE FROM file WHERE roll_id = ?"}) {
    if (auto status = database.run(sql, rollId); !status) return status;
  }
  auto file = database.prepare("INSERT INTO file(roll_id, position, path, bytes, modified_ns) VALUES(?, ?, ?, ?, ?)");
  auto digest = database.prepare("INSERT INTO digest(roll_id, position, place, format, text) VALUES(?, ?, ?, ?, ?)");
  if (!file) return tl::unexpected<Error>(file.error());
  if (!digest) return tl::unexpected<Error>(digest.error());
  std::int64_t position = 0;
  for (const auto& record : records) {
    auto status = file->run(rollId, position, Blob{record.path}, record.bytes, record.modifiedUnixNanos);
    std::int64_t place = 0;
    for (const auto& each : record.digests) {
      if (status) status = digest->run(rollId, position, place++, name(each.format), each.text);
    }
    if (!status) return status;
    ++position;
  }
  return {};
}

Status putOffloadDetails(Database& database, std::int64_t offloadId, const OffloadFact& fact) {
  std::int64_t position = 0;
  for (const auto& reason : fact.verdict.reasons) {
    auto status = database.run("INSERT INTO offload_reason(offload_id, position, code, text) VALUES(?, ?, ?, ?)",
                               offloadId, position++, reason.code, reason.text);
    if (!status) return status;
  }
  position = 0;
  for (const auto& problem : fact.problems) {
    auto status = database.run(
        "INSERT INTO offload_problem(offload_id, position, path, place, code, text) VALUES(?, ?, ?, ?, ?, ?)",
        offloadId, position++, Blob{problem.path}, Blob{problem.where}, problem.code, problem.text);
    if (!status) return status;
  }
  position = 0;
  for (const auto& copy : fact.copies) {
    auto status = database.run(
        "INSERT INTO copy(offload_id, position, root, volume_label, device_id, device_text, state, files_verified, "
        "files_failed, bytes, manifest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        offloadId, position++, Blob{copy.root}, copy.volumeLabel, copy.deviceId, copy.deviceText, name(copy.state),
        copy.filesVerified, copy.filesFailed, copy.bytes, Blob{copy.manifest});
    if (!status) return status;
  }
  return {};
}

// What is true of the roll from now on, whichever event said so.
Status putStanding(Database& database, std::int64_t rollId, const model::Verdict& verdict,
                   const std::vector<model::CopyReport>& copies, const std::vector<model::FileProblem>& problems,
                   const std::string& evidence) {
  for (const char* table : {"roll_reason", "roll_problem", "roll_copy"}) {
    auto cleared = database.run(fmt::format("DELETE FROM {} WHERE roll_id = ?", table), rollId);
    if (!cleared) return cleared;
  }
  auto status = database.run("UPDATE roll SET safe = ?, evidence = ? WHERE id = ?",
                             verdict.kind == model::VerdictKind::safe ? 1 : 0, evidence, rollId);
  std::int64_t position = 0;
  for (const auto& reason : verdict.reasons) {
    if (!status) return status;
    status = database.run("INSERT INTO roll_reason(roll_id, position, code, text) VALUES(?, ?, ?, ?)", rollId,
                          position++, reason.code, reason.text);
  }
  position = 0;
  for (const auto& problem : problems) {
    if (!status) return status;
    status = database.run(
        "INSERT INTO roll_problem(roll_id, position, path, place, code, text, detail) VALUES(?, ?, ?, ?, ?, ?, ?)",
        rollId, position++, Blob{problem.path}, Blob{problem.where}, problem.code, problem.text,
        problemDetail(problem));
  }
  position = 0;
  for (const auto& copy : copies) {
    if (!status) return status;
    status = database.run(
        "INSERT INTO roll_copy(roll_id, position, root, volume_label, device_id, device_text, state, files_verified, "
        "files_failed, bytes, manifest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rollId, position++, Blob{copy.root}, copy.volumeLabel, copy.deviceId, copy.deviceText, name(copy.state),
        copy.filesVerified, copy.filesFailed, copy.bytes, Blob{copy.manifest});
  }
  return status;
}

Status applyOffloaded(Database& database, const Event& event, const Json& body) {
  const OffloadFact fact = offloadFromJson(body);
  const int safe = fact.verdict.kind == model::VerdictKind::safe ? 1 : 0;
  auto offloadId = database.integer("SELECT max(id) + 1 FROM offload", 1);
  if (!offloadId) return tl::unexpected<Error>(offloadId.error());
  auto known = findRollId(database, fact.key);
  if (!known) return tl::unexpected<Error>(known.error());
  // A copy of a copy says nothing new about the card.
  const bool keepsCard = !fact.copiedFrom.empty() && known->has_value();
  auto status =
      keepsCard
          ? database.run("UPDATE roll SET finished_at = ?, offload_id = ? WHERE id = ?", fact.finishedAt, *offloadId,
                         **known)
          : database.run(
                "INSERT INTO roll(project, day, name, family, camera, fingerprint, files, bytes, safe, "
                "finished_at, offload_id, source, card_id) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT(project, day, name) DO UPDATE SET family = excluded.family, camera = "
                "excluded.camera, fingerprint = excluded.fingerprint, files = excluded.files, bytes = "
                "excluded.bytes, safe = excluded.safe, finished_at = excluded.finished_at, offload_id = "
                "excluded.offload_id, source = excluded.source, card_id = excluded.card_id",
                fact.key.project, fact.key.day, fact.key.roll, fact.family, fact.camera, fact.inventoryFingerprint,
                fact.files, fact.bytes, safe, fact.finishedAt, *offloadId, Blob{fact.source}, fact.cardId);
  if (!status) return status;
  auto rollId = findRollId(database, fact.key);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return fail(Errc::corrupt, "a roll that was just written is not there");
  status = database.run(
      "INSERT INTO offload(id, seq, roll_id, source, fingerprint, files, bytes, safe, source_reread, started_at, "
      "finished_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      *offloadId, event.seq, **rollId, Blob{fact.source}, fact.inventoryFingerprint, fact.files, fact.bytes, safe,
      fact.sourceRereadDone ? 1 : 0, fact.startedAt, fact.finishedAt);
  if (status) status = putOffloadDetails(database, *offloadId, fact);
  if (status && !keepsCard) status = putFiles(database, **rollId, fact.records);
  if (status) status = putStanding(database, **rollId, fact.verdict, fact.copies, fact.problems, fact.evidence);
  if (status) status = indexRoll(database, **rollId);
  return status;
}

Status applyCopyChecked(Database& database, const Event& event, const Json& body) {
  const CheckFact fact = checkFromJson(body);
  auto rollId = findRollId(database, fact.key);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return {};  // of a roll this log does not know
  auto status = database.run(
      "INSERT INTO copy_check(seq, roll_id, root, result, verified, missing, altered, unreadable, checked_at) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      event.seq, **rollId, Blob{fact.root}, fact.result, fact.verified, fact.missing, fact.altered, fact.unreadable,
      fact.checkedAt);
  if (status) status = putStanding(database, **rollId, fact.verdict, fact.copies, fact.problems, fact.evidence);
  if (status) status = indexRoll(database, **rollId);
  return status;
}

Status applyClipsInspected(Database& database, const Event& event, const Json& body) {
  auto rollId = findRollId(database, rollKeyFromJson(body.at("roll")));
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return {};  // clips of a roll this log does not know
  if (auto status = database.run("UPDATE clip SET present = 0 WHERE roll_id = ?", **rollId); !status) return status;
  auto put = database.prepare(
      "INSERT INTO clip(roll_id, name, occurrence, position, present, record_seq, record) VALUES(?, ?, ?, ?, 1, ?, ?) "
      "ON CONFLICT(roll_id, name, occurrence) DO UPDATE SET position = excluded.position, present = 1, "
      "record_seq = excluded.record_seq, record = excluded.record, qc = ''");
  if (!put) return tl::unexpected<Error>(put.error());
  auto putRaw = database.prepare(
      "INSERT INTO clip_raw(clip_id, raw) SELECT id, ? FROM clip WHERE roll_id = ? AND name = ? AND occurrence = ?");
  if (!putRaw) return tl::unexpected<Error>(putRaw.error());
  auto cleared =
      database.run("DELETE FROM clip_raw WHERE clip_id IN (SELECT id FROM clip WHERE roll_id = ?)", **rollId);
  if (!cleared) return cleared;
  std::int64_t position = 0;
  for (const auto& entry : body.at("clips")) {
    auto record = canonicalText(entry.at("record"));
    if (!record) return tl::unexpected<Error>(record.error());
    auto status = put->run(**rollId, entry.at("name").get<std::string>(), entry.at("occurrence").get<std::int64_t>(),
                           position++, event.seq, *record);
    if (const auto raw = entry.find("raw"); status && raw != entry.end()) {
      auto text = canonicalText(*raw);
      if (!text) return tl::unexpected<Error>(text.error());
      status =
          putRaw->run(*text, **rollId, entry.at("name").get<std::string>(), entry.at("occurrence").get<std::int64_t>());
    }
    if (!status) return status;
  }
  return indexRoll(database, **rollId);
}

Status applyAnnotated(Database& database, const Event& event, const Json& body) {
  auto clipId = findClipId(database, clipKeyFromJson(body.at("clip")));
  if (!clipId) return tl::unexpected<Error>(clipId.error());
  if (!*clipId) return {};
  const auto field = body.at("field").get<std::string>(), value = body.at("value").get<std::string>();
  auto previous = database.text("SELECT value FROM annotation WHERE clip_id = ? AND field = ?", **clipId, field);
  if (!previous) return tl::unexpected<Error>(previous.error());
  auto status =
      database.run("INSERT INTO annotation_change(seq, clip_id, field, value, previous, hlc) VALUES(?, ?, ?, ?, ?, ?)",
                   event.seq, **clipId, field, value, *previous, event.hlc);
  if (!status) return status;
  // An empty value stays as a row: taking an annotation back is a later word than the one it takes back.
  status = database.run(
      "INSERT INTO annotation(clip_id, field, value, hlc, seq) VALUES(?, ?, ?, ?, ?) ON CONFLICT(clip_id, field) DO "
      "UPDATE SET value = excluded.value, hlc = excluded.hlc, seq = excluded.seq WHERE excluded.hlc > annotation.hlc",
      **clipId, field, value, event.hlc, event.seq);
  if (!status) return status;
  return indexOne(database, **clipId);
}

Status applyQcChecked(Database& database, const Event&, const Json& body) {
  const model::RollKey roll = rollKeyFromJson(body.at("roll"));
  auto put = database.prepare("UPDATE clip SET qc = ? WHERE id = ?");
  auto clear = database.prepare("DELETE FROM clip_field WHERE field = 'qc' AND clip_id = ?");
  auto insert = database.prepare(
      "INSERT INTO clip_field(clip_id, field, value) SELECT id, 'qc', ? FROM clip WHERE id = ? AND present = 1");
  if (!put) return tl::unexpected<Error>(put.error());
  if (!clear) return tl::unexpected<Error>(clear.error());
  if (!insert) return tl::unexpected<Error>(insert.error());
  for (const auto& entry : body.at("clips")) {
    auto clipId =
        findClipId(database, {roll, entry.at("name").get<std::string>(), entry.at("occurrence").get<std::int64_t>()});
    if (!clipId) return tl::unexpected<Error>(clipId.error());
    if (!*clipId) continue;
    auto text = canonicalText(entry.at("findings"));
    if (!text) return tl::unexpected<Error>(text.error());
    auto status = put->run(*text, **clipId);
    if (status) status = clear->run(**clipId);
    for (const auto& value : qcValues(findingsFromJson(entry.at("findings")))) {
      if (status) status = insert->run(value, **clipId);
    }
    if (!status) return status;
  }
  return {};
}

Status applyProjectSpecSet(Database& database, const Event& event, const Json& body) {
  auto spec = canonicalText(body.at("spec"));
  if (!spec) return tl::unexpected<Error>(spec.error());
  return database.run(
      "INSERT INTO project_spec(project, spec, hlc, seq) VALUES(?, ?, ?, ?) ON CONFLICT(project) DO UPDATE SET spec = "
      "excluded.spec, hlc = excluded.hlc, seq = excluded.seq WHERE excluded.hlc > project_spec.hlc",
      body.at("project").get<std::string>(), *spec, event.hlc, event.seq);
}

Status applyDocumentSet(Database& database, const Event& event, const Json& body) {
  std::string text;
  if (const Json& document = body.at("body"); !document.is_null()) {
    auto canonical = canonicalText(document);
    if (!canonical) return tl::unexpected<Error>(canonical.error());
    text = std::move(*canonical);
  }
  return database.run(
      "INSERT INTO document(kind, name, body, hlc, seq) VALUES(?, ?, ?, ?, ?) ON CONFLICT(kind, name) DO UPDATE SET "
      "body = excluded.body, hlc = excluded.hlc, seq = excluded.seq WHERE excluded.hlc > document.hlc",
      body.at("kind").get<std::string>(), body.at("name").get<std::string>(), text, event.hlc, event.seq);
}

// A format that no clip here has yet is made: the card may come later.
Status applyFormatSet(Database& database, const Event& event, const Json& body) {
  auto id = ensureFormat(database, formatKeyFromJson(body.at("format")));
  if (!id) return tl::unexpected<Error>(id.error());
  const auto field = body.at("field").get<std::string>();
  auto status = database.run(
      "INSERT INTO format_setting(format_id, field, value, hlc, seq) VALUES(?, ?, ?, ?, ?) ON CONFLICT(format_id, "
      "field) DO UPDATE SET value = excluded.value, hlc = excluded.hlc, seq = excluded.seq WHERE excluded.hlc > "
      "format_setting.hlc",
      *id, field, body.at("value").get<std::string>(), event.hlc, event.seq);
  if (!status || field != "colour_space") return status;
  // The word that stands, which need not be this one. Without any, the record's own counts again.
  auto standing = formatSetting(database, *id, "colour_space");
  if (!standing) return tl::unexpected<Error>(standing.error());
  const std::string& value = *standing;
  std::vector<std::pair<std::int64_t, std::string>> clips;
  status = database.each(
      "SELECT id, CASE WHEN ? = '' THEN coalesce(json_extract(record, '$.colour.space'), '') ELSE '' END FROM clip "
      "WHERE "
      "format_id = ? AND present = 1 ORDER BY id",
      [&](Statement& row) { clips.emplace_back(row.integer(0), row.bytes(1)); }, value, *id);
  for (std::size_t i = 0; status && i < clips.size(); ++i)
    status = indexFormatSpace(database, clips[i].first, value.empty() ? clips[i].second : value);
  return status;
}

Status applyLookAdded(Database& database, const Event& event, const Json& body) {
  const model::Look look = lookFromJson(body);
  auto version = database.integer("SELECT max(version) + 1 FROM look WHERE name = ?", 1, look.name);
  if (!version) return tl::unexpected<Error>(version.error());
  auto text = canonicalText(body);
  if (!text) return tl::unexpected<Error>(text.error());
  return database.run("INSERT INTO look(name, version, seq, body, hlc) VALUES(?, ?, ?, ?, ?)", look.name, *version,
                      event.seq, *text, event.hlc);
}

Status applyLookAssigned(Database& database, const Event& event, const Json& body) {
  const Json& to = body.at("target");
  std::string target;
  if (to.contains("clip")) {
    auto clipId = findClipId(database, clipKeyFromJson(to));
    if (!clipId) return tl::unexpected<Error>(clipId.error());
    if (!*clipId) return {};
    target = fmt::format("clip:{}", **clipId);
  } else if (to.contains("roll")) {
    auto rollId = findRollId(database, rollKeyFromJson(to));
    if (!rollId) return tl::unexpected<Error>(rollId.error());
    if (!*rollId) return {};
    target = fmt::format("roll:{}", **rollId);
  } else if (to.contains("format")) {
    auto id = ensureFormat(database, formatKeyFromJson(to.at("format")));
    if (!id) return tl::unexpected<Error>(id.error());
    target = fmt::format("format:{}", *id);
  } else {
    target = "project:" + to.at("project").get<std::string>();
  }
  const std::string look = body.at("look").get<std::string>();
  const std::int64_t version = body.value("version", std::int64_t{0});
  std::string previous;
  std::int64_t previousVersion = 0, previousHlc = 0;
  auto status = database.each(
      "SELECT look, version, hlc FROM look_assignment WHERE target = ?",
      [&](Statement& row) {
        previous = row.bytes(0);
        previousVersion = row.integer(1);
        previousHlc = row.integer(2);
      },
      target);
  if (!status || previousHlc >= event.hlc) return status;
  status = database.run(
      "INSERT INTO look_change(seq, target, look, version, previous, previous_version, hlc) VALUES(?, ?, ?, ?, ?, ?, "
      "?)",
      event.seq, target, look, version, previous, previousVersion, event.hlc);
  if (!status) return status;
  return database.run(
      "INSERT INTO look_assignment(target, look, version, hlc, seq) VALUES(?, ?, ?, ?, ?) ON CONFLICT(target) DO "
      "UPDATE "
      "SET look = excluded.look, version = excluded.version, hlc = excluded.hlc, seq = excluded.seq",
      target, look, version, event.hlc, event.seq);
}

Status applyRendered(Database& database, const Event& event, const Json& body) {
  const RenderFact fact = renderFromJson(body.at("render"));
  std::optional<std::int64_t> clipId;
  if (const auto clip = body.find("clip"); clip != body.end()) {
    auto found = findClipId(database, clipKeyFromJson(*clip));
    if (!found) return tl::unexpected<Error>(found.error());
    clipId = *found;
  }
  auto insert = database.prepare(
      "INSERT INTO render(seq, clip_id, clip_name, preset, path, chain, frames, seconds, error_mean, error_p999, "
      "error_max) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return tl::unexpected<Error>(insert.error());
  if (clipId) {
    return insert->run(event.seq, *clipId, fact.clipName, fact.preset, Blob{fact.path}, fact.chain, fact.frames,
                       fact.seconds, fact.errorMean, fact.errorP999, fact.errorMax);
  }
  return insert->run(event.seq, nullptr, fact.clipName, fact.preset, Blob{fact.path}, fact.chain, fact.frames,
                     fact.seconds, fact.errorMean, fact.errorP999, fact.errorMax);
}

using Apply = Status (*)(Database&, const Event&, const Json&);

const std::map<std::string, Apply>& appliers() {
  static const std::map<std::string, Apply> all{
      {kind::kOffloaded, applyOffloaded},       {kind::kClipsInspected, applyClipsInspected},
      {kind::kAnnotated, applyAnnotated},       {kind::kLookAdded, applyLookAdded},
      {kind::kLookAssigned, applyLookAssigned}, {kind::kRendered, applyRendered},
      {kind::kRollFound, applyOffloaded},       {kind::kCopyChecked, applyCopyChecked},
      {kind::kQcChecked, applyQcChecked},       {kind::kProjectSpecSet, applyProjectSpecSet},
      {kind::kDocumentSet, applyDocumentSet},   {kind::kFormatSet, applyFormatSet}};
  return all;
}

}  // namespace

Status applyEvent(Database& database, const Event& event) {
  const auto applier = appliers().find(event.kind);
  if (applier == appliers().end() || event.kindVersion != 1) return {};
  auto unreadable = [&](const char* why) {
    return fail(Errc::corrupt, fmt::format("event {} ({}) cannot be read: {}", event.seq, event.kind, why),
                database.path());
  };
  const Json body = Json::parse(event.body, nullptr, false);
  if (body.is_discarded()) return unreadable("its body is not JSON");
  try {
    return applier->second(database, event, body);
  } catch (const Json::exception& error) {
    return unreadable(error.what());
  }
}

Status replay(Database& source, Database& into) {
  // References between projections are whole again when all events are in.
  if (auto status = into.execute("PRAGMA defer_foreign_keys = ON"); !status) return status;
  for (const auto& table : projectionTables()) {
    if (auto status = into.execute(fmt::format("DELETE FROM {}", table.name)); !status) return status;
  }
  return eachEvent(source, [&](const Event& event) { return applyEvent(into, event); });
}

const std::vector<ProjectionTable>& projectionTables() {
  static const std::vector<ProjectionTable> all{
      {"roll", "*", "id"},
      {"offload", "*", "id"},
      {"offload_reason", "*", "offload_id, position"},
      {"offload_problem", "*", "offload_id, position"},
      {"copy", "*", "offload_id, position"},
      {"roll_reason", "*", "roll_id, position"},
      {"roll_problem", "*", "roll_id, position"},
      {"roll_copy", "*", "roll_id, position"},
      {"copy_check", "*", "id"},
      {"file", "*", "roll_id, position"},
      {"digest", "*", "roll_id, position, place"},
      {"clip", "*", "id"},
      {"clip_raw", "*", "clip_id"},
      {"camera_format", "*", "id"},
      {"format_setting", "*", "format_id, field"},
      {"project_spec", "*", "project"},
      {"document", "*", "kind, name"},
      {"annotation", "*", "clip_id, field"},
      {"annotation_change", "*", "seq"},
      {"clip_field", "*", "field, value, clip_id"},
      {"clip_text", "rowid, text", "rowid"},
      {"look", "*", "name, version"},
      {"look_assignment", "*", "target"},
      {"look_change", "*", "seq"},
      {"render", "*", "id"},
  };
  return all;
}

model::Clip decodeClip(const std::string& record, const std::string& name) {
  const Json json = Json::parse(record, nullptr, false);
  if (!json.is_discarded()) {
    if (auto clip = model::clipFromJson(json)) return std::move(*clip);
  }
  model::Clip clip;
  clip.name = name;
  clip.warnings.push_back({"record_unreadable", "The catalog's record of this clip cannot be read."});
  return clip;
}

std::map<std::string, std::string> rawFromText(const std::string& json) {
  std::map<std::string, std::string> all;
  const Json parsed = json.empty() ? Json() : Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return all;
  for (const auto& [key, value] : parsed.items())
    if (value.is_string()) all[key] = value.get<std::string>();
  return all;
}

Result<std::vector<AnnotationChange>> readHistory(Database& database, ClipId clip, const std::string& field) {
  auto station = database.text("SELECT id FROM station");
  if (!station) return tl::unexpected<Error>(station.error());
  std::vector<AnnotationChange> all;
  auto status = database.each(
      "SELECT field, value, previous, hlc FROM annotation_change WHERE clip_id = ? AND ? IN ('', field) ORDER BY seq",
      [&](Statement& row) {
        const auto at = std::chrono::system_clock::time_point(std::chrono::milliseconds(row.integer(3) >> 16));
        all.push_back({row.bytes(0), row.bytes(1), row.bytes(2), isoUtc(at), *station});
      },
      clip.value, field);
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

Status annotateFrom(Database& database, std::int64_t clipId, model::Clip& clip) {
  return database.each(
      "SELECT field, value FROM annotation WHERE clip_id = ? ORDER BY field",
      [&](Statement& row) { applyAnnotation(clip, row.bytes(0), row.bytes(1)); }, clipId);
}

Result<std::optional<std::int64_t>> findRollId(Database& database, const model::RollKey& key) {
  auto id = database.integer("SELECT id FROM roll WHERE project = ? AND day = ? AND name = ?", 0, key.project, key.day,
                             key.roll);
  if (!id) return tl::unexpected<Error>(id.error());
  return *id > 0 ? std::optional(*id) : std::nullopt;
}

Result<std::optional<std::int64_t>> findClipId(Database& database, const ClipKey& key) {
  auto id = database.integer(
      "SELECT c.id FROM clip c JOIN roll r ON r.id = c.roll_id WHERE r.project = ? AND r.day = ? AND r.name = ? AND "
      "c.name = ? AND c.occurrence = ?",
      0, key.roll.project, key.roll.day, key.roll.roll, key.name, key.occurrence);
  if (!id) return tl::unexpected<Error>(id.error());
  return *id > 0 ? std::optional(*id) : std::nullopt;
}

}  // namespace rollproof::catalog
