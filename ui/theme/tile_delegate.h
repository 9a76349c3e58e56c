// SPDX-License-Identifier: Apache-2.0
// Draws one entry of a left column (card, drive, day): name, one line about it, which device it is,
// status or role, how full it is.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QStyledItemDelegate>

namespace rollproof::ui {

enum TileRole {
  kTitleRole = Qt::UserRole + 1,
  kDetailRole,
  kStatusRole,
  kFractionRole,
  kBadgeRole,
  kIdentityRole,
  kStatusColourRole
};

class TileDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace rollproof::ui
