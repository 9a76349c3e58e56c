// SPDX-License-Identifier: Apache-2.0
// A clip's record and its files brought together: what to read, at what rate, in which colour.
// Threads: plain values.
#pragma once

#include "core/dailies/dailies.h"
#include "core/interchange/fdl.h"

namespace rollproof::dailies {

struct OpenedClip {
  model::Clip clip;
  std::string fileName;  // the clip's name, safe as one path component
  std::vector<std::string> paths;
  media::MediaInfo media;  // of the first file
  media::VideoInfo video;
  FrameRate rate;
  std::optional<Timecode> start;
  std::string reel;
  double squeeze = 1;  // how much wider a pixel is shown than it is high
  std::vector<model::Warning> warnings;

  // Floating-point pixels (OpenEXR), which have no code values.
  [[nodiscard]] bool isFloat() const { return media.decoder == "oiio" && video.range == media::Range::unknown; }
  [[nodiscard]] std::optional<Timecode> timecodeAt(std::int64_t frame) const;
};
[[nodiscard]] Result<OpenedClip> openClip(const ClipSource& source);
// The same from the record and a picture that is there already, without opening a file; `paths` stays empty.
[[nodiscard]] OpenedClip openedFrom(const model::Clip& clip, const media::CodedPicture& picture);

// What to look for in a framing decision list.
[[nodiscard]] interchange::FdlQuery fdlQueryOf(const OpenedClip& clip, const std::string& intent);

struct ColourPlan {
  std::string input;
  model::Look look;
  std::string display, view;
  std::vector<model::Warning> warnings;
};
// The caller's choice, else the record's; a space nobody names is taken as a finished Rec.709 picture (floating point:
// as linear Rec.709, OpenEXR's own default), and a warning says so.
[[nodiscard]] Result<ColourPlan> planColour(const colour::Config& config, const OpenedClip& clip,
                                            const ColourChoice& choice, bool floatPixels);

struct PictureSize {
  int width = 0, height = 0;
  bool operator==(const PictureSize&) const = default;
};
// Width 0 = as recorded. Both sides even, the shape as it is to be seen.
[[nodiscard]] PictureSize sizeForWidth(const OpenedClip& clip, int width);
[[nodiscard]] PictureSize sizeWithin(const OpenedClip& clip, int maxWidth, int maxHeight);

}  // namespace rollproof::dailies
