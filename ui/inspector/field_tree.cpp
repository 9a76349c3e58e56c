// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/field_tree.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QSet>
#include <QStyledItemDelegate>

#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

namespace {

enum Column { kLabel, kValue, kSource, kColumns };
constexpr int kWrapped = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;
enum Role { kFieldRole = Qt::UserRole + 1, kEditRole, kByHandRole, kGroupRole, kRowInkRole };

// A long word without blanks (UUID, path) may break anywhere.
QString breakable(const QString& text) {
  QString out;
  int run = 0;
  for (const QChar c : text) {
    out += c;
    run = c.isSpace() ? 0 : run + 1;
    const bool seam = c == QLatin1Char('/') || c == QLatin1Char('_') || c == QLatin1Char(',');
    if ((seam && run > 1) || run >= 20) {
      out += QChar(0x200b);
      run = 0;
    }
  }
  return out;
}

// Draws a line; makes an editor only where a person may write.
class FieldDelegate : public QStyledItemDelegate {
 public:
  explicit FieldDelegate(FieldTree* tree) : QStyledItemDelegate(tree), m_tree(tree) {}

  // A sentence takes as many lines as it needs; nothing that was found is cut off.
  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
    if (index.data(kGroupRole).toBool()) return {space(60), space(30)};
    const int line = space(22);
    if (index.column() != kValue) return {space(60), line};
    const int width = m_tree->columnWidth(kValue) - space(8);
    const QString text = index.data().toString();
    const QFontMetrics metrics(theme::font(theme::Size::small));
    if (metrics.horizontalAdvance(text) <= width) return {space(60), line};
    const QRect lines = metrics.boundingRect(QRect(0, 0, width, 4000), kWrapped, breakable(text));
    return {space(60), std::max(line, lines.height() + space(6))};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    const bool group = index.data(kGroupRole).toBool();
    const bool selected = option.state.testFlag(QStyle::State_Selected) && !group;
    if (selected) painter->fillRect(option.rect, theme::grey(theme::kSelection));
    const QModelIndex first = index.siblingAtColumn(kLabel);
    const bool sub = !group && index.parent().isValid() && index.parent().parent().isValid();
    painter->setFont(theme::font(theme::Size::small, group));
    QColor ink = theme::grey(index.column() == kValue && !sub ? theme::kText : theme::kDim);
    if (index.column() == kSource && first.data(kByHandRole).toBool()) ink = theme::grey(theme::kBright);
    if (const auto own = first.data(kRowInkRole).value<QColor>(); own.isValid() && index.column() == kValue) ink = own;
    if (selected) ink = theme::grey(theme::kBright);
    painter->setPen(ink);
    QRectF cell = QRectF(option.rect).adjusted(index.column() == kLabel ? 0 : space(4), 0, -space(4), 0);
    if (group) cell.setTop(cell.top() + space(8));
    QString text = index.data().toString();
    if (text.isEmpty() && index.column() == kValue && (index.flags() & Qt::ItemIsEditable)) {
      text = QStringLiteral("—");
      painter->setPen(theme::grey(selected ? theme::kDim : 0x70));
    }
    const bool wraps =
        index.column() == kValue && painter->fontMetrics().horizontalAdvance(text) > static_cast<int>(cell.width());
    if (wraps) {
      painter->drawText(cell.adjusted(0, space(3), 0, 0), kWrapped, breakable(text));
    } else {
      if (!group) cell.setHeight(std::min<qreal>(cell.height(), space(22)));
      drawFigures(*painter, cell, index.column() == kSource ? Qt::AlignRight : Qt::AlignLeft, text);
    }
    painter->restore();
  }

  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
    if (index.column() != kValue || index.siblingAtColumn(kLabel).data(kFieldRole).toString().isEmpty()) return nullptr;
    auto* line = new QLineEdit(parent);
    line->setFrame(false);
    line->setProperty("cell", true);
    line->setAccessibleName(index.siblingAtColumn(kLabel).data().toString());
    return line;
  }
  void setEditorData(QWidget* editor, const QModelIndex& index) const override {
    auto* line = static_cast<QLineEdit*>(editor);
    line->setText(index.siblingAtColumn(kLabel).data(kEditRole).toString());
    line->selectAll();
  }
  void setModelData(QWidget* editor, QAbstractItemModel*, const QModelIndex& index) const override {
    const QModelIndex first = index.siblingAtColumn(kLabel);
    const QString typed = static_cast<QLineEdit*>(editor)->text().trimmed();
    if (typed == first.data(kEditRole).toString()) return;
    emit m_tree->edited(first.data(kFieldRole).toString().toStdString(), first.data().toString(), typed);
  }

 private:
  FieldTree* m_tree;
};

QString lineText(const QTreeWidgetItem& item) {
  const QString source = item.text(kSource);
  return item.text(kLabel) + QStringLiteral(": ") + item.text(kValue) +
         (source.isEmpty() ? QString() : QStringLiteral(" (") + source + QLatin1Char(')'));
}

}  // namespace

FieldTree::FieldTree(QWidget* parent) : QTreeWidget(parent) {
  setColumnCount(kColumns);
  setItemDelegate(new FieldDelegate(this));
  header()->hide();
  header()->setStretchLastSection(false);
  header()->setMinimumSectionSize(space(16));
  setIndentation(space(10));
  setRootIsDecorated(false);
  setUniformRowHeights(false);
  setAccessibleName(tr("Fields"));
  setEditTriggers(DoubleClicked | EditKeyPressed);
  setSelectionMode(SingleSelection);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(ScrollPerPixel);
  setTabKeyNavigation(false);
  viewport()->setAutoFillBackground(false);
}

