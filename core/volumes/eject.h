// SPDX-License-Identifier: Apache-2.0
// The second half of ejecting: what is to be unmounted is known, the rest is done.
// Threads, errors: as volumes::eject.
#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/model/volume.h"

namespace rollproof::volumes {

// All volumes of one disk; the first is the one that was asked for.
[[nodiscard]] Status ejectTogether(std::vector<model::Volume> volumes);

}  // namespace rollproof::volumes
