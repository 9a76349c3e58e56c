// SPDX-License-Identifier: Apache-2.0
#include "core/offload/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/hash/hash.h"
#include "core/offload/seal.h"

namespace rollproof::offload {

namespace {

std::string digested(const std::string& text) {
  return hash::digestOf(model::HashFormat::xxh128, std::as_bytes(std::span(text.data(), text.size()))).text;
}

void speakAgainst(CopyEvidence& copy, const char* code, std::string text) {
  std::erase_if(copy.against, [&](const auto& reason) { return reason.code == code; });
  copy.against.push_back({code, std::move(text)});
}

bool wholeSecondRead(const Evidence& evidence) {
  return evidence.verify == VerifyMode::both && evidence.filesRereadDiffer == 0 &&
         evidence.filesReread == evidence.files;
}

}  // namespace

std::string inventoryFingerprint(const std::vector<model::FileRecord>& files, bool withTimes) {
  std::string text;
  for (const auto& file : files) {
    text += fmt::format("{}:{}:{}", file.path.size(), file.path, file.bytes);
    if (withTimes) text += fmt::format(":{}", file.modifiedUnixNanos);
    text += '\n';
  }
  return digested(text);
}

std::map<std::string, std::string> contentFingerprints(std::vector<model::FileRecord> files) {
  std::erase_if(files, [](const auto& file) { return ignoredByManifest(file.path); });
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  std::map<std::string, std::string> all;
  if (files.empty()) return all;
  for (const auto format : hash::allFormats()) {
    std::string text;
    bool whole = true;
    for (const auto& file : files) {
      const auto digest =
          std::find_if(file.digests.begin(), file.digests.end(), [&](const auto& one) { return one.format == format; });
      // Raw values: hex may come in either letter case. A malformed one is none.
      const auto raw = digest != file.digests.end() ? hash::rawBytes(*digest) : std::vector<std::byte>{};
      whole = !raw.empty();
      if (!whole) break;
      text += fmt::format("{}:{}:{}:", file.path.size(), file.path, file.bytes);
      text.append(reinterpret_cast<const char*>(raw.data()), raw.size());
      text += '\n';
    }
    if (whole) all[hash::name(format)] = digested(text);
  }
  return all;
}

bool sameContents(const Evidence& a, const Evidence& b) {
  bool any = false;
  for (const auto& [format, value] : a.contents) {
    const auto other = b.contents.find(format);
    if (other == b.contents.end()) continue;
    if (other->second != value) return false;
    any = true;
  }
  return any;
}

Evidence mergedEvidence(const Evidence& earlier, Evidence now) {
  const bool same = sameContents(earlier, now);
  // A run that was asked to leave the second read out takes nothing away from the one that was made of the same card.
  if (same && wholeSecondRead(earlier) && now.verify != VerifyMode::both && now.filesRereadDiffer == 0 &&
      earlier.timedInventory == now.timedInventory && earlier.cardId == now.cardId) {
    now.verify = VerifyMode::both;
    now.filesReread = now.files;
  }
  const std::size_t fresh = now.copies.size();
  for (const auto& copy : earlier.copies) {
    const bool again = std::any_of(now.copies.begin(), now.copies.begin() + static_cast<std::ptrdiff_t>(fresh),
                                   [&](const auto& one) { return one.root == copy.root; });
    if (again) continue;
    now.copies.push_back(copy);
    auto& kept = now.copies.back();
    if (kept.files == 0) kept.files = earlier.files;
    if (!same) speakAgainst(kept, "other_content", fmt::format("{} holds what the card held before.", kept.name));
  }
  if (same) now.contents.insert(earlier.contents.begin(), earlier.contents.end());
  return now;
}

Evidence withCopiesOfCopy(const Evidence& earlier, const Evidence& now, const std::string& from) {
  Evidence all = earlier;
  const bool same = sameContents(earlier, now);
  for (auto& copy : all.copies) {
    if (copy.root == from && !same && !now.contents.empty() && now.filesUnreadable == 0)
      speakAgainst(copy, "defect",
                   fmt::format("{} gave other content than was recorded when it was copied again.", copy.name));
  }
  for (auto copy : now.copies) {
    if (copy.files == 0) copy.files = now.files;
    if (!same)
      speakAgainst(copy, "other_content",
                   fmt::format("{} was copied from a copy that does not hold what the card held.", copy.name));
    std::erase_if(all.copies, [&](const auto& one) { return one.root == copy.root; });
    all.copies.push_back(std::move(copy));
  }
  if (same) all.contents.insert(now.contents.begin(), now.contents.end());
  all.policy = now.policy;
  return all;
}

}  // namespace rollproof::offload
