// SPDX-License-Identifier: Apache-2.0
// One CSV row, safe for spreadsheets. Threads: pure. Source: RFC 4180; OWASP CSV injection.
#pragma once

#include <string>
#include <vector>

namespace rollproof::interchange {

// Quoted where needed; a cell that starts with = + - @ (and is no plain number) gets a leading apostrophe. Ends in
// CRLF.
[[nodiscard]] std::string csvRow(const std::vector<std::string>& cells);

}  // namespace rollproof::interchange
