// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/flatten.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/nested.h"
#include "core/mhl/stream.h"

namespace rollproof::mhl {
namespace {

constexpr std::string_view kCollectionName = "ascmhl_collection.xml";

// The newest true record of each file of one history.
class Newest {
  [[nodiscard]] auto pathOf() const {
    return [this](std::uint32_t i) { return m_files.path(i); };
  }

 public:
  void add(const FileTable& files) {
    move(files);
    for (std::size_t i = 0; i < files.size(); ++i) {
      FileEntry entry = files[i];
      std::erase_if(entry.hashes, [](const HashEntry& one) { return one.action == Action::failed; });
      entry.previousPath.clear();
      if (entry.hashes.empty()) {
        if (!m_index.find(entry.path, pathOf())) m_failedOnly.insert(entry.path);
        continue;
      }
      m_failedOnly.erase(entry.path);
      keep(std::move(entry));
    }
  }

  // Ends this.
  [[nodiscard]] FileTable take() {
    if (!m_anyGone) return std::move(m_files);
    FileTable left;
    for (std::size_t i = 0; i < m_files.size(); ++i) {
      if (!m_files.path(i).empty()) left.push_back(m_files[i]);
    }
    return left;
  }
  [[nodiscard]] const std::set<std::string>& failedOnly() const { return m_failedOnly; }

 private:
  FileTable m_files;  // an empty path: moved away or over
  KeyIndex m_index;
  std::set<std::string> m_failedOnly;
  bool m_anyGone = false;

  void keep(FileEntry entry) {
    if (const auto known = m_index.find(entry.path, pathOf())) {
      // Formats that were not computed this time keep their older value.
      for (auto& old : m_files[*known].hashes) {
        const bool renewed = std::any_of(entry.hashes.begin(), entry.hashes.end(),
                                         [&](const HashEntry& one) { return one.digest.format == old.digest.format; });
        if (!renewed) entry.hashes.push_back(old);
      }
      m_files.replace(*known, entry);
      return;
    }
    m_files.push_back(entry);
    m_index.insert(entry.path, static_cast<std::uint32_t>(m_files.size() - 1), pathOf());
  }

  // All renames of a generation happen at once, so that two files may swap their names.
  void move(const FileTable& files) {
    std::vector<FileEntry> moved;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto previous = files.previousPath(i);
      if (previous.empty() || previous == files.path(i)) continue;
      const auto known = m_index.find(previous, pathOf());
      if (!known) continue;
      FileEntry entry = m_files[*known];
      m_index.erase(previous, pathOf());
      m_files.replace(*known, {});
      m_anyGone = true;
      entry.path = files.path(i);
      moved.push_back(std::move(entry));
    }
    for (auto& entry : moved) {
      if (const auto over = m_index.find(entry.path, pathOf())) {
        m_files.replace(*over, entry);
      } else {
        keep(std::move(entry));
      }
    }
  }
};

Result<std::vector<ChainEntry>> collectionAt(const FileSystem& fs, const std::string& path) {
  const auto text = readSmallFile(fs, path, kMaxChainBytes);
  if (!text) {
    if (text.error().code == Errc::notFound) return std::vector<ChainEntry>{};
    return tl::unexpected(text.error());
  }
  auto entries = parseChain(*text);
  if (!entries) return fail(Errc::corrupt, "the collection " + entries.error().message, path);
  return entries;
}

std::string rollOf(const std::string& folder) {
  std::string scope = path::absolute(folder);
  return path::fileName(scope) == kFolder ? path::parent(scope) : scope;
}

}  // namespace

Result<Flattened> flattenHistory(FileSystem& fs, const std::string& folder, const std::string& outputFolder,
                                 const Creator& creator, WallTime now) {
  const std::string scope = rollOf(folder);
  std::map<std::string, Newest> newest;  // outer folders before those inside
  Manifest list;
  list.ignorePatterns.assign(kDefaultIgnores.begin(), kDefaultIgnores.end());
  auto histories = visitNested(fs, scope, [&](const std::string& relative, Generation generation) {
    newest[relative].add(generation.manifest.files);
    if (!relative.empty()) return;
    for (auto& pattern : generation.manifest.ignorePatterns) {
      if (std::find(list.ignorePatterns.begin(), list.ignorePatterns.end(), pattern) == list.ignorePatterns.end()) {
        list.ignorePatterns.push_back(std::move(pattern));
      }
    }
  });
  if (!histories) return tl::unexpected(histories.error());
  Flattened result;
  result.histories = histories->size();
  for (auto& history : *histories) {
    for (auto& finding : history.findings) {
      if (isBreach(finding)) {
        return fail(Errc::corrupt, "the history is no proof to make a list of: " + finding.text,
                    path::join(scope, finding.path));
      }
      result.findings.push_back(std::move(finding));
    }
  }
  KeyIndex listed;
  const auto pathOf = [&](std::uint32_t i) { return list.files.path(i); };
  // The closest history of a file is the one that knows it: inner ones first.
  for (auto it = newest.rbegin(); it != newest.rend(); ++it) {
    for (const auto& failed : it->second.failedOnly()) {
      result.findings.push_back({"left_out", path::join(it->first, failed), "was only ever recorded as failed"});
    }
    FileTable files = it->second.take();
    for (std::size_t i = 0; i < files.size(); ++i) {
      FileEntry entry = files[i];
      entry.path = path::join(it->first, entry.path);
      if (listed.find(entry.path, pathOf)) continue;
      list.files.push_back(entry);
      listed.insert(entry.path, static_cast<std::uint32_t>(list.files.size() - 1), pathOf);
    }
  }
  if (list.files.empty()) return fail(Errc::usage, "holds no true record to make a list of", scope);
  result.files = list.files.size();
  list.creator = creator;
  list.startedAt = now;
  list.process = Process::flatten;

  const std::string out = path::absolute(outputFolder);
  if (auto made = fs.makeDirectories(out); !made) return tl::unexpected(made.error());
  const std::string fileName = packingListName(path::fileName(scope), now);
  result.listPath = path::join(out, fileName);
  result.collectionPath = path::join(out, kCollectionName);
  auto collection = collectionAt(fs, result.collectionPath);
  if (!collection) return tl::unexpected(collection.error());
  if (fs.info(result.listPath)) return fail(Errc::exists, "is there already", result.listPath);

  const std::string part = path::join(out, partName(fileName));
  (void)fs.remove(part);  // only we make names of this shape: one that is left over is from a run that was killed
  auto sink = FileSink::create(fs, part);
  if (!sink) return tl::unexpected(sink.error());
  if (auto written = writeManifest(list, **sink); !written) return tl::unexpected(written.error());
  auto digest = (*sink)->finish();
  if (!digest) return tl::unexpected(digest.error());
  result.digest = *digest;
  if (auto named = fs.renameNew(part, result.listPath); !named) {
    (void)fs.remove(part);
    return tl::unexpected(named.error());
  }
  const int last = collection->empty() ? 0 : collection->back().number;
  collection->push_back({last + 1, fileName, result.digest});
  if (auto written = writeFileDurably(fs, result.collectionPath, formatChain(*collection), true); !written) {
    (void)fs.remove(result.listPath);
    return tl::unexpected(written.error());
  }
  return result;
}

}  // namespace rollproof::mhl
