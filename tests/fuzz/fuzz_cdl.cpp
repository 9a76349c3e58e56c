// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a CDL file, and as the CDL lines of a log.
#include "core/interchange/cdl.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  if (const auto cdl = interchange::parseSop(bytes.substr(0, 500))) {
    (void)interchange::cdlFaults(*cdl);
    require(interchange::parseSop(interchange::formatSop(*cdl)).has_value(), "a SOP line that cannot be read back");
  }
  const auto file = interchange::parseCdl(bytes);
  if (!file) return;
  (void)interchange::checkCdl(*file);
  (void)interchange::chooseCorrection(*file, "a");
  const auto text = interchange::formatCdl(*file);
  if (!text) return;
  const auto back = interchange::parseCdl(*text);
  require(back.has_value(), "a CDL file that was written cannot be read");
  require(*back == *file, "a CDL file changed on its way round");
  require(*interchange::formatCdl(*back) == *text, "a CDL file is not written twice the same");
}

std::vector<std::string> seeds() {
  const std::string grade =
      "<ColorCorrection id='a'><Description>d</Description><SOPNode><Description>s</Description><Slope>1 1 1</Slope>"
      "<Offset>0 -0.5 0</Offset><Power>1 1.5 1</Power></SOPNode><SatNode><Saturation>0.9</Saturation></SatNode>"
      "<v:x xmlns:v='urn:v'/></ColorCorrection>";
  return {grade,
          "<ColorCorrectionCollection xmlns='urn:ASC:CDL:v1.2'><InputDescription>i</InputDescription>" + grade + grade +
              "</ColorCorrectionCollection>",
          "<ColorDecisionList xmlns='urn:ASC:CDL:v1.01'><ColorDecision><MediaRef ref='m'/>" + grade +
              "</ColorDecision><ColorDecision><ColorCorrectionRef ref='r'/></ColorDecision></ColorDecisionList>",
          "(1.1 1 1)(0 0 0)(1 1 1)"};
}

std::vector<std::string> pieces() {
  return {"<!DOCTYPE a>",      "&#10;",           "1e308",         "-0",     "nan",  "xmlns=''", "xmlns='urn:q'",
          "<ColorCorrection>", "<ColorDecision>", "<Description>", "ref=''", "id=''"};
}

}  // namespace rollproof::fuzz
