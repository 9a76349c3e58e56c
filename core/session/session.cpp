// SPDX-License-Identifier: Apache-2.0
#include "core/session/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <set>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/camera/camera.h"
#include "core/camera/inspect.h"
#include "core/colour/colour.h"
#include "core/report/report.h"
#include "core/session/card_report.h"
#include "core/session/colour_setup.h"
#include "core/session/deliverables.h"
#include "core/session/device_limits.h"
#include "core/session/facts.h"
#include "core/session/looks.h"
#include "core/session/offload_flow.h"
#include "core/session/picture_documents.h"
#include "core/session/presets.h"
#include "core/session/proof.h"
#include "core/session/quality.h"
#include "core/session/recognition.h"
#include "core/session/render_orders.h"
#include "core/session/roll_proof.h"
#include "core/session/sound_sync.h"
#include "core/session/thumbnails.h"
#include "core/session/tiles.h"
#include "core/session/volume_feed.h"
#include "core/volumes/volumes.h"

namespace rollproof::session {

namespace {

// Needs attention, as opposed to a policy that this set of drives cannot meet.
bool needsRetry(const offload::Outcome& outcome) {
  return !outcome.problems.empty() || std::any_of(outcome.copies.begin(), outcome.copies.end(), [](const auto& copy) {
    return copy.state != model::CopyState::verified && copy.state != model::CopyState::cacheVerified;
  });
}

// A source that is a copy of a roll the library knows.
struct Origin {
  model::RollKey key;
  std::string root;  // as the roll's evidence names it
};

// Where nothing else was said, a copy of a copy is filed as the first one was.
OffloadSettings likeItsOrigin(OffloadSettings settings, const std::optional<Origin>& origin) {
  if (!origin) return settings;
  if (settings.project == OffloadSettings{}.project) settings.project = origin->key.project;
  if (settings.day.empty()) settings.day = origin->key.day;
  if (settings.roll.empty()) settings.roll = origin->key.roll;
  return settings;
}

class SessionImpl final : public Session {
 public:
  explicit SessionImpl(std::string catalogPath)
      : m_catalogPath(catalogPath.empty() ? catalog::defaultCatalogPath() : path::absolute(catalogPath)) {
    const std::scoped_lock lock(m_catalogMutex);
    openCatalog();
    if (m_catalog) refreshRolls();
  }

  std::optional<Error> catalogError() const override {
    const std::scoped_lock lock(m_stateMutex);
    return m_catalogError;
  }
  std::string catalogPath() const override { return m_catalogPath; }

  std::vector<model::Volume> volumes() const override { return volumes::mounted(); }

  Status eject(const std::string& mountPoint) override {
    const auto mounted = volumes::mounted();
    const auto volume =
        std::find_if(mounted.begin(), mounted.end(), [&](const auto& one) { return one.mountPoint == mountPoint; });
    if (volume == mounted.end()) return fail(Errc::notFound, "is not mounted", mountPoint);
    for (const auto& job : m_queue.snapshot()) {
      const bool works = job.state == jobs::JobState::running || job.state == jobs::JobState::paused;
      const auto resources = deviceResources({mountPoint}, mounted);
      const bool here = std::any_of(resources.begin(), resources.end(), [&](const auto& device) {
        return std::any_of(job.resources.begin(), job.resources.end(),
                           [&](const auto& held) { return held.name == device.name; });
      });
      if (works && here) return fail(Errc::busy, "is still in use by: " + job.title, mountPoint);
    }
    return volumes::eject(*volume);
  }

  Result<model::Card> readCard(const std::string& path, bool metadata, std::stop_token stop) const override {
    camera::InspectOptions options;
    options.depth = metadata ? camera::Depth::metadata : camera::Depth::names;
    return camera::inspectCard(path, options, std::move(stop));
  }

  Result<model::Card> inspect(const std::string& path, bool frames, std::stop_token stop) const override {
    camera::InspectOptions options;
    options.checkFrames = frames;
    return camera::inspectCard(path, options, std::move(stop));
  }

  Result<offload::Plan> planNow(const OffloadSettings& settings) const override {
    return completed(likeItsOrigin(settings, originOf(settings.source))).and_then(planFor);
  }

  Result<Recognition> recognise(const std::string& cardPath, std::stop_token stop) override {
    return recogniseIn({}, cardPath, std::move(stop));
  }

