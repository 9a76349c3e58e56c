// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/offload/copy_pass.h"
#include "core/offload/evidence.h"
#include "core/offload/evidence_text.h"
#include "core/offload/journal.h"
#include "core/offload/offload.h"
#include "core/offload/read_back.h"
#include "core/offload/seal.h"
#include "core/volumes/volumes.h"

namespace rollproof::offload {

namespace {

constexpr std::uint64_t kLargestJournal = 1ULL << 30U;

struct Copy {
  const PlannedCopy* planned = nullptr;
  std::string name;
  JournalContent left;  // what an unfinished run noted
  CopyHistory history;
  std::set<std::string> foreign;  // files that are not on the card
  std::vector<ReadBack> back;
  std::vector<bool> failed;  // one a file, set once with its problem
  std::vector<model::Reason> against;
  bool usable = true;  // the roll's folder could be made
  std::string manifest;
  std::uint64_t verified = 0, cacheVerified = 0, failures = 0;
};

class Run {
 public:
  Run(FileSystem& fs, const Plan& plan, const Clock& clock, jobs::Progress& progress, std::stop_token stop)
      : m_fs(fs), m_plan(plan), m_clock(clock), m_progress(progress), m_stop(std::move(stop)) {}

  Outcome carryOut() {
    m_outcome.startedAt = m_clock.now();
    prepare();
    if (!stopped()) copyAll();
    if (!stopped()) verifyAll();
    if (!stopped()) recount();
    judgeFiles();
    if (!stopped()) sealAll();
    conclude();
    return std::move(m_outcome);
  }

 private:
  [[nodiscard]] bool stopped() const { return m_stop.stop_requested(); }
  [[nodiscard]] const Request& request() const { return m_plan.request; }
  [[nodiscard]] const std::vector<model::FileRecord>& files() const { return m_plan.files; }

  void problem(std::string path, std::string where, std::string code, std::string text) {
    m_outcome.problems.push_back({std::move(path), std::move(where), std::move(code), std::move(text)});
  }

  void unusable(Copy& copy, const Error& error, const char* code) {
    copy.usable = false;
    copy.against.push_back({code, fmt::format("{} cannot be used: {}", copy.name, describe(error))});
    problem({}, copy.planned->root, code, describe(error));
  }

  // --- before the first byte -------------------------------------------------------------------------------------

  void prepare() {
    m_progress.setPhase("Preparing");
    m_readMeter = &m_progress.addMeter("Reading the card");
    m_readMeter->totalBytes = m_plan.bytes;
    m_readMeter->totalItems = files().size();
    for (const auto& file : files()) m_inventory.insert(file.path);
    for (const auto& directory : m_plan.directories) m_folders.insert(directory);
    if (std::any_of(m_folders.begin(), m_folders.end(), [](const auto& folder) { return folder == kHistoryFolder; }))
      m_cardHistory = readCopyHistory(m_fs, request().source);
    m_formats = request().hashes;
    const auto alsoCheck = [&](const CopyHistory& history) {
      for (const auto format : formatsOf(history)) {
        if (std::find(m_formats.begin(), m_formats.end(), format) == m_formats.end()) m_formats.push_back(format);
      }
    };
    alsoCheck(m_cardHistory);

    m_reads.resize(files().size());
    m_copies.resize(m_plan.copies.size());
    m_targets.resize(m_plan.copies.size());
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      auto& copy = m_copies[c];
      copy.planned = &m_plan.copies[c];
      copy.name = copyName(copy.planned->volume, copy.planned->destination);
      copy.back.resize(files().size());
      copy.failed.resize(files().size());
      auto& target = m_targets[c];
      target.root = copy.planned->root;
      target.placed.resize(files().size());
      target.meter = &m_progress.addMeter(copy.name + " read back");
      target.meter->totalItems = files().size();
      prepareCopy(copy, target);
      alsoCheck(copy.history);
    }
    if (request().verify == VerifyMode::both) {
      m_rereadMeter = &m_progress.addMeter("Card, second read");
      m_rereadMeter->totalBytes = m_plan.bytes;
      m_rereadMeter->totalItems = files().size();
    }
  }

