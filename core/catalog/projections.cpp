// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/projections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/catalog/annotations.h"
#include "core/catalog/clip_index.h"
#include "core/catalog/formats.h"
#include "core/catalog/schema.h"
#include "core/catalog/search.h"
#include "core/model/clip_json.h"

namespace rollproof::catalog {

namespace {

using Json = nlohmann::json;

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

// Of two words that lie apart, the later counts; of two at the same time, that of the greater writer, so that all
// stations settle it alike.
bool counts(const Event& event, std::int64_t standingHlc, const std::string& standingWriter) {
  return std::tie(event.projectedHlc, event.writer) > std::tie(standingHlc, standingWriter);
}

Status unknownTarget() { return fail(Errc::notFound, "what the event is about is not known here yet"); }
bool isUnknownTarget(const Status& status) { return !status && status.error().code == Errc::notFound; }

// The roll that the event's writer means by the name.
Result<std::optional<std::int64_t>> rollMeant(Database& database, const Event& event, const model::RollKey& key) {
  auto other =
      database.integer("SELECT count(*) FROM roll_conflict WHERE writer = ? AND project = ? AND day = ? AND name = ?",
                       0, event.writer, key.project, key.day, key.roll);
  if (!other) return tl::unexpected<Error>(other.error());
  if (*other > 0) return std::optional<std::int64_t>();
  return findRollId(database, key);
}

Result<std::optional<std::int64_t>> clipMeant(Database& database, const Event& event, const ClipKey& key) {
  auto roll = rollMeant(database, event, key.roll);
  if (!roll || !*roll) return roll;
  return findClipId(database, key);
}

// What is true of the roll from now on, as far as the event's writer knows. The verdict is the latest word of all; of
// copies each writer's latest stands.
Status putStanding(Database& database, std::int64_t rollId, const Event& event, const model::Verdict& verdict,
                   const std::vector<model::CopyReport>& copies, const std::vector<model::FileProblem>& problems,
                   const std::string& evidence, const std::string& finishedAt) {
  auto status = database.run("DELETE FROM roll_copy WHERE roll_id = ? AND writer = ?", rollId, event.writer);
  std::int64_t position = 0;
  for (const auto& copy : copies) {
    if (!status) return status;
    status = database.run(
        "INSERT INTO roll_copy(roll_id, writer, position, hlc, root, volume_label, device_id, device_text, state, "
        "files_verified, files_failed, bytes, manifest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rollId, event.writer, position++, event.projectedHlc, Blob{copy.root}, copy.volumeLabel, copy.deviceId,
        copy.deviceText, name(copy.state), copy.filesVerified, copy.filesFailed, copy.bytes, Blob{copy.manifest});
  }
  std::int64_t standingHlc = 0;
  std::string standingWriter;
  if (status) {
    status = database.each(
        "SELECT standing_hlc, standing_writer FROM roll WHERE id = ?",
        [&](Statement& row) {
          standingHlc = row.integer(0);
          standingWriter = row.bytes(1);
        },
        rollId);
  }
  if (!status || !counts(event, standingHlc, standingWriter)) return status;
  for (const char* table : {"roll_reason", "roll_problem"}) {
    auto cleared = database.run(fmt::format("DELETE FROM {} WHERE roll_id = ?", table), rollId);
    if (!cleared) return cleared;
  }
  status = database.run(
      "UPDATE roll SET safe = ?, evidence = ?, standing_hlc = ?, standing_writer = ?, finished_at = coalesce(nullif(?, "
      "''), finished_at) WHERE id = ?",
      verdict.kind == model::VerdictKind::safe ? 1 : 0, evidence, event.projectedHlc, event.writer, finishedAt, rollId);
  position = 0;
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
  return status;
}

// The roll that is known under the name holds none of what this one holds: two cards were given one name.
Result<bool> isOtherRoll(Database& database, std::int64_t rollId, const Event& event, const OffloadFact& fact) {
  auto own = database.integer("SELECT count(*) FROM offload WHERE roll_id = ? AND writer = ?", 0, rollId, event.writer);
  if (!own) return tl::unexpected<Error>(own.error());
  auto print = database.text("SELECT fingerprint FROM roll WHERE id = ?", rollId);
  if (!print) return tl::unexpected<Error>(print.error());
  auto files = database.integer("SELECT count(*) FROM file WHERE roll_id = ?", 0, rollId);
  if (!files) return tl::unexpected<Error>(files.error());
  // One's own rolls are told apart before they are copied.
  if (*own > 0 || *print == fact.inventoryFingerprint || *files == 0 || fact.records.empty()) return false;
  auto same = database.prepare(
      "SELECT count(*) FROM file f JOIN digest d ON d.roll_id = f.roll_id AND d.position = f.position WHERE f.roll_id "
      "= ? AND f.path = ? AND f.bytes = ? AND d.format = ? AND d.text = ?");
  if (!same) return tl::unexpected<Error>(same.error());
  for (const auto& record : fact.records) {
    for (const auto& digest : record.digests) {
      same->start(rollId, Blob{record.path}, record.bytes, name(digest.format), digest.text);
      auto row = same->step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (*row && same->integer(0) > 0) return false;
    }
  }
  return true;
}

Status applyOffloaded(Database& database, const Placed& at, const Json& body) {
  const Event& event = at.event;
  const OffloadFact fact = offloadFromJson(body);
  const int safe = fact.verdict.kind == model::VerdictKind::safe ? 1 : 0;
  auto offloadId = database.integer("SELECT max(id) + 1 FROM offload", 1);
  if (!offloadId) return tl::unexpected<Error>(offloadId.error());
  auto known = findRollId(database, fact.key);
  if (!known) return tl::unexpected<Error>(known.error());
  if (*known) {
    auto other = isOtherRoll(database, **known, event, fact);
    if (!other) return tl::unexpected<Error>(other.error());
    if (*other) {
      return database.run(
          "INSERT INTO roll_conflict(writer, project, day, name, position) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO "
          "NOTHING",
          event.writer, fact.key.project, fact.key.day, fact.key.roll, at.position);
    }
  }
  auto status = database.run(
      "INSERT INTO roll(project, day, name, family, camera, fingerprint, files, bytes, safe, finished_at, offload_id) "
      "VALUES(?, ?, ?, '', '', '', 0, 0, 0, ?, ?) ON CONFLICT(project, day, name) DO NOTHING",
      fact.key.project, fact.key.day, fact.key.roll, fact.finishedAt, *offloadId);
  if (!status) return status;
  auto rollId = findRollId(database, fact.key);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return fail(Errc::corrupt, "a roll that was just written is not there");
  std::int64_t cardHlc = 0, standingHlc = 0;
  std::string cardWriter, standingWriter;
  status = database.each(
      "SELECT card_hlc, card_writer, standing_hlc, standing_writer FROM roll WHERE id = ?",
      [&](Statement& row) {
        cardHlc = row.integer(0);
        cardWriter = row.bytes(1);
        standingHlc = row.integer(2);
        standingWriter = row.bytes(3);
      },
      **rollId);
  // A copy of a copy says nothing new about the card.
  const bool keepsCard = !fact.copiedFrom.empty() && known->has_value();
  const bool tellsCard = !keepsCard && counts(event, cardHlc, cardWriter);
  if (status && tellsCard) {
    status = database.run(
        "UPDATE roll SET family = ?, camera = ?, fingerprint = ?, files = ?, bytes = ?, source = ?, card_id = ?, "
        "card_hlc = ?, card_writer = ? WHERE id = ?",
        fact.family, fact.camera, fact.inventoryFingerprint, fact.files, fact.bytes, Blob{fact.source}, fact.cardId,
        event.projectedHlc, event.writer, **rollId);
  }
  if (status && counts(event, standingHlc, standingWriter))
    status = database.run("UPDATE roll SET offload_id = ? WHERE id = ?", *offloadId, **rollId);
  if (!status) return status;
  status = database.run(
      "INSERT INTO offload(id, seq, roll_id, source, fingerprint, files, bytes, safe, source_reread, started_at, "
      "finished_at, writer) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      *offloadId, at.position, **rollId, Blob{fact.source}, fact.inventoryFingerprint, fact.files, fact.bytes, safe,
      fact.sourceRereadDone ? 1 : 0, fact.startedAt, fact.finishedAt, event.writer);
  if (status) status = putOffloadDetails(database, *offloadId, fact);
  if (status && tellsCard) status = putFiles(database, **rollId, fact.records);
  if (status)
    status = putStanding(database, **rollId, event, fact.verdict, fact.copies, fact.problems, fact.evidence,
                         fact.finishedAt);
  if (status) status = indexRoll(database, **rollId);
  return status;
}

Status applyCopyChecked(Database& database, const Placed& at, const Json& body) {
  const CheckFact fact = checkFromJson(body);
  auto rollId = rollMeant(database, at.event, fact.key);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return unknownTarget();
  auto status = database.run(
      "INSERT INTO copy_check(seq, roll_id, root, result, verified, missing, altered, unreadable, checked_at, writer) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      at.position, **rollId, Blob{fact.root}, fact.result, fact.verified, fact.missing, fact.altered, fact.unreadable,
      fact.checkedAt, at.event.writer);
  if (status)
    status = putStanding(database, **rollId, at.event, fact.verdict, fact.copies, fact.problems, fact.evidence, "");
  if (status) status = indexRoll(database, **rollId);
  return status;
}

Status applyClipsInspected(Database& database, const Placed& at, const Json& body) {
  auto rollId = rollMeant(database, at.event, rollKeyFromJson(body.at("roll")));
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return unknownTarget();
  std::int64_t readHlc = 0;
  std::string reader;
  auto read = database.each(
      "SELECT clips_hlc, clips_writer FROM roll WHERE id = ?",
      [&](Statement& row) {
        readHlc = row.integer(0);
        reader = row.bytes(1);
      },
      **rollId);
  if (!read || !counts(at.event, readHlc, reader)) return read;
  read = database.run("UPDATE roll SET clips_hlc = ?, clips_writer = ? WHERE id = ?", at.event.projectedHlc,
                      at.event.writer, **rollId);
  if (read) read = database.run("UPDATE clip SET present = 0 WHERE roll_id = ?", **rollId);
  if (!read) return read;
  auto put = database.prepare(
      "INSERT INTO clip(roll_id, name, occurrence, position, present, record_seq, record) VALUES(?, ?, ?, ?, 1, ?, ?) "
      "ON CONFLICT(roll_id, name, occurrence) DO UPDATE SET position = excluded.position, present = 1, "
      "record_seq = excluded.record_seq, record = excluded.record, qc = iif((qc_hlc, qc_writer) > (?, ?), qc, '')");
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
                           position++, at.position, *record, at.event.projectedHlc, at.event.writer);
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

Status applyAnnotated(Database& database, const Placed& at, const Json& body) {
  auto clipId = clipMeant(database, at.event, clipKeyFromJson(body.at("clip")));
  if (!clipId) return tl::unexpected<Error>(clipId.error());
  if (!*clipId) return unknownTarget();
  const auto field = body.at("field").get<std::string>(), value = body.at("value").get<std::string>();
  auto status =
      database.run("INSERT INTO annotation_change(seq, clip_id, field, value, hlc, writer) VALUES(?, ?, ?, ?, ?, ?)",
                   at.position, **clipId, field, value, at.event.projectedHlc, at.event.writer);
  if (!status) return status;
  // An empty value stays as a row: taking an annotation back is a later word than the one it takes back.
  status = database.run(
      "INSERT INTO annotation(clip_id, field, value, hlc, seq, writer) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(clip_id, "
      "field) DO UPDATE SET value = excluded.value, hlc = excluded.hlc, seq = excluded.seq, writer = excluded.writer "
      "WHERE (excluded.hlc, excluded.writer) > (annotation.hlc, annotation.writer)",
      **clipId, field, value, at.event.projectedHlc, at.position, at.event.writer);
  if (!status) return status;
  return indexOne(database, **clipId);
}

Status applyQcChecked(Database& database, const Placed& at, const Json& body) {
  const model::RollKey roll = rollKeyFromJson(body.at("roll"));
  auto rollId = rollMeant(database, at.event, roll);
  if (!rollId) return tl::unexpected<Error>(rollId.error());
  if (!*rollId) return unknownTarget();
  auto put = database.prepare("UPDATE clip SET qc = ?, qc_hlc = ?, qc_writer = ? WHERE id = ?");
  // Findings of before the clips were read anew, or before what was found since, are late.
  auto late = database.prepare(
      "SELECT count(*) FROM clip c JOIN roll r ON r.id = c.roll_id WHERE c.id = ?1 AND ((c.qc_hlc, c.qc_writer) >= "
      "(?2, ?3) OR (r.clips_hlc, r.clips_writer) > (?2, ?3))");
  if (!late) return tl::unexpected<Error>(late.error());
  auto clear = database.prepare("DELETE FROM clip_field WHERE field = 'qc' AND clip_id = ?");
  auto insert = database.prepare(
      "INSERT INTO clip_field(clip_id, field, value) SELECT id, 'qc', ? FROM clip WHERE id = ? AND present = 1");
  if (!put) return tl::unexpected<Error>(put.error());
  if (!clear) return tl::unexpected<Error>(clear.error());
  if (!insert) return tl::unexpected<Error>(insert.error());
  std::vector<std::int64_t> clips;
  for (const auto& entry : body.at("clips")) {
    auto clipId =
        findClipId(database, {roll, entry.at("name").get<std::string>(), entry.at("occurrence").get<std::int64_t>()});
    if (!clipId) return tl::unexpected<Error>(clipId.error());
    if (!*clipId) return unknownTarget();
    clips.push_back(**clipId);
  }
  std::size_t index = 0;
  for (const auto& entry : body.at("clips")) {
    const std::int64_t clipId = clips[index++];
    late->start(clipId, at.event.projectedHlc, at.event.writer);
    auto row = late->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (*row && late->integer(0) > 0) continue;
    auto text = canonicalText(entry.at("findings"));
    if (!text) return tl::unexpected<Error>(text.error());
    auto status = put->run(*text, at.event.projectedHlc, at.event.writer, clipId);
    if (status) status = clear->run(clipId);
    for (const auto& value : qcValues(findingsFromJson(entry.at("findings")))) {
      if (status) status = insert->run(value, clipId);
    }
    if (!status) return status;
  }
  return {};
}

Status applyProjectSpecSet(Database& database, const Placed& at, const Json& body) {
  auto spec = canonicalText(body.at("spec"));
  if (!spec) return tl::unexpected<Error>(spec.error());
  return database.run(
      "INSERT INTO project_spec(project, spec, hlc, seq, writer) VALUES(?, ?, ?, ?, ?) ON CONFLICT(project) DO UPDATE "
      "SET spec = excluded.spec, hlc = excluded.hlc, seq = excluded.seq, writer = excluded.writer WHERE (excluded.hlc, "
      "excluded.writer) > (project_spec.hlc, project_spec.writer)",
      body.at("project").get<std::string>(), *spec, at.event.projectedHlc, at.position, at.event.writer);
}

Status applyDocumentSet(Database& database, const Placed& at, const Json& body) {
  std::string text;
  if (const Json& document = body.at("body"); !document.is_null()) {
    auto canonical = canonicalText(document);
    if (!canonical) return tl::unexpected<Error>(canonical.error());
    text = std::move(*canonical);
  }
  return database.run(
      "INSERT INTO document(kind, name, body, hlc, seq, writer) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(kind, name) DO "
      "UPDATE SET body = excluded.body, hlc = excluded.hlc, seq = excluded.seq, writer = excluded.writer WHERE "
      "(excluded.hlc, excluded.writer) > (document.hlc, document.writer)",
      body.at("kind").get<std::string>(), body.at("name").get<std::string>(), text, at.event.projectedHlc, at.position,
      at.event.writer);
}

// A format that no clip here has yet is made: the card may come later.
Status applyFormatSet(Database& database, const Placed& at, const Json& body) {
  auto id = ensureFormat(database, formatKeyFromJson(body.at("format")));
  if (!id) return tl::unexpected<Error>(id.error());
  const auto field = body.at("field").get<std::string>();
  auto status = database.run(
      "INSERT INTO format_setting(format_id, field, value, hlc, seq, writer) VALUES(?, ?, ?, ?, ?, ?) ON "
      "CONFLICT(format_id, field) DO UPDATE SET value = excluded.value, hlc = excluded.hlc, seq = excluded.seq, writer "
      "= excluded.writer WHERE (excluded.hlc, excluded.writer) > (format_setting.hlc, format_setting.writer)",
      *id, field, body.at("value").get<std::string>(), at.event.projectedHlc, at.position, at.event.writer);
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

Status applyLookAdded(Database& database, const Placed& at, const Json& body) {
  const model::Look look = lookFromJson(body);
  auto text = canonicalText(body);
  if (!text) return tl::unexpected<Error>(text.error());
  // Versions are numbered by time: one that another station made earlier moves those after it on by one, and with them
  // whoever was given one of these.
  auto version = database.integer("SELECT count(*) + 1 FROM look WHERE name = ? AND (hlc, writer) < (?, ?)", 1,
                                  look.name, at.event.projectedHlc, at.event.writer);
  if (!version) return tl::unexpected<Error>(version.error());
  auto status =
      database.run("UPDATE look SET version = -version - 1 WHERE name = ? AND version >= ?", look.name, *version);
  if (status) status = database.run("UPDATE look SET version = -version WHERE name = ? AND version < 0", look.name);
  for (const char* table : {"look_assignment", "look_change"}) {
    if (!status) return status;
    status = database.run(
        fmt::format("UPDATE {} SET version = version + 1 WHERE look = ? AND version > 0 AND version >= ?", table),
        look.name, *version);
  }
  if (!status) return status;
  return database.run("INSERT INTO look(name, version, seq, body, hlc, writer) VALUES(?, ?, ?, ?, ?, ?)", look.name,
                      *version, at.position, *text, at.event.projectedHlc, at.event.writer);
}

Status applyLookAssigned(Database& database, const Placed& at, const Json& body) {
  const Json& to = body.at("target");
  std::string target;
  if (to.contains("clip")) {
    auto clipId = clipMeant(database, at.event, clipKeyFromJson(to));
    if (!clipId) return tl::unexpected<Error>(clipId.error());
    if (!*clipId) return unknownTarget();
    target = fmt::format("clip:{}", **clipId);
  } else if (to.contains("roll")) {
    auto rollId = rollMeant(database, at.event, rollKeyFromJson(to));
    if (!rollId) return tl::unexpected<Error>(rollId.error());
    if (!*rollId) return unknownTarget();
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
  auto status =
      database.run("INSERT INTO look_change(seq, target, look, version, hlc, writer) VALUES(?, ?, ?, ?, ?, ?)",
                   at.position, target, look, version, at.event.projectedHlc, at.event.writer);
  if (!status) return status;
  return database.run(
      "INSERT INTO look_assignment(target, look, version, hlc, seq, writer) VALUES(?, ?, ?, ?, ?, ?) ON "
      "CONFLICT(target) DO UPDATE SET look = excluded.look, version = excluded.version, hlc = excluded.hlc, seq = "
      "excluded.seq, writer = excluded.writer WHERE (excluded.hlc, excluded.writer) > (look_assignment.hlc, "
      "look_assignment.writer)",
      target, look, version, at.event.projectedHlc, at.position, at.event.writer);
}

Status applyRendered(Database& database, const Placed& at, const Json& body) {
  const RenderFact fact = renderFromJson(body.at("render"));
  std::optional<std::int64_t> clipId;
  if (const auto clip = body.find("clip"); clip != body.end()) {
    auto found = clipMeant(database, at.event, clipKeyFromJson(*clip));
    if (!found) return tl::unexpected<Error>(found.error());
    clipId = *found;
  }
  auto insert = database.prepare(
      "INSERT INTO render(seq, writer, clip_id, clip_name, preset, path, chain, frames, seconds, error_mean, "
      "error_p999, error_max) VALUES(?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return tl::unexpected<Error>(insert.error());
  return insert->run(at.position, at.event.writer, clipId.value_or(0), fact.clipName, fact.preset, Blob{fact.path},
                     fact.chain, fact.frames, fact.seconds, fact.errorMean, fact.errorP999, fact.errorMax);
}

Status applyFact(Database& database, const Placed& at, const Json& body) {
  const Json& about = body.at("about");
  auto text = canonicalText(body.at("fact"));
  if (!text) return tl::unexpected<Error>(text.error());
  return database.run(
      "INSERT INTO fact(position, writer, seq, hlc, kind, project, day, roll, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      at.position, at.event.writer, at.event.seq, at.event.projectedHlc, at.event.kind,
      about.at("project").get<std::string>(), about.at("day").get<std::string>(), about.at("roll").get<std::string>(),
      *text);
}

// A fact is never changed; that it was wrong is another event. Of other stations' facts each may say so too.
Status applyRetracted(Database& database, const Placed&, const Json& body) {
  auto known = database.integer("SELECT position FROM fact WHERE writer = ? AND seq = ?", 0,
                                body.at("writer").get<std::string>(), body.at("seq").get<std::int64_t>());
  if (!known) return tl::unexpected<Error>(known.error());
  if (*known == 0) return unknownTarget();
  return database.run("UPDATE fact SET retracted = 1 WHERE position = ?", *known);
}

using Apply = Status (*)(Database&, const Placed&, const Json&);

const std::map<std::string, Apply>& appliers() {
  static const std::map<std::string, Apply> all{{kind::kOffloaded, applyOffloaded},
                                                {kind::kClipsInspected, applyClipsInspected},
                                                {kind::kAnnotated, applyAnnotated},
                                                {kind::kLookAdded, applyLookAdded},
                                                {kind::kLookAssigned, applyLookAssigned},
                                                {kind::kRendered, applyRendered},
                                                {kind::kRollFound, applyOffloaded},
                                                {kind::kCopyChecked, applyCopyChecked},
                                                {kind::kQcChecked, applyQcChecked},
                                                {kind::kProjectSpecSet, applyProjectSpecSet},
                                                {kind::kDocumentSet, applyDocumentSet},
                                                {kind::kFormatSet, applyFormatSet},
                                                {kind::kUploaded, applyFact},
                                                {kind::kLanded, applyFact},
                                                {kind::kSignedOff, applyFact},
                                                {kind::kRecipeStep, applyFact},
                                                {kind::kStationContinued, applyFact},
                                                {kind::kRetracted, applyRetracted}};
  return all;
}

// What became of one event.
struct Attempt {
  Status status;
  bool unreadable = false;  // its body is not what its kind asks for; nothing of it is in the tables
};

Attempt applyOne(Database& database, const Placed& at) {
  const Event& event = at.event;
  const auto applier = appliers().find(event.kind);
  if (applier == appliers().end() || event.kindVersion != 1) return {};
  std::string why = "its body is not JSON";
  auto status = database.execute("SAVEPOINT one_event");
  if (!status) return {status};
  const Json body = Json::parse(event.body, nullptr, false);
  bool readable = !body.is_discarded();
  try {
    if (readable) status = applier->second(database, at, body);
  } catch (const Json::exception& error) {
    readable = false;
    why = error.what();
  }
  if (!readable) status = database.execute("ROLLBACK TO one_event");
  if (auto released = database.execute("RELEASE one_event"); status && !released) status = released;
  if (readable || !status) return {status};
  return {
      fail(Errc::corrupt, fmt::format("event {} ({}) cannot be read: {}", event.seq, event.kind, why), database.path()),
      true};
}

// What waited for a roll or clip is tried again, in order, when one has come. One that turns out unreadable stays out
// of the tables: it says nothing against what came now.
Status applyWaiting(Database& database, Database& logs) {
  std::vector<std::int64_t> waiting;
  auto status = database.each("SELECT position FROM waiting_event ORDER BY position",
                              [&](Statement& row) { waiting.push_back(row.integer(0)); });
  for (const std::int64_t position : waiting) {
    if (!status) return status;
    auto placed = placedAt(logs, position);
    if (!placed) return tl::unexpected<Error>(placed.error());
    if (!*placed) continue;
    const Attempt attempt = applyOne(database, **placed);
    if (isUnknownTarget(attempt.status)) continue;
    status = attempt.unreadable ? Status() : attempt.status;
    if (status) status = database.run("DELETE FROM waiting_event WHERE position = ?", position);
  }
  return status;
}

Status settle(Database& database, const Placed& at, Database& logs, const Attempt& attempt) {
  if (isUnknownTarget(attempt.status))
    return database.run("INSERT INTO waiting_event(position) VALUES(?)", at.position);
  const std::string& what = at.event.kind;
  const bool brings = what == kind::kOffloaded || what == kind::kRollFound || what == kind::kClipsInspected ||
                      what == kind::kUploaded || what == kind::kLanded || what == kind::kSignedOff;
  return attempt.status && brings ? applyWaiting(database, logs) : attempt.status;
}

}  // namespace

Status applyEvent(Database& database, const Placed& at, Database& logs) {
  return settle(database, at, logs, applyOne(database, at));
}

Status applyOthersEvent(Database& database, const Placed& at, Database& logs) {
  const Attempt attempt = applyOne(database, at);
  return attempt.unreadable ? Status() : settle(database, at, logs, attempt);
}

Result<std::unique_ptr<Database>> openCatalogFile(const std::string& path) {
  // What older events say of newer tables is in the log.
  return openMigrated(path::absolute(path), shippedMigrations(),
                      [](Database& migrated) { return replay(migrated, migrated); });
}

Status replay(Database& source, Database& into) {
  // References between projections are whole again when all events are in.
  if (auto status = into.execute("PRAGMA defer_foreign_keys = ON"); !status) return status;
  for (const auto& table : projectionTables()) {
    if (auto status = into.execute(fmt::format("DELETE FROM {}", table.name)); !status) return status;
  }
  auto station = storedStation(source);
  if (!station) return tl::unexpected<Error>(station.error());
  return eachPlaced(source, [&](const Placed& at) -> Status {
    return at.event.writer == *station ? applyEvent(into, at, source) : applyOthersEvent(into, at, source);
  });
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
      {"roll_copy", "*", "roll_id, writer, position"},
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
      {"fact", "*", "position"},
      {"roll_conflict", "*", "writer, project, day, name"},
      {"waiting_event", "*", "position"},
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
  std::vector<AnnotationChange> all;
  auto status = database.each(
      "SELECT field, value, coalesce(lag(value) OVER (PARTITION BY field ORDER BY hlc, writer, seq), ''), hlc, writer "
      "FROM annotation_change WHERE clip_id = ? AND ? IN ('', field) ORDER BY hlc, writer, seq",
      [&](Statement& row) {
        const auto at = std::chrono::system_clock::time_point(std::chrono::milliseconds(row.integer(3) >> 16));
        all.push_back({row.bytes(0), row.bytes(1), row.bytes(2), isoUtc(at), row.bytes(4)});
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