  Result<Recognition> recogniseIn(const std::string& project, const std::string& cardPath,
                                  std::stop_token stop) override {
    const auto card = lookAtCard(realFileSystem(), cardPath, stop);
    if (!card) return tl::unexpected(card.error());
    std::string where = project;
    std::vector<Candidate> candidates;
    const auto asked = withCatalog([&](catalog::Catalog& c) -> Status {
      const auto rolls = c.rolls();
      if (!rolls) return tl::unexpected(rolls.error());
      if (where.empty() && !rolls->empty()) where = rolls->front().key.project;
      for (const auto& roll : *rolls) {
        if (!mayBe(*card, roll, where)) continue;
        auto files = c.files(roll.id);
        if (!files) return tl::unexpected(files.error());
        candidates.push_back({roll, std::move(*files), {}});
      }
      return {};
    });
    if (!asked) return tl::unexpected(asked.error());
    const auto mounted = volumes::mounted();
    for (auto& candidate : candidates) {
      if (candidate.roll.verdict.kind != model::VerdictKind::safe) continue;
      if (const auto evidence = evidenceOf(candidate.roll))
        candidate.broken = brokenCopies(realFileSystem(), *evidence, mounted);
    }
    return recogniseAmong(*card, candidates, where, systemClock().now());
  }

  Result<OffloadResult> offloadNow(const OffloadSettings& settings, jobs::Progress& progress,
                                   std::stop_token stop) override {
    const volumes::SleepInhibitor awake("Copying " + path::display(path::fileName(settings.source)));
    const auto origin = originOf(settings.source);
    const auto whole = completed(likeItsOrigin(settings, origin));
    if (!whole) return tl::unexpected(whole.error());
    auto result = offloadCard(*whole, progress, stop);
    if (result && !result->outcome.cancelled) record(*result, *whole, origin, progress, stop);
    return result;
  }

  jobs::JobId startOffload(const OffloadSettings& settings, const std::string& proxyPreset) override {
    auto run = std::make_shared<Run>();
    run->settings = settings;
    run->key = {settings.project, settings.day, settings.roll};
    std::string names;
    for (const auto& destination : settings.destinations) {
      if (!names.empty()) names += ", ";
      names += path::display(path::fileName(destination));
    }
    const std::string rollName = settings.roll.empty() ? path::display(path::fileName(settings.source)) : settings.roll;
    auto devices = resourcesOf(settings);
    // Nothing of the job may run before the tile knows its id.
    const std::scoped_lock lock(m_stateMutex);
    run->job = m_queue.add({"offload", fmt::format("Offload {} to {}", rollName, names), std::move(devices),
                            [this, run, proxyPreset](jobs::Progress& progress, std::stop_token stop) {
                              return runOffloadJob(*run, proxyPreset, progress, std::move(stop));
                            }});
    m_runs.push_back(run);
    return run->job;
  }

  Result<VerifyReport> verifyNow(const VerifySettings& settings, jobs::Progress& progress,
                                 std::stop_token stop) override {
    auto tree = verify(settings.path, settings.against, settings.seal, progress, std::move(stop));
    if (!tree) return tl::unexpected(tree.error());
    VerifyReport report;
    report.tree = std::move(*tree);
    report.warnings = recordVerified(path::absolute(settings.path), report.tree);
    if (!settings.expected.empty())
      report.completeness = completenessOf(settings.expected, {report.tree}, countClips, {});
    return report;
  }

  jobs::JobId startVerify(const VerifySettings& settings) override {
    auto run = std::make_shared<VerifyRun>();
    run->path = path::absolute(settings.path);
    const std::scoped_lock lock(m_stateMutex);
    run->job = m_queue.add({"verify", fmt::format("Verify {}", path::display(path::fileName(run->path))),
                            deviceResources({path::absolute(settings.path)}, mountedNow()),
                            [this, run, settings](jobs::Progress& progress, std::stop_token stop) {
                              return runVerifyJob(*run, settings, progress, std::move(stop));
                            }});
    m_verifies.push_back(run);
    return run->job;
  }

  Result<std::vector<catalog::ClipRow>> clips(const std::string& query) override {
    return withCatalog([&](catalog::Catalog& c) { return c.clips(query); });
  }
  Result<std::vector<catalog::RollRow>> rolls() override {
    return withCatalog([](catalog::Catalog& c) { return c.rolls(); });
  }
  Result<std::string> thumbnail(catalog::ClipId id) override {
    return withCatalog([&](catalog::Catalog& c) { return c.thumbnail(id); });
  }
  Status annotate(catalog::ClipId id, const std::string& field, const std::string& value) override {
    return annotateAll({{id, field, value}});
  }
  Status annotateAll(const std::vector<catalog::Annotation>& annotations) override {
    auto fitting = annotations;
    for (auto& one : fitting) {
      if (one.field != "colour.space" && one.field != "space") continue;
      auto space = knownSpace(one.value);
      if (!space) return tl::unexpected(space.error());
      one.value = std::move(*space);
    }
    const auto done = changing([&](catalog::Catalog& c) { return c.annotateAll(fitting); });
    if (!done) return done;
    std::set<std::string> projects;
    for (const auto& one : fitting) {
      if (mattersToColour(one.field)) startThumbnails(fmt::format("clip:{}", one.clip.value));
      if (!mattersToQuality(one.field)) continue;
      if (const auto row = clipRow(one.clip)) projects.insert(row->key.project);
    }
    for (const auto& project : projects) startQualityCheck(project);
    return done;
  }
  Result<std::vector<catalog::AnnotationChange>> history(catalog::ClipId id, const std::string& field) override {
    return withCatalog([&](catalog::Catalog& c) { return c.history(id, field); });
  }
  Result<std::map<std::string, std::string>> rawMetadata(catalog::ClipId id) override {
    return withCatalog([&](catalog::Catalog& c) { return c.rawMetadata(id); });
  }

