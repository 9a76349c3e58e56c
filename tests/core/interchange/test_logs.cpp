// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/interchange/csv.h"
#include "core/interchange/exports.h"
#include "core/interchange/logs.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

using How = LogMatch::How;

model::Clip clip(const std::string& name, const std::string& reel, const char* start, FrameRate rate = {24, 1}) {
  model::Clip one;
  one.name = name;
  one.reel = reel;
  one.frameRate = rate;
  one.start = Timecode::parse(start, rate);
  one.durationFrames = 48;
  one.files = {{"A/" + name + ".mov", model::FileRole::essence, 1}};
  one.picture = model::Picture{};
  return one;
}

std::vector<model::Clip> library() {
  return {clip("A001C001", "A001R1AA", "10:00:00:00"), clip("A001C002", "A001R1AA", "10:05:00:00"),
          clip("B001C001", "B001LONGREELNAME", "10:00:00:00"), clip("A001C001", "A002R1AA", "12:00:00:00"),
          clip("D001C001", "D001", "01:00:59;28", {30000, 1001})};
}

LogEntry entry(const std::string& name, const std::string& reel, const std::string& start) {
  LogEntry one;
  one.name = name;
  one.reel = reel;
  one.start = start;
  return one;
}

LogMatch match(const LogEntry& one, const std::vector<model::Clip>& clips = library()) {
  Log log;
  log.entries = {one};
  const auto all = matchLog(log, clips);
  REQUIRE(all.size() == 1);
  INFO(all[0].why);
  CHECK_FALSE(all[0].why.empty());
  return all[0];
}

}  // namespace

TEST_CASE("a log is matched by reel and timecode whatever the clip is called") {
  const auto found = match(entry("Sc 12 wide", "a001r1aa", "10:05:01:00"));
  CHECK(found.how == How::matched);
  CHECK(found.clip == 1);
  CHECK(found.why == "A001C002 by reel a001r1aa and timecode 10:05:01:00; the log calls it Sc 12 wide");
  // The first frame belongs to the clip, the one behind its last does not.
  CHECK(match(entry("", "A001R1AA", "10:05:00:00")).clip == 1);
  CHECK(match(entry("", "A001R1AA", "10:05:02:00")).how == How::unmatched);
  CHECK(match(entry("", "A001R1AA", "10:05:02:00")).why == "no clip of reel A001R1AA has timecode 10:05:02:00");
}

TEST_CASE("a reel that an EDL cut to eight characters is still matched") {
  const auto found = match(entry("", "B001LONG", "10:00:01:00"));
  CHECK(found.how == How::matched);
  CHECK(found.clip == 2);
  CHECK(found.why.find("which begins its reel or name") != std::string::npos);
  // A timecode that is not in it contradicts, and fewer than six characters begin half a library.
  CHECK(match(entry("", "B001LONG", "11:00:01:00")).how == How::unmatched);
  CHECK(match(entry("", "B001L", "10:00:01:00")).how == How::unmatched);
}

TEST_CASE("the beginning of a clip's name is its name where no clip has it whole") {
  const std::vector<model::Clip> clips{clip("A001C003_260502_R1AA", "A001R1AA", "10:00:00:00"),
                                       clip("A001C0031_260502_R1AA", "A001R1AA", "11:00:00:00")};
  const auto found = match(entry("a001c003", "", ""), clips);
  CHECK(found.how == How::matched);
  CHECK(found.clip == 0);
  CHECK(found.why == "A001C003_260502_R1AA by its name's beginning alone: the log has no timecode for it");
  CHECK(match(entry("A001C003", "", "10:00:01:00"), clips).clip == 0);
  CHECK(match(entry("A001C003", "", "11:00:01:00"), clips).how == How::unmatched);
  CHECK(match(entry("A001C", "", ""), clips).how == How::unmatched);
}

