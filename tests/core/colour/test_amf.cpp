// SPDX-License-Identifier: Apache-2.0
// AMF files by our configuration. The ids here are those of the Academy's own examples and of the samples.
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/colour/amf.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;
using Kind = TransformMeaning::Kind;

namespace {

std::string id(const std::string& rest) { return "urn:ampas:aces:transformId:" + rest; }

std::string amfText(const std::string& pipeline) {
  return "<?xml version=\"1.0\"?><aces:acesMetadataFile version=\"2.0\" xmlns:aces=\"urn:ampas:aces:amf:v2.0\" "
         "xmlns:cdl=\"urn:ASC:CDL:v1.01\"><aces:amfInfo><aces:dateTime><aces:creationDateTime>2020-11-10T13:20:00Z"
         "</aces:creationDateTime><aces:modificationDateTime>2020-11-10T13:20:00Z</aces:modificationDateTime>"
         "</aces:dateTime><aces:uuid>urn:uuid:54bfd6af-57c0-4bd1-8f95-0952c4f25f86</aces:uuid></aces:amfInfo>"
         "<aces:pipeline><aces:pipelineInfo><aces:dateTime><aces:creationDateTime>2020-11-10T13:20:00Z"
         "</aces:creationDateTime><aces:modificationDateTime>2020-11-10T13:20:00Z</aces:modificationDateTime>"
         "</aces:dateTime><aces:systemVersion><aces:majorVersion>1</aces:majorVersion><aces:minorVersion>3"
         "</aces:minorVersion><aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>" +
         pipeline + "</aces:pipeline></aces:acesMetadataFile>";
}

std::string transform(const std::string& what, const std::string& transformId, const char* applied = "false") {
  return "<aces:" + what + " applied=\"" + applied + "\"><aces:transformId>" + id(transformId) +
         "</aces:transformId></aces:" + what + ">";
}

std::string cdlLook(const char* applied, const std::string& space, const std::string& slope) {
  const std::string way = space.empty()
                              ? ""
                              : "<aces:cdlWorkingSpace><aces:fromCdlWorkingSpace><aces:transformId>" + id(space) +
                                    "</aces:transformId></aces:fromCdlWorkingSpace></aces:cdlWorkingSpace>";
  return std::string("<aces:lookTransform applied=\"") + applied +
         "\"><aces:description>Technical Grade</aces:description>" + way + "<cdl:SOPNode><cdl:Slope>" + slope +
         "</cdl:Slope><cdl:Offset>0.1 0 -0.1</cdl:Offset><cdl:Power>1 1 1</cdl:Power></cdl:SOPNode><cdl:SatNode>"
         "<cdl:Saturation>0.9</cdl:Saturation></cdl:SatNode></aces:lookTransform>";
}

AmfReading read(const std::string& pipeline, const std::string& folder = "/nowhere") {
  const auto amf = interchange::parseAmf(amfText(pipeline));
  REQUIRE(amf.has_value());
  auto reading = lookFromAmf(config(), *amf, folder, "look");
  REQUIRE(reading.has_value());
  return std::move(*reading);
}

bool says(const AmfReading& reading, const std::string& words) {
  return std::any_of(reading.findings.begin(), reading.findings.end(),
                     [&](const model::Warning& one) { return one.text.find(words) != std::string::npos; });
}

constexpr const char* kCct = "v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3";
constexpr const char* kLogC = "v1.5:IDT.ARRI.Alexa-v3-logC-EI800.a1.v2";

}  // namespace

