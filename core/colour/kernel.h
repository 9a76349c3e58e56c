// SPDX-License-Identifier: Apache-2.0
// The fused pass over a lattice: code values in, matrix, shaper, tetrahedra, matrix, code values out, eight pixels at a
// time in registers. Threads: pure functions; in and out may be the same memory. Errors: none; pointers must hold
// `count`. Source: the AVX2 pass and the scalar one do the same operations in the same order and give the same bits;
// which one runs is found at run time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/colour/lattice.h"
#include "core/colour/pixels.h"

namespace rollproof::colour {

enum class Speed { best, scalar };

// Does this processor run the AVX2 pass?
[[nodiscard]] bool hasFastKernel();

// One lattice and one kind of picture: the picture's codes to places in the shaper, and display values to the codes
// that are to come out.
struct Kernel {
  const Lattice* lattice = nullptr;
  ToRgb toShaper;
  FromRgb toCodes;
};
[[nodiscard]] Kernel kernelFor(const Lattice& lattice, const Meaning& in, const Meaning& out = {});

using Planes = std::array<const std::uint16_t*, 3>;
using OutPlanes = std::array<std::uint16_t*, 3>;

// To YCbCr shifted up to 16 bits.
void applyToYcbcr(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t count, Speed speed);
// One row to 8-bit RGB, dithered by place so that a ramp finer than 8 bit shows no bands and exact 8-bit values stay.
void applyToRow8(const Kernel& kernel, const Planes& in, std::uint8_t* rgb, std::size_t count, int row, Speed speed);
// Encoded RGB floats to display floats, to compare with the exact chain.
[[nodiscard]] std::array<float, 3> applyToFloat(const Lattice& lattice, const float* rgb);

// What both passes share.
namespace pass {

inline constexpr float kToUnit = 1.0F / (kPointScale * static_cast<float>(kOne));
// Display values may pass 0 and 1 by this much before they become codes: the rounded codes of a picture's own white and
// primaries do, and clipped to 0..1 they would come out a code off. The codes themselves end where the range does.
inline constexpr float kCodeMargin = 1.5F / 876.0F;

// Thresholds of ordered dither (Bayer), the bits of x and x xor y interleaved and reversed.
inline constexpr std::array<std::array<float, 8>, 8> kDither = [] {
  std::array<std::array<float, 8>, 8> table{};
  for (unsigned y = 0; y < 8; ++y) {
    for (unsigned x = 0; x < 8; ++x) {
      const unsigned mixed = x ^ y;
      unsigned rank = 0;
      for (unsigned bit = 0; bit < 3; ++bit) {
        rank |= (((mixed >> bit) & 1U) << (5 - 2 * bit)) | (((y >> bit) & 1U) << (4 - 2 * bit));
      }
      table[y][x] = (static_cast<float>(rank) + 0.5F) / 64.0F;
    }
  }
  return table;
}();

void ycbcrScalar(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t first, std::size_t count);
void row8Scalar(const Kernel& kernel, const Planes& in, std::uint8_t* rgb, std::size_t first, std::size_t count,
                int row);
// These do a multiple of eight pixels and return how many.
[[nodiscard]] std::size_t ycbcrAvx2(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t count);
[[nodiscard]] std::size_t row8Avx2(const Kernel& kernel, const Planes& in, std::uint8_t* rgb, std::size_t count,
                                   int row);

}  // namespace pass
}  // namespace rollproof::colour
