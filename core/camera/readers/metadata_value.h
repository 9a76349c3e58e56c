// SPDX-License-Identifier: Apache-2.0
// One value of a movie's metadata list in words. Private to this folder.
// Threads: pure. Errors: nullopt for pictures, unknown types and sizes that do not fit the type.
// Source: QuickTime File Format, "Well-known types".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollproof::camera {

// Numbers in the shortest text that gives them back ("800", "35.94"); points, sizes, rectangles and matrices as numbers
// with blanks between.
[[nodiscard]] std::optional<std::string> metadataText(std::uint32_t type, std::string_view value);

}  // namespace rollproof::camera
