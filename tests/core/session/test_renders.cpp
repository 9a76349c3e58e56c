// SPDX-License-Identifier: Apache-2.0
// Orders of renders: a job a clip, one seal, kept over a crash; deliverables proven, and replaced ones sealed anew.
#include <algorithm>
#include <fstream>
#include <set>

#include "core/demo/demo.h"
#include "core/mhl/mhl.h"
#include "core/session/session.h"
#include "scratch.h"

using namespace rollproof;
using namespace rollproof::session_test;
namespace fs = std::filesystem;

namespace {

// The demo's ARRI card in the library: two clips.
struct Shot {
  Scratch scratch;
  std::unique_ptr<session::Session> session;
  std::vector<catalog::ClipId> clips;
  Shot() {
    jobs::Progress progress;
    REQUIRE(demo::writeDemoCards(scratch.at("cards"), progress, {}));
    session = open();
    auto settings = settingsFor(scratch, "cards/A001R1AA");
    offloaded(*session, settings);
    const auto rows = session->clips("");
    REQUIRE(rows);
    for (const auto& row : *rows) clips.push_back(row.id);
    REQUIRE(clips.size() == 2);
  }
  [[nodiscard]] std::unique_ptr<session::Session> open() const {
    return session::Session::open(scratch.at("catalog.db"));
  }
  [[nodiscard]] session::RenderOrder order() const {
    session::RenderOrder order;
    order.clips = clips;
    order.presets = {"prores-proxy", "jpeg-still"};
    order.outputDirectory = scratch.at("out");
    return order;
  }
};

std::size_t generations(const std::string& folder) {
  const auto history = mhl::readHistory(realFileSystem(), folder);
  REQUIRE(history);
  CHECK(history->findings.empty());
  return history->generations.size();
}

// Files that the history vouches for.
std::size_t recorded(const std::string& folder) {
  std::set<std::string> files;
  const auto history = mhl::readHistory(realFileSystem(), folder);
  REQUIRE(history);
  for (const auto& generation : history->generations) {
    for (std::size_t i = 0; i < generation.manifest.files.size(); ++i) {
      files.emplace(generation.manifest.files.path(i));
    }
  }
  return files.size();
}

std::string outcome(const std::string& folder) {
  jobs::Progress progress;
  const auto proven = session::verify(folder, {}, false, progress, {});
  if (!proven) return describe(proven.error());
  std::string all;
  for (const auto& roll : proven->rolls) {
    for (const auto& finding : roll.findings) all += finding.kind + " " + finding.path + "; ";
  }
  return all;
}

std::string kept(const session::State& state) {
  std::string all;
  for (const auto& run : state.renders) {
    for (const auto& one : run.results ? *run.results : std::vector<dailies::Rendered>()) all += one.kept ? 'k' : 'n';
  }
  return all;
}

}  // namespace

TEST_CASE("an order renders each clip as a job of its own and seals all of it once") {
  const Shot shot;
  const auto jobs = shot.session->startRenders(shot.order());
  REQUIRE(jobs);
  CHECK(jobs->size() == 3);
  shot.session->waitIdle();
  const auto state = shot.session->state();
  for (const auto& job : state.jobs) {
    INFO(job.title << " " << job.error);
    CHECK(job.state == jobs::JobState::done);
  }
  REQUIRE(state.renders.size() == 2);
  CHECK(kept(state) == "nnnn");
  CHECK(generations(shot.scratch.at("out")) == 1);
  CHECK(outcome(shot.scratch.at("out")).empty());
  CHECK(shot.session->unfinishedRenders().empty());
  // The same once more makes nothing, and seals nothing.
  REQUIRE(shot.session->startRenders(shot.order()));
  shot.session->waitIdle();
  CHECK(kept(shot.session->state()) == "kkkknnnn");
  CHECK(generations(shot.scratch.at("out")) == 1);
  // More clips' worth of files append; files that replace others begin a new history, and the old one is still there.
  auto order = shot.order();
  order.presets = {"h264-review", "jpeg-still"};
  REQUIRE(shot.session->startRenders(order));
  shot.session->waitIdle();
  CHECK(generations(shot.scratch.at("out")) == 2);
  order.burnin = "{clip}";
  REQUIRE(shot.session->startRenders(order));
  shot.session->waitIdle();
  CHECK(generations(shot.scratch.at("out")) == 1);
  CHECK(outcome(shot.scratch.at("out")).empty());
  const auto entries = realFileSystem().list(shot.scratch.at("out"));
  CHECK(std::any_of(entries->begin(), entries->end(),
                    [](const auto& entry) { return entry.name.starts_with("superseded-ascmhl-"); }));
}

TEST_CASE("an order that the program did not live to finish goes on where it stood") {
  const Shot shot;
  {
    const auto jobs = shot.session->startRenders(shot.order());
    REQUIRE(jobs);
    // The second clip and the seal never come to run.
    shot.session->cancelJob((*jobs)[1]);
    shot.session->cancelJob((*jobs)[2]);
    shot.session->waitIdle();
    CHECK(shot.session->unfinishedRenders().empty());  // it is this program's own, and still listed as jobs
  }
  const auto next = shot.open();
  const auto unfinished = next->unfinishedRenders();
  REQUIRE(unfinished.size() == 1);
  CHECK(unfinished[0].order.clips == shot.clips);
  CHECK(unfinished[0].order.outputDirectory == shot.scratch.at("out"));
  REQUIRE(next->resumeRenders(unfinished[0].name));
  next->waitIdle();
  CHECK(kept(next->state()) == "nnkk");  // newest first: the second clip is made, the first stood
  CHECK(next->unfinishedRenders().empty());
  CHECK(shot.open()->unfinishedRenders().empty());
  // Also what was rendered before, and never came to be sealed then.
  CHECK(outcome(shot.scratch.at("out")).empty());
  CHECK(recorded(shot.scratch.at("out")) == 4);
  CHECK(next->resumeRenders("nothing").error().code == Errc::notFound);
  CHECK(next->forgetRenders("../catalog").error().code == Errc::usage);
}

