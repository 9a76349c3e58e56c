// SPDX-License-Identifier: Apache-2.0
#include "core/demo/moving_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rollproof::demo {
namespace {

constexpr int kFramesAcross = 24;

std::size_t offset(int x, int y, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
}

// Both surfaces take neutral values only, so the chroma planes never need a touch.
struct FloatSurface {
  media::ImageF& image;
  [[nodiscard]] int width() const { return image.width; }
  [[nodiscard]] int height() const { return image.height; }
  void blend(int x, int y, float value, float alpha) {
    float* pixel = image.rgb.data() + offset(x, y, image.width) * 3;
    for (int c = 0; c < 3; ++c) pixel[c] += (value - pixel[c]) * alpha;
  }
};

struct LumaSurface {
  media::Frame16& frame;
  colour::Levels levels;
  [[nodiscard]] int width() const { return frame.width; }
  [[nodiscard]] int height() const { return frame.height; }
  void blend(int x, int y, float value, float alpha) {
    std::uint16_t& sample = frame.plane[0][offset(x, y, frame.width)];
    const double unit = levels == colour::Levels::codes ? 1023.0 * static_cast<double>(value)
                                                        : 64.0 + 876.0 * static_cast<double>(value);
    const double code = unit * 64.0;
    const double mixed = sample + (code - sample) * static_cast<double>(alpha);
    sample = static_cast<std::uint16_t>(std::clamp(std::lround(mixed), 0L, 65535L));
  }
};

template <class Surface>
void fill(Surface& surface, const PixelArea& box, float value) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) surface.blend(x, y, value, 1.0F);
}

// As large as the area takes, against its left edge.
template <class Surface>
Status write(Surface& surface, const PixelArea& box, const std::string& text, float value) {
  const int height = box.bottom - box.top;
  const int width = box.right - box.left;
  if (text.empty() || height < 6 || width < 6) return {};  // no letter could be read on a thumbnail
  int size = height;
  auto mask = media::renderText(text, size);
  if (!mask) return tl::unexpected(mask.error());
  while (size > 6 && (mask->width > width || mask->height > height)) {
    const double shrink =
        std::min(static_cast<double>(width) / mask->width, static_cast<double>(height) / mask->height);
    size = std::max(6, std::min(size - 1, static_cast<int>(size * shrink)));
    mask = media::renderText(text, size);
    if (!mask) return tl::unexpected(mask.error());
  }
  const int right = std::min(mask->width, width);
  const int bottom = std::min(mask->height, height);
  for (int y = 0; y < bottom; ++y)
    for (int x = 0; x < right; ++x)
      if (const auto alpha = mask->alpha[offset(x, y, mask->width)]; alpha != 0)
        surface.blend(box.left + x, box.top + y, value, static_cast<float>(alpha) / 255.0F);
  return {};
}

}  // namespace

Result<MovingChart> MovingChart::make(const colour::Config& config, const ChartSettings& settings) {
  colour::ChainRequest request;
  request.input = "ACEScg";
  request.outputSpace = settings.space;
  const auto chain = config.chain(request);
  if (!chain) return tl::unexpected(chain.error());
  const auto encoded = [&](float reflectance) {
    return (*chain)->applyExact({reflectance, reflectance, reflectance})[1];
  };
  MovingChart chart;
  chart.m_settings = settings;
  chart.m_levels = config.levels(settings.space);
  chart.m_background = encoded(kBackground);
  chart.m_ink = encoded(kInk);
  chart.m_black = encoded(0.0F);
  chart.m_image = paintChart(settings.width, settings.height);
  (*chain)->applyExact(chart.m_image);
  FloatSurface surface{chart.m_image};
  if (auto ok = write(surface, pixels(kNameArea, settings.width, settings.height), settings.label, chart.m_ink); !ok)
    return tl::unexpected(ok.error());
  return chart;
}

template <class Surface>
Status MovingChart::drawMoving(Surface& surface, int index) const {
  const auto box = [&](const Area& area) { return pixels(area, surface.width(), surface.height()); };
  PixelArea mover = box(kMoverBand);
  fill(surface, mover, m_background);
  const double step = 1.0 / kFramesAcross;
  const double left = step * (index % kFramesAcross);
  fill(surface, box({left, kMoverBand.top, left + step, kMoverBand.bottom}), m_ink);
  fill(surface, box(kFlashArea), index == m_settings.slateFrame ? m_ink : m_black);
  fill(surface, box(kTimecodeArea), m_background);
  if (auto ok = write(surface, box(kTimecodeArea), m_settings.start.plus(index).text(), m_ink); !ok) return ok;
  fill(surface, box(kFrameArea), m_background);
  return write(surface, box(kFrameArea), fmt::format("FRAME {:04}", index), m_ink);
}

Result<const media::ImageF*> MovingChart::image(int index) {
  FloatSurface surface{m_image};
  if (auto ok = drawMoving(surface, index); !ok) return tl::unexpected(ok.error());
  return &m_image;
}

Result<const media::Frame16*> MovingChart::frame(int index) {
  if (m_frame.width == 0) m_frame = colour::toYcbcr709(m_image, m_levels);
  LumaSurface surface{m_frame, m_levels};
  if (auto ok = drawMoving(surface, index); !ok) return tl::unexpected(ok.error());
  m_frame.index = index;
  return &m_frame;
}

}  // namespace rollproof::demo
