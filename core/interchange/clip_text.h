// SPDX-License-Identifier: Apache-2.0
// A clip record's values as the words that logs and tables use; "" where the record has none. Private to this folder.
// Threads: pure functions.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>

#include "core/base/path.h"
#include "core/interchange/cdl.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

inline std::string startText(const model::Clip& clip) { return clip.start ? clip.start->text() : std::string(); }
inline std::string endText(const model::Clip& clip) {
  return clip.start && clip.durationFrames ? clip.start->plus(*clip.durationFrames).text() : std::string();
}
inline std::string durationTimecode(const model::Clip& clip) {
  if (!clip.durationFrames || !clip.frameRate.valid()) return {};
  return Timecode{*clip.durationFrames, clip.frameRate, clip.start && clip.start->dropFrame}.text();
}
inline std::string sourceFile(const model::Clip& clip) {
  for (const auto& file : clip.files) {
    if (file.role == model::FileRole::essence || file.role == model::FileRole::audio) return path::fileName(file.path);
  }
  return {};
}
inline std::string countText(std::int64_t value) { return value > 0 ? fmt::format("{}", value) : std::string(); }
inline std::string numberText(std::optional<int> value) { return value ? fmt::format("{}", *value) : std::string(); }
inline std::string numberText(std::optional<double> value) {
  return value ? fmt::format("{:.6g}", *value) : std::string();
}
inline std::string circledText(const model::Clip& clip) {
  return clip.slate.circled ? (*clip.slate.circled ? "yes" : "no") : "";
}
inline std::string shootDate(const model::Clip& clip) { return clip.recordedAt.substr(0, 10); }
inline std::string rationalText(const std::optional<Rational>& value) {
  return value && value->den != 0 ? fmt::format("{}/{}", value->num, value->den) : std::string();
}
inline std::string sopText(const model::Clip& clip) {
  return clip.colour.cdl ? formatSop(*clip.colour.cdl) : std::string();
}
inline std::string satText(const model::Clip& clip) {
  return clip.colour.cdl ? formatSat(*clip.colour.cdl) : std::string();
}

}  // namespace rollproof::interchange
