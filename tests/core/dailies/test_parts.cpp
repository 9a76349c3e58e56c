// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "core/dailies/burnin.h"
#include "core/dailies/opened_clip.h"
#include "core/media/planar.h"
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
  for (const media::Chroma chroma : {media::Chroma::s420, media::Chroma::s422, media::Chroma::s444}) {
    for (const int bits : {8, 10, 16}) {
      CAPTURE(int(chroma), bits);
      const media::OwnPlanes planes = media::makePlanes(320, 180, bits, chroma);
      const media::PlanarRoom& frame = planes.room;
      // Grey lighter than the box and darker than the letters, on neutral chroma moved a little.
      const auto put = [&](std::size_t plane, int of8) {
        const int wide = plane == 0 ? 320 : frame.chromaWidth(), high = plane == 0 ? 180 : frame.chromaHeight();
        for (int y = 0; y < high; ++y) {
          for (int x = 0; x < wide; ++x) {
            if (bits == 8) {
              frame.row(plane, y)[x] = static_cast<std::uint8_t>(of8);
            } else {
              reinterpret_cast<std::uint16_t*>(frame.row(plane, y))[x] = static_cast<std::uint16_t>(of8 << (bits - 8));
            }
          }
        }
      };
      const auto at = [&](std::size_t plane, int x, int y) {
        return (bits == 8 ? int{frame.row(plane, y)[x]}
                          : int{reinterpret_cast<const std::uint16_t*>(frame.row(plane, y))[x]}) >>
               (bits - 8);
      };
      put(0, 117);
      put(1, 150);
      put(2, 150);
      REQUIRE(drawLine(frame, std::string(120, 'W')).has_value());
      std::size_t changed = 0, tinted = 0;
      for (int y = 0; y < 180; ++y) {
        for (int x = 0; x < 320; ++x) changed += at(0, x, y) != 117;
      }
      for (int y = 0; y < frame.chromaHeight(); ++y) {
        for (int x = 0; x < frame.chromaWidth(); ++x) tinted += at(1, x, y) < 145;
      }
      CHECK(changed > 500);
      CHECK(tinted > changed / 2 / (chroma == media::Chroma::s444 ? 1 : chroma == media::Chroma::s422 ? 2 : 4));
      for (int y = 0; y < 180; ++y) {
        CHECK(at(0, 0, y) == 117);
        CHECK(at(0, 319, y) == 117);
      }
      REQUIRE(drawLine(frame, "   ").has_value());
    }
  }
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
