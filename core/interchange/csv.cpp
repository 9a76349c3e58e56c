// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/csv.h"

#include <string_view>

namespace rollproof::interchange {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isPlainNumber(std::string_view text) {
  std::size_t at = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  std::size_t digits = 0;
  for (; at < text.size() && isDigit(text[at]); ++at) ++digits;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && isDigit(text[at]); ++at) ++digits;
  }
  return digits > 0 && at == text.size();
}

std::string cell(const std::string& value) {
  std::string out = value;
  // Spreadsheets run such cells as formulas, also after a leading tab or line break.
  if (!out.empty() && std::string_view("=+-@\t\r\n").find(out.front()) != std::string_view::npos &&
      !isPlainNumber(out)) {
    out.insert(out.begin(), '\'');
  }
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string csvRow(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += cell(cells[i]);
  }
  return out + "\r\n";
}

}  // namespace rollproof::interchange
