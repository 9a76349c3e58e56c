// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <set>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"
#include "core/mhl/records.h"
#include "core/mhl/stream.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

using model::HashFormat;

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

void readGeneration(const FileSystem& fs, const std::string& scope, const ChainEntry& entry, History& history,
                    const TakeGeneration& take) {
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
    take(std::move(generation));
    return;
  }
  if (const int named = numberInFileName(entry.fileName); named != entry.number) {
    report("chain_gap", "the manifest's name and its number in the chain differ");
  }
  if (!entry.digest) {
    report("unreadable", "the chain proves this manifest with a hash that is not known here");
    take(std::move(generation));
    return;
  }
  // One read gives the entries and the digest; nothing of a manifest is believed before its digest is the chain's.
  auto source = FileSource::open(fs, path::join(scope, shown), kMaxStreamedBytes, entry.digest->format);
  if (!source) {
    const bool gone = source.error().code == Errc::notFound;
    report(gone ? "manifest_missing" : "unreadable",
           gone ? "the chain lists this manifest but it is not there" : source.error().message);
    take(std::move(generation));
    return;
  }
  auto manifest = readManifest(**source);
  if (const auto digest = (*source)->digest(); !digest) {
    report("unreadable", digest.error().message);
  } else if (!hash::sameValue(*digest, *entry.digest)) {
    report("manifest_altered", "the manifest is not the one the chain was written for");
  } else if (!manifest) {
    report("unreadable", "the manifest " + manifest.error().message);
  } else {
    generation.manifest = std::move(*manifest);
    generation.proven = true;
  }
  take(std::move(generation));
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

