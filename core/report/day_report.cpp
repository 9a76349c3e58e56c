// SPDX-License-Identifier: Apache-2.0
#include "core/report/day_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/report/text.h"

namespace rollproof::report {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
// A clip of a day: what is longer is a damaged record, and must not overflow a sum.
constexpr std::int64_t kMostFrames = 100'000'000;

std::int64_t lengthOf(const model::Clip& clip) {
  if (!clip.picture || !clip.durationFrames || !clip.frameRate.valid()) return 0;
  const std::int64_t frames = std::clamp<std::int64_t>(*clip.durationFrames, 0, kMostFrames);
  const std::int64_t num = clip.frameRate.num, den = clip.frameRate.den;
  if (den > kSecond) return 0;
  return frames * den / num * kSecond + frames * den % num * kSecond / num;
}

std::string cameraOf(const model::Clip& clip) {
  if (!clip.picture) return "Sound";
  const std::string camera = cameraText(clip);
  if (clip.cameraLetter.empty()) return camera.empty() ? "Camera not known" : camera;
  return clip.cameraLetter + (camera.empty() ? "" : ": " + camera);
}

}  // namespace

const char* focusName(Focus focus) {
  switch (focus) {
    case Focus::dailies:
      return "Dailies report";
    case Focus::camera:
      return "Camera report";
    case Focus::day:
      break;
  }
  return "Day report";
}

DayTotals totalsOf(const std::vector<const DayClip*>& clips) {
  DayTotals totals;
  for (const DayClip* one : clips) {
    const model::Clip& clip = one->entry.clip;
    (clip.picture ? totals.clips : totals.sounds) += 1;
    if (clip.slate.circled.value_or(false)) ++totals.circled;
    for (const auto& file : clip.files) totals.bytes += file.bytes;
    if (!one->renders.empty()) ++totals.rendered;
    totals.microseconds += lengthOf(clip);
    for (const auto& finding : clip.qc) {
      if (finding.level == model::QcLevel::error) ++totals.errors;
      if (finding.level == model::QcLevel::warning) ++totals.warnings;
    }
    for (const auto& render : one->renders) ++totals.renders[render.preset];
  }
  return totals;
}

std::string runningTime(std::int64_t microseconds) {
  const std::int64_t seconds = (microseconds + kSecond / 2) / kSecond;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::vector<DayGroup> groupsOf(const DayReport& report) {
  using Camera = std::tuple<std::string, std::string, std::string>;  // day, unit, letter
  // Some of a camera's clips do not say its name: they are its, where only one camera has that letter.
  std::map<Camera, std::set<std::string>> named;
  const auto letterOf = [](const DayClip& one) {
    return Camera(one.key.day, one.entry.clip.slate.unit, one.entry.clip.cameraLetter);
  };
  for (const auto& one : report.clips) {
    const model::Clip& clip = one.entry.clip;
    if (clip.picture && !clip.cameraLetter.empty() && cameraOf(clip) != clip.cameraLetter)
      named[letterOf(one)].insert(cameraOf(clip));
  }
  const auto camera = [&](const DayClip& one) {
    const std::string own = cameraOf(one.entry.clip);
    if (!one.entry.clip.picture || own != one.entry.clip.cameraLetter) return own;
    const auto known = named.find(letterOf(one));
    return known != named.end() && known->second.size() == 1 ? *known->second.begin() : own;
  };
  std::vector<const DayClip*> clips;
  clips.reserve(report.clips.size());
  for (const auto& one : report.clips) clips.push_back(&one);
  const auto place = [&](const DayClip* one) {
    const model::Clip& clip = one->entry.clip;
    return std::tuple(one->key.day, clip.slate.unit, !clip.picture, camera(*one), one->key.roll,
                      clip.start ? clip.start->frames : -1, clip.name);
  };
  std::stable_sort(clips.begin(), clips.end(), [&](const DayClip* a, const DayClip* b) { return place(a) < place(b); });
  std::vector<DayGroup> groups;
  for (const DayClip* one : clips) {
    const std::string its = camera(*one);
    const std::string& unit = one->entry.clip.slate.unit;
    if (groups.empty() || groups.back().day != one->key.day || groups.back().unit != unit ||
        groups.back().camera != its)
      groups.push_back({one->key.day, unit, its, {}});
    groups.back().clips.push_back(one);
  }
  return groups;
}

}  // namespace rollproof::report
