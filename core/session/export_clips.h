// SPDX-License-Identifier: Apache-2.0
// The library's clips as files for editing systems: ALE, EDL, OTIO, CCC, CSV, and one AMF a clip.
// Threads: as Session. Errors: Errc::exists where a file stands already and may not be replaced; Errc::notFound where
// no clip matches; those of interchange/exports.h with the clip's name. A file gets its name only when it is whole.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/session/session.h"

namespace rollproof::session {

enum class ExportKind { ale, edl, otio, ccc, csv, amf };

struct ExportSettings {
  ExportKind kind = ExportKind::ale;
  std::string query;                  // "" = the whole library
  std::vector<catalog::ClipId> only;  // of what the query finds, only these; empty = all of it
  std::string path;                   // the file; of AMFs their folder, which is made. Any path form
  std::string title;                  // of EDL and OTIO; "" = the file's own name
  std::string amfDirectory;           // AMFs there are named in ALE, EDL and OTIO, in place of inline CDLs; "" none
  bool replace = false;
};

struct ExportOutcome {
  std::vector<std::string> files;  // absolute
  std::size_t clips = 0;
  std::vector<model::Warning> warnings;
};

[[nodiscard]] Result<ExportOutcome> exportClips(Session& session, const ExportSettings& settings,
                                                std::stop_token stop = {});

}  // namespace rollproof::session
