// SPDX-License-Identifier: Apache-2.0
// Pictures as decoders give them and encoders take them: planes of code values, chroma at its own size. Views only;
// the memory is whoever's it is. Threads: plain values. Errors: none; the pointers must hold what the sizes say.
// Source: ITU-R BT.601, BT.709 (4:2:2 chroma co-sited with every other luma sample); ISO/IEC 14496-10
// chroma_sample_loc_type 0 (left), 1 (centre), 2 (topLeft).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/media/media.h"

namespace rollproof::media {

enum class Chroma { s444, s422, s420 };
// Where a chroma sample lies among the luma samples it goes with. Across: left and topLeft stand on the even ones,
// centre between the two. Down (4:2:0 only): topLeft on the even rows, left and centre between two rows.
enum class Siting { left, centre, topLeft };

template <typename Byte>
struct PlanarOf {
  int width = 0, height = 0;
  int bits = 10;  // 8: a byte a sample; 9 to 16: two, little-endian, the code in the low bits
  Chroma chroma = Chroma::s422;
  Siting siting = Siting::left;
  bool rgb = false;  // planes R, G, B instead of Y, Cb, Cr
  Matrix matrix = Matrix::bt709;
  Range range = Range::limited;
  std::array<Byte*, 3> plane{};
  std::array<std::ptrdiff_t, 3> stride{};  // bytes from a row to the next

  [[nodiscard]] int chromaWidth() const { return chroma == Chroma::s444 ? width : (width + 1) / 2; }
  [[nodiscard]] int chromaHeight() const { return chroma == Chroma::s420 ? (height + 1) / 2 : height; }
  [[nodiscard]] Byte* row(std::size_t index, int y) const { return plane[index] + stride[index] * y; }
};
using PlanarView = PlanarOf<const std::uint8_t>;
using PlanarRoom = PlanarOf<std::uint8_t>;

}  // namespace rollproof::media
