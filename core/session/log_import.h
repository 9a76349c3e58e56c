// SPDX-License-Identifier: Apache-2.0
// What an ALE, EDL, OTIO, CSV or CDL file says, put onto the library's clips: scene, take, circled, notes and CDL.
// Threads: as Session. Errors: of the file (Errc::corrupt, notFound, ...) and of the catalog; what a single entry
// cannot say is a problem beside it, and the others go on.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/interchange/logs.h"
#include "core/session/session.h"

namespace rollproof::session {

struct LogChange {
  std::string field;  // as Session::annotate, or "cdl"
  std::string previous, value;
};

struct ImportedEntry {
  std::string where, name;  // in the log
  interchange::LogMatch::How how = interchange::LogMatch::How::unmatched;
  std::string why;
  std::optional<catalog::ClipId> clip;
  std::string clipName;
  std::vector<LogChange> changes;  // that were made, or that would be
  std::vector<std::string> problems;
};

struct LogImport {
  std::string kind;  // "ale", "edl", "otio", "csv", "cdl"
  std::vector<std::string> findings;
  std::vector<ImportedEntry> entries;
  std::size_t matched = 0, ambiguous = 0, unmatched = 0;  // entries
  std::size_t changed = 0;                                // clips
};

// The clips that `query` finds are the ones that may be meant; "" = the whole library. Empty cells of a log change
// nothing. With dryRun nothing is changed at all.
[[nodiscard]] Result<LogImport> importLog(Session& session, const std::string& path, const std::string& query,
                                          bool dryRun, std::stop_token stop = {});

}  // namespace rollproof::session
