// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/burnin.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/path.h"

namespace rollproof::dailies {
namespace {

constexpr std::array<std::string_view, 7> kWords{"clip", "tc", "reel", "frame", "scene", "take", "date"};
constexpr std::size_t kLongestLine = 200;

constexpr int kSmallestLetters = 6;

// The mean of the columns that fall on one.
media::TextMask narrowed(const media::TextMask& mask, int width) {
  media::TextMask result;
  result.width = width;
  result.height = mask.height;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto first = static_cast<std::int64_t>(x) * mask.width / width;
      const auto end = std::max(first + 1, static_cast<std::int64_t>(x + 1) * mask.width / width);
      int sum = 0;
      for (auto k = first; k < end; ++k) sum += mask.alpha[static_cast<std::size_t>(y * mask.width + k)];
      result.alpha.push_back(static_cast<std::uint8_t>(sum / (end - first)));
    }
  }
  return result;
}

// Coverage of a place by the box and by the letters, 0..1.
struct Cover {
  float box = 0, ink = 0;
};

// One plane of the box's part of the picture, each sample covered as the luma samples it stands for are.
template <typename Sample, typename CoverAt>
void paint(const media::PlanarRoom& frame, std::size_t plane, float black, float ink, int left, int top, int right,
           int bottom, const CoverAt& coverAt) {
  const int across = plane > 0 && frame.chroma != media::Chroma::s444 ? 2 : 1;
  const int down = plane > 0 && frame.chroma == media::Chroma::s420 ? 2 : 1;
  for (int y = top / down; y < (bottom + down - 1) / down; ++y) {
    auto* const row = reinterpret_cast<Sample*>(frame.row(plane, y));
    for (int x = left / across; x < (right + across - 1) / across; ++x) {
      Cover cover;
      for (int dy = 0; dy < down; ++dy) {
        for (int dx = 0; dx < across; ++dx) {
          const Cover one = coverAt(x * across + dx, y * down + dy);
          cover.box += one.box;
          cover.ink += one.ink;
        }
      }
      const float share = 1.0F / static_cast<float>(across * down);
      float value = row[x];
      value += (black - value) * cover.box * share;
      value += (ink - value) * cover.ink * share;
      row[x] = static_cast<Sample>(value + 0.5F);
    }
  }
}

}  // namespace

Result<BurnIn> BurnIn::parse(const std::string& pattern) {
  BurnIn result;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    if (open != at) result.m_parts.push_back({false, pattern.substr(at, open == std::string::npos ? open : open - at)});
    if (open == std::string::npos) break;
    const std::size_t close = pattern.find('}', open);
    if (close == std::string::npos) return fail(Errc::usage, "a brace in the burn-in text is never closed", pattern);
    std::string word = pattern.substr(open + 1, close - open - 1);
    if (std::find(kWords.begin(), kWords.end(), word) == kWords.end()) {
      return fail(
          Errc::usage,
          "the burn-in knows {clip} {tc} {reel} {frame} {scene} {take} {date}, but not {" + path::display(word) + "}",
          pattern);
    }
    result.m_parts.push_back({true, std::move(word)});
    at = close + 1;
  }
  return result;
}

std::string BurnIn::text(const model::Clip& clip, const std::optional<Timecode>& timecode, std::int64_t frame) const {
  std::string line;
  for (const Part& part : m_parts) {
    if (!part.word) {
      line += part.text;
    } else if (part.text == "clip") {
      line += clip.name;
    } else if (part.text == "tc") {
      line += timecode ? timecode->text() : "--:--:--:--";
    } else if (part.text == "reel") {
      line += clip.reel;
    } else if (part.text == "frame") {
      line += std::to_string(frame);
    } else if (part.text == "scene") {
      line += clip.slate.scene;
    } else if (part.text == "take") {
      line += clip.slate.take;
    } else {
      line += clip.recordedAt.substr(0, 10);
    }
  }
  line = path::display(line);
  if (line.size() > kLongestLine) {
    std::size_t end = kLongestLine;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    line.resize(end);
  }
  return line;
}

Status drawLine(const media::PlanarRoom& frame, const std::string& text) {
  if (text.find_first_not_of(' ') == std::string::npos) return {};
  int letters = std::max(12, frame.height / 28);
  auto mask = media::renderText(text, letters);
  if (!mask) return tl::unexpected(mask.error());
  const int room = frame.width - frame.width / 20 - letters;
  // Hinting keeps small letters from shrinking in proportion, so more than one try may be needed.
  while (mask->width > room && letters > kSmallestLetters) {
    letters =
        std::max(kSmallestLetters,
                 std::min(letters - 1, static_cast<int>(static_cast<std::int64_t>(letters) * room / mask->width)));
    mask = media::renderText(text, letters);
    if (!mask) return tl::unexpected(mask.error());
  }
  if (mask->width > room) *mask = narrowed(*mask, std::max(1, room));
  const int border = std::max(2, letters / 4);
  const int left = std::max(0, (frame.width - mask->width) / 2);
  const int top = std::max(0, frame.height - mask->height - border - frame.height / 30);
  const int right = std::min(frame.width, left + mask->width + border);
  const int bottom = std::min(frame.height, top + mask->height + border);
  const auto coverAt = [&](int x, int y) {
    constexpr float kBox = 0.6F;
    if (x < left - border || y < top - border || x >= right || y >= bottom) return Cover{};
    const int mx = x - left, my = y - top;
    if (mx < 0 || my < 0 || mx >= mask->width || my >= mask->height) return Cover{kBox, 0};
    const auto at = static_cast<std::size_t>(my) * static_cast<std::size_t>(mask->width) + static_cast<std::size_t>(mx);
    return Cover{kBox, static_cast<float>(mask->alpha[at]) / 255.0F};
  };
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const auto code = [&](int of8) { return static_cast<float>(of8 << (frame.bits - 8)); };
    const float black = code(plane == 0 ? 16 : 128), ink = code(plane == 0 ? 219 : 128);
    const int x = std::max(0, left - border), y = std::max(0, top - border);
    if (frame.bits == 8) {
      paint<std::uint8_t>(frame, plane, black, ink, x, y, right, bottom, coverAt);
    } else {
      paint<std::uint16_t>(frame, plane, black, ink, x, y, right, bottom, coverAt);
    }
  }
  return {};
}

}  // namespace rollproof::dailies
