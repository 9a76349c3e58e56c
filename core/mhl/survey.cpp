// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/survey.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/ignore.h"
#include "core/mhl/list_verifier.h"
#include "core/mhl/nested.h"
#include "core/mhl/records.h"
#include "core/mhl/stream.h"
#include "core/mhl/sum_file.h"

namespace rollproof::mhl {
namespace {

std::string scopeOf(const std::string& path) {
  std::string scope = path::absolute(path);
  return path::fileName(scope) == kFolder ? path::parent(scope) : scope;
}

bool isManifestFile(const FileSystem& fs, const std::string& path) {
  const auto info = fs.info(path);
  return path::extension(path) == "mhl" && info && info->kind == FileKind::regular;
}

GenerationInfo infoOf(const Generation& generation) {
  const Manifest& manifest = generation.manifest;
  GenerationInfo info;
  info.number = generation.number;
  info.fileName = generation.fileName;
  info.c4 = generation.c4;
  info.proven = generation.proven;
  info.creator = manifest.creator;
  info.startedAt = manifest.startedAt;
  info.process = manifest.process;
  info.files = manifest.files.size();
  info.directories = manifest.directories.size();
  info.root = manifest.root;
  info.references = manifest.references;
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    info.bytes += manifest.files.bytes(i);
    if (!manifest.files.previousPath(i).empty()) ++info.renamed;
    bool original = false;
    bool verified = false;
    bool failed = false;
    manifest.files.eachHash(i, [&](const FileTable::RawHash& hash) {
      ++info.formats[hash::name(hash.format)];
      original = original || hash.action == Action::original;
      verified = verified || hash.action == Action::verified;
      failed = failed || hash.action == Action::failed;
    });
    if (failed) {
      ++info.failed;
    } else if (verified) {
      ++info.verified;
    } else if (original) {
      ++info.original;
    }
  }
  return info;
}

void mergePatterns(std::vector<std::string>& into, const std::vector<std::string>& more) {
  for (const auto& one : more) {
    if (std::find(into.begin(), into.end(), one) == into.end()) into.push_back(one);
  }
}

Result<Generation> loneManifest(const FileSystem& fs, const std::string& path) {
  auto source = FileSource::open(fs, path, kMaxStreamedBytes, model::HashFormat::c4);
  if (!source) return tl::unexpected(source.error());
  auto manifest = readManifest(**source);
  if (!manifest) {
    Error error = manifest.error();
    error.subject = path;
    return tl::unexpected(error);
  }
  const auto digest = (*source)->digest();
  if (!digest) return tl::unexpected(digest.error());
  Generation generation;
  generation.number = numberInFileName(path::fileName(path));
  generation.fileName = path::fileName(path);
  generation.c4 = digest->text;
  generation.manifest = std::move(*manifest);
  return generation;
}

// Does the chain beside a manifest list it with this c4?
bool isInChain(const FileSystem& fs, const std::string& path, const std::string& c4) {
  const auto text = readSmallFile(fs, path::join(path::parent(path), kChainName), kMaxChainBytes);
  if (!text) return false;
  const auto chain = parseChain(*text);
  return chain && std::any_of(chain->begin(), chain->end(), [&](const ChainEntry& one) {
           return one.fileName == path::fileName(path) && one.digest && one.digest->text == c4;
         });
}

Result<Survey> surveyList(const FileSystem& fs, const std::string& path) {
  auto read = readHashList(fs, path);
  if (!read) {
    Error error = read.error();
    error.subject = path;
    return tl::unexpected(error);
  }
  Survey survey;
  survey.scope = path;
  ListInfo& info = survey.list.emplace();
  info.isClassic = !isSumFile(path);
  info.files = read->files.size();
  for (const auto& file : read->files) {
    info.bytes += file.bytes.value_or(0);
    if (file.hashes.empty()) ++info.withoutHash;
    std::set<model::HashFormat> formats;
    for (const auto& one : file.hashes) formats.insert(one.digest.format);
    for (const auto format : formats) ++info.formats[hash::name(format)];
  }
  info.refused = std::move(read->refused);
  return survey;
}

Result<Survey> surveyManifest(const FileSystem& fs, const std::string& path) {
  auto generation = loneManifest(fs, path);
  if (!generation) {
    const auto text = readSmallFile(fs, path, kMaxManifestBytes);
    if (text && isClassicText(*text)) return surveyList(fs, path);
    return tl::unexpected(generation.error());
  }
  generation->proven = isInChain(fs, path, generation->c4);
  Survey survey;
  survey.scope = path;
  HistoryInfo& history = survey.histories.emplace_back();
  history.ignorePatterns = generation->manifest.ignorePatterns;
  history.generations.push_back(infoOf(*generation));
  if (!generation->proven) {
    history.findings.push_back({"unlisted_manifest", path::fileName(path), "no chain vouches for it"});
  }
  return survey;
}

}  // namespace

