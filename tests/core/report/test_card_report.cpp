// SPDX-License-Identifier: Apache-2.0
#include <libxml/HTMLparser.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/report/report.h"
#include "core/report/text.h"

using namespace rollproof;

namespace {

report::ReportClip clipNamed(const std::string& name) {
  report::ReportClip entry;
  auto& clip = entry.clip;
  clip.name = name;
  clip.reel = "A001R1AA";
  clip.files = {{"A001R1AA/" + name + ".mov", model::FileRole::essence, 1'500'000'000}};
  clip.frameRate = FrameRate{24000, 1001};
  clip.start = Timecode::parse("10:00:00:00", clip.frameRate);
  clip.durationFrames = 48;
  clip.picture = model::Picture{};
  clip.picture->width = 3200;
  clip.picture->height = 1800;
  clip.picture->codec = "prores";
  clip.picture->codecTag = "ap4h";
  clip.camera.make = "ARRI";
  clip.camera.model = "ALEXA Mini";
  clip.exposure.ei = 800;
  clip.whiteBalance.kelvin = 5600;
  clip.lens.model = "Signature Prime 35";
  clip.colour.space = "ARRI LogC3 (EI800)";
  clip.slate.scene = "12A";
  clip.slate.take = "3";
  entry.look = "Show LUT to Rec.709";
  entry.renders = {"h264-review: /proxies/" + name + ".mp4"};
  return entry;
}

report::CardReport sample() {
  report::CardReport made;
  made.key = {"Harbour", "2026-05-02", "A001"};
  made.family = "arri";
  made.camera = "ARRI ALEXA Mini";
  made.source = "/media/A001";
  made.files = 2;
  made.bytes = 1'500'000'120;
  made.verdict = {model::VerdictKind::safe, {{"two_copies", "Two verified copies lie on two devices."}}};
  made.copies = {{"/media/shuttle/Harbour/2026-05-02/A001", "SHUTTLE", "serial:1", "Disk one",
                  model::CopyState::verified, 2, 0, 1'500'000'120,
                  "/media/shuttle/Harbour/2026-05-02/A001/ascmhl/0001.mhl"}};
  made.records = {{"A001R1AA/one.mov", 1'500'000'000, 0, {{model::HashFormat::xxh64, "0123456789abcdef"}}}};
  made.clips = {clipNamed("A001C001_260502_R1AA")};
  made.finishedAt = "2026-05-02T12:35:00Z";
  made.generatedAt = "2026-05-02T12:36:00Z";
  made.toolVersion = "0.1.0";
  return made;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// RFC 4180, read independently of the writer.
std::vector<std::vector<std::string>> parseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::exchange(cell, {}));
    } else if (c == '\r') {
      REQUIRE(text.at(i + 1) == '\n');
      ++i;
      row.push_back(std::exchange(cell, {}));
      rows.push_back(std::exchange(row, {}));
    } else {
      cell += c;
    }
  }
  CHECK(row.empty());
  return rows;
}

// Puts the same text everywhere a report takes one.
report::CardReport filledWith(const std::string& text) {
  auto made = sample();
  made.key = {text, text, text};
  made.family = made.camera = made.source = made.finishedAt = made.generatedAt = made.toolVersion = text;
  made.verdict.reasons = {{text, text}};
  made.copies = {{text, text, text, text, model::CopyState::verified, 1, 1, 1, text}};
  made.problems = {{text, text, text, text}};
  made.records = {{text, 1, 0, {{model::HashFormat::xxh64, text}}}};
  auto& entry = made.clips[0];
  entry.look = text;
  entry.renders = {text};
  entry.thumbnailJpeg = text;
  auto& clip = entry.clip;
  clip.name = clip.reel = clip.colour.space = text;
  clip.camera = {text, text, text, text, text, text};
  clip.lens.make = clip.lens.model = text;
  clip.picture->codec = clip.picture->codecTag = text;
  clip.slate.scene = clip.slate.shot = clip.slate.take = clip.slate.notes = text;
  clip.warnings = {{text, text}};
  return made;
}

struct Elements {
  std::vector<std::string> names, attributes;
};

Elements elementsOf(const std::string& html) {
  Elements found;
  std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, "utf-8",
                     HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING),
      &xmlFreeDoc);
  REQUIRE(document);
  std::function<void(xmlNode*)> visit = [&](xmlNode* node) {
    for (; node; node = node->next) {
      if (node->type == XML_ELEMENT_NODE) {
        found.names.emplace_back(reinterpret_cast<const char*>(node->name));
        for (xmlAttr* attribute = node->properties; attribute; attribute = attribute->next) {
          found.attributes.emplace_back(reinterpret_cast<const char*>(attribute->name));
        }
        visit(node->children);
      }
    }
  };
  visit(xmlDocGetRootElement(document.get()));
  return found;
}

}  // namespace

