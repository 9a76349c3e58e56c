// SPDX-License-Identifier: Apache-2.0
// The local truth about rolls, clips, copies and what was done to them: an append-only, hash-chained event log, and
// tables projected from it in the same transaction and rebuildable from it.
// Threads: a Catalog belongs to one thread at a time; open one per thread on the same file (WAL).
// Errors: Errc::busy when locked, Errc::noSpace when full, Errc::corrupt when damaged, Errc::unsupported for a newer
//         database. The media copy never depends on any of them.
// Source: SQLite 3.40 (WAL, STRICT tables); hash_n = SHA-256(hash_{n-1} | seq | id | hlc | kind | body).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/model/clip.h"
#include "core/model/file_record.h"
#include "core/model/look.h"
#include "core/model/roll.h"
#include "core/model/verdict.h"

namespace rollproof::catalog {

struct RollId {
  std::int64_t value = 0;
  bool operator==(const RollId&) const = default;
};
struct ClipId {
  std::int64_t value = 0;
  bool operator==(const ClipId&) const = default;
};

struct FormatId {
  std::int64_t value = 0;
  bool operator==(const FormatId&) const = default;
};

// What an offload proved; one event. verdict, copies, problems and evidence are what stands of the roll after it.
struct OffloadFact {
  model::RollKey key;
  std::string source;  // path it was read from
  std::string family, camera;
  std::string inventoryFingerprint;
  std::uint64_t files = 0, bytes = 0;
  model::Verdict verdict;
  std::vector<model::CopyReport> copies;
  std::vector<model::FileProblem> problems;
  std::vector<model::FileRecord> records;
  bool sourceRereadDone = false;
  std::string startedAt, finishedAt;  // ISO 8601 UTC
  std::string cardId;                 // which card it was, if it was a whole one
  std::string copiedFrom;             // root of the roll's own copy that was the source; "" = the card itself
  std::string evidence;               // JSON of its owner's making; the catalog only keeps it
};

// What a verification showed of one copy of a roll; one event. The last four are what stands of the roll after it.
struct CheckFact {
  model::RollKey key;
  std::string root;    // of the copy, as the catalog knows it
  std::string result;  // "verified" | "defect" | "unreadable" | "missing"
  std::uint64_t verified = 0, missing = 0, altered = 0, unreadable = 0;
  std::string checkedAt;  // ISO 8601 UTC
  model::Verdict verdict;
  std::vector<model::CopyReport> copies;
  std::vector<model::FileProblem> problems;
  std::string evidence;
};

struct RenderFact {
  std::string clipName;
  ClipId clip;
  std::string preset, path, chain;
  std::int64_t frames = 0;
  double errorMean = 0, errorP999 = 0, errorMax = 0, seconds = 0;
};

struct RollRow {
  RollId id;
  model::RollKey key;
  std::string family, camera, inventoryFingerprint;
  std::uint64_t files = 0, bytes = 0, clips = 0;
  model::Verdict verdict;
  std::vector<model::CopyReport> copies;
  std::vector<model::FileProblem> problems;
  std::string finishedAt;
  std::string source;    // of the offload that read the card
  std::string cardId;    // "" = not known
  std::string evidence;  // "" = from before it was kept
};

// Sees what stands of the roll (nullptr: nothing) and completes the fact, within the transaction that records it: two
// programs that write at once lose nothing of each other's. No I/O in it.
using ConcludeOffload = std::function<void(const RollRow* standing, OffloadFact& fact)>;
using ConcludeCheck = std::function<void(const RollRow& standing, CheckFact& fact)>;

struct ClipRow {
  ClipId id;
  RollId roll;
  model::RollKey key;
  // As it counts: what people said lies on top (provenance source "user"), the camera format's colour space under that
  // (source "format"); qc holds the findings that stand. Its raw metadata is read apart.
  model::Clip clip;
  std::string mediaRoot;  // first verified copy's folder ("" unknown): clip.files are relative to it
  std::string lookName;
  int verifiedCopies = 0;
  std::string verdict;             // "safe" | "not_safe"
  std::optional<FormatId> format;  // none for sound
  std::string framing;             // of its camera format
  bool qcChecked = false;          // without findings and checked, a clip is clean
};

// Clips of one project that the same camera recorded the same way. What is set here holds for the cards to come too.
struct FormatRow {
  FormatId id;
  std::string project, letter, model;
  std::string sensorMode;  // what the camera calls it, else "3840x2160"
  std::string codec;
  std::string squeeze;      // "2/1"; "" = spherical
  std::string colourSpace;  // "" = as the clips say
  std::string look, framing, label;
  std::uint64_t clips = 0;
  std::string firstSeenDay;
};

// One change of what people say of a clip. Undo is to annotate with `previous`.
struct AnnotationChange {
  std::string field;            // as it is kept: "scene", "ei", "lens.focal_mm"
  std::string value, previous;  // "" = what the sources say
  std::string at;               // ISO 8601 UTC
  std::string station;
};

// What a person says of a clip. value "" goes back to what the sources say.
struct Annotation {
  ClipId clip;
  std::string field, value;
};

using Findings = std::vector<std::pair<ClipId, std::vector<model::QcFinding>>>;

struct CheckReport {
  bool ok = false;
  std::int64_t headSeq = 0;
  std::string headHash;
  std::vector<std::string> findings;  // sentences
};

struct LookVersion {
  model::Look look;
  std::string addedAt;  // ISO 8601 UTC
};
// The look a clip has, and which of clip, roll, format or project gave it: "roll:12".
struct StandingLook {
  model::Look look;
  std::string target;
  std::int64_t pinned = 0;  // the version that was asked for; 0 = it follows the newest
};
struct LookChange {
  std::string look;  // "" = taken away
  std::int64_t version = 0;
  std::string previous;
  std::int64_t previousVersion = 0;
  std::string at;  // ISO 8601 UTC
};

struct Document {
  std::string name, json;
};

// Something that happened and is only ever added: a roll's upload, its landing at the studio, a day's sign-off, a step
// of a recipe.
struct Fact {
  std::string kind;
  model::RollKey about;  // "" where it is about more than one roll, day or project
  std::string json;      // an object of its owner's making
  std::string at;        // ISO 8601 UTC
  std::string station;   // who recorded it, and as which of its events
  std::int64_t seq = 0;
};

class Catalog {
 public:
  // Creates or opens and migrates; parent folders are made (0700), the file is 0600.
  [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const std::string& path,
                                                             const Clock& clock = systemClock());
  virtual ~Catalog() = default;

