// SPDX-License-Identifier: Apache-2.0
// Exif's tag directory, as movie files carry it in boxes. Private to this folder. Pictures are OpenImageIO's business.
// Threads: pure. Errors: none; what does not fit is left out.
// Source: TIFF 6.0, section 2; Exif 2.32.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollproof::camera {

struct TiffValue {
  std::uint16_t type = 0;
  std::uint32_t count = 0;
  std::string_view bytes;
  bool little = false;

  [[nodiscard]] std::optional<double> number() const;  // the first value; nullopt if it is text or divides by zero
  [[nodiscard]] std::string text() const;              // text, or the first value in words; "" for anything else
};

[[nodiscard]] int tiffTypeBytes(std::uint16_t type);  // 0 for an unknown type

// Every entry of the first directory. Offsets count from the first byte of `bytes`.
void forEachTiffTag(std::string_view bytes, const std::function<void(std::uint16_t tag, const TiffValue&)>& visit);

}  // namespace rollproof::camera
