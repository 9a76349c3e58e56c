// SPDX-License-Identifier: Apache-2.0
#include "core/colour/scopes.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/colour/parallel.h"

namespace rollproof::colour {
namespace {

bool isWhole(const Rgb8View& picture) { return picture.rgb != nullptr && picture.width > 0 && picture.height > 0; }

// BT.709 in parts of 65536; the weights add up to one exactly, so that greys keep their level.
unsigned lumaOf(const std::uint8_t* rgb) { return (13933U * rgb[0] + 46871U * rgb[1] + 4732U * rgb[2] + 32768U) >> 16; }

struct Difference {
  int cb, cr;
};
Difference differenceOf(const std::uint8_t* rgb) {
  // 128 + Cb and 128 + Cr of values 0..255, rounded; pure blue and pure red would lie half a code beyond the last one.
  const int red = rgb[0], green = rgb[1], blue = rgb[2];
  const int cb = (-7509 * red - 25259 * green + 32768 * blue + (128 << 16) + 32768) >> 16;
  const int cr = (32768 * red - 29763 * green - 3005 * blue + (128 << 16) + 32768) >> 16;
  return {std::clamp(cb, 0, 255), std::clamp(cr, 0, 255)};
}

// The neutral greys of the window, lighter than its panels only where something is to be read.
using Colour = std::array<double, 3>;
constexpr Colour kGround{0x1e, 0x1e, 0x1e}, kLine{0x3c, 0x3c, 0x3c}, kTarget{0x78, 0x78, 0x78};
// About equally light, so that no channel seems to say more than another.
constexpr std::array<Colour, 3> kTraces{{{0xf0, 0x74, 0x6c}, {0x6c, 0xc8, 0x7c}, {0x78, 0xa8, 0xf8}}};
constexpr Colour kLumaTrace{0xd8, 0xd8, 0xd8};

class Canvas {
 public:
  Canvas(int width, int height) {
    m_image.width = std::clamp(width, 1, kScopeMost);
    m_image.height = std::clamp(height, 1, kScopeMost);
    m_image.rgb.assign(static_cast<std::size_t>(m_image.width) * static_cast<std::size_t>(m_image.height) * 3,
                       static_cast<std::uint8_t>(kGround[0]));
  }
  [[nodiscard]] int width() const { return m_image.width; }
  [[nodiscard]] int height() const { return m_image.height; }
  void blend(int x, int y, const Colour& colour, double amount) {
    if (x < 0 || y < 0 || x >= width() || y >= height() || !(amount > 0)) return;
    amount = std::min(amount, 1.0);
    std::uint8_t* const at = pixel(x, y);
    for (std::size_t i = 0; i < 3; ++i)
      at[i] = static_cast<std::uint8_t>(std::lround(at[i] + (colour[i] - at[i]) * amount));
  }
  void add(int x, int y, const Colour& colour) {
    std::uint8_t* const at = pixel(x, y);
    for (std::size_t i = 0; i < 3; ++i) at[i] = static_cast<std::uint8_t>(std::min(255.0, at[i] + colour[i]));
  }
  void behind(int x, int y, const Colour& colour) {
    const std::uint8_t* const at = pixel(x, y);
    if (at[0] == kGround[0] && at[1] == kGround[1] && at[2] == kGround[2]) blend(x, y, colour, 1);
  }
  void across(int y, const Colour& colour) {
    for (int x = 0; x < width(); ++x) blend(x, y, colour, 1);
  }
  [[nodiscard]] Rgb8Image take() { return std::move(m_image); }

 private:
  [[nodiscard]] std::uint8_t* pixel(int x, int y) {
    return &m_image
                .rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width()) + static_cast<std::size_t>(x)) *
                     3];
  }
  Rgb8Image m_image;
};