QString FieldTree::keyOf(const std::vector<FieldGroup>& groups) const {
  QString key;
  for (const auto& group : groups) {
    key += group.title + QLatin1Char('\n');
    for (const auto& line : group.lines) {
      key += line.label + QLatin1Char('\t') + line.value + QLatin1Char('\t') + line.source + QLatin1Char('\t') +
             line.edit + QLatin1Char('\n');
      for (const auto& sub : line.sub) key += sub.label + sub.value + sub.source + QLatin1Char('\n');
    }
  }
  return key;
}

void FieldTree::addLine(QTreeWidgetItem* group, const FieldLine& line) {
  auto* item = new QTreeWidgetItem(group, {line.label, line.value, line.source});
  item->setData(kLabel, kFieldRole, line.editable ? QString::fromStdString(line.field) : QString());
  item->setData(kLabel, kEditRole, line.edit);
  item->setData(kLabel, kByHandRole, line.byHand);
  item->setData(kLabel, kRowInkRole, line.ink);
  if (line.editable) item->setFlags(item->flags() | Qt::ItemIsEditable);
  QString tip = line.value;
  if (!line.sourceCode.isEmpty()) tip += QLatin1Char('\n') + tr("from %1 (%2)").arg(line.source, line.sourceCode);
  if (line.editable)
    tip += QLatin1Char('\n') +
           tr("F2 corrects it%1").arg(line.byHand ? tr(", Delete goes back to what the files say") : QString());
  for (int column = 0; column < kColumns; ++column) item->setToolTip(column, tip);
  item->setToolTip(kSource, tip);
  for (const auto& sub : line.sub) {
    auto* below = new QTreeWidgetItem(item, {sub.label, sub.value, sub.source});
    for (int column = 0; column < kColumns; ++column) below->setToolTip(column, sub.value);
  }
}

void FieldTree::show(const std::vector<FieldGroup>& groups) {
  const QString key = keyOf(groups);
  if (key == m_shownKey || isEditing()) return;
  m_shownKey = key;
  QSet<QString> unfolded;
  for (int g = 0; g < topLevelItemCount(); ++g)
    for (int i = 0; i < topLevelItem(g)->childCount(); ++i)
      if (topLevelItem(g)->child(i)->isExpanded())
        unfolded.insert(topLevelItem(g)->text(0) + topLevelItem(g)->child(i)->text(0));
  const QString current = currentItem() ? currentItem()->text(kLabel) : QString();
  clear();
  for (const auto& group : groups) {
    auto* heading = new QTreeWidgetItem(this, {group.title});
    heading->setData(kLabel, kGroupRole, true);
    heading->setFlags(Qt::ItemIsEnabled);
    heading->setFirstColumnSpanned(true);
    for (const auto& line : group.lines) addLine(heading, line);
    heading->setExpanded(true);
    for (int i = 0; i < heading->childCount(); ++i) {
      auto* child = heading->child(i);
      // Two sources that disagree are news; the files of a clip are not.
      const bool rivals = child->childCount() > 0 && child->childCount() <= 3;
      child->setExpanded(rivals || unfolded.contains(heading->text(0) + child->text(0)));
      if (!current.isEmpty() && child->text(kLabel) == current)
        setCurrentItem(child, kValue, QItemSelectionModel::NoUpdate);
    }
  }
}

QStringList FieldTree::lines() const {
  QStringList all;
  for (int g = 0; g < topLevelItemCount(); ++g)
    for (int i = 0; i < topLevelItem(g)->childCount(); ++i) {
      const QTreeWidgetItem& item = *topLevelItem(g)->child(i);
      all << lineText(item);
      for (int k = 0; k < item.childCount(); ++k) all << lineText(*item.child(k));
    }
  return all;
}

QModelIndex FieldTree::valueOfLabel(const QString& label) const {
  for (int g = 0; g < topLevelItemCount(); ++g)
    for (int i = 0; i < topLevelItem(g)->childCount(); ++i)
      if (topLevelItem(g)->child(i)->text(kLabel) == label) return indexFromItem(topLevelItem(g)->child(i), kValue);
  return {};
}

void FieldTree::keyPressEvent(QKeyEvent* event) {
  const QTreeWidgetItem* item = currentItem();
  const bool here = item && !item->data(kLabel, kFieldRole).toString().isEmpty();
  if (here && event->key() == Qt::Key_Delete && item->data(kLabel, kByHandRole).toBool())
    return emit edited(item->data(kLabel, kFieldRole).toString().toStdString(), item->text(kLabel), {});
  if (here && (event->key() == Qt::Key_F2 || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
      state() != EditingState) {
    edit(currentIndex().siblingAtColumn(kValue));
    return;
  }
  QTreeWidget::keyPressEvent(event);
}

void FieldTree::resizeEvent(QResizeEvent* event) {
  QTreeWidget::resizeEvent(event);
  const int width = viewport()->width();
  const int label = space(100), source = space(92);
  setColumnWidth(kLabel, label);
  setColumnWidth(kSource, source);
  setColumnWidth(kValue, std::max(space(60), width - label - source));
  scheduleDelayedItemsLayout();  // lines wrap where the column ends
}

}  // namespace rollproof::ui
