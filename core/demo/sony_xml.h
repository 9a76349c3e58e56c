// SPDX-License-Identifier: Apache-2.0
// The metadata files of a Sony XDROOT card. Threads: pure functions. Errors: none.
// Source: Sony NonRealTimeMeta 2.20 and mediaprofile schemas as their cameras write them; SMPTE RDD 18 (units).
#pragma once

#include <string>
#include <vector>

#include "core/demo/cards.h"

namespace rollproof::demo {

struct SonyClip {
  Take take;
  std::string umid;  // of the clip's MXF, hexadecimal
  int width = 0, height = 0;
  int channels = 0;
};

[[nodiscard]] std::string nonRealTimeMeta(const SonyClip& clip);
[[nodiscard]] std::string mediaProfile(const std::vector<SonyClip>& clips);
// FFSSMMHH, each field two decimal digits.
[[nodiscard]] std::string ltcValue(const Timecode& timecode);

}  // namespace rollproof::demo
