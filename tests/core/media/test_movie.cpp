// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/core/media/fixtures.h"

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

namespace {

struct Kind {
  const char* codec;
  const char* container;
  const char* codecName;  // FFmpeg's
  int depth;
};
const Kind kKinds[] = {
    {"h264", "mp4", "h264", 8},          {"prores_proxy", "mov", "prores", 10}, {"prores_lt", "mov", "prores", 10},
    {"prores_422", "mov", "prores", 10}, {"prores_hq", "mov", "prores", 10},    {"prores_4444", "mov", "prores", 12},
    {"dnxhr_lb", "mov", "dnxhd", 8},     {"dnxhr_lb", "mxf", "dnxhd", 8},       {"mpeg2_422", "mxf", "mpeg2video", 8},
    {"xavc_intra", "mxf", "h264", 10},   {"xavc_intra", "mp4", "h264", 10},     {"h264", "mov", "h264", 8}};

std::string messageOf(const Status& status) { return status ? std::string() : describe(status.error()); }

std::unique_ptr<VideoReader> readerOf(const std::vector<std::string>& paths, ReaderOptions options = {}) {
  auto reader = openVideo(paths, options);
  if (!reader) FAIL(describe(reader.error()));
  return std::move(*reader);
}

}  // namespace

TEST_CASE("every codec and container keeps frame count rate size and start timecode") {
  TempDir dir;
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.codec, kind.container);
    const std::string path = dir.file(std::string(kind.codec) + "." + kind.container);
    const auto options = optionsFor(path, kind.container, kind.codec);
    REQUIRE(messageOf(writeClip(options, 30)) == "");
    const auto info = probe(path);
    REQUIRE(info);
    REQUIRE(info->video);
    CHECK(info->video->codec == kind.codecName);
    CHECK(info->video->bitDepth == kind.depth);
    CHECK(info->video->width == 320);
    CHECK(info->video->height == 192);
    CHECK(info->video->rate == kFilm);
    CHECK(info->video->frames == 30);
    CHECK(info->video->decodable);
    REQUIRE(info->start);
    CHECK(info->start->text() == "14:03:07:11");
    CHECK(info->start->rate == kFilm);
    CHECK(info->timecodeSource == (std::string(kind.container) == "mxf" ? "mxf" : "tmcd"));
    auto reader = readerOf({path});
    CHECK(reader->frameCount() == 30);
  }
}

TEST_CASE("any frame asked for is the frame that was written whatever the order of asking") {
  TempDir dir;
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.codec, kind.container);
    const std::string path = dir.file(std::string(kind.codec) + "." + kind.container);
    REQUIRE(messageOf(writeClip(optionsFor(path, kind.container, kind.codec), 120)) == "");
    auto reader = readerOf({path});
    REQUIRE(reader->frameCount() == 120);
    for (const std::int64_t index : {0, 1, 2, 40, 41, 119, 3, 60, 59, 118, 118, 0, 77, 101, 13, 119}) {
      CAPTURE(index);
      const auto frame = reader->readFrame(index);
      if (!frame) FAIL(describe(frame.error()));
      CHECK(frame->index == index);
      CHECK(numberIn(*frame) == index);
    }
    CHECK(reader->readFrame(120).error().code == Errc::usage);
    CHECK(reader->readFrame(-1).error().code == Errc::usage);
  }
}

TEST_CASE("every frame read in order is the next one") {
  TempDir dir;
  for (const Kind& kind : {kKinds[0], kKinds[1], kKinds[8]}) {
    CAPTURE(kind.codec);
    const std::string path = dir.file(std::string(kind.codec) + "." + kind.container);
    REQUIRE(messageOf(writeClip(optionsFor(path, kind.container, kind.codec), 60)) == "");
    auto reader = readerOf({path});
    for (std::int64_t i = 0; i < 60; ++i) {
      const auto frame = reader->readFrame(i);
      if (!frame) FAIL(describe(frame.error()));
      REQUIRE(numberIn(*frame) == i);
    }
  }
}

TEST_CASE("tags in stream container and ProRes frame header say Rec 709 alike") {
  TempDir dir;
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.codec, kind.container);
    const std::string path = dir.file(std::string(kind.codec) + "." + kind.container);
    REQUIRE(messageOf(writeClip(optionsFor(path, kind.container, kind.codec), 3)) == "");
    const auto info = probe(path);
    REQUIRE(info);
    CHECK(info->video->matrix == Matrix::bt709);
    CHECK(info->video->primaries == "bt709");
    CHECK(info->video->transfer == "bt709");
    CHECK(info->video->range == Range::limited);
    const std::string bytes = bytesOf(path);
    if (std::string(kind.container) == "mov") {
      const auto colr = bytes.find("colr");
      REQUIRE(colr != std::string::npos);
      CHECK(bytes.substr(colr + 4, 10) == std::string("nclc\0\1\0\1\0\1", 10));
    }
    if (std::string(kind.codecName) == "prores") {
      const auto header = bytes.find("icpf");
      REQUIRE(header != std::string::npos);
      const std::string at = bytes.substr(header - 4, 40);
      CHECK((static_cast<unsigned char>(at[20]) & 3) == 0);
      CHECK(at.substr(22, 3) == std::string("\1\1\1", 3));
    }
    const auto reader = readerOf({path});
    const auto frame = reader->readFrame(0);
    REQUIRE(frame);
    CHECK(frame->matrix == Matrix::bt709);
    CHECK(frame->range == Range::limited);
    CHECK_FALSE(frame->assumedMatrix);
  }
}

