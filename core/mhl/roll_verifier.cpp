// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/check.h"
#include "core/mhl/document.h"
#include "core/mhl/ignore.h"
#include "core/mhl/records.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

void mergeFormats(std::vector<HashFormat>& into, const std::vector<HashFormat>& more) {
  for (const auto format : more) {
    if (std::find(into.begin(), into.end(), format) == into.end()) into.push_back(format);
  }
}

// "A001" of "0001_A001_2026-05-02_143500Z.mhl"; "" when it is not of that shape.
std::string folderInFileName(const std::string& fileName) {
  const auto first = fileName.find('_');
  const auto time = fileName.rfind('_');
  const auto date = time == 0 || time == std::string::npos ? std::string::npos : fileName.rfind('_', time - 1);
  if (first == std::string::npos || date == std::string::npos || date <= first) return {};
  return fileName.substr(first + 1, date - first - 1);
}

bool isManifestFolder(const std::string& relative) { return path::fileName(relative) == kFolder; }

// The newest generation that records files: older folder hashes may be true of another set of files.
const Generation* newestWithFiles(const History& history) {
  for (auto it = history.generations.rbegin(); it != history.generations.rend(); ++it) {
    if (it->proven && !it->manifest.files.empty()) return &*it;
  }
  for (auto it = history.generations.rbegin(); it != history.generations.rend(); ++it) {
    if (it->proven && it->manifest.root) return &*it;
  }
  return nullptr;
}

// One history below the roll, and what it expects.
struct Scope {
  std::string relative;  // to the roll; "" its own
  History history;
  Records records;
  IgnoreRules ignores{{}};
  std::vector<DirectoryEntryHash> expectedFolders;  // with the root as path ""
  std::vector<HashFormat> folderFormats;            // of those
  std::vector<HashFormat> formats;                  // what new files and new generations use
  std::size_t parent = 0;
};

struct Item {
  std::string relative;  // to the roll
  FileInfo info;
  std::size_t scope = 0;
  bool ignored = false;
  const Record* record = nullptr;
  std::vector<Digest> now;  // empty: not read, or not readable
  Action action = Action::unknown;
  std::string previousPath;  // relative to the roll
  bool computed = false;
};

std::string insideScope(const Scope& scope, const std::string& relative) {
  return scope.relative.empty() ? relative : relative.substr(scope.relative.size() + 1);
}

bool isBelow(const std::string& relative, const std::string& folder) {
  return folder.empty() || (relative.size() > folder.size() && relative[folder.size()] == '/' &&
                            relative.compare(0, folder.size(), folder) == 0);
}

Records originalRecords(const FileSystem& fs, const std::string& against, std::optional<Error>& problem) {
  std::string scope = path::absolute(against);
  if (path::extension(scope) == "mhl") scope = path::parent(scope);
  if (path::fileName(scope) == kFolder) scope = path::parent(scope);
  const auto history = readHistory(fs, scope);
  if (!history) {
    problem = history.error();
    return {};
  }
  if (history->generations.empty() || history->generations.front().number != 1 ||
      !history->generations.front().proven) {
    problem = Error{Errc::corrupt, "the first generation of the original cannot be proven", scope, 0, -1};
    return {};
  }
  return recordsOf(std::span(history->generations).first(1));
}

class RollVerifier {
 public:
  RollVerifier(FileSystem& fs, std::string root, const VerifyOptions& options, const Clock& clock,
               jobs::Progress& progress, std::stop_token stop, std::optional<GivenHistory> given)
      : m_fs(fs),
        m_root(std::move(root)),
        m_options(options),
        m_progress(progress),
        m_startedAt(clock.now()),
        m_reader(fs, std::move(stop)),
        m_given(std::move(given)) {
    m_outcome.scope = m_root;
  }

