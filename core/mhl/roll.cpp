// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/roll.h"

#include <algorithm>

#include "core/base/path.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

using model::HashFormat;

bool isManifestFolder(const std::string& relative) { return path::fileName(relative) == kFolder; }

// The newest generation that says what its folders are; one that only refers to nested histories does not.
const Generation* newestWithFolders(const History& history) {
  for (auto it = history.generations.rbegin(); it != history.generations.rend(); ++it) {
    const Manifest& manifest = it->manifest;
    if (it->proven && (!manifest.files.empty() || !manifest.directories.empty() || manifest.root)) return &*it;
  }
  return nullptr;
}

void finding(Roll& roll, std::string kind, std::string where, std::string text) {
  roll.findings.push_back({std::move(kind), std::move(where), std::move(text)});
}

void addScope(Roll& roll, const FileSystem& fs, const std::string& relative, const VerifyOptions& options) {
  auto history = readHistory(fs, path::join(roll.root, relative));
  if (!history) {
    if (history.error().code != Errc::notFound) {
      finding(roll, "unreadable", path::join(relative, kFolder), history.error().message);
      ++roll.unreadable;
    }
    return;
  }
  addHistory(roll, relative, std::move(*history), options);
}

}  // namespace

void mergeFormats(std::vector<HashFormat>& into, const std::vector<HashFormat>& more) {
  for (const auto format : more) {
    if (std::find(into.begin(), into.end(), format) == into.end()) into.push_back(format);
  }
}

std::string insideScope(const Scope& scope, const std::string& relative) {
  return scope.relative.empty() ? relative : relative.substr(scope.relative.size() + 1);
}

bool isBelow(const std::string& relative, const std::string& folder) {
  return folder.empty() || (relative.size() > folder.size() && relative[folder.size()] == '/' &&
                            relative.compare(0, folder.size(), folder) == 0);
}

void addBareScope(Roll& roll, const VerifyOptions& options) {
  Scope scope;
  std::vector<std::string> patterns(kDefaultIgnores.begin(), kDefaultIgnores.end());
  patterns.insert(patterns.end(), options.ignorePatterns.begin(), options.ignorePatterns.end());
  scope.ignores = IgnoreRules(patterns);
  scope.formats = options.formats.empty() ? std::vector{HashFormat::xxh64} : options.formats;
  roll.scopes.insert(roll.scopes.begin(), std::move(scope));
  roll.hasOwnHistory = options.begin;
}

void addHistory(Roll& roll, const std::string& relative, History history, const VerifyOptions& options) {
  Scope scope;
  scope.relative = relative;
  scope.history = std::move(history);
  for (auto& one : scope.history.findings) finding(roll, one.kind, path::join(relative, one.path), one.text);
  // A chain whose entries changed places has said so; its generations are still what their numbers say.
  std::stable_sort(scope.history.generations.begin(), scope.history.generations.end(),
                   [](const Generation& a, const Generation& b) { return a.number < b.number; });
  scope.records = recordsOf(scope.history.generations);
  std::vector<std::string> patterns(kDefaultIgnores.begin(), kDefaultIgnores.end());
  for (const auto& generation : scope.history.generations) {
    patterns.insert(patterns.end(), generation.manifest.ignorePatterns.begin(),
                    generation.manifest.ignorePatterns.end());
  }
  if (relative.empty()) {
    patterns.insert(patterns.end(), options.ignorePatterns.begin(), options.ignorePatterns.end());
  }
  std::unordered_set<std::string> seen;
  std::erase_if(patterns, [&](const std::string& one) { return !seen.insert(one).second; });
  scope.ignores = IgnoreRules(patterns);
  if (const Generation* newest = newestWithFolders(scope.history)) {
    scope.expectedFolders = newest->manifest.directories;
    scope.references = newest->manifest.references;
    if (newest->manifest.root) scope.expectedFolders.push_back(*newest->manifest.root);
    for (const auto& folder : scope.expectedFolders) {
      mergeFormats(scope.folderFormats, formatsOf(folder.content));
      mergeFormats(scope.folderFormats, formatsOf(folder.structure));
    }
    scope.formats = scope.folderFormats;
    for (const auto& file : newest->manifest.files) {
      if (!scope.formats.empty()) break;
      for (const auto& hash : file.hashes) mergeFormats(scope.formats, {hash.digest.format});
    }
  }
  mergeFormats(scope.formats, options.formats);
  if (scope.formats.empty()) scope.formats = {HashFormat::xxh64};
  roll.scopes.push_back(std::move(scope));
}

bool provesAnything(const Scope& scope) {
  const auto& generations = scope.history.generations;
  return scope.history.scope.empty() ||  // a bare one: there is nothing to prove it with, and nothing is lost
         std::any_of(generations.begin(), generations.end(), [](const Generation& one) { return one.proven; });
}

bool isAhead(const Roll& roll, const Scope& scope) {
  const auto& generations = scope.history.generations;
  const auto newest =
      std::find_if(generations.rbegin(), generations.rend(), [](const auto& one) { return one.proven; });
  if (scope.relative.empty() || newest == generations.rend()) return false;
  const std::string manifest = path::join(path::join(scope.relative, kFolder), newest->fileName);
  const Scope& above = roll.scopes[scope.parent];
  return std::none_of(above.references.begin(), above.references.end(),
                      [&](const Reference& one) { return path::join(above.relative, one.path) == manifest; });
}

