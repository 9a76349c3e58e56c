// SPDX-License-Identifier: Apache-2.0
// Avid Log Exchange text <-> rows. No files, no media.
// Threads: pure functions. Errors: Errc::corrupt with the line's number.
// Source: Avid Log Specifications (Media Composer manuals).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

struct Ale {
  std::vector<std::pair<std::string, std::string>> heading;  // in order
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as columns
  // Value of a column by name in a row; "" if there is none.
  [[nodiscard]] std::string value(std::size_t row, std::string_view column) const;
};

// Takes LF, CR or CRLF, blank lines between sections, empty cells, header-only files.
[[nodiscard]] Result<Ale> parseAle(std::string_view text);
// Tabs and line breaks inside a value become blanks; no tab after the last title.
[[nodiscard]] std::string formatAle(const Ale& ale);
// Clips of one frame rate as an ALE by Avid's rules (End exclusive).
[[nodiscard]] Ale aleFromClips(const std::vector<model::Clip>& clips);
// Clip records as CSV (RFC 4180; cells starting with = + - @ are quoted with a leading apostrophe).
[[nodiscard]] std::string csvFromClips(const std::vector<model::Clip>& clips);

}  // namespace rollproof::interchange
