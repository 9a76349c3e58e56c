// SPDX-License-Identifier: Apache-2.0
#include <libxml/HTMLparser.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "core/interchange/csv.h"
#include "core/report/day_report.h"

using namespace rollproof;
using report::Focus;

namespace {

report::DayClip clipOf(const std::string& name, const std::string& day, const std::string& letter) {
  report::DayClip one;
  one.key = {"Harbour", day, letter + "001"};
  auto& clip = one.entry.clip;
  clip.name = name;
  clip.cameraLetter = letter;
  clip.reel = letter + "001R1AA";
  clip.files = {{"X/" + name + ".mov", model::FileRole::essence, 1'000'000'000}};
  clip.frameRate = FrameRate{24, 1};
  clip.start = Timecode::parse("10:00:00:00", clip.frameRate);
  clip.durationFrames = 24 * 90;
  clip.picture = model::Picture{};
  clip.picture->width = 3840;
  clip.picture->height = 2160;
  clip.camera.make = "ARRI";
  clip.camera.model = "ALEXA Mini";
  clip.exposure.ei = 800;
  clip.exposure.shutterAngleDeg = 172.8;
  clip.exposure.ndStops = 1.2;
  clip.lens.model = "Signature Prime 35";
  clip.lens.focusM = 2.5;
  clip.audio = model::AudioInfo{2, 48000, 24, {"Boom", "Lav"}};
  clip.slate.scene = "12A";
  clip.slate.take = "3";
  clip.colour.space = "ARRI LogC3 (EI800)";
  one.entry.look = "Show";
  one.renders = {{"h264-review", "/proxies/" + name + ".mp4", 2160, 0.11, 1.7}};
  return one;
}

report::DayReport sample(Focus focus) {
  report::DayReport page;
  page.focus = focus;
  page.project = "Harbour";
  page.scope = "2026-05-02";
  report::DayRoll roll;
  roll.key = {"Harbour", "2026-05-02", "A001"};
  roll.camera = "ARRI ALEXA Mini";
  roll.files = 12;
  roll.bytes = 3'000'000'000;
  roll.clips = 2;
  roll.verdict = {model::VerdictKind::notSafe, {{"one_copy", "Only one verified copy."}}};
  roll.copies = {{"/media/shuttle/A001", "SHUTTLE", "serial:1", "Disk one", model::CopyState::verified, 12, 0,
                  3'000'000'000, "/media/shuttle/A001/ascmhl/0001.mhl"}};
  page.rolls = {roll};
  page.clips = {clipOf("B001C001", "2026-05-02", "B"), clipOf("A001C002", "2026-05-02", "A"),
                clipOf("A001C001", "2026-05-02", "A")};
  page.clips[1].entry.clip.slate.circled = true;
  page.clips[1].entry.clip.start = Timecode::parse("10:05:00:00", FrameRate{24, 1});
  page.clips[2].renders.clear();
  page.clips[2].entry.clip.qc = {{"black_frame", model::QcLevel::warning, "The middle frame is black."}};
  page.generatedAt = "2026-05-02T20:00:00Z";
  page.toolVersion = "0.1.0";
  return page;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<const report::DayClip*> all(const report::DayReport& page) {
  std::vector<const report::DayClip*> clips;
  for (const auto& one : page.clips) clips.push_back(&one);
  return clips;
}

std::size_t elements(const std::string& html, const std::string& name) {
  std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, "utf-8",
                     HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING),
      &xmlFreeDoc);
  REQUIRE(document);
  std::size_t count = 0;
  for (xmlNode* node = xmlDocGetRootElement(document.get()); node;) {
    if (node->type == XML_ELEMENT_NODE && name == reinterpret_cast<const char*>(node->name)) ++count;
    if (node->children) {
      node = node->children;
      continue;
    }
    while (node && !node->next) node = node->parent;
    if (node) node = node->next;
    if (node && node->type == XML_HTML_DOCUMENT_NODE) break;
  }
  return count;
}

}  // namespace

TEST_CASE("clips of a day stand by unit and camera in the order they were shot") {
  auto page = sample(Focus::day);
  auto sound = clipOf("T001", "2026-05-02", "");
  sound.entry.clip.picture.reset();
  page.clips.push_back(sound);
  page.clips.push_back(clipOf("A001C009", "2026-05-01", "A"));
  page.clips.push_back(clipOf("A001C003", "2026-05-02", "A"));
  page.clips.back().entry.clip.slate.unit = "Second";
  const auto groups = groupsOf(page);
  REQUIRE(groups.size() == 5);
  CHECK(groups[0].day == "2026-05-01");
  CHECK(groups[1].camera == "A: ARRI ALEXA Mini");
  REQUIRE(groups[1].clips.size() == 2);
  CHECK(groups[1].clips[0]->entry.clip.name == "A001C001");
  CHECK(groups[1].clips[1]->entry.clip.name == "A001C002");
  CHECK(groups[2].camera == "B: ARRI ALEXA Mini");
  CHECK(groups[3].camera == "Sound");
  CHECK(groups[4].unit == "Second");
}

TEST_CASE("clips that do not say their camera's name stand with the one camera of their letter") {
  report::DayReport page;
  page.clips = {clipOf("C001C001", "2026-05-02", "C"), clipOf("C001C002", "2026-05-02", "C")};
  auto& silent = page.clips[0].entry.clip.camera;
  silent.make.clear();
  silent.model.clear();
  REQUIRE(groupsOf(page).size() == 1);
  CHECK(groupsOf(page)[0].camera == "C: ARRI ALEXA Mini");
  // Two cameras of one letter: nobody can tell whose it is.
  page.clips.push_back(clipOf("C002C001", "2026-05-02", "C"));
  page.clips.back().entry.clip.camera.model = "ALEXA 35";
  const auto groups = groupsOf(page);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].camera == "C");
}

TEST_CASE("totals of a day add each clip at its own rate") {
  auto page = sample(Focus::day);
  auto& ntsc = page.clips[0].entry.clip;
  ntsc.frameRate = FrameRate{24000, 1001};
  ntsc.durationFrames = 24000;  // 1001 seconds
  const auto totals = totalsOf(all(page));
  CHECK(totals.clips == 3);
  CHECK(totals.circled == 1);
  CHECK(totals.bytes == 3'000'000'000);
  CHECK(totals.microseconds == 1'181'000'000);
  CHECK(report::runningTime(totals.microseconds) == "0:19:41");
  CHECK(totals.rendered == 2);
  CHECK(totals.renders.at("h264-review") == 2);
  CHECK(totals.warnings == 1);
  // Records of damaged files do not overflow the sum.
  ntsc.durationFrames = std::numeric_limits<std::int64_t>::max();
  CHECK(totalsOf(all(page)).microseconds > 0);
  ntsc.durationFrames = std::numeric_limits<std::int64_t>::min();
  CHECK(totalsOf(all(page)).microseconds == 180'000'000);
}

TEST_CASE("a day report says which cards may be formatted and where their copies are") {
  const std::string html = dayReportHtml(sample(Focus::day));
  CHECK(has(html, "Day report"));
  CHECK(has(html, "0 of 1"));
  CHECK(has(html, "Not safe"));
  CHECK(has(html, "Only one verified copy."));
  CHECK(has(html, "/media/shuttle/A001"));
  CHECK(has(html, "The middle frame is black."));
  CHECK(has(html, "2026-05-02, A: ARRI ALEXA Mini"));
  CHECK_FALSE(has(html, "h264-review"));
}

TEST_CASE("a dailies report shows stills and sound and looks and renders and what has none") {
  auto page = sample(Focus::dailies);
  page.clips[0].entry.thumbnailJpeg = std::string("\xFF\xD8\xFF", 3);
  page.clips[0].sound = "Production sound T001.WAV, 12 samples late";
  const std::string html = dayReportHtml(page);
  CHECK(has(html, "Dailies report"));
  CHECK(has(html, "data:image/jpeg;base64,/9j/"));
  CHECK(has(html, "2 tracks, 48 kHz, 24 bit"));
  CHECK(has(html, "Boom, Lav"));
  CHECK(has(html, "Production sound T001.WAV, 12 samples late"));
  CHECK(has(html, "h264-review: /proxies/A001C002.mp4"));
  CHECK(has(html, "1.7 codes"));
  CHECK(has(html, "1 clip has no render: A001C001"));
  CHECK(has(html, "Scene 12A, take 3, circled"));
  CHECK(has(html, "2 of 3"));
  page.clips.resize(1);
  page.clips[0].renders.clear();
  CHECK(has(dayReportHtml(page), "Nothing has been rendered"));
}

TEST_CASE("a camera report shows exposure and filters and lenses") {
  const std::string html = dayReportHtml(sample(Focus::camera));
  CHECK(has(html, "Camera report"));
  CHECK(has(html, "EI 800"));
  CHECK(has(html, "172.8\xC2\xB0"));
  CHECK(has(html, "ND 1.2 stops"));
  CHECK(has(html, "Focus 2.5 m"));
  CHECK_FALSE(has(html, "Only one verified copy."));
}

TEST_CASE("a day table is one row a thing and reads back as written") {
  auto page = sample(Focus::dailies);
  page.clips[1].entry.clip.slate.notes = "He said \"cut\", twice\n=SUM(A1)";
  page.clips[2].entry.clip.slate.notes = "=2+2";
  const std::string text = dayReportCsv(page);
  CHECK(has(text, "'=2+2"));
  const auto rows = interchange::parseCsv(text);
  REQUIRE(rows.has_value());
  const auto& titles = rows->front();
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(titles.begin(), titles.end(), name) - titles.begin());
  };
  std::map<std::string, int> kinds;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    REQUIRE((*rows)[i].size() == titles.size());
    ++kinds[(*rows)[i][0]];
  }
  CHECK(kinds ==
        std::map<std::string, int>{{"total", 2}, {"roll", 1}, {"copy", 1}, {"clip", 3}, {"finding", 1}, {"render", 2}});
  for (const auto& row : *rows) {
    if (row[0] != "clip" || row[column("Name")] != "A001C002") continue;
    CHECK(row[column("Notes")] == "He said \"cut\", twice =SUM(A1)");
    CHECK(row[column("Circled")] == "yes");
    CHECK(row[column("Duration")] == "00:01:30:00");
    CHECK(row[column("Shutter angle")] == "172.8");
    CHECK(row[column("Sound tracks")] == "Boom; Lav");
  }
}

