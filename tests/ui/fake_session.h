// SPDX-License-Identifier: Apache-2.0
// A session that does nothing but remember what it was asked, and shows whatever state a test gives it.
// Threads: as the real one: any thread.
#pragma once

#include <functional>
#include <future>
#include <mutex>
#include <vector>

#include "core/session/session.h"

namespace rollproof::test {

class FakeSession final : public session::Session {
 public:
  struct Annotation {
    std::int64_t clip;
    std::string field, value;
  };

  // What a test prepares before the window opens, or changes under lock().
  model::Card card;
  session::Recognition known;  // what every card is recognised as
  offload::Plan plan;
  Status ejects;  // what eject() answers
  std::vector<catalog::ClipRow> clipRows;
  std::vector<catalog::RollRow> rollRows;
  std::string refusal;  // not "": why nothing a person writes is kept
  std::vector<catalog::AnnotationChange> changes;
  std::map<std::string, std::string> raw;
  std::vector<catalog::FormatRow> formatRows;
  qc::Spec spec;
  std::vector<dailies::Preset> ownPresets;
  std::vector<dailies::BurnInTemplate> ownBurnIns;
  std::vector<session::UnfinishedRenders> unfinished;
  // What a sample picture is; none: there is none to be had.
  std::function<Result<dailies::ViewerFrame>(catalog::ClipId, const dailies::PreviewRequest&)> onPreview;
  std::shared_future<void> readGate;  // valid: readCard waits for it

  void show(session::State state) {
    const std::scoped_lock lock(m_mutex);
    m_state = std::move(state);
  }
  [[nodiscard]] std::vector<session::OffloadSettings> offloads() const { return locked(m_offloads); }
  [[nodiscard]] std::vector<Annotation> annotations() const { return locked(m_annotations); }
  [[nodiscard]] std::vector<std::string> calls() const { return locked(m_calls); }  // "pause 7", "move 8 before 7", ...
  [[nodiscard]] std::vector<session::VerifySettings> verifiesAsked() const { return locked(m_verifies); }
  [[nodiscard]] std::vector<session::RenderOrder> ordersAsked() const { return locked(m_orders); }
  [[nodiscard]] std::vector<std::uint64_t> cancelled() const { return locked(m_cancelled); }
  [[nodiscard]] std::vector<std::uint64_t> retried() const { return locked(m_retried); }

