// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as sets of acquisition metadata.
#include "core/camera/readers/acquisition.h"
#include "tests/core/camera/movies.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  camera::Record record;
  camera::describeAcquisition(record, bytes, {camera::Rank::file, "rtmd"});
  record.finish();
  require(record.clip.raw.size() <= 65536, "more tags than there are");
}

std::vector<std::string> seeds() {
  using movies::be;
  const auto item = [](std::uint64_t tag, const std::string& data) { return be(tag, 2) + be(data.size(), 2) + data; };
  std::string items;
  for (const std::uint64_t tag :
       {0x8001, 0x8005, 0x8008, 0x8103, 0x8106, 0x8108, 0x8109, 0x810B, 0x810E, 0x8114, 0x8115,
        0x8117, 0x811E, 0x3210, 0xE108, 0xE109, 0xE115, 0xE11E, 0xE211, 0xE212, 0xE228})
    items += item(tag, be(0x1234567890ABCDEF, 8) + std::string(16, 'x'));
  const std::string rdd18("\x06\x0E\x2B\x34\x02\x53\x01\x01\x0C\x02\x01\x01\x02\x01\0\0", 16);
  const std::string canon("\x06\x0E\x2B\x34\x04\x01\x01\x0D\x0E\x15\0\x04\x02\0\0\0", 16);
  const std::string length = be(0x83, 1) + be(items.size(), 3);
  return {rdd18 + length + items, canon + length + items,
          rdd18 + be(0x82, 1) + be(items.size() + 4, 2) + item(0x8300, items)};
}

std::vector<std::string> pieces() {
  return {std::string("\x06\x0E\x2B\x34\x02\x53\x01\x01\x0C\x02\x01\x01", 12), std::string("\x83\0", 2)};
}

}  // namespace rollproof::fuzz
