// SPDX-License-Identifier: Apache-2.0
// Draws a cell of the clip table: thumbnail, text with even digits, timecode never cut.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QStyledItemDelegate>

namespace rollproof::ui {

class ClipDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  static constexpr int kRowHeight = 36, kThumbnailWidth = 52, kThumbnailHeight = 29;  // at scale 1
};

}  // namespace rollproof::ui
