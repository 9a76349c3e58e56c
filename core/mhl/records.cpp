// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/records.h"

#include <algorithm>

#include "core/hash/hash.h"

namespace rollproof::mhl {

void addDigest(std::vector<model::Digest>& digests, const model::Digest& digest) {
  for (const auto& one : digests) {
    if (hash::sameValue(one, digest)) return;
  }
  digests.push_back(digest);
}

std::vector<model::HashFormat> formatsOf(const std::vector<model::Digest>& digests) {
  std::vector<model::HashFormat> formats;
  for (const auto& one : digests) {
    if (std::find(formats.begin(), formats.end(), one.format) == formats.end()) formats.push_back(one.format);
  }
  return formats;
}

Records recordsOf(std::span<const Generation> generations) {
  Records records;
  for (const auto& generation : generations) {
    if (!generation.proven) continue;
    // All renames of a generation happen at once, so that two files may swap their names.
    std::unordered_map<std::string, Record> moved;
    for (const auto& file : generation.manifest.files) {
      if (file.previousPath.empty() || file.previousPath == file.path) continue;
      if (auto node = records.extract(file.previousPath)) moved[file.path] = std::move(node.mapped());
    }
    for (auto& [path, record] : moved) records[path] = std::move(record);
    for (const auto& file : generation.manifest.files) {
      auto& record = records[file.path];
      for (const auto& hash : file.hashes) {
        if (hash.action == Action::failed) continue;
        addDigest(record.digests, hash.digest);
        record.bytes = file.bytes;
      }
    }
  }
  return records;
}

void settleActions(std::vector<HashEntry>& hashes, const Record* earlier) {
  bool matched = false;
  bool differs = false;
  if (earlier != nullptr) {
    for (const auto& old : earlier->digests) {
      for (const auto& now : hashes) {
        if (now.digest.format != old.format) continue;
        (hash::sameValue(now.digest, old) ? matched : differs) = true;
      }
    }
  }
  for (auto& now : hashes) {
    now.action = differs ? Action::failed : matched ? Action::verified : Action::original;
  }
}

}  // namespace rollproof::mhl
