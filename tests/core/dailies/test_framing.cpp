// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/dailies/framing.h"
#include "core/dailies/stamp.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

namespace {

FramePlan must(Result<FramePlan> plan) {
  INFO((plan ? std::string() : describe(plan.error())));
  REQUIRE(plan.has_value());
  return *plan;
}

Framing framed(const std::string& json) {
  auto framing = parseFraming(json);
  INFO((framing ? std::string() : describe(framing.error())));
  REQUIRE(framing.has_value());
  return *framing;
}

struct Rect {
  int x, y, width, height;
  bool operator==(const Rect&) const = default;
};
Rect pictureOf(const FramePlan& plan) { return {plan.x, plan.y, plan.pictureWidth, plan.pictureHeight}; }
Rect canvasOf(const FramePlan& plan) { return {0, 0, plan.canvasWidth, plan.canvasHeight}; }

}  // namespace

TEST_CASE("without a framing the file takes the picture's own shape", "[framing]") {
  const auto plain = must(planFrame(3840, 2160, 1, 1920, {}, {}));
  CHECK(canvasOf(plain) == Rect{0, 0, 1920, 1080});
  CHECK(pictureOf(plain) == Rect{0, 0, 1920, 1080});
  CHECK(plain.source == media::Region{0, 0, 3840, 2160});
  // As recorded is to the pixel, and squeezed as recorded.
  CHECK(canvasOf(must(planFrame(1919, 1081, 2, 0, {}, {}))) == Rect{0, 0, 1919, 1081});
}

TEST_CASE("a fixed frame keeps the whole picture between black bars", "[framing]") {
  const auto wide = must(planFrame(4096, 1716, 1, 1920, {1920, 1080}, {}));
  CHECK(pictureOf(wide) == Rect{0, 138, 1920, 804});
  const auto tall = must(planFrame(2880, 2160, 1, 1920, {1920, 1080}, {}));
  CHECK(pictureOf(tall) == Rect{240, 0, 1440, 1080});
  const auto exact = must(planFrame(3840, 2160, 1, 1920, {1920, 1080}, {}));
  CHECK(pictureOf(exact) == Rect{0, 0, 1920, 1080});
}

TEST_CASE("an anamorphic picture is shown as wide as the lens saw it", "[framing]") {
  CHECK(canvasOf(must(planFrame(2880, 2160, 2, 1920, {}, {}))) == Rect{0, 0, 1920, 720});
  CHECK(canvasOf(must(planFrame(2880, 2160, 2, 1920, {}, framed(R"({"desqueeze": false})")))) ==
        Rect{0, 0, 1920, 1440});
  CHECK(canvasOf(must(planFrame(2880, 2160, 1, 1920, {}, framed(R"({"squeeze": 1.5})")))) == Rect{0, 0, 1920, 960});
}

TEST_CASE("an aspect is letterboxed or cropped or stretched", "[framing]") {
  // 16:9 into a 2.39 file.
  const auto box = must(planFrame(3840, 2160, 1, 1920, {}, framed(R"({"aspect": 2.39, "fit": "letterbox"})")));
  CHECK(canvasOf(box) == Rect{0, 0, 1920, 804});
  CHECK(pictureOf(box) == Rect{244, 0, 1430, 804});
  CHECK(box.source == media::Region{0, 0, 3840, 2160});
  const auto crop = must(planFrame(3840, 2160, 1, 1920, {}, framed(R"({"aspect": 2.39, "fit": "crop"})")));
  CHECK(pictureOf(crop) == Rect{0, 0, 1920, 804});
  CHECK(crop.source.x == Approx(0));
  CHECK(crop.source.width == Approx(3840));
  CHECK(crop.source.height == Approx(3840.0 * 804 / 1920));
  CHECK(crop.source.y == Approx((2160 - 1608) / 2.0));
  const auto stretch = must(planFrame(3840, 2160, 1, 1920, {}, framed(R"({"aspect": 2.39, "fit": "stretch"})")));
  CHECK(pictureOf(stretch) == Rect{0, 0, 1920, 804});
  CHECK(stretch.source == media::Region{0, 0, 3840, 2160});
}

TEST_CASE("an aspect by itself cuts to a wider shape and sets bars beside a narrower one", "[framing]") {
  const auto wider = must(planFrame(3840, 2160, 1, 1920, {}, framed(R"({"aspect": 2.39})")));
  CHECK(canvasOf(wider) == Rect{0, 0, 1920, 804});
  CHECK(pictureOf(wider) == Rect{0, 0, 1920, 804});
  CHECK(wider.source.height == Approx(3840.0 * 804 / 1920));
  const auto narrower = must(planFrame(4096, 1716, 1, 1920, {}, framed(R"({"aspect": 1.7777778})")));
  CHECK(canvasOf(narrower) == Rect{0, 0, 1920, 1080});
  CHECK(pictureOf(narrower) == Rect{0, 138, 1920, 804});
  CHECK(narrower.source == media::Region{0, 0, 4096, 1716});
}

