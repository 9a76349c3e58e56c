// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/colour/parallel.h"
#include "core/colour/scopes.h"

namespace rollproof::colour {
namespace {

constexpr const char* kLight = "ACEScg";
// Y of the AP1 primaries (Academy TB-2014-004).
constexpr std::array<float, 3> kLuminance{.2722287F, .6740818F, .0536895F};
constexpr double kGrey = .18;
// The last code of an encoding in ten bits is 1023 of 1023; decoders' rounding and chroma filters may miss it by a
// little. Video over SDI ends at 1019, and encodings that count in its codes with it.
constexpr float kEnd = 1022.5F / 1023.F, kVideoEnd = 1018.5F / 1023.F;

float luminance(const float* rgb) { return kLuminance[0] * rgb[0] + kLuminance[1] * rgb[1] + kLuminance[2] * rgb[2]; }

// Light at which the darkest zone ends.
constexpr float kDarkest = static_cast<float>(kGrey * .011048543456039806);  // 2 to the power of -6.5
static_assert(FalseColour::kLeast == -6);

// Half a stop up, the whole number of stops is a float's exponent. What is no number is no light.
std::size_t zoneOf(float light) {
  if (!(light >= kDarkest)) return 0;
  constexpr auto kHalfStopUp = static_cast<float>(1.4142135623730951 / kGrey);
  const int stops = static_cast<int>(std::bit_cast<std::uint32_t>(light * kHalfStopUp) >> 23) - 127;
  return static_cast<std::size_t>(std::clamp(stops, FalseColour::kLeast, FalseColour::kMost) - FalseColour::kLeast);
}

bool atEnd(const float* encoded, Levels levels) {
  const float end = levels == Levels::codes ? kVideoEnd : kEnd;
  return encoded[0] >= end || encoded[1] >= end || encoded[2] >= end;
}

}  // namespace

const std::vector<FalseColour::Zone>& FalseColour::legend() {
  static const std::vector<Zone> zones = [] {
    constexpr std::array<std::array<std::uint8_t, 3>, kMost - kLeast + 1> kColours{{{20, 10, 30},
                                                                                    {58, 20, 92},
                                                                                    {40, 40, 140},
                                                                                    {30, 80, 175},
                                                                                    {25, 125, 165},
                                                                                    {50, 138, 105},
                                                                                    {128, 128, 128},
                                                                                    {225, 145, 150},
                                                                                    {165, 205, 90},
                                                                                    {240, 208, 60},
                                                                                    {250, 218, 140},
                                                                                    {246, 234, 202},
                                                                                    {252, 252, 252}}};
    std::vector<Zone> result;
    for (int stops = kLeast; stops <= kMost; ++stops) {
      std::string words = stops == 0 ? "18 % grey" : std::to_string(stops);
      if (stops > 0) words.insert(words.begin(), '+');
      if (stops == kLeast) words += " or less";
      if (stops == kMost) words += " or more";
      result.push_back({stops, false, std::move(words), kColours[static_cast<std::size_t>(stops - kLeast)]});
    }
    result.push_back({kMost, true, "clipped", {255, 0, 0}});
    return result;
  }();
  return zones;
}

Result<FalseColour> FalseColour::make(const Config& config, const std::string& space) {
  if (config.canonical(space).empty()) {
    return fail(Errc::notFound,
                "false colour needs to know how the picture is encoded, and the colour configuration has no such space",
                space);
  }
  if (config.canonical(kLight).empty()) {
    return fail(Errc::notFound, "the colour configuration lacks the space in which exposure is counted", kLight);
  }
  ChainRequest request;
  request.input = space;
  request.outputSpace = kLight;
  auto chain = config.chain(request);
  if (!chain) return tl::unexpected(chain.error());
  const bool linear = config.isSceneLinear(space);
  if (!linear) {
    // Data passes every conversion untouched; an encoding that is not light itself never does.
    bool same = true;
    for (const float code : {.2F, .5F, .8F}) {
      const std::array<float, 3> grey{code, code, code};
      same = same && (*chain)->applyExact(grey) == grey;
    }
    if (same) {
      return fail(Errc::unsupported, "numbers without an encoding have no exposure; set the clip's colour space first",
                  space);
    }
  }
  return FalseColour(std::move(*chain), !linear);
}

double FalseColour::stops(const std::array<float, 3>& encoded) const {
  const float light = luminance(m_toLight->applyExact(encoded).data());
  return light > 0 ? std::log2(light / kGrey) : -std::numeric_limits<double>::infinity();
}

std::size_t FalseColour::zone(const std::array<float, 3>& encoded) const {
  if (m_ends && atEnd(encoded.data(), levels())) return legend().size() - 1;
  return zoneOf(luminance(m_toLight->applyExact(encoded).data()));
}

Rgb8Image FalseColour::paint(media::ImageF picture) const {
  if (picture.width <= 0 || picture.height <= 0) return {};
  const std::size_t width = static_cast<std::size_t>(picture.width),
                    pixels = width * static_cast<std::size_t>(picture.height);
  if (picture.rgb.size() / 3 < pixels) return {};
  // Who is at the end of the encoding must be known before the encoding is undone.
  std::vector<std::uint8_t> clipped(m_ends ? pixels : 0);
  for (std::size_t i = 0; i < clipped.size(); ++i) clipped[i] = atEnd(&picture.rgb[i * 3], levels());
  m_toLight->applyExact(picture);
  Rgb8Image result{picture.width, picture.height, {}};
  result.rgb.resize(pixels * 3);
  // Side by side, where the legend's rows are far apart.
  std::array<std::array<std::uint8_t, 4>, kMost - kLeast + 2> colours{};
  for (std::size_t i = 0; i < colours.size(); ++i) std::copy_n(legend()[i].colour.begin(), 3, colours[i].begin());
  forRows(picture.height, picture.width, [&](int first, int end) {
    for (std::size_t i = static_cast<std::size_t>(first) * width; i < static_cast<std::size_t>(end) * width; ++i) {
      const std::size_t zone = m_ends && clipped[i] != 0 ? colours.size() - 1 : zoneOf(luminance(&picture.rgb[i * 3]));
      std::memcpy(&result.rgb[i * 3], colours[zone].data(), 3);
    }
  });
  return result;
}

}  // namespace rollproof::colour
