// SPDX-License-Identifier: Apache-2.0
#include "core/media/text.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <system_error>

#include "core/media/media.h"

namespace rollproof::media {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr int kSmallest = 4;
constexpr int kLargest = 1024;

std::string findFont() {
  static constexpr std::array<const char*, 2> kNames = {"DejaVuSansMono-Bold.ttf", "DejaVuSansMono.ttf"};
  static constexpr std::array<const char*, 4> kFolders = {"/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu",
                                                          "/usr/share/fonts/TTF", "/usr/local/share/fonts"};
  std::error_code ignored;
  for (const char* name : kNames) {
    for (const char* folder : kFolders) {
      auto path = std::filesystem::path(folder) / name;
      if (std::filesystem::is_regular_file(path, ignored)) return path.string();
    }
  }
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk it("/usr/share/fonts", std::filesystem::directory_options::skip_permission_denied, ignored), end; it != end;
       it.increment(ignored)) {
    if (ignored) break;
    const auto name = it->path().filename().string();
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return it->path().string();
  }
  return {};
}

// Malformed UTF-8 shows as the replacement character.
std::vector<char32_t> decode(const std::string& text) {
  std::vector<char32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80         ? 1
                               : (lead >> 5) == 6  ? 2
                               : (lead >> 4) == 14 ? 3
                               : (lead >> 3) == 30 ? 4
                                                   : 0;
    char32_t point = length <= 1 ? lead : lead & (0xFFU >> (length + 1));
    bool good = length > 0 && i + length <= text.size();
    for (std::size_t k = 1; good && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      good = (next >> 6) == 2;
      point = (point << 6) | (next & 0x3F);
    }
    points.push_back(good ? (point < 0x20 ? U' ' : point) : U'\uFFFD');
    i += good ? length : 1;
  }
  return points;
}

// One letter: its ink, and the halo around it, which is `halo` larger on every side.
struct Glyph {
  int left = 0, top = 0, width = 0, height = 0, advance = 0;
  std::vector<std::uint8_t> ink, halo;
};

// Each place takes the strongest ink within a disc; its rim is soft, so that small letters keep their form.
std::vector<std::uint8_t> grown(const Glyph& glyph, int by) {
  const int width = glyph.width + 2 * by, height = glyph.height + 2 * by;
  std::vector<std::uint8_t> result(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
  for (int dy = -by; dy <= by; ++dy) {
    for (int dx = -by; dx <= by; ++dx) {
      const double beyond = std::sqrt(static_cast<double>(dx * dx + dy * dy)) - by + 0.5;
      const int share = static_cast<int>(256 * std::clamp(1.0 - beyond, 0.0, 1.0));
      if (share == 0) continue;
      for (int y = 0; y < glyph.height; ++y) {
        const std::uint8_t* from = glyph.ink.data() + static_cast<std::ptrdiff_t>(y) * glyph.width;
        std::uint8_t* to = result.data() + static_cast<std::ptrdiff_t>(y + by + dy) * width + by + dx;
        for (int x = 0; x < glyph.width; ++x) {
          to[x] = std::max(to[x], static_cast<std::uint8_t>(from[x] * share / 256));
        }
      }
    }
  }
  return result;
}

void lay(const std::vector<std::uint8_t>& from, int width, int height, int x, int y, LetterMask& mask,
         std::vector<std::uint8_t>& to) {
  for (int row = 0; row < height; ++row) {
    if (y + row < 0 || y + row >= mask.height) continue;
    for (int column = 0; column < width; ++column) {
      if (x + column < 0 || x + column >= mask.width) continue;
      auto& pixel = to[static_cast<std::size_t>(y + row) * static_cast<std::size_t>(mask.width) +
                       static_cast<std::size_t>(x + column)];
      pixel = std::max(
          pixel,
          from[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)]);
    }
  }
}

}  // namespace