  Result<std::vector<catalog::FormatRow>> formats(const std::string& project) override {
    return withCatalog([&](catalog::Catalog& c) { return c.formats(project); });
  }
  Status setFormat(catalog::FormatId id, const std::string& field, const std::string& value) override {
    auto fits = field == "colour_space" ? knownSpace(value) : Result<std::string>(value);
    if (field == "framing") fits = changing([&](catalog::Catalog& c) { return framingForFormat(c, value); });
    if (!fits) return tl::unexpected(fits.error());
    const auto done = changing([&](catalog::Catalog& c) { return c.setFormat(id, field, *fits); });
    if (done && (field == "colour_space" || field == "look")) startThumbnails(fmt::format("format:{}", id.value));
    return done;
  }

  Result<qc::Spec> projectSpec(const std::string& project) override {
    return withCatalog([&](catalog::Catalog& c) { return c.projectSpec(project).and_then(specFromText); });
  }
  Status setProjectSpec(const std::string& project, const qc::Spec& spec) override {
    const auto kept = changing([&](catalog::Catalog& c) { return c.setProjectSpec(project, qc::toJson(spec).dump()); });
    if (kept) startQualityCheck(project);
    return kept;
  }
  Status checkClips(std::vector<model::Clip>& clips, const std::string& project) override {
    if (project.empty()) {
      qc::check(clips, {}, {});
      return {};
    }
    const auto spec = projectSpec(project);
    if (!spec) return tl::unexpected(spec.error());
    const auto rows = withCatalog([&](catalog::Catalog& c) { return c.clipsOfProject(project); });
    if (!rows) return tl::unexpected(rows.error());
    qc::check(clips, *spec, knownClips(*rows));
    return {};
  }

  Result<std::vector<dailies::ClipSource>> resolveClips(const std::string& nameIdOrPath) override {
    const std::string asPath = path::absolute(nameIdOrPath);
    if (realFileSystem().info(asPath)) {
      auto card = camera::inspectCard(asPath);
      if (!card) return tl::unexpected(card.error());
      std::vector<dailies::ClipSource> found;
      for (auto& clip : card->clips) found.push_back({std::move(clip), card->root});
      if (found.empty()) return fail(Errc::notFound, "holds no clip", asPath);
      return found;
    }
    const auto rows = withCatalog([&](catalog::Catalog& c) { return c.findClips(nameIdOrPath); });
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return fail(Errc::notFound, "is neither a clip of the library nor a file", nameIdOrPath);
    std::vector<dailies::ClipSource> found;
    for (const auto& row : *rows) found.push_back({row.clip, row.mediaRoot});
    return found;
  }

  Result<model::Look> addLookFile(const std::string& path, const std::string& lookName) override {
    auto look = colour::loadLook(path::absolute(path));
    if (look && !lookName.empty()) look->name = lookName;
    if (look)
      if (auto added = addLook(*look); !added) return tl::unexpected(added.error());
    return look;
  }
  Result<std::vector<model::Look>> looks() override {
    return withCatalog([](catalog::Catalog& c) { return c.looks(); });
  }
  Status addLook(const model::Look& look) override {
    const auto fits = colourConfig().and_then([&](const auto& config) { return inWordsOf(*config, look); });
    if (!fits) return tl::unexpected(fits.error());
    return changing([&](catalog::Catalog& c) { return c.addLook(*fits); });
  }
  Result<std::vector<catalog::LookVersion>> lookVersions(const std::string& lookName) override {
    return withCatalog([&](catalog::Catalog& c) { return c.lookVersions(lookName); });
  }
  Status assignLook(const std::string& lookName, const std::string& target, std::int64_t version) override {
    const auto done = changing([&](catalog::Catalog& c) { return c.assignLook(lookName, target, version); });
    if (done) startThumbnails(target);
    return done;
  }
  Result<std::optional<catalog::StandingLook>> standingLook(catalog::ClipId id) override {
    return withCatalog([&](catalog::Catalog& c) { return c.standingLook(id); });
  }
  Result<std::vector<catalog::LookChange>> lookHistory(const std::string& target) override {
    return withCatalog([&](catalog::Catalog& c) { return c.lookHistory(target); });
  }
  std::optional<model::Look> lookFor(catalog::ClipId id) override {
    return withCatalog([&](catalog::Catalog& c) { return c.lookFor(id); }).value_or(std::nullopt);
  }

