// SPDX-License-Identifier: Apache-2.0
// Seals a folder where it stands: reads every file past the page cache, checks it against what its history recorded,
// and appends a generation that says what was found; the first one for a folder without a history.
//
//   auto outcome = sealInPlace(fs, "/media/RAID-A/2026-05-02/A001", {creatorHere()}, systemClock(), progress, stop);
//
// New files are recorded `original`, those that match `verified`, those that differ `failed`. A file that is gone while
// the same content stands under a name nobody recorded is a rename. A format asked for here is added in the same read
// that checks the old ones. Histories nested below get their generation first, all with one start time, and the
// enclosing ones vouch for them by c4.
// Promises: media is only read, links are never followed, whatever is neither file nor folder is named and left alone.
//           Nothing is written when it was stopped, or when the history is broken.
// Threads: blocks its caller; one writer a scope. Errors: Errc::notFound, Errc::usage (not a folder, a pattern XML
// cannot hold). All else is in the outcome. Source: ASC MHL Specification v1.0; Implementation Guidelines v1.0.
#pragma once

#include "core/mhl/verify.h"

namespace rollproof::mhl {

struct SealOptions {
  Creator creator;
  std::vector<model::HashFormat> formats;    // besides those the history has; none and no history: xxh64
  std::vector<std::string> ignorePatterns;   // gitignore syntax anchored to the folder; join the history's for good
  std::shared_ptr<const StationKey> signer;  // signs each history once all of it is sealed (see signature.h)
};

// sealed: all is recorded and as recorded before. defect: a generation was written, and it says failed or something is
// missing; or the history itself is broken. incomplete: some files could not be read, or it was stopped.
// failed: the generation could not be written.
enum class SealResult { failed, incomplete, defect, sealed };
[[nodiscard]] const char* name(SealResult result);

struct SealOutcome {
  std::string scope;  // absolute
  SealResult result = SealResult::failed;
  bool cancelled = false;
  std::uint64_t original = 0, verified = 0, renamed = 0, failed = 0, missing = 0, unreadable = 0;
  std::uint64_t bytesRead = 0;
  std::vector<Finding> findings;       // as verify.h lists them, paths relative to scope
  std::vector<std::string> manifests;  // absolute paths of the generations written, innermost first
};

[[nodiscard]] Result<SealOutcome> sealInPlace(FileSystem& fs, const std::string& folder, const SealOptions& options,
                                              const Clock& clock, jobs::Progress& progress, std::stop_token stop);

}  // namespace rollproof::mhl
