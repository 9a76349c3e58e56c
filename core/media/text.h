// SPDX-License-Identifier: Apache-2.0
// Letters of one size, drawn once each and set into lines as often as a render has frames.
// Threads: a Lettering belongs to one thread at a time. Errors: Errc::notFound without a font; Errc::usage for sizes
// and lengths that cannot be drawn. Source: FreeType 2 reference (FT_Load_Char, FT_GlyphSlot).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace rollproof::media {

// Coverage 0..255. The halo is the ink grown by its width on every side; without one it is empty.
struct LetterMask {
  int width = 0, height = 0;
  std::vector<std::uint8_t> ink, halo;
};

class Lettering {
 public:
  // DejaVu Sans Mono with an em of `pixelHeight`; `halo` pixels are added on every side of what is written.
  [[nodiscard]] static Result<Lettering> make(int pixelHeight, int halo);
  Lettering(Lettering&&) noexcept;
  Lettering& operator=(Lettering&&) noexcept;
  ~Lettering();

  // The height comes from the font and not from the text, so that a running timecode stands still; letters with marks
  // above raise it.
  [[nodiscard]] Result<LetterMask> write(const std::string& text);
  [[nodiscard]] Result<int> widthOf(const std::string& text);
  [[nodiscard]] int lineHeight() const;

 private:
  struct Face;
  explicit Lettering(std::unique_ptr<Face> face);
  std::unique_ptr<Face> m_face;
};

}  // namespace rollproof::media
