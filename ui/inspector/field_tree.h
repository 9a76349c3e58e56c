// SPDX-License-Identifier: Apache-2.0
// Fields in groups: label, value, where it came from, and folded under it what other sources said. A value that a
// person may correct is written in its place; Delete goes back to what the sources say.
// Threads: GUI thread only. Errors: none; whoever listens to edited() keeps it or not.
#pragma once

#include <QTreeWidget>

#include "ui/inspector/clip_fields.h"

namespace rollproof::ui {

class FieldTree : public QTreeWidget {
  Q_OBJECT
 public:
  explicit FieldTree(QWidget* parent = nullptr);
  // Rebuilt only when it says something else; what was unfolded or current stays so.
  void show(const std::vector<FieldGroup>& groups);
  // Every line, "label: value (source)".
  [[nodiscard]] QStringList lines() const;
  // The value's cell of a field by its label; an invalid index without it.
  [[nodiscard]] QModelIndex valueOfLabel(const QString& label) const;
  [[nodiscard]] bool isEditing() const { return state() == EditingState; }

 signals:
  void edited(const std::string& field, const QString& label, const QString& value);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void addLine(QTreeWidgetItem* group, const FieldLine& line);
  [[nodiscard]] QString keyOf(const std::vector<FieldGroup>& groups) const;

  QString m_shownKey;
};

}  // namespace rollproof::ui
