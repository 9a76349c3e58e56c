// SPDX-License-Identifier: Apache-2.0
// Quality control of what the library holds: a roll's clips against its project's spec and against the project's other
// rolls. Internal to the session.
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/qc/qc.h"

namespace rollproof::session {

// What differs from what `project` (every clip of the project as the library has it) says now, for this roll.
[[nodiscard]] catalog::Findings newFindings(const std::vector<catalog::ClipRow>& project, catalog::RollId roll,
                                            const qc::Spec& spec);
// Each roll of the project once, in the order of its clips.
[[nodiscard]] std::vector<catalog::RollId> rollsIn(const std::vector<catalog::ClipRow>& project);
// The roll first, then those with a clip or reel of the same name: what is found there may be another thing now.
[[nodiscard]] std::vector<catalog::RollId> rollsToCheckWith(const std::vector<catalog::ClipRow>& project,
                                                            catalog::RollId roll);
// The project's clips as a card that is not in the library yet may collide with them.
[[nodiscard]] std::vector<qc::Known> knownClips(const std::vector<catalog::ClipRow>& project);

// An annotation of this field changes what quality control says.
[[nodiscard]] bool mattersToColour(const std::string& field);
[[nodiscard]] bool mattersToQuality(const std::string& field);

// The spec as the catalog keeps it; "" is the empty one.
[[nodiscard]] Result<qc::Spec> specFromText(const std::string& text);

}  // namespace rollproof::session
