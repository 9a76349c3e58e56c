// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "tests/core/media/fixtures.h"

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

namespace {

ImageF ramp(int width, int height, int top) {
  ImageF image{width, height, {}};
  image.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (std::size_t i = 0; i < image.rgb.size(); ++i)
    image.rgb[i] = static_cast<float>(static_cast<int>(i) % (top + 1)) / static_cast<float>(top);
  return image;
}

std::string messageOf(const Status& status) { return status ? std::string() : describe(status.error()); }

}  // namespace

TEST_CASE("every ten-bit code of a DPX is read as itself") {
  TempDir dir;
  for (const int depth : {8, 10, 12, 16}) {
    CAPTURE(depth);
    const int top = (1 << depth) - 1;
    ImageOptions options;
    options.bitDepth = depth;
    options.rate = kFilm;
    options.timecode = Timecode::parse("14:03:07:11", kFilm);
    const std::string path = dir.file("f" + std::to_string(depth) + ".dpx");
    const ImageF image = ramp(128, depth == 16 ? 200 : 64, top);
    REQUIRE(messageOf(writeImage(path, image, options)) == "");
    const auto reader = openVideo({path}, ReaderOptions{});
    REQUIRE(reader);
    CHECK((*reader)->info().bitDepth == depth);
    CHECK_FALSE((*reader)->isFloat());
    const auto frame = (*reader)->readFrame(0);
    REQUIRE(frame);
    CHECK(frame->rgb);
    CHECK(frame->range == Range::full);
    int wrong = 0;
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
      const int expected = (static_cast<int>(i) % (top + 1)) << (16 - depth);
      if (frame->plane[i % 3][i / 3] != expected) ++wrong;
    }
    CHECK(wrong == 0);
    const auto info = probe(path);
    REQUIRE(info);
    REQUIRE(info->start);
    CHECK(info->start->text() == "14:03:07:11");
    CHECK(info->timecodeSource == "dpx");
    CHECK(info->video->rate == kFilm);
  }
}

TEST_CASE("an EXR keeps half floats timecode rate and attributes") {
  TempDir dir;
  ImageF image = ramp(50, 40, 1000);
  image.rgb[0] = 12.5F;
  image.rgb[1] = -0.25F;
  ImageOptions options;
  options.rate = {30000, 1001};
  options.timecode = Timecode::parse("01:00:59;28", options.rate);
  options.reel = "A001R1AB";
  options.strings = {{"owner", "Rollproof test"}};
  const std::string path = dir.file("f.exr");
  REQUIRE(messageOf(writeImage(path, image, options)) == "");
  const auto info = probe(path);
  REQUIRE(info);
  CHECK(info->video->bitDepth == 16);
  CHECK(info->video->profile == "zip");
  REQUIRE(info->start);
  CHECK(info->start->text() == "01:00:59;28");
  CHECK(info->video->rate == options.rate);
  CHECK(info->reel == "A001R1AB");
  const auto back = readImage(path);
  REQUIRE(back);
  REQUIRE(back->rgb.size() == image.rgb.size());
  CHECK(back->rgb[0] == 12.5F);
  CHECK(back->rgb[1] == -0.25F);
  float worst = 0;
  for (std::size_t i = 2; i < image.rgb.size(); ++i) worst = std::max(worst, std::abs(back->rgb[i] - image.rgb[i]));
  CHECK(worst < 0.0005F);
  options.bitDepth = 32;
  REQUIRE(messageOf(writeImage(path, image, options)) == "");
  CHECK(readImage(path)->rgb == image.rgb);
}

TEST_CASE("integer pictures round to the nearest code and never wrap") {
  TempDir dir;
  ImageF image{2, 1, {-1.0F, 0.5F, 2.0F, std::numeric_limits<float>::quiet_NaN(), 0.499F, 1.0F}};
  for (const char* name : {"a.png", "a.tif"}) {
    CAPTURE(name);
    ImageOptions options;
    options.bitDepth = 8;
    REQUIRE(messageOf(writeImage(dir.file(name), image, options)) == "");
    const auto back = readImage(dir.file(name));
    REQUIRE(back);
    const std::vector<float> expected = {0, 128 / 255.0F, 1, 0, 127 / 255.0F, 1};
    for (std::size_t i = 0; i < 6; ++i) CHECK(back->rgb[i] == Approx(expected[i]).margin(1e-6));
  }
  ImageOptions deep;
  deep.bitDepth = 16;
  REQUIRE(writeImage(dir.file("b.png"), image, deep));
  CHECK(readImage(dir.file("b.png"))->rgb[4] == Approx(std::lround(0.499 * 65535) / 65535.0).margin(1e-7));
  REQUIRE(writeImage(dir.file("c.jpg"), ramp(64, 64, 255), {}));
  CHECK(readImage(dir.file("c.jpg"))->width == 64);
}

