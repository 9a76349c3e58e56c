// SPDX-License-Identifier: Apache-2.0
// The pass of kernel.cpp on eight pixels at a time. Without FMA, whose single rounding the scalar pass does not have.
#include "core/colour/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

namespace rollproof::colour::pass {
namespace {

#define ROLLPROOF_AVX2 __attribute__((target("avx2")))
#define ROLLPROOF_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

struct Rgb8 {
  __m256 r, g, b;
};

// Pixels whose places are found before the first of them is looked up. A pixel's whole way is longer than what a
// processor keeps in flight; two shorter loops over the same pixels overlap more of it.
constexpr std::size_t kBlock = 256;
struct Places {
  alignas(32) std::int32_t at0[kBlock], at1[kBlock], at2[kBlock], near[kBlock], far[kBlock];
};

ROLLPROOF_AVX2_INLINE __m256 samples(const std::uint16_t* at) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))));
}

ROLLPROOF_AVX2_INLINE __m256i place(const Kernel& kernel, std::size_t i, __m256 a, __m256 b, __m256 c) {
  const ToRgb& map = kernel.toShaper;
  __m256 value = _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(map.weight[i][0]), a),
                               _mm256_mul_ps(_mm256_set1_ps(map.weight[i][1]), b));
  value = _mm256_add_ps(value, _mm256_mul_ps(_mm256_set1_ps(map.weight[i][2]), c));
  value = _mm256_add_ps(value, _mm256_set1_ps(map.offset[i]));
  value = _mm256_min_ps(_mm256_max_ps(value, _mm256_setzero_ps()), _mm256_set1_ps(static_cast<float>(kShaperSteps)));
  return _mm256_i32gather_epi32(reinterpret_cast<const int*>(kernel.lattice->shaper.data()), _mm256_cvtps_epi32(value),
                                4);
}

// Two weights as one pair of 16-bit lanes, for the multiply-add of two points.
ROLLPROOF_AVX2_INLINE __m256i pair(__m256i low, __m256i high) {
  return _mm256_or_si256(low, _mm256_slli_epi32(high, 16));
}

ROLLPROOF_AVX2_INLINE __m128i point(const std::int16_t* at) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at));
}

ROLLPROOF_AVX2_INLINE __m256 unit(__m256i value, __m256 least, __m256 most) {
  const __m256 v =
      _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(value), _mm256_set1_ps(kToUnit)), _mm256_set1_ps(kPointMiddle));
  return _mm256_min_ps(_mm256_max_ps(v, least), most);
}

ROLLPROOF_AVX2_INLINE void locate(const Kernel& kernel, const Planes& in, std::size_t k, Places& places,
                                  std::size_t i) {
  const __m256 a = samples(in[0] + k), b = samples(in[1] + k), c = samples(in[2] + k);
  const __m256i r = place(kernel, 0, a, b, c), g = place(kernel, 1, a, b, c), z = place(kernel, 2, a, b, c);

  const int n = kernel.lattice->size;
  const __m256i size = _mm256_set1_epi32(n);
  const __m256i base = _mm256_add_epi32(
      _mm256_mullo_epi32(_mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(r, kFractionBits), size),
                                          _mm256_srli_epi32(g, kFractionBits)),
                         size),
      _mm256_srli_epi32(z, kFractionBits));
  const __m256i mask = _mm256_set1_epi32(kOne - 1);
  const __m256i fr = _mm256_and_si256(r, mask), fg = _mm256_and_si256(g, mask), fb = _mm256_and_si256(z, mask);
  const __m256i high = _mm256_max_epi32(fr, _mm256_max_epi32(fg, fb));
  const __m256i low = _mm256_min_epi32(fr, _mm256_min_epi32(fg, fb));
  const __m256i middle = _mm256_sub_epi32(_mm256_add_epi32(_mm256_add_epi32(fr, fg), fb), _mm256_add_epi32(high, low));

  const __m256i stepRed = _mm256_set1_epi32(n * n), stepGreen = size, stepBlue = _mm256_set1_epi32(1);
  const int allSteps = n * n + n + 1;
  const __m256i all = _mm256_set1_epi32(allSteps);
  const __m256i greenOverRed = _mm256_cmpgt_epi32(fg, fr), blueOverRed = _mm256_cmpgt_epi32(fb, fr),
                blueOverGreen = _mm256_cmpgt_epi32(fb, fg);
  const __m256i largest = _mm256_blendv_epi8(_mm256_blendv_epi8(stepRed, stepBlue, blueOverRed),
                                             _mm256_blendv_epi8(stepGreen, stepBlue, blueOverGreen), greenOverRed);
  const __m256i smallest = _mm256_blendv_epi8(_mm256_blendv_epi8(stepBlue, stepGreen, blueOverGreen),
                                              _mm256_blendv_epi8(stepBlue, stepRed, blueOverRed), greenOverRed);

  _mm256_store_si256(reinterpret_cast<__m256i*>(places.at0 + i), base);
  _mm256_store_si256(reinterpret_cast<__m256i*>(places.at1 + i), _mm256_add_epi32(base, largest));
  _mm256_store_si256(reinterpret_cast<__m256i*>(places.at2 + i),
                     _mm256_sub_epi32(_mm256_add_epi32(base, all), smallest));
  _mm256_store_si256(reinterpret_cast<__m256i*>(places.near + i),
                     pair(_mm256_sub_epi32(_mm256_set1_epi32(kOne), high), _mm256_sub_epi32(high, middle)));
  _mm256_store_si256(reinterpret_cast<__m256i*>(places.far + i), pair(_mm256_sub_epi32(middle, low), low));
}

