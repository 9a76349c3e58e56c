// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/picture.h"

namespace rollproof::dailies {
namespace {

class ClipPlayer final : public Player {
 public:
  ClipPlayer(OpenedClip clip, Pictures pictures, DisplayColour colour, PictureSize size)
      : m_clip(std::move(clip)), m_pictures(std::move(pictures)), m_colour(std::move(colour)), m_size(size) {}

  std::int64_t frameCount() const override { return m_pictures.count(); }
  FrameRate rate() const override { return m_clip.rate; }
  std::string chain() const override { return m_colour.words(); }

  Result<ViewerFrame> frame(std::int64_t index) override {
    if (index < 0 || index >= frameCount()) {
      return fail(Errc::usage, "the clip has frames 0 to " + std::to_string(frameCount() - 1), m_clip.clip.name);
    }
    auto picture = m_pictures.read(index);
    if (!picture) return tl::unexpected(picture.error());
    media::Frame16 room;
    const media::Frame16& coded = m_colour.coded(*picture, m_size, room);
    ViewerFrame shown;
    shown.width = coded.width;
    shown.height = coded.height;
    shown.index = index;
    m_colour.baked().applyToRgb8(coded, shown.rgb);
    return shown;
  }

 private:
  OpenedClip m_clip;
  Pictures m_pictures;
  DisplayColour m_colour;
  PictureSize m_size;
};

}  // namespace

Result<std::unique_ptr<Player>> openPlayer(const colour::Config& config, const ClipSource& source,
                                           const ColourChoice& colour, int maxWidth, int maxHeight) {
  auto clip = openClip(source);
  if (!clip) return tl::unexpected(clip.error());
  auto plan = planColour(config, *clip, colour, clip->isFloat());
  if (!plan) return tl::unexpected(plan.error());
  auto display = DisplayColour::make(config, *plan, clip->isFloat());
  if (!display) return tl::unexpected(display.error());
  const PictureSize size = sizeWithin(*clip, maxWidth, maxHeight);
  auto pictures = Pictures::open(*clip, size);
  if (!pictures) return tl::unexpected(pictures.error());
  return std::make_unique<ClipPlayer>(std::move(*clip), std::move(*pictures), std::move(*display), size);
}

}  // namespace rollproof::dailies
