// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

// 18 % grey as the camera makers publish it, and the 90 % white of the same tables.
struct Published {
  const char* space;
  double grey;
  double white;
};
constexpr Published kPublished[] = {
    {"ARRI LogC3 (EI800)", .391007, .559432},
    {"ARRI LogC4", .278396, .417959},
    {"S-Log3 S-Gamut3", .410557, .584453},
    {"S-Log3 S-Gamut3.Cine", .410557, .584453},
    {"S-Log3 Venice S-Gamut3", .410557, .584453},
    {"S-Log3 Venice S-Gamut3.Cine", .410557, .584453},
    {"Log3G10 REDWideGamutRGB", .333333, .483361},
    {"V-Log V-Gamut", .423311, .588167},
    {"CanonLog2 CinemaGamut D55", .398255, .562304},
    {"CanonLog3 CinemaGamut D55", .343389, .564474},
    {"BMDFilm WideGamut Gen5", .383562, .521384},
    {"DaVinci Intermediate WideGamut", .336043, .502784},
    {"Apple Log", .488272, .681687},
    {"D-Log D-Gamut", .398765, .572944},
    {"N-Log N-Gamut", .363668, .589634},
    {"F-Log F-Gamut", .459318, .689503},
    {"F-Log2 F-Gamut", .391007, .557132},
    {"L-Log L-Gamut", .435314, .619557},
    {"Protune Native", .645623, .977921},
    {"ACEScct", .413588, .546119},
};

}  // namespace

TEST_CASE("every camera curve meets its published grey and white code values", "[config]") {
  for (const Published& entry : kPublished) {
    INFO(entry.space);
    const auto encode = between("ACES2065-1", entry.space);
    const auto decode = between(entry.space, "ACES2065-1");
    for (const auto& [linear, code] : {std::pair{.18, entry.grey}, std::pair{.90, entry.white}}) {
      const auto value = static_cast<float>(linear);
      for (const float c : encode->applyExact({value, value, value})) CHECK(std::abs(c - code) < 1e-5);
      const auto encoded = static_cast<float>(code);
      for (const float v : decode->applyExact({encoded, encoded, encoded})) CHECK(std::abs(v - linear) < 1e-5 * 5);
    }
  }
}

TEST_CASE("published black and toe values are met by the curves that are tables", "[config]") {
  CHECK(between("ACES2065-1", "Apple Log")->applyExact({0, 0, 0})[1] == Approx(.150476).margin(2e-5));
  CHECK(between("ACES2065-1", "N-Log N-Gamut")->applyExact({0, 0, 0})[1] == Approx(.124373).margin(2e-5));
}

TEST_CASE("a saturated camera colour lands where the makers' matrices put it", "[config]") {
  // Pure LogC4 red, linear 1 in AWG4: the first column of ARRI's published matrix to AP0.
  const float one = between("ACES2065-1", "ARRI LogC4")->applyExact({1, 1, 1})[0];
  const float zero = between("ACES2065-1", "ARRI LogC4")->applyExact({0, 0, 0})[0];
  const auto red = between("ARRI LogC4", "ACES2065-1")->applyExact({one, zero, zero});
  CHECK(red[0] == Approx(.750957363).margin(1e-4));
  CHECK(red[1] == Approx(.000821837).margin(1e-4));
  CHECK(red[2] == Approx(-.000499952).margin(1e-4));
  const float appleOne = between("ACES2065-1", "Apple Log")->applyExact({1, 1, 1})[0];
  const float appleZero = between("ACES2065-1", "Apple Log")->applyExact({0, 0, 0})[0];
  const auto green = between("Apple Log", "ACES2065-1")->applyExact({appleZero, appleOne, appleZero});
  CHECK(green[0] == Approx(.157700915).margin(1e-4));
  CHECK(green[1] == Approx(.859054673).margin(1e-4));
}

TEST_CASE("grey through the ACES output transforms gives the reference display values", "[config]") {
  ChainRequest request;
  request.input = "ACES2065-1";
  const std::array<float, 3> grey{.18F, .18F, .18F};
  CHECK(chain(request)->applyExact(grey)[1] == Approx(.389530).margin(2e-5));
  request.display = "sRGB - Display";
  CHECK(chain(request)->applyExact(grey)[1] == Approx(.355954).margin(2e-5));
  request.display = "P3-D65 - Display";
  request.view = "ACES 1.0 - SDR Cinema";
  CHECK(chain(request)->applyExact(grey)[1] == Approx(.411867).margin(2e-5));
  request.display = "Rec.2100-PQ - Display";
  request.view = "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)";
  CHECK(chain(request)->applyExact(grey)[1] == Approx(.332590).margin(2e-5));
  request.display = "Rec.2100-HLG - Display";
  CHECK(chain(request)->applyExact(grey)[1] == Approx(.301021).margin(2e-5));
}

TEST_CASE("names and aliases lead to the canonical name and nothing else does", "[config]") {
  CHECK(config().canonical("ARRI LogC4") == "ARRI LogC4");
  CHECK(config().canonical("arri_logc4") == "ARRI LogC4");
  CHECK(config().canonical("apple_log") == "Apple Log");
  CHECK(config().canonical("Linear Rec.709") == "Linear Rec.709 (sRGB)");
  CHECK(config().canonical("Rec.709") == "Rec.709 video");
  CHECK(config().canonical("ARRI LogC9").empty());
  CHECK(config().canonical("").empty());
  const auto spaces = config().spaces();
  for (const Published& entry : kPublished) CHECK(std::count(spaces.begin(), spaces.end(), entry.space) == 1);
  const auto views = config().views(kDefaultDisplay);
  CHECK(std::count(views.begin(), views.end(), kDefaultView) == 1);
  CHECK(std::count(views.begin(), views.end(), "Raw") == 1);
}

TEST_CASE("every space of the configuration builds to the default display or to ACEScg", "[config]") {
  for (const std::string& name : config().spaces()) {
    INFO(name);
    ChainRequest request;
    request.input = name;
    CHECK(config().chain(request).has_value());
    request.outputSpace = "ACEScg";
    CHECK(config().chain(request).has_value());
  }
}

TEST_CASE("the configuration file passes OpenColorIO's own check", "[config]") {
  if (std::system("command -v ociocheck >/dev/null 2>&1") != 0) {
    WARN("ociocheck is not installed");
    return;
  }
  const std::string command =
      "ociocheck --iconfig '" ROLLPROOF_SOURCE "/resources/ocio/rollproof.ocio' >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("a broken or missing user configuration is an error value", "[config]") {
  const Folder folder;
  const auto missing = loadConfig(folder.path() + "/none.ocio");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == Errc::notFound);
  const auto broken = loadConfig(folder.write("broken.ocio", "ocio_profile_version: 2\nroles: {a: \n"));
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().code == Errc::corrupt);
}
