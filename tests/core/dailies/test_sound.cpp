// SPDX-License-Identifier: Apache-2.0
// Production sound in renders, compared sample by sample with the files it came from.
#include <cmath>
#include <fstream>

#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

namespace {

// A sample's value tells its number and track.
int valueOf(std::int64_t sample, int track) { return static_cast<int>((sample * 7 + track * 1000) % 30000) + 1; }

// 16-bit WAVE, written from EBU Tech 3285's layout by hand.
std::string writeWav(const Folder& folder, const std::string& name, int channels, int rate, std::int64_t samples,
                     std::int64_t firstNumber = 0, int firstTrack = 0) {
  const auto put = [](std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  };
  std::string data;
  for (std::int64_t k = 0; k < samples; ++k) {
    for (int c = 0; c < channels; ++c)
      put(data, static_cast<std::uint32_t>(valueOf(firstNumber + k, firstTrack + c)), 2);
  }
  std::string file = "RIFF";
  put(file, static_cast<std::uint32_t>(36 + data.size()), 4);
  file += "WAVEfmt ";
  put(file, 16, 4);
  put(file, 1, 2);
  put(file, static_cast<std::uint32_t>(channels), 2);
  put(file, static_cast<std::uint32_t>(rate), 4);
  put(file, static_cast<std::uint32_t>(rate * channels * 2), 4);
  put(file, static_cast<std::uint32_t>(channels * 2), 2);
  put(file, 16, 2);
  file += "data";
  put(file, static_cast<std::uint32_t>(data.size()), 4);
  const std::string path = folder / name;
  std::ofstream(path, std::ios::binary) << file << data;
  return path;
}

struct Heard {
  int channels = 0, rate = 0;
  std::vector<float> samples;
};
Heard soundOf(const std::string& path) {
  auto reader = media::openAudio({path});
  REQUIRE(reader.has_value());
  Heard heard{(*reader)->channels(), (*reader)->sampleRate(), {}};
  for (;;) {
    const auto piece = (*reader)->read(4096);
    REQUIRE(piece.has_value());
    if (piece->empty()) return heard;
    heard.samples.insert(heard.samples.end(), piece->begin(), piece->end());
  }
}

// 12 frames at 25: 23040 samples, in a MOV with 24-bit PCM.
constexpr std::int64_t kClip = 23040;
Heard rendered(const Folder& folder, const ProductionSound& sound, std::vector<model::Warning>* warnings = nullptr) {
  ClipSource source = makeMovie(folder, {});
  source.sound = sound;
  auto request = requestFor(source, folder, {"prores-proxy"});
  const auto made = mustRender(request);
  if (warnings) *warnings = made.front().warnings;
  return soundOf(made.front().path);
}

// How many samples are not what the take holds at that place; silence where it holds nothing.
int wrong(const Heard& heard, std::int64_t offset, std::int64_t length) {
  int count = 0;
  for (std::int64_t k = 0; k < kClip; ++k) {
    for (int c = 0; c < heard.channels; ++c) {
      const std::int64_t at = k + offset;
      const float expected = at >= 0 && at < length ? static_cast<float>(valueOf(at, c)) / 32768.0F : 0.0F;
      const auto place = static_cast<std::size_t>(k * heard.channels + c);
      if (place >= heard.samples.size() || std::abs(heard.samples[place] - expected) > 1e-6F) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a render carries the production sound to the sample wherever it begins", "[sound]") {
  const Folder folder;
  const std::string wav = writeWav(folder, "T001.WAV", 2, 48000, 60000);
  for (const std::int64_t offset : {std::int64_t{0}, std::int64_t{12345}, std::int64_t{-1001}, std::int64_t{50000},
                                    std::int64_t{-30000}, std::int64_t{70000}}) {
    CAPTURE(offset);
    const Folder one;
    const auto heard = rendered(one, {"T001", {wav}, 2, offset, 48000, {"Boom", "Lav"}});
    CHECK(heard.channels == 2);
    CHECK(heard.rate == 48000);
    CHECK(wrong(heard, offset, 60000) == 0);
  }
}

TEST_CASE("a file a track and files one after the other make one sound", "[sound]") {
  const Folder folder;
  ProductionSound split{"T002", {}, 3, 777, 48000, {"A", "B", "C"}};
  for (int track = 0; track < 3; ++track) {
    split.paths.push_back(writeWav(folder, "T002_" + std::to_string(track) + ".WAV", 1, 48000, 40000, 0, track));
  }
  const auto tracks = rendered(folder, split);
  CHECK(tracks.channels == 3);
  CHECK(wrong(tracks, 777, 40000) == 0);
  const Folder other;
  ProductionSound spans{"T003", {}, 2, 5000, 48000, {}};
  spans.paths.push_back(writeWav(other, "T003_1.WAV", 2, 48000, 11111));
  spans.paths.push_back(writeWav(other, "T003_2.WAV", 2, 48000, 40000, 11111));
  const auto joined = rendered(other, spans);
  CHECK(joined.channels == 2);
  CHECK(wrong(joined, 5000, 51111) == 0);
}

TEST_CASE("pulled sound is resampled to the rate of its files and keeps its place", "[sound]") {
  const Folder folder;
  // A slow sine, counted at 48048 and written as 48000.
  const std::string path = folder / "T004.WAV";
  writeWav(folder, "T004.WAV", 1, 48000, 48048);
  const auto heard = rendered(folder, {"T004", {path}, 1, 4804, 48048, {}});
  CHECK(heard.rate == 48000);
  REQUIRE(heard.samples.size() >= static_cast<std::size_t>(kClip));
  // At output sample k the take's sample is 4804 + k * 1.001; the saw-tooth's slope is 7 a sample.
  int far = 0;
  for (std::int64_t k = 100; k < kClip - 100; ++k) {
    const double at = 4804 + static_cast<double>(k) * 1.001;
    const double expected = std::fmod(at * 7, 30000) + 1;
    if (expected < 1500 || expected > 28500) continue;  // about the jump of the saw-tooth a filter rings
    far += std::abs(heard.samples[static_cast<std::size_t>(k)] * 32768.0 - expected) > 14;
  }
  CHECK(far == 0);
}

TEST_CASE("tracks that are spanned too are not mixed up but left out with a warning", "[sound]") {
  const Folder folder;
  ProductionSound mixed{"T006", {}, 2, 0, 48000, {}};
  for (int i = 0; i < 4; ++i) {
    mixed.paths.push_back(
        writeWav(folder, "T006_" + std::to_string(i) + ".WAV", 1, 48000, 30000, i / 2 * 30000, i % 2));
  }
  std::vector<model::Warning> warnings;
  const auto heard = rendered(folder, mixed, &warnings);
  CHECK(heard.channels == 2);
  CHECK(hasWarning(warnings, "production_sound_unreadable"));
}

TEST_CASE("sound of 96 kHz reaches every format at 48 and keeps its place", "[sound]") {
  const Folder folder;
  const std::string path = writeWav(folder, "T007.WAV", 1, 96000, 96000);
  const auto heard = rendered(folder, {"T007", {path}, 1, 9600, 96000, {}});
  CHECK(heard.rate == 48000);
  int far = 0;
  for (std::int64_t k = 100; k < kClip - 100; ++k) {
    const double expected = std::fmod((9600 + 2.0 * static_cast<double>(k)) * 7, 30000) + 1;
    if (expected < 1500 || expected > 28500) continue;
    far += std::abs(heard.samples[static_cast<std::size_t>(k)] * 32768.0 - expected) > 28;
  }
  CHECK(far == 0);
}

TEST_CASE("production sound that is gone leaves the camera's and a warning", "[sound]") {
  const Folder folder;
  std::vector<model::Warning> warnings;
  const auto heard = rendered(folder, {"T005", {folder / "gone.WAV"}, 2, 0, 48000, {}}, &warnings);
  CHECK(heard.channels == 2);
  CHECK(hasWarning(warnings, "production_sound_unreadable"));
}
