// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/colour/scopes.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

using Pixel = std::array<int, 3>;

template <typename Function>
Rgb8Image picture(int width, int height, Function&& colour) {
  Rgb8Image result;
  result.width = width;
  result.height = height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : Pixel(colour(x, y))) result.rgb.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return result;
}

Pixel at(const Rgb8Image& image, int x, int y) {
  const std::size_t i =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 3;
  return {image.rgb.at(i), image.rgb.at(i + 1), image.rgb.at(i + 2)};
}
int lightness(const Pixel& pixel) { return pixel[0] + pixel[1] + pixel[2]; }

// The one level that a column of a flat picture has.
int levelOf(const Waveform& waveform, int trace, int column) {
  int found = -1;
  for (int level = 0; level < kScopeLevels; ++level) {
    if (waveform.at(trace, column, level) == 0) continue;
    CHECK(found == -1);
    found = level;
  }
  return found;
}

ScopeMark markOf(const ScopePicture& drawn, const std::string& text) {
  for (const ScopeMark& mark : drawn.marks) {
    if (mark.text == text) return mark;
  }
  FAIL("no mark " << text);
  return {};
}

// 75 % bars as SMPTE RP 219 gives their codes in 10 bit: Y', Cb, Cr.
struct Bar {
  const char* name;
  Pixel rgb;
  int y, cb, cr;
};
const Bar kBars[] = {{"Yl", {191, 191, 0}, 674, 176, 543}, {"Cy", {0, 191, 191}, 581, 589, 176},
                     {"G", {0, 191, 0}, 534, 253, 207},    {"Mg", {191, 0, 191}, 251, 771, 817},
                     {"R", {191, 0, 0}, 204, 435, 848},    {"B", {0, 0, 191}, 111, 848, 481}};

Rgb8Image bars() {
  return picture(192, 40, [](int x, int) { return kBars[x / 32].rgb; });
}

media::ImageF flat(const std::array<float, 3>& value) {
  media::ImageF image;
  image.width = image.height = 2;
  for (int i = 0; i < 4; ++i) image.rgb.insert(image.rgb.end(), value.begin(), value.end());
  return image;
}

FalseColour falseColour(const std::string& space) {
  auto made = FalseColour::make(config(), space);
  if (!made) FAIL(describe(made.error()));
  return *made;
}

}  // namespace

TEST_CASE("a histogram counts every pixel once in each channel", "[scopes]") {
  // Large enough to be counted by several threads, with rows that do not follow each other at once.
  constexpr int kWidth = 600, kHeight = 200, kStride = kWidth * 3 + 7;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(kStride) * kHeight, 77);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      std::uint8_t* const pixel = &bytes[static_cast<std::size_t>(y * kStride + x * 3)];
      pixel[0] = static_cast<std::uint8_t>(y);
      pixel[1] = x < 150 ? 0 : 40;
      pixel[2] = x < 60 ? 255 : 41;
    }
  }
  const Histogram counted = histogramOf({kWidth, kHeight, bytes.data(), kStride});
  CHECK(counted.pixels == 120000);
  for (std::size_t level = 0; level < 256; ++level) {
    INFO(level);
    CHECK(counted.rgb[0][level] == (level < 200 ? 600U : 0U));
    CHECK(counted.rgb[1][level] == (level == 0 ? 30000U : level == 40 ? 90000U : 0U));
    CHECK(counted.rgb[2][level] == (level == 255 ? 12000U : level == 41 ? 108000U : 0U));
  }
  // Row 0 has no red; below it the left quarter has no green. The left tenth is at white.
  CHECK(counted.atBlack == Approx((600 + 199 * 150) / 120000.0));
  CHECK(counted.atWhite == Approx(.1));
}

TEST_CASE("greys keep their level as luma and the bars have the published one", "[scopes]") {
  const Histogram ramp = histogramOf(picture(256, 3, [](int x, int) { return Pixel{x, x, x}; }).view());
  for (const std::uint32_t count : ramp.luma) CHECK(count == 3);
  const Waveform waveform = waveformOf(bars().view(), Channels::luma, 6);
  REQUIRE(waveform.columns == 6);
  for (int i = 0; i < 6; ++i) {
    INFO(kBars[i].name);
    CHECK(levelOf(waveform, 0, i) == Approx((kBars[i].y - 64) / 876.0 * 255).margin(.75));
  }
}

