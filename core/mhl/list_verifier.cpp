// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/list_verifier.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/mhl/document.h"
#include "core/mhl/records.h"
#include "core/mhl/sum_file.h"
#include "core/readback/readback.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

constexpr std::uint64_t kMaxSumBytes = std::uint64_t{64} * 1024 * 1024;

struct Listed {
  std::optional<std::uint64_t> bytes;
  std::vector<ListedHash> hashes;
  std::size_t item = 0;
  bool isThere = false;
  std::string newName;  // where its content stands now, if it is not there
};

struct OnDisk {
  std::string relative;
  FileInfo info;
  std::vector<Digest> now;
  std::optional<Error> error;
  bool isRenamed = false;  // it is a listed file under another name
};

Digest otherEnd(Digest digest) {
  std::reverse(digest.text.begin(), digest.text.end());
  for (std::size_t i = 0; i + 1 < digest.text.size(); i += 2) std::swap(digest.text[i], digest.text[i + 1]);
  return digest;
}

bool matches(const ListedHash& listed, const Digest& now) {
  return hash::sameValue(listed.digest, now) ||
         (listed.eitherByteOrder && hash::sameValue(otherEnd(listed.digest), now));
}

class ListVerifier {
 public:
  ListVerifier(FileSystem& fs, std::string root, const VerifyOptions& options, jobs::Progress& progress,
               std::stop_token stop)
      : m_fs(fs), m_root(std::move(root)), m_options(options), m_progress(progress), m_stop(std::move(stop)) {
    m_outcome.scope = m_root;
  }

  Result<VerifyOutcome> run(const std::vector<std::string>& lists) {
    m_progress.setPhase("Reading the lists");
    const auto tree = walk(m_fs, m_root);
    if (!tree) return tl::unexpected(tree.error());
    for (const auto& error : tree->unreadable) {
      std::string where = error.subject;
      if (path::isWithin(where, m_root) && where.size() > m_root.size()) where = where.substr(m_root.size() + 1);
      unreadable(where, error.message);
    }
    const std::unordered_set<std::string> own(lists.begin(), lists.end());
    for (const auto& entry : tree->entries) {
      if (entry.info.kind != FileKind::regular) continue;
      m_itemByPath.emplace(entry.path, m_items.size());
      m_items.push_back({entry.path, entry.info, {}, {}, false});
    }
    for (const auto& list : lists) read(list);
    readFiles();
    if (!m_outcome.cancelled) readStrangers(own);
    if (!m_outcome.cancelled) {
      judgeFiles();
      for (const auto& item : m_items) {
        if (own.contains(item.relative) || m_listedItems.contains(item.relative) || item.isRenamed) continue;
        if (path::fileName(item.relative) == ".DS_Store" || isHashList(item.relative)) continue;
        if (!m_anyClassic) continue;  // a sum file speaks of single files, not of a folder
        ++m_outcome.newFiles;
        finding("new", item.relative, "is there and not listed");
      }
    }
    std::vector<HeldFile> held;
    for (const auto& item : m_items) {
      if (!own.contains(item.relative)) held.push_back({item.relative, item.info, &item.now});
    }
    identify(m_outcome, held);
    if (m_cachedFiles > 0) finding("cache_verified_only", "", cacheText(m_cachedFiles));
    m_outcome.result = judge(m_outcome);
    return std::move(m_outcome);
  }

 private:
  FileSystem& m_fs;
  std::string m_root;
  const VerifyOptions& m_options;
  jobs::Progress& m_progress;
  std::stop_token m_stop;
  VerifyOutcome m_outcome;
  std::vector<OnDisk> m_items;
  std::unordered_map<std::string, std::size_t> m_itemByPath;
  std::map<std::string, Listed> m_listed;  // by path from the root
  std::unordered_set<std::string> m_listedItems;
  std::atomic<std::uint64_t> m_cachedFiles{0};
  bool m_anyClassic = false;

  void finding(std::string kind, std::string where, std::string text) {
    m_outcome.findings.push_back({std::move(kind), std::move(where), std::move(text)});
  }
  void unreadable(const std::string& where, std::string text) {
    ++m_outcome.unreadable;
    finding("unreadable", where, std::move(text));
  }

  void read(const std::string& list) {
    const bool isSums = isSumFile(list);
    const auto read = readHashList(m_fs, path::join(m_root, list));
    if (!read) return unreadable(list, read.error().message);
    m_anyClassic = m_anyClassic || !isSums;
    finding("hash_list", list,
            std::string(isSums ? "checksums of " : "a classic MHL of ") + std::to_string(read->files.size()) +
                " files: it proves files and no folders, and nothing proves the list itself");
    if (!read->refused.empty()) {
      unreadable(list, std::to_string(read->refused.size()) +
                           " of its lines name no place in its folder or are not understood, the first is " +
                           path::display(read->refused.front()));
    }
    const std::string folder = path::parent(list);
    for (const auto& file : read->files) {
      auto& listed = m_listed[placeOf(folder, file.path)];
      if (file.bytes) listed.bytes = file.bytes;
      listed.hashes.insert(listed.hashes.end(), file.hashes.begin(), file.hashes.end());
    }
  }

