// SPDX-License-Identifier: Apache-2.0
// Looks from files onto clips of an offloaded card, and what a still says of them.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

const char* const kGrade =
    "<ColorCorrection id=\"g1\"><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>"
    "<SatNode><Saturation>0.8</Saturation></SatNode></ColorCorrection>";

void makeLibrary(const Scratch& scratch) {
  REQUIRE(runJson(scratch, {"demo", scratch.path("cards")}).exit == 0);
  scratch.folder("one");
  scratch.folder("two");
  const Ran ran = runJson(scratch, {"offload", scratch.path("cards/A001R1AA"), "--to", scratch.path("one"), "--to",
                                    scratch.path("two"), "--project", "Harbour", "--roll", "A001"});
  INFO(ran.err);
  REQUIRE((ran.exit == 0 || ran.exit == 5));
}

const char* const kClip = "A001C001_260502_R1AA";

}  // namespace

TEST_CASE("looks go onto clips rolls formats and projects and the nearest counts") {
  const Scratch scratch;
  makeLibrary(scratch);
  scratch.file("g.cc", kGrade);
  scratch.file("show.cube", "LUT_1D_SIZE 2\n0 0 0\n0.9 0.9 0.9\n");
  const auto look = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "look");
    return runJson(scratch, std::move(arguments));
  };
  const auto standing = [&] { return look({"list", "--clip", kClip}).result(); };

  Ran ran = look({"add", scratch.path("g.cc"), scratch.path("show.cube"), "--name", "day1"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.err.empty());
  CHECK(ran.result().at("version") == 1);
  const json steps = ran.all("look").front().at("steps");
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].at("kind") == "cdl");
  CHECK(steps[0].at("style") == "no_clamp");
  CHECK(steps[1].at("output") == "display");
  CHECK(steps[1].at("hash").get<std::string>().rfind("xxh64:", 0) == 0);
  REQUIRE(look({"add", scratch.path("show.cube"), scratch.path("g.cc"), "--name", "other"}).exit == 0);
  ran = look({"add", scratch.path("g.cc"), "--name", "day1", "--cdl-space", "acescct", "--cdl-style", "asc"});
  CHECK(ran.result().at("version") == 2);
  CHECK(ran.all("look").front().at("steps")[0].at("input") == "ACEScct");
  CHECK(look({"add", scratch.path("g.cc"), "--cdl-space", "nowhere"}).exit == 2);
  CHECK(look({"add", scratch.path("g.cc"), scratch.path("g.cc")}).exit == 2);

  CHECK(standing().contains("look") == false);
  REQUIRE(look({"apply", "day1", "--to", "project:Harbour"}).exit == 0);
  CHECK(standing().at("from") == "project:Harbour");
  REQUIRE(look({"apply", "other", "--to", "format:1"}).exit == 0);
  CHECK(standing().at("from") == "format:1");
  REQUIRE(look({"apply", "day1", "--to", "roll:A001", "--version", "1"}).exit == 0);
  CHECK(standing().at("from").get<std::string>().rfind("roll:", 0) == 0);
  CHECK(standing().at("pinned_version") == 1);
  REQUIRE(look({"apply", "other", kClip}).exit == 0);
  CHECK(standing().at("look") == "other");
  REQUIRE(look({"apply", "none", "--to", std::string("clip:") + kClip}).exit == 0);
  CHECK(standing().at("look") == "day1");
  ran = look({"list", "day1"});
  REQUIRE(ran.all("look").size() == 2);
  CHECK(ran.all("look")[1].at("version") == 2);
  CHECK(ran.all("look")[1].contains("added_at"));
  CHECK(look({"apply", "day1", "--to", "roll:A001", "--version", "7"}).exit != 0);
  CHECK(look({"apply", "day1", "--to", "planet:Earth"}).exit == 2);
  CHECK(look({"apply", "day1"}).exit == 2);

  ran = runJson(scratch, {"frame", std::string(kClip) + "@1", "-o", scratch.path("f.png"), "--explain"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  const json lines = ran.result().at("explanation");
  CHECK(lines[0] == "YCbCr codes by the matrix of BT.709, limited range");
  CHECK(lines[1] == "The pictures are ARRI LogC3 (EI800)");
  CHECK(lines[2].get<std::string>().find("CDL in ARRI LogC3 (EI800), not clamped: slope 1.1 1 0.9") == 0);
  CHECK(lines[3].get<std::string>().find("show.cube") != std::string::npos);
  CHECK(lines.back().get<std::string>().find("OpenColorIO: <Lut1DTransform") == 0);

  // A LUT that was edited is a finding, not a silent other picture.
  scratch.file("show.cube", "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n");
  ran = look({"list", "--clip", kClip});
  CHECK(ran.all("look").front().at("findings").size() == 1);
  CHECK(ran.all("look").front().at("findings")[0].at("code") == "look_changed");
  scratch.file("show.cube", "LUT_3D_SIZE 3\n0 0 0\n");
  CHECK(runJson(scratch, {"frame", std::string(kClip) + "@1", "-o", scratch.path("g.png")}).exit != 0);
  CHECK_FALSE(fs::exists(scratch.path("g.png")));
}
