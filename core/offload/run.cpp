// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/offload/copy_pass.h"
#include "core/offload/crew.h"
#include "core/offload/evidence.h"
#include "core/offload/evidence_text.h"
#include "core/offload/offload.h"
#include "core/offload/read_back.h"
#include "core/offload/run_parts.h"
#include "core/offload/seal.h"
#include "core/volumes/volumes.h"

namespace rollproof::offload {

namespace {

constexpr std::chrono::milliseconds kTick{100};
// What a stop leaves the threads to put half-done things away; one that needs longer is held by its drive.
constexpr std::chrono::milliseconds kGrace{700};
// Small files side by side: 20,000 of 20 KB read cold took 1.5 s one by one, 0.8 s by 4, 0.48 s by 8, 0.46 s by 32
// threads; io_uring took 0.41 s with 64 in flight at the same CPU time, and would pass by the seam that faults are
// injected through.
constexpr std::size_t kSmallReaders = 7;  // and the thread that waits for them
constexpr std::size_t kSmallVerifiers = 3;

class Run {
 public:
  Run(FileSystem& fs, Plan plan, const Clock& clock, jobs::Progress& progress, std::stop_token stop)
      : m_fs(fs),
        m_clock(clock),
        m_progress(progress),
        m_stop(std::move(stop)),
        m_work(std::make_shared<Work>(fs, std::move(plan), clock)),
        m_onStop(m_stop, [work = m_work.get()] { work->stop.request_stop(); }) {}

  Outcome carryOut() {
    m_outcome.startedAt = m_clock.now();
    prepare();
    if (!stopped()) copyAndVerify();
    endThreads();
    if (!stopped()) {
      recount();
      lookForSwappedDrives();
    }
    m_judged = judge(*m_work, m_copies);
    m_problems.insert(m_problems.end(), m_judged.problems.begin(), m_judged.problems.end());
    m_outcome.files = files();
    for (std::size_t i = 0; i < files().size(); ++i) m_outcome.files[i].digests = std::move(m_work->reads[i].digests);
    if (!stopped()) sealAll();
    conclude();
    return std::move(m_outcome);
  }

 private:
  [[nodiscard]] bool stopped() const { return m_work->stopped(); }
  [[nodiscard]] const Plan& plan() const { return m_work->plan; }
  [[nodiscard]] const Request& request() const { return plan().request; }
  [[nodiscard]] const std::vector<model::FileRecord>& files() const { return plan().files; }

  void problem(std::string path, std::string where, std::string code, std::string text) {
    m_problems.push_back({std::move(path), std::move(where), std::move(code), std::move(text)});
  }

  // --- before the first byte -------------------------------------------------------------------------------------

  void prepare() {
    m_progress.setPhase("Preparing");
    m_work->progress = &m_progress;
    m_work->readMeter = m_progress.addSharedMeter("Reading the card");
    m_work->readMeter->totalBytes = plan().bytes;
    m_work->readMeter->totalItems = files().size();
    m_folders.insert(plan().directories.begin(), plan().directories.end());
    if (m_folders.contains(kHistoryFolder)) m_cardHistory = readCopyHistory(m_fs, request().source);
    if (const auto card = m_fs.info(request().source)) m_cardFolder = *card;
    m_work->formats = request().hashes;
    alsoCheck(m_cardHistory);
    m_work->reads.resize(files().size());
    m_work->reread.resize(files().size());
    m_work->left.resize(plan().copies.size());
    m_copies.resize(plan().copies.size());
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      auto& copy = m_copies[c];
      copy.planned = &plan().copies[c];
      copy.name = copyName(copy.planned->volume, copy.planned->destination);
      copy.failed.resize(files().size());
      auto& target = *m_work->targets.emplace_back(std::make_unique<Target>());
      copy.target = &target;
      target.root = copy.planned->root;
      target.name = copy.name;
      target.rotational = copy.planned->volume.device.rotational;
      target.placed.resize(files().size());
      target.back.resize(files().size());
      target.meter = m_progress.addSharedMeter(copy.name + " read back");
      target.meter->totalItems = files().size();
      if (prepareCopy(*m_work, copy, c, m_cardHistory, m_problems)) alsoCheck(copy.history);
    }
    if (request().verify == VerifyMode::both) {
      m_work->rereadMeter = m_progress.addSharedMeter("Card, second read");
      m_work->rereadMeter->totalBytes = plan().bytes;
      m_work->rereadMeter->totalItems = files().size();
    }
  }