TEST_CASE("an aspect within a fixed frame is matted in it", "[framing]") {
  // What cinema dailies are: 2.39 cut out of the picture, black above and below in a 16:9 file.
  const auto matte = must(planFrame(3840, 2160, 1, 1920, {1920, 1080}, framed(R"({"aspect": 2.39, "fit": "crop"})")));
  CHECK(canvasOf(matte) == Rect{0, 0, 1920, 1080});
  CHECK(pictureOf(matte) == Rect{0, 138, 1920, 804});
  CHECK(matte.source.height == Approx(1608));
  // Without an aspect a crop fills the file.
  const auto full = must(planFrame(4096, 1716, 1, 1920, {1920, 1080}, framed(R"({"fit": "crop"})")));
  CHECK(pictureOf(full) == Rect{0, 0, 1920, 1080});
  CHECK(full.source.height == Approx(1716));
  CHECK(full.source.width == Approx(1716 * 16.0 / 9));
}

TEST_CASE("a turned picture takes its new shape and is cut in it", "[framing]") {
  const auto turned = must(planFrame(1920, 1080, 1, 1080, {}, framed(R"({"rotate": 90})")));
  CHECK(canvasOf(turned) == Rect{0, 0, 1080, 1920});
  CHECK(turned.scaledWidth() == 1920);
  CHECK(turned.scaledHeight() == 1080);
  const auto square =
      must(planFrame(1920, 1080, 1, 1080, {}, framed(R"({"rotate": 270, "fit": "crop", "aspect": 1})")));
  CHECK(canvasOf(square) == Rect{0, 0, 1080, 1080});
  CHECK(square.source == media::Region{420, 0, 1080, 1080});
  const auto boxed = must(planFrame(1920, 1080, 1, 1920, {1920, 1080}, framed(R"({"rotate": 90})")));
  CHECK(pictureOf(boxed) == Rect{656, 0, 608, 1080});
}

TEST_CASE("the wanted region becomes the picture", "[framing]") {
  const auto part = must(
      planFrame(4608, 3164, 1, 1920, {}, framed(R"({"region": {"x": 115, "y": 666, "width": 4378, "height": 1832}})")));
  CHECK(part.source == media::Region{115, 666, 4378, 1832});
  CHECK(canvasOf(part) == Rect{0, 0, 1920, 804});
  const auto over =
      must(planFrame(1000, 500, 1, 800, {}, framed(R"({"region": {"x": 900, "y": 0, "width": 400, "height": 100}})")));
  CHECK(over.source == media::Region{900, 0, 100, 100});
  const auto beside =
      planFrame(1000, 500, 1, 800, {}, framed(R"({"region": {"x": 1100, "y": 0, "width": 400, "height": 100}})"));
  REQUIRE_FALSE(beside.has_value());
  CHECK(beside.error().message.find("1000 x 500") != std::string::npos);
}

TEST_CASE("every plan lies on even places within its file", "[framing]") {
  for (const int width : {320, 1919, 2048, 4608}) {
    for (const int height : {180, 1081, 3164}) {
      for (const double squeeze : {1.0, 1.3, 2.0}) {
        for (const char* json :
             {"{}", R"({"fit": "crop", "aspect": 2.39})", R"({"aspect": 0.5625})", R"({"rotate": 90, "aspect": 1.85})",
              R"({"rotate": 270, "fit": "crop"})", R"({"fit": "stretch", "aspect": 1.5})"}) {
          for (const FixedSize fixed : {FixedSize{}, FixedSize{1920, 1080}}) {
            CAPTURE(width, height, squeeze, json, fixed.width);
            const auto plan = must(planFrame(width, height, squeeze, 1280, fixed, framed(json)));
            CHECK((plan.x % 2 == 0 && plan.y % 2 == 0 && plan.pictureWidth % 2 == 0 && plan.pictureHeight % 2 == 0));
            CHECK((plan.x >= 0 && plan.x + plan.pictureWidth <= plan.canvasWidth));
            CHECK((plan.y >= 0 && plan.y + plan.pictureHeight <= plan.canvasHeight));
            CHECK((plan.source.x >= 0 && plan.source.x + plan.source.width <= width + 1e-6));
            CHECK((plan.source.y >= 0 && plan.source.y + plan.source.height <= height + 1e-6));
          }
        }
      }
    }
  }
}

