// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/dailies/picture.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

TEST_CASE("frames for finishing are exact linear light with timecode and no look", "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 3;
  const ClipSource source = makeMovie(folder, spec);
  RenderRequest request = requestFor(source, folder, {"exr-acescg", "exr-aces", "dpx-log"});
  model::Look look;
  look.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  request.colour.look = look;
  const auto results = mustRender(request);
  for (std::size_t i = 0; i < 2; ++i) {
    INFO(results[i].preset);
    CHECK(results[i].frames == 3);
    CHECK(hasWarning(results[i].warnings, "look_not_applied"));
    const std::string file = results[i].path + "/A001C001_260502_R1AB.0000002.exr";
    const auto image = media::readImage(file);
    REQUIRE(image.has_value());
    CHECK(image->width == 320);
    const std::size_t middle = (90 * 320 + 160) * 3;
    for (std::size_t c = 0; c < 3; ++c) CHECK(image->rgb[middle + c] == Approx(.18F).margin(.002));
    const auto info = media::probe(file);
    REQUIRE(info.has_value());
    REQUIRE(info->start.has_value());
    CHECK(info->start->text() == "10:20:30:01");
    CHECK(listing(results[i].path).size() == 3);
  }
  const auto log = media::readImage(results[2].path + "/A001C001_260502_R1AB.0000001.dpx");
  REQUIRE(log.has_value());
  CHECK(log->rgb[(90 * 320 + 160) * 3 + 1] == Approx(.391007).margin(.002));
  const auto dpx = media::probe(results[2].path + "/A001C001_260502_R1AB.0000003.dpx");
  REQUIRE(dpx->start.has_value());
  CHECK(dpx->start->text() == "10:20:30:02");
  CHECK(dpx->video->bitDepth == 10);
}

TEST_CASE("rendering frames again replaces the earlier folder whole and spares a stranger's", "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 3;
  const ClipSource source = makeMovie(folder, spec);
  for (const char* preset : {"exr-acescg", "dpx-log"}) {
    RenderRequest request = requestFor(source, folder, {preset});
    request.outputDirectory = folder / (std::string("out-") + preset);
    const auto first = mustRender(request);
    CHECK(listing(first[0].path).size() == 3);
    request.lastFrame = 1;
    const auto second = mustRender(request);
    CHECK(listing(second[0].path).size() == 2);
    CHECK(listing(request.outputDirectory).size() == 3);
    std::ofstream(second[0].path + "/A001C001_260502_R1AB.0000001.notes.txt") << "mine";
    jobs::Progress progress;
    auto refused = render(realFileSystem(), config(), request, progress, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::exists);
    CHECK(std::filesystem::exists(second[0].path + "/A001C001_260502_R1AB.0000001.notes.txt"));
    CHECK(listing(request.outputDirectory).size() == 4);
  }
}

TEST_CASE("a DPX sequence in camera log becomes a movie of the right grey", "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 4;
  const ClipSource source = makeSequence(folder, spec, ".dpx");
  const auto results = mustRender(requestFor(source, folder, {"dnxhr-lb"}));
  CHECK(results[0].frames == 4);
  CHECK(std::abs(middleLuma(results[0].path, 0) - (64 + 876 * .389530)) < 2.5);
  const auto info = media::probe(results[0].path);
  CHECK(info->start->text() == "10:20:30:00");
  CHECK(info->audio.empty());
}

TEST_CASE("full-range 10-bit white reaches full white", "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 1;
  spec.space = "Rec.709 video";
  spec.r = spec.g = spec.b = 1.0F;
  const auto clip = openClip(makeSequence(folder, spec, ".dpx"));
  REQUIRE(clip.has_value());
  auto pictures = Pictures::open(*clip);
  REQUIRE(pictures.has_value());
  const auto picture = pictures->read(0);
  REQUIRE(picture.has_value());
  const media::PlanarView& view = picture->planar.view;
  CHECK(reinterpret_cast<const std::uint16_t*>(view.row(0, view.height - 1))[view.width - 1] == 65535);
  CHECK(toFloat(*picture, colour::Levels::normalised).rgb.back() == Approx(1.0F).margin(1e-6));
}

TEST_CASE("a scene-linear EXR sequence becomes a movie of the right grey and keeps its highlights in frames",
          "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 3;
  const ClipSource source = makeSequence(folder, spec, ".exr");
  const auto results = mustRender(requestFor(source, folder, {"dnxhr-lb", "dpx-log"}));
  CHECK(std::abs(middleLuma(results[0].path, 0) - (64 + 876 * .389530)) < 2.5);
  CHECK(results[0].chain.find("ACEScg -> Rec.1886") == 0);
  const auto log = media::readImage(results[1].path + "/A001C001_260502_R1AB.0000001.dpx");
  REQUIRE(log.has_value());
  CHECK(log->rgb[3000] == Approx(.413588).margin(.001));
}

TEST_CASE("a missing frame is told and does not shorten the clip", "[sequences]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 5;
  const ClipSource source = makeSequence(folder, spec, ".dpx");
  REQUIRE(std::filesystem::remove(folder / source.clip.files[2].path));
  std::ofstream(folder / source.clip.files[3].path, std::ios::binary | std::ios::trunc) << "SDPX";
  const auto results = mustRender(requestFor(source, folder, {"dnxhr-lb"}));
  CHECK(results[0].frames == 5);
  CHECK(hasWarning(results[0].warnings, "frames_damaged"));
  auto reader = media::openVideo({results[0].path}, {});
  CHECK((*reader)->frameCount() == 5);
}
