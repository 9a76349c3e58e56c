// SPDX-License-Identifier: Apache-2.0
// Framings and burn-ins that the library keeps, and how they reach a clip's pictures.
#include "core/demo/demo.h"
#include "core/media/media.h"
#include "tests/core/session/scratch.h"

using namespace rollproof;
using namespace rollproof::session_test;

namespace {

constexpr const char* kSquare = R"({"version": {"major": 1, "minor": 0}, "contexts": [{"canvases": [{"id": "hd",
  "dimensions": {"width": 1920, "height": 1080}, "framing_decisions": [{"label": "square", "id": "d",
  "framing_intent_id": "i", "dimensions": {"width": 1080, "height": 1080}, "anchor_point": {"x": 420, "y": 0}}]}]}]})";

}  // namespace

TEST_CASE("burn-ins are kept beside the shipped ones and asked for by name") {
  const Scratch scratch;
  const auto session = session::Session::open(scratch.at("catalog.db"));
  const auto shipped = session->burnIns();
  REQUIRE(shipped);
  auto mine = *dailies::burnInFor("{clip} {tc}");
  mine.name = "set monitor";
  REQUIRE(session->saveBurnIn(mine));
  const auto all = session->burnIns();
  REQUIRE(all);
  REQUIRE(all->size() == shipped->size() + 1);
  CHECK(all->back() == mine);
  mine.name = "review";
  CHECK(session->saveBurnIn(mine).error().code == Errc::usage);
  mine.name = " ";
  CHECK(session->saveBurnIn(mine).error().code == Errc::usage);
  CHECK(session->removeBurnIn("review").error().code == Errc::usage);
  CHECK(session->removeBurnIn("nobody's").error().code == Errc::notFound);
  REQUIRE(session->removeBurnIn("set monitor"));
  CHECK(session->burnIns()->size() == shipped->size());
}

TEST_CASE("framings are kept by name when they can be understood") {
  const Scratch scratch;
  const auto session = session::Session::open(scratch.at("catalog.db"));
  REQUIRE(session->saveFraming("show chart", kSquare));
  REQUIRE(session->saveFraming("upright", R"({"rotate": 90})"));
  CHECK(session->framings().value() == std::vector<std::string>{"show chart", "upright"});
  CHECK(session->saveFraming("2.39", R"({"rotate": 90})").error().code == Errc::usage);
  CHECK(session->saveFraming("bad", R"({"rotate": 91})").error().code == Errc::usage);
  CHECK(session->saveFraming("bad", R"({"version": {}, "contexts": 7})").error().code == Errc::corrupt);
  REQUIRE(session->saveFraming("upright", ""));
  CHECK(session->framings().value() == std::vector<std::string>{"show chart"});
}

TEST_CASE("what a camera format says of its framing reaches its clips' renders and previews") {
  const Scratch scratch;
  jobs::Progress progress;
  REQUIRE(demo::writeDemoCards(scratch.folder("demo"), progress, {}));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  auto settings = settingsFor(scratch, "demo/B001_SONY");
  offloaded(*session, settings);
  const auto formats = session->formats("");
  REQUIRE(formats);
  REQUIRE_FALSE(formats->empty());
  const auto format = formats->front().id;
  CHECK(session->setFormat(format, "framing", "wide").error().code == Errc::usage);
  scratch.file("charts/square.fdl", kSquare);
  REQUIRE(session->setFormat(format, "framing", scratch.at("charts/square.fdl")));
  CHECK(session->formats("")->front().framing == "square");
  const auto rows = session->clips("");
  REQUIRE(rows);
  REQUIRE_FALSE(rows->empty());
  const auto& row = rows->front();
  REQUIRE(row.clip.picture);

  dailies::PreviewRequest preview;
  preview.preset = *dailies::findPreset("h264-review");
  preview.burnin = "review";
  preview.maxWidth = preview.maxHeight = 200;
  const auto frame = session->previewFrame(row.id, preview);
  if (!frame) FAIL(describe(frame.error()));
  CHECK(frame->width == frame->height);
  CHECK(frame->rgb.size() == static_cast<std::size_t>(frame->width) * static_cast<std::size_t>(frame->height) * 3);

  dailies::RenderRequest request;
  request.source = {row.clip, row.mediaRoot};
  request.presets = {"jpeg-still"};
  request.outputDirectory = scratch.at("out");
  const auto rendered = session->renderNow(request, row.id, progress, {});
  if (!rendered) FAIL(describe(rendered.error()));
  const auto still = media::probe(rendered->front().files.back());
  REQUIRE(still);
  CHECK(still->video->width == still->video->height);

  // What is asked for comes before what the format says.
  request.framing = "none";
  request.outputDirectory = scratch.at("plain");
  const auto plain = session->renderNow(request, row.id, progress, {});
  if (!plain) FAIL(describe(plain.error()));
  CHECK(media::probe(plain->front().files.back())->video->width == 1920);
}