TEST_CASE("a unique id counts first whichever the clip has and copies of a clip are listed") {
  auto clips = library();
  clips[0].uuid = "6BA7B810-9DAD-11D1-80B4-00C04FD430C8";
  clips[1].umid = "060A2B34";
  LogEntry one = entry("A001C002", "A001R1AA", "10:05:00:00");
  one.uuid = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  CHECK(match(one, clips).clip == 0);
  one.uuid = "060a2b34";
  CHECK(match(one, clips).clip == 1);
  clips[3].umid = "060A2B34";
  const auto both = match(one, clips);
  CHECK(both.how == How::ambiguous);
  CHECK(both.candidates == std::vector<std::size_t>{1, 3});
}

TEST_CASE("without a reel name and timecode match and a contradiction is told") {
  CHECK(match(entry("A001C001.mov", "", "12:00:01:00")).clip == 3);
  CHECK(match(entry("A001C001", "", "12:00:01:00")).why == "A001C001 by its name and timecode 12:00:01:00");
  const auto wrong = match(entry("A001C002", "", "11:00:00:00"));
  CHECK(wrong.how == How::unmatched);
  CHECK(wrong.why ==
        "A001C002 has that name, but it runs from 10:05:00:00 to 10:05:02:00 and the log says 11:00:00:00");
  const auto other = match(entry("A001C002", "X999", "10:05:00:00"));
  CHECK(other.how == How::matched);
  CHECK(other.why.find("though the log has the reel X999 and the clip A001R1AA") != std::string::npos);
}

TEST_CASE("a name alone matches only where the log has no timecode and only one clip has it") {
  CHECK(match(entry("A001C002", "", "")).clip == 1);
  const auto twice = match(entry("A001C001", "", ""));
  CHECK(twice.how == How::ambiguous);
  CHECK(twice.candidates == std::vector<std::size_t>{0, 3});
  CHECK(match(entry("A001C001", "A002R1AA", "")).clip == 3);
  CHECK(match(entry("A001C001", "Z001", "")).how == How::unmatched);
  CHECK(match(entry("Z001C001", "", "")).why == "no clip has that name");
  CHECK(match(LogEntry{}).why == "it names no reel, clip or file");
}

TEST_CASE("clips that share reel and timecode are told apart by name or listed") {
  auto clips = library();
  clips.push_back(clip("A001C009", "A001R1AA", "10:05:00:00"));
  CHECK(match(entry("A001C009", "A001R1AA", "10:05:00:00"), clips).clip == 5);
  const auto unclear = match(entry("", "A001R1AA", "10:05:00:00"), clips);
  CHECK(unclear.how == How::ambiguous);
  CHECK(unclear.candidates == std::vector<std::size_t>{1, 5});
  CHECK(unclear.why.find("A001C002, A001C009") != std::string::npos);
}

TEST_CASE("drop-frame timecode matches with either mark") {
  CHECK(match(entry("", "D001", "01:01:00;02")).clip == 4);
  CHECK(match(entry("", "D001", "01:01:00:02")).clip == 4);
}

TEST_CASE("what an ALE and a CSV say is read by the titles of their columns") {
  const auto ale = readLog(
      "Heading\nFIELD_DELIM\tTABS\nFPS\t24\n\nColumn\nName\tTape\tStart\tScene\tTake\tCircled\tComments\tASC_SOP\tASC_"
      "SAT\n\n"
      "Data\nA001C001\tA001R1AA\t10:00:00:00\t12A\t3\tYES\twind\t(1.1 1 1)(0 0 0)(1 1 1)\t0.9\n"
      "A001C002\t\t\t\t\tmaybe\t\tbroken\t\n");
  REQUIRE(ale.has_value());
  CHECK(ale->kind == "ale");
  REQUIRE(ale->entries.size() == 2);
  const LogEntry& one = ale->entries[0];
  CHECK(one.where == "row 1");
  CHECK(one.values ==
        std::map<std::string, std::string>{{"scene", "12A"}, {"take", "3"}, {"circled", "yes"}, {"notes", "wind"}});
  REQUIRE(one.cdl.has_value());
  CHECK(one.cdl->saturation == 0.9);
  CHECK(one.rate == FrameRate{24, 1});
  CHECK(ale->entries[1].values.empty());
  CHECK(ale->findings.size() == 2);
  const auto csv = readLog(
      "\xEF\xBB\xBFReel;Start_Timecode;TAKE;Notes;Other\r\nA001R1AA;10:00:00:00;3;\"a;\"\"b\"\"\nc\";x\r\n\r\n");
  REQUIRE(csv.has_value());
  CHECK(csv->kind == "csv");
  REQUIRE(csv->entries.size() == 1);
  CHECK(csv->entries[0].values == std::map<std::string, std::string>{{"take", "3"}, {"notes", "a;\"b\"\nc"}});
  CHECK(readLog("one,two\n1,2\n").error().code == Errc::corrupt);
  CHECK(readLog("").error().code == Errc::corrupt);
  CHECK(readLog("Name,Take\n\"a,1\n").error().message.find("never ends") != std::string::npos);
}