// Which cells a pixel of the drawing stands for: all that fall into it, or the nearest where it is finer than they are,
// so that a line one level thin neither disappears nor tears. Empty (last < first) outside the cells.
struct Cells {
  int first = 0, last = -1;
};
// Pixel 0 stands at `atFirst`, the next ones `step` further each.
std::vector<Cells> cellsOf(int pixels, double atFirst, double step, int cells) {
  std::vector<Cells> result(static_cast<std::size_t>(pixels));
  const double half = std::abs(step) / 2;
  for (int i = 0; i < pixels; ++i) {
    const double at = atFirst + step * i;
    if (at < -.5 || at >= cells - .5) continue;
    Cells& mine = result[static_cast<std::size_t>(i)];
    mine = {static_cast<int>(std::ceil(at - half)), static_cast<int>(std::floor(at + half))};
    if (mine.last < mine.first) mine.first = mine.last = static_cast<int>(std::floor(at + .5));
    mine = {std::clamp(mine.first, 0, cells - 1), std::clamp(mine.last, 0, cells - 1)};
  }
  return result;
}

// How bright so many pixels are drawn where `even` would lie if all places had the same number: a single one is seen,
// and many do not drown the rest.
double brightness(std::uint32_t count, double even) {
  return count == 0 ? 0 : .16 + .84 * (1 - std::exp(-.35 * count / even));
}

// Where the lowest and the highest level are drawn: clear of the edges, where a trace could not be told from the frame.
struct Scale {
  int top, bottom;
  [[nodiscard]] int y(double share) const { return static_cast<int>(std::lround(bottom - share * (bottom - top))); }
};
Scale scaleOf(int height) {
  const int margin = height / 24;
  return {margin, std::max(margin, height - 1 - margin)};
}

// What a square scope of colour differences is drawn on.
class Plane {
 public:
  Plane(int width, int height, double zoom)
      : m_across((width - 1) / 2.0), m_down((height - 1) / 2.0), m_unit(std::min(width, height) / 2.0 * zoom / .55) {}
  [[nodiscard]] double x(double cb) const { return m_across + cb * m_unit; }
  [[nodiscard]] double y(double cr) const { return m_down - cr * m_unit; }
  [[nodiscard]] double cb(double x) const { return (x - m_across) / m_unit; }
  [[nodiscard]] double cr(double y) const { return (m_down - y) / m_unit; }
  [[nodiscard]] double unit() const { return m_unit; }

 private:
  double m_across, m_down, m_unit;
};

struct Target {
  const char* name;
  double red, green, blue;
};
constexpr Target kTargets[] = {{"R", .75, 0, 0},    {"Mg", .75, 0, .75}, {"B", 0, 0, .75},
                               {"Cy", 0, .75, .75}, {"G", 0, .75, 0},    {"Yl", .75, .75, 0}};
constexpr double kSkinDegrees = 123;

void drawGraticule(Canvas& canvas, const Plane& plane, std::vector<ScopeMark>& marks) {
  const double skin = kSkinDegrees * 3.14159265358979323846 / 180;
  const double skinX = std::cos(skin), skinY = std::sin(skin);
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) {
      const double cb = plane.cb(x), cr = plane.cr(y), away = std::hypot(cb, cr);
      double amount = 1 - std::abs(away - .5) * plane.unit();
      if (away <= .5) {
        amount = std::max({amount, 1 - std::abs(cb) * plane.unit(), 1 - std::abs(cr) * plane.unit()});
        if (cb * skinX + cr * skinY > 0)
          amount = std::max(amount, 1 - std::abs(cb * skinY - cr * skinX) * plane.unit());
      }
      canvas.blend(x, y, kLine, amount);
    }
  }
  const auto mark = [&](double cb, double cr, const char* text) {
    const int x = static_cast<int>(std::lround(plane.x(cb))), y = static_cast<int>(std::lround(plane.y(cr)));
    if (x >= 0 && y >= 0 && x < canvas.width() && y < canvas.height()) marks.push_back({x, y, text});
    return std::array<int, 2>{x, y};
  };
  const int half = std::max(2, static_cast<int>(std::lround(plane.unit() * .022)));
  for (const Target& target : kTargets) {
    const double luma = .2126 * target.red + .7152 * target.green + .0722 * target.blue;
    const auto [x, y] = mark((target.blue - luma) / 1.8556, (target.red - luma) / 1.5748, target.name);
    for (int i = -half; i <= half; ++i) {
      canvas.blend(x + i, y - half, kTarget, 1);
      canvas.blend(x + i, y + half, kTarget, 1);
      canvas.blend(x - half, y + i, kTarget, 1);
      canvas.blend(x + half, y + i, kTarget, 1);
    }
  }
  mark(.5 * skinX, .5 * skinY, "Skin");
}

