// SPDX-License-Identifier: Apache-2.0
// Paths are raw bytes: a card may hold names that are not UTF-8, and not one of them may be lost or changed.
// Threads: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

namespace rollproof::path {

// "a" + "b/c" -> "a/b/c"; an empty side gives the other.
[[nodiscard]] std::string join(std::string_view left, std::string_view right);
[[nodiscard]] std::string fileName(std::string_view path);   // after the last '/', trailing slashes ignored
[[nodiscard]] std::string parent(std::string_view path);     // before the last '/'; "" for a bare name, "/" at the root
[[nodiscard]] std::string stem(std::string_view path);       // file name without its last extension
[[nodiscard]] std::string extension(std::string_view path);  // lower case, no dot; "" if none
[[nodiscard]] std::string lowerAscii(std::string_view text);  // only A-Z change
// Absolute, without "." / ".." / doubled slashes, by text alone (links are not followed).
[[nodiscard]] std::string absolute(std::string_view path);
// Is `inner` the same as, or inside, `outer`? Both absolute.
[[nodiscard]] bool isWithin(std::string_view inner, std::string_view outer);
// Safe to append to a root: relative, not empty, no "", "." or ".." component, no NUL.
[[nodiscard]] bool isSafeRelative(std::string_view path);
[[nodiscard]] bool isUtf8(std::string_view bytes);
// For eyes and JSON only: invalid bytes and control characters become U+FFFD.
[[nodiscard]] std::string display(std::string_view bytes);
// Every byte outside unreserved characters and '/' as %XX; exact and reversible.
[[nodiscard]] std::string percentEncode(std::string_view bytes);
[[nodiscard]] std::string percentDecode(std::string_view text);

}  // namespace rollproof::path
