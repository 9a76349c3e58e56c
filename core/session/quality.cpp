// SPDX-License-Identifier: Apache-2.0
#include "core/session/quality.h"

#include <algorithm>
#include <set>

namespace rollproof::session {

namespace {

qc::Known known(const catalog::ClipRow& row) { return qc::knownFrom(row.clip, row.key.roll + " of " + row.key.day); }

bool sameFindings(const std::vector<model::QcFinding>& a, const std::vector<model::QcFinding>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.code == other.code && one.level == other.level && one.text == other.text;
  });
}

}  // namespace

catalog::Findings newFindings(const std::vector<catalog::ClipRow>& project, catalog::RollId roll,
                              const qc::Spec& spec) {
  std::vector<const catalog::ClipRow*> rows;
  std::vector<model::Clip> clips;
  std::vector<qc::Known> others;
  for (const auto& row : project) {
    if (row.roll == roll) {
      rows.push_back(&row);
      clips.push_back(row.clip);
    } else {
      others.push_back(known(row));
    }
  }
  qc::check(clips, spec, others);
  catalog::Findings changed;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (!rows[i]->qcChecked || !sameFindings(clips[i].qc, rows[i]->clip.qc))
      changed.emplace_back(rows[i]->id, std::move(clips[i].qc));
  }
  return changed;
}

std::vector<catalog::RollId> rollsIn(const std::vector<catalog::ClipRow>& project) {
  std::vector<catalog::RollId> rolls;
  for (const auto& row : project)
    if (std::find(rolls.begin(), rolls.end(), row.roll) == rolls.end()) rolls.push_back(row.roll);
  return rolls;
}

std::vector<catalog::RollId> rollsToCheckWith(const std::vector<catalog::ClipRow>& project, catalog::RollId roll) {
  std::set<std::string> names, reels;
  for (const auto& row : project) {
    if (row.roll != roll) continue;
    names.insert(row.clip.name);
    if (!row.clip.reel.empty()) reels.insert(row.clip.reel);
  }
  std::vector<catalog::RollId> rolls{roll};
  for (const auto& row : project) {
    if (!names.contains(row.clip.name) && !reels.contains(row.clip.reel)) continue;
    if (std::find(rolls.begin(), rolls.end(), row.roll) == rolls.end()) rolls.push_back(row.roll);
  }
  return rolls;
}

std::vector<qc::Known> knownClips(const std::vector<catalog::ClipRow>& project) {
  std::vector<qc::Known> all;
  for (const auto& row : project) all.push_back(known(row));
  return all;
}

bool mattersToColour(const std::string& field) { return field == "space" || field == "colour.space"; }

bool mattersToQuality(const std::string& field) {
  constexpr const char* kFields[] = {"reel", "camera", "camera_letter", "frame_rate", "sensor_fps", "start_timecode"};
  return std::find(std::begin(kFields), std::end(kFields), field) != std::end(kFields);
}

Result<qc::Spec> specFromText(const std::string& text) {
  if (text.empty()) return qc::Spec{};
  return qc::specFromJson(nlohmann::json::parse(text, nullptr, false));
}

}  // namespace rollproof::session