TEST_CASE("an AMF beside an inline CDL has the CDL left out") {
  const auto csv = readLog("Name,ASC_SOP,ASC_SAT,AMF_UUID\na,(1 1 1)(0 0 0)(1 1 1),1,948e\n");
  REQUIRE(csv.has_value());
  CHECK_FALSE(csv->entries[0].cdl.has_value());
  CHECK(csv->findings.size() == 1);
}

TEST_CASE("cells of a table are read as they were written") {
  const std::vector<std::string> cells{"",    "a,b", "a;b",  "tab\there", "\"q\"",        "line\nbreak", "=1+1",
                                       "'=1", "''x", "'tis", "-5",        "\xE5\xA4\x9C", "@x"};
  const auto rows = parseCsv(csvRow(cells) + csvRow({"x"}));
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0] == cells);
}

TEST_CASE("what we export is matched to the same clips again by every kind of log") {
  auto clips = library();
  clips.resize(3);
  std::vector<ExportClip> exported;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    clips[i].slate.scene = "12";
    clips[i].slate.take = std::to_string(i + 1);
    clips[i].colour.cdl = model::Cdl{{1.1, 1, 1}, {0, 0.1 * static_cast<double>(i), 0}, {1, 1, 1}, 0.9};
    ExportClip one;
    one.clip = clips[i];
    one.mediaPath = "/media/" + clips[i].name + ".mov";
    exported.push_back(one);
  }
  const auto check = [&](const Result<Exported>& made, const char* kind) {
    REQUIRE(made.has_value());
    const auto log = readLog(made->text);
    REQUIRE(log.has_value());
    CHECK(log->kind == kind);
    const auto found = matchLog(*log, clips);
    std::size_t matched = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      INFO(kind << " " << log->entries[i].where << ": " << found[i].why);
      REQUIRE(found[i].how == How::matched);
      ++matched;
      const model::Clip& clip = clips[found[i].clip];
      CHECK(log->entries[i].cdl == clip.colour.cdl);
      if (log->kind != "cdl") CHECK(log->entries[i].values.at("take") == clip.slate.take);
    }
    CHECK(matched == clips.size());
  };
  check(exportAle(exported), "ale");
  check(exportEdl(exported, "t"), "edl");
  check(exportOtio(exported, "t"), "otio");
  check(exportCsv(exported), "csv");
  check(exportCcc(exported), "cdl");
}

TEST_CASE("the logs of editing systems are read back") {
  std::size_t files = 0;
  for (const char* name :
       {"otio_ale/sample.ale", "otio_ale/sample_blanks.ale", "otio_edl/cdl.edl", "otio_edl/dissolve_test.edl"}) {
    std::ifstream in(std::string(ROLLPROOF_SAMPLES) + "/" + name, std::ios::binary);
    if (!in) continue;
    ++files;
    std::stringstream bytes;
    bytes << in.rdbuf();
    const auto log = readLog(bytes.str());
    INFO(name);
    REQUIRE(log.has_value());
    REQUIRE_FALSE(log->entries.empty());
    CHECK_FALSE(log->entries[0].start.empty());
    if (std::string(name) == "otio_ale/sample_blanks.ale") {
      CHECK(log->entries[0].reel == "A020E2XZ");
      REQUIRE(log->entries[0].cdl.has_value());
      CHECK(log->entries[0].cdl->slope[0] == 1.1822);
    }
    if (std::string(name) == "otio_edl/dissolve_test.edl") CHECK(log->entries.size() == 3);
  }
  if (files == 0) WARN("samples are not here");
}
