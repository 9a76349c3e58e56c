// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/interchange/edl.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

constexpr FrameRate k24{24, 1};

Edl read(const std::string& text, FrameRate rate = {0, 1}) {
  const auto edl = parseEdl(text, rate);
  REQUIRE(edl.has_value());
  return *edl;
}

// What is written is read as the same value, findings apart, and written again as the same bytes.
void goesRound(Edl edl) {
  const auto text = formatEdl(edl);
  REQUIRE(text.has_value());
  INFO(*text);
  Edl back = read(*text, edl.rate);
  back.findings.clear();
  edl.findings.clear();
  CHECK(back == edl);
  CHECK(*formatEdl(back) == *text);
}

const std::string kShow =
    "TITLE:  Show 1 \r\nFCM: NON-DROP FRAME\r\n\r\n"
    "001  A001R1AA V     C        10:00:00:00 10:00:02:00 01:00:00:00 01:00:02:00 \r\n"
    "AUD  3   4\r\n"
    "M2   A001R1AA       048.0                10:00:00:00 \r\n"
    "*FROM CLIP NAME:  A001C001\r\n"
    "* SOURCE FILE: A001C001_250505.mov\r\n"
    "* FROM CLIP: /Volumes/RAID/A001C001.mov\r\n"
    "*ASC_SOP: (1.1,1,0.9) (0.01 -0.02 0) (1 1 1.2)\r\n"
    "* ASC_SAT .85\r\n"
    "* AMF_NAME: A001C001.amf\r\n"
    "* AMF_UUID 948E6925-2B2B-4825-8540-368304288A06\r\n"
    "* LOC: 01:00:01:14 RED     FIX THIS ONE\r\n"
    "* FROM CLIP IS A STILL\r\n"
    "FINAL CUT PRO REEL: A001 REPLACED BY: B\r\n"
    "002  A LONG REEL OF 24 LETTER AA/V  C  23:59:59:00 23:59:59:23 01:00:02:00 01:00:02:23\r\n";

}  // namespace

TEST_CASE("an event is read with its comments in every spelling") {
  const Edl edl = read(kShow, k24);
  CHECK(edl.title == "Show 1");
  CHECK(edl.findings.empty());
  REQUIRE(edl.events.size() == 2);
  const EdlEvent& one = edl.events[0];
  CHECK(one.reel == "A001R1AA");
  CHECK(one.sourceIn.text() == "10:00:00:00");
  CHECK(one.sourceOut.frames - one.sourceIn.frames == 48);
  CHECK(one.clipName == "A001C001");
  CHECK(one.sourceFile == "A001C001_250505.mov");
  CHECK(one.clipPath == "/Volumes/RAID/A001C001.mov");
  REQUIRE(one.cdl().has_value());
  CHECK(*one.cdl() == model::Cdl{{1.1, 1, 0.9}, {0.01, -0.02, 0}, {1, 1, 1.2}, 0.85});
  CHECK(one.amfName == "A001C001.amf");
  CHECK(one.amfUuid == "948E6925-2B2B-4825-8540-368304288A06");
  REQUIRE(one.locators.size() == 1);
  CHECK(one.locators[0].colour == "RED");
  CHECK(one.locators[0].text == "FIX THIS ONE");
  REQUIRE(one.speed.has_value());
  CHECK(one.speed->framesPerSecond == 48.0);
  CHECK(one.audioChannels() == std::vector<int>{3, 4});
  CHECK(one.comments == std::vector<std::string>{"FROM CLIP IS A STILL"});
  CHECK(one.lines == std::vector<std::string>{"FINAL CUT PRO REEL: A001 REPLACED BY: B"});
  CHECK(edl.events[1].reel == "A LONG REEL OF 24 LETTER");
  CHECK(edl.events[1].hasPicture());
  CHECK(edl.events[1].audioChannels() == std::vector<int>{1, 2});
  goesRound(edl);
}

TEST_CASE("a dissolve is two lines of one number and each has its own clip name") {
  const Edl edl = read(
      "TITLE: d\n001 TST V C 01:00:04:14 01:00:04:14 01:00:00:09 01:00:00:09\n"
      "001 TSU V D 010 01:00:08:08 01:00:08:18 01:00:00:09 01:00:00:19\n* BLEND, DISSOLVE\n"
      "* FROM CLIP NAME:  clip_A\n* TO CLIP NAME: clip_B\n"
      "002 TSU V W001 025 01:00:08:18 01:00:08:19 01:00:00:19 01:00:00:20\n* FROM CLIP NAME: clip_B\n"
      "003 TSU NONE K B 010 01:00:08:18 01:00:08:19 01:00:00:19 01:00:00:20\n");
  REQUIRE(edl.events.size() == 3);
  CHECK(edl.events[0].clipName == "clip_A");
  CHECK(edl.events[1].clipName == "clip_B");
  CHECK(edl.events[1].transition == "D");
  CHECK(edl.events[1].transitionFrames == 10);
  CHECK(edl.events[2].transition == "W001");
  CHECK(edl.events[2].clipName == "clip_B");
  goesRound(edl);
}

