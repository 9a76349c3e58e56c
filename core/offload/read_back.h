// SPDX-License-Identifier: Apache-2.0
// Reading what is really on the disk, not what a cache remembers of it, and holding it against what the card gave.
// Threads: the two loops run on a thread of the crew each, until their feed ends or the work is stopped; small files
// are read side by side by the team. Errors: per file in ReadBack. Source: open(2) O_DIRECT, posix_fadvise(2),
// mincore(2).
#pragma once

#include <memory>

#include "core/offload/crew.h"
#include "core/offload/work.h"

namespace rollproof::offload {

// Every file that is durable at the target; on a rotational disk only once nothing more is written to it.
void readBackTarget(const std::shared_ptr<Work>& work, Target& target, Team& team);
// The card a second time; on a rotational disk only once it has been read to its end.
void rereadSource(const std::shared_ptr<Work>& work, Team& team);

}  // namespace rollproof::offload
