// SPDX-License-Identifier: Apache-2.0
// The demo's cards through every verb that looks at media. One case, so that the cards are made once.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

struct Demo {
  Scratch scratch;
  std::map<std::string, std::string> cards;  // by family
  Demo() {
    const Ran made = runJson(scratch, {"demo", scratch.path("cards")});
    INFO(made.err);
    REQUIRE(made.exit == 0);
    for (const auto& card : made.result().at("cards")) cards[card.at("family")] = card.at("path");
    REQUIRE(cards.size() == 4);
  }
};

const Demo& demo() {
  static const Demo kDemo;
  return kDemo;
}

std::string arriMovie() { return demo().cards.at("arri") + "/A001C001_260502_R1AA.mov"; }

}  // namespace

TEST_CASE("the demo cards go through every verb") {
  const Scratch& scratch = demo().scratch;

  SECTION("a second demo run leaves the cards as they are") {
    const auto before = fs::last_write_time(demo().cards.at("arri"));
    REQUIRE(runJson(scratch, {"demo", scratch.path("cards")}).exit == 0);
    REQUIRE(fs::last_write_time(demo().cards.at("arri")) == before);
  }

  SECTION("cards names each family with its clips") {
    for (const auto& [family, path] : demo().cards) {
      INFO(family);
      const Ran ran = runJson(scratch, {"cards", path});
      REQUIRE(ran.exit == 0);
      REQUIRE(ran.all("card").size() == 1);
      const json card = ran.all("card").front();
      CHECK(card.at("family") == family);
      CHECK(card.at("clips") == 2);
      CHECK(card.at("warnings").empty());
    }
  }

  SECTION("what is odd about a card comes with the gravest first") {
    const Scratch odd;
    odd.file("card/XDROOT/Clip/A001C002_260502ABM01.XML", "<NonRealTimeMeta/>");
    odd.file("card/XDROOT/Clip/A001C001_260502AB.MXF", "");
    const Ran ran = runJson(odd, {"cards", odd.path("card")});
    REQUIRE(ran.exit == 0);
    const json warnings = ran.all("card").front().at("warnings");
    REQUIRE(warnings.size() >= 2);
    CHECK(warnings.front().at("code") == "zero_length");
    const Ran text = run(odd, {"cards", odd.path("card")});
    CHECK(text.out.find("  ! A001C001_260502AB: ") < text.out.find("M01.XML"));
  }

  SECTION("inspect tells by its exit code what could not be read") {
    const Scratch odd;
    odd.file("empty.mov", "");
    odd.file("damaged.mxf", "no such thing");
    odd.file("A001_C001_0502AB_001.R3D", "RED of no kind");
    CHECK(runJson(odd, {"inspect", odd.path("empty.mov")}).exit == 3);
    CHECK(runJson(odd, {"inspect", odd.path("damaged.mxf")}).exit == 3);
    CHECK(runJson(odd, {"inspect", odd.path("nothing-here")}).exit == 1);
    // The rest is still told.
    const Ran both = runJson(odd, {"inspect", odd.path("empty.mov"), arriMovie()});
    CHECK(both.exit == 3);
    CHECK(both.all("clip").size() == 2);
    CHECK(both.result().at("clips") == 2);
  }

  SECTION("a project's spec is shown, changed and refused by its field") {
    const Ran empty = runJson(scratch, {"project", "spec", "Feature"});
    REQUIRE(empty.exit == 0);
    CHECK(empty.result().at("spec").empty());
    const Ran set = runJson(scratch, {"project", "spec", "Feature", "--set", "frame_rate=25", "--set", "codecs=h264"});
    REQUIRE(set.exit == 0);
    CHECK(set.result().at("spec").at("frame_rate") == "25/1");
    CHECK(set.result().at("changed") == 2);
    const Ran judged = runJson(scratch, {"inspect", arriMovie(), "--project", "Feature"});
    REQUIRE(judged.exit == 0);
    const std::string findings = judged.all("clip").front().at("qc").dump();
    CHECK(findings.find("unexpected_codec") != std::string::npos);
    CHECK(findings.find("sensor_fps_off_project") != std::string::npos);
    for (const char* wrong : {"frame_rate=fast", "colour=red", "frame_rate", "=25"}) {
      const Ran refused = runJson(scratch, {"project", "spec", "Feature", "--set", wrong});
      INFO(wrong);
      CHECK(refused.exit == 2);
    }
    CHECK(runJson(scratch, {"project", "spec", "Feature"}).result().at("spec").at("frame_rate") == "25/1");
    const Ran away = runJson(scratch, {"project", "spec", "Feature", "--set", "frame_rate=", "--set", "codecs="});
    CHECK(away.result().at("spec").empty());
  }

  SECTION("a camera format is set once and holds for its clips") {
    const Scratch own;
    own.folder("a");
    REQUIRE(runJson(own, {"offload", demo().cards.at("arri"), "--to", own.path("a"), "--min-copies", "1",
                          "--min-devices", "1", "--project", "Feature"})
                .exit == 0);
    const Ran listed = runJson(own, {"formats"});
    REQUIRE(listed.exit == 0);
    REQUIRE(listed.all("format").size() == 1);
    const json format = listed.all("format").front();
    CHECK(format.at("camera_letter") == "A");
    CHECK(format.at("codec") == "prores");
    CHECK(format.at("clips") == 2);
    const std::string number = std::to_string(format.at("id").get<int>());
    const Ran set =
        runJson(own, {"formats", "--format", number, "--set", "colour_space=ARRI LogC4", "--set", "label=Main"});
    REQUIRE(set.exit == 0);
    CHECK(set.all("format").front().at("colour_space") == "ARRI LogC4");
    CHECK(set.all("format").front().at("label") == "Main");
    CHECK(runJson(own, {"formats", "--project", "Elsewhere"}).all("format").empty());
    CHECK(runJson(own, {"formats", "--set", "label=x"}).exit == 2);
    CHECK(runJson(own, {"formats", "--format", number, "--set", "colour_space=Sunset"}).exit == 2);
    CHECK(runJson(own, {"formats", "--format", number, "--set", "weather=fine"}).exit == 2);
  }

  SECTION("inspect gives one whole record a clip") {
    const Ran ran = runJson(scratch, {"inspect", demo().cards.at("arri")});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const auto clips = ran.all("clip");
    REQUIRE(clips.size() == 2);
    const json& clip = clips.front();
    CHECK(clip.at("clip") == "A001C001_260502_R1AA");
    CHECK(clip.at("reel") == "A001R1AA");
    CHECK(clip.at("start_timecode") == "10:20:30:00");
    CHECK(clip.at("end_timecode") == "10:20:31:00");
    CHECK(clip.at("duration_frames") == 24);
    CHECK(clip.at("frame_rate") == "24000/1001");
    CHECK(clip.at("timecode_source") == "tmcd");
    CHECK(clip.at("picture").at("codec") == "prores");
    CHECK(clip.at("camera").at("model") == "ALEXA Mini");
    CHECK(clip.at("exposure").at("ei") == 800);
    CHECK(clip.at("colour").at("space") == "ARRI LogC3 (EI800)");
    CHECK(clip.at("slate").at("scene") == "12");
    CHECK_FALSE(clip.contains("raw"));
  }

  SECTION("inspect writes CSV and ALE") {
    const Ran csv = run(scratch, {"inspect", demo().cards.at("sony_xdroot"), "--csv"});
    CHECK(csv.exit == 0);
    CHECK(csv.out.find("B001C001_260502QK") != std::string::npos);
    CHECK(csv.out.find("10:20:30:06") != std::string::npos);
    const Ran ale = run(scratch, {"inspect", demo().cards.at("sony_xdroot"), "--ale"});
    CHECK(ale.exit == 0);
    CHECK(ale.out.rfind("Heading", 0) == 0);
    CHECK(ale.out.find("10:20:31:06") != std::string::npos);
  }

  SECTION("frame writes a still in the default view and says by which way") {
    const std::string still = scratch.path("still.png");
    const Ran ran = runJson(scratch, {"frame", arriMovie() + "@10:20:30:12", "-o", still});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(fs::file_size(still) > 10'000);
    CHECK(ran.result().at("frame") == 12);
    const auto chain = ran.result().at("chain").get<std::string>();
    CHECK(chain.find("ARRI LogC3 (EI800)") != std::string::npos);
    CHECK(chain.find("Rec.709") != std::string::npos);
    CHECK(runJson(scratch, {"frame", arriMovie() + "@10:20:40:00", "-o", scratch.path("no.png")}).exit == 2);
    CHECK_FALSE(fs::exists(scratch.path("no.png")));
  }

  SECTION("every shipped preset renders and measures its colour error") {
    for (const char* preset : {"h264-review", "prores-proxy", "prores-lt", "dnxhr-lb", "dnxhr-lb-op1a", "dnxhd-36",
                               "exr-acescg", "exr-aces", "dpx-log"}) {
      INFO(preset);
      const std::string folder = scratch.path(std::string("render-") + preset);
      const Ran ran = runJson(scratch, {"proxy", arriMovie(), "--preset", preset, "-o", folder, "--range", "3-5"});
      INFO(ran.err);
      CHECK(ran.exit == 0);
      const auto rendered = ran.all("rendered");
      CHECK(rendered.size() == 1);
      if (rendered.empty()) continue;
      CHECK(rendered.front().at("preset") == preset);
      CHECK(rendered.front().at("frames") == 3);
      CHECK(fs::exists(rendered.front().at("path").get<std::string>()));
      const json& error = rendered.front().at("colour_error");
      CHECK(error.at("mean").get<double>() < 1.0);
      // The chart's saturated ramps reach the edge of the display's gamut, where the baked way is weakest: the figures
      // have to be told, not small.
      CHECK(error.at("mean").get<double>() <= error.at("p999").get<double>());
      CHECK(error.at("p999").get<double>() <= error.at("max").get<double>());
      const json& inside = error.at("in_gamut");
      CHECK(inside.at("p999").get<double>() <= error.at("p999").get<double>());
      const bool display = std::string(preset).rfind("exr", 0) != 0 && std::string(preset) != "dpx-log";
      CHECK((inside.at("max").get<double>() > 0) == display);
    }
  }

  SECTION("a proxy keeps timecode and reel and tells them to inspect") {
    const std::string folder = scratch.path("proxies");
    const Ran ran = runJson(scratch, {"proxy", arriMovie(), "--preset", "prores-proxy", "-o", folder, "--range", "4-7",
                                      "--burnin", "{clip} {tc}"});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    REQUIRE(ran.all("rendered").size() == 1);
    const Ran look = runJson(scratch, {"inspect", ran.all("rendered").front().at("path").get<std::string>()});
    REQUIRE(look.all("clip").size() == 1);
    CHECK(look.all("clip").front().at("start_timecode") == "10:20:30:04");
    CHECK(look.all("clip").front().at("duration_frames") == 4);
    CHECK(look.all("clip").front().at("reel") == "A001R1AA");
    CHECK(look.all("clip").front().at("picture").at("width") == 1920);
  }

  SECTION("an unknown preset and an unknown clip are refused") {
    CHECK(runJson(scratch, {"proxy", arriMovie(), "--preset", "betamax", "-o", scratch.path("x")}).exit != 0);
    CHECK(runJson(scratch, {"proxy", "no such clip", "--preset", "h264-review", "-o", scratch.path("x")}).exit == 1);
  }

  SECTION("an offloaded card is found and annotated and reported") {
    Scratch own;
    own.folder("d1");
    own.folder("d2");
    const Ran copied = runJson(own, {"offload", demo().cards.at("sony_xdroot"), "--to", own.path("d1"), "--to",
                                     own.path("d2"), "--project", "P", "--day", "2026-05-02", "--min-devices", "1"});
    INFO(copied.err);
    REQUIRE(copied.exit == 0);
    CHECK(copied.result().at("clips") == 2);
    const auto roll = copied.result().at("roll").get<std::string>();
    CHECK(runJson(own, {"clips", "camera:B"}).all("clip").size() == 2);
    CHECK(runJson(own, {"clips", "B001C002"}).all("clip").size() == 1);
    CHECK(runJson(own, {"clips", "camera:Z"}).all("clip").empty());
    const Ran set = runJson(own, {"clips", "B001C001", "--set", "circled=yes", "--set", "notes=good one"});
    CHECK(set.exit == 0);
    CHECK(set.result().at("changed") == 1);
    const auto circled = runJson(own, {"clips", "circled:yes"}).all("clip");
    REQUIRE(circled.size() == 1);
    CHECK(circled.front().at("slate").at("notes") == "good one");
    CHECK(runJson(own, {"catalog", "check"}).exit == 0);
    const Ran report = runJson(own, {"report", "card", roll, "-o", own.path("reports")});
    INFO(report.err);
    REQUIRE(report.exit == 0);
    const std::string html = slurp(report.result().at("html").get<std::string>());
    CHECK(html.find("B001C001_260502QK") != std::string::npos);
    CHECK(html.find("http://") == std::string::npos);
    CHECK(slurp(report.result().at("csv").get<std::string>()).find("B001C001_260502QK") != std::string::npos);
    const Ran verify = runJson(own, {"verify", own.path("d1/P/2026-05-02/" + roll), "--no-seal"});
    CHECK(verify.exit == 0);
    CHECK(verify.result().at("outcome") == "verified");
  }
}