ROLLPROOF_AVX2_INLINE Rgb8 lookUp(const Kernel& kernel, const Places& places, std::size_t from, float margin) {
  const int n = kernel.lattice->size;
  const int allSteps = n * n + n + 1;
  const std::int32_t* const at0 = places.at0 + from;
  const std::int32_t* const at1 = places.at1 + from;
  const std::int32_t* const at2 = places.at2 + from;
  const std::int16_t* const points = kernel.lattice->points.data();
  const std::ptrdiff_t toFar = static_cast<std::ptrdiff_t>(allSteps) * 4;
  __m128i sum[8];
  for (std::size_t i = 0; i < 8; ++i) {
    const std::int16_t* const first = points + static_cast<std::ptrdiff_t>(at0[i]) * 4;
    const __m128i one = _mm_unpacklo_epi16(point(first), point(points + static_cast<std::ptrdiff_t>(at1[i]) * 4));
    const __m128i two =
        _mm_unpacklo_epi16(point(points + static_cast<std::ptrdiff_t>(at2[i]) * 4), point(first + toFar));
    sum[i] = _mm_add_epi32(_mm_madd_epi16(one, _mm_set1_epi32(places.near[from + i])),
                           _mm_madd_epi16(two, _mm_set1_epi32(places.far[from + i])));
  }
  // Pixels 0..3 in the low halves and 4..7 in the high ones, then rows into columns.
  const __m256i s0 = _mm256_inserti128_si256(_mm256_castsi128_si256(sum[0]), sum[4], 1);
  const __m256i s1 = _mm256_inserti128_si256(_mm256_castsi128_si256(sum[1]), sum[5], 1);
  const __m256i s2 = _mm256_inserti128_si256(_mm256_castsi128_si256(sum[2]), sum[6], 1);
  const __m256i s3 = _mm256_inserti128_si256(_mm256_castsi128_si256(sum[3]), sum[7], 1);
  const __m256i t0 = _mm256_unpacklo_epi32(s0, s1), t1 = _mm256_unpacklo_epi32(s2, s3);
  const __m256i t2 = _mm256_unpackhi_epi32(s0, s1), t3 = _mm256_unpackhi_epi32(s2, s3);
  const __m256 least = _mm256_set1_ps(-margin), most = _mm256_set1_ps(1.0F + margin);
  return {unit(_mm256_unpacklo_epi64(t0, t1), least, most), unit(_mm256_unpackhi_epi64(t0, t1), least, most),
          unit(_mm256_unpacklo_epi64(t2, t3), least, most)};
}

ROLLPROOF_AVX2_INLINE void store(std::uint16_t* at, __m256 value, __m256 least, __m256 most, __m256 round) {
  const __m256 bounded = _mm256_min_ps(_mm256_max_ps(value, least), most);
  const __m256i whole = _mm256_cvttps_epi32(_mm256_add_ps(bounded, round));
  const __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(at), packed);
}

}  // namespace

