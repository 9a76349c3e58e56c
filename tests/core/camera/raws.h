// SPDX-License-Identifier: Apache-2.0
// Raw files' headers written byte by byte from their descriptions, by nothing that the reader uses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace raws {

using Tags = std::vector<std::pair<std::uint16_t, std::string>>;  // tag and its bytes
[[nodiscard]] Tags redTags();                                     // of an ordinary clip
// A segment's first block and some blocks of nothing behind it.
[[nodiscard]] std::string r3d(const Tags& tags = redTags(), int generation = 2);

struct Ari {
  bool littleEndian = true;
  std::uint32_t timecode = 0x10203004;  // HHMMSSFF
  std::uint32_t exposureIndex = 800;
  bool lens = true;
};
[[nodiscard]] std::string ari(const Ari& what = {});

}  // namespace raws
