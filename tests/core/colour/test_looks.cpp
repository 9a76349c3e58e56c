// SPDX-License-Identifier: Apache-2.0
// What looks do to numbers, each against the formula of its own standard worked out here.
#include <algorithm>
#include <cmath>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

using Triple = std::array<float, 3>;

// Through the look alone: in and out in the space of the pictures.
Triple graded(const model::Look& look, const Triple& rgb, const std::string& space = "ARRI LogC3 (EI800)") {
  ChainRequest request;
  request.input = request.outputSpace = space;
  request.look = look;
  return chain(request)->applyExact(rgb);
}

model::Look lutLook(const std::string& path, const std::string& output = "ARRI LogC3 (EI800)") {
  model::Look look;
  look.lutFile = path;
  look.lutOutput = output;
  return look;
}

void checkTriple(const Triple& got, const Triple& wanted, float margin = 1e-5F) {
  for (std::size_t i = 0; i < 3; ++i) CHECK(got[i] == Approx(wanted[i]).margin(margin));
}

std::string clf(const std::string& root, const std::string& prefix, const std::string& id) {
  const std::string p = prefix.empty() ? "" : prefix + ":";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + p + "ProcessList " + root + ">" + id + "<" + p +
         "Matrix inBitDepth=\"32f\" outBitDepth=\"32f\"><" + p + "Array dim=\"3 3\">0 1 0  0 0 1  1 0 0</" + p +
         "Array></" + p + "Matrix></" + p + "ProcessList>\n";
}

}  // namespace

TEST_CASE("a clamping CDL ends at 1 where the other keeps the highlights", "[look]") {
  model::Look look;
  look.cdl = model::Cdl{{1.5, 1, .5}, {.2, -.3, 0}, {1.2, 1, .8}, .6};
  const Triple in{.8F, .2F, .9F};
  for (const auto style : {model::CdlStyle::noClamp, model::CdlStyle::asc}) {
    look.cdlStyle = style;
    const bool clamps = style == model::CdlStyle::asc;
    std::array<double, 3> v{};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& c = *look.cdl;
      double x = static_cast<double>(in[i]) * c.slope[i] + c.offset[i];
      if (clamps) x = std::clamp(x, 0.0, 1.0);
      // A negative base has no power: v1.2 without clamps leaves it as it is.
      v[i] = x > 0 ? std::pow(x, c.power[i]) : x;
    }
    const double luma = .2126 * v[0] + .7152 * v[1] + .0722 * v[2];
    Triple wanted{};
    for (std::size_t i = 0; i < 3; ++i) {
      double x = luma + look.cdl->saturation * (v[i] - luma);
      if (clamps) x = std::clamp(x, 0.0, 1.0);
      wanted[i] = static_cast<float>(x);
    }
    INFO("clamps " << clamps);
    checkTriple(graded(look, in), wanted);
  }
}

TEST_CASE("the order of CDL and LUT is the one that was asked for", "[look]") {
  const Folder folder;
  model::Look look = lutLook(folder.write("half.cube", "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n"));
  look.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  checkTriple(graded(look, {.4F, .4F, .4F}), {.25F, .25F, .25F});
  look.order = model::LookOrder::lutThenCdl;
  checkTriple(graded(look, {.4F, .4F, .4F}), {.3F, .3F, .3F});
  const auto words = inWords(look);
  REQUIRE(words.size() == 2);
  CHECK(words[0].find("LUT") == 0);
  CHECK(words[1].find("CDL in the camera's own log, not clamped") == 0);
}

TEST_CASE("after a LUT into display codes a CDL works on those and no space can be asked for", "[look]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look = lutLook(folder.write("half.cube", "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n"), "display");
  request.look.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  request.look.order = model::LookOrder::lutThenCdl;
  checkTriple(chain(request)->applyExact({.4F, .4F, .4F}), {.3F, .3F, .3F});
  request.look.cdlSpace = "ACEScct";
  const auto refused = config().chain(request);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::usage);
}

