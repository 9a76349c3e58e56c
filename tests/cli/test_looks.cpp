// SPDX-License-Identifier: Apache-2.0
// Looks from files onto clips of an offloaded card, and what a still says of them.
#include <algorithm>
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

TEST_CASE("grades of a list find their clips and say why") {
  const Scratch scratch;
  makeLibrary(scratch);
  const auto apply = [&](const std::string& file) { return runJson(scratch, {"look", "apply", scratch.path(file)}); };
  const auto correction = [](const std::string& id, const std::string& saturation) {
    return "<ColorCorrection" + (id.empty() ? "" : " id=\"" + id + "\"") +
           "><SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode><SatNode><Saturation>" +
           saturation + "</Saturation></SatNode></ColorCorrection>";
  };
  const auto saturationOf = [&](const char* clip) {
    const Ran ran = runJson(scratch, {"look", "list", "--clip", clip});
    return ran.all("look").empty() ? -1.0 : ran.all("look").front().at("cdl").at("saturation").get<double>();
  };

  scratch.file("day.ccc", "<ColorCorrectionCollection>" + correction(kClip, "0.7") + correction("A001C002", "0.6") +
                              correction("A001C001", "0.1") + correction("B009C001", "0.5") + correction("", "0.4") +
                              "</ColorCorrectionCollection>");
  Ran ran = apply("day.ccc");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  const auto matches = ran.all("match");
  REQUIRE(matches.size() == 3);
  CHECK(matches[0].at("why") == std::string(kClip) + " by its name alone: the log has no timecode for it");
  CHECK(matches[1].at("why") == "A001C002_260502_R1AA by its name's beginning alone: the log has no timecode for it");
  CHECK(matches[1].at("clip").get<std::string>().rfind("A001C002_", 0) == 0);
  CHECK(saturationOf("A001C002_260502_R1AA") == .6);
  const auto findings = ran.result().at("findings").dump();
  CHECK(findings.find("B009C001: no clip has that name") != std::string::npos);
  CHECK(findings.find("correction_without_id") != std::string::npos);

  scratch.file("day.edl",
               "TITLE: DAY\nFCM: NON-DROP FRAME\n\n001  A001R1AA V     C        10:20:30:05 10:20:30:15 01:00:00:00 "
               "01:00:00:10\n*ASC_SOP (1.1 1.0 0.9)(0 0 0)(1 1 1)\n*ASC_SAT 0.35\n");
  ran = apply("day.edl");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  REQUIRE(ran.all("match").size() == 1);
  CHECK(ran.all("match")[0].at("clip") == kClip);
  CHECK(ran.all("match")[0].at("why").get<std::string>().find("by reel A001R1AA and timecode 10:20:30:05") !=
        std::string::npos);
  CHECK(saturationOf(kClip) == .35);

  scratch.file("day.ale",
               "Heading\nFIELD_DELIM\tTABS\nFPS\t23.976\n\nColumn\nName\tTape\tStart\tASC_SOP\tASC_SAT\n\nData\n" +
                   std::string(kClip) + "\tA001R1AA\t10:20:30:00\t(1 1 1)(0 0 0)(1 1 1)\t0.25\n");
  ran = apply("day.ale");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(saturationOf(kClip) == .25);

  const std::string urn = "urn:ampas:aces:transformId:v1.5:";
  scratch.file("one.amf",
               "<aces:acesMetadataFile version=\"2.0\" xmlns:aces=\"urn:ampas:aces:amf:v2.0\"><aces:amfInfo/>"
               "<aces:clipId><aces:clipName>" +
                   std::string(kClip) +
                   "</aces:clipName></aces:clipId><aces:pipeline><aces:inputTransform applied=\"false\">"
                   "<aces:transformId>" +
                   urn +
                   "IDT.Sony.SLog3_SGamut3.a1.v1</aces:transformId></aces:inputTransform><aces:lookTransform "
                   "applied=\"false\"><aces:transformId>" +
                   urn +
                   "LMT.Academy.ReferenceGamutCompress.a1.v1.0</aces:transformId></aces:lookTransform>"
                   "<aces:outputTransform applied=\"false\"><aces:transformId>" +
                   urn +
                   "RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0</aces:transformId></aces:outputTransform>"
                   "</aces:pipeline></aces:acesMetadataFile>");
  ran = apply("one.amf");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("findings").empty());
  CHECK(ran.all("look").front().at("input") == "S-Log3 S-Gamut3");
  ran = runJson(scratch, {"frame", std::string(kClip) + "@1", "-o", scratch.path("amf.png")});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("chain") ==
        "S-Log3 S-Gamut3 -> ACES 1.3 Reference Gamut Compression -> Rec.2100-PQ - Display, ACES 1.1 - HDR Video (1000 "
        "nits & Rec.2020 lim)");
  ran = runJson(scratch, {"frame", std::string(kClip) + "@1", "-o", scratch.path("amf.png"), "--input", "ARRI LogC4",
                          "--display", "sRGB - Display"});
  CHECK(ran.result().at("chain").get<std::string>().find("ARRI LogC4 -> ") == 0);
  CHECK(ran.result().at("chain").get<std::string>().find("sRGB - Display, ACES 1.0 - SDR Video") != std::string::npos);

  scratch.file("bomb.amf", "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><x>&b;</x>");
  CHECK(apply("bomb.amf").exit != 0);
  scratch.file("none.ccc", "<ColorCorrectionCollection/>");
  CHECK(apply("none.ccc").exit != 0);
  CHECK(runJson(scratch, {"look", "apply", scratch.path("day.ccc"), "--to", "roll:A001"}).exit == 2);
}

