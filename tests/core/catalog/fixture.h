// SPDX-License-Identifier: Apache-2.0
// A catalog in a folder of its own, and facts to put into it.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"

namespace fixture {

using namespace rollproof;

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rollproof-catalog-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    m_path = name;
  }
  ~TempFolder() {
    std::error_code ignored;  // a folder left behind is no failure of the test
    std::filesystem::remove_all(m_path, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

class TurnableClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override { return m_now; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return {}; }
  void set(std::int64_t unixMilliseconds) {
    m_now = std::chrono::system_clock::time_point(std::chrono::milliseconds(unixMilliseconds));
  }

 private:
  std::chrono::system_clock::time_point m_now{std::chrono::milliseconds(1'777'000'000'000)};
};

inline std::unique_ptr<catalog::Catalog> openCatalog(const std::string& path, const Clock& clock = systemClock()) {
  auto opened = catalog::Catalog::open(path, clock);
  if (!opened) FAIL(describe(opened.error()));
  return std::move(*opened);
}

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(describe(result.error()));
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) FAIL(describe(status.error()));
}

inline catalog::OffloadFact offload(const std::string& roll, bool safe = true) {
  catalog::OffloadFact fact;
  fact.key = {"Harbour", "2026-05-02", roll};
  fact.source = "/media/card";
  fact.family = "arri";
  fact.camera = "ARRI ALEXA Mini";
  fact.inventoryFingerprint = "f-" + roll;
  fact.files = 2;
  fact.bytes = 300;
  fact.verdict.kind = safe ? model::VerdictKind::safe : model::VerdictKind::notSafe;
  fact.verdict.reasons = {{"two_copies", "Two verified copies on two devices."}};
  fact.copies = {{"/a/" + roll, "SHUTTLE", "serial:1", "Disk 1", model::CopyState::verified, 2, 0, 300, "/a/m.mhl"},
                 {"/b/" + roll, "RAID", "serial:2", "Disk 2", model::CopyState::verified, 2, 0, 300, "/b/m.mhl"}};
  fact.records = {{"A/one.mov", 100, 1, {{model::HashFormat::xxh64, "00aa"}, {model::HashFormat::md5, "11bb"}}},
                  {std::string("A/\xFF\xFEnot utf8 %41.mov"), 200, 2, {{model::HashFormat::xxh64, "00cc"}}}};
  fact.sourceRereadDone = true;
  fact.startedAt = "2026-05-02T10:00:00Z";
  fact.finishedAt = "2026-05-02T10:05:00Z";
  return fact;
}

inline model::Clip clip(const std::string& name) {
  model::Clip made;
  made.name = name;
  made.reel = "A001R1AA";
  made.family = "arri";
  made.cameraLetter = "A";
  made.files = {{"A001R1AA/" + name + ".mov", model::FileRole::essence, 100}};
  made.frameRate = FrameRate{24000, 1001};
  made.start = Timecode::parse("10:00:00:00", made.frameRate);
  made.durationFrames = 48;
  made.picture = model::Picture{};
  made.picture->width = 3200;
  made.picture->height = 1800;
  made.picture->codec = "prores";
  made.picture->codecTag = "ap4h";
  made.camera.make = "ARRI";
  made.camera.model = "ALEXA Mini";
  made.exposure.ei = 800;
  made.lens.model = "Signature Prime 35";
  made.colour.space = "ARRI LogC3 (EI800)";
  made.slate.scene = "12";
  made.slate.take = "3";
  return made;
}

inline std::vector<std::string> names(const std::vector<catalog::ClipRow>& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row.clip.name);
  return all;
}

}  // namespace fixture