struct Lettering::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  int halo = 0;
  int top = 0, bottom = 0;  // of the letters every line has room for
  std::map<char32_t, Glyph> glyphs;

  Face() = default;
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
  ~Face() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }

  const Glyph& glyph(char32_t point) {
    const auto known = glyphs.find(point);
    if (known != glyphs.end()) return known->second;
    Glyph made;
    if (FT_Load_Char(face, point, FT_LOAD_RENDER) == 0) {
      const FT_GlyphSlot slot = face->glyph;
      const FT_Bitmap& bitmap = slot->bitmap;
      made.advance = static_cast<int>(slot->advance.x >> 6);
      if (bitmap.pixel_mode == FT_PIXEL_MODE_GRAY) {
        made.left = slot->bitmap_left;
        made.top = slot->bitmap_top;
        made.width = static_cast<int>(bitmap.width);
        made.height = static_cast<int>(bitmap.rows);
        for (int row = 0; row < made.height; ++row) {
          const unsigned char* line = bitmap.buffer + static_cast<std::ptrdiff_t>(row) * bitmap.pitch;
          made.ink.insert(made.ink.end(), line, line + made.width);
        }
        if (halo > 0) made.halo = grown(made, halo);
      }
    }
    return glyphs.emplace(point, std::move(made)).first->second;
  }
};

Lettering::Lettering(std::unique_ptr<Face> face) : m_face(std::move(face)) {}
Lettering::Lettering(Lettering&&) noexcept = default;
Lettering& Lettering::operator=(Lettering&&) noexcept = default;
Lettering::~Lettering() = default;

Result<Lettering> Lettering::make(int pixelHeight, int halo) {
  if (pixelHeight < kSmallest || pixelHeight > kLargest || halo < 0 || halo > pixelHeight) {
    return fail(Errc::usage, "letters are 4 to 1024 pixels high");
  }
  static const std::string font = findFont();
  if (font.empty()) return fail(Errc::notFound, "no DejaVu Sans Mono font is installed", "fonts-dejavu-core");
  auto made = std::make_unique<Face>();
  made->halo = halo;
  if (FT_Init_FreeType(&made->library) != 0) return fail(Errc::failed, "cannot start FreeType");
  if (FT_New_Face(made->library, font.c_str(), 0, &made->face) != 0)
    return fail(Errc::corrupt, "the font cannot be read", font);
  if (FT_Set_Pixel_Sizes(made->face, 0, static_cast<FT_UInt>(pixelHeight)) != 0)
    return fail(Errc::unsupported, "the font has no such size", font);
  for (const char32_t point : {U'0', U'H', U'g', U'j', U'p', U'_', U'(', U';'}) {
    const Glyph& glyph = made->glyph(point);
    made->top = std::max(made->top, glyph.top);
    made->bottom = std::max(made->bottom, glyph.height - glyph.top);
  }
  return Lettering(std::move(made));
}

int Lettering::lineHeight() const { return std::max(1, m_face->top + m_face->bottom) + 2 * m_face->halo; }

Result<int> Lettering::widthOf(const std::string& text) {
  if (text.empty() || text.size() > kMaxText) return fail(Errc::usage, "text to draw is 1 to 1024 bytes long");
  int width = 0;
  for (const char32_t point : decode(text)) width += m_face->glyph(point).advance;
  return std::max(1, width) + 2 * m_face->halo;
}

Result<LetterMask> Lettering::write(const std::string& text) {
  const auto width = widthOf(text);
  if (!width) return tl::unexpected(width.error());
  const std::vector<char32_t> points = decode(text);
  int top = m_face->top, bottom = m_face->bottom;
  for (const char32_t point : points) {
    const Glyph& glyph = m_face->glyph(point);
    top = std::max(top, glyph.top);
    bottom = std::max(bottom, glyph.height - glyph.top);
  }
  const int halo = m_face->halo;
  LetterMask mask;
  mask.width = *width;
  mask.height = std::max(top + bottom, 1) + 2 * halo;
  const auto size = static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height);
  mask.ink.assign(size, 0);
  if (halo > 0) mask.halo.assign(size, 0);
  int pen = halo;
  for (const char32_t point : points) {
    const Glyph& glyph = m_face->glyph(point);
    const int x = pen + glyph.left, y = halo + top - glyph.top;
    lay(glyph.ink, glyph.width, glyph.height, x, y, mask, mask.ink);
    if (!glyph.halo.empty()) {
      lay(glyph.halo, glyph.width + 2 * halo, glyph.height + 2 * halo, x - halo, y - halo, mask, mask.halo);
    }
    pen += glyph.advance;
  }
  return mask;
}

Result<TextMask> renderText(const std::string& text, int pixelHeight) {
  auto lettering = Lettering::make(pixelHeight, 0);
  if (!lettering) return tl::unexpected(lettering.error());
  auto mask = lettering->write(text);
  if (!mask) return tl::unexpected(mask.error());
  return TextMask{mask->width, mask->height, std::move(mask->ink)};
}

}  // namespace rollproof::media
