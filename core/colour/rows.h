// SPDX-License-Identifier: Apache-2.0
// Rows of a picture's planes to rows of 16-bit 4:4:4 and back, a row or two at a time, so that what is between stays in
// the processor's nearest cache. Threads: an Unpacker and a Packer belong to one thread. Errors: none.
// Source: ITU-R BT.601/709 and ISO/IEC 14496-10 siting; the interpolations are those of media/planes and
// media/subsample, to the bit.
#pragma once

#include <vector>

#include "core/colour/kernel.h"
#include "core/media/planar.h"

namespace rollproof::colour {

class Unpacker {
 public:
  explicit Unpacker(const media::PlanarView& picture);
  // The row's samples as meaningOf(picture) means them; the pointers hold until the next call.
  [[nodiscard]] Planes row(int y);

 private:
  [[nodiscard]] const std::uint16_t* chroma(std::size_t plane, int y);
  [[nodiscard]] const std::uint16_t* chromaRow(std::size_t plane, int y);
  [[nodiscard]] const std::uint16_t* raised(std::size_t plane, int y, int width,
                                            std::vector<std::uint16_t>& room) const;

  media::PlanarView m_picture;
  std::array<std::vector<std::uint16_t>, 3> m_row;
  std::vector<std::uint16_t> m_near, m_far, m_blend;
};

// Writes two rows at a time, so that 4:2:0 chroma is the mean of both. Chroma is left-sited, whatever `siting` says.
class Packer {
 public:
  explicit Packer(const media::PlanarRoom& picture);
  // Where the samples of rows y and y + 1, as meaningOf(picture) means them, are to be put before pack(y); straight in
  // the picture where nothing remains to be done to them.
  [[nodiscard]] OutPlanes row(int y);
  void pack(int y);
  // The same from rows y and y + 1 that lie elsewhere, for several pictures that are made of the same rows: 16 bits,
  // cut and not rounded, unless the picture is of 16 bits itself.
  using Rows = std::array<std::array<const std::uint16_t*, 3>, 2>;
  void pack(int y, const Rows& rows) { pack(y, rows, true); }

 private:
  void pack(int y, const Rows& rows, bool shared);
  [[nodiscard]] bool direct(std::size_t plane) const {
    return takenAsTheyAre(m_picture, plane) ||
           (m_picture.bits == 16 && (plane == 0 || m_picture.chroma == media::Chroma::s444));
  }

  media::PlanarRoom m_picture;
  std::array<std::array<std::vector<std::uint16_t>, 3>, 2> m_row;  // none until row() wants them
  std::vector<std::uint16_t> m_half, m_other;
};

}  // namespace rollproof::colour
