// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "core/base/path.h"
#include "core/dailies/picture.h"
#include "core/dailies/target.h"

namespace rollproof::dailies {
namespace {

constexpr std::uint64_t kMaxThumbnailBytes = 64ULL << 20;

bool isSceneSuffix(const std::string& suffix) { return suffix == "exr"; }

Result<std::shared_ptr<const colour::Chain>> stillChain(const colour::Config& config, const ColourPlan& plan,
                                                        const std::string& space) {
  colour::ChainRequest request;
  request.input = plan.input;
  request.look = plan.look;
  request.display = plan.display;
  request.view = plan.view;
  request.outputSpace = space;
  return config.chain(request);
}

// How the file's numbers became the RGB the chain begins with.
std::string codesInWords(const Picture& picture) {
  if (picture.isFloat()) return "Floating-point RGB as the file has it";
  const media::PlanarView& coded = picture.planar.view;
  const bool assumedMatrix = picture.planar.assumedMatrix, assumedRange = picture.planar.assumedRange;
  const std::string range = coded.range == media::Range::full ? "full range" : "limited range";
  const std::string guessed = ", assumed because the file does not say";
  if (coded.rgb) return "RGB codes, " + range + (assumedRange ? guessed : "");
  const char* matrix = coded.matrix == media::Matrix::bt601    ? "BT.601"
                       : coded.matrix == media::Matrix::bt2020 ? "BT.2020"
                                                               : "BT.709";
  return std::string("YCbCr codes by the matrix of ") + matrix + (assumedMatrix ? guessed : "") + ", " + range +
         (assumedRange ? guessed : "");
}

bool holdsAlpha(const std::string& suffix) { return suffix == "exr" || suffix == "png" || suffix.starts_with("tif"); }

// Colours without the alpha that is multiplied into them, so that the chain sees what was there.
void divideByAlpha(media::ImageF& image) {
  for (std::size_t k = 0; k < image.alpha.size(); ++k) {
    if (image.alpha[k] <= 0) continue;
    for (std::size_t i = 0; i < 3; ++i) image.rgb[k * 3 + i] /= image.alpha[k];
  }
}

Result<media::ImageF> resized(const media::ImageF& image, PictureSize size) {
  media::Scaler scaler;
  auto scaled = scaler.scale(image, size.width, size.height);
  if (!scaled || image.alpha.empty()) return scaled;
  media::ImageF alpha{image.width, image.height, {}};
  for (const float value : image.alpha) alpha.rgb.insert(alpha.rgb.end(), 3, value);
  auto opaque = scaler.scale(alpha, size.width, size.height);
  if (!opaque) return opaque;
  for (std::size_t k = 0; k < opaque->rgb.size(); k += 3) {
    scaled->alpha.push_back(std::clamp(opaque->rgb[k], 0.0F, 1.0F));
  }
  return scaled;
}

Status writeStill(FileSystem& fs, const std::string& output, const media::ImageF& image,
                  const media::ImageOptions& options) {
  const std::string part = path::join(path::parent(output), partName(path::fileName(output)));
  Status done = media::writeImage(part, image, options);
  if (done) done = syncFile(fs, part);
  if (done) done = fs.renameReplace(part, output);
  if (!done) {
    if (auto removed = fs.remove(part); !removed && removed.error().code != Errc::notFound) {
      done.error().message += "; a half-written file stays behind";
    }
    return done;
  }
  return fs.syncDirectory(path::parent(output));
}

}  // namespace

Result<Still> renderStill(FileSystem& fs, const colour::Config& config, const StillRequest& request) {
  if (request.output.empty() || request.output.front() != '/') {
    return fail(Errc::usage, "the still needs an absolute path", request.output);
  }
  const std::string suffix = path::extension(request.output);
  auto clip = openClip(request.source);
  if (!clip) return tl::unexpected(clip.error());
  const std::string output = path::absolute(request.output);
  for (const std::string& essence : clip->paths) {
    if (path::absolute(essence) == output) return fail(Errc::usage, "the still would replace the clip itself", output);
  }
  if (auto standing = fs.info(output); standing && standing->kind != FileKind::regular) {
    return fail(Errc::exists, "something that is no file has this name", output);
  }
  auto plan = planColour(config, *clip, request.colour, clip->isFloat());
  if (!plan) return tl::unexpected(plan.error());

  std::string space = request.outputSpace;
  if (space.empty() && isSceneSuffix(suffix)) {
    space = "ACEScg";
    // Scene-linear pictures are for finishing: only a look that was asked for goes in.
    if (!request.colour.look) plan->look = {};
  }
  auto chain = stillChain(config, *plan, space);
  if (!chain) return tl::unexpected(chain.error());

  auto pictures = Pictures::open(*clip);
  if (!pictures) return tl::unexpected(pictures.error());
  if (request.frame < 0 || request.frame >= pictures->count()) {
    return fail(Errc::usage, "the clip has frames 0 to " + std::to_string(pictures->count() - 1), clip->clip.name);
  }
  auto picture = pictures->read(request.frame);
  if (!picture) return tl::unexpected(picture.error());
  std::vector<std::string> explanation{codesInWords(*picture)};
  media::ImageF image = toFloat(std::move(*picture), (*chain)->levels());
  auto alpha = pictures->alpha(request.frame);
  if (!alpha) return tl::unexpected(alpha.error());
  if (!alpha->values.empty() && alpha->values.size() * 3 != image.rgb.size()) {
    return fail(Errc::conflict, "the file changed while it was read", clip->paths.front());
  }
  std::vector<model::Warning> warnings;
  if (!alpha->values.empty() && holdsAlpha(suffix)) {
    image.alpha = std::move(alpha->values);
  } else if (std::any_of(alpha->values.begin(), alpha->values.end(), [](float value) { return value < 1; })) {
    warnings.push_back({"alpha_left_out", "Parts of the picture are transparent, which this format cannot hold."});
  }
  // Scaled as light where the pixels are light, in the recorded codes elsewhere.
  PictureSize size{image.width, image.height};
  if (!isSceneSuffix(suffix) && clip->squeeze != 1.0) {
    size = sizeWithin(*clip, std::max(image.width, static_cast<int>(image.width * clip->squeeze)), image.height);
  }
  if (request.maxWidth > 0 && size.width > request.maxWidth) {
    size = {std::max(1, request.maxWidth),
            std::max(1, static_cast<int>(static_cast<std::int64_t>(size.height) * request.maxWidth / size.width))};
  }
  if (size != PictureSize{image.width, image.height}) {
    auto scaled = resized(image, size);
    if (!scaled) return tl::unexpected(scaled.error());
    image = std::move(*scaled);
  }
  if (alpha->multiplied) divideByAlpha(image);
  (*chain)->applyExact(image);

  media::ImageOptions options;
  options.timecode = clip->timecodeAt(request.frame);
  options.rate = clip->rate;
  options.reel = path::display(clip->reel);
  if (isSceneSuffix(suffix)) {
    options.bitDepth = 32;
    options.strings["oiio:ColorSpace"] = space;
    options.strings["comments"] = (*chain)->describe();
  }
  if (auto made = fs.makeDirectories(path::parent(output)); !made) return tl::unexpected(made.error());
  if (auto written = writeStill(fs, output, image, options); !written) return tl::unexpected(written.error());

  Still still;
  still.path = output;
  still.chain = (*chain)->describe();
  still.explanation = std::move(explanation);
  for (auto& line : (*chain)->explain()) still.explanation.push_back(std::move(line));
  still.width = image.width;
  still.height = image.height;
  still.warnings = std::move(warnings);
  still.warnings.insert(still.warnings.end(), clip->warnings.begin(), clip->warnings.end());
  still.warnings.insert(still.warnings.end(), plan->warnings.begin(), plan->warnings.end());
  return still;
}

Result<std::string> thumbnailJpeg(const colour::Config& config, const model::Clip& clip, media::CodedPicture coded,
                                  const ColourChoice& colour, int width) {
  const OpenedClip opened = openedFrom(clip, coded);
  const Picture picture = pictureFrom(std::move(coded));
  auto plan = planColour(config, opened, colour, picture.isFloat());
  if (!plan) return tl::unexpected(plan.error());
  auto display = DisplayColour::make(config, *plan, picture.isFloat());
  if (!display) return tl::unexpected(display.error());
  media::Scaler scaler;
  const auto sized = display->coded(picture, sizeWithin(opened, width, width), scaler);
  if (!sized) return tl::unexpected(sized.error());
  std::vector<std::uint8_t> rgb;
  display->baked().applyToRgb8(sized->view, rgb);
  media::ImageF image;
  image.width = sized->view.width;
  image.height = sized->view.height;
  image.rgb.reserve(rgb.size());
  for (const std::uint8_t value : rgb) image.rgb.push_back(static_cast<float>(value) / 255.0F);

  // The encoder writes files only; this one lives for a moment in a private folder.
  std::error_code code;
  std::string folder = (std::filesystem::temp_directory_path(code) / "rollproof-thumb-XXXXXX").string();
  if (code || !mkdtemp(folder.data())) return fail(Errc::io, "there is no room for a temporary file");
  const std::string file = path::join(folder, "thumbnail.jpg");
  Result<std::string> bytes = fail(Errc::failed, "no thumbnail was written");
  if (auto written = media::writeImage(file, image, {}); written) {
    bytes = readSmallFile(realFileSystem(), file, kMaxThumbnailBytes);
  } else {
    bytes = tl::unexpected(written.error());
  }
  std::filesystem::remove_all(folder, code);
  return bytes;
}

}  // namespace rollproof::dailies