TEST_CASE("camera transforms of both ACES generations lead to our spaces", "[amf]") {
  const std::pair<const char*, const char*> known[] = {
      {"v1.5:IDT.ARRI.Alexa-v3-logC-EI800.a1.v2", "ARRI LogC3 (EI800)"},
      {"v1.5:IDT.ARRI.Alexa-v3-logC-EI160.a1.v1", "ARRI LogC3 (EI160)"},
      {"v1.5:IDT.ARRI.ARRI-LogC4.a1.v1", "ARRI LogC4"},
      {"v1.5:ACEScsc.Academy.LogC_EI800_AWG_to_ACES.a1.1.0", "ARRI LogC3 (EI800)"},
      {"v1.5:IDT.Sony.SLog3_SGamut3.a1.v1", "S-Log3 S-Gamut3"},
      {"v1.5:IDT.Sony.Venice_SLog3_SGamut3Cine.a1.v1", "S-Log3 Venice S-Gamut3.Cine"},
      {"v1.5:ACEScsc.Academy.SLog3_Venice_SGamut3_to_ACES.a1.1.0", "S-Log3 Venice S-Gamut3"},
      {"v1.5:ACEScsc.Academy.Log3G10_RWG_to_ACES.a1.1.0", "Log3G10 REDWideGamutRGB"},
      {"v1.5:ACEScsc.Academy.VLog_VGamut_to_ACES.a1.1.0", "V-Log V-Gamut"},
      {"v1.5:IDT.Canon.CanonLog2_CinemaGamut_D55.a1.v2", "CanonLog2 CinemaGamut D55"},
      {"v1.5:IDT.Canon.CanonLog3_CinemaGamut_Tng.a1.v2", "CanonLog3 CinemaGamut Tungsten"},
      {"v1.5:IDT.Canon.CanonLog2_BT2020_D55.a1.v2", "CanonLog2 BT2020 D55"},
      {"v1.5:IDT.Sony.SLog2_SGamut_Tungsten_10i.a1.v1", "S-Log2 S-Gamut Tungsten"},
      {"v1.5:IDT.BlackmagicDesign.BMDFilm_WideGamut_Gen5.a1.v1", "BMDFilm WideGamut Gen5"},
      {"v1.5:IDT.Apple.AppleLog_BT2020.a1.v1", "Apple Log"},
      {"v2.0:CSC.Apple.AppleLog_BT2020_to_ACES.a2.v1", "Apple Log"},
      {"v2.0:CSC.Sony.ACES_to_SLog3_SGamut3Cine.a2.v1", "S-Log3 S-Gamut3.Cine"},
      {"v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1", "ACEScct"},
      {"v2.0:CSC.Academy.Unity.a2.v1", "ACES2065-1"},
      {"v1.5:ACEScsc.Academy.ADX10_to_ACES.a1.0.3", "ADX10"}};
  for (const auto& [urn, space] : known) {
    INFO(urn);
    const auto meaning = meaningOfTransform(config(), id(urn));
    CHECK(meaning.kind == Kind::space);
    CHECK(meaning.space == space);
  }
  CHECK(meaningOfTransform(config(), id("v1.5:IDT.ARRI.Alexa-v3-logC-EI3200.a1.v2")).words.find("EI 160 to 1600") !=
        std::string::npos);
  for (const char* urn : {"v1.5:IDT.ARRI.Alexa-v3-logC-EI123.a1.v2", "v1.5:IDT.Acme.Camera.a1.v1",
                          "v1.5:IDT.ARRI.Alexa-v3-logC-EI99999999999.a1.v2"}) {
    const auto meaning = meaningOfTransform(config(), id(urn));
    CHECK(meaning.kind == Kind::unknown);
    CHECK(meaning.words.find(urn) != std::string::npos);
  }
}

TEST_CASE("output transforms of ACES 1 lead to a display and a view that can be built", "[amf]") {
  for (const char* name : {"ODT.Academy.Rec709_100nits_dim.a1.0.3",
                           "ODT.Academy.Rec709_D60sim_100nits_dim.a1.0.3",
                           "ODT.Academy.RGBmonitor_100nits_dim.a1.0.3",
                           "ODT.Academy.RGBmonitor_D60sim_100nits_dim.a1.0.3",
                           "ODT.Academy.Rec2020_100nits_dim.a1.0.3",
                           "ODT.Academy.Rec2020_P3D65limited_100nits_dim.a1.1.0",
                           "ODT.Academy.Rec2020_Rec709limited_100nits_dim.a1.1.0",
                           "ODT.Academy.P3D60_48nits.a1.0.3",
                           "ODT.Academy.P3D65_48nits.a1.1.0",
                           "ODT.Academy.P3D65_D60sim_48nits.a1.1.0",
                           "ODT.Academy.P3D65_Rec709limited_48nits.a1.1.0",
                           "ODT.Academy.P3DCI_48nits.a1.0.3",
                           "ODT.Academy.P3DCI_D65sim_48nits.a1.1.0",
                           "RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.Rec2020_2000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.Rec2020_4000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.Rec2020_1000nits_15nits_HLG.a1.1.0",
                           "RRTODT.Academy.P3D65_1000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.P3D65_2000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.P3D65_4000nits_15nits_ST2084.a1.1.0",
                           "RRTODT.Academy.P3D65_108nits_7point2nits_ST2084.a1.1.0"}) {
    INFO(name);
    const auto meaning = meaningOfTransform(config(), id(std::string("v1.5:") + name));
    REQUIRE(meaning.kind == Kind::output);
    ChainRequest request;
    request.input = "ACES2065-1";
    request.display = meaning.display;
    request.view = meaning.view;
    CHECK(config().chain(request).has_value());
    // And the name we would write for it is the one we read.
    const auto values = pipelineOf(config(), request);
    REQUIRE(values.has_value());
    REQUIRE(values->pipeline.output.has_value());
    const auto& out = *values->pipeline.output;
    CHECK((out.device ? out.device->transformId : out.transformId) == id(std::string("v1.5:") + name));
  }
  const auto two = meaningOfTransform(config(), id("v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1"));
  CHECK(two.kind == Kind::unknown);
  CHECK(two.words.find("renderings of ACES 2 need OpenColorIO 2.4") != std::string::npos);
  CHECK(meaningOfTransform(config(), id("v1.5:RRT.a1.0.3")).kind == Kind::nothing);
  CHECK(meaningOfTransform(config(), id("v1.5:InvODT.Academy.Rec709_100nits_dim.a1.0.3")).inverse);
  CHECK(meaningOfTransform(config(), "").kind == Kind::unknown);
  CHECK(meaningOfTransform(config(), "...").kind == Kind::unknown);
}

