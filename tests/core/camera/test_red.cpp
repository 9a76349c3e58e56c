// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/raws.h"

using namespace rollproof;
using fixtures::Folder;

TEST_CASE("a RED header gives what the camera knew") {
  const Folder folder;
  folder.write("A001.RDM/A001_C007_0502AB.RDC/A001_C007_0502AB_001.R3D", raws::r3d());
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  CHECK(clip.name == "A001_C007_0502AB");
  CHECK(clip.family == "red");
  CHECK(clip.reel == "A001");
  CHECK(clip.cameraLetter == "A");
  REQUIRE(clip.start);
  CHECK(clip.start->text() == "16:31:28:18");
  CHECK(clip.timecodeSource == "r3d");
  CHECK(clip.frameRate.text() == "24000/1001");
  REQUIRE(clip.sensorFps);
  CHECK(clip.sensorFps->num == 48000);
  CHECK(clip.sensorFps->den == 1001);
  REQUIRE(clip.picture);
  CHECK(clip.picture->width == 8192);
  CHECK(clip.picture->height == 4320);
  CHECK(clip.camera.make == "RED");
  CHECK(clip.camera.model == "V-RAPTOR 8K VV");
  CHECK(clip.camera.serial == "130-246-CE5");
  CHECK(clip.camera.firmware == "7.4.2");
  CHECK(clip.camera.sensorMode == "8K 17:9");
  CHECK(clip.exposure.ei == 800);
  CHECK_FALSE(clip.exposure.irisT);  // an f-number is no T-stop
  CHECK(clip.raw.at("red.406A") == "28");
  CHECK(clip.exposure.shutterSeconds == Approx(1 / 48.0).epsilon(1e-6));
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.whiteBalance.tint == Approx(-3.5));
  CHECK(clip.lens.make == "Cooke");
  CHECK(clip.lens.focalMm == Approx(40));
  CHECK(clip.lens.focusM == Approx(2.35));
  CHECK(clip.slate.scene == "12A");
  CHECK(clip.slate.take == "3");
  CHECK(clip.slate.director == "A Director");
  CHECK(clip.recordedAt == "2026-05-02T14:35:01");
  CHECK(clip.uuid == "a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
  CHECK(clip.colour.space == "Log3G10 REDWideGamutRGB");
  CHECK(clip.decoder == "none");
  CHECK(fixtures::hasWarning(clip.warnings, "no_decoder"));
  CHECK_FALSE(fixtures::hasWarning(clip.warnings, "renamed_by_hand"));
  CHECK(clip.raw.at("red.101B") == "007");
}

TEST_CASE("the first RED generation keeps its tags in the second block") {
  const Folder folder;
  folder.write("A001_C001_0502AB_001.R3D", raws::r3d({{0x1001, "10:00:00:00"}, {0x1006, "100-0AA"}}, 1));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].picture->width == 4096);
  CHECK(card.clips[0].frameRate.text() == "24000/1001");
  CHECK(card.clips[0].start->text() == "10:00:00:00");
  CHECK(card.clips[0].camera.serial == "100-0AA");
}

TEST_CASE("the segments of a RED clip are one clip in order with what lies beside them") {
  const Folder folder;
  const std::string base = "A001.RDM/A001_C007_0502AB.RDC/A001_C007_0502AB";
  for (const char* end : {"_003.R3D", "_001.R3D", "_004.r3d"}) folder.write(base + end, raws::r3d());
  folder.write(base + ".RMD", "<xml/>");
  folder.write(base + ".mov", movies::movie({}));
  folder.write(base + ".wav", "x");
  folder.write("A001.RDM/A001_C008_0502AB.RDC/A001_C008_0502AB.RMD", "<xml/>");
  folder.write("A001.RDM/DIGITAL.TXT", "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "red");
  CHECK(card.reel == "A001");
  REQUIRE(card.clips.size() == 1);
  const auto& files = card.clips[0].files;
  REQUIRE(files.size() == 6);
  CHECK(files[0].path.ends_with("_001.R3D"));
  CHECK(files[1].path.ends_with("_003.R3D"));
  CHECK(files[2].path.ends_with("_004.r3d"));
  CHECK(files[2].role == model::FileRole::essence);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "missing_segment"));
  CHECK(fixtures::hasWarning(card.warnings, "orphan_sidecar"));
}

TEST_CASE("a RED clip that was renamed by hand keeps its reel and says what it was") {
  const Folder folder;
  folder.write("A014_0510JN__A001_C007_0502AB_001.R3D", raws::r3d());
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].reel == "A001");
  CHECK(card.clips[0].raw.at("original_name") == "A001_C007_0502AB_001.R3D");
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "renamed_by_hand"));
}

TEST_CASE("a file called R3D that is Nikon's is not taken for RED's") {
  const Folder folder;
  folder.write("CLIP0001.R3D", movies::nraw());
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].family == "nikon_nraw");
  CHECK(card.clips[0].camera.make.starts_with("N"));
}

TEST_CASE("the camera's proxy tells how long a RED clip is") {
  const Folder folder;
  folder.write("A001_C007_0502AB_001.R3D", raws::r3d());
  movies::Movie proxy;
  proxy.tracks = {movies::picture("apco", 2048, 1080, 24000, 1001, 335)};
  folder.write("A001_C007_0502AB.mov", movies::movie(proxy));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].durationFrames == 335);
}

TEST_CASE("a RED header cut at any length is read as far as it goes") {
  const std::string whole = raws::r3d().substr(0, 1400);
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    const Folder folder;
    folder.write("A001_C007_0502AB_001.R3D", whole.substr(0, length));
    CHECK(fixtures::readCard(folder.path()).clips.size() == 1);
  }
}

TEST_CASE("the real RED header gives the values other tools read from it") {
  const std::string sample = std::string(ROLLPROOF_SAMPLES) + "/exiftool_t_images/Red.r3d";
  if (!std::filesystem::exists(sample)) {
    WARN("the sample is not here");
    return;
  }
  const auto card = fixtures::readCard(sample);
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  CHECK(clip.start->text() == "21:36:16:18");
  CHECK(clip.frameRate.text() == "24000/1001");
  CHECK(clip.picture->width == 5120);
  CHECK(clip.picture->height == 2560);
  CHECK(clip.camera.serial == "130-246-CE5");
  CHECK(clip.camera.model == "S-WEAPON");
  CHECK(clip.camera.firmware == "6.2.34");
  CHECK(clip.camera.sensorMode == "5K 2:1");
  CHECK(clip.exposure.ei == 1280);
  CHECK(clip.raw.at("red.406A") == "49");
  CHECK(clip.whiteBalance.kelvin == 4800);
  CHECK(clip.lens.focalMm == Approx(24));
  CHECK_FALSE(clip.lens.focusM);  // the lens does not tell
  CHECK(clip.reel == "A106");
  CHECK(clip.recordedAt == "2016-01-18T21:35:55");
  CHECK(clip.raw.at("original_name") == "A106_C037_0118G5_002.R3D");
}
