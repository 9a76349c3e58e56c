// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/picture.h"

#include <algorithm>
#include <cmath>

#include "core/dailies/resize.h"

namespace rollproof::dailies {
namespace {

constexpr const char* kShaper = "ACEScct";

// A code of n bits shifted up to 16 leaves its white short of 65535; in full range white and chroma must be spread.
void spreadFullRange(media::Frame16& frame, int bitDepth) {
  if (frame.range != media::Range::full || bitDepth < 1 || bitDepth >= 16) return;
  const float top = static_cast<float>(((1 << bitDepth) - 1) << (16 - bitDepth));
  const float scale = 65535.0F / top;
  for (int i = 0; i < 3; ++i) {
    const float zero = !frame.rgb && i > 0 ? 32768.0F : 0.0F;
    for (std::uint16_t& sample : frame.plane[i]) {
      const float value = (static_cast<float>(sample) - zero) * scale + zero;
      sample = static_cast<std::uint16_t>(std::clamp(value, 0.0F, 65535.0F) + 0.5F);
    }
  }
}

media::Frame16 toCodes(const media::ImageF& image) {
  media::Frame16 frame;
  frame.width = image.width;
  frame.height = image.height;
  frame.rgb = true;
  frame.range = media::Range::full;
  const std::size_t count = image.rgb.size() / 3;
  for (std::size_t i = 0; i < 3; ++i) {
    frame.plane[i].resize(count);
    for (std::size_t k = 0; k < count; ++k) {
      const float value = image.rgb[k * 3 + i];
      // False for a NaN, which becomes black.
      frame.plane[i][k] = static_cast<std::uint16_t>(value > 0 ? std::min(value, 1.0F) * 65535.0F + 0.5F : 0.0F);
    }
  }
  return frame;
}

}  // namespace

Result<Pictures> Pictures::open(const OpenedClip& clip, PictureSize size) {
  media::ReaderOptions options;
  options.width = size.width;
  options.height = size.height;
  auto reader = media::openVideo(clip.paths, options);
  if (!reader) return tl::unexpected(reader.error());
  return Pictures(std::move(*reader));
}

Result<Picture> Pictures::read(std::int64_t index) {
  Picture picture;
  if (m_reader->isFloat()) {
    auto light = m_reader->readFloat(index);
    if (!light) return tl::unexpected(light.error());
    picture.light = std::move(*light);
    return picture;
  }
  auto coded = m_reader->readFrame(index);
  if (!coded) return tl::unexpected(coded.error());
  return pictureFrom({std::move(*coded), {}, m_reader->info().bitDepth, {}, index});
}

Picture pictureFrom(media::CodedPicture coded) {
  Picture picture{std::move(coded.coded), std::move(coded.light)};
  if (!picture.isFloat()) spreadFullRange(picture.coded, coded.bitDepth);
  return picture;
}

Result<DisplayColour> DisplayColour::make(const colour::Config& config, const ColourPlan& plan, bool floatPixels,
                                          Use use) {
  DisplayColour result;
  colour::ChainRequest request;
  request.input = plan.input;
  request.look = plan.look;
  request.display = plan.display;
  request.view = plan.view;
  auto chain = config.chain(request);
  if (!chain) return tl::unexpected(chain.error());
  result.m_words = (*chain)->describe();
  if (floatPixels && config.isSceneLinear(plan.input)) {
    colour::ChainRequest shape;
    shape.input = plan.input;
    shape.outputSpace = kShaper;
    auto shaper = config.chain(shape);
    if (!shaper) return tl::unexpected(shaper.error());
    result.m_shaper = std::move(*shaper);
    request.input = kShaper;
    chain = config.chain(request);
    if (!chain) return tl::unexpected(chain.error());
  }
  if (use == Use::render) {
    auto route = colour::Route::make(config, *chain);
    if (!route) return tl::unexpected(route.error());
    result.m_route = std::move(*route);
    return result;
  }
  auto baked = config.bake(*chain);
  if (!baked) return tl::unexpected(baked.error());
  result.m_baked = std::move(*baked);
  return result;
}

const media::Frame16& DisplayColour::coded(const Picture& picture, PictureSize size, media::Frame16& room) const {
  if (!picture.isFloat()) {
    if (picture.coded.width == size.width && picture.coded.height == size.height) return picture.coded;
    room = resized(picture.coded, size.width, size.height);
    return room;
  }
  media::ImageF light = resized(picture.light, size.width, size.height);
  if (m_shaper) m_shaper->applyExact(light);
  room = toCodes(light);
  return room;
}

media::ImageF toFloat(Picture picture) {
  return picture.isFloat() ? std::move(picture.light) : colour::toRgb(picture.coded);
}

}  // namespace rollproof::dailies
