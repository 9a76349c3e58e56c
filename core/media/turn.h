// SPDX-License-Identifier: Apache-2.0
// A picture turned by quarters and mirrored.
// Threads: pure functions. Errors: Errc::usage for other angles; Errc::unsupported for chroma at less than full size:
// none of the sitings that files know is where halved chroma would come to lie, so it is brought to full size first
// (scale.h).
// Source: none; the order of things is ours: turned first, then mirrored.
#pragma once

#include "core/base/error.h"
#include "core/media/planar.h"

namespace rollproof::media {

struct Turn {
  int clockwise = 0;  // 0, 90, 180 or 270 degrees
  bool flipHorizontal = false, flipVertical = false;
  [[nodiscard]] bool none() const { return clockwise == 0 && !flipHorizontal && !flipVertical; }
  // Width and height change places.
  [[nodiscard]] bool quarter() const { return clockwise == 90 || clockwise == 270; }
  bool operator==(const Turn&) const = default;
};

[[nodiscard]] Result<PlanarPicture> turned(const PlanarView& picture, const Turn& turn);

// Where a place of the unturned picture comes to lie; both as fractions of width and height.
struct Place {
  double x = 0, y = 0;
};
[[nodiscard]] Place turned(Place place, const Turn& turn);

}  // namespace rollproof::media