const char* name(Process process) {
  switch (process) {
    case Process::inPlace:
      return "in-place";
    case Process::transfer:
      return "transfer";
    case Process::flatten:
      return "flatten";
    case Process::unknown:
      break;
  }
  return "unknown";
}

Result<Survey> surveyHistory(const FileSystem& fs, const std::string& path) {
  const std::string absolute = path::absolute(path);
  if (isManifestFile(fs, absolute)) return surveyManifest(fs, absolute);
  if (const auto info = fs.info(absolute); info && info->kind == FileKind::regular && isSumFile(absolute)) {
    return surveyList(fs, absolute);
  }
  Survey survey;
  survey.scope = scopeOf(absolute);
  std::map<std::string, HistoryInfo> infos;
  auto nested = visitNested(fs, survey.scope, [&](const std::string& relative, const Generation& generation) {
    HistoryInfo& info = infos[relative];
    info.generations.push_back(infoOf(generation));
    mergePatterns(info.ignorePatterns, generation.manifest.ignorePatterns);
  });
  if (!nested) return tl::unexpected(nested.error());
  for (auto& one : *nested) {
    HistoryInfo& info = infos[one.relative];
    info.path = one.relative;
    info.findings = std::move(one.findings);
    survey.histories.push_back(std::move(info));
  }
  return survey;
}

namespace {

void sortByPath(Comparison& comparison) {
  std::stable_sort(comparison.differences.begin(), comparison.differences.end(),
                   [](const Difference& a, const Difference& b) { return a.path < b.path; });
}

// One history found on the disk, for the comparison with its folder.
struct FolderScope {
  Records records;
  std::vector<std::string> patterns{kDefaultIgnores.begin(), kDefaultIgnores.end()};
  IgnoreRules ignores{{}};
};

std::string relativeTo(const std::string& scope, const std::string& path) {
  return scope.empty() ? path : path.substr(scope.size() + 1);
}

class FolderComparison {
 public:
  FolderComparison(const FileSystem& fs, std::string scope) : m_fs(fs), m_scope(std::move(scope)) {}

  Result<Comparison> run() {
    auto tree = walk(m_fs, m_scope);
    if (!tree) return tl::unexpected(tree.error());
    for (const auto& entry : tree->entries) {
      if (entry.info.kind != FileKind::directory || path::fileName(entry.path) != kFolder) continue;
      if (path::fileName(path::parent(entry.path)) != kFolder) readScope(path::parent(entry.path));
    }
    if (!m_scopes.contains("")) return fail(Errc::notFound, "has no ASC MHL history", m_scope);
    for (const auto& error : tree->unreadable) {
      m_result.differences.push_back({"unreadable", inside(error.subject), {}, error.message});
    }
    for (const auto& entry : tree->entries) look(entry);
    for (const auto& [relative, scope] : m_scopes) {
      for (const auto& [recorded, record] : scope.records) {
        const std::string where = path::join(relative, recorded);
        if (!m_seen.contains(where))
          m_result.differences.push_back({"missing", where, {}, "is recorded and not there"});
      }
    }
    sortByPath(m_result);
    return std::move(m_result);
  }

 private:
  const FileSystem& m_fs;
  std::string m_scope;
  Comparison m_result;
  std::map<std::string, FolderScope> m_scopes;
  std::set<std::string> m_seen;            // recorded and there
  std::set<std::string> m_ignoredFolders;  // and ascmhl folders