TEST_CASE("drop-frame counts by its mark and by the line that says so") {
  const Edl edl = read(
      "FCM: DROP FRAME\n001 A V C 01:00:59:28 01:01:00:02 01:00:00:00 01:00:00:04\n"
      "FCM: NON-DROP FRAME\n002 A V C 01:00:59:28 01:01:00:02 01:00:00:04 01:00:00:08\n");
  CHECK(edl.rate == FrameRate{30000, 1001});
  REQUIRE(edl.events.size() == 2);
  CHECK(edl.events[0].sourceIn.dropFrame);
  CHECK(edl.events[0].sourceOut.frames - edl.events[0].sourceIn.frames == 2);
  CHECK_FALSE(edl.events[1].sourceIn.dropFrame);
  CHECK(edl.events[1].sourceOut.frames - edl.events[1].sourceIn.frames == 4);
  goesRound(edl);
  const Edl marked = read("001 A V C 01:00:59;28 01:01:00;02 01:00:00:00 01:00:00:04\n");
  CHECK(marked.events[0].sourceIn.dropFrame);
  CHECK_FALSE(marked.events[0].recordIn.dropFrame);
  goesRound(marked);
}

TEST_CASE("the frame rate that an EDL leaves unsaid is the lowest that its timecodes fit") {
  const auto rate = [](const char* frames) {
    return read(std::string("001 A V C 01:00:00:00 01:00:01:") + frames + " 01:00:00:00 01:00:01:" + frames + "\n")
        .rate;
  };
  CHECK(rate("23") == k24);
  CHECK(rate("24") == FrameRate{25, 1});
  CHECK(rate("29") == FrameRate{30, 1});
  CHECK(rate("49") == FrameRate{50, 1});
}

TEST_CASE("an EDL that contradicts itself says so with its line") {
  const Edl edl = read(
      "001 A V C 01:00:02:00 01:00:01:00 01:00:00:00 01:00:01:00\n* ASC_SOP (1 1 1)\n* ASC_SAT x\n"
      "002 A V C 25:00:02:00 01:00:01:00 01:00:00:00 01:00:01:00\n");
  REQUIRE(edl.findings.size() == 4);
  CHECK(edl.findings[0].find("line 1: event 001 ends in the source before it begins") == 0);
  CHECK(edl.findings[1].find("line 2: the ASC_SOP") == 0);
  CHECK(edl.findings[2].find("line 3: the ASC_SAT") == 0);
  CHECK(edl.findings[3].find("line 4: 25:00:02:00 is no timecode") == 0);
  CHECK(edl.events[0].comments.size() == 2);
  CHECK(parseEdl("hello\n").error().code == Errc::corrupt);
  CHECK(parseEdl("").error().code == Errc::corrupt);
  CHECK(parseEdl(std::string("TITLE: a\0b\n", 11)).error().code == Errc::corrupt);
}

TEST_CASE("what a line of an EDL cannot hold is refused with its event") {
  Edl edl = read(kShow, k24);
  const auto refused = [&](auto change) {
    Edl other = edl;
    change(other.events[1]);
    const auto text = formatEdl(other);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().code == Errc::usage);
    CHECK(text.error().message.find("event 002") == 0);
  };
  refused([](EdlEvent& e) { e.clipName = "a\nb"; });
  refused([](EdlEvent& e) { e.reel = std::string(33, 'R'); });
  refused([](EdlEvent& e) { e.reel.clear(); });
  refused([](EdlEvent& e) { e.comments.push_back("a\rb"); });
  edl.events[1].reel = std::string(32, 'R');
  edl.events[1].clipName = "\xE5\xA4\x9C \"quoted\" \xC3\xA9";
  goesRound(edl);
}

TEST_CASE("EDLs of editing systems are read and written again as the same value") {
  const std::string folder = std::string(ROLLPROOF_SAMPLES) + "/otio_edl";
  if (!std::filesystem::exists(folder)) {
    WARN("samples are not here");
    return;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".edl") continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    INFO(entry.path());
    const Edl edl = read(bytes.str());
    REQUIRE(edl.events.size() >= 2);
    CHECK(edl.findings.empty());
    const std::string stem = entry.path().stem();
    if (stem == "cdl") {
      REQUIRE(edl.events[1].cdl().has_value());
      CHECK(edl.events[0].cdl() == edl.events[1].cdl());
      CHECK(edl.events[0].sop->offset[1] == -0.0122);
      CHECK(edl.events[0].sourceFile == "ZZ100_501.LAY3.01");
    }
    if (stem == "dissolve_test") {
      REQUIRE(edl.events.size() == 4);
      CHECK(edl.events[2].clipName == "clip_B");
    }
    if (stem == "no_spaces_test") {
      REQUIRE(edl.events.size() == 9);
      CHECK(edl.events[3].locators.size() == 2);
      CHECK(edl.events[6].locators.at(0).colour == "GREEN");
      CHECK(edl.events[8].clipName == "ZZ100_510B (LAY1)");
    }
    if (stem == "25fps") CHECK(edl.rate == FrameRate{25, 1});
    if (stem == "avid_example") CHECK(edl.events[1].clipPath == "S:\\path\\to\\ZZ100_502A.take_2.0101.exr");
    goesRound(edl);
  }
  CHECK(files == 5);
}
