// SPDX-License-Identifier: Apache-2.0
// The left column of the Cards place: the cards, the drives under them, and where between them a dropped folder falls.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QListView>
#include <QWidget>
#include <optional>

#include "ui/cards/card_desk.h"

namespace rollproof::ui {

class Actions;

// Where something dropped would go, and the outline that says so while it hovers.
struct DropTarget {
  bool destination = false;   // else: a card
  std::optional<int> before;  // row among the destinations; nullopt: behind them all
  QRect outline;              // in global coordinates; no height: a line between two rows
  QString caption;
};

class DeskColumn : public QWidget {
  Q_OBJECT
 public:
  DeskColumn(CardModel& cards, DriveModel& drives, Actions& actions, QWidget* parent = nullptr);
  [[nodiscard]] QListView& cardList() const { return *m_cardList; }
  [[nodiscard]] QListView& driveList() const { return *m_driveList; }
  // nullopt: not over this column.
  [[nodiscard]] std::optional<DropTarget> targetAt(const QPoint& globalPosition) const;

 private:
  QListView* addList(QAbstractItemModel* model, const QString& name);
  DriveModel& m_drives;
  QWidget* m_desk;  // what scrolls
  QWidget* m_drivesHeading;
  QListView* m_cardList;
  QListView* m_driveList;
};

// The outline itself: drawn over everything, in the way of nothing.
class DropHint : public QWidget {
  Q_OBJECT
 public:
  explicit DropHint(QWidget* parent);
  void show(const DropTarget& target);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_caption;
};

}  // namespace rollproof::ui
