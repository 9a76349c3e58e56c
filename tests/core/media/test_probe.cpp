// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/core/media/fixtures.h"

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

// OpenImageIO's PNG reader leaves its error text behind when libpng jumps out of it; nothing here can free that.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:ImageInput::geterror"; }

namespace {

// Everything a caller may do with a file it does not trust. Nothing here may hang, crash or throw.
void touchEverything(const std::string& path) {
  static_cast<void>(probe(path));
  static_cast<void>(readImage(path));
  if (auto sound = openAudio({path})) static_cast<void>((*sound)->read(48000));
  auto reader = openVideo({path}, ReaderOptions{});
  if (!reader) return;
  CHECK((*reader)->frameCount() >= 0);
  for (const std::int64_t index : {std::int64_t{0}, (*reader)->frameCount() - 1, (*reader)->frameCount() / 2}) {
    if ((*reader)->isFloat()) {
      static_cast<void>((*reader)->readFloat(index));
    } else {
      static_cast<void>((*reader)->readFrame(index));
    }
  }
}

}  // namespace

TEST_CASE("a GoPro timecode counts in timescale over duration and not in its frame byte") {
  const std::string path = ROLLPROOF_SAMPLES "/gopro_gpmf_parser/karma.mp4";
  if (!hasSample(path)) {
    WARN("samples are not here");
    return;
  }
  const auto info = probe(path);
  REQUIRE(info);
  REQUIRE(info->start);
  CHECK(info->start->text() == "19:26:48:04");
  CHECK(info->timecodeSource == "tmcd");
  REQUIRE(info->video);
  CHECK(info->video->rate == FrameRate{30000, 1001});
  CHECK(info->video->codec == "h264");
  const auto reader = openVideo({path}, ReaderOptions{});
  REQUIRE(reader);
  CHECK((*reader)->frameCount() == *info->video->frames);
  for (const std::int64_t index : {std::int64_t{0}, (*reader)->frameCount() - 1, std::int64_t{5}}) {
    const auto frame = (*reader)->readFrame(index);
    REQUIRE(frame);
    CHECK(frame->index == index);
  }
  const auto sound = openAudio({path});
  REQUIRE(sound);
  CHECK((*sound)->channels() >= 1);
}

TEST_CASE("an OP1a recording gives its start timecode") {
  const std::string path = ROLLPROOF_SAMPLES "/bbc_bmx/sample.mxf";
  if (!hasSample(path)) {
    WARN("samples are not here");
    return;
  }
  const auto info = probe(path);
  REQUIRE(info);
  REQUIRE(info->start);
  CHECK(info->start->text() == "23:58:30:00");
  CHECK(info->timecodeSource == "mxf");
  touchEverything(path);
}

TEST_CASE("an old QuickTime movie is read to its last frame") {
  const std::string path = ROLLPROOF_SAMPLES "/tlrender/PSR63_2012-06-02.mov";
  if (!hasSample(path)) {
    WARN("samples are not here");
    return;
  }
  const auto info = probe(path);
  REQUIRE(info);
  REQUIRE(info->video);
  const auto reader = openVideo({path}, ReaderOptions{});
  REQUIRE(reader);
  const auto frame = (*reader)->readFrame((*reader)->frameCount() - 1);
  REQUIRE(frame);
  CHECK(frame->width == info->video->width);
}

TEST_CASE("a field recorder's file gives its time reference as a tag") {
  const std::string path = ROLLPROOF_SAMPLES "/wavinfo_bwf/A101_1.WAV";
  if (!hasSample(path)) {
    WARN("samples are not here");
    return;
  }
  const auto info = probe(path);
  REQUIRE(info);
  CHECK_FALSE(info->video);
  REQUIRE(info->audio.size() == 1);
  CHECK(info->audio[0].sampleRate == 48000);
  CHECK(info->container == "wav");
  CHECK(info->tags.at("time_reference") == "2190940753");
  CHECK_FALSE(info->start);
  CHECK(info->durationSeconds > 1);
}

TEST_CASE("real images give size depth and timecode") {
  const std::string samples = ROLLPROOF_SAMPLES;
  if (!hasSample(samples + "/oiio_images")) {
    WARN("samples are not here");
    return;
  }
  auto info = probe(samples + "/oiio_images/dpx_nuke_10bits_rgb.dpx");
  REQUIRE(info);
  CHECK(info->container == "dpx");
  CHECK(info->decoder == "oiio");
  CHECK(info->video->bitDepth == 10);
  CHECK(info->video->rgb);
  info = probe(samples + "/exiftool_t_images/DPX.dpx");
  REQUIRE(info);
  REQUIRE(info->start);
  CHECK(info->start->text() == "00:00:10:15");
  CHECK(info->timecodeSource == "dpx");
  info = probe(samples + "/openexr_images/Carrots.exr");
  REQUIRE(info);
  CHECK(info->container == "openexr");
  CHECK(info->video->bitDepth == 16);
  const auto reader = openVideo({samples + "/openexr_images/Carrots.exr"}, ReaderOptions{});
  REQUIRE(reader);
  CHECK((*reader)->isFloat());
  const auto image = (*reader)->readFloat(0);
  REQUIRE(image);
  CHECK(image->width == info->video->width);
  CHECK((*reader)->readFrame(0).error().code == Errc::unsupported);
  info = probe(samples + "/oiio_images/checker.cin");
  REQUIRE(info);
  CHECK(info->container == "cineon");
}

