// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an ASC Framing Decision List.
#include "core/interchange/fdl.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  (void)interchange::looksLikeFdl(bytes);
  const auto fdl = interchange::parseFdl(bytes);
  if (!fdl) return;
  for (const auto& [width, height] : {std::pair{4096, 2160}, std::pair{1920, 1080}, std::pair{1, 1}}) {
    interchange::FdlQuery query;
    query.width = width;
    query.height = height;
    query.clip = "A001C001";
    query.hints = {"open gate"};
    const auto choice = interchange::chooseFraming(*fdl, query);
    if (!choice) continue;
    for (const auto& box : {choice->frame, choice->protection.value_or(choice->frame)}) {
      require(box.x >= 0 && box.y >= 0 && box.width >= 1 && box.height >= 1, "a framing is not in the picture");
      require(box.x + box.width <= width + 1e-6 && box.y + box.height <= height + 1e-6,
              "a framing reaches over the picture");
    }
    require(choice->squeeze >= 0.2 && choice->squeeze <= 5, "a squeeze that cannot be");
    require(!choice->explanation.empty(), "a choice without a reason");
  }
}

std::vector<std::string> seeds() {
  return {R"({"uuid":"u","version":{"major":2,"minor":0},"fdl_creator":"c","default_framing_intent":"1",
"framing_intents":[{"label":"2.39","id":"1","aspect_ratio":{"width":239,"height":100},"protection":0.1}],
"contexts":[{"label":"x","context_creator":"y","clip_id":{"clip_name":"A001C001","file":"a.mxf"},"canvases":[
{"label":"open gate","id":"c","source_canvas_id":"c","dimensions":{"width":4096,"height":2160},
"effective_dimensions":{"width":4000,"height":2100},"effective_anchor_point":{"x":48,"y":30},"anamorphic_squeeze":2,
"framing_decisions":[{"label":"d","id":"c-1","framing_intent_id":"1","dimensions":{"width":3800,"height":1600},
"anchor_point":{"x":100,"y":250},"protection_dimensions":{"width":3900,"height":1700},
"protection_anchor_point":{"x":50,"y":200}}]}]}],"canvas_templates":[{"label":"HD","id":"t",
"target_dimensions":{"width":1920,"height":1080},"target_anamorphic_squeeze":1,"fit_source":"a","fit_method":"b"}]})"};
}

std::vector<std::string> pieces() {
  return {"1e999", "-1",         "0",           "null",         "{}",     "[]",
          "\"\"",  "\"width\":", "\"height\":", "\"x\":-70000", "1e-300", "\\ud800"};
}

}  // namespace rollproof::fuzz
