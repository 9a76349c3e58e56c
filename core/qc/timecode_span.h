// SPDX-License-Identifier: Apache-2.0
// Where clips lie on the 24-hour timecode clock, so that clips of different rates, drop-frame or not, across midnight
// can be compared. Everything is counted in whole numbers. Private to this folder.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/timecode.h"

namespace rollproof::qc {

struct Span {
  std::size_t owner = 0;  // the caller's
  Timecode start;
  std::int64_t frames = 1;  // at least 1: a clip of unknown length still occupies where it starts
};

struct Overlap {
  std::size_t first = 0, second = 0;  // owners
  bool sameStart = false;
};

// One overlap for each span that shares a moment with any other, with one of those. A rate beyond any camera's is left
// out.
[[nodiscard]] std::vector<Overlap> overlaps(const std::vector<Span>& spans);

// The number that the timecode's text stands for, counted without gaps in drop-frame's place: HH:MM:SS:FF as
// ((HH * 60 + MM) * 60 + SS) * nominal + FF.
[[nodiscard]] std::int64_t labelNumber(const Timecode& timecode);

}  // namespace rollproof::qc
