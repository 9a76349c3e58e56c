// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/playlist.h"

#include "core/camera/readers/content.h"

namespace rollproof::camera {

std::vector<PlayItem> readPlaylist(std::string_view bytes) {
  std::vector<PlayItem> out;
  if (part(bytes, 0, 4) != "MPLS") return out;
  const std::size_t begin = be32(bytes, 8);
  if (begin < 40 || begin >= bytes.size()) return out;
  const int count = be16(bytes, begin + 6);
  std::size_t at = begin + 10;
  for (int i = 0; i < count && at + 2 <= bytes.size(); ++i) {
    const std::size_t length = be16(bytes, at);
    const std::string_view item = part(bytes, at + 2, length);
    if (item.size() < length || length < 11) break;
    PlayItem one;
    one.stream = fixedText(item, 0, 5);
    // 1 is a break; what joins without one is 5 or 6, and writers that know of none leave 0.
    const int condition = be16(item, 9) & 15;
    one.seamless = condition != 1 && i > 0;
    out.push_back(std::move(one));
    at += 2 + length;
  }
  return out;
}

}  // namespace rollproof::camera
