// SPDX-License-Identifier: Apache-2.0
// A file of looks taken in and put onto clips at once, as somebody who opens it expects.
// Threads: as Session; blocks. Errors: those of the readers and of the catalog; a broken file adds nothing.
#pragma once

#include "core/session/session.h"

namespace rollproof::session {

// Files that may say which clips their looks are for: AMF, CDL collections, EDL, ALE.
[[nodiscard]] bool mayHoldMany(const std::string& path);

struct LookImport {
  std::vector<std::string> looks;        // their names, as kept
  std::size_t clips = 0;                 // that have one of them now
  std::vector<std::string> leftOver;     // looks of the file that no clip here has
  std::vector<std::string> without;      // clips that were given and got none
  std::vector<model::Warning> findings;  // what the file says that could not be taken
};
// One look in the file goes onto all clips; of several each goes onto the clips it is for.
[[nodiscard]] Result<LookImport> importLooks(Session& session, const std::string& path,
                                             const std::vector<catalog::ClipRow>& clips);

}  // namespace rollproof::session