TEST_CASE("a whole AMF becomes input look and output in its order", "[amf]") {
  const auto reading = read(transform("inputTransform", kLogC) +
                            transform("lookTransform", "v1.5:LMT.Academy.ReferenceGamutCompress.a1.v1.0") +
                            cdlLook("false", kCct, "2 2 2") +
                            transform("outputTransform", "v1.5:RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0"));
  CHECK(reading.findings.empty());
  CHECK(reading.look.input == "ARRI LogC3 (EI800)");
  CHECK(reading.look.display == "Rec.2100-PQ - Display");
  REQUIRE(reading.look.steps.size() == 2);
  CHECK(reading.look.steps[0].transform == "ACES 1.3 Reference Gamut Compression");
  CHECK(reading.look.steps[1].input == "ACEScct");
  CHECK(reading.look.steps[1].style == model::CdlStyle::noClamp);
  CHECK(reading.look.source.find("urn:uuid:54bfd6af") != std::string::npos);
  ChainRequest request;
  request.input = reading.look.input;
  request.look = reading.look;
  request.display = reading.look.display;
  request.view = reading.look.view;
  CHECK(chain(request)->describe().find("ACES 1.3 Reference Gamut Compression -> CDL (ACEScct)") != std::string::npos);
}

TEST_CASE("what an AMF has applied already is not applied again", "[amf]") {
  auto reading = read(transform("inputTransform", kLogC, "true") + cdlLook("true", kCct, "2 2 2") +
                      cdlLook("false", kCct, "0.5 0.5 0.5"));
  CHECK(reading.look.input == "ACES2065-1");
  CHECK(says(reading, "taken as ACES2065-1"));
  REQUIRE(reading.look.steps.size() == 2);
  CHECK(reading.look.steps[0].applied);
  model::Look second;
  second.cdl = reading.look.steps[1].cdl;
  second.cdlSpace = "ACEScct";
  ChainRequest both, one;
  both.input = one.input = both.outputSpace = one.outputSpace = "ACES2065-1";
  both.look = reading.look;
  one.look = second;
  CHECK(chain(both)->applyExact({.2F, .3F, .1F}) == chain(one)->applyExact({.2F, .3F, .1F}));
  reading = read(transform("inputTransform", kLogC, "true") +
                 transform("outputTransform", "v1.5:ODT.Academy.Rec709_100nits_dim.a1.0.3", "true"));
  CHECK(reading.look.view == "Raw");
}

TEST_CASE("unknown transforms of an AMF are named and the rest still counts", "[amf]") {
  const auto reading =
      read(transform("inputTransform", "v1.5:IDT.Acme.Camera.a1.v1") +
           transform("lookTransform", "v1.5:LMT.ACME.AcmeDILook.a1.v5") + cdlLook("false", "", "1 1 1") +
           transform("outputTransform", "v1.5:RRTODT.Acme.HDRODT.a1.v3"));
  CHECK(reading.look.input.empty());
  CHECK(reading.look.display.empty());
  CHECK(reading.look.cdl.has_value());  // one CDL alone is a plain look
  CHECK(reading.look.cdlSpace == "ACEScct");
  CHECK(says(reading, "IDT.Acme.Camera.a1.v1"));
  CHECK(says(reading, "LMT.ACME.AcmeDILook.a1.v5"));
  CHECK(says(reading, "RRTODT.Acme.HDRODT.a1.v3"));
  CHECK(says(reading, "ACEScct is taken"));
}

