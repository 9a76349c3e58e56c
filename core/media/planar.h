// SPDX-License-Identifier: Apache-2.0
// Pictures as decoders give them and encoders take them: planes of code values, chroma at its own size. Views only;
// the memory is whoever's it is. Threads: plain values. Errors: none; the pointers must hold what the sizes say.
// Source: ITU-R BT.601, BT.709 (4:2:2 chroma co-sited with every other luma sample); ISO/IEC 14496-10
// chroma_sample_loc_type 0 (left), 1 (centre), 2 (topLeft).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

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

// A picture and the memory its planes lie in, which others may share: it is not to be written to.
struct PlanarPicture {
  PlanarView view;
  std::shared_ptr<const void> memory;
  bool assumedMatrix = false, assumedRange = false;  // the file did not say, and this is the usual guess
  std::int64_t index = 0;                            // frame number in the clip, from 0
};

// Planes of their own for a picture of that size and kind; rows begin at multiples of 64 bytes.
struct OwnPlanes {
  PlanarRoom room;
  std::shared_ptr<void> memory;
};
[[nodiscard]] OwnPlanes makePlanes(int width, int height, int bits, Chroma chroma);
[[nodiscard]] PlanarView viewOf(const PlanarRoom& room);
// The rectangle of a picture's planes that begins at (x, y); both even, and all of it within the picture.
[[nodiscard]] PlanarRoom partOf(const PlanarRoom& room, int x, int y, int width, int height);
// Limited-range YCbCr black all over.
void fillBlack(const PlanarRoom& room);

// 16-bit 4:4:4 planes with codes of `bits` bits shifted up; spread in full range.
[[nodiscard]] PlanarPicture planarOf(Frame16 frame, int bits);

// Part of a picture in luma samples: (0, 0) is the corner of the first sample, not its middle.
struct Region {
  double x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Region&) const = default;
};

}  // namespace rollproof::media