// Writes and syncs a file under its part name; the caller gives it the final name. Gives its c4.
Result<model::Digest> writePart(FileSystem& fs, const std::string& part,
                                const std::function<Status(TextSink&)>& write) {
  auto sink = FileSink::create(fs, part);
  if (!sink) return tl::unexpected(sink.error());
  if (auto written = write(**sink); !written) return tl::unexpected(written.error());
  return (*sink)->finish();
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
        const auto digest = digestOfFile(fs, orphan, kMaxStreamedBytes, last.digest->format);
        if (digest && hash::sameValue(*digest, *last.digest)) {
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

Status checkFile(const FileTable& files, std::size_t index) {
  const std::string path(files.path(index));
  if (!path::isSafeRelative(path)) return fail(Errc::usage, "is no path inside the scope", path);
  const std::string previous(files.previousPath(index));
  if (!previous.empty() && !path::isSafeRelative(previous)) {
    return fail(Errc::usage, "is no path inside the scope", previous);
  }
  bool any = false;
  bool malformed = false;
  files.eachHash(index, [&](const FileTable::RawHash& hash) {
    any = true;
    malformed = malformed || hash.value.empty();
  });
  if (!any) return fail(Errc::usage, "has no hash to record", path);
  if (malformed) return fail(Errc::usage, "has a malformed hash", path);
  return {};
}

Status checkEntries(const Manifest& manifest) {
  const auto& files = manifest.files;
  const auto& directories = manifest.directories;
  if (files.empty() && directories.empty() && manifest.references.empty()) {
    return fail(Errc::usage, "there is nothing to seal");
  }
  KeyIndex seen;
  const auto pathOf = [&](std::uint32_t i) {
    return i < files.size() ? files.path(i) : std::string_view(directories[i - files.size()].path);
  };
  for (std::size_t i = 0; i < files.size() + directories.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const std::string path(pathOf(number));
    if (i < files.size()) {
      if (auto checked = checkFile(files, i); !checked) return checked;
    } else if (!path::isSafeRelative(path)) {
      return fail(Errc::usage, "is no path inside the scope", path);
    }
    if (!seen.insert(path, number, pathOf)) return fail(Errc::usage, "is listed twice", path);
  }
  for (const auto& pattern : manifest.ignorePatterns) {
    if (!isXmlText(pattern)) return fail(Errc::usage, "is an ignore pattern that XML cannot hold", pattern);
  }
  return {};
}

void mergePatterns(std::vector<std::string>& into, const std::vector<std::string>& more) {
  for (const auto& pattern : more) {
    if (std::find(into.begin(), into.end(), pattern) == into.end()) into.push_back(pattern);
  }
}

// Everything up to the write: the history it continues, cleaned of an interrupted append. Generations are read one at
// a time and let go, so that a long history costs no more memory than its longest.
struct Continued {
  std::vector<std::string> ignorePatterns{kDefaultIgnores.begin(), kDefaultIgnores.end()};
  Records records;  // only if asked for
  Names names;
  std::vector<ChainEntry> chain;
};

Result<Continued> openForAppend(FileSystem& fs, const std::string& scope, bool withRecords) {
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
  const auto history = visitHistory(fs, scope, [&](const Generation& generation) {
    mergePatterns(continued.ignorePatterns, generation.manifest.ignorePatterns);
    if (withRecords) addGeneration(continued.records, generation);
  });
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
  return continued;
}

}  // namespace

Result<History> readHistory(const FileSystem& fs, const std::string& scope) {
  std::vector<Generation> generations;
  auto history = visitHistory(fs, scope, [&](Generation one) { generations.push_back(std::move(one)); });
  if (history) history->generations = std::move(generations);
  return history;
}

Result<History> visitHistory(const FileSystem& fs, const std::string& scope, const TakeGeneration& take) {
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
        readGeneration(fs, scope, entry, history, take);
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

namespace {

Result<Sealed> append(FileSystem& fs, const std::string& scope, Manifest manifest,
                      const std::vector<DirectoryEntryHash>& directories, const Continued& continued) {
  std::vector<std::string> patterns = continued.ignorePatterns;
  mergePatterns(patterns, manifest.ignorePatterns);
  manifest.ignorePatterns = std::move(patterns);
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
  sealed.generation = continued.chain.empty() ? 1 : continued.chain.back().number + 1;
  const std::string folder = path::join(scope, kFolder);
  for (const auto& name : continued.names.manifests) {
    if (numberInFileName(name) == sealed.generation) {
      return fail(Errc::exists, "is there, has the next number, and is in no chain", path::join(folder, name));
    }
  }
  const std::string fileName = manifestFileName(sealed.generation, path::fileName(scope), manifest.startedAt);
  sealed.manifestPath = path::join(folder, fileName);
  if (auto made = fs.makeDirectories(folder); !made) return tl::unexpected(made.error());
  const std::string manifestPart = path::join(folder, partName(fileName));
  const std::string chainPart = path::join(folder, partName(kChainName));
  const auto digest = writePart(fs, manifestPart, [&](TextSink& sink) { return writeManifest(manifest, sink); });
  if (!digest) return tl::unexpected(digest.error());
  sealed.digest = *digest;
  std::vector<ChainEntry> chain = continued.chain;
  chain.push_back({sealed.generation, fileName, *digest});
  const auto chained = writePart(fs, chainPart, [&](TextSink& sink) { return sink.write(formatChain(chain)); });
  if (!chained) {
    (void)fs.remove(manifestPart);
    return tl::unexpected(chained.error());
  }
  Status status = fs.syncDirectory(folder);
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

// What an earlier generation knows is not original any more.
void settle(FileTable& files, const Records& earlier) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto previous = files.previousPath(i);
    const auto known = earlier.find(previous.empty() ? files.path(i) : previous);
    if (known == earlier.end()) continue;
    bool asOriginal = false;
    files.eachHash(i,
                   [&](const FileTable::RawHash& hash) { asOriginal = asOriginal || hash.action == Action::original; });
    if (!asOriginal) continue;
    FileEntry file = files[i];
    settleActions(file.hashes, &known->second);
    files.setActions(i, file.hashes.front().action);
  }
}

}  // namespace

Result<Sealed> appendPrepared(FileSystem& fs, const std::string& scope, Manifest manifest,
                              const std::vector<DirectoryEntryHash>& directories) {
  const auto continued = openForAppend(fs, scope, false);
  if (!continued) return tl::unexpected(continued.error());
  return append(fs, scope, std::move(manifest), directories, *continued);
}

Result<Sealed> appendGeneration(FileSystem& fs, const std::string& scope, Manifest manifest,
                                const std::vector<std::string>& allDirectories) {
  for (const auto& directory : allDirectories) {
    if (!path::isSafeRelative(directory)) return fail(Errc::usage, "is no path inside the scope", directory);
  }
  auto continued = openForAppend(fs, scope, true);
  if (!continued) return tl::unexpected(continued.error());
  settle(manifest.files, continued->records);
  continued->records = {};
  std::vector<HashFormat> formats;
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    manifest.files.eachHash(i, [&](const FileTable::RawHash& hash) {
      if (std::find(formats.begin(), formats.end(), hash.format) == formats.end()) formats.push_back(hash.format);
    });
  }
  if (formats.empty()) formats.push_back(HashFormat::xxh64);  // folders alone have hashes too
  auto directories = directoryHashes(manifest.files, allDirectories, formats);
  for (auto& directory : directories) {
    if (const auto info = fs.info(path::join(scope, directory.path))) {
      directory.modifiedUnixNanos = info->modifiedUnixNanos;
    }
  }
  return append(fs, scope, std::move(manifest), directories, *continued);
}

Result<Sealed> appendFiles(FileSystem& fs, const std::string& scope, Manifest manifest) {
  if (const auto history = readHistory(fs, scope); history) {
    for (const auto& generation : history->generations) {
      if (generation.manifest.root || !generation.manifest.directories.empty()) {
        return fail(Errc::usage, "the history speaks of whole folders; all of it is to be sealed", scope);
      }
    }
  } else if (history.error().code != Errc::notFound) {
    return tl::unexpected(history.error());
  }
  auto continued = openForAppend(fs, scope, true);
  if (!continued) return tl::unexpected(continued.error());
  settle(manifest.files, continued->records);
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    bool differs = false;
    manifest.files.eachHash(
        i, [&](const FileTable::RawHash& hash) { differs = differs || hash.action == Action::failed; });
    if (differs) {
      return fail(Errc::conflict, "the history knows this file with other content",
                  path::join(scope, std::string(manifest.files.path(i))));
    }
  }
  continued->records = {};
  return append(fs, scope, std::move(manifest), {}, *continued);
}

}  // namespace rollproof::mhl
