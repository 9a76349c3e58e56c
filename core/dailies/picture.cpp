// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/picture.h"

#include <algorithm>
#include <cmath>

namespace rollproof::dailies {
namespace {

constexpr const char* kShaper = "ACEScct";

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

Result<Pictures> Pictures::open(const OpenedClip& clip) {
  auto reader = media::openVideo(clip.paths, {});
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
  auto planar = m_reader->readPlanar(index);
  if (!planar) return tl::unexpected(planar.error());
  picture.planar = std::move(*planar);
  return picture;
}

Picture pictureFrom(media::CodedPicture coded) {
  Picture picture;
  if (coded.light.width > 0) {
    picture.light = std::move(coded.light);
  } else {
    picture.planar = media::planarOf(std::move(coded.coded), coded.bitDepth);
  }
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
  result.m_chain = *chain;
  if (use == Use::render) {
    auto route = colour::Route::make(config, *chain);
    if (!route) return tl::unexpected(route.error());
    result.m_route = std::move(*route);
    return result;
  }
  auto baked = config.bake(*chain, use == Use::trial ? colour::Effort::quick : colour::Effort::usual);
  if (!baked) return tl::unexpected(baked.error());
  result.m_baked = std::move(*baked);
  return result;
}

Result<media::PlanarPicture> DisplayColour::coded(const Picture& picture, const media::Region& part, PictureSize size,
                                                  media::Scaler& scaler, const media::Turn& turn) const {
  auto upright = sized(picture, part, size, scaler, !turn.none());
  if (!upright || turn.none()) return upright;
  auto result = media::turned(upright->view, turn);
  if (!result) return result;
  result->assumedMatrix = upright->assumedMatrix;
  result->assumedRange = upright->assumedRange;
  result->index = upright->index;
  return result;
}

Result<media::PlanarPicture> DisplayColour::sized(const Picture& picture, const media::Region& part, PictureSize size,
                                                  media::Scaler& scaler, bool fullChroma) const {
  const bool asItIs = part == wholeOf(picture) && size == picture.size();
  if (!picture.isFloat()) {
    if (asItIs && (!fullChroma || picture.planar.view.chroma == media::Chroma::s444)) return picture.planar;
    const media::PlanarView& view = picture.planar.view;
    // Chroma halved in height has rows enough for all where the picture shrinks, and is stretched no worse elsewhere.
    const media::Chroma chroma =
        fullChroma || view.chroma == media::Chroma::s444 ? media::Chroma::s444 : media::Chroma::s422;
    auto scaled = scaler.scale(view, part, size.width, size.height, chroma);
    if (!scaled) return scaled;
    scaled->assumedMatrix = picture.planar.assumedMatrix;
    scaled->assumedRange = picture.planar.assumedRange;
    scaled->index = picture.planar.index;
    return scaled;
  }
  media::ImageF light;
  if (asItIs) {
    light = picture.light;
  } else {
    auto scaled = scaler.scale(picture.light, part, size.width, size.height);
    if (!scaled) return tl::unexpected(scaled.error());
    light = std::move(*scaled);
  }
  if (m_shaper) m_shaper->applyExact(light);
  return media::planarOf(toCodes(light), 16);
}

media::ImageF toFloat(Picture picture, colour::Levels levels) {
  return picture.isFloat() ? std::move(picture.light) : colour::toRgb(picture.planar.view, levels);
}

Result<media::ImageF> toFloat(const Picture& picture, colour::Levels levels, PictureSize size, media::Scaler& scaler) {
  if (size == picture.size()) return toFloat(picture, levels);
  if (picture.isFloat()) return scaler.scale(picture.light, size.width, size.height);
  auto scaled = scaler.scale(picture.planar.view, size.width, size.height);
  if (!scaled) return tl::unexpected(scaled.error());
  return colour::toRgb(scaled->view, levels);
}

}  // namespace rollproof::dailies
