// SPDX-License-Identifier: Apache-2.0
// A chain as numbers: one shaper table and one cube of its results, made to be read fast. Both kernels read this alone.
// Threads: immutable once made. Errors: none; a chain that gives no numbers gives zeros.
// Source: measured on ACES SDR chains: a shaper fitted to the chain's curvature halves the error of an even cube and
// leaves room for the codes under 0 and over 1 that limited-range pictures hold.
#pragma once

#include <cstdint>
#include <vector>

#include "core/colour/colour.h"

namespace rollproof::colour {

// Encoded values the cube covers: codes 0 to 1023 of limited range at 10 bit, in terms of its black and white.
inline constexpr float kDomainLow = -64.0F / 876.0F, kDomainHigh = 959.0F / 876.0F;
inline constexpr int kShaperSteps = 32768;
inline constexpr int kFractionBits = 14;
inline constexpr std::int32_t kOne = 1 << kFractionBits;
// A lattice value v is stored as (v - 0.5) * 32767, so -0.5 to 1.5 fit.
inline constexpr float kPointScale = 32767.0F, kPointMiddle = 0.5F;

struct Lattice {
  int size = 0;
  // R, G, B and a spare lane for each point, blue fastest: a point is one 64-bit load.
  std::vector<std::int16_t> points;
  // kShaperSteps + 1 positions in the cube over the domain, kFractionBits of fraction. One table for the three
  // channels: greys then stay on the cells' diagonals, where tetrahedra are exact along them.
  std::vector<std::uint32_t> shaper;
};

// `samples` are colours that matter, as the chain's input encodes them (RGB triples).
[[nodiscard]] Lattice makeLattice(const Chain& chain, int size, const std::vector<float>& samples);

}  // namespace rollproof::colour
