// SPDX-License-Identifier: Apache-2.0
// CSV: a row safe for spreadsheets, and tables of any program read. Threads: pure functions. Errors: Errc::corrupt.
// Source: RFC 4180; OWASP CSV injection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace rollproof::interchange {

// Quoted where needed; a cell that starts with = + - @ (and is no plain number) gets a leading apostrophe. Ends in
// CRLF.
[[nodiscard]] std::string csvRow(const std::vector<std::string>& cells);
// Rows of cells, apart by comma, semicolon or tab, whichever the first line has most of outside quotes; the apostrophe
// that csvRow puts before a formula is taken away again. What csvRow wrote is read as the same cells. Errc::corrupt for
// a quote that never ends and for more cells than a table of clips has.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text);

}  // namespace rollproof::interchange
