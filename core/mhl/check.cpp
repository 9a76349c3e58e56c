// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/check.h"

#include <algorithm>
#include <span>

#include "core/hash/hash.h"
#include "core/mhl/classic.h"

namespace rollproof::mhl {

using model::HashFormat;

void identify(VerifyOutcome& outcome, const std::vector<HeldFile>& files) {
  std::vector<FileEntry> entries;
  hash::MultiHasher inventory({HashFormat::xxh128});
  for (const auto& file : files) {
    ++outcome.files;
    outcome.bytes += file.info.bytes;
    const std::string line = file.path + '\0' + std::to_string(file.info.bytes) + '\0';
    inventory.update(std::as_bytes(std::span(line.data(), line.size())));
    FileEntry entry;
    // One flat folder: the same clips under another folder name are the same roll.
    entry.path = std::to_string(outcome.files);
    for (const auto& digest : *file.now) {
      entry.hashes.push_back({digest, Action::verified, {}});
      if (std::find(outcome.formats.begin(), outcome.formats.end(), digest.format) == outcome.formats.end()) {
        outcome.formats.push_back(digest.format);
      }
    }
    entries.push_back(std::move(entry));
  }
  outcome.inventory = inventory.finish().front().text;
  const auto all = directoryHashes(entries, {}, outcome.formats);
  if (!all.empty() && !files.empty()) outcome.content = all.back().content;
}

void addClassicFormat(std::vector<HashFormat>& formats) {
  const bool has = std::any_of(formats.begin(), formats.end(), [](HashFormat one) {
    return one == HashFormat::md5 || one == HashFormat::sha1 || one == HashFormat::xxh64;
  });
  if (!has) formats.push_back(HashFormat::xxh64);
}

std::string cacheText(std::uint64_t files) {
  return std::to_string(files) +
         " files could only be read through a cache (the system's or the file system's own), which may answer for a "
         "damaged disk";
}

VerifyResult judge(const VerifyOutcome& outcome) {
  bool defect = outcome.missing > 0 || outcome.altered > 0;
  bool incomplete = outcome.cancelled || outcome.unreadable > 0;
  for (const auto& one : outcome.findings) {
    defect = defect || one.kind == "directory_hash" || one.kind == "reference" || one.kind == "signature_broken" ||
             one.kind == "manifest_altered" || one.kind == "manifest_missing" || one.kind == "chain_missing" ||
             one.kind == "chain_gap";
    incomplete = incomplete || one.kind == "unreadable";
  }
  if (defect) return VerifyResult::defect;
  if (incomplete || outcome.verified + outcome.renamed == 0) return VerifyResult::incomplete;
  return VerifyResult::verified;
}

}  // namespace rollproof::mhl
