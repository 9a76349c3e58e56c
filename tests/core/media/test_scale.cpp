// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "core/media/planes.h"
#include "core/media/scale.h"
#include "tests/core/media/fixtures.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

namespace {

// Where a sample of a plane lies among the luma samples, as the standards have it.
struct Place {
  double x, y;
};
Place placeOf(const PlanarView& picture, std::size_t plane, int x, int y) {
  if (plane == 0 || picture.chroma == Chroma::s444) return {double(x), double(y)};
  const bool between = picture.chroma == Chroma::s420;
  return {2.0 * x + (between && picture.siting == Siting::centre ? 0.5 : 0.0),
          between ? 2.0 * y + (picture.siting == Siting::topLeft ? 0.0 : 0.5) : double(y)};
}

// Planes whose codes rise with the place, each in its own direction.
constexpr double kBase[3] = {100, 200, 300};
constexpr double kAcross[3] = {4, 6, 0}, kDown[3] = {3, 0, 5};
double rampAt(std::size_t plane, Place at) { return kBase[plane] + kAcross[plane] * at.x + kDown[plane] * at.y; }

OwnPlanes ramp(int width, int height, Chroma chroma, Siting siting) {
  OwnPlanes planes = makePlanes(width, height, 10, chroma);
  planes.room.siting = siting;
  for (std::size_t i = 0; i < 3; ++i) {
    const int w = i == 0 ? width : planes.room.chromaWidth(), h = i == 0 ? height : planes.room.chromaHeight();
    for (int y = 0; y < h; ++y) {
      auto* const row = reinterpret_cast<std::uint16_t*>(planes.room.row(i, y));
      for (int x = 0; x < w; ++x) {
        row[x] = static_cast<std::uint16_t>(std::lround(rampAt(i, placeOf(viewOf(planes.room), i, x, y))));
      }
    }
  }
  return planes;
}

}  // namespace

TEST_CASE("every plane keeps its place when a part of a picture is scaled") {
  for (const Chroma from : {Chroma::s444, Chroma::s422, Chroma::s420}) {
    for (const Siting siting : {Siting::left, Siting::centre, Siting::topLeft}) {
      for (const Chroma to : {Chroma::s444, Chroma::s422, Chroma::s420}) {
        for (const auto& [width, height] : {std::pair{40, 30}, std::pair{81, 61}, std::pair{34, 50}}) {
          const OwnPlanes source = ramp(81, 61, from, siting);
          const Region part{10.5, 5.25, 60, 50};
          Scaler scaler;
          const auto scaled = scaler.scale(viewOf(source.room), part, width, height, to);
          REQUIRE(scaled);
          const PlanarView& out = scaled->view;
          CAPTURE(int(from), int(siting), int(to), width);
          double worst = 0;
          for (std::size_t i = 0; i < 3; ++i) {
            const int w = i == 0 ? width : out.chromaWidth(), h = i == 0 ? height : out.chromaHeight();
            for (int y = 2; y < h - 2; ++y) {
              const auto* const row = reinterpret_cast<const std::uint16_t*>(out.row(i, y));
              for (int x = 2; x < w - 2; ++x) {
                const Place at = placeOf(out, i, x, y);
                const Place in{part.x + (at.x + 0.5) * part.width / width - 0.5,
                               part.y + (at.y + 0.5) * part.height / height - 0.5};
                worst = std::max(worst, std::abs(row[x] / 64.0 - rampAt(i, in)));
              }
            }
          }
          // The ramp itself is rounded to whole codes, which a cubic may overshoot.
          CHECK(worst < 0.7);
        }
      }
    }
  }
}