  // A format that an earlier generation used is checked in the same read, so that a new one may say "verified".
  void alsoCheck(const CopyHistory& history) {
    auto& formats = m_work->formats;
    for (const auto format : formatsOf(history))
      if (std::find(formats.begin(), formats.end(), format) == formats.end()) formats.push_back(format);
  }

  // --- copying and verifying -----------------------------------------------------------------------------------------

  void copyAndVerify() {
    bool anyUsable = false;
    for (auto& copy : m_copies) {
      anyUsable = anyUsable || copy.target->usable;
      if (copy.target->usable) continue;
      for (auto& placed : copy.target->placed) {
        placed = Placed::failed({copy.against.front().code, copy.against.front().text});
      }
    }
    if (!anyUsable) return;
    m_lastMoved = m_clock.steady();
    startVerifying();
    std::vector<std::size_t> all(files().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    m_progress.setPhase("Copying");
    pass(std::move(all));
    if (!stopped()) copyAgain();
    m_work->readingEnded = true;
    for (auto& target : m_work->targets) {
      if (target->setAside) continue;
      target->writingEnded = true;
      target->feed.finish();
    }
    m_work->rereadFeed.finish();
    m_work->wake();
    m_progress.setPhase("Verifying");
    waitUntil([this] {
      return m_work->rereading == 0 && std::all_of(m_copies.begin(), m_copies.end(), [](const auto& copy) {
               const auto& target = *copy.target;
               return target.abandoned || (target.verifying == 0 && (!target.setAside || target.writingEnded));
             });
    });
  }

  void startVerifying() {
    m_smallReaders = std::make_shared<Team>(m_crew, plan().sourceVolume.device.rotational ? 0 : kSmallReaders);
    for (auto& copy : m_copies) {
      auto& target = *copy.target;
      if (!target.usable) continue;
      auto team = m_teams.emplace_back(std::make_shared<Team>(m_crew, target.rotational ? 0 : kSmallVerifiers));
      target.verifying = 1;
      m_crew.start([work = m_work, &target, team] {
        readBackTarget(work, target, *team);
        target.verifying = 0;
        work->wake();
      });
    }
    if (!m_work->rereadMeter) return;
    auto team = m_teams.emplace_back(
        std::make_shared<Team>(m_crew, plan().sourceVolume.device.rotational ? 0 : kSmallVerifiers));
    m_work->rereading = 1;
    m_crew.start([work = m_work, team] {
      rereadSource(work, *team);
      work->rereading = 0;
      work->wake();
    });
  }

  void pass(std::vector<std::size_t> which) {
    m_pass = std::make_shared<CopyPass>(m_work, std::move(which));
    m_pass->start(m_crew, m_smallReaders);
    waitUntil([this] { return m_pass->ended(); });
  }

  // Once more from the source what failed in a way that may pass: a bad read, a write or an fsync that failed.
  void copyAgain() {
    std::vector<std::size_t> again;
    std::vector<SourceRead> firstReads;  // beside `again`
    for (std::size_t i = 0; i < files().size(); ++i) {
      const auto error = m_work->reads[i].error;
      bool retry = error && error->code != Errc::permission && error->code != Errc::notRegular;
      const bool readable = !error || retry;
      for (auto& target : m_work->targets) {
        if (target->setAside || target->abandoned || !readable || !m_work->resetIfMayRetry(*target, i)) continue;
        target->meter->totalBytes += files()[i].bytes;
        retry = true;
      }
      if (!retry) continue;
      again.push_back(i);
      firstReads.push_back(m_work->read(i));
      m_work->readMeter->totalBytes += files()[i].bytes;
      if (error)
        --m_work->readMeter->failedItems;
      else
        --m_work->readMeter->doneItems;
    }
    if (again.empty()) return;
    log::info(fmt::format("{} copied once more after a failure", counted(again.size(), "file")));
    pass(again);
    if (stopped()) return;
    for (std::size_t n = 0; n < again.size(); ++n) {
      const std::size_t i = again[n];
      // The copies written in the first pass hold what was read then: two reads that differ prove nothing.
      auto read = m_work->read(i);
      if (!firstReads[n].whole || !read.whole || firstReads[n].proof == read.proof) continue;
      read.error = std::make_shared<const Error>(Error{
          Errc::corrupt, "gave other content when it was read once more for a second try", files()[i].path, 0, -1});
      m_work->setRead(i, std::move(read));
    }
  }

  // --- waiting -------------------------------------------------------------------------------------------------------

  template <class Condition>
  void waitUntil(Condition ended) {
    while (!stopped() && !m_work->waitFor(kTick, ended)) giveUpTheDead();
  }

  // A drive that hangs in a call while nothing else moves would hold the run for ever.
  void giveUpTheDead() {
    std::uint64_t moved = m_work->readMeter->doneBytes + m_work->readMeter->doneItems;
    if (m_work->rereadMeter) moved += m_work->rereadMeter->doneBytes + m_work->rereadMeter->doneItems;
    for (const auto& copy : m_copies) moved += copy.target->meter->doneBytes + copy.target->meter->doneItems;
    const auto now = m_clock.steady();
    bool waits = m_work->sourceInCall > 0;
    for (const auto& copy : m_copies) waits = waits || (copy.target->inCall > 0 && !copy.target->abandoned);
    if (moved != m_moved || !waits) {
      m_moved = moved;
      m_lastMoved = now;
    }
    if (now - m_lastMoved < request().giveUpAfter) return;
    m_lastMoved = now;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(request().giveUpAfter).count();
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      auto& copy = m_copies[c];
      if (copy.target->inCall == 0 || copy.target->abandoned) continue;
      copy.target->abandoned = true;
      if (m_pass) m_pass->drop(c);
      copy.against.push_back({"not_responding", fmt::format("{} ({}) has not answered for {} seconds.", copy.name,
                                                            copy.planned->volume.device.description, seconds)});
      problem({}, copy.planned->root, "not_responding", copy.against.back().text);
      m_problems.back().culprit = "drive";
      m_problems.back().device = copy.planned->volume.device.description;
    }
    if (m_work->sourceInCall == 0) return;
    problem(
        {}, "source", "not_responding",
        fmt::format("the card ({}) has not answered for {} seconds", plan().sourceVolume.device.description, seconds));
    m_problems.back().culprit = "card_or_reader";
    m_problems.back().device = plan().sourceVolume.device.description;
    m_work->stop.request_stop();
  }

