// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "core/dailies/opened_clip.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

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