// The colour a place of the vectorscope stands for, light enough to be seen.
Colour colourAt(double cb, double cr) {
  constexpr double kLuma = .62, kStrength = .8;
  const double red = kLuma + 1.5748 * cr * kStrength, blue = kLuma + 1.8556 * cb * kStrength;
  const double green = (kLuma - .2126 * red - .0722 * blue) / .7152;
  return {std::clamp(red, 0.0, 1.0) * 255, std::clamp(green, 0.0, 1.0) * 255, std::clamp(blue, 0.0, 1.0) * 255};
}

}  // namespace

Histogram histogramOf(const Rgb8View& picture) {
  Histogram whole;
  if (!isWhole(picture)) return whole;
  std::mutex gate;
  std::uint64_t black = 0, white = 0;
  forRows(picture.height, picture.width, [&](int first, int end) {
    Histogram part;
    std::uint64_t partBlack = 0, partWhite = 0;
    for (int y = first; y < end; ++y) {
      const std::uint8_t* at = picture.rgb + picture.stride * y;
      for (int x = 0; x < picture.width; ++x, at += 3) {
        for (std::size_t i = 0; i < 3; ++i) ++part.rgb[i][at[i]];
        ++part.luma[lumaOf(at)];
        partBlack += at[0] == 0 || at[1] == 0 || at[2] == 0;
        partWhite += at[0] == 255 || at[1] == 255 || at[2] == 255;
      }
    }
    const std::lock_guard lock(gate);
    for (std::size_t level = 0; level < kScopeLevels; ++level) {
      for (std::size_t i = 0; i < 3; ++i) whole.rgb[i][level] += part.rgb[i][level];
      whole.luma[level] += part.luma[level];
    }
    black += partBlack;
    white += partWhite;
  });
  whole.pixels = static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height);
  whole.atBlack = static_cast<double>(black) / static_cast<double>(whole.pixels);
  whole.atWhite = static_cast<double>(white) / static_cast<double>(whole.pixels);
  return whole;
}

ScopePicture draw(const Histogram& histogram, Channels channels, int width, int height) {
  Canvas canvas(width, height);
  ScopePicture result;
  const Scale scale = scaleOf(canvas.height());
  const int margin = canvas.width() / 24, span = std::max(1, canvas.width() - 2 * margin);
  // What is at the very ends does not set the height: a black border would flatten all that is worth seeing.
  std::vector<const std::array<std::uint32_t, kScopeLevels>*> shown;
  if (channels == Channels::luma)
    shown = {&histogram.luma};
  else
    shown = {&histogram.rgb[0], &histogram.rgb[1], &histogram.rgb[2]};
  std::uint32_t most = 0, mostAtEnds = 0;
  for (const auto* counts : shown) {
    most = std::max(most, *std::max_element(counts->begin() + 1, counts->end() - 1));
    mostAtEnds = std::max({mostAtEnds, counts->front(), counts->back()});
  }
  if (most == 0) most = mostAtEnds;
  if (most > 0) {
    // All three add up to the grey that luma is drawn in.
    const auto cells = cellsOf(span, 0, span > 1 ? (kScopeLevels - 1.0) / (span - 1) : 1, kScopeLevels);
    for (std::size_t channel = 0; channel < shown.size(); ++channel) {
      Colour light{170, 170, 170};
      if (channels == Channels::rgb) {
        light = {25, 25, 25};
        light[channel] = 120;
      }
      for (int i = 0; i < span; ++i) {
        const Cells& mine = cells[static_cast<std::size_t>(i)];
        std::uint32_t count = 0;
        for (int level = mine.first; level <= mine.last; ++level) {
          count = std::max(count, (*shown[channel])[static_cast<std::size_t>(level)]);
        }
        if (count == 0) continue;
        for (int y = scale.y(std::min(1.0, static_cast<double>(count) / most)); y <= scale.bottom; ++y) {
          canvas.add(margin + i, y, light);
        }
      }
    }
  }
  // Lines lie behind the counts.
  for (const int percent : {0, 25, 50, 75, 100}) {
    const int x = margin + static_cast<int>(std::lround((span - 1) * percent / 100.0));
    for (int y = scale.top; y <= scale.bottom; ++y) canvas.behind(x, y, kLine);
    result.marks.push_back({x, scale.bottom, std::to_string(percent)});
  }
  result.image = canvas.take();
  return result;
}

