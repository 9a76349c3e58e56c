// SPDX-License-Identifier: Apache-2.0
// Sealing what was rendered: the files are read back past the page cache and recorded in the folder's ASC MHL history.
// Private to this folder. Threads: blocks; one writer a folder. Errors: Errc::cancelled, or why the history could not
// be written; then nothing says that the files are proven.
// Source: ASC MHL Specification v1.0 (a generation may speak of a few files of its scope).
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/dailies/dailies.h"
#include "core/jobs/progress.h"

namespace rollproof::session {

// What was rendered below a folder: files or folders of frames, absolute.
struct Deliverables {
  std::vector<std::string> made;      // now
  std::vector<std::string> standing;  // from before: sealed too if no history knows them, as after a crash
};
// The manifest's path, "" if there was nothing to say. Files that replaced others the history knows begin a
// new history, for one that calls them altered would be wrong: the old one steps aside with the time in its name, and
// all that is in the folder is sealed anew.
[[nodiscard]] Deliverables deliverablesOf(const std::vector<dailies::Rendered>& rendered);
[[nodiscard]] Result<std::string> sealFiles(FileSystem& fs, const std::string& folder, const Deliverables& deliverables,
                                            const Clock& clock, jobs::Progress& progress, std::stop_token stop);

}  // namespace rollproof::session
