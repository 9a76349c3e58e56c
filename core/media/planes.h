// SPDX-License-Identifier: Apache-2.0
// Decoded pictures as planes: as they lie in the decoder's memory, or as 16-bit 4:4:4 planes in which every code value
// is still exactly itself.
// Threads: a PlaneMaker belongs to one thread. Errors: Errc::unsupported for pixel formats that are no plain
// components. Source: FFmpeg 5.1 libavutil/pixdesc.h; ITU-R BT.601/709 (siting of 4:2:2 chroma).
#pragma once

#include "core/media/ffmpeg.h"
#include "core/media/scale.h"

namespace rollproof::media {

class PlaneMaker {
 public:
  // Size 0 = as decoded.
  PlaneMaker(int width, int height) : m_width(width), m_height(height) {}
  // Fills size and planes and says whether they are RGB; matrix, range and index are the caller's. Codes are shifted up
  // to 16 bits, in full range too.
  [[nodiscard]] Status convert(const AVFrame& frame, Frame16& out, const std::string& subject);
  // Planes that are already 16 bits a sample, scaled like decoded pictures are.
  [[nodiscard]] Status scale(Frame16& frame);

 private:
  [[nodiscard]] Status scaleInto(const PlanarView& picture, Frame16& out);

  int m_width, m_height;
  Scaler m_scaler;
};

// The picture at its own size and depth, without a copy where its format is one of plain planes (the memory is then the
// decoder's). Matrix and range are the caller's to say first, for codes that have to be moved are spread in full range.
[[nodiscard]] Result<PlanarPicture> planarOf(const AVFrame& frame, Matrix matrix, Range range,
                                             const std::string& subject);
}  // namespace rollproof::media
