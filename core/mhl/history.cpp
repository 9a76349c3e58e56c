// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <unordered_set>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"
#include "core/mhl/records.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

using model::HashFormat;

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

bool isManifestName(const std::string& name) { return path::extension(name) == "mhl" && !isPartName(name); }
bool isCompanion(const std::string& name) { return name.starts_with("._"); }

std::string inFolder(std::string_view name) { return path::join(kFolder, name); }

struct Names {
  std::vector<std::string> manifests;  // sorted
  bool hasChain = false;
};

Result<Names> listFolder(const FileSystem& fs, const std::string& scope) {
  const std::string folder = path::join(scope, kFolder);
  const auto info = fs.info(folder);
  if (!info) return tl::unexpected(info.error());
  if (info->kind != FileKind::directory) return fail(Errc::notFound, "has no ASC MHL history", scope);
  auto entries = fs.list(folder);
  if (!entries) return tl::unexpected(entries.error());
  Names names;
  for (auto& entry : *entries) {
    if (entry.name == kChainName) names.hasChain = true;
    if (isManifestName(entry.name)) names.manifests.push_back(std::move(entry.name));
  }
  std::sort(names.manifests.begin(), names.manifests.end());
  return names;
}

void readGeneration(const FileSystem& fs, const std::string& scope, const ChainEntry& entry, History& history) {
  Generation generation;
  generation.number = entry.number;
  generation.fileName = entry.fileName;
  if (entry.digest && entry.digest->format == HashFormat::c4) generation.c4 = entry.digest->text;
  const std::string shown = inFolder(entry.fileName);
  const auto report = [&](const char* kind, std::string text) {
    history.findings.push_back({kind, shown, std::move(text)});
  };
  if (!path::isSafeRelative(entry.fileName) || entry.fileName.find('/') != std::string::npos) {
    history.findings.push_back(
        {"chain_gap", inFolder(kChainName), "the chain names a manifest outside its own folder"});
    history.generations.push_back(std::move(generation));
    return;
  }
  if (const int named = numberInFileName(entry.fileName); named != entry.number) {
    report("chain_gap", "the manifest's name and its number in the chain differ");
  }
  const auto content = readSmallFile(fs, path::join(scope, shown), kMaxManifestBytes);
  if (!content) {
    const bool gone = content.error().code == Errc::notFound;
    report(gone ? "manifest_missing" : "unreadable",
           gone ? "the chain lists this manifest but it is not there" : content.error().message);
  } else if (!entry.digest) {
    report("unreadable", "the chain proves this manifest with a hash that is not known here");
  } else if (!hash::sameValue(hash::digestOf(entry.digest->format, bytesOf(*content)), *entry.digest)) {
    report("manifest_altered", "the manifest is not the one the chain was written for");
  } else if (auto manifest = parseManifest(*content); !manifest) {
    report("unreadable", "the manifest " + manifest.error().message);
  } else {
    generation.manifest = std::move(*manifest);
    generation.proven = true;
  }
  history.generations.push_back(std::move(generation));
}

bool isBroken(const History& history) {
  return std::any_of(history.findings.begin(), history.findings.end(),
                     [](const Finding& one) { return one.kind != "unlisted_manifest"; });
}

Result<std::vector<ChainEntry>> readChain(const FileSystem& fs, const std::string& chainPath) {
  const auto content = readSmallFile(fs, chainPath, kMaxChainBytes);
  if (!content) return tl::unexpected(content.error());
  return parseChain(*content);
}

// Writes and syncs a file under its part name; the caller gives it the final name.
Status writePart(FileSystem& fs, const std::string& part, const std::string& content) {
  auto file = fs.createNew(part);
  if (!file) return tl::unexpected(file.error());
  Status status = (*file)->writeAt(bytesOf(content), 0);
  if (status) status = (*file)->sync();
  const Status closed = (*file)->close();
  if (status) status = closed;
  if (!status) (void)fs.remove(part);
  return status;
}

