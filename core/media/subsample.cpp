// SPDX-License-Identifier: Apache-2.0
#include "core/media/subsample.h"

#include <algorithm>
#include <array>
#include <vector>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

// 8x8 ordered dither, 0..63. Added below the last kept bit it never changes a value that is already a whole code.
constexpr std::array<std::array<std::uint8_t, 8>, 8> kBayer = {{{0, 32, 8, 40, 2, 34, 10, 42},
                                                                {48, 16, 56, 24, 50, 18, 58, 26},
                                                                {12, 44, 4, 36, 14, 46, 6, 38},
                                                                {60, 28, 52, 20, 62, 30, 54, 22},
                                                                {3, 35, 11, 43, 1, 33, 9, 41},
                                                                {51, 19, 59, 27, 49, 17, 57, 25},
                                                                {15, 47, 7, 39, 13, 45, 5, 37},
                                                                {63, 31, 55, 23, 61, 29, 53, 21}}};

void putRow(const std::uint16_t* row, int width, int y, int depth, std::uint8_t* out) {
  if (depth == 8) {
    const auto& dither = kBayer[static_cast<std::size_t>(y & 7)];
    for (int x = 0; x < width; ++x) {
      const int value = row[x] + dither[static_cast<std::size_t>(x & 7)] * 4 + 2;
      out[x] = static_cast<std::uint8_t>(std::min(value >> 8, 255));
    }
    return;
  }
  auto* wide = reinterpret_cast<std::uint16_t*>(out);  // FFmpeg aligns every row to at least 32 bytes
  const int shift = 16 - depth;
  const int half = shift > 0 ? 1 << (shift - 1) : 0;
  const int top = (1 << depth) - 1;
  for (int x = 0; x < width; ++x) wide[x] = static_cast<std::uint16_t>(std::min((row[x] + half) >> shift, top));
}

// 1-2-1 around every even sample, the edge repeated.
void halveRow(const std::uint16_t* row, int width, int outWidth, std::uint16_t* out) {
  for (int x = 0; x < outWidth; ++x) {
    const int centre = std::min(2 * x, width - 1);
    const int left = std::max(centre - 1, 0);
    const int right = std::min(centre + 1, width - 1);
    out[x] = static_cast<std::uint16_t>((row[left] + 2 * row[centre] + row[right] + 2) >> 2);
  }
}

}  // namespace

void fillFrame(const Frame16& source, AVFrame& frame) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const int depth = format->comp[0].depth;
  const int width = source.width;
  const int height = source.height;
  const auto rowOf = [&](int plane, int y) {
    return source.plane[plane].data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  };
  const auto outOf = [&](int plane, int y) {
    return frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane];
  };
  for (int y = 0; y < height; ++y) putRow(rowOf(0, y), width, y, depth, outOf(0, y));
  const bool halveWidth = format->log2_chroma_w == 1;
  const bool halveHeight = format->log2_chroma_h == 1;
  const int chromaWidth = halveWidth ? (width + 1) / 2 : width;
  const int chromaHeight = halveHeight ? (height + 1) / 2 : height;
  std::vector<std::uint16_t> first(static_cast<std::size_t>(width));
  std::vector<std::uint16_t> second(static_cast<std::size_t>(width));
  for (int plane = 1; plane < 3; ++plane) {
    for (int y = 0; y < chromaHeight; ++y) {
      const std::uint16_t* row = rowOf(plane, halveHeight ? 2 * y : y);
      if (halveWidth) {
        halveRow(row, width, chromaWidth, first.data());
        row = first.data();
      }
      if (halveHeight) {
        const std::uint16_t* below = rowOf(plane, std::min(2 * y + 1, height - 1));
        if (halveWidth) {
          halveRow(below, width, chromaWidth, second.data());
          below = second.data();
        }
        for (int x = 0; x < chromaWidth; ++x)
          first[static_cast<std::size_t>(x)] = static_cast<std::uint16_t>((row[x] + below[x] + 1) >> 1);
        row = first.data();
      }
      putRow(row, chromaWidth, y, depth, outOf(plane, y));
    }
  }
}

}  // namespace rollproof::media
