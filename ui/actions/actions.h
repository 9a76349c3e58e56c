// SPDX-License-Identifier: Apache-2.0
// Everything a person can ask for, in one list: id, text, group, shortcut.
// Threads: GUI thread only. Errors: an unknown id gives nullptr.
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <vector>

namespace rollproof::ui {

class Actions : public QObject {
  Q_OBJECT
 public:
  explicit Actions(QObject* parent = nullptr);

  struct Entry {
    const char* id;
    const char* text;
    const char* group;
    QList<QKeySequence> shortcuts;
  };
  [[nodiscard]] static const std::vector<Entry>& entries();

  [[nodiscard]] QAction* find(const QString& id) const;
  // Makes the action work while `scope` or a child of it has the focus; "whole window" actions go to the window.
  QAction* place(const QString& id, QWidget* scope, Qt::ShortcutContext context = Qt::WidgetWithChildrenShortcut);
  // Text and shortcut for a tool tip: "Play or pause (Space)".
  [[nodiscard]] QString hint(const QString& id) const;
};

}  // namespace rollproof::ui
