// SPDX-License-Identifier: Apache-2.0
// Code values to RGB and back as plain affine maps (ITU-T H.273 clause 8.3). Threads: pure functions.
#pragma once

#include <array>

#include "core/media/planar.h"

namespace rollproof::colour {

// What a picture's samples mean. Samples here are codes shifted up to 16 bits; `bits` of them count, which matters in
// full range, where white is the highest code.
struct Meaning {
  bool rgb = false;
  media::Matrix matrix = media::Matrix::bt709;
  media::Range range = media::Range::limited;
  int bits = 16;
};
[[nodiscard]] Meaning meaningOf(const media::Frame16& frame);
template <typename Byte>
[[nodiscard]] Meaning meaningOf(const media::PlanarOf<Byte>& picture) {
  return {picture.rgb, picture.matrix, picture.range, picture.bits};
}

// rgb[i] = sum over j of weight[i][j] * sample[j] + offset[i]; samples 16-bit, rgb 0..1.
struct ToRgb {
  std::array<std::array<float, 3>, 3> weight{};
  std::array<float, 3> offset{};
};
[[nodiscard]] ToRgb toRgbMap(const Meaning& meaning);

// The way back: luma = red*r + green*g + blue*b; samples black + lumaSpan*luma, zero + cb*(b - luma),
// zero + cr*(r - luma).
struct FromRgb {
  float red = 0, green = 0, blue = 0;
  float cb = 0, cr = 0;
  float black = 0, lumaSpan = 0, zero = 0;
  // What the range allows, as samples.
  float lumaMost = 0, chromaLeast = 0, chromaMost = 0;
};
[[nodiscard]] FromRgb fromRgbMap(const Meaning& meaning);

// Do the three planes hold width*height samples each?
[[nodiscard]] bool isWhole(const media::Frame16& frame);

}  // namespace rollproof::colour
