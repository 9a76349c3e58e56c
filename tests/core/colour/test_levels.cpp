// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

using media::Range;

// A neutral 4:2:2 picture of 10 bit, or one of three codes.
struct Patch {
  std::vector<std::uint16_t> planes[3];
  media::PlanarView view;
  Patch(std::array<int, 3> codes, Range range, bool rgb = false) {
    view.width = 4;
    view.height = 2;
    view.bits = 10;
    view.rgb = rgb;
    view.chroma = rgb ? media::Chroma::s444 : media::Chroma::s422;
    view.range = range;
    for (std::size_t i = 0; i < 3; ++i) {
      const int width = i == 0 || rgb ? 4 : 2;
      planes[i].assign(static_cast<std::size_t>(width) * 2, static_cast<std::uint16_t>(codes[i]));
      view.plane[i] = reinterpret_cast<const std::uint8_t*>(planes[i].data());
      view.stride[i] = width * 2;
    }
  }
  Patch(int grey, Range range) : Patch({grey, 512, 512}, range) {}
};

// What the makers print: the code of 10 bit that a picture of 0, 18 and 90 % reflectance has in the camera's file.
struct Printed {
  const char* space;
  int black, grey, white;  // 0 where the maker prints none
};
constexpr Printed kCodes[] = {
    {"S-Log3 S-Gamut3", 95, 420, 598},  // Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3
    {"S-Log3 S-Gamut3.Cine", 95, 420, 598},
    {"S-Log3 Venice S-Gamut3", 95, 420, 598},
    {"S-Log3 Venice S-Gamut3.Cine", 95, 420, 598},
    {"S-Log2 S-Gamut Daylight", 90, 347, 582},  // S-Log2 technical paper
    {"S-Log1 S-Gamut", 90, 394, 636},
    {"V-Log V-Gamut", 128, 433, 602},          // V-Log/V-Gamut reference manual
    {"F-Log F-Gamut", 95, 470, 705},           // F-Log data sheet 1.1
    {"F-Log2 F-Gamut", 95, 400, 570},          // F-Log2 data sheet 1.0
    {"CanonLog2 CinemaGamut D55", 0, 407, 0},  // Canon Log Gamma Curves white paper
    {"CanonLog3 CinemaGamut D55", 0, 351, 0},
    {"N-Log N-Gamut", 0, 372, 0},  // N-Log Specification Document 1.0.0, a formula of the 10-bit code
    {"L-Log L-Gamut", 0, 445, 0},  // L-Log reference manual
};

double light(const char* space, const Patch& patch) {
  const auto toLight = between(space, "ACES2065-1");
  auto image = toRgb(patch.view, toLight->levels());
  toLight->applyExact(image);
  return static_cast<double>(image.rgb[1]);
}

// A code stands for what lies within half a code of it.
void checkLight(const char* space, int code, double expected) {
  const auto toLight = between(space, "ACES2065-1");
  const auto at = [&](double value) {
    const auto encoded = static_cast<float>(value / 1023);
    return static_cast<double>(toLight->applyExact({encoded, encoded, encoded})[1]);
  };
  for (const Range range : {Range::limited, Range::full}) {
    INFO(space << " code " << code << (range == Range::full ? " full" : " limited"));
    const double found = light(space, Patch(code, range));
    CHECK(found == Approx(at(code)).margin(1e-4));
    CHECK(found > expected - (at(code + .6) - at(code)) - 2e-5);
    CHECK(found < expected + (at(code) - at(code - .6)) + 2e-5);
  }
}

}  // namespace

TEST_CASE("the codes that camera makers print arrive as their light from files of either range", "[levels]") {
  for (const Printed& entry : kCodes) {
    if (entry.black) checkLight(entry.space, entry.black, 0);
    checkLight(entry.space, entry.grey, .18);
    if (entry.white) checkLight(entry.space, entry.white, .9);
  }
}

