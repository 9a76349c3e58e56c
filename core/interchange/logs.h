// SPDX-License-Identifier: Apache-2.0
// Logs read back: what an ALE, EDL, OTIO, CSV or CDL file says of clips, and which clips it says it of.
// Threads: pure functions. Errors: Errc::corrupt for text that is none of these.
// Source: as ale.h, edl.h, otio.h, csv.h and cdl.h; matching by reel and timecode is how editing systems relink.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/timecode.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

// One row, event or clip of a log.
struct LogEntry {
  std::string where;  // "row 3", "event 012", "clip 4"
  std::string name, reel, sourceFile, uuid;
  std::string start;                        // timecode text; "" none
  std::optional<std::int64_t> startFrames;  // where the log counts frames, at this rate
  FrameRate rate;                           // invalid unless the log says
  // Field as catalog::Catalog::annotate names it ("scene", "take", "circled", "notes", ...) -> value; never "".
  std::map<std::string, std::string> values;
  std::optional<model::Cdl> cdl;
};

struct Log {
  std::string kind;  // "ale", "edl", "otio", "csv", "cdl"
  std::vector<LogEntry> entries;
  std::vector<std::string> findings;
};

// Its kind is told by its content.
[[nodiscard]] Result<Log> readLog(std::string_view text);

struct LogMatch {
  enum class How { matched, ambiguous, unmatched } how = How::unmatched;
  std::size_t clip = 0;                 // of a match
  std::vector<std::size_t> candidates;  // of an ambiguous one
  std::string why;                      // one sentence, whatever came of it
};

// One for each entry. A unique id counts first, then reel and timecode, then name and timecode; a name alone only where
// the log has no timecode. Where nothing else has that reel or name, six characters or more that begin one do. A
// timecode that contradicts is never passed over.
[[nodiscard]] std::vector<LogMatch> matchLog(const Log& log, const std::vector<model::Clip>& clips);

}  // namespace rollproof::interchange
