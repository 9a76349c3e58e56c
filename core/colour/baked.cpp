// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/colour/chain.h"
#include "core/colour/parallel.h"
#include "core/colour/pixels.h"

namespace rollproof::colour {
namespace {

constexpr int kGrid = 65;
constexpr float kGridSpan = static_cast<float>(kGrid - 1);
constexpr std::size_t kStepBlue = 4, kStepGreen = kStepBlue * kGrid, kStepRed = kStepGreen * kGrid;
constexpr std::size_t kStepAll = kStepRed + kStepGreen + kStepBlue;

// One lattice point: R, G, B and a spare lane, moved as one register.
using Quad = float __attribute__((vector_size(16), aligned(4), may_alias));

inline Quad load(const float* at) { return *reinterpret_cast<const Quad*>(at); }

// Tetrahedral interpolation: the cell is cut into six tetrahedra by the order of the fractions, so greys stay on the
// diagonal and need only two points.
inline Quad interpolate(const float* lattice, float r, float g, float b) {
  const float x = std::clamp(r, 0.0F, 1.0F) * kGridSpan;
  const float y = std::clamp(g, 0.0F, 1.0F) * kGridSpan;
  const float z = std::clamp(b, 0.0F, 1.0F) * kGridSpan;
  const int ix = std::min(static_cast<int>(x), kGrid - 2);
  const int iy = std::min(static_cast<int>(y), kGrid - 2);
  const int iz = std::min(static_cast<int>(z), kGrid - 2);
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy), fz = z - static_cast<float>(iz);
  const float* base = lattice + static_cast<std::size_t>(ix) * kStepRed + static_cast<std::size_t>(iy) * kStepGreen +
                      static_cast<std::size_t>(iz) * kStepBlue;
  const std::size_t largest = fx >= fy ? (fx >= fz ? kStepRed : kStepBlue) : (fy >= fz ? kStepGreen : kStepBlue);
  const std::size_t smallest = fx < fy ? (fx < fz ? kStepRed : kStepBlue) : (fy < fz ? kStepGreen : kStepBlue);
  const float high = std::max(fx, std::max(fy, fz));
  const float low = std::min(fx, std::min(fy, fz));
  const float middle = std::max(std::min(fx, fy), std::min(std::max(fx, fy), fz));
  return load(base) * (1.0F - high) + load(base + largest) * (high - middle) +
         load(base + (kStepAll - smallest)) * (middle - low) + load(base + kStepAll) * low;
}

BakeError summarise(std::vector<float>& differences) {
  BakeError error;
  if (differences.empty()) return error;
  double sum = 0;
  for (const float d : differences) sum += d;
  error.mean = sum / static_cast<double>(differences.size());
  const auto rank = static_cast<std::ptrdiff_t>(static_cast<double>(differences.size() - 1) * 0.999);
  std::nth_element(differences.begin(), differences.begin() + rank, differences.end());
  error.p999 = differences[static_cast<std::size_t>(rank)];
  error.max = *std::max_element(differences.begin(), differences.end());
  return error;
}

class LatticeBaked final : public Baked {
 public:
  explicit LatticeBaked(std::shared_ptr<const Chain> chain) : m_chain(std::move(chain)) {
    media::ImageF points;
    points.width = kGrid * kGrid;
    points.height = kGrid;
    points.rgb.reserve(static_cast<std::size_t>(points.width) * kGrid * 3);
    for (int r = 0; r < kGrid; ++r) {
      for (int g = 0; g < kGrid; ++g) {
        for (int b = 0; b < kGrid; ++b) {
          points.rgb.push_back(static_cast<float>(r) / kGridSpan);
          points.rgb.push_back(static_cast<float>(g) / kGridSpan);
          points.rgb.push_back(static_cast<float>(b) / kGridSpan);
        }
      }
    }
    m_chain->applyExact(points);
    const std::size_t count = points.rgb.size() / 3;
    m_lattice.resize(count * 4);
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t i = 0; i < 3; ++i) {
        const float value = points.rgb[k * 3 + i];
        // One infinite corner would spoil every colour in its eight cells.
        m_lattice[k * 4 + i] = std::isfinite(value) ? std::clamp(value, -16.0F, 16.0F) : (value > 0 ? 16.0F : 0.0F);
      }
    }
  }

  void apply(const media::Frame16& in, media::Frame16& out) const override {
    if (!isWhole(in)) {
      out = {};
      return;
    }
    const std::size_t width = static_cast<std::size_t>(in.width);
    const std::size_t count = width * static_cast<std::size_t>(in.height);
    // In and out may be the same frame: each pixel is read before it is written.
    const ToRgb map = toRgbMap(in);
    out.width = in.width;
    out.height = in.height;
    out.index = in.index;
    out.rgb = false;
    out.matrix = media::Matrix::bt709;
    out.range = media::Range::limited;
    out.assumedMatrix = out.assumedRange = false;
    for (auto& plane : out.plane) plane.resize(count);
    const std::uint16_t* const a = in.plane[0].data();
    const std::uint16_t* const b = in.plane[1].data();
    const std::uint16_t* const c = in.plane[2].data();
    std::uint16_t* const y = out.plane[0].data();
    std::uint16_t* const cb = out.plane[1].data();
    std::uint16_t* const cr = out.plane[2].data();
    forRows(in.height, in.width, [&](int first, int end) {
      for (std::size_t k = width * static_cast<std::size_t>(first); k < width * static_cast<std::size_t>(end); ++k) {
        const Quad rgb = pixel(map, a[k], b[k], c[k]);
        const float red = std::clamp(rgb[0], 0.0F, 1.0F), green = std::clamp(rgb[1], 0.0F, 1.0F),
                    blue = std::clamp(rgb[2], 0.0F, 1.0F);
        const float luma = kLumaRed * red + kLumaGreen * green + kLumaBlue * blue;
        y[k] = static_cast<std::uint16_t>(kBlack + kLumaSpan * luma + 0.5F);
        cb[k] = static_cast<std::uint16_t>(kChromaZero + kCbScale * (blue - luma) + 0.5F);
        cr[k] = static_cast<std::uint16_t>(kChromaZero + kCrScale * (red - luma) + 0.5F);
      }
    });
  }

  void applyToRgb8(const media::Frame16& in, std::vector<std::uint8_t>& rgb8) const override {
    rgb8.clear();
    if (!isWhole(in)) return;
    const std::size_t width = static_cast<std::size_t>(in.width);
    rgb8.resize(width * static_cast<std::size_t>(in.height) * 3);
    const ToRgb map = toRgbMap(in);
    forRows(in.height, in.width, [&](int first, int end) {
      for (std::size_t k = width * static_cast<std::size_t>(first); k < width * static_cast<std::size_t>(end); ++k) {
        const Quad rgb = pixel(map, in.plane[0][k], in.plane[1][k], in.plane[2][k]);
        for (std::size_t i = 0; i < 3; ++i) {
          rgb8[k * 3 + i] = static_cast<std::uint8_t>(std::clamp(rgb[i], 0.0F, 1.0F) * 255.0F + 0.5F);
        }
      }
    });
  }

  BakeError bakeError() const override { return m_bakeError; }

  BakeError measure(const media::Frame16& frame) const override {
    if (!isWhole(frame)) return {};
    constexpr std::size_t kSamples = 20000;
    const std::size_t count = static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height);
    // An odd step walks through the columns instead of sampling a few of them.
    const std::size_t step = std::max<std::size_t>(1, count / kSamples) | 1U;
    const ToRgb map = toRgbMap(frame);
    media::ImageF test;
    for (std::size_t k = 0; k < count; k += step) {
      const float a = frame.plane[0][k], b = frame.plane[1][k], c = frame.plane[2][k];
      for (std::size_t i = 0; i < 3; ++i) {
        test.rgb.push_back(map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i]);
      }
    }
    return compare(std::move(test));
  }

  void setTestColours(media::ImageF colours) { m_bakeError = compare(std::move(colours)); }

 private:
  [[nodiscard]] Quad pixel(const ToRgb& map, float a, float b, float c) const {
    const float r = map.weight[0][0] * a + map.weight[0][1] * b + map.weight[0][2] * c + map.offset[0];
    const float g = map.weight[1][0] * a + map.weight[1][1] * b + map.weight[1][2] * c + map.offset[1];
    const float z = map.weight[2][0] * a + map.weight[2][1] * b + map.weight[2][2] * c + map.offset[2];
    return interpolate(m_lattice.data(), r, g, z);
  }

  // Both ways over the same colours, as 10-bit codes of the display's 0..1.
  [[nodiscard]] BakeError compare(media::ImageF colours) const {
    colours.width = static_cast<int>(colours.rgb.size() / 3);
    colours.height = 1;
    std::vector<float> fast(colours.rgb.size());
    for (std::size_t k = 0; k + 2 < colours.rgb.size(); k += 3) {
      const Quad value = interpolate(m_lattice.data(), colours.rgb[k], colours.rgb[k + 1], colours.rgb[k + 2]);
      for (std::size_t i = 0; i < 3; ++i) fast[k + i] = value[i];
    }
    m_chain->applyExact(colours);
    std::vector<float> differences(fast.size());
    for (std::size_t k = 0; k < fast.size(); ++k) {
      const float exact = std::isfinite(colours.rgb[k]) ? std::clamp(colours.rgb[k], 0.0F, 1.0F) : 0.0F;
      differences[k] = std::abs(exact - std::clamp(fast[k], 0.0F, 1.0F)) * 1023.0F;
    }
    return summarise(differences);
  }

  std::shared_ptr<const Chain> m_chain;
  std::vector<float> m_lattice;
  BakeError m_bakeError;
};

