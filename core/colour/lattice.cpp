// SPDX-License-Identifier: Apache-2.0
#include "core/colour/lattice.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rollproof::colour {
namespace {

constexpr int kBins = 256;
constexpr float kDomain = kDomainHigh - kDomainLow;
using Bins = std::array<double, kBins>;

int binOf(float value) {
  return std::clamp(static_cast<int>((value - kDomainLow) / kDomain * static_cast<float>(kBins)), 0, kBins - 1);
}

media::ImageF shifted(const std::vector<float>& samples, int axis, float by) {
  media::ImageF image;
  image.rgb = samples;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (axis == 3 || k % 3 == static_cast<std::size_t>(axis)) image.rgb[k] += by;
  }
  image.width = static_cast<int>(samples.size() / 3);
  image.height = 1;
  return image;
}

// How strongly the chain bends where the samples lie, along each axis and along the greys.
Bins curvature(const Chain& chain, const std::vector<float>& samples) {
  constexpr float kStep = kDomain / 128;
  Bins sum{}, count{};
  media::ImageF here = shifted(samples, 3, 0);
  chain.applyExact(here);
  for (int axis = 0; axis < 4; ++axis) {
    media::ImageF below = shifted(samples, axis, -kStep), above = shifted(samples, axis, kStep);
    chain.applyExact(below);
    chain.applyExact(above);
    for (std::size_t k = 0; k + 2 < samples.size(); k += 3) {
      double bend = 0;
      for (std::size_t i = k; i < k + 3; ++i) {
        const float second = std::abs(below.rgb[i] - 2 * here.rgb[i] + above.rgb[i]);
        if (std::isfinite(second)) bend = std::max<double>(bend, second);
      }
      for (std::size_t i = 0; i < 3; ++i) {
        if (axis != 3 && i != static_cast<std::size_t>(axis)) continue;
        const auto bin = static_cast<std::size_t>(binOf(samples[k + i]));
        sum[bin] += bend;
        count[bin] += 1;
      }
    }
  }
  for (std::size_t i = 0; i < kBins; ++i) sum[i] = count[i] > 0 ? sum[i] / count[i] : 0;
  return sum;
}

// Nodes as dense as the square root of the curvature, which spreads the error of straight pieces evenly; smoothed, and
// nowhere empty.
std::vector<double> nodes(const Bins& bend, int size) {
  constexpr double kFloor = 0.1;
  constexpr int kReach = 8;
  Bins density{};
  double mean = 0;
  for (int i = 0; i < kBins; ++i) {
    double weights = 0, sum = 0;
    for (int j = -kReach; j <= kReach; ++j) {
      const double weight = std::exp(-j * j / 32.0);
      weights += weight;
      sum += weight * std::sqrt(bend[static_cast<std::size_t>(std::clamp(i + j, 0, kBins - 1))]);
    }
    density[static_cast<std::size_t>(i)] = sum / weights;
    mean += sum / weights / kBins;
  }
  const double least = mean > 0 ? mean * kFloor : 1;
  std::array<double, kBins + 1> until{};
  for (std::size_t i = 0; i < kBins; ++i) until[i + 1] = until[i] + density[i] + least;
  std::vector<double> at(static_cast<std::size_t>(size));
  std::size_t bin = 0;
  for (int i = 0; i < size; ++i) {
    const double target = until[kBins] * i / (size - 1);
    while (bin + 1 < kBins && until[bin + 1] <= target) ++bin;
    const double within = (target - until[bin]) / (until[bin + 1] - until[bin]);
    at[static_cast<std::size_t>(i)] = kDomainLow + kDomain * (static_cast<double>(bin) + within) / kBins;
  }
  at.front() = kDomainLow;
  at.back() = kDomainHigh;
  // Where chains clip: a cell across black or white would round the corner.
  for (const double corner : {0.0, 1.0}) {
    const auto above = std::lower_bound(at.begin() + 1, at.end() - 2, corner);
    *(corner - *(above - 1) < *above - corner && above - 1 != at.begin() ? above - 1 : above) = corner;
  }
  return at;
}

std::vector<std::uint32_t> shaperOf(const std::vector<double>& at) {
  std::vector<std::uint32_t> table(kShaperSteps + 1);
  const std::size_t last = at.size() - 2;
  std::size_t cell = 0;
  for (int i = 0; i <= kShaperSteps; ++i) {
    const double value = kDomainLow + static_cast<double>(kDomain) * i / kShaperSteps;
    while (cell < last && at[cell + 1] <= value) ++cell;
    const double within = (value - at[cell]) / (at[cell + 1] - at[cell]);
    // One short of the next cell, so that the last one never reads past the cube.
    const auto fraction = std::clamp<std::int64_t>(std::llround(within * kOne), 0, kOne - 1);
    table[static_cast<std::size_t>(i)] =
        static_cast<std::uint32_t>(cell << kFractionBits) + static_cast<std::uint32_t>(fraction);
  }
  return table;
}

}  // namespace

Lattice makeLattice(const Chain& chain, int size, const std::vector<float>& samples) {
  const std::vector<double> at = nodes(curvature(chain, samples), size);
  Lattice lattice;
  lattice.size = size;
  lattice.shaper = shaperOf(at);
  const auto n = static_cast<std::size_t>(size);
  media::ImageF points;
  points.width = size * size;
  points.height = size;
  points.rgb.reserve(n * n * n * 3);
  for (const double r : at) {
    for (const double g : at) {
      for (const double b : at) {
        points.rgb.push_back(static_cast<float>(r));
        points.rgb.push_back(static_cast<float>(g));
        points.rgb.push_back(static_cast<float>(b));
      }
    }
  }
  chain.applyExact(points);
  lattice.points.resize(n * n * n * 4);
  for (std::size_t k = 0; k < n * n * n; ++k) {
    for (std::size_t i = 0; i < 3; ++i) {
      // One infinite corner would spoil every colour in its eight cells. False for a NaN, which becomes black.
      const float value = points.rgb[k * 3 + i];
      const float bounded = value > -0.5F ? std::min(value, 1.5F) : (value <= -0.5F ? -0.5F : 0.0F);
      lattice.points[k * 4 + i] = static_cast<std::int16_t>(std::lround((bounded - kPointMiddle) * kPointScale));
    }
  }
  return lattice;
}

}  // namespace rollproof::colour
