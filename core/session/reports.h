// SPDX-License-Identifier: Apache-2.0
// Day, dailies and camera reports of what the library knows.
//   ReportOrder order; order.focus = report::Focus::dailies; order.day = "2026-05-02"; writeReport(session, order);
// Threads: as Session. Errors: Errc::notFound when nothing of the library fits the order; of the catalog and the disk.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/report/day_report.h"
#include "core/session/session.h"

namespace rollproof::session {

struct ReportOrder {
  report::Focus focus = report::Focus::day;
  std::string project, day;  // "" = all
  std::string unit;          // of the slate
  std::string camera;        // letter, or how its name begins
  std::string query;         // as Session::clips, narrows further
  std::string directory;     // "" = 'reports' beside the first copy
};

struct WrittenReport {
  std::string html, csv;
  std::size_t rolls = 0, clips = 0;
};

// The page, for HTML, CSV or paper. A day's rolls are in it though none of their clips could be read.
[[nodiscard]] Result<report::DayReport> gatherReport(Session& session, const ReportOrder& order,
                                                     std::stop_token stop = {});
[[nodiscard]] Result<WrittenReport> writeReport(Session& session, const ReportOrder& order, std::stop_token stop = {});

}  // namespace rollproof::session
