// SPDX-License-Identifier: Apache-2.0
// Which part of what was recorded is shown, in what shape, and where it lies in the file: as data that people write and
// as a plan in pixels.
// Threads: pure functions. Errors: Errc::usage names what is unknown, impossible or does not go together.
// Source: anamorphic squeeze as in ASC FDL (shown width = stored width x squeeze).
//
// The order of things: the wanted region of the recorded picture, desqueezed, turned clockwise, mirrored, then fitted.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/dailies/presets.h"
#include "core/interchange/fdl.h"
#include "core/media/planar.h"
#include "core/media/turn.h"

namespace rollproof::dailies {

// How a picture comes into a frame of another shape. none: the picture's own shape is the file's. matte: cut where the
// frame is wider than the picture, as a cinema's mask does, and whole with bars where it is narrower.
enum class Fit { none, matte, letterbox, crop, stretch };

using Rgb8 = std::array<std::uint8_t, 3>;

// Either an aspect, largest and centred in the picture, or a region of the recorded picture.
struct Frameline {
  std::optional<double> aspect;
  std::optional<media::Region> region;
  Rgb8 colour{235, 235, 235};
  double opacity = 0.8;
  std::string label;
  bool operator==(const Frameline&) const = default;
};

struct Framing {
  bool desqueeze = true;
  std::optional<double> squeeze;  // instead of what the record says
  media::Turn turn;
  Fit fit = Fit::none;
  std::optional<double> aspect;         // of the delivered picture; none = the file's frame, or the picture's own
  std::optional<media::Region> region;  // of the recorded picture, in its pixels
  std::vector<Frameline> framelines;
  [[nodiscard]] bool isDefault() const { return *this == Framing{}; }
  bool operator==(const Framing&) const = default;
};

// {"fit": "letterbox", "aspect": 2.39, "rotate": 90, "flip_horizontal": true, "desqueeze": false, "squeeze": 1.5,
//  "region": {"x", "y", "width", "height"}, "framelines": [{"aspect" | "region", "colour": "#ebebeb", "opacity",
//  "label"}]}
// An aspect without a fit is a matte.
[[nodiscard]] Result<Framing> parseFraming(std::string_view json);
[[nodiscard]] std::string framingJson(const Framing& framing);
[[nodiscard]] Result<Fit> fitCalled(std::string_view name);

// What a camera format or a person says of the framing: "" or "none" = nothing, an aspect ("2.39", "2.39:1", "16:9"),
// the JSON of a framing, or an ASC FDL; of that the decision that fits the clip.
struct Framed {
  Framing framing;
  std::string explanation;  // what an FDL gave, in one sentence; "" otherwise
};
[[nodiscard]] Result<Framed> framingFor(const std::string& said, const interchange::FdlQuery& clip);
// Members of a framing's JSON laid over one; "" changes nothing.
[[nodiscard]] Result<Framing> changedBy(const Framing& framing, const std::string& json);
// "2.39", "2.39:1", "16:9", "16/9"
[[nodiscard]] Result<double> aspectFrom(std::string_view text);

struct LineRect {
  int x = 0, y = 0, width = 0, height = 0;  // in pixels of the canvas
  Rgb8 colour{};
  double opacity = 1;
  std::string label;
};

// What to do for one clip and one size of file.
struct FramePlan {
  media::Region source;  // of the recorded picture, not yet turned
  media::Turn turn;
  int pictureWidth = 0, pictureHeight = 0, x = 0, y = 0;  // even; where the scaled, turned picture lies in the file
  int canvasWidth = 0, canvasHeight = 0;                  // even: the file's
  std::vector<LineRect> lines;
  // The size to scale to before the picture is turned.
  [[nodiscard]] int scaledWidth() const { return turn.quarter() ? pictureHeight : pictureWidth; }
  [[nodiscard]] int scaledHeight() const { return turn.quarter() ? pictureWidth : pictureHeight; }
};
// `squeeze`: how much wider a recorded pixel is shown than it is high. targetWidth 0: as recorded; a picture that is
// neither turned nor fitted then keeps its squeeze.
[[nodiscard]] Result<FramePlan> planFrame(int recordedWidth, int recordedHeight, double squeeze, int targetWidth,
                                          FixedSize fixed, const Framing& framing);

}  // namespace rollproof::dailies