// An append that was killed leaves part files, and, if it came as far as naming the manifest, a manifest that the
// pending chain lists and the chain does not. It never was a generation: away with it. Anything else stays untouched.
Status rollBackInterrupted(FileSystem& fs, const std::string& scope) {
  const std::string folder = path::join(scope, kFolder);
  auto entries = fs.list(folder);
  if (!entries) return tl::unexpected(entries.error());
  const std::string chainPart = partName(kChainName);
  const bool pending =
      std::any_of(entries->begin(), entries->end(), [&](const DirectoryEntry& one) { return one.name == chainPart; });
  if (pending) {
    const auto planned = readChain(fs, path::join(folder, chainPart));
    const auto listed = readChain(fs, path::join(folder, kChainName));
    if (planned && !planned->empty() && planned->back().digest && (listed || listed.error().code == Errc::notFound) &&
        planned->size() == (listed ? listed->size() : 0) + 1) {
      const auto& last = planned->back();
      const bool plainName = path::isSafeRelative(last.fileName) && last.fileName.find('/') == std::string::npos;
      const bool isListed = listed && std::any_of(listed->begin(), listed->end(),
                                                  [&](const ChainEntry& one) { return one.fileName == last.fileName; });
      if (plainName && !isListed && isManifestName(last.fileName)) {
        const std::string orphan = path::join(folder, last.fileName);
        const auto content = readSmallFile(fs, orphan, kMaxManifestBytes);
        if (content && hash::sameValue(hash::digestOf(last.digest->format, bytesOf(*content)), *last.digest)) {
          if (auto gone = fs.remove(orphan); !gone) return gone;
        }
      }
    }
  }
  for (const auto& entry : *entries) {
    if (!isPartName(entry.name) || entry.name == chainPart) continue;
    if (auto gone = fs.remove(path::join(folder, entry.name)); !gone) return gone;
  }
  // Last, so that a crash in here leaves the proof that the manifest is ours.
  if (pending) {
    if (auto gone = fs.remove(path::join(folder, chainPart)); !gone) return gone;
  }
  return {};
}

Status checkEntries(const Manifest& manifest) {
  if (manifest.files.empty() && manifest.directories.empty() && manifest.references.empty()) {
    return fail(Errc::usage, "there is nothing to seal");
  }
  std::unordered_set<std::string_view> seen;
  for (const auto& file : manifest.files) {
    if (!path::isSafeRelative(file.path)) return fail(Errc::usage, "is no path inside the scope", file.path);
    if (!seen.insert(file.path).second) return fail(Errc::usage, "is listed twice", file.path);
    if (file.hashes.empty()) return fail(Errc::usage, "has no hash to record", file.path);
    if (!file.previousPath.empty() && !path::isSafeRelative(file.previousPath)) {
      return fail(Errc::usage, "is no path inside the scope", file.previousPath);
    }
    for (const auto& hash : file.hashes) {
      if (hash::rawBytes(hash.digest).empty()) return fail(Errc::usage, "has a malformed hash", file.path);
    }
  }
  for (const auto& directory : manifest.directories) {
    if (!path::isSafeRelative(directory.path)) return fail(Errc::usage, "is no path inside the scope", directory.path);
    if (!seen.insert(directory.path).second) return fail(Errc::usage, "is listed twice", directory.path);
  }
  for (const auto& pattern : manifest.ignorePatterns) {
    if (!isXmlText(pattern)) return fail(Errc::usage, "is an ignore pattern that XML cannot hold", pattern);
  }
  return {};
}

void mergeIgnores(Manifest& manifest, const History& history) {
  std::vector<std::string> merged(kDefaultIgnores.begin(), kDefaultIgnores.end());
  const auto add = [&](const std::vector<std::string>& patterns) {
    for (const auto& pattern : patterns) {
      if (std::find(merged.begin(), merged.end(), pattern) == merged.end()) merged.push_back(pattern);
    }
  };
  for (const auto& generation : history.generations) add(generation.manifest.ignorePatterns);
  add(manifest.ignorePatterns);
  manifest.ignorePatterns = std::move(merged);
}