TEST_CASE("nothing that a day's names hold becomes markup") {
  for (const Focus focus : {Focus::day, Focus::dailies, Focus::camera}) {
    auto page = sample(focus);
    const auto before = elements(dayReportHtml(page), "script") + elements(dayReportHtml(page), "img");
    CHECK(before == 0);
    const std::string evil = "<script>x</script>\"'><img src=http://x>";
    page.project = page.scope = page.generatedAt = page.toolVersion = evil;
    for (auto& roll : page.rolls) {
      roll.key = {evil, evil, evil};
      roll.camera = roll.family = evil;
      roll.verdict.reasons = {{evil, evil}};
      roll.copies[0].root = evil;
    }
    for (auto& one : page.clips) {
      one.key = {evil, evil, evil};
      one.sound = one.entry.look = one.entry.thumbnailJpeg = evil;
      auto& clip = one.entry.clip;
      clip.name = clip.reel = clip.cameraLetter = clip.colour.space = clip.camera.sensorMode = evil;
      clip.slate.unit = clip.slate.scene = clip.slate.notes = clip.lens.serial = clip.lens.model = evil;
      clip.audio->tracks = {evil};
      clip.warnings = {{evil, evil}};
      one.renders = {{evil, evil, 1, 1, 1}};
    }
    const std::string html = dayReportHtml(page);
    CHECK(elements(html, "script") == 0);
    CHECK(elements(html, "img") == 0);
  }
}
