// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "core/interchange/fdl.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

// One camera with two sensor modes, framed for cinema and for television, as the specification lays a list out.
const char* const kList = R"({
  "uuid": "cd8ed3f4-0a4a-4b6f-b5a5-51b2a40e5a8c", "version": {"major": 1, "minor": 0}, "fdl_creator": "camera test",
  "default_framing_intent": "FI239",
  "framing_intents": [
    {"label": "2.39:1", "id": "FI239", "aspect_ratio": {"width": 239, "height": 100}, "protection": 0.05},
    {"label": "16:9 TV", "id": "FI178", "aspect_ratio": {"width": 16, "height": 9}, "protection": 0}],
  "contexts": [{"label": "A camera", "context_creator": "framing chart", "canvases": [
    {"label": "4.6K Open Gate", "id": "og", "source_canvas_id": "og", "dimensions": {"width": 4608, "height": 3164},
     "anamorphic_squeeze": 1.0, "framing_decisions": [
       {"label": "2.39:1", "id": "og-239", "framing_intent_id": "FI239", "dimensions": {"width": 4378, "height": 1832},
        "anchor_point": {"x": 115, "y": 666}, "protection_dimensions": {"width": 4608, "height": 1928},
        "protection_anchor_point": {"x": 0, "y": 618}},
       {"label": "", "id": "og-178", "framing_intent_id": "FI178", "dimensions": {"width": 4608, "height": 2592},
        "anchor_point": {"x": 0, "y": 286}}]},
    {"label": "2x Anamorphic", "id": "ana", "source_canvas_id": "ana", "dimensions": {"width": 2868, "height": 2400},
     "effective_dimensions": {"width": 2860, "height": 2392}, "effective_anchor_point": {"x": 4, "y": 4},
     "anamorphic_squeeze": 2.0, "framing_decisions": [
       {"label": "scope", "id": "ana-239", "framing_intent_id": "FI239", "dimensions": {"width": 2868, "height": 2400},
        "anchor_point": {"x": 0, "y": 0}}]},
    {"label": "1080 proxy", "id": "p", "source_canvas_id": "og", "dimensions": {"width": 1920, "height": 1080},
     "framing_decisions": []}]}],
  "canvas_templates": [{"label": "HD", "id": "hd", "target_dimensions": {"width": 1920, "height": 1080},
    "target_anamorphic_squeeze": 1.0, "fit_source": "framing_decision.dimensions", "fit_method": "width"}]
})";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

FdlQuery sized(int width, int height) {
  FdlQuery query;
  query.width = width;
  query.height = height;
  return query;
}

}  // namespace

TEST_CASE("a framing decision list is read with all its parts", "[fdl]") {
  const auto fdl = parseFdl(kList);
  REQUIRE(fdl.has_value());
  CHECK(fdl->uuid == "cd8ed3f4-0a4a-4b6f-b5a5-51b2a40e5a8c");
  CHECK(fdl->major == 1);
  CHECK(fdl->defaultIntent == "FI239");
  REQUIRE(fdl->intents.size() == 2);
  CHECK(fdl->intents[0].aspect == FdlSize{239, 100});
  CHECK(fdl->intents[0].protection == Approx(0.05));
  REQUIRE(fdl->contexts.size() == 1);
  REQUIRE(fdl->contexts[0].canvases.size() == 3);
  const FdlCanvas& anamorphic = fdl->contexts[0].canvases[1];
  CHECK(anamorphic.squeeze == 2.0);
  CHECK(anamorphic.effective == FdlBox{4, 4, 2860, 2392});
  CHECK(fdl->contexts[0].canvases[0].decisions[0].frame == FdlBox{115, 666, 4378, 1832});
  CHECK(fdl->contexts[0].canvases[0].decisions[0].protection == FdlBox{0, 618, 4608, 1928});
  CHECK(fdl->contexts[0].canvases[2].squeeze == 1.0);
  REQUIRE(fdl->templates.size() == 1);
  CHECK(fdl->templates[0].target == FdlSize{1920, 1080});
  CHECK(looksLikeFdl(kList));
  CHECK_FALSE(looksLikeFdl(R"({"aspect": 2.39})"));
  CHECK(parseFdl("\xEF\xBB\xBF" + std::string(kList)).has_value());
  CHECK(parseFdl(with(kList, "\"major\": 1", "\"major\": 2")).has_value());
}

TEST_CASE("a clip finds its framing by the size it was recorded in", "[fdl]") {
  const auto fdl = parseFdl(kList);
  REQUIRE(fdl.has_value());
  const auto open = chooseFraming(*fdl, sized(4608, 3164));
  REQUIRE(open.has_value());
  CHECK(open->frame == FdlBox{115, 666, 4378, 1832});
  CHECK(open->protection == FdlBox{0, 618, 4608, 1928});
  CHECK(open->explanation ==
        "Framing '2.39:1' of canvas '4.6K Open Gate' (4608 x 3164), which has the recorded size: 4378 x 1832 from 115, "
        "666 of the recorded picture.");
  const auto anamorphic = chooseFraming(*fdl, sized(2868, 2400));
  REQUIRE(anamorphic.has_value());
  CHECK(anamorphic->squeeze == 2.0);
  CHECK(anamorphic->label == "scope");
}

TEST_CASE("a proxy of the recorded shape takes the framing in proportion", "[fdl]") {
  const auto fdl = parseFdl(kList);
  REQUIRE(fdl.has_value());
  const auto half = chooseFraming(*fdl, sized(2304, 1582));
  REQUIRE(half.has_value());
  CHECK(half->frame == FdlBox{57.5, 333, 2189, 916});
  CHECK(half->explanation.find("which has the recorded shape") != std::string::npos);
}

