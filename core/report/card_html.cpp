// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/report/parts.h"
#include "core/report/report.h"

namespace rollproof::report {

namespace {

// More files than this are folded away: the manifest is the list to work with.
constexpr std::size_t kOpenFiles = 40;

std::string titleHtml(const CardReport& report) {
  std::string out = "<header><div>";
  std::string where = report.key.project;
  if (!report.key.day.empty()) where += (where.empty() ? "" : ", ") + report.key.day;
  out += fmt::format("<p class=\"where\">{}</p>", escaped(where));
  out += fmt::format("<h1>Roll {}</h1></div>\n<div class=\"made\">", escaped(report.key.roll));
  out += "<div>Card report</div>";
  if (!report.finishedAt.empty()) {
    out += fmt::format("<div>Offloaded {}</div>", escaped(dateTimeText(report.finishedAt)));
  }
  return out + "</div></header>\n";
}

std::string verdictHtml(const CardReport& report) {
  const bool safe = report.verdict.kind == model::VerdictKind::safe;
  std::string out =
      fmt::format("<section class=\"verdict{}\"><div class=\"word\"><span>{}</span><span>{}</span></div>",
                  safe ? " safe" : "", safe ? kTick : kCross, safe ? "SAFE TO FORMAT" : "NOT SAFE: DO NOT FORMAT");
  if (!report.verdict.reasons.empty()) {
    out += "<ul>";
    for (const auto& reason : report.verdict.reasons) out += fmt::format("<li>{}</li>", escaped(reason.text));
    out += "</ul>";
  } else if (!safe) {
    out += "<ul><li>Nothing has been proven about this card yet.</li></ul>";
  }
  return out + "</section>\n";
}

std::string factsHtml(const CardReport& report) {
  std::string out = "<table class=\"facts\"><tr>";
  auto fact = [&](const char* key, const std::string& value) {
    if (!value.empty()) {
      out += fmt::format("<td><span class=\"k\">{}</span><span class=\"v\">{}</span></td>", key, escaped(value));
    }
  };
  fact("Camera", report.camera.empty() ? report.family : report.camera);
  fact("Clips", groupedNumber(report.clips.size()));
  fact("Files", groupedNumber(report.files));
  fact("Size", sizeText(report.bytes));
  fact("Read from", report.source);
  return out + "</tr></table>\n";
}

std::string copiesHtml(const CardReport& report) {
  std::string out = heading("Copies", groupedNumber(report.copies.size()));
  if (report.copies.empty()) return out + "<p class=\"soft\">There is no copy of this roll.</p>\n";
  out +=
      "<div class=\"scroll\"><table class=\"list\"><thead><tr><th>State</th><th>Place</th><th>Device</th>"
      "<th class=\"num\">Files verified</th><th class=\"num\">Size</th></tr></thead><tbody>\n";
  for (const auto& copy : report.copies) {
    std::string verified = groupedNumber(copy.filesVerified);
    if (copy.filesFailed > 0) verified += ", " + groupedNumber(copy.filesFailed) + " failed";
    const std::string manifest = copy.manifest.empty() ? "Not sealed: no manifest" : "Manifest " + copy.manifest;
    out += fmt::format(
        "<tr><td>{}</td><td>{}{}</td><td>{}{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
        stateHtml(copy.state), line(copy.root, "path"), line(manifest, "soft path"),
        line(copy.deviceText.empty() ? copy.deviceId : copy.deviceText),
        line(copy.volumeLabel.empty() ? "" : "Volume " + copy.volumeLabel, "soft"), escaped(verified),
        escaped(sizeText(copy.bytes)));
  }
  return out + "</tbody></table></div>\n";
}

std::string problemsHtml(const CardReport& report) {
  if (report.problems.empty()) return {};
  std::string out = heading("Problems", groupedNumber(report.problems.size()));
  out +=
      "<div class=\"scroll\"><table "
      "class=\"list\"><thead><tr><th>File</th><th>Where</th><th>What</th></tr></thead><tbody>\n";
  for (const auto& problem : report.problems) {
    out += fmt::format(
        "<tr><td class=\"path\">{}</td><td class=\"path\">{}</td><td><span class=\"state bad\">{}</span>{}</td></tr>\n",
        escaped(problem.path), escaped(problem.where == "source" ? "The card" : problem.where), kCross,
        escaped(problem.text.empty() ? problem.code : problem.text));
  }
  return out + "</tbody></table></div>\n";
}

std::string clipHtml(const CardReport& report, const ReportClip& entry) {
  const auto& clip = entry.clip;
  const bool circled = clip.slate.circled.value_or(false);
  std::string name = line(clip.name, "name") + line(slateText(clip.slate), circled ? "tag" : "");
  name += line(clip.reel.empty() || clip.reel == clip.name ? "" : "Reel " + clip.reel, "soft");
  // The card's own camera is named once, at the top.
  if (cameraText(clip) != report.camera) name += line(cameraText(clip), "soft");
  name += line(pictureText(clip), "soft");

  std::string exposure = line(clip.exposure.ei ? fmt::format("EI {}", *clip.exposure.ei) : std::string(), "keep");
  exposure += line(whiteBalanceText(clip), "keep") + line(lensText(clip), "soft");
  std::string colour = line(clip.colour.space) + line(entry.look, "soft");
  if (colour.empty() && clip.picture) colour = line("Not known", "soft");

  std::string more = line(oneLine(clip.slate.notes), "note");
  for (const auto& warning : clip.warnings) {
    more += fmt::format("<div class=\"warn\"><b>Warning:</b> {}</div>", escaped(warning.text));
  }
  for (const auto& render : entry.renders) more += line(render, "soft path render");
  std::string out = fmt::format(
      "<tbody><tr><td class=\"pic\" rowspan=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      more.empty() ? 1 : 2, thumbnailHtml(entry), name, timeHtml(clip), exposure, colour);
  if (!more.empty()) out += fmt::format("<tr class=\"more\"><td colspan=\"4\">{}</td></tr>\n", more);
  return out + "</tbody>\n";
}

std::string clipsHtml(const CardReport& report) {
  std::string out = heading("Clips", groupedNumber(report.clips.size()));
  if (report.clips.empty()) {
    return out + "<p class=\"soft\">No clips were found on this card. Its files are listed below.</p>\n";
  }
  out +=
      "<div class=\"scroll\"><table class=\"list clips\"><colgroup><col class=\"c-pic\"><col class=\"c-clip\">"
      "<col class=\"c-time\"><col class=\"c-exp\"><col class=\"c-col\"></colgroup><thead><tr><th></th><th>Clip</th>"
      "<th>In, out, duration</th><th>Exposure, lens</th><th>Colour</th></tr></thead>\n";
  for (const auto& entry : report.clips) out += clipHtml(report, entry);
  return out + "</table></div>\n";
}

std::vector<const model::Clip*> clipsOf(const CardReport& report) {
  std::vector<const model::Clip*> clips;
  for (const auto& entry : report.clips) clips.push_back(&entry.clip);
  return clips;
}

std::string filesHtml(const CardReport& report) {
  if (report.records.empty()) return {};
  std::string out =
      fmt::format("<details{}><summary>Files and checksums<span class=\"n\">{}</span></summary>\n",
                  report.records.size() <= kOpenFiles ? " open" : "", groupedNumber(report.records.size()));
  out +=
      "<div class=\"scroll\"><table class=\"list files\"><thead><tr><th>File</th><th "
      "class=\"num\">Bytes</th><th>Checksum</th>"
      "</tr></thead><tbody>\n";
  for (const auto& record : report.records) {
    std::string digests;
    for (const auto& digest : record.digests) {
      digests += line(std::string(hashName(digest.format)) + " " + digest.text, "mono path");
    }
    if (digests.empty()) digests = line("None", "soft");
    out += fmt::format("<tr><td class=\"path\">{}</td><td class=\"num\">{}</td><td>{}</td></tr>\n",
                       escaped(record.path), groupedNumber(record.bytes), digests);
  }
  return out + "</tbody></table></div></details>\n";
}

}  // namespace

std::string cardReportHtml(const CardReport& report) {
  return openPage(fmt::format("Roll {} {} {}", report.key.roll, report.key.day, report.key.project)) +
         titleHtml(report) + verdictHtml(report) + factsHtml(report) + problemsHtml(report) + copiesHtml(report) +
         findingsHtml(clipsOf(report)) + clipsHtml(report) + filesHtml(report) +
         closePage(report.generatedAt, report.toolVersion);
}

}  // namespace rollproof::report
