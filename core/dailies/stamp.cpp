// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/stamp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rollproof::dailies {
namespace {

constexpr double kWhole = 32768;

// A display colour as limited-range codes of 8 bits.
std::array<double, 3> codesOf(Rgb8 colour, media::Matrix matrix) {
  double kr = 0.2126, kb = 0.0722;
  if (matrix == media::Matrix::bt601) kr = 0.299, kb = 0.114;
  if (matrix == media::Matrix::bt2020) kr = 0.2627, kb = 0.0593;
  const double r = colour[0] / 255.0, g = colour[1] / 255.0, b = colour[2] / 255.0;
  const double luma = kr * r + (1 - kr - kb) * g + kb * b;
  return {16 + 219 * luma, 128 + 112 * (b - luma) / (1 - kb), 128 + 112 * (r - luma) / (1 - kr)};
}

double scaleTo(int bits) { return static_cast<double>(1 << (bits - 8)); }

int acrossOf(const StampKind& kind, std::size_t plane) {
  return plane > 0 && kind.chroma != media::Chroma::s444 ? 2 : 1;
}
int downOf(const StampKind& kind, std::size_t plane) { return plane > 0 && kind.chroma == media::Chroma::s420 ? 2 : 1; }

// Shares of a place: darkness laid over it, and ink; the rest is what was there.
struct Cover {
  float dark = 0, ink = 0;
};

std::uint8_t sampled(const std::vector<std::uint8_t>& of, int width, int height, double x, double y) {
  const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
  const double fx = x - left, fy = y - top;
  const auto at = [&](int column, int row) {
    if (column < 0 || row < 0 || column >= width || row >= height) return 0.0;
    return static_cast<double>(
        of[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)]);
  };
  const double upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  const double lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
  return static_cast<std::uint8_t>(upper * (1 - fy) + lower * fy + 0.5);
}

template <typename Sample>
void fillPlane(const media::PlanarRoom& picture, std::size_t plane, int left, int top, int right, int bottom,
               double code, double opacity) {
  for (int y = top; y < bottom; ++y) {
    auto* const row = reinterpret_cast<Sample*>(picture.row(plane, y));
    for (int x = left; x < right; ++x) row[x] = static_cast<Sample>(row[x] + (code - row[x]) * opacity + 0.5);
  }
}

}  // namespace

StampKind kindOf(const media::PlanarRoom& picture) { return {picture.bits, picture.chroma, picture.matrix}; }

Stamp::Stamp(const media::LetterMask& mask, int margin, int above, const Ink& ink, const StampKind& kind)
    : m_width(mask.width + 2 * margin), m_height(mask.height + 2 * margin + above), m_kind(kind) {
  const int width = (m_width + 1) / 2 * 2, height = (m_height + 1) / 2 * 2;
  std::vector<Cover> covers(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const auto box = static_cast<float>(ink.box), halo = static_cast<float>(ink.halo / 255),
             opacity = static_cast<float>(ink.opacity / 255);
  for (int y = 0; y < m_height; ++y) {
    Cover* const row = covers.data() + static_cast<std::ptrdiff_t>(y) * width;
    for (int x = 0; x < m_width; ++x) row[x].dark = box;
    const int my = y - margin - above;
    if (my < 0 || my >= mask.height) continue;
    const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(my) * mask.width;
    for (int x = 0; x < mask.width; ++x) {
      Cover& cover = row[x + margin];
      if (!mask.halo.empty()) {
        cover.dark += (1 - cover.dark) * static_cast<float>(mask.halo[static_cast<std::size_t>(from + x)]) * halo;
      }
      cover.ink = static_cast<float>(mask.ink[static_cast<std::size_t>(from + x)]) * opacity;
      cover.dark *= 1 - cover.ink;
    }
  }
  const auto codes = codesOf(ink.colour, kind.matrix);
  for (std::size_t i = 0; i < 3; ++i) {
    Plane& plane = m_planes[i];
    const int across = acrossOf(kind, i), down = downOf(kind, i);
    plane.width = width / across;
    plane.height = height / down;
    const auto share = static_cast<float>(kWhole / (across * down));
    const auto dark = static_cast<float>((i == 0 ? 16 : 128) * scaleTo(kind.bits));
    const auto light = static_cast<float>(codes[i] * scaleTo(kind.bits));
    const std::size_t count = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.height);
    plane.keep.resize(count);
    plane.add.resize(count);
    plane.at.assign(static_cast<std::size_t>(plane.height), {0, 0});
    std::size_t place = 0;
    for (int y = 0; y < plane.height; ++y) {
      int first = plane.width, last = 0;
      for (int x = 0; x < plane.width; ++x, ++place) {
        Cover sum;
        for (int dy = 0; dy < down; ++dy) {
          const Cover* from = covers.data() + static_cast<std::ptrdiff_t>(y * down + dy) * width + x * across;
          for (int dx = 0; dx < across; ++dx) {
            sum.dark += from[dx].dark;
            sum.ink += from[dx].ink;
          }
        }
        const float taken = (sum.dark + sum.ink) * share;
        plane.keep[place] = static_cast<std::uint16_t>(static_cast<float>(kWhole) - taken + 0.5F);
        plane.add[place] = static_cast<std::uint32_t>((sum.dark * dark + sum.ink * light) * share + 0.5F);
        if (taken > 0) {
          first = std::min(first, x);
          last = x + 1;
        }
      }
      if (last > first) plane.at[static_cast<std::size_t>(y)] = {first, last};
    }
  }
}

