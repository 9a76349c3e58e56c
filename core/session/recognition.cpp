// SPDX-License-Identifier: Apache-2.0
#include "core/session/recognition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "core/base/path.h"
#include "core/camera/camera.h"
#include "core/offload/evidence.h"
#include "core/offload/evidence_text.h"
#include "core/offload/journal.h"
#include "core/offload/seal.h"
#include "core/session/roll_proof.h"
#include "core/volumes/volumes.h"

namespace rollproof::session {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTolerance = 2 * kSecond;  // FAT keeps even seconds
constexpr std::int64_t kQuarter = 15 * 60 * kSecond;
constexpr std::int64_t kFarthest = 26 * 60 * 60 * kSecond;  // between the ends of the world's clocks
constexpr std::size_t kNamed = 20;

bool near(std::int64_t a, std::int64_t b) { return std::llabs(a - b) <= kTolerance; }

// By how much all times are shifted; 0 where that cannot be a matter of zones.
std::int64_t zoneShift(std::int64_t delta) {
  const std::int64_t quarters = (delta + (delta < 0 ? -kQuarter : kQuarter) / 2) / kQuarter;
  const std::int64_t shift = quarters * kQuarter;
  return near(delta, shift) && std::llabs(shift) <= kFarthest ? shift : 0;
}

std::string filesText(std::size_t n) { return offload::counted(n, "file"); }

std::string changesText(const Difference& difference) {
  std::string text;
  const auto add = [&](std::size_t n, const char* what) {
    if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", filesText(n), what);
  };
  add(difference.added.size(), "new");
  add(difference.gone.size(), "gone");
  add(difference.changed.size(), "changed");
  return text;
}

void nameFiles(std::vector<std::string>& details, const std::vector<std::string>& paths, const char* what) {
  for (std::size_t i = 0; i < paths.size() && i < kNamed; ++i)
    details.push_back(fmt::format("{}: {}", what, path::display(paths[i])));
  if (paths.size() > kNamed) details.push_back(fmt::format("{}: and {} more", what, paths.size() - kNamed));
}

bool holds(const model::CopyReport& copy) {
  return copy.state == model::CopyState::verified || copy.state == model::CopyState::cacheVerified;
}

std::string copiesText(const catalog::RollRow& roll) {
  std::vector<std::string> names;
  for (const auto& copy : roll.copies)
    if (holds(copy)) names.push_back(path::display(copy.volumeLabel));
  std::string text = offload::counted(names.size(), "copy");
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? " on " : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

bool isCopyOf(const CardLook& card, const catalog::RollRow& roll) {
  return std::any_of(roll.copies.begin(), roll.copies.end(), [&](const auto& copy) { return copy.root == card.path; });
}

// How near a roll is to the card; larger is nearer.
enum class Kinship { none, nameOnly, changed, same };

Kinship kinship(const Difference& difference, bool sameName) {
  if (difference.none()) return Kinship::same;
  if (difference.same > 0) return Kinship::changed;
  return sameName ? Kinship::nameOnly : Kinship::none;
}

}  // namespace

Result<CardLook> lookAtCard(const FileSystem& fs, const std::string& given, const std::stop_token& stop) {
  CardLook card;
  card.path = path::absolute(given);
  const auto tree = walk(fs, card.path);
  if (!tree) return tl::unexpected(tree.error());
  if (stop.stop_requested()) return fail(Errc::cancelled, "Stopped", card.path);
  for (const auto& entry : tree->entries) {
    // The same files that an offload of this card would plan for.
    if (entry.info.kind != FileKind::regular || entry.path == offload::kJournalName ||
        isPartName(path::fileName(entry.path)))
      continue;
    card.files.push_back({entry.path, entry.info.bytes, entry.info.modifiedUnixNanos, {}});
  }
  std::sort(card.files.begin(), card.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  card.inventory = offload::inventoryFingerprint(card.files, false);
  if (const auto volume = volumes::volumeOf(card.path)) card.cardId = cardIdentity(*volume, card.path);
  const auto names = camera::readCard(fs, card.path, camera::Depth::names, stop);
  card.name = path::display(names && !names->reel.empty() ? names->reel : path::fileName(card.path));
  return card;
}

bool mayBe(const CardLook& card, const catalog::RollRow& roll, const std::string& project) {
  return roll.inventoryFingerprint == card.inventory || (!card.cardId.empty() && roll.cardId == card.cardId) ||
         (roll.key.roll == card.name && roll.key.project == project) || isCopyOf(card, roll);
}

Difference difference(const std::vector<model::FileRecord>& then, const std::vector<model::FileRecord>& now) {
  Difference result;
  std::vector<std::pair<const model::FileRecord*, const model::FileRecord*>> both;
  auto a = then.begin();
  auto b = now.begin();
  while (a != then.end() || b != now.end()) {
    if (b == now.end() || (a != then.end() && a->path < b->path)) {
      result.gone.push_back((a++)->path);
    } else if (a == then.end() || b->path < a->path) {
      result.added.push_back((b++)->path);
    } else {
      both.emplace_back(&*a++, &*b++);
    }
  }
  std::int64_t shift = 0;
  for (const auto& [old, fresh] : both) {
    if (old->bytes != fresh->bytes) continue;
    shift = zoneShift(fresh->modifiedUnixNanos - old->modifiedUnixNanos);
    break;
  }
  for (const auto& [old, fresh] : both) {
    if (old->bytes == fresh->bytes && near(fresh->modifiedUnixNanos - old->modifiedUnixNanos, shift))
      ++result.same;
    else
      result.changed.push_back(fresh->path);
  }
  return result;
}

std::string whenText(const std::string& isoUtcText, WallTime now) {
  std::tm parts{};
  const char* end = ::strptime(isoUtcText.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr) return isoUtcText;
  const auto time = std::chrono::system_clock::from_time_t(::timegm(&parts));
  const std::string minute = localHourMinute(time);
  return localDate(time) == localDate(now) ? minute : localDate(time) + " " + minute;
}

Recognition recogniseAmong(const CardLook& card, const std::vector<Candidate>& candidates, const std::string& project,
                           WallTime now) {
  const Candidate* nearest = nullptr;
  Difference changes;
  Kinship kin = Kinship::none;
  for (const auto& candidate : candidates) {
    const auto& roll = candidate.roll;
    auto files = card.files;
    // A copy's own seal is no news about the card.
    if (isCopyOf(card, roll)) {
      std::erase_if(files, [&](const auto& file) {
        return offload::ignoredByManifest(file.path) &&
               std::none_of(candidate.files.begin(), candidate.files.end(),
                            [&](const auto& known) { return known.path == file.path; });
      });
    }
    auto difference = session::difference(candidate.files, files);
    const bool sameName = roll.key.roll == card.name && roll.key.project == project;
    const Kinship nearness = kinship(difference, sameName);
    if (nearness == Kinship::none) continue;
    const bool better =
        !nearest || nearness > kin ||
        (nearness == kin && (difference.same > changes.same ||
                             (difference.same == changes.same && roll.verdict.kind == model::VerdictKind::safe &&
                              nearest->roll.verdict.kind != model::VerdictKind::safe)));
    if (!better) continue;
    nearest = &candidate;
    changes = std::move(difference);
    kin = nearness;
  }
  Recognition answer;
  if (!nearest) return answer;
  const auto& roll = nearest->roll;
  answer.roll = roll.id;
  answer.key = roll.key;
  answer.finishedAt = roll.finishedAt;
  const std::string when = whenText(roll.finishedAt, now);
  const std::string name = path::display(roll.key.roll);
  if (kin == Kinship::nameOnly) {
    answer.known = Known::otherContent;
    answer.text = fmt::format(
        "other content: {} of project {} was offloaded {} from another card or before this one was "
        "formatted",
        name, path::display(roll.key.project), when);
    answer.details.push_back(fmt::format("That roll holds {}, this card {}; none is the same.",
                                         filesText(nearest->files.size()), filesText(card.files.size())));
    return answer;
  }
  if (kin == Kinship::changed) {
    answer.known = Known::changedSince;
    const bool grown = changes.gone.empty() && changes.changed.empty();
    answer.text = fmt::format("{} since it was offloaded as {} {}: {}{}", grown ? "grown" : "changed", name, when,
                              changesText(changes), grown ? "; an offload copies only those" : "");
    nameFiles(answer.details, changes.changed, "changed");
    nameFiles(answer.details, changes.gone, "gone");
    nameFiles(answer.details, changes.added, "new");
    return answer;
  }
  answer.known = Known::offloaded;
  const bool safe = roll.verdict.kind == model::VerdictKind::safe;
  const auto although = [&](const std::string& why) {
    answer.text = fmt::format("offloaded as {} {}, not safe: {}", name, when, why);
  };
  if (!safe) {
    although(roll.verdict.reasons.empty() ? "nothing is proven" : path::display(roll.verdict.reasons.front().text));
  } else if (roll.evidence.empty()) {
    although("what its verdict rested on was not kept then; offload it again to prove it");
  } else if (!isCopyOf(card, roll) && card.cardId != roll.cardId) {
    although("the same files were proven on another card, not on this one");
  } else if (!nearest->broken.empty()) {
    although(nearest->broken.front());
    answer.details = nearest->broken;
  } else {
    answer.known = Known::alreadySafe;
    answer.text = fmt::format("already safe: {}, proven {}", copiesText(roll), when);
  }
  for (const auto& reason : roll.verdict.reasons) answer.details.push_back(path::display(reason.text));
  return answer;
}

}  // namespace rollproof::session
