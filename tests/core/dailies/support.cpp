// SPDX-License-Identifier: Apache-2.0
#include "support.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace rollproof::dailies::test {

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-dailies-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  m_path = pattern;
}

Folder::~Folder() {
  std::error_code code;
  std::filesystem::remove_all(m_path, code);
}

const colour::Config& config() {
  static const std::shared_ptr<const colour::Config> loaded = [] {
    auto result = colour::loadConfig();
    REQUIRE(result.has_value());
    return *result;
  }();
  return *loaded;
}

namespace {

media::ImageF picture(const ClipSpec& spec, int frame) {
  media::ImageF image;
  image.width = spec.width;
  image.height = spec.height;
  for (int y = 0; y < spec.height; ++y) {
    for (int x = 0; x < spec.width; ++x) {
      // The left upper corner tells the frame's number as a grey.
      const bool corner = x < spec.width / 4 && y < spec.height / 4;
      const float grey = .2F + .02F * static_cast<float>(frame);
      image.rgb.push_back(corner ? grey : spec.r);
      image.rgb.push_back(corner ? grey : spec.g);
      image.rgb.push_back(corner ? grey : spec.b);
    }
  }
  return image;
}

ClipSource sourceOf(const Folder& folder, const ClipSpec& spec) {
  ClipSource source;
  source.root = folder.path();
  source.clip.name = spec.name;
  source.clip.reel = "A001";
  source.clip.frameRate = spec.rate;
  source.clip.start = Timecode::parse(spec.timecode, spec.rate);
  source.clip.colour.space = spec.space;
  source.clip.slate.scene = "12";
  source.clip.slate.take = "3";
  source.clip.recordedAt = "2026-05-02T14:35:00";
  return source;
}

}  // namespace

ClipSource makeMovie(const Folder& folder, const ClipSpec& spec) {
  ClipSource source = sourceOf(folder, spec);
  media::WriterOptions options;
  options.path = folder / (spec.name + ".mov");
  options.container = "mov";
  options.video.codec = "prores_4444";
  options.video.width = spec.width;
  options.video.height = spec.height;
  options.video.rate = spec.rate;
  options.video.transfer = "";
  if (spec.channels > 0) options.audio = media::AudioTarget{"pcm_s24le", spec.channels, 48000};
  options.start = source.clip.start;
  options.reel = "A001";
  auto writer = media::createMovie(options);
  REQUIRE(writer.has_value());
  std::int64_t sample = 0;
  for (int frame = 0; frame < spec.frames; ++frame) {
    REQUIRE((*writer)->writeFrame(colour::toYcbcr709(picture(spec, frame))).has_value());
    if (spec.channels == 0) continue;
    std::vector<float> sound;
    const std::int64_t end = static_cast<std::int64_t>(frame + 1) * 48000 * spec.rate.den / spec.rate.num;
    for (; sample < end; ++sample) {
      for (int c = 0; c < spec.channels; ++c)
        sound.push_back(static_cast<float>(sample % 1000) / 2000.0F + .1F * static_cast<float>(c));
    }
    REQUIRE((*writer)->writeAudio(sound).has_value());
  }
  REQUIRE((*writer)->finish().has_value());
  source.clip.files.push_back({spec.name + ".mov", model::FileRole::essence, 0});
  return source;
}

ClipSource makeSequence(const Folder& folder, const ClipSpec& spec, const std::string& suffix) {
  ClipSource source = sourceOf(folder, spec);
  for (int frame = 0; frame < spec.frames; ++frame) {
    media::ImageF image = picture(spec, frame);
    if (suffix == ".exr") std::fill(image.rgb.begin(), image.rgb.end(), .18F);
    media::ImageOptions options;
    options.rate = spec.rate;
    const std::string name = fmt::format("{}.{:07}{}", spec.name, 86400 + frame, suffix);
    REQUIRE(media::writeImage(folder / name, image, options).has_value());
    source.clip.files.push_back({name, model::FileRole::essence, 0});
  }
  if (suffix == ".exr") source.clip.colour.space = "ACEScg";
  return source;
}

RenderRequest requestFor(const ClipSource& source, const Folder& output, std::vector<std::string> presets) {
  RenderRequest request;
  request.source = source;
  request.presets = std::move(presets);
  request.outputDirectory = output / "out";
  return request;
}

std::vector<Rendered> mustRender(const RenderRequest& request) {
  jobs::Progress progress;
  auto rendered = render(realFileSystem(), config(), request, progress, {});
  if (!rendered) FAIL(describe(rendered.error()));
  return std::move(*rendered);
}

std::vector<std::string> listing(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, code)) {
    names.push_back(std::filesystem::relative(entry.path(), folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool hasWarning(const std::vector<model::Warning>& warnings, const std::string& code) {
  return std::any_of(warnings.begin(), warnings.end(), [&](const auto& w) { return w.code == code; });
}

double middleLuma(const std::string& path, std::int64_t frame) {
  auto reader = media::openVideo({path}, {});
  REQUIRE(reader.has_value());
  auto picture = (*reader)->readFrame(frame);
  REQUIRE(picture.has_value());
  const auto at = static_cast<std::size_t>(picture->height / 2) * static_cast<std::size_t>(picture->width) +
                  static_cast<std::size_t>(picture->width / 2);
  return picture->plane[0][at] / 64.0;
}

}  // namespace rollproof::dailies::test
