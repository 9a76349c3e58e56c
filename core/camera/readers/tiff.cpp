// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/tiff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rollproof::camera {
namespace {

constexpr std::uint16_t kByte = 1, kAscii = 2, kShort = 3, kLong = 4, kRational = 5, kSignedByte = 6, kSignedShort = 8,
                        kSignedLong = 9, kSignedRational = 10, kFloat = 11, kDouble = 12;

std::uint64_t whole(std::string_view bytes, std::size_t at, int width, bool little) {
  return little ? littleEndian(bytes, at, width) : bigEndian(bytes, at, width);
}

struct Bounds {
  std::uint64_t valueBytes;
  std::size_t entries;
};

// `fetch(at, length)` gives at most that many bytes, as text or as a view of it.
template <class Fetch>
void walk(const Fetch& fetch, std::uint64_t directory, Bounds bounds, const TiffVisit& visit) {
  const auto head = fetch(0, 8);
  const std::string_view order = part(head, 0, 2);
  if (order != "II" && order != "MM") return;
  const bool little = order == "II";
  if (whole(head, 2, 2, little) != 42) return;
  if (directory == 0) directory = whole(head, 4, 4, little);
  const std::size_t entries = std::min<std::size_t>(whole(fetch(directory, 2), 0, 2, little), bounds.entries);
  const auto table = fetch(directory + 2, entries * 12);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string_view entry = part(table, i * 12, 12);
    if (entry.size() < 12) return;
    TiffValue value;
    value.type = static_cast<std::uint16_t>(whole(entry, 2, 2, little));
    value.count = static_cast<std::uint32_t>(whole(entry, 4, 4, little));
    value.little = little;
    const std::uint64_t length = static_cast<std::uint64_t>(tiffTypeBytes(value.type)) * value.count;
    if (length == 0 || length > bounds.valueBytes) continue;
    const auto far = length > 4 ? fetch(whole(entry, 8, 4, little), length) : fetch(0, 0);
    value.bytes = length > 4 ? std::string_view(far) : entry.substr(8, length);
    if (value.bytes.size() == length) visit(static_cast<std::uint16_t>(whole(entry, 0, 2, little)), value);
  }
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

std::uint64_t TiffValue::unsignedAt(std::size_t n) const {
  const int width = tiffTypeBytes(type);
  if (type != kByte && type != kShort && type != kLong) return 0;
  return whole(bytes, n * static_cast<std::size_t>(width), width, little);
}

void forEachTiffTag(std::string_view bytes, const TiffVisit& visit) {
  walk([bytes](std::uint64_t at, std::uint64_t length) { return part(bytes, at, length); }, 0, {bytes.size(), 0xFFFF},
       visit);
}

void forEachTiffTag(Content& content, std::uint64_t directory, const TiffVisit& visit) {
  walk([&content](std::uint64_t at, std::uint64_t length) { return content.read(at, length); }, directory, {4096, 512},
       visit);
}

}  // namespace rollproof::camera
