// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/interchange/amf.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

std::string joined(const std::vector<std::string>& sentences) {
  std::string out;
  for (const auto& one : sentences) out += one + '\n';
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string kHead =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<aces:acesMetadataFile xmlns:aces="urn:ampas:aces:amf:v2.0" xmlns:cdl="urn:ASC:CDL:v1.01" version="2.0">
  <aces:amfInfo>
    <aces:description>Show &amp; tell</aces:description>
    <aces:author><aces:name>On Set</aces:name><aces:emailAddress>dit@example.com</aces:emailAddress></aces:author>
    <aces:dateTime>
      <aces:creationDateTime>2026-05-02T08:00:00-07:00</aces:creationDateTime>
      <aces:modificationDateTime>2026-05-02T08:00:00.25Z</aces:modificationDateTime>
    </aces:dateTime>
    <aces:uuid>urn:uuid:948E6925-2B2B-4825-8540-368304288A06</aces:uuid>
  </aces:amfInfo>
  <aces:clipId>
    <aces:clipName>A001C012</aces:clipName>
    <aces:sequence idx="#" min="1" max="240">A001C012_####.exr</aces:sequence>
  </aces:clipId>
)";

std::string pipeline(const std::string& name) {
  return "<aces:" + name + R"(>
    <aces:pipelineInfo>
      <aces:dateTime>
        <aces:creationDateTime>2026-05-02T08:00:00Z</aces:creationDateTime>
        <aces:modificationDateTime>2026-05-02T08:00:00Z</aces:modificationDateTime>
      </aces:dateTime>
      <aces:uuid>urn:uuid:b5fd5dfb-ca3b-e62a-5657-ddf31e32ce92</aces:uuid>
      <aces:systemVersion><aces:majorVersion>1</aces:majorVersion><aces:minorVersion>3</aces:minorVersion>
        <aces:patchVersion>0</aces:patchVersion></aces:systemVersion>
    </aces:pipelineInfo>
    <aces:inputTransform applied="true">
      <aces:transformId>urn:ampas:aces:transformId:v1.5:IDT.ARRI.ARRI-LogC4.a1.v1</aces:transformId>
    </aces:inputTransform>
    <aces:lookTransform applied="false">
      <aces:description>grade</aces:description>
      <aces:cdlWorkingSpace>
        <aces:toCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACES_to_ACEScct.a1.0.3</aces:transformId></aces:toCdlWorkingSpace>
        <aces:fromCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3</aces:transformId></aces:fromCdlWorkingSpace>
      </aces:cdlWorkingSpace>
      <cdl:ASC_SOP><cdl:Slope>2 2 2</cdl:Slope><cdl:Offset>0.1 0.1 0.1</cdl:Offset><cdl:Power>1 1 1</cdl:Power></cdl:ASC_SOP>
      <cdl:ASC_SAT><cdl:Saturation>0.9</cdl:Saturation></cdl:ASC_SAT>
    </aces:lookTransform>
    <aces:workingLocation/>
    <aces:lookTransform applied="false">
      <aces:hash algorithm="http://www.w3.org/2001/04/xmlenc#sha256">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</aces:hash>
      <aces:file>show.clf</aces:file>
    </aces:lookTransform>
    <aces:outputTransform applied="false">
      <aces:referenceRenderingTransform><aces:transformId>urn:ampas:aces:transformId:v1.5:RRT.a1.0.3</aces:transformId></aces:referenceRenderingTransform>
      <aces:outputDeviceTransform><aces:transformId>urn:ampas:aces:transformId:v1.5:ODT.Academy.Rec709_100nits_dim.a1.0.3</aces:transformId></aces:outputDeviceTransform>
    </aces:outputTransform>
  </aces:)" +
         name + ">\n";
}

const std::string kWhole = kHead + pipeline("pipeline") + pipeline("archivedPipeline") +
                           "<x:note xmlns:x='urn:vendor' x:by='me'>kept</x:note></aces:acesMetadataFile>";

}  // namespace

