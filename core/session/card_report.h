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
[[nodiscard]] report::ReportClip reportClipOf(const catalog::ClipRow& row, const std::string& jpeg,
                                              const std::vector<catalog::RenderFact>& renders);
// HTML and CSV beside each other; the HTML's path. directory "" = "reports" beside the roll's first copy.
[[nodiscard]] Result<std::string> writeReport(const report::CardReport& page, const std::string& directory);

}  // namespace rollproof::session
