// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/dailies/burnin.h"
#include "core/dailies/framing.h"
#include "core/dailies/picture.h"
#include "core/dailies/presets.h"

namespace rollproof::dailies {
namespace {

// The file's frame, made small enough to be looked at.
Result<FramePlan> planSmall(const OpenedClip& clip, const PreviewRequest& request, const Framing& framing) {
  const FixedSize fixed = fixedSizeOf(request.preset);
  const auto whole = planFrame(clip.video.width, clip.video.height, clip.squeeze, request.preset.width, fixed, framing);
  if (!whole) return whole;
  const double scale = std::min({1.0, static_cast<double>(request.maxWidth) / whole->canvasWidth,
                                 static_cast<double>(request.maxHeight) / whole->canvasHeight});
  const auto even = [&](int side) { return std::max(16, static_cast<int>(side * scale) / 2 * 2); };
  FixedSize small{even(whole->canvasWidth), even(whole->canvasHeight)};
  if (fixed.width > 0) return planFrame(clip.video.width, clip.video.height, clip.squeeze, 0, small, framing);
  return planFrame(clip.video.width, clip.video.height, clip.squeeze, small.width, {}, framing);
}

std::vector<std::uint8_t> bytesOf(const media::ImageF& image) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(image.rgb.size());
  for (const float value : image.rgb) {
    bytes.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F));
  }
  return bytes;
}

}  // namespace

Result<ViewerFrame> previewFrame(const colour::Config& config, const PreviewRequest& request) {
  if (request.maxWidth < 16 || request.maxHeight < 16)
    return fail(Errc::usage, "a preview is 16 pixels or more a side");
  const auto clip = openClip(request.source);
  if (!clip) return tl::unexpected(clip.error());
  const auto burnin = burnInFor(request.burnin.empty() ? request.preset.burnin : request.burnin);
  if (!burnin) return tl::unexpected(burnin.error());
  const auto framed = framingFor(request.framing, fdlQueryOf(*clip, request.framingIntent));
  if (!framed) return tl::unexpected(framed.error());
  const auto framing = changedBy(framed->framing, request.framingChanges);
  if (!framing) return tl::unexpected(framing.error());
  const auto colours = planColour(config, *clip, request.colour, clip->isFloat());
  if (!colours) return tl::unexpected(colours.error());
  const auto plan = planSmall(*clip, request, *framing);
  if (!plan) return tl::unexpected(plan.error());

  auto pictures = Pictures::open(*clip);
  if (!pictures) return tl::unexpected(pictures.error());
  const std::int64_t count = pictures->count();
  const auto picture = pictures->read(std::clamp<std::int64_t>(request.frame, 0, std::max<std::int64_t>(0, count - 1)));
  if (!picture) return tl::unexpected(picture.error());
  auto display = DisplayColour::make(config, *colours, clip->isFloat());
  if (!display) return tl::unexpected(display.error());
  media::Scaler scaler;
  const auto coded =
      display->coded(*picture, plan->source, {plan->scaledWidth(), plan->scaledHeight()}, scaler, plan->turn);
  if (!coded) return tl::unexpected(coded.error());

  const media::OwnPlanes planes = media::makePlanes(plan->canvasWidth, plan->canvasHeight, 10, media::Chroma::s444);
  if (!planes.memory) return fail(Errc::failed, "out of memory");
  media::fillBlack(planes.room);
  display->baked().apply(coded->view,
                         media::partOf(planes.room, plan->x, plan->y, plan->pictureWidth, plan->pictureHeight));
  if (!plan->lines.empty()) {
    auto lines = Framelines::make(plan->lines, plan->canvasHeight);
    if (!lines) return tl::unexpected(lines.error());
    if (auto drawn = lines->draw(planes.room); !drawn) return tl::unexpected(drawn.error());
  }
  if (!burnin->empty()) {
    BurnInWords words = wordsOf(clip->clip, request.burnInExtras, colours->look.name);
    if (words.recipient.empty()) words.recipient = "Recipient";
    auto burnt = BurnIns::make(*burnin, words, plan->canvasWidth, plan->canvasHeight, count);
    if (!burnt) return tl::unexpected(burnt.error());
    const auto timecode = clip->timecodeAt(request.frame);
    if (auto drawn = burnt->draw(planes.room, {timecode, timecode, request.frame}); !drawn) {
      return tl::unexpected(drawn.error());
    }
  }
  ViewerFrame frame;
  frame.width = plan->canvasWidth;
  frame.height = plan->canvasHeight;
  frame.index = request.frame;
  frame.rgb = bytesOf(colour::toRgb(media::viewOf(planes.room)));
  return frame;
}

}  // namespace rollproof::dailies
