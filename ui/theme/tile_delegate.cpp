// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/tile_delegate.h"

#include <QFontMetricsF>
#include <QPainter>

#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

QSize TileDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  const qreal body = QFontMetricsF(theme::font(Size::body)).height(),
              small = QFontMetricsF(theme::font(Size::small)).height();
  qreal height = space(8) * 2 + body + space(2) + small;
  if (!index.data(kIdentityRole).toString().isEmpty()) height += space(2) + small;
  if (!index.data(kStatusRole).toString().isEmpty()) height += space(2) + small;
  if (index.data(kFractionRole).isValid()) height += space(8) + space(5);
  return {space(180), qRound(height) + space(8)};  // the last 8 are the gap to the next
}

void TileDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool focused = selected && option.state.testFlag(QStyle::State_HasFocus);
  const QRectF tile = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5 - space(8));
  painter->setPen(focused    ? theme::grey(theme::kDim)
                  : selected ? theme::grey(theme::kSelection)
                             : QColor(Qt::transparent));
  painter->setBrush(theme::grey(selected ? theme::kButton : theme::kRow));
  painter->drawRoundedRect(tile, 4, 4);

  QRectF line = tile.adjusted(space(12), space(8), -space(12), 0);
  const QFont strong = theme::font(Size::body, true), small = theme::font(Size::small);
  line.setHeight(QFontMetricsF(strong).height());
  QRectF title = line;
  if (const QString badge = index.data(kBadgeRole).toString(); !badge.isEmpty()) {
    painter->setFont(small);
    QRectF box = line;
    box.setLeft(line.right() - figuresWidth(small, badge) - space(12));
    painter->setPen(theme::grey(0x80));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(box, 3, 3);
    painter->setPen(theme::grey(theme::kText));
    drawFigures(*painter, box, Qt::AlignHCenter, badge, Elide::none);
    title.setRight(box.left() - space(8));
  }
  painter->setFont(strong);
  painter->setPen(theme::grey(theme::kText));
  drawFigures(*painter, title, Qt::AlignLeft, index.data(kTitleRole).toString());

  line.translate(0, line.height() + space(2));
  line.setHeight(QFontMetricsF(small).height());
  painter->setFont(small);
  painter->setPen(theme::grey(theme::kDim));
  drawFigures(*painter, line, Qt::AlignLeft, index.data(kDetailRole).toString());
  if (const QString identity = index.data(kIdentityRole).toString(); !identity.isEmpty()) {
    line.translate(0, line.height() + space(2));
    drawFigures(*painter, line, Qt::AlignLeft, identity, Elide::middle);  // the serial's end tells two drives apart
  }
  if (const QString status = index.data(kStatusRole).toString(); !status.isEmpty()) {
    line.translate(0, line.height() + space(2));
    const auto colour = index.data(kStatusColourRole).value<QColor>();
    painter->setPen(colour.isValid() ? colour : theme::grey(theme::kText));
    drawFigures(*painter, line, Qt::AlignLeft, status);
  }
  if (const QVariant fraction = index.data(kFractionRole); fraction.isValid()) {
    const QRectF bar(line.left(), line.bottom() + space(8), line.width(), space(5));
    drawBar(*painter, bar, fraction.toDouble(), theme::grey(0x9c));
  }
  painter->restore();
}

}  // namespace rollproof::ui
