// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "core/media/planes.h"
#include "core/media/subsample.h"
#include "tests/core/media/fixtures.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

using namespace rollproof;
using namespace rollproof::media;

namespace {

FramePtr makeFrame(const std::string& format, int width, int height) {
  FramePtr frame(av_frame_alloc());
  frame->format = av_get_pix_fmt(format.c_str());
  frame->width = width;
  frame->height = height;
  REQUIRE(av_frame_get_buffer(frame.get(), 0) == 0);
  // FFmpeg's line writer adds bits to what is there.
  for (const AVBufferRef* buffer : frame->buf) {
    if (buffer != nullptr) std::memset(buffer->data, 0, buffer->size);
  }
  return frame;
}

// Writes random codes into every component with FFmpeg's own writer and gives them back per component.
std::vector<std::vector<std::uint16_t>> fillRandom(AVFrame& frame, std::mt19937& random) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  std::vector<std::vector<std::uint16_t>> codes;
  for (int c = 0; c < format->nb_components; ++c) {
    const bool chroma = c == 1 || c == 2;
    const int width = chroma ? AV_CEIL_RSHIFT(frame.width, format->log2_chroma_w) : frame.width;
    const int height = chroma ? AV_CEIL_RSHIFT(frame.height, format->log2_chroma_h) : frame.height;
    std::vector<std::uint16_t> all;
    for (int y = 0; y < height; ++y) {
      std::vector<std::uint16_t> line(static_cast<std::size_t>(width));
      for (auto& code : line) code = static_cast<std::uint16_t>(random() % (1U << format->comp[c].depth));
      av_write_image_line(line.data(), frame.data, frame.linesize, format, 0, y, c, width);
      all.insert(all.end(), line.begin(), line.end());
    }
    codes.push_back(std::move(all));
  }
  return codes;
}

}  // namespace

