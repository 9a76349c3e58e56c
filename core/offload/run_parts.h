// SPDX-License-Identifier: Apache-2.0
// The steps of a run around the copying itself: what stands at a destination before, and what every file came to after.
// Threads: on the run's own thread, while no other works. Errors: problems and reasons in the values given.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/offload/offload.h"
#include "core/offload/seal.h"
#include "core/offload/work.h"

namespace rollproof::offload {

// One destination as the run sees it.
struct Copy {
  const PlannedCopy* planned = nullptr;
  Target* target = nullptr;
  std::string name;
  std::uint64_t device = 0, inode = 0;  // of the roll's folder when the run began
  CopyHistory history;
  std::set<std::string> foreign;  // files that are not on the card
  std::vector<bool> failed;       // one a file, set once with its problem
  std::vector<model::Reason> against;
  std::string manifest, classic;
  std::uint64_t verified = 0, cacheVerified = 0, failures = 0;
};

// What an unfinished run of ours left in the folder is cleared away, and every file that stands there is surveyed:
// absent, existing (to be proven) or in conflict. Makes the roll's folders. False if the copy cannot be used, with the
// reason in `against` and the problem in `problems`.
bool prepareCopy(Work& work, Copy& copy, std::size_t index, const CopyHistory& cardHistory,
                 std::vector<model::FileProblem>& problems);

// Counts and sentences for every file, after the work is closed.
struct Judgement {
  std::vector<model::FileProblem> problems;
  std::uint64_t unreadable = 0, rereadEqual = 0, rereadDiffer = 0;
  std::uint64_t existingProven = 0;  // files that stood at some copy before and are proven now
};
[[nodiscard]] Judgement judge(Work& work, std::vector<Copy>& copies);

// The card was read whole and without a fault.
[[nodiscard]] bool sourceRead(const Work& work, std::size_t file);

}  // namespace rollproof::offload
