// SPDX-License-Identifier: Apache-2.0
// Clip records as lines to read: label, value, where the value came from, and under it what other sources said. Of
// several clips what they have in common, and under it what they do not.
// Threads: pure functions. Errors: none.
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <vector>

#include "core/session/session.h"
#include "ui/library/clip_model.h"

namespace rollproof::ui {

struct SubLine {
  QString label, value, source;
};
struct FieldLine {
  QString label, value;
  QString source;         // in words; "" when the record does not say
  QString sourceCode;     // as the record calls it
  std::string field;      // the record's name, "exposure.ei"; "" for what is no field of it
  QString edit;           // what to begin editing with
  bool editable = false;  // a person may correct it
  bool byHand = false;    // a person has
  bool mixed = false;     // several clips differ: `value` says so
  QColor ink;             // of the value; invalid: as any
  std::vector<SubLine> sub;
};
struct FieldGroup {
  QString title;
  std::vector<FieldLine> lines;
};

// Every field that has a value, and of the slate those that have none; with `empty` all that can be written.
// Needs at least one clip; may take long for thousands.
[[nodiscard]] std::vector<FieldGroup> fieldsOf(const std::vector<ClipPtr>& clips, bool empty);
[[nodiscard]] std::vector<FieldLine> copiesOf(const std::vector<model::CopyReport>& copies);
[[nodiscard]] std::vector<FieldLine> lookLines(const model::Look& look);

// A clip's own value of the field as a person would type it; "" if there is none or the field is not known.
[[nodiscard]] QString valueOf(const model::Clip& clip, const std::string& field);

}  // namespace rollproof::ui
