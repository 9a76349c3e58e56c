// SPDX-License-Identifier: Apache-2.0
// A table of this program: no grid, one line a row, digits of one width, what is absent as a dash, columns as wide as
// their text. Threads: GUI thread only. Errors: none.
#pragma once

#include <QStyledItemDelegate>
#include <vector>

class QTableView;

namespace rollproof::ui {

enum TableRole {
  kSortRole = Qt::UserRole + 20,  // to sort by, where that is not the text
  kInkRole,                       // QColor of the text; invalid: as any
  kWholeRole,                     // bool: never cut
  kPictureRole                    // bool: a thumbnail's place, whether or not there is one yet
};

class TableDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  // At scale 1: a row with a thumbnail, the thumbnail, a row without one.
  static constexpr int kRowHeight = 36, kThumbnailWidth = 52, kThumbnailHeight = 29, kTextRowHeight = 28;
};

// Everything that every table has in common; rows are rowHeight high at scale 1.
void dressTable(QTableView& table, const QString& name, int rowHeight);

// A column that gives way, down to `least` pixels at scale 1, where the table is too narrow for all.
struct GivingColumn {
  int column, least;
};
// Every column as wide as its text (measured on the first rows); where that is too much, those in `giving` give way,
// the first first.
void fitColumns(QTableView& table, const std::vector<GivingColumn>& giving);

}  // namespace rollproof::ui
