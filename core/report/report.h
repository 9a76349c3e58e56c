// SPDX-License-Identifier: Apache-2.0
// The card report: one page model, written as self-contained HTML (no scripts, no outside references) or CSV.
// Threads: pure functions. Errors: none; every value is escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/clip.h"
#include "core/model/file_record.h"
#include "core/model/roll.h"
#include "core/model/verdict.h"

namespace rollproof::report {

struct ReportClip {
  model::Clip clip;
  std::string thumbnailJpeg;         // bytes, "" none
  std::string look;                  // colour in words
  std::vector<std::string> renders;  // "h264-review: /path"
};

struct CardReport {
  model::RollKey key;
  std::string family, camera, source;
  std::uint64_t files = 0, bytes = 0;
  model::Verdict verdict;
  std::vector<model::CopyReport> copies;
  std::vector<model::FileProblem> problems;
  std::vector<ReportClip> clips;
  std::vector<model::FileRecord> records;
  std::string finishedAt, generatedAt, toolVersion;
};

[[nodiscard]] std::string cardReportHtml(const CardReport& report);
[[nodiscard]] std::string cardReportCsv(const CardReport& report);

}  // namespace rollproof::report
