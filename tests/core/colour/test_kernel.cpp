// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/colour/chain.h"
#include "core/colour/kernel.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

media::Frame16 noise(int width, int height, unsigned seed) {
  media::Frame16 frame;
  frame.width = width;
  frame.height = height;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (auto& plane : frame.plane) {
    plane.resize(count);
    for (auto& sample : plane) {
      seed = seed * 1664525U + 1013904223U;
      sample = static_cast<std::uint16_t>(seed >> 16);
    }
  }
  return frame;
}

Planes planesOf(const media::Frame16& frame) {
  return {frame.plane[0].data(), frame.plane[1].data(), frame.plane[2].data()};
}

Lattice latticeOf(const char* input, int size) {
  ChainRequest request;
  request.input = input;
  std::vector<float> samples;
  for (int i = 0; i < 512; ++i) samples.insert(samples.end(), 3, static_cast<float>(i) / 511.0F);
  return makeLattice(*chain(request), size, samples);
}

}  // namespace

TEST_CASE("the vector pass gives the scalar pass's very bits whatever the samples", "[kernel]") {
  if (!hasFastKernel()) {
    WARN("this processor has no AVX2");
    return;
  }
  for (const int size : {33, 65}) {
    const Lattice lattice = latticeOf("ARRI LogC4", size);
    for (const auto matrix : {media::Matrix::bt601, media::Matrix::bt709, media::Matrix::bt2020}) {
      for (const auto range : {media::Range::limited, media::Range::full}) {
        for (const bool rgb : {false, true}) {
          auto frame = noise(1021, 7, static_cast<unsigned>(size) * 31U + (rgb ? 5U : 1U));
          frame.matrix = matrix;
          frame.range = range;
          frame.rgb = rgb;
          const Kernel kernel = kernelFor(lattice, meaningOf(frame));
          const std::size_t count = frame.plane[0].size();
          std::vector<std::uint16_t> fast[3], slow[3];
          for (std::size_t i = 0; i < 3; ++i) fast[i].resize(count), slow[i].resize(count);
          applyToYcbcr(kernel, planesOf(frame), {fast[0].data(), fast[1].data(), fast[2].data()}, count, Speed::best);
          applyToYcbcr(kernel, planesOf(frame), {slow[0].data(), slow[1].data(), slow[2].data()}, count, Speed::scalar);
          for (std::size_t i = 0; i < 3; ++i) CHECK(fast[i] == slow[i]);
          std::vector<std::uint8_t> fast8(count * 3), slow8(count * 3);
          applyToRow8(kernel, planesOf(frame), fast8.data(), count, 3, Speed::best);
          applyToRow8(kernel, planesOf(frame), slow8.data(), count, 3, Speed::scalar);
          CHECK(fast8 == slow8);
        }
      }
    }
  }
}

TEST_CASE("a picture may be graded in place", "[kernel]") {
  ChainRequest request;
  request.input = "ARRI LogC3 (EI800)";
  const auto baked = *config().bake(chain(request));
  auto frame = noise(640, 61, 9);
  media::Frame16 apart;
  baked->apply(frame, apart);
  baked->apply(frame, frame);
  for (int i = 0; i < 3; ++i) CHECK(frame.plane[i] == apart.plane[i]);
}

TEST_CASE("common camera chains meet the goal and a bake says how far off it is", "[kernel]") {
  for (const char* space : {"ARRI LogC3 (EI800)", "ARRI LogC4", "S-Log3 S-Gamut3.Cine", "Log3G10 REDWideGamutRGB",
                            "V-Log V-Gamut", "CanonLog3 CinemaGamut D55", "Apple Log", "BMDFilm WideGamut Gen5"}) {
    ChainRequest request;
    request.input = space;
    const auto baked = *config().bake(chain(request));
    const BakeError error = baked->bakeError();
    INFO(space << " mean " << error.mean << " p999 " << error.p999 << " max " << error.max << " " << baked->describe());
    CHECK(error.within(kBakeGoal));
    CHECK(error.max < 16);
    CHECK(baked->describe().find("cube behind a fitted shaper") != std::string::npos);
  }
}

TEST_CASE("codes under black and over white keep their detail", "[kernel]") {
  // 10-bit limited codes beyond 64 and 940 through a chain that changes nothing but the matrix of numbers.
  ChainRequest request;
  request.input = "ARRI LogC3 (EI800)";
  request.look.cdl = model::Cdl{{.5, .5, .5}, {.25, .25, .25}, {1, 1, 1}, 1};
  request.view = "Raw";
  request.display = kDefaultDisplay;
  const auto exact = chain(request);
  const auto baked = *config().bake(exact);
  for (const int code : {4, 40, 64, 500, 940, 980, 1019}) {
    const float value = static_cast<float>(code - 64) / 876.0F;
    media::Frame16 in;
    in.width = in.height = 1;
    in.plane[0] = {static_cast<std::uint16_t>(code << 6)};
    in.plane[1] = in.plane[2] = {32768};
    media::Frame16 out;
    baked->apply(in, out);
    const float wanted = exact->applyExact({value, value, value})[1];
    INFO(code << " " << wanted);
    CHECK(std::abs(out.plane[0][0] / 64.0F - (64 + 876 * wanted)) < .5F);
  }
}

TEST_CASE("dither keeps exact codes exact and gives finer ramps their average", "[kernel]") {
  ChainRequest request;
  request.input = "Rec.709 video";
  const auto baked = *config().bake(chain(request));
  for (int code = 0; code < 256; ++code) {
    media::Frame16 frame;
    frame.width = frame.height = 16;
    frame.rgb = true;
    frame.range = media::Range::full;
    for (auto& plane : frame.plane) plane.assign(256, static_cast<std::uint16_t>(code * 257));
    std::vector<std::uint8_t> rgb;
    baked->applyToRgb8(frame, rgb);
    int off = 0;
    for (const std::uint8_t v : rgb) off += v != code;
    INFO(code);
    CHECK(off <= 24);  // of 768, where the cube's 16 bits fall just short of the code
    if (code == 255) continue;
    for (auto& plane : frame.plane) plane.assign(256, static_cast<std::uint16_t>(code * 257 + 64));
    baked->applyToRgb8(frame, rgb);
    double mean = 0;
    for (const std::uint8_t v : rgb) mean += v / 768.0;
    CHECK(std::abs(mean - (code + 64 / 257.0)) < .03);
  }
}

TEST_CASE("a chain that does the same is baked once and one with another LUT anew", "[kernel]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look.lutFile = folder.write("a.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n");
  const auto first = *config().bake(chain(request));
  const auto again = *config().bake(chain(request));
  CHECK(first->describe() == again->describe());
  request.look.lutFile = folder.write("b.cube", "LUT_1D_SIZE 2\n0 0 0\n.5 .5 .5\n");
  const auto other = *config().bake(chain(request));
  media::Frame16 in = noise(64, 2, 3), outFirst, outOther;
  first->apply(in, outFirst);
  other->apply(in, outOther);
  CHECK(outFirst.plane[0] != outOther.plane[0]);
}
