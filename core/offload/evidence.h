// SPDX-License-Identifier: Apache-2.0
// What a run saw, and the one place where that becomes a verdict.
// Threads: plain values and a pure function. Errors: none; anything not shown to be good counts against Safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
};

struct Evidence {
  bool cancelled = false;
  std::uint64_t files = 0;  // regular files on the card
  std::uint64_t filesUnreadable = 0;
  std::uint64_t entriesSkipped = 0;
  std::uint64_t filesReread = 0;  // second read past the cache, equal to the first
  std::uint64_t filesRereadDiffer = 0;
  bool recountEqual = false;
  std::string recountText;        // what changed, in words
  bool cardHistoryAgrees = true;  // false: the card contradicts the seal it carries itself
  std::string cardDevice;         // device id if the source is a whole volume, else ""
  VerifyMode verify = VerifyMode::none;
  std::vector<CopyEvidence> copies;
};

[[nodiscard]] model::Verdict deriveVerdict(const Evidence& evidence, const Policy& policy);

}  // namespace rollproof::offload
