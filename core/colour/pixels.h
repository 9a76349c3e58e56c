// SPDX-License-Identifier: Apache-2.0
// Code values to RGB and back as plain affine maps (ITU-T H.273 clause 8.3). Threads: pure functions.
#pragma once

#include <array>

#include "core/colour/colour.h"
#include "core/media/planar.h"

namespace rollproof::colour {

// What a picture's samples mean. Samples are codes shifted up to 16 bits, but for planes whose codes are taken as they
// are: one of their samples counts `scale` times as much. `bits` of a sample count, which matters in full range, where
// white is the highest code.
struct Meaning {
  bool rgb = false;
  media::Matrix matrix = media::Matrix::bt709;
  media::Range range = media::Range::limited;
  int bits = 16;
  std::array<float, 3> scale{1, 1, 1};
  Levels levels = Levels::normalised;
  // On the way out: luma's and chroma's samples are final, and rounded. Those that are brought to fewer bits or to
  // fewer samples afterwards are cut, so that they are rounded once, and come out the same by either way.
  bool lumaFinal = true, chromaFinal = true;
};
[[nodiscard]] Meaning meaningOf(const media::Frame16& frame);
// Codes of 9 to 15 bits are read and written where they lie, unless chroma has to be interpolated, which needs the
// fraction; bytes are widened, and dithered.
template <typename Byte>
[[nodiscard]] bool takenAsTheyAre(const media::PlanarOf<Byte>& picture, std::size_t plane) {
  return picture.bits > 8 && picture.bits < 16 && (plane == 0 || picture.chroma == media::Chroma::s444);
}
template <typename Byte>
[[nodiscard]] Meaning meaningOf(const media::PlanarOf<Byte>& picture) {
  Meaning meaning;
  meaning.rgb = picture.rgb;
  meaning.matrix = picture.matrix;
  meaning.range = picture.range;
  meaning.bits = picture.bits;
  meaning.lumaFinal = picture.bits > 8;
  meaning.chromaFinal = picture.bits > 8 && picture.chroma == media::Chroma::s444;
  for (std::size_t i = 0; i < 3; ++i) {
    if (takenAsTheyAre(picture, i)) meaning.scale[i] = static_cast<float>(1 << (16 - picture.bits));
  }
  return meaning;
}

// rgb[i] = sum over j of weight[i][j] * sample[j] + offset[i]; rgb 0..1.
struct ToRgb {
  std::array<std::array<float, 3>, 3> weight{};
  std::array<float, 3> offset{};
};
[[nodiscard]] ToRgb toRgbMap(const Meaning& meaning);

// The way back: luma = red*r + green*g + blue*b; samples black + lumaSpan*luma, zero + cb*(b - luma),
// zero + cr*(r - luma). Both chroma planes have one scale.
struct FromRgb {
  float red = 0, green = 0, blue = 0;
  float cb = 0, cr = 0;
  float black = 0, lumaSpan = 0, zero = 0;
  // What the range allows, as samples.
  float lumaMost = 0, chromaLeast = 0, chromaMost = 0;
  // Added before a sample's fraction is cut.
  float lumaRound = 0, chromaRound = 0;
};
[[nodiscard]] FromRgb fromRgbMap(const Meaning& meaning);

// Do the three planes hold width*height samples each?
[[nodiscard]] bool isWhole(const media::Frame16& frame);

}  // namespace rollproof::colour
