// SPDX-License-Identifier: Apache-2.0
#include "core/colour/kernel.h"

#include <algorithm>
#include <cmath>

namespace rollproof::colour {
namespace {

struct Rgb {
  float r, g, b;
};

// Tetrahedral: the cell is cut into six by the order of the fractions; four points with weights that sum to one.
inline Rgb interpolate(const Lattice& lattice, std::uint32_t r, std::uint32_t g, std::uint32_t b) {
  const auto n = static_cast<std::size_t>(lattice.size);
  const std::size_t stepRed = n * n, stepGreen = n, stepBlue = 1, all = stepRed + stepGreen + stepBlue;
  const auto fr = static_cast<std::int32_t>(r & (kOne - 1)), fg = static_cast<std::int32_t>(g & (kOne - 1)),
             fb = static_cast<std::int32_t>(b & (kOne - 1));
  const std::size_t base = ((r >> kFractionBits) * n + (g >> kFractionBits)) * n + (b >> kFractionBits);
  const std::size_t largest = fr >= fg ? (fr >= fb ? stepRed : stepBlue) : (fg >= fb ? stepGreen : stepBlue);
  const std::size_t smallest = fr < fg ? (fr < fb ? stepRed : stepBlue) : (fg < fb ? stepGreen : stepBlue);
  const std::int32_t high = std::max(fr, std::max(fg, fb)), low = std::min(fr, std::min(fg, fb));
  const std::int32_t middle = fr + fg + fb - high - low;
  const std::int16_t* const p0 = &lattice.points[base * 4];
  const std::int16_t* const p1 = p0 + largest * 4;
  const std::int16_t* const p2 = p0 + (all - smallest) * 4;
  const std::int16_t* const p3 = p0 + all * 4;
  const std::int32_t w0 = kOne - high, w1 = high - middle, w2 = middle - low, w3 = low;
  const auto value = [&](std::size_t i) {
    return static_cast<float>(w0 * p0[i] + w1 * p1[i] + w2 * p2[i] + w3 * p3[i]) * pass::kToUnit + kPointMiddle;
  };
  return {value(0), value(1), value(2)};
}

inline std::uint32_t place(const Lattice& lattice, float value) {
  const float bounded = std::min(std::max(value, 0.0F), static_cast<float>(kShaperSteps));
  return lattice.shaper[static_cast<std::size_t>(std::lrintf(bounded))];
}

inline Rgb shown(const Kernel& kernel, float a, float b, float c, float margin) {
  const ToRgb& map = kernel.toShaper;
  const auto channel = [&](std::size_t i) {
    return place(*kernel.lattice,
                 ((map.weight[i][0] * a + map.weight[i][1] * b) + map.weight[i][2] * c) + map.offset[i]);
  };
  const Rgb value = interpolate(*kernel.lattice, channel(0), channel(1), channel(2));
  const auto bounded = [margin](float v) { return std::min(std::max(v, -margin), 1.0F + margin); };
  return {bounded(value.r), bounded(value.g), bounded(value.b)};
}

}  // namespace

bool hasFastKernel() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

Kernel kernelFor(const Lattice& lattice, const Meaning& in, const Meaning& out) {
  constexpr double kScale = kShaperSteps / (static_cast<double>(kDomainHigh) - static_cast<double>(kDomainLow));
  const ToRgb toRgb = toRgbMap(in);
  Kernel kernel{&lattice, toRgb, fromRgbMap(out)};
  for (std::size_t i = 0; i < 3; ++i) {
    for (float& weight : kernel.toShaper.weight[i]) weight = static_cast<float>(weight * kScale);
    kernel.toShaper.offset[i] = static_cast<float>((static_cast<double>(toRgb.offset[i]) - kDomainLow) * kScale);
  }
  return kernel;
}

void applyToYcbcr(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t count, Speed speed) {
  const std::size_t done = speed == Speed::best && hasFastKernel() ? pass::ycbcrAvx2(kernel, in, out, count) : 0;
  pass::ycbcrScalar(kernel, in, out, done, count);
}

void applyToRow8(const Kernel& kernel, const Planes& in, std::uint8_t* rgb, std::size_t count, int row, Speed speed) {
  const std::size_t done = speed == Speed::best && hasFastKernel() ? pass::row8Avx2(kernel, in, rgb, count, row) : 0;
  pass::row8Scalar(kernel, in, rgb, done, count, row);
}

std::array<float, 3> applyToFloat(const Lattice& lattice, const float* rgb) {
  constexpr float kScale = static_cast<float>(kShaperSteps) / (kDomainHigh - kDomainLow);
  const auto channel = [&](std::size_t i) { return place(lattice, (rgb[i] - kDomainLow) * kScale); };
  const Rgb value = interpolate(lattice, channel(0), channel(1), channel(2));
  return {value.r, value.g, value.b};
}

namespace pass {

void ycbcrScalar(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t first, std::size_t count) {
  const FromRgb& map = kernel.toCodes;
  const auto code = [](float value, float least, float most, float round) {
    return static_cast<std::uint16_t>(static_cast<std::int32_t>(std::min(std::max(value, least), most) + round));
  };
  for (std::size_t k = first; k < count; ++k) {
    const Rgb rgb = shown(kernel, in[0][k], in[1][k], in[2][k], kCodeMargin);
    const float luma = (map.red * rgb.r + map.green * rgb.g) + map.blue * rgb.b;
    out[0][k] = code(map.lumaSpan * luma + map.black, map.black, map.lumaMost, map.lumaRound);
    out[1][k] = code(map.cb * (rgb.b - luma) + map.zero, map.chromaLeast, map.chromaMost, map.chromaRound);
    out[2][k] = code(map.cr * (rgb.r - luma) + map.zero, map.chromaLeast, map.chromaMost, map.chromaRound);
  }
}

void row8Scalar(const Kernel& kernel, const Planes& in, std::uint8_t* rgb8, std::size_t first, std::size_t count,
                int row) {
  const auto& thresholds = kDither[static_cast<std::size_t>(row) & 7U];
  for (std::size_t k = first; k < count; ++k) {
    const Rgb rgb = shown(kernel, in[0][k], in[1][k], in[2][k], 0.0F);
    const float threshold = thresholds[k & 7U];
    rgb8[k * 3] = static_cast<std::uint8_t>(rgb.r * 255.0F + threshold);
    rgb8[k * 3 + 1] = static_cast<std::uint8_t>(rgb.g * 255.0F + threshold);
    rgb8[k * 3 + 2] = static_cast<std::uint8_t>(rgb.b * 255.0F + threshold);
  }
}

}  // namespace pass
}  // namespace rollproof::colour