  void prepareCopy(Copy& copy, CopyTarget& target) {
    const auto& root = target.root;
    if (auto made = m_fs.makeDirectories(root); !made) return unusable(copy, made.error(), "write_failed");
    if (const auto text = readSmallFile(m_fs, path::join(root, kJournalName), kLargestJournal))
      copy.left = parseJournal(*text);
    if (copy.left.sealingOver) {
      if (auto cleared = clearBrokenSeal(m_fs, root, *copy.left.sealingOver); !cleared)
        return unusable(copy, cleared.error(), "write_failed");
    }
    std::set<std::string> halfClaimed;
    if (!sweep(copy, root, halfClaimed)) return;
    copy.history = readCopyHistory(m_fs, root);
    for (const auto& directory : m_plan.directories) {
      const std::string folder = path::join(root, directory);
      auto made = m_fs.makeDirectory(folder);
      if (!made && made.error().code == Errc::exists) {
        const auto info = m_fs.info(folder);
        if (info && info->kind == FileKind::directory)
          made = {};
        else
          made = fail(Errc::conflict, "stands where a folder belongs", folder);
      }
      if (!made) return unusable(copy, made.error(), made.error().code == Errc::conflict ? "conflict" : "write_failed");
    }
    for (std::size_t i = 0; i < files().size(); ++i) survey(copy, target, i, halfClaimed);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < files().size(); ++i) {
      if (target.placed[i].state == PlacedState::absent) total += files()[i].bytes;
      if (request().verify != VerifyMode::none || target.placed[i].state == PlacedState::existing)
        total += files()[i].bytes;
    }
    target.meter->totalBytes = total;
    auto journal = Journal::open(m_fs, root, request().source);
    if (!journal)
      return unusable(copy, journal.error(), journal.error().code == Errc::noSpace ? "no_space" : "write_failed");
    target.journal.emplace(std::move(*journal));
  }

  // Removes half-written files of ours and notes what else is there.
  bool sweep(Copy& copy, const std::string& root, std::set<std::string>& halfClaimed) {
    const auto tree = walk(m_fs, root);
    if (!tree || !tree->unreadable.empty()) {
      unusable(copy, tree ? tree->unreadable.front() : tree.error(), "unreadable_copy");
      return false;
    }
    std::set<std::string> parts;
    for (const auto& file : files()) parts.insert(partPathFor(file.path, m_inventory));
    for (const auto& entry : tree->entries) {
      if (entry.info.kind == FileKind::directory || m_inventory.contains(entry.path) || entry.path == kJournalName)
        continue;
      const std::string name = path::fileName(entry.path);
      const bool inHistory = entry.path.starts_with(std::string(kHistoryFolder) + "/");
      if (entry.info.kind == FileKind::regular && (parts.contains(entry.path) || (isPartName(name) && inHistory))) {
        if (auto gone = m_fs.remove(path::join(root, entry.path)); !gone) {
          unusable(copy, gone.error(), "write_failed");
          return false;
        }
        halfClaimed.insert(entry.path);
      } else if (!inHistory && name != ".DS_Store") {
        copy.foreign.insert(entry.path);
      }
    }
    return true;
  }

