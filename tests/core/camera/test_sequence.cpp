// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "fixtures.h"

using fixtures::Folder;

TEST_CASE("numbered pictures are one clip that starts at its first header's timecode") {
  Folder folder;
  for (int i = 0; i < 5; ++i) {
    folder.write(fmt::format("A001/A001.{:07}.dpx", 86400 + i),
                 fixtures::dpx(8, 4, 0x01000000u + static_cast<unsigned>(i), 24));
  }
  folder.write("A001/A001.wav", fixtures::wav({}));
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "image_sequence");
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  CHECK(clip.name == "A001");
  CHECK(clip.firstFrameNumber == 86400);
  CHECK(clip.durationFrames == 5);
  REQUIRE(clip.files.size() == 6);
  CHECK(clip.files[0].path == "A001/A001.0086400.dpx");
  CHECK(clip.files[5].role == rollproof::model::FileRole::audio);
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "01:00:00:00");
  CHECK(clip.timecodeSource == "dpx");
  CHECK(clip.frameRate.text() == "24/1");
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 8);
  CHECK(clip.picture->bitDepth == 10);
  CHECK(clip.decoder == "oiio");
  CHECK(clip.warnings.empty());
}

TEST_CASE("dropped frames are a warning and not two clips") {
  Folder folder;
  for (const int i : {1, 2, 5, 6}) folder.write(fmt::format("x_{:04}.exr", i), "");
  const auto card = fixtures::readCard(folder.path(), rollproof::camera::Depth::names);
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].durationFrames == 6);
  CHECK(card.clips[0].files.size() == 4);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "sequence_gap"));
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "zero_length"));
}

TEST_CASE("another padding is another sequence unless the count ran past it") {
  Folder folder;
  for (const char* name : {"a.0998.dpx", "a.0999.dpx", "a.01000.dpx"}) folder.write(name, "x");
  for (const char* name : {"b.998.dpx", "b.999.dpx", "b.1000.dpx", "b.1001.dpx"}) folder.write(name, "x");
  const auto card = fixtures::readCard(folder.path(), rollproof::camera::Depth::names);
  REQUIRE(card.clips.size() == 3);
  const auto* joined = fixtures::findClip(card, "b");
  REQUIRE(joined != nullptr);
  CHECK(joined->durationFrames == 4);
  CHECK(joined->warnings.empty());
  CHECK(joined->files.front().path == "b.998.dpx");
}

TEST_CASE("a single frame of a sequence can be read by itself") {
  Folder folder;
  for (int i = 0; i < 3; ++i) folder.write(fmt::format("s.{:04}.dpx", i), fixtures::dpx(8, 4, 0x02000000u, 25));
  const auto card = fixtures::readCard(folder.path("s.0001.dpx"));
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].files.size() == 1);
  CHECK(card.clips[0].firstFrameNumber == 1);
  CHECK(card.files == 1);
}

TEST_CASE("a header without timecode gives none") {
  Folder folder;
  folder.write("t.0001.dpx", fixtures::dpx(8, 4, 0xFFFFFFFFu, 24));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK_FALSE(card.clips[0].start.has_value());
  CHECK(card.clips[0].timecodeSource == "none");
}
