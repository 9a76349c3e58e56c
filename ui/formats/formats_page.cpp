// SPDX-License-Identifier: Apache-2.0
#include "ui/formats/formats_page.h"

#include <QCompleter>
#include <QHeaderView>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/table.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

namespace {

struct Found {
  Result<std::vector<catalog::FormatRow>> formats;
  QStringList spaces, looks;
};

// A line that offers the names there are.
class FormatDelegate : public TableDelegate {
 public:
  FormatDelegate(const QStringList& spaces, const QStringList& looks, QObject* parent)
      : TableDelegate(parent), m_spaces(spaces), m_looks(looks) {}
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
    auto* line = new QLineEdit(parent);
    line->setFrame(false);
    line->setProperty("cell", true);
    const QStringList& names = index.column() == FormatModel::space ? m_spaces : m_looks;
    if (index.column() == FormatModel::space || index.column() == FormatModel::look) {
      auto* completer = new QCompleter(names, line);
      completer->setCaseSensitivity(Qt::CaseInsensitive);
      completer->setFilterMode(Qt::MatchContains);
      completer->setMaxVisibleItems(12);
      line->setCompleter(completer);
      line->setPlaceholderText(tr("type to choose; empty: as the clips say"));
    }
    return line;
  }

 private:
  const QStringList& m_spaces;
  const QStringList& m_looks;
};

}  // namespace

FormatsPage::FormatsPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space(20), space(16), space(20), space(8));
  m_empty = makeEmptyState(tr("No camera format yet. They come with the first clips that are copied."),
                           actions.find(QStringLiteral("place.cards")), this);
  column->addWidget(m_empty, 1);
  m_filled = new QWidget(this);
  auto* inside = new QVBoxLayout(m_filled);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->setSpacing(space(12));
  auto* words = makeParagraph(theme::Size::body, m_filled);
  words->setText(
      tr("Clips that one camera recorded the same way. Colour, look and framing set here hold for all of them "
         "and for the cards to come; a clip's own correction counts more."));
  inside->addWidget(words);
  m_table = new QTableView(m_filled);
  m_table->setModel(&m_formats);
  dressTable(*m_table, tr("Camera formats"), TableDelegate::kRowHeight);
  m_table->setItemDelegate(new FormatDelegate(m_spaces, m_looks, m_table));
  m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  inside->addWidget(m_table, 1);
  column->addWidget(m_filled, 1);
  m_filled->hide();
  connect(&m_formats, &FormatModel::edited, this,
          [this](catalog::FormatId id, const QString& field, const QString& value) {
            m_work.must(
                this,
                [this, id, name = utf8(field), text = utf8(value)](const std::stop_token&) {
                  return m_session.setFormat(id, name, text);
                },
                [this](Status kept) {
                  if (!kept) emit said(sentence(kept.error()));
                  reload();
                });
          });
  connect(&feed, &StateFeed::libraryChanged, this, &FormatsPage::reload);
  reload();
}

void FormatsPage::reload() {
  const int number = m_number.next();
  m_work.run(
      this,
      [this](const std::stop_token&) {
        Found found{m_session.formats({}), {}, {}};
        if (const auto config = m_session.colourConfig())
          for (const auto& name : (*config)->spaces()) found.spaces << shown(name);
        if (const auto looks = m_session.looks())
          for (const auto& look : *looks) found.looks << shown(look.name);
        found.looks.removeDuplicates();
        return found;
      },
      [this, number](Found found) {
        if (!m_number.is(number)) return;
        if (!found.formats) return emit said(sentence(found.formats.error()));
        m_spaces = found.spaces;
        m_looks = found.looks;
        const bool none = found.formats->empty();
        m_formats.setRows(std::move(*found.formats));
        m_empty->setVisible(none);
        m_filled->setVisible(!none);
        if (!none && !m_table->currentIndex().isValid())
          m_table->setCurrentIndex(m_formats.index(0, FormatModel::space));
        fit();
      });
}

void FormatsPage::fit() {
  fitColumns(*m_table, {{FormatModel::mode, 90}, {FormatModel::camera, 90}, {FormatModel::space, 130}});
}

void FormatsPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fit();
}

}  // namespace rollproof::ui
