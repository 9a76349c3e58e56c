// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

namespace {

float middle(const std::string& path) {
  const auto image = media::readImage(path);
  REQUIRE(image.has_value());
  const auto at = static_cast<std::size_t>(image->height / 2) * static_cast<std::size_t>(image->width) +
                  static_cast<std::size_t>(image->width / 2);
  return image->rgb[at * 3 + 1];
}

Still mustRenderStill(const StillRequest& request) {
  auto still = renderStill(realFileSystem(), config(), request);
  if (!still) FAIL(describe(still.error()));
  return std::move(*still);
}

}  // namespace

TEST_CASE("a still is linear ACEScg in EXR and display codes elsewhere", "[still]") {
  const Folder folder;
  StillRequest request;
  request.source = makeMovie(folder, {});
  request.frame = 2;
  request.output = folder / "stills/grey.exr";
  const Still exr = mustRenderStill(request);
  CHECK(exr.path == request.output);
  CHECK(exr.width == 320);
  CHECK(exr.chain == "ARRI LogC3 (EI800) -> ACEScg");
  CHECK(middle(exr.path) == Approx(.18F).margin(.001));
  for (const char* suffix : {"png", "tif", "jpg", "dpx"}) {
    INFO(suffix);
    request.output = folder / (std::string("stills/grey.") + suffix);
    CHECK(middle(mustRenderStill(request).path) == Approx(.389530F).margin(.004));
  }
  request.output = folder / "stills/aces.exr";
  request.outputSpace = "ACES2065-1";
  request.maxWidth = 160;
  const Still small = mustRenderStill(request);
  CHECK(small.width == 160);
  CHECK(small.height == 90);
  CHECK(middle(small.path) == Approx(.18F).margin(.001));
  CHECK(listing(folder / "stills").size() == 6);
}

TEST_CASE("a still carries the look it was given and the display it was given", "[still]") {
  const Folder folder;
  StillRequest request;
  request.source = makeMovie(folder, {});
  request.output = folder / "look.png";
  request.colour.display = "sRGB - Display";
  CHECK(middle(mustRenderStill(request).path) == Approx(.355954F).margin(.004));
  model::Look look;
  look.lutFile = folder / "half.cube";
  std::ofstream(look.lutFile) << "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n";
  request.colour.look = look;
  CHECK(middle(mustRenderStill(request).path) == Approx(.391007F / 2).margin(.004));
}

TEST_CASE("what another program may have made of a camera's codes is told unless the name says it", "[still]") {
  const Folder folder;
  ClipSpec spec;
  spec.space = "S-Log3 S-Gamut3.Cine";
  StillRequest request;
  request.source = makeMovie(folder, spec);
  request.output = folder / "s.png";
  request.source.clip.family = "generic";
  const Still assumed = mustRenderStill(request);
  CHECK(hasWarning(assumed.warnings, "levels_assumed"));
  const float own = middle(request.output);
  request.colour.input = spec.space + " [normalised]";
  CHECK_FALSE(hasWarning(mustRenderStill(request).warnings, "levels_assumed"));
  CHECK(std::abs(middle(request.output) - own) > .01F);
  request.colour.input.clear();
  request.source.clip.family = "sony_xdroot";
  CHECK_FALSE(hasWarning(mustRenderStill(request).warnings, "levels_assumed"));
  request.source.clip.family = "generic";
  request.source.clip.colour.space = "ARRI LogC4";
  CHECK_FALSE(hasWarning(mustRenderStill(request).warnings, "levels_assumed"));
}

