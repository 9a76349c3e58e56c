// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/dailies/burnin.h"

namespace rollproof::dailies {
namespace {

constexpr int kLeastLetters = 10;    // below it letters run into each other
constexpr int kSmallestLetters = 6;  // only where the words would not fit otherwise
constexpr double kHalo = 0.95;
constexpr int kBoxedLetters =
    18;  // smaller ones have no room for a halo that would carry them: they are whole, on a box
constexpr double kLeastBox = 0.55;
constexpr double kLeastScale = 0.62;  // of the wanted size, before lines are put below each other

int haloFor(int letters) {
  return letters > 44 ? 2 + letters / 22 : std::max(1, static_cast<int>(std::lround(letters / 11.0)));
}
int paddingFor(int letters) { return std::max(1, letters / 6); }
// Most of what is burnt in has nothing below its line: as much room is left over it.
int aboveFor(int letters) { return letters / 8; }

}  // namespace

struct BurnIns::Parts {
  struct Line {
    BurnInItem item;
    std::string text;
    Stamp stamp;
    bool stale = true;  // the stamp is of another text, kind or size
    int letters = 0, width = 0, height = 0, x = 0, y = 0;
  };
  struct Mark {
    media::LetterMask mask;
    Ink ink;
    bool tiled = false;
    Stamp stamp;
  };

  BurnInWords words;
  int width = 0, height = 0;
  std::vector<Line> lines;
  std::vector<Mark> marks;
  std::map<int, media::Lettering> letterings;
  std::optional<StampKind> kind;

  Result<media::Lettering*> lettering(int letters) {
    auto known = letterings.find(letters);
    if (known == letterings.end()) {
      auto made = media::Lettering::make(letters, haloFor(letters));
      if (!made) return tl::unexpected(made.error());
      known = letterings.emplace(letters, std::move(*made)).first;
    }
    return &known->second;
  }

  [[nodiscard]] int shorter() const { return std::min(width, height); }
  [[nodiscard]] int lettersOf(const BurnInItem& item, double scale) const {
    const auto wanted = static_cast<int>(std::lround(item.size * shorter()));
    const int usual = std::max(kLeastLetters, wanted);
    return std::clamp(static_cast<int>(usual * scale), kSmallestLetters, 512);
  }
  [[nodiscard]] int marginOf(const BurnInItem& item) const {
    return static_cast<int>(std::lround(item.margin * shorter()));
  }

  // Narrow pictures need their width.
  [[nodiscard]] int sideOf(const BurnInItem& item) const { return std::min(marginOf(item), width / 20); }

  Status addMark(const BurnInItem& item) {
    const std::string text = burnInText(item, words, {});
    if (text.empty()) return {};
    Mark mark;
    mark.tiled = item.tiled;
    mark.ink = {item.colour, item.opacity, item.opacity * 0.6, item.box};
    int letters = lettersOf(item, 1);
    // A name of any length lies wholly in the picture.
    for (;;) {
      const auto face = lettering(letters);
      if (!face) return tl::unexpected(face.error());
      auto written = (*face)->write(text);
      if (!written) return tl::unexpected(written.error());
      mark.mask = tilted(*written, item.angle);
      const double over = std::max(mark.mask.width / (0.92 * width), mark.mask.height / (0.92 * height));
      if (over <= 1 || letters <= kSmallestLetters) break;
      letters = std::clamp(static_cast<int>(letters / over), kSmallestLetters, letters - 1);
    }
    if (const int most = width * 23 / 25; mark.mask.width > most) mark.mask = narrowed(mark.mask, most);
    marks.push_back(std::move(mark));
    return {};
  }

  // Sizes and widths of all lines at a scale; do they fit? stacked: every line has a row for itself.
  Result<bool> measure(double scale, bool stacked) {
    for (Line& line : lines) {
      line.letters = lettersOf(line.item, scale);
      line.width = line.height = 0;
      if (line.text.empty()) continue;
      const auto face = lettering(line.letters);
      if (!face) return tl::unexpected(face.error());
      const auto wide = (*face)->widthOf(line.text);
      if (!wide) return tl::unexpected(wide.error());
      line.width = *wide + 2 * paddingFor(line.letters);
      line.height = (*face)->lineHeight() + 2 * paddingFor(line.letters) + aboveFor(line.letters);
    }
    place(stacked);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Line& a = lines[i];
      if (a.width == 0) continue;
      const int margin = sideOf(a.item);
      if (a.width > width - 2 * margin) return false;
      for (std::size_t k = 0; k < i; ++k) {
        const Line& b = lines[k];
        // Lines beside each other keep a letter's room, those below each other do not.
        if (b.width == 0 || static_cast<int>(a.item.place) / 3 != static_cast<int>(b.item.place) / 3) continue;
        const int room = a.letters / 2;
        const bool sameRow = a.y < b.y + b.height && b.y < a.y + a.height;
        if (sameRow && a.x < b.x + b.width + room && b.x < a.x + a.width + room) return false;
      }
    }
    return true;
  }

  [[nodiscard]] int leftOf(const Line& line, int wide) const {
    const int margin = sideOf(line.item), column = static_cast<int>(line.item.place) % 3;
    const int x = column == 0 ? margin : column == 1 ? (width - wide) / 2 : width - margin - wide;
    return std::clamp(x, 0, std::max(0, width - wide));
  }