  [[nodiscard]] virtual Result<RollId> recordOffload(const OffloadFact& fact) = 0;
  [[nodiscard]] virtual Result<RollId> recordOffload(OffloadFact fact, const ConcludeOffload& conclude) = 0;
  // A roll that was found by its manifests on a drive, not offloaded here.
  [[nodiscard]] virtual Result<RollId> recordFound(OffloadFact fact, const ConcludeOffload& conclude) = 0;
  // Errc::notFound if the catalog does not know the roll.
  [[nodiscard]] virtual Result<RollId> recordCheck(CheckFact fact, const ConcludeCheck& conclude) = 0;
  // Replaces the roll's clips by what was read now (same roll offloaded again = same clips updated, annotations kept).
  [[nodiscard]] virtual Status recordClips(RollId roll, const std::vector<model::Clip>& clips) = 0;
  // What quality control found of clips of the roll; the others keep what was found before.
  [[nodiscard]] virtual Status recordQc(RollId roll, const Findings& findings) = 0;
  [[nodiscard]] virtual Status recordRender(const RenderFact& fact) = 0;
  [[nodiscard]] virtual Status recordThumbnail(ClipId clip, const std::string& jpeg) = 0;  // derived, not an event
  // Any field a person may correct, by the name of the record's JSON ("exposure.ei") or a short one ("ei"); "" goes
  // back to what the sources say. Errc::usage for an unknown field or a value it cannot hold.
  [[nodiscard]] virtual Status annotate(ClipId clip, const std::string& field, const std::string& value) = 0;
  // All of them or, when one is refused, none.
  [[nodiscard]] virtual Status annotateAll(const std::vector<Annotation>& annotations) = 0;
  // Oldest first; field "" = all.
  [[nodiscard]] virtual Result<std::vector<AnnotationChange>> history(ClipId clip, const std::string& field) = 0;
  [[nodiscard]] virtual Status addLook(const model::Look& look) = 0;  // same name: a new version
  // target: "clip:<id>", "roll:<id>", "format:<id>", "project:<name>"; the first of these that has one counts. look ""
  // = none. Version 0 = whichever is the newest.
  [[nodiscard]] virtual Status assignLook(const std::string& lookName, const std::string& target,
                                          std::int64_t version = 0) = 0;

  // field: "colour_space", "look", "framing", "label"
  [[nodiscard]] virtual Status setFormat(FormatId format, const std::string& field, const std::string& value) = 0;
  // project "" = all
  [[nodiscard]] virtual Result<std::vector<FormatRow>> formats(const std::string& project) = 0;
  // JSON of its owner's making, "" if none was set; the catalog only keeps it.
  [[nodiscard]] virtual Status setProjectSpec(const std::string& project, const std::string& json) = 0;
  [[nodiscard]] virtual Result<std::string> projectSpec(const std::string& project) = 0;