TEST_CASE("every sample may be handed in without harm") {
  const std::string samples = ROLLPROOF_SAMPLES;
  if (!hasSample(samples)) {
    WARN("samples are not here");
    return;
  }
  for (const char* name : {"openexr_images/NULL_pointer", "openexr_images/stripes.exr", "exiftool_t_images/OpenEXR.exr",
                           "exiftool_t_images/DNG.dng", "exiftool_t_images/Red.r3d", "exiftool_t_images/DPX.dpx",
                           "otio_aaf/one_clip.aaf", "wavinfo_bwf/umid.wav", "smpte_camdkit/metadata.txt"}) {
    CAPTURE(name);
    touchEverything(samples + "/" + name);
  }
  CHECK_FALSE(readImage(samples + "/openexr_images/NULL_pointer"));
}

TEST_CASE("a FIFO a folder an empty and a missing file are refused at once") {
  TempDir dir;
  const std::string fifo = dir.file("clip.mov");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(probe(fifo).error().code == Errc::notRegular);
  CHECK(openVideo({fifo}, ReaderOptions{}).error().code == Errc::notRegular);
  CHECK(openAudio({fifo}).error().code == Errc::notRegular);
  CHECK(readImage(fifo).error().code == Errc::notRegular);
  REQUIRE(::mkdir(dir.file("folder.mov").c_str(), 0700) == 0);
  CHECK(probe(dir.file("folder.mov")).error().code == Errc::notRegular);
  putBytes(dir.file("empty.mov"), "");
  CHECK(probe(dir.file("empty.mov")).error().code == Errc::corrupt);
  CHECK(openVideo({dir.file("empty.mov")}, ReaderOptions{}).error().code == Errc::corrupt);
  CHECK(probe(dir.file("nothing.mov")).error().code == Errc::notFound);
  CHECK(openVideo({}, ReaderOptions{}).error().code == Errc::usage);
}

TEST_CASE("a playlist under a movie's name opens nothing") {
  TempDir dir;
  const auto options = optionsFor(dir.file("real.mp4"), "mp4", "h264");
  REQUIRE(writeClip(options, 5));
  putBytes(dir.file("list.mov"),
           "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://" + options.path + "\n#EXT-X-ENDLIST\n");
  putBytes(dir.file("concat.mov"), "ffconcat version 1.0\nfile 'real.mp4'\n");
  for (const char* name : {"list.mov", "concat.mov"}) {
    CAPTURE(name);
    CHECK(probe(dir.file(name)).error().code == Errc::unsupported);
    CHECK_FALSE(openVideo({dir.file(name)}, ReaderOptions{}));
    CHECK_FALSE(openAudio({dir.file(name)}));
  }
}

TEST_CASE("names with colons percent signs and bytes that are no UTF-8 open as they are") {
  TempDir dir;
  for (const std::string name : {"http:%d.mov", "a\xff\xfe b.mov", "concat:x|y.mov"}) {
    CAPTURE(name);
    REQUIRE(writeClip(optionsFor(dir.file(name), "mov", "prores_proxy"), 2));
    const auto info = probe(dir.file(name));
    REQUIRE(info);
    CHECK(info->video->frames == 2);
  }
}

TEST_CASE("a movie cut short gives what is there or an error and never a hang") {
  TempDir dir;
  struct {
    const char* container;
    const char* codec;
  } kinds[] = {{"mov", "prores_lt"}, {"mp4", "h264"}, {"mxf", "mpeg2_422"}, {"mxf", "dnxhr_lb"}};
  for (const auto& kind : kinds) {
    CAPTURE(kind.container, kind.codec);
    auto options = optionsFor(dir.file(std::string("whole.") + kind.container), kind.container, kind.codec);
    options.audio = AudioTarget{kind.container == std::string("mp4") ? "aac" : "pcm_s16le", 2, 48000};
    REQUIRE(writeClip(options, 40));
    const std::string bytes = bytesOf(options.path);
    const std::string cut = dir.file(std::string("cut.") + kind.container);
    for (const double part : {0.001, 0.01, 0.1, 0.5, 0.9, 0.999}) {
      CAPTURE(part);
      putBytes(cut, bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * part)));
      touchEverything(cut);
    }
  }
  // An index in front and half of the pictures behind it: the early frames are readable, the late ones are an error.
  const std::string bytes = bytesOf(dir.file("whole.mp4"));
  putBytes(dir.file("half.mp4"), bytes.substr(0, bytes.size() / 2));
  const auto reader = openVideo({dir.file("half.mp4")}, ReaderOptions{});
  REQUIRE(reader);
  REQUIRE((*reader)->readFrame(0));
  const auto late = (*reader)->readFrame(39);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Errc::corrupt);
  CHECK((*reader)->readFrame(1));
}

