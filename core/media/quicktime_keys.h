// SPDX-License-Identifier: Apache-2.0
// QuickTime metadata whose values are numbers: FFmpeg drops most kinds and rounds the rest, cameras use them all.
// Threads: free function. Errors: none; a damaged box ends the reading and what was found stays.
// Source: QuickTime File Format, "Metadata Item Keys Atom" and "Well-known types".
#pragma once

#include <map>
#include <string>

#include "core/media/ffmpeg.h"

namespace rollproof::media {

// Key -> number as text ("800", "35.94"; points and rectangles as numbers with spaces between). Text values are not
// here.
[[nodiscard]] std::map<std::string, std::string> numericKeys(const LocalFile& file);

}  // namespace rollproof::media
