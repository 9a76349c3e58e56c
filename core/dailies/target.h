// SPDX-License-Identifier: Apache-2.0
// One file (or folder of frames) being rendered: hidden under a part name until it is whole and on the disk.
// Threads: one thread at a time. Errors: Errc::exists when something that is no earlier render of the same clip and
//          preset stands where the result belongs.
#pragma once

#include "core/base/file_system.h"
#include "core/dailies/opened_clip.h"

namespace rollproof::dailies {

struct TargetOptions {
  const OpenedClip* clip = nullptr;
  const Preset* preset = nullptr;
  std::string directory;  // exists
  PictureSize size;
  std::int64_t firstFrame = 0;
  int audioChannels = 0, sampleRate = 0;  // 0: no sound
  std::string display;                    // decides the colour tags
  std::string space;                      // of scene-referred frames, for their header
  std::string chain;
  std::string settings;  // all that decides what comes out, as one word; a result with the same is the same
  std::int64_t frames = 0;
};

class Target {
 public:
  virtual ~Target() = default;  // takes back what was not published
  // Display pictures: the planes of the next one, limited-range BT.709 YCbCr of the target's size, to be filled where
  // they lie; writeDisplay takes them.
  [[nodiscard]] virtual Result<media::PlanarRoom> nextDisplay() = 0;
  [[nodiscard]] virtual Status writeDisplay(std::int64_t frame) = 0;
  // Scene-referred pictures, as recorded in size.
  [[nodiscard]] virtual Status writeScene(const media::ImageF& image, std::int64_t frame) = 0;
  [[nodiscard]] virtual Status writeSound(const std::vector<float>& interleaved) = 0;
  // Finishes, syncs and gives the final names; the paths, the picture's (or the folder's) first.
  [[nodiscard]] virtual Result<std::vector<std::string>> publish() = 0;
};

[[nodiscard]] Result<std::unique_ptr<Target>> createMovieTarget(FileSystem& fs, const TargetOptions& options);
[[nodiscard]] Result<std::unique_ptr<Target>> createSequenceTarget(FileSystem& fs, const TargetOptions& options);

// The paths of a whole earlier result of the same settings, as publish() gives them; empty if there is none.
[[nodiscard]] std::vector<std::string> finishedMovie(const FileSystem& fs, const TargetOptions& options);
[[nodiscard]] std::vector<std::string> finishedFrames(const FileSystem& fs, const TargetOptions& options);

// What a render writes into its header so that a later one knows it may replace it.
[[nodiscard]] std::string renderMark(const OpenedClip& clip, const Preset& preset);
// The same with the settings, as it stands in the file.
[[nodiscard]] std::string fullMark(const TargetOptions& options);
// Is this file an earlier render with that mark, whatever its settings (or with exactly that full mark)?
[[nodiscard]] bool carriesMark(const std::string& path, const std::string& mark);
[[nodiscard]] Status syncFile(FileSystem& fs, const std::string& path);

}  // namespace rollproof::dailies
