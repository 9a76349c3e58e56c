// SPDX-License-Identifier: Apache-2.0
// Card files written byte by byte from the formats' descriptions, by nothing that the reader uses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/camera/camera.h"

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

struct Wav {
  int channels = 1, sampleRate = 48000, bits = 24;
  std::uint64_t sampleFrames = 4800;
  std::optional<std::uint64_t> timeReference;  // writes a bext chunk
  std::string description, originator;
  std::string ixml;        // "" none
  bool rf64 = false;       // RF64 with ds64 instead of RIFF
  bool ixmlFirst = false;  // iXML before bext
};
[[nodiscard]] std::string wav(const Wav& what);
[[nodiscard]] std::string ixml(const std::string& inner);

// A 10-bit RGB DPX of width x height with a timecode (BCD 0xHHMMSSFF) and frame rate.
[[nodiscard]] std::string dpx(int width, int height, std::uint32_t timecode, float rate);

}  // namespace fixtures
