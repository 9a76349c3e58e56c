// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/klv.h"

namespace rollproof::camera {

std::optional<std::uint64_t> berLength(std::string_view bytes, std::size_t& at) {
  if (at >= bytes.size()) return std::nullopt;
  const std::uint8_t first = u8(bytes, at++);
  if (first < 0x80) return first;
  const std::size_t width = first & 0x7f;
  if (width == 0 || width > 8 || at + width > bytes.size()) return std::nullopt;
  const std::uint64_t length = bigEndian(bytes, at, static_cast<int>(width));
  at += width;
  return length;
}

std::optional<Klv> klvAt(Content& content, std::uint64_t offset) {
  constexpr std::uint64_t kLongestHead = kLabelBytes + 9;
  const bool inHead = offset + kLongestHead <= content.head().size();
  const std::string read = inHead ? std::string() : content.read(offset, kLongestHead);
  const std::string_view bytes =
      inHead ? part(content.head(), static_cast<std::size_t>(offset), kLongestHead) : std::string_view(read);
  if (bytes.size() < kLabelBytes + 1 || !bytes.starts_with(kSmpteLabel)) return std::nullopt;
  std::size_t at = kLabelBytes;
  const auto length = berLength(bytes, at);
  if (!length) return std::nullopt;
  const std::uint64_t begin = offset + at;
  if (*length > UINT64_MAX / 2 - begin) return std::nullopt;
  return Klv{std::string(bytes.substr(0, kLabelBytes)), begin, begin + *length};
}

void forEachItem(std::string_view set, const std::function<void(std::uint16_t, std::string_view)>& visit) {
  std::size_t at = 0;
  while (at + 4 <= set.size()) {
    const std::uint16_t tag = be16(set, at);
    const std::size_t length = be16(set, at + 2);
    const std::string_view value = part(set, at + 4, length);
    if (value.size() < length) return;
    visit(tag, value);
    at += 4 + length;
  }
}

}  // namespace rollproof::camera