TEST_CASE("code values pass unchanged out of every pixel format at equal size") {
  std::mt19937 random(7);
  for (const char* name :
       {"yuv422p10le", "yuv422p10be", "yuv420p", "yuvj420p", "yuv420p10le", "yuv444p12le", "yuv444p16le", "yuv422p",
        "yuv411p",     "nv12",        "p010le",  "uyvy422",  "gbrp10le",    "gbrp12le",    "gbrp",        "rgb48le",
        "rgb48be",     "rgb24",       "bgr24",   "rgba64le", "gbrap16le",   "yuva444p10le"}) {
    CAPTURE(name);
    auto frame = makeFrame(name, 36, 20);
    const auto codes = fillRandom(*frame, random);
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
    PlaneMaker maker(0, 0);
    Frame16 out;
    REQUIRE(maker.convert(*frame, out, name));
    CHECK(out.rgb == ((format->flags & AV_PIX_FMT_FLAG_RGB) != 0));
    for (int c = 0; c < 3; ++c) {
      const int up = 16 - format->comp[c].depth;
      const int acrossShift = c > 0 ? format->log2_chroma_w : 0;
      const int downShift = c > 0 ? format->log2_chroma_h : 0;
      const int width = AV_CEIL_RSHIFT(36, acrossShift);
      int wrong = 0;
      // Where chroma is halved in height no row is co-sited; those formats are checked by their flat fields below.
      for (int y = 0; y < 20 && downShift == 0; ++y) {
        for (int x = 0; x < width; ++x) {
          const auto stored = codes[static_cast<std::size_t>(c)][static_cast<std::size_t>(y * width + x)];
          if (out.plane[c][static_cast<std::size_t>(y * 36 + (x << acrossShift))] != stored << up) ++wrong;
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("chroma between the samples is their mean and flat chroma stays flat") {
  auto frame = makeFrame("yuv420p", 8, 8);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < (c > 0 ? 4 : 8); ++y)
      for (int x = 0; x < (c > 0 ? 4 : 8); ++x)
        frame->data[c][y * frame->linesize[c] + x] = static_cast<std::uint8_t>(c == 1 ? 100 + 10 * x : 77);
  }
  PlaneMaker maker(0, 0);
  Frame16 out;
  REQUIRE(maker.convert(*frame, out, ""));
  const std::uint16_t expected[8] = {100 << 8, 105 << 8, 110 << 8, 115 << 8, 120 << 8, 125 << 8, 130 << 8, 130 << 8};
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(out.plane[1][i] == expected[i % 8]);
    CHECK(out.plane[2][i] == 77 << 8);
    CHECK(out.plane[0][i] == 77 << 8);
  }
}

TEST_CASE("scaling keeps every flat code exactly in every pixel format") {
  for (const char* name :
       {"yuv422p10le", "yuv420p", "yuv444p12le", "yuv422p", "uyvy422", "nv12", "gbrp10le", "rgb48le", "yuvj422p"}) {
    for (const int code : {0, 4, 16, 64, 100, 235, 255}) {
      CAPTURE(name, code);
      auto frame = makeFrame(name, 64, 48);
      const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
      for (int c = 0; c < 3; ++c) {
        const bool chroma = c > 0;
        const int width = chroma ? AV_CEIL_RSHIFT(64, format->log2_chroma_w) : 64;
        const int height = chroma ? AV_CEIL_RSHIFT(48, format->log2_chroma_h) : 48;
        const std::vector<std::uint16_t> line(static_cast<std::size_t>(width), static_cast<std::uint16_t>(code + c));
        for (int y = 0; y < height; ++y)
          av_write_image_line(line.data(), frame->data, frame->linesize, format, 0, y, c, width);
      }
      for (const auto& [width, height] : {std::pair{32, 24}, std::pair{50, 30}, std::pair{128, 96}}) {
        CAPTURE(width);
        PlaneMaker maker(width, height);
        Frame16 out;
        REQUIRE(maker.convert(*frame, out, name));
        REQUIRE(out.width == width);
        for (int c = 0; c < 3; ++c) {
          const auto expected = static_cast<std::uint16_t>(((code + c) & ((1 << format->comp[c].depth) - 1))
                                                           << (16 - format->comp[c].depth));
          CHECK(out.plane[c] == std::vector<std::uint16_t>(static_cast<std::size_t>(width * height), expected));
        }
      }
    }
  }
}

TEST_CASE("whole codes survive the way into every encoder format") {
  for (const char* name : {"yuv422p10le", "yuv420p", "yuv422p", "yuv444p10le"}) {
    CAPTURE(name);
    auto frame = makeFrame(name, 64, 16);
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
    const int depth = format->comp[0].depth;
    Frame16 source;
    source.width = 64;
    source.height = 16;
    for (auto& plane : source.plane) plane.resize(64 * 16);
    for (std::size_t i = 0; i < 64 * 16; ++i) {
      const auto luma = i % (std::size_t{1} << depth);
      source.plane[0][i] = static_cast<std::uint16_t>(luma << (16 - depth));
      source.plane[1][i] = static_cast<std::uint16_t>(200 << (16 - depth));
      source.plane[2][i] = static_cast<std::uint16_t>(((1 << depth) - 1) << (16 - depth));
    }
    fillFrame(source, *frame);
    PlaneMaker maker(0, 0);
    Frame16 back;
    REQUIRE(maker.convert(*frame, back, ""));
    for (int c = 0; c < 3; ++c) CHECK(back.plane[c] == source.plane[c]);
  }
}

TEST_CASE("values between eight-bit codes keep their mean") {
  auto frame = makeFrame("yuv420p", 64, 64);
  Frame16 source;
  source.width = source.height = 64;
  for (auto& plane : source.plane) plane.assign(64 * 64, static_cast<std::uint16_t>(100 * 256 + 64));
  source.plane[0].assign(64 * 64, 65535);
  fillFrame(source, *frame);
  double sum = 0;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) sum += frame->data[1][y * frame->linesize[1] + x];
  CHECK(sum / (32 * 32) == Approx(100.25).margin(0.02));
  CHECK(frame->data[0][0] == 255);
}

TEST_CASE("an odd picture size does not read past its edge") {
  std::mt19937 random(3);
  for (const char* name : {"yuv420p", "yuv422p10le", "nv12", "yuv411p"}) {
    CAPTURE(name);
    auto frame = makeFrame(name, 37, 21);
    fillRandom(*frame, random);
    for (const int width : {0, 20}) {
      PlaneMaker maker(width, width);
      Frame16 out;
      REQUIRE(maker.convert(*frame, out, name));
      CHECK(out.plane[2].size() == static_cast<std::size_t>(width != 0 ? width * width : 37 * 21));
    }
  }
}

TEST_CASE("pictures without plain components are refused") {
  for (const char* name : {"pal8", "monow", "xyz12le", "bayer_rggb16le", "gbrpf32le"}) {
    CAPTURE(name);
    auto frame = makeFrame(name, 16, 16);
    PlaneMaker maker(0, 0);
    Frame16 out;
    CHECK(maker.convert(*frame, out, name).error().code == Errc::unsupported);
  }
}