Waveform waveformOf(const Rgb8View& picture, Channels channels, int columns) {
  Waveform result;
  result.channels = channels;
  if (!isWhole(picture)) return result;
  result.columns = std::clamp(columns, 1, std::min(picture.width, kScopeMost));
  result.pixelsPerColumn = static_cast<double>(picture.width) * picture.height / result.columns;
  const std::size_t traces = channels == Channels::luma ? 1 : 3,
                    trace = static_cast<std::size_t>(result.columns) * kScopeLevels;
  result.counts.assign(traces * trace, 0);
  const auto firstOf = [&](int column) {
    return static_cast<int>((static_cast<std::int64_t>(column) * picture.width + result.columns - 1) / result.columns);
  };
  // A few columns at a time from top to bottom, for their counts fit into a core's nearest memory; and no two threads
  // count into the same column.
  constexpr int kBand = 16;
  const int bands = (result.columns + kBand - 1) / kBand;
  const int pixelsPerBand = static_cast<int>(
      std::min<std::int64_t>(static_cast<std::int64_t>(picture.width) * picture.height / bands, 1 << 30));
  forRows(bands, pixelsPerBand, [&](int firstBand, int endBand) {
    for (int band = firstBand; band < endBand; ++band) {
      const int firstColumn = band * kBand, endColumn = std::min(result.columns, firstColumn + kBand);
      std::array<int, kBand + 1> edges{};
      for (int column = firstColumn; column <= endColumn; ++column) {
        edges[static_cast<std::size_t>(column - firstColumn)] = firstOf(column);
      }
      for (int y = 0; y < picture.height; ++y) {
        const std::uint8_t* const row = picture.rgb + picture.stride * y;
        for (int column = firstColumn; column < endColumn; ++column) {
          std::uint32_t* const counts = &result.counts[static_cast<std::size_t>(column) * kScopeLevels];
          const auto edge = static_cast<std::size_t>(column - firstColumn);
          for (int x = edges[edge]; x < edges[edge + 1]; ++x) {
            const std::uint8_t* const at = row + std::ptrdiff_t{x} * 3;
            if (traces == 1) {
              ++counts[lumaOf(at)];
            } else {
              for (std::size_t i = 0; i < 3; ++i) ++counts[i * trace + at[i]];
            }
          }
        }
      }
    }
  });
  return result;
}

