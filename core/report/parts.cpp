// SPDX-License-Identifier: Apache-2.0
#include "core/report/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/report/text.h"

namespace rollproof::report {

const char* const kTick =
    "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M2 8.5l4 4 8-9\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-width=\"2.4\"/></svg>";
const char* const kCross =
    "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M3 3l10 10M13 3L3 13\" fill=\"none\" "
    "stroke=\"currentColor\" stroke-width=\"2.4\"/></svg>";
const char* const kRing =
    "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"5.5\" fill=\"none\" "
    "stroke=\"currentColor\" stroke-width=\"2\"/></svg>";

std::string plural(std::uint64_t count, const char* one, const char* many) {
  return groupedNumber(count) + " " + (count == 1 ? one : many);
}

std::string line(const std::string& text, const char* style) {
  if (text.empty()) return {};
  return fmt::format("<div class=\"{}\">{}</div>", style, escaped(text));
}

std::string heading(const std::string& text, const std::string& note) {
  const std::string small = note.empty() ? "" : fmt::format("<span class=\"n\">{}</span>", escaped(note));
  return fmt::format("<h2>{}{}</h2>\n", escaped(text), small);
}

std::string stateHtml(model::CopyState state) {
  const StateWord word = stateWord(state);
  switch (word.kind) {
    case StateWord::Kind::good:
      return fmt::format("<span class=\"state good\">{}{}</span>", kTick, word.word);
    case StateWord::Kind::bad:
      return fmt::format("<span class=\"state bad\">{}{}</span>", kCross, word.word);
    case StateWord::Kind::open:
      break;
  }
  return fmt::format("<span class=\"state\">{}{}</span>", kRing, word.word);
}

namespace {

const char* levelWord(model::QcLevel level) {
  switch (level) {
    case model::QcLevel::note:
      return "Note";
    case model::QcLevel::warning:
      return "Warning";
    case model::QcLevel::error:
      break;
  }
  return "Error";
}

}  // namespace

// What quality control found, the gravest first, so that nobody has to look through all clips for it.
std::string findingsHtml(const std::vector<const model::Clip*>& clips) {
  std::string rows;
  std::uint64_t count = 0;
  for (const auto level : {model::QcLevel::error, model::QcLevel::warning, model::QcLevel::note}) {
    for (const model::Clip* clip : clips) {
      for (const auto& finding : clip->qc) {
        if (finding.level != level) continue;
        ++count;
        const bool grave = level == model::QcLevel::error;
        rows +=
            fmt::format("<tr><td><span class=\"state{}\">{}{}</span></td><td class=\"path\">{}</td><td>{}</td></tr>\n",
                        grave ? " bad" : "", grave ? kCross : kRing, levelWord(level), escaped(clip->name),
                        escaped(finding.text.empty() ? finding.code : finding.text));
      }
    }
  }
  if (count == 0) return {};
  return heading("Quality control", groupedNumber(count)) +
         "<div class=\"scroll\"><table class=\"list\"><thead><tr><th>Level</th><th>Clip</th><th>What</th></tr></thead>"
         "<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string thumbnailHtml(const ReportClip& entry) {
  const std::string& jpeg = entry.thumbnailJpeg;
  if (!jpeg.starts_with("\xFF\xD8")) {
    return entry.clip.picture ? "<span class=\"none\">No picture</span>" : "<span class=\"none\">Sound</span>";
  }
  return fmt::format("<img alt=\"\" src=\"data:image/jpeg;base64,{}\">", base64(jpeg));
}

std::string slateText(const model::Slate& slate) {
  std::string out;
  auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) out += (out.empty() ? "" : ", ") + std::string(what) + " " + value;
  };
  add("Scene", slate.scene);
  add(out.empty() ? "Shot" : "shot", slate.shot);
  add(out.empty() ? "Take" : "take", slate.take);
  if (slate.circled.value_or(false)) out += out.empty() ? "Circled" : ", circled";
  return out;
}

std::string timeHtml(const model::Clip& clip) {
  std::string out = line(startText(clip), "mono keep") + line(endText(clip), "mono keep");
  std::string length = rateText(clip.frameRate);
  if (!length.empty()) length += " fps";
  if (clip.durationFrames) {
    out += line(durationText(clip), "mono soft keep");
    const auto frames = static_cast<std::uint64_t>(std::max<std::int64_t>(0, *clip.durationFrames));
    out += line(plural(frames, "frame", "frames"), "soft keep");
  }
  out += line(length, "soft keep");
  if (clip.sensorFps && clip.sensorFps->den != 0) {
    const std::string fps = numberText(clip.sensorFps->approximate(), 3);
    if (fps != rateText(clip.frameRate)) out += line(fmt::format("Sensor {} fps", fps), "soft keep");
  }
  return out;
}

std::string openPage(const std::string& title) {
  // The policy keeps a browser from running or fetching anything, should an escape ever be forgotten.
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += fmt::format("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", escaped(title), cardReportStyle());
  return out;
}

std::string closePage(const std::string& generatedAt, const std::string& toolVersion) {
  std::string made = "Out is the first frame after the clip.";
  if (!generatedAt.empty()) made += " Written " + dateTimeText(generatedAt);
  if (!toolVersion.empty()) made += (generatedAt.empty() ? " Written by Rollproof " : " by Rollproof ") + toolVersion;
  if (made.back() != '.') made += ".";
  return fmt::format("<footer>{}</footer>\n</body>\n</html>\n", escaped(made));
}

}  // namespace rollproof::report