void findScopes(Roll& roll, const FileSystem& fs, const Tree& tree, const VerifyOptions& options) {
  std::vector<std::string> roots;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind != FileKind::directory) continue;
    const std::string name = path::fileName(entry.path);
    if (name == "asc-mhl") finding(roll, "older_history", entry.path, "a history from before the standard, not read");
    // What lies inside an ascmhl folder is no scope of its own.
    if (name == kFolder && !isManifestFolder(path::parent(entry.path))) roots.push_back(path::parent(entry.path));
  }
  std::sort(roots.begin(), roots.end(), [](const std::string& a, const std::string& b) {
    return std::make_pair(std::count(a.begin(), a.end(), '/') + (a.empty() ? 0 : 1), a) <
           std::make_pair(std::count(b.begin(), b.end(), '/') + (b.empty() ? 0 : 1), b);
  });
  for (const auto& root : roots) addScope(roll, fs, root, options);
}

void place(Roll& roll, const Tree& tree) {
  std::unordered_map<std::string, std::size_t> scopeOfFolder{{"", 0}};
  std::unordered_map<std::string, std::size_t> scopeAt;
  for (std::size_t i = 0; i < roll.scopes.size(); ++i) scopeAt[roll.scopes[i].relative] = i;
  std::unordered_set<std::string> ignoredFolders;
  std::unordered_set<std::string> manifestFolders;
  roll.emptyFolders.insert("");
  for (const auto& entry : tree.entries) {
    const std::string above = path::parent(entry.path);
    const bool isFolder = entry.info.kind == FileKind::directory;
    if (manifestFolders.contains(above) || (isFolder && path::fileName(entry.path) == kFolder)) {
      if (isFolder) manifestFolders.insert(entry.path);
      if (entry.info.kind == FileKind::regular) roll.manifestFiles.emplace(entry.path, entry.info);
      continue;
    }
    const auto known = scopeOfFolder.find(above);
    const std::size_t inherited = known == scopeOfFolder.end() ? 0 : known->second;
    bool ignored = ignoredFolders.contains(above);
    for (std::size_t i = inherited; !ignored; i = roll.scopes[i].parent) {
      ignored = roll.scopes[i].ignores.matches(insideScope(roll.scopes[i], entry.path), isFolder);
      if (i == 0) break;
    }
    if (!ignored && (isFolder || entry.info.kind == FileKind::regular)) roll.emptyFolders.erase(above);
    if (isFolder) {
      std::size_t own = inherited;
      if (const auto at = scopeAt.find(entry.path); at != scopeAt.end()) {
        own = at->second;
        roll.scopes[own].parent = inherited;
      }
      scopeOfFolder[entry.path] = own;
      roll.folderPaths.insert(entry.path);
      if (ignored) {
        ignoredFolders.insert(entry.path);
      } else {
        roll.folders.emplace_back(entry.path, own);
        roll.emptyFolders.insert(entry.path);
      }
    } else if (entry.info.kind == FileKind::regular) {
      Item item;
      item.relative = entry.path;
      item.info = entry.info;
      item.scope = inherited;
      item.ignored = ignored;
      roll.itemByPath.emplace(entry.path, roll.items.size());
      roll.items.push_back(std::move(item));
    } else {
      roll.others.insert(entry.path);
      if (!ignored) finding(roll, "not_regular", entry.path, "is a link or special file: neither followed nor read");
    }
  }
  for (auto& item : roll.items) {
    const Scope& scope = roll.scopes[item.scope];
    if (const auto known = scope.records.find(insideScope(scope, item.relative)); known != scope.records.end()) {
      item.record = &known->second;
    }
  }
  // The walk is depth first, so what a scope holds stands together.
  const auto extend = [&](std::size_t owner, std::size_t index, std::size_t Scope::*first, std::size_t Scope::*end) {
    for (std::size_t s = owner;; s = roll.scopes[s].parent) {
      Scope& scope = roll.scopes[s];
      if (scope.*end == 0) scope.*first = index;
      scope.*end = index + 1;
      if (s == 0) return;
    }
  };
  for (std::size_t i = 0; i < roll.items.size(); ++i) {
    extend(roll.items[i].scope, i, &Scope::firstItem, &Scope::endItem);
  }
  for (std::size_t i = 0; i < roll.folders.size(); ++i) {
    extend(roll.folders[i].second, i, &Scope::firstFolder, &Scope::endFolder);
  }
}

std::vector<FileEntry> entriesBelow(const Roll& roll, const Scope& scope) {
  std::vector<FileEntry> files;
  for (std::size_t i = scope.firstItem; i < scope.endItem; ++i) {
    const Item& item = roll.items[i];
    if (item.ignored) continue;
    FileEntry file;
    file.path = insideScope(scope, item.relative);
    for (const auto& digest : item.now) {
      file.hashes.push_back({digest, item.action == Action::failed ? Action::failed : Action::verified, {}});
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> foldersBelow(const Roll& roll, const Scope& scope) {
  std::vector<std::string> folders;
  for (std::size_t i = scope.firstFolder; i < scope.endFolder; ++i) {
    if (const auto& where = roll.folders[i].first; isBelow(where, scope.relative)) {
      folders.push_back(insideScope(scope, where));
    }
  }
  return folders;
}

}  // namespace rollproof::mhl
