// SPDX-License-Identifier: Apache-2.0
// The play items of a playlist file (.MPL, .MPLS) of AVCHD and Blu-ray structures. Private to this folder.
// Threads: pure. Errors: none; a file that is no playlist has no items, a cut one those that are whole.
// Source: the layout of "MPLS" files as libbluray's mpls_parse.c reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollproof::camera {

struct PlayItem {
  std::string stream;     // five characters: "00000" is STREAM/00000.MTS
  bool seamless = false;  // goes on where the item before it ended
};
[[nodiscard]] std::vector<PlayItem> readPlaylist(std::string_view bytes);

}  // namespace rollproof::camera
