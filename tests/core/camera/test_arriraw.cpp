// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/raws.h"

using namespace rollproof;
using fixtures::Folder;

namespace {

std::string frame(int number, const char* extension = "ari") {
  return fmt::format("ARRIRAW/A001R1KL/A001C001_130508_R1KL/A001C001_130508_R1KL.{:07}.{}", number, extension);
}

}  // namespace

TEST_CASE("an ARRIRAW sequence is one clip with what its first header knows in either byte order") {
  for (const bool little : {true, false}) {
    INFO("little-endian " << little);
    const Folder folder;
    raws::Ari what;
    what.littleEndian = little;
    for (int i = 0; i < 5; ++i) folder.write(frame(92072 + i), raws::ari(what));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    const auto& clip = card.clips[0];
    CHECK(clip.family == "arri_sequence");
    CHECK(clip.name == "A001C001_130508_R1KL");
    CHECK(clip.reel == "A001R1KL");
    CHECK(clip.cameraLetter == "A");
    CHECK(clip.camera.id == "R1KL");
    CHECK(clip.durationFrames == 5);
    CHECK(clip.frameRate.text() == "24000/1001");
    REQUIRE(clip.start);
    CHECK(clip.start->text() == "10:20:30:04");
    CHECK(clip.timecodeSource == "ari");
    CHECK(clip.sensorFps->num == 48);
    CHECK(clip.picture->width == 2868);
    CHECK(clip.picture->height == 2152);
    CHECK(clip.picture->lensSqueeze->num == 2);
    CHECK(clip.camera.model == "ALEXA XT Plus");
    CHECK(clip.camera.serial == "20017");
    CHECK(clip.exposure.ei == 800);
    CHECK(clip.exposure.shutterAngleDeg == Approx(172.8));
    CHECK(clip.exposure.irisT == Approx(2.8284271));
    CHECK(clip.exposure.ndStops == Approx(1.9931569));
    CHECK(clip.whiteBalance.kelvin == 5600);
    CHECK(clip.whiteBalance.tint == Approx(-2.5));
    CHECK(clip.lens.model == "ARRI MP 32");
    CHECK(clip.lens.serial == "9104");
    CHECK(clip.lens.focalMm == Approx(32));
    CHECK(clip.lens.focusM == Approx(2.35));
    CHECK(clip.colour.look == "SHOW_DAY");
    CHECK(clip.colour.space == "ARRI LogC3 (EI800)");
    REQUIRE(clip.colour.cdl);
    CHECK(clip.colour.cdl->slope[0] == Approx(1.1));
    CHECK(clip.colour.cdl->power[2] == Approx(0.95));
    CHECK(clip.colour.cdl->saturation == Approx(0.9));
    CHECK(clip.slate.scene == "12A");
    CHECK(clip.slate.take == "3");
    CHECK(clip.slate.dop == "A Cinematographer");
    CHECK(clip.slate.circled == true);
    CHECK(clip.recordedAt == "2026-05-02T14:35:01");
    CHECK(clip.uuid == "04030201-0605-0807-090a-0b0c0d0e0f10");
    CHECK(clip.decoder == "none");
  }
}

TEST_CASE("frames dropped from an ARRIRAW sequence are a warning and never split the clip") {
  const Folder folder;
  for (const int i : {1, 2, 5}) folder.write(frame(i), raws::ari());
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].durationFrames == 5);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "sequence_gap"));
}

TEST_CASE("a section of an ARRIRAW header that is not valid says nothing") {
  const Folder folder;
  raws::Ari what;
  what.lens = false;
  what.timecode = 0x99999999;
  folder.write(frame(1), raws::ari(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].lens.model.empty());
  CHECK_FALSE(card.clips[0].exposure.irisT);
  CHECK_FALSE(card.clips[0].start);
}

TEST_CASE("an ARRIRAW header cut at any length is read as far as it goes") {
  const std::string whole = raws::ari();
  for (std::size_t length = 0; length < 4200; length += 61) {
    const Folder folder;
    folder.write(frame(1), whole.substr(0, length));
    CHECK(fixtures::readCard(folder.path()).clips.size() == 1);
  }
}
