// SPDX-License-Identifier: Apache-2.0
// A clip's pictures in whichever form the files hold them, and the way from there to a screen.
// Threads: one thread at a time; the colour work inside spreads over the cores.
#pragma once

#include <optional>

#include "core/dailies/opened_clip.h"
#include "core/media/scale.h"
#include "core/media/turn.h"

namespace rollproof::dailies {

// Exactly one of the two is filled.
struct Picture {
  media::PlanarPicture planar;
  media::ImageF light;  // floating-point files
  [[nodiscard]] bool isFloat() const { return light.width > 0; }
  [[nodiscard]] PictureSize size() const {
    return isFloat() ? PictureSize{light.width, light.height} : PictureSize{planar.view.width, planar.view.height};
  }
};

[[nodiscard]] Picture pictureFrom(media::CodedPicture coded);

// Pictures as recorded, in size too.
class Pictures {
 public:
  [[nodiscard]] static Result<Pictures> open(const OpenedClip& clip);
  [[nodiscard]] std::int64_t count() const { return m_reader->frameCount(); }
  [[nodiscard]] bool isFloat() const { return m_reader->isFloat(); }
  [[nodiscard]] Result<Picture> read(std::int64_t index);
  [[nodiscard]] Result<media::VideoReader::Alpha> alpha(std::int64_t index) { return m_reader->readAlpha(index); }

 private:
  explicit Pictures(std::unique_ptr<media::VideoReader> reader) : m_reader(std::move(reader)) {}
  std::unique_ptr<media::VideoReader> m_reader;
};

[[nodiscard]] inline media::Region wholeOf(const Picture& picture) {
  return {0, 0, static_cast<double>(picture.size().width), static_cast<double>(picture.size().height)};
}

// Baked colour from a clip's pictures to one display and view.
class DisplayColour {
 public:
  // A render watches its own pictures and leaves the cube where that misses its bound; a viewer keeps up instead.
  // For a trial a bake takes a tenth of the time and is less exact.
  enum class Use { trial, view, render };
  [[nodiscard]] static Result<DisplayColour> make(const colour::Config& config, const ColourPlan& plan,
                                                  bool floatPixels, Use use = Use::view);
  // A part of the picture at that size, as the bake takes it; without a copy where that is the picture as it is.
  // `turn`: after that; the size is that before it.
  [[nodiscard]] Result<media::PlanarPicture> coded(const Picture& picture, const media::Region& part, PictureSize size,
                                                   media::Scaler& scaler, const media::Turn& turn = {}) const;
  [[nodiscard]] Result<media::PlanarPicture> coded(const Picture& picture, PictureSize size,
                                                   media::Scaler& scaler) const {
    return coded(picture, wholeOf(picture), size, scaler);
  }
  [[nodiscard]] const colour::Baked& baked() const { return m_route ? m_route->baked() : *m_baked; }
  // Looks at a picture that is to be rendered; from it on a better way may be taken.
  void check(const media::PlanarView& coded) {
    if (m_route) m_route->check(coded);
  }
  // What the result must tell of the way taken, "" if nothing.
  [[nodiscard]] std::string finding() const { return m_route ? m_route->finding() : std::string(); }
  [[nodiscard]] const std::string& words() const { return m_words; }
  // From coded() to the display.
  [[nodiscard]] const colour::Chain& chain() const { return *m_chain; }

 private:
  [[nodiscard]] Result<media::PlanarPicture> sized(const Picture& picture, const media::Region& part, PictureSize size,
                                                   media::Scaler& scaler, bool fullChroma) const;
  std::shared_ptr<const colour::Chain> m_shaper;  // scene-linear light into a log that a table can hold
  std::shared_ptr<const colour::Chain> m_chain;
  std::shared_ptr<const colour::Baked> m_baked;  // of a view
  std::optional<colour::Route> m_route;          // of a render
  std::string m_words;
};

// RGB floats of the file's own encoding.
[[nodiscard]] media::ImageF toFloat(Picture picture, colour::Levels levels);
// The same at another size, in code values where the file has codes.
[[nodiscard]] Result<media::ImageF> toFloat(const Picture& picture, colour::Levels levels, PictureSize size,
                                            media::Scaler& scaler);

}  // namespace rollproof::dailies