  Result<std::shared_ptr<const colour::Config>> colourConfig() override {
    return m_colour.config(colourConfigFile().value_or(""));
  }
  Result<std::string> colourConfigFile() override {
    return withCatalog([](catalog::Catalog& c) { return session::colourConfigFile(c); });
  }
  Status setColourConfigFile(const std::string& file) override {
    return changing([&](catalog::Catalog& c) { return m_colour.keep(c, file); });
  }

  Result<std::vector<dailies::Rendered>> renderNow(const dailies::RenderRequest& request,
                                                   std::optional<catalog::ClipId> clip, jobs::Progress& progress,
                                                   std::stop_token stop) override {
    const auto config = colourConfig();
    if (!config) return tl::unexpected(config.error());
    dailies::RenderRequest whole = request;
    if (clip && !whole.colour.look) whole.colour.look = lookFor(*clip);
    if (clip && !whole.source.sound) whole.source.sound = soundOf(*clip);
    // Without a catalog there are the shipped ones.
    if (auto known = withCatalog(presetsToRender)) whole.ownPresets = std::move(*known);
    if (auto filled = fillIn(whole.burnin, whole.framing, clip); !filled) return tl::unexpected(filled.error());
    auto rendered = dailies::render(realFileSystem(), **config, whole, progress, std::move(stop));
    if (!rendered || !clip) return rendered;
    for (const auto& one : *rendered) {
      if (one.kept) continue;
      if (auto kept = changing([&](catalog::Catalog& c) { return c.recordRender(factOf(one, *clip)); }); !kept)
        notice("render_not_recorded", "A render was made but not recorded: " + describe(kept.error()));
    }
    return rendered;
  }

  Result<dailies::ViewerFrame> previewFrame(catalog::ClipId clip, const dailies::PreviewRequest& request) override {
    const auto row = clipRow(clip);
    if (!row) return tl::unexpected(row.error());
    dailies::PreviewRequest whole = request;
    whole.source = {row->clip, row->mediaRoot};
    if (!whole.colour.look) whole.colour.look = lookFor(clip);
    const auto config = m_colour.configToView(colourConfigFile().value_or(""), whole.colour);
    if (!config) return tl::unexpected(config.error());
    if (whole.burnin.empty()) whole.burnin = whole.preset.burnin;
    if (auto filled = fillIn(whole.burnin, whole.framing, clip); !filled) return tl::unexpected(filled.error());
    return dailies::previewFrame(**config, whole);
  }
  // Kept documents for their names, and the camera format's framing where none was asked for.
  Status fillIn(std::string& burnin, std::string& framing, std::optional<catalog::ClipId> clip) {
    if (framing.empty() && clip) {
      if (const auto row = clipRow(*clip)) framing = row->framing;
    }
    // Without a catalog there are no names, and what was said stands.
    if (catalogError()) return {};
    return withCatalog([&](catalog::Catalog& c) { return textsFor(c, burnin, framing); });
  }
  Result<std::vector<dailies::BurnInTemplate>> burnIns() override { return withCatalog(allBurnIns); }
  Status saveBurnIn(const dailies::BurnInTemplate& burnin) override {
    return changing([&](catalog::Catalog& c) { return keepBurnIn(c, burnin); });
  }
  Status removeBurnIn(const std::string& name) override {
    return changing([&](catalog::Catalog& c) { return dropBurnIn(c, name); });
  }
  Result<std::vector<std::string>> framings() override { return withCatalog(allFramings); }
  Status saveFraming(const std::string& name, const std::string& json) override {
    return changing([&](catalog::Catalog& c) { return keepFraming(c, name, json); });
  }

  Result<std::vector<jobs::JobId>> startRenders(const RenderOrder& order) override { return m_orders.start(order); }
  std::vector<UnfinishedRenders> unfinishedRenders() override { return m_orders.unfinished(); }
  Result<std::vector<jobs::JobId>> resumeRenders(const std::string& name) override { return m_orders.resume(name); }
  Status forgetRenders(const std::string& name) override { return m_orders.forget(name); }
  Result<std::string> sealRendered(const std::string& folder, const std::vector<dailies::Rendered>& rendered,
                                   jobs::Progress& progress, std::stop_token stop) override {
    return sealFiles(realFileSystem(), path::absolute(folder), deliverablesOf(rendered), systemClock(), progress, stop);
  }

