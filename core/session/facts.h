// SPDX-License-Identifier: Apache-2.0
// What engines report as the catalog's facts. Threads: pure functions.
#pragma once

#include "core/catalog/catalog.h"
#include "core/dailies/dailies.h"

namespace rollproof::session {

[[nodiscard]] catalog::RenderFact factOf(const dailies::Rendered& rendered, catalog::ClipId clip);

}  // namespace rollproof::session
