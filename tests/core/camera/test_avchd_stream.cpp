// SPDX-License-Identifier: Apache-2.0
// The packs that AVCHD cameras write into their pictures.
#include <catch2/catch.hpp>

#include "core/camera/readers/avchd_stream.h"
#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/side_files.h"
#include "tests/support/memory_file_system.h"

using namespace rollproof;

namespace {

using Packs = std::vector<std::pair<int, std::string>>;

Packs ordinary() {
  return {{0x13, std::string("\x52\x30\x20\x10", 4)},  // drop frame, 12 frames
          {0x18, std::string("\x02\x20\x26\x05", 4)},  // one hour east
          {0x19, std::string("\x02\x10\x20\x30", 4)},
          {0x70, std::string("\0\0\0\1", 4)},      // looks like a start code
          {0x7F, std::string("\0\0\x33\x02", 4)},  // 563 of 28125
          {0xA1, std::string("\0\x1C\0\x0A", 4)},
          {0xE0, std::string("\x01\x08\x31\0", 4)},
          {0xE4, "HDR-"},
          {0xE5, "CX70"},
          {0xE6, std::string("0V\0\0", 4)}};
}

model::Clip described(const std::string& stream) {
  support::MemoryFileSystem disk;
  disk.putFile("/a.mts", stream);
  auto content = camera::Content::open(disk, "/a.mts");
  REQUIRE(content);
  camera::Record record;
  record.frameRate({camera::Rank::tag, "test"}, "29.97", FrameRate{30000, 1001});
  camera::describeAvchdStream(record, *content);
  record.finish();
  return record.clip;
}

}  // namespace

TEST_CASE("an AVCHD stream tells its time and its camera in the first picture") {
  for (const bool stamped : {true, false}) {
    const auto clip = described(side_files::transportStream(ordinary(), stamped));
    REQUIRE(clip.start);
    CHECK(clip.start->text() == "10:20:30;12");
    CHECK(clip.timecodeSource == "mdpm");
    CHECK(clip.recordedAt == "2026-05-02T10:20:30+01:00");
    CHECK(clip.exposure.shutterSeconds == Approx(563 / 28125.0));
    CHECK(clip.camera.make == "Sony");
    CHECK(clip.camera.model == "HDR-CX700V");
    CHECK(clip.raw.at("mdpm.f_number") == "2.8");
    CHECK_FALSE(clip.exposure.irisT);
    CHECK(clip.raw.at("mdpm.E0") == "01083100");
  }
}

TEST_CASE("what an AVCHD camera left unset stays absent") {
  Packs packs = ordinary();
  packs[0].second = "\xFF\xFF\xFF\xFF";
  packs[1].second = std::string("\x42\x20\x26\x05", 4);  // summer time: the zone is no longer certain
  packs[4].second = std::string("\0\0\xFF\x7F", 4);
  packs[6].second = std::string("\x10\x11\x31\0", 4);
  const auto clip = described(side_files::transportStream(packs));
  CHECK_FALSE(clip.start);
  CHECK(clip.recordedAt == "2026-05-02T10:20:30");
  CHECK_FALSE(clip.exposure.shutterSeconds);
  CHECK(clip.camera.make == "Canon");
  CHECK(clip.camera.model.empty());
}

TEST_CASE("packs that stand behind much else are found and a stream cut anywhere is answered") {
  const std::string whole = side_files::transportStream(ordinary());
  std::string filler;  // null packets
  for (int i = 0; i < 2000; ++i) filler += std::string("\0\0\0\0\x47\x1F\xFF\x10", 8) + std::string(184, '\xFF');
  CHECK(described(filler + whole).camera.make == "Sony");
  for (std::size_t length = 0; length < whole.size(); length += 7) (void)described(whole.substr(0, length));
  CHECK(described(std::string("no stream at all")).raw.empty());
}
