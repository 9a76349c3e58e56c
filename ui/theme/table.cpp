// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/table.h"

#include <QHeaderView>
#include <QImage>
#include <QPainter>
#include <QTableView>
#include <QtMath>
#include <algorithm>

#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

QSize TableDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  if (index.data(kPictureRole).toBool()) return {space(kThumbnailWidth) + space(16), space(kRowHeight)};
  const qreal width = figuresWidth(theme::font(theme::Size::body), index.data().toString());
  return {qCeil(width) + space(16), space(kTextRowHeight)};
}

void TableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  painter->save();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  if (selected) painter->fillRect(option.rect, theme::grey(theme::kSelection));
  painter->setPen(theme::grey(selected ? theme::kSelection : theme::kButton));
  painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
  if (index.data(kPictureRole).toBool()) {
    QRectF frame(0, 0, space(kThumbnailWidth), space(kThumbnailHeight));
    frame.moveCenter(QRectF(option.rect).center());
    const QVariant image = index.data(Qt::DecorationRole);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    if (image.isValid())
      painter->drawImage(frame, image.value<QImage>());
    else
      painter->fillRect(frame, theme::grey(theme::kTrough));
  } else {
    const QRectF cell = QRectF(option.rect).adjusted(space(8), 0, -space(8), 0);
    const bool whole = index.data(kWholeRole).toBool();
    const auto ink = index.data(kInkRole).value<QColor>();
    QString text = index.data().toString();
    painter->setFont(theme::font(theme::Size::body));
    painter->setPen(ink.isValid() ? ink : theme::grey(selected ? theme::kBright : theme::kText));
    if (text.isEmpty()) {
      text = QStringLiteral("—");
      painter->setPen(theme::grey(selected ? theme::kDim : 0x70));
    }
    drawFigures(*painter, cell, Qt::AlignLeft, text, whole ? Elide::none : Elide::right);
  }
  painter->restore();
}

void dressTable(QTableView& table, const QString& name, int rowHeight) {
  table.setItemDelegate(new TableDelegate(&table));
  table.setAccessibleName(name);
  table.setShowGrid(false);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.setTabKeyNavigation(false);
  table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.verticalHeader()->hide();
  table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table.verticalHeader()->setMinimumSectionSize(space(16));
  table.verticalHeader()->setDefaultSectionSize(space(rowHeight));
  table.horizontalHeader()->setHighlightSections(false);
  table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table.horizontalHeader()->setStretchLastSection(true);
  table.viewport()->setAutoFillBackground(false);
}

void fitColumns(QTableView& table, const std::vector<GivingColumn>& giving) {
  const QAbstractItemModel& model = *table.model();
  const int columns = model.columnCount();
  const int rows = std::min(model.rowCount(), 200);  // enough to know; a long table must not be measured whole
  std::vector<int> widths(static_cast<std::size_t>(columns));
  int total = 0;
  for (int column = 0; column < columns; ++column) {
    if (table.isColumnHidden(column)) continue;
    const QString title = model.headerData(column, Qt::Horizontal).toString();
    int width = qCeil(figuresWidth(theme::font(theme::Size::body), title)) + space(16);
    if (table.isSortingEnabled() && column == table.horizontalHeader()->sortIndicatorSection()) width += space(14);
    for (int row = 0; row < rows; ++row)
      width = std::max(width, table.itemDelegate()->sizeHint({}, model.index(row, column)).width());
    widths[static_cast<std::size_t>(column)] = std::min(width, space(320));
    total += widths[static_cast<std::size_t>(column)];
  }
  int excess = total - table.viewport()->width();
  for (const auto& [column, least] : giving) {
    if (excess <= 0) break;
    int& width = widths[static_cast<std::size_t>(column)];
    const int given = std::clamp(width - space(least), 0, excess);
    width -= given;
    excess -= given;
  }
  for (int column = 0; column < columns; ++column)
    table.setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
}

}  // namespace rollproof::ui
