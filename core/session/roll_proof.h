// SPDX-License-Identifier: Apache-2.0
// What runs and verifications prove, joined with what is known of the roll: the facts that the catalog keeps.
// Threads: plain functions; those that take volumes look at copies on the disks. Errors: none; what cannot be read
// proves nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/catalog/catalog.h"
#include "core/mhl/verify.h"
#include "core/model/volume.h"
#include "core/offload/offload.h"
#include "core/session/session.h"

namespace rollproof::session {

// Device and file system; "" unless the path is a whole mounted volume. Formatting a card gives it another.
[[nodiscard]] std::string cardIdentity(const model::Volume& volume, const std::string& path);

// Fills in what binds the outcome's evidence to the card and to its copies.
void bindEvidence(const FileSystem& fs, const offload::Plan& plan, const std::string& finishedAt,
                  offload::Outcome& outcome);

// Where a copy lies now: its drive may be mounted elsewhere. nullopt: the drive is not mounted.
[[nodiscard]] std::optional<std::string> placeNow(const offload::CopyEvidence& copy,
                                                  const std::vector<model::Volume>& mounted);
// C4 of a small file; "" if it cannot be read.
[[nodiscard]] std::string fileC4(const FileSystem& fs, const std::string& path);
// What is wrong with copies that can be reached, without reading media: the roll's folder or its manifest is gone or is
// another. Sentences; empty = all that can be reached stands.
[[nodiscard]] std::vector<std::string> brokenCopies(const FileSystem& fs, const offload::Evidence& evidence,
                                                    const std::vector<model::Volume>& mounted);

[[nodiscard]] std::optional<offload::Evidence> evidenceOf(const catalog::RollRow& roll);

// Joins this run's evidence with the roll's and derives the verdict of both.
void concludeOffload(const offload::Evidence& now, const catalog::RollRow* standing, catalog::OffloadFact& fact);

// One verification of one copy.
struct CopyCheck {
  std::string result;                           // "verified" | "defect" | "unreadable" | "missing"
  const mhl::VerifyOutcome* outcome = nullptr;  // null when missing
  bool pastCache = true;
  bool sealStands = true;  // the manifest the evidence knows is there unchanged
};
// What the verification of a tree says of the copy at `place`; nullopt: nothing.
[[nodiscard]] std::optional<CopyCheck> checkOf(const FileSystem& fs, const offload::CopyEvidence& copy,
                                               const std::string& place, const mhl::TreeOutcome& tree);
// REQUIRES fact.key, root and checkedAt; fills in the rest.
void concludeCheck(const CopyCheck& check, const catalog::RollRow& standing, catalog::CheckFact& fact);

// Records what the verification of `tree` at `path` shows of the copies of these rolls; gives what could not be
// recorded. Media is not read again.
using RecordCheck = std::function<Result<catalog::RollId>(catalog::CheckFact fact, const catalog::ConcludeCheck&)>;
[[nodiscard]] std::vector<model::Warning> recordChecks(const std::vector<catalog::RollRow>& rolls,
                                                       const std::vector<model::Volume>& mounted,
                                                       const std::string& path, const mhl::TreeOutcome& tree,
                                                       const RecordCheck& record);
// Said in every place alike.
[[nodiscard]] model::Warning notRecorded(const Error& error);

}  // namespace rollproof::session