TEST_CASE("an AMF is read whole with its pipelines and looks in order and what is of no schema") {
  const auto amf = parseAmf(kWhole);
  REQUIRE(amf.has_value());
  CHECK(amf->version == "2.0");
  CHECK(amf->info.description == "Show & tell");
  REQUIRE(amf->info.authors.size() == 1);
  CHECK(amf->info.authors[0].email == "dit@example.com");
  REQUIRE(amf->clip.has_value());
  REQUIRE(amf->clip->sequence.has_value());
  CHECK(amf->clip->sequence->pattern == "A001C012_####.exr");
  CHECK(amf->clip->sequence->max == "240");
  const AmfPipeline& active = amf->pipeline;
  CHECK(active.minor == "3");
  REQUIRE(active.input.has_value());
  CHECK(active.input->applied == true);
  REQUIRE(active.looks.size() == 2);
  REQUIRE(active.looks[0].cdl.has_value());
  CHECK(active.looks[0].cdl->cdl == model::Cdl{{2, 2, 2}, {0.1, 0.1, 0.1}, {1, 1, 1}, 0.9});
  CHECK(active.looks[0].fromCdlSpace->transformId ==
        "urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3");
  CHECK(active.looks[0].applied == false);
  CHECK(active.workingLocation == 1u);
  CHECK(active.looks[1].file == "show.clf");
  CHECK(active.looks[1].hash->algorithm == kAmfSha256);
  REQUIRE(active.output.has_value());
  CHECK(active.output->device->transformId.find("ODT.Academy.Rec709") != std::string::npos);
  CHECK(amf->archived.size() == 1);
  REQUIRE(amf->other.size() == 1);
  CHECK(amf->other[0].text == "kept");
}

TEST_CASE("an AMF written and read and written again is identical") {
  const auto amf = *parseAmf(kWhole);
  const auto text = formatAmf(amf);
  REQUIRE(text.has_value());
  const auto back = parseAmf(*text);
  REQUIRE(back.has_value());
  CHECK(*back == amf);
  CHECK(*formatAmf(*back) == *text);
}

TEST_CASE("a valid AMF has no finding but the element that no schema has") {
  const auto found = checkAmf(*parseAmf(kWhole));
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("<note>") != std::string::npos);
}

TEST_CASE("each broken rule of the AMF schema is a sentence") {
  const auto said = [](const std::string& from, const std::string& to) {
    const auto amf = parseAmf(replaced(kWhole, from, to));
    REQUIRE(amf.has_value());
    return joined(checkAmf(*amf));
  };
  const auto has = [](const std::string& text, const char* what) {
    INFO(text);
    CHECK(text.find(what) != std::string::npos);
  };
  has(said("amf:v2.0", "amf:v3.0"), "that of no AMF schema");
  has(said("version=\"2.0\"", "version=\"1.0\""), "the namespace is that of another");
  has(said("2026-05-02T08:00:00-07:00", "yesterday"), "\"yesterday\" is no date");
  has(said("urn:uuid:948E", "948E"), "info: \"948E6925");
  has(said("<aces:uuid>urn:uuid:948E6925-2B2B-4825-8540-368304288A06</aces:uuid>", ""), "info: the uuid is missing");
  has(said("dit@example.com", "dit"), "\"dit\" is no e-mail address");
  has(said("max=\"240\"", "max=\"0\""), "ends at 0, before it begins at 1");
  has(said("A001C012_####.exr", "A001C012.exr"), "no \"#\" where the frame number goes");
  has(said("</aces:sequence>", "</aces:sequence><aces:file>a.mov</aces:file>"),
      "exactly one of file, sequence and uuid");
  has(said(">3</aces:minorVersion>", ">13</aces:minorVersion>"), "the minor number of the ACES version is \"13\"");
  has(said(" applied=\"true\"", ""), "input transform: it does not say whether it is applied");
  has(said("IDT.ARRI.ARRI-LogC4.a1.v1", "ODT.ARRI.ARRI-LogC4.a1.v1"), "is not the id of an input transform");
  has(said("<aces:file>show.clf</aces:file>", ""), "look transform 2: it names no transform");
  has(said("<aces:file>show.clf</aces:file>", "<aces:file>a</aces:file><aces:transformId>b</aces:transformId>"),
      "names more than one transform");
  has(said("xmlenc#sha256", "xmlenc#sha512"), "only SHA-256, SHA-1 and MD5");
  has(said("47DEQpj8", "47DEQ!j8"), "not base64");
  has(said("<cdl:ASC_SAT><cdl:Saturation>0.9</cdl:Saturation></cdl:ASC_SAT>", ""), "both its SOP and its saturation");
  has(said("<cdl:Power>1 1 1<", "<cdl:Power>1 0 1<"), "the power of green is 0");
  has(said(
          "<aces:fromCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES."
          "a1.0.3</aces:transformId></aces:fromCdlWorkingSpace>",
          ""),
      "fromCdlWorkingSpace");
  has(said("<cdl:ASC_SAT>", "<cdl:ColorCorrectionRef ref='7'/><cdl:ASC_SAT>"), "CDL values and a reference");
  has(said("<aces:referenceRenderingTransform><aces:transformId>urn:ampas:aces:transformId:v1.5:RRT.a1.0.3</"
           "aces:transformId></aces:referenceRenderingTransform>",
           ""),
      "belong together");
}

