// SPDX-License-Identifier: Apache-2.0
// What every read of a file inside one run is held against: a digest for each block, and one over those. It says not
// only that two reads differ but where, and it can be taken again from a block in memory after it was written.
// Threads: plain values; one Prover a thread. Errors: none.
// Source: XXH3 of 128 bits over blocks of kBlockBytes, and over the blocks' digests in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/hash/hash.h"

namespace rollproof::offload {

inline constexpr std::size_t kBlockBytes = 4U << 20U;

struct Proof {
  std::vector<hash::Raw128> blocks;
  bool operator==(const Proof&) const = default;
};

// One word for the whole file, for the journal and for people; 32 hex digits.
[[nodiscard]] std::string proofText(const Proof& proof);
// Offset of the first block in which two proofs differ; nothing if they are equal.
[[nodiscard]] std::optional<std::uint64_t> firstDifference(const Proof& a, const Proof& b);

// Takes blocks in order; every one but the last is kBlockBytes long.
class Prover {
 public:
  void add(std::span<const std::byte> block) { m_proof.blocks.push_back(hash::xxh128Of(block)); }
  void add(const hash::Raw128& digest) { m_proof.blocks.push_back(digest); }
  [[nodiscard]] Proof finish() { return std::exchange(m_proof, {}); }

 private:
  Proof m_proof;
};

}  // namespace rollproof::offload