  Status setSound(catalog::ClipId id, const std::optional<dailies::ProductionSound>& sound) override {
    const auto row = clipRow(id);
    if (!row) return tl::unexpected(row.error());
    return changing([&](catalog::Catalog& c) { return keepSound(c, *row, sound); });
  }
  std::optional<dailies::ProductionSound> soundOf(catalog::ClipId id) override {
    const auto row = clipRow(id);
    const auto kept = row ? withCatalog([&](catalog::Catalog& c) { return keptSound(c, *row); }) : std::nullopt;
    return kept.value_or(std::nullopt);
  }

  Result<std::vector<dailies::Preset>> presets() override { return withCatalog(allPresets); }
  Status savePreset(const dailies::Preset& preset) override {
    return changing([&](catalog::Catalog& c) { return keepPreset(c, preset); });
  }
  Status removePreset(const std::string& name) override {
    return changing([&](catalog::Catalog& c) { return dropPreset(c, name); });
  }

  Result<std::unique_ptr<dailies::Player>> openPlayer(catalog::ClipId id, int maxWidth, int maxHeight) override {
    const auto row = clipRow(id);
    if (!row) return tl::unexpected(row.error());
    dailies::ColourChoice choice;
    choice.look = lookFor(id);
    const auto config = m_colour.configToView(colourConfigFile().value_or(""), choice);
    if (!config) return tl::unexpected(config.error());
    return dailies::openPlayer(**config, {row->clip, row->mediaRoot}, choice, maxWidth, maxHeight);
  }

  Result<std::vector<catalog::RenderFact>> renders(catalog::ClipId id) override {
    return withCatalog([&](catalog::Catalog& c) { return c.renders(id); });
  }
  Result<std::string> writeCardReport(catalog::RollId roll, const std::string& directory) override;

  Result<catalog::CheckReport> catalogCheck() override {
    return withCatalog([](catalog::Catalog& c) { return c.check(); });
  }
  Status catalogRebuild() override {
    return changing([](catalog::Catalog& c) { return c.rebuildProjections(); });
  }
  Status catalogBackup(const std::string& path) override {
    return withCatalog([&](catalog::Catalog& c) { return c.backup(path::absolute(path)); });
  }

  void cancelJob(jobs::JobId id) override { m_queue.cancel(id); }
  void retryJob(jobs::JobId id) override {
    {
      const std::scoped_lock lock(m_stateMutex);
      for (const auto& run : m_runs)
        if (run->job == id) run->result.reset();
      for (const auto& run : m_verifies)
        if (run->job == id) *run = VerifyRun{id, run->path, nullptr, {}, {}};
    }
    m_queue.retry(id);
  }
  void pauseJob(jobs::JobId id) override { m_queue.pause(id); }
  void resumeJob(jobs::JobId id) override { m_queue.resume(id); }
  void moveJob(jobs::JobId id, std::optional<jobs::JobId> before) override { m_queue.move(id, before); }
  void waitIdle() override { m_queue.waitIdle(); }

  State state() override {
    State state;
    m_volumes.start();
    auto volumes = m_volumes.get();
    state.volumes = std::move(volumes.volumes);
    state.volumesVersion = volumes.version;
    state.jobs = m_queue.snapshot();
    state.libraryVersion = m_libraryVersion;
    const std::scoped_lock lock(m_stateMutex);
    state.notices = m_notices;
    for (auto it = m_runs.rbegin(); it != m_runs.rend(); ++it) {
      const auto job =
          std::find_if(state.jobs.begin(), state.jobs.end(), [&](const auto& view) { return view.id == (*it)->job; });
      state.tiles.push_back(tileOf(**it, job == state.jobs.end() ? nullptr : &*job));
      const auto& result = (*it)->result;
      if (!result || !result->rollId) continue;
      // A later copy or a verification may have said more since.
      const auto roll =
          std::find_if(m_rolls.begin(), m_rolls.end(), [&](const auto& row) { return row.id == *result->rollId; });
      if (roll != m_rolls.end()) showStanding(state.tiles.back(), *roll);
    }
    for (const auto& roll : m_rolls) {
      const bool shown =
          std::any_of(m_runs.begin(), m_runs.end(), [&](const auto& run) { return run->key == roll.key; });
      if (!shown) state.tiles.push_back(tileOf(roll));
    }
    for (auto& tile : state.tiles) offerEject(tile, state.volumes);
    for (auto it = m_verifies.rbegin(); it != m_verifies.rend(); ++it) state.verifies.push_back(**it);
    state.renders = m_orders.runs();
    return state;
  }

