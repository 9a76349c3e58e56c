// SPDX-License-Identifier: Apache-2.0
// The proof of one scope, and what its findings come to.
// Threads: one verification, one caller. Errors: as verify.h says.
// Source: ASC MHL Specification v1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/mhl/verify.h"

namespace rollproof::mhl {

// A file as it was found, to tell the roll by.
struct HeldFile {
  std::string path;
  FileInfo info;
  const std::vector<model::Digest>* now = nullptr;
};
// Fills what an outcome says of the roll itself: files, bytes, content, inventory, formats.
void identify(VerifyOutcome& outcome, const std::vector<HeldFile>& files);

[[nodiscard]] std::string cacheText(std::uint64_t files);

// What is expected of a scope, when it is not to be read from its own folder.
struct GivenHistory {
  History history;
  std::vector<Finding> findings;
  bool wholeScope = true;  // false: files the manifest does not name are none of its business
};

// `part`: only what lies at or below this path of the scope, never sealed; "" all of it. `tree`: of the
// whole scope, if somebody has walked it just now.
[[nodiscard]] Result<VerifyOutcome> verifyScope(FileSystem& fs, const std::string& root, const VerifyOptions& options,
                                                const Clock& clock, jobs::Progress& progress, std::stop_token stop,
                                                const std::string& part, std::optional<GivenHistory> given,
                                                std::optional<Tree> tree = std::nullopt);

// The outcome that counts and findings come to; never better than they allow.
[[nodiscard]] VerifyResult judge(const VerifyOutcome& outcome);

}  // namespace rollproof::mhl
