// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

// Code values at 0, 18, 90 and 100 % reflectance from the makers' own formulas and tables. The linear space shares the
// primaries, so what goes from one to the other is the curve alone. Black lies on the straight part of a curve that has
// one: Canon Log 3's 0.12512219, Blackmagic's 0.09246575.
struct Published {
  const char* space;
  const char* linear;
  double black, grey, white, full;
};
constexpr Published kPublished[] = {
    {"ARRI LogC3 (EI800)", "Linear ARRI Wide Gamut 3", .092809, .391007, .559432, .570632},
    {"ARRI LogC4", "Linear ARRI Wide Gamut 4", .092864, .278396, .417959, .427519},
    {"S-Log3 S-Gamut3", "Linear S-Gamut3", .092864, .410557, .584453, .596027},
    {"S-Log3 S-Gamut3.Cine", "Linear S-Gamut3.Cine", .092864, .410557, .584453, .596027},
    {"S-Log3 Venice S-Gamut3", "Linear Venice S-Gamut3", .092864, .410557, .584453, .596027},
    {"S-Log3 Venice S-Gamut3.Cine", "Linear Venice S-Gamut3.Cine", .092864, .410557, .584453, .596027},
    // 10-bit codes 90/394/636 and 90/347/582 of Sony's tables at 0/18/90 %, by the formulas to six digits.
    {"S-Log1 S-Gamut", "Linear S-Gamut", .088251, .384971, .622181, .638552},
    {"S-Log2 S-Gamut Daylight", "Linear S-Gamut Daylight", .088251, .339533, .568950, .585091},
    {"S-Log2 S-Gamut Tungsten", "Linear S-Gamut Tungsten", .088251, .339533, .568950, .585091},
    {"Log3G10 REDWideGamutRGB", "Linear REDWideGamutRGB", .091551, .333333, .483361, .493449},
    {"V-Log V-Gamut", "Linear V-Gamut", .125000, .423311, .588167, .599118},
    {"CanonLog2 CinemaGamut D55", "Linear CinemaGamut D55", .092864, .398255, .562304, .573229},
    {"CanonLog3 CinemaGamut D55", "Linear CinemaGamut D55", .125122, .343389, .564474, .580278},
    {"CanonLog2 CinemaGamut Tungsten", nullptr, .092864, .398255, .562304, .573229},
    {"CanonLog3 CinemaGamut Tungsten", nullptr, .125122, .343389, .564474, .580278},
    {"CanonLog2 BT2020 D55", nullptr, .092864, .398255, .562304, .573229},
    {"CanonLog3 BT2020 D55", nullptr, .125122, .343389, .564474, .580278},
    {"CanonLog2 BT2020 Tungsten", nullptr, .092864, .398255, .562304, .573229},
    {"CanonLog3 BT2020 Tungsten", nullptr, .125122, .343389, .564474, .580278},
    {"BMDFilm WideGamut Gen5", "Linear BMD WideGamut Gen5", .092466, .383562, .521384, .530490},
    {"DaVinci Intermediate WideGamut", "Linear DaVinci WideGamut", 0, .336043, .502784, .513837},
    {"Apple Log", "Linear Rec.2020", .150476, .488272, .681687, .694553},
    {"D-Log D-Gamut", "Linear D-Gamut", .092900, .398765, .572944, .584555},
    {"N-Log N-Gamut", nullptr, .124373, .363668, .589634, .605083},
    {"F-Log F-Gamut", nullptr, .092864, .459318, .689503, .704996},
    {"F-Log2 F-Gamut", nullptr, .092864, .391007, .557132, .568219},
    {"L-Log L-Gamut", nullptr, .090000, .435314, .619557, .631797},
    {"Protune Native", nullptr, 0, .645623, .977921, 1},
    {"ACEScct", "ACEScg", .072906, .413588, .546119, .554795},
};

// F-Log's and L-Log's published toes do not meet their logarithms (by 1e-4 and 9e-4 of full scale); OpenColorIO joins
// them at the logarithm's side, so below the cut a code is off by that much.
double toeGap(const std::string& space) {
  return space == "L-Log L-Gamut" ? 1.2e-3 : space == "F-Log F-Gamut" ? 1.5e-4 : 1e-5;
}