 private:
  // --- catalog access: one connection, one user at a time; none of the media work waits for it.
  void openCatalog() {
    auto opened = catalog::Catalog::open(m_catalogPath);
    const std::scoped_lock lock(m_stateMutex);
    if (opened) {
      m_catalog = std::move(*opened);
      m_catalogError.reset();
    } else {
      m_catalogError = opened.error();
      log::warn("the catalog cannot be used: " + describe(opened.error()));
    }
  }

  template <class Use>
  auto withCatalog(Use use) -> decltype(use(std::declval<catalog::Catalog&>())) {
    const std::scoped_lock lock(m_catalogMutex);
    if (!m_catalog) openCatalog();  // it may have been locked or on a drive that is back now
    if (!m_catalog) return tl::unexpected(*catalogError());
    return use(*m_catalog);
  }

  template <class Use>
  auto changing(Use use) -> decltype(use(std::declval<catalog::Catalog&>())) {
    auto done = withCatalog(use);
    if (done) {
      const std::scoped_lock lock(m_catalogMutex);
      refreshRolls();
    }
    return done;
  }

  // REQUIRES m_catalogMutex.
  void refreshRolls() {
    auto rolls = m_catalog->rolls();
    if (!rolls) return;
    std::reverse(rolls->begin(), rolls->end());
    std::stable_sort(rolls->begin(), rolls->end(),
                     [](const auto& a, const auto& b) { return a.finishedAt > b.finishedAt; });
    {
      const std::scoped_lock lock(m_stateMutex);
      m_rolls = std::move(*rolls);
    }
    m_libraryVersion = m_catalog->headSeq() * 2 + (m_libraryVersion & 1);
  }

  void notice(std::string code, std::string text) {
    log::warn(text);
    const std::scoped_lock lock(m_stateMutex);
    m_notices.push_back({std::move(code), std::move(text)});
  }

  Result<catalog::ClipRow> clipRow(catalog::ClipId id) {
    const auto row = withCatalog([&](catalog::Catalog& c) { return c.clip(id); });
    if (!row) return tl::unexpected(row.error());
    if (!*row) return fail(Errc::notFound, "The clip is no longer in the library");
    return **row;
  }

  // --- one offload to its end
  void record(OffloadResult& result, const OffloadSettings& whole, const std::optional<Origin>& origin,
              jobs::Progress& progress, const std::stop_token& stop) {
    progress.setPhase("Recording");
    const auto warn = [&](const std::string& what, const Error& error) {
      result.warnings.push_back({"catalog", what + ": " + describe(error)});
    };
    if (origin) result.key = origin->key;
    auto fact = factOf(result, whole);
    if (origin) fact.copiedFrom = origin->root;
    auto verdict = result.outcome.verdict;
    auto roll = changing([&](catalog::Catalog& c) {
      return c.recordOffload(std::move(fact), [&](const catalog::RollRow* standing, catalog::OffloadFact& now) {
        concludeOffload(result.outcome.evidence, standing, now);
        verdict = now.verdict;
      });
    });
    if (!roll) return warn("The copies stand, but the catalog could not record them", roll.error());
    result.rollId = *roll;
    result.outcome.verdict = std::move(verdict);
    if (origin) return;  // the clips are known from the card
    if (auto kept = changing([&](catalog::Catalog& c) { return c.recordClips(*roll, result.card.clips); }); !kept)
      return warn("The clips could not be recorded", kept.error());
    progress.setPhase("Checking the clips");
    if (const auto checked = checkQuality(result.key.project, *roll, stop); !checked)
      warn("The clips could not be checked", checked.error());
    redrawThumbnails(*roll, progress, stop);
  }

  // --- quality control
  // The roll's clips and those they may be mistaken for, or all of the project's: against its spec and each other. Only
  // what changed becomes an event.
  Status checkQuality(const std::string& project, std::optional<catalog::RollId> roll, const std::stop_token& stop) {
    const auto spec = projectSpec(project);
    if (!spec) return tl::unexpected(spec.error());
    const auto rows = withCatalog([&](catalog::Catalog& c) { return c.clipsOfProject(project); });
    if (!rows) return tl::unexpected(rows.error());
    for (const auto one : roll ? rollsToCheckWith(*rows, *roll) : rollsIn(*rows)) {
      if (stop.stop_requested()) return fail(Errc::cancelled, "Stopped");
      const auto found = newFindings(*rows, one, *spec);
      if (found.empty()) continue;
      if (auto kept = changing([&](catalog::Catalog& c) { return c.recordQc(one, found); }); !kept) return kept;
    }
    return {};
  }