TEST_CASE("a waveform lies as the picture does and loses no pixel at any width", "[scopes]") {
  for (const int width : {256, 300, 77, 1}) {
    const Rgb8Image ramp = picture(width, 90, [&](int x, int) {
      return Pixel{x * 255 / width, 255 - x * 255 / width, 9};
    });
    for (const int columns : {1, 16, 17, 64, 1000}) {
      INFO(width << " in " << columns);
      const Waveform waveform = waveformOf(ramp.view(), Channels::rgb, columns);
      REQUIRE(waveform.columns == std::min(columns, width));
      std::uint64_t sum = 0;
      for (const std::uint32_t count : waveform.counts) sum += count;
      CHECK(sum == static_cast<std::uint64_t>(width) * 90 * 3);
      CHECK(waveform.pixelsPerColumn * waveform.columns == Approx(width * 90));
    }
    const Waveform exact = waveformOf(ramp.view(), Channels::rgb, width);
    for (int x = 0; x < width; ++x) {
      CHECK(levelOf(exact, 0, x) == x * 255 / width);
      CHECK(levelOf(exact, 1, x) == 255 - x * 255 / width);
      CHECK(exact.at(2, x, 9) == 90);
    }
  }
}

TEST_CASE("a drawn waveform shows level and place at any size without gaps", "[scopes]") {
  // Left half at 100 %, right half at 50 %.
  const Rgb8Image halves = picture(400, 100, [](int x, int) {
    return x < 200 ? Pixel{255, 255, 255} : Pixel{128, 128, 128};
  });
  const Waveform waveform = waveformOf(halves.view(), Channels::luma, 400);
  for (const auto& [width, height] : {std::pair{400, 256}, {90, 60}, {777, 600}, {1000, 40}}) {
    INFO(width << "x" << height);
    const ScopePicture drawn = draw(waveform, width, height);
    REQUIRE(drawn.image.width == width);
    REQUIRE(drawn.image.height == height);
    const int white = markOf(drawn, "100").y, middle = markOf(drawn, "50").y, black = markOf(drawn, "0").y;
    CHECK(white > 0);
    CHECK(black < height - 1);
    CHECK(middle == Approx((white + black) / 2.0).margin(1));
    for (int x = 0; x < width; ++x) {
      if (std::abs(x - width / 2) < 2) continue;
      const bool left = x < width / 2;
      int brightest = 0;
      for (int y = 1; y < height; ++y) {
        if (lightness(at(drawn.image, x, y)) > lightness(at(drawn.image, x, brightest))) brightest = y;
      }
      // 128 of 255 is a little above the middle.
      CHECK(brightest == Approx(left ? white : middle).margin(1 + height / 400));
      CHECK(lightness(at(drawn.image, x, brightest)) > 3 * 180);
      CHECK(lightness(at(drawn.image, x, black)) < 3 * 80);
    }
  }
}

TEST_CASE("one pixel among a million is still seen in the waveform", "[scopes]") {
  Rgb8Image grey = picture(1000, 1000, [](int, int) { return Pixel{60, 60, 60}; });
  const ScopePicture without = draw(waveformOf(grey.view(), Channels::luma, 320), 320, 200);
  for (std::size_t i = 0; i < 3; ++i) grey.rgb[(500 * 1000 + 500) * 3 + i] = 230;
  const ScopePicture with = draw(waveformOf(grey.view(), Channels::luma, 320), 320, 200);
  int changed = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 320; ++x) {
      if (lightness(at(with.image, x, y)) < lightness(at(without.image, x, y)) + 3 * 20) continue;
      ++changed;
      CHECK(x == 160);
    }
  }
  CHECK(changed >= 1);
  CHECK(changed <= 2);
}

