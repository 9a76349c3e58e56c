// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/model/clip_json.h"
#include "core/report/day_report.h"
#include "core/report/table_row.h"

namespace rollproof::report {

namespace {

const std::vector<std::string> kColumns{"Row",
                                        "Project",
                                        "Day",
                                        "Unit",
                                        "Camera",
                                        "Roll",
                                        "Name",
                                        "Reel",
                                        "Scene",
                                        "Shot",
                                        "Take",
                                        "Circled",
                                        "Start",
                                        "End (exclusive)",
                                        "Frames",
                                        "Duration",
                                        "Frame rate",
                                        "Sensor fps",
                                        "Picture",
                                        "Sensor mode",
                                        "EI",
                                        "Shutter angle",
                                        "Shutter seconds",
                                        "ND stops",
                                        "White balance",
                                        "Lens",
                                        "Focus m",
                                        "Colour space",
                                        "Look",
                                        "Sound",
                                        "Sound tracks",
                                        "Notes",
                                        "State",
                                        "Detail",
                                        "Path",
                                        "Bytes",
                                        "Colour error mean",
                                        "Colour error p999"};

TableRow rowOf(const DayReport& report, const char* what, const model::RollKey& key) {
  TableRow row(kColumns, what);
  row.put("Project", key.project.empty() ? report.project : key.project);
  row.put("Day", key.day);
  row.put("Roll", key.roll);
  return row;
}

TableRow clipRowOf(const DayReport& report, const char* what, const DayGroup& group, const DayClip& one) {
  TableRow row = rowOf(report, what, one.key);
  row.put("Unit", group.unit);
  row.put("Camera", group.camera);
  row.put("Name", one.entry.clip.name);
  return row;
}

std::string clipRow(const DayReport& report, const DayGroup& group, const DayClip& one) {
  const auto& clip = one.entry.clip;
  TableRow row = clipRowOf(report, "clip", group, one);
  row.put("Reel", clip.reel);
  row.put("Scene", clip.slate.scene);
  row.put("Shot", clip.slate.shot);
  row.put("Take", clip.slate.take);
  if (clip.slate.circled) row.put("Circled", *clip.slate.circled ? "yes" : "no");
  row.put("Start", startText(clip));
  row.put("End (exclusive)", endText(clip));
  if (clip.durationFrames) row.put("Frames", std::to_string(*clip.durationFrames));
  row.put("Duration", durationText(clip));
  row.put("Frame rate", rateText(clip.frameRate));
  if (clip.sensorFps && clip.sensorFps->den != 0) row.put("Sensor fps", numberText(clip.sensorFps->approximate(), 3));
  row.put("Picture", pictureText(clip));
  row.put("Sensor mode", clip.camera.sensorMode);
  if (clip.exposure.ei) row.put("EI", std::to_string(*clip.exposure.ei));
  if (clip.exposure.shutterAngleDeg) row.put("Shutter angle", numberText(*clip.exposure.shutterAngleDeg, 2));
  if (clip.exposure.shutterSeconds) row.put("Shutter seconds", numberText(*clip.exposure.shutterSeconds, 6));
  if (clip.exposure.ndStops) row.put("ND stops", numberText(*clip.exposure.ndStops, 2));
  row.put("White balance", whiteBalanceText(clip));
  row.put("Lens", lensText(clip));
  if (clip.lens.focusM) row.put("Focus m", numberText(*clip.lens.focusM, 3));
  row.put("Colour space", clip.colour.space);
  row.put("Look", one.entry.look);
  row.put("Sound", one.sound);
  if (clip.audio) {
    row.put("Sound tracks",
            clip.audio->tracks.empty() ? std::to_string(clip.audio->channels) : listed(clip.audio->tracks));
  }
  row.put("Notes", oneLine(clip.slate.notes));
  std::vector<std::string> warnings;
  for (const auto& warning : clip.warnings) warnings.push_back(warning.text);
  row.put("Detail", listed(warnings));
  if (!clip.files.empty()) row.put("Path", clip.files.front().path);
  std::uint64_t bytes = 0;
  for (const auto& file : clip.files) bytes += file.bytes;
  row.put("Bytes", std::to_string(bytes));
  return row.text();
}

}  // namespace

std::string dayReportCsv(const DayReport& report) {
  std::string out = interchange::csvRow(kColumns);
  const auto groups = groupsOf(report);
  for (const auto& group : groups) {
    const DayTotals totals = totalsOf(group.clips);
    TableRow row = rowOf(report, "total", {report.project, group.day, {}});
    row.put("Unit", group.unit);
    row.put("Camera", group.camera);
    row.put("Duration", runningTime(totals.microseconds));
    row.put("Bytes", std::to_string(totals.bytes));
    row.put("Detail",
            fmt::format("{} clips, {} circled, {} with renders, {} errors, {} warnings", totals.clips + totals.sounds,
                        totals.circled, totals.rendered, totals.errors, totals.warnings));
    out += row.text();
  }
  for (const auto& roll : report.rolls) {
    TableRow row = rowOf(report, "roll", roll.key);
    row.put("Name", roll.key.roll);
    row.put("Camera", roll.camera);
    row.put("State", roll.verdict.kind == model::VerdictKind::safe ? "Safe to format" : "Not safe: do not format");
    std::vector<std::string> reasons;
    for (const auto& reason : roll.verdict.reasons) reasons.push_back(reason.text);
    row.put("Detail", listed(reasons));
    row.put("Bytes", std::to_string(roll.bytes));
    out += row.text();
    for (const auto& copy : roll.copies) {
      TableRow line = rowOf(report, "copy", roll.key);
      line.put("Name", copy.volumeLabel);
      line.put("State", stateWord(copy.state).word);
      line.put("Detail", copy.deviceText.empty() ? copy.deviceId : copy.deviceText);
      line.put("Path", copy.root);
      line.put("Bytes", std::to_string(copy.bytes));
      out += line.text();
    }
  }
  for (const auto& group : groups) {
    for (const DayClip* one : group.clips) {
      out += clipRow(report, group, *one);
      for (const auto& finding : one->entry.clip.qc) {
        TableRow row = clipRowOf(report, "finding", group, *one);
        row.put("State", model::name(finding.level));
        row.put("Detail", finding.code + ": " + finding.text);
        out += row.text();
      }
      for (const auto& render : one->renders) {
        TableRow row = clipRowOf(report, "render", group, *one);
        row.put("State", render.preset);
        row.put("Path", render.path);
        row.put("Frames", std::to_string(render.frames));
        row.put("Colour error mean", numberText(render.errorMean, 3));
        row.put("Colour error p999", numberText(render.errorP999, 3));
        out += row.text();
      }
    }
  }
  return out;
}

}  // namespace rollproof::report
