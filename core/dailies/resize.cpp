// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/resize.h"

#include <algorithm>
#include <cmath>

namespace rollproof::dailies {
namespace {

// For each output position the first input position and the weights from there on.
struct Taps {
  int count = 0;
  std::vector<int> first;
  std::vector<float> weights;  // count for each output position
};

double bicubic(double x) {  // Catmull-Rom
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

Taps tapsFor(int in, int out) {
  const double ratio = static_cast<double>(in) / out;
  const double widen = std::max(1.0, ratio);
  Taps taps;
  taps.count = std::min(in, static_cast<int>(std::ceil(4 * widen)) + 1);
  for (int x = 0; x < out; ++x) {
    const double centre = (x + 0.5) * ratio - 0.5;
    const int first = std::clamp(static_cast<int>(std::floor(centre - 2 * widen)) + 1, 0, in - taps.count);
    taps.first.push_back(first);
    std::vector<double> weights(static_cast<std::size_t>(taps.count), 0.0);
    double sum = 0;
    // Positions outside the picture count as its edge.
    for (int k = static_cast<int>(std::floor(centre - 2 * widen)); k <= static_cast<int>(std::ceil(centre + 2 * widen));
         ++k) {
      const double weight = bicubic((k - centre) / widen);
      const int at = std::clamp(std::clamp(k, 0, in - 1) - first, 0, taps.count - 1);
      weights[static_cast<std::size_t>(at)] += weight;
      sum += weight;
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
  }
  return taps;
}

// One plane of `step`-interleaved samples, rows first, then columns.
template <class Sample, class Store>
void scalePlane(const Sample* in, int inWidth, int inHeight, Sample* out, int width, int height, const Taps& across,
                const Taps& down, Store store) {
  const auto w = static_cast<std::size_t>(width);
  std::vector<float> middle(w * static_cast<std::size_t>(inHeight));
  for (int y = 0; y < inHeight; ++y) {
    const Sample* row = in + static_cast<std::size_t>(y) * static_cast<std::size_t>(inWidth);
    float* to = middle.data() + static_cast<std::size_t>(y) * w;
    for (std::size_t x = 0; x < w; ++x) {
      const float* weights = across.weights.data() + x * static_cast<std::size_t>(across.count);
      const Sample* from = row + across.first[x];
      float sum = 0;
      for (int k = 0; k < across.count; ++k) sum += weights[k] * static_cast<float>(from[k]);
      to[x] = sum;
    }
  }
  std::vector<float> line(w);
  for (int y = 0; y < height; ++y) {
    std::fill(line.begin(), line.end(), 0.0F);
    const auto at = static_cast<std::size_t>(y);
    for (int k = 0; k < down.count; ++k) {
      const float weight = down.weights[at * static_cast<std::size_t>(down.count) + static_cast<std::size_t>(k)];
      if (weight == 0.0F) continue;
      const float* from = middle.data() + static_cast<std::size_t>(down.first[at] + k) * w;
      for (std::size_t x = 0; x < w; ++x) line[x] += weight * from[x];
    }
    for (std::size_t x = 0; x < w; ++x) out[at * w + x] = store(line[x]);
  }
}

}  // namespace

media::Frame16 resized(const media::Frame16& in, int width, int height) {
  if (in.width == width && in.height == height) return in;
  media::Frame16 out;
  out.width = width;
  out.height = height;
  out.rgb = in.rgb;
  out.matrix = in.matrix;
  out.range = in.range;
  out.assumedMatrix = in.assumedMatrix;
  out.assumedRange = in.assumedRange;
  out.index = in.index;
  const Taps across = tapsFor(in.width, width);
  const Taps down = tapsFor(in.height, height);
  for (int i = 0; i < 3; ++i) {
    out.plane[i].resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    scalePlane(in.plane[i].data(), in.width, in.height, out.plane[i].data(), width, height, across, down,
               [](float v) { return static_cast<std::uint16_t>(std::clamp(v, 0.0F, 65535.0F) + 0.5F); });
  }
  return out;
}

media::ImageF resized(const media::ImageF& in, int width, int height) {
  if (in.width == width && in.height == height) return in;
  media::ImageF out;
  out.width = width;
  out.height = height;
  const auto inCount = static_cast<std::size_t>(in.width) * static_cast<std::size_t>(in.height);
  const auto outCount = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  out.rgb.resize(outCount * 3);
  const Taps across = tapsFor(in.width, width);
  const Taps down = tapsFor(in.height, height);
  std::vector<float> from(inCount), to(outCount);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < inCount; ++k) from[k] = in.rgb[k * 3 + i];
    scalePlane(from.data(), in.width, in.height, to.data(), width, height, across, down, [](float v) { return v; });
    for (std::size_t k = 0; k < outCount; ++k) out.rgb[k * 3 + i] = to[k];
  }
  return out;
}

media::Frame16 framed(const media::Frame16& in, int width, int height) {
  if (in.width == width && in.height == height) return in;
  media::Frame16 out;
  out.width = width;
  out.height = height;
  out.matrix = in.matrix;
  out.range = in.range;
  out.index = in.index;
  const int left = std::max(0, (width - in.width) / 2), top = std::max(0, (height - in.height) / 2);
  const int columns = std::min(in.width, width), rows = std::min(in.height, height);
  for (int i = 0; i < 3; ++i) {
    out.plane[i].assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), i == 0 ? 4096 : 32768);
    for (int y = 0; y < rows; ++y) {
      const auto from = in.plane[i].begin() + static_cast<std::ptrdiff_t>(y) * in.width;
      std::copy(from, from + columns, out.plane[i].begin() + static_cast<std::ptrdiff_t>(top + y) * width + left);
    }
  }
  return out;
}

}  // namespace rollproof::dailies
