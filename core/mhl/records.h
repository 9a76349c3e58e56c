// SPDX-License-Identifier: Apache-2.0
// What a history says a file must be now: all generations folded into one record a path.
// Threads: plain functions. Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/mhl/mhl.h"

namespace rollproof::mhl {

struct Record {
  std::uint64_t bytes = 0;  // 0: empty or not said
  // Every value ever believed, none of action `failed`; two values of one format contradict each other and both count.
  std::vector<model::Digest> digests;
};
using Records = std::unordered_map<std::string, Record>;

// Generations in order; those not proven are left out. Renames are followed.
[[nodiscard]] Records recordsOf(std::span<const Generation> generations);
void addDigest(std::vector<model::Digest>& digests, const model::Digest& digest);
[[nodiscard]] std::vector<model::HashFormat> formatsOf(const std::vector<model::Digest>& digests);

// The actions the standard wants for values computed now, given what was recorded before (nullptr: nothing): `verified`
// for all when every earlier format was computed and matches, or one at least; `failed` for all on any mismatch.
void settleActions(std::vector<HashEntry>& hashes, const Record* earlier);

}  // namespace rollproof::mhl
