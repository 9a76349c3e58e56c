// SPDX-License-Identifier: Apache-2.0
// Phantom recordings and digital negatives, read by their own bytes.
#include <catch2/catch.hpp>

#include "core/base/file_system.h"
#include "core/camera/readers/readers.h"
#include "fixtures.h"
#include "raws.h"
#include "tests/support/memory_file_system.h"

using fixtures::Folder;
using rollproof::camera::Content;
using rollproof::camera::Record;

namespace {

// What the file's own bytes say, whatever libraries make of it.
Record described(const std::string& bytes) {
  rollproof::support::MemoryFileSystem disk;
  disk.putFile("/clip", bytes);
  auto content = Content::open(disk, "/clip");
  REQUIRE(content.has_value());
  Record record;
  record.clip.name = "clip";
  record.clip.files.push_back({"clip", rollproof::model::FileRole::essence, bytes.size()});
  rollproof::camera::describeContent(record, *content);
  record.finish();
  return record;
}

}  // namespace

TEST_CASE("a Phantom recording plays at one rate and was shot at another") {
  const auto clip = described(raws::cine()).clip;
  CHECK(clip.frameRate.text() == "24000/1001");
  CHECK(clip.sensorFps == rollproof::Rational{1000, 1});
  CHECK(clip.durationFrames == 3);
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 8);
  CHECK(clip.picture->height == 4);
  CHECK(clip.picture->bitDepth == 10);
  CHECK(clip.camera.make == "Vision Research");
  CHECK(clip.camera.serial == "14025");
  CHECK(clip.camera.firmware == "801");
  CHECK(clip.exposure.shutterSeconds == Approx(0.0005));
  CHECK(clip.lens.model == "Leica Summilux-C 40");
  CHECK(clip.lens.focalMm == Approx(40));
  CHECK(clip.lens.focusM == Approx(2.5));
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.whiteBalance.tint == Approx(-1.5));
  CHECK(clip.slate.notes == "car crash, take 2");
  CHECK(clip.uuid == "7c9e6679-7425-40de-944b-e07fc1f90ae7");
  CHECK(clip.recordedAt == "2026-05-02T14:35:00Z");
  CHECK_FALSE(clip.start.has_value());
  CHECK(clip.raw.at("cine.trigger_timecode") == "14:30:45:12");
  CHECK(clip.raw.at("cine.first_image") == "-10");
  CHECK(clip.warnings.empty());
}

TEST_CASE("an older and shorter camera setup has fewer fields and no wrong ones") {
  raws::Cine what;
  what.setupBytes = 1500;
  const auto clip = described(raws::cine(what)).clip;
  CHECK(clip.camera.serial == "14025");
  CHECK(clip.picture->bitDepth == 12);
  CHECK(clip.slate.notes == "old notes");
  CHECK_FALSE(clip.frameRate.valid());
  CHECK_FALSE(clip.exposure.shutterSeconds.has_value());
  CHECK(clip.lens.model.empty());
}

TEST_CASE("a Phantom recording whose last frame was never written says that it is unfinished") {
  raws::Cine what;
  what.cutShort = true;
  CHECK(fixtures::hasWarning(described(raws::cine(what)).clip.warnings, "unfinished"));
}

TEST_CASE("a CinemaDNG frame tells timecode and rate and reel and camera") {
  for (const bool little : {true, false}) {
    for (const bool preview : {true, false}) {
      raws::Dng what;
      what.littleEndian = little;
      what.previewFirst = preview;
      const auto clip = described(raws::dng(what)).clip;
      REQUIRE(clip.start.has_value());
      CHECK(clip.start->text() == "10:30:20:04");
      CHECK(clip.frameRate.text() == "24000/1001");
      CHECK(clip.reel == "A007");
      CHECK(clip.camera.make == "Maker");
      CHECK(clip.camera.model == "Cine One");
      CHECK(clip.camera.serial == "SN-42");
      CHECK(clip.camera.id == "A");
      CHECK(clip.exposure.ei == 800);
      CHECK(clip.exposure.shutterSeconds == Approx(1.0 / 48));
      CHECK(clip.exposure.irisT == Approx(2.8));
      CHECK(clip.lens.make == "Zeiss");
      CHECK(clip.lens.model == "CP.3 35mm");
      CHECK(clip.lens.serial == "8001");
      CHECK(clip.lens.focalMm == Approx(35));
      CHECK(clip.lens.focusM == Approx(2.35));
      CHECK(clip.recordedAt == "2026-05-02T11:30:00+02:00");
      REQUIRE(clip.picture.has_value());
      CHECK(clip.picture->width == 4032);
      CHECK(clip.picture->height == 3024);
      CHECK(clip.picture->bitDepth == 12);
    }
  }
}

TEST_CASE("a timecode of bytes that are no digits is none") {
  raws::Dng what;
  what.timecode = std::string(8, '\xFF');
  const auto clip = described(raws::dng(what)).clip;
  CHECK_FALSE(clip.start.has_value());
  CHECK(clip.reel == "A007");
}

TEST_CASE("an ordinary TIFF is not taken for a negative") {
  raws::Dng what;
  what.negative = false;
  CHECK(described(raws::dng(what)).clip.provenance.empty());
}

TEST_CASE("Phantom and negative headers cut short at any length are answered") {
  const std::string dng = raws::dng();
  for (std::size_t size = 0; size <= dng.size(); ++size) described(dng.substr(0, size));
  const std::string cine = raws::cine();
  for (std::size_t size = 0; size <= cine.size(); size += size < 200 ? 1 : 61) described(cine.substr(0, size));
}

TEST_CASE("a directory that points at itself or beyond the file ends") {
  std::string bytes = raws::dng();
  bytes.replace(4, 4, std::string("\xFF\xFF\xFF\x7F", 4));
  CHECK(described(bytes).clip.provenance.empty());
}

TEST_CASE("a folder of CinemaDNG frames is one clip with its sound") {
  Folder card;
  for (const char* name : {"A007C003_000001.dng", "A007C003_000002.dng", "A007C003_000004.dng"})
    card.write(std::string("A007C003/") + name, raws::dng());
  card.write("A007C003/A007C003.wav", fixtures::wav({}));
  const auto read = fixtures::readCard(card.path());
  REQUIRE(read.clips.size() == 1);
  CHECK(read.clips[0].family == "cinema_dng");
  CHECK(read.clips[0].reel == "A007");
  REQUIRE(read.clips[0].start.has_value());
  CHECK(read.clips[0].start->text() == "10:30:20:04");
  CHECK(read.clips[0].files.size() == 4);
  CHECK(fixtures::hasWarning(read.clips[0].warnings, "sequence_gap"));
}

TEST_CASE("a real negative tells what exiftool reads of it") {
  const std::string file = std::string(ROLLPROOF_SAMPLES) + "/exiftool_t_images/DNG.dng";
  if (!std::filesystem::exists(file)) {
    WARN("samples are not here");
    return;
  }
  const auto card = fixtures::readCard(file);
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  CHECK(clip.camera.make == "Canon");
  CHECK(clip.camera.model == "Canon EOS 350D DIGITAL");
  CHECK(clip.camera.serial == "012345678");
  CHECK(clip.exposure.ei == 400);
  CHECK(clip.exposure.shutterSeconds == Approx(1.0 / 15));
  CHECK(clip.lens.focalMm == Approx(55));
  CHECK(clip.recordedAt == "2005-08-03T18:59:18");
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 3516);
  CHECK(clip.picture->height == 2328);
  CHECK(clip.picture->bitDepth == 16);
}
