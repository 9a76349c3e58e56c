// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/opened_clip.h"

#include <algorithm>
#include <cmath>

#include "core/base/path.h"

namespace rollproof::dailies {
namespace {

constexpr std::size_t kLongestName = 180;  // room for a frame number, a suffix and a part name within 255 bytes
constexpr const char* kFinishedVideo = "Rec.709 video";
constexpr const char* kLinear709 = "Linear Rec.709 (sRGB)";

std::string safeName(const std::string& name) {
  std::string safe;
  for (const char c : name) safe += c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '_' : c;
  if (safe.size() > kLongestName) safe.resize(kLongestName);
  if (!safe.empty() && safe.front() == '.') safe.front() = '_';
  return safe.empty() ? "clip" : safe;
}

double squeezeOf(const model::Clip& clip, const media::VideoInfo& video) {
  auto sensible = [](double value) { return std::isfinite(value) && value > 0.2 && value < 5; };
  // Both may say the same thing; multiplying them would squeeze twice.
  const double pixel = video.pixelAspect.num > 0 ? video.pixelAspect.approximate() : 1.0;
  if (pixel != 1.0 && sensible(pixel)) return pixel;
  if (clip.picture) {
    for (const auto& given : {clip.picture->pixelAspect, clip.picture->lensSqueeze}) {
      if (given && given->num > 0 && given->den > 0 && *given != Rational{1, 1} && sensible(given->approximate())) {
        return given->approximate();
      }
    }
  }
  return 1.0;
}

int even(double value) { return std::max(16, static_cast<int>(std::lround(value / 2.0)) * 2); }

}  // namespace

std::vector<std::string> essencePaths(const ClipSource& source) {
  std::vector<std::string> paths;
  for (const model::ClipFile& file : source.clip.files) {
    // A record is data from elsewhere: it must not lead out of its root.
    if (file.role == model::FileRole::essence && path::isSafeRelative(file.path)) {
      paths.push_back(path::join(source.root, file.path));
    }
  }
  return paths;
}

std::optional<Timecode> OpenedClip::timecodeAt(std::int64_t frame) const {
  if (!start) return std::nullopt;
  // The clock runs at the rate of its own count; a 50-frame clip under 25-frame timecode shows each number twice.
  const int own = rate.nominal(), counted = start->rate.nominal();
  if (own > counted && counted > 0 && own % counted == 0) return start->plus(frame / (own / counted));
  return start->plus(frame);
}

Result<OpenedClip> openClip(const ClipSource& source) {
  OpenedClip opened;
  opened.clip = source.clip;
  opened.paths = essencePaths(source);
  if (opened.paths.empty()) return fail(Errc::unsupported, "the clip has no picture files", source.clip.name);
  if (opened.clip.name.empty()) opened.clip.name = path::stem(opened.paths.front());
  opened.fileName = safeName(opened.clip.name);
  auto probed = media::probe(opened.paths.front());
  if (!probed) return tl::unexpected(probed.error());
  opened.media = std::move(*probed);
  if (!opened.media.video) return fail(Errc::unsupported, "the clip has sound but no picture", source.clip.name);
  opened.video = *opened.media.video;
  if (!opened.video.decodable) {
    return fail(Errc::unsupported, "nothing here can decode " + path::display(opened.video.codec) + " pictures",
                opened.paths.front());
  }
  opened.rate = opened.clip.frameRate.valid() ? opened.clip.frameRate : opened.video.rate;
  if (!opened.rate.valid()) {
    opened.rate = {24, 1};
    opened.warnings.push_back(
        {"frame_rate_assumed", "The clip does not say its frame rate; 24 frames a second are used."});
  }
  opened.start = opened.clip.start ? opened.clip.start : opened.media.start;
  if (opened.start && !opened.start->rate.valid()) opened.start->rate = opened.rate;
  opened.reel = opened.clip.reel.empty() ? opened.media.reel : opened.clip.reel;
  if (opened.clip.reel.empty()) opened.clip.reel = opened.reel;
  opened.squeeze = squeezeOf(opened.clip, opened.video);
  return opened;
}

OpenedClip openedFrom(const model::Clip& clip, const media::CodedPicture& picture) {
  OpenedClip opened;
  opened.clip = clip;
  const bool light = picture.light.width > 0;
  opened.video.width = light ? picture.light.width : picture.coded.width;
  opened.video.height = light ? picture.light.height : picture.coded.height;
  opened.video.pixelAspect = picture.pixelAspect;
  opened.squeeze = squeezeOf(clip, opened.video);
  return opened;
}

interchange::FdlQuery fdlQueryOf(const OpenedClip& clip, const std::string& intent) {
  interchange::FdlQuery query;
  query.width = clip.video.width;
  query.height = clip.video.height;
  query.clip = clip.clip.name;
  query.hints = {clip.clip.camera.sensorMode, clip.clip.camera.model};
  query.intent = intent;
  return query;
}

namespace {

bool has(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Ours, or in a configuration that has other names its first.
std::string usualDisplay(const colour::Config& config) {
  const auto displays = config.displays();
  return displays.empty() || has(displays, colour::kDefaultDisplay) ? colour::kDefaultDisplay : displays.front();
}
std::string usualView(const colour::Config& config, const std::string& display) {
  const auto views = config.views(display);
  return views.empty() || has(views, colour::kDefaultView) ? colour::kDefaultView : views.front();
}

}  // namespace

Result<ColourPlan> planColour(const colour::Config& config, const OpenedClip& clip, const ColourChoice& choice,
                              bool floatPixels) {
  ColourPlan plan;
  // An AMF says more than its grade: where the pictures come from, and what they are to be shown on.
  const model::Look told = choice.look.value_or(model::Look{});
  const std::string display = choice.display.empty() && choice.view.empty() ? told.display : choice.display;
  const std::string view = choice.display.empty() && choice.view.empty() ? told.view : choice.view;
  plan.display = display.empty() ? usualDisplay(config) : display;
  plan.view = view.empty() ? usualView(config, plan.display) : view;
  if (const std::string& named = choice.input.empty() ? told.input : choice.input; !named.empty()) {
    plan.input = config.canonical(named);
    if (plan.input.empty()) return fail(Errc::notFound, "there is no such input colour space", path::display(named));
  } else {
    const std::string& recorded = clip.clip.colour.space;
    plan.input = config.canonical(recorded);
    if (plan.input.empty()) {
      const char* assumed = floatPixels ? kLinear709 : kFinishedVideo;
      const std::string why = recorded.empty()
                                  ? "The clip does not say its colour space"
                                  : "The clip's colour space '" + path::display(recorded) + "' is not a known one";
      plan.warnings.push_back(
          {"colour_space_unknown", why + (floatPixels ? "; its pixels are read as linear Rec.709, as OpenEXR defines."
                                                      : "; it is shown as recorded, as Rec.709 video.")});
      plan.input = config.canonical(assumed);
      // A user's own configuration need not have our names; its role `default` is for what nobody knows.
      if (plan.input.empty()) plan.input = config.canonical("default");
      if (plan.input.empty()) {
        return fail(Errc::usage, "the clip's colour space is unknown, name one with --input", clip.clip.name);
      }
    }
  }
  // A camera's own file is read as its maker writes it. What an editing or grading program made of it may be either.
  const bool remade = clip.clip.family == "generic" && (clip.video.codec == "prores" || clip.video.codec == "dnxhd");
  if (remade && !clip.isFloat() && config.levels(plan.input) == colour::Levels::codes &&
      !colour::inputName(plan.input).levels) {
    plan.warnings.push_back(
        {"levels_assumed", "This file is no camera's own, and its numbers are read as " + plan.input +
                               " writes them, in codes of 1023; if a grading program made it and greys come out wrong, "
                               "name the input '" +
                               plan.input + " [normalised]'."});
  }
  if (choice.look) {
    plan.look = *choice.look;
  } else if (clip.clip.colour.cdl) {
    plan.look.name = clip.clip.colour.look;
    plan.look.cdl = clip.clip.colour.cdl;
  }
  return plan;
}

PictureSize sizeForWidth(const OpenedClip& clip, int width) {
  if (width <= 0) return {clip.video.width, clip.video.height};
  const double shape = clip.video.width * clip.squeeze / std::max(1, clip.video.height);
  return {even(width), even(width / shape)};
}

PictureSize sizeWithin(const OpenedClip& clip, int maxWidth, int maxHeight) {
  const double shape = clip.video.width * clip.squeeze / std::max(1, clip.video.height);
  const double wide = std::min<double>(std::max(16, maxWidth), clip.video.width * std::max(1.0, clip.squeeze));
  const double width = std::min(wide, std::max(16, maxHeight) * shape);
  // Rounding up may pass the limit by a pixel, so down.
  auto down = [](double value) { return std::max(16, static_cast<int>(value + 1e-6) / 2 * 2); };
  return {down(width), down(width / shape)};
}

}  // namespace rollproof::dailies
