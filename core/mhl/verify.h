// SPDX-License-Identifier: Apache-2.0
// Proof of a roll, a drive or one manifest against what was recorded: every recorded hash of every file, computed in
// one read past the page cache, and the folders' hashes with them.
//
//   auto outcome = verifyRoll(fs, "/media/RAID-A/2026-05-02/A001", {}, systemClock(), progress, stop);
//
// Findings are those of mhl.h and:
//   cache_verified_only  read through the page cache, which can answer for a damaged disk (information)
//   not_regular          a link, FIFO or device lies in the scope; never followed or read (information)
//   unsealed             files under the path belong to no history (information, verifyTree)
//   hash_list            a classic MHL or checksum file was used: no chain proves it (information)
//   size_only            files whose list has no hash for them (information)
//   signature, signed    who signed the history; that it was signed now (information)
//   signature_broken     the history is not what was signed: a defect
//   not_signed           what was found, or the place, does not allow a signature (information)
//   older_history        a history from before the standard (asc-mhl/); not read
//   seal_failed          the checks are as said, but the new generation could not be written
//   sealed               the generation that was written (information)
//   not_sealed           none was: the place takes no writing, or only a part of a roll was checked (information)
// Outcome: defect for missing, altered, directory_hash, reference, signature_broken, manifest_altered,
// manifest_missing, chain_missing, chain_gap; else incomplete for unreadable, a manifest asked for by name that its own
// folder's chain does not list, a stop, or nothing checked; else verified. New and renamed files, unlisted manifests
// beside a whole chain and information leave it as it is. A manifest outside any ascmhl folder (a packing list) is
// taken at its word. Promises: files are only read; a seal only adds (see appendGeneration). A link is never followed.
// Hashes of a file
//           that does not match are computed a second time, and the finding says whether the second read agreed.
// Threads: blocks its caller; one verify of a scope at a time if it seals. Stops within one block.
// Errors: Errc::notFound for a path that is not there; Errc::corrupt if the original to compare with cannot be proven;
//         Errc::usage. All else is in the outcome.
// Source: ASC MHL Specification v1.0; Implementation Guidelines v1.0, "verifying".
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/jobs/progress.h"
#include "core/mhl/mhl.h"

namespace rollproof::mhl {

class StationKey;  // signature.h

struct VerifyOptions {
  bool seal = true;     // append a generation with what was found (never for a single manifest)
  std::string against;  // another copy's roll (or its manifest): compare with its first generation; "" = no
  Creator creator;      // who seals
  // For a seal in place (see seal_in_place.h):
  bool begin = false;                       // a folder without a history gets its first generation
  std::vector<model::HashFormat> formats;   // recorded besides those the history has
  std::vector<std::string> ignorePatterns;  // join the roll's own for good
  // Who vouches (see signature.h): signs each history that was verified, and whose signatures are trusted.
  std::shared_ptr<const StationKey> signer;
  std::vector<std::string> trustedKeys;
  bool listProven = false;  // fill VerifyOutcome::proven, with a hash that a classic MHL can hold
};

enum class VerifyResult { unknown, verified, defect, incomplete, unsealed };
[[nodiscard]] const char* name(VerifyResult result);  // "verified", ... ; unknown is "incomplete"

struct VerifyOutcome {
  std::string scope;  // absolute, what was verified
  std::string part;   // only this path below the scope was asked for; "" all of it
  VerifyResult result = VerifyResult::unknown;
  bool cancelled = false;
  std::uint64_t verified = 0, missing = 0, altered = 0, newFiles = 0, renamed = 0, unreadable = 0;
  std::uint64_t bytesRead = 0;
  // What the roll is now, to tell rolls apart and count them. Empty and zero when unsealed.
  std::uint64_t files = 0, bytes = 0;      // regular files that no pattern ignores
  std::string sealedName;                  // of the folder when the first generation was written; "" not known
  std::vector<model::Digest> content;      // over all files, names left out, one a format that every file was hashed in
  std::string inventory;                   // digest over names and sizes
  std::vector<model::HashFormat> formats;  // that were computed
  std::vector<model::FileRecord> proven;   // the verified files, if listProven asked for them
  std::vector<Finding> findings;           // paths relative to scope
  std::vector<std::string> manifests;      // absolute paths of the generations written
};

// One roll with the histories nested in it, or one .mhl file. A folder without a history: unsealed.
[[nodiscard]] Result<VerifyOutcome> verifyRoll(FileSystem& fs, const std::string& scopeOrMhlFile,
                                               const VerifyOptions& options, const Clock& clock,
                                               jobs::Progress& progress, std::stop_token stop);

struct TreeOutcome {
  VerifyOutcome total;               // scope is the path; counts summed, findings' paths relative to it
  std::vector<VerifyOutcome> rolls;  // one for each outermost history or list of hashes, sorted by scope
  std::vector<Finding> outside;      // those of the total's findings that are of no roll
};

// The worst of them; verified only if all are.
[[nodiscard]] VerifyResult worstOf(const std::vector<TreeOutcome>& trees);

// Every history at or below a path: a drive. A roll, a single .mhl (classic too) or a checksum file works as well. A
// folder or file inside a sealed roll is checked against that roll's history, alone (VerifyOutcome::part). Where there
// is no history, the classic MHL and checksum files that lie there are what is checked.
[[nodiscard]] Result<TreeOutcome> verifyTree(FileSystem& fs, const std::string& path, const VerifyOptions& options,
                                             const Clock& clock, jobs::Progress& progress, std::stop_token stop);

}  // namespace rollproof::mhl