  // One waiting check sees all that was said before it runs: a hundred corrections do not make a hundred jobs.
  void startQualityCheck(const std::string& project) {
    const std::string title = fmt::format("Check the clips of {}", path::display(project));
    for (const auto& job : m_queue.snapshot())
      if (job.state == jobs::JobState::waiting && job.title == title) return;
    m_queue.add({"check", title, {}, [this, project](jobs::Progress&, std::stop_token stop) {
                   return checkQuality(project, std::nullopt, stop);
                 }});
  }

  // As the configuration writes it; "" stays.
  Result<std::string> knownSpace(const std::string& space) {
    if (space.empty()) return space;
    const auto config = colourConfig();
    if (!config) return tl::unexpected(config.error());
    auto name = (*config)->canonical(space);
    if (name.empty()) return fail(Errc::usage, "is no colour space of the configuration", space);
    return name;
  }

  // --- what the library knows of a path
  // The roll's copy that lies there now, if it is one.
  std::optional<Origin> originOf(const std::string& source) const {
    const std::string path = path::absolute(source);
    const auto mounted = volumes::mounted();
    const std::scoped_lock lock(m_stateMutex);
    for (const auto& roll : m_rolls) {
      const auto evidence = evidenceOf(roll);
      if (!evidence) continue;
      for (const auto& copy : evidence->copies)
        if (copy.root == path || placeNow(copy, mounted) == path) return Origin{roll.key, copy.root};
    }
    return std::nullopt;
  }

  // Every known copy at or below the path that a verification saw, or should have seen, becomes a fact.
  std::vector<model::Warning> recordVerified(const std::string& path, const mhl::TreeOutcome& tree) {
    const auto known = rolls();
    if (!known) return {notRecorded(known.error())};
    return recordChecks(
        *known, volumes::mounted(), path, tree,
        [this](catalog::CheckFact fact, const catalog::ConcludeCheck& conclude) {
          return changing([&](catalog::Catalog& c) { return c.recordCheck(std::move(fact), conclude); });
        });
  }

  void redrawThumbnails(catalog::RollId roll, jobs::Progress& progress, const std::stop_token& stop) {
    const auto config = colourConfig();
    const auto rows = clipsOf(roll);
    if (!config || !rows || rows->empty()) return;
    progress.setPhase("Making thumbnails");
    makeThumbnails(**config, *rows,
                   {[this](catalog::ClipId id) { return lookFor(id); },
                    [this](catalog::ClipId id, const std::string& jpeg) {
                      return withCatalog([&](catalog::Catalog& c) { return c.recordThumbnail(id, jpeg); });
                    }},
                   stop);
    m_libraryVersion = m_libraryVersion ^ 1;  // thumbnails are no events, yet the library looks different now
  }

  // Where colour was changed its clips look different now; `target` as assignLook takes it.
  void startThumbnails(const std::string& target) {
    const std::string title = "Redraw the thumbnails of " + path::display(target);
    for (const auto& job : m_queue.snapshot())
      if (job.state == jobs::JobState::waiting && job.title == title) return;
    m_queue.add({"thumbnails", title, {}, [this, target](jobs::Progress& progress, std::stop_token stop) -> Status {
                   auto rows = clips("");
                   if (!rows) return tl::unexpected(rows.error());
                   std::erase_if(*rows, [&](const auto& row) { return !concerns(target, row); });
                   for (const auto roll : rollsIn(*rows)) {
                     if (stop.stop_requested()) return fail(Errc::cancelled, "Stopped");
                     redrawThumbnails(roll, progress, stop);
                   }
                   return {};
                 }});
  }

  Result<std::vector<catalog::ClipRow>> clipsOf(catalog::RollId roll) {
    return withCatalog([&](catalog::Catalog& c) { return c.clipsOfRoll(roll); });
  }

  Status runOffloadJob(Run& run, const std::string& proxyPreset, jobs::Progress& progress, std::stop_token stop) {
    progress.setPhase("Looking at the card");
    const volumes::SleepInhibitor awake("Copying " + path::display(path::fileName(run.settings.source)));
    const auto origin = originOf(run.settings.source);
    const auto whole = completed(likeItsOrigin(run.settings, origin));
    if (!whole) return tl::unexpected(whole.error());
    auto names = camera::readCard(realFileSystem(), whole->source, camera::Depth::names, stop);
    const auto known = recogniseIn(whole->project, whole->source, stop);
    {
      const std::scoped_lock lock(m_stateMutex);
      run.key = {whole->project, whole->day, whole->roll};
      if (known) run.known = known->text;
      if (names) run.card = std::move(*names);
    }
    auto result = offloadCard(*whole, progress, stop);
    if (!result) return tl::unexpected(result.error());
    if (!result->outcome.cancelled) record(*result, *whole, origin, progress, stop);
    for (const auto& warning : result->warnings) notice(warning.code, warning.text);
    const auto shared = std::make_shared<const OffloadResult>(std::move(*result));
    {
      const std::scoped_lock lock(m_stateMutex);
      run.result = shared;
      run.key = shared->key;
      if (!shared->card.clips.empty()) run.card = shared->card;
    }
    if (shared->outcome.cancelled) return fail(Errc::cancelled, "Stopped");
    if (!proxyPreset.empty() && shared->rollId) startProxiesOf(*shared->rollId, bestRoot(*shared, *whole), proxyPreset);
    if (needsRetry(shared->outcome)) {
      const auto& reasons = shared->outcome.verdict.reasons;
      return fail(Errc::failed, reasons.empty() ? "Not every file is proven" : reasons.front().text);
    }
    return {};
  }