TEST_CASE("steps are done in their order and applied ones are shown and not done", "[look]") {
  model::Look look;
  for (const double offset : {.1, .2, .4}) {
    model::LookStep step;
    step.name = "grade " + std::to_string(offset).substr(0, 3);
    step.cdl = model::Cdl{{2, 2, 2}, {offset, offset, offset}, {1, 1, 1}, 1};
    step.applied = offset == .2;
    look.steps.push_back(step);
  }
  checkTriple(graded(look, {.1F, .1F, .1F}), {1.0F, 1.0F, 1.0F});
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look = look;
  const auto made = chain(request);
  CHECK(made->describe().find("[grade 0.2, already in the pictures]") != std::string::npos);
  const auto lines = made->explain();
  CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
          return line.find("Already in the pictures and not done again") == 0;
        }) == 1);
  CHECK(lines.front() == "The pictures are ARRI LogC4");
  CHECK(std::any_of(lines.begin(), lines.end(),
                    [](const std::string& line) { return line.find("OpenColorIO: <") == 0; }));
}

TEST_CASE("the look transforms of ACES change what they are for and leave greys", "[look]") {
  const auto known = config().lookTransforms();
  REQUIRE(known.size() == 2);
  for (const auto& name : known) {
    model::Look look;
    model::LookStep step;
    step.kind = model::LookStep::Kind::transform;
    step.name = step.transform = name;
    look.steps.push_back(step);
    INFO(name);
    checkTriple(graded(look, {.18F, .18F, .18F}, "ACES2065-1"), {.18F, .18F, .18F}, 2e-3F);
    const auto blue = graded(look, {.05F, .01F, .9F}, "ACES2065-1");
    CHECK(std::abs(blue[0] - .05F) + std::abs(blue[1] - .01F) + std::abs(blue[2] - .9F) > .01F);
  }
  ChainRequest request;
  request.input = "ARRI LogC4";
  model::LookStep unknown;
  unknown.kind = model::LookStep::Kind::transform;
  unknown.transform = "Rose tint";
  request.look.steps.push_back(unknown);
  CHECK(config().chain(request).error().code == Errc::notFound);
}

TEST_CASE("a cube's domain says where its first and last value lie", "[lut]") {
  const Folder folder;
  const Triple in{.5F, .25F, 0};
  // 0..1 of the table are -0.5..1.5 of the picture: x lands at (x + 0.5) / 2.
  const std::string domain = "DOMAIN_MIN -0.5 -0.5 -0.5\nDOMAIN_MAX 1.5 1.5 1.5\n";
  checkTriple(graded(lutLook(folder.write("d1.cube", "LUT_1D_SIZE 2\n" + domain + "0 0 0\n1 1 1\n")), in),
              {.5F, .375F, .25F});
  const std::string points = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
  checkTriple(graded(lutLook(folder.write("d3.cube", "LUT_3D_SIZE 2\n" + domain + points)), in), {.5F, .375F, .25F});
  // Resolve's own: a shaper and a cube in one file.
  checkTriple(graded(lutLook(folder.write("both.cube",
                                          "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0.0 1.0\nLUT_3D_SIZE 2\n"
                                          "LUT_3D_INPUT_RANGE 0.0 1.0\n0 0 0\n0.5 0.5 0.5\n" +
                                              points)),
                     in),
              {.25F, .125F, 0});
}

TEST_CASE("the other kinds of LUT files give their values", "[lut]") {
  const Folder folder;
  const Triple in{.5F, .25F, .75F};
  // 3dl: a line of grid positions, then blue fastest, 12-bit results: red and blue change places.
  std::string grid = "0 341 682 1023\n";
  for (const int r : {0, 1365, 2730, 4095}) {
    for (const int g : {0, 1365, 2730, 4095}) {
      for (const int b : {0, 1365, 2730, 4095}) {
        grid += std::to_string(b) + " " + std::to_string(g) + " " + std::to_string(r) + "\n";
      }
    }
  }
  checkTriple(graded(lutLook(folder.write("swap.3dl", grid)), in), {.75F, .25F, .5F}, 2e-3F);
  // Iridas look: a 2-point cube as little-endian floats in hexadecimal.
  std::string hex;
  for (int b = 0; b < 2; ++b) {
    for (int g = 0; g < 2; ++g) {
      for (int r = 0; r < 2; ++r) {
        for (const int v : {1 - r, 1 - g, 1 - b}) hex += v ? "0000803F" : "00000000";
      }
    }
  }
  const std::string look =
      "<?xml version=\"1.0\" ?>\n<look>\n<LUT>\n<size>\"2\"</size>\n<data>\"" + hex + "\"</data>\n</LUT>\n</look>\n";
  checkTriple(graded(lutLook(folder.write("inverse.look", look)), in), {.5F, .75F, .25F});
}