  // Some tools list paths with the folder the list lies in.
  [[nodiscard]] std::string placeOf(const std::string& folder, const std::string& listed) const {
    std::string where = path::join(folder, listed);
    if (m_itemByPath.contains(where)) return where;
    const std::string own = path::fileName(folder.empty() ? m_root : folder) + "/";
    if (listed.starts_with(own)) {
      if (std::string inner = path::join(folder, listed.substr(own.size())); m_itemByPath.contains(inner)) return inner;
    }
    return where;
  }

  static std::vector<HashFormat> formatsFor(const Listed& listed) {
    std::vector<Digest> digests;
    for (const auto& one : listed.hashes) digests.push_back(one.digest);
    return formatsOf(digests);
  }

  void hashFiles(const std::vector<Listed*>& wanted, jobs::Meter* meter,
                 const std::function<void(std::size_t, Result<readback::Reading>)>& take) {
    std::vector<readback::Task> tasks;
    for (const Listed* listed : wanted) {
      const auto& item = m_items[listed->item];
      auto formats = formatsFor(*listed);
      if (m_options.listProven) addClassicFormat(formats);
      tasks.push_back({path::join(m_root, item.relative), item.info.bytes, std::move(formats)});
    }
    const Status all = readback::hashPastCache(m_fs, tasks, {readback::kSmallAtOnce, meter, &m_progress}, take, m_stop);
    m_outcome.cancelled = m_outcome.cancelled || !all;
  }

  void readFiles() {
    m_progress.setPhase("Verifying");
    auto& meter = m_progress.addMeter("Verifying " + path::display(path::fileName(m_root)));
    std::vector<Listed*> wanted;
    for (auto& [where, listed] : m_listed) {
      const auto known = m_itemByPath.find(where);
      if (known == m_itemByPath.end()) continue;
      listed.isThere = true;
      listed.item = known->second;
      m_listedItems.insert(where);
      if (listed.hashes.empty()) continue;
      wanted.push_back(&listed);
      meter.totalBytes += m_items[listed.item].info.bytes;
    }
    meter.totalItems += wanted.size();
    std::atomic<std::uint64_t> bytesRead{0};
    hashFiles(wanted, &meter, [&](std::size_t task, Result<readback::Reading> reading) {
      auto& item = m_items[wanted[task]->item];
      ++(reading ? meter.doneItems : meter.failedItems);
      if (!reading) {
        item.error = reading.error();
        return;
      }
      bytesRead += reading->bytes;
      if (!reading->pastCache && reading->bytes > 0) ++m_cachedFiles;
      item.now = std::move(reading->digests);
    });
    m_outcome.bytesRead += bytesRead;
  }

  // What is not listed is read if it may be a missing file under another name: of its size, or, where the list gives
  // none, of its kind.
  void readStrangers(const std::unordered_set<std::string>& own) {
    std::unordered_set<std::uint64_t> sizes;
    std::unordered_set<std::string> kinds;
    std::vector<HashFormat> formats;
    for (const auto& [where, listed] : m_listed) {
      if (listed.isThere || listed.hashes.empty()) continue;
      if (listed.bytes) {
        sizes.insert(*listed.bytes);
      } else {
        kinds.insert(path::extension(where));
      }
      for (const auto format : formatsFor(listed)) {
        if (std::find(formats.begin(), formats.end(), format) == formats.end()) formats.push_back(format);
      }
    }
    std::vector<std::size_t> strangers;
    std::vector<readback::Task> tasks;
    for (std::size_t i = 0; i < m_items.size() && !formats.empty(); ++i) {
      const auto& item = m_items[i];
      if (own.contains(item.relative) || m_listedItems.contains(item.relative) || isHashList(item.relative)) continue;
      if (!sizes.contains(item.info.bytes) && !kinds.contains(path::extension(item.relative))) continue;
      strangers.push_back(i);
      tasks.push_back({path::join(m_root, item.relative), item.info.bytes, formats});
    }
    const Status all = readback::hashPastCache(
        m_fs, tasks, {readback::kSmallAtOnce, nullptr, &m_progress},
        [&](std::size_t task, Result<readback::Reading> reading) {
          if (reading) m_items[strangers[task]].now = std::move(reading->digests);
        },
        m_stop);
    m_outcome.cancelled = m_outcome.cancelled || !all;
    // A file that only changed its folder keeps its name: those find theirs first.
    for (const bool withName : {true, false}) findRenamed(strangers, withName);
  }

  static std::string renameKey(const Digest& digest, const std::string& where, bool withName) {
    const std::string value = digest.format == HashFormat::c4 ? digest.text : path::lowerAscii(digest.text);
    return std::string(hash::name(digest.format)) + ' ' + value + ' ' + (withName ? path::fileName(where) : "");
  }