  Result<VerifyOutcome> run() {
    m_progress.setPhase("Reading the histories");
    auto tree = walk(m_fs, m_root);
    if (!tree) return tl::unexpected(tree.error());
    if (!m_options.against.empty()) {
      std::optional<Error> problem;
      m_against = originalRecords(m_fs, m_options.against, problem);
      if (problem) return tl::unexpected(*problem);
    }
    if (m_given) {
      m_outcome.findings = m_given->findings;
      m_listNew = m_given->wholeScope;
      useHistory({}, std::move(m_given->history));
    } else {
      findScopes(*tree);
    }
    if (m_scopes.empty() || !m_scopes.front().relative.empty()) {
      if (m_options.against.empty() && !m_options.begin) {
        m_outcome.result = m_outcome.unreadable > 0 ? VerifyResult::incomplete : VerifyResult::unsealed;
        return std::move(m_outcome);
      }
      addBareScope();
    }
    for (const auto& error : tree->unreadable) {
      std::string where = error.subject;
      if (path::isWithin(where, m_root) && where.size() > m_root.size()) where = where.substr(m_root.size() + 1);
      m_unreadable.insert(where);
      finding("unreadable", where, error.message);
      ++m_outcome.unreadable;
    }
    place(*tree);
    checkReferences();
    readAll();
    identify();
    if (!m_outcome.cancelled) {
      compareMissing();
      listNew();
      compareFolders();
      if (m_options.seal && !m_given) sealAll();
    }
    finish();
    return std::move(m_outcome);
  }

 private:
  FileSystem& m_fs;
  std::string m_root;
  const VerifyOptions& m_options;
  jobs::Progress& m_progress;
  WallTime m_startedAt;
  CheckedReader m_reader;
  std::optional<GivenHistory> m_given;
  VerifyOutcome m_outcome;
  Records m_against;
  std::vector<Scope> m_scopes;  // parents before children; [0] is the roll's own
  std::vector<Item> m_items;    // regular files outside the ascmhl folders, sorted by path
  std::unordered_map<std::string, std::size_t> m_itemByPath;
  std::vector<std::pair<std::string, std::size_t>> m_folders;  // not ignored, with their scope
  std::unordered_set<std::string> m_folderPaths, m_others, m_emptyFolders;
  std::unordered_set<std::string> m_unreadable;                // folders and entries that gave no answer
  std::unordered_set<std::string> m_touched;                   // folders whose difference is explained below them
  std::unordered_map<std::string, FileInfo> m_manifestFiles;   // regular files inside ascmhl folders
  std::vector<std::pair<std::size_t, std::string>> m_missing;  // scope, path; no file and no new name found
  bool m_hasOwnHistory = true;
  bool m_listNew = true;

  void finding(std::string kind, std::string where, std::string text) {
    m_outcome.findings.push_back({std::move(kind), std::move(where), std::move(text)});
  }

  void touch(const std::string& relative) {
    for (std::string above = path::parent(relative);; above = path::parent(above)) {
      if (!m_touched.insert(above).second || above.empty()) return;
    }
  }

  void addBareScope() {
    Scope scope;
    std::vector<std::string> patterns(kDefaultIgnores.begin(), kDefaultIgnores.end());
    patterns.insert(patterns.end(), m_options.ignorePatterns.begin(), m_options.ignorePatterns.end());
    scope.ignores = IgnoreRules(patterns);
    scope.formats = m_options.formats.empty() ? std::vector{HashFormat::xxh64} : m_options.formats;
    m_scopes.insert(m_scopes.begin(), std::move(scope));
    m_hasOwnHistory = m_options.begin;
  }

  void addScope(const std::string& relative) {
    auto history = readHistory(m_fs, path::join(m_root, relative));
    if (!history) {
      if (history.error().code != Errc::notFound) {
        finding("unreadable", path::join(relative, kFolder), history.error().message);
        ++m_outcome.unreadable;
      }
      return;
    }
    useHistory(relative, std::move(*history));
  }

