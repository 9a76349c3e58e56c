// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

std::string correction(const std::string& id, const std::string& slope) {
  return "<ColorCorrection id=\"" + id + "\"><SOPNode><Slope>" + slope +
         "</Slope><Offset>0.01 -0.02 0</Offset><Power>1 1.1 0.9</Power></SOPNode>"
         "<SatNode><Saturation>0.85</Saturation></SatNode></ColorCorrection>";
}

Errc codeOf(const Result<model::Look>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("a single CDL is read whatever kind of file holds it", "[look]") {
  const Folder folder;
  const std::string one = correction("sc012", "1.1 1.0 +0.9");
  for (const std::string& path :
       {folder.write("a.cc", "<?xml version=\"1.0\"?>" + one),
        folder.write("a.ccc",
                     "<ColorCorrectionCollection xmlns=\"urn:ASC:CDL:v1.01\">" + one + "</ColorCorrectionCollection>"),
        folder.write("a.cdl", "<ColorDecisionList xmlns=\"urn:ASC:CDL:v1.2\"><ColorDecision>" + one +
                                  "</ColorDecision></ColorDecisionList>")}) {
    INFO(path);
    const auto look = loadLook(path);
    REQUIRE(look.has_value());
    REQUIRE(look->cdl.has_value());
    CHECK(look->name == "sc012");
    CHECK(look->cdl->slope == std::array<double, 3>{1.1, 1.0, 0.9});
    CHECK(look->cdl->offset == std::array<double, 3>{0.01, -0.02, 0});
    CHECK(look->cdl->power == std::array<double, 3>{1, 1.1, 0.9});
    CHECK(look->cdl->saturation == 0.85);
  }
}

TEST_CASE("of several looks the id picks one and without an id all are named", "[look]") {
  const Folder folder;
  const std::string path = folder.write("b.ccc", "<ColorCorrectionCollection>" + correction("one", "1 1 1") +
                                                     correction("two", "2 2 2") + "</ColorCorrectionCollection>");
  const auto two = loadLook(path, "two");
  REQUIRE(two.has_value());
  CHECK(two->cdl->slope[0] == 2);
  const auto none = loadLook(path);
  CHECK(codeOf(none) == Errc::usage);
  CHECK(none.error().message.find("one, two") != std::string::npos);
  CHECK(codeOf(loadLook(path, "three")) == Errc::notFound);
}

TEST_CASE("a CDL that lies or attacks is refused", "[look]") {
  const Folder folder;
  CHECK(codeOf(loadLook(folder.write("nan.cc", correction("x", "1 nan 1")))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("neg.cc", correction("x", "1 -1 1")))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("two.cc", correction("x", "1 1")))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("comma.cc", correction("x", "1,1 1,0 1,0")))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("cut.cc", correction("x", "1 1 1").substr(0, 60)))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("empty.ccc", "<ColorCorrectionCollection/>"))) == Errc::corrupt);
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
      "<!ENTITY f SYSTEM \"file:///etc/passwd\">]>" +
      correction("&f;&b;", "1 1 1");
  CHECK(codeOf(loadLook(folder.write("bomb.cc", bomb))) == Errc::corrupt);
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  CHECK(codeOf(loadLook(folder.write("deep.ccc", deep))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.path() + "/missing.cc")) == Errc::notFound);
  CHECK(codeOf(loadLook(folder.write("look.txt", "hello"))) == Errc::unsupported);
}

TEST_CASE("a LUT is believed only after it has been built", "[look]") {
  const Folder folder;
  const std::string good = "TITLE \"show\"\nLUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
  const auto look = loadLook(folder.write("show.cube", good));
  REQUIRE(look.has_value());
  CHECK(look->name == "show");
  CHECK(look->lutOutput == "display");
  std::string withNan = good;
  withNan.replace(withNan.find("1 1 1"), 5, "nan 1 1");
  CHECK(codeOf(loadLook(folder.write("nan.cube", withNan))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("short.cube", good.substr(0, 60)))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("empty.cube", ""))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("size.cube", "LUT_3D_SIZE 3\n0 0 0\n1 1 1\n"))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("huge.cube", "LUT_3D_SIZE 900000000\n0 0 0\n"))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write(
            "long.spi1d", "Version 1\nFrom 0 1\nLength 2000000000\nComponents 1\n{\n0\n}\n"))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("vast.spi3d", "SPILUT 1.0\n3 3\n1500 1500 1500\n0 0 0 0 0 0\n"))) ==
        Errc::corrupt);
  CHECK(codeOf(loadLook(folder.write("binary.cube", std::string(5000, '\xff')))) == Errc::corrupt);
  CHECK(codeOf(loadLook(folder.path() + "/missing.cube")) == Errc::notFound);
}

TEST_CASE("a LUT that is a pipe or larger than any LUT is refused without reading it", "[look]") {
  const Folder folder;
  const std::string pipe = folder.path() + "/pipe.cube";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(codeOf(loadLook(pipe)) == Errc::notRegular);
  const std::string vast = folder.write("vast.cube", "LUT_3D_SIZE 2\n");
  std::filesystem::resize_file(vast, 2ULL << 30);
  CHECK(codeOf(loadLook(vast)) == Errc::unsupported);
}

TEST_CASE("a LUT edited on disk is seen by the next chain", "[look]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look.lutFile = folder.write("show.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n");
  CHECK(chain(request)->applyExact({.5F, .5F, .5F})[0] == Approx(.5F).margin(1e-5));
  static_cast<void>(folder.write("show.cube", "LUT_1D_SIZE 2\n1 1 1\n0.5 0.5 0.5\n"));
  CHECK(chain(request)->applyExact({.5F, .5F, .5F})[0] == Approx(.75F).margin(1e-5));
}
