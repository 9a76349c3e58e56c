// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

struct Patch {
  float r, g, b;
  int y, cb, cr;  // 10-bit BT.709 limited range, by hand from H.273
};
constexpr Patch kPatches[] = {
    {0, 0, 0, 64, 512, 512},        {1, 1, 1, 940, 512, 512},       {.5F, .5F, .5F, 502, 512, 512},
    {.8F, .1F, .1F, 282, 440, 826}, {.1F, .8F, .1F, 590, 270, 227}, {.1F, .1F, .8F, 196, 826, 483},
    {1, 0, 0, 250, 409, 960},       {0, 1, 0, 691, 167, 105},       {0, 0, 1, 127, 960, 471},
};

int tenBit(std::uint16_t sample) { return (sample + 32) >> 6; }

media::Frame16 frameOf(int width, int height, std::uint16_t a, std::uint16_t b, std::uint16_t c) {
  media::Frame16 frame;
  frame.width = width;
  frame.height = height;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  frame.plane[0].assign(count, a);
  frame.plane[1].assign(count, b);
  frame.plane[2].assign(count, c);
  return frame;
}

std::shared_ptr<const Baked> bake(const ChainRequest& request) {
  auto baked = config().bake(chain(request));
  REQUIRE(baked.has_value());
  return *baked;
}

}  // namespace

TEST_CASE("greys and saturated patches become their exact BT.709 codes", "[pixels]") {
  for (const Patch& patch : kPatches) {
    media::ImageF image{1, 1, {patch.r, patch.g, patch.b}};
    const media::Frame16 frame = toYcbcr709(image);
    CHECK(tenBit(frame.plane[0][0]) == patch.y);
    CHECK(tenBit(frame.plane[1][0]) == patch.cb);
    CHECK(tenBit(frame.plane[2][0]) == patch.cr);
    const media::ImageF back = toRgb(frame);
    CHECK(back.rgb[0] == Approx(patch.r).margin(5e-5));
    CHECK(back.rgb[1] == Approx(patch.g).margin(5e-5));
    CHECK(back.rgb[2] == Approx(patch.b).margin(5e-5));
  }
}

TEST_CASE("matrix and range of the frame decide what its codes mean", "[pixels]") {
  // BT.601 limited 10-bit red is 327/361/960 by its own equations; read as 709 it is another colour.
  auto frame = frameOf(1, 1, 326 << 6, 361 << 6, 960 << 6);
  frame.matrix = media::Matrix::bt601;
  const auto as601 = toRgb(frame);
  CHECK(as601.rgb[0] == Approx(1.0F).margin(.003));
  CHECK(as601.rgb[1] == Approx(0.0F).margin(.003));
  CHECK(as601.rgb[2] == Approx(0.0F).margin(.003));
  frame.matrix = media::Matrix::bt709;
  CHECK(std::abs(toRgb(frame).rgb[0] - 1.0F) > .05F);
  auto full = frameOf(1, 1, 65535, 32768, 32768);
  full.range = media::Range::full;
  CHECK(toRgb(full).rgb[1] == Approx(1.0F).margin(1e-6));
  auto rgb = frameOf(1, 1, 65535, 0, 32768);
  rgb.rgb = true;
  rgb.range = media::Range::full;
  CHECK(toRgb(rgb).rgb[0] == Approx(1.0F).margin(1e-6));
  CHECK(toRgb(rgb).rgb[1] == Approx(0.0F).margin(1e-6));
  CHECK(toRgb(rgb).rgb[2] == Approx(.5F).margin(1e-4));
}

TEST_CASE("nonsense values and short planes do no harm", "[pixels]") {
  const media::ImageF odd{2, 1, {std::nanf(""), INFINITY, -INFINITY, 1e30F, -1e30F, 0}};
  CHECK(toYcbcr709(odd).plane[0].size() == 2);
  auto frame = frameOf(4, 4, 1000, 1000, 1000);
  frame.plane[1].resize(3);
  CHECK(toRgb(frame).rgb.empty());
  ChainRequest request;
  request.input = "Rec.709 video";
  const auto baked = bake(request);
  media::Frame16 out;
  baked->apply(frame, out);
  CHECK(out.width == 0);
  std::vector<std::uint8_t> rgb;
  baked->applyToRgb8(frame, rgb);
  CHECK(rgb.empty());
}

