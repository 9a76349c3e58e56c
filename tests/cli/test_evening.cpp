// SPDX-License-Identifier: Apache-2.0
// An assistant editor's evening, from the day's verified cards to what an editing system takes: find the day, give it a
// look, sync the sound, render for review and for Avid, export ALE and OTIO, and check that all of it agrees.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

// An ALE's rows by column title.
std::vector<std::map<std::string, std::string>> rowsOf(const std::string& ale) {
  std::istringstream lines(ale);
  std::string line;
  std::vector<std::string> titles;
  std::vector<std::map<std::string, std::string>> rows;
  enum { head, column, data } part = head;
  const auto cells = [](const std::string& text) {
    std::vector<std::string> out;
    std::istringstream fields(text);
    std::string cell;
    while (std::getline(fields, cell, '\t')) out.push_back(cell);
    return out;
  };
  while (std::getline(lines, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line == "Column") {
      part = column;
    } else if (line == "Data") {
      part = data;
    } else if (part == column && !line.empty()) {
      titles = cells(line);
    } else if (part == data && !line.empty()) {
      const auto values = cells(line);
      std::map<std::string, std::string> row;
      for (std::size_t i = 0; i < std::min(titles.size(), values.size()); ++i) row[titles[i]] = values[i];
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("an assistant editor's evening goes from verified cards to an editing system") {
  const Scratch scratch;
  const auto must = [&](const std::vector<std::string>& words) {
    Ran ran = runJson(scratch, words);
    INFO(words.front() << ": " << ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return ran;
  };
  const Ran made = must({"demo", scratch.path("cards")});
  scratch.folder("raid");
  std::string sound;
  for (const auto& card : made.result().at("cards")) {
    if (card.at("family") == "sound") sound = card.at("path");
    if (card.at("family") != "arri") continue;
    must({"offload", card.at("path"), "--to", scratch.path("raid"), "--project", "Harbour", "--day", "2026-05-02",
          "--min-devices", "1", "--min-copies", "1"});
  }

  // The day's clips.
  const auto clips = must({"clips", "day:2026-05-02 family:arri"}).all("clip");
  REQUIRE(clips.size() == 2);

  // The look from set, onto the whole project.
  scratch.file("evening.cc", R"(<ColorCorrection id="evening"><SOPNode><Slope>1.1 1.0 0.9</Slope>)"
                             R"(<Offset>0.0 0.0 0.01</Offset><Power>1 1 1</Power></SOPNode>)"
                             R"(<SatNode><Saturation>0.85</Saturation></SatNode></ColorCorrection>)");
  must({"look", "add", scratch.path("evening.cc")});
  must({"look", "apply", "evening", "--to", "project:Harbour"});

  // Its sound, and scene and take from the log.
  CHECK(must({"sync-sound", "day:2026-05-02", "--sound", sound}).result().at("matched") == 2);

  // Two deliverables of one decode: a file for review with what identifies it burnt in, and Avid's own.
  std::vector<std::string> words{"dailies"};
  for (const auto& clip : clips) words.push_back(clip.at("clip"));
  words.insert(words.end(), {"--preset", "h264-review", "--preset", "dnxhr-lb-avid", "--burnin", "{clip} {tc}", "-o",
                             scratch.path("dailies")});
  const Ran dailies = must(words);
  CHECK(dailies.result().at("rendered") == 4);
  std::map<std::string, int> files;
  for (const auto& one : dailies.all("rendered")) {
    ++files[one.at("preset")];
    CHECK(fs::exists(one.at("path").get<std::string>()));
    CHECK(one.at("chain").get<std::string>().find("CDL") != std::string::npos);
  }
  CHECK(files["h264-review"] == 2);
  CHECK(files["dnxhr-lb-avid"] == 2 * 5);  // a picture and four tracks each

  // What is handed over is proven.
  CHECK(must({"verify", scratch.path("dailies"), "--no-seal"}).result().at("verified") == 12);

  // The lists name the same reels and timecodes as the files.
  must({"export", "ale", "day:2026-05-02 family:arri", "-o", scratch.path("day.ale")});
  must({"export", "otio", "day:2026-05-02 family:arri", "-o", scratch.path("day.otio")});
  const auto rows = rowsOf(slurp(scratch.path("day.ale")));
  REQUIRE(rows.size() == 2);
  const std::string otio = slurp(scratch.path("day.otio"));
  REQUIRE(json::parse(otio).at("OTIO_SCHEMA").get<std::string>().find('.') != std::string::npos);
  for (const auto& one : dailies.all("rendered")) {
    const std::string path = one.at("path");
    if (!path.ends_with(".mp4") && !path.ends_with("_V1.mxf")) continue;
    const json record = runJson(scratch, {"inspect", path}).all("clip").at(0);
    const std::string name = one.at("clip");
    bool listed = false;
    for (const auto& row : rows) {
      if (row.at("Name").find(name) != 0) continue;
      listed = true;
      CHECK(row.at("Start") == record.at("start_timecode"));
      CHECK(std::stod(row.at("ASC_SAT")) == Approx(0.85));
      CHECK(row.at("ASC_SOP").find("1.1") != std::string::npos);
    }
    CHECK(listed);
    CHECK(otio.find(name) != std::string::npos);
    CHECK(record.at("duration_frames") == one.at("frames"));
  }

  // The report that goes with them tells of the sound and the renders.
  must({"report", "dailies", "--day", "2026-05-02", "-o", scratch.path("reports")});
  const auto pages = filesWith(scratch.path("reports"), ".html");
  REQUIRE(pages.size() == 1);
  const std::string page = slurp(pages.front());
  CHECK(page.find("12_T01: MixL, MixR, Boom, Lav 1") != std::string::npos);
  CHECK(page.find("dnxhr-lb-avid") != std::string::npos);
  CHECK(page.find("2 of 2") != std::string::npos);

  // Called again the next morning, nothing is made twice.
  CHECK(must(words).result().at("kept") == 4);
}
