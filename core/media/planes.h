// SPDX-License-Identifier: Apache-2.0
// From a decoded picture to 16-bit 4:4:4 planes in which every code value is still exactly itself.
// Threads: a PlaneMaker belongs to one thread. Errors: Errc::unsupported for pixel formats that are no plain
// components. Source: FFmpeg 5.1 libavutil/pixdesc.h, libswscale; ITU-R BT.601/709 (siting of 4:2:2 chroma).
#pragma once

#include "core/media/ffmpeg.h"

namespace rollproof::media {

class PlaneMaker {
 public:
  // Size 0 = as decoded.
  PlaneMaker(int width, int height, int threads) : m_width(width), m_height(height), m_threads(threads) {}
  // Fills size and planes and says whether they are RGB; matrix, range and index are the caller's.
  [[nodiscard]] Status convert(const AVFrame& frame, Frame16& out, const std::string& subject);
  // Planes that are already 16 bits a sample, scaled like decoded pictures are.
  [[nodiscard]] Status scale(Frame16& frame, const std::string& subject);

 private:
  [[nodiscard]] Status prepare(ScalerPtr& scaler, int width, int height, AVPixelFormat from, AVPixelFormat to,
                               int chromaX, int chromaY, const std::string& subject);
  [[nodiscard]] Status scaleDirect(const AVFrame& frame, Frame16& out, const std::string& subject);

  int m_width, m_height, m_threads;
  ScalerPtr m_direct, m_plane;
  // What the scalers were made for.
  int m_directWidth = 0, m_directHeight = 0, m_directFormat = -1;
  int m_planeWidth = 0, m_planeHeight = 0;
};

}  // namespace rollproof::media
