// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>

#include "core/camera/readers/boxes.h"
#include "fixtures.h"
#include "movies.h"

using fixtures::Folder;
using namespace rollproof;

namespace {

Result<camera::Movie> read(const Folder& folder, const std::string& bytes) {
  folder.write("clip.mov", bytes);
  auto content = camera::Content::open(realFileSystem(), folder.path("clip.mov"));
  REQUIRE(content.has_value());
  return camera::readMovie(*content);
}

std::optional<camera::TimecodeTrack> timecodeOf(const Folder& folder, const std::vector<movies::Track>& tracks) {
  movies::Movie what;
  what.tracks = tracks;
  folder.write("clip.mov", movies::movie(what));
  auto content = camera::Content::open(realFileSystem(), folder.path("clip.mov"));
  REQUIRE(content.has_value());
  const auto movie = camera::readMovie(*content);
  REQUIRE(movie.has_value());
  return camera::readTimecode(*content, *movie);
}

}  // namespace

TEST_CASE("QuickTime keys of every kind are given in words with their case kept") {
  struct Wanted {
    movies::Key key;
    std::string text;
  };
  const std::vector<Wanted> wanted = {
      {{"k.Text", 1, "hello"}, "hello"},
      {{"k.wide", 2, std::string("\0h\0\xe9", 4)}, "h\xc3\xa9"},
      {{"k.signed", 21, movies::be(0xfffffffe, 4)}, "-2"},
      {{"k.signed3", 21, movies::be(0xfffffe, 3)}, "-2"},
      {{"k.unsigned", 22, movies::be(800, 4)}, "800"},
      {{"k.unsigned8", 22, movies::be(0xffffffffffffffff, 8)}, "18446744073709551615"},
      {{"k.float", 23, movies::f32(35.94F)}, "35.94"},
      {{"k.double", 24, std::string("\x40\x37\xf9\xdb\x22\xd0\xe5\x60", 8)}, "23.976"},
      {{"k.int8", 65, movies::be(0xfb, 1)}, "-5"},
      {{"k.int16", 66, movies::be(0xff38, 2)}, "-200"},
      {{"k.int32", 67, movies::be(65536, 4)}, "65536"},
      {{"k.int64", 74, movies::be(std::uint64_t{2} << 32, 8)}, "8589934592"},
      {{"k.uint16", 76, movies::be(0xffff, 2)}, "65535"},
      {{"k.uint32", 77, movies::be(1060405248, 4)}, "1060405248"},
      {{"k.point", 70, movies::f32(1920) + movies::f32(1080)}, "1920 1080"},
      {{"k.size", 71, movies::f32(5120) + movies::f32(4272)}, "5120 4272"},
  };
  std::vector<movies::Key> keys;
  for (const Wanted& one : wanted) keys.push_back(one.key);
  keys.push_back({"k.picture", 13, "jpeg"});
  keys.push_back({"k.tooLong", 21, movies::be(1, 8) + movies::be(1, 8)});
  Folder folder;
  for (const bool full : {false, true}) {
    movies::Movie what;
    what.tracks = {movies::picture("apch", 64, 36, 24, 1, 2)};
    what.inMoov = movies::metaBox(keys, full);
    const auto movie = read(folder, movies::movie(what));
    REQUIRE(movie.has_value());
    CHECK(movie->keys.size() == wanted.size());
    for (const Wanted& one : wanted) {
      CAPTURE(one.key.name);
      REQUIRE(movie->keys.count(one.key.name) == 1);
      CHECK(movie->keys.at(one.key.name) == one.text);
    }
    CHECK(movie->key("k.text") == "hello");
  }
}

