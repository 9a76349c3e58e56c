// SPDX-License-Identifier: Apache-2.0
// The test picture in scene-linear ACEScg: grey patches of known reflectance, a grey ramp, skin and memory colours,
// saturated ramps. Wrong matrix, range, curve or gamut each show in a different part of it.
// Threads: pure functions. Errors: none.
// Source: ITU-R BT.709 primaries to ACES AP1 (S-2014-004, Bradford); reflectances are our own.
#pragma once

#include <array>

#include "core/media/media.h"

namespace rollproof::demo {

// Fractions of the picture's width and height.
struct Area {
  double left = 0, top = 0, right = 0, bottom = 0;
};
struct PixelArea {
  int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom exclusive
};
[[nodiscard]] PixelArea pixels(const Area& area, int width, int height);

// Reflectance of the grey patches, left to right along the top. 0.18 is the fifth.
inline constexpr std::array<float, 10> kGreys{0.0F, 0.02F, 0.045F, 0.09F, 0.18F, 0.36F, 0.72F, 0.90F, 1.8F, 3.6F};
[[nodiscard]] Area greyPatch(std::size_t index);

// What the moving parts are drawn over and with.
inline constexpr float kBackground = 0.045F;
inline constexpr float kInk = 0.90F;
inline constexpr Area kMoverBand{0.0, 0.62, 1.0, 0.68};
inline constexpr Area kTimecodeArea{0.02, 0.70, 0.80, 0.86};
inline constexpr Area kFrameArea{0.02, 0.88, 0.40, 0.98};
inline constexpr Area kNameArea{0.40, 0.88, 0.84, 0.98};
inline constexpr Area kFlashArea{0.86, 0.70, 0.98, 0.98};

[[nodiscard]] media::ImageF paintChart(int width, int height);

}  // namespace rollproof::demo
