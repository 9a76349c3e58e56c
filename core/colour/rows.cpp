// SPDX-License-Identifier: Apache-2.0
#include "core/colour/rows.h"

#include <algorithm>
#include <cstring>

namespace rollproof::colour {
namespace {

// Plain loops over integers, compiled twice: the same bits from either, and twice as wide where the processor can.
#define ROLLPROOF_INLINE __attribute__((always_inline)) inline
using Samples = std::uint16_t*;
using Given = const std::uint16_t*;

template <typename Sample>
ROLLPROOF_INLINE void raise(const Sample* in, std::size_t count, int shift, Samples out) {
  for (std::size_t x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>(in[x] << shift);
}

ROLLPROOF_INLINE void blend(Given near, Given far, std::size_t count, bool even, Samples out) {
  if (even) {
    for (std::size_t x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>((near[x] + far[x] + 1) >> 1);
  } else {
    for (std::size_t x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>((3 * near[x] + far[x] + 2) >> 2);
  }
}

// Half a row to a whole one: recorded samples stay, or lie a quarter to either side of the new ones.
ROLLPROOF_INLINE void widen(Given in, std::size_t count, std::size_t width, bool centred, Samples out) {
  const std::size_t pairs = std::min(count - 1, width / 2);
  if (centred) {
    out[0] = in[0];
    for (std::size_t i = 0; i < pairs; ++i) {
      out[2 * i + 1] = static_cast<std::uint16_t>((3 * in[i] + in[i + 1] + 2) >> 2);
      if (2 * i + 2 < width) out[2 * i + 2] = static_cast<std::uint16_t>((in[i] + 3 * in[i + 1] + 2) >> 2);
    }
    if (width % 2 == 0) out[width - 1] = in[count - 1];
    return;
  }
  for (std::size_t i = 0; i < pairs; ++i) {
    out[2 * i] = in[i];
    out[2 * i + 1] = static_cast<std::uint16_t>((in[i] + in[i + 1] + 1) >> 1);
  }
  for (std::size_t x = 2 * pairs; x < width; ++x) out[x] = in[count - 1];
}

// The same for left-sited codes that are to be shifted up on the way.
ROLLPROOF_INLINE void widenCodes(Given in, std::size_t count, std::size_t width, int shift, Samples out) {
  const std::size_t pairs = std::min(count - 1, width / 2);
  for (std::size_t i = 0; i < pairs; ++i) {
    out[2 * i] = static_cast<std::uint16_t>(in[i] << shift);
    out[2 * i + 1] = static_cast<std::uint16_t>((in[i] + in[i + 1]) << (shift - 1));
  }
  for (std::size_t x = 2 * pairs; x < width; ++x) out[x] = static_cast<std::uint16_t>(in[count - 1] << shift);
}

// 1-2-1 around every even sample, the edge repeated.
ROLLPROOF_INLINE void halve(Given in, std::size_t width, std::size_t count, Samples out) {
  out[0] = static_cast<std::uint16_t>((3 * in[0] + in[width > 1 ? 1 : 0] + 2) >> 2);
  const std::size_t inner = width % 2 == 0 ? count : count - 1;
  for (std::size_t i = 1; i < inner; ++i) {
    out[i] = static_cast<std::uint16_t>((in[2 * i - 1] + 2 * in[2 * i] + in[2 * i + 1] + 2) >> 2);
  }
  if (inner < count && count > 1) {
    out[count - 1] = static_cast<std::uint16_t>((in[width - 2] + 3 * in[width - 1] + 2) >> 2);
  }
}

// Thresholds of 8x8 ordered dither in 256ths of a code, without a mean of their own beyond the rounding half.
constexpr std::array<std::array<std::uint16_t, 8>, 8> kThresholds = [] {
  std::array<std::array<std::uint16_t, 8>, 8> table{};
  for (std::size_t y = 0; y < 8; ++y) {
    for (std::size_t x = 0; x < 8; ++x) table[y][x] = static_cast<std::uint16_t>(pass::kDither[y][x] * 256.0F);
  }
  return table;
}();

ROLLPROOF_INLINE void toBytes(Given in, std::size_t count, int y, std::uint8_t* out) {
  // Sixteen at a time in sixteen bits: what a threshold would push over the top is held under it first.
  constexpr std::size_t kStep = 16;
  const auto& thresholds = kThresholds[static_cast<std::size_t>(y) & 7U];
  std::array<std::uint16_t, kStep> add{}, most{};
  for (std::size_t k = 0; k < kStep; ++k) {
    add[k] = thresholds[k & 7U];
    most[k] = static_cast<std::uint16_t>(65535 - add[k]);
  }
  const auto byte = [&](std::size_t x, std::size_t k) {
    return static_cast<std::uint8_t>(static_cast<std::uint16_t>(std::min(in[x], most[k]) + add[k]) >> 8);
  };
  std::size_t x = 0;
  for (; x + kStep <= count; x += kStep) {
    for (std::size_t k = 0; k < kStep; ++k) out[x + k] = byte(x + k, k);
  }
  for (std::size_t k = 0; x + k < count; ++k) out[x + k] = byte(x + k, k);
}

ROLLPROOF_INLINE void lower(Given in, std::size_t count, int shift, Samples out) {
  const int half = shift > 0 ? 1 << (shift - 1) : 0;
  const int top = (1 << (16 - shift)) - 1;
  for (std::size_t x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>(std::min((in[x] + half) >> shift, top));
}

struct Loops {
  void (*raise8)(const std::uint8_t*, std::size_t, int, Samples);
  void (*raise16)(Given, std::size_t, int, Samples);
  void (*blend)(Given, Given, std::size_t, bool, Samples);
  void (*widen)(Given, std::size_t, std::size_t, bool, Samples);
  void (*widenCodes)(Given, std::size_t, std::size_t, int, Samples);
  void (*halve)(Given, std::size_t, std::size_t, Samples);
  void (*toBytes)(Given, std::size_t, int, std::uint8_t*);
  void (*lower)(Given, std::size_t, int, Samples);
};

#define ROLLPROOF_LOOPS(target_, prefix_, name_)                                                                    \
  target_ void prefix_##Raise8(const std::uint8_t* in, std::size_t n, int s, Samples out) { raise(in, n, s, out); } \
  target_ void prefix_##Raise16(Given in, std::size_t n, int s, Samples out) { raise(in, n, s, out); }              \
  target_ void prefix_##Blend(Given a, Given b, std::size_t n, bool e, Samples out) { blend(a, b, n, e, out); }     \
  target_ void prefix_##Widen(Given in, std::size_t n, std::size_t w, bool c, Samples out) {                        \
    widen(in, n, w, c, out);                                                                                        \
  }                                                                                                                 \
  target_ void prefix_##WidenCodes(Given in, std::size_t n, std::size_t w, int s, Samples out) {                    \
    widenCodes(in, n, w, s, out);                                                                                   \
  }                                                                                                                 \
  target_ void prefix_##Halve(Given in, std::size_t w, std::size_t n, Samples out) { halve(in, w, n, out); }        \
  target_ void prefix_##ToBytes(Given in, std::size_t n, int y, std::uint8_t* out) { toBytes(in, n, y, out); }      \
  target_ void prefix_##Lower(Given in, std::size_t n, int s, Samples out) { lower(in, n, s, out); }                \
  constexpr Loops name_{prefix_##Raise8,     prefix_##Raise16, prefix_##Blend,   prefix_##Widen,                    \
                        prefix_##WidenCodes, prefix_##Halve,   prefix_##ToBytes, prefix_##Lower};

ROLLPROOF_LOOPS(, plain, kPlain)
#if defined(__x86_64__)
ROLLPROOF_LOOPS(__attribute__((target("avx2"))), wide, kWide)
const Loops& loops() { return hasFastKernel() ? kWide : kPlain; }
#else
const Loops& loops() { return kPlain; }
#endif

std::size_t sizeOf(int value) { return static_cast<std::size_t>(value); }

}  // namespace

Unpacker::Unpacker(const media::PlanarView& picture) : m_picture(picture) {
  for (auto& row : m_row) row.resize(sizeOf(picture.width));
  for (auto* half : {&m_near, &m_far, &m_blend}) half->resize(sizeOf(picture.chromaWidth()));
}

const std::uint16_t* Unpacker::raised(std::size_t plane, int y, int width, std::vector<std::uint16_t>& room) const {
  const std::uint8_t* const from = m_picture.row(plane, y);
  if (m_picture.bits == 8) {
    loops().raise8(from, sizeOf(width), 8, room.data());
    return room.data();
  }
  const auto* const codes = reinterpret_cast<const std::uint16_t*>(from);
  if (m_picture.bits == 16) return codes;
  loops().raise16(codes, sizeOf(width), 16 - m_picture.bits, room.data());
  return room.data();
}

const std::uint16_t* Unpacker::chromaRow(std::size_t plane, int y) {
  const int width = m_picture.chromaWidth();
  if (m_picture.chroma != media::Chroma::s420) return raised(plane, y, width, m_near);
  const int last = m_picture.chromaHeight() - 1;
  const int at = y / 2;
  const bool topLeft = m_picture.siting == media::Siting::topLeft;
  if (topLeft && y % 2 == 0) return raised(plane, at, width, m_near);
  const Given near = raised(plane, at, width, m_near);
  const Given far = raised(plane, std::clamp(y % 2 == 0 ? at - 1 : at + 1, 0, last), width, m_far);
  loops().blend(near, far, sizeOf(width), topLeft, m_blend.data());
  return m_blend.data();
}

Planes Unpacker::row(int y) {
  Planes planes{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (takenAsTheyAre(m_picture, i)) {
      planes[i] = reinterpret_cast<const std::uint16_t*>(m_picture.row(i, y));
    } else if (i == 0 || m_picture.chroma == media::Chroma::s444) {
      planes[i] = raised(i, y, m_picture.width, m_row[i]);
    } else {
      planes[i] = chroma(i, y);
    }
  }
  return planes;
}

const std::uint16_t* Unpacker::chroma(std::size_t plane, int y) {
  const std::size_t half = sizeOf(m_picture.chromaWidth()), width = sizeOf(m_picture.width);
  std::uint16_t* const out = m_row[plane].data();
  if (m_picture.chroma == media::Chroma::s422 && m_picture.bits > 8 && m_picture.bits < 16) {
    const auto* const codes = reinterpret_cast<const std::uint16_t*>(m_picture.row(plane, y));
    loops().widenCodes(codes, half, width, 16 - m_picture.bits, out);
    return out;
  }
  // 4:2:2 is co-sited whatever is said of it; only the 4:2:0 of JPEG and MPEG-1 lies between.
  const bool centred = m_picture.chroma == media::Chroma::s420 && m_picture.siting == media::Siting::centre;
  loops().widen(chromaRow(plane, y), half, width, centred, out);
  return out;
}

Packer::Packer(const media::PlanarRoom& picture) : m_picture(picture) {
  m_half.resize(sizeOf(picture.chromaWidth()));
  m_other.resize(m_half.size());
}

OutPlanes Packer::row(int y) {
  OutPlanes planes{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (direct(i)) {
      planes[i] = reinterpret_cast<std::uint16_t*>(m_picture.row(i, y));
      continue;
    }
    auto& own = m_row[sizeOf(y) & 1U][i];
    own.resize(sizeOf(m_picture.width));
    planes[i] = own.data();
  }
  return planes;
}

void Packer::pack(int y) {
  Rows rows{};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t plane = 0; plane < 3; ++plane) rows[i][plane] = m_row[i][plane].data();
  }
  pack(y, rows, false);
}

void Packer::pack(int y, const Rows& rows, bool shared) {
  const auto put = [&](Given from, std::size_t plane, int row, int width) {
    std::uint8_t* const to = m_picture.row(plane, row);
    if (m_picture.bits == 8) {
      loops().toBytes(from, sizeOf(width), row, to);
    } else {
      loops().lower(from, sizeOf(width), 16 - m_picture.bits, reinterpret_cast<std::uint16_t*>(to));
    }
  };
  const int count = std::min(2, m_picture.height - y);
  const auto halved = [&](int row, std::size_t plane, std::vector<std::uint16_t>& room) {
    loops().halve(rows[sizeOf(row)][plane], sizeOf(m_picture.width), room.size(), room.data());
    return room.data();
  };
  for (int i = 0; i < count; ++i) {
    for (std::size_t plane = 0; plane < 3; ++plane) {
      if ((direct(plane) && !shared) || (plane > 0 && m_picture.chroma == media::Chroma::s420)) continue;
      const bool whole = plane == 0 || m_picture.chroma == media::Chroma::s444;
      put(whole ? rows[sizeOf(i)][plane] : halved(i, plane, m_half), plane, y + i,
          whole ? m_picture.width : m_picture.chromaWidth());
    }
  }
  if (m_picture.chroma != media::Chroma::s420) return;
  for (std::size_t plane = 1; plane < 3; ++plane) {
    const Given first = halved(0, plane, m_half);
    if (count > 1) loops().blend(first, halved(1, plane, m_other), m_half.size(), true, m_half.data());
    put(first, plane, y / 2, m_picture.chromaWidth());
  }
}

}  // namespace rollproof::colour
