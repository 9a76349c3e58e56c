// SPDX-License-Identifier: Apache-2.0
// Exif's tag directory, as movie files carry it in boxes and digital negatives are made of. Private to this folder.
// Pixels are OpenImageIO's business.
// Threads: pure, but for the file that is read. Errors: none; what does not fit is left out.
// Source: TIFF 6.0, section 2; Exif 2.32.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/camera/readers/content.h"

namespace rollproof::camera {

struct TiffValue {
  std::uint16_t type = 0;
  std::uint32_t count = 0;
  std::string_view bytes;
  bool little = false;

  [[nodiscard]] std::optional<double> number() const;  // the first value; nullopt if it is text or divides by zero
  [[nodiscard]] std::string text() const;              // text, or the first value in words; "" for anything else
  [[nodiscard]] std::uint64_t unsignedAt(
      std::size_t n) const;  // the n-th value of an unsigned type; 0 for anything else
};

[[nodiscard]] int tiffTypeBytes(std::uint16_t type);  // 0 for an unknown type

// Every entry of the first directory. Offsets count from the first byte of `bytes`.
using TiffVisit = std::function<void(std::uint16_t tag, const TiffValue&)>;
void forEachTiffTag(std::string_view bytes, const TiffVisit& visit);
// The same for the directory at `directory` of a whole file, 0 for its first. Values longer than 4 KB are left out, and
// so is what stands behind the 512th entry.
void forEachTiffTag(Content& content, std::uint64_t directory, const TiffVisit& visit);

}  // namespace rollproof::camera
