// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/ale.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/interchange/text_lines.h"

namespace rollproof::interchange {
namespace {

// Each row is padded to the columns, so a small hostile file could otherwise ask for terabytes.
constexpr std::size_t kMaxColumns = 1024;
constexpr std::size_t kMaxCells = 4'000'000;

std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t tab = line.find('\t');
    out.emplace_back(trimEnds(line.substr(0, tab)));
    if (tab == std::string_view::npos) return out;
    line.remove_prefix(tab + 1);
  }
}

void dropTrailingEmpty(std::vector<std::string>& list) {
  while (!list.empty() && list.back().empty()) list.pop_back();
}

tl::unexpected<Error> bad(const Lines& lines, std::string_view what) {
  return fail(Errc::corrupt, fmt::format("ALE line {}: {}", lines.number(), what));
}

std::string oneLine(std::string_view value) {
  std::string out(value);
  for (char& c : out) {
    if (c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f') c = ' ';
  }
  return out;
}

void appendRow(std::string& out, const std::vector<std::string>& row, std::size_t columns) {
  for (std::size_t i = 0; i < columns; ++i) {
    if (i > 0) out += '\t';
    if (i < row.size()) out += oneLine(row[i]);
  }
  out += '\n';
}

}  // namespace

std::string Ale::value(std::size_t row, std::string_view column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end() || row >= rows.size()) return {};
  const auto index = static_cast<std::size_t>(found - columns.begin());
  return index < rows[row].size() ? rows[row][index] : std::string();
}

Result<Ale> parseAle(std::string_view text) {
  enum class Section { none, heading, column, data };
  Ale ale;
  Lines lines(text);
  Section section = Section::none;
  std::string_view line;
  while (lines.next(line)) {
    const std::string_view word = trimEnds(line);
    if (word.empty() && section != Section::data) continue;
    // "Data" inside the data section is a clip's own cell, so keywords count only in their order.
    if (section == Section::none) {
      if (word != "Heading") return bad(lines, "expected the keyword Heading");
      section = Section::heading;
    } else if (section == Section::heading && word == "Column") {
      section = Section::column;
    } else if (section == Section::heading) {
      const std::size_t tab = line.find('\t');
      std::string key(trimEnds(line.substr(0, tab)));
      std::string value(tab == std::string_view::npos ? std::string_view() : trimEnds(line.substr(tab)));
      if (key == "FIELD_DELIM" && value != "TABS") return bad(lines, "only tab-delimited logs can be read");
      ale.heading.emplace_back(std::move(key), std::move(value));
    } else if (section == Section::column && ale.columns.empty()) {
      ale.columns = cells(line);
      dropTrailingEmpty(ale.columns);
      if (ale.columns.size() > kMaxColumns) return bad(lines, "too many columns");
    } else if (section == Section::column) {
      if (word != "Data") return bad(lines, "expected the keyword Data");
      section = Section::data;
    } else if (!word.empty()) {
      std::vector<std::string> row = cells(line);
      dropTrailingEmpty(row);
      if (row.size() > ale.columns.size()) return bad(lines, "more cells than columns");
      if ((ale.rows.size() + 1) * ale.columns.size() > kMaxCells) return bad(lines, "too many cells");
      row.resize(ale.columns.size());
      ale.rows.push_back(std::move(row));
    }
  }
  if (section == Section::none) return fail(Errc::corrupt, "ALE line 1: the log is empty");
  return ale;
}

std::string formatAle(const Ale& ale) {
  std::string out = "Heading\n";
  for (const auto& [key, value] : ale.heading) out += oneLine(key) + '\t' + oneLine(value) + '\n';
  out += "\nColumn\n";
  appendRow(out, ale.columns, ale.columns.size());
  out += "\nData\n";
  for (const auto& row : ale.rows) appendRow(out, row, ale.columns.size());
  return out;
}

}  // namespace rollproof::interchange