  // No thread changes anything afterwards; one that a drive holds is parked.
  void endThreads() {
    m_smallReaders.reset();
    m_teams.clear();
    m_pass.reset();
    (void)m_crew.wait(kGrace);
    m_work->close();
  }

  void recount() {
    m_progress.setPhase("Counting the card again");
    const auto tree = walk(m_fs, request().source);
    if (!tree) {
      m_recountText = "The card could not be counted again: " + describe(tree.error());
      return;
    }
    const auto volume = request().volumeOf ? request().volumeOf(request().source) : volumes::volumeOf(request().source);
    // Two cards in one reader may share everything but their file systems' identities.
    if (!volume || volume->device.id != plan().sourceVolume.device.id ||
        volume->fileSystemId != plan().sourceVolume.fileSystemId) {
      m_recountText = "Another device answers for the card now than at the start.";
      return;
    }
    const auto folder = m_fs.info(request().source);
    if (!folder || folder->device != m_cardFolder.device || folder->inode != m_cardFolder.inode) {
      m_recountText = "Another folder stands in the card's place now than at the start.";
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
        const bool known = std::any_of(plan().skipped.begin(), plan().skipped.end(),
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
    if (others + tree->unreadable.size() != plan().skipped.size() && m_recountText.empty())
      m_recountText = "The card changed while it was copied.";
    m_recountEqual = m_recountText.empty();
  }

  // A drive that was pulled, and whatever shows under its mount point now, is no longer the copy that was proven.
  void lookForSwappedDrives() {
    for (auto& copy : m_copies) {
      if (!copy.target->usable || copy.target->abandoned) continue;
      const auto now = m_fs.info(copy.target->root);
      if (now && now->device == copy.device && now->inode == copy.inode) continue;
      copy.against.push_back({"drive_gone", fmt::format("{} was taken away while the card was copied.", copy.name)});
      problem({}, copy.planned->root, "drive_gone", copy.against.back().text);
      m_problems.back().culprit = "drive";
      m_problems.back().device = copy.planned->volume.device.description;
    }
  }

  // --- sealing -----------------------------------------------------------------------------------------------------

  void sealAll() {
    m_progress.setPhase("Sealing");
    if (const auto path = contradiction(m_cardHistory, m_outcome.files)) {
      m_cardHistoryAgrees = false;
      problem(*path, "source", "mismatch", "differs from what the card's own manifest records");
    }
    for (std::size_t c = 0; c < m_copies.size(); ++c) {
      if (stopped()) return;
      sealCopy(m_copies[c]);
    }
  }

  [[nodiscard]] bool complete(const Copy& copy) const {
    const auto& target = *copy.target;
    if (!copy.target->usable || copy.failures > 0 || !copy.against.empty()) return false;
    for (std::size_t i = 0; i < files().size(); ++i) {
      if (!sourceRead(*m_work, i)) return false;
      const bool proven = target.back[i].done && target.back[i].equal;
      const bool declined = request().verify == VerifyMode::none && target.placed[i].state == PlacedState::written;
      if (!proven && !declined) return false;
    }
    return true;
  }

  void sealCopy(Copy& copy) {
    auto& target = *copy.target;
    if (!complete(copy)) return;
    // A seal says that the card is here; while the card is in doubt there is none, and the next run makes it.
    if (!m_recountEqual || m_judged.rereadDiffer > 0 || !m_cardHistoryAgrees) return;
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
    for (const auto& directory : plan().directories) {
      if (auto synced = m_fs.syncDirectory(path::join(root, directory)); !synced)
        return refuse("not_durable", synced.error());
    }
    if (auto synced = m_fs.syncDirectory(root); !synced) return refuse("not_durable", synced.error());

    // The card's own history arrived with the files.
    copy.history = readCopyHistory(m_fs, root);
    if (!copy.history.broken.empty())
      return refuse("history_conflict", Error{Errc::conflict, copy.history.broken, {}, 0, -1});
    const bool ownGeneration = copy.history.generations.size() > m_cardHistory.generations.size();
    const bool held = ownGeneration &&
                      holdsAll(copy.history.generations.back(), m_outcome.files, request().hashes, plan().directories);
    if (held) {
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
      const SealInput input{m_outcome.files, plan().directories, request().hashes, m_outcome.startedAt,
                            m_clock.now(),   commentFor(copy),   leftOut(root)};
      const auto sealed = appendSeal(m_fs, root, copy.history, input);
      if (!sealed)
        return refuse(sealed.error().code == Errc::conflict ? "history_conflict" : "seal_failed", sealed.error());
      copy.manifest = sealed->manifestPath;
    }
    if (request().classicMhl) {
      const auto classic = addClassic(m_fs, root, !held, m_outcome.files, m_clock.now());
      if (classic) {
        copy.classic = *classic;
      } else {
        problem(path::display(classic.error().subject), root, "classic_mhl", describe(classic.error()));
      }
    }
    // Done: nothing is left to go on with. A journal that stays would only make the next run look once more.
    target.journal.reset();
    auto gone = m_fs.remove(path::join(root, kJournalName));
    if (gone) gone = m_fs.syncDirectory(root);
    if (!gone) log::warn("the finished journal stays: " + describe(gone.error()));
  }

  [[nodiscard]] std::vector<std::string> leftOut(const std::string& root) const {
    if (!request().classicMhl) return {};
    return {mhl::classicIgnorePattern(mhl::classicFileName(path::fileName(root), m_outcome.startedAt))};
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
    m_outcome.cancelled = m_stop.stop_requested();
    evidence.cancelled = stopped();
    evidence.files = files().size();
    evidence.filesUnreadable = m_judged.unreadable;
    evidence.entriesSkipped = plan().skipped.size();
    evidence.filesReread = m_judged.rereadEqual;
    evidence.filesRereadDiffer = m_judged.rereadDiffer;
    evidence.recountEqual = m_recountEqual;
    evidence.recountText = m_recountText;
    evidence.cardHistoryAgrees = m_cardHistoryAgrees;
    evidence.verify = request().verify;
    if (plan().sourceVolume.mountPoint == request().source) evidence.cardDevice = plan().sourceVolume.device;
    for (auto& copy : m_copies) concludeCopy(copy, evidence);

    m_outcome.verdict = deriveVerdict(evidence, request().policy);
    m_outcome.evidence = std::move(evidence);
    m_outcome.problems = plan().skipped;
    m_outcome.problems.insert(m_outcome.problems.end(), m_problems.begin(), m_problems.end());
    m_outcome.sourceRereadDone =
        request().verify == VerifyMode::both && m_judged.rereadEqual + m_judged.rereadDiffer == files().size();
    m_outcome.resumedFiles = m_judged.existingProven;
    m_outcome.directories = plan().directories;
    m_outcome.bytes = plan().bytes;
    m_outcome.inventoryFingerprint = fingerprint();
    m_outcome.finishedAt = m_clock.now();
    m_progress.setPhase(m_outcome.cancelled ? "Stopped" : "Done");
  }

  void concludeCopy(Copy& copy, Evidence& evidence) {
    const auto& target = *copy.target;
    if (const auto& stop = target.stoppedBy) {
      copy.against.push_back({stop->code == Errc::noSpace ? "no_space" : "read_only",
                              fmt::format("{} took no more files: {}", copy.name, describe(*stop))});
    }
    const auto& volume = copy.planned->volume;
    evidence.copies.push_back({copy.name, volume.device, volume.fuse, copy.verified, copy.cacheVerified, copy.failures,
                               !copy.manifest.empty(), copy.against});
    model::CopyReport report;
    report.root = copy.planned->root;
    report.volumeLabel = copy.name;
    report.deviceId = volume.device.id;
    report.deviceText = volume.device.description;
    report.filesVerified = copy.verified + copy.cacheVerified;
    report.filesFailed = copy.failures;
    report.manifest = copy.manifest;
    report.classic = copy.classic;
    for (std::size_t i = 0; i < files().size(); ++i) {
      const auto state = target.placed[i].state;
      if (!copy.failed[i] &&
          (state == PlacedState::written || (state == PlacedState::existing && target.back[i].equal)))
        report.bytes += files()[i].bytes;
    }
    report.state = stateOf(copy);
    m_outcome.copies.push_back(std::move(report));
  }

  [[nodiscard]] model::CopyState stateOf(const Copy& copy) const {
    const auto& target = *copy.target;
    if (!target.usable) return model::CopyState::failed;
    for (std::size_t i = 0; i < files().size(); ++i) {
      if (target.back[i].done && !target.back[i].equal) return model::CopyState::defect;
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
  const Clock& m_clock;
  jobs::Progress& m_progress;
  std::stop_token m_stop;
  std::shared_ptr<Work> m_work;
  std::stop_callback<std::function<void()>> m_onStop;

  std::set<std::string> m_folders;
  CopyHistory m_cardHistory;
  FileInfo m_cardFolder;
  std::vector<Copy> m_copies;
  std::vector<model::FileProblem> m_problems;
  Judgement m_judged;
  bool m_recountEqual = false;
  bool m_cardHistoryAgrees = true;
  std::string m_recountText;

  std::shared_ptr<Team> m_smallReaders;
  std::vector<std::shared_ptr<Team>> m_teams;
  std::shared_ptr<CopyPass> m_pass;
  std::uint64_t m_moved = 0;
  std::chrono::steady_clock::time_point m_lastMoved{};
  Outcome m_outcome;
  Crew m_crew;  // last: its threads are joined or parked before anything else goes
};

}  // namespace

Outcome runOffload(FileSystem& fs, Plan plan, const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  return Run(fs, std::move(plan), clock, progress, std::move(stop)).carryOut();
}

std::size_t parkedThreads() { return Crew::parked(); }

}  // namespace rollproof::offload
