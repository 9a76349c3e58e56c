// SPDX-License-Identifier: Apache-2.0
#include "core/offload/proof.h"

#include <algorithm>

namespace rollproof::offload {

std::string proofText(const Proof& proof) {
  return hash::digestOf(model::HashFormat::xxh128, std::as_bytes(std::span(proof.blocks))).text;
}

std::optional<std::uint64_t> firstDifference(const Proof& a, const Proof& b) {
  const auto [left, right] = std::mismatch(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end());
  if (left == a.blocks.end() && right == b.blocks.end()) return std::nullopt;
  return static_cast<std::uint64_t>(left - a.blocks.begin()) * kBlockBytes;
}

}  // namespace rollproof::offload
