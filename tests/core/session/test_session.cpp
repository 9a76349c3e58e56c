// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "core/base/path.h"
#include "core/session/session.h"

using namespace rollproof;
namespace fs = std::filesystem;

namespace {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "rollproof-session-XXXXXX").string();
    m_path = mkdtemp(pattern.data());
  }
  ~Scratch() { fs::remove_all(m_path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string folder(const std::string& name) const {
    fs::create_directories(m_path / fs::path(name));
    return (m_path / fs::path(name)).string();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (m_path / fs::path(name)).string(); }

 private:
  fs::path m_path;
};

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// A roll of sound: one second of silence, small and readable everywhere.
void writeWav(const std::string& path) {
  const auto le = [](std::uint32_t v, int n) {
    std::string s;
    for (int i = 0; i < n; ++i) s += static_cast<char>((v >> (8 * i)) & 255U);
    return s;
  };
  const std::uint32_t data = 48000 * 2;
  write(path, "RIFF" + le(36 + data, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(1, 2) + le(48000, 4) + le(96000, 4) +
                  le(2, 2) + le(16, 2) + "data" + le(data, 4) + std::string(data, '\0'));
}

session::OffloadSettings settingsFor(const Scratch& scratch) {
  session::OffloadSettings settings;
  settings.source = scratch.at("S001");
  settings.destinations = {scratch.folder("one"), scratch.folder("two")};
  settings.project = "Test";
  settings.day = "2026-05-02";
  return settings;
}

}  // namespace

TEST_CASE("an offload is recorded with its clips and the roll is named by the card") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  REQUIRE_FALSE(session->catalogError());
  jobs::Progress progress;
  auto settings = settingsFor(scratch);
  settings.policy.minDevices = 1;
  const auto result = session->offloadNow(settings, progress, {});
  REQUIRE(result);
  CHECK(result->warnings.empty());
  CHECK(result->key.roll == "S001");
  REQUIRE(result->rollId);
  CHECK(result->outcome.copies.size() == 2);
  for (const auto& copy : result->outcome.copies) CHECK(fs::exists(copy.manifest));
  const auto clips = session->clips("T001");
  REQUIRE(clips);
  REQUIRE(clips->size() == 1);
  CHECK(clips->front().mediaRoot == result->outcome.copies[0].root);
  const auto check = session->catalogCheck();
  REQUIRE(check);
  CHECK(check->ok);
}

TEST_CASE("two copies on one disk are not safe under the default policy and the reason says so") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  jobs::Progress progress;
  const auto result = session->offloadNow(settingsFor(scratch), progress, {});
  REQUIRE(result);
  CHECK(result->outcome.verdict.kind == model::VerdictKind::notSafe);
  const auto& reasons = result->outcome.verdict.reasons;
  CHECK(std::any_of(reasons.begin(), reasons.end(), [](const auto& reason) { return reason.code == "one_device"; }));
}

TEST_CASE("a catalog that is no database neither stops nor spoils a copy") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  write(scratch.at("catalog.db"), std::string(5000, 'x'));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  REQUIRE(session->catalogError());
  jobs::Progress progress;
  auto settings = settingsFor(scratch);
  settings.policy.minDevices = 1;
  const auto result = session->offloadNow(settings, progress, {});
  REQUIRE(result);
  CHECK_FALSE(result->rollId);
  CHECK(result->warnings.size() == 1);
  for (const auto& copy : result->outcome.copies) {
    CHECK(fs::exists(copy.manifest));
    CHECK(fs::file_size(fs::path(copy.root) / "T001.WAV") == fs::file_size(scratch.at("S001/T001.WAV")));
  }
  CHECK(fs::file_size(scratch.at("catalog.db")) == 5000);
}

TEST_CASE("an offload as a job ends as a finished tile with its verdict") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  settings.policy.minDevices = 1;
  const auto before = session->state();
  CHECK(before.tiles.empty());
  const auto job = session->startOffload(settings, "");
  session->waitIdle();
  const auto state = session->state();
  REQUIRE(state.tiles.size() == 1);
  CHECK(state.tiles[0].job == job);
  CHECK(state.tiles[0].finished);
  CHECK(state.tiles[0].key.roll == "S001");
  CHECK(state.tiles[0].clips == 1);
  CHECK(state.libraryVersion != before.libraryVersion);
  // A second session on the same catalog knows the roll without the job.
  const auto again = session::Session::open(scratch.at("catalog.db"));
  REQUIRE(again->state().tiles.size() == 1);
  CHECK(again->state().tiles[0].verdict.kind == state.tiles[0].verdict.kind);
  CHECK_FALSE(again->state().tiles[0].job);
}

TEST_CASE("a card that is gone fails the job with its path and can be tried again") {
  const Scratch scratch;
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  settings.policy.minDevices = 1;
  const auto job = session->startOffload(settings, "");
  session->waitIdle();
  auto state = session->state();
  REQUIRE(state.jobs.size() == 1);
  CHECK(state.jobs[0].state == jobs::JobState::failed);
  CHECK(state.jobs[0].error.find("S001") != std::string::npos);
  CHECK(state.tiles[0].verdict.kind == model::VerdictKind::notSafe);
  writeWav(scratch.at("S001/T001.WAV"));
  session->retryJob(job);
  session->waitIdle();
  CHECK(session->state().jobs[0].state == jobs::JobState::done);
}

TEST_CASE("bad settings are named before anything is touched") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch);
  for (const auto* day : {"today", "2026-13-01", "2026-5-2", "../../x"}) {
    settings.day = day;
    const auto plan = session->planNow(settings);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == Errc::usage);
  }
  settings = settingsFor(scratch);
  settings.folderTemplate = "{project}/{nonsense}";
  CHECK_FALSE(session->planNow(settings));
  CHECK(fs::is_empty(scratch.at("one")));
}

TEST_CASE("a clip is found by its path without any catalog entry") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto byFile = session->resolveClips(scratch.at("S001/T001.WAV"));
  REQUIRE(byFile);
  REQUIRE(byFile->size() == 1);
  CHECK(byFile->front().clip.name == "T001");
  CHECK(session->resolveClips("no such clip").error().code == Errc::notFound);
}

TEST_CASE("a report stands beside the roll and never inside what was sealed") {
  const Scratch scratch;
  writeWav(scratch.at("S001/T001.WAV"));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  jobs::Progress progress;
  auto settings = settingsFor(scratch);
  settings.policy.minDevices = 1;
  const auto result = session->offloadNow(settings, progress, {});
  REQUIRE(result);
  REQUIRE(result->rollId);
  const auto html = session->writeCardReport(*result->rollId, "");
  REQUIRE(html);
  CHECK(fs::exists(*html));
  CHECK(fs::exists(fs::path(*html).replace_extension(".csv")));
  for (const auto& copy : result->outcome.copies) CHECK_FALSE(path::isWithin(*html, copy.root));
}
