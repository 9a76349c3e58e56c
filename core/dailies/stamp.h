// SPDX-License-Identifier: Apache-2.0
// Something to be laid over pictures again and again: what it keeps of each sample and what it adds, worked out once
// for the kind of picture, so that a frame costs one multiplication a sample.
// Threads: a stamp is plain data; pressing writes to the picture only. Errors: none; what lies outside of the picture
// is left out. Source: ITU-R BT.601, BT.709, BT.2020 (limited range).
#pragma once

#include <cstdint>
#include <vector>

#include "core/dailies/framing.h"
#include "core/media/text.h"

namespace rollproof::dailies {

// The kind of picture a stamp is made for.
struct StampKind {
  int bits = 10;
  media::Chroma chroma = media::Chroma::s422;
  media::Matrix matrix = media::Matrix::bt709;
  bool operator==(const StampKind&) const = default;
};
[[nodiscard]] StampKind kindOf(const media::PlanarRoom& picture);

// How letters are shown: their ink in a colour, a dark halo about them, and a dark box behind all of it.
struct Ink {
  Rgb8 colour{235, 235, 235};
  double opacity = 1, halo = 0.8, box = 0;
};

class Stamp {
 public:
  Stamp() = default;
  // `margin` pixels of box on every side and `above` more on top. The stamp begins at even places of the picture.
  Stamp(const media::LetterMask& mask, int margin, int above, const Ink& ink, const StampKind& kind);
  [[nodiscard]] int width() const { return m_width; }
  [[nodiscard]] int height() const { return m_height; }
  // Lays it with its corner at (x, y), moved to even places; either may be outside.
  void press(const media::PlanarRoom& picture, int x, int y) const;

 private:
  struct Plane {
    int width = 0, height = 0;
    std::vector<std::uint16_t> keep;      // share of what was there, of 32768
    std::vector<std::uint32_t> add;       // code x 32768
    std::vector<std::pair<int, int>> at;  // of each row: where something is changed
  };
  template <typename Sample>
  static void pressPlane(const Plane& plane, const media::PlanarRoom& picture, std::size_t index, int x, int y);

  int m_width = 0, m_height = 0;
  StampKind m_kind;
  std::array<Plane, 3> m_planes;
};

// A mask turned anticlockwise about its middle; what the turned letters need of room.
[[nodiscard]] media::LetterMask tilted(const media::LetterMask& mask, double degrees);
// The mean of the columns that fall on one.
[[nodiscard]] media::LetterMask narrowed(const media::LetterMask& mask, int width);

// A filled rectangle, whatever its place.
void fillRect(const media::PlanarRoom& picture, int x, int y, int width, int height, Rgb8 colour, double opacity);

// Framelines with their labels; made once a job.
class Framelines {
 public:
  [[nodiscard]] static Result<Framelines> make(const std::vector<LineRect>& lines, int height);
  [[nodiscard]] Status draw(const media::PlanarRoom& picture);

 private:
  std::vector<LineRect> m_lines;
  std::vector<media::LetterMask> m_labels;
  std::vector<Stamp> m_stamps;
  StampKind m_kind;
  int m_thick = 2;
};

}  // namespace rollproof::dailies
