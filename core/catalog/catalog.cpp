// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/catalog.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <unordered_map>

#include "core/base/path.h"
#include "core/catalog/annotations.h"
#include "core/catalog/check.h"
#include "core/catalog/database.h"
#include "core/catalog/event_body.h"
#include "core/catalog/event_log.h"
#include "core/catalog/facts.h"
#include "core/catalog/formats.h"
#include "core/catalog/looks.h"
#include "core/catalog/projections.h"
#include "core/catalog/schema.h"
#include "core/catalog/search.h"
#include "core/model/clip_json.h"

namespace rollproof::catalog {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> pass(const Error& error) { return tl::unexpected<Error>(error); }

std::optional<std::int64_t> parseId(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

constexpr const char* kRollColumns =
    "SELECT r.id, r.project, r.day, r.name, r.family, r.camera, r.fingerprint, r.files, r.bytes, r.safe, "
    "r.finished_at, "
    "r.source, (SELECT count(*) FROM clip c WHERE c.roll_id = r.id AND c.present = 1), r.card_id, r.evidence "
    "FROM roll r ";

// Looks by name: the clip's own, else its roll's, its camera format's, its project's; "" as an assignment means none of
// its own.
constexpr const char* kClipColumns =
    "SELECT c.id, c.roll_id, c.name, c.record_seq, r.project, r.day, r.name, r.safe, "
    "coalesce(nullif((SELECT look FROM look_assignment WHERE target = 'clip:' || c.id), ''), "
    "nullif((SELECT look FROM look_assignment WHERE target = 'roll:' || r.id), ''), "
    "nullif((SELECT look FROM look_assignment WHERE target = 'format:' || c.format_id), ''), "
    "(SELECT look FROM look_assignment WHERE target = 'project:' || r.project), ''), c.format_id, c.qc "
    "FROM clip c JOIN roll r ON r.id = c.roll_id WHERE c.present = 1 ";
constexpr const char* kClipOrder = " ORDER BY r.project, r.day, r.name, c.position, c.id";

class SqliteCatalog final : public Catalog {
 public:
  SqliteCatalog(std::unique_ptr<Database> database, const Clock& clock)
      : m_database(std::move(database)), m_clock(clock) {}

  Result<RollId> recordOffload(const OffloadFact& fact) override { return recordOffload(fact, {}); }

  Result<RollId> recordOffload(OffloadFact fact, const ConcludeOffload& conclude) override {
    return recordRoll(kind::kOffloaded, std::move(fact), conclude);
  }

  Result<RollId> recordFound(OffloadFact fact, const ConcludeOffload& conclude) override {
    return recordRoll(kind::kRollFound, std::move(fact), conclude);
  }

  Result<RollId> recordCheck(CheckFact fact, const ConcludeCheck& conclude) override {
    return guarded([&]() -> Result<RollId> {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto standing = standingOf(fact.key);
      if (!standing) return pass(standing.error());
      if (!*standing) return fail(Errc::notFound, "there is no such roll in the catalog", asText(fact.key.roll));
      if (conclude) conclude(**standing, fact);
      if (auto status = recordIn(*transaction, kind::kCopyChecked, toJson(fact)); !status) return pass(status.error());
      return (*standing)->id;
    });
  }

  Status recordClips(RollId roll, const std::vector<model::Clip>& clips) override {
    return guarded([&]() -> Status {
      auto key = rollKey(roll);
      if (!key) return pass(key.error());
      Json entries = Json::array();
      for (const auto& [index, occurrence] : numbered(clips)) {
        const auto& clip = clips[index];
        Json written(model::toJson(clip));
        written.erase("qc");  // judged against the project, by an event of its own
        entries.push_back({{"name", asText(clip.name)}, {"occurrence", occurrence}, {"record", std::move(written)}});
        if (clip.raw.empty()) continue;
        Json& raw = entries.back()["raw"] = Json::object();
        for (const auto& [what, value] : clip.raw) raw[asText(what)] = asText(value);
      }
      return record(kind::kClipsInspected, {{"roll", toJson(*key)}, {"clips", std::move(entries)}});
    });
  }

  Status recordQc(RollId roll, const Findings& findings) override {
    return guarded([&]() -> Status {
      auto key = rollKey(roll);
      if (!key) return pass(key.error());
      Json entries = Json::array();
      for (const auto& [id, found] : findings) {
        auto clip = clipKey(id);
        if (!clip) return pass(clip.error());
        entries.push_back({{"name", clip->name}, {"occurrence", clip->occurrence}, {"findings", toJson(found)}});
      }
      return record(kind::kQcChecked, {{"roll", toJson(*key)}, {"clips", std::move(entries)}});
    });
  }

  Status recordRender(const RenderFact& fact) override {
    return guarded([&]() -> Status {
      Json body{{"render", toJson(fact)}};
      if (fact.clip.value != 0) {
        auto key = clipKey(fact.clip);
        if (!key) return pass(key.error());
        body["clip"] = toJson(*key);
      }
      return record(kind::kRendered, body);
    });
  }

  Status recordThumbnail(ClipId clip, const std::string& jpeg) override {
    return guarded([&]() -> Status {
      auto known = clipKey(clip);
      if (!known) return pass(known.error());
      return m_database->run(
          "INSERT INTO thumbnail(clip_id, jpeg) VALUES(?, ?) ON CONFLICT(clip_id) DO UPDATE SET jpeg = excluded.jpeg",
          clip.value, Blob{jpeg});
    });
  }

  Status annotate(ClipId clip, const std::string& field, const std::string& value) override {
    return annotateAll({{clip, field, value}});
  }

  Status annotateAll(const std::vector<Annotation>& annotations) override {
    return guarded([&]() -> Status {
      std::vector<Json> bodies;
      for (const auto& one : annotations) {
        auto kept = annotatedField(one.field);
        if (!kept) return pass(kept.error());
        auto key = clipKey(one.clip);
        if (!key) return pass(key.error());
        auto row = first(clipsWhere("AND c.id = CAST(? AS INTEGER)", {std::to_string(one.clip.value)}));
        if (!row) return pass(row.error());
        // A clip that its roll no longer holds can still be talked about.
        auto checked = checkedAnnotation(*kept, one.value, *row ? (*row)->clip : model::Clip{});
        if (!checked) return pass(checked.error());
        bodies.push_back({{"clip", toJson(*key)}, {"field", *kept}, {"value", *checked}});
      }
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      for (const auto& body : bodies)
        if (auto status = append(kind::kAnnotated, body); !status) return status;
      return transaction->commit();
    });
  }

  Result<std::vector<AnnotationChange>> history(ClipId clip, const std::string& field) override {
    return guarded([&]() -> Result<std::vector<AnnotationChange>> {
      auto kept = field.empty() ? Result<std::string>(field) : annotatedField(field);
      if (!kept) return pass(kept.error());
      return readHistory(*m_database, clip, *kept);
    });
  }

  Status setFormat(FormatId format, const std::string& field, const std::string& value) override {
    if (field == "look") return assignLook(value, fmt::format("format:{}", format.value), 0);
    return guarded([&]() -> Status {
      if (auto status = checkFormatSetting(field, value); !status) return status;
      auto key = formatKey(*m_database, format);
      if (!key) return pass(key.error());
      return record(kind::kFormatSet, {{"format", toJson(*key)}, {"field", field}, {"value", value}});
    });
  }

  Result<std::vector<FormatRow>> formats(const std::string& project) override {
    return guarded([&]() -> Result<std::vector<FormatRow>> { return readFormats(*m_database, asText(project)); });
  }

  Status setProjectSpec(const std::string& project, const std::string& json) override {
    return guarded([&]() -> Status {
      if (project.empty()) return fail(Errc::usage, "the project needs a name");
      return record(kind::kProjectSpecSet, {{"project", asText(project)}, {"spec", Json::parse(json)}});
    });
  }

  Result<std::string> projectSpec(const std::string& project) override {
    return guarded([&]() -> Result<std::string> {
      return m_database->text("SELECT spec FROM project_spec WHERE project = ?", asText(project));
    });
  }

  Status setDocument(const std::string& kind, const std::string& name, const std::string& json) override {
    return guarded([&]() -> Status {
      if (kind.empty() || name.empty()) return fail(Errc::usage, "a document needs a kind and a name");
      Json body = nullptr;
      if (!json.empty()) {
        body = Json::parse(json, nullptr, false);
        if (!body.is_object()) return fail(Errc::usage, "a document must be a JSON object", name);
      }
      return record(kind::kDocumentSet, {{"kind", asText(kind)}, {"name", asText(name)}, {"body", std::move(body)}});
    });
  }

  Result<std::vector<Document>> documents(const std::string& kind) override {
    return guarded([&]() -> Result<std::vector<Document>> {
      std::vector<Document> all;
      auto status = m_database->each(
          "SELECT name, body FROM document WHERE kind = ? AND body <> '' ORDER BY name",
          [&](Statement& row) {
            all.push_back({row.bytes(0), row.bytes(1)});
          },
          asText(kind));
      if (!status) return pass(status.error());
      return all;
    });
  }

  Result<std::string> document(const std::string& kind, const std::string& name) override {
    return guarded([&]() -> Result<std::string> {
      return m_database->text("SELECT body FROM document WHERE kind = ? AND name = ?", asText(kind), asText(name));
    });
  }

  Status recordFact(const std::string& kind, const model::RollKey& about, const std::string& json) override {
    return guarded([&]() -> Status {
      if (!isFactKind(kind)) return fail(Errc::usage, "the catalog keeps no such facts", kind);
      Json body = Json::parse(json, nullptr, false);
      if (!body.is_object()) return fail(Errc::usage, "a fact must be a JSON object", kind);
      return record(kind.c_str(), {{"about", toJson(about)}, {"fact", std::move(body)}});
    });
  }

  Result<std::vector<Fact>> facts(const std::string& kind, const model::RollKey& about) override {
    return guarded([&]() -> Result<std::vector<Fact>> { return readFacts(*m_database, kind, about); });
  }

  Status retract(const Fact& fact, const std::string& why) override {
    return guarded([&]() -> Status {
      return record(kind::kRetracted, {{"writer", fact.station}, {"seq", fact.seq}, {"why", asText(why)}});
    });
  }

  Status addLook(const model::Look& look) override {
    return guarded([&]() -> Status {
      if (look.name.empty()) return fail(Errc::usage, "a look needs a name");
      return record(kind::kLookAdded, toJson(look));
    });
  }

  Status assignLook(const std::string& lookName, const std::string& target, std::int64_t version) override {
    return guarded([&]() -> Status {
      auto to = lookTarget(target);
      if (!to) return pass(to.error());
      if (!lookName.empty()) {
        if (auto known = checkLook(*m_database, lookName, version); !known) return known;
      }
      Json body{{"look", lookName}, {"target", *to}};
      if (version > 0 && !lookName.empty()) body["version"] = version;
      return record(kind::kLookAssigned, body);
    });
  }

  Result<std::vector<RollRow>> rolls() override { return rollsWhere("ORDER BY r.finished_at DESC, r.id DESC"); }

  Result<std::optional<RollRow>> roll(RollId id) override { return first(rollsWhere("WHERE r.id = ?", id.value)); }

  Result<std::optional<RollRow>> findRoll(const model::RollKey& key) override {
    return first(rollsWhere("WHERE r.project = ? AND r.day = ? AND r.name = ?", asText(key.project), asText(key.day),
                            asText(key.roll)));
  }

  Result<std::vector<RollRow>> rollsWithFingerprint(const std::string& fingerprint) override {
    return rollsWhere("WHERE r.fingerprint = ? ORDER BY r.finished_at DESC, r.id DESC", fingerprint);
  }

  Result<std::vector<ClipRow>> clips(const std::string& text) override {
    return guarded([&]() -> Result<std::vector<ClipRow>> {
      auto query = parseQuery(text);
      if (!query) return pass(query.error());
      std::string where;
      std::vector<std::string> values;
      if (!query->fullText.empty()) {
        where += "AND c.id IN (SELECT rowid FROM clip_text WHERE clip_text MATCH ?) ";
        values.push_back(query->fullText);
      }
      for (const auto& filter : query->filters) {
        const bool absent = filter.match == FieldFilter::Match::absent;
        where += fmt::format("AND c.id {}IN (SELECT clip_id FROM clip_field WHERE field = ?", absent ? "NOT " : "");
        values.push_back(filter.field);
        if (const auto condition = conditionOf(filter); !condition.sql.empty()) {
          where += " AND " + condition.sql;
          values.insert(values.end(), condition.values.begin(), condition.values.end());
        }
        where += ") ";
      }
      return clipsWhere(where, values);
    });
  }

  Result<std::vector<ClipRow>> clipsOfRoll(RollId roll) override {
    return guarded([&]() -> Result<std::vector<ClipRow>> {
      return clipsWhere("AND c.roll_id = CAST(? AS INTEGER)", {std::to_string(roll.value)});
    });
  }

  Result<std::vector<ClipRow>> clipsOfProject(const std::string& project) override {
    return guarded(
        [&]() -> Result<std::vector<ClipRow>> { return clipsWhere("AND r.project = ?", {asText(project)}); });
  }

  Result<std::map<std::string, std::string>> rawMetadata(ClipId clip) override {
    return guarded([&]() -> Result<std::map<std::string, std::string>> {
      auto text = m_database->text("SELECT raw FROM clip_raw WHERE clip_id = ?", clip.value);
      if (!text) return pass(text.error());
      return rawFromText(*text);
    });
  }

  Result<std::optional<ClipRow>> clip(ClipId id) override {
    return guarded([&]() -> Result<std::optional<ClipRow>> {
      return first(clipsWhere("AND c.id = CAST(? AS INTEGER)", {std::to_string(id.value)}));
    });
  }

  Result<std::vector<ClipRow>> findClips(const std::string& nameOrId) override {
    return guarded([&]() -> Result<std::vector<ClipRow>> {
      auto byName = clipsWhere("AND c.name = ?", {asText(nameOrId)});
      if (!byName || !byName->empty()) return byName;
      const auto id = parseId(nameOrId);
      if (!id) return byName;
      return clipsWhere("AND c.id = CAST(? AS INTEGER)", {std::to_string(*id)});
    });
  }

  Result<std::string> thumbnail(ClipId clip) override {
    return guarded([&]() -> Result<std::string> {
      std::string jpeg;
      auto status = m_database->each(
          "SELECT jpeg FROM thumbnail WHERE clip_id = ?", [&](Statement& row) { jpeg = row.bytes(0); }, clip.value);
      if (!status) return pass(status.error());
      return jpeg;
    });
  }

  Result<std::vector<model::Look>> looks() override {
    return guarded([&]() -> Result<std::vector<model::Look>> { return readLooks(*m_database); });
  }
  Result<std::optional<StandingLook>> standingLook(ClipId clip) override {
    return guarded([&]() -> Result<std::optional<StandingLook>> { return readStanding(*m_database, clip); });
  }
  Result<std::optional<model::Look>> lookFor(ClipId clip) override {
    auto standing = standingLook(clip);
    if (!standing) return pass(standing.error());
    return *standing ? std::optional((*standing)->look) : std::nullopt;
  }
  Result<std::vector<LookVersion>> lookVersions(const std::string& name) override {
    return guarded([&]() -> Result<std::vector<LookVersion>> { return readVersions(*m_database, name); });
  }
  Result<std::vector<LookChange>> lookHistory(const std::string& target) override {
    return guarded([&]() -> Result<std::vector<LookChange>> { return readLookHistory(*m_database, target); });
  }

  Result<std::vector<RenderFact>> renders(ClipId clip) override {
    return guarded([&]() -> Result<std::vector<RenderFact>> {
      std::vector<RenderFact> all;
      // A file written again under the same path is one render: the later one.
      auto status = m_database->each(
          "SELECT clip_name, preset, path, chain, frames, seconds, error_mean, error_p999, error_max, max(id) FROM "
          "render WHERE clip_id = ? GROUP BY preset, path ORDER BY max(id) DESC",
          [&](Statement& row) {
            RenderFact fact;
            fact.clipName = row.bytes(0);
            fact.clip = clip;
            fact.preset = row.bytes(1);
            fact.path = row.bytes(2);
            fact.chain = row.bytes(3);
            fact.frames = row.integer(4);
            fact.seconds = row.real(5);
            fact.errorMean = row.real(6);
            fact.errorP999 = row.real(7);
            fact.errorMax = row.real(8);
            all.push_back(std::move(fact));
          },
          clip.value);
      if (!status) return pass(status.error());
      return all;
    });
  }

  Result<std::vector<model::FileRecord>> files(RollId roll) override {
    return guarded([&]() -> Result<std::vector<model::FileRecord>> {
      std::vector<model::FileRecord> all;
      std::int64_t last = -1;
      auto status = m_database->each(
          "SELECT f.position, f.path, f.bytes, f.modified_ns, d.format, d.text FROM file f LEFT JOIN digest d ON "
          "d.roll_id = f.roll_id AND d.position = f.position WHERE f.roll_id = ? ORDER BY f.position, d.place",
          [&](Statement& row) {
            if (row.integer(0) != last) all.push_back({row.bytes(1), row.count(2), row.integer(3), {}});
            last = row.integer(0);
            if (!row.isNull(4)) all.back().digests.push_back({hashFormatFromName(row.bytes(4)), row.bytes(5)});
          },
          roll.value);
      if (!status) return pass(status.error());
      return all;
    });
  }

  Result<CheckReport> check() override {
    return guarded([&]() -> Result<CheckReport> { return checkCatalog(*m_database, shippedMigrations()); });
  }

  Status rebuildProjections() override {
    return guarded([&]() -> Status {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto status = replay(*m_database, *m_database);
      if (status) {
        status = m_database->run("DELETE FROM thumbnail WHERE clip_id NOT IN (SELECT id FROM clip)");
      }
      if (status) status = transaction->commit();
      m_decoded.clear();
      return status;
    });
  }

  Status backup(const std::string& path) override {
    return guarded([&]() -> Status { return copyInto(*m_database, path::absolute(path)); });
  }

  std::int64_t headSeq() override {
    if (auto place = m_database->integer("SELECT max(position) FROM log_order", 0)) m_lastHead = *place;
    return m_lastHead;
  }

 private:
  // The edge of the module: what the JSON library or the allocator throws becomes a value here.
  template <class F>
  auto guarded(F&& function) -> decltype(function()) {
    try {
      return function();
    } catch (const Json::exception& error) {
      return fail(Errc::corrupt, fmt::format("this cannot be written or read as JSON: {}", error.what()),
                  m_database->path());
    } catch (const std::exception& error) {
      return fail(Errc::failed, fmt::format("the catalog gave up: {}", error.what()), m_database->path());
    }
  }

  // The one way a change happens: event and projection in one transaction, or neither.
  Status record(const char* eventKind, const Json& body) {
    auto transaction = Transaction::begin(*m_database, TransactionKind::write);
    if (!transaction) return pass(transaction.error());
    return recordIn(*transaction, eventKind, body);
  }

  Status recordIn(Transaction& transaction, const char* eventKind, const Json& body) {
    if (auto status = append(eventKind, body); !status) return status;
    return transaction.commit();
  }

  // REQUIRES a write transaction.
  Status append(const char* eventKind, const Json& body) {
    auto text = canonicalText(body);
    if (!text) return pass(text.error());
    auto placed = appendEvent(*m_database, m_clock, eventKind, *text);
    if (!placed) return pass(placed.error());
    return applyEvent(*m_database, *placed, *m_database);
  }

  Result<RollId> recordRoll(const char* eventKind, OffloadFact fact, const ConcludeOffload& conclude) {
    return guarded([&]() -> Result<RollId> {
      if (fact.key.roll.empty()) return fail(Errc::usage, "a roll needs a name");
      const auto key = rollKeyFromJson(toJson(fact.key));
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      if (conclude) {
        auto standing = standingOf(key);
        if (!standing) return pass(standing.error());
        conclude(*standing ? &**standing : nullptr, fact);
      }
      if (auto status = recordIn(*transaction, eventKind, toJson(fact)); !status) return pass(status.error());
      auto id = findRollId(*m_database, key);
      if (!id) return pass(id.error());
      if (!*id) return fail(Errc::corrupt, "a roll that was just written is not there", m_database->path());
      return RollId{**id};
    });
  }

  // REQUIRES a transaction.
  Result<std::optional<RollRow>> standingOf(const model::RollKey& key) {
    return first(readRolls("WHERE r.project = ? AND r.day = ? AND r.name = ?", asText(key.project), asText(key.day),
                           asText(key.roll)));
  }

  Result<model::RollKey> rollKey(RollId id) {
    std::optional<model::RollKey> key;
    auto status = m_database->each(
        "SELECT project, day, name FROM roll WHERE id = ?",
        [&](Statement& row) {
          key = model::RollKey{row.bytes(0), row.bytes(1), row.bytes(2)};
        },
        id.value);
    if (!status) return pass(status.error());
    if (!key) return fail(Errc::notFound, "there is no such roll in the catalog", std::to_string(id.value));
    return *key;
  }

  Result<ClipKey> clipKey(ClipId id) {
    std::optional<ClipKey> key;
    auto status = m_database->each(
        "SELECT r.project, r.day, r.name, c.name, c.occurrence FROM clip c JOIN roll r ON r.id = c.roll_id WHERE c.id "
        "= ?",
        [&](Statement& row) {
          key = ClipKey{{row.bytes(0), row.bytes(1), row.bytes(2)}, row.bytes(3), row.integer(4)};
        },
        id.value);
    if (!status) return pass(status.error());
    if (!key) return fail(Errc::notFound, "there is no such clip in the catalog", std::to_string(id.value));
    return *key;
  }

  Result<Json> lookTarget(const std::string& target) {
    const auto colon = target.find(':');
    const std::string what = target.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : target.substr(colon + 1);
    if (what == "project" && !rest.empty()) return Json{{"project", asText(rest)}};
    const auto id = parseId(rest);
    if (what == "clip" && id) {
      auto key = clipKey(ClipId{*id});
      if (!key) return pass(key.error());
      return toJson(*key);
    }
    if (what == "roll" && id) {
      auto key = rollKey(RollId{*id});
      if (!key) return pass(key.error());
      return toJson(*key);
    }
    if (what == "format" && id) {
      auto key = formatKey(*m_database, FormatId{*id});
      if (!key) return pass(key.error());
      return Json{{"format", toJson(*key)}};
    }
    return fail(Errc::usage, "a look is given to clip:<number>, roll:<number>, format:<number> or project:<name>",
                target);
  }

  // Index into `clips` and which one of its name it is; equal names are told apart by their files, so that the order
  // in which a card was read does not matter.
  static std::vector<std::pair<std::size_t, std::int64_t>> numbered(const std::vector<model::Clip>& clips) {
    std::vector<std::size_t> order(clips.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto firstPath = [&](std::size_t i) { return clips[i].files.empty() ? std::string() : clips[i].files[0].path; };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return firstPath(a) < firstPath(b); });
    std::unordered_map<std::string, std::int64_t> seen;
    std::vector<std::pair<std::size_t, std::int64_t>> all(clips.size());
    for (const std::size_t index : order) all[index] = {index, seen[asText(clips[index].name)]++};
    return all;
  }

  template <class T>
  static Result<std::optional<T>> first(Result<std::vector<T>> all) {
    if (!all) return pass(all.error());
    if (all->empty()) return std::optional<T>();
    return std::optional<T>(std::move(all->front()));
  }

  template <class... Args>
  Result<std::vector<RollRow>> rollsWhere(const std::string& where, const Args&... args) {
    return guarded([&]() -> Result<std::vector<RollRow>> {
      auto moment = Transaction::begin(*m_database, TransactionKind::read);
      if (!moment) return pass(moment.error());
      return readRolls(where, args...);
    });
  }

  // REQUIRES a transaction: a roll and what hangs on it are read as one moment has them.
  template <class... Args>
  Result<std::vector<RollRow>> readRolls(const std::string& where, const Args&... args) {
    std::vector<RollRow> all;
    auto status = m_database->each(
        kRollColumns + where,
        [&](Statement& row) {
          RollRow roll;
          roll.id = {row.integer(0)};
          roll.key = {row.bytes(1), row.bytes(2), row.bytes(3)};
          roll.family = row.bytes(4);
          roll.camera = row.bytes(5);
          roll.inventoryFingerprint = row.bytes(6);
          roll.files = row.count(7);
          roll.bytes = row.count(8);
          roll.verdict.kind = row.integer(9) != 0 ? model::VerdictKind::safe : model::VerdictKind::notSafe;
          roll.finishedAt = row.bytes(10);
          roll.source = row.bytes(11);
          roll.clips = row.count(12);
          roll.cardId = row.bytes(13);
          roll.evidence = row.bytes(14);
          all.push_back(std::move(roll));
        },
        args...);
    for (auto& roll : all) {
      if (status) status = addStanding(roll);
    }
    if (!status) return pass(status.error());
    return all;
  }

  Status addStanding(RollRow& roll) {
    auto status = m_database->each(
        "SELECT code, text FROM roll_reason WHERE roll_id = ? ORDER BY position",
        [&](Statement& row) {
          roll.verdict.reasons.push_back({row.bytes(0), row.bytes(1)});
        },
        roll.id.value);
    if (!status) return status;
    status = m_database->each(
        "SELECT path, place, code, text, detail FROM roll_problem WHERE roll_id = ? ORDER BY position",
        [&](Statement& row) {
          roll.problems.push_back({row.bytes(0), row.bytes(1), row.bytes(2), row.bytes(3)});
          readProblemDetail(row.bytes(4), roll.problems.back());
        },
        roll.id.value);
    if (!status) return status;
    auto copies = readCopies(*m_database, roll.id);
    if (!copies) return pass(copies.error());
    roll.copies = std::move(*copies);
    return {};
  }

  struct Media {
    std::string root;
    int verifiedCopies = 0;
  };

  // A copy that stands verified now, of this station's own if there is one, for another's paths lead nowhere here; else
  // the newest that ever was: one that was stopped early takes no picture away.
  Result<Media> mediaOf(std::int64_t rollId) {
    Media media;
    auto status = m_database->each(
        "SELECT root FROM roll_copy WHERE roll_id = ? AND state IN ('verified', 'cache_verified') ORDER BY writer <> "
        "(SELECT id FROM station), writer, position",
        [&](Statement& row) {
          if (media.root.empty()) media.root = row.bytes(0);
          ++media.verifiedCopies;
        },
        rollId);
    if (status && media.root.empty()) {
      status = m_database->each(
          "SELECT k.root FROM copy k JOIN offload o ON o.id = k.offload_id WHERE o.roll_id = ? AND k.state IN "
          "('verified', 'cache_verified') ORDER BY o.writer <> (SELECT id FROM station), o.id DESC, k.position LIMIT 1",
          [&](Statement& row) { media.root = row.bytes(0); }, rollId);
    }
    if (!status) return pass(status.error());
    return media;
  }

  // Decoding records is most of the cost of a list, and they rarely change: kept by the event that wrote them.
  Result<std::shared_ptr<const model::Clip>> decoded(std::int64_t id, std::int64_t recordSeq, const std::string& name) {
    auto& kept = m_decoded[id];
    if (kept.second && kept.first == recordSeq) return kept.second;
    std::string record;
    auto status = m_database->each(
        "SELECT record FROM clip WHERE id = ?", [&](Statement& row) { record = row.bytes(0); }, id);
    if (!status) return pass(status.error());
    kept = {recordSeq, std::make_shared<const model::Clip>(decodeClip(record, name))};
    return kept.second;
  }

  Result<std::vector<ClipRow>> clipsWhere(const std::string& where, const std::vector<std::string>& values) {
    auto moment = Transaction::begin(*m_database, TransactionKind::read);
    if (!moment) return pass(moment.error());
    auto statement = m_database->prepare(kClipColumns + where + kClipOrder);
    if (!statement) return pass(statement.error());
    auto annotations = m_database->prepare("SELECT field, value FROM annotation WHERE clip_id = ? ORDER BY field");
    if (!annotations) return pass(annotations.error());
    statement->startWith(values);
    std::unordered_map<std::int64_t, Media> media;
    std::unordered_map<std::int64_t, std::pair<std::string, std::string>> formats;  // colour space, framing
    std::vector<ClipRow> all;
    while (true) {
      auto more = statement->step();
      if (!more) return pass(more.error());
      if (!*more) return all;
      ClipRow row;
      row.id = {statement->integer(0)};
      row.roll = {statement->integer(1)};
      row.key = {statement->bytes(4), statement->bytes(5), statement->bytes(6)};
      row.verdict = statement->integer(7) != 0 ? "safe" : "not_safe";
      row.lookName = statement->bytes(8);
      auto clip = decoded(row.id.value, statement->integer(3), statement->bytes(2));
      if (!clip) return pass(clip.error());
      row.clip = **clip;
      annotations->start(row.id.value);
      auto annotation = annotations->step();
      for (; annotation && *annotation; annotation = annotations->step()) {
        applyAnnotation(row.clip, annotations->bytes(0), annotations->bytes(1));
      }
      if (!annotation) return pass(annotation.error());
      if (const auto formatId = statement->integer(9); formatId != 0) {
        row.format = FormatId{formatId};
        auto said = formats.find(formatId);
        if (said == formats.end()) {
          auto space = formatSetting(*m_database, formatId, "colour_space");
          auto framing = formatSetting(*m_database, formatId, "framing");
          if (!space) return pass(space.error());
          if (!framing) return pass(framing.error());
          said = formats.emplace(formatId, std::pair{std::move(*space), std::move(*framing)}).first;
        }
        applyFormatSpace(row.clip, said->second.first);
        row.framing = said->second.second;
      }
      if (const std::string findings = statement->bytes(10); !findings.empty()) {
        row.qcChecked = true;
        if (findings.size() > 2) row.clip.qc = findingsFromJson(Json::parse(findings));
      }
      auto found = media.find(row.roll.value);
      if (found == media.end()) {
        auto read = mediaOf(row.roll.value);
        if (!read) return pass(read.error());
        found = media.emplace(row.roll.value, *read).first;
      }
      row.mediaRoot = found->second.root;
      row.verifiedCopies = found->second.verifiedCopies;
      all.push_back(std::move(row));
    }
  }

  std::unique_ptr<Database> m_database;
  const Clock& m_clock;
  std::int64_t m_lastHead = 0;
  std::unordered_map<std::int64_t, std::pair<std::int64_t, std::shared_ptr<const model::Clip>>> m_decoded;
};

std::string homeDirectory() {
  if (const char* home = std::getenv("HOME"); home && *home == '/') return home;
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found && found->pw_dir) {
    return found->pw_dir;
  }
  return "/";
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const std::string& path, const Clock& clock) {
  try {
    auto database = openCatalogFile(path);
    if (!database) return pass(database.error());
    return std::make_unique<SqliteCatalog>(std::move(*database), clock);
  } catch (const std::exception& error) {
    return fail(Errc::failed, fmt::format("the catalog cannot be opened: {}", error.what()), path);
  }
}

std::string defaultCatalogPath() {
  // A relative XDG_DATA_HOME counts as unset (XDG Base Directory Specification).
  const char* data = std::getenv("XDG_DATA_HOME");
  const std::string base = data && *data == '/' ? data : path::join(homeDirectory(), ".local/share");
  return path::join(base, "rollproof/catalog.db");
}

}  // namespace rollproof::catalog
