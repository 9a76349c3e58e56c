// SPDX-License-Identifier: Apache-2.0
// MXF files written set by set from SMPTE ST 377-1 and ST 436, by nothing that the reader uses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mxf_files {

struct Mxf {
  std::string runIn;
  int status =
      4;  // of the header partition: 1 open and incomplete, 2 closed and incomplete, 3 open, 4 closed and complete
  std::int64_t duration = 48;
  std::int32_t rate[2] = {24000, 1001};
  int base = 24;
  bool drop = false;
  std::int64_t materialStart = 0, sourceStart = 86400, tapeStart = -1;  // in frames; -1 = no such track
  std::int64_t secondStart = -1;  // of a second timecode component in the source's track, from its middle on
  std::string tape;               // name of a tape package; "" none
  std::int64_t tapeOffset = 0;    // where the file begins on the tape
  std::string company = "ARRI", product = "ALEXA 35", version = "SUP 6.01.00";
  int width = 4608, height = 3164, layout = 0, depth = 0;
  std::string coding, container;  // labels in hex
  int across = 0, down = 0;       // chroma subsampling
  int soundTracks = 0;
  std::vector<std::pair<std::string, std::string>> documents;  // address of the schema, JSON
  std::string acquisition;                                     // sets in the first frame's ancillary packets
  std::uint32_t unitBytes = 0;                                 // an index table of equal units; 0 none
  int units = 4;                                               // frames of essence
  bool footer = false;  // closed, with a copy of the metadata that knows the duration
  bool randomIndex = true;
};
[[nodiscard]] std::string mxf(const Mxf& what = {});
// One lens set of RDD 18 with a T-stop.
[[nodiscard]] std::string lensSet();

}  // namespace mxf_files