TEST_CASE("an identity chain gives back the codes it was given on every patch", "[baked]") {
  ChainRequest request;
  request.input = "Rec.709 video";
  const auto baked = bake(request);
  for (const Patch& patch : kPatches) {
    const auto in = frameOf(3, 2, static_cast<std::uint16_t>(patch.y << 6), static_cast<std::uint16_t>(patch.cb << 6),
                            static_cast<std::uint16_t>(patch.cr << 6));
    media::Frame16 out;
    baked->apply(in, out);
    REQUIRE(out.plane[0].size() == 6);
    CHECK(std::abs(tenBit(out.plane[0][5]) - patch.y) <= (patch.cr == 960 || patch.cb == 960 ? 1 : 0));
    CHECK(std::abs(tenBit(out.plane[1][5]) - patch.cb) <= (patch.cr == 960 || patch.cb == 960 ? 1 : 0));
    CHECK(std::abs(tenBit(out.plane[2][5]) - patch.cr) <= (patch.cr == 960 || patch.cb == 960 ? 1 : 0));
  }
}

TEST_CASE("the baked chain stays close to the exact one and says how close", "[baked]") {
  for (const char* space : {"ARRI LogC3 (EI800)", "ARRI LogC4", "S-Log3 S-Gamut3.Cine", "Apple Log"}) {
    ChainRequest request;
    request.input = space;
    const auto baked = bake(request);
    const BakeError error = baked->bakeError();
    INFO(space << " mean " << error.mean << " p999 " << error.p999 << " max " << error.max);
    CHECK(error.mean > 0);
    CHECK(error.mean < 1.0);
    CHECK(error.p999 < 12.0);
    CHECK(error.max >= error.p999);
    CHECK(error.max < 24.0);
    // Colours that the rendering clips err by more, and are told apart.
    const BakeError strong = baked->saturatedError();
    CHECK(strong.p999 > error.p999);
    CHECK(strong.mean < 40);
    CHECK(baked->describe().find("strongly saturated colours by ") != std::string::npos);
  }
}

TEST_CASE("mid grey through the baked chain is within one code of the exact value", "[baked]") {
  ChainRequest request;
  request.input = "ARRI LogC4";
  const auto baked = bake(request);
  const float code = between("ACES2065-1", "ARRI LogC4")->applyExact({.18F, .18F, .18F})[0];
  const auto in = toYcbcr709(media::ImageF{1, 1, {code, code, code}});
  media::Frame16 out;
  baked->apply(in, out);
  CHECK(std::abs(out.plane[0][0] / 64.0 - (64 + 876 * .389530)) < 1.0);
  CHECK(tenBit(out.plane[1][0]) == 512);
  CHECK(tenBit(out.plane[2][0]) == 512);
  std::vector<std::uint8_t> rgb;
  baked->applyToRgb8(in, rgb);
  REQUIRE(rgb.size() == 3);
  CHECK(std::abs(rgb[1] - 255 * .389530) < 1.0);
}

TEST_CASE("the measured error of a picture is that picture's own", "[baked]") {
  ChainRequest request;
  request.input = "Rec.709 video";
  CHECK(bake(request)->measure(frameOf(64, 64, 30000, 32768, 32768)).max < .05);
  request.input = "ARRI LogC4";
  const auto baked = bake(request);
  media::ImageF ramp;
  ramp.width = 1024;
  ramp.height = 4;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 1024; ++x) ramp.rgb.insert(ramp.rgb.end(), 3, static_cast<float>(x) / 1023.0F);
  }
  const BakeError error = baked->measure(toYcbcr709(ramp));
  CHECK(error.mean > .01);
  CHECK(error.mean < 1.0);
  CHECK(error.max < 24.0);
}

TEST_CASE("colours between lattice points are interpolated without steps", "[baked]") {
  ChainRequest request;
  request.input = "Rec.709 video";
  const auto baked = bake(request);
  for (std::int64_t k = 0; k < 4000; ++k) {
    const float r = static_cast<float>((k * 7919) % 4001) / 4000.0F,
                g = static_cast<float>((k * 104729) % 4001) / 4000.0F,
                b = static_cast<float>((k * 1299709) % 4001) / 4000.0F;
    const auto in = toYcbcr709(media::ImageF{1, 1, {r, g, b}});
    media::Frame16 out;
    baked->apply(in, out);
    for (int i = 0; i < 3; ++i) {
      if (std::abs(out.plane[i][0] - in.plane[i][0]) > 6) FAIL("plane " << i << " at " << r << " " << g << " " << b);
    }
  }
}
