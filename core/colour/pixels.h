// SPDX-License-Identifier: Apache-2.0
// Code values to RGB and back as plain affine maps (ITU-T H.273 clause 8.3). Threads: pure functions.
#pragma once

#include <array>

#include "core/media/media.h"

namespace rollproof::colour {

// rgb[i] = sum over j of weight[i][j] * sample[j] + offset[i]; samples 16-bit, rgb 0..1.
struct ToRgb {
  std::array<std::array<float, 3>, 3> weight{};
  std::array<float, 3> offset{};
};
[[nodiscard]] ToRgb toRgbMap(const media::Frame16& frame);

// BT.709 limited range at 16 bit.
inline constexpr float kLumaRed = 0.2126F, kLumaGreen = 0.7152F, kLumaBlue = 0.0722F;
inline constexpr float kCbScale = 57344.0F / 1.8556F, kCrScale = 57344.0F / 1.5748F;
inline constexpr float kBlack = 4096.0F, kLumaSpan = 56064.0F, kChromaZero = 32768.0F;

// Do the three planes hold width*height samples each?
[[nodiscard]] bool isWhole(const media::Frame16& frame);

}  // namespace rollproof::colour
