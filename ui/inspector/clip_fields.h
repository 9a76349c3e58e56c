// SPDX-License-Identifier: Apache-2.0
// A clip record as lines to read: label, value, where the value came from, and what other sources said.
// Threads: pure functions. Errors: none; absent fields give no line.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/session/session.h"

namespace rollproof::ui {

struct FieldLine {
  QString label, value;
  QString source;      // "tmcd"; "" when the record does not say
  QStringList rivals;  // "25/1 (nrt)": other sources that gave a value
};
struct FieldGroup {
  QString title;
  std::vector<FieldLine> lines;
};

[[nodiscard]] std::vector<FieldGroup> fieldsOf(const model::Clip& clip);
[[nodiscard]] std::vector<FieldLine> copiesOf(const std::vector<model::CopyReport>& copies);
[[nodiscard]] std::vector<FieldLine> lookLines(const model::Look& look);

}  // namespace rollproof::ui
