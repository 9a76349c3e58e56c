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

struct Cine {
  std::uint32_t rate = 1000, images = 3;
  float playRate = 23.976F;
  std::uint16_t setupBytes = 12448;  // 5692 in 2006, longer since
  bool cutShort = false;             // the last frame was never written
};
[[nodiscard]] std::string cine(const Cine& what = {});

struct Dng {
  bool littleEndian = true;
  bool cinema = true;        // with the tags of CinemaDNG
  bool previewFirst = true;  // a small picture first, the negative in a sub-directory
  bool negative = true;      // has a DNG version
  std::string timecode = std::string("\x04\x20\x30\x10\0\0\0\0", 8);
};
[[nodiscard]] std::string dng(const Dng& what = {});

}  // namespace raws
