// SPDX-License-Identifier: Apache-2.0
// What runs saw of a roll, and the one place where that becomes a verdict. Evidence is a value: it is kept with the
// roll, joined with what later runs see, and the verdict is derived anew from all of it.
//
//   auto all = mergedEvidence(earlier, outcome.evidence);
//   auto verdict = deriveVerdict(all, all.policy);
//
// Promises: copies of several runs count together only while names, sizes and digests agree. Two copies on one physical
//           device count as one. What cannot be read back from JSON is no evidence.
// Threads: plain values and pure functions. Errors: Errc::corrupt for JSON that is no evidence; anything not shown to
//          be good counts against Safe.
// Source: none; the rule is the product's own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/model/file_record.h"
#include "core/model/verdict.h"
#include "core/model/volume.h"

namespace rollproof::offload {

enum class VerifyMode { both, destinations, none };

struct Policy {
  int minCopies = 2;
  int minDevices = 2;
};

struct CopyEvidence {
  std::string name;  // for people
  model::DeviceIdentity device;
  bool fuse = false;
  std::uint64_t filesVerified = 0;       // read back past every cache and equal
  std::uint64_t filesCacheVerified = 0;  // read back and equal, but a cache may have answered
  std::uint64_t filesFailed = 0;
  bool sealed = false;                 // one manifest that holds the whole card
  std::vector<model::Reason> against;  // what happened to this copy: "no_space", "conflict", "seal_failed", ...
  // By these a later run or a verification finds the copy again, also where its drive is mounted elsewhere.
  std::string root{};        // absolute, raw bytes
  std::string mountPoint{};  // of its volume when it was written
  std::string fileSystemId{};
  std::string manifest{};        // absolute path of the seal, "" none
  std::string manifestDigest{};  // C4 of the manifest file
  std::uint64_t files = 0;       // that it had to hold; 0 = as many as the card (a copy of a copy has its seal as well)
  std::string provenAt{};        // ISO 8601 UTC, when it was last read whole
};

struct Evidence {
  bool cancelled = false;
  std::uint64_t files = 0;  // regular files on the card
  std::uint64_t filesUnreadable = 0;
  std::uint64_t entriesSkipped = 0;
  std::uint64_t filesReread = 0;  // second read past the cache, equal to the first
  std::uint64_t filesRereadDiffer = 0;
  bool recountEqual = false;
  std::string recountText;           // what changed, in words
  bool cardHistoryAgrees = true;     // false: the card contradicts the seal it carries itself
  model::DeviceIdentity cardDevice;  // if the source is a whole volume, else without an id
  VerifyMode verify = VerifyMode::none;
  std::vector<CopyEvidence> copies;
  // What the evidence is bound to.
  std::string cardId{};                           // device and file system of the card; "" when the source was a folder
  std::string inventory{};                        // inventoryFingerprint() without times
  std::string timedInventory{};                   // and with them
  std::map<std::string, std::string> contents{};  // by hash format: contentFingerprints()
  Policy policy{};                                // under which it was last judged
  bool fromManifests = false;                     // found on drives: the card itself was never seen
};

[[nodiscard]] model::Verdict deriveVerdict(const Evidence& evidence, const Policy& policy);

// Over names, sizes and, if asked, times, in the order given (planOffload sorts by path).
[[nodiscard]] std::string inventoryFingerprint(const std::vector<model::FileRecord>& files, bool withTimes);
// Over names, sizes and digests of every file a manifest records; only formats that each of them has.
[[nodiscard]] std::map<std::string, std::string> contentFingerprints(std::vector<model::FileRecord> files);
// At least one common format, and no common format that differs.
[[nodiscard]] bool sameContents(const Evidence& a, const Evidence& b);

// The card was offloaded again: what is known of its copies from before, with what this run saw. Earlier copies of
// other content stay named, and do not count.
[[nodiscard]] Evidence mergedEvidence(const Evidence& earlier, Evidence now);
// A copy of the roll was copied: `now` is a run whose source was the copy at `from`. Where the contents agree, its
// copies join the roll's; where they do not, the copy at `from` is defect and the new ones hold something else.
[[nodiscard]] Evidence withCopiesOfCopy(const Evidence& earlier, const Evidence& now, const std::string& from);

[[nodiscard]] std::string evidenceToJson(const Evidence& evidence);  // one object
[[nodiscard]] Result<Evidence> evidenceFromJson(std::string_view json);

}  // namespace rollproof::offload
