// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/metadata_value.h"

#include <fmt/format.h>

#include "core/base/path.h"
#include "core/camera/readers/content.h"

namespace rollproof::camera {
namespace {

std::string floatText(std::string_view bytes) {
  return bytes.size() == 4 ? fmt::format("{}", floatOf(be32(bytes, 0))) : fmt::format("{}", doubleOf(be64(bytes, 0)));
}

std::string floatsText(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    if (at > 0) text += ' ';
    text += floatText(bytes.substr(at, 4));
  }
  return text;
}

std::uint64_t unsignedOf(std::string_view bytes) { return bigEndian(bytes, 0, static_cast<int>(bytes.size())); }

std::string signedText(std::string_view bytes) {
  const int unused = 64 - static_cast<int>(bytes.size()) * 8;
  return std::to_string(static_cast<std::int64_t>(unsignedOf(bytes) << unused) >> unused);
}

// Type 0 leaves the kind to the writer: text if it reads as text.
std::optional<std::string> plainText(std::string_view value) {
  std::string text = fixedText(value, 0, value.size());
  if (text.empty() || !path::isUtf8(text)) return std::nullopt;
  return text;
}

}  // namespace

std::optional<std::string> metadataText(std::uint32_t type, std::string_view value) {
  const std::size_t size = value.size();
  if (size == 0) return std::nullopt;
  const auto whole = [size](std::size_t wanted, std::string text) {
    return size == wanted ? std::optional(std::move(text)) : std::nullopt;
  };
  switch (type) {
    case 0:
      return plainText(value);
    case 1:
      return std::string(value.substr(0, value.find('\0')));
    case 2:
      return utf16be(value);
    case 21:
      return size <= 8 ? std::optional(signedText(value)) : std::nullopt;
    case 22:
    case 75:
    case 76:
    case 77:
    case 78:
      return size <= 8 ? std::optional(std::to_string(unsignedOf(value))) : std::nullopt;
    case 23:
      return size == 4 ? std::optional(floatText(value)) : std::nullopt;
    case 24:
      return size == 8 ? std::optional(floatText(value)) : std::nullopt;
    case 65:
      return size == 1 ? std::optional(signedText(value)) : std::nullopt;
    case 66:
      return size == 2 ? std::optional(signedText(value)) : std::nullopt;
    case 67:
      return size == 4 ? std::optional(signedText(value)) : std::nullopt;
    case 74:
      return size == 8 ? std::optional(signedText(value)) : std::nullopt;
    case 70:  // point
    case 71:  // size
      return whole(8, floatsText(value));
    case 72:  // rectangle
      return whole(16, floatsText(value));
    case 79:  // 3x3 matrix
      return whole(36, floatsText(value));
    default:
      return std::nullopt;
  }
}

}  // namespace rollproof::camera
