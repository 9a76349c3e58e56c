// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/offload/evidence.h"
#include "core/offload/evidence_text.h"
#include "core/volumes/volumes.h"

namespace rollproof::offload {

namespace {

std::uint64_t filesOf(const Evidence& evidence, const CopyEvidence& copy) {
  return copy.files > 0 ? copy.files : evidence.files;
}

// How many of the devices stand on their own: none of those counted shares a disk with another.
std::size_t distinctDevices(const std::vector<const CopyEvidence*>& copies) {
  // Single disks first: two disks are two devices also where an array over both holds a third copy.
  std::vector<const model::DeviceIdentity*> devices;
  for (const auto* copy : copies) devices.push_back(&copy->device);
  std::stable_sort(devices.begin(), devices.end(),
                   [](const auto* a, const auto* b) { return a->members.size() < b->members.size(); });
  std::vector<const model::DeviceIdentity*> apart;
  for (const auto* device : devices) {
    const bool shared = std::any_of(apart.begin(), apart.end(),
                                    [&](const auto* other) { return volumes::sharesDevice(*other, *device); });
    if (!shared) apart.push_back(device);
  }
  return apart.size();
}

// Why a copy does not count towards Safe; empty if it counts.
std::vector<model::Reason> againstCopy(const Evidence& evidence, const CopyEvidence& copy, int minDevices) {
  std::vector<model::Reason> reasons = copy.against;
  if (!copy.device.durable) {
    reasons.push_back(
        {"memory_volume", fmt::format("{} lies in memory, not on a disk: it does not count as a copy.", copy.name)});
  } else if (copy.filesCacheVerified > 0) {
    reasons.push_back(
        {"cache_verified_only",
         fmt::format("{} could only be read back through a cache{}: that does not prove what is on its disk.",
                     copy.name, copy.fuse ? " of its file system driver" : "")});
  }
  if (minDevices > 1 && !evidence.cardDevice.id.empty() && volumes::sharesDevice(evidence.cardDevice, copy.device)) {
    reasons.push_back(
        {"on_the_card", fmt::format("{} lies on the same physical device as the card itself.", copy.name)});
  }
  const std::uint64_t matched = copy.filesVerified + copy.filesCacheVerified;
  const std::uint64_t expected = filesOf(evidence, copy);
  if (copy.filesFailed > 0) {
    reasons.push_back({"copy_incomplete", fmt::format("{} has {} of {} missing or damaged.", copy.name,
                                                      copy.filesFailed, counted(expected, "file"))});
  } else if (evidence.verify == VerifyMode::none && matched == 0) {
    reasons.push_back({"not_verified", fmt::format("{} was not read back.", copy.name)});
  } else if (matched != expected) {
    reasons.push_back(
        {"copy_incomplete", fmt::format("{} has {} of {} verified.", copy.name, matched, counted(expected, "file"))});
  }
  if (!copy.sealed && reasons.empty()) reasons.push_back({"not_sealed", fmt::format("{} has no manifest.", copy.name)});
  return reasons;
}

}  // namespace

model::Verdict deriveVerdict(const Evidence& evidence, const Policy& policy) {
  const auto minCopies = static_cast<std::size_t>(std::max(policy.minCopies, 1));
  const auto minDevices = static_cast<std::size_t>(std::max(policy.minDevices, 1));
  std::vector<model::Reason> against;
  const auto object = [&](const char* code, std::string text) { against.push_back({code, std::move(text)}); };

  if (evidence.cancelled) object("cancelled", "The offload was stopped before it was done.");
  if (evidence.files == 0) object("source_empty", "The card holds no files.");
  if (evidence.filesUnreadable > 0)
    object("source_unreadable",
           fmt::format("{} on the card could not be read.", counted(evidence.filesUnreadable, "file")));
  if (evidence.entriesSkipped > 0)
    object("not_copied", fmt::format("{} on the card cannot be copied (links, pipes, devices or unreadable folders).",
                                     counted(evidence.entriesSkipped, "entry")));
  if (evidence.filesRereadDiffer > 0)
    object("source_mismatch", fmt::format("{} gave other content when the card was read again.",
                                          counted(evidence.filesRereadDiffer, "file")));
  if (evidence.fromManifests) {
    object(
        "rebuilt_from_manifests",
        "This roll was found by its manifests, verify to prove its copies; only an offload of its card can show that "
        "they hold all of it.");
  } else if (evidence.verify != VerifyMode::both) {
    object("source_not_reread", "The card was not read a second time.");
  } else if (evidence.filesReread != evidence.files) {
    object("source_not_reread", fmt::format("The second read of the card, past the cache, agrees for {} of {}.",
                                            evidence.filesReread, counted(evidence.files, "file")));
  }
  if (!evidence.recountEqual && !evidence.fromManifests)
    object("source_changed", evidence.recountText.empty() ? "The card was not counted again." : evidence.recountText);
  if (!evidence.cardHistoryAgrees)
    object("card_history_mismatch", "Files on the card differ from what the card's own manifest records.");

  std::vector<const CopyEvidence*> counting;
  std::vector<model::Reason> rests, notCounted;
  for (const auto& copy : evidence.copies) {
    auto reasons = againstCopy(evidence, copy, static_cast<int>(minDevices));
    if (reasons.empty()) {
      counting.push_back(&copy);
      rests.push_back(
          {"copy_verified", fmt::format("{}: {} read back from {}, equal and sealed.", copy.name,
                                        counted(filesOf(evidence, copy), "file"), copy.device.description)});
    } else {
      notCounted.insert(notCounted.end(), reasons.begin(), reasons.end());
    }
  }
  const std::size_t copies = counting.size();
  const std::size_t devices = distinctDevices(counting);
  if (copies < minCopies) {
    against.insert(against.end(), notCounted.begin(), notCounted.end());
    object("too_few_copies", fmt::format("{} verified; {} needed.", counted(copies, "copy"), minCopies));
  }
  if (devices < minDevices && copies > 0) {
    if (copies >= minCopies) against.insert(against.end(), notCounted.begin(), notCounted.end());
    object(devices == 1 && copies > 1 ? "one_device" : "too_few_devices",
           copies > 1 && devices == 1
               ? fmt::format("All verified copies lie on one physical device; {} needed.", minDevices)
               : fmt::format("Verified copies lie on {}; {} needed.", counted(devices, "physical device"), minDevices));
  } else if (copies == 0 && evidence.copies.size() > 1 && minDevices > 1) {
    // Nothing counts yet, but what is planned could not be enough either: say it now, not after the next run.
    std::vector<const CopyEvidence*> planned;
    for (const auto& copy : evidence.copies) planned.push_back(&copy);
    if (distinctDevices(planned) == 1) object("one_device", "All destinations lie on one physical device.");
  }

  model::Verdict verdict;
  if (!against.empty()) {
    verdict.reasons = std::move(against);
    return verdict;
  }
  verdict.kind = model::VerdictKind::safe;
  verdict.reasons = std::move(rests);
  verdict.reasons.push_back(
      {"source_reread", fmt::format("The card was read twice and {} agreed.", counted(evidence.files, "file"))});
  verdict.reasons.push_back({"recounted", "The card was counted again at the end and had not changed."});
  if (devices == 1) {
    verdict.reasons.push_back(
        {"one_device",
         copies > 1 ? "All copies lie on one physical device, which the policy allows: one broken disk loses them all."
                    : "There is one copy on one physical device, which the policy allows."});
  }
  for (auto& reason : notCounted) verdict.reasons.push_back({"copy_not_counted", std::move(reason.text)});
  return verdict;
}

}  // namespace rollproof::offload
