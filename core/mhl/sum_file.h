// SPDX-License-Identifier: Apache-2.0
// Checksum files as cards and shuttle drives carry them: .md5, .sha1, .xxh, .xxh64, .xxh128, .xxh3, .xxhsum.
// Threads: plain functions. Errors: Errc::corrupt for a file without one line that is understood.
// Source: GNU coreutils md5sum, BSD md5, xxhsum(1) (big-endian, and --little-endian); lines from Windows tools.
#pragma once

#include <string>
#include <string_view>

#include "core/mhl/classic.h"

namespace rollproof::mhl {

// By its extension alone.
[[nodiscard]] bool isSumFile(std::string_view name);

// `name` is the sum file's own: its extension says which hash a bare value is, and a file that holds nothing but one
// value is about the file whose name is left without the extension (`clip.mov.md5`).
// Understood: "value  name", "value *name", "\\value  name" with line ends and backslashes escaped, "MD5 (name) =
// value", "XXH3_value  name"; Windows paths and line ends; blank lines and lines that begin with # or ; are comments.
[[nodiscard]] Result<HashList> parseSums(std::string_view text, std::string_view name);

}  // namespace rollproof::mhl