TEST_CASE("another framing intent is taken by its label or id", "[fdl]") {
  const auto fdl = parseFdl(kList);
  REQUIRE(fdl.has_value());
  FdlQuery query = sized(4608, 3164);
  for (const char* name : {"FI178", "16:9 tv"}) {
    query.intent = name;
    const auto choice = chooseFraming(*fdl, query);
    REQUIRE(choice.has_value());
    CHECK(choice->frame == FdlBox{0, 286, 4608, 2592});
    CHECK(choice->label == "16:9 TV");
  }
  query.intent = "1.85";
  const auto none = chooseFraming(*fdl, query);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Errc::notFound);
  CHECK(none.error().message.find("'2.39:1', '16:9 TV'") != std::string::npos);
  query = sized(2868, 2400);
  query.intent = "FI178";
  CHECK(chooseFraming(*fdl, query).error().message.find("canvas '2x Anamorphic'") != std::string::npos);
}

TEST_CASE("a clip that no canvas fits is told what the list has", "[fdl]") {
  const auto fdl = parseFdl(kList);
  REQUIRE(fdl.has_value());
  const auto none = chooseFraming(*fdl, sized(3840, 2160));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Errc::notFound);
  CHECK(none.error().message.find("3840 x 2160") != std::string::npos);
  CHECK(none.error().message.find("canvas '4.6K Open Gate' of 4608 x 3164") != std::string::npos);
  CHECK(chooseFraming(*fdl, sized(0, 0)).error().code == Errc::usage);
}

TEST_CASE("of canvases alike the clip's own and then the one of its sensor mode counts", "[fdl]") {
  const std::string canvas = R"({"label": "LABEL", "id": "ID", "dimensions": {"width": 100, "height": 50},
    "framing_decisions": [{"label": "LABEL", "id": "d", "framing_intent_id": "i",
    "dimensions": {"width": 80, "height": 40}, "anchor_point": {"x": 10, "y": 5}}]})";
  const auto named = [&](const std::string& label) { return with(with(canvas, "LABEL", label), "LABEL", label); };
  const std::string list = R"({"version": {"major": 2, "minor": 0}, "contexts": [{"canvases": [)" + named("first") +
                           "," + named("Full Frame") +
                           R"(]}, {"clip_id": {"clip_name": "b002", "file": "x/A001C001.mxf"}, "canvases": [)" +
                           named("own") + "]}]}";
  const auto fdl = parseFdl(list);
  REQUIRE(fdl.has_value());
  FdlQuery query = sized(100, 50);
  const auto first = chooseFraming(*fdl, query);
  REQUIRE(first.has_value());
  CHECK(first->label == "first");
  CHECK(first->explanation.find("as 1 others do; the first counts") != std::string::npos);
  query.hints = {"", "full frame"};
  CHECK(chooseFraming(*fdl, query)->label == "Full Frame");
  query.clip = "A001C001";
  CHECK(chooseFraming(*fdl, query)->label == "own");
  query.clip = "B002";
  CHECK(chooseFraming(*fdl, query)->label == "own");
  query.clip = "C003";
  CHECK(chooseFraming(*fdl, query)->label == "Full Frame");
}

TEST_CASE("a frame that reaches over the canvas is cut and one beside it is refused", "[fdl]") {
  const auto over =
      parseFdl(with(kList, R"("anchor_point": {"x": 115, "y": 666})", R"("anchor_point": {"x": -10, "y": 2000})"));
  REQUIRE(over.has_value());
  CHECK(chooseFraming(*over, sized(4608, 3164))->frame == FdlBox{0, 2000, 4368, 1164});
  const auto beside =
      parseFdl(with(kList, R"("anchor_point": {"x": 115, "y": 666})", R"("anchor_point": {"x": 5000, "y": 0})"));
  REQUIRE(beside.has_value());
  CHECK(chooseFraming(*beside, sized(4608, 3164)).error().code == Errc::corrupt);
}

TEST_CASE("a damaged framing decision list is refused with the place of the damage", "[fdl]") {
  const auto says = [](const std::string& text) {
    const auto fdl = parseFdl(text);
    REQUIRE_FALSE(fdl.has_value());
    return fdl.error();
  };
  CHECK(says("").code == Errc::corrupt);
  CHECK(says("[]").code == Errc::corrupt);
  CHECK(says("{}").code == Errc::corrupt);
  CHECK(says(std::string(100000, '[')).code == Errc::corrupt);
  CHECK(says(with(kList, "\"major\": 1", "\"major\": 3")).code == Errc::unsupported);
  CHECK(says(with(kList, "\"width\": 4378", "\"width\": \"4378\"")).message.find("framing decision '2.39:1'") !=
        std::string::npos);
  CHECK(says(with(kList, "\"width\": 4378", "\"width\": -4378")).code == Errc::corrupt);
  CHECK(says(with(kList, "\"width\": 4378", "\"width\": 1e300")).code == Errc::corrupt);
  CHECK(says(with(kList, "\"anamorphic_squeeze\": 2.0", "\"anamorphic_squeeze\": 0"))
            .message.find("canvas '2x Anamorphic' has an impossible anamorphic_squeeze") != std::string::npos);
  CHECK(says(with(kList, "\"contexts\": [{", "\"contexts\": [7, {")).code == Errc::corrupt);
}
