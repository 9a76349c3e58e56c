// SPDX-License-Identifier: Apache-2.0
// Side files of cards and what lies around pictures, written from the makers' descriptions, by nothing that the reader
// uses. Also the seeds of the fuzz targets.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace side_files {

struct Nrt {
  std::string formatFps = "25p", tcFps = "25", halfStep = "false";
  // Picture, FFSSMMHH, status.
  std::vector<std::tuple<int, std::string, std::string>> timecodes{{0, "00000010", "increment"}};
  std::string extra;
};
[[nodiscard]] std::string nrt(const Nrt& what = {});

// A list of clips: the materials' XML between what stands around them.
[[nodiscard]] std::string mediaProfile(const std::string& materials);

// One part of a take.
struct P2 {
  std::string name = "0158Q5", id = "ID1";
  std::string connection;  // XML
  std::string dropFrame = "false";
  std::string start = "10:20:30:04";
  int duration = 100;
  std::string metadata;  // more XML
};
[[nodiscard]] std::string p2(const P2& what = {});

// Columns and one row.
[[nodiscard]] std::string ale(const std::vector<std::pair<std::string, std::string>>& cells);

// Play items: five characters of a stream and how it joins the one before.
[[nodiscard]] std::string playlist(const std::vector<std::pair<std::string, int>>& items);

// Packs of DV metadata by number, four bytes each, in the first picture of an H.264 transport stream; `stamped` with
// four bytes before each packet as cards have it.
[[nodiscard]] std::string transportStream(const std::vector<std::pair<int, std::string>>& packs, bool stamped = true);

}  // namespace side_files