  std::optional<Error> catalogError() const override { return std::nullopt; }
  std::string catalogPath() const override { return "fake"; }
  std::vector<model::Volume> volumes() const override { return locked(m_state).volumes; }
  Result<model::Card> readCard(const std::string& path, bool, std::stop_token) const override {
    if (readGate.valid()) readGate.wait();
    model::Card read = card;
    read.root = path;
    return read;
  }
  Result<model::Card> inspect(const std::string& path, bool, std::stop_token stop) const override {
    return readCard(path, true, std::move(stop));
  }
  Result<offload::Plan> planNow(const session::OffloadSettings&) const override { return locked(plan); }
  Result<session::OffloadResult> offloadNow(const session::OffloadSettings&, jobs::Progress&,
                                            std::stop_token) override {
    return none();
  }
  Result<session::VerifyReport> verifyNow(const session::VerifySettings&, jobs::Progress&, std::stop_token) override {
    return none();
  }
  jobs::JobId startOffload(const session::OffloadSettings& settings, const std::string&) override {
    const std::scoped_lock lock(m_mutex);
    m_offloads.push_back(settings);
    return {m_offloads.size()};
  }
  Result<std::vector<catalog::ClipRow>> clips(const std::string&) override { return clipRows; }
  Result<std::vector<catalog::RollRow>> rolls() override { return rollRows; }
  Result<std::string> thumbnail(catalog::ClipId) override { return std::string(); }
  Status annotate(catalog::ClipId id, const std::string& field, const std::string& value) override {
    return annotateAll({{id, field, value}});
  }
  Status annotateAll(const std::vector<catalog::Annotation>& annotations) override {
    const std::scoped_lock lock(m_mutex);
    if (!refusal.empty()) return fail(Errc::usage, refusal);
    for (const auto& one : annotations) m_annotations.push_back({one.clip.value, one.field, one.value});
    return {};
  }
  Result<std::vector<catalog::AnnotationChange>> history(catalog::ClipId, const std::string&) override {
    return changes;
  }
  Result<std::map<std::string, std::string>> rawMetadata(catalog::ClipId) override { return raw; }
  Result<std::vector<catalog::FormatRow>> formats(const std::string&) override { return formatRows; }
  Status setFormat(catalog::FormatId id, const std::string& field, const std::string& value) override {
    called("format " + std::to_string(id.value) + " " + field + "=" + value);
    return {};
  }
  Result<qc::Spec> projectSpec(const std::string&) override { return locked(spec); }
  Status setProjectSpec(const std::string& project, const qc::Spec& kept) override {
    called("spec of " + project);
    const std::scoped_lock lock(m_mutex);
    spec = kept;
    return {};
  }
  Status checkClips(std::vector<model::Clip>&, const std::string&) override { return none(); }
  Result<std::vector<dailies::ClipSource>> resolveClips(const std::string&) override { return none(); }
  Result<model::Look> addLookFile(const std::string&, const std::string&) override { return none(); }
  Result<std::vector<model::Look>> looks() override {
    model::Look evening;
    evening.name = "evening";
    evening.version = 2;
    evening.cdl = model::Cdl{{1.1, 1, .9}, {0, 0, .01}, {1, 1, 1}, .8};
    return std::vector{evening};
  }
  Status addLook(const model::Look& look) override {
    called("look " + look.name);
    return {};
  }
  Result<std::vector<catalog::LookVersion>> lookVersions(const std::string&) override {
    auto newest = *looks();
    model::Look first = newest.front();
    first.version = 1;
    first.cdl->saturation = .5;
    return std::vector<catalog::LookVersion>{{first, {}}, {newest.front(), {}}};
  }
  Status assignLook(const std::string& look, const std::string& target, std::int64_t) override {
    called("assign " + look + " to " + target);
    return {};
  }
  Result<std::optional<catalog::StandingLook>> standingLook(catalog::ClipId) override { return std::nullopt; }
  Result<std::vector<catalog::LookChange>> lookHistory(const std::string&) override { return none(); }
  std::optional<model::Look> lookFor(catalog::ClipId) override { return std::nullopt; }
  Result<std::shared_ptr<const colour::Config>> colourConfig() override { return none(); }
  Result<std::string> colourConfigFile() override { return none(); }
  Status setColourConfigFile(const std::string&) override { return none(); }
  Result<std::vector<dailies::Rendered>> renderNow(const dailies::RenderRequest&, std::optional<catalog::ClipId>,
                                                   jobs::Progress&, std::stop_token) override {
    return none();
  }
  Result<std::vector<jobs::JobId>> startRenders(const session::RenderOrder& order) override {
    const std::scoped_lock lock(m_mutex);
    m_orders.push_back(order);
    return std::vector<jobs::JobId>{{m_orders.size()}};
  }
  std::vector<session::UnfinishedRenders> unfinishedRenders() override { return locked(unfinished); }
  Result<std::vector<jobs::JobId>> resumeRenders(const std::string& name) override {
    called("go on with " + name);
    const std::scoped_lock lock(m_mutex);
    std::erase_if(unfinished, [&](const auto& one) { return one.name == name; });
    return std::vector<jobs::JobId>{{1}};
  }
  Status forgetRenders(const std::string& name) override {
    called("forget " + name);
    return {};
  }
  Result<std::string> sealRendered(const std::string&, const std::vector<dailies::Rendered>&, jobs::Progress&,
                                   std::stop_token) override {
    return none();
  }
  Result<dailies::ViewerFrame> previewFrame(catalog::ClipId clip, const dailies::PreviewRequest& request) override {
    return onPreview ? onPreview(clip, request) : none();
  }
  Result<std::vector<dailies::BurnInTemplate>> burnIns() override {
    std::vector<dailies::BurnInTemplate> all;
    for (const auto& one : dailies::burnIns())
      if (one.name == "editorial") all.push_back(one);
    const auto own = locked(ownBurnIns);
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  Status saveBurnIn(const dailies::BurnInTemplate& burnin) override {
    called("keep burn-in " + burnin.name);
    const std::scoped_lock lock(m_mutex);
    std::erase_if(ownBurnIns, [&](const auto& one) { return one.name == burnin.name; });
    ownBurnIns.push_back(burnin);
    return {};
  }
  Status removeBurnIn(const std::string& name) override {
    called("drop burn-in " + name);
    const std::scoped_lock lock(m_mutex);
    std::erase_if(ownBurnIns, [&](const auto& one) { return one.name == name; });
    return {};
  }
  Result<std::vector<std::string>> framings() override { return std::vector<std::string>{"show-2.39"}; }
  Status saveFraming(const std::string& name, const std::string& json) override {
    called("keep framing " + name + " " + json);
    return {};
  }
  Result<std::vector<dailies::Preset>> presets() override {
    auto all = dailies::presets();
    const auto own = locked(ownPresets);
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  Status savePreset(const dailies::Preset& preset) override {
    called("keep preset " + preset.name + " " + preset.codec + " " + std::to_string(preset.width));
    const std::scoped_lock lock(m_mutex);
    std::erase_if(ownPresets, [&](const auto& one) { return one.name == preset.name; });
    ownPresets.push_back(preset);
    return {};
  }
  Status removePreset(const std::string& name) override {
    called("drop preset " + name);
    const std::scoped_lock lock(m_mutex);
    std::erase_if(ownPresets, [&](const auto& one) { return one.name == name; });
    return {};
  }
  Status setSound(catalog::ClipId id, const std::optional<dailies::ProductionSound>& sound) override {
    const std::scoped_lock lock(m_mutex);
    if (sound) {
      m_sounds[id.value] = *sound;
    } else {
      m_sounds.erase(id.value);
    }
    return {};
  }
  std::optional<dailies::ProductionSound> soundOf(catalog::ClipId id) override {
    const std::scoped_lock lock(m_mutex);
    const auto found = m_sounds.find(id.value);
    return found == m_sounds.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::unique_ptr<dailies::Player>> openPlayer(catalog::ClipId, int, int) override { return none(); }
  Result<std::vector<catalog::RenderFact>> renders(catalog::ClipId) override { return none(); }
  Result<std::string> writeCardReport(catalog::RollId, const std::string&) override { return none(); }
  Result<catalog::CheckReport> catalogCheck() override { return none(); }
  Status catalogRebuild() override { return none(); }
  Status catalogBackup(const std::string&) override { return none(); }
  Result<session::Recognition> recognise(const std::string&, std::stop_token) override { return locked(known); }
  Result<session::Recognition> recogniseIn(const std::string&, const std::string&, std::stop_token) override {
    return locked(known);
  }
  void recogniseAs(const session::Recognition& as) {
    const std::scoped_lock lock(m_mutex);
    known = as;
  }
  void pauseJob(jobs::JobId id) override { called("pause " + std::to_string(id.value)); }
  void resumeJob(jobs::JobId id) override { called("resume " + std::to_string(id.value)); }
  void moveJob(jobs::JobId id, std::optional<jobs::JobId> before) override {
    called("move " + std::to_string(id.value) +
           (before ? " before " + std::to_string(before->value) : std::string(" to the end")));
  }
  Status eject(const std::string& mountPoint) override {
    called("eject " + mountPoint);
    return locked(ejects);
  }
  jobs::JobId startVerify(const session::VerifySettings& settings) override {
    const std::scoped_lock lock(m_mutex);
    m_verifies.push_back(settings);
    return {m_verifies.size()};
  }
  void cancelJob(jobs::JobId id) override {
    const std::scoped_lock lock(m_mutex);
    m_cancelled.push_back(id.value);
  }
  void retryJob(jobs::JobId id) override {
    const std::scoped_lock lock(m_mutex);
    m_retried.push_back(id.value);
  }
  void waitIdle() override {}
  session::State state() override { return locked(m_state); }

 private:
  static tl::unexpected<Error> none() { return fail(Errc::unsupported, "This session has none"); }
  void called(std::string what) {
    const std::scoped_lock lock(m_mutex);
    m_calls.push_back(std::move(what));
  }
  template <class T>
  T locked(const T& value) const {
    const std::scoped_lock lock(m_mutex);
    return value;
  }

  mutable std::mutex m_mutex;  // guards what follows
  std::map<std::int64_t, dailies::ProductionSound> m_sounds;
  session::State m_state;
  std::vector<session::OffloadSettings> m_offloads;
  std::vector<Annotation> m_annotations;
  std::vector<std::string> m_calls;
  std::vector<session::VerifySettings> m_verifies;
  std::vector<session::RenderOrder> m_orders;
  std::vector<std::uint64_t> m_cancelled, m_retried;
};

}  // namespace rollproof::test
