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

constexpr std::string_view kFormula = "=+-@\t\r\n";

bool isIn(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

std::string cell(const std::string& value) {
  std::string out = value;
  // Spreadsheets run such cells as formulas, also after a leading tab or line break. One that begins like a guarded
  // cell is guarded too, so that reading takes away only what was put there.
  const bool formula = !out.empty() && isIn(kFormula, out.front()) && !isPlainNumber(out);
  const bool guarded = out.size() > 1 && out[0] == '\'' && (out[1] == '\'' || isIn(kFormula, out[1]));
  if (formula || guarded) out.insert(out.begin(), '\'');
  if (out.find_first_of(",;\t\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

constexpr std::size_t kMaxCells = 4'000'000;

char separatorOf(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    commas += c == ',' ? 1 : 0;
    semicolons += c == ';' ? 1 : 0;
    tabs += c == '\t' ? 1 : 0;
  }
  if (tabs > commas && tabs > semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

}  // namespace

Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char separator = separatorOf(text);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, wasQuoted = false;
  std::size_t cells = 0;
  const auto endCell = [&] {
    if (cell.size() > 1 && cell[0] == '\'' && (cell[1] == '\'' || isIn(kFormula, cell[1]))) cell.erase(0, 1);
    row.push_back(std::move(cell));
    cell.clear();
    wasQuoted = false;
    ++cells;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty() && !wasQuoted) {
      quoted = wasQuoted = true;
    } else if (c == separator) {
      endCell();
    } else if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      endCell();
      rows.push_back(std::move(row));
      row.clear();
    } else {
      cell += c;
    }
    if (cells > kMaxCells) return fail(Errc::corrupt, "the table has too many cells");
  }
  if (quoted) return fail(Errc::corrupt, "a quoted cell of the table never ends");
  if (!cell.empty() || !row.empty() || wasQuoted) {
    endCell();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string csvRow(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += cell(cells[i]);
  }
  return out + "\r\n";
}

}  // namespace rollproof::interchange
