// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/desk_column.h"

#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/actions/actions.h"
#include "ui/theme/text.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

namespace {

// Keeps a list as tall as its rows: two lists share one column without a gap, and the column scrolls as one.
void fitHeight(QListView* list) {
  int height = 0;
  for (int row = 0; row < list->model()->rowCount(); ++row) height += list->sizeHintForRow(row);
  list->setFixedHeight(height + 2);
}

QRect globalRect(const QWidget* widget, const QRect& rect) {
  return {widget->mapToGlobal(rect.topLeft()), rect.size()};
}

}  // namespace

DeskColumn::DeskColumn(CardModel& cards, DriveModel& drives, Actions& actions, QWidget* parent)
    : QWidget(parent), m_drives(drives) {
  setFixedWidth(space(300));
  setAutoFillBackground(true);
  QPalette colours = palette();
  colours.setColor(QPalette::Window, theme::grey(theme::kPanel));
  setPalette(colours);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  whole->addWidget(scroll);
  m_desk = new QWidget(scroll);
  auto* column = new QVBoxLayout(m_desk);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  column->setSpacing(space(8));
  const auto heading = [&](const QString& text) {
    auto* label = new Text(theme::Size::small, true, m_desk);
    label->setLine(text);
    label->setColour(theme::grey(theme::kDim));
    column->addWidget(label);
    return label;
  };
  const auto button = [&](const char* id) {
    const QString action = QString::fromUtf8(id);
    auto* push = new QPushButton(actions.find(action)->text(), m_desk);
    push->setToolTip(actions.hint(action));
    push->setObjectName(action);
    connect(push, &QPushButton::clicked, actions.find(action), &QAction::trigger);
    column->addWidget(push);
  };
  heading(tr("CARDS"));
  m_cardList = addList(&cards, tr("Cards"));
  m_cardList->setObjectName(QStringLiteral("cards"));
  column->addWidget(m_cardList);
  button("card.choose");
  column->addSpacing(space(12));
  m_drivesHeading = heading(tr("DRIVES"));
  m_driveList = addList(&drives, tr("Drives"));
  m_driveList->setObjectName(QStringLiteral("drives"));
  column->addWidget(m_driveList);
  button("destination.choose");
  column->addStretch();

  for (QListView* list : {m_cardList, m_driveList}) {
    const auto fit = [list] { fitHeight(list); };
    connect(list->model(), &QAbstractItemModel::rowsInserted, list, fit);
    connect(list->model(), &QAbstractItemModel::rowsRemoved, list, fit);
    connect(list->model(), &QAbstractItemModel::dataChanged, list, fit);
    fit();
    connect(list->selectionModel(), &QItemSelectionModel::currentChanged, scroll,
            [this, scroll, list](const QModelIndex& current) {
              const QRect row = list->visualRect(current);
              const QPoint centre = list->viewport()->mapTo(m_desk, row.center());
              if (current.isValid()) scroll->ensureVisible(centre.x(), centre.y(), 0, row.height());
            });
  }
  scroll->setWidget(m_desk);
  for (QWidget* ground : {scroll->viewport(), m_desk}) ground->setAutoFillBackground(false);  // the panel shows through

  connect(m_driveList, &QListView::clicked, this, [this](const QModelIndex& index) { m_drives.toggle(index.row()); });
  const auto onDrive = [&](const char* id, auto call) {
    connect(actions.place(QString::fromUtf8(id), m_driveList, Qt::WidgetShortcut), &QAction::triggered, this,
            [this, call] { call(m_driveList->currentIndex().row()); });
  };
  // Space gives a drive its role; Return is taken by the copy itself.
  onDrive("drive.use", [this](int row) { m_drives.toggle(row); });
  onDrive("drive.earlier", [this](int row) { m_drives.move(row, -1); });
  onDrive("drive.later", [this](int row) { m_drives.move(row, 1); });
}

QListView* DeskColumn::addList(QAbstractItemModel* model, const QString& name) {
  auto* list = new QListView(m_desk);
  list->setModel(model);
  list->setItemDelegate(new TileDelegate(list));
  list->setAccessibleName(name);
  list->setSelectionMode(QAbstractItemView::SingleSelection);
  list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list->viewport()->setAutoFillBackground(false);
  list->setDragEnabled(
      true);  // what is dropped is the window's business: one way for rows and for folders from outside
  return list;
}

std::optional<DropTarget> DeskColumn::targetAt(const QPoint& globalPosition) const {
  if (!rect().contains(mapFromGlobal(globalPosition))) return std::nullopt;
  DropTarget target;
  const int gap = space(8);
  if (m_drivesHeading->mapFromGlobal(globalPosition).y() < -gap) {
    target.caption = tr("Card");
    target.outline = globalRect(m_cardList, m_cardList->rect()).adjusted(-space(4), -space(4), space(4), space(4));
    target.outline.setBottom(std::max(target.outline.bottom(), target.outline.top() + space(64)));
    return target;
  }
  target.destination = true;
  const auto count = static_cast<int>(m_drives.destinations().size());
  const int y = m_driveList->viewport()->mapFromGlobal(globalPosition).y();
  int before = 0;
  while (before < count && y > m_driveList->visualRect(m_drives.index(before)).center().y()) ++before;
  if (before < count) target.before = before;
  target.caption = tr("Destination %1").arg(before + 1);
  const int top = before == 0 ? 0 : m_driveList->visualRect(m_drives.index(before - 1)).bottom() + 1;
  target.outline = globalRect(m_driveList->viewport(), QRect(0, top - gap / 2 - 1, m_driveList->width(), 0));
  return target;
}

DropHint::DropHint(QWidget* parent) : QWidget(parent) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  hide();
}

void DropHint::show(const DropTarget& target) {
  m_caption = target.caption;
  QRect area(parentWidget()->mapFromGlobal(target.outline.topLeft()), target.outline.size());
  if (target.outline.height() <= 0) area = QRect(area.left(), area.top() - space(10), area.width(), space(20));
  setProperty("line", target.outline.height() <= 0);
  setGeometry(area.intersected(parentWidget()->rect()));
  raise();
  QWidget::show();
  update();
}

void DropHint::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QFont font = theme::font(theme::Size::small, true);
  painter.setFont(font);
  const qreal width = figuresWidth(font, m_caption) + space(16), high = space(20);
  QRectF label(rect().right() - width, (height() - high) / 2.0, width, high);
  if (property("line").toBool()) {
    painter.fillRect(QRectF(0, height() / 2.0 - 1, rect().width(), 2), theme::grey(theme::kBright));
  } else {
    painter.setPen(QPen(theme::grey(theme::kBright), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    label.moveTopRight(QPointF(rect().right() - space(8), space(8)));
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme::grey(theme::kBright));
  painter.drawRoundedRect(label, 3, 3);
  painter.setPen(theme::grey(theme::kTrough));
  drawFigures(painter, label, Qt::AlignHCenter, m_caption, Elide::none);
}

}  // namespace rollproof::ui
