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
#include "core/jobs/progress.h"

namespace rollproof::session {

// `paths` are files or folders of frames below `folder`, absolute. Files that replaced others the history knows begin a
// new history, for one that calls them altered would be wrong: the old one steps aside with the time in its name, and
// all that is in the folder is sealed anew. The manifest's path.
[[nodiscard]] Result<std::string> sealFiles(FileSystem& fs, const std::string& folder,
                                            const std::vector<std::string>& paths, const Clock& clock,
                                            jobs::Progress& progress, std::stop_token stop);

}  // namespace rollproof::session
