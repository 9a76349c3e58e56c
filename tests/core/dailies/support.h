// SPDX-License-Identifier: Apache-2.0
// Small clips made for the dailies tests. Threads: one test, one thread.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/dailies/dailies.h"

namespace rollproof::dailies::test {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return m_path; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

[[nodiscard]] const colour::Config& config();

struct ClipSpec {
  std::string name = "A001C001_260502_R1AB";
  int width = 320, height = 180;
  int frames = 12;
  FrameRate rate{25, 1};
  std::string timecode = "10:20:30:00";
  int channels = 2;
  std::string space = "ARRI LogC3 (EI800)";
  // R, G, B code values 0..1 of the whole picture.
  float r = .391007F, g = .391007F, b = .391007F;
};
// A ProRes 4444 movie of one colour with a frame-dependent corner and a tone that starts at sample 0.
[[nodiscard]] ClipSource makeMovie(const Folder& folder, const ClipSpec& spec);
// A sequence of EXR (scene-linear ACEScg 0.18) or DPX (10 bit, the spec's codes) frames.
[[nodiscard]] ClipSource makeSequence(const Folder& folder, const ClipSpec& spec, const std::string& suffix);

[[nodiscard]] RenderRequest requestFor(const ClipSource& source, const Folder& output,
                                       std::vector<std::string> presets);
[[nodiscard]] std::vector<Rendered> mustRender(const RenderRequest& request);
// All names below a folder, hidden ones too.
[[nodiscard]] std::vector<std::string> listing(const std::string& folder);
[[nodiscard]] bool hasWarning(const std::vector<model::Warning>& warnings, const std::string& code);
// The 10-bit luma code in the middle of a frame of a movie.
[[nodiscard]] double middleLuma(const std::string& path, std::int64_t frame);

}  // namespace rollproof::dailies::test
