// SPDX-License-Identifier: Apache-2.0
// A row of a report's spreadsheet table. Private to this folder. Threads: as a value. Errors: none; cells are escaped.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/interchange/csv.h"
#include "core/report/text.h"

namespace rollproof::report {

class TableRow {
 public:
  // `what` goes into the column "Row". The columns must outlive the row.
  TableRow(const std::vector<std::string>& columns, const char* what) : m_columns(columns) { put("Row", what); }
  void put(const char* column, const std::string& value) { m_values[column] = plain(value); }
  [[nodiscard]] std::string text() const {
    std::vector<std::string> cells;
    for (const auto& column : m_columns) {
      const auto found = m_values.find(column);
      cells.push_back(found == m_values.end() ? std::string() : found->second);
    }
    return interchange::csvRow(cells);
  }

 private:
  const std::vector<std::string>& m_columns;
  std::map<std::string, std::string> m_values;
};

[[nodiscard]] inline std::string listed(const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : "; ") + value;
  return out;
}

}  // namespace rollproof::report
