// SPDX-License-Identifier: Apache-2.0
// What is odd about a clip, for people: what quality control found, and what reading its files showed; each sentence
// once. Levels in glyph, word and colour. Threads: pure functions. Errors: none.
#pragma once

#include <QColor>
#include <QString>
#include <vector>

#include "core/model/clip.h"

namespace rollproof::ui {

struct Finding {
  model::QcLevel level = model::QcLevel::error;
  std::string code;  // stable snake_case word
  QString text;
};
// Gravest first.
[[nodiscard]] std::vector<Finding> findingsOf(const model::Clip& clip);

struct Tally {
  int errors = 0, warnings = 0, notes = 0;
  [[nodiscard]] bool none() const { return errors == 0 && warnings == 0 && notes == 0; }
  // The worse, the larger; 0 for none.
  [[nodiscard]] std::int64_t weight() const;
};
[[nodiscard]] Tally tallyOf(const model::Clip& clip);
[[nodiscard]] QString worstText(const Tally& tally);  // "✕ 2 errors", "▲ 1 warning"; "" for none
[[nodiscard]] QColor worstInk(const Tally& tally);    // invalid: as any text

[[nodiscard]] QString glyphOf(model::QcLevel level);
[[nodiscard]] QString wordOf(model::QcLevel level);  // "Error"
[[nodiscard]] QColor inkOf(model::QcLevel level);
[[nodiscard]] QString codeWords(const std::string& code);  // "missing audio"
[[nodiscard]] bool hasFinding(const model::Clip& clip, model::QcLevel level);
[[nodiscard]] bool hasFinding(const model::Clip& clip, const std::string& code);

// One line a finding, "✕ Error: The middle frame is black. (black frame)", for tool tips and screen readers.
[[nodiscard]] QString findingLines(const std::vector<Finding>& findings);

}  // namespace rollproof::ui
