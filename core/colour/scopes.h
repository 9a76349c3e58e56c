// SPDX-License-Identifier: Apache-2.0
// Scopes: what a picture's values are, counted, and drawn small for a viewer: histogram, waveform (luma or parade),
// vectorscope with the targets of 75 % bars, false colour by stops of the camera's own curve. The first three count
// what a screen is given (RGB, 8 bits, full range); false colour counts light in the scene, so it needs the picture as
// the camera encoded it. Drawings hold no letters: what is to be written on them comes as marks, in the window's type.
// Threads: pure functions of their arguments; big pictures are counted on all cores. A FalseColour is immutable.
// Errors: Errc::notFound for a space the configuration does not know, Errc::unsupported for one without a curve. A
// picture without pixels counts and draws as none.
// Source: ITU-R BT.709 (luma, colour differences); SMPTE RP 219 (75 % bars); SMPTE 170M (the I axis, 123 degrees).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/colour/colour.h"
#include "core/media/media.h"

namespace rollproof::colour {

// A picture as a screen is given it: RGB interleaved, rows `stride` bytes apart. A view; the pixels are whoever's they
// are.
struct Rgb8View {
  int width = 0, height = 0;
  const std::uint8_t* rgb = nullptr;
  std::ptrdiff_t stride = 0;
};
struct Rgb8Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // width*height*3
  [[nodiscard]] Rgb8View view() const { return {width, height, rgb.data(), std::ptrdiff_t{width} * 3}; }
};

// A word and the pixel of the drawing that it belongs to.
struct ScopeMark {
  int x = 0, y = 0;
  std::string text;
};
struct ScopePicture {
  Rgb8Image image;
  std::vector<ScopeMark> marks;
};
// Drawings are at most this wide and high; what is asked for beyond that, or below 1, is brought to it.
inline constexpr int kScopeMost = 4096;

enum class Channels {
  luma,  // BT.709 Y'
  rgb    // each by itself
};
inline constexpr int kScopeLevels = 256;

struct Histogram {
  std::array<std::array<std::uint32_t, kScopeLevels>, 3> rgb{};
  std::array<std::uint32_t, kScopeLevels> luma{};
  std::uint64_t pixels = 0;
  // Of all pixels, how many have a channel at the lowest resp. the highest value a screen can show.
  double atBlack = 0, atWhite = 0;
};
[[nodiscard]] Histogram histogramOf(const Rgb8View& picture);
[[nodiscard]] ScopePicture draw(const Histogram& histogram, Channels channels, int width, int height);

// Left to right as the picture, a count for every level. Parade: red, green and blue beside each other.
struct Waveform {
  Channels channels = Channels::luma;
  int columns = 0;                    // of one trace; never more than the picture has
  double pixelsPerColumn = 0;         // on average
  std::vector<std::uint32_t> counts;  // [trace][column][level]
  [[nodiscard]] std::uint32_t at(int trace, int column, int level) const {
    return counts[(static_cast<std::size_t>(trace) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(column)) *
                      kScopeLevels +
                  static_cast<std::size_t>(level)];
  }
};
[[nodiscard]] Waveform waveformOf(const Rgb8View& picture, Channels channels, int columns);
// Marks at 0, 25, 50, 75 and 100 %.
[[nodiscard]] ScopePicture draw(const Waveform& waveform, int width, int height);

// Colour differences without luma: Cb to the right, Cr up, no colour in the middle.
struct Vectorscope {
  std::uint64_t pixels = 0;
  std::vector<std::uint32_t> counts;  // [Cr][Cb], 256 each, as 8-bit full-range codes; 128 is zero
  [[nodiscard]] std::uint32_t at(int cb, int cr) const {
    return counts[static_cast<std::size_t>(cr) * kScopeLevels + static_cast<std::size_t>(cb)];
  }
};
[[nodiscard]] Vectorscope vectorscopeOf(const Rgb8View& picture);
// A square in the middle of width x height. Marks at the targets of 75 % bars (R Mg B Cy G Yl) and at the skin line.
// `zoom` 2 shows the middle twice as large.
[[nodiscard]] ScopePicture draw(const Vectorscope& scope, int width, int height, double zoom = 1);

// Paints every pixel by how many stops its light is from 18 % grey: cold below, grey at grey, warm above, the lighter
// the more light. Stops are of the luminance in ACEScg, whose neutrals are every camera's neutrals.
class FalseColour {
 public:
  struct Zone {
    int stops = 0;         // from half a stop below to half a stop above this; the outermost are open
    bool clipped = false;  // instead: a channel at the end of the encoding, where the camera may have seen more
    std::string words;     // "-6 or less", "-1", "18 % grey", "+1", "clipped"
    std::array<std::uint8_t, 3> colour{};
  };
  static constexpr int kLeast = -6, kMost = 6;
  // From dark to light, clipped last.
  [[nodiscard]] static const std::vector<Zone>& legend();

  // For pictures encoded in this space of the configuration.
  [[nodiscard]] static Result<FalseColour> make(const Config& config, const std::string& space);
  // Stops from 18 % grey of an encoded value; minus infinity where there is no light.
  [[nodiscard]] double stops(const std::array<float, 3>& encoded) const;
  // Which row of the legend an encoded value falls into.
  [[nodiscard]] std::size_t zone(const std::array<float, 3>& encoded) const;
  // What the encoding counts in, for colour::toRgb.
  [[nodiscard]] Levels levels() const { return m_toLight->levels(); }
  // The encoded picture (colour::toRgb gives it) painted by zones.
  [[nodiscard]] Rgb8Image paint(media::ImageF picture) const;

 private:
  FalseColour(std::shared_ptr<const Chain> toLight, bool ends) : m_toLight(std::move(toLight)), m_ends(ends) {}
  std::shared_ptr<const Chain> m_toLight;
  bool m_ends;  // the encoding has a highest value; scene-linear numbers have none
};

}  // namespace rollproof::colour
