// SPDX-License-Identifier: Apache-2.0
// A folder of its own, small cards in it, and offloads of them.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/session/session.h"

namespace rollproof::session_test {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-session-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) FAIL("no folder for the test");
    m_path = pattern;
  }
  ~Scratch() {
    std::error_code ignored;  // a folder left behind is no failure of the test
    std::filesystem::remove_all(m_path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string folder(const std::string& name) const {
    std::filesystem::create_directories(m_path / std::filesystem::path(name));
    return at(name);
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (m_path / std::filesystem::path(name)).string();
  }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name), std::ios::binary) << text;
  }

 private:
  std::filesystem::path m_path;
};

// A card of plain files: a byte-true copy has no opinion about clips.
inline void smallCard(const Scratch& scratch, const std::string& name = "A001") {
  scratch.file(name + "/clips/one.bin", std::string(300'000, '1'));
  scratch.file(name + "/clips/two.bin", std::string(100'000, '2'));
  scratch.file(name + "/index.xml", "<index/>");
}

inline session::OffloadSettings settingsFor(const Scratch& scratch, const std::string& card = "A001") {
  session::OffloadSettings settings;
  settings.source = scratch.at(card);
  settings.destinations = {scratch.folder("RAID-A"), scratch.folder("SHUTTLE-04")};
  settings.project = "Test";
  settings.day = "2026-05-02";
  settings.policy.minDevices = 1;  // one disk is all a test can count on
  return settings;
}

inline session::OffloadResult offloaded(session::Session& session, const session::OffloadSettings& settings) {
  jobs::Progress progress;
  auto result = session.offloadNow(settings, progress, {});
  if (!result) FAIL(describe(result.error()));
  return std::move(*result);
}

inline session::Recognition recognise(session::Session& session, const std::string& path) {
  auto answer = session.recognise(path, {});
  if (!answer) FAIL(describe(answer.error()));
  return std::move(*answer);
}

}  // namespace rollproof::session_test
