// SPDX-License-Identifier: Apache-2.0
// Source: FreeType 2 reference (FT_Load_Char, FT_GlyphSlot).
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "core/media/media.h"

namespace rollproof::media {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr int kSmallest = 4;
constexpr int kLargest = 1024;

struct Fonts {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  ~Fonts() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }
};

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

}  // namespace

Result<TextMask> renderText(const std::string& text, int pixelHeight) {
  if (text.empty() || text.size() > kMaxText || pixelHeight < kSmallest || pixelHeight > kLargest)
    return fail(Errc::usage, "text to draw is 1 to 1024 bytes long and 4 to 1024 pixels high");
  static const std::string font = findFont();
  if (font.empty()) return fail(Errc::notFound, "no DejaVu Sans Mono font is installed", "fonts-dejavu-core");
  Fonts fonts;
  if (FT_Init_FreeType(&fonts.library) != 0) return fail(Errc::failed, "cannot start FreeType");
  if (FT_New_Face(fonts.library, font.c_str(), 0, &fonts.face) != 0)
    return fail(Errc::corrupt, "the font cannot be read", font);
  FT_Face face = fonts.face;
  if (FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(pixelHeight)) != 0)
    return fail(Errc::unsupported, "the font has no such size", font);

  const std::vector<char32_t> points = decode(text);
  // The box's height comes from the font and not from the text, so that a running timecode stands still.
  int top = 0;
  int bottom = 0;
  const auto measure = [&](char32_t point) {
    if (FT_Load_Char(face, point, FT_LOAD_RENDER) != 0) return;
    top = std::max(top, face->glyph->bitmap_top);
    bottom = std::max(bottom, static_cast<int>(face->glyph->bitmap.rows) - face->glyph->bitmap_top);
  };
  for (const char32_t point : {U'0', U'H', U'g', U';'}) measure(point);
  int width = 0;
  for (const char32_t point : points) {
    measure(point);
    width += static_cast<int>(face->glyph->advance.x >> 6);
  }
  TextMask mask;
  mask.width = std::max(width, 1);
  mask.height = std::max(top + bottom, 1);
  mask.alpha.assign(static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height), 0);
  int pen = 0;
  for (const char32_t point : points) {
    if (FT_Load_Char(face, point, FT_LOAD_RENDER) != 0) continue;
    const FT_GlyphSlot glyph = face->glyph;
    const FT_Bitmap& bitmap = glyph->bitmap;
    for (int row = 0; row < static_cast<int>(bitmap.rows) && bitmap.pixel_mode == FT_PIXEL_MODE_GRAY; ++row) {
      const int y = top - glyph->bitmap_top + row;
      if (y < 0 || y >= mask.height) continue;
      for (int column = 0; column < static_cast<int>(bitmap.width); ++column) {
        const int x = pen + glyph->bitmap_left + column;
        if (x < 0 || x >= mask.width) continue;
        auto& pixel = mask.alpha[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) +
                                 static_cast<std::size_t>(x)];
        pixel = std::max(pixel, bitmap.buffer[row * bitmap.pitch + column]);
      }
    }
    pen += static_cast<int>(glyph->advance.x >> 6);
  }
  return mask;
}

}  // namespace rollproof::media