  std::string inside(const std::string& absolute) const {
    return path::isWithin(absolute, m_scope) && absolute.size() > m_scope.size() ? absolute.substr(m_scope.size() + 1)
                                                                                 : absolute;
  }

  void readScope(const std::string& relative) {
    FolderScope scope;
    const auto history = visitHistory(m_fs, path::join(m_scope, relative), [&](const Generation& generation) {
      addGeneration(scope.records, generation);
      mergePatterns(scope.patterns, generation.manifest.ignorePatterns);
    });
    if (!history) {
      if (history.error().code != Errc::notFound) {
        m_result.findings.push_back({"unreadable", path::join(relative, kFolder), history.error().message});
      }
      return;
    }
    for (const auto& one : history->findings) {
      m_result.findings.push_back({one.kind, path::join(relative, one.path), one.text});
    }
    scope.ignores = IgnoreRules(scope.patterns);
    m_scopes.emplace(relative, std::move(scope));
  }

  // The closest history above an entry.
  std::map<std::string, FolderScope>::const_iterator closest(const std::string& where) const {
    for (std::string above = path::parent(where); !above.empty(); above = path::parent(above)) {
      if (const auto found = m_scopes.find(above); found != m_scopes.end()) return found;
    }
    return m_scopes.find("");
  }

  bool isIgnored(const std::string& where, bool isFolder) const {
    for (std::string above = path::parent(where);; above = path::parent(above)) {
      if (const auto found = m_scopes.find(above);
          found != m_scopes.end() && found->second.ignores.matches(relativeTo(above, where), isFolder)) {
        return true;
      }
      if (above.empty()) return false;
    }
  }

  void look(const TreeEntry& entry) {
    const bool isFolder = entry.info.kind == FileKind::directory;
    const bool ignored = m_ignoredFolders.contains(path::parent(entry.path)) || isIgnored(entry.path, isFolder);
    if (isFolder) {
      if (ignored) m_ignoredFolders.insert(entry.path);
      return;
    }
    const auto& [relative, scope] = *closest(entry.path);
    const auto record = scope.records.find(relativeTo(relative, entry.path));
    const bool isKnown = record != scope.records.end();
    if (entry.info.kind != FileKind::regular) {
      if (isKnown) m_seen.insert(entry.path);
      if (isKnown || !ignored) {
        m_result.differences.push_back(
            {isKnown ? "altered" : "not_regular", entry.path, {}, "is a link or special file, and not followed"});
      }
      return;
    }
    if (!isKnown) {
      if (!ignored) m_result.differences.push_back({"new", entry.path, {}, "is there and not recorded"});
      return;
    }
    m_seen.insert(entry.path);
    // A recorded size of 0 may be one that was not said.
    if (record->second.bytes != 0 && record->second.bytes != entry.info.bytes) {
      m_result.differences.push_back(
          {"altered",
           entry.path,
           {},
           "has " + std::to_string(entry.info.bytes) + " bytes, recorded " + std::to_string(record->second.bytes)});
    } else {
      ++m_result.same;
    }
  }
};

// What one side of a comparison records, by path.
struct Side {
  std::map<std::string, Record> files;
  std::vector<Finding> findings;
};

void takeRecords(Side& side, const std::string& relative, Records records) {
  for (const auto& [path, record] : records) side.files[path::join(relative, path)] = record;
}

// All that one manifest found, failed values too: a file that was damaged then differs from what it was before.
void takeFound(Side& side, const FileTable& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    Record& record = side.files[std::string(files.path(i))];
    record.bytes = files.bytes(i);
    files.eachHash(i, [&](const FileTable::RawHash& hash) { record.digests.add(hash.format, hash.value); });
  }
}

