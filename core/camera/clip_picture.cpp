// SPDX-License-Identifier: Apache-2.0
#include "core/camera/clip_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/path.h"

namespace rollproof::camera {
namespace {

constexpr int kLargestSide = 4096;  // of a picture that was asked for small

// Averages whole blocks: right for light, and enough for a picture that is scaled once more.
media::ImageF shrunk(const media::ImageF& image, int width) {
  const int by = std::max(1, image.width / std::max(1, width));
  if (by == 1) return image;
  media::ImageF small;
  small.width = image.width / by;
  small.height = std::max(1, image.height / by);
  small.rgb.reserve(static_cast<std::size_t>(small.width) * static_cast<std::size_t>(small.height) * 3);
  const int rows = std::min(by, image.height);
  const float share = 1.0F / static_cast<float>(by * rows);
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      float sum[3]{};
      for (int dy = 0; dy < rows; ++dy) {
        const std::size_t at = (static_cast<std::size_t>(y * by + dy) * static_cast<std::size_t>(image.width) +
                                static_cast<std::size_t>(x * by)) *
                               3;
        for (std::size_t i = 0; i < static_cast<std::size_t>(by) * 3; ++i) sum[i % 3] += image.rgb[at + i];
      }
      for (const float one : sum) small.rgb.push_back(one * share);
    }
  }
  return small;
}

template <class T>
void append(std::string& out, const std::vector<T>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

struct Shape {
  bool light = false;
  std::size_t pixels = 0;
};

std::optional<Shape> shapeOf(const nlohmann::json& words) {
  if (!words.is_object()) return std::nullopt;
  const int width = words.value("width", 0), height = words.value("height", 0);
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) return std::nullopt;
  return Shape{words.value("light", false), static_cast<std::size_t>(width) * static_cast<std::size_t>(height)};
}

template <class Enum>
Enum within(int value, Enum last) {
  return static_cast<Enum>(std::clamp(value, 0, static_cast<int>(last)));
}

}  // namespace

Result<media::CodedPicture> middlePicture(const model::Clip& clip, const std::string& root, int width) {
  std::vector<std::string> essence;
  for (const model::ClipFile& file : clip.files) {
    if (file.role == model::FileRole::essence) essence.push_back(path::join(root, file.path));
  }
  if (clip.decoder == "none" || !clip.picture || essence.empty())
    return fail(Errc::unsupported, "has no picture that can be decoded here", clip.name);
  const auto media = media::probe(essence.front());
  if (!media) return tl::unexpected(media.error());
  if (!media->video || media->video->width < 1 || media->video->height < 1)
    return fail(Errc::unsupported, "has no picture that can be decoded here", clip.name);
  media::ReaderOptions options;
  options.threads = 1;
  const int from = media->video->width;
  if (from > width) {
    options.width = width;
    options.height = std::max(2, static_cast<int>(std::lround(1.0 * media->video->height * width / from)));
  }
  auto reader = media::openVideo(essence, options);
  if (!reader) return tl::unexpected(reader.error());
  media::CodedPicture picture;
  picture.index = (*reader)->frameCount() / 2;
  picture.bitDepth = (*reader)->info().bitDepth;
  picture.pixelAspect = (*reader)->info().pixelAspect;
  if ((*reader)->isFloat()) {
    auto light = (*reader)->readFloat(picture.index);
    if (!light) return tl::unexpected(light.error());
    picture.light = shrunk(*light, width);
    return picture;
  }
  auto coded = (*reader)->readFrame(picture.index);
  if (!coded) return tl::unexpected(coded.error());
  picture.coded = std::move(*coded);
  return picture;
}

PictureOnWire toWire(const media::CodedPicture& picture) {
  PictureOnWire wire;
  const bool light = picture.light.width > 0;
  const media::Frame16& frame = picture.coded;
  wire.words = {{"light", light},
                {"width", light ? picture.light.width : frame.width},
                {"height", light ? picture.light.height : frame.height},
                {"index", picture.index},
                {"bit_depth", picture.bitDepth},
                {"aspect", {picture.pixelAspect.num, picture.pixelAspect.den}},
                {"rgb", frame.rgb},
                {"matrix", static_cast<int>(frame.matrix)},
                {"range", static_cast<int>(frame.range)},
                {"assumed_matrix", frame.assumedMatrix},
                {"assumed_range", frame.assumedRange}};
  if (light) {
    append(wire.samples, picture.light.rgb);
  } else {
    for (const auto& plane : frame.plane) append(wire.samples, plane);
  }
  return wire;
}

std::size_t samplesAfter(const nlohmann::json& words) {
  const auto shape = shapeOf(words);
  return shape ? shape->pixels * 3 * (shape->light ? sizeof(float) : sizeof(std::uint16_t)) : 0;
}

Result<media::CodedPicture> pictureFrom(const nlohmann::json& words, const std::string& samples) {
  const auto shape = shapeOf(words);
  if (!shape || samples.size() != samplesAfter(words)) return fail(Errc::corrupt, "the picture is no picture");
  media::CodedPicture picture;
  picture.index = words.value("index", std::int64_t{0});
  picture.bitDepth = std::clamp(words.value("bit_depth", 0), 0, 32);
  if (const auto aspect = words.find("aspect"); aspect != words.end() && aspect->is_array() && aspect->size() == 2)
    picture.pixelAspect = {aspect->at(0).get<std::int64_t>(), aspect->at(1).get<std::int64_t>()};
  const int width = words.value("width", 0), height = words.value("height", 0);
  if (shape->light) {
    picture.light.width = width;
    picture.light.height = height;
    picture.light.rgb.resize(shape->pixels * 3);
    std::memcpy(picture.light.rgb.data(), samples.data(), samples.size());
    return picture;
  }
  media::Frame16& frame = picture.coded;
  frame.width = width;
  frame.height = height;
  frame.index = picture.index;
  frame.rgb = words.value("rgb", false);
  frame.matrix = within(words.value("matrix", 0), media::Matrix::bt2020);
  frame.range = within(words.value("range", 0), media::Range::full);
  frame.assumedMatrix = words.value("assumed_matrix", false);
  frame.assumedRange = words.value("assumed_range", false);
  const std::size_t bytes = shape->pixels * sizeof(std::uint16_t);
  for (std::size_t i = 0; i < 3; ++i) {
    frame.plane[i].resize(shape->pixels);
    std::memcpy(frame.plane[i].data(), samples.data() + i * bytes, bytes);
  }
  return picture;
}

}  // namespace rollproof::camera
