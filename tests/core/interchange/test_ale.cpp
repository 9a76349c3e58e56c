// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/interchange/ale.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

model::Clip clip() {
  model::Clip c;
  c.name = "A001C001";
  c.reel = "A001R1AA";
  c.frameRate = {24000, 1001};
  c.start = Timecode::parse("10:00:00:00", c.frameRate);
  c.durationFrames = 48;
  c.files = {{"A/A001C001.mov", model::FileRole::essence, 1}};
  c.picture = model::Picture{};
  c.picture->height = 1080;
  c.audio = model::AudioInfo{2, 48000, 24, {}};
  c.colour.cdl = model::Cdl{{1.1, 1, 1}, {0, -0.01, 0}, {1, 1, 1}, 0.9};
  c.slate.notes = "wind\tand\nrain";
  return c;
}

}  // namespace

TEST_CASE("a log is read whatever its line ends and blank lines and trailing tabs") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string text = "\xEF\xBB\xBFHeading" + end + end + "FIELD_DELIM\tTABS" + end + "FPS\t25" + end + end + end +
                       "Column" + end + end + "Name\tTracks\tStart\tEnd\t\t" + end + end + "Data" + end + end +
                       "one\tV\t01:00:00:00\t01:00:01:00\t\t" + end + "two\t\t\t" + end + end;
    const auto ale = parseAle(text);
    REQUIRE(ale.has_value());
    CHECK(ale->heading.size() == 2);
    REQUIRE(ale->columns.size() == 4);
    REQUIRE(ale->rows.size() == 2);
    CHECK(ale->value(0, "End") == "01:00:01:00");
    CHECK(ale->value(1, "Name") == "two");
    CHECK(ale->value(1, "End").empty());
    CHECK(ale->value(1, "None").empty());
    CHECK(ale->value(9, "Name").empty());
  }
}

TEST_CASE("the log of a card that has not recorded yet is empty and not broken") {
  CHECK(parseAle("Heading\nFIELD_DELIM\tTABS\n\n").has_value());
  const auto noRows = parseAle("Heading\nFPS\t24\n\nColumn\nName\tStart\n\nData\n");
  REQUIRE(noRows.has_value());
  CHECK(noRows->rows.empty());
}

TEST_CASE("a broken log names its line") {
  const auto message = [](const char* text) {
    const auto ale = parseAle(text);
    return ale ? std::string() : ale.error().message;
  };
  CHECK(message("Nothing\n").find("line 1") != std::string::npos);
  CHECK(message("").find("line 1") != std::string::npos);
  CHECK(message("Heading\nFIELD_DELIM\tCOMMAS\n").find("line 2") != std::string::npos);
  CHECK(message("Heading\n\nColumn\nName\n\nRows\n").find("line 6") != std::string::npos);
  CHECK(message("Heading\n\nColumn\nName\n\nData\na\tb\n").find("line 7") != std::string::npos);
}

TEST_CASE("a small hostile log cannot ask for more memory than a card log needs") {
  std::string columns = "Heading\n\nColumn\n";
  for (int i = 0; i < 2000; ++i) columns += "c\t";
  CHECK_FALSE(parseAle(columns + "c\n\nData\n").has_value());
  std::string rows = "Heading\n\nColumn\n";
  for (int i = 0; i < 1000; ++i) rows += "c\t";
  rows += "\n\nData\n";
  for (int i = 0; i < 5000; ++i) rows += "x\n";
  CHECK_FALSE(parseAle(rows).has_value());
}

TEST_CASE("what is written is read back and a value cannot break its row") {
  const Ale ale = aleFromClips({clip()});
  const std::string text = formatAle(ale);
  const auto back = parseAle(text);
  REQUIRE(back.has_value());
  CHECK(back->columns == ale.columns);
  REQUIRE(back->rows.size() == 1);
  CHECK(back->value(0, "Name") == "A001C001");
  CHECK(back->value(0, "Tracks") == "VA1A2");
  CHECK(back->value(0, "Start") == "10:00:00:00");
  CHECK(back->value(0, "End") == "10:00:02:00");
  CHECK(back->value(0, "Tape") == "A001R1AA");
  CHECK(back->value(0, "Source File") == "A001C001.mov");
  CHECK(back->value(0, "Comments") == "wind and rain");
  CHECK(back->value(0, "ASC_SOP") ==
        "(1.100000 1.000000 1.000000)(0.000000 -0.010000 0.000000)(1.000000 1.000000 1.000000)");
  CHECK(back->value(0, "ASC_SAT") == "0.900000");
  CHECK(text.find("FPS\t23.976\n") != std::string::npos);
  CHECK(text.find("VIDEO_FORMAT\t1080\n") != std::string::npos);
  // Avid refuses a tab after the last title.
  CHECK(text.find("\tUmid\n\nData\n") != std::string::npos);
  CHECK(ale.columns.size() <= 64);
}

TEST_CASE("sound has audio tracks and a sound roll only") {
  model::Clip c = clip();
  c.picture.reset();
  const Ale ale = aleFromClips({c});
  CHECK(ale.value(0, "Tracks") == "A1A2");
  CHECK(ale.value(0, "Soundroll") == "A001R1AA");
  CHECK(ale.value(0, "Camroll").empty());
}

TEST_CASE("logs from editing systems are read") {
  const std::string folder = std::string(ROLLPROOF_SAMPLES) + "/otio_ale";
  if (!std::filesystem::exists(folder)) {
    WARN("samples are not here");
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".ale") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const auto ale = parseAle(bytes.str());
    INFO(entry.path());
    REQUIRE(ale.has_value());
    REQUIRE_FALSE(ale->rows.empty());
    CHECK_FALSE(ale->value(0, "Name").empty());
    CHECK(ale->value(0, "Start").size() == 11);
  }
}
