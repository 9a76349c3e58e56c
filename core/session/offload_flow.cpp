// SPDX-License-Identifier: Apache-2.0
#include "core/session/offload_flow.h"

#include "core/base/path.h"
#include "core/camera/camera.h"
#include "core/camera/inspect.h"
#include "core/session/roll_proof.h"

namespace rollproof::session {

namespace {

bool looksLikeDay(const std::string& day) {
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U})
    if (day[i] < '0' || day[i] > '9') return false;
  const int month = std::stoi(day.substr(5, 2)), date = std::stoi(day.substr(8, 2));
  return month >= 1 && month <= 12 && date >= 1 && date <= 31;
}

}  // namespace

Result<OffloadSettings> completed(OffloadSettings settings) {
  if (settings.source.empty()) return fail(Errc::usage, "No card is named");
  settings.source = path::absolute(settings.source);
  for (auto& destination : settings.destinations) destination = path::absolute(destination);
  if (const auto card = realFileSystem().info(settings.source); !card) {
    if (card.error().code == Errc::notFound) return fail(Errc::notFound, "The card is not there", settings.source);
    return tl::unexpected(card.error());
  }
  if (settings.day.empty()) settings.day = localDate(systemClock().now());
  if (!looksLikeDay(settings.day)) return fail(Errc::usage, "is not a day: write it as YYYY-MM-DD", settings.day);
  if (settings.project.empty()) return fail(Errc::usage, "The project needs a name");
  if (settings.roll.empty()) {
    const auto card = camera::readCard(realFileSystem(), settings.source, camera::Depth::names);
    if (!card) return tl::unexpected(card.error());
    settings.roll = card->reel.empty() ? path::display(path::fileName(settings.source)) : path::display(card->reel);
  }
  return settings;
}

Result<offload::Plan> planFor(const OffloadSettings& whole) {
  offload::Request request;
  request.source = whole.source;
  request.destinations = whole.destinations;
  const auto folder = offload::fillFolderTemplate(whole.folderTemplate, whole.project, whole.day, whole.roll);
  if (!folder) return tl::unexpected(folder.error());
  request.folder = *folder;
  request.hashes = whole.hashes;
  request.verify = whole.verify;
  request.policy = whole.policy;
  request.resume = whole.resume;
  request.onConflict = whole.onConflict;
  request.classicMhl = whole.classicMhl;
  return offload::planOffload(realFileSystem(), std::move(request));
}

std::string bestRoot(const OffloadResult& result, const OffloadSettings& whole) {
  for (const auto wanted : {model::CopyState::verified, model::CopyState::cacheVerified}) {
    for (const auto& copy : result.outcome.copies)
      if (copy.state == wanted) return copy.root;
  }
  return whole.source;
}

Result<OffloadResult> offloadCard(const OffloadSettings& whole, jobs::Progress& progress, std::stop_token stop) {
  progress.setPhase("Looking at the card");
  const auto plan = planFor(whole);
  if (!plan) return tl::unexpected(plan.error());
  OffloadResult result;
  result.key = {whole.project, whole.day, whole.roll};
  result.outcome = offload::runOffload(realFileSystem(), *plan, systemClock(), progress, stop);
  if (result.outcome.cancelled) return result;
  bindEvidence(realFileSystem(), *plan, isoUtc(result.outcome.finishedAt), result.outcome);

  progress.setPhase("Reading what the camera knew");
  camera::InspectOptions options;
  options.checkFrames = true;
  auto card = camera::inspectCard(bestRoot(result, whole), options, stop);
  if (card) {
    result.card = std::move(*card);
  } else {
    result.warnings.push_back(
        {"card_not_read", "The copy stands, but its clips could not be read: " + describe(card.error())});
  }
  return result;
}

catalog::OffloadFact factOf(const OffloadResult& result, const OffloadSettings& whole) {
  const auto& outcome = result.outcome;
  catalog::OffloadFact fact;
  fact.key = result.key;
  fact.source = whole.source;
  fact.family = result.card.family;
  fact.camera = result.card.camera;
  fact.inventoryFingerprint = outcome.inventoryFingerprint;
  fact.files = outcome.files.size();
  fact.bytes = outcome.bytes;
  fact.verdict = outcome.verdict;
  fact.copies = outcome.copies;
  fact.problems = outcome.problems;
  fact.records = outcome.files;
  fact.sourceRereadDone = outcome.sourceRereadDone;
  fact.cardId = outcome.evidence.cardId;
  fact.startedAt = isoUtc(outcome.startedAt);
  fact.finishedAt = isoUtc(outcome.finishedAt);
  return fact;
}

}  // namespace rollproof::session
