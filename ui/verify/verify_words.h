// SPDX-License-Identifier: Apache-2.0
// What a verification found, in words, glyph and standing, each with the next step.
// Threads: pure functions. Errors: none; an unknown kind keeps the engine's own sentence.
#pragma once

#include <QString>
#include <QStringList>

#include "core/session/session.h"
#include "ui/cards/verdict_block.h"

namespace rollproof::ui {

// verified is proven, defect is a defect; incomplete, unsealed and anything else is absence of proof.
[[nodiscard]] Standing standingOf(mhl::VerifyResult result);
[[nodiscard]] QString wordOf(mhl::VerifyResult result);  // "Verified", "Defect", "Not verified"

enum class Weight { defect, unproven, information };
[[nodiscard]] Weight weightOf(const mhl::Finding& finding);
[[nodiscard]] QString glyphOf(Weight weight);
[[nodiscard]] QString nextStepOf(const mhl::Finding& finding);  // "" nothing to do

// The lines under the big word: counts, what is wrong, whether the list is complete.
[[nodiscard]] QStringList reasonsOf(const session::VerifyReport& report);
// "Complete: all 4 expected rolls are here", "2 of 4 expected rolls are here, missing: A003, A004"; "" without a list.
[[nodiscard]] QString completenessText(const session::Completeness& completeness);
// The whole: a list that is not complete keeps a verified drive from being called verified.
[[nodiscard]] Standing standingOf(const session::VerifyReport& report);
[[nodiscard]] QString headlineOf(const session::VerifyReport& report);

}  // namespace rollproof::ui