ScopePicture draw(const Waveform& waveform, int width, int height) {
  Canvas canvas(width, height);
  ScopePicture result;
  const Scale scale = scaleOf(canvas.height());
  for (const int percent : {0, 25, 50, 75, 100}) {
    const int y = scale.y(percent / 100.0);
    canvas.across(y, kLine);
    result.marks.push_back({0, y, std::to_string(percent)});
  }
  const int rows = scale.bottom - scale.top + 1;
  const int traces = waveform.channels == Channels::luma ? 1 : 3;
  const int gap = traces == 1 ? 0 : std::max(1, canvas.width() / 96);
  const int across = (canvas.width() - gap * (traces - 1)) / traces;
  if (waveform.columns > 0 && across > 0) {
    const auto levels =
        cellsOf(rows, kScopeLevels - 1, rows > 1 ? -(kScopeLevels - 1.0) / (rows - 1) : -1, kScopeLevels);
    const double step = static_cast<double>(waveform.columns) / across;
    const auto columns = cellsOf(across, step / 2 - .5, step, waveform.columns);
    const double even = waveform.pixelsPerColumn / kScopeLevels;
    for (int trace = 0; trace < traces; ++trace) {
      const Colour& colour = traces == 1 ? kLumaTrace : kTraces[static_cast<std::size_t>(trace)];
      for (int x = 0; x < across; ++x) {
        const Cells& column = columns[static_cast<std::size_t>(x)];
        for (int y = 0; y < rows; ++y) {
          const Cells& level = levels[static_cast<std::size_t>(y)];
          std::uint32_t count = 0;
          for (int c = column.first; c <= column.last; ++c) {
            for (int l = level.first; l <= level.last; ++l) count = std::max(count, waveform.at(trace, c, l));
          }
          canvas.blend(trace * (across + gap) + x, scale.top + y, colour, brightness(count, even));
        }
      }
    }
  }
  result.image = canvas.take();
  return result;
}

Vectorscope vectorscopeOf(const Rgb8View& picture) {
  Vectorscope whole;
  if (!isWhole(picture)) return whole;
  whole.counts.assign(std::size_t{kScopeLevels} * kScopeLevels, 0);
  std::mutex gate;
  forRows(picture.height, picture.width, [&](int first, int end) {
    std::vector<std::uint32_t> part(whole.counts.size());
    for (int y = first; y < end; ++y) {
      const std::uint8_t* at = picture.rgb + picture.stride * y;
      for (int x = 0; x < picture.width; ++x, at += 3) {
        const Difference place = differenceOf(at);
        ++part[static_cast<std::size_t>(place.cr) * kScopeLevels + static_cast<std::size_t>(place.cb)];
      }
    }
    const std::lock_guard lock(gate);
    for (std::size_t i = 0; i < part.size(); ++i) whole.counts[i] += part[i];
  });
  whole.pixels = static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height);
  return whole;
}

ScopePicture draw(const Vectorscope& scope, int width, int height, double zoom) {
  Canvas canvas(width, height);
  ScopePicture result;
  const Plane plane(canvas.width(), canvas.height(), zoom > 0 && zoom <= 64 ? zoom : 1);
  drawGraticule(canvas, plane, result.marks);
  if (!scope.counts.empty()) {
    const double step = 255 / plane.unit();
    const auto across = cellsOf(canvas.width(), 128 + 255 * plane.cb(0), step, kScopeLevels);
    const auto down = cellsOf(canvas.height(), 128 + 255 * plane.cr(0), -step, kScopeLevels);
    // Pictures fill a small part of the plane: evenly spread there they would take about this many places.
    const double even = static_cast<double>(scope.pixels) / 4096;
    for (int y = 0; y < canvas.height(); ++y) {
      const Cells& row = down[static_cast<std::size_t>(y)];
      for (int x = 0; x < canvas.width(); ++x) {
        const Cells& column = across[static_cast<std::size_t>(x)];
        std::uint32_t count = 0;
        for (int cr = row.first; cr <= row.last; ++cr) {
          for (int cb = column.first; cb <= column.last; ++cb) count = std::max(count, scope.at(cb, cr));
        }
        if (count > 0) canvas.blend(x, y, colourAt(plane.cb(x), plane.cr(y)), brightness(count, even));
      }
    }
  }
  result.image = canvas.take();
  return result;
}

}  // namespace rollproof::colour