TEST_CASE("log pictures leave the transfer untagged and keep the matrix") {
  TempDir dir;
  auto options = optionsFor(dir.file("log.mov"), "mov", "prores_hq");
  options.video.transfer.clear();
  REQUIRE(messageOf(writeClip(options, 2)) == "");
  const auto info = probe(options.path);
  REQUIRE(info);
  CHECK(info->video->transfer.empty());
  CHECK(info->video->matrix == Matrix::bt709);
  const std::string bytes = bytesOf(options.path);
  const auto colr = bytes.find("colr");
  REQUIRE(colr != std::string::npos);
  CHECK(bytes.substr(colr + 4, 10) == std::string("nclc\0\1\0\2\0\1", 10));
  const auto header = bytes.find("icpf");
  CHECK(bytes.substr(header - 4 + 22, 3) == std::string("\1\2\1", 3));
}

TEST_CASE("reel clip name and camera keys arrive as given") {
  TempDir dir;
  auto options = optionsFor(dir.file("keys.mov"), "mov", "prores_hq");
  options.tags = {{"com.arri.camera.ReelName", "A001R1AB"}, {"com.arri.camera.ExposureIndexAsa", "800"}};
  REQUIRE(messageOf(writeClip(options, 2)) == "");
  auto info = probe(options.path);
  REQUIRE(info);
  CHECK(info->reel == "A001R1AB");
  CHECK(info->tags.at("com.arri.camera.ReelName") == "A001R1AB");
  CHECK(info->tags.at("com.arri.camera.ExposureIndexAsa") == "800");
  CHECK(info->container == "mov");
  CHECK(info->video->codecTag == "apch");

  options = optionsFor(dir.file("reel.mxf"), "mxf", "dnxhr_lb");
  REQUIRE(messageOf(writeClip(options, 2)) == "");
  info = probe(options.path);
  REQUIRE(info);
  CHECK(info->reel == "A001R1AB");
  CHECK(info->tags.at("material_package_name") == "A001C001");
  CHECK(info->container == "mxf");
}

TEST_CASE("drop-frame timecode stays drop-frame") {
  TempDir dir;
  for (const char* container : {"mov", "mxf"}) {
    CAPTURE(container);
    auto options = optionsFor(dir.file(std::string("df.") + container), container, "dnxhr_lb");
    options.video.rate = {30000, 1001};
    options.start = Timecode::parse("01:00:59;28", options.video.rate);
    REQUIRE(messageOf(writeClip(options, 4)) == "");
    const auto info = probe(options.path);
    REQUIRE(info);
    REQUIRE(info->start);
    CHECK(info->start->dropFrame);
    CHECK(info->start->text() == "01:00:59;28");
    CHECK(info->start->frames == options.start->frames);
  }
}

TEST_CASE("a camera that counts thirty in a sixty movie starts at the same moment") {
  TempDir dir;
  auto options = optionsFor(dir.file("sixty.mov"), "mov", "prores_proxy");
  options.video.rate = {60, 1};
  options.start = Timecode::parse("10:00:00:15", FrameRate{30, 1});
  REQUIRE(messageOf(writeClip(options, 2)) == "");
  const auto info = probe(options.path);
  REQUIRE(info);
  REQUIRE(info->start);
  CHECK(info->start->text() == "10:00:00:30");
}

TEST_CASE("another reader agrees about what was written") {
  TempDir dir;
  auto options = optionsFor(dir.file("check.mov"), "mov", "prores_lt");
  options.audio = AudioTarget{"pcm_s24le", 2, 48000};
  REQUIRE(messageOf(writeClip(options, 12)) == "");
  const std::string text = ffprobe(options.path,
                                   "stream=codec_tag_string,nb_frames,r_frame_rate,color_space,color_transfer,color_"
                                   "primaries,color_range:stream_tags=timecode,reel_name");
  if (text.empty()) {
    WARN("ffprobe is not installed");
    return;
  }
  for (const char* wanted :
       {"codec_tag_string=apcs", "nb_frames=12", "r_frame_rate=24000/1001", "color_space=bt709", "color_transfer=bt709",
        "color_primaries=bt709", "TAG:timecode=14:03:07:11", "TAG:reel_name=A001R1AB", "codec_tag_string=in24"}) {
    CAPTURE(text);
    CHECK(text.find(wanted) != std::string::npos);
  }
}