TEST_CASE("a parade has red green and blue beside each other", "[scopes]") {
  const Rgb8Image orange = picture(90, 50, [](int, int) { return Pixel{255, 128, 0}; });
  const ScopePicture drawn = draw(waveformOf(orange.view(), Channels::rgb, 90), 300, 200);
  const int rows[3] = {markOf(drawn, "100").y, markOf(drawn, "50").y, markOf(drawn, "0").y};
  for (int i = 0; i < 3; ++i) {
    for (int other = 0; other < 3; ++other) {
      // 128 of 255 lies between two rows.
      Pixel pixel{};
      for (const int beside : {-1, 0, 1}) {
        const Pixel one = at(drawn.image, 50 + 100 * i, rows[other] + beside);
        if (lightness(one) > lightness(pixel)) pixel = one;
      }
      INFO(i << " at the row of " << other);
      if (i == other) {
        CHECK(pixel[static_cast<std::size_t>(i)] == *std::max_element(pixel.begin(), pixel.end()));
        CHECK(pixel[static_cast<std::size_t>(i)] > 150);
      } else {
        CHECK(*std::max_element(pixel.begin(), pixel.end()) < 80);
      }
    }
  }
}

TEST_CASE("the bars lie on the vectorscope where the standard puts them and in their marked boxes", "[scopes]") {
  for (const Bar& bar : kBars) {
    INFO(bar.name);
    const Rgb8Image one = picture(200, 200, [&](int, int) { return bar.rgb; });
    const Vectorscope scope = vectorscopeOf(one.view());
    CHECK(scope.pixels == 40000);
    int cbFound = -1, crFound = -1;
    for (int cr = 0; cr < 256; ++cr) {
      for (int cb = 0; cb < 256; ++cb) {
        if (scope.at(cb, cr) == 0) continue;
        CHECK(scope.at(cb, cr) == 40000);
        cbFound = cb;
        crFound = cr;
      }
    }
    CHECK(cbFound == Approx(128 + (bar.cb - 512) / 896.0 * 255).margin(1));
    CHECK(crFound == Approx(128 + (bar.cr - 512) / 896.0 * 255).margin(1));
    for (const int size : {120, 256, 500}) {
      const ScopePicture empty = draw(Vectorscope{}, size + 60, size), drawn = draw(scope, size + 60, size);
      const ScopeMark mark = markOf(drawn, bar.name);
      int nearest = size;
      for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size + 60; ++x) {
          if (at(drawn.image, x, y) == at(empty.image, x, y)) continue;
          nearest = std::min(nearest, std::max(std::abs(x - mark.x), std::abs(y - mark.y)));
          CHECK(std::max(std::abs(x - mark.x), std::abs(y - mark.y)) <= 3);
        }
      }
      CHECK(nearest <= 1);
    }
  }
}

TEST_CASE("greys lie in the middle of the vectorscope and its colours turn the standard way", "[scopes]") {
  const Vectorscope greys = vectorscopeOf(picture(256, 2, [](int x, int) { return Pixel{x, x, x}; }).view());
  CHECK(greys.at(128, 128) == 512);
  const ScopePicture drawn = draw(greys, 300, 300);
  // Red above, blue to the right, yellow to the left, cyan below.
  CHECK(markOf(drawn, "R").y < 100);
  CHECK(markOf(drawn, "Cy").y > 200);
  CHECK(markOf(drawn, "B").x > 200);
  CHECK(markOf(drawn, "Yl").x < 100);
  // Skin lies between red and yellow.
  CHECK(markOf(drawn, "Skin").x < markOf(drawn, "R").x);
  CHECK(markOf(drawn, "Skin").y < markOf(drawn, "Yl").y);
  // Twice as large, a quarter of the plane is left, and no mark lies outside the drawing.
  const ScopePicture large = draw(greys, 300, 300, 2);
  for (const ScopeMark& mark : large.marks) {
    CHECK((mark.x >= 0 && mark.x < 300 && mark.y >= 0 && mark.y < 300));
  }
  CHECK(large.marks.size() < drawn.marks.size());
}