TEST_CASE("encodings written into the video range are stretched from it", "[levels]") {
  // ARRI's ProRes of LogC3 has grey at 64 + 876 * 0.391, full-range DPX at 1023 * 0.391, and so with the others.
  struct Unit {
    const char* space;
    double grey;
  };
  for (const Unit& entry :
       {Unit{"ARRI LogC3 (EI800)", .391007}, Unit{"ARRI LogC4", .278396}, Unit{"Log3G10 REDWideGamutRGB", .333333},
        Unit{"BMDFilm WideGamut Gen5", .383562}, Unit{"Apple Log", .488272},
        Unit{"DaVinci Intermediate WideGamut", .336043}, Unit{"ACEScct", .413588}}) {
    INFO(entry.space);
    const int limited = static_cast<int>(std::lround(64 + 876 * entry.grey));
    const int full = static_cast<int>(std::lround(1023 * entry.grey));
    CHECK(light(entry.space, Patch(limited, Range::limited)) == Approx(.18).epsilon(.012));
    CHECK(light(entry.space, Patch(full, Range::full)) == Approx(.18).epsilon(.012));
    CHECK(config().levels(entry.space) == Levels::normalised);
  }
}

TEST_CASE("colours of an encoding that counts in codes keep their codes through the matrix", "[levels]") {
  // R'G'B' codes 598, 420 and 95 as YCbCr of BT.709, whose chroma spans 896 codes beside luma's 876.
  const double r = 598, g = 420, b = 95, y = .2126 * r + .7152 * g + .0722 * b;
  const int cb = static_cast<int>(std::lround(512 + (b - y) / 1.8556 * 896 / 876));
  const int cr = static_cast<int>(std::lround(512 + (r - y) / 1.5748 * 896 / 876));
  const Patch patch({static_cast<int>(std::lround(y)), cb, cr}, Range::limited);
  const auto rgb = toRgb(patch.view, Levels::codes).rgb;
  CHECK(rgb[0] * 1023 == Approx(r).margin(1.6));
  CHECK(rgb[1] * 1023 == Approx(g).margin(1.6));
  CHECK(rgb[2] * 1023 == Approx(b).margin(1.6));
  // RGB files, and the way back.
  const auto plain = toRgb(Patch({598, 420, 95}, Range::limited, true).view, Levels::codes).rgb;
  CHECK(plain[0] * 1023 == Approx(r).margin(.01));
  CHECK(plain[2] * 1023 == Approx(b).margin(.01));
  const auto frame =
      toYcbcr709(media::ImageF{1, 1, {float(r / 1023), float(g / 1023), float(b / 1023)}}, Levels::codes);
  CHECK(frame.plane[0][0] / 64.0 == Approx(y).margin(.01));
  CHECK(frame.plane[1][0] / 64.0 == Approx(512 + (b - y) / 1.8556 * 896 / 876).margin(.01));
  CHECK(frame.plane[2][0] / 64.0 == Approx(512 + (r - y) / 1.5748 * 896 / 876).margin(.01));
}

TEST_CASE("a cube and the exact way show grey of S-Log3 as grey from files of either range", "[levels]") {
  ChainRequest request;
  request.input = "S-Log3 S-Gamut3.Cine";
  const auto shown = chain(request);
  const auto baked = config().bake(shown);
  REQUIRE(baked.has_value());
  for (const Range range : {Range::limited, Range::full}) {
    const Patch in(420, range);
    std::vector<std::uint16_t> planes[3] = {std::vector<std::uint16_t>(8), std::vector<std::uint16_t>(4),
                                            std::vector<std::uint16_t>(4)};
    media::PlanarRoom room;
    room.width = 4;
    room.height = 2;
    for (std::size_t i = 0; i < 3; ++i) {
      room.plane[i] = reinterpret_cast<std::uint8_t*>(planes[i].data());
      room.stride[i] = i == 0 ? 8 : 4;
    }
    (*baked)->apply(in.view, room);
    // ACES shows 18 % grey as .389530 of video: 64 + 876 * that.
    CHECK(planes[0][0] == Approx(405).margin(1));
    CHECK(planes[1][0] == 512);
    CHECK((*baked)->measure(in.view).max < 1.5);
  }
}