TEST_CASE("an index behind two terabytes of media costs kilobytes") {
  Folder folder;
  movies::Movie what;
  auto track = movies::picture("apch", 4096, 2160, 24, 1, 172800);
  track.longOffsets = true;
  what.tracks = {track};
  what.inMoov = movies::metaBox({movies::text("camera", "A")}, false);
  const std::string bytes = movies::movie(what);
  const std::size_t moov = bytes.find("moov") - 4;
  constexpr std::uint64_t kMedia = 2'000'000'000'000;
  const std::string start = movies::box("ftyp", "qt  ") + movies::be(1, 4) + "mdat" + movies::be(16 + kMedia, 8);
  folder.write("big.mov", start);
  const std::string path = folder.path("big.mov");
  std::error_code failed;
  std::filesystem::resize_file(path, start.size() + kMedia, failed);
  if (failed) {
    WARN("this disk takes no sparse file of two terabytes");
    return;
  }
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes.substr(moov);
  auto content = camera::Content::open(realFileSystem(), path);
  REQUIRE(content.has_value());
  const auto movie = camera::readMovie(*content);
  REQUIRE(movie.has_value());
  CHECK(movie->indexed);
  CHECK_FALSE(movie->cut);
  REQUIRE(movie->tracks.size() == 1);
  CHECK(movie->tracks[0].sampleCount == 172800);
  CHECK(movie->tracks[0].width == 4096);
  CHECK(movie->keys.at("camera") == "A");
  CHECK(content->bytesRead() < 100'000);
}

TEST_CASE("a timecode counts in timescale over duration and starts where its first sample says") {
  Folder folder;
  auto picture = movies::picture("avc1", 64, 36, 30000, 1001, 10);
  picture.timecodeTracks = {2};
  auto found = timecodeOf(folder, {picture, movies::timecode(2, 2100244, movies::timecodeEntry(2, 90000, 3003, 29))});
  REQUIRE(found.has_value());
  CHECK(found->start.text() == "19:26:48:04");
  // Drop-frame is a flag of the track, and means nothing at other rates.
  found = timecodeOf(folder, {picture, movies::timecode(2, 107892, movies::timecodeEntry(3, 30000, 1001, 30, "R7"))});
  REQUIRE(found.has_value());
  CHECK(found->start.text() == "01:00:00;00");
  CHECK(found->reel == "R7");
  found = timecodeOf(folder, {picture, movies::timecode(2, 90000, movies::timecodeEntry(1, 25, 1, 25))});
  REQUIRE(found.has_value());
  CHECK(found->start.text() == "01:00:00:00");
  CHECK_FALSE(found->start.dropFrame);
  found = timecodeOf(folder, {picture, movies::timecode(2, 0xffffffff, movies::timecodeEntry(6, 25, 1, 25))});
  REQUIRE(found.has_value());
  CHECK(found->start.text() == "23:59:59:24");
}

TEST_CASE("of several timecode tracks the first that the picture is linked to counts") {
  Folder folder;
  auto picture = movies::picture("avc1", 64, 36, 24, 1, 10);
  const auto entry = movies::timecodeEntry(0, 24, 1, 24);
  picture.timecodeTracks = {9, 3, 2};
  auto found = timecodeOf(folder, {picture, movies::timecode(2, 24, entry), movies::timecode(3, 48, entry)});
  REQUIRE(found.has_value());
  CHECK(found->start.frames == 48);
  picture.timecodeTracks = {};
  found = timecodeOf(folder, {picture, movies::timecode(2, 24, entry), movies::timecode(3, 48, entry)});
  REQUIRE(found.has_value());
  CHECK(found->start.frames == 24);
}

TEST_CASE("impossible timecode descriptions give none") {
  Folder folder;
  const auto picture = movies::picture("avc1", 64, 36, 24, 1, 10);
  CHECK_FALSE(
      timecodeOf(folder, {picture, movies::timecode(2, 1, movies::timecodeEntry(0, 90000, 1, 24))}).has_value());
  CHECK_FALSE(timecodeOf(folder, {picture, movies::timecode(2, 1, movies::timecodeEntry(0, 0, 1, 24))}).has_value());
  CHECK_FALSE(timecodeOf(folder, {picture, movies::timecode(2, 1, movies::timecodeEntry(0, 24, 0, 24))}).has_value());
  CHECK_FALSE(timecodeOf(folder, {picture, movies::timecode(2, 1, movies::timecodeEntry(0, 4'000'000'000, 1, 24))})
                  .has_value());
  CHECK_FALSE(timecodeOf(folder, {picture, movies::timecode(2, 1, "short")}).has_value());
}

TEST_CASE("boxes that lie about their size end the reading and nothing else") {
  Folder folder;
  movies::Movie what;
  what.tracks = {movies::picture("apch", 64, 36, 24, 1, 2)};
  std::string bytes = movies::movie(what);
  bytes.replace(bytes.find("stsz") - 4, 4, movies::be(0x7fffffff, 4));
  auto movie = read(folder, bytes);
  REQUIRE(movie.has_value());
  REQUIRE(movie->tracks.size() == 1);
  CHECK(movie->tracks[0].sampleEntryType == "apch");
  CHECK_FALSE(movie->tracks[0].firstSampleOffset.has_value());
  bytes.replace(bytes.find("stsz") - 4, 4, movies::be(3, 4));
  CHECK(read(folder, bytes).has_value());
  // Nests forever, counts forever.
  std::string nested = movies::box("meta", "");
  for (int i = 0; i < 2000; ++i) nested = movies::box(i % 2 == 0 ? "udta" : "meta", nested);
  CHECK(read(folder, movies::box("moov", nested)).has_value());
  std::string many;
  for (int i = 0; i < 200'000; ++i) many += movies::box("free", "");
  movie = read(folder, many + movies::box("moov", ""));
  REQUIRE(movie.has_value());
  CHECK_FALSE(movie->indexed);
  CHECK_FALSE(read(folder, "RIFF....WAVE").has_value());
  CHECK_FALSE(read(folder, "").has_value());
}

TEST_CASE("user data is read as international text and as plain characters") {
  Folder folder;
  movies::Movie what;
  what.inMoov = movies::box("udta", movies::box("\xa9mod", movies::be(5, 2) + movies::be(0, 2) + "Model") +
                                        movies::box("FIRM", "HD5.02.02.00.00") +
                                        movies::box("titl", movies::be(0, 4) + movies::be(0x15c7, 2) + "Title") +
                                        movies::box("GUMI", std::string("\x01\x02\x03\x04", 4)) + movies::be(0, 4));
  const auto movie = read(folder, movies::movie(what));
  REQUIRE(movie.has_value());
  CHECK(movie->userText("\xa9mod") == "Model");
  CHECK(movie->userText("FIRM") == "HD5.02.02.00.00");
  CHECK(movie->userText("titl") == "Title");
  CHECK(movie->userText("GUMI").empty());
  CHECK(movie->userText("none").empty());
  CHECK(movie->userData.at("GUMI").size() == 4);
}