  Status runVerifyJob(VerifyRun& run, const VerifySettings& settings, jobs::Progress& progress, std::stop_token stop) {
    auto report = verifyNow(settings, progress, std::move(stop));
    const bool cancelled = report && report->tree.total.cancelled;
    const std::scoped_lock lock(m_stateMutex);
    run.finishedAt = isoUtc(systemClock().now());
    if (!report) {
      run.error = describe(report.error());
      return tl::unexpected(report.error());
    }
    run.report = std::make_shared<const VerifyReport>(std::move(*report));
    if (cancelled) return fail(Errc::cancelled, "Stopped");
    return {};
  }

  void startProxiesOf(catalog::RollId roll, const std::string& root, const std::string& preset) {
    const auto rows = clipsOf(roll);
    if (!rows) return;
    std::vector<catalog::ClipId> ids;
    for (const auto& row : *rows)
      if (row.clip.picture) ids.push_back(row.id);
    if (ids.empty()) return;
    RenderOrder order;
    order.clips = ids;
    order.presets = {preset};
    order.outputDirectory = path::join(path::parent(root), "proxies");
    const auto started = m_orders.start(order);
    if (!started) notice("proxies_not_made", "No proxies are made: " + describe(started.error()));
  }

  [[nodiscard]] std::vector<model::Volume> mountedNow() const {
    auto view = m_volumes.get();
    return view.version > 0 ? std::move(view.volumes) : volumes::mounted();
  }

  [[nodiscard]] std::vector<jobs::Resource> resourcesOf(const OffloadSettings& settings) const {
    std::vector<std::string> paths{path::absolute(settings.source)};
    for (const auto& destination : settings.destinations) paths.push_back(path::absolute(destination));
    return deviceResources(paths, mountedNow());
  }

  std::string m_catalogPath;
  std::mutex m_catalogMutex;  // guards m_catalog
  std::unique_ptr<catalog::Catalog> m_catalog;

  ColourSetup m_colour;

  mutable std::mutex m_stateMutex;  // guards what state() shows; never held across I/O
  std::optional<Error> m_catalogError;
  std::vector<std::shared_ptr<Run>> m_runs;
  std::vector<std::shared_ptr<VerifyRun>> m_verifies;
  std::vector<catalog::RollRow> m_rolls;
  std::vector<model::Warning> m_notices;
  std::atomic<std::int64_t> m_libraryVersion{0};

  VolumeFeed m_volumes;
  RenderOrders m_orders{realFileSystem(),
                        m_queue,
                        m_catalogPath + ".renders",
                        {[this](catalog::ClipId id) { return clipRow(id); },
                         [this](const dailies::RenderRequest& request, catalog::ClipId clip, jobs::Progress& progress,
                                std::stop_token stop) { return renderNow(request, clip, progress, std::move(stop)); },
                         [this](const std::string& code, const std::string& text) { notice(code, text); }}};
  jobs::Queue m_queue;  // last: its threads end before anything they use
};

Result<std::string> SessionImpl::writeCardReport(catalog::RollId rollId, const std::string& directory) {
  const auto found = withCatalog([&](catalog::Catalog& c) { return c.roll(rollId); });
  if (!found) return tl::unexpected(found.error());
  if (!*found) return fail(Errc::notFound, "The roll is not in the library");
  report::CardReport page = reportOf(**found);
  const auto records = withCatalog([&](catalog::Catalog& c) { return c.files(rollId); });
  if (!records) return tl::unexpected(records.error());
  page.records = *records;
  const auto rows = clipsOf(rollId);
  if (!rows) return tl::unexpected(rows.error());
  for (const auto& row : *rows) {
    page.clips.push_back(reportClipOf(row, thumbnail(row.id), renders(row.id)));
  }
  return writeReport(page, directory);
}

}  // namespace

std::unique_ptr<Session> Session::open(const std::string& catalogPath) {
  return std::make_unique<SessionImpl>(catalogPath);
}

const char* version() { return ROLLPROOF_VERSION; }

}  // namespace rollproof::session
