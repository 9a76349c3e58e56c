// SPDX-License-Identifier: Apache-2.0
#include "ui/library/clip_delegate.h"

#include <QImage>
#include <QPainter>
#include <cmath>

#include "ui/library/clip_model.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

QSize ClipDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  if (index.column() == ClipModel::picture) return {space(kThumbnailWidth) + space(16), space(kRowHeight)};
  const qreal width = figuresWidth(theme::font(theme::Size::body), index.data().toString());
  return {static_cast<int>(std::ceil(width)) + space(16), space(kRowHeight)};
}

void ClipDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  painter->save();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  if (selected) painter->fillRect(option.rect, theme::grey(theme::kSelection));
  painter->setPen(theme::grey(selected ? theme::kSelection : theme::kButton));
  painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
  if (index.column() == ClipModel::picture) {
    QRectF frame(0, 0, space(kThumbnailWidth), space(kThumbnailHeight));
    frame.moveCenter(QRectF(option.rect).center());
    const QVariant image = index.data(Qt::DecorationRole);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    if (image.isValid())
      painter->drawImage(frame, image.value<QImage>());
    else
      painter->fillRect(frame, theme::grey(theme::kTrough));
  } else {
    const int column = index.column();
    const bool never = column == ClipModel::start || column == ClipModel::duration;
    const QRectF cell = QRectF(option.rect).adjusted(space(8), 0, -space(8), 0);
    QString text = index.data().toString();
    painter->setFont(theme::font(theme::Size::body));
    painter->setPen(theme::grey(selected ? theme::kBright : theme::kText));
    if (column == ClipModel::copies && index.data(ClipModel::safeRole).toBool()) painter->setPen(theme::proven());
    if (text.isEmpty()) {
      text = QStringLiteral("—");
      painter->setPen(theme::grey(0x70));
    }
    drawFigures(*painter, cell, Qt::AlignLeft, text, never ? Elide::none : Elide::right);
  }
  painter->restore();
}

}  // namespace rollproof::ui
