// SPDX-License-Identifier: Apache-2.0
#include "core/demo/chart.h"

#include <algorithm>
#include <cmath>

namespace rollproof::demo {
namespace {

using Colour = std::array<float, 3>;

constexpr double kPatchesBottom = 0.16;
constexpr double kRampBottom = 0.26;
constexpr double kMemoryBottom = 0.38;
constexpr double kSaturatedBottom = 0.62;

// Scene-linear BT.709, from dark to light skin under several undertones, then sky, leaf, orange and violet.
constexpr std::array<Colour, 10> kMemoryColours{{{0.060F, 0.032F, 0.022F},
                                                 {0.130F, 0.068F, 0.044F},
                                                 {0.240F, 0.130F, 0.082F},
                                                 {0.360F, 0.205F, 0.135F},
                                                 {0.500F, 0.300F, 0.215F},
                                                 {0.620F, 0.410F, 0.320F},
                                                 {0.110F, 0.190F, 0.340F},
                                                 {0.095F, 0.150F, 0.052F},
                                                 {0.700F, 0.210F, 0.025F},
                                                 {0.110F, 0.045F, 0.140F}}};

// Which of R, G, B each saturated ramp carries.
constexpr std::array<std::array<bool, 3>, 6> kRamps{{{true, false, false},
                                                     {false, true, false},
                                                     {false, false, true},
                                                     {false, true, true},
                                                     {true, false, true},
                                                     {true, true, false}}};

Colour toAcesCg(const Colour& c) {
  return {0.613097F * c[0] + 0.339523F * c[1] + 0.047379F * c[2],
          0.070194F * c[0] + 0.916354F * c[1] + 0.013452F * c[2],
          0.020616F * c[0] + 0.109570F * c[1] + 0.869815F * c[2]};
}

Colour grey(float reflectance) { return {reflectance, reflectance, reflectance}; }

template <class ColourAt>  // ColourAt(fraction from left to right) -> Colour
void paint(media::ImageF& image, const Area& area, const ColourAt& colourAt) {
  const PixelArea box = pixels(area, image.width, image.height);
  const double span = std::max(1, box.right - box.left - 1);
  for (int x = box.left; x < box.right; ++x) {
    const Colour colour = colourAt(static_cast<double>(x - box.left) / span);
    for (int y = box.top; y < box.bottom; ++y) {
      const auto at =
          (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 3;
      std::copy(colour.begin(), colour.end(), image.rgb.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
}

}  // namespace

PixelArea pixels(const Area& area, int width, int height) {
  const auto scaled = [](double fraction, int size) {
    return std::clamp(static_cast<int>(std::lround(fraction * size)), 0, size);
  };
  return {scaled(area.left, width), scaled(area.top, height), scaled(area.right, width), scaled(area.bottom, height)};
}

Area greyPatch(std::size_t index) {
  const auto count = static_cast<double>(kGreys.size());
  return {static_cast<double>(index) / count, 0.0, static_cast<double>(index + 1) / count, kPatchesBottom};
}

media::ImageF paintChart(int width, int height) {
  media::ImageF image;
  image.width = width;
  image.height = height;
  image.rgb.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, kBackground);
  for (std::size_t i = 0; i < kGreys.size(); ++i) paint(image, greyPatch(i), [&](double) { return grey(kGreys[i]); });
  // 13 stops around mid grey, evenly spaced as a log curve sees them.
  paint(image, {0, kPatchesBottom, 1, kRampBottom},
        [](double t) { return grey(static_cast<float>(0.18 * std::exp2(-7.0 + 13.0 * t))); });
  for (std::size_t i = 0; i < kMemoryColours.size(); ++i) {
    const auto count = static_cast<double>(kMemoryColours.size());
    paint(image, {static_cast<double>(i) / count, kRampBottom, static_cast<double>(i + 1) / count, kMemoryBottom},
          [&](double) { return toAcesCg(kMemoryColours[i]); });
  }
  for (std::size_t i = 0; i < kRamps.size(); ++i) {
    const double step = (kSaturatedBottom - kMemoryBottom) / static_cast<double>(kRamps.size());
    const double top = kMemoryBottom + step * static_cast<double>(i);
    paint(image, {0, top, 1, top + step}, [&](double t) {
      const auto level = static_cast<float>(std::pow(t, 2.4));
      Colour colour{};
      for (std::size_t c = 0; c < 3; ++c) colour[c] = kRamps[i][c] ? level : 0.0F;
      return toAcesCg(colour);
    });
  }
  return image;
}

}  // namespace rollproof::demo