// ARRI's own table for the exposure indices (ALEXA Log C Curve, Usage in VFX; exposure values, SUP 3), six digits.
struct LogC3 {
  int ei;
  double cut, a, b, c, d, e, f;
};
constexpr LogC3 kLogC3[] = {
    {160, .005561, 5.555556, .080216, .269036, .381991, 5.842037, .092778},
    {200, .006208, 5.555556, .076621, .266007, .382478, 5.776265, .092782},
    {250, .006871, 5.555556, .072941, .262978, .382966, 5.710494, .092786},
    {320, .007622, 5.555556, .068768, .259627, .383508, 5.637732, .092791},
    {400, .008318, 5.555556, .064901, .256598, .383999, 5.571960, .092795},
    {500, .009031, 5.555556, .060939, .253569, .384493, 5.506188, .092800},
    {640, .009840, 5.555556, .056443, .250219, .385040, 5.433426, .092805},
    {800, .010591, 5.555556, .052272, .247190, .385537, 5.367655, .092809},
    {1000, .011361, 5.555556, .047996, .244161, .386036, 5.301883, .092814},
    {1280, .012235, 5.555556, .043137, .240810, .386590, 5.229121, .092819},
    {1600, .013047, 5.555556, .038625, .237781, .387093, 5.163350, .092824},
};

// RGB to AP0, row major, as the makers and the Academy publish them (CAT02, but for those who use Bradford).
struct Primaries {
  const char* space;
  double matrix[9];
};
constexpr Primaries kPrimaries[] = {
    {"Linear ARRI Wide Gamut 3",
     {.680205505, .236136602, .083657893, .085414980, 1.017470879, -.102885858, .002056522, -.062562500, 1.060505979}},
    {"Linear ARRI Wide Gamut 4",
     {.750957363, .144422787, .104619850, .000821837, 1.007397585, -.008219422, -.000499952, -.000854177, 1.001354129}},
    {"Linear BMD WideGamut Gen5",
     {.647091326, .242595385, .110313289, .065191600, 1.025047568, -.090239167, -.027557073, -.080588710, 1.108145783}},
    {"Linear D-Gamut",
     {.691279246, .214382528, .094338227, .066222404, 1.011616080, -.077838484, -.017298541, -.077378850, 1.094677391}},
    {"Linear CinemaGamut D55",
     {.763064455, .149021161, .087914384, .003657457, 1.106960380, -.110617837, -.009407794, -.218383305, 1.227791099}},
    {"Linear DaVinci WideGamut",
     {.748270290, .167694660, .084035050, .020842123, 1.111904743, -.132746866, -.091512257, -.127746713, 1.219258970}},
    {"Linear Rec.2020",
     {.679085635, .157700915, .163213451, .046002003, .859054673, .094943324, -.000573943, .028467768, .972106175}},
};

}  // namespace

TEST_CASE("every camera curve meets its published codes at 0 and 18 and 90 and 100 percent", "[config]") {
  for (const Published& entry : kPublished) {
    INFO(entry.space);
    const auto encode = between("ACES2065-1", entry.space);
    const auto decode = between(entry.space, "ACES2065-1");
    for (const auto& [linear, code] : {std::pair{0., entry.black}, std::pair{.18, entry.grey},
                                       std::pair{.90, entry.white}, std::pair{1., entry.full}}) {
      const auto value = static_cast<float>(linear);
      const double margin = linear == 0 ? toeGap(entry.space) : 1e-5;
      for (const float c : encode->applyExact({value, value, value})) CHECK(std::abs(c - code) < margin);
      const auto encoded = static_cast<float>(code);
      for (const float v : decode->applyExact({encoded, encoded, encoded})) CHECK(std::abs(v - linear) < margin * 6);
    }
  }
}

TEST_CASE("a log space and the linear space of its camera have the same primaries", "[config]") {
  for (const Published& entry : kPublished) {
    if (!entry.linear) continue;
    INFO(entry.space);
    const auto decoded = between(entry.space, entry.linear)
                             ->applyExact({static_cast<float>(entry.grey), static_cast<float>(entry.black),
                                           static_cast<float>(entry.white)});
    CHECK(std::abs(decoded[0] - .18) < 2e-5);
    CHECK(std::abs(decoded[1]) < 2e-5);
    CHECK(std::abs(decoded[2] - .90) < 5e-5);
  }
}

