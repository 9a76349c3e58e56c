// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/interchange/cdl.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

std::string joined(const std::vector<std::string>& sentences) {
  std::string out;
  for (const auto& one : sentences) out += one + '\n';
  return out;
}

constexpr const char* kCollection = R"(<?xml version="1.0"?>
<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">
  <Description>Day &amp; night</Description>
  <InputDescription>ACEScct</InputDescription>
  <ColorCorrection id="A001C001">
    <Description>first</Description>
    <SOPNode><Description>warm</Description>
      <Slope>1.1 1.0 0.9</Slope><Offset>-0.01 0 1e-3</Offset><Power>1 +1.2 1</Power></SOPNode>
    <SATNode><Saturation>0.85</Saturation></SATNode>
    <Vendor xmlns="urn:someone"><Wheel angle="12"/></Vendor>
  </ColorCorrection>
  <ColorCorrection id="A001C002">
    <ASC_SAT><Saturation>0</Saturation></ASC_SAT>
  </ColorCorrection>
</ColorCorrectionCollection>)";

}  // namespace

TEST_CASE("a collection is read with its ids and notes and numbers and what is of no schema") {
  const auto file = parseCdl(kCollection);
  REQUIRE(file.has_value());
  CHECK(file->kind == CdlKind::collection);
  CHECK(file->nameSpace == "urn:ASC:CDL:v1.2");
  REQUIRE(file->notes.descriptions.size() == 1);
  CHECK(file->notes.descriptions[0] == "Day & night");
  CHECK(file->notes.input == "ACEScct");
  REQUIRE(file->corrections.size() == 2);
  const Correction& first = file->corrections[0];
  CHECK(first.id == "A001C001");
  CHECK(first.sopDescriptions == std::vector<std::string>{"warm"});
  CHECK(first.cdl == model::Cdl{{1.1, 1.0, 0.9}, {-0.01, 0, 0.001}, {1, 1.2, 1}, 0.85});
  REQUIRE(first.other.size() == 1);
  CHECK(first.other[0].nameSpace == "urn:someone");
  CHECK(file->corrections[1].cdl.saturation == 0);
  CHECK_FALSE(file->corrections[1].hasSop);
  CHECK(checkCdl(*file).empty());
}

TEST_CASE("what is written of a colour correction is read as the same value in all three files") {
  auto file = *parseCdl(kCollection);
  file.corrections[0].notes.descriptions.push_back("tab\there, \"quotes\" <and> \xE6\x97\xA5");
  file.corrections[0].cdl.offset[1] = 0.1 + 0.2;  // no short decimal
  for (const CdlKind kind : {CdlKind::collection, CdlKind::decisionList, CdlKind::correction}) {
    CdlFile one = file;
    one.kind = kind;
    if (kind == CdlKind::correction) {
      one.corrections.resize(1);
      one.notes = {};
    }
    if (kind == CdlKind::decisionList) one.corrections[1].mediaRef = "A001/A001C002.mov";
    const auto text = formatCdl(one);
    REQUIRE(text.has_value());
    const auto back = parseCdl(*text);
    REQUIRE(back.has_value());
    CHECK(*back == one);
    CHECK(*formatCdl(*back) == *text);
  }
  CdlFile two = file;
  two.kind = CdlKind::correction;
  CHECK(formatCdl(two).error().code == Errc::usage);
}

TEST_CASE("a CDL file that breaks a rule is read and says which") {
  const auto file = parseCdl(
      "<ColorDecisionList><ColorDecision><MediaRef ref='a.mov'/><ColorCorrection><SOPNode><Slope>-1 1 1</Slope>"
      "<Offset>0 0 0</Offset><Power>1 0 1</Power></SOPNode></ColorCorrection></ColorDecision>"
      "<ColorDecision><ColorCorrectionRef ref='other'/></ColorDecision>"
      "<ColorDecision><ColorCorrection><SatNode><Saturation>1</Saturation></SatNode></ColorCorrection></ColorDecision>"
      "<ColorDecision><ColorCorrection id='x'/></ColorDecision>"
      "<ColorDecision><ColorCorrection id='x'><SatNode><Saturation>1</Saturation></SatNode></ColorCorrection>"
      "</ColorDecision></ColorDecisionList>");
  REQUIRE(file.has_value());
  REQUIRE(file->corrections.size() == 5);
  CHECK(file->corrections[0].mediaRef == "a.mov");
  const std::string said = joined(checkCdl(*file));
  CHECK(said.find("no namespace") != std::string::npos);
  CHECK(said.find("slope of red is -1") != std::string::npos);
  CHECK(said.find("power of green is 0") != std::string::npos);
  CHECK(said.find("2 of 5 corrections have no id") != std::string::npos);
  CHECK(said.find("\"other\"") != std::string::npos);
  CHECK(said.find("\"x\" holds no CDL values") != std::string::npos);
  CHECK(said.find("an id that an earlier one has too") != std::string::npos);
}