  void survey(Copy& copy, CopyTarget& target, std::size_t i, const std::set<std::string>& halfClaimed) {
    const auto& file = files()[i];
    const std::string there = path::join(target.root, file.path);
    const auto info = m_fs.info(there);
    auto& placed = target.placed[i];
    if (!info) {
      if (info.error().code != Errc::notFound)
        placed = {PlacedState::failed, false, false, "unreadable_copy", describe(info.error())};
      return;
    }
    if (file.path == kChainPath && copy.history.generations.size() > m_cardHistory.generations.size() &&
        continuesHistory(copy.history, m_cardHistory)) {
      placed = {PlacedState::existing, true, false, {}, {}};
    } else if (info->kind == FileKind::regular && info->bytes == file.bytes) {
      placed = {PlacedState::existing, false, false, {}, {}};
    } else if (info->kind == FileKind::regular && info->bytes == 0 &&
               halfClaimed.contains(partPathFor(file.path, m_inventory))) {
      // Where a rename cannot refuse to replace, the name is claimed empty first; a kill in between leaves this.
      if (auto gone = m_fs.remove(there); !gone)
        placed = {PlacedState::failed, false, false, "write_failed", describe(gone.error())};
    } else {
      placed = {PlacedState::failed, false, false, "conflict",
                "something else stands under this name already; it was left as it is"};
    }
  }

  // --- copying -----------------------------------------------------------------------------------------------------

  void copyAll() {
    m_progress.setPhase("Copying");
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      if (m_copies[c].usable) continue;
      for (auto& placed : m_targets[c].placed) {
        placed = {PlacedState::failed, false, false, m_copies[c].against.front().code,
                  m_copies[c].against.front().text};
      }
    }
    const bool anyUsable = std::any_of(m_copies.begin(), m_copies.end(), [](const auto& copy) { return copy.usable; });
    if (!anyUsable) return;
    const PassInput input{m_fs, request().source, files(), m_formats, m_inventory};
    std::vector<std::size_t> all(files().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    copyPass(input, all, m_reads, m_targets, m_progress, *m_readMeter, m_stop);
    if (stopped()) return;

    // Once more from the source what failed in a way that may pass: a bad read, a write or an fsync that failed.
    std::vector<std::size_t> again;
    const auto firstReads = m_reads;
    for (std::size_t i = 0; i < files().size(); ++i) {
      bool retry =
          m_reads[i].error && m_reads[i].error->code != Errc::permission && m_reads[i].error->code != Errc::notRegular;
      for (auto& target : m_targets) {
        auto& placed = target.placed[i];
        if (placed.state != PlacedState::failed || !placed.mayRetry || target.stoppedBy) continue;
        if (m_reads[i].error && !retry) continue;
        placed = {};
        retry = true;
      }
      if (retry) again.push_back(i);
    }
    if (again.empty()) return;
    log::info(fmt::format("{} copied once more after a failure", counted(again.size(), "file")));
    for (const auto i : again) {
      m_readMeter->totalBytes += files()[i].bytes;
      if (m_reads[i].error)
        --m_readMeter->failedItems;
      else
        --m_readMeter->doneItems;
      for (auto& target : m_targets) {
        if (target.placed[i].state == PlacedState::absent) target.meter->totalBytes += files()[i].bytes;
      }
    }
    copyPass(input, again, m_reads, m_targets, m_progress, *m_readMeter, m_stop);
    for (const auto i : again) {
      // The copies written in the first pass hold what was read then: two reads that differ prove nothing.
      if (firstReads[i].whole && m_reads[i].whole && firstReads[i].proof != m_reads[i].proof)
        m_reads[i].error = Error{Errc::corrupt, "gave other content when it was read once more for a second try",
                                 files()[i].path, 0, -1};
    }
  }

  // --- verifying ---------------------------------------------------------------------------------------------------