template <typename Sample>
void Stamp::pressPlane(const Plane& plane, const media::PlanarRoom& picture, std::size_t index, int x, int y) {
  const int wide = index == 0 ? picture.width : picture.chromaWidth();
  const int high = index == 0 ? picture.height : picture.chromaHeight();
  for (int row = std::max(0, -y); row < plane.height && y + row < high; ++row) {
    const auto [from, to] = plane.at[static_cast<std::size_t>(row)];
    const int first = std::max(from, -x), last = std::min(to, wide - x);
    if (first >= last) continue;
    const std::size_t at = static_cast<std::size_t>(row) * static_cast<std::size_t>(plane.width);
    const std::uint16_t* keep = plane.keep.data() + at;
    const std::uint32_t* add = plane.add.data() + at;
    Sample* out = reinterpret_cast<Sample*>(picture.row(index, y + row)) + x;
    for (int i = first; i < last; ++i) {
      out[i] = static_cast<Sample>((static_cast<std::uint32_t>(out[i]) * keep[i] + add[i] + 16384U) >> 15U);
    }
  }
}

void Stamp::press(const media::PlanarRoom& picture, int x, int y) const {
  // Halving rounds to the even place on the left, of negative places too.
  x &= ~1;
  y &= ~1;
  for (std::size_t i = 0; i < 3; ++i) {
    const int px = x / acrossOf(m_kind, i), py = y / downOf(m_kind, i);
    if (picture.bits == 8) {
      pressPlane<std::uint8_t>(m_planes[i], picture, i, px, py);
    } else {
      pressPlane<std::uint16_t>(m_planes[i], picture, i, px, py);
    }
  }
}

media::LetterMask tilted(const media::LetterMask& mask, double degrees) {
  if (degrees == 0) return mask;
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  media::LetterMask result;
  result.width = static_cast<int>(std::ceil(std::abs(mask.width * c) + std::abs(mask.height * s)));
  result.height = static_cast<int>(std::ceil(std::abs(mask.width * s) + std::abs(mask.height * c)));
  const auto count = static_cast<std::size_t>(result.width) * static_cast<std::size_t>(result.height);
  result.ink.reserve(count);
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const double dx = x + 0.5 - result.width / 2.0, dy = y + 0.5 - result.height / 2.0;
      const double fx = dx * c - dy * s + mask.width / 2.0 - 0.5, fy = dx * s + dy * c + mask.height / 2.0 - 0.5;
      result.ink.push_back(sampled(mask.ink, mask.width, mask.height, fx, fy));
      if (!mask.halo.empty()) result.halo.push_back(sampled(mask.halo, mask.width, mask.height, fx, fy));
    }
  }
  return result;
}

