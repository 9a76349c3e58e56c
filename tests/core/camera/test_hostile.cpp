// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/camera/readers/wav.h"
#include "core/camera/xml.h"
#include "fixtures.h"

using fixtures::Folder;
using namespace rollproof;

TEST_CASE("an entity bomb in a side file is refused in any encoding") {
  const std::string bomb =
      R"(<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>)";
  CHECK_FALSE(camera::parseXml(bomb).has_value());
  CHECK_FALSE(camera::parseXml(bomb, true).has_value());
  std::string wide("\xFF\xFE", 2);
  for (const char c : bomb) wide += std::string{c, '\0'};
  CHECK_FALSE(camera::parseXml(wide).has_value());
  CHECK(camera::parseXml("<l a=\"1\">text</l>").has_value());
}

TEST_CASE("damaged text in a side file prints nothing") {
  const Folder folder;
  folder.write("said", "");
  const int kept = dup(STDERR_FILENO);
  const int file = open(folder.path("said").c_str(), O_WRONLY);
  REQUIRE(dup2(file, STDERR_FILENO) >= 0);
  static_cast<void>(camera::parseXml("<?xml version=\"1.0\" encoding=\"UTF-16\"?><l>a</l>", true));
  static_cast<void>(
      camera::parseXml(std::string("<?xml version=\"1.0\" encoding=\"UTF-32\"?><l>\xD8\0\0\0</l>", 50), true));
  static_cast<void>(camera::parseXml("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><l>\x81\xFF\xFF</l>", true));
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(file);
  CHECK(std::filesystem::file_size(folder.path("said")) == 0);
}

TEST_CASE("names within names in a sound file do not fill memory") {
  std::string inner = "x";
  const std::string name(4000, 'n');
  for (int i = 0; i < 200; ++i) inner = "<" + name + ">t" + inner + "</" + name + ">";
  const auto ixml = camera::parseIxml(fixtures::ixml("<SCENE>1</SCENE>" + inner));
  REQUIRE(ixml.has_value());
  CHECK(ixml->scene == "1");
  CHECK(ixml->raw.size() == 1);
}

TEST_CASE("every truncation of a sound file is answered without a crash") {
  fixtures::Wav what;
  what.timeReference = 1;
  what.sampleFrames = 4;
  what.ixml = fixtures::ixml("<SCENE>1</SCENE>");
  what.ixmlFirst = true;
  const std::string whole = fixtures::wav(what);
  Folder folder;
  for (std::size_t size = 0; size <= whole.size(); size += 7) {
    folder.write("t.wav", whole.substr(0, size));
    const auto info = camera::readWav(realFileSystem(), folder.path("t.wav"));
    if (info) CHECK(info->channels == 1);
  }
}

TEST_CASE("chunk lengths beyond the file are not believed") {
  Folder folder;
  fixtures::Wav what;
  what.sampleFrames = 100;
  std::string bytes = fixtures::wav(what);
  const std::size_t data = bytes.find("data");
  bytes.replace(data + 4, 4, "\xF0\xFF\xFF\xFF");
  folder.write("t.wav", bytes);
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "unfinished"));
  const auto info = camera::readWav(realFileSystem(), folder.path("t.wav"));
  REQUIRE(info.has_value());
  CHECK(info->sampleFrames == 100);
}

TEST_CASE("junk is counted as files and makes no clips") {
  Folder folder;
  folder.write("A001.mov", "");
  folder.write("._A001.mov", "x");
  folder.write(".Trashes/501/old.mov", "x");
  folder.write("System Volume Information/x.mov", "x");
  folder.write("ascmhl/0001.mov", "x");
  folder.write(".rollproof-journal/x.mov", "x");
  folder.write("RECOVER.tmp", "x");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.files == 7);
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].name == "A001");
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "zero_length"));
  CHECK(fixtures::hasWarning(card.warnings, "temp_file"));
}

TEST_CASE("media that cannot be read is a warning on its clip and not the end of the card") {
  Folder folder;
  folder.write("one.mov", "this is no movie");
  folder.write("two.wav", "nor is this a sound");
  folder.write("three.dpx", std::string(3000, 'z'));
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.clips.size() == 3);
  for (const auto& clip : card.clips) CHECK(fixtures::hasWarning(clip.warnings, "unreadable_media"));
}

TEST_CASE("an MXF file that its camera never closed is called unfinished") {
  Folder folder;
  folder.write("A.mxf", std::string("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x02\x01\x00", 16) +
                            std::string(200, '\0'));
  folder.write("B.mxf", std::string("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x02\x04\x00", 16) +
                            std::string(200, '\0'));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "unfinished"));
  CHECK_FALSE(fixtures::hasWarning(card.clips[1].warnings, "unfinished"));
}

TEST_CASE("names that are not UTF-8 are kept byte for byte") {
  Folder folder;
  const std::string name = "clip\xE9.mov";
  folder.write(name, "");
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].files[0].path == name);
}

TEST_CASE("links on a card are not followed") {
  Folder folder;
  folder.write("real.mov", "");
  std::filesystem::create_symlink("real.mov", folder.path("link.mov"));
  std::filesystem::create_directory_symlink("/", folder.path("everything"));
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.files == 1);
  CHECK(card.clips.size() == 1);
}

TEST_CASE("a missing root is an error and an empty one an empty card") {
  Folder folder;
  auto missing = camera::readCard(realFileSystem(), folder.path("no"), camera::Depth::names);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == Errc::notFound);
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.clips.empty());
  CHECK(card.family == "generic");
}

TEST_CASE("a request to stop is answered between clips") {
  Folder folder;
  folder.write("a.mov", "");
  folder.write("b.mov", "");
  std::stop_source stop;
  const auto card = camera::readCard(realFileSystem(), folder.path(), camera::Depth::metadata, stop.get_token(),
                                     [&stop](std::size_t, std::size_t) { stop.request_stop(); });
  REQUIRE_FALSE(card.has_value());
  CHECK(card.error().code == Errc::cancelled);
}

TEST_CASE("two names that differ in case alone are two clips with their own content") {
  Folder folder;
  folder.write("TAKE.WAV", fixtures::wav({}));
  fixtures::Wav stereo;
  stereo.channels = 2;
  folder.write("take.wav", fixtures::wav(stereo));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  REQUIRE(card.clips[0].audio.has_value());
  REQUIRE(card.clips[1].audio.has_value());
  CHECK(card.clips[0].audio->channels == 1);
  CHECK(card.clips[1].audio->channels == 2);
}