  // Places follow from the sizes alone.
  void place(bool stacked) {
    for (int band = 0; band < 3; ++band) {
      // Cells of the band; stacked, all their lines in one.
      std::array<std::vector<Line*>, 3> cells;
      for (Line& line : lines) {
        const int where = static_cast<int>(line.item.place);
        if (where / 3 == band && line.width > 0)
          cells[stacked ? 0 : static_cast<std::size_t>(where % 3)].push_back(&line);
      }
      for (const auto& cell : cells) {
        int tall = 0;
        for (const Line* line : cell) tall += line->height;
        if (cell.empty()) continue;
        int y = marginOf(cell.front()->item);
        if (band == 1) y = (height - tall) / 2;
        if (band == 2) y = height - marginOf(cell.back()->item) - tall;
        y = std::max(0, y);
        for (Line* line : cell) {
          line->x = leftOf(*line, line->width);
          line->y = y;
          y += line->height;
        }
      }
    }
  }

  Status layOut() {
    for (const bool stacked : {false, true}) {
      const double least = stacked ? 0.0 : kLeastScale;
      for (double scale = 1; scale >= least; scale *= 0.96) {
        const auto fits = measure(scale, stacked);
        if (!fits) return tl::unexpected(fits.error());
        if (*fits) return {};
        const bool smallest =
            std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.letters <= kSmallestLetters; });
        if (smallest) break;
      }
    }
    // Still too long for the picture: those lines become narrower.
    for (Line& line : lines) line.width = std::min(line.width, std::max(1, width - 2 * sideOf(line.item)));
    place(true);
    return {};
  }

  Status stamp(Line& line) {
    line.stale = false;
    const auto face = lettering(line.letters);
    if (!face) return tl::unexpected(face.error());
    auto mask = (*face)->write(line.text);
    if (!mask) return tl::unexpected(mask.error());
    const int padding = paddingFor(line.letters);
    if (mask->width + 2 * padding > line.width) *mask = narrowed(*mask, std::max(1, line.width - 2 * padding));
    Ink ink{line.item.colour, line.item.opacity, std::min(kHalo, 1.2 * line.item.opacity), line.item.box};
    if (line.letters < kBoxedLetters) {
      ink.box = std::max(ink.box, kLeastBox);
      ink.opacity = 1;
    }
    line.stamp = Stamp(*mask, padding, aboveFor(line.letters), ink, *kind);
    return {};
  }

  // Only what a line says changes from frame to frame.
  void say(const BurnInMoment& moment) {
    for (Line& line : lines) {
      std::string text = burnInText(line.item, words, moment);
      if (text == line.text) continue;
      line.text = std::move(text);
      line.stale = true;
    }
  }

  Status draw(const media::PlanarRoom& picture, const BurnInMoment& moment) {
    if (picture.width != width || picture.height != height) {
      return fail(Errc::usage, "the burn-in was made for pictures of another size");
    }
    if (const StampKind now = kindOf(picture); kind != now) {
      kind = now;
      for (Line& line : lines) line.stale = true;
      for (Mark& mark : marks) mark.stamp = Stamp(mark.mask, 0, 0, mark.ink, now);
    }
    say(moment);
    for (const Mark& mark : marks) press(mark, picture);
    for (Line& line : lines) {
      if (line.text.empty()) continue;
      if (line.stale) {
        if (auto made = stamp(line); !made) return made;
      }
      line.stamp.press(picture, leftOf(line, line.stamp.width()), line.y);
    }
    return {};
  }

  void press(const Mark& mark, const media::PlanarRoom& picture) const {
    const int wide = mark.stamp.width(), high = mark.stamp.height();
    const int x = (width - wide) / 2, y = (height - high) / 2;
    if (!mark.tiled) return mark.stamp.press(picture, x, y);
    // Rows are set off against each other, so that no strip of the picture stays free.
    const int stepX = wide + wide / 4, stepY = high + high / 5;
    int row = 0;
    for (int top = y - (y / stepY + 1) * stepY; top < height; top += stepY, ++row) {
      const int shift = row % 2 == 0 ? 0 : stepX / 2;
      for (int left = x - (x / stepX + 2) * stepX + shift; left < width; left += stepX) {
        mark.stamp.press(picture, left, top);
      }
    }
  }
};

BurnIns::BurnIns(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
BurnIns::BurnIns(BurnIns&&) noexcept = default;
BurnIns& BurnIns::operator=(BurnIns&&) noexcept = default;
BurnIns::~BurnIns() = default;

Result<BurnIns> BurnIns::make(const BurnInTemplate& burnin, const BurnInWords& words, int width, int height,
                              std::int64_t lastFrame) {
  if (width < 16 || height < 16) return fail(Errc::usage, "pictures are too small for words to be burnt in");
  auto parts = std::make_unique<Parts>();
  parts->words = words;
  parts->width = width;
  parts->height = height;
  for (const BurnInItem& item : burnin.items) {
    if (!item.watermark) {
      Parts::Line line;
      line.item = item;
      parts->lines.push_back(std::move(line));
      continue;
    }
    if (auto made = parts->addMark(item); !made) return tl::unexpected(made.error());
  }
  // Laid out for the longest that will be said: nothing moves or shrinks while a number grows.
  parts->say({std::nullopt, std::nullopt, lastFrame});
  if (auto done = parts->layOut(); !done) return tl::unexpected(done.error());
  return BurnIns(std::move(parts));
}

Status BurnIns::draw(const media::PlanarRoom& picture, const BurnInMoment& moment) {
  return m_parts->draw(picture, moment);
}

}  // namespace rollproof::dailies
