// SPDX-License-Identifier: Apache-2.0
// Which physical devices a job works on, and how many jobs each of them bears at a time. Internal to the session.
// Threads: a pure function over values.
#pragma once

#include <string>
#include <vector>

#include "core/jobs/queue.h"
#include "core/model/volume.h"

namespace rollproof::session {

// One resource for each physical device under the paths: two jobs at a time on flash, one on a rotating disk, whose
// heads would only travel between them, and one on a removable card's reader. A path on no known volume stands for
// itself.
[[nodiscard]] std::vector<jobs::Resource> deviceResources(const std::vector<std::string>& paths,
                                                          const std::vector<model::Volume>& mounted);

}  // namespace rollproof::session
