// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/offload/run_parts.h"

namespace rollproof::offload {

namespace {

constexpr std::uint64_t kLargestJournal = 1ULL << 30U;

class Survey {
 public:
  Survey(Work& work, Copy& copy, std::size_t index, const CopyHistory& cardHistory,
         std::vector<model::FileProblem>& problems)
      : m_work(work), m_copy(copy), m_left(work.left[index]), m_cardHistory(cardHistory), m_problems(problems) {}

  bool run() {
    const auto& root = m_copy.target->root;
    if (auto made = m_work.fs.makeDirectories(root); !made) return unusable(made.error(), "write_failed");
    const auto folder = m_work.fs.info(root);
    if (!folder) return unusable(folder.error(), "write_failed");
    m_copy.device = folder->device;
    m_copy.inode = folder->inode;
    if (const auto text = readSmallFile(m_work.fs, path::join(root, kJournalName), kLargestJournal))
      m_left = parseJournal(*text);
    if (m_left.sealingOver) {
      if (auto cleared = clearBrokenSeal(m_work.fs, root, *m_left.sealingOver); !cleared)
        return unusable(cleared.error(), "write_failed");
    }
    if (!sweep() || !makeFolders()) return false;
    m_copy.history = readCopyHistory(m_work.fs, root);
    for (const auto& classic : classicLists(root, m_copy.history)) {
      m_copy.foreign.erase(classic);
      if (m_copy.foreign.erase(partName(classic)) == 0) continue;
      if (auto gone = m_work.fs.remove(path::join(root, partName(classic))); !gone)
        return unusable(gone.error(), "write_failed");
    }
    for (std::size_t file = 0; file < m_work.files().size(); ++file) survey(file);
    countWork();
    auto journal = Journal::open(m_work.fs, root, m_work.plan.request.source);
    if (!journal) return unusable(journal.error(), journal.error().code == Errc::noSpace ? "no_space" : "write_failed");
    m_copy.target->journal.emplace(std::move(*journal));
    return tryOut();
  }

 private:
  bool unusable(const Error& error, const char* code) {
    m_copy.target->usable = false;
    m_copy.against.push_back({code, fmt::format("{} cannot be used: {}", m_copy.name, describe(error))});
    model::FileProblem problem{{}, m_copy.planned->root, code, describe(error)};
    problem.device = m_copy.planned->volume.device.description;
    problem.sysErrno = error.sysErrno;
    m_problems.push_back(std::move(problem));
    return false;
  }

  // Removes half-written files of ours and notes what else is there.
  bool sweep() {
    const auto& root = m_copy.target->root;
    const auto tree = walk(m_work.fs, root);
    if (!tree) return unusable(tree.error(), "unreadable_copy");
    if (!tree->unreadable.empty()) return unusable(tree->unreadable.front(), "unreadable_copy");
    std::set<std::string> parts;
    if (!tree->entries.empty()) {
      for (const auto& file : m_work.files()) parts.insert(partPathFor(file.path, m_work.files()));
    }
    for (const auto& entry : tree->entries) {
      const bool known = onCard(m_work.files(), entry.path);
      if (known) m_standing.emplace(entry.path, entry.info);
      if (entry.info.kind == FileKind::directory || known || entry.path == kJournalName) continue;
      const std::string name = path::fileName(entry.path);
      const bool inHistory = entry.path.starts_with(std::string(kHistoryFolder) + "/");
      if (entry.info.kind == FileKind::regular && (parts.contains(entry.path) || (isPartName(name) && inHistory))) {
        if (auto gone = m_work.fs.remove(path::join(root, entry.path)); !gone)
          return unusable(gone.error(), "write_failed");
        m_halfClaimed.insert(entry.path);
      } else if (!inHistory && name != ".DS_Store") {
        m_copy.foreign.insert(entry.path);
      }
    }
    return true;
  }

  bool makeFolders() {
    for (const auto& directory : m_work.plan.directories) {
      const std::string folder = path::join(m_copy.target->root, directory);
      auto made = m_work.fs.makeDirectory(folder);
      if (!made && made.error().code == Errc::exists) {
        const auto info = m_work.fs.info(folder);
        if (info && info->kind == FileKind::directory)
          made = {};
        else
          made = fail(Errc::conflict, "stands where a folder belongs", folder);
      }
      if (!made) return unusable(made.error(), made.error().code == Errc::conflict ? "conflict" : "write_failed");
    }
    return true;
  }

  void survey(std::size_t file) {
    const auto& record = m_work.files()[file];
    auto& placed = m_copy.target->placed[file];
    const auto failed = [&](const char* code, std::string text) { placed = Placed::failed({code, std::move(text)}); };
    const auto standing = m_standing.find(record.path);
    if (standing == m_standing.end()) return;
    const auto* info = &standing->second;
    if (record.path == kChainPath && m_copy.history.generations.size() > m_cardHistory.generations.size() &&
        continuesHistory(m_copy.history, m_cardHistory)) {
      placed.state = PlacedState::existing;
      placed.superseded = true;
    } else if (info->kind == FileKind::regular && info->bytes == record.bytes) {
      placed.state = PlacedState::existing;
    } else if (info->kind == FileKind::regular && info->bytes == 0 &&
               m_halfClaimed.contains(partPathFor(record.path, m_work.files()))) {
      // Where a rename cannot refuse to replace, the name is claimed empty first; a kill in between leaves this.
      if (auto gone = m_work.fs.remove(m_work.targetPath(*m_copy.target, file)); !gone)
        failed("write_failed", describe(gone.error()));
    } else {
      failed("conflict", "something else stands under this name already; it was left as it is");
    }
  }

  void countWork() {
    std::uint64_t total = 0;
    const bool verify = m_work.plan.request.verify != VerifyMode::none;
    for (std::size_t file = 0; file < m_work.files().size(); ++file) {
      const auto state = m_copy.target->placed[file].state;
      if (state == PlacedState::absent) total += m_work.files()[file].bytes;
      if (verify || state == PlacedState::existing) total += m_work.files()[file].bytes;
    }
    m_copy.target->meter->totalBytes = total;
  }

  // Before a card's worth of bytes goes there: can a file be written, synced and read back past the cache at all? The
  // journal that was just written is such a file.
  bool tryOut() {
    const std::string path = path::join(m_copy.target->root, kJournalName);
    auto file = m_work.fs.openForRead(path, ReadMode::direct);
    if (!file) return unusable(file.error(), "unreadable_copy");
    const AlignedBuffer buffer(std::size_t{64} << 10U);
    if (const auto got = (*file)->readAt(buffer.bytes(), 0); !got) return unusable(got.error(), "unreadable_copy");
    if (const auto whole = m_work.fs.syncFileSystem(m_copy.target->root); !whole) {
      if (whole.error().code != Errc::unsupported) return unusable(whole.error(), "write_failed");
      m_copy.target->syncEach = true;
    }
    return true;
  }

  Work& m_work;
  Copy& m_copy;
  JournalContent& m_left;
  const CopyHistory& m_cardHistory;
  std::vector<model::FileProblem>& m_problems;
  std::set<std::string> m_halfClaimed;
  std::map<std::string, FileInfo> m_standing;  // what the walk saw under the card's names
};

}  // namespace

bool prepareCopy(Work& work, Copy& copy, std::size_t index, const CopyHistory& cardHistory,
                 std::vector<model::FileProblem>& problems) {
  return Survey(work, copy, index, cardHistory, problems).run();
}

}  // namespace rollproof::offload
