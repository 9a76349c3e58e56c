// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an Avid log and as a CSV table, and as whatever kind of log they look like.
#include "core/interchange/ale.h"
#include "core/interchange/csv.h"
#include "core/interchange/logs.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  if (const auto log = interchange::readLog(bytes)) {
    model::Clip clip;
    clip.name = "A001C001";
    clip.reel = "A001";
    clip.frameRate = {24, 1};
    clip.start = Timecode::parse("10:00:00:00", clip.frameRate);
    clip.durationFrames = 48;
    const auto matches = interchange::matchLog(*log, {clip, clip});
    require(matches.size() == log->entries.size(), "an entry of a log got no answer");
    for (const auto& match : matches) require(!match.why.empty(), "an answer without a reason");
  }
  if (const auto ale = interchange::parseAle(bytes)) {
    const auto back = interchange::parseAle(interchange::formatAle(*ale));
    require(back.has_value(), "an ALE that was written cannot be read");
    for (const auto& row : ale->rows)
      require(row.size() == ale->columns.size(), "a row that is not as wide as its table");
  }
  if (const auto rows = interchange::parseCsv(bytes)) {
    std::string text;
    for (const auto& row : *rows) text += interchange::csvRow(row);
    const auto back = interchange::parseCsv(text);
    require(back.has_value(), "a table that was written cannot be read");
    require(*back == *rows, "a table changed on its way round");
  }
}

std::vector<std::string> seeds() {
  return {
      "Heading\nFIELD_DELIM\tTABS\nFPS\t24\n\nColumn\nName\tTape\tStart\tTake\tASC_SOP\tASC_SAT\n\nData\n"
      "A001C001\tA001\t10:00:00:00\t3\t(1.1 1 1)(0 0 0)(1 1 1)\t0.9\n",
      "Reel,Start,Take,Notes,Circled\r\nA001,10:00:01:00,3,\"a,\"\"b\"\"\nc\",yes\r\n'=1,;,\t,'',x\r\n"};
}

std::vector<std::string> pieces() {
  return {"\"", "\"\"",     "'=",     ";",         "\t",           ",", "\r\n",
          "\r", "Column\n", "Data\n", "Heading\n", "\xEF\xBB\xBF", "=", "@"};
}

}  // namespace rollproof::fuzz