  // Named documents that people make ("preset", "burnin", ...): a JSON object each, or "" to take it away.
  [[nodiscard]] virtual Status setDocument(const std::string& kind, const std::string& name,
                                           const std::string& json) = 0;
  [[nodiscard]] virtual Result<std::vector<Document>> documents(const std::string& kind) = 0;                // by name
  [[nodiscard]] virtual Result<std::string> document(const std::string& kind, const std::string& name) = 0;  // "" none

  // kind: "uploaded", "landed", "signed_off", "recipe_step". Errc::usage for another kind or what is no object.
  [[nodiscard]] virtual Status recordFact(const std::string& kind, const model::RollKey& about,
                                          const std::string& json) = 0;
  // Those of the kind that stand, of all stations, oldest first; an empty part of `about` = any.
  [[nodiscard]] virtual Result<std::vector<Fact>> facts(const std::string& kind, const model::RollKey& about) = 0;
  // It was wrong: facts() leaves it out from now on. The log keeps both.
  [[nodiscard]] virtual Status retract(const Fact& fact, const std::string& why) = 0;

  [[nodiscard]] virtual Result<std::vector<RollRow>> rolls() = 0;
  [[nodiscard]] virtual Result<std::optional<RollRow>> roll(RollId id) = 0;
  [[nodiscard]] virtual Result<std::optional<RollRow>> findRoll(const model::RollKey& key) = 0;
  [[nodiscard]] virtual Result<std::vector<RollRow>> rollsWithFingerprint(const std::string& fingerprint) = 0;
  // Words search everything, raw metadata too; field:value narrows: clip reel roll day project camera family scene take
  // circled codec fps ei lens space verdict notes, qc (a finding's code, error, warning, note, or clean), and every
  // field of the record by its JSON name (exposure.ei, lens.focal_mm). Values compare case-insensitively, '*' at the
  // end matches any ending; >800, >=800, <24, <=24 and 800..1600 compare as numbers, days and timecodes as they are
  // written. "" = all.
  [[nodiscard]] virtual Result<std::vector<ClipRow>> clips(const std::string& query) = 0;
  [[nodiscard]] virtual Result<std::vector<ClipRow>> clipsOfRoll(RollId roll) = 0;
  [[nodiscard]] virtual Result<std::vector<ClipRow>> clipsOfProject(const std::string& project) = 0;
  [[nodiscard]] virtual Result<std::optional<ClipRow>> clip(ClipId id) = 0;
  // Everything its files said when they were read, by the readers' names.
  [[nodiscard]] virtual Result<std::map<std::string, std::string>> rawMetadata(ClipId clip) = 0;
  // By exact name, or by number.
  [[nodiscard]] virtual Result<std::vector<ClipRow>> findClips(const std::string& nameOrId) = 0;
  [[nodiscard]] virtual Result<std::string> thumbnail(ClipId clip) = 0;               // "" if none
  [[nodiscard]] virtual Result<std::vector<model::Look>> looks() = 0;                 // the newest of each
  [[nodiscard]] virtual Result<std::optional<model::Look>> lookFor(ClipId clip) = 0;  // as assignLook says
  // The same, and where it comes from.
  [[nodiscard]] virtual Result<std::optional<StandingLook>> standingLook(ClipId clip) = 0;
  // Every grade of that name, oldest first.
  [[nodiscard]] virtual Result<std::vector<LookVersion>> lookVersions(const std::string& name) = 0;
  // What the target was given, oldest first.
  [[nodiscard]] virtual Result<std::vector<LookChange>> lookHistory(const std::string& target) = 0;
  [[nodiscard]] virtual Result<std::vector<RenderFact>> renders(ClipId clip) = 0;
  [[nodiscard]] virtual Result<std::vector<model::FileRecord>> files(RollId roll) = 0;

  // Integrity of the file, the event chain, and projection == rebuilt projection.
  [[nodiscard]] virtual Result<CheckReport> check() = 0;
  [[nodiscard]] virtual Status rebuildProjections() = 0;
  [[nodiscard]] virtual Status backup(const std::string& path) = 0;  // VACUUM INTO; Errc::exists if taken
  // Grows with every change, other stations' that came in too; cheap to poll.
  [[nodiscard]] virtual std::int64_t headSeq() = 0;
};

// Whether annotate() takes the field, by its record's name or its short one.
[[nodiscard]] bool canAnnotate(const std::string& field);

// $XDG_DATA_HOME/rollproof/catalog.db, else ~/.local/share/...
[[nodiscard]] std::string defaultCatalogPath();

}  // namespace rollproof::catalog