TEST_CASE("an AMF of version 1 must have an output transform and no working location") {
  std::string first = replaced(replaced(kWhole, "amf:v2.0", "amf:v1.0"), "version=\"2.0\"", "version=\"1.0\"");
  CHECK(joined(checkAmf(*parseAmf(first))).find("only of AMF 2.0") != std::string::npos);
  const auto from = first.find("<aces:outputTransform"), to = first.find("</aces:outputTransform>");
  first.erase(from, to + 23 - from);
  CHECK(joined(checkAmf(*parseAmf(first))).find("pipeline: the output transform is missing") != std::string::npos);
}

TEST_CASE("transform ids are known by their kind and explained") {
  const std::string first = "urn:ampas:aces:transformId:v1.5:", second = "urn:ampas:aces:transformId:v2.0:";
  CHECK(isTransformId(first + "IDT.Sony.SLog3_SGamut3.a1.v1", TransformKind::input));
  CHECK(isTransformId(first + "ACEScsc.Academy.ACEScc_to_ACES.a1.0.3", TransformKind::input));
  CHECK(isTransformId(second + "CSC.Arri.LogC4_to_ACES.a2.v1", TransformKind::input));
  CHECK(isTransformId(first + "LMT.Academy.GamutCompress.a1.3.0", TransformKind::look));
  CHECK(isTransformId(second + "Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1", TransformKind::output));
  CHECK(isTransformId(first + "RRT.a1.0.3", TransformKind::render));
  CHECK(isTransformId(first + "InvODT.Academy.Rec709_100nits_dim.a1.0.3", TransformKind::inverseDevice));
  CHECK_FALSE(isTransformId(first + "RRT.a1.0.3", TransformKind::device));
  CHECK_FALSE(isTransformId(first + "IDT.Sony.a1.v1", TransformKind::input));
  CHECK_FALSE(isTransformId(first + "IDT.Sony.SLog3.a1", TransformKind::input));
  CHECK_FALSE(isTransformId("RRT.a1.0.3", TransformKind::render));
  CHECK_FALSE(isTransformId("", TransformKind::input));
  CHECK(explainTransformId(first + "IDT.Sony.SLog3_SGamut3.a1.v1") ==
        "an input transform by Sony, for ACES 1, called SLog3_SGamut3");
  CHECK(explainTransformId("RRT.a1.0.3").empty());
}

TEST_CASE("entity bombs and what is no AMF are refused") {
  CHECK(parseAmf("<!DOCTYPE a [<!ENTITY b '&c;&c;'><!ENTITY c 'x'>]><acesMetadataFile>&b;</acesMetadataFile>")
            .error()
            .code == Errc::corrupt);
  // A whole file with nothing wrong but the type, whose entities nobody needs.
  CHECK(
      parseAmf(replaced(kWhole, "?>\n", "?>\n<!DOCTYPE x [<!ENTITY b \"&c;&c;\"><!ENTITY c \"y\">]>\n")).error().code ==
      Errc::corrupt);
  CHECK(parseAmf(replaced(kWhole, "Show &amp; tell", "&b;")).error().code == Errc::corrupt);
  CHECK(parseAmf("<acesMetadataFile/>").error().message.find("no pipeline") != std::string::npos);
  CHECK(parseAmf("<ColorCorrection/>").error().code == Errc::corrupt);
  CHECK(parseAmf(kWhole.substr(0, kWhole.size() / 2)).error().code == Errc::corrupt);
  CHECK(parseAmf(replaced(kWhole, "<cdl:Slope>2 2 2", "<cdl:Slope>2 2 two")).error().code == Errc::corrupt);
}

TEST_CASE("AMFs of other programs are read and written again as the same value") {
  const std::string folder = std::string(ROLLPROOF_SAMPLES) + "/amf_pomfort";
  if (!std::filesystem::exists(folder)) {
    WARN("samples are not here");
    return;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".amf") continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    INFO(entry.path());
    const auto amf = parseAmf(bytes.str());
    REQUIRE(amf.has_value());
    REQUIRE(amf->pipeline.output.has_value());
    REQUIRE(amf->pipeline.output->device.has_value());
    CHECK(amf->pipeline.output->device->transformId.find("ODT.Academy") != std::string::npos);
    CHECK(amf->pipeline.major == "1");
    const auto text = formatAmf(*amf);
    REQUIRE(text.has_value());
    const auto back = parseAmf(*text);
    REQUIRE(back.has_value());
    CHECK(*back == *amf);
    const std::string said = joined(checkAmf(*amf));
    if (entry.path().stem() == "amf_minimal") {
      CHECK(said.find("that of no AMF schema") != std::string::npos);
    } else {
      CHECK(isTransformId(amf->pipeline.input->transformId, TransformKind::input));
      CHECK(said.empty());
    }
  }
  CHECK(files == 3);
}
