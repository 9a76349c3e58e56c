// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/roll_seal.h"

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {

namespace {

Result<Sealed> sealOne(FileSystem& fs, const Roll& roll, std::size_t s, const VerifyOptions& options,
                       WallTime startedAt, std::vector<Reference> references) {
  const Scope& scope = roll.scopes[s];
  Manifest manifest;
  manifest.creator = options.creator;
  manifest.startedAt = startedAt;
  manifest.process = Process::inPlace;
  manifest.references = std::move(references);
  if (s == 0) manifest.ignorePatterns = options.ignorePatterns;
  const std::string date = isoUtc(startedAt);
  for (std::size_t i = scope.firstItem; i < scope.endItem; ++i) {
    const Item& item = roll.items[i];
    // A file that is only ignored now, or could not be read, gets no record: it was not proven.
    if (item.scope != s || item.now.empty() || (item.ignored && item.record == nullptr)) continue;
    FileEntry file;
    file.path = insideScope(scope, item.relative);
    file.bytes = item.info.bytes;
    file.modifiedUnixNanos = item.info.modifiedUnixNanos;
    const Record* earlier = item.record;
    if (!item.previousPath.empty()) {
      file.previousPath = insideScope(scope, item.previousPath);
      if (const auto known = scope.records.find(file.previousPath); known != scope.records.end()) {
        earlier = &known->second;
      } else {
        file.previousPath.clear();
      }
    }
    for (const auto& digest : item.now) file.hashes.push_back({digest, Action::original, date});
    settleActions(file.hashes, earlier);
    manifest.files.push_back(std::move(file));
  }
  // Folders of nested histories are theirs to record, but their roots are ordinary folders here.
  std::vector<DirectoryEntryHash> folders;
  std::unordered_map<std::string, std::size_t> owners;
  for (std::size_t i = scope.firstFolder; i < scope.endFolder; ++i) owners.insert(roll.folders[i]);
  for (auto& folder : directoryHashes(entriesBelow(roll, scope), foldersBelow(roll, scope), scope.formats)) {
    const std::string where = path::join(scope.relative, folder.path);
    if (!folder.path.empty()) {
      const auto owner = owners.find(where);
      const bool nestedRoot = owner != owners.end() && roll.scopes[owner->second].relative == where &&
                              roll.scopes[owner->second].parent == s;
      if (owner == owners.end() || (owner->second != s && !nestedRoot)) continue;
    }
    if (const auto info = fs.info(path::join(roll.root, where))) folder.modifiedUnixNanos = info->modifiedUnixNanos;
    folders.push_back(std::move(folder));
  }
  return appendPrepared(fs, path::join(roll.root, scope.relative), std::move(manifest), folders);
}

}  // namespace

void sealRoll(FileSystem& fs, const Roll& roll, const VerifyOptions& options, WallTime startedAt,
              VerifyOutcome& outcome) {
  std::vector<std::vector<Reference>> references(roll.scopes.size());
  for (std::size_t s = roll.scopes.size(); s-- > 0;) {
    if (s == 0 && !roll.hasOwnHistory) continue;
    const Scope& scope = roll.scopes[s];
    const auto sealed = sealOne(fs, roll, s, options, startedAt, std::move(references[s]));
    if (!sealed) {
      const bool readOnly = sealed.error().code == Errc::readOnly || sealed.error().code == Errc::permission;
      outcome.findings.push_back(
          {readOnly ? "not_sealed" : "seal_failed", path::join(scope.relative, kFolder),
           readOnly ? "this place takes no writing, so the result is in no generation" : sealed.error().message});
      continue;
    }
    outcome.manifests.push_back(sealed->manifestPath);
    const std::string where = sealed->manifestPath.substr(roll.root.size() + (roll.root == "/" ? 0 : 1));
    outcome.findings.push_back({"sealed", where, "generation " + std::to_string(sealed->generation)});
    if (s == 0) continue;
    references[scope.parent].push_back({insideScope(roll.scopes[scope.parent], where), sealed->digest});
  }
}

}  // namespace rollproof::mhl
