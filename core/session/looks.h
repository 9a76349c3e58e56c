// SPDX-License-Identifier: Apache-2.0
// Looks before they go into the catalog. Threads: pure functions.
// Errors: Errc::usage for a colour space or transform the configuration does not have.
#pragma once

#include "core/base/error.h"
#include "core/colour/colour.h"
#include "core/model/look.h"

namespace rollproof::session {

// The same look with every space, display and transform as the configuration writes it, so that what is kept can be
// found again.
[[nodiscard]] Result<model::Look> inWordsOf(const colour::Config& config, const model::Look& look);

}  // namespace rollproof::session
