// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/check.h"
#include "core/mhl/classic.h"
#include "core/mhl/document.h"
#include "core/mhl/roll.h"
#include "core/mhl/roll_seal.h"
#include "core/mhl/signature.h"
#include "core/mhl/stream.h"
#include "core/readback/readback.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

// "A001" of "0001_A001_2026-05-02_143500Z.mhl"; "" when it is not of that shape.
std::string folderInFileName(const std::string& fileName) {
  const auto first = fileName.find('_');
  const auto time = fileName.rfind('_');
  const auto date = time == 0 || time == std::string::npos ? std::string::npos : fileName.rfind('_', time - 1);
  if (first == std::string::npos || date == std::string::npos || date <= first) return {};
  return fileName.substr(first + 1, date - first - 1);
}

// What the first generations of another copy say, its nested histories' too, by path from its root.
Result<Records> originalRecords(const FileSystem& fs, const std::string& against) {
  std::string root = path::absolute(against);
  if (path::extension(root) == "mhl") root = path::parent(root);
  if (path::fileName(root) == kFolder) root = path::parent(root);
  const auto tree = walk(fs, root);
  if (!tree) return tl::unexpected(tree.error());
  Roll original;
  original.root = root;
  findScopes(original, fs, *tree, {});
  if (original.scopes.empty()) return fail(Errc::notFound, "has no ASC MHL history", root);
  Records all;
  for (const auto& scope : original.scopes) {
    const auto& generations = scope.history.generations;
    if (generations.empty() || generations.front().number != 1 || !generations.front().proven) {
      return fail(Errc::corrupt, "the first generation of the original cannot be proven",
                  path::join(root, scope.relative));
    }
    for (auto& [relative, record] : recordsOf(std::span(generations).first(1))) {
      all[path::join(scope.relative, relative)] = record;
    }
  }
  return all;
}

// The entries at or below one place of the scope, with the folders above it and the scope's own manifests.
Result<Tree> walkPart(const FileSystem& fs, const std::string& root, const std::string& part) {
  if (part.empty()) return walk(fs, root);
  Tree tree;
  const auto manifests = walk(fs, path::join(root, kFolder));
  if (!manifests) return tl::unexpected(manifests.error());
  std::vector<std::string> above;
  for (std::string one = part; !one.empty(); one = path::parent(one)) above.push_back(one);
  above.emplace_back(kFolder);
  for (auto one = above.rbegin(); one != above.rend(); ++one) {
    const auto info = fs.info(path::join(root, *one));
    if (!info) return tl::unexpected(info.error());
    tree.entries.push_back({*one, *info});
    if (*one != kFolder) continue;
    for (const auto& entry : manifests->entries) tree.entries.push_back({path::join(kFolder, entry.path), entry.info});
  }
  if (tree.entries.back().info.kind != FileKind::directory) return tree;
  auto inner = walk(fs, path::join(root, part));
  if (!inner) return tl::unexpected(inner.error());
  for (auto& entry : inner->entries) tree.entries.push_back({path::join(part, entry.path), entry.info});
  tree.unreadable = std::move(inner->unreadable);
  return tree;
}

class RollVerifier {
 public:
  RollVerifier(FileSystem& fs, std::string root, const VerifyOptions& options, const Clock& clock,
               jobs::Progress& progress, std::stop_token stop, std::string part, std::optional<GivenHistory> given,
               std::optional<Tree> tree)
      : m_fs(fs),
        m_root(std::move(root)),
        m_options(options),
        m_progress(progress),
        m_startedAt(clock.now()),
        m_stop(std::move(stop)),
        m_part(std::move(part)),
        m_given(std::move(given)),
        m_walked(std::move(tree)),
        m_seal(options.seal && !m_given && m_part.empty()) {
    m_roll.root = m_root;
    m_outcome.scope = m_root;
    m_outcome.part = m_part;
  }

