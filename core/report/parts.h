// SPDX-License-Identifier: Apache-2.0
// Pieces of a report's page that several reports have. Private to this folder.
// Threads: pure functions. Errors: none; every value is escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/report/report.h"
#include "core/report/text.h"

namespace rollproof::report {

extern const char* const kTick;
extern const char* const kCross;
extern const char* const kRing;

[[nodiscard]] std::string plural(std::uint64_t count, const char* one, const char* many);
// A block of its own, "" for nothing.
[[nodiscard]] std::string line(const std::string& text, const char* style = "");
[[nodiscard]] std::string heading(const std::string& text, const std::string& note = {});
[[nodiscard]] std::string stateHtml(model::CopyState state);
[[nodiscard]] std::string findingsHtml(const std::vector<const model::Clip*>& clips);
[[nodiscard]] std::string thumbnailHtml(const ReportClip& entry);
[[nodiscard]] std::string slateText(const model::Slate& slate);  // "Scene 12A, take 3, circled"
[[nodiscard]] std::string timeHtml(const model::Clip& clip);
[[nodiscard]] std::string openPage(const std::string& title);
[[nodiscard]] std::string closePage(const std::string& generatedAt, const std::string& toolVersion);

}  // namespace rollproof::report