TEST_CASE("side files of an AMF are found beside it and their hashes compared", "[amf]") {
  const Folder folder;
  const std::string lut = "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n";
  static_cast<void>(folder.write("show.cube", lut));
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  REQUIRE(EVP_Digest(lut.data(), lut.size(), bytes, &size, EVP_sha256(), nullptr) == 1);
  std::ostringstream digits;
  for (unsigned i = 0; i < size; ++i) digits << std::hex << (bytes[i] >> 4) << (bytes[i] & 15);
  const auto withHash = [&](const std::string& hash) {
    return "<aces:lookTransform applied=\"false\"><aces:description>Show Look</aces:description><aces:hash "
           "algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">" +
           hash + "</aces:hash><aces:file>show.cube</aces:file></aces:lookTransform>";
  };
  auto reading = read(withHash(digits.str()), folder.path());
  CHECK(reading.findings.empty());
  REQUIRE(reading.look.steps.size() == 1);
  CHECK(reading.look.steps[0].file == folder.path() + "/show.cube");
  CHECK(reading.look.steps[0].input == "ACES2065-1");
  CHECK(reading.look.steps[0].hash.find("xxh64:") == 0);
  reading = read(withHash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), folder.path());
  CHECK(says(reading, "its hash differs"));
  reading = read(withHash(digits.str()), folder.path() + "/elsewhere");
  CHECK(says(reading, "show.cube"));
  CHECK(reading.look.steps.empty());
  // A CDL by reference into a collection.
  static_cast<void>(folder.write(
      "all.ccc",
      "<ColorCorrectionCollection><ColorCorrection id=\"a\"><SOPNode><Slope>1 1 1</Slope><Offset>0 0 "
      "0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection><ColorCorrection id=\"b\"><SOPNode><Slope>"
      "3 3 3</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection>"
      "</ColorCorrectionCollection>"));
  reading = read(
      "<aces:lookTransform applied=\"false\"><aces:file>all.ccc</aces:file><aces:cdlWorkingSpace>"
      "<aces:fromCdlWorkingSpace><aces:transformId>" +
          id(kCct) +
          "</aces:transformId></aces:fromCdlWorkingSpace></aces:cdlWorkingSpace><cdl:ColorCorrectionRef "
          "ref=\"b\"/></aces:lookTransform>",
      folder.path());
  REQUIRE(reading.look.cdl.has_value());
  CHECK(reading.look.cdl->slope[0] == 3);
}

TEST_CASE("a chain written as an AMF reads back as the same look", "[amf]") {
  const Folder folder;
  ChainRequest request;
  request.input = "ARRI LogC4";
  request.look.cdl = model::Cdl{{1.1, 1, .9}, {.01, 0, 0}, {1, 1.2, 1}, .8};
  request.look.cdlSpace = "ACEScct";
  const auto values = pipelineOf(config(), request);
  REQUIRE(values.has_value());
  CHECK(values->findings.empty());
  interchange::Amf amf;
  amf.info.created = amf.info.modified = "2026-05-02T10:00:00Z";
  amf.info.uuid = "urn:uuid:54bfd6af-57c0-4bd1-8f95-0952c4f25f86";
  amf.pipeline = values->pipeline;
  amf.pipeline.info = amf.info;
  CHECK(interchange::checkAmf(amf).empty());
  const auto text = interchange::formatAmf(amf);
  REQUIRE(text.has_value());
  const auto again = interchange::parseAmf(*text);
  REQUIRE(again.has_value());
  const auto reading = lookFromAmf(config(), *again, folder.path(), "x");
  CHECK(reading->findings.empty());
  CHECK(reading->look.input == request.input);
  CHECK(reading->look.cdl == request.look.cdl);
  CHECK(reading->look.cdlSpace == "ACEScct");
  CHECK(reading->look.display == kDefaultDisplay);
  CHECK(reading->look.view == kDefaultView);
  request.input = "N-Log N-Gamut";
  const auto without = pipelineOf(config(), request);
  REQUIRE(without->findings.size() == 1);
  CHECK(without->findings[0].text.find("N-Log N-Gamut") != std::string::npos);
}

TEST_CASE("every AMF sample resolves or names the id it lacks", "[amf]") {
  const std::filesystem::path folder = std::string(ROLLPROOF_SAMPLES) + "/amf_pomfort";
  if (!std::filesystem::exists(folder)) {
    WARN("the samples are not here");
    return;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".amf") continue;
    INFO(entry.path().filename().string());
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const auto amf = interchange::parseAmf(text.str());
    REQUIRE(amf.has_value());
    const auto reading = lookFromAmf(config(), *amf, folder.string(), "sample");
    REQUIRE(reading.has_value());
    const bool hasInput = amf->pipeline.input.has_value();
    CHECK((reading->look.input.empty() == !hasInput || says(*reading, "input transform")));
    CHECK_FALSE(reading->look.display.empty());
    ChainRequest request;
    request.input = hasInput ? reading->look.input : "ACES2065-1";
    request.look = reading->look;
    request.display = reading->look.display;
    request.view = reading->look.view;
    CHECK(config().chain(request).has_value());
    ++files;
  }
  CHECK(files == 3);
}
