// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "core/dailies/burnin.h"
#include "core/dailies/opened_clip.h"
#include "core/dailies/resize.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

TEST_CASE("burn-in words become the clip's own", "[parts]") {
  model::Clip clip;
  clip.name = "A001C001";
  clip.reel = "A001";
  clip.slate.scene = "12";
  clip.slate.take = "3";
  clip.recordedAt = "2026-05-02T14:35:00+02:00";
  const auto parsed = BurnIn::parse("{clip}|{reel}|{tc}|{frame}|{scene}-{take} {date}.");
  REQUIRE(parsed.has_value());
  const auto timecode = Timecode::parse("01:02:03:04", {25, 1});
  CHECK(parsed->text(clip, timecode, 7) == "A001C001|A001|01:02:03:04|7|12-3 2026-05-02.");
  CHECK(parsed->text(clip, std::nullopt, 7).find("--:--:--:--") != std::string::npos);
  CHECK(BurnIn::parse("").value().empty());
  CHECK(BurnIn::parse("plain words")->text(clip, timecode, 0) == "plain words");
  CHECK(BurnIn::parse("{clip").error().code == Errc::usage);
  CHECK(BurnIn::parse("{Clip}").error().code == Errc::usage);
  CHECK(BurnIn::parse("{}").error().code == Errc::usage);
}

TEST_CASE("a line too long for the picture is made smaller and not cut", "[parts]") {
  media::Frame16 frame;
  frame.width = 320;
  frame.height = 180;
  for (int i = 0; i < 3; ++i) frame.plane[i].assign(320 * 180, i == 0 ? 30000 : 40000);
  REQUIRE(drawLine(frame, std::string(120, 'W')).has_value());
  CHECK(frame.plane[0][179 * 320 / 2] == 30000);
  std::size_t changed = 0;
  for (const auto value : frame.plane[0]) changed += value != 30000;
  CHECK(changed > 500);
  for (int y = 0; y < 180; ++y) {
    CHECK(frame.plane[0][static_cast<std::size_t>(y * 320)] == 30000);
    CHECK(frame.plane[0][static_cast<std::size_t>(y * 320 + 319)] == 30000);
  }
  REQUIRE(drawLine(frame, "   ").has_value());
}

TEST_CASE("scaling keeps a flat picture flat and a ramp straight", "[parts]") {
  media::ImageF flat{64, 48, std::vector<float>(64 * 48 * 3, .37F)};
  for (const auto& [width, height] : {std::pair{31, 17}, std::pair{64, 48}, std::pair{200, 150}, std::pair{1, 1}}) {
    const auto scaled = resized(flat, width, height);
    REQUIRE(scaled.rgb.size() == static_cast<std::size_t>(width * height * 3));
    for (const float value : scaled.rgb) CHECK(value == Approx(.37F).margin(1e-5));
  }
  media::Frame16 ramp;
  ramp.width = 256;
  ramp.height = 4;
  for (auto& plane : ramp.plane) {
    for (int k = 0; k < 256 * 4; ++k) plane.push_back(static_cast<std::uint16_t>((k % 256) * 256));
  }
  const auto half = resized(ramp, 128, 2);
  for (std::size_t x = 4; x < 124; ++x) {
    CHECK(std::abs(half.plane[0][x] - (2 * static_cast<int>(x) * 256 + 128)) <= 2);
  }
  const auto tiny = resized(media::ImageF{2, 1, {0, 0, 0, 1, 1, 1}}, 5, 3);
  CHECK(tiny.rgb.size() == 45);
}

TEST_CASE("scaling down averages fine detail instead of picking from it", "[parts]") {
  media::ImageF stripes{128, 2, {}};
  for (int k = 0; k < 256; ++k) stripes.rgb.insert(stripes.rgb.end(), 3, k % 2 ? 1.0F : 0.0F);
  const auto small = resized(stripes, 32, 1);
  for (std::size_t x = 6; x < 26 * 3; ++x) CHECK(small.rgb[x] == Approx(.5F).margin(.02));
}

TEST_CASE("every preset is whole and has its own name", "[parts]") {
  for (const char* name : {"h264-review", "prores-proxy", "prores-lt", "dnxhr-lb", "dnxhr-lb-op1a", "dnxhr-lb-avid",
                           "dnxhd-36", "exr-acescg", "exr-aces", "dpx-log"}) {
    const Preset* preset = findPreset(name);
    REQUIRE(preset != nullptr);
    CHECK_FALSE(preset->description.empty());
    CHECK(preset->suffix.front() == '.');
  }
  CHECK(findPreset("vhs") == nullptr);
}

TEST_CASE("pictures fit a window in their true shape and are never blown up", "[parts]") {
  OpenedClip clip;
  clip.video.width = 3840;
  clip.video.height = 2160;
  CHECK(sizeWithin(clip, 1280, 1280) == PictureSize{1280, 720});
  CHECK(sizeWithin(clip, 4000, 360) == PictureSize{640, 360});
  CHECK(sizeWithin(clip, 8000, 8000) == PictureSize{3840, 2160});
  CHECK(sizeForWidth(clip, 1920) == PictureSize{1920, 1080});
  clip.squeeze = 2;
  CHECK(sizeForWidth(clip, 1920) == PictureSize{1920, 540});
  clip.video.height = 2160 * 2;
  CHECK(sizeForWidth(clip, 1921).height % 2 == 0);
}

TEST_CASE("timecode under a doubled frame rate shows each count twice", "[parts]") {
  OpenedClip clip;
  clip.rate = {50, 1};
  clip.start = Timecode::parse("10:00:00:00", {25, 1});
  CHECK(clip.timecodeAt(51)->text() == "10:00:01:00");
  clip.rate = {25, 1};
  CHECK(clip.timecodeAt(51)->text() == "10:00:02:01");
}