  Result<VerifyOutcome> run() {
    m_progress.setPhase("Reading the histories");
    auto tree = m_walked ? Result<Tree>(std::move(*m_walked)) : walkPart(m_fs, m_root, m_part);
    if (!tree) return tl::unexpected(tree.error());
    if (!m_options.against.empty()) {
      auto original = originalRecords(m_fs, m_options.against);
      if (!original) return tl::unexpected(original.error());
      m_against = std::move(*original);
    }
    if (m_given) {
      m_outcome.findings = m_given->findings;
      m_listNew = m_given->wholeScope;
      addHistory(m_roll, {}, std::move(m_given->history), m_options);
    } else {
      findScopes(m_roll, m_fs, *tree, m_options);
    }
    takeFindings();
    if (m_roll.scopes.empty() || !m_roll.scopes.front().relative.empty()) {
      if (m_options.against.empty() && !m_options.begin) {
        m_outcome.result = m_outcome.unreadable > 0 ? VerifyResult::incomplete : VerifyResult::unsealed;
        return std::move(m_outcome);
      }
      addBareScope(m_roll, m_options);
    }
    for (const auto& error : tree->unreadable) {
      std::string where = error.subject;
      if (path::isWithin(where, m_root) && where.size() > m_root.size()) where = where.substr(m_root.size() + 1);
      m_unreadable.insert(where);
      finding("unreadable", where, error.message);
      ++m_outcome.unreadable;
    }
    place(m_roll, *tree);
    takeFindings();
    checkReferences();
    tellAddedFormats();
    checkSigned();
    readAll();
    identifyRoll();
    if (!m_outcome.cancelled) {
      compareMissing();
      listNew();
      compareFolders();
      listProven();
      seal();
      sign();
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
  std::stop_token m_stop;
  std::string m_part;  // "" = all of it
  std::atomic<std::uint64_t> m_cachedFiles{0};
  std::optional<GivenHistory> m_given;
  std::optional<Tree> m_walked;
  bool m_seal;
  VerifyOutcome m_outcome;
  Records m_against;
  Roll m_roll;
  std::unordered_set<std::string> m_unreadable;                // folders and entries that gave no answer
  std::unordered_set<std::string> m_touched;                   // folders whose difference is explained below them
  std::vector<std::pair<std::size_t, std::string>> m_missing;  // scope, path; no file and no new name found
  bool m_listNew = true;

  void finding(std::string kind, std::string where, std::string text) {
    m_outcome.findings.push_back({std::move(kind), std::move(where), std::move(text)});
  }

  [[nodiscard]] bool isAsked(const std::string& relative) const {
    return m_part.empty() || relative == m_part || isBelow(relative, m_part);
  }

  void takeFindings() {
    for (auto& one : m_roll.findings) m_outcome.findings.push_back(std::move(one));
    m_roll.findings.clear();
    m_outcome.unreadable += std::exchange(m_roll.unreadable, 0);
  }

  void touch(const std::string& relative) {
    for (std::string above = path::parent(relative);; above = path::parent(above)) {
      if (!m_touched.insert(above).second || above.empty()) return;
    }
  }

  void checkReferences() {
    for (const auto& scope : m_roll.scopes) {
      for (const auto& generation : scope.history.generations) {
        for (const auto& reference : generation.manifest.references) {
          if (!generation.proven) continue;
          const std::string where = path::join(scope.relative, reference.path);
          if (!m_roll.manifestFiles.contains(where)) {
            finding("reference", where,
                    "a nested history's manifest that generation " + std::to_string(generation.number) +
                        " vouches for is not there");
            continue;
          }
          const auto digest = digestOfFile(m_fs, path::join(m_root, where), kMaxStreamedBytes, reference.digest.format);
          if (!digest) {
            finding("unreadable", where, digest.error().message);
            ++m_outcome.unreadable;
          } else if (!hash::sameValue(*digest, reference.digest)) {
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
    for (std::size_t i = item.scope;; i = m_roll.scopes[i].parent) {
      mergeFormats(formats, m_roll.scopes[i].folderFormats);
      if (m_seal || !isKnown(item)) mergeFormats(formats, m_roll.scopes[i].formats);
      if (i == 0) break;
    }
    if (m_options.listProven) addClassicFormat(formats);
    return formats;
  }

  [[nodiscard]] bool isKnown(const Item& item) const {
    return item.record != nullptr || againstRecord(item) != nullptr;
  }

  void readAll() {
    std::vector<std::size_t> known;
    std::vector<std::size_t> strangers;
    for (std::size_t i = 0; i < m_roll.items.size(); ++i) {
      if (isKnown(m_roll.items[i])) {
        known.push_back(i);
      } else if (!m_roll.items[i].ignored) {
        strangers.push_back(i);
      }
    }
    for (std::size_t s = 0; s < m_roll.scopes.size(); ++s) {
      for (const auto& [relative, record] : m_roll.scopes[s].records) {
        const std::string where = path::join(m_roll.scopes[s].relative, relative);
        if (isAsked(where) && !m_roll.itemByPath.contains(where)) m_missing.emplace_back(s, where);
      }
    }
    for (const auto& [path, record] : m_against) {
      const std::string relative(path);
      if (isAsked(relative) && !m_roll.itemByPath.contains(relative)) m_missing.emplace_back(0, relative);
    }
    std::sort(m_missing.begin(), m_missing.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    m_missing.erase(std::unique(m_missing.begin(), m_missing.end(),
                                [](const auto& a, const auto& b) { return a.second == b.second; }),
                    m_missing.end());
    // A stranger is read if it gets a record now, or may be a missing file under another name.
    if (!m_seal) {
      std::unordered_set<std::uint64_t> sizes;
      for (const auto& [s, where] : m_missing) sizes.insert(recordOfMissing(s, where).bytes);
      const bool anySize = sizes.contains(0);
      std::erase_if(strangers, [&](std::size_t i) { return !anySize && !sizes.contains(m_roll.items[i].info.bytes); });
      if (m_missing.empty()) strangers.clear();
    }
    m_progress.setPhase("Verifying");
    auto& meter = m_progress.addMeter("Verifying " + path::display(path::fileName(m_root)));
    for (const auto* list : {&known, &strangers}) {
      for (const std::size_t i : *list) meter.totalBytes += m_roll.items[i].info.bytes;
      meter.totalItems += list->size();
    }
    std::vector<HashFormat> missingFormats;
    for (const auto& [s, where] : m_missing) mergeFormats(missingFormats, formatsOf(recordOfMissing(s, where).digests));
    std::vector<std::pair<std::size_t, std::vector<HashFormat>>> wanted;
    wanted.reserve(known.size() + strangers.size());
    for (const std::size_t i : known) wanted.emplace_back(i, wantedFormats(m_roll.items[i]));
    for (const std::size_t i : strangers) {
      wanted.emplace_back(i, wantedFormats(m_roll.items[i]));
      mergeFormats(wanted.back().second, missingFormats);
    }
    // As the walk found them: neighbours on the disk, more often than not.
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    readItems(wanted, meter);
    if (m_outcome.cancelled) return;
    for (const std::size_t i : known) judgeKnown(m_roll.items[i], meter);
    for (const std::size_t i : strangers) judgeRead(m_roll.items[i]);
    readAgain(wanted);
  }

  std::vector<readback::Task> tasksFor(const std::vector<std::pair<std::size_t, std::vector<HashFormat>>>& wanted) {
    std::vector<readback::Task> tasks;
    tasks.reserve(wanted.size());
    for (const auto& [i, formats] : wanted) {
      const Item& item = m_roll.items[i];
      tasks.push_back({path::join(m_root, item.relative), item.info.bytes, formats});
    }
    return tasks;
  }

  // Called for several files at once, each only ever by one thread: an item belongs to its reader until all is read.
  void readItems(const std::vector<std::pair<std::size_t, std::vector<HashFormat>>>& wanted, jobs::Meter& meter) {
    const auto tasks = tasksFor(wanted);
    std::atomic<std::uint64_t> bytesRead{0};
    const Status all = readback::hashPastCache(
        m_fs, tasks, {readback::kSmallAtOnce, &meter, &m_progress},
        [&](std::size_t task, Result<readback::Reading> reading) {
          Item& item = m_roll.items[wanted[task].first];
          if (!reading) {
            item.error = reading.error();
            ++meter.failedItems;
            return;
          }
          ++meter.doneItems;
          bytesRead += reading->bytes;
          if (!reading->pastCache && reading->bytes > 0) ++m_cachedFiles;
          item.now = std::move(reading->digests);
          item.computed = true;
        },
        m_stop);
    m_outcome.bytesRead += bytesRead;
    m_outcome.cancelled = !all;
  }

  Record recordOfMissing(std::size_t s, const std::string& where) const {
    Record record;
    const auto& scope = m_roll.scopes[s];
    if (const auto own = scope.records.find(insideScope(scope, where)); own != scope.records.end())
      record = own->second;
    if (const auto original = m_against.find(where); original != m_against.end()) {
      if (record.bytes == 0) record.bytes = original->second.bytes;
      for (const auto& digest : original->second.digests) addDigest(record.digests, digest);
    }
    return record;
  }

  // False when it could not be read.
  bool judgeRead(const Item& item) {
    if (!item.error) return item.computed;
    finding("unreadable", item.relative, item.error->message);
    ++m_outcome.unreadable;
    touch(item.relative);
    return false;
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

  std::vector<Digest> expectedOf(const Item& item) const {
    std::vector<Digest> expected;
    if (item.record != nullptr) expected = item.record->digests;
    if (const Record* original = againstRecord(item)) {
      for (const auto& digest : original->digests) addDigest(expected, digest);
    }
    return expected;
  }

  void judgeKnown(Item& item, jobs::Meter& meter) {
    const auto expected = expectedOf(item);
    if (expected.empty()) {
      finding("unreadable", item.relative, "is recorded only with hashes that failed or that are not known here");
      ++m_outcome.unreadable;
    }
    if (!judgeRead(item) || expected.empty()) return;
    if (differences(expected, item.now).empty()) {
      item.action = Action::verified;
      ++m_outcome.verified;
      return;
    }
    item.action = Action::failed;
    ++m_outcome.altered;
    ++meter.failedItems;
    touch(item.relative);
  }

  // What does not match is read once more, to tell a passing fault from a lasting one.
  void readAgain(std::vector<std::pair<std::size_t, std::vector<HashFormat>>>& wanted) {
    std::erase_if(wanted, [&](const auto& one) { return m_roll.items[one.first].action != Action::failed; });
    if (wanted.empty()) return;
    m_progress.setPhase("Reading what differs again");
    const auto tasks = tasksFor(wanted);
    std::vector<std::optional<Result<readback::Reading>>> second(wanted.size());
    (void)readback::hashPastCache(
        m_fs, tasks, {readback::kSmallAtOnce, nullptr, &m_progress},
        [&](std::size_t task, Result<readback::Reading> reading) { second[task] = std::move(reading); }, m_stop);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Item& item = m_roll.items[wanted[i].first];
      const auto expected = expectedOf(item);
      std::string text = differences(expected, item.now);
      if (second[i] && !*second[i]) {
        text += ". It could not be read a second time";
      } else if (second[i] && differences(expected, (*second[i])->digests).empty()) {
        text += ". A second read matched: suspect the reader, cable or memory before the disk";
      } else if (second[i]) {
        text += (*second[i])->digests == item.now ? ". A second read gave the same"
                                                  : ". A second read gave yet another value";
      }
      finding("altered", item.relative, std::move(text));
    }
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
      for (std::size_t i = m_roll.items.size(); i-- > 0;) {  // so that the first by name is the last in its list
        const Item& item = m_roll.items[i];
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
      } else if (m_roll.others.contains(where) || m_roll.folderPaths.contains(where)) {
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
    while (!list.empty() && !m_roll.items[list.back()].previousPath.empty()) list.pop_back();
    if (list.empty() || !sameContent(record, m_roll.items[list.back()])) return false;
    Item& item = m_roll.items[list.back()];
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
    for (auto& item : m_roll.items) {
      const bool isNew = m_against.empty() ? item.record == nullptr : againstRecord(item) == nullptr;
      if (item.ignored || !item.previousPath.empty()) continue;
      if (item.record == nullptr) touch(item.relative);
      if (!isNew || !m_listNew) continue;
      if (m_against.empty() && !provesAnything(m_roll.scopes[item.scope])) continue;
      if (m_options.begin) {  // to seal is to record the new: no news but a count
        if (item.computed) ++m_outcome.newFiles;
        continue;
      }
      ++m_outcome.newFiles;
      finding("new", item.relative,
              m_against.empty() ? "is there and not recorded" : "is not in the original's first generation");
    }
    // Folders show in the records only through their hashes.
    for (const auto& scope : m_roll.scopes) {
      if (scope.expectedFolders.empty()) continue;
      std::unordered_set<std::string> recorded;
      for (const auto& folder : scope.expectedFolders) {
        const std::string where = path::join(scope.relative, folder.path);
        recorded.insert(where);
        // Recorded after what they hold, so an outer folder is explained once an inner one was named.
        if (folder.path.empty() || !isAsked(where) || m_roll.folderPaths.contains(where) || m_touched.contains(where))
          continue;
        touch(where);
        if (anyAboveIn(m_unreadable, where)) continue;
        ++m_outcome.missing;
        finding("missing", where, "this folder is recorded and not there");
      }
      for (const auto& [where, owner] : m_roll.folders) {
        if (&m_roll.scopes[owner] != &scope || recorded.contains(where) || where == scope.relative) continue;
        if (!m_listNew || !m_roll.emptyFolders.contains(where)) continue;
        touch(where);
        if (m_options.begin) continue;
        ++m_outcome.newFiles;
        finding("new", where, "this folder is there and not recorded");
      }
    }
  }

  void compareFolders() {
    for (const auto& scope : m_roll.scopes) {
      if (isAhead(m_roll, scope)) touch(path::join(scope.relative, kFolder));
    }
    // Inner ones first: a folder's difference is in the hash of all folders around it.
    for (auto at = m_roll.scopes.rbegin(); at != m_roll.scopes.rend(); ++at) {
      const Scope& scope = *at;
      if (scope.expectedFolders.empty()) continue;
      std::unordered_map<std::string, DirectoryEntryHash> now;
      for (auto& folder :
           directoryHashes(entriesBelow(m_roll, scope), foldersBelow(m_roll, scope), scope.folderFormats)) {
        now.emplace(folder.path, std::move(folder));
      }
      for (const auto& folder : scope.expectedFolders) {
        const std::string where = path::join(scope.relative, folder.path);
        if (!isAsked(where) || m_touched.contains(where)) continue;
        const auto computed = now.find(folder.path);
        if (computed == now.end()) continue;
        const std::string content = differences(folder.content, computed->second.content);
        const std::string structure = differences(folder.structure, computed->second.structure);
        if (content.empty() && structure.empty()) continue;
        finding("directory_hash", where,
                "all that is recorded below is as it was, the folder's own hash is not: " +
                    (content.empty() ? "structure " + structure : "content " + content));
        touch(where);
      }
    }
  }

  static unsigned bitOf(HashFormat format) { return 1U << static_cast<unsigned>(format); }

  // The standard lets a later generation bring a format of its own; whether it is tied to the first one is worth
  // knowing: only if an earlier format was checked in the same read.
  void tellAddedFormats() {
    for (const auto& scope : m_roll.scopes) {
      std::unordered_map<std::string, unsigned> known;
      for (const auto& generation : scope.history.generations) {
        if (!generation.proven || scope.history.generations.size() < 2) continue;
        std::unordered_map<HashFormat, std::uint64_t> added;
        std::unordered_map<HashFormat, std::uint64_t> untied;
        for (const auto& file : generation.manifest.files) {
          unsigned now = 0;
          for (const auto& one : file.hashes) now |= one.action == Action::failed ? 0U : bitOf(one.digest.format);
          unsigned& before = known[file.path];
          if (const auto old = known.find(file.previousPath); before == 0 && old != known.end()) before = old->second;
          for (const auto& one : file.hashes) {
            if (before == 0 || (now & ~before & bitOf(one.digest.format)) == 0) continue;
            ++added[one.digest.format];
            if ((now & before) == 0) ++untied[one.digest.format];
          }
          before |= now;
        }
        for (const auto format : hash::allFormats()) {
          if (added[format] > 0) tellAdded(scope, generation, format, added[format], untied[format]);
        }
      }
    }
  }

  void tellAdded(const Scope& scope, const Generation& generation, HashFormat format, std::uint64_t files,
                 std::uint64_t untied) {
    std::string text = "generation " + std::to_string(generation.number);
    text.append(" adds ").append(hash::name(format)).append(" for ").append(std::to_string(files)).append(" files");
    if (untied > 0) {
      text.append(", for ").append(std::to_string(untied));
      text.append(" of them without checking an earlier hash: it proves those from then on only");
    }
    finding("format_added", path::join(path::join(scope.relative, kFolder), generation.fileName), std::move(text));
  }

  void seal() {
    if (!m_options.seal || m_given) return;
    if (!m_seal) {
      return finding("not_sealed", m_part, "only a part of the roll was checked: verify the whole roll to seal it");
    }
    m_progress.setPhase("Sealing");
    sealRoll(m_fs, m_roll, m_options, m_startedAt, m_outcome);
    if (m_outcome.manifests.empty()) return;
    std::unordered_map<HashFormat, std::uint64_t> added;
    for (const auto& item : m_roll.items) {
      if (item.action != Action::verified || item.record == nullptr) continue;
      const auto before = formatsOf(item.record->digests);
      for (const auto& digest : item.now) {
        if (std::find(before.begin(), before.end(), digest.format) == before.end()) ++added[digest.format];
      }
    }
    for (const auto format : hash::allFormats()) {
      if (added[format] == 0) continue;
      finding("format_added", "",
              "this generation adds " + std::string(hash::name(format)) + " for " + std::to_string(added[format]) +
                  " files, in the read that checked what was recorded");
    }
  }

  // Computed before anything is compared, so that a damaged roll still says what it is.
  void identifyRoll() {
    std::vector<HeldFile> held;
    for (const auto& item : m_roll.items) {
      if (!item.ignored) held.push_back({item.relative, item.info, &item.now});
    }
    identify(m_outcome, held);
    if (!m_roll.scopes.empty() && !m_roll.scopes.front().history.generations.empty()) {
      m_outcome.sealedName = folderInFileName(m_roll.scopes.front().history.generations.front().fileName);
    }
  }

  void listProven() {
    if (!m_options.listProven) return;
    for (const auto& item : m_roll.items) {
      if (item.action != Action::verified || item.ignored) continue;
      m_outcome.proven.push_back({item.relative, item.info.bytes, item.info.modifiedUnixNanos, item.now});
    }
  }

  void checkSigned() {
    if (m_given) return;
    for (const auto& scope : m_roll.scopes) {
      for (auto& one : checkSignatures(m_fs, path::join(m_root, scope.relative), m_options.trustedKeys)) {
        finding(one.kind, path::join(scope.relative, one.path), std::move(one.text));
      }
    }
  }

  // A first seal verifies nothing, and what it recorded is whole all the same.
  [[nodiscard]] bool isSealedWhole() const {
    VerifyOutcome recorded = m_outcome;
    recorded.verified += recorded.newFiles;
    const auto failed = [](const Finding& one) { return one.kind == "seal_failed" || one.kind == "not_sealed"; };
    return judge(recorded) == VerifyResult::verified && !recorded.manifests.empty() &&
           std::none_of(recorded.findings.begin(), recorded.findings.end(), failed);
  }

  void sign() {
    if (!m_options.signer || m_given) return;
    const bool good =
        m_part.empty() && (m_options.begin ? isSealedWhole() : judge(m_outcome) == VerifyResult::verified);
    for (const auto& scope : m_roll.scopes) {
      const std::string where = path::join(scope.relative, kFolder);
      if (!good) {
        finding("not_signed", where,
                m_options.begin ? "only a roll that is sealed whole is signed"
                                : "only a whole roll that is verified is signed");
        continue;
      }
      const auto signature = signChain(m_fs, path::join(m_root, scope.relative), *m_options.signer, m_startedAt);
      finding(signature ? "signed" : "not_signed", where,
              signature ? "signed by this station with key " + keyId(m_options.signer->publicKey())
                        : signature.error().message);
    }
  }

  void finish() {
    if (m_cachedFiles > 0) {
      finding("cache_verified_only", "", cacheText(m_cachedFiles));
    }
    m_outcome.result = judge(m_outcome);
  }
};

}  // namespace

Result<VerifyOutcome> verifyScope(FileSystem& fs, const std::string& root, const VerifyOptions& options,
                                  const Clock& clock, jobs::Progress& progress, std::stop_token stop,
                                  const std::string& part, std::optional<GivenHistory> given,
                                  std::optional<Tree> tree) {
  return RollVerifier(fs, root, options, clock, progress, std::move(stop), part, std::move(given), std::move(tree))
      .run();
}

}  // namespace rollproof::mhl
