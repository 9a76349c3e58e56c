// SPDX-License-Identifier: Apache-2.0
// The sound roll of the same two takes: one starts with camera A, one runs up a second before it.
#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/demo/movie.h"
#include "core/demo/wave.h"

namespace rollproof::demo {
namespace {

constexpr const char* kFolder = "SOUND_01";

const std::array<Take, 2>& takes() {
  static const std::array<Take, 2> kTakes{
      Take{"12_T01", "12", "1", {10, 20, 30, 0}, 12, "RPDEMO20260502102030A", "10:20:30", 48},
      Take{"12_T02", "12", "2", {10, 42, 6, 0}, 36, "RPDEMO20260502104206A", "10:42:06", 60}};
  return kTakes;
}

Status writeCard(const Bench& bench, const std::string& root) {
  for (const Take& take : takes()) {
    if (auto ok = step(bench); !ok) return ok;
    WaveTake wave;
    wave.project = "Rollproof Demo";
    wave.scene = take.scene;
    wave.take = take.take;
    wave.tape = kFolder;
    wave.fileUid = take.uuid;
    wave.date = "2026-05-02";
    wave.time = take.timeOfDay;
    wave.tracks = {"MixL", "MixR", "Boom", "Lav 1"};
    wave.sampleRate = kSampleRate;
    wave.start = take.startTimecode();
    const auto sound = beepTrack(take.frames, take.slateFrame, static_cast<int>(wave.tracks.size()));
    if (auto ok =
            writeFileDurably(realFileSystem(), path::join(root, take.clip + ".WAV"), waveFile(wave, sound), false);
        !ok)
      return ok;
  }
  return {};
}

}  // namespace

CardRecipe soundCard() {
  CardRecipe recipe{kFolder, "sound", {}, static_cast<int>(takes().size()), writeCard};
  for (const Take& take : takes()) recipe.files.push_back({take.clip + ".WAV", take.frames});
  return recipe;
}

}  // namespace rollproof::demo