TEST_CASE("flipped bytes and random bytes are survived") {
  TempDir dir;
  std::mt19937 random(20261123);
  using namespace std::string_literals;
  for (const std::string& head : {""s,
                                  "\0\0\0\x20"
                                  "ftypqt  "s,
                                  "SDPX"s, "\x76\x2f\x31\x01\x02\0\0\0"s, "RIFF\xff\xff\xff\x7fWAVEfmt "s, "II*\0"s}) {
    std::string bytes = head;
    while (bytes.size() < 20000) bytes += static_cast<char>(random() & 0xff);
    putBytes(dir.file("random.mov"), bytes);
    touchEverything(dir.file("random.mov"));
  }
  for (const char* kind : {"mov", "mxf"}) {
    const auto options = optionsFor(dir.file(std::string("good.") + kind), kind, "dnxhr_lb");
    REQUIRE(writeClip(options, 6));
    const std::string good = bytesOf(options.path);
    for (int round = 0; round < 25; ++round) {
      std::string bad = good;
      for (int i = 0; i < 40; ++i) {
        // Half of the damage goes where the structure is: the beginning and the end.
        const std::size_t range = i % 2 == 0 ? bad.size() : std::min<std::size_t>(bad.size(), 4096);
        const std::size_t at = i % 4 == 1 ? bad.size() - 1 - random() % range : random() % range;
        bad[at] = static_cast<char>(random() & 0xff);
      }
      putBytes(dir.file("bad"), bad);
      touchEverything(dir.file("bad"));
    }
  }
}

TEST_CASE("an image of an impossible size is refused before memory is taken for it") {
  TempDir dir;
  ImageF image{64, 64, std::vector<float>(64 * 64 * 3, 0.5F)};
  REQUIRE(writeImage(dir.file("a.dpx"), image, {}));
  std::string bytes = bytesOf(dir.file("a.dpx"));
  const bool bigEndian = bytes[0] == 'S';
  for (const int at : {772, 776}) {
    for (int i = 0; i < 4; ++i)
      bytes[static_cast<std::size_t>(at + i)] = static_cast<char>(i == (bigEndian ? 0 : 3) ? 0x7f : 0xff);
  }
  putBytes(dir.file("a.dpx"), bytes);
  CHECK_FALSE(probe(dir.file("a.dpx")));
  CHECK_FALSE(readImage(dir.file("a.dpx")));
}

TEST_CASE("damaged image headers are survived in every image format") {
  TempDir dir;
  std::mt19937 random(77);
  const ImageF image{32, 16, std::vector<float>(32 * 16 * 3, 0.3F)};
  for (const char* name : {"a.dpx", "a.exr", "a.tif", "a.png", "a.jpg"}) {
    CAPTURE(name);
    ImageOptions options;
    options.timecode = Timecode::parse("01:02:03:04", FrameRate{24, 1});
    options.strings = {{"owner", "somebody"}};
    REQUIRE(writeImage(dir.file(name), image, options));
    const std::string good = bytesOf(dir.file(name));
    for (int round = 0; round < 120; ++round) {
      std::string bad = good;
      const std::size_t range = std::min<std::size_t>(bad.size(), 2048);
      for (int i = 0; i < 1 + round % 12; ++i)
        bad[4 + random() % (range - 4)] = static_cast<char>(i % 3 == 0 ? 0xff : random() & 0xff);
      if (round % 5 == 0) bad.resize(random() % bad.size());
      putBytes(dir.file("bad"), bad);
      static_cast<void>(probe(dir.file("bad")));
      static_cast<void>(readImage(dir.file("bad")));
    }
    putBytes(dir.file("cut"), good.substr(0, good.size() * 2 / 3));
    CHECK_FALSE(readImage(dir.file("cut")));
  }
}

TEST_CASE("user data of an impossible size in a scanner image is refused") {
  TempDir dir;
  const ImageF image{32, 16, std::vector<float>(32 * 16 * 3, 0.3F)};
  REQUIRE(writeImage(dir.file("a.dpx"), image, {}));
  std::string bytes = bytesOf(dir.file("a.dpx"));
  bytes.replace(32, 4, bytes[0] == 'S' ? std::string("\xa0\x20\x30\x40", 4) : std::string("\x40\x30\x20\xa0", 4));
  putBytes(dir.file("a.dpx"), bytes);
  CHECK(probe(dir.file("a.dpx")).error().code == Errc::corrupt);
}