TEST_CASE("the report says the verdict and its reasons in words") {
  auto made = sample();
  auto html = report::cardReportHtml(made);
  CHECK(has(html, "SAFE TO FORMAT"));
  CHECK_FALSE(has(html, "DO NOT FORMAT"));
  CHECK(has(html, "Two verified copies lie on two devices."));
  made.verdict = {model::VerdictKind::notSafe, {{"one_device", "Both copies lie on one device."}}};
  html = report::cardReportHtml(made);
  CHECK(has(html, "NOT SAFE: DO NOT FORMAT"));
  CHECK_FALSE(has(html, "SAFE TO FORMAT<"));
  CHECK(has(html, "Both copies lie on one device."));
  CHECK(has(report::cardReportHtml({}), "NOT SAFE: DO NOT FORMAT"));
}

TEST_CASE("the report holds copies and clips and checksums") {
  const auto html = report::cardReportHtml(sample());
  for (const char* part : {"Roll A001",
                           "Harbour, 2026-05-02",
                           "Disk one",
                           "ascmhl/0001.mhl",
                           "A001C001_260502_R1AA",
                           "10:00:00:00",
                           "10:00:02:00",
                           "48 frames",
                           "23.976 fps",
                           "EI 800",
                           "5600 K",
                           "Signature Prime 35",
                           "ARRI LogC3 (EI800)",
                           "Show LUT to Rec.709",
                           "h264-review: /proxies/",
                           "xxh64 0123456789abcdef",
                           "1\xC2\xA0"
                           "500\xC2\xA0"
                           "000\xC2\xA0"
                           "000",
                           "1.50 GB",
                           "2026-05-02 12:35 UTC",
                           "Verified",
                           "Scene 12A, take 3"}) {
    INFO(part);
    CHECK(has(html, part));
  }
  CHECK_FALSE(has(html, "Problems"));
}

TEST_CASE("each state of a copy has a word of its own and only a full read-back is called verified") {
  auto made = sample();
  auto word = [&](model::CopyState state) {
    made.copies[0].state = state;
    const auto html = report::cardReportHtml(made);
    const auto start = html.find("<tbody>");
    return html.substr(start, html.find("</td>", start) - start);
  };
  CHECK(has(word(model::CopyState::verified), "state good"));
  CHECK(has(word(model::CopyState::cacheVerified), "Verified through a cache only"));
  CHECK_FALSE(has(word(model::CopyState::cacheVerified), "state good"));
  CHECK(has(word(model::CopyState::unknown), "Not verified"));
  CHECK(has(word(model::CopyState::defect), "Defect"));
  CHECK(has(word(model::CopyState::incomplete), "Incomplete"));
  CHECK(has(word(model::CopyState::failed), "Failed"));
}

TEST_CASE("hostile text stays text in every place of the page") {
  const auto clean = elementsOf(report::cardReportHtml(filledWith("harmless")));
  for (const std::string text : {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=x>",
                                 "</style><script>x</script>", "<!-- ", "]]>", "&lt;b&gt;", "</title><b>"}) {
    INFO(text);
    const auto html = report::cardReportHtml(filledWith(text));
    const auto found = elementsOf(html);
    CHECK(found.names == clean.names);
    CHECK(found.attributes == clean.attributes);
    CHECK_FALSE(has(html, text));
  }
}

TEST_CASE("the page is self-contained and carries a policy against scripts") {
  auto made = sample();
  made.clips[0].thumbnailJpeg = std::string("\xFF\xD8\xFF\xE0\0\x10JFIF", 10);
  const auto html = report::cardReportHtml(made);
  CHECK(has(html, "default-src 'none'"));
  CHECK(has(html, "src=\"data:image/jpeg;base64,/9j/4AAQSkZJRg==\""));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "<link"));
  CHECK_FALSE(has(html, "http:"));
  CHECK_FALSE(has(html, "https:"));
  CHECK_FALSE(has(html, "url("));
}

TEST_CASE("names that are not UTF-8 or turn the writing direction are shown as what they are") {
  const auto html =
      report::cardReportHtml(filledWith(std::string("a\xFF\n\0b\xE2\x80\xAE"
                                                    "gpj.mov",
                                                    14)));
  CHECK(has(html, "\xEF\xBF\xBD"));
  CHECK_FALSE(has(html, "\xFF"));
  CHECK_FALSE(has(html, "\xE2\x80\xAE"));
  CHECK(html.find('\0') == std::string::npos);
}

