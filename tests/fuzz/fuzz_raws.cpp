// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as the head of a raw file: R3D, ARRIRAW, Phantom and digital negatives.
#include "core/camera/readers/readers.h"
#include "tests/core/camera/raws.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  support::MemoryFileSystem disk;
  disk.putFile("/clip", std::string(bytes));
  auto content = camera::Content::open(disk, "/clip");
  if (!content) return;
  camera::Record record;
  record.clip.name = "clip";
  record.clip.files.push_back({"clip", model::FileRole::essence, bytes.size()});
  camera::describeContent(record, *content);
  record.finish();
  require(content->bytesRead() <= camera::Content::kDefaultBudget, "more was read than the budget allows");
  require(record.clip.raw.size() < 10'000, "a record of no bounds");
}

std::vector<std::string> seeds() {
  raws::Ari big;
  big.littleEndian = false;
  raws::Dng motorola;
  motorola.littleEndian = false;
  return {raws::r3d(),        raws::r3d(raws::redTags(), 1), raws::ari(), raws::ari(big), raws::cine(), raws::dng(),
          raws::dng(motorola)};
}

std::vector<std::string> pieces() {
  return {"RED1",
          "RED2",
          "rdi\1",
          "ARRI",
          "\x12\x34\x56\x78",
          "\x78\x56\x34\x12",
          "CI",
          "ST",
          std::string("II*\0", 4),
          std::string("MM\0*", 4)};
}

}  // namespace rollproof::fuzz
