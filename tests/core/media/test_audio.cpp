// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/core/media/fixtures.h"

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

namespace {

// A ramp that tells each sample's position: exact in 24 bits.
std::vector<float> counted(std::int64_t first, std::int64_t count, int channels) {
  std::vector<float> sound;
  for (std::int64_t i = first; i < first + count; ++i) {
    for (int c = 0; c < channels; ++c) sound.push_back(static_cast<float>((i % 100000) * 8 + c) / 8388608.0F);
  }
  return sound;
}

std::vector<float> all(AudioReader& reader) {
  std::vector<float> out;
  while (true) {
    auto piece = reader.read(1000);
    if (!piece) FAIL(describe(piece.error()));
    if (piece->empty()) return out;
    out.insert(out.end(), piece->begin(), piece->end());
  }
}

void writeCounted(const std::string& path, const std::string& container, const std::string& codec, int channels) {
  auto options = optionsFor(path, container, container == "mp4" ? "h264" : "dnxhr_lb");
  options.video.rate = {24, 1};
  options.start.reset();
  options.audio = AudioTarget{codec, channels, 48000};
  auto movie = createMovie(options);
  if (!movie) FAIL(describe(movie.error()));
  for (int i = 0; i < 48; ++i) {
    REQUIRE((*movie)->writeFrame(markedFrame(320, 192, i)));
    REQUIRE((*movie)->writeAudio(counted(i * 2000, 2000, channels)));
  }
  REQUIRE((*movie)->finish());
}

}  // namespace

TEST_CASE("twenty-four bit sound comes back sample for sample") {
  TempDir dir;
  for (const auto& [container, channels] : {std::pair{"mov", 1}, std::pair{"mov", 2}, std::pair{"mov", 8},
                                            std::pair{"mov", 12}, std::pair{"mxf", 2}, std::pair{"mxf", 4}}) {
    CAPTURE(container, channels);
    const std::string path = dir.file(std::string("a.") + container);
    writeCounted(path, container, "pcm_s24le", channels);
    const auto info = probe(path);
    REQUIRE(info);
    REQUIRE(info->audio.size() == 1);
    CHECK(info->audio[0].channels == channels);
    CHECK(info->audio[0].bitDepth == 24);
    CHECK(info->audio[0].samples == 96000);
    auto reader = openAudio({path});
    REQUIRE(reader);
    CHECK((*reader)->channels() == channels);
    CHECK((*reader)->sampleRate() == 48000);
    const auto sound = all(**reader);
    CHECK(sound.size() == 96000 * static_cast<std::size_t>(channels));
    CHECK(sound == counted(0, 96000, channels));
  }
}

TEST_CASE("a seek in sound lands on the very sample") {
  TempDir dir;
  writeCounted(dir.file("a.mov"), "mov", "pcm_s24le", 2);
  writeCounted(dir.file("a.mxf"), "mxf", "pcm_s24le", 2);
  for (const char* name : {"a.mov", "a.mxf"}) {
    CAPTURE(name);
    auto reader = openAudio({dir.file(name)});
    REQUIRE(reader);
    for (const std::int64_t at : {50000, 1, 0, 95990, 47999, 48000, 20000}) {
      CAPTURE(at);
      REQUIRE((*reader)->seek(at));
      const auto sound = (*reader)->read(10);
      REQUIRE(sound);
      CHECK(*sound == counted(at, 10, 2));
    }
    REQUIRE((*reader)->seek(200000));
    CHECK((*reader)->read(10)->empty());
    CHECK((*reader)->seek(-1).error().code == Errc::usage);
  }
}

TEST_CASE("AAC beside H264 keeps its place in time") {
  TempDir dir;
  auto options = optionsFor(dir.file("a.mp4"), "mp4", "h264");
  options.video.rate = {24, 1};
  options.audio = AudioTarget{"aac", 2, 48000};
  auto movie = createMovie(options);
  REQUIRE(movie);
  for (int i = 0; i < 48; ++i) {
    REQUIRE((*movie)->writeFrame(markedFrame(320, 192, i)));
    // One second of silence, then a tone.
    std::vector<float> sound(4000, 0.0F);
    for (std::size_t s = 0; s < 2000 && i >= 24; ++s)
      sound[2 * s] = sound[2 * s + 1] = 0.5F * static_cast<float>(std::sin(static_cast<double>(s) * 0.05));
    REQUIRE((*movie)->writeAudio(sound));
  }
  REQUIRE((*movie)->finish());
  auto reader = openAudio({options.path});
  REQUIRE(reader);
  const auto sound = all(**reader);
  CHECK(std::abs(static_cast<double>(sound.size()) / 2 - 96000) < 2100);
  double before = 0;
  double after = 0;
  for (std::size_t i = 0; i < 47000 * 2; ++i) before = std::max(before, static_cast<double>(std::abs(sound[i])));
  for (std::size_t i = 48100 * 2; i < 50000 * 2; ++i) after = std::max(after, static_cast<double>(std::abs(sound[i])));
  CHECK(before < 0.02);
  CHECK(after > 0.3);
}

TEST_CASE("tracks of several files become one list of channels") {
  TempDir dir;
  writeCounted(dir.file("a.mov"), "mov", "pcm_s24le", 1);
  writeCounted(dir.file("b.mov"), "mov", "pcm_s16le", 2);
  auto reader = openAudio({dir.file("a.mov"), dir.file("b.mov")});
  REQUIRE(reader);
  CHECK((*reader)->channels() == 3);
  const auto sound = (*reader)->read(100);
  REQUIRE(sound);
  REQUIRE(sound->size() == 300);
  CHECK((*sound)[99 * 3] == counted(99, 1, 1)[0]);
  CHECK(std::abs((*sound)[99 * 3 + 2] - counted(99, 1, 2)[1]) <= 1 / 32768.0F);
}

TEST_CASE("MXF pictures are all kept when the sound is shorter") {
  TempDir dir;
  auto options = optionsFor(dir.file("a.mxf"), "mxf", "dnxhr_lb");
  options.audio = AudioTarget{"pcm_s24le", 2, 48000};
  auto movie = createMovie(options);
  REQUIRE(movie);
  for (int i = 0; i < 24; ++i) REQUIRE((*movie)->writeFrame(markedFrame(320, 192, i)));
  REQUIRE((*movie)->writeAudio(counted(0, 1000, 2)));
  REQUIRE((*movie)->finish());
  const auto info = probe(options.path);
  REQUIRE(info);
  CHECK(info->video->frames == 24);
  CHECK(info->audio.at(0).samples >= 48048);
}

TEST_CASE("a movie without sound says that there is none") {
  TempDir dir;
  const auto options = optionsFor(dir.file("mute.mov"), "mov", "prores_proxy");
  REQUIRE(writeClip(options, 2));
  CHECK(openAudio({options.path}).error().code == Errc::notFound);
  CHECK(openAudio({}).error().code == Errc::notFound);
}

TEST_CASE("real recorders' sound is read whole") {
  const std::string samples = ROLLPROOF_SAMPLES "/wavinfo_bwf";
  if (!hasSample(samples)) {
    WARN("samples are not here");
    return;
  }
  auto mono = openAudio({samples + "/A101_1_1.WAV", samples + "/A101_1_2.WAV"});
  REQUIRE(mono);
  auto poly = openAudio({samples + "/A101_1.WAV"});
  REQUIRE(poly);
  CHECK((*mono)->channels() == (*poly)->channels());
  CHECK(all(**mono) == all(**poly));
}