  void verifyAll() {
    m_progress.setPhase("Verifying");
    m_reread.resize(files().size());
    std::vector<std::jthread> readers;
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      if (m_copies[c].usable) readers.emplace_back([this, c] { readBackCopy(m_copies[c], m_targets[c]); });
    }
    if (m_rereadMeter) {
      readers.emplace_back([this] { rereadSource(); });
    }
    readers.clear();  // joins
  }

  void readBackCopy(Copy& copy, const CopyTarget& target) {
    AlignedBuffer buffer(kBlockBytes);
    for (std::size_t i = 0; i < files().size() && !stopped(); ++i) {
      const auto& placed = target.placed[i];
      const bool written = placed.state == PlacedState::written && request().verify != VerifyMode::none;
      // What an earlier run or a stranger left is proven even if verification was declined: it was never ours to trust.
      if (!written && placed.state != PlacedState::existing) continue;
      if (!m_reads[i].whole || m_reads[i].error) continue;
      if (placed.superseded) {
        copy.back[i] = {true, true, true, false, {}, std::nullopt};
      } else {
        copy.back[i] = readBack(m_fs, path::join(target.root, files()[i].path), m_reads[i].proof, true, buffer,
                                target.meter, m_stop);
      }
      if (copy.back[i].equal)
        ++target.meter->doneItems;
      else
        ++target.meter->failedItems;
    }
  }

  void rereadSource() {
    AlignedBuffer buffer(kBlockBytes);
    for (std::size_t i = 0; i < files().size() && !stopped(); ++i) {
      if (!m_reads[i].whole || m_reads[i].error) continue;
      if (request().resume && m_reads[i].pastCache && readByEarlierRun(i)) {
        // The unfinished run's journal holds what it read from the card; this run read the same past the cache.
        m_reread[i] = {true, true, true, false, m_reads[i].proof, std::nullopt};
        m_rereadMeter->doneBytes += files()[i].bytes;
      } else {
        m_reread[i] = readBack(m_fs, path::join(request().source, files()[i].path), m_reads[i].proof, false, buffer,
                               m_rereadMeter, m_stop);
      }
      if (m_reread[i].equal)
        ++m_rereadMeter->doneItems;
      else
        ++m_rereadMeter->failedItems;
    }
  }

  [[nodiscard]] bool readByEarlierRun(std::size_t i) const {
    const auto& file = files()[i];
    return std::any_of(m_copies.begin(), m_copies.end(), [&](const auto& copy) {
      const auto noted = copy.left.files.find(file.path);
      return noted != copy.left.files.end() && noted->second.bytes == file.bytes &&
             noted->second.modifiedUnixNanos == file.modifiedUnixNanos && noted->second.proof == m_reads[i].proof;
    });
  }

  void recount() {
    m_progress.setPhase("Counting the card again");
    const auto tree = walk(m_fs, request().source);
    if (!tree) {
      m_recountText = "The card could not be counted again: " + describe(tree.error());
      return;
    }
    const auto volume = request().volumeOf ? request().volumeOf(request().source) : volumes::volumeOf(request().source);
    if (!volume || volume->device.id != m_plan.sourceVolume.device.id) {
      m_recountText = "Another device answers for the card now than at the start.";
      return;
    }
    std::size_t seen = 0, others = 0;
    for (const auto& entry : tree->entries) {
      if (entry.info.kind == FileKind::directory) {
        if (!m_folders.contains(entry.path))
          m_recountText = fmt::format("The card changed: {} is new.", path::display(entry.path));
        continue;
      }
      const auto planned = std::lower_bound(files().begin(), files().end(), entry.path,
                                            [](const auto& f, const auto& p) { return f.path < p; });
      if (entry.info.kind != FileKind::regular || planned == files().end() || planned->path != entry.path) {
        const bool known = std::any_of(m_plan.skipped.begin(), m_plan.skipped.end(),
                                       [&](const auto& s) { return s.path == entry.path; });
        if (!known) m_recountText = fmt::format("The card changed: {} is new.", path::display(entry.path));
        ++others;
        continue;
      }
      ++seen;
      if (planned->bytes != entry.info.bytes || planned->modifiedUnixNanos != entry.info.modifiedUnixNanos)
        m_recountText = fmt::format("The card changed: {} is not what it was.", path::display(entry.path));
    }
    if (seen != files().size())
      m_recountText = fmt::format("The card changed: {} of {} are still there.", seen, counted(files().size(), "file"));
    if (others + tree->unreadable.size() != m_plan.skipped.size() && m_recountText.empty())
      m_recountText = "The card changed while it was copied.";
    m_recountEqual = m_recountText.empty();
  }

  // --- what each file came to ----------------------------------------------------------------------------------------

  void judgeFiles() {
    for (std::size_t i = 0; i < files().size(); ++i) {
      judgeSource(i);
      for (std::size_t c = 0; c < m_copies.size(); ++c) judgeCopy(m_copies[c], m_targets[c], i);
    }
    for (auto& copy : m_copies) {
      if (!copy.usable || copy.foreign.empty()) continue;
      const auto recorded = recordedPaths(copy.history);
      std::size_t strangers = 0;
      for (const auto& path : copy.foreign) {
        if (recorded.contains(path)) continue;
        if (++strangers <= 20)
          problem(path, copy.planned->root, "foreign", "is not on this card, yet stands in the roll's folder");
      }
      if (strangers > 0) {
        copy.against.push_back(
            {"foreign_files", fmt::format("The roll's folder on {} holds {} that {} not on this card.", copy.name,
                                          counted(strangers, "file"), strangers == 1 ? "is" : "are")});
      }
    }
  }

  [[nodiscard]] bool sourceRead(std::size_t i) const { return m_reads[i].whole && !m_reads[i].error; }

  void judgeSource(std::size_t i) {
    const auto& file = files()[i];
    if (!sourceRead(i)) {
      if (!m_reads[i].error) return;  // not reached
      const auto code = m_reads[i].error->code;
      ++m_unreadable;
      problem(file.path, "source",
              code == Errc::conflict  ? "source_changed"
              : code == Errc::corrupt ? "mismatch"
                                      : "unreadable",
              describe(*m_reads[i].error));
      return;
    }
    if (m_reread.empty() || !m_reread[i].done) return;
    const auto& again = m_reread[i];
    if (again.error) {
      problem(file.path, "source", "unreadable", "could not be read a second time: " + describe(*again.error));
    } else if (!again.equal) {
      ++m_rereadDiffer;
      // Copies that read back as the first read says show where the odd value came from.
      const bool copiesAgreeWithSecond = std::any_of(m_copies.begin(), m_copies.end(), [&](const auto& c) {
        return c.back[i].done && !c.back[i].error && c.back[i].value == again.value;
      });
      problem(file.path, "source", "mismatch",
              again.unstable          ? "the card gives other content each time it is read"
              : copiesAgreeWithSecond ? "the second read of the card and a copy agree, the digest of the first read "
                                        "does not: it was spoiled in memory in flight"
                                      : "the second read of the card differs from the first, twice alike: the first "
                                        "read was wrong or the card has changed");
    } else {
      if (again.unstable)
        problem(file.path, "source", "read_unstable",
                "one of three reads of the card differed; the last agrees with the first");
      const bool countable = again.pastCache && !m_plan.sourceVolume.fuse;
      if (countable || (!m_plan.sourceVolume.device.durable && !m_plan.sourceVolume.fuse)) ++m_rereadEqual;
    }
  }

  void judgeCopy(Copy& copy, const CopyTarget& target, std::size_t i) {
    const auto& file = files()[i];
    const auto& placed = target.placed[i];
    const auto& back = copy.back[i];
    const auto& root = copy.planned->root;
    const auto count = [&](std::string code, std::string text) {
      copy.failed[i] = true;
      ++copy.failures;
      if (!code.empty()) problem(file.path, root, std::move(code), std::move(text));
    };
    if (placed.state == PlacedState::failed) {
      const bool toldElsewhere = placed.code == "source" || !copy.usable;
      return count(toldElsewhere ? "" : placed.code, placed.text);
    }
    if (!sourceRead(i)) {
      if (m_reads[i].error) count({}, {});
      return;
    }
    if (!back.done) return;
    if (back.error) return count("unreadable_copy", "could not be read back: " + describe(*back.error));
    if (!back.equal) return mismatch(copy, target, i, count);
    if (back.unstable)
      problem(file.path, root, "read_unstable",
              "the first read back differed, the second is right: suspect the link or memory");
    if (placed.state == PlacedState::existing) m_existingProven.insert(i);
    if (back.pastCache && copy.planned->volume.device.durable && !copy.planned->volume.fuse)
      ++copy.verified;
    else
      ++copy.cacheVerified;
  }

  template <class Count>
  void mismatch(const Copy& copy, const CopyTarget& target, std::size_t i, const Count& count) {
    const auto& file = files()[i];
    const auto& placed = target.placed[i];
    const auto& back = copy.back[i];
    const auto noted = copy.left.files.find(file.path);
    const bool notedOurs = noted != copy.left.files.end() && noted->second.proof == m_reads[i].proof;
    const bool ours = placed.state == PlacedState::written || notedOurs;
    const bool sourceStands = !m_reread.empty() && m_reread[i].done && m_reread[i].equal;
    if (!ours) {
      if (recordedPaths(copy.history).contains(file.path))
        return count("mismatch", "was altered since it was sealed: it differs from the card");
      return count("conflict", "a file of the same size but other content stands here already; it was left as it is");
    }
    std::string text =
        back.unstable ? "reads back differently each time: suspect the destination's disk, its link or memory"
                      : "reads back wrong twice alike: it was spoiled on the way to the destination or on its disk";
    if (!m_reread.empty() && m_reread[i].done && !m_reread[i].equal)
      text = m_reread[i].value == back.value
                 ? "equals the card's second read, not its first: the first read was spoiled in flight"
                 : "neither equals the first nor the second read of the card";
    // Proven wrong, and proven ours: it must not stand there looking finished. The next run writes it anew.
    if (sourceStands) {
      const auto gone = m_fs.remove(path::join(target.root, file.path));
      text += gone ? "; the bad file was removed, the next run writes it again"
                   : "; it could not be removed: " + describe(gone.error());
    }
    count("mismatch", std::move(text));
  }

  // --- sealing -----------------------------------------------------------------------------------------------------

  void sealAll() {
    m_progress.setPhase("Sealing");
    for (std::size_t i = 0; i < files().size(); ++i) {
      auto record = files()[i];
      record.digests = m_reads[i].digests;
      m_records.push_back(std::move(record));
    }
    if (const auto path = contradiction(m_cardHistory, m_records)) {
      m_cardHistoryAgrees = false;
      problem(*path, "source", "mismatch", "differs from what the card's own manifest records");
    }
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      if (stopped()) return;
      sealCopy(m_copies[c], m_targets[c]);
    }
  }

  [[nodiscard]] bool complete(const Copy& copy, const CopyTarget& target) const {
    if (!copy.usable || copy.failures > 0 || !copy.against.empty()) return false;
    for (std::size_t i = 0; i < files().size(); ++i) {
      if (!sourceRead(i)) return false;
      const bool proven = copy.back[i].done && copy.back[i].equal;
      const bool declined = request().verify == VerifyMode::none && target.placed[i].state == PlacedState::written;
      if (!proven && !declined) return false;
    }
    return true;
  }

  void sealCopy(Copy& copy, CopyTarget& target) {
    if (!complete(copy, target)) return;
    // A seal says that the card is here; while the card is in doubt there is none, and the next run makes it.
    if (!m_recountEqual || m_rereadDiffer > 0 || !m_cardHistoryAgrees) return;
    const auto refuse = [&](const char* code, const Error& error) {
      copy.against.push_back({code, fmt::format("{} could not be sealed: {}", copy.name, describe(error))});
      problem(path::display(error.subject), copy.planned->root, code, describe(error));
    };
    const auto& root = copy.planned->root;
    if (!m_cardHistory.broken.empty())
      return refuse("history_conflict",
                    Error{Errc::conflict,
                          "the card carries a history of its own that is broken: " + m_cardHistory.broken,
                          {},
                          0,
                          -1});
    // Files that were there before may have names that never reached the disk.
    for (const auto& directory : m_plan.directories) {
      if (auto synced = m_fs.syncDirectory(path::join(root, directory)); !synced)
        return refuse("not_durable", synced.error());
    }
    if (auto synced = m_fs.syncDirectory(root); !synced) return refuse("not_durable", synced.error());

    // The card's own history arrived with the files.
    copy.history = readCopyHistory(m_fs, root);
    if (!copy.history.broken.empty())
      return refuse("history_conflict", Error{Errc::conflict, copy.history.broken, {}, 0, -1});
    const bool ownGeneration = copy.history.generations.size() > m_cardHistory.generations.size();
    if (ownGeneration && holdsAll(copy.history.generations.back(), m_records, request().hashes, m_plan.directories)) {
      copy.manifest = path::join(path::join(root, kHistoryFolder), copy.history.generations.back().fileName);
    } else {
      if (!copy.foreign.empty())
        return refuse("foreign_files",
                      Error{Errc::conflict, "the card lost files that this copy's history records, and gained others",
                            root, 0, -1});
      std::set<std::string> before;
      if (const auto names = m_fs.list(path::join(root, kHistoryFolder))) {
        for (const auto& entry : *names) before.insert(entry.name);
      }
      if (!target.journal)
        return refuse("seal_failed", Error{Errc::failed, "the journal could not be kept", root, 0, -1});
      target.journal->addSealing(before);
      if (auto noted = target.journal->flush(); !noted) return refuse("seal_failed", noted.error());
      const SealInput input{m_records,           m_plan.directories, request().hashes,
                            m_outcome.startedAt, m_clock.now(),      commentFor(copy)};
      const auto sealed = appendSeal(m_fs, root, copy.history, input);
      if (!sealed)
        return refuse(sealed.error().code == Errc::conflict ? "history_conflict" : "seal_failed", sealed.error());
      copy.manifest = sealed->manifestPath;
    }
    // Done: nothing is left to go on with. A journal that stays would only make the next run look once more.
    target.journal.reset();
    auto gone = m_fs.remove(path::join(root, kJournalName));
    if (gone) gone = m_fs.syncDirectory(root);
    if (!gone) log::warn("the finished journal stays: " + describe(gone.error()));
  }

  [[nodiscard]] std::string commentFor(const Copy& copy) const {
    if (!request().comment.empty()) return request().comment;
    std::string others;
    for (const auto& other : m_copies) {
      if (&other != &copy) others += (others.empty() ? "" : ", ") + other.name;
    }
    std::string text = fmt::format("Backup of {} to {}", path::display(path::fileName(request().source)), copy.name);
    if (!others.empty()) text += fmt::format(" (simultaneous backup to {})", others);
    return text;
  }

  // --- the end -----------------------------------------------------------------------------------------------------

  void conclude() {
    Evidence evidence;
    m_outcome.cancelled = stopped();
    evidence.cancelled = m_outcome.cancelled;
    evidence.files = files().size();
    evidence.filesUnreadable = m_unreadable;
    evidence.entriesSkipped = m_plan.skipped.size();
    evidence.filesReread = m_rereadEqual;
    evidence.filesRereadDiffer = m_rereadDiffer;
    evidence.recountEqual = m_recountEqual;
    evidence.recountText = m_recountText;
    evidence.cardHistoryAgrees = m_cardHistoryAgrees;
    evidence.verify = request().verify;
    if (m_plan.sourceVolume.mountPoint == request().source) evidence.cardDevice = m_plan.sourceVolume.device.id;

    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      auto& copy = m_copies[c];
      if (const auto& stop = m_targets[c].stoppedBy) {
        copy.against.push_back({stop->code == Errc::noSpace ? "no_space" : "read_only",
                                fmt::format("{} took no more files: {}", copy.name, describe(*stop))});
      }
      const auto& volume = copy.planned->volume;
      evidence.copies.push_back({copy.name, volume.device, volume.fuse, copy.verified, copy.cacheVerified,
                                 copy.failures, !copy.manifest.empty(), copy.against});
      model::CopyReport report;
      report.root = copy.planned->root;
      report.volumeLabel = copy.name;
      report.deviceId = volume.device.id;
      report.deviceText = volume.device.description;
      report.filesVerified = copy.verified + copy.cacheVerified;
      report.filesFailed = copy.failures;
      report.manifest = copy.manifest;
      for (std::size_t i = 0; i < files().size(); ++i) {
        const auto state = m_targets[c].placed[i].state;
        if (!copy.failed[i] &&
            (state == PlacedState::written || (state == PlacedState::existing && copy.back[i].equal)))
          report.bytes += files()[i].bytes;
      }
      report.state = stateOf(copy);
      m_outcome.copies.push_back(std::move(report));
    }
    m_outcome.verdict = deriveVerdict(evidence, request().policy);
    m_outcome.evidence = std::move(evidence);
    m_outcome.problems.insert(m_outcome.problems.begin(), m_plan.skipped.begin(), m_plan.skipped.end());
    m_outcome.sourceRereadDone =
        request().verify == VerifyMode::both && m_rereadEqual + m_rereadDiffer == files().size();
    m_outcome.resumedFiles = m_existingProven.size();
    m_outcome.files = files();
    for (std::size_t i = 0; i < files().size(); ++i) m_outcome.files[i].digests = m_reads[i].digests;
    m_outcome.directories = m_plan.directories;
    m_outcome.bytes = m_plan.bytes;
    m_outcome.inventoryFingerprint = fingerprint();
    m_outcome.finishedAt = m_clock.now();
    m_progress.setPhase(m_outcome.cancelled ? "Stopped" : "Done");
  }

  [[nodiscard]] model::CopyState stateOf(const Copy& copy) const {
    if (!copy.usable) return model::CopyState::failed;
    for (std::size_t i = 0; i < files().size(); ++i) {
      if (copy.back[i].done && !copy.back[i].equal) return model::CopyState::defect;
    }
    if (copy.verified == files().size()) return model::CopyState::verified;
    if (copy.verified + copy.cacheVerified == files().size()) return model::CopyState::cacheVerified;
    if (request().verify == VerifyMode::none && copy.failures == 0 && !m_outcome.cancelled)
      return model::CopyState::unknown;
    return model::CopyState::incomplete;
  }

  [[nodiscard]] std::string fingerprint() const {
    std::string text;
    for (const auto& file : files()) text += fmt::format("{}:{}:{}\n", file.path.size(), file.path, file.bytes);
    return hash::digestOf(model::HashFormat::xxh128, std::as_bytes(std::span(text.data(), text.size()))).text;
  }

  FileSystem& m_fs;
  const Plan& m_plan;
  const Clock& m_clock;
  jobs::Progress& m_progress;
  std::stop_token m_stop;

  std::set<std::string> m_inventory, m_folders;
  std::vector<model::HashFormat> m_formats;
  CopyHistory m_cardHistory;
  std::vector<Copy> m_copies;
  std::vector<CopyTarget> m_targets;
  std::vector<SourceRead> m_reads;
  std::vector<ReadBack> m_reread;
  std::vector<model::FileRecord> m_records;
  jobs::Meter* m_readMeter = nullptr;
  jobs::Meter* m_rereadMeter = nullptr;

  std::uint64_t m_unreadable = 0, m_rereadEqual = 0, m_rereadDiffer = 0;
  bool m_recountEqual = false;
  bool m_cardHistoryAgrees = true;
  std::string m_recountText;
  std::set<std::size_t> m_existingProven;
  Outcome m_outcome;
};

}  // namespace

Outcome runOffload(FileSystem& fs, const Plan& plan, const Clock& clock, jobs::Progress& progress,
                   std::stop_token stop) {
  return Run(fs, plan, clock, progress, std::move(stop)).carryOut();
}

}  // namespace rollproof::offload
