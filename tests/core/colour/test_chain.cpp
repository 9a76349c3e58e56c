// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

// A 2-point cube that swaps red and blue.
constexpr const char* kSwapCube = "LUT_3D_SIZE 2\n0 0 0\n0 0 1\n0 1 0\n0 1 1\n1 0 0\n1 0 1\n1 1 0\n1 1 1\n";

}  // namespace

TEST_CASE("there and back again leaves every camera space as it was", "[chain]") {
  for (const char* space : {"ARRI LogC3 (EI800)", "ARRI LogC4", "S-Log3 S-Gamut3.Cine", "Apple Log", "N-Log N-Gamut",
                            "BMDFilm WideGamut Gen5", "Log3G10 REDWideGamutRGB"}) {
    INFO(space);
    const auto in = between(space, "ACES2065-1");
    const auto out = between("ACES2065-1", space);
    const std::array<float, 3> start{.55F, .40F, .33F};
    const auto end = out->applyExact(in->applyExact(start));
    for (std::size_t i = 0; i < 3; ++i) CHECK(end[i] == Approx(start[i]).margin(2e-4));
  }
  const std::array<float, 3> same{-.2F, .5F, 1.7F};
  CHECK(between("ARRI LogC4", "ARRI LogC4")->applyExact(same) == same);
}

TEST_CASE("a CDL gives the values of the ASC formula in the camera's own encoding", "[chain]") {
  ChainRequest request;
  request.input = request.outputSpace = "ARRI LogC3 (EI800)";
  model::Cdl cdl;
  cdl.slope = {1.2, 1.0, .8};
  cdl.offset = {.05, -.02, .01};
  cdl.power = {1.1, .9, 1.0};
  cdl.saturation = .7;
  request.look.cdl = cdl;
  const std::array<float, 3> in{.5F, .4F, .3F};
  double graded[3];
  for (std::size_t i = 0; i < 3; ++i) {
    graded[i] = std::pow(static_cast<double>(in[i]) * cdl.slope[i] + cdl.offset[i], cdl.power[i]);
  }
  const double luma = .2126 * graded[0] + .7152 * graded[1] + .0722 * graded[2];
  const auto out = chain(request)->applyExact(in);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(out[i] == Approx(luma + cdl.saturation * (graded[i] - luma)).margin(1e-5));
  }
  CHECK(chain(request)->describe() == "ARRI LogC3 (EI800) -> CDL (ARRI LogC3 (EI800))");
}

TEST_CASE("a CDL keeps what log footage holds above 1 and a CDL in ACEScct differs from one in camera log", "[chain]") {
  ChainRequest request;
  request.input = request.outputSpace = "ACEScct";
  request.look.cdl = model::Cdl{{2, 2, 2}, {0, 0, 0}, {1, 1, 1}, 1};
  CHECK(chain(request)->applyExact({.7F, .7F, .7F})[0] == Approx(1.4F).margin(1e-5));
  request.input = request.outputSpace = "ARRI LogC4";
  const auto inLog = chain(request)->applyExact({.3F, .3F, .3F});
  request.look.cdlSpace = "ACEScct";
  const auto inCct = chain(request)->applyExact({.3F, .3F, .3F});
  CHECK(std::abs(inLog[0] - inCct[0]) > .05F);
}

TEST_CASE("scene-linear pictures are graded in ACEScct", "[chain]") {
  ChainRequest request;
  request.input = "ACEScg";
  request.look.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  CHECK(chain(request)->describe() == "ACEScg -> CDL (ACEScct) -> Rec.1886 Rec.709 - Display, ACES 1.0 - SDR Video");
}