TEST_CASE("what is transparent stays so where the format can hold it", "[still]") {
  const Folder folder;
  // One column each: opaque, half, nothing but light that adds, nothing.
  media::ImageF frame{64, 32, {}};
  for (int k = 0; k < 64 * 32; ++k) {
    const int part = k % 64 / 16;
    const float alpha = part == 0 ? 1.0F : part == 1 ? 0.5F : 0.0F, light = part == 3 ? 0.0F : 0.18F;
    frame.rgb.insert(frame.rgb.end(), 3, light);
    frame.alpha.push_back(alpha);
  }
  std::filesystem::create_directories(folder / "F");
  REQUIRE(media::writeImage(folder / "F/F.0001.exr", frame, {}));
  StillRequest request;
  request.source.root = folder / "F";
  request.source.clip.name = "F";
  request.source.clip.colour.space = "ACEScg";
  request.source.clip.files.push_back({"F.0001.exr", model::FileRole::essence});
  const auto pixel = [&](const std::string& file, std::size_t x) {
    const auto read = media::openVideo({file}, {});
    REQUIRE(read.has_value());
    const auto alpha = (*read)->readAlpha(0);
    REQUIRE(alpha.has_value());
    const auto image = media::readImage(file);
    REQUIRE(image.has_value());
    return std::array<float, 2>{image->rgb[x * 3 + 1], alpha->values.empty() ? -1.0F : alpha->values[x]};
  };
  CHECK(pixel(folder / "F/F.0001.exr", 20)[0] == Approx(.09).margin(1e-4));  // multiplied, as OpenEXR has it
  request.output = folder / "s.exr";
  CHECK_FALSE(hasWarning(mustRenderStill(request).warnings, "alpha_left_out"));
  CHECK(pixel(request.output, 2)[0] == Approx(.18).margin(1e-4));
  CHECK(pixel(request.output, 20)[0] == Approx(.09).margin(1e-4));
  CHECK(pixel(request.output, 20)[1] == Approx(.5));
  CHECK(pixel(request.output, 40)[0] == Approx(.18).margin(1e-4));
  CHECK(pixel(request.output, 40)[1] == 0);
  for (const char* suffix : {"png", "tif"}) {
    INFO(suffix);
    request.output = folder / (std::string("s.") + suffix);
    mustRenderStill(request);
    // Where nothing is multiplied, the half has the colour of the opaque part.
    CHECK(pixel(request.output, 2)[0] == Approx(.389530).margin(.004));
    CHECK(pixel(request.output, 20)[1] == Approx(.5).margin(.003));
    CHECK(pixel(request.output, 20)[0] == Approx(.389530).margin(.004));
  }
  request.output = folder / "s.jpg";
  CHECK(hasWarning(mustRenderStill(request).warnings, "alpha_left_out"));
  request.output = folder / "half.exr";
  request.maxWidth = 32;
  mustRenderStill(request);
  CHECK(pixel(request.output, 10)[1] == Approx(.5));
}

TEST_CASE("a still that cannot be made says why and leaves nothing", "[still]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  auto codeOf = [&](const StillRequest& request) {
    auto still = renderStill(realFileSystem(), config(), request);
    REQUIRE_FALSE(still.has_value());
    return still.error().code;
  };
  StillRequest request;
  request.source = source;
  request.output = folder / "x.png";
  request.frame = 12;
  CHECK(codeOf(request) == Errc::usage);
  request.frame = 0;
  request.output = folder / "x.psd";
  CHECK(codeOf(request) == Errc::unsupported);
  request.output = folder / (source.clip.name + ".mov");
  CHECK(codeOf(request) == Errc::usage);
  std::filesystem::create_directory(folder / "taken.png");
  request.output = folder / "taken.png";
  CHECK(codeOf(request) == Errc::exists);
  request.output = folder / "x.png";
  request.colour.view = "Rose tinted";
  CHECK(codeOf(request) == Errc::notFound);
  CHECK(listing(folder.path()).size() == 2);
}

TEST_CASE("a thumbnail is a small JPEG of the right grey", "[still]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  auto reader = media::openVideo(essencePaths(source), {});
  REQUIRE(reader);
  auto frame = (*reader)->readFrame(3);
  REQUIRE(frame);
  media::CodedPicture picture{std::move(*frame), {}, (*reader)->info().bitDepth, {1, 1}, 3};
  const auto bytes = thumbnailJpeg(config(), source.clip, picture, {}, 160);
  REQUIRE(bytes.has_value());
  CHECK(bytes->substr(0, 3) == "\xff\xd8\xff");
  std::ofstream(folder / "t.jpg", std::ios::binary) << *bytes;
  const auto image = media::readImage(folder / "t.jpg");
  REQUIRE(image.has_value());
  CHECK(image->width == 160);
  CHECK(image->height == 90);
  CHECK(middle(folder / "t.jpg") == Approx(.389530F).margin(.012));
  // The shape is as it is to be seen.
  picture.pixelAspect = {2, 1};
  const auto wide = thumbnailJpeg(config(), source.clip, picture, {}, 160);
  REQUIRE(wide.has_value());
  std::ofstream(folder / "w.jpg", std::ios::binary) << *wide;
  CHECK(media::readImage(folder / "w.jpg")->height == 44);
}