TEST_CASE("full-range codes reach the ends of sixteen bits when they are scaled") {
  OwnPlanes planes = makePlanes(64, 32, 10, Chroma::s444);
  planes.room.range = Range::full;
  const std::uint16_t codes[3] = {1023, 512, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    for (int y = 0; y < 32; ++y) std::fill_n(reinterpret_cast<std::uint16_t*>(planes.room.row(i, y)), 64, codes[i]);
  }
  Scaler scaler;
  const auto scaled = scaler.scale(viewOf(planes.room), 16, 8);
  REQUIRE(scaled);
  CHECK(*reinterpret_cast<const std::uint16_t*>(scaled->view.row(0, 3)) == 65535);
  CHECK(*reinterpret_cast<const std::uint16_t*>(scaled->view.row(1, 3)) == 32768);
  CHECK(*reinterpret_cast<const std::uint16_t*>(scaled->view.row(2, 3)) == 0);
}

TEST_CASE("a picture is not scaled to what cannot be") {
  const OwnPlanes source = ramp(32, 32, Chroma::s422, Siting::left);
  Scaler scaler;
  CHECK(scaler.scale(viewOf(source.room), 0, 8).error().code == Errc::usage);
  CHECK(scaler.scale(viewOf(source.room), {0, 0, -4, 8}, 8, 8, Chroma::s422).error().code == Errc::usage);
  CHECK(scaler.scale(viewOf(source.room), {0, std::nan(""), 4, 8}, 8, 8, Chroma::s422).error().code == Errc::usage);
  CHECK(scaler.scale(ImageF{4, 4, {0, 1}}, 2, 2).error().code == Errc::usage);
}

TEST_CASE("floating-point pictures keep light above one and below nothing when they are scaled") {
  ImageF flat{64, 48, {}};
  for (int k = 0; k < 64 * 48; ++k) flat.rgb.insert(flat.rgb.end(), {12.5F, -0.25F, 0.37F});
  Scaler scaler;
  for (const auto& [width, height] : {std::pair{31, 17}, std::pair{200, 150}, std::pair{1, 1}}) {
    const auto scaled = scaler.scale(flat, width, height);
    REQUIRE(scaled);
    REQUIRE(scaled->rgb.size() == static_cast<std::size_t>(width * height * 3));
    for (std::size_t k = 0; k < scaled->rgb.size(); k += 3) {
      CHECK(scaled->rgb[k] == Approx(12.5).margin(1e-4));
      CHECK(scaled->rgb[k + 1] == Approx(-0.25).margin(1e-5));
    }
  }
}

TEST_CASE("shrinking averages fine detail instead of picking from it") {
  ImageF stripes{128, 2, {}};
  for (int k = 0; k < 256; ++k) stripes.rgb.insert(stripes.rgb.end(), 3, k % 2 ? 1.0F : 0.0F);
  Scaler scaler;
  const auto small = scaler.scale(stripes, 32, 1);
  REQUIRE(small);
  for (std::size_t x = 6; x < 26 * 3; ++x) CHECK(small->rgb[x] == Approx(.5F).margin(.02));
}

