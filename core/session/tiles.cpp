// SPDX-License-Identifier: Apache-2.0
#include "core/session/tiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::session {

namespace {

bool anyDefect(const std::vector<model::CopyReport>& copies) {
  return std::any_of(copies.begin(), copies.end(),
                     [](const auto& copy) { return copy.state == model::CopyState::defect; });
}

// While nothing is proven yet, the reasons against formatting are simply how far each proof has come.
std::vector<model::Reason> unfinished(const jobs::JobView& job) {
  std::vector<model::Reason> reasons;
  if (job.state == jobs::JobState::waiting) {
    reasons.push_back({"waiting", "Waiting for its turn: nothing is copied yet"});
    return reasons;
  }
  for (const auto& meter : job.meters) {
    if (meter.totalItems == 0) continue;
    reasons.push_back({meter.doneItems >= meter.totalItems ? "step_done" : "in_progress",
                       fmt::format("{}: {} of {} files", meter.name, meter.doneItems, meter.totalItems)});
  }
  reasons.push_back({"not_sealed", "Not sealed yet"});
  return reasons;
}

}  // namespace

Tile tileOf(const Run& run, const jobs::JobView* job) {
  Tile tile;
  tile.source = run.settings.source;
  tile.key = run.key;
  tile.job = run.job;
  tile.camera = run.card.camera;
  tile.family = run.card.family;
  tile.clips = run.card.clips.size();
  tile.files = run.card.files;
  tile.bytes = run.card.bytes;
  tile.known = run.known;
  if (run.result) {
    const auto& outcome = run.result->outcome;
    tile.verdict = outcome.verdict;
    // What the card held: the copy that was read for its clips has our seal in it as well.
    tile.files = outcome.files.size();
    tile.bytes = outcome.bytes;
    tile.copies = outcome.copies;
    tile.defect = anyDefect(outcome.copies);
    tile.finishedAt = isoUtc(outcome.finishedAt);
    tile.problems = outcome.problems;
    tile.rollId = run.result->rollId;
    tile.finished = true;
  } else if (job && (job->state == jobs::JobState::failed || job->state == jobs::JobState::cancelled)) {
    tile.finished = true;
    tile.verdict.reasons = {job->state == jobs::JobState::cancelled
                                ? model::Reason{"cancelled", "Stopped before it was done: copy again to go on"}
                                : model::Reason{"failed", job->error}};
    if (job->finishedAt) tile.finishedAt = isoUtc(*job->finishedAt);
  } else if (job) {
    tile.verdict.reasons = unfinished(*job);
  }
  return tile;
}

Tile tileOf(const catalog::RollRow& roll) {
  Tile tile;
  tile.key = roll.key;
  tile.camera = roll.camera;
  tile.family = roll.family;
  tile.clips = roll.clips;
  tile.files = roll.files;
  tile.bytes = roll.bytes;
  tile.finishedAt = roll.finishedAt;
  tile.finished = true;
  tile.rollId = roll.id;
  showStanding(tile, roll);
  return tile;
}

void showStanding(Tile& tile, const catalog::RollRow& roll) {
  tile.verdict = roll.verdict;
  tile.copies = roll.copies;
  tile.defect = anyDefect(roll.copies);
  tile.problems = roll.problems;
}

void offerEject(Tile& tile, const std::vector<model::Volume>& volumes) {
  if (!tile.finished || tile.verdict.kind != model::VerdictKind::safe || tile.source.empty()) return;
  const std::string source = path::absolute(tile.source);
  const auto card = std::find_if(volumes.begin(), volumes.end(),
                                 [&](const auto& volume) { return volume.mountPoint == source && source != "/"; });
  if (card != volumes.end()) tile.ejectMountPoint = card->mountPoint;
}

}  // namespace rollproof::session
