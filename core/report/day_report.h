// SPDX-License-Identifier: Apache-2.0
// What a day brought, from three sides: the day report (production: rolls, proof, totals), the dailies report
// (editorial: stills, slates, sound, looks, renders) and the camera report (the camera's crew: rolls with exposure,
// filters and lenses). Clips stand by day, unit and camera. Self-contained HTML or CSV, as report.h.
//   DayReport page; page.focus = Focus::dailies; page.clips = ...; dayReportHtml(page);
// Threads: pure functions. Errors: none; every value is escaped.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/report/report.h"

namespace rollproof::report {

enum class Focus { day, dailies, camera };
[[nodiscard]] const char* focusName(Focus focus);  // "Day report"

struct DayRoll {
  model::RollKey key;
  std::string camera, family;
  std::uint64_t files = 0, bytes = 0, clips = 0;
  model::Verdict verdict;
  std::vector<model::CopyReport> copies;
  std::string finishedAt;
};

struct DayRender {
  std::string preset, path;
  std::int64_t frames = 0;
  double errorMean = 0, errorP999 = 0;  // codes of 10 bit
};

struct DayClip {
  model::RollKey key;
  ReportClip entry;   // its renders stand below
  std::string sound;  // production sound in words; "" none was matched
  std::vector<DayRender> renders;
};

struct DayReport {
  Focus focus = Focus::day;
  std::string project;
  std::string scope;  // what was asked for beside the project: "2026-05-02, unit Main, camera A"
  std::vector<DayRoll> rolls;
  std::vector<DayClip> clips;
  std::string generatedAt, toolVersion;
};

struct DayTotals {
  std::uint64_t clips = 0, sounds = 0, circled = 0, bytes = 0, rendered = 0, errors = 0, warnings = 0;
  std::int64_t microseconds = 0;                 // of the clips with picture, each at its own rate
  std::map<std::string, std::uint64_t> renders;  // by preset
};
[[nodiscard]] DayTotals totalsOf(const std::vector<const DayClip*>& clips);
[[nodiscard]] std::string runningTime(std::int64_t microseconds);  // "1:02:03", seconds rounded

// One camera of one unit on one day, or its sound; in the order in which a report lists them.
struct DayGroup {
  std::string day, unit, camera;  // "A: ARRI ALEXA Mini"; "Sound"
  std::vector<const DayClip*> clips;
};
[[nodiscard]] std::vector<DayGroup> groupsOf(const DayReport& report);

[[nodiscard]] std::string dayReportHtml(const DayReport& report);
// The column "Row" says what a row is: total, roll, copy, finding, clip, render.
[[nodiscard]] std::string dayReportCsv(const DayReport& report);

}  // namespace rollproof::report
