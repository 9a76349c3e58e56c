// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/core/camera/fixtures.h"

using namespace rollproof;
using fixtures::Folder;
using model::FileRole;

namespace {

model::Card namesOf(const Folder& folder, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) folder.write(path, "x");
  return fixtures::readCard(folder.path(), camera::Depth::names);
}

FileRole roleOf(const model::Clip& clip, const std::string& end) {
  for (const auto& file : clip.files) {
    if (file.path.ends_with(end)) return file.role;
  }
  return FileRole::other;
}

}  // namespace

TEST_CASE("GoPro chapters are one clip in the order of their chapters") {
  const Folder folder;
  const auto card = namesOf(folder, {"DCIM/100GOPRO/GX020042.MP4", "DCIM/100GOPRO/GX010042.MP4",
                                     "DCIM/100GOPRO/GX010043.MP4", "DCIM/100GOPRO/GL010042.LRV",
                                     "DCIM/100GOPRO/GX010042.THM", "DCIM/100GOPRO/GX010042.WAV", "MISC/version.txt"});
  CHECK(card.family == "gopro");
  REQUIRE(card.clips.size() == 2);
  const auto* clip = fixtures::findClip(card, "GX010042");
  REQUIRE(clip);
  REQUIRE(clip->files.size() == 5);
  CHECK(clip->files[0].path.ends_with("GX010042.MP4"));
  CHECK(clip->files[1].path.ends_with("GX020042.MP4"));
  CHECK(roleOf(*clip, "GL010042.LRV") == FileRole::proxy);
  CHECK(roleOf(*clip, ".THM") == FileRole::thumbnail);
  CHECK(roleOf(*clip, ".WAV") == FileRole::audio);
  CHECK(clip->reel.empty());
}

TEST_CASE("a GoPro clip without one of its chapters says which") {
  const Folder folder;
  const auto card = namesOf(folder, {"gx010042.mp4", "gx030042.mp4", "GX020050.MP4", "GOPR0007.MP4", "GP010007.MP4"});
  const auto* gap = fixtures::findClip(card, "gx010042");
  REQUIRE(gap);
  CHECK(fixtures::hasWarning(gap->warnings, "missing_segment"));
  const auto* headless = fixtures::findClip(card, "GX020050");
  REQUIRE(headless);
  CHECK(fixtures::hasWarning(headless->warnings, "missing_segment"));
  const auto* old = fixtures::findClip(card, "GOPR0007");
  REQUIRE(old);
  CHECK(old->files.size() == 2);
  CHECK(old->warnings.empty());
}

TEST_CASE("a GoPro card's version file names the camera") {
  const Folder folder;
  folder.write("DCIM/100GOPRO/GX010042.MP4", "x");
  folder.write("MISC/version.txt",
               "{\n\"info version\":\"2.0\",\n\"firmware version\":\"HD9.01.01.72.00\",\n\"camera type\":\"HERO9 "
               "Black\",\n\"camera serial number\":\"C3441325000000\",\n}\n");
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].camera.model == "HERO9 Black");
  CHECK(card.clips[0].camera.serial == "C3441325000000");
  CHECK(card.clips[0].camera.firmware == "HD9.01.01.72.00");
  CHECK(fixtures::source(card.clips[0], "camera.model") == "version.txt");
}

TEST_CASE("both lenses of an Insta360 are one clip") {
  const Folder folder;
  const auto card = namesOf(
      folder, {"DCIM/Camera01/VID_20240512_101530_10_042.insv", "DCIM/Camera01/VID_20240512_101530_00_042.insv",
               "DCIM/Camera01/LRV_20240512_101530_11_042.insv", "DCIM/Camera01/VID_20240512_111530_10_043.insv"});
  CHECK(card.family == "insta360");
  REQUIRE(card.clips.size() == 2);
  const auto* clip = fixtures::findClip(card, "VID_20240512_101530_00_042");
  REQUIRE(clip);
  REQUIRE(clip->files.size() == 3);
  CHECK(clip->files[1].path.ends_with("_10_042.insv"));
  CHECK(roleOf(*clip, "_11_042.insv") == FileRole::proxy);
  CHECK(clip->recordedAt == "2024-05-12T10:15:30");
  CHECK(clip->warnings.empty());
  CHECK(fixtures::hasWarning(card.clips[1].warnings, "missing_segment"));
}

TEST_CASE("flat cards are known by their makers' names") {
  struct Row {
    const char* family;
    std::vector<std::string> paths;
    std::size_t files;
    std::string reel;
  };
  const std::vector<Row> rows{
      {"dji",
       {"DCIM/DJI_001/DJI_20240512101530_0001_D.MP4", "DCIM/DJI_001/DJI_20240512101530_0001_D.SRT",
        "DCIM/DJI_001/DJI_20240512101530_0001_D.LRF"},
       3,
       ""},
      {"dji", {"DJI_0001.MOV"}, 1, ""},
      {"apple", {"DCIM/100APPLE/IMG_0042.MOV", "DCIM/100APPLE/IMG_0042.AAE"}, 2, ""},
      {"atomos", {"ALPHA_S001_S001_T001.MOV"}, 1, "ALPHA"},
      {"kinefinity", {"A001C001.krw", "A001C001.wav"}, 2, ""},
      {"phantom", {"shot.cine", "shot.xml"}, 2, ""},
      {"cinema_dng", {"A001/A001_000001.dng", "A001/A001_000002.dng", "A001/A001.wav"}, 3, ""},
  };
  for (const Row& row : rows) {
    INFO(row.family << " " << row.paths.front());
    const Folder folder;
    const auto card = namesOf(folder, row.paths);
    CHECK(card.family == row.family);
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].files.size() == row.files);
    CHECK(card.clips[0].reel == row.reel);
  }
}

TEST_CASE("the parts of a Z CAM recording are one clip and a missing part is named") {
  const Folder folder;
  const auto card =
      namesOf(folder, {"A001/A001C0004_20240512101530_0001.MOV", "A001/A001C0004_20240512101530_0002.MOV",
                       "A001/A001C0004_20240512101530_0004.MOV", "A001/A001C0005_20240512111530_0001.MOV"});
  CHECK(card.family == "zcam");
  REQUIRE(card.clips.size() == 2);
  CHECK(card.clips[0].name == "A001C0004_20240512101530");
  CHECK(card.clips[0].files.size() == 3);
  CHECK(card.clips[0].reel == "A001");
  REQUIRE(card.clips[0].warnings.size() == 1);
  CHECK(card.clips[0].warnings[0].text.find("part 4") != std::string::npos);
  CHECK(card.clips[1].warnings.empty());
}

TEST_CASE("a photo's name in a folder that is not Apple's is nobody's") {
  const Folder folder;
  CHECK(namesOf(folder, {"footage/IMG_0042.MOV"}).family == "generic");
}

TEST_CASE("a card of several cameras names them all and splits nothing") {
  const Folder folder;
  const auto card =
      namesOf(folder, {"DCIM/100GOPRO/GX010042.MP4", "A001_C001_0502AB_001.R3D", "A001_C001_0502AB_002.R3D"});
  CHECK(card.clips.size() == 2);
  CHECK(card.families.size() == 2);
  CHECK(fixtures::hasWarning(card.warnings, "mixed_cards"));
}
