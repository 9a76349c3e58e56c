// SPDX-License-Identifier: Apache-2.0
// One table for a spreadsheet: the first column says what a row is, so a filter on it gives the clips, the copies or
// the files alone.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/interchange/csv.h"
#include "core/model/clip_json.h"
#include "core/report/report.h"
#include "core/report/table_row.h"
#include "core/report/text.h"

namespace rollproof::report {

namespace {

const std::vector<std::string> kColumns{
    "Row",   "Project",         "Day",       "Roll",         "Name",       "State",  "Detail",
    "Path",  "Bytes",           "Checksums", "Reel",         "Scene",      "Take",   "Circled",
    "Start", "End (exclusive)", "Frames",    "Frame rate",   "Sensor fps", "Camera", "Picture",
    "EI",    "White balance",   "Lens",      "Colour space", "Look",       "Notes",  "Renders"};

class Row : public TableRow {
 public:
  Row(const CardReport& report, const char* what) : TableRow(kColumns, what) {
    put("Project", report.key.project);
    put("Day", report.key.day);
    put("Roll", report.key.roll);
  }
};

std::string clipRow(const CardReport& report, const ReportClip& entry) {
  const auto& clip = entry.clip;
  Row row(report, "clip");
  row.put("Name", clip.name);
  row.put("Reel", clip.reel);
  row.put("Scene", clip.slate.scene);
  row.put("Take", clip.slate.take);
  if (clip.slate.circled) row.put("Circled", *clip.slate.circled ? "yes" : "no");
  row.put("Start", startText(clip));
  row.put("End (exclusive)", endText(clip));
  if (clip.durationFrames) row.put("Frames", std::to_string(*clip.durationFrames));
  row.put("Frame rate", rateText(clip.frameRate));
  if (clip.sensorFps && clip.sensorFps->den != 0) row.put("Sensor fps", numberText(clip.sensorFps->approximate(), 3));
  row.put("Camera", cameraText(clip));
  row.put("Picture", pictureText(clip));
  if (clip.exposure.ei) row.put("EI", std::to_string(*clip.exposure.ei));
  row.put("White balance", whiteBalanceText(clip));
  row.put("Lens", lensText(clip));
  row.put("Colour space", clip.colour.space);
  row.put("Look", entry.look);
  row.put("Notes", oneLine(clip.slate.notes));
  row.put("Renders", listed(entry.renders));
  std::uint64_t bytes = 0;
  for (const auto& file : clip.files) bytes += file.bytes;
  row.put("Bytes", std::to_string(bytes));
  if (!clip.files.empty()) row.put("Path", clip.files.front().path);
  std::vector<std::string> warnings;
  for (const auto& warning : clip.warnings) warnings.push_back(warning.text);
  row.put("Detail", listed(warnings));
  return row.text();
}

}  // namespace

std::string cardReportCsv(const CardReport& report) {
  std::string out = interchange::csvRow(kColumns);
  Row roll(report, "roll");
  roll.put("Name", report.key.roll);
  roll.put("State", report.verdict.kind == model::VerdictKind::safe ? "Safe to format" : "Not safe: do not format");
  std::vector<std::string> reasons;
  for (const auto& reason : report.verdict.reasons) reasons.push_back(reason.text);
  roll.put("Detail", listed(reasons));
  roll.put("Path", report.source);
  roll.put("Bytes", std::to_string(report.bytes));
  roll.put("Camera", report.camera);
  out += roll.text();
  for (const auto& copy : report.copies) {
    Row row(report, "copy");
    row.put("Name", copy.volumeLabel);
    row.put("State", stateWord(copy.state).word);
    std::string detail = copy.deviceText.empty() ? copy.deviceId : copy.deviceText;
    detail += fmt::format("; {} files verified, {} failed", copy.filesVerified, copy.filesFailed);
    if (!copy.manifest.empty()) detail += "; manifest " + copy.manifest;
    row.put("Detail", detail);
    row.put("Path", copy.root);
    row.put("Bytes", std::to_string(copy.bytes));
    out += row.text();
  }
  for (const auto& problem : report.problems) {
    Row row(report, "problem");
    row.put("Name", problem.where);
    row.put("State", problem.code);
    row.put("Detail", problem.text);
    row.put("Path", problem.path);
    out += row.text();
  }
  for (const auto& entry : report.clips) {
    for (const auto& finding : entry.clip.qc) {
      Row row(report, "finding");
      row.put("Name", entry.clip.name);
      row.put("State", model::name(finding.level));
      row.put("Detail", finding.code + ": " + finding.text);
      out += row.text();
    }
  }
  for (const auto& entry : report.clips) out += clipRow(report, entry);
  for (const auto& record : report.records) {
    Row row(report, "file");
    row.put("Path", record.path);
    row.put("Bytes", std::to_string(record.bytes));
    std::vector<std::string> digests;
    for (const auto& digest : record.digests)
      digests.push_back(std::string(hashName(digest.format)) + " " + digest.text);
    row.put("Checksums", listed(digests));
    out += row.text();
  }
  return out;
}

}  // namespace rollproof::report