TEST_CASE("a CLF is read by the Academy's words and by SMPTE's and with a prefix", "[lut]") {
  const Folder folder;
  const Triple in{.1F, .2F, .3F}, wanted{.2F, .3F, .1F};
  const std::string id = "<Id>urn:uuid:3bae2da8-59c7-44c2-b6c9-76dc0f8cae8c</Id>";
  for (const auto& [name, text] :
       {std::pair{"academy.clf", clf("xmlns=\"urn:AMPAS:CLF:v3.0\" id=\"a\" compCLFversion=\"3.0\"", "", "")},
        std::pair{"smpte.clf", clf("xmlns=\"http://www.smpte-ra.org/ns/2136-1/2024\"", "", id)},
        std::pair{"prefix.clf", clf("xmlns:clf=\"http://www.smpte-ra.org/ns/2136-1/2024\"", "clf",
                                    "<clf:Id>urn:uuid:3bae2da8</clf:Id>")}}) {
    INFO(name);
    checkTriple(graded(lutLook(folder.write(name, text)), in), wanted);
  }
  const auto codeOf = [&](const std::string& name, const std::string& text) {
    const auto look = loadLook(folder.write(name, text));
    REQUIRE_FALSE(look.has_value());
    return look.error().code;
  };
  CHECK(codeOf("cut.clf", clf("xmlns=\"http://www.smpte-ra.org/ns/2136-1/2024\"", "", id).substr(0, 150)) ==
        Errc::corrupt);
  CHECK(
      codeOf("bomb.clf", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><clf:ProcessList xmlns:clf=\"x\">&a;</clf:ProcessList>") ==
      Errc::corrupt);
  CHECK(codeOf("other.clf", "<html/>") == Errc::corrupt);
}

TEST_CASE("a LUT that changed or went is a finding and the look says its hash", "[look]") {
  const Folder folder;
  const std::string path = folder.write("show.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n");
  const auto look = loadLook(path);
  REQUIRE(look.has_value());
  CHECK(look->lutHash.find("xxh64:") == 0);
  CHECK(look->lutHash.size() == 22);
  CHECK(checkFiles(*look).empty());
  static_cast<void>(folder.write("show.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 0.5\n"));
  REQUIRE(checkFiles(*look).size() == 1);
  CHECK(checkFiles(*look)[0].code == "look_changed");
  static_cast<void>(folder.write("show.cube", "LUT_1D_SIZE 2\n0 0 0\n1 nan 0.5\n"));
  REQUIRE(checkFiles(*look).size() == 1);
  CHECK(checkFiles(*look)[0].code == "look_unusable");
  CHECK(checkFiles(*look)[0].text.find("not numbers") != std::string::npos);
  std::filesystem::remove(path);
  CHECK(checkFiles(*look)[0].code == "look_unusable");
}

TEST_CASE("a configuration whose spaces are made from each other is refused by name", "[config]") {
  const Folder folder;
  const auto withSpaces = [&](const std::string& a, const std::string& b) {
    return "ocio_profile_version: 2.1\nsearch_path: \"\"\nstrictparsing: true\nroles:\n  default: raw\n"
           "  scene_linear: ref\nfile_rules:\n  - !<Rule> {name: Default, colorspace: raw}\ndisplays:\n  sRGB:\n"
           "    - !<View> {name: Raw, colorspace: raw}\nactive_displays: []\nactive_views: []\ncolorspaces:\n"
           "  - !<ColorSpace>\n    name: raw\n    isdata: true\n  - !<ColorSpace>\n    name: ref\n"
           "  - !<ColorSpace>\n    name: A\n    to_scene_reference: !<ColorSpaceTransform> {src: " +
           a +
           ", dst: ref}\n  - !<ColorSpace>\n    name: B\n    to_scene_reference: !<ColorSpaceTransform> {src: " + b +
           ", dst: ref}\n";
  };
  const auto circle = loadConfig(folder.write("circle.ocio", withSpaces("B", "A")));
  REQUIRE_FALSE(circle.has_value());
  CHECK(circle.error().code == Errc::corrupt);
  CHECK(circle.error().message.find("A, B, A") != std::string::npos);
  CHECK_FALSE(loadConfig(folder.write("itself.ocio", withSpaces("A", "ref"))).has_value());
  CHECK(loadConfig(folder.write("straight.ocio", withSpaces("B", "ref"))).has_value());
}
