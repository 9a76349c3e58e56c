// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"
#include "core/offload/evidence_text.h"
#include "core/offload/run_parts.h"

namespace rollproof::offload {

namespace {

constexpr const char* kCard = "card_or_reader";
constexpr const char* kMemory = "memory_or_bus";
constexpr const char* kDrive = "drive";
constexpr std::size_t kStrangersNamed = 20;

class Judge {
 public:
  Judge(Work& work, std::vector<Copy>& copies) : m_work(work), m_copies(copies), m_recorded(copies.size()) {}

  Judgement run() {
    for (std::size_t file = 0; file < m_work.files().size(); ++file) {
      judgeSource(file);
      m_existingProven = false;
      for (auto& copy : m_copies) judgeCopy(copy, file);
      if (m_existingProven) ++m_judgement.existingProven;
    }
    for (auto& copy : m_copies) judgeStrangers(copy);
    return std::move(m_judgement);
  }

 private:
  [[nodiscard]] const SourceRead& read(std::size_t file) const { return m_work.reads[file]; }
  [[nodiscard]] const ReadBack& again(std::size_t file) const { return m_work.reread[file]; }

  model::FileProblem& problem(std::size_t file, std::string where, std::string code, std::string text) {
    return m_judgement.problems.emplace_back(
        model::FileProblem{m_work.files()[file].path, std::move(where), std::move(code), std::move(text)});
  }
  model::FileProblem& cardProblem(std::size_t file, std::string code, std::string text) {
    auto& one = problem(file, "source", std::move(code), std::move(text));
    one.device = m_work.plan.sourceVolume.device.description;
    return one;
  }
  static void setError(model::FileProblem& problem, const Error& error) {
    problem.sysErrno = error.sysErrno;
    problem.offsetBytes = error.offsetBytes;
  }

  // Every value the file had, so that a person sees who stands alone.
  [[nodiscard]] std::vector<model::Reading> readings(std::size_t file) const {
    const std::string first = proofText(read(file).proof);
    std::vector<model::Reading> all{{"card, first read", first}};
    const auto add = [&](std::string what, const ReadBack& back) {
      if (!back.done) return;
      all.push_back({std::move(what), back.error ? std::string{} : back.equal ? first : proofText(back.value)});
    };
    add("card, second read", again(file));
    const bool spoiled = std::any_of(m_copies.begin(), m_copies.end(), [&](const auto& copy) {
      const auto& why = copy.target->placed[file].why;
      return why && why->spoiledInMemory;
    });
    all.push_back({"in flight", spoiled ? std::string{} : first});
    for (const auto& copy : m_copies) add(copy.name, copy.target->back[file]);
    return all;
  }

  void judgeSource(std::size_t file) {
    if (!sourceRead(m_work, file)) {
      if (!read(file).error) return;  // not reached
      const Error& error = *read(file).error;
      ++m_judgement.unreadable;
      auto& told = cardProblem(file,
                               error.code == Errc::conflict  ? "source_changed"
                               : error.code == Errc::corrupt ? "mismatch"
                                                             : "unreadable",
                               describe(error));
      setError(told, error);
      if (error.code == Errc::io || error.code == Errc::corrupt) told.culprit = kCard;
      return;
    }
    const auto& second = again(file);
    if (!second.done) return;
    if (second.error) {
      auto& told = cardProblem(file, "unreadable", "could not be read a second time: " + describe(*second.error));
      setError(told, *second.error);
      told.culprit = kCard;
    } else if (!second.equal) {
      ++m_judgement.rereadDiffer;
      // Copies that read back as the second read says show where the odd value came from.
      const bool copiesAgree = std::any_of(m_copies.begin(), m_copies.end(), [&](const auto& copy) {
        const auto& back = copy.target->back[file];
        return back.done && !back.error && !back.equal && back.value == second.value;
      });
      auto& told = cardProblem(
          file, "mismatch",
          second.unstable ? "the card gives other content each time it is read: suspect the card, its reader or cable"
          : copiesAgree ? "the second read of the card and a copy agree, the digest of the first read does not: it was "
                          "spoiled in this machine's memory or on its bus"
                        : "the second read of the card differs from the first, twice alike: the first read was wrong "
                          "(card, reader or cable), or the card has changed");
      told.culprit = copiesAgree && !second.unstable ? kMemory : kCard;
      if (told.culprit == kMemory) told.device = "this machine";
      told.readings = readings(file);
      if (const auto at = firstDifference(read(file).proof, second.value))
        told.offsetBytes = static_cast<std::int64_t>(*at);
    } else {
      if (second.unstable)
        cardProblem(file, "read_unstable", "one of three reads of the card differed; the last agrees with the first")
            .culprit = kCard;
      const auto& volume = m_work.plan.sourceVolume;
      const bool countable = second.pastCache && !volume.fuse;
      if (countable || (!volume.device.durable && !volume.fuse)) ++m_judgement.rereadEqual;
    }
  }

