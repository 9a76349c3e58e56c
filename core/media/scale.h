// SPDX-License-Identifier: Apache-2.0
// A part of a picture to another size: bicubic (Catmull-Rom), widened where it shrinks so that nothing aliases, in code
// values, each plane by its own siting.
// Threads: a Scaler belongs to one thread at a time. Errors: Errc::usage for a size or part that cannot be.
// Source: zimg 3.0; ITU-R BT.601/709 and ISO/IEC 14496-10 siting.
#pragma once

#include <map>
#include <vector>

#include "core/media/planar.h"

namespace rollproof::media {

class Scaler {
 public:
  Scaler();
  ~Scaler();
  Scaler(Scaler&&) noexcept;
  Scaler& operator=(Scaler&&) noexcept;

  // 16 bits a sample; chroma as asked, left-sited, 4:2:0 between the rows. The part may lie between samples; what it
  // has beyond the picture is the picture's edge.
  [[nodiscard]] Result<PlanarPicture> scale(const PlanarView& in, const Region& part, int width, int height,
                                            Chroma chroma);
  [[nodiscard]] Result<PlanarPicture> scale(const PlanarView& in, int width, int height) {
    return scale(in, {0, 0, static_cast<double>(in.width), static_cast<double>(in.height)}, width, height, in.chroma);
  }
  // The same for three floats a pixel.
  [[nodiscard]] Result<ImageF> scale(const ImageF& in, const Region& part, int width, int height);
  [[nodiscard]] Result<ImageF> scale(const ImageF& in, int width, int height) {
    return scale(in, {0, 0, static_cast<double>(in.width), static_cast<double>(in.height)}, width, height);
  }

 private:
  struct Graphs;
  std::unique_ptr<Graphs> m_graphs;
};

}  // namespace rollproof::media
