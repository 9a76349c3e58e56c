// SPDX-License-Identifier: Apache-2.0
// Card files written byte by byte from the formats' descriptions, by nothing that the reader uses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/camera/camera.h"
#include "tests/core/camera/sound_files.h"

namespace fixtures {

// A folder that is gone with all it holds at the end of the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& relative, const std::string& bytes) const;
  [[nodiscard]] std::string path(const std::string& relative = {}) const;

 private:
  std::filesystem::path m_path;
};

[[nodiscard]] rollproof::model::Card readCard(const std::string& root,
                                              rollproof::camera::Depth depth = rollproof::camera::Depth::metadata);
[[nodiscard]] const rollproof::model::Clip* findClip(const rollproof::model::Card& card, const std::string& name);
[[nodiscard]] bool hasWarning(const std::vector<rollproof::model::Warning>& warnings, const std::string& code);
[[nodiscard]] std::string source(const rollproof::model::Clip& clip, const std::string& field);

// A 10-bit RGB DPX of width x height with a timecode (BCD 0xHHMMSSFF) and frame rate.
[[nodiscard]] std::string dpx(int width, int height, std::uint32_t timecode, float rate);

}  // namespace fixtures