TEST_CASE("a picture may be written under the name of an unfinished file") {
  TempDir dir;
  REQUIRE(messageOf(writeImage(dir.file(".still.exr.rollproof-part"), ramp(8, 8, 255), {})) == "");
  const auto info = probe(dir.file(".still.exr.rollproof-part"));
  REQUIRE(info);
  CHECK(info->container == "openexr");
}

TEST_CASE("a DPX header names the file as it will be called and never a folder of this machine") {
  TempDir dir;
  for (const std::string name : {"A001.0000001.dpx", ".A001.0000001.dpx.rollproof-part"}) {
    const std::string path = dir.file(name);
    REQUIRE(messageOf(writeImage(path, ramp(16, 16, 255), ImageOptions{})) == "");
    const auto head = readSmallFile(realFileSystem(), path, 1U << 20U);
    REQUIRE(head);
    CHECK(head->substr(36, 17) == std::string("A001.0000001.dpx\0", 17));
    CHECK(head->substr(0, 2048).find(path::parent(path)) == std::string::npos);
  }
}

TEST_CASE("pictures that cannot be written say why") {
  TempDir dir;
  CHECK(writeImage(dir.file("a.gif"), ramp(4, 4, 255), {}).error().code == Errc::unsupported);
  ImageF broken{4, 4, {0.0F}};
  CHECK(writeImage(dir.file("a.exr"), broken, {}).error().code == Errc::usage);
  ImageOptions odd;
  odd.bitDepth = 11;
  CHECK(writeImage(dir.file("a.dpx"), ramp(4, 4, 255), odd).error().code == Errc::usage);
  CHECK_FALSE(writeImage(dir.file("no/folder/a.exr"), ramp(4, 4, 255), {}));
}

TEST_CASE("a frame sequence is a clip and a strange frame in it is named") {
  TempDir dir;
  std::vector<std::string> paths;
  for (int i = 0; i < 4; ++i) {
    paths.push_back(dir.file("s." + std::to_string(1000 + i) + ".dpx"));
    ImageF image{16, 16, std::vector<float>(16 * 16 * 3, static_cast<float>(100 + i) / 1023.0F)};
    REQUIRE(writeImage(paths.back(), image, {}));
  }
  auto reader = openVideo(paths, ReaderOptions{});
  REQUIRE(reader);
  CHECK((*reader)->frameCount() == 4);
  for (const std::int64_t index : {3, 0, 2}) {
    const auto frame = (*reader)->readFrame(index);
    REQUIRE(frame);
    CHECK(frame->plane[1][7] == (100 + index) << 6);
  }
  // Scaled pictures: a flat field stays exactly what it is.
  auto small = openVideo(paths, ReaderOptions{9, 7, 0});
  REQUIRE(small);
  const auto frame = (*small)->readFrame(1);
  REQUIRE(frame);
  CHECK(frame->width == 9);
  for (const auto& plane : frame->plane) CHECK(plane == std::vector<std::uint16_t>(63, 101 << 6));
  REQUIRE(writeImage(paths[2], ramp(8, 8, 255), {}));
  CHECK((*reader)->readFrame(2).error().code == Errc::conflict);
  CHECK((*reader)->readFrame(2).error().subject == paths[2]);
  std::filesystem::remove(paths[1]);
  CHECK_FALSE((*reader)->readFrame(1));
  CHECK((*reader)->readFrame(3));
}

TEST_CASE("text becomes a mask whose size does not jump with its digits") {
  const auto first = renderText("A001C001 14:03:07:11", 32);
  if (!first && first.error().code == Errc::notFound) {
    WARN("no font here");
    return;
  }
  REQUIRE(first);
  const auto second = renderText("A001C001 23:59:48:08", 32);
  REQUIRE(second);
  CHECK(first->width == second->width);
  CHECK(first->height == second->height);
  CHECK(first->alpha.size() == static_cast<std::size_t>(first->width) * static_cast<std::size_t>(first->height));
  CHECK(first->alpha != second->alpha);
  CHECK(*std::max_element(first->alpha.begin(), first->alpha.end()) > 200);
  CHECK(first->height > 20);
  CHECK(first->height < 64);
  CHECK(renderText("", 32).error().code == Errc::usage);
  CHECK(renderText("x", 100000).error().code == Errc::usage);
  CHECK(renderText("\xff\xc3\n\xe2\x82", 16));
}