TEST_CASE("an mp4 has its index in front") {
  TempDir dir;
  const auto options = optionsFor(dir.file("web.mp4"), "mp4", "h264");
  REQUIRE(messageOf(writeClip(options, 5)) == "");
  const std::string bytes = bytesOf(options.path);
  REQUIRE(bytes.find("moov") != std::string::npos);
  CHECK(bytes.find("moov") < bytes.find("mdat"));
}

TEST_CASE("spanned files read as one clip") {
  TempDir dir;
  const auto first = optionsFor(dir.file("a_1.mov"), "mov", "prores_lt");
  const auto second = optionsFor(dir.file("a_2.mov"), "mov", "prores_lt");
  REQUIRE(writeClip(first, 7));
  REQUIRE(writeClip(second, 5, 7));
  const auto reader = readerOf({first.path, second.path});
  CHECK(reader->frameCount() == 12);
  for (const std::int64_t index : {6, 7, 11, 0, 8}) {
    const auto frame = reader->readFrame(index);
    REQUIRE(frame);
    CHECK(numberIn(*frame) == index);
    CHECK(frame->index == index);
  }
}

TEST_CASE("ten-bit codes survive ProRes HQ closely and flat areas exactly after scaling") {
  TempDir dir;
  const auto options = optionsFor(dir.file("flat.mov"), "mov", "prores_hq");
  auto movie = createMovie(options);
  REQUIRE(movie);
  Frame16 flat = markedFrame(320, 192, 0);
  std::fill(flat.plane[0].begin(), flat.plane[0].end(), static_cast<std::uint16_t>(400 << 6));
  std::fill(flat.plane[1].begin(), flat.plane[1].end(), static_cast<std::uint16_t>(333 << 6));
  std::fill(flat.plane[2].begin(), flat.plane[2].end(), static_cast<std::uint16_t>(717 << 6));
  REQUIRE((*movie)->writeFrame(flat));
  REQUIRE((*movie)->finish());
  for (const auto& [width, height] : {std::pair{0, 0}, std::pair{160, 96}, std::pair{200, 100}, std::pair{640, 384}}) {
    CAPTURE(width);
    const auto reader = readerOf({options.path}, ReaderOptions{width, height, 0});
    const auto frame = reader->readFrame(0);
    REQUIRE(frame);
    CHECK(frame->width == (width != 0 ? width : 320));
    CHECK_FALSE(frame->rgb);
    const int expected[3] = {400, 333, 717};
    for (int c = 0; c < 3; ++c) {
      const auto [low, high] = std::minmax_element(frame->plane[c].begin(), frame->plane[c].end());
      CAPTURE(c, *low, *high);
      // ProRes itself may move a flat field by one code; scaling must add nothing.
      CHECK(*low == *high);
      CHECK(std::abs(*low - (expected[c] << 6)) <= 64);
      CHECK(*low % 64 == 0);
    }
  }
}

TEST_CASE("frames that do not fit the movie are refused") {
  TempDir dir;
  auto movie = createMovie(optionsFor(dir.file("x.mov"), "mov", "prores_lt"));
  REQUIRE(movie);
  CHECK((*movie)->writeFrame(markedFrame(64, 64, 0)).error().code == Errc::usage);
  Frame16 rgb = markedFrame(320, 192, 0);
  rgb.rgb = true;
  CHECK((*movie)->writeFrame(rgb).error().code == Errc::usage);
  Frame16 full = markedFrame(320, 192, 0);
  full.range = Range::full;
  CHECK((*movie)->writeFrame(full).error().code == Errc::usage);
  CHECK((*movie)->writeAudio({0.0F}).error().code == Errc::usage);
}

TEST_CASE("a movie that cannot be made says why") {
  TempDir dir;
  CHECK(createMovie(optionsFor(dir.file("x.avi"), "avi", "h264")).error().code == Errc::usage);
  CHECK(createMovie(optionsFor(dir.file("x.mov"), "mov", "cinepak")).error().code == Errc::usage);
  CHECK(createMovie(optionsFor(dir.file("no/such/folder.mov"), "mov", "prores_lt")).error().code == Errc::notFound);
  CHECK(createMovie(optionsFor(dir.file("x.mxf"), "mxf", "dnxhd_36")).error().code == Errc::unsupported);
  auto options = optionsFor(dir.file("x.mov"), "mov", "prores_lt");
  options.video.primaries = "no such primaries";
  CHECK(createMovie(options).error().code == Errc::usage);
}

TEST_CASE("a full disk is reported as a full disk") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("no /dev/full here");
    return;
  }
  auto options = optionsFor("/dev/full", "mov", "prores_hq");
  const auto status = writeClip(options, 40);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::noSpace);
}

TEST_CASE("DNxHD 36 is written at its one size") {
  TempDir dir;
  auto options = optionsFor(dir.file("36.mxf"), "mxf", "dnxhd_36");
  options.video.width = 1920;
  options.video.height = 1080;
  REQUIRE(messageOf(writeClip(options, 2)) == "");
  const auto info = probe(options.path);
  REQUIRE(info);
  CHECK(info->video->frames == 2);
  CHECK(info->video->profile == "DNXHD");
}