TEST_CASE("a log-to-video LUT has the last word", "[chain]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC3 (EI800)";
  request.look.lutFile = folder.write("swap.cube", kSwapCube);
  const auto swapped = chain(request);
  // Written fastest-red-first, so the listed order swaps the outer axes.
  const auto out = swapped->applyExact({.8F, .5F, .2F});
  CHECK(out[0] == Approx(.2F).margin(1e-5));
  CHECK(out[1] == Approx(.5F).margin(1e-5));
  CHECK(out[2] == Approx(.8F).margin(1e-5));
  CHECK(swapped->describe() == "ARRI LogC3 (EI800) -> swap.cube -> Rec.1886 Rec.709 - Display");
  request.outputSpace = "ACEScg";
  const auto impossible = config().chain(request);
  REQUIRE_FALSE(impossible.has_value());
  CHECK(impossible.error().code == Errc::usage);
}

TEST_CASE("a log-to-log LUT is followed by the display transform and the CDL comes before it", "[chain]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look.lutFile = folder.write("swap $HOME 100%.cube", kSwapCube);
  request.look.lutInput = request.look.lutOutput = "ACEScct";
  request.look.cdl = model::Cdl{{1, 1, 1}, {.02, 0, 0}, {1, 1, 1}, 1};
  request.outputSpace = "ACEScct";
  ChainRequest plain;
  plain.input = "ARRI LogC4";
  plain.outputSpace = "ACEScct";
  const auto cct = chain(plain)->applyExact({.37F, .35F, .30F});
  const auto out = chain(request)->applyExact({.35F, .35F, .30F});
  CHECK(out[0] == Approx(cct[2]).margin(1e-4));
  CHECK(out[2] == Approx(cct[0]).margin(1e-4));
}

TEST_CASE("finished Rec.709 pictures reach a Rec.709 screen unchanged", "[chain]") {
  ChainRequest request;
  request.input = "Rec.709 video";
  const std::array<float, 3> in{.8F, .1F, .45F};
  const auto out = chain(request)->applyExact(in);
  for (std::size_t i = 0; i < 3; ++i) CHECK(out[i] == Approx(in[i]).margin(1e-5));
  request.display = "sRGB - Display";
  CHECK(std::abs(chain(request)->applyExact({.4F, .4F, .4F})[0] - .4F) > .005F);
  request.view = "Raw";
  CHECK(chain(request)->applyExact(in) == in);
}

TEST_CASE("names the configuration does not have are said by name", "[chain]") {
  ChainRequest request;
  request.input = "ARRI LogC9";
  auto result = config().chain(request);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == Errc::notFound);
  CHECK(result.error().subject == "ARRI LogC9");
  request.input = "ARRI LogC4";
  request.display = "Cave wall";
  CHECK(config().chain(request).error().code == Errc::notFound);
  request.display = kDefaultDisplay;
  request.view = "Rose tinted";
  CHECK(config().chain(request).error().code == Errc::notFound);
  request.view = kDefaultView;
  request.outputSpace = "ACESzz";
  CHECK(config().chain(request).error().code == Errc::notFound);
  request.outputSpace.clear();
  request.look.cdl = model::Cdl{{1.1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1};
  request.look.cdlSpace = "nowhere";
  CHECK(config().chain(request).error().code == Errc::notFound);
}

TEST_CASE("a picture through the exact chain equals its pixels one by one", "[chain]") {
  ChainRequest request;
  request.input = "ARRI LogC4";
  const auto made = chain(request);
  media::ImageF image;
  image.width = 301;
  image.height = 211;
  for (int k = 0; k < image.width * image.height * 3; ++k) image.rgb.push_back(static_cast<float>(k % 997) / 997.0F);
  const media::ImageF before = image;
  made->applyExact(image);
  for (std::size_t k : {std::size_t{0}, std::size_t{31777}, std::size_t{63510}}) {
    const auto one = made->applyExact({before.rgb[k * 3], before.rgb[k * 3 + 1], before.rgb[k * 3 + 2]});
    for (std::size_t i = 0; i < 3; ++i) CHECK(image.rgb[k * 3 + i] == Approx(one[i]).margin(1e-5));
  }
}