TEST_CASE("framelines lie where their aspect or region is in the turned picture", "[framing]") {
  const auto plan = must(planFrame(3840, 2160, 1, 1920, {}, framed(R"({"framelines": [{"aspect": 2.39, "label": "2.39"},
                                {"region": {"x": 0, "y": 0, "width": 960, "height": 540}, "colour": "#ff0000"}]})")));
  REQUIRE(plan.lines.size() == 2);
  CHECK(plan.lines[0].y == 138);
  CHECK(plan.lines[0].height == 804);
  CHECK(plan.lines[0].label == "2.39");
  CHECK(plan.lines[1].colour == Rgb8{255, 0, 0});
  CHECK((plan.lines[1].x == 0 && plan.lines[1].y == 0 && plan.lines[1].width == 480 && plan.lines[1].height == 270));
  const auto turned = must(planFrame(
      3840, 2160, 1, 1080, {},
      framed(R"({"rotate": 90, "framelines": [{"region": {"x": 0, "y": 0, "width": 960, "height": 540}}]})")));
  // The upper left corner comes to the upper right.
  CHECK((turned.lines[0].x == 810 && turned.lines[0].y == 0));
  CHECK((turned.lines[0].width == 270 && turned.lines[0].height == 480));
}

TEST_CASE("framelines are drawn on their edges and nowhere else", "[framing]") {
  for (const media::Chroma chroma : {media::Chroma::s420, media::Chroma::s422, media::Chroma::s444}) {
    const media::OwnPlanes planes = media::makePlanes(640, 360, 10, chroma);
    media::fillBlack(planes.room);
    auto lines = Framelines::make({{100, 80, 400, 200, {255, 255, 255}, 1, ""}}, 360);
    REQUIRE(lines.has_value());
    REQUIRE(lines->draw(planes.room).has_value());
    std::size_t wrong = 0;
    for (int y = 0; y < 360; ++y) {
      for (int x = 0; x < 640; ++x) {
        const bool within = x >= 100 && x < 500 && y >= 80 && y < 280;
        const bool inner = x >= 102 && x < 498 && y >= 82 && y < 278;
        const int code = reinterpret_cast<const std::uint16_t*>(planes.room.row(0, y))[x];
        wrong += code != (within && !inner ? 940 : 64);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a framing goes through JSON unchanged and its mistakes are named", "[framing]") {
  const char* const all =
      R"({"desqueeze":false,"squeeze":1.5,"rotate":270,"flip_horizontal":true,"flip_vertical":true,"fit":"crop","aspect":1.85,"region":{"x":1.0,"y":2.0,"width":30.0,"height":40.0},"framelines":[{"aspect":2.39,"colour":"#00ff80","opacity":0.5,"label":"scope"}]})";
  CHECK(framingJson(framed(all)) == all);
  CHECK(framingJson({}) == "{}");
  const auto says = [](const char* json) {
    const auto framing = parseFraming(json);
    REQUIRE_FALSE(framing.has_value());
    CHECK(framing.error().code == Errc::usage);
    return framing.error().message + framing.error().subject;
  };
  CHECK(says(R"({"aspct": 2.39})").find("'aspct'") != std::string::npos);
  CHECK(says(R"({"fit": "squash"})").find("squash") != std::string::npos);
  CHECK(says(R"({"rotate": 45})").find("rotate") != std::string::npos);
  CHECK(says(R"({"aspect": "wide"})").find("'aspect'") != std::string::npos);
  CHECK(says(R"({"aspect": 2, "fit": "none"})").find("fit") != std::string::npos);
  CHECK(says(R"({"region": {"x": 1}})").find("region") != std::string::npos);
  CHECK(says(R"({"framelines": [{"colour": "red", "aspect": 2}]})").find("'colour'") != std::string::npos);
  CHECK(says(R"({"framelines": [{"label": "x"}]})").find("either an aspect or a region") != std::string::npos);
  CHECK(says("[]").find("JSON object") != std::string::npos);
}

TEST_CASE("a framing is said as an aspect or as JSON or as a framing decision list", "[framing]") {
  interchange::FdlQuery query;
  query.width = 4608;
  query.height = 3164;
  CHECK(framingFor("", query)->framing.isDefault());
  for (const char* text : {"2.39", "2.39:1", "239/100"}) CHECK(framingFor(text, query)->framing.aspect == Approx(2.39));
  CHECK(framingFor("16:9", query)->framing.fit == Fit::matte);
  for (const char* text : {"wide", "2.39:", ":1", "-2", "0", "nan", "1e9"}) {
    CAPTURE(text);
    CHECK(framingFor(text, query).error().code == Errc::usage);
  }
  const char* const fdl = R"({"version": {"major": 1, "minor": 0}, "contexts": [{"canvases": [{"id": "a",
    "dimensions": {"width": 4608, "height": 3164}, "anamorphic_squeeze": 1.3, "framing_decisions": [{"label": "cinema",
    "id": "d", "framing_intent_id": "i", "dimensions": {"width": 4000, "height": 2000},
    "anchor_point": {"x": 304, "y": 582}}]}]}]})";
  const auto chosen = framingFor(fdl, query);
  REQUIRE(chosen.has_value());
  CHECK(chosen->framing.region == media::Region{304, 582, 4000, 2000});
  CHECK(chosen->framing.squeeze == 1.3);
  CHECK(chosen->explanation.find("'cinema'") != std::string::npos);
  query.width = 1000;
  CHECK(framingFor(fdl, query).error().code == Errc::notFound);
}