ROLLPROOF_AVX2 std::size_t ycbcrAvx2(const Kernel& kernel, const Planes& in, const OutPlanes& out, std::size_t count) {
  const std::size_t end = count / 8 * 8;
  const FromRgb& map = kernel.toCodes;
  const __m256 red = _mm256_set1_ps(map.red), green = _mm256_set1_ps(map.green), blue = _mm256_set1_ps(map.blue);
  const __m256 span = _mm256_set1_ps(map.lumaSpan), black = _mm256_set1_ps(map.black);
  const __m256 cb = _mm256_set1_ps(map.cb), cr = _mm256_set1_ps(map.cr), zero = _mm256_set1_ps(map.zero);
  const __m256 white = _mm256_set1_ps(map.lumaMost);
  const __m256 least = _mm256_set1_ps(map.chromaLeast), most = _mm256_set1_ps(map.chromaMost);
  const __m256 lumaRound = _mm256_set1_ps(map.lumaRound), chromaRound = _mm256_set1_ps(map.chromaRound);
  Places places;
  for (std::size_t block = 0; block < end; block += kBlock) {
    const std::size_t pixels = std::min(kBlock, end - block);
    for (std::size_t i = 0; i < pixels; i += 8) locate(kernel, in, block + i, places, i);
    for (std::size_t i = 0; i < pixels; i += 8) {
      const std::size_t k = block + i;
      const Rgb8 rgb = lookUp(kernel, places, i, kCodeMargin);
      const __m256 luma = _mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(red, rgb.r), _mm256_mul_ps(green, rgb.g)),
                                        _mm256_mul_ps(blue, rgb.b));
      store(out[0] + k, _mm256_add_ps(_mm256_mul_ps(span, luma), black), black, white, lumaRound);
      store(out[1] + k, _mm256_add_ps(_mm256_mul_ps(cb, _mm256_sub_ps(rgb.b, luma)), zero), least, most, chromaRound);
      store(out[2] + k, _mm256_add_ps(_mm256_mul_ps(cr, _mm256_sub_ps(rgb.r, luma)), zero), least, most, chromaRound);
    }
  }
  return end;
}

ROLLPROOF_AVX2 std::size_t row8Avx2(const Kernel& kernel, const Planes& in, std::uint8_t* rgb8, std::size_t count,
                                    int row) {
  const __m256 thresholds = _mm256_loadu_ps(kDither[static_cast<std::size_t>(row) & 7U].data());
  const std::size_t end = count / 8 * 8;
  Places places;
  for (std::size_t block = 0; block < end; block += kBlock) {
    const std::size_t pixels = std::min(kBlock, end - block);
    for (std::size_t i = 0; i < pixels; i += 8) locate(kernel, in, block + i, places, i);
    for (std::size_t i = 0; i < pixels; i += 8) {
      const std::size_t k = block + i;
      const Rgb8 rgb = lookUp(kernel, places, i, 0.0F);
      alignas(32) std::int32_t value[3][8];
      const __m256* const channels[3] = {&rgb.r, &rgb.g, &rgb.b};
      for (std::size_t c = 0; c < 3; ++c) {
        const __m256 codes = _mm256_add_ps(_mm256_mul_ps(*channels[c], _mm256_set1_ps(255.0F)), thresholds);
        _mm256_store_si256(reinterpret_cast<__m256i*>(value[c]), _mm256_cvttps_epi32(codes));
      }
      for (std::size_t lane = 0; lane < 8; ++lane) {
        for (std::size_t c = 0; c < 3; ++c) rgb8[(k + lane) * 3 + c] = static_cast<std::uint8_t>(value[c][lane]);
      }
    }
  }
  return end;
}

}  // namespace rollproof::colour::pass

#else

namespace rollproof::colour::pass {

// No such processor here; hasFastKernel() says so and the scalar pass does all pixels.
std::size_t ycbcrAvx2(const Kernel&, const Planes&, const OutPlanes&, std::size_t) { return 0; }
std::size_t row8Avx2(const Kernel&, const Planes&, std::uint8_t*, std::size_t, int) { return 0; }

}  // namespace rollproof::colour::pass

#endif
