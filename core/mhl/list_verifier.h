// SPDX-License-Identifier: Apache-2.0
// Proof of a folder against lists of hashes (classic MHL, sum files) where no history is.
// Threads: as verify.h. Errors: Errc::notFound; a list that cannot be read is a finding.
// Source: core/mhl/classic.h, core/mhl/sum_file.h.
#pragma once

#include "core/mhl/check.h"
#include "core/mhl/classic.h"

namespace rollproof::mhl {

// Could this file be such a list? By name; a .mhl may turn out to be an ASC MHL.
[[nodiscard]] bool isHashList(const std::string& path);

// Is the text of a .mhl no ASC MHL? A packing list lies outside any history and is one all the same.
[[nodiscard]] bool isClassicText(std::string_view text);
// The list in a file that isHashList.
[[nodiscard]] Result<HashList> readHashList(const FileSystem& fs, const std::string& path);

// `lists`: paths relative to root, each speaking of files at or below its own folder. Never sealed.
[[nodiscard]] Result<VerifyOutcome> verifyLists(FileSystem& fs, const std::string& root,
                                                const std::vector<std::string>& lists, const VerifyOptions& options,
                                                jobs::Progress& progress, std::stop_token stop);

}  // namespace rollproof::mhl
