// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an ACES Metadata File.
#include "core/interchange/amf.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  const auto amf = interchange::parseAmf(bytes);
  if (!amf) return;
  (void)interchange::checkAmf(*amf);
  (void)interchange::explainTransformId(amf->pipeline.output ? amf->pipeline.output->transformId : std::string());
  const auto text = interchange::formatAmf(*amf);
  require(text.has_value(), "an AMF that was read cannot be written");
  const auto back = interchange::parseAmf(*text);
  require(back.has_value(), "an AMF that was written cannot be read");
  require(*back == *amf, "an AMF changed on its way round");
  require(*interchange::formatAmf(*back) == *text, "an AMF is not written twice the same");
}

std::vector<std::string> seeds() {
  const std::string space =
      "<aces:transformId>urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3"
      "</aces:transformId>";
  const std::string info =
      "<aces:dateTime><aces:creationDateTime>2026-05-02T08:00:00Z</aces:creationDateTime><aces:modificationDateTime>"
      "2026-05-02T08:00:00Z</aces:modificationDateTime></aces:dateTime>"
      "<aces:uuid>urn:uuid:948E6925-2B2B-4825-8540-368304288A06</aces:uuid>";
  return {
      "<aces:acesMetadataFile xmlns:aces='urn:ampas:aces:amf:v2.0' xmlns:cdl='urn:ASC:CDL:v1.01' version='2.0'>"
      "<aces:amfInfo><aces:description>a</aces:description><aces:author><aces:name>n</aces:name><aces:emailAddress>"
      "a@b</aces:emailAddress></aces:author>" +
      info +
      "</aces:amfInfo><aces:clipId><aces:clipName>A</aces:clipName><aces:sequence idx='#' min='1' max='2'>a#.exr"
      "</aces:sequence></aces:clipId><aces:pipeline><aces:pipelineInfo>" +
      info +
      "<aces:systemVersion><aces:majorVersion>1</aces:majorVersion><aces:minorVersion>3</aces:minorVersion>"
      "<aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>"
      "<aces:inputTransform applied='true'>" +
      space +
      "</aces:inputTransform><aces:workingLocation/><aces:lookTransform applied='false'><aces:cdlWorkingSpace>"
      "<aces:fromCdlWorkingSpace>" +
      space +
      "</aces:fromCdlWorkingSpace></aces:cdlWorkingSpace><cdl:SOPNode><cdl:Slope>1 1 1</cdl:Slope><cdl:Offset>"
      "0 0 0</cdl:Offset><cdl:Power>1 1 1</cdl:Power></cdl:SOPNode><cdl:SatNode><cdl:Saturation>1"
      "</cdl:Saturation></cdl:SatNode></aces:lookTransform><aces:lookTransform applied='false'><aces:hash "
      "algorithm='http://www.w3.org/2001/04/xmlenc#sha256'>47DE</aces:hash><cdl:ColorCorrectionRef ref='7'/>"
      "<aces:file>a.ccc</aces:file></aces:lookTransform><aces:outputTransform><aces:referenceRenderingTransform>"
      "<aces:uuid>x</aces:uuid></aces:referenceRenderingTransform></aces:outputTransform></aces:pipeline>"
      "<aces:archivedPipeline/><x:y xmlns:x='urn:z' x:w='1' v='2'>t</x:y></aces:acesMetadataFile>"};
}

std::vector<std::string> pieces() {
  return {"<!DOCTYPE a>",
          "<!ENTITY b '&b;'>",
          "&amp;",
          "&#10;",
          "<![CDATA[",
          "]]>",
          "xmlns=''",
          "xmlns:aces='urn:q'",
          "xmlns='urn:ampas:aces:amf:v2.0'",
          "<aces:pipeline>",
          "<aces:archivedPipeline>",
          "</aces:pipeline>",
          "<uuid>",
          "<aces:workingLocation/>",
          "applied='1'",
          "1e999",
          "nan",
          " \n"};
}

}  // namespace rollproof::fuzz
