// SPDX-License-Identifier: Apache-2.0
// Writes what a verification found as the next generation of every history of a roll.
// Threads: one writer a roll. Errors: none; a generation that could not be written is a finding.
// Source: ASC MHL Specification v1.0; Implementation Guidelines v1.0, nested histories.
#pragma once

#include "core/mhl/roll.h"

namespace rollproof::mhl {

// Innermost first, so that an enclosing generation can vouch for what was written inside it. Adds the findings
// `sealed`, `seal_failed` and `not_sealed`, and the manifests.
void sealRoll(FileSystem& fs, const Roll& roll, const VerifyOptions& options, WallTime startedAt,
              VerifyOutcome& outcome);

}  // namespace rollproof::mhl