TEST_CASE("a drawn histogram is grey where the channels agree and its ends do not flatten it", "[scopes]") {
  // Nine tenths black border, the rest an even ramp of greys with more red.
  const Rgb8Image image = picture(256, 100, [](int x, int y) {
    return y < 90 ? Pixel{0, 0, 0} : Pixel{std::min(254, x + 20), x, x};
  });
  const ScopePicture drawn = draw(histogramOf(image.view()), Channels::rgb, 256, 100);
  const int bottom = markOf(drawn, "0").y, left = markOf(drawn, "0").x, right = markOf(drawn, "100").x;
  const Pixel both = at(drawn.image, (left + right) / 2, bottom - 3);
  CHECK(both[0] == both[1]);
  CHECK(both[1] == both[2]);
  CHECK(both[0] > 180);
  const Pixel cold = at(drawn.image, left + 8, bottom - 3);
  CHECK(cold[0] < cold[1]);
  CHECK(cold[1] == cold[2]);
  const ScopePicture luma = draw(histogramOf(bars().view()), Channels::luma, 256, 100);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 256; ++x) {
      const Pixel pixel = at(luma.image, x, y);
      CHECK((pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }
  }
}

TEST_CASE("scopes of no picture are empty and drawings have a bounded size", "[scopes]") {
  const Rgb8View none;
  CHECK(histogramOf(none).pixels == 0);
  CHECK(waveformOf(none, Channels::rgb, 100).columns == 0);
  CHECK(vectorscopeOf(none).counts.empty());
  for (const auto& [width, height] : {std::pair{0, 0}, {-5, 10}, {1, 1}, {2, 3}, {100000, 2}}) {
    for (const ScopePicture& drawn :
         {draw(histogramOf(none), Channels::rgb, width, height),
          draw(waveformOf(none, Channels::rgb, 9), width, height), draw(vectorscopeOf(none), width, height),
          draw(histogramOf(bars().view()), Channels::luma, width, height),
          draw(waveformOf(bars().view(), Channels::rgb, 9), width, height),
          draw(vectorscopeOf(bars().view()), width, height)}) {
      CHECK(drawn.image.width == std::clamp(width, 1, kScopeMost));
      CHECK(drawn.image.height == std::clamp(height, 1, kScopeMost));
      CHECK(drawn.image.rgb.size() ==
            static_cast<std::size_t>(drawn.image.width) * static_cast<std::size_t>(drawn.image.height) * 3);
    }
  }
}

TEST_CASE("false colour counts stops on each camera's own curve", "[scopes]") {
  // The makers' code values of 18 % grey and of 90 % white, which is 2.32 stops above it.
  struct Published {
    const char* space;
    float grey, white;
  };
  for (const Published& camera : {Published{"ARRI LogC3 (EI800)", .391007F, .559432F},
                                  {"ARRI LogC4", .278396F, .417959F},
                                  {"S-Log3 S-Gamut3.Cine", .410557F, .584453F},
                                  {"Log3G10 REDWideGamutRGB", .333333F, .483361F},
                                  {"V-Log V-Gamut", .423311F, .588167F},
                                  {"CanonLog2 CinemaGamut D55", .398255F, .562304F},
                                  {"BMDFilm WideGamut Gen5", .383562F, .521384F},
                                  {"Apple Log", .488272F, .681687F}}) {
    INFO(camera.space);
    const FalseColour scope = falseColour(camera.space);
    CHECK(scope.stops({camera.grey, camera.grey, camera.grey}) == Approx(0).margin(.002));
    CHECK(scope.stops({camera.white, camera.white, camera.white}) == Approx(std::log2(5)).margin(.002));
    CHECK(FalseColour::legend()[scope.zone({camera.grey, camera.grey, camera.grey})].stops == 0);
    CHECK(FalseColour::legend()[scope.zone({camera.white, camera.white, camera.white})].stops == 2);
    CHECK(FalseColour::legend()[scope.zone({1, 1, 1})].clipped);
  }
}

