// SPDX-License-Identifier: Apache-2.0
#include "core/demo/movie.h"

#include <cmath>
#include <numbers>

namespace rollproof::demo {

std::vector<float> beepTrack(int frames, int beepFrame, int channels) {
  constexpr double kToneHertz = 1000.0;
  constexpr double kLevel = 0.125;  // -18 dBFS
  const auto width = static_cast<std::size_t>(channels);
  const auto perFrame = static_cast<std::size_t>(kSamplesPerFrame);
  std::vector<float> out(static_cast<std::size_t>(frames) * perFrame * width, 0.0F);
  if (beepFrame < 0 || beepFrame >= frames) return out;
  for (std::size_t i = 0; i < perFrame; ++i) {
    const double angle = 2.0 * std::numbers::pi * kToneHertz * static_cast<double>(i) / kSampleRate;
    const auto value = static_cast<float>(kLevel * std::sin(angle));
    const std::size_t at = (static_cast<std::size_t>(beepFrame) * perFrame + i) * width;
    for (std::size_t c = 0; c < width; ++c) out[at + c] = value;
  }
  return out;
}

Status writeMovie(const Bench& bench, const Take& take, const std::string& space, const std::string& label,
                  media::WriterOptions options) {
  options.video.rate = kRate;
  options.start = take.startTimecode();
  options.threads = 2;  // fixed, so that the bytes do not depend on how many cores a machine has
  auto chart = MovingChart::make(
      bench.config, {space, options.video.width, options.video.height, label, take.startTimecode(), take.slateFrame});
  if (!chart) return tl::unexpected(chart.error());
  auto writer = media::createMovie(options);
  if (!writer) return tl::unexpected(writer.error());
  const int channels = options.audio ? options.audio->channels : 0;
  const std::vector<float> sound = beepTrack(take.frames, take.slateFrame, channels);
  const std::ptrdiff_t chunk = kSamplesPerFrame * channels;
  for (int i = 0; i < take.frames; ++i) {
    if (auto ok = step(bench); !ok) return ok;
    const auto frame = chart->frame(i);
    if (!frame) return tl::unexpected(frame.error());
    if (auto ok = (*writer)->writeFrame(**frame); !ok) return ok;
    if (channels == 0) continue;
    const auto from = sound.begin() + i * chunk;
    if (auto ok = (*writer)->writeAudio({from, from + chunk}); !ok) return ok;
  }
  return (*writer)->finish();
}

}  // namespace rollproof::demo
