// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an edit decision list.
#include "core/interchange/edl.h"
#include "core/interchange/logs.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  (void)interchange::readLog(bytes);
  auto edl = interchange::parseEdl(bytes);
  if (!edl) return;
  for (const auto& event : edl->events) (void)event.audioChannels();
  const auto text = interchange::formatEdl(*edl);
  if (!text) return;
  auto back = interchange::parseEdl(*text, edl->rate);
  require(back.has_value(), "an EDL that was written cannot be read");
  edl->findings.clear();
  back->findings.clear();
  require(*back == *edl, "an EDL changed on its way round");
  require(*interchange::formatEdl(*back) == *text, "an EDL is not written twice the same");
}

std::vector<std::string> seeds() {
  return {
      "TITLE: a\nFCM: NON-DROP FRAME\n001  A001 V     C        10:00:00:00 10:00:02:00 01:00:00:00 01:00:02:00\n"
      "AUD  3   4\nM2   A001       048.0                10:00:00:00\n* FROM CLIP NAME: a\n* SOURCE FILE: b\n"
      "* FROM CLIP: c\n*ASC_SOP (1.1 1 0.9) (0 0 0) (1 1 1)\n* ASC_SAT .85\n* AMF_NAME: d\n* AMF_UUID e\n"
      "* LOC: 01:00:01:14 RED     F\n* COMMENT: x\nSPLIT: y\n",
      "TITLE: d\nFCM: DROP FRAME\n001 A V C 01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09\n"
      "001 B V D 010 01:00:08:08 01:00:08:18 01:00:00:09 01:00:00:19\n* FROM CLIP NAME: a\n* TO CLIP NAME: b\n"
      "002 B AA/V W001 025 01:00:08;18 01:00:08;19 01:00:00:19 01:00:00:20\n"};
}

std::vector<std::string> pieces() {
  return {"* FROM CLIP NAME: ",
          "* TO CLIP NAME: ",
          "FCM: DROP FRAME\n",
          "TITLE:",
          "M2 ",
          "AUD ",
          "* LOC: ",
          "\n",
          "*",
          "  ",
          "001 A V C 01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09\n",
          " D 010 ",
          " K B 010 ",
          "99:99:99:99"};
}

}  // namespace rollproof::fuzz