TEST_CASE("a part of a picture's planes is painted where it lies and nowhere else") {
  for (const Chroma chroma : {Chroma::s444, Chroma::s422, Chroma::s420}) {
    for (const int bits : {8, 10}) {
      const OwnPlanes planes = makePlanes(32, 24, bits, chroma);
      for (std::size_t i = 0; i < 3; ++i) {
        const int high = i == 0 ? 24 : planes.room.chromaHeight();
        for (int y = 0; y < high; ++y)
          std::memset(planes.room.row(i, y), 1, static_cast<std::size_t>(planes.room.stride[i]));
      }
      fillBlack(partOf(planes.room, 8, 6, 16, 12));
      const auto at = [&](std::size_t plane, int x, int y) {
        return bits == 8 ? int{planes.room.row(plane, y)[x]}
                         : int{reinterpret_cast<const std::uint16_t*>(planes.room.row(plane, y))[x]};
      };
      for (std::size_t i = 0; i < 3; ++i) {
        const int across = i > 0 && chroma != Chroma::s444 ? 2 : 1, down = i > 0 && chroma == Chroma::s420 ? 2 : 1;
        const int black = (i == 0 ? 16 : 128) << (bits - 8), before = bits == 8 ? 1 : 257;
        int wrong = 0;
        for (int y = 0; y < 24 / down; ++y) {
          for (int x = 0; x < 32 / across; ++x) {
            const bool inside = x >= 8 / across && x < 24 / across && y >= 6 / down && y < 18 / down;
            wrong += at(i, x, y) != (inside ? black : before);
          }
        }
        CAPTURE(int(chroma), bits, i);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("planes as they lie hold the same codes as planes of their own") {
  TempDir dir;
  for (const auto& [codec, container] : {std::pair{"prores_hq", "mov"}, std::pair{"prores_4444", "mov"},
                                         std::pair{"dnxhr_lb", "mov"}, std::pair{"h264", "mp4"}}) {
    CAPTURE(codec);
    const auto options = optionsFor(dir.file(std::string(codec) + "." + container), container, codec);
    REQUIRE(writeClip(options, 5));
    const auto whole = openVideo(std::vector{options.path}, {}), lying = openVideo({options.path}, {});
    REQUIRE(whole);
    REQUIRE(lying);
    for (const int index : {0, 3, 4}) {
      const auto frame = (*whole)->readFrame(index);
      const auto planar = (*lying)->readPlanar(index);
      REQUIRE(frame);
      REQUIRE(planar);
      CHECK(planar->index == index);
      const PlanarView& view = planar->view;
      CHECK(view.matrix == frame->matrix);
      CHECK(view.range == frame->range);
      const int step = view.chroma == Chroma::s444 ? 1 : 2;
      int wrong = 0;
      for (int y = 0; y < view.height; ++y) {
        for (int x = 0; x < view.width; ++x) {
          for (std::size_t i = 0; i < 3; ++i) {
            // Co-sited samples only; and rows of 4:2:0 chroma lie between those of luma.
            if (i > 0 && (x % step != 0 || view.chroma == Chroma::s420)) continue;
            const int at = i > 0 ? x / step : x;
            const int code =
                view.bits == 8 ? view.row(i, y)[at] : reinterpret_cast<const std::uint16_t*>(view.row(i, y))[at];
            wrong += frame->plane[i][static_cast<std::size_t>(y * view.width + x)] != code << (16 - view.bits);
          }
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("pictures filled where the encoder takes them come back as they were put") {
  TempDir dir;
  const auto options = optionsFor(dir.file("direct.mov"), "mov", "prores_hq");
  auto movie = createMovie(options);
  REQUIRE(movie);
  // Flat greys, so that the codec gives them back exactly; more pictures than an encoder holds at once.
  for (int index = 0; index < 24; ++index) {
    auto room = (*movie)->nextPicture();
    REQUIRE(room);
    CHECK(room->bits == 10);
    CHECK(room->chroma == Chroma::s422);
    for (std::size_t i = 0; i < 3; ++i) {
      const int width = i == 0 ? room->width : room->chromaWidth();
      for (int y = 0; y < room->height; ++y) {
        std::fill_n(reinterpret_cast<std::uint16_t*>(room->row(i, y)), width,
                    static_cast<std::uint16_t>(i == 0 ? 100 + 32 * index : 512));
      }
    }
    REQUIRE((*movie)->writePicture());
  }
  CHECK((*movie)->writePicture().error().code == Errc::usage);
  REQUIRE((*movie)->finish());
  CHECK((*movie)->nextPicture().error().code == Errc::usage);
  const auto reader = openVideo(std::vector{options.path}, {});
  REQUIRE(reader);
  REQUIRE((*reader)->frameCount() == 24);
  for (int index = 0; index < 24; ++index) {
    const auto picture = (*reader)->readPlanar(index);
    REQUIRE(picture);
    const auto* const row = reinterpret_cast<const std::uint16_t*>(picture->view.row(0, 20));
    CHECK(std::abs(row[50] - (100 + 32 * index)) <= 1);
  }
}