// Everything up to the write: the history it continues, cleaned of an interrupted append.
struct Continued {
  History history;
  Names names;
  std::vector<ChainEntry> chain;
};

Result<Continued> openForAppend(FileSystem& fs, const std::string& scope) {
  const std::string folder = path::join(scope, kFolder);
  Continued continued;
  if (const auto there = fs.info(folder); !there) {
    if (there.error().code != Errc::notFound) return tl::unexpected(there.error());
    return continued;
  }
  if (auto clean = rollBackInterrupted(fs, scope); !clean) return tl::unexpected(clean.error());
  auto names = listFolder(fs, scope);
  if (!names) return tl::unexpected(names.error());
  continued.names = std::move(*names);
  auto history = readHistory(fs, scope);
  if (!history) {
    if (history.error().code != Errc::notFound) return tl::unexpected(history.error());
    return continued;
  }
  if (isBroken(*history)) {
    const auto& first = *std::find_if(history->findings.begin(), history->findings.end(),
                                      [](const Finding& one) { return one.kind != "unlisted_manifest"; });
    return fail(Errc::corrupt, "the history cannot be continued: " + first.text, path::join(scope, first.path));
  }
  if (continued.names.hasChain) {
    auto chain = readChain(fs, path::join(folder, kChainName));
    if (!chain) return tl::unexpected(chain.error());
    continued.chain = std::move(*chain);
  }
  continued.history = std::move(*history);
  return continued;
}

}  // namespace

Result<History> readHistory(const FileSystem& fs, const std::string& scope) {
  const auto names = listFolder(fs, scope);
  if (!names) return tl::unexpected(names.error());
  History history;
  history.scope = scope;
  std::set<std::string> listed;
  if (names->hasChain) {
    const std::string shown = inFolder(kChainName);
    const auto chain = readChain(fs, path::join(scope, shown));
    if (!chain) {
      history.findings.push_back({"unreadable", shown, "the chain " + chain.error().message});
    } else {
      if (chain->empty()) history.findings.push_back({"chain_gap", shown, "the chain lists no generation"});
      int expected = 1;
      for (const auto& entry : *chain) {
        if (entry.number != expected) {
          history.findings.push_back({"chain_gap", shown,
                                      "the chain has number " + std::to_string(entry.number) + " where " +
                                          std::to_string(expected) + " belongs"});
        }
        expected = entry.number < 999'999'999 ? entry.number + 1 : entry.number;
        if (!listed.insert(entry.fileName).second) {
          history.findings.push_back({"chain_gap", shown, "the chain lists one manifest twice"});
          continue;
        }
        readGeneration(fs, scope, entry, history);
      }
    }
  } else {
    const bool any = std::any_of(names->manifests.begin(), names->manifests.end(),
                                 [](const std::string& name) { return !isCompanion(name); });
    if (!any) return fail(Errc::notFound, "has no ASC MHL history", scope);
    history.findings.push_back(
        {"chain_missing", inFolder(kChainName), "there are manifests but no chain that lists them"});
  }
  for (const auto& name : names->manifests) {
    if (listed.contains(name)) continue;
    history.findings.push_back({"unlisted_manifest", inFolder(name),
                                isCompanion(name) ? "a companion file of another system, not read"
                                                  : "the chain does not list this manifest, so it proves nothing"});
  }
  return history;
}

