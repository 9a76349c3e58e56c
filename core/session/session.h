// SPDX-License-Identifier: Apache-2.0
// The headless application: wires the engines, records what they report, publishes state. The command line and the
// desktop are thin fronts of this.
// Threads: every function may be called from any thread. *Now functions block and take a stop token; start* functions
//          return at once and run as jobs. state() is an immutable snapshot, cheap to poll.
// Errors: as the engines give them. Catalog trouble is a warning beside the outcome, never its failure.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/dailies/burnin.h"
#include "core/dailies/dailies.h"
#include "core/jobs/queue.h"
#include "core/mhl/verify.h"
#include "core/model/card.h"
#include "core/model/roll.h"
#include "core/model/volume.h"
#include "core/offload/offload.h"
#include "core/qc/qc.h"
#include "core/session/expected.h"

namespace rollproof::session {

struct OffloadSettings {
  std::string source;  // any path form; made absolute
  std::vector<std::string> destinations;
  std::string project = "Untitled";
  std::string day;   // "" = today
  std::string roll;  // "" = what the card suggests
  std::string folderTemplate = "{project}/{day}/{roll}";
  std::vector<model::HashFormat> hashes{model::HashFormat::xxh64};
  offload::VerifyMode verify = offload::VerifyMode::both;
  offload::Policy policy;
  bool resume = true;
  offload::OnConflict onConflict = offload::OnConflict::skip;
  bool classicMhl = false;  // a classic MHL beside each copy's ASC MHL history
};

struct OffloadResult {
  offload::Outcome outcome;  // its verdict is the roll's: derived from this run and what earlier ones proved
  model::RollKey key;        // of the roll; a copy of a known copy belongs to the roll it was copied from
  model::Card card;
  std::optional<catalog::RollId> rollId;  // none if the catalog could not take it
  std::vector<model::Warning> warnings;   // catalog trouble and the like
};

// Has this card been here before? Told from names, sizes and times alone; no media is opened, nothing is written.
enum class Known {
  unknown,       // a card this library has not seen
  alreadySafe,   // the same card with the same files, its roll is Safe, and what can be reached of its copies stands
  offloaded,     // the same files, but not safe: `text` says why
  changedSince,  // an offloaded card that has gained, lost or changed files since; what only grew is normal
  otherContent   // its roll's name is taken in the project by other content: stop and ask
};
struct Recognition {
  Known known = Known::unknown;
  std::optional<catalog::RollId> roll;
  model::RollKey key;                // of that roll
  std::string text;                  // one sentence: "already safe: 2 copies on RAID-A and SHUTTLE-04, proven 14:35"
  std::vector<std::string> details;  // sentences: which files are new, gone or changed; what speaks against safe
  std::string finishedAt;            // of its last offload, ISO 8601 UTC
};

struct VerifySettings {
  std::string path;     // a roll, a drive or one .mhl; any path form
  std::string against;  // another copy, whose first generation must agree; "" none
  bool seal = true;     // append a generation with what was found
  std::vector<ExpectedRoll> expected;
};
struct VerifyReport {
  mhl::TreeOutcome tree;
  Completeness completeness;             // asked == false unless rolls were expected
  std::vector<model::Warning> warnings;  // catalog trouble
};
struct VerifyRun {
  jobs::JobId job;
  std::string path;
  std::shared_ptr<const VerifyReport> report;  // null until it is done
  std::string error, finishedAt;
};

// Clips to be rendered, all into one folder.
struct RenderOrder {
  std::vector<catalog::ClipId> clips;
  std::vector<std::string> presets;  // shipped or own, by name
  std::string outputDirectory;       // "" = "proxies" beside the roll's first copy
  std::string burnin;                // a template as dailies::RenderRequest has it, or one kept by name
  dailies::BurnInExtras burnInExtras;
  std::string framing;         // the same; "" = as the clips' camera formats say
  std::string framingChanges;  // as dailies::RenderRequest has them
  bool seal = true;            // read all of it back and record it in the folder's ASC MHL history
};
// An order that an earlier run of the program did not finish.
struct UnfinishedRenders {
  std::string name;
  RenderOrder order;
};
// One clip of an order.
struct RenderRun {
  jobs::JobId job;
  catalog::ClipId clip;
  std::string clipName;
  std::vector<std::string> presets;
  std::shared_ptr<const std::vector<dailies::Rendered>> results;  // null until they are there
};

// What the Cards place shows: one tile a roll, running or known.
struct Tile {
  std::string source;  // card path; "" for rolls only known from the catalog
  model::RollKey key;
  std::string camera, family;
  std::uint64_t clips = 0, files = 0, bytes = 0;
  std::optional<jobs::JobId> job;
  model::Verdict verdict;  // notSafe with reasons in progress while running
  bool finished = false;
  bool defect = false;  // proven, not merely unproven
  std::vector<model::CopyReport> copies;
  std::string finishedAt;  // ISO 8601 UTC
  std::optional<catalog::RollId> rollId;
  std::vector<model::FileProblem> problems;
  std::string ejectMountPoint;  // of the card, once its roll is safe and while it is mounted; "" = nothing to eject
  std::string known;            // what was known of the card when its offload began; "" = nothing
};

struct State {
  std::vector<jobs::JobView> jobs;
  std::vector<Tile> tiles;          // newest first
  std::int64_t libraryVersion = 0;  // changes when clips(...) would answer differently
  std::vector<model::Warning> notices;
  std::vector<model::Volume> volumes;  // what is mounted; empty until it was looked at for the first time
  std::int64_t volumesVersion = 0;     // grows when volumes changed; 0 = not looked at yet
  std::vector<VerifyRun> verifies;     // newest first
  std::vector<RenderRun> renders;      // newest first
};

class Session {
 public:
  // catalogPath "" = the default place. Never fails because of the catalog: catalogError() tells.
  [[nodiscard]] static std::unique_ptr<Session> open(const std::string& catalogPath);
  virtual ~Session() = default;

