// SPDX-License-Identifier: Apache-2.0
#include "core/session/reports.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/colour/colour.h"
#include "core/offload/offload.h"
#include "core/session/card_report.h"

namespace rollproof::session {
namespace {

std::string lower(const std::string& text) { return path::lowerAscii(text); }

bool fits(const ReportOrder& order, const catalog::ClipRow& row) {
  if (!order.project.empty() && row.key.project != order.project) return false;
  if (!order.day.empty() && row.key.day != order.day) return false;
  if (!order.unit.empty() && lower(row.clip.slate.unit) != lower(order.unit)) return false;
  if (order.camera.empty()) return true;
  const std::string wanted = lower(order.camera);
  const auto& camera = row.clip.camera;
  return lower(row.clip.cameraLetter) == wanted || lower(camera.model).starts_with(wanted) ||
         lower(camera.make + " " + camera.model).starts_with(wanted);
}

std::string scopeOf(const ReportOrder& order, const report::DayReport& page) {
  std::set<std::string> days;
  for (const auto& clip : page.clips) days.insert(clip.key.day);
  for (const auto& roll : page.rolls) days.insert(roll.key.day);
  std::string scope;
  if (days.size() == 1) scope = *days.begin();
  if (days.size() > 1) scope = *days.begin() + " to " + *days.rbegin();
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) scope += (scope.empty() ? "" : ", ") + std::string(what) + value;
  };
  add("unit ", order.unit);
  add("camera ", order.camera);
  add("", order.query);
  return scope;
}

std::string lookWords(const model::Look& look) {
  std::string words = look.name;
  if (look.version > 1) words += " (version " + std::to_string(look.version) + ")";
  std::string steps;
  for (const auto& step : colour::inWords(look)) steps += (steps.empty() ? "" : "; ") + step;
  return steps.empty() ? words : words + (words.empty() ? "" : ": ") + steps;
}

report::DayRoll rollFrom(const catalog::RollRow& row) {
  report::DayRoll roll;
  roll.key = row.key;
  roll.camera = row.camera;
  roll.family = row.family;
  roll.files = row.files;
  roll.bytes = row.bytes;
  roll.clips = row.clips;
  roll.verdict = row.verdict;
  roll.copies = row.copies;
  roll.finishedAt = row.finishedAt;
  return roll;
}

// "T001: Boom, Lav 1"
std::string soundWords(const dailies::ProductionSound& sound) {
  std::string words = sound.name, tracks;
  for (const auto& track : sound.tracks) {
    if (!track.empty()) tracks += (tracks.empty() ? "" : ", ") + track;
  }
  return tracks.empty() ? words : words + ": " + tracks;
}

report::DayClip clipFrom(Session& session, const ReportOrder& order, const catalog::ClipRow& row) {
  report::DayClip one;
  one.key = row.key;
  one.entry.clip = row.clip;
  one.entry.look = row.lookName;
  if (order.focus == report::Focus::dailies) {
    if (const auto look = session.lookFor(row.id)) one.entry.look = lookWords(*look);
  }
  if (const auto sound = session.soundOf(row.id)) one.sound = soundWords(*sound);
  if (auto jpeg = session.thumbnail(row.id)) one.entry.thumbnailJpeg = std::move(*jpeg);
  if (const auto renders = session.renders(row.id)) {
    // A render made again stands in the place of the former one.
    std::map<std::string, std::size_t> places;
    for (const auto& fact : *renders) {
      const auto [place, fresh] = places.try_emplace(fact.path, one.renders.size());
      if (fresh) one.renders.emplace_back();
      one.renders[place->second] = {fact.preset, fact.path, fact.frames, fact.errorMean, fact.errorP999};
    }
  }
  return one;
}

}  // namespace

Result<report::DayReport> gatherReport(Session& session, const ReportOrder& order, std::stop_token stop) {
  auto clips = session.clips(order.query);
  if (!clips) return tl::unexpected(clips.error());
  auto rolls = session.rolls();
  if (!rolls) return tl::unexpected(rolls.error());
  report::DayReport page;
  page.focus = order.focus;
  page.project = order.project;
  std::set<std::int64_t> meant;
  for (const auto& row : *clips) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped on request");
    if (!fits(order, row)) continue;
    meant.insert(row.roll.value);
    page.clips.push_back(clipFrom(session, order, row));
  }
  const bool wholeDays = order.unit.empty() && order.camera.empty() && order.query.empty();
  for (const auto& roll : *rolls) {
    const bool ofDay = (order.project.empty() || roll.key.project == order.project) &&
                       (order.day.empty() || roll.key.day == order.day);
    if (meant.contains(roll.id.value) || (wholeDays && ofDay)) page.rolls.push_back(rollFrom(roll));
  }
  if (page.clips.empty() && page.rolls.empty()) {
    return fail(Errc::notFound, "nothing of the library belongs into this report", order.day);
  }
  std::sort(page.rolls.begin(), page.rolls.end(), [](const auto& a, const auto& b) {
    return std::tie(a.key.day, a.key.roll) < std::tie(b.key.day, b.key.roll);
  });
  if (page.project.empty()) {
    std::set<std::string> projects;
    for (const auto& roll : page.rolls) projects.insert(roll.key.project);
    for (const auto& project : projects) page.project += (page.project.empty() ? "" : ", ") + project;
  }
  page.scope = scopeOf(order, page);
  page.generatedAt = isoLocal(systemClock().now());
  page.toolVersion = version();
  return page;
}

Result<WrittenReport> writeReport(Session& session, const ReportOrder& order, std::stop_token stop) {
  const auto page = gatherReport(session, order, std::move(stop));
  if (!page) return tl::unexpected(page.error());
  std::string folder = order.directory.empty() ? std::string{} : path::absolute(order.directory);
  for (const auto& roll : page->rolls) {
    if (folder.empty() && !roll.copies.empty()) {
      folder = path::join(path::parent(roll.copies.front().root), "reports");
    }
  }
  if (folder.empty()) return fail(Errc::usage, "The rolls have no copy: say where the report shall go");
  const char* kind = order.focus == report::Focus::dailies  ? "dailies-report"
                     : order.focus == report::Focus::camera ? "camera-report"
                                                            : "day-report";
  std::string about = page->project + (page->project.empty() || page->scope.empty() ? "" : " ") + page->scope;
  if (about.empty()) about = "Library";
  // Made fit for file systems as a roll's folder is.
  const auto stem = offload::fillFolderTemplate("{roll}", {}, {}, about.substr(0, 120));
  if (!stem) return tl::unexpected(stem.error());
  const auto html = writePages(folder, *stem + " " + kind, report::dayReportHtml(*page), report::dayReportCsv(*page));
  if (!html) return tl::unexpected(html.error());
  WrittenReport written;
  written.html = *html;
  written.csv = path::join(folder, path::stem(*html) + ".csv");
  written.rolls = page->rolls.size();
  written.clips = page->clips.size();
  return written;
}

}  // namespace rollproof::session