TEST_CASE("many files are folded away and few are open") {
  auto made = sample();
  CHECK(has(report::cardReportHtml(made), "<details open>"));
  made.records.resize(500, made.records[0]);
  const auto html = report::cardReportHtml(made);
  CHECK(has(html, "<details>"));
  CHECK(has(html, "Files and checksums<span class=\"n\">500</span>"));
}

TEST_CASE("problems stand before the copies") {
  auto made = sample();
  made.problems = {{"A/x.mov", "source", "unreadable", "The device answered with an error."}};
  const auto html = report::cardReportHtml(made);
  CHECK(html.find("The device answered with an error.") < html.find("<h2>Copies"));
  CHECK(has(html, "The card"));
}

TEST_CASE("what quality control found stands before the clips with the gravest first") {
  auto page = sample();
  CHECK_FALSE(has(report::cardReportHtml(page), "Quality control"));
  page.clips.push_back(clipNamed("A001C002_260502_R1AA"));
  page.clips[0].clip.qc = {{"timecode_zero", model::QcLevel::note, "The timecode starts at <zero>."}};
  page.clips[1].clip.qc = {{"dropped_frames", model::QcLevel::error, "Frames 5 to 9 are missing."},
                           {"missing_audio", model::QcLevel::warning, "Has no sound."}};
  const std::string html = report::cardReportHtml(page);
  const auto error = html.find("Frames 5 to 9"), warning = html.find("Has no sound"),
             note = html.find("starts at &lt;zero&gt;");
  REQUIRE(note != std::string::npos);
  CHECK(error < warning);
  CHECK(warning < note);
  CHECK(note < html.find("In, out, duration"));
  std::vector<std::string> found;
  const auto rows = parseCsv(report::cardReportCsv(page));
  for (const auto& row : rows)
    if (row.at(0) == "finding") found.push_back(row.at(4) + " " + row.at(5) + " " + row.at(6));
  CHECK(found == std::vector<std::string>{"A001C001_260502_R1AA note timecode_zero: The timecode starts at <zero>.",
                                          "A001C002_260502_R1AA error dropped_frames: Frames 5 to 9 are missing.",
                                          "A001C002_260502_R1AA warning missing_audio: Has no sound."});
}

TEST_CASE("the CSV is one rectangle with a row for each thing") {
  const auto rows = parseCsv(report::cardReportCsv(sample()));
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  std::vector<std::string> kinds;
  for (const auto& row : rows) kinds.push_back(row[0]);
  CHECK(kinds == std::vector<std::string>{"Row", "roll", "copy", "clip", "file"});
  auto cell = [&](std::size_t row, const std::string& column) {
    const auto& head = rows[0];
    return rows[row].at(static_cast<std::size_t>(std::find(head.begin(), head.end(), column) - head.begin()));
  };
  CHECK(cell(1, "State") == "Safe to format");
  CHECK(cell(3, "End (exclusive)") == "10:00:02:00");
  CHECK(cell(3, "EI") == "800");
  CHECK(cell(4, "Checksums") == "xxh64 0123456789abcdef");
  CHECK(cell(4, "Bytes") == "1500000000");
}

TEST_CASE("no CSV cell is a formula whatever a card is named") {
  for (const std::string text : {"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "a,\"b\"\r\nc", "\t=1"}) {
    INFO(text);
    const auto rows = parseCsv(report::cardReportCsv(filledWith(text)));
    REQUIRE(rows.size() == 6);
    for (const auto& row : rows) {
      REQUIRE(row.size() == rows[0].size());
      for (const auto& cell : row) CHECK((cell.empty() || std::string("=+-@").find(cell[0]) == std::string::npos));
    }
  }
}

TEST_CASE("sizes and numbers read as people write them") {
  CHECK(report::sizeText(0) == "0 B");
  CHECK(report::sizeText(999) == "999 B");
  CHECK(report::sizeText(1000) == "1.00 kB");
  CHECK(report::sizeText(999'999) == "1.00 MB");
  CHECK(report::sizeText(25'400'000'000) == "25.4 GB");
  CHECK(report::sizeText(~std::uint64_t{0}) == "18447 PB");
  CHECK(report::groupedNumber(1234567) ==
        "1\xC2\xA0"
        "234\xC2\xA0"
        "567");
  CHECK(report::base64("any carnal pleas") == "YW55IGNhcm5hbCBwbGVhcw==");
  CHECK(report::base64("any carnal pleasu") == "YW55IGNhcm5hbCBwbGVhc3U=");
}