TEST_CASE("a render that no table can hold takes the exact chain and says so") {
  const Scratch scratch;
  makeLibrary(scratch);
  std::string teeth = "LUT_1D_SIZE 4096\n";
  for (int i = 0; i < 4096; ++i) teeth += i % 16 < 8 ? "0.2 0.2 0.2\n" : "0.7 0.7 0.7\n";
  scratch.file("teeth.cube", teeth);
  const auto render = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"proxy", kClip, "--preset", "h264-review", "--range", "0-1"});
    const Ran ran = runJson(scratch, more);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    return ran.all("rendered").front();
  };
  const json hard = render({"-o", scratch.path("hard"), "--look", scratch.path("teeth.cube")});
  CHECK(hard.at("warnings").dump().find("colour_bound_missed") != std::string::npos);
  CHECK(hard.at("warnings").dump().find("the exact chain is used") != std::string::npos);
  CHECK(hard.at("colour_error").at("max") == 0);
  const json usual = render({"-o", scratch.path("usual")});
  CHECK(usual.at("warnings").dump().find("the exact chain") == std::string::npos);
}

namespace {

// Half the light in, twice out; `more` is further spaces.
std::string showConfig(const std::string& more = {}) {
  const auto scaled = [](const std::string& by) {
    return "!<MatrixTransform> {matrix: [" + by + ", 0, 0, 0, 0, " + by + ", 0, 0, 0, 0, " + by + ", 0, 0, 0, 0, 1]}\n";
  };
  return "ocio_profile_version: 2\nroles:\n  default: raw\nfile_rules:\n  - !<Rule> {name: Default, colorspace: raw}\n"
         "displays:\n  Monitor:\n    - !<View> {name: Show, colorspace: Shown}\ncolorspaces:\n"
         "  - !<ColorSpace>\n    name: raw\n    isdata: true\n"
         "  - !<ColorSpace>\n    name: ShowLog\n    to_scene_reference: " +
         scaled("0.5") + "  - !<ColorSpace>\n    name: Shown\n    from_scene_reference: " + scaled("1") + more;
}

}  // namespace