TEST_CASE("numbers shown as they are stay in their range and what counts in codes says so", "[levels]") {
  ChainRequest request;
  request.input = "S-Log3 S-Gamut3.Cine";
  const auto lines = chain(request)->explain();
  CHECK(std::any_of(lines.begin(), lines.end(),
                    [](const std::string& line) { return line.find("codes of 1023") != std::string::npos; }));
  CHECK(chain(request)->levels() == Levels::codes);
  request.view = "Raw";
  const auto raw = chain(request);
  CHECK(raw->levels() == Levels::normalised);
  const auto said = raw->explain();
  CHECK(std::none_of(said.begin(), said.end(),
                     [](const std::string& line) { return line.find("codes of 1023") != std::string::npos; }));
  auto image = toRgb(Patch(420, Range::limited).view, raw->levels());
  raw->applyExact(image);
  CHECK(image.rgb[0] == Approx((420. - 64) / 876).margin(1e-5));
  // Camera log to camera log is no bare number.
  CHECK(between("S-Log3 S-Gamut3.Cine", "S-Log3 S-Gamut3.Cine")->levels() == Levels::codes);
}

TEST_CASE("a name can say that another program wrote the numbers otherwise", "[levels]") {
  const std::string own = "S-Log3 S-Gamut3.Cine", other = own + " [normalised]";
  CHECK(config().canonical("slog3_sgamut3cine [normalised]") ==
        config().canonical("slog3_sgamut3cine") + " [normalised]");
  CHECK(config().canonical(own + " [codes]") == own);
  CHECK(config().canonical("ARRI LogC4 [normalised]") == "ARRI LogC4");
  CHECK(config().canonical("No Such Log [codes]").empty());
  CHECK(config().levels(other) == Levels::normalised);
  CHECK(config().levels("ARRI LogC4 [codes]") == Levels::codes);
  // Grey of S-Log3 is 420 / 1023 of the formula: at 64 + 876 * that where 0..1 was written into the range.
  const int remade = static_cast<int>(std::lround(64 + 876 * 420.0 / 1023));
  CHECK(light(other.c_str(), Patch(remade, Range::limited)) == Approx(.18).epsilon(.012));
  CHECK(light(own.c_str(), Patch(420, Range::limited)) == Approx(.18).epsilon(.012));
  CHECK(light("ARRI LogC4 [codes]", Patch(285, Range::limited)) == Approx(.18).epsilon(.012));
  ChainRequest request;
  request.input = other;
  const auto made = chain(request);
  CHECK(made->describe().starts_with(other));
  const auto lines = made->explain();
  CHECK(
      std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return line.find("As was asked") == 0; }));
}

TEST_CASE("spaces are told by their names and aliases and linear ones have no codes", "[levels]") {
  for (const char* name : {"Input - Sony - S-Log3 - S-Gamut3", "slog3_sgamut3", "vlog_vgamut", "Canon Log 3",
                           "canonlog2_cinemagamut_d55", "ACESproxy"}) {
    INFO(name);
    CHECK(config().levels(name) == Levels::codes);
  }
  for (const char* name : {"REDLogFilm REDWideGamutRGB", "D-Log D-Gamut", "Apple Log", "Linear V-Gamut", "ACEScc",
                           "Rec.709 video", "Protune Native", "nothing known", ""}) {
    INFO(name);
    CHECK(config().levels(name) == Levels::normalised);
  }
  const Folder folder;
  const auto own = loadConfig(folder.write("own.ocio", R"(ocio_profile_version: 2
roles:
  default: Raw
  scene_linear: lin
file_rules:
  - !<Rule> {name: Default, colorspace: default}
displays:
  d:
    - !<View> {name: v, colorspace: Raw}
colorspaces:
  - !<ColorSpace> {name: Raw, isdata: true}
  - !<ColorSpace> {name: lin, encoding: scene-linear}
  - !<ColorSpace> {name: Sony S-Log3 of the show, encoding: log}
)"));
  if (!own) FAIL(describe(own.error()));
  CHECK((*own)->levels("Sony S-Log3 of the show") == Levels::codes);
}