TEST_CASE("a large painted picture is zone for zone what each of its values says", "[scopes]") {
  for (const char* space :
       {"ARRI LogC4", "S-Log3 S-Gamut3.Cine", "CanonLog3 CinemaGamut D55", "Rec.709 video", "ACEScg"}) {
    INFO(space);
    const FalseColour scope = falseColour(space);
    media::ImageF image;
    image.width = 400;
    image.height = 150;  // for several threads
    unsigned seed = 11;
    for (int i = 0; i < 400 * 150 * 3; ++i) {
      seed = seed * 1664525U + 1013904223U;
      image.rgb.push_back(static_cast<float>(seed >> 8) / 16777216.F * 1.04F - .02F);
    }
    const Rgb8Image painted = scope.paint(image);
    int off = 0;
    for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
      const auto& colour = FalseColour::legend()[scope.zone({image.rgb[i], image.rgb[i + 1], image.rgb[i + 2]})].colour;
      if (!std::equal(colour.begin(), colour.end(), &painted.rgb[i])) ++off;
    }
    CHECK(off == 0);
  }
}

TEST_CASE("the zones of false colour change half way between stops and a painted picture shows them", "[scopes]") {
  const FalseColour scope = falseColour("ACEScg");
  for (int stops = -9; stops <= 9; ++stops) {
    for (const double beside : {-.49, 0., .49}) {
      const auto light = static_cast<float>(.18 * std::exp2(stops + beside));
      INFO(stops << " " << beside);
      const auto& zone = FalseColour::legend().at(scope.zone({light, light, light}));
      CHECK(zone.stops == std::clamp(stops, -6, 6));
      CHECK_FALSE(zone.clipped);
      const Rgb8Image painted = scope.paint(flat({light, light, light}));
      for (std::size_t i = 0; i < 12; ++i) CHECK(painted.rgb.at(i) == zone.colour[i % 3]);
    }
  }
  CHECK(scope.stops({-1, -1, -1}) == -std::numeric_limits<double>::infinity());
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
  CHECK(scope.zone({nan, nan, nan}) == 0);
  CHECK(scope.zone({-1, 0, 0}) == 0);
  CHECK(FalseColour::legend()[scope.zone({infinite, infinite, infinite})].stops == 6);
}

TEST_CASE("a channel at the end of the encoding is clipped however little light it is", "[scopes]") {
  const FalseColour scope = falseColour("S-Log3 S-Gamut3.Cine");
  CHECK(FalseColour::legend()[scope.zone({.1F, .1F, 1.F})].clipped);
  CHECK_FALSE(FalseColour::legend()[scope.zone({.1F, .1F, .99F})].clipped);
  media::ImageF picture = flat({.41F, .41F, .41F});
  picture.rgb[5] = 1.F;
  const Rgb8Image painted = scope.paint(picture);
  CHECK(at(painted, 0, 0) == Pixel{128, 128, 128});
  CHECK(at(painted, 1, 0) == Pixel{255, 0, 0});
  CHECK(at(painted, 0, 1) == Pixel{128, 128, 128});
}

TEST_CASE("the colours of false colour grow lighter with the light and neighbours differ", "[scopes]") {
  const auto& legend = FalseColour::legend();
  REQUIRE(legend.size() == 14);
  std::set<std::string> words;
  double before = -1;
  for (std::size_t i = 0; i < legend.size(); ++i) {
    CHECK(words.insert(legend[i].words).second);
    if (legend[i].clipped) continue;
    CHECK(legend[i].stops == static_cast<int>(i) - 6);
    const auto& c = legend[i].colour;
    const double luma = .2126 * c[0] + .7152 * c[1] + .0722 * c[2];
    CHECK(luma > before + 8);
    before = luma;
  }
  CHECK(legend[6].words == "18 % grey");
  CHECK(legend[13].clipped);
}

TEST_CASE("false colour refuses what has no known exposure", "[scopes]") {
  CHECK(FalseColour::make(config(), "").error().code == Errc::notFound);
  CHECK(FalseColour::make(config(), "No Such Log").error().code == Errc::notFound);
  CHECK(FalseColour::make(config(), "Raw").error().code == Errc::unsupported);
  CHECK(FalseColour::make(config(), "ACEScg").has_value());
  const FalseColour scope = falseColour("ARRI LogC4");
  CHECK(scope.paint({}).rgb.empty());
  media::ImageF lies;
  lies.width = lies.height = 100;
  lies.rgb.resize(9);
  CHECK(scope.paint(lies).rgb.empty());
}
