// SPDX-License-Identifier: Apache-2.0
#include "core/session/roll_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/offload/evidence_text.h"

namespace rollproof::session {

namespace {

constexpr std::uint64_t kLargestManifest = 1ULL << 30U;
constexpr std::size_t kMostProblems = 1000;

std::string below(const std::string& path, const std::string& root) {
  if (!path::isWithin(path, root) || path == root) return {};
  return path.substr(root.size() + (root.ends_with('/') ? 0 : 1));
}

bool isAbout(const model::Reason& reason, std::initializer_list<const char*> codes) {
  return std::any_of(codes.begin(), codes.end(), [&](const char* code) { return reason.code == code; });
}

// How the copy stands in the eyes of the evidence.
model::CopyState stateOf(const offload::Evidence& evidence, const offload::CopyEvidence& copy) {
  const auto says = [&](std::initializer_list<const char*> codes) {
    return std::any_of(copy.against.begin(), copy.against.end(),
                       [&](const auto& reason) { return isAbout(reason, codes); });
  };
  if (says({"defect"})) return model::CopyState::defect;
  if (says({"missing", "unreadable_copy"})) return model::CopyState::failed;
  if (says({"other_content"})) return model::CopyState::incomplete;
  const std::uint64_t expected = copy.files > 0 ? copy.files : evidence.files;
  if (copy.filesVerified == expected) return model::CopyState::verified;
  if (copy.filesVerified + copy.filesCacheVerified == expected) return model::CopyState::cacheVerified;
  return copy.filesVerified + copy.filesCacheVerified == 0 ? model::CopyState::unknown : model::CopyState::incomplete;
}

// Of the evidence's copies: as this run reports them, else as they were known, brought up to what the evidence says.
std::vector<model::CopyReport> reportsOf(const offload::Evidence& evidence, const std::vector<model::CopyReport>& fresh,
                                         const std::vector<model::CopyReport>& known) {
  std::vector<model::CopyReport> all;
  for (const auto& copy : evidence.copies) {
    const auto sameRoot = [&](const auto& report) { return report.root == copy.root; };
    if (const auto now = std::find_if(fresh.begin(), fresh.end(), sameRoot); now != fresh.end()) {
      all.push_back(*now);
      continue;
    }
    model::CopyReport report;
    if (const auto then = std::find_if(known.begin(), known.end(), sameRoot); then != known.end()) report = *then;
    report.root = copy.root;
    report.volumeLabel = copy.name;
    report.deviceId = copy.device.id;
    report.deviceText = copy.device.description;
    report.manifest = copy.manifest;
    report.filesVerified = copy.filesVerified + copy.filesCacheVerified;
    report.filesFailed = copy.filesFailed;
    report.state = stateOf(evidence, copy);
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace

std::string cardIdentity(const model::Volume& volume, const std::string& path) {
  if (volume.mountPoint != path || path == "/") return {};
  return volume.device.id + "/" + volume.fileSystemId;
}

void bindEvidence(const FileSystem& fs, const offload::Plan& plan, const std::string& finishedAt,
                  offload::Outcome& outcome) {
  auto& evidence = outcome.evidence;
  evidence.policy = plan.request.policy;
  evidence.cardId = cardIdentity(plan.sourceVolume, plan.request.source);
  evidence.inventory = offload::inventoryFingerprint(outcome.files, false);
  evidence.timedInventory = offload::inventoryFingerprint(outcome.files, true);
  evidence.contents = offload::contentFingerprints(outcome.files);
  for (std::size_t i = 0; i < evidence.copies.size() && i < plan.copies.size() && i < outcome.copies.size(); ++i) {
    auto& copy = evidence.copies[i];
    copy.root = plan.copies[i].root;
    copy.mountPoint = plan.copies[i].volume.mountPoint;
    copy.fileSystemId = plan.copies[i].volume.fileSystemId;
    copy.manifest = outcome.copies[i].manifest;
    if (!copy.manifest.empty()) copy.manifestDigest = fileC4(fs, copy.manifest);
    copy.files = evidence.files;
    copy.provenAt = finishedAt;
  }
}

std::optional<std::string> placeNow(const offload::CopyEvidence& copy, const std::vector<model::Volume>& mounted) {
  const auto drive = std::find_if(mounted.begin(), mounted.end(), [&](const auto& volume) {
    return volume.device.id == copy.device.id && volume.fileSystemId == copy.fileSystemId &&
           (!copy.fileSystemId.empty() || volume.mountPoint == copy.mountPoint);
  });
  if (drive == mounted.end()) return std::nullopt;
  // Mounted twice, as by a bind: where it was written is as good as any.
  const bool stillThere = std::any_of(mounted.begin(), mounted.end(), [&](const auto& volume) {
    return volume.mountPoint == copy.mountPoint && volume.device.id == copy.device.id &&
           volume.fileSystemId == copy.fileSystemId;
  });
  return stillThere ? copy.root : path::join(drive->mountPoint, below(copy.root, copy.mountPoint));
}

std::string fileC4(const FileSystem& fs, const std::string& path) {
  const auto text = readSmallFile(fs, path, kLargestManifest);
  if (!text) return {};
  return hash::digestOf(model::HashFormat::c4, std::as_bytes(std::span(text->data(), text->size()))).text;
}

std::vector<std::string> brokenCopies(const FileSystem& fs, const offload::Evidence& evidence,
                                      const std::vector<model::Volume>& mounted) {
  std::vector<std::string> said;
  for (const auto& copy : evidence.copies) {
    if (!copy.sealed || copy.manifestDigest.empty()) continue;
    const auto root = placeNow(copy, mounted);
    if (!root) continue;
    const std::string name = path::display(copy.name);
    const auto info = fs.info(*root);
    if (!info || info->kind != FileKind::directory) {
      said.push_back(fmt::format("The roll's folder is gone from {}.", name));
      continue;
    }
    const std::string manifest = path::join(*root, below(copy.manifest, copy.root));
    const std::string now = fileC4(fs, manifest);
    if (now.empty())
      said.push_back(fmt::format("The manifest is gone from {}.", name));
    else if (now != copy.manifestDigest)
      said.push_back(fmt::format("The manifest on {} is not the one that was sealed.", name));
  }
  return said;
}

std::optional<offload::Evidence> evidenceOf(const catalog::RollRow& roll) {
  if (roll.evidence.empty()) return std::nullopt;
  auto evidence = offload::evidenceFromJson(roll.evidence);
  if (!evidence) return std::nullopt;
  return std::move(*evidence);
}

void concludeOffload(const offload::Evidence& now, const catalog::RollRow* standing, catalog::OffloadFact& fact) {
  const auto earlier = standing ? evidenceOf(*standing) : std::nullopt;
  offload::Evidence all = now;
  if (!fact.copiedFrom.empty()) {
    // Of the card itself this run saw nothing; from before evidence was kept nothing else is known of it.
    if (!earlier) all.fromManifests = true;
    all = earlier ? offload::withCopiesOfCopy(*earlier, now, fact.copiedFrom) : all;
  } else if (earlier && !earlier->fromManifests) {
    all = offload::mergedEvidence(*earlier, now);
  } else if (earlier) {
    // Found by manifests only: its copies join, the card was seen now.
    all = offload::mergedEvidence(*earlier, now);
    all.fromManifests = false;
  }
  fact.verdict = offload::deriveVerdict(all, now.policy);
  fact.copies = reportsOf(all, fact.copies, standing ? standing->copies : std::vector<model::CopyReport>{});
  if (!fact.copiedFrom.empty() && standing) {
    auto problems = standing->problems;
    problems.insert(problems.end(), fact.problems.begin(), fact.problems.end());
    fact.problems = std::move(problems);
  }
  fact.evidence = offload::evidenceToJson(all);
}

std::optional<CopyCheck> checkOf(const FileSystem& fs, const offload::CopyEvidence& copy, const std::string& place,
                                 const mhl::TreeOutcome& tree) {
  CopyCheck check;
  const auto seen =
      std::find_if(tree.rolls.begin(), tree.rolls.end(), [&](const auto& roll) { return roll.scope == place; });
  if (seen == tree.rolls.end() || seen->result == mhl::VerifyResult::unsealed) {
    const auto info = fs.info(place);
    const bool gone = !info && info.error().code == Errc::notFound;
    // What was sealed and has no history any more is not the copy that was proven; what never was is no news.
    if (tree.total.cancelled || !copy.sealed || (!gone && seen == tree.rolls.end())) return std::nullopt;
    check.result = gone ? "missing" : "defect";
    if (!gone) check.outcome = &*seen;
    return check;
  }
  if (seen->cancelled) return std::nullopt;
  check.outcome = &*seen;
  if (seen->result == mhl::VerifyResult::defect) {
    check.result = "defect";
  } else if (seen->result == mhl::VerifyResult::verified) {
    check.result = "verified";
    check.pastCache = std::none_of(seen->findings.begin(), seen->findings.end(),
                                   [](const auto& finding) { return finding.kind == "cache_verified_only"; });
    const std::string manifest = path::join(place, below(copy.manifest, copy.root));
    check.sealStands = copy.manifestDigest.empty() || fileC4(fs, manifest) == copy.manifestDigest;
  } else if (seen->unreadable > 0) {
    check.result = "unreadable";
  } else {
    return std::nullopt;
  }
  return check;
}

void concludeCheck(const CopyCheck& check, const catalog::RollRow& standing, catalog::CheckFact& fact) {
  fact.result = check.result;
  if (check.outcome) {
    fact.verified = check.outcome->verified;
    fact.missing = check.outcome->missing;
    fact.altered = check.outcome->altered;
    fact.unreadable = check.outcome->unreadable;
  }
  auto evidence = evidenceOf(standing).value_or(offload::Evidence{});
  const auto found = std::find_if(evidence.copies.begin(), evidence.copies.end(),
                                  [&](const auto& copy) { return copy.root == fact.root; });
  fact.copies = standing.copies;
  fact.problems = standing.problems;
  fact.verdict = standing.verdict;
  fact.evidence = standing.evidence;
  if (found == evidence.copies.end()) return;
  auto& copy = *found;
  std::erase_if(copy.against, [](const auto& reason) {
    return isAbout(reason, {"defect", "missing", "unreadable_copy"});
  });
  std::erase_if(fact.problems, [&](const auto& problem) { return problem.where == fact.root; });
  const std::uint64_t expected = copy.files > 0 ? copy.files : evidence.files;
  const std::string name = path::display(copy.name);
  if (check.result == "verified" && check.sealStands) {
    copy.filesFailed = 0;
    copy.filesVerified = check.pastCache ? expected : 0;
    copy.filesCacheVerified = check.pastCache ? 0 : expected;
    copy.provenAt = fact.checkedAt;
  } else if (check.result == "verified") {
    copy.against.push_back(
        {"defect", fmt::format("{} agrees with a manifest that is not the one it was sealed with.", name)});
  } else if (check.result == "missing") {
    copy.filesVerified = copy.filesCacheVerified = copy.filesFailed = 0;
    copy.against.push_back({"missing", fmt::format("The roll's folder was gone from {} when it was verified.", name)});
  } else if (check.result == "unreadable") {
    copy.against.push_back({"unreadable_copy", fmt::format("{} on {} could not be read when it was verified.",
                                                           offload::counted(fact.unreadable, "file"), name)});
  } else {
    const std::uint64_t bad = std::min(expected, fact.missing + fact.altered + fact.unreadable);
    // A history that is broken proves nothing, though no single file was found wrong.
    copy.filesVerified = std::min(expected - bad, fact.verified);
    copy.filesFailed = bad;
    copy.filesCacheVerified = 0;
    std::string what;
    const auto add = [&](std::uint64_t n, const char* word) {
      if (n > 0) what += fmt::format("{}{} {}", what.empty() ? "" : ", ", offload::counted(n, "file"), word);
    };
    add(fact.altered, "altered");
    add(fact.missing, "missing");
    add(fact.unreadable, "unreadable");
    copy.against.push_back({"defect", fmt::format("{} was found damaged when it was verified{}{}.", name,
                                                  what.empty() ? "" : ": ", what)});
  }
  if (check.outcome && check.result != "verified") {
    for (const auto& finding : check.outcome->findings) {
      if (fact.problems.size() >= kMostProblems) break;
      const bool bad = finding.kind == "missing" || finding.kind == "altered" || finding.kind == "unreadable" ||
                       finding.kind.starts_with("manifest_") || finding.kind.starts_with("chain_");
      if (bad) fact.problems.push_back({finding.path, fact.root, finding.kind, finding.text});
    }
  }
  fact.verdict = offload::deriveVerdict(evidence, evidence.policy);
  fact.copies = reportsOf(evidence, {}, standing.copies);
  fact.evidence = offload::evidenceToJson(evidence);
}

model::Warning notRecorded(const Error& error) {
  return {"catalog", "The result could not be recorded: " + describe(error)};
}

std::vector<model::Warning> recordChecks(const std::vector<catalog::RollRow>& rolls,
                                         const std::vector<model::Volume>& mounted, const std::string& path,
                                         const mhl::TreeOutcome& tree, const RecordCheck& record) {
  std::vector<model::Warning> warnings;
  for (const auto& roll : rolls) {
    const auto evidence = evidenceOf(roll);
    if (!evidence) continue;
    for (const auto& copy : evidence->copies) {
      const auto place = placeNow(copy, mounted);
      if (!place || !path::isWithin(*place, path)) continue;
      const auto check = checkOf(realFileSystem(), copy, *place, tree);
      if (!check) continue;
      catalog::CheckFact fact;
      fact.key = roll.key;
      fact.root = copy.root;
      fact.checkedAt = isoUtc(systemClock().now());
      const auto kept = record(std::move(fact), [&check](const catalog::RollRow& standing, catalog::CheckFact& now) {
        concludeCheck(*check, standing, now);
      });
      if (!kept) warnings.push_back(notRecorded(kept.error()));
    }
  }
  return warnings;
}

}  // namespace rollproof::session