  void judgeCopy(Copy& copy, std::size_t file) {
    const auto& placed = copy.target->placed[file];
    const auto& back = copy.target->back[file];
    const auto& volume = copy.planned->volume;
    const auto failed = [&](std::string code, std::string text) -> model::FileProblem* {
      copy.failed[file] = true;
      ++copy.failures;
      if (code.empty()) return nullptr;
      auto& told = problem(file, copy.planned->root, std::move(code), std::move(text));
      told.device = volume.device.description;
      return &told;
    };
    if (placed.state == PlacedState::failed) {
      const auto& why = *placed.why;
      const bool toldElsewhere = why.code == "source" || !copy.target->usable;
      if (auto* told = failed(toldElsewhere ? "" : why.code, why.text)) {
        told->sysErrno = why.sysErrno;
        told->offsetBytes = why.offsetBytes;
        if (why.spoiledInMemory) {
          told->culprit = kMemory;
          told->device = "this machine";
          told->readings = readings(file);
        } else if (why.code == "write_failed" || why.code == "not_durable") {
          told->culprit = kDrive;
        }
      }
      return;
    }
    if (!sourceRead(m_work, file)) {
      if (read(file).error) failed({}, {});
      return;
    }
    if (!back.done) return;
    if (back.error) {
      auto* told = failed("unreadable_copy", "could not be read back: " + describe(*back.error));
      setError(*told, *back.error);
      told->culprit = kDrive;
      return;
    }
    if (!back.equal) {
      auto [code, text, culprit] = mismatch(copy, file);
      if (auto* told = failed(std::move(code), std::move(text))) {
        told->culprit = culprit;
        if (culprit == kMemory) told->device = "this machine";
        told->readings = readings(file);
        if (const auto at = firstDifference(read(file).proof, back.value))
          told->offsetBytes = static_cast<std::int64_t>(*at);
      }
      return;
    }
    if (back.unstable) {
      auto& told =
          problem(file, copy.planned->root, "read_unstable",
                  "the first read back differed, the second is right: suspect the link to the drive or memory");
      told.device = volume.device.description;
      told.culprit = kDrive;
    }
    m_existingProven = m_existingProven || placed.state == PlacedState::existing;
    if (back.pastCache && volume.device.durable && !volume.fuse)
      ++copy.verified;
    else
      ++copy.cacheVerified;
  }

  struct Mismatch {
    std::string code, text, culprit;
  };
  Mismatch mismatch(const Copy& copy, std::size_t file) {
    const auto& record = m_work.files()[file];
    const auto& back = copy.target->back[file];
    const std::size_t index = static_cast<std::size_t>(&copy - m_copies.data());
    const auto& journal = m_work.left[index].files;
    const auto noted = journal.find(record.path);
    const bool notedOurs = noted != journal.end() && noted->second.proof == proofText(read(file).proof);
    const bool ours = copy.target->placed[file].state == PlacedState::written || notedOurs;
    const auto& second = again(file);
    const bool sourceStands = second.done && second.equal;
    if (!ours) {
      if (recordedAt(index).contains(record.path))
        return {"mismatch", "was altered since it was sealed: it differs from the card", kDrive};
      return {"conflict", "a file of the same size but other content stands here already; it was left as it is", {}};
    }
    const bool anotherAlike = std::any_of(m_copies.begin(), m_copies.end(), [&](const auto& other) {
      const auto& its = other.target->back[file];
      return &other != &copy && its.done && !its.error && !its.equal && its.value == back.value;
    });
    Mismatch told{"mismatch", {}, kDrive};
    if (second.done && !second.error && !second.equal) {
      const bool equalsSecond = second.value == back.value;
      told.text = equalsSecond ? "equals the card's second read, not its first: the first read was spoiled in flight"
                               : "neither equals the first nor the second read of the card";
      told.culprit = equalsSecond ? kMemory : kCard;
    } else if (back.unstable) {
      told.text = fmt::format("reads back differently each time: suspect {}, its link or memory", deviceOf(copy));
    } else if (anotherAlike) {
      told.text =
          "reads back wrong, and another copy in the same way: it was spoiled in this machine's memory or on "
          "its bus before it was written";
      told.culprit = kMemory;
    } else {
      told.text =
          fmt::format("reads back wrong twice alike: it was spoiled on the way to {} or on its disk", deviceOf(copy));
    }
    // Proven wrong, and proven ours: it must not stand there looking finished. The next run writes it anew.
    if (sourceStands) {
      const auto gone = m_work.fs.remove(m_work.targetPath(*copy.target, file));
      told.text += gone ? "; the bad file was removed, the next run writes it again"
                        : "; it could not be removed: " + describe(gone.error());
    }
    return told;
  }
  const std::set<std::string>& recordedAt(std::size_t index) {
    auto& paths = m_recorded[index];
    if (!paths) paths = recordedPaths(m_copies[index].history);
    return *paths;
  }
  static std::string deviceOf(const Copy& copy) {
    const auto& description = copy.planned->volume.device.description;
    return description.empty() ? copy.name : fmt::format("{} ({})", copy.name, description);
  }

  void judgeStrangers(Copy& copy) {
    if (!copy.target->usable || copy.foreign.empty()) return;
    const auto& recorded = recordedAt(static_cast<std::size_t>(&copy - m_copies.data()));
    std::size_t strangers = 0;
    for (const auto& path : copy.foreign) {
      if (recorded.contains(path)) continue;
      if (++strangers <= kStrangersNamed)
        m_judgement.problems.push_back(
            {path, copy.planned->root, "foreign", "is not on this card, yet stands in the roll's folder"});
    }
    if (strangers == 0) return;
    copy.against.push_back(
        {"foreign_files", fmt::format("The roll's folder on {} holds {} that {} not on this card.", copy.name,
                                      counted(strangers, "file"), strangers == 1 ? "is" : "are")});
  }

  Work& m_work;
  std::vector<Copy>& m_copies;
  std::vector<std::optional<std::set<std::string>>> m_recorded;  // one a copy, when first asked for
  bool m_existingProven = false;  // the file that is judged now stood at some copy before
  Judgement m_judgement;
};

}  // namespace

bool sourceRead(const Work& work, std::size_t file) { return work.reads[file].whole && !work.reads[file].error; }

Judgement judge(Work& work, std::vector<Copy>& copies) { return Judge(work, copies).run(); }

}  // namespace rollproof::offload