  [[nodiscard]] virtual std::optional<Error> catalogError() const = 0;
  [[nodiscard]] virtual std::string catalogPath() const = 0;

  // --- cards and offload
  [[nodiscard]] virtual std::vector<model::Volume> volumes() const = 0;
  // Unmounts and powers off; Errc::busy while a job works on the device or something else holds it.
  [[nodiscard]] virtual Status eject(const std::string& mountPoint) = 0;
  [[nodiscard]] virtual Result<model::Card> readCard(const std::string& path, bool metadata,
                                                     std::stop_token stop = {}) const = 0;
  // Everything that the card's files say, read by another program (camera/inspect.h); with `frames` also what the
  // first, a middle and the last frame of each clip look like.
  [[nodiscard]] virtual Result<model::Card> inspect(const std::string& path, bool frames,
                                                    std::stop_token stop = {}) const = 0;
  [[nodiscard]] virtual Result<offload::Plan> planNow(const OffloadSettings& settings) const = 0;
  [[nodiscard]] virtual Result<OffloadResult> offloadNow(const OffloadSettings& settings, jobs::Progress& progress,
                                                         std::stop_token stop) = 0;
  // Milliseconds: names and sizes of the card, and the folder and manifest of copies whose drives are mounted. Catalog
  // trouble is the error. A roll's name must be unique within `project`; recognise() takes that of the latest offload.
  [[nodiscard]] virtual Result<Recognition> recognise(const std::string& cardPath, std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<Recognition> recogniseIn(const std::string& project, const std::string& cardPath,
                                                        std::stop_token stop) = 0;
  // Offload, then thumbnails, as one job; then proxies when proxyPreset is not "".
  virtual jobs::JobId startOffload(const OffloadSettings& settings, const std::string& proxyPreset) = 0;

  // --- verify
  // Proves what was sealed and compares with what was expected. What it shows of copies the library knows is recorded:
  // their rolls' verdicts fall and rise with it.
  [[nodiscard]] virtual Result<VerifyReport> verifyNow(const VerifySettings& settings, jobs::Progress& progress,
                                                       std::stop_token stop) = 0;
  virtual jobs::JobId startVerify(const VerifySettings& settings) = 0;

  // --- library
  [[nodiscard]] virtual Result<std::vector<catalog::ClipRow>> clips(const std::string& query) = 0;
  [[nodiscard]] virtual Result<std::vector<catalog::RollRow>> rolls() = 0;
  [[nodiscard]] virtual Result<std::string> thumbnail(catalog::ClipId id) = 0;
  // Any field of the record that can be corrected, as catalog::Catalog::annotate; a colour space must be one of the
  // configuration's.
  [[nodiscard]] virtual Status annotate(catalog::ClipId id, const std::string& field, const std::string& value) = 0;
  // The same of many clips at once: all of them or, when one is refused, none.
  [[nodiscard]] virtual Status annotateAll(const std::vector<catalog::Annotation>& annotations) = 0;
  // Oldest first; field "" = all.
  [[nodiscard]] virtual Result<std::vector<catalog::AnnotationChange>> history(catalog::ClipId id,
                                                                               const std::string& field) = 0;
  // Everything the clip's files said when they were read.
  [[nodiscard]] virtual Result<std::map<std::string, std::string>> rawMetadata(catalog::ClipId id) = 0;
  // A clip by catalog id or name, or by path on disk (file, or folder of a sequence).
  [[nodiscard]] virtual Result<std::vector<dailies::ClipSource>> resolveClips(const std::string& nameIdOrPath) = 0;

  // --- camera formats: what is set here holds for every clip of the format, those of later cards too
  // project "" = all
  [[nodiscard]] virtual Result<std::vector<catalog::FormatRow>> formats(const std::string& project) = 0;
  // field: "colour_space", "look", "framing", "label"; value "" takes it away. A framing is a kept one's name, an
  // aspect, JSON, or the path of a .json or .fdl file, which is kept under its name.
  [[nodiscard]] virtual Status setFormat(catalog::FormatId id, const std::string& field, const std::string& value) = 0;

  // --- quality control: every offload checks its roll's clips; what was found is in ClipRow::clip.qc
  [[nodiscard]] virtual Result<qc::Spec> projectSpec(const std::string& project) = 0;
  // The clips that the project has are checked again, as a job.
  [[nodiscard]] virtual Status setProjectSpec(const std::string& project, const qc::Spec& spec) = 0;
  // Clips that are not in the library yet, against the project's spec and its clips; project "" = by themselves.
  [[nodiscard]] virtual Status checkClips(std::vector<model::Clip>& clips, const std::string& project) = 0;

  // --- looks
  // Side files are remembered with their hashes; the same name again is a new version of it.
  [[nodiscard]] virtual Result<model::Look> addLookFile(const std::string& path, const std::string& lookName) = 0;
  // Made by hand (a panel's numbers, an AMF that was read).
  [[nodiscard]] virtual Status addLook(const model::Look& look) = 0;
  [[nodiscard]] virtual Result<std::vector<model::Look>> looks() = 0;  // the newest version of each
  [[nodiscard]] virtual Result<std::vector<catalog::LookVersion>> lookVersions(const std::string& lookName) = 0;
  // target: "clip:<id>", "roll:<id>", "format:<id>", "project:<name>"; the first of these that has one counts. Version
  // 0 follows the newest; look "" = none of its own.
  [[nodiscard]] virtual Status assignLook(const std::string& lookName, const std::string& target,
                                          std::int64_t version = 0) = 0;
  [[nodiscard]] virtual std::optional<model::Look> lookFor(catalog::ClipId id) = 0;
  // The same, and which of clip, roll, format and project gave it.
  [[nodiscard]] virtual Result<std::optional<catalog::StandingLook>> standingLook(catalog::ClipId id) = 0;
  [[nodiscard]] virtual Result<std::vector<catalog::LookChange>> lookHistory(const std::string& target) = 0;

  // --- pictures
  [[nodiscard]] virtual Result<std::shared_ptr<const colour::Config>> colourConfig() = 0;
  // The OpenColorIO configuration that is used instead of Rollproof's own, kept with the catalog: absolute, "" = its
  // own.
  [[nodiscard]] virtual Result<std::string> colourConfigFile() = 0;
  [[nodiscard]] virtual Status setColourConfigFile(const std::string& file) = 0;
  [[nodiscard]] virtual Result<std::vector<dailies::Rendered>> renderNow(const dailies::RenderRequest& request,
                                                                         std::optional<catalog::ClipId> clip,
                                                                         jobs::Progress& progress,
                                                                         std::stop_token stop) = 0;
  // A job a clip, and one that seals at the end. What stands already from an order like it is kept.
  [[nodiscard]] virtual Result<std::vector<jobs::JobId>> startRenders(const RenderOrder& order) = 0;
  [[nodiscard]] virtual std::vector<UnfinishedRenders> unfinishedRenders() = 0;  // oldest first
  [[nodiscard]] virtual Result<std::vector<jobs::JobId>> resumeRenders(const std::string& name) = 0;
  [[nodiscard]] virtual Status forgetRenders(const std::string& name) = 0;
  // Records what was rendered into a folder in its ASC MHL history, what stood already too if it is not in there; the
  // manifest's path, "" if there was nothing to record.
  [[nodiscard]] virtual Result<std::string> sealRendered(const std::string& folder,
                                                         const std::vector<dailies::Rendered>& rendered,
                                                         jobs::Progress& progress, std::stop_token stop) = 0;
  // One frame as it would be rendered, to judge framing and burn-ins by; what the request leaves open comes from the
  // library.
  [[nodiscard]] virtual Result<dailies::ViewerFrame> previewFrame(catalog::ClipId clip,
                                                                  const dailies::PreviewRequest& request) = 0;
  // Burn-in templates: the shipped ones, then those of this library. Framings are kept by name: JSON or an ASC FDL.
  [[nodiscard]] virtual Result<std::vector<dailies::BurnInTemplate>> burnIns() = 0;
  [[nodiscard]] virtual Status saveBurnIn(const dailies::BurnInTemplate& burnin) = 0;
  [[nodiscard]] virtual Status removeBurnIn(const std::string& name) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> framings() = 0;
  [[nodiscard]] virtual Status saveFraming(const std::string& name, const std::string& json) = 0;  // "" removes it
  // The shipped presets, then those of this library by name.
  [[nodiscard]] virtual Result<std::vector<dailies::Preset>> presets() = 0;
  // Errc::usage for a shipped preset's name and for what cannot be.
  [[nodiscard]] virtual Status savePreset(const dailies::Preset& preset) = 0;
  [[nodiscard]] virtual Status removePreset(const std::string& name) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<dailies::Player>> openPlayer(catalog::ClipId id, int maxWidth,
                                                                            int maxHeight) = 0;

  // --- production sound: what was found for a clip (sound_sync.h), so that its renders carry it
  [[nodiscard]] virtual Status setSound(catalog::ClipId id, const std::optional<dailies::ProductionSound>& sound) = 0;
  [[nodiscard]] virtual std::optional<dailies::ProductionSound> soundOf(catalog::ClipId id) = 0;

  // --- reports and catalog
  // What was rendered of the clip, oldest first.
  [[nodiscard]] virtual Result<std::vector<catalog::RenderFact>> renders(catalog::ClipId id) = 0;
  // Writes card report HTML and CSV beside each other; gives the HTML's path. directory "" = <first copy>/../reports
  [[nodiscard]] virtual Result<std::string> writeCardReport(catalog::RollId roll, const std::string& directory) = 0;
  [[nodiscard]] virtual Result<catalog::CheckReport> catalogCheck() = 0;
  [[nodiscard]] virtual Status catalogRebuild() = 0;
  [[nodiscard]] virtual Status catalogBackup(const std::string& path) = 0;

  // --- jobs and state
  virtual void cancelJob(jobs::JobId id) = 0;
  virtual void retryJob(jobs::JobId id) = 0;
  // A running job stops after its current file and lends its devices to others; resumed, it goes on from there.
  virtual void pauseJob(jobs::JobId id) = 0;
  virtual void resumeJob(jobs::JobId id) = 0;
  virtual void moveJob(jobs::JobId id, std::optional<jobs::JobId> before) = 0;  // nullopt = behind all
  virtual void waitIdle() = 0;
  [[nodiscard]] virtual State state() = 0;
};

// Proves every history at or below `path` (or one .mhl) against what is on the disk now. `against` names another copy
// whose first generation must agree, "" none. `seal` appends a generation with the result. Records nothing.
[[nodiscard]] Result<mhl::TreeOutcome> verify(const std::string& path, const std::string& against, bool seal,
                                              jobs::Progress& progress, std::stop_token stop);

[[nodiscard]] const char* version();

}  // namespace rollproof::session