  void useHistory(const std::string& relative, History history) {
    Scope scope;
    scope.relative = relative;
    scope.history = std::move(history);
    for (auto& one : scope.history.findings) finding(one.kind, path::join(relative, one.path), one.text);
    scope.records = recordsOf(scope.history.generations);
    std::vector<std::string> patterns(kDefaultIgnores.begin(), kDefaultIgnores.end());
    for (const auto& generation : scope.history.generations) {
      patterns.insert(patterns.end(), generation.manifest.ignorePatterns.begin(),
                      generation.manifest.ignorePatterns.end());
    }
    if (relative.empty()) {
      patterns.insert(patterns.end(), m_options.ignorePatterns.begin(), m_options.ignorePatterns.end());
    }
    std::unordered_set<std::string> seen;
    std::erase_if(patterns, [&](const std::string& one) { return !seen.insert(one).second; });
    scope.ignores = IgnoreRules(patterns);
    if (const Generation* newest = newestWithFiles(scope.history)) {
      scope.expectedFolders = newest->manifest.directories;
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
    mergeFormats(scope.formats, m_options.formats);
    if (scope.formats.empty()) scope.formats = {HashFormat::xxh64};
    m_scopes.push_back(std::move(scope));
  }

  void findScopes(const Tree& tree) {
    std::vector<std::string> roots;
    for (const auto& entry : tree.entries) {
      if (entry.info.kind != FileKind::directory) continue;
      const std::string name = path::fileName(entry.path);
      if (name == "asc-mhl") finding("older_history", entry.path, "a history from before the standard, not read");
      // What lies inside an ascmhl folder is no scope of its own.
      if (name == kFolder && !isManifestFolder(path::parent(entry.path))) roots.push_back(path::parent(entry.path));
    }
    std::sort(roots.begin(), roots.end(), [](const std::string& a, const std::string& b) {
      return std::make_pair(std::count(a.begin(), a.end(), '/') + (a.empty() ? 0 : 1), a) <
             std::make_pair(std::count(b.begin(), b.end(), '/') + (b.empty() ? 0 : 1), b);
    });
    for (const auto& root : roots) addScope(root);
  }

  // Sorts every entry of the tree into its closest history.
  void place(const Tree& tree) {
    std::unordered_map<std::string, std::size_t> scopeOfFolder{{"", 0}};
    std::unordered_map<std::string, std::size_t> scopeAt;
    for (std::size_t i = 0; i < m_scopes.size(); ++i) scopeAt[m_scopes[i].relative] = i;
    std::unordered_set<std::string> ignoredFolders;
    std::unordered_set<std::string> manifestFolders;
    m_emptyFolders.insert("");
    for (const auto& entry : tree.entries) {
      const std::string above = path::parent(entry.path);
      const bool isFolder = entry.info.kind == FileKind::directory;
      if (manifestFolders.contains(above) || (isFolder && path::fileName(entry.path) == kFolder)) {
        if (isFolder) manifestFolders.insert(entry.path);
        if (entry.info.kind == FileKind::regular) m_manifestFiles.emplace(entry.path, entry.info);
        continue;
      }
      const auto known = scopeOfFolder.find(above);
      const std::size_t inherited = known == scopeOfFolder.end() ? 0 : known->second;
      bool ignored = ignoredFolders.contains(above);
      for (std::size_t i = inherited; !ignored; i = m_scopes[i].parent) {
        ignored = m_scopes[i].ignores.matches(insideScope(m_scopes[i], entry.path), isFolder);
        if (i == 0) break;
      }
      if (!ignored && (isFolder || entry.info.kind == FileKind::regular)) m_emptyFolders.erase(above);
      if (isFolder) {
        std::size_t own = inherited;
        if (const auto at = scopeAt.find(entry.path); at != scopeAt.end()) {
          own = at->second;
          m_scopes[own].parent = inherited;
        }
        scopeOfFolder[entry.path] = own;
        m_folderPaths.insert(entry.path);
        if (ignored) {
          ignoredFolders.insert(entry.path);
        } else {
          m_folders.emplace_back(entry.path, own);
          m_emptyFolders.insert(entry.path);
        }
      } else if (entry.info.kind == FileKind::regular) {
        Item item;
        item.relative = entry.path;
        item.info = entry.info;
        item.scope = inherited;
        item.ignored = ignored;
        m_itemByPath.emplace(entry.path, m_items.size());
        m_items.push_back(std::move(item));
      } else {
        m_others.insert(entry.path);
        if (!ignored) finding("not_regular", entry.path, "is a link or special file: neither followed nor read");
      }
    }
    for (auto& item : m_items) {
      const Scope& scope = m_scopes[item.scope];
      if (const auto known = scope.records.find(insideScope(scope, item.relative)); known != scope.records.end()) {
        item.record = &known->second;
      }
    }
  }

  void checkReferences() {
    for (const auto& scope : m_scopes) {
      for (const auto& generation : scope.history.generations) {
        for (const auto& reference : generation.manifest.references) {
          if (!generation.proven) continue;
          const std::string where = path::join(scope.relative, reference.path);
          if (!m_manifestFiles.contains(where)) {
            finding("reference", where,
                    "a nested history's manifest that generation " + std::to_string(generation.number) +
                        " vouches for is not there");
            continue;
          }
          const auto content = readSmallFile(m_fs, path::join(m_root, where), kMaxManifestBytes);
          if (!content) {
            finding("unreadable", where, content.error().message);
            ++m_outcome.unreadable;
          } else if (!hash::sameValue(hash::digestOf(reference.digest.format,
                                                     std::as_bytes(std::span(content->data(), content->size()))),
                                      reference.digest)) {
            finding("reference", where,
                    "is not the manifest that generation " + std::to_string(generation.number) +
                        " of the enclosing history vouches for");
          }
        }
      }
    }
  }

  const Record* againstRecord(const Item& item) const {
    const auto known = m_against.find(item.relative);
    return known == m_against.end() ? nullptr : &known->second;
  }

  // Every format anybody recorded for this file, and those its folders' hashes need: one read answers all.
  std::vector<HashFormat> wantedFormats(const Item& item) const {
    std::vector<HashFormat> formats;
    if (item.record != nullptr) mergeFormats(formats, formatsOf(item.record->digests));
    if (const Record* original = againstRecord(item)) mergeFormats(formats, formatsOf(original->digests));
    if (item.ignored) return formats;
    for (std::size_t i = item.scope;; i = m_scopes[i].parent) {
      mergeFormats(formats, m_scopes[i].folderFormats);
      if (m_options.seal || !isKnown(item)) mergeFormats(formats, m_scopes[i].formats);
      if (i == 0) break;
    }
    return formats;
  }

  [[nodiscard]] bool isKnown(const Item& item) const {
    return item.record != nullptr || againstRecord(item) != nullptr;
  }

  void readAll() {
    std::vector<std::size_t> known;
    std::vector<std::size_t> strangers;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
      if (isKnown(m_items[i])) {
        known.push_back(i);
      } else if (!m_items[i].ignored) {
        strangers.push_back(i);
      }
    }
    for (std::size_t s = 0; s < m_scopes.size(); ++s) {
      for (const auto& [relative, record] : m_scopes[s].records) {
        const std::string where = path::join(m_scopes[s].relative, relative);
        if (!m_itemByPath.contains(where)) m_missing.emplace_back(s, where);
      }
    }
    for (const auto& [relative, record] : m_against) {
      if (!m_itemByPath.contains(relative)) m_missing.emplace_back(0, relative);
    }
    std::sort(m_missing.begin(), m_missing.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    m_missing.erase(std::unique(m_missing.begin(), m_missing.end(),
                                [](const auto& a, const auto& b) { return a.second == b.second; }),
                    m_missing.end());
    // A stranger is read if it gets a record now, or may be a missing file under another name.
    if (!m_options.seal) {
      std::unordered_set<std::uint64_t> sizes;
      for (const auto& [s, where] : m_missing) sizes.insert(recordOfMissing(s, where).bytes);
      const bool anySize = sizes.contains(0);
      std::erase_if(strangers, [&](std::size_t i) { return !anySize && !sizes.contains(m_items[i].info.bytes); });
      if (m_missing.empty()) strangers.clear();
    }
    m_progress.setPhase("Verifying");
    auto& meter = m_progress.addMeter("Verifying " + path::display(path::fileName(m_root)));
    for (const auto* list : {&known, &strangers}) {
      for (const std::size_t i : *list) meter.totalBytes += m_items[i].info.bytes;
      meter.totalItems += list->size();
    }
    for (const std::size_t i : known) {
      if (!readKnown(m_items[i], meter)) return;
    }
    std::vector<HashFormat> missingFormats;
    for (const auto& [s, where] : m_missing) mergeFormats(missingFormats, formatsOf(recordOfMissing(s, where).digests));
    for (const std::size_t i : strangers) {
      auto formats = wantedFormats(m_items[i]);
      mergeFormats(formats, missingFormats);
      if (!readItem(m_items[i], formats, meter)) return;
    }
  }

  Record recordOfMissing(std::size_t s, const std::string& where) const {
    Record record;
    const auto& scope = m_scopes[s];
    if (const auto own = scope.records.find(insideScope(scope, where)); own != scope.records.end())
      record = own->second;
    if (const auto original = m_against.find(where); original != m_against.end()) {
      if (record.bytes == 0) record.bytes = original->second.bytes;
      for (const auto& digest : original->second.digests) addDigest(record.digests, digest);
    }
    return record;
  }

  // False when stopped.
  bool readItem(Item& item, const std::vector<HashFormat>& formats, jobs::Meter& meter) {
    m_progress.setCurrent(item.relative);
    auto digests = m_reader.read(path::join(m_root, item.relative), formats, &meter);
    if (!digests) {
      if (digests.error().code == Errc::cancelled) {
        m_outcome.cancelled = true;
        return false;
      }
      finding("unreadable", item.relative, digests.error().message);
      ++m_outcome.unreadable;
      ++meter.failedItems;
      touch(item.relative);
      return true;
    }
    ++meter.doneItems;
    item.now = std::move(*digests);
    item.computed = true;
    return true;
  }

  static std::string differences(const std::vector<Digest>& expected, const std::vector<Digest>& now) {
    std::string text;
    for (const auto& old : expected) {
      for (const auto& one : now) {
        if (one.format != old.format || hash::sameValue(one, old)) continue;
        text += (text.empty() ? "" : "; ") + std::string(hash::name(old.format)) + " is " + one.text + ", recorded " +
                old.text;
      }
    }
    return text;
  }

  bool readKnown(Item& item, jobs::Meter& meter) {
    std::vector<Digest> expected;
    if (item.record != nullptr) expected = item.record->digests;
    if (const Record* original = againstRecord(item)) {
      for (const auto& digest : original->digests) addDigest(expected, digest);
    }
    if (expected.empty()) {
      finding("unreadable", item.relative, "is recorded only with hashes that are not known here");
      ++m_outcome.unreadable;
      return readItem(item, wantedFormats(item), meter);
    }
    const auto formats = wantedFormats(item);
    if (!readItem(item, formats, meter)) return false;
    if (!item.computed) return true;
    std::string text = differences(expected, item.now);
    if (text.empty()) {
      item.action = Action::verified;
      ++m_outcome.verified;
      return true;
    }
    item.action = Action::failed;
    ++m_outcome.altered;
    ++meter.failedItems;
    touch(item.relative);
    const auto again = m_reader.read(path::join(m_root, item.relative), formats, nullptr);
    if (!again) {
      text += again.error().code == Errc::cancelled ? "" : ". It could not be read a second time";
    } else if (differences(expected, *again).empty()) {
      text += ". A second read matched: suspect the reader, cable or memory before the disk";
    } else {
      text += *again == item.now ? ". A second read gave the same" : ". A second read gave yet another value";
    }
    finding("altered", item.relative, std::move(text));
    return true;
  }

  static bool sameContent(const Record& record, const Item& item) {
    bool any = false;
    for (const auto& old : record.digests) {
      for (const auto& now : item.now) {
        if (now.format != old.format) continue;
        if (!hash::sameValue(now, old)) return false;
        any = true;
      }
    }
    return any;
  }

  static bool anyAboveIn(const std::unordered_set<std::string>& set, const std::string& relative) {
    for (std::string above = relative; !above.empty(); above = path::parent(above)) {
      if (set.contains(above)) return true;
    }
    return false;
  }

  void compareMissing() {
    // Strangers by each of their values, so that a missing file finds its new name without comparing all with all. A
    // file that only changed its folder keeps its name: those get their match first.
    std::vector<char> done(m_missing.size(), 0);
    for (const bool withName : {true, false}) {
      std::unordered_map<std::string, std::vector<std::size_t>> candidates;
      for (std::size_t i = m_items.size(); i-- > 0;) {  // so that the first by name is the last in its list
        const Item& item = m_items[i];
        if (isKnown(item) || item.ignored || !item.previousPath.empty()) continue;
        for (const auto& digest : item.now)
          candidates[renameKey(item.scope, digest, item.relative, withName)].push_back(i);
      }
      for (std::size_t m = 0; m < m_missing.size(); ++m) {
        if (done[m] == 0 && matchRename(m, withName, candidates)) done[m] = 1;
      }
    }
    for (std::size_t m = 0; m < m_missing.size(); ++m) {
      if (done[m] != 0) continue;
      const auto& where = m_missing[m].second;
      touch(where);
      if (m_unreadable.contains("") || anyAboveIn(m_unreadable, where)) {
        ++m_outcome.unreadable;
        finding("unreadable", where, "is recorded, but its folder could not be read");
      } else if (m_others.contains(where) || m_folderPaths.contains(where)) {
        ++m_outcome.altered;
        finding("altered", where, "is recorded as a file and is something else now");
      } else {
        ++m_outcome.missing;
        finding("missing", where, "is recorded and not there");
      }
    }
  }

  static std::string renameKey(std::size_t scope, const Digest& digest, const std::string& where, bool withName) {
    const std::string value = digest.format == HashFormat::c4 ? digest.text : path::lowerAscii(digest.text);
    return std::to_string(scope) + ' ' + hash::name(digest.format) + ' ' + value + ' ' +
           (withName ? path::fileName(where) : std::string{});
  }

  bool matchRename(std::size_t m, bool withName,
                   std::unordered_map<std::string, std::vector<std::size_t>>& candidates) {
    const auto& [s, where] = m_missing[m];
    const Record record = recordOfMissing(s, where);
    if (record.digests.empty()) return false;
    const auto found = candidates.find(renameKey(s, record.digests.front(), where, withName));
    if (found == candidates.end()) return false;
    auto& list = found->second;
    while (!list.empty() && !m_items[list.back()].previousPath.empty()) list.pop_back();
    if (list.empty() || !sameContent(record, m_items[list.back()])) return false;
    Item& item = m_items[list.back()];
    list.pop_back();
    item.previousPath = where;
    item.action = Action::verified;
    ++m_outcome.renamed;
    finding("renamed", item.relative, "was " + path::display(where));
    touch(item.relative);
    touch(where);
    return true;
  }

  void listNew() {
    for (auto& item : m_items) {
      const bool isNew = m_against.empty() ? item.record == nullptr : againstRecord(item) == nullptr;
      if (item.ignored || !item.previousPath.empty()) continue;
      if (item.record == nullptr) touch(item.relative);
      if (!isNew || !m_listNew) continue;
      if (m_options.begin) {  // to seal is to record the new: no news but a count
        if (item.computed) ++m_outcome.newFiles;
        continue;
      }
      ++m_outcome.newFiles;
      finding("new", item.relative,
              m_against.empty() ? "is there and not recorded" : "is not in the original's first generation");
    }
    // Folders show in the records only through their hashes.
    for (const auto& scope : m_scopes) {
      if (scope.expectedFolders.empty()) continue;
      std::unordered_set<std::string> recorded;
      for (const auto& folder : scope.expectedFolders) {
        const std::string where = path::join(scope.relative, folder.path);
        recorded.insert(where);
        // Recorded after what they hold, so an outer folder is explained once an inner one was named.
        if (folder.path.empty() || m_folderPaths.contains(where) || m_touched.contains(where)) continue;
        touch(where);
        if (anyAboveIn(m_unreadable, where)) continue;
        ++m_outcome.missing;
        finding("missing", where, "this folder is recorded and not there");
      }
      for (const auto& [where, owner] : m_folders) {
        if (&m_scopes[owner] != &scope || recorded.contains(where) || where == scope.relative) continue;
        if (!m_listNew || !m_emptyFolders.contains(where)) continue;
        touch(where);
        if (m_options.begin) continue;
        ++m_outcome.newFiles;
        finding("new", where, "this folder is there and not recorded");
      }
    }
  }

  std::vector<FileEntry> entriesBelow(const Scope& scope) const {
    std::vector<FileEntry> files;
    for (const auto& item : m_items) {
      if (item.ignored || !isBelow(item.relative, scope.relative)) continue;
      FileEntry file;
      file.path = insideScope(scope, item.relative);
      for (const auto& digest : item.now) {
        file.hashes.push_back({digest, item.action == Action::failed ? Action::failed : Action::verified, {}});
      }
      files.push_back(std::move(file));
    }
    return files;
  }

  std::vector<std::string> foldersBelow(const Scope& scope) const {
    std::vector<std::string> folders;
    for (const auto& [where, owner] : m_folders) {
      if (isBelow(where, scope.relative)) folders.push_back(insideScope(scope, where));
    }
    return folders;
  }

  void compareFolders() {
    for (const auto& scope : m_scopes) {
      if (scope.expectedFolders.empty()) continue;
      std::unordered_map<std::string, DirectoryEntryHash> now;
      for (auto& folder : directoryHashes(entriesBelow(scope), foldersBelow(scope), scope.folderFormats)) {
        now.emplace(folder.path, std::move(folder));
      }
      for (const auto& folder : scope.expectedFolders) {
        const std::string where = path::join(scope.relative, folder.path);
        if (m_touched.contains(where)) continue;
        const auto computed = now.find(folder.path);
        if (computed == now.end()) continue;
        const std::string content = differences(folder.content, computed->second.content);
        const std::string structure = differences(folder.structure, computed->second.structure);
        if (content.empty() && structure.empty()) continue;
        finding("directory_hash", where,
                "the files below are as recorded, the folder's own hash is not: " +
                    (content.empty() ? "structure " + structure : "content " + content));
      }
    }
  }

  // Innermost first, so that an enclosing generation can vouch for what was written inside it.
  void sealAll() {
    m_progress.setPhase("Sealing");
    std::vector<std::vector<Reference>> references(m_scopes.size());
    for (std::size_t s = m_scopes.size(); s-- > 0;) {
      if (s == 0 && !m_hasOwnHistory) continue;
      const Scope& scope = m_scopes[s];
      const auto sealed = sealOne(s, std::move(references[s]));
      if (!sealed) {
        finding("seal_failed", path::join(scope.relative, kFolder), sealed.error().message);
        continue;
      }
      m_outcome.manifests.push_back(sealed->manifestPath);
      const std::string where = sealed->manifestPath.substr(m_root.size() + (m_root == "/" ? 0 : 1));
      finding("sealed", where, "generation " + std::to_string(sealed->generation));
      if (s == 0) continue;
      if (const auto content = readSmallFile(m_fs, sealed->manifestPath, kMaxManifestBytes)) {
        references[scope.parent].push_back(
            {insideScope(m_scopes[scope.parent], where),
             hash::digestOf(HashFormat::c4, std::as_bytes(std::span(content->data(), content->size())))});
      }
    }
  }

  Result<Sealed> sealOne(std::size_t s, std::vector<Reference> references) {
    const Scope& scope = m_scopes[s];
    Manifest manifest;
    manifest.creator = m_options.creator;
    manifest.startedAt = m_startedAt;
    manifest.process = Process::inPlace;
    manifest.references = std::move(references);
    if (s == 0) manifest.ignorePatterns = m_options.ignorePatterns;
    const std::string date = isoUtc(m_startedAt);
    for (const auto& item : m_items) {
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
    for (const auto& [where, owner] : m_folders) owners.emplace(where, owner);
    for (auto& folder : directoryHashes(entriesBelow(scope), foldersBelow(scope), scope.formats)) {
      const std::string where = path::join(scope.relative, folder.path);
      if (!folder.path.empty()) {
        const auto owner = owners.find(where);
        const bool nestedRoot =
            owner != owners.end() && m_scopes[owner->second].relative == where && m_scopes[owner->second].parent == s;
        if (owner == owners.end() || (owner->second != s && !nestedRoot)) continue;
      }
      if (const auto info = m_fs.info(path::join(m_root, where))) folder.modifiedUnixNanos = info->modifiedUnixNanos;
      folders.push_back(std::move(folder));
    }
    return appendPrepared(m_fs, path::join(m_root, scope.relative), std::move(manifest), folders);
  }

  // Computed before anything is compared, so that a damaged roll still says what it is.
  void identify() {
    std::vector<FileEntry> files;
    std::vector<HashFormat> formats;
    hash::MultiHasher inventory({HashFormat::xxh128});
    for (const auto& item : m_items) {
      if (item.ignored) continue;
      ++m_outcome.files;
      m_outcome.bytes += item.info.bytes;
      const std::string line = item.relative + '\0' + std::to_string(item.info.bytes) + '\0';
      inventory.update(std::as_bytes(std::span(line.data(), line.size())));
      FileEntry file;
      // One flat folder: the same clips under another folder name are the same roll.
      file.path = std::to_string(m_outcome.files);
      for (const auto& digest : item.now) {
        file.hashes.push_back({digest, Action::verified, {}});
        mergeFormats(formats, {digest.format});
      }
      files.push_back(std::move(file));
    }
    m_outcome.inventory = inventory.finish().front().text;
    const auto all = directoryHashes(files, {}, formats);
    if (!all.empty() && !files.empty()) m_outcome.content = all.back().content;
    if (!m_scopes.empty() && !m_scopes.front().history.generations.empty()) {
      m_outcome.sealedName = folderInFileName(m_scopes.front().history.generations.front().fileName);
    }
  }

  void finish() {
    m_outcome.bytesRead = m_reader.bytesRead();
    if (m_reader.cachedFiles() > 0) {
      finding("cache_verified_only", "",
              std::to_string(m_reader.cachedFiles()) +
                  " files could only be read through the page cache, which may answer for a damaged disk");
    }
    m_outcome.result = judge(m_outcome);
  }
};

}  // namespace

Result<VerifyOutcome> verifyScope(FileSystem& fs, const std::string& root, const VerifyOptions& options,
                                  const Clock& clock, jobs::Progress& progress, std::stop_token stop,
                                  std::optional<GivenHistory> given) {
  return RollVerifier(fs, root, options, clock, progress, std::move(stop), std::move(given)).run();
}

}  // namespace rollproof::mhl