TEST_CASE("a correction is chosen by its id and an ambiguous wish names the ids") {
  const auto file = *parseCdl(kCollection);
  CHECK(chooseCorrection(file, "A001C002")->cdl.saturation == 0);
  CHECK(chooseCorrection(file, "B").error().code == Errc::notFound);
  const auto unclear = chooseCorrection(file, "");
  CHECK(unclear.error().code == Errc::usage);
  CHECK(unclear.error().message.find("A001C001, A001C002") != std::string::npos);
}

TEST_CASE("no CDL file gets numbers from what is none and entities are refused") {
  const auto code = [](std::string_view xml) { return parseCdl(xml).error().code; };
  CHECK(code("<ColorCorrection><SOPNode><Slope>1 1</Slope></SOPNode></ColorCorrection>") == Errc::corrupt);
  CHECK(code("<ColorCorrection><SOPNode><Slope>1 1 1 1</Slope></SOPNode></ColorCorrection>") == Errc::corrupt);
  CHECK(code("<ColorCorrection><SatNode><Saturation>nan</Saturation></SatNode></ColorCorrection>") == Errc::corrupt);
  CHECK(code("<ColorCorrection><SatNode><Saturation>1e999</Saturation></SatNode></ColorCorrection>") == Errc::corrupt);
  CHECK(code("<ColorCorrection><SatNode><Saturation></Saturation></SatNode></ColorCorrection>") == Errc::corrupt);
  CHECK(code("<Other/>") == Errc::corrupt);
  CHECK(code("<ColorCorrectionCollection/>") == Errc::corrupt);
  CHECK(code("") == Errc::corrupt);
  CHECK(code("<!DOCTYPE a [<!ENTITY b \"1\">]><ColorCorrection id='&b;'/>") == Errc::corrupt);
}

TEST_CASE("the CDL lines of logs are read in every spelling and written so that they read back") {
  const model::Cdl wanted{{0.1, 0.2, 0.3}, {1, -0.0122, 0.0305}, {1, 0.5, 1}, 0.9};
  for (const char* text : {"(0.1 0.2 0.3) (1.0 -0.0122 0.0305) (1.0 0.5 1.0)", "(.1,.2,.3)(1,-0.0122,0.0305)(1,.5,1)",
                           "0.1 0.2 0.3 1 -0.0122 0.0305 1 0.5 1", " ( 0.1 0.2 0.3 )\t(1 -0.0122 3.05e-2)(1 .5 1) "}) {
    INFO(text);
    const auto cdl = parseSop(text);
    REQUIRE(cdl.has_value());
    CHECK(cdl->slope == wanted.slope);
    CHECK(cdl->offset == wanted.offset);
    CHECK(cdl->power == wanted.power);
  }
  for (const char* text :
       {"", "(1 1 1)(0 0 0)", "(1 1 1)(0 0 0)(1 1 x)", "(1 1 1)(0 0 0)(1 1 1)(1 1 1)", "(1.2.3 1 1)(0 0 0)(1 1 1)"}) {
    INFO(text);
    CHECK_FALSE(parseSop(text).has_value());
  }
  CHECK(parseSat(" 0.9 ") == 0.9);
  CHECK_FALSE(parseSat("x").has_value());
  CHECK(formatSop(wanted) == "(0.100000 0.200000 0.300000)(1.000000 -0.012200 0.030500)(1.000000 0.500000 1.000000)");
  model::Cdl fine = wanted;
  fine.slope[0] = 1.0 / 3;
  CHECK(parseSop(formatSop(fine))->slope[0] == 1.0 / 3);
}