Result<Side> sideOf(const FileSystem& fs, const std::string& text) {
  Side side;
  std::string where = path::absolute(text);
  int number = 0;
  const auto at = text.rfind('@');
  if (at != std::string::npos && !fs.info(where)) {
    const auto [last, problem] = std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
    if (problem == std::errc{} && last == text.data() + text.size() && number > 0) {
      where = path::absolute(text.substr(0, at));
    }
  }
  if (isManifestFile(fs, where)) {
    auto generation = loneManifest(fs, where);
    if (!generation) return tl::unexpected(generation.error());
    takeFound(side, generation->manifest.files);  // somebody named it, and takes it at its word
    return side;
  }
  const std::string scope = scopeOf(where);
  if (number > 0) {
    bool found = false;
    const auto history = visitHistory(fs, scope, [&](const Generation& generation) {
      if (generation.number != number || !generation.proven) return;
      found = true;
      takeFound(side, generation.manifest.files);
    });
    if (!history) return tl::unexpected(history.error());
    if (!found) return fail(Errc::notFound, "has no proven generation " + std::to_string(number), scope);
    side.findings = history->findings;
    return side;
  }
  std::map<std::string, Records> all;
  auto nested = visitNested(fs, scope, [&](const std::string& relative, const Generation& generation) {
    addGeneration(all[relative], generation);
  });
  if (!nested) return tl::unexpected(nested.error());
  for (auto& [relative, records] : all) takeRecords(side, relative, std::move(records));
  for (auto& one : *nested) side.findings.insert(side.findings.end(), one.findings.begin(), one.findings.end());
  return side;
}

// "altered", "not_comparable", or nullptr for the same.
const char* differenceOf(const Record& first, const Record& second) {
  bool any = false;
  for (const auto& a : first.digests) {
    for (const auto& b : second.digests) {
      if (a.format != b.format) continue;
      any = true;
      if (!hash::sameValue(a, b)) return "altered";
    }
  }
  if (first.bytes != 0 && second.bytes != 0 && first.bytes != second.bytes) return "altered";
  return any ? nullptr : "not_comparable";
}

std::string keyOf(const model::Digest& digest) { return std::string(hash::name(digest.format)) + ' ' + digest.text; }

}  // namespace

Result<Comparison> compareWithFolder(const FileSystem& fs, const std::string& folder) {
  return FolderComparison(fs, scopeOf(folder)).run();
}

Result<Comparison> compareRecorded(const FileSystem& fs, const std::string& first, const std::string& second) {
  const auto a = sideOf(fs, first);
  if (!a) return tl::unexpected(a.error());
  const auto b = sideOf(fs, second);
  if (!b) return tl::unexpected(b.error());
  Comparison result;
  for (const auto* side : {&*a, &*b}) {
    for (const auto& one : side->findings) {
      if (isBreach(one)) result.findings.push_back(one);
    }
  }
  std::unordered_map<std::string, std::vector<std::string>> strangers;  // only in the second, by each value
  for (auto it = b->files.rbegin(); it != b->files.rend(); ++it) {
    if (a->files.contains(it->first)) continue;
    for (const auto& digest : it->second.digests) strangers[keyOf(digest)].push_back(it->first);
  }
  std::set<std::string> renamed;
  for (const auto& [path, record] : a->files) {
    if (const auto there = b->files.find(path); there != b->files.end()) {
      const char* kind = differenceOf(record, there->second);
      if (kind == nullptr) {
        ++result.same;
      } else {
        result.differences.push_back({kind,
                                      path,
                                      {},
                                      std::string_view(kind) == "altered" ? "the two record different content"
                                                                          : "the two have no hash format in common"});
      }
      continue;
    }
    std::string now;
    for (const auto& digest : record.digests) {
      const auto found = strangers.find(keyOf(digest));
      if (found == strangers.end()) continue;
      while (!found->second.empty() && renamed.contains(found->second.back())) found->second.pop_back();
      if (!found->second.empty()) now = found->second.back();
      break;
    }
    if (now.empty()) {
      result.differences.push_back({"missing", path, {}, "is recorded in the first only"});
    } else {
      renamed.insert(now);
      result.differences.push_back({"renamed", path, now, "is " + path::display(now) + " in the second"});
    }
  }
  for (const auto& [path, record] : b->files) {
    if (a->files.contains(path) || renamed.contains(path)) continue;
    result.differences.push_back({"new", path, {}, "is recorded in the second only"});
  }
  sortByPath(result);
  return result;
}

}  // namespace rollproof::mhl