media::LetterMask narrowed(const media::LetterMask& mask, int width) {
  media::LetterMask result;
  result.width = width;
  result.height = mask.height;
  const auto narrow = [&](const std::vector<std::uint8_t>& from, std::vector<std::uint8_t>& to) {
    for (std::int64_t y = 0; y < mask.height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        const auto first = x * mask.width / width, end = std::max(first + 1, (x + 1) * mask.width / width);
        int sum = 0;
        for (auto k = first; k < end; ++k) sum += from[static_cast<std::size_t>(y * mask.width + k)];
        to.push_back(static_cast<std::uint8_t>(sum / (end - first)));
      }
    }
  };
  narrow(mask.ink, result.ink);
  if (!mask.halo.empty()) narrow(mask.halo, result.halo);
  return result;
}

void fillRect(const media::PlanarRoom& picture, int x, int y, int width, int height, Rgb8 colour, double opacity) {
  const auto codes = codesOf(colour, picture.matrix);
  const StampKind kind = kindOf(picture);
  for (std::size_t i = 0; i < 3; ++i) {
    const int across = acrossOf(kind, i), down = downOf(kind, i);
    const int wide = i == 0 ? picture.width : picture.chromaWidth();
    const int high = i == 0 ? picture.height : picture.chromaHeight();
    const int left = std::clamp(x / across, 0, wide), right = std::clamp((x + width + across - 1) / across, left, wide);
    const int top = std::clamp(y / down, 0, high), bottom = std::clamp((y + height + down - 1) / down, top, high);
    const double code = codes[i] * scaleTo(picture.bits);
    if (picture.bits == 8) {
      fillPlane<std::uint8_t>(picture, i, left, top, right, bottom, code, opacity);
    } else {
      fillPlane<std::uint16_t>(picture, i, left, top, right, bottom, code, opacity);
    }
  }
}

Result<Framelines> Framelines::make(const std::vector<LineRect>& lines, int height) {
  Framelines made;
  made.m_lines = lines;
  made.m_thick = std::max(1, (height + 360) / 720) * (height >= 360 ? 2 : 1);
  const int letters = std::max(9, height / 45);
  auto lettering = media::Lettering::make(letters, std::max(1, letters / 12));
  if (!lettering) return tl::unexpected(lettering.error());
  for (const LineRect& line : lines) {
    media::LetterMask mask;
    if (line.label.find_first_not_of(' ') != std::string::npos) {
      auto written = lettering->write(line.label.substr(0, 60));
      if (!written) return tl::unexpected(written.error());
      mask = std::move(*written);
    }
    made.m_labels.push_back(std::move(mask));
  }
  return made;
}

Status Framelines::draw(const media::PlanarRoom& picture) {
  if (m_stamps.empty() || m_kind != kindOf(picture)) {
    m_kind = kindOf(picture);
    m_stamps.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
      m_stamps.emplace_back(m_labels[i], 0, 0, Ink{m_lines[i].colour, m_lines[i].opacity, 0.7 * m_lines[i].opacity, 0},
                            m_kind);
    }
  }
  for (std::size_t i = 0; i < m_lines.size(); ++i) {
    const LineRect& line = m_lines[i];
    const int thick = std::min({m_thick, line.width / 2, line.height / 2});
    const auto bar = [&](int x, int y, int width, int height) {
      fillRect(picture, x, y, width, height, line.colour, line.opacity);
    };
    bar(line.x, line.y, line.width, thick);
    bar(line.x, line.y + line.height - thick, line.width, thick);
    bar(line.x, line.y + thick, thick, line.height - 2 * thick);
    bar(line.x + line.width - thick, line.y + thick, thick, line.height - 2 * thick);
    if (m_labels[i].width > 0) m_stamps[i].press(picture, line.x + 3 * thick, line.y + 2 * thick);
  }
  return {};
}

}  // namespace rollproof::dailies
