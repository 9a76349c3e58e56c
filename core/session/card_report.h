// SPDX-License-Identifier: Apache-2.0
// A roll's card report: its first page from the library's row, and the files it becomes. Private to this folder.
// Threads: pure, and blocking I/O. Errors: Errc::usage where nobody said where it shall go. Source: none.
#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/report/report.h"

namespace rollproof::session {

// Without clips and records of files.
[[nodiscard]] report::CardReport reportOf(const catalog::RollRow& roll);
// What could not be had is left out.
[[nodiscard]] report::ReportClip reportClipOf(const catalog::ClipRow& row, const Result<std::string>& jpeg,
                                              const Result<std::vector<catalog::RenderFact>>& renders);
// HTML and CSV of any report beside each other, by this name without a suffix; the HTML's path.
[[nodiscard]] Result<std::string> writePages(const std::string& folder, const std::string& name,
                                             const std::string& html, const std::string& csv);
// directory "" = "reports" beside the roll's first copy. The HTML's path.
[[nodiscard]] Result<std::string> writeReport(const report::CardReport& page, const std::string& directory);

}  // namespace rollproof::session