Result<Sealed> appendPrepared(FileSystem& fs, const std::string& scope, Manifest manifest,
                              const std::vector<DirectoryEntryHash>& directories) {
  auto continued = openForAppend(fs, scope);
  if (!continued) return tl::unexpected(continued.error());
  mergeIgnores(manifest, continued->history);
  manifest.root.reset();
  manifest.directories.clear();
  for (const auto& directory : directories) {
    if (directory.path.empty()) {
      manifest.root = directory;
    } else {
      manifest.directories.push_back(directory);
    }
  }
  if (auto checked = checkEntries(manifest); !checked) return tl::unexpected(checked.error());

  Sealed sealed;
  sealed.generation = continued->chain.empty() ? 1 : continued->chain.back().number + 1;
  const std::string folder = path::join(scope, kFolder);
  for (const auto& name : continued->names.manifests) {
    if (numberInFileName(name) == sealed.generation) {
      return fail(Errc::exists, "is there, has the next number, and is in no chain", path::join(folder, name));
    }
  }
  const std::string fileName = manifestFileName(sealed.generation, path::fileName(scope), manifest.startedAt);
  sealed.manifestPath = path::join(folder, fileName);
  const std::string text = formatManifest(manifest);
  continued->chain.push_back({sealed.generation, fileName, hash::digestOf(HashFormat::c4, bytesOf(text))});

  if (auto made = fs.makeDirectories(folder); !made) return tl::unexpected(made.error());
  const std::string manifestPart = path::join(folder, partName(fileName));
  const std::string chainPart = path::join(folder, partName(kChainName));
  Status status = writePart(fs, manifestPart, text);
  if (!status) return tl::unexpected(status.error());
  status = writePart(fs, chainPart, formatChain(continued->chain));
  if (!status) {
    (void)fs.remove(manifestPart);
    return tl::unexpected(status.error());
  }
  status = fs.syncDirectory(folder);
  if (status) status = fs.renameNew(manifestPart, sealed.manifestPath);
  if (!status) {
    (void)fs.remove(manifestPart);
    (void)fs.remove(chainPart);
    return tl::unexpected(status.error());
  }
  status = fs.syncDirectory(folder);
  if (status) status = fs.renameReplace(chainPart, path::join(folder, kChainName));
  if (!status) {
    // Not committed: what is left says so itself, and the next append clears it should this fail too.
    (void)fs.remove(sealed.manifestPath);
    (void)fs.remove(chainPart);
    return tl::unexpected(status.error());
  }
  if (auto synced = fs.syncDirectory(folder); !synced) return tl::unexpected(synced.error());
  return sealed;
}

Result<Sealed> appendGeneration(FileSystem& fs, const std::string& scope, Manifest manifest,
                                const std::vector<std::string>& allDirectories) {
  auto history = readHistory(fs, scope);
  if (!history && history.error().code != Errc::notFound) return tl::unexpected(history.error());
  if (history && !history->generations.empty()) {
    const Records earlier = recordsOf(history->generations);
    for (auto& file : manifest.files) {
      const bool asOriginal = std::any_of(file.hashes.begin(), file.hashes.end(),
                                          [](const HashEntry& one) { return one.action == Action::original; });
      const auto known = earlier.find(file.previousPath.empty() ? file.path : file.previousPath);
      if (asOriginal && known != earlier.end()) settleActions(file.hashes, &known->second);
    }
  }
  std::vector<HashFormat> formats;
  for (const auto& file : manifest.files) {
    for (const auto& one : file.hashes) {
      if (std::find(formats.begin(), formats.end(), one.digest.format) == formats.end()) {
        formats.push_back(one.digest.format);
      }
    }
  }
  if (formats.empty()) formats.push_back(HashFormat::xxh64);  // folders alone have hashes too
  for (const auto& directory : allDirectories) {
    if (!path::isSafeRelative(directory)) return fail(Errc::usage, "is no path inside the scope", directory);
  }
  auto directories = directoryHashes(manifest.files, allDirectories, formats);
  for (auto& directory : directories) {
    if (const auto info = fs.info(path::join(scope, directory.path))) {
      directory.modifiedUnixNanos = info->modifiedUnixNanos;
    }
  }
  return appendPrepared(fs, scope, std::move(manifest), directories);
}

}  // namespace rollproof::mhl