TEST_CASE("an order of nothing is refused and a clip that is gone fails alone") {
  const Shot shot;
  auto order = shot.order();
  order.clips.clear();
  CHECK(shot.session->startRenders(order).error().code == Errc::usage);
  order = shot.order();
  order.presets.clear();
  CHECK(shot.session->startRenders(order).error().code == Errc::usage);
  order = shot.order();
  order.presets = {"jpeg-still"};
  order.clips.insert(order.clips.begin(), catalog::ClipId{4711});
  const auto jobs = shot.session->startRenders(order);
  REQUIRE(jobs);
  shot.session->waitIdle();
  const auto state = shot.session->state();
  CHECK(std::count_if(state.jobs.begin(), state.jobs.end(),
                      [](const auto& job) { return job.state == jobs::JobState::failed; }) == 1);
  CHECK(kept(state) == "nn");
  CHECK(outcome(shot.scratch.at("out")).empty());
}

TEST_CASE("a preset renders with the kept burn-in it names") {
  const Shot shot;
  dailies::BurnInTemplate words = dailies::burnIns().front();
  words.name = "ours";
  REQUIRE(shot.session->saveBurnIn(words));
  auto mine = *dailies::findPreset("jpeg-still");
  mine.name = "marked";
  mine.burnin = "ours";
  REQUIRE(shot.session->savePreset(mine));
  auto order = shot.order();
  order.presets = {"marked"};
  REQUIRE(shot.session->startRenders(order));
  shot.session->waitIdle();
  for (const auto& job : shot.session->state().jobs) {
    INFO(job.error);
    CHECK(job.state == jobs::JobState::done);
  }
  dailies::PreviewRequest preview;
  preview.preset = mine;
  CHECK(shot.session->previewFrame(shot.clips[0], preview));
}

TEST_CASE("a library's own presets stand beside the shipped ones") {
  const Shot shot;
  auto mine = *dailies::findPreset("h264-review");
  mine.name = "phone";
  mine.width = 320;
  REQUIRE(shot.session->savePreset(mine));
  mine.quality = 35;
  REQUIRE(shot.session->savePreset(mine));
  const auto all = shot.open()->presets();
  REQUIRE(all);
  REQUIRE(all->size() == dailies::presets().size() + 1);
  CHECK(all->back().quality == 35);
  mine.codec = "dnxhr_lb";
  CHECK(shot.session->savePreset(mine).error().code == Errc::usage);
  mine = *dailies::findPreset("h264-review");
  CHECK(shot.session->savePreset(mine).error().code == Errc::usage);
  CHECK(shot.session->removePreset("h264-review").error().code == Errc::usage);
  CHECK(shot.session->removePreset("nobody").error().code == Errc::notFound);
  REQUIRE(shot.session->removePreset("phone"));
  CHECK(shot.session->presets()->size() == dailies::presets().size());
}

TEST_CASE("a clip stays to be seen as recorded when the show's colour configuration is gone") {
  const Shot shot;
  const std::string file = shot.scratch.at("show.ocio");
  std::ofstream(file)
      << "ocio_profile_version: 2\nroles:\n  default: raw\nfile_rules:\n  - !<Rule> {name: Default, "
         "colorspace: raw}\ndisplays:\n  M:\n    - !<View> {name: V, colorspace: raw}\ncolorspaces:\n  - "
         "!<ColorSpace>\n    name: raw\n    isdata: true\n";
  REQUIRE(shot.session->setColourConfigFile(file));
  CHECK(shot.session->colourConfigFile() == file);
  // It has neither our display nor the clip's space: its first view of its default.
  const auto other = shot.session->openPlayer(shot.clips[0], 160, 90);
  REQUIRE(other);
  CHECK((*other)->chain().starts_with("[show.ocio, "));
  // Edited and set again it is another one.
  std::ofstream(file, std::ios::app) << "  - !<ColorSpace>\n    name: More\n    isdata: true\n";
  REQUIRE(shot.session->setColourConfigFile(file));
  const auto edited = shot.session->colourConfig();
  REQUIRE(edited);
  CHECK((*edited)->canonical("More") == "More");
  fs::remove(file);
  const auto later = shot.open();
  CHECK_FALSE(later->colourConfig());
  const auto player = later->openPlayer(shot.clips[0], 160, 90);
  REQUIRE(player);
  CHECK((*player)->chain().find("as recorded: ") != std::string::npos);
  CHECK((*player)->chain().find("show.ocio") != std::string::npos);
  REQUIRE((*player)->frame(0));
  CHECK_FALSE(later->setColourConfigFile(file));
  REQUIRE(later->setColourConfigFile({}));
  const auto again = later->openPlayer(shot.clips[0], 160, 90);
  REQUIRE(again);
  CHECK((*again)->chain().find("as recorded") == std::string::npos);
}
