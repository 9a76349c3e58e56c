// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/tiff.h"

#include <fmt/format.h>

#include <cmath>

#include "core/camera/readers/content.h"

namespace rollproof::camera {
namespace {

constexpr std::uint16_t kByte = 1, kAscii = 2, kShort = 3, kLong = 4, kRational = 5, kSignedByte = 6, kSignedShort = 8,
                        kSignedLong = 9, kSignedRational = 10, kFloat = 11, kDouble = 12;

std::uint64_t whole(std::string_view bytes, std::size_t at, int width, bool little) {
  return little ? littleEndian(bytes, at, width) : bigEndian(bytes, at, width);
}

}  // namespace

int tiffTypeBytes(std::uint16_t type) {
  constexpr int kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

std::optional<double> TiffValue::number() const {
  if (count == 0 || bytes.size() < static_cast<std::size_t>(tiffTypeBytes(type))) return std::nullopt;
  const auto at32 = [this](std::size_t at) { return static_cast<std::uint32_t>(whole(bytes, at, 4, little)); };
  switch (type) {
    case kByte:
      return u8(bytes, 0);
    case kSignedByte:
      return static_cast<std::int8_t>(u8(bytes, 0));
    case kShort:
      return static_cast<double>(whole(bytes, 0, 2, little));
    case kSignedShort:
      return static_cast<std::int16_t>(whole(bytes, 0, 2, little));
    case kLong:
      return at32(0);
    case kSignedLong:
      return static_cast<std::int32_t>(at32(0));
    case kRational:
      if (at32(4) == 0) return std::nullopt;
      return static_cast<double>(at32(0)) / at32(4);
    case kSignedRational:
      if (at32(4) == 0) return std::nullopt;
      return static_cast<double>(static_cast<std::int32_t>(at32(0))) / static_cast<std::int32_t>(at32(4));
    case kFloat:
      return static_cast<double>(floatOf(at32(0)));
    case kDouble:
      return doubleOf(whole(bytes, 0, 8, little));
    default:
      return std::nullopt;
  }
}

std::string TiffValue::text() const {
  if (type == kAscii) return fixedText(bytes, 0, bytes.size());
  if (type == kRational && count > 0 && bytes.size() >= 8) {
    return fmt::format("{}/{}", whole(bytes, 0, 4, little), whole(bytes, 4, 4, little));
  }
  const auto value = number();
  return value && std::isfinite(*value) ? fmt::format("{:.9g}", *value) : std::string();
}

void forEachTiffTag(std::string_view bytes, const std::function<void(std::uint16_t tag, const TiffValue&)>& visit) {
  const std::string_view order = part(bytes, 0, 2);
  if (order != "II" && order != "MM") return;
  const bool little = order == "II";
  if (whole(bytes, 2, 2, little) != 42) return;
  const std::size_t directory = whole(bytes, 4, 4, little);
  const std::size_t entries = whole(bytes, directory, 2, little);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string_view entry = part(bytes, directory + 2 + i * 12, 12);
    if (entry.size() < 12) return;
    TiffValue value;
    value.type = static_cast<std::uint16_t>(whole(entry, 2, 2, little));
    value.count = static_cast<std::uint32_t>(whole(entry, 4, 4, little));
    value.little = little;
    const std::uint64_t length = static_cast<std::uint64_t>(tiffTypeBytes(value.type)) * value.count;
    if (length == 0 || length > bytes.size()) continue;
    value.bytes = length <= 4 ? entry.substr(8, length) : part(bytes, whole(entry, 8, 4, little), length);
    if (value.bytes.size() == length) visit(static_cast<std::uint16_t>(whole(entry, 0, 2, little)), value);
  }
}

}  // namespace rollproof::camera