TEST_CASE("LogC3 at every exposure index is ARRI's table", "[config]") {
  for (const LogC3& entry : kLogC3) {
    const std::string name = "ARRI LogC3 (EI" + std::to_string(entry.ei) + ")";
    INFO(name);
    const auto encode = between("Linear ARRI Wide Gamut 3", name);
    for (const double x : {0., .001, .18, .9, 1., 8.}) {
      const double code = x > entry.cut ? entry.c * std::log10(entry.a * x + entry.b) + entry.d : entry.e * x + entry.f;
      const auto value = static_cast<float>(x);
      for (const float c : encode->applyExact({value, value, value})) CHECK(std::abs(c - code) < 1e-5);
    }
    const auto grey = encode->applyExact({.18F, .18F, .18F});
    CHECK(std::abs(grey[1] - .391007) < 1e-5);
  }
}

TEST_CASE("camera primaries reach AP0 by the published matrices", "[config]") {
  for (const Primaries& entry : kPrimaries) {
    INFO(entry.space);
    const auto toAp0 = between(entry.space, "ACES2065-1");
    for (std::size_t column = 0; column < 3; ++column) {
      std::array<float, 3> one{};
      one[column] = 1;
      const auto value = toAp0->applyExact(one);
      for (std::size_t row = 0; row < 3; ++row) CHECK(std::abs(value[row] - entry.matrix[row * 3 + column]) < 2e-7);
    }
  }
}

TEST_CASE("a camera's tungsten primaries are those its maker gives for tungsten light", "[config]") {
  // Columns of light 1 in one channel, by Sony's and Canon's input transforms for ACES.
  const Primaries kTungsten[] = {
      {"S-Log2 S-Gamut Tungsten",
       {1.011023874, -.1362526051, .125228731, .1011994504, .9562196265, -.0574190769, .060076653, -.1010185315,
        1.0409418785}},
      {"CanonLog2 CinemaGamut Tungsten",
       {.817416293, .090755698, .091828009, -.035361374, 1.065690585, -.030329211, .010390366, -.299271107,
        1.288880741}},
      {"CanonLog3 CinemaGamut Tungsten",
       {.817416293, .090755698, .091828009, -.035361374, 1.065690585, -.030329211, .010390366, -.299271107,
        1.288880741}},
      {"CanonLog3 BT2020 Tungsten",
       {.724488568, .115140904, .160370529, .010659276, .839605344, .14973538, .014560161, -.028562057, 1.014001897}},
      {"CanonLog2 BT2020 D55",
       {.678891151, .158868422, .162240427, .045570831, .860712772, .093716397, -.000485710, .025060196, .975425515}}};
  for (const Primaries& entry : kTungsten) {
    const auto encode = between("ACES2065-1", entry.space), decode = between(entry.space, "ACES2065-1");
    const float one = encode->applyExact({1, 1, 1})[0], zero = encode->applyExact({0, 0, 0})[0];
    for (std::size_t column = 0; column < 3; ++column) {
      INFO(entry.space << " column " << column);
      std::array<float, 3> code{zero, zero, zero};
      code[column] = one;
      const auto light = decode->applyExact(code);
      for (std::size_t row = 0; row < 3; ++row) CHECK(std::abs(light[row] - entry.matrix[row * 3 + column]) < 5e-5);
    }
  }
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

TEST_CASE("every display offers views that all build from a camera space", "[config]") {
  const auto displays = config().displays();
  for (const char* name : {"Rec.1886 Rec.709 - Display", "sRGB - Display", "P3-D65 - Display", "P3-DCI - Display",
                           "Rec.2100-PQ - Display", "Rec.2100-HLG - Display"}) {
    CHECK(std::count(displays.begin(), displays.end(), name) == 1);
  }
  for (const std::string& display : displays) {
    const auto views = config().views(display);
    CHECK(views.size() >= 3);
    for (const std::string& view : views) {
      INFO(display << ", " << view);
      ChainRequest request;
      request.input = "ARRI LogC4";
      request.display = display;
      request.view = view;
      const auto made = config().chain(request);
      REQUIRE(made.has_value());
      for (const float v : (*made)->applyExact({.278396F, .278396F, .278396F})) CHECK((v > .05F && v < .7F));
    }
  }
}
