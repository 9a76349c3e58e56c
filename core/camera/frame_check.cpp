// SPDX-License-Identifier: Apache-2.0
#include "core/camera/frame_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"
#include "core/media/media.h"

namespace rollproof::camera {
namespace {

// Enough to tell black from dark and one picture from another; a larger one costs more than decoding a proxy.
constexpr int kWidth = 320, kHeight = 180;

// FNV-1a: equal for equal pictures; nothing is proven by it.
class Digest {
 public:
  void add(std::uint64_t value) { m_value = (m_value ^ value) * 0x100000001b3ull; }
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", m_value); }

 private:
  std::uint64_t m_value = 0xcbf29ce484222325ull;
};

void look(const media::Frame16& frame, model::FrameCheck& check) {
  const bool limited = frame.range == media::Range::limited && !frame.rgb;
  const double black = limited ? 16 << 8 : 0, white = limited ? 235 << 8 : 65535;
  Digest digest;
  double sum = 0, most = 0;
  const std::size_t pixels = frame.plane[0].size();
  for (std::size_t i = 0; i < pixels; ++i) {
    const double code =
        frame.rgb ? std::max({frame.plane[0][i], frame.plane[1][i], frame.plane[2][i]}) : frame.plane[0][i];
    const double luma = std::clamp((code - black) / (white - black), 0.0, 1.0);
    sum += luma;
    most = std::max(most, luma);
  }
  for (const auto& plane : frame.plane)
    for (const std::uint16_t sample : plane) digest.add(sample);
  check.meanLuma = pixels > 0 ? sum / static_cast<double>(pixels) : 0;
  check.maxLuma = most;
  check.digest = digest.text();
}

void look(const media::ImageF& image, model::FrameCheck& check) {
  Digest digest;
  double sum = 0, most = 0;
  const std::size_t pixels = image.rgb.size() / 3;
  for (std::size_t i = 0; i < pixels; ++i) {
    const float brightest = std::max({image.rgb[3 * i], image.rgb[3 * i + 1], image.rgb[3 * i + 2]});
    const double luma = std::clamp(static_cast<double>(brightest), 0.0, 1.0);
    sum += luma;
    most = std::max(most, luma);
    digest.add(static_cast<std::uint64_t>(luma * 65535));
  }
  check.meanLuma = pixels > 0 ? sum / static_cast<double>(pixels) : 0;
  check.maxLuma = most;
  check.digest = digest.text();
}

}  // namespace

void checkFrames(model::Clip& clip, const std::string& root) {
  if (clip.decoder == "none" || !clip.picture) return;
  std::vector<std::string> essence;
  for (const model::ClipFile& file : clip.files) {
    if (file.role == model::FileRole::essence) essence.push_back(path::join(root, file.path));
  }
  media::ReaderOptions options;
  options.width = kWidth;
  options.height = kHeight;
  options.threads = 1;
  auto reader = media::openVideo(essence, options);
  if (!reader) {
    clip.frameChecks.push_back({"first", 0, describe(reader.error()), 0, 0, {}});
    return;
  }
  const std::int64_t last = (*reader)->frameCount() - 1;
  if (last < 0) return;
  const std::pair<const char*, std::int64_t> wanted[] = {{"first", 0}, {"middle", last / 2}, {"last", last}};
  std::int64_t before = -1;
  for (const auto& [where, index] : wanted) {
    if (index == before) continue;  // a clip of one or two frames
    before = index;
    model::FrameCheck check;
    check.where = where;
    check.index = index;
    const auto said = [&check](const auto& frame) {
      if (frame) {
        look(*frame, check);
      } else {
        check.error = frame.error().message;
      }
    };
    if ((*reader)->isFloat()) {
      said((*reader)->readFloat(index));
    } else {
      said((*reader)->readFrame(index));
    }
    clip.frameChecks.push_back(std::move(check));
  }
}

}  // namespace rollproof::camera
