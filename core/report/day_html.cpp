// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/report/day_report.h"
#include "core/report/parts.h"

namespace rollproof::report {

namespace {

using Cell = std::string (*)(const DayClip&);
struct Column {
  const char* title;
  const char* style;  // of its <col>
  Cell cell;
};

std::string clipCell(const DayClip& one) {
  const auto& clip = one.entry.clip;
  std::string out =
      line(clip.name, "name") + line(slateText(clip.slate), clip.slate.circled.value_or(false) ? "tag" : "");
  if (!clip.reel.empty() && clip.reel != clip.name) out += line("Reel " + clip.reel, "soft");
  return out + line("Roll " + one.key.roll, "soft");
}

std::string timeCell(const DayClip& one) { return timeHtml(one.entry.clip); }

std::string shutterText(const model::Clip& clip) {
  if (clip.exposure.shutterAngleDeg) return numberText(*clip.exposure.shutterAngleDeg, 1) + "\xC2\xB0";
  const auto& seconds = clip.exposure.shutterSeconds;
  if (seconds && *seconds > 0 && *seconds < 1) return "1/" + numberText(1 / *seconds, 0) + " s";
  return {};
}

std::string exposureCell(const DayClip& one) {
  const auto& clip = one.entry.clip;
  std::string out = line(clip.exposure.ei ? fmt::format("EI {}", *clip.exposure.ei) : std::string(), "keep");
  out += line(shutterText(clip), "keep");
  if (clip.exposure.ndStops) out += line("ND " + numberText(*clip.exposure.ndStops, 1) + " stops", "keep");
  return out + line(whiteBalanceText(clip), "keep");
}

std::string lensCell(const DayClip& one) {
  const auto& clip = one.entry.clip;
  std::string out = line(lensText(clip));
  if (clip.lens.focusM) out += line("Focus " + numberText(*clip.lens.focusM, 2) + " m", "soft");
  return out + line(clip.lens.serial.empty() ? "" : "Lens no. " + clip.lens.serial, "soft");
}

std::string formatCell(const DayClip& one) {
  const auto& clip = one.entry.clip;
  return line(pictureText(clip)) + line(clip.camera.sensorMode, "soft") + line(clip.colour.space, "soft");
}

std::string colourCell(const DayClip& one) {
  const auto& clip = one.entry.clip;
  const std::string out = line(clip.colour.space) + line(one.entry.look, "soft");
  return out.empty() && clip.picture ? line("Not known", "soft") : out;
}

std::string soundCell(const DayClip& one) {
  std::string out = line(one.sound);
  if (const auto& audio = one.entry.clip.audio; audio && audio->channels > 0) {
    std::string words = plural(static_cast<std::uint64_t>(audio->channels), "track", "tracks");
    if (audio->sampleRate > 0) words += fmt::format(", {} kHz", numberText(audio->sampleRate / 1000.0, 1));
    if (audio->bitDepth > 0) words += fmt::format(", {} bit", audio->bitDepth);
    out += line(words, one.sound.empty() ? "" : "soft");
    std::string names;
    for (const auto& name : audio->tracks)
      if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
    out += line(names, "soft");
  }
  return out.empty() ? line("None", "soft") : out;
}

const std::vector<Column>& columnsOf(Focus focus) {
  static const std::vector<Column> kDay{{"Clip", "c-clip", clipCell},
                                        {"In, out, duration", "c-time", timeCell},
                                        {"Sound", "c-exp", soundCell},
                                        {"Colour", "c-col", colourCell}};
  static const std::vector<Column> kCamera{{"Clip", "c-clip", clipCell},
                                           {"In, out, duration", "c-time", timeCell},
                                           {"Exposure", "c-small", exposureCell},
                                           {"Lens", "c-exp", lensCell},
                                           {"Format", "c-exp", formatCell}};
  return focus == Focus::camera ? kCamera : kDay;
}

std::string renderLine(const DayRender& render) {
  std::string out = render.preset + ": " + render.path;
  if (render.frames > 0) out += ", " + plural(static_cast<std::uint64_t>(render.frames), "frame", "frames");
  if (render.errorP999 > 0) out += fmt::format(", colour within {} codes of 10 bit", numberText(render.errorP999, 1));
  return out;
}

std::string clipHtml(const DayReport& report, const DayClip& one) {
  const auto& columns = columnsOf(report.focus);
  std::string more = line(oneLine(one.entry.clip.slate.notes), "note");
  for (const auto& warning : one.entry.clip.warnings) {
    more += fmt::format("<div class=\"warn\"><b>Warning:</b> {}</div>", escaped(warning.text));
  }
  if (report.focus == Focus::dailies) {
    for (const auto& render : one.renders) more += line(renderLine(render), "soft path render");
  }
  std::string out = fmt::format("<tbody><tr><td class=\"pic\" rowspan=\"{}\">{}</td>", more.empty() ? 1 : 2,
                                thumbnailHtml(one.entry));
  for (const Column& column : columns) out += "<td>" + column.cell(one) + "</td>";
  out += "</tr>\n";
  if (!more.empty()) out += fmt::format("<tr class=\"more\"><td colspan=\"{}\">{}</td></tr>\n", columns.size(), more);
  return out + "</tbody>\n";
}

std::string groupHtml(const DayReport& report, const DayGroup& group) {
  const DayTotals totals = totalsOf(group.clips);
  std::string title = group.day;
  if (!group.unit.empty()) title += (title.empty() ? "" : ", ") + std::string("unit ") + group.unit;
  title += (title.empty() ? "" : ", ") + group.camera;
  std::string note = plural(totals.clips + totals.sounds, "clip", "clips");
  if (totals.microseconds > 0) note += ", " + runningTime(totals.microseconds);
  note += ", " + sizeText(totals.bytes);
  if (totals.circled > 0) note += ", " + groupedNumber(totals.circled) + " circled";
  std::string out = heading(title, note);
  out += "<div class=\"scroll\"><table class=\"list clips\"><colgroup><col class=\"c-pic\">";
  for (const Column& column : columnsOf(report.focus)) out += fmt::format("<col class=\"{}\">", column.style);
  out += "</colgroup><thead><tr><th></th>";
  for (const Column& column : columnsOf(report.focus)) out += fmt::format("<th>{}</th>", column.title);
  out += "</tr></thead>\n";
  for (const DayClip* one : group.clips) out += clipHtml(report, *one);
  return out + "</table></div>\n";
}

std::string factsHtml(const DayReport& report, const DayTotals& totals) {
  std::string out = "<table class=\"facts\"><tr>";
  const auto fact = [&](const char* key, const std::string& value) {
    out += fmt::format("<td><span class=\"k\">{}</span><span class=\"v\">{}</span></td>", key, escaped(value));
  };
  std::uint64_t bytes = 0, files = 0;
  std::size_t safe = 0;
  for (const auto& roll : report.rolls) {
    bytes += roll.bytes;
    files += roll.files;
    if (roll.verdict.kind == model::VerdictKind::safe) ++safe;
  }
  fact("Clips", groupedNumber(totals.clips));
  fact("Running time", runningTime(totals.microseconds));
  if (totals.circled > 0) fact("Circled", groupedNumber(totals.circled));
  if (totals.sounds > 0) fact("Sound files", groupedNumber(totals.sounds));
  if (!report.rolls.empty()) {
    fact("Rolls", groupedNumber(report.rolls.size()));
    if (report.focus == Focus::day) {
      fact("Files", groupedNumber(files));
      fact("Size", sizeText(bytes));
      fact("Safe to format", fmt::format("{} of {}", safe, report.rolls.size()));
    }
  }
  if (report.focus == Focus::dailies) {
    fact("With renders", fmt::format("{} of {}", totals.rendered, totals.clips));
  }
  return out + "</tr></table>\n";
}

std::string rollsHtml(const DayReport& report) {
  if (report.rolls.empty()) return {};
  std::string out = heading("Rolls", groupedNumber(report.rolls.size()));
  out +=
      "<div class=\"scroll\"><table class=\"list\"><thead><tr><th>Roll</th><th>Camera</th><th class=\"num\">Clips</th>"
      "<th class=\"num\">Size</th><th>Card</th><th>Copies</th></tr></thead><tbody>\n";
  for (const auto& roll : report.rolls) {
    const bool safe = roll.verdict.kind == model::VerdictKind::safe;
    std::string verdict = fmt::format("<span class=\"state {}\">{}{}</span>", safe ? "good" : "bad",
                                      safe ? kTick : kCross, safe ? "Safe to format" : "Not safe");
    if (!safe) {
      for (const auto& reason : roll.verdict.reasons) verdict += line(reason.text, "soft");
    }
    std::string copies;
    for (const auto& copy : roll.copies) copies += stateHtml(copy.state) + line(copy.root, "soft path");
    if (copies.empty()) copies = line("None", "soft");
    out += fmt::format(
        "<tr><td><b>{}</b>{}</td><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        escaped(roll.key.roll), line(roll.key.day, "soft keep"),
        escaped(roll.camera.empty() ? roll.family : roll.camera), groupedNumber(roll.clips),
        escaped(sizeText(roll.bytes)), verdict, copies);
  }
  return out + "</tbody></table></div>\n";
}

std::string rendersHtml(const DayReport& report, const DayTotals& totals) {
  std::string out = heading("Renders");
  if (totals.renders.empty()) return out + "<p class=\"soft\">Nothing has been rendered of these clips.</p>\n";
  out +=
      "<div class=\"scroll\"><table class=\"list\"><thead><tr><th>Preset</th><th class=\"num\">Files</th>"
      "<th class=\"num\">Frames</th><th class=\"num\">Colour error, mean</th><th class=\"num\">99.9 % within</th>"
      "</tr></thead><tbody>\n";
  for (const auto& [preset, count] : totals.renders) {
    std::int64_t frames = 0;
    double mean = 0, p999 = 0;
    for (const auto& one : report.clips) {
      for (const auto& render : one.renders) {
        if (render.preset != preset) continue;
        frames += std::max<std::int64_t>(0, render.frames);
        mean = std::max(mean, render.errorMean);
        p999 = std::max(p999, render.errorP999);
      }
    }
    const auto codes = [](double value) { return value > 0 ? numberText(value, 2) + " codes" : std::string("-"); };
    out += fmt::format(
        "<tr><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td>"
        "<td class=\"num\">{}</td></tr>\n",
        escaped(preset), groupedNumber(count), groupedNumber(static_cast<std::uint64_t>(frames)), codes(mean),
        codes(p999));
  }
  out += "</tbody></table></div>\n<p class=\"soft\">The largest error of any clip, in codes of 10 bit.</p>\n";
  std::string missing;
  std::uint64_t count = 0;
  for (const auto& one : report.clips) {
    if (!one.renders.empty() || !one.entry.clip.picture) continue;
    ++count;
    missing += (missing.empty() ? "" : ", ") + one.entry.clip.name;
  }
  if (count > 0) out += line(plural(count, "clip has", "clips have") + " no render: " + missing, "warn");
  return out;
}

}  // namespace

std::string dayReportHtml(const DayReport& report) {
  const char* kind = focusName(report.focus);
  std::vector<const DayClip*> all;
  std::vector<const model::Clip*> clips;
  for (const auto& one : report.clips) {
    all.push_back(&one);
    clips.push_back(&one.entry.clip);
  }
  const DayTotals totals = totalsOf(all);
  std::string out = openPage(fmt::format("{} {} {}", kind, report.scope, report.project));
  out += fmt::format(
      "<header><div><p class=\"where\">{}</p><h1>{}</h1></div>\n<div class=\"made\"><div>{}</div>{}</div>"
      "</header>\n",
      escaped(report.project), escaped(report.scope.empty() ? "All days" : report.scope), kind,
      line(dateTimeText(report.generatedAt)));
  out += factsHtml(report, totals);
  if (report.focus == Focus::dailies) out += rendersHtml(report, totals);
  if (report.focus == Focus::day) out += rollsHtml(report);
  if (report.focus != Focus::camera) out += findingsHtml(clips);
  if (report.clips.empty()) out += heading("Clips") + "<p class=\"soft\">There are no clips.</p>\n";
  for (const auto& group : groupsOf(report)) out += groupHtml(report, group);
  return out + closePage(report.generatedAt, report.toolVersion);
}

}  // namespace rollproof::report