// Colours a scene has: greys and moderately saturated Rec.709 colours from four stops under to four over mid grey, as
// the chain's input encodes them; and the grey ramp over all of the encoding.
media::ImageF testColours(const Config& config, const Chain& chain) {
  media::ImageF colours;
  auto add = [&](float r, float g, float b) {
    colours.rgb.push_back(r);
    colours.rgb.push_back(g);
    colours.rgb.push_back(b);
  };
  const auto* known = dynamic_cast<const OcioChain*>(&chain);
  std::shared_ptr<const Chain> encode;
  if (known) {
    ChainRequest request;
    request.input = "Linear Rec.709 (sRGB)";
    request.outputSpace = known->input();
    if (auto made = config.chain(request)) encode = *made;
  }
  if (encode) {
    for (int halfStop = -8; halfStop <= 8; ++halfStop) {
      const float level = 0.18F * std::exp2(static_cast<float>(halfStop) / 2.0F);
      for (const float saturation : {0.0F, 0.2F, 0.4F, 0.6F}) {
        for (int hue = 0; hue < 24; ++hue) {
          float rgb[3];
          for (int i = 0; i < 3; ++i) {
            const float angle = (static_cast<float>(hue) / 24.0F - static_cast<float>(i) / 3.0F) * 6.2831853F;
            rgb[i] = level * (1.0F - saturation * (0.5F - 0.5F * std::cos(angle)));
          }
          add(rgb[0], rgb[1], rgb[2]);
        }
      }
    }
    colours.width = static_cast<int>(colours.rgb.size() / 3);
    colours.height = 1;
    encode->applyExact(colours);
    // What the encoding cannot hold within 0..1 is no test of a table over 0..1.
    std::vector<float> kept;
    for (std::size_t k = 0; k + 2 < colours.rgb.size(); k += 3) {
      const bool inside = std::all_of(&colours.rgb[k], &colours.rgb[k] + 3, [](float v) { return v >= 0 && v <= 1; });
      if (inside) kept.insert(kept.end(), &colours.rgb[k], &colours.rgb[k] + 3);
    }
    colours.rgb = std::move(kept);
  }
  for (int i = 0; i < 1024; ++i) {
    const float grey = static_cast<float>(i) / 1023.0F;
    add(grey, grey, grey);
  }
  return colours;
}

}  // namespace

Result<std::shared_ptr<const Baked>> bakeChain(const Config& config, const std::shared_ptr<const Chain>& chain) {
  if (!chain) return fail(Errc::usage, "there is no colour chain to bake");
  auto baked = std::make_shared<LatticeBaked>(chain);
  baked->setTestColours(testColours(config, *chain));
  return std::shared_ptr<const Baked>(std::move(baked));
}

}  // namespace rollproof::colour