TEST_CASE("a clip whose look is broken can still be seen, and the chain says why", "[still]") {
  const Folder folder;
  ColourChoice choice;
  choice.look = model::Look();
  choice.look->name = "show";
  choice.look->lutFile = folder / "gone.cube";
  const ClipSource source = makeMovie(folder, {});
  auto player = openPlayer(config(), source, choice, 160, 90);
  REQUIRE(player);
  CHECK((*player)->chain().find("the look is left out") != std::string::npos);
  auto without = openPlayer(config(), source, {}, 160, 90);
  REQUIRE(without);
  CHECK((*player)->frame(0)->rgb == (*without)->frame(0)->rgb);
  REQUIRE((*player)->setLook(std::nullopt));
  CHECK((*player)->chain().find("left out") == std::string::npos);
}

TEST_CASE("the viewer gets every frame in any order at its size", "[still]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  auto player = openPlayer(config(), source, {}, 200, 400);
  REQUIRE(player.has_value());
  CHECK((*player)->frameCount() == 12);
  CHECK((*player)->rate() == FrameRate{25, 1});
  CHECK((*player)->chain().find("ACES 1.0 - SDR Video") != std::string::npos);
  int earlier = -1;
  for (const std::int64_t index : {0, 3, 7, 11}) {
    const auto frame = (*player)->frame(index);
    REQUIRE(frame.has_value());
    CHECK(frame->width == 200);
    CHECK(frame->height == 112);
    CHECK(frame->index == index);
    REQUIRE(frame->rgb.size() == 200 * 112 * 3);
    const int corner = frame->rgb[(10 * 200 + 10) * 3];
    CHECK(corner > earlier);
    earlier = corner;
    CHECK(std::abs(frame->rgb[(56 * 200 + 100) * 3] - 255 * .389530) < 2);
  }
  const auto back = (*player)->frame(0);
  REQUIRE(back.has_value());
  CHECK(back->rgb[(10 * 200 + 10) * 3] < earlier);
  // What a viewer compares with: the same frame without its look, its scopes, and its stops.
  ViewerWants wants;
  wants.plain = wants.scopes = true;
  const auto graded = (*player)->frame(0, wants);
  REQUIRE(graded);
  CHECK(graded->rgb == back->rgb);
  CHECK(graded->plain == graded->rgb);  // it has no look yet
  REQUIRE(graded->scopes.size() == 4);
  for (const auto& scope : graded->scopes) {
    CHECK(scope.image.width == 320);
    CHECK(scope.image.height == 180);
  }
  model::Look warm;
  warm.cdl = model::Cdl{{1.3, 1, 0.7}, {0, 0, 0}, {1, 1, 1}, 1};
  REQUIRE((*player)->setLook(warm));
  CHECK((*player)->chain().find("CDL") != std::string::npos);
  const auto warmed = (*player)->frame(0, wants);
  REQUIRE(warmed);
  CHECK(warmed->rgb != graded->rgb);
  CHECK(warmed->plain == graded->rgb);
  model::Look broken;
  broken.lutFile = "/nowhere/show.cube";
  CHECK_FALSE((*player)->setLook(broken));
  CHECK((*player)->frame(0)->rgb == warmed->rgb);  // the one before stays
  wants.falseColour = true;
  const auto painted = (*player)->frame(0, wants);
  REQUIRE(painted);
  CHECK(painted->rgb != warmed->rgb);
  CHECK(painted->rgb.size() == warmed->rgb.size());
  CHECK(painted->scopes[0].image.rgb == warmed->scopes[0].image.rgb);  // scopes judge the grade, not the paint
  REQUIRE((*player)->setLook(std::nullopt));
  CHECK((*player)->frame(0)->rgb == graded->rgb);
  CHECK_FALSE((*player)->frame(12).has_value());
  CHECK_FALSE((*player)->frame(-1).has_value());
}

TEST_CASE("a viewer of linear EXR frames shows the right grey", "[still]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 2;
  auto player = openPlayer(config(), makeSequence(folder, spec, ".exr"), {}, 160, 90);
  REQUIRE(player.has_value());
  const auto frame = (*player)->frame(1);
  REQUIRE(frame.has_value());
  CHECK(frame->width == 160);
  CHECK(std::abs(frame->rgb[(45 * 160 + 80) * 3 + 1] - 255 * .389530) < 2);
}