  void findRenamed(const std::vector<std::size_t>& strangers, bool withName) {
    std::unordered_map<std::string, std::vector<std::size_t>> byDigest;
    for (auto i = strangers.rbegin(); i != strangers.rend();
         ++i) {  // so that the first by name is the last in its list
      const OnDisk& item = m_items[*i];
      if (item.isRenamed) continue;
      for (const auto& digest : item.now) byDigest[renameKey(digest, item.relative, withName)].push_back(*i);
    }
    for (auto& [where, listed] : m_listed) {
      if (listed.isThere || listed.hashes.empty() || !listed.newName.empty()) continue;
      const ListedHash& first = listed.hashes.front();
      for (const auto& value : {first.digest, first.eitherByteOrder ? otherEnd(first.digest) : first.digest}) {
        const auto found = byDigest.find(renameKey(value, where, withName));
        if (found == byDigest.end() || !listed.newName.empty()) continue;
        auto& list = found->second;
        while (!list.empty() && m_items[list.back()].isRenamed) list.pop_back();
        if (list.empty() || !isContentOf(listed, m_items[list.back()])) continue;
        OnDisk& item = m_items[list.back()];
        item.isRenamed = true;
        listed.newName = item.relative;
      }
    }
  }

  static bool isContentOf(const Listed& listed, const OnDisk& item) {
    if (listed.hashes.empty() || item.now.empty() || !differences(listed, item.now).empty()) return false;
    return !listed.bytes || *listed.bytes == item.info.bytes;
  }

  static std::string differences(const Listed& listed, const std::vector<Digest>& now) {
    std::string text;
    for (const auto& one : listed.hashes) {
      for (const auto& digest : now) {
        if (digest.format != one.digest.format || matches(one, digest)) continue;
        text += (text.empty() ? "" : "; ") + std::string(hash::name(digest.format)) + " is " + digest.text +
                ", listed " + one.digest.text;
      }
    }
    return text;
  }

  void judgeFiles() {
    std::vector<Listed*> again;
    std::uint64_t sizesOnly = 0;
    for (auto& [where, listed] : m_listed) {
      if (!listed.isThere) {
        if (!listed.newName.empty()) {
          ++m_outcome.renamed;
          finding("renamed", listed.newName, "was " + path::display(where));
          continue;
        }
        ++m_outcome.missing;
        finding("missing", where, "is listed and not there");
        continue;
      }
      const auto& item = m_items[listed.item];
      if (item.error) {
        unreadable(where, item.error->message);
      } else if (listed.hashes.empty()) {
        if (listed.bytes && *listed.bytes != item.info.bytes) {
          ++m_outcome.altered;
          finding("altered", where,
                  "has " + std::to_string(item.info.bytes) + " bytes, listed " + std::to_string(*listed.bytes));
        } else {
          ++sizesOnly;
        }
      } else if (!differences(listed, item.now).empty()) {
        again.push_back(&listed);
      } else {
        ++m_outcome.verified;
        if (m_options.listProven) {
          m_outcome.proven.push_back({where, item.info.bytes, item.info.modifiedUnixNanos, item.now});
        }
      }
    }
    if (sizesOnly > 0) {
      finding("size_only", "", std::to_string(sizesOnly) + " files are listed without a hash: a size proves nothing");
    }
    std::vector<std::optional<Result<readback::Reading>>> second(again.size());
    if (!again.empty()) {
      hashFiles(again, nullptr,
                [&](std::size_t task, Result<readback::Reading> reading) { second[task] = std::move(reading); });
    }
    for (std::size_t i = 0; i < again.size(); ++i) {
      const auto& item = m_items[again[i]->item];
      ++m_outcome.altered;
      std::string text = differences(*again[i], item.now);
      if (second[i] && *second[i]) {
        text += differences(*again[i], (*second[i])->digests).empty()
                    ? ". A second read matched: suspect the reader, cable or memory before the disk"
                : (*second[i])->digests == item.now ? ". A second read gave the same"
                                                    : ". A second read gave yet another value";
      }
      finding("altered", item.relative, std::move(text));
    }
  }
};

}  // namespace

bool isHashList(const std::string& path) {
  return isSumFile(path) || (path::extension(path) == "mhl" && !path::fileName(path).starts_with("._"));
}

bool isClassicText(std::string_view text) {
  return text.substr(0, 8192).find(kManifestNamespace) == std::string_view::npos;
}

Result<HashList> readHashList(const FileSystem& fs, const std::string& path) {
  const bool isSums = isSumFile(path);
  const auto text = readSmallFile(fs, path, isSums ? kMaxSumBytes : kMaxManifestBytes);
  if (!text) return tl::unexpected(text.error());
  return isSums ? parseSums(*text, path) : parseClassic(*text);
}

Result<VerifyOutcome> verifyLists(FileSystem& fs, const std::string& root, const std::vector<std::string>& lists,
                                  const VerifyOptions& options, jobs::Progress& progress, std::stop_token stop) {
  return ListVerifier(fs, root, options, progress, std::move(stop)).run(lists);
}

}  // namespace rollproof::mhl
