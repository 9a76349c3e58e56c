// SPDX-License-Identifier: Apache-2.0
// Key, length, value: the one coding of everything in an MXF file. Private to this folder.
// Threads: one Content belongs to one thread. Errors: nullopt where a key, a length or a value's end is not to be had;
// what was read before stays good.
// Source: SMPTE ST 336 (KLV, BER lengths, local sets), ST 377-1.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/camera/readers/content.h"

namespace rollproof::camera {

inline constexpr std::size_t kLabelBytes = 16;
inline constexpr std::string_view kSmpteLabel("\x06\x0E\x2B\x34", 4);  // every universal label begins so

// BER: one byte below 128, else how many bytes of length follow; `at` moves behind it. The indefinite form of no such
// file is refused.
[[nodiscard]] std::optional<std::uint64_t> berLength(std::string_view bytes, std::size_t& at);

struct Klv {
  std::string key;                   // 16 bytes
  std::uint64_t begin = 0, end = 0;  // of the value, in the file; the end may lie behind the file's
};
// What begins at the offset. Costs one small read, whatever its length.
[[nodiscard]] std::optional<Klv> klvAt(Content& content, std::uint64_t offset);

// Items of a local set with tags and lengths of two bytes.
void forEachItem(std::string_view set, const std::function<void(std::uint16_t tag, std::string_view value)>& visit);

}  // namespace rollproof::camera