TEST_CASE("a show's own configuration is used and named and can be given back") {
  const Scratch scratch;
  makeLibrary(scratch);
  const auto still = [&] {
    return runJson(scratch, {"frame", kClip, "-o", scratch.path("s.png"), "--input", "ShowLog", "--display", "Monitor",
                             "--view", "Show"});
  };
  CHECK(still().exit != 0);
  scratch.file("show.ocio", showConfig());
  const Ran set = runJson(scratch, {"look", "config", scratch.path("show.ocio")});
  INFO(set.err);
  REQUIRE(set.exit == 0);
  CHECK(set.result().at("displays") == json{"Monitor"});
  CHECK(set.result().at("own") == false);
  const Ran ran = still();
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("chain").get<std::string>().rfind("[show.ocio, ", 0) == 0);
  const Ran proxy =
      runJson(scratch, {"proxy", kClip, "--preset", "h264-review", "--range", "0-1", "-o", scratch.path("out"),
                        "--input", "ShowLog", "--display", "Monitor", "--view", "Show"});
  INFO(proxy.err);
  REQUIRE(proxy.exit == 0);
  CHECK(proxy.all("rendered").front().at("chain").get<std::string>().rfind("[show.ocio, ", 0) == 0);

  // One that does not load is refused and the one in use stays; what becomes of that afterwards is told.
  scratch.file("broken.ocio", "ocio_profile_version: 2\ncolorspaces: [");
  CHECK(runJson(scratch, {"look", "config", scratch.path("broken.ocio")}).exit == 1);
  scratch.file(
      "circle.ocio",
      showConfig("  - !<ColorSpace>\n    name: A\n    to_scene_reference: !<ColorSpaceTransform> {src: B, dst: "
                 "raw}\n  - !<ColorSpace>\n    name: B\n    to_scene_reference: "
                 "!<ColorSpaceTransform> {src: A, dst: raw}\n"));
  const Ran circle = runJson(scratch, {"look", "config", scratch.path("circle.ocio")});
  CHECK(circle.exit == 1);
  INFO(circle.err);
  CHECK(circle.err.find("circle.ocio") != std::string::npos);
  CHECK(still().exit == 0);
  fs::remove(scratch.path("show.ocio"));
  const Ran gone = still();
  CHECK(gone.exit == 1);
  CHECK(gone.err.find("show.ocio") != std::string::npos);
  const Ran own = runJson(scratch, {"look", "config", "--own"});
  REQUIRE(own.exit == 0);
  CHECK(own.result().at("own") == true);
  CHECK(runJson(scratch, {"frame", kClip, "-o", scratch.path("s.png")}).exit == 0);
}

TEST_CASE("a look that lies or attacks is refused by a sentence and the clip is seen without it") {
  const Scratch scratch;
  makeLibrary(scratch);
  scratch.file(
      "nan.cube", "LUT_3D_SIZE 2\n" + std::string("nan 0 0\n") + [] {
        std::string rest;
        for (int i = 1; i < 8; ++i) rest += "1 1 1\n";
        return rest;
      }());
  scratch.file("short.cube", "LUT_3D_SIZE 17\n0 0 0\n1 1 1\n");
  scratch.file("huge.cube", "LUT_3D_SIZE 2\n");
  fs::resize_file(scratch.path("huge.cube"), std::uintmax_t{2} << 30);
  scratch.file(
      "bomb.amf",
      "<?xml version=\"1.0\"?><!DOCTYPE aces [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
      "<acesMetadataFile xmlns=\"urn:ampas:aces:amf:v2.0\">&b;</acesMetadataFile>");
  scratch.file("ids.ccc",
               "<ColorCorrectionCollection><ColorCorrection><SatNode><Saturation>1.2</Saturation></SatNode>"
               "</ColorCorrection><ColorCorrection><SatNode><Saturation>0.2</Saturation></SatNode></ColorCorrection>"
               "</ColorCorrectionCollection>");
  for (const char* file : {"nan.cube", "short.cube", "huge.cube", "bomb.amf", "ids.ccc", "missing.cube"}) {
    INFO(file);
    const Ran ran = runJson(scratch, {"look", "add", scratch.path(file)});
    CHECK((ran.exit == 1 || ran.exit == 2 || ran.exit == 3));
    CHECK(ran.err.find(std::string("rollproof: ")) == 0);
    CHECK(ran.err.find(file) != std::string::npos);
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') <= 3);
  }
  CHECK(runJson(scratch, {"look", "list"}).all("look").empty());
  CHECK(runJson(scratch, {"frame", kClip, "-o", scratch.path("s.png")}).exit == 0);
  const Ran unknown = runJson(scratch, {"frame", kClip, "-o", scratch.path("t.png"), "--input", "No Such Log"});
  CHECK(unknown.exit != 0);
  CHECK(unknown.err.find("No Such Log") != std::string::npos);
}
