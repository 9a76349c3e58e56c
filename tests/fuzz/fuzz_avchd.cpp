// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an AVCHD card's list of streams and as a stream.
#include "core/camera/readers/avchd_stream.h"
#include "core/camera/readers/playlist.h"
#include "tests/core/camera/side_files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  const auto items = camera::readPlaylist(bytes);
  require(items.size() * 13 <= bytes.size(), "more items than there are bytes");
  for (const auto& item : items) require(item.stream.size() <= 5, "a stream of another name");
  support::MemoryFileSystem disk;
  disk.putFile("/a.mts", std::string(bytes));
  auto content = camera::Content::open(disk, "/a.mts");
  if (!content || !camera::isTransportStream(content->head())) return;
  camera::Record record;
  record.frameRate({camera::Rank::tag, "fuzz"}, "29.97", FrameRate{30000, 1001});
  camera::describeAvchdStream(record, *content);
  record.finish();
  require(record.clip.raw.size() <= 257, "more packs than numbers");
  require(content->bytesRead() <= camera::Content::kDefaultBudget, "more was read than the budget allows");
}

std::vector<std::string> seeds() {
  const std::vector<std::pair<int, std::string>> packs{{0x13, std::string("\x52\x30\x20\x10", 4)},
                                                       {0x18, std::string("\x02\x20\x26\x05", 4)},
                                                       {0x19, std::string("\x02\x10\x20\x30", 4)},
                                                       {0x70, std::string("\0\0\0\1", 4)},
                                                       {0x7F, std::string("\0\0\x33\x02", 4)},
                                                       {0xA0, std::string("\0\1\0\x32", 4)},
                                                       {0xE0, std::string("\x01\x08\x31\0", 4)},
                                                       {0xE4, "HDR-"},
                                                       {0xE5, "CX70"},
                                                       {0xE6, std::string("0V\0\0", 4)}};
  return {side_files::transportStream(packs), side_files::transportStream(packs, false),
          side_files::playlist({{"00000", 1}, {"00001", 6}, {"00002", 5}})};
}

std::vector<std::string> pieces() {
  return {"MPLS0100",
          std::string("\0\0\0\1\x06", 5),
          std::string("\0\0\1\xE0", 4),
          std::string("\x17\xEE\x8C\x60\xF8\x4D\x11\xD9\x8C\xD6\x08\0\x20\x0C\x9A\x66MDPM", 20),
          "\xFF\xFF\xFF\xFF",
          std::string("\0\0\3", 3),
          "\x47"};
}

}  // namespace rollproof::fuzz
