// SPDX-License-Identifier: Apache-2.0
#include "core/colour/pixels.h"

#include <algorithm>

#include "core/colour/colour.h"
#include "core/colour/parallel.h"

namespace rollproof::colour {
namespace {

constexpr double kChromaZero = 32768.0;
constexpr double kTopCode = 1023.0 * 64.0;  // the highest code of 10 bit, in 16

struct Scale {
  double black, lumaSpan, chromaSpan;
};

bool isFull(const Meaning& meaning) {
  return meaning.range == media::Range::full || (meaning.rgb && meaning.range == media::Range::unknown);
}

Scale scaleOf(const Meaning& meaning) {
  if (!isFull(meaning)) return {4096.0, 56064.0, 57344.0};
  const double top = static_cast<double>(((1 << meaning.bits) - 1) << (16 - meaning.bits));
  return {0.0, top, top};
}

struct Weights {
  double red, green, blue;
};

Weights weightsOf(media::Matrix matrix) {
  switch (matrix) {
    case media::Matrix::bt601:
      return {0.299, 0.587, 0.114};
    case media::Matrix::bt2020:
      return {0.2627, 0.6780, 0.0593};
    case media::Matrix::bt709:
    case media::Matrix::unknown:
      break;
  }
  return {0.2126, 0.7152, 0.0722};
}

}  // namespace

bool isWhole(const media::Frame16& frame) {
  if (frame.width <= 0 || frame.height <= 0) return false;
  const std::size_t count = static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height);
  return frame.plane[0].size() >= count && frame.plane[1].size() >= count && frame.plane[2].size() >= count;
}

Meaning meaningOf(const media::Frame16& frame) {
  Meaning meaning;
  meaning.rgb = frame.rgb;
  meaning.matrix = frame.matrix;
  meaning.range = frame.range;
  return meaning;
}

ToRgb toRgbMap(const Meaning& meaning) {
  const Scale scale = scaleOf(meaning);
  std::array<std::array<double, 3>, 3> unit{};  // on normalised samples
  std::array<double, 3> span{}, zero{};
  if (meaning.rgb) {
    unit = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    span = {scale.lumaSpan, scale.lumaSpan, scale.lumaSpan};
    zero = {scale.black, scale.black, scale.black};
  } else {
    const auto [kr, kg, kb] = weightsOf(meaning.matrix);
    unit = {{{1, 0, 2 * (1 - kr)}, {1, -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg}, {1, 2 * (1 - kb), 0}}};
    span = {scale.lumaSpan, scale.chromaSpan, scale.chromaSpan};
    zero = {scale.black, kChromaZero, kChromaZero};
  }
  // Full range has its black at code 0 and its white at the highest, so there the two ways of counting are one.
  const bool codes = meaning.levels == Levels::codes && !isFull(meaning);
  const double stretch = codes ? scale.lumaSpan / kTopCode : 1.0, lift = codes ? scale.black / kTopCode : 0.0;
  ToRgb map;
  for (std::size_t i = 0; i < 3; ++i) {
    double offset = lift;
    for (std::size_t j = 0; j < 3; ++j) {
      const double weight = stretch * unit[i][j] / span[j];
      map.weight[i][j] = static_cast<float>(weight) * meaning.scale[j];
      offset -= weight * zero[j];
    }
    map.offset[i] = static_cast<float>(offset);
  }
  return map;
}

FromRgb fromRgbMap(const Meaning& meaning) {
  const Scale scale = scaleOf(meaning);
  const auto [kr, kg, kb] = weightsOf(meaning.matrix);
  const auto luma = [&](double value) { return static_cast<float>(value) / meaning.scale[0]; };
  const auto chroma = [&](double value) { return static_cast<float>(value) / meaning.scale[1]; };
  FromRgb map;
  map.red = static_cast<float>(kr);
  map.green = static_cast<float>(kg);
  map.blue = static_cast<float>(kb);
  map.cb = chroma(scale.chromaSpan / (2 * (1 - kb)));
  map.cr = chroma(scale.chromaSpan / (2 * (1 - kr)));
  map.black = luma(scale.black);
  map.lumaSpan = luma(scale.lumaSpan);
  map.lumaMost = luma(scale.black + scale.lumaSpan);
  map.zero = chroma(kChromaZero);
  map.chromaLeast = chroma(scale.black);
  map.chromaMost = chroma(scale.black + scale.chromaSpan);
  map.lumaRound = meaning.lumaFinal ? 0.5F : 0.0F;
  map.chromaRound = meaning.chromaFinal ? 0.5F : 0.0F;
  return map;
}

media::ImageF toRgb(const media::Frame16& frame, Levels levels) {
  media::ImageF image;
  if (!isWhole(frame)) return image;
  image.width = frame.width;
  image.height = frame.height;
  image.rgb.resize(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3);
  Meaning meaning = meaningOf(frame);
  meaning.levels = levels;
  const ToRgb map = toRgbMap(meaning);
  forRows(frame.height, frame.width, [&](int first, int end) {
    const std::size_t begin = static_cast<std::size_t>(first) * static_cast<std::size_t>(frame.width);
    const std::size_t stop = static_cast<std::size_t>(end) * static_cast<std::size_t>(frame.width);
    for (std::size_t k = begin; k < stop; ++k) {
      const float a = frame.plane[0][k], b = frame.plane[1][k], c = frame.plane[2][k];
      for (std::size_t i = 0; i < 3; ++i) {
        image.rgb[k * 3 + i] = map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i];
      }
    }
  });
  return image;
}

media::Frame16 toYcbcr709(const media::ImageF& image, Levels levels) {
  media::Frame16 frame;
  const std::size_t count =
      static_cast<std::size_t>(std::max(0, image.width)) * static_cast<std::size_t>(std::max(0, image.height));
  if (count == 0 || image.rgb.size() < count * 3) return frame;
  frame.width = image.width;
  frame.height = image.height;
  for (auto& plane : frame.plane) plane.resize(count);
  FromRgb map = fromRgbMap({});
  if (levels == Levels::codes) {
    const auto stretch = static_cast<float>(kTopCode / static_cast<double>(map.lumaSpan));
    map.black = 0;
    map.lumaSpan *= stretch;
    map.cb *= stretch;
    map.cr *= stretch;
  }
  // The comparison is false for a NaN, which so becomes zero.
  auto code = [](float value) {
    return static_cast<std::uint16_t>(value > 0 ? std::min(value + 0.5F, 65535.0F) : 0.0F);
  };
  forRows(image.height, image.width, [&](int first, int end) {
    const std::size_t begin = static_cast<std::size_t>(first) * static_cast<std::size_t>(image.width);
    const std::size_t stop = static_cast<std::size_t>(end) * static_cast<std::size_t>(image.width);
    for (std::size_t k = begin; k < stop; ++k) {
      const float r = image.rgb[k * 3], g = image.rgb[k * 3 + 1], b = image.rgb[k * 3 + 2];
      const float y = map.red * r + map.green * g + map.blue * b;
      frame.plane[0][k] = code(map.black + map.lumaSpan * y);
      frame.plane[1][k] = code(map.zero + map.cb * (b - y));
      frame.plane[2][k] = code(map.zero + map.cr * (r - y));
    }
  });
  return frame;
}

}  // namespace rollproof::colour
