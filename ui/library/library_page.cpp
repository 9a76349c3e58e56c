// SPDX-License-Identifier: Apache-2.0
#include "ui/library/library_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>
#include <QtMath>
#include <algorithm>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/library/clip_delegate.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

namespace {

struct Found {
  Result<std::vector<catalog::ClipRow>> clips;
  Result<std::vector<catalog::RollRow>> rolls;
};

void onPanel(QWidget* widget) {
  QPalette colours = widget->palette();
  colours.setColor(QPalette::Window, theme::grey(theme::kPanel));
  widget->setPalette(colours);
  widget->setAutoFillBackground(true);
}

}  // namespace

LibraryPage::LibraryPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                         QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_seams(seams), m_clips(session, work) {
  m_sorter.setSourceModel(&m_clips);
  m_search = new QLineEdit(this);
  m_search->setObjectName(QStringLiteral("search"));
  m_search->setAccessibleName(tr("Search the library"));
  m_search->setPlaceholderText(QStringLiteral("camera:A day:2026-05-02 circled:yes"));
  m_search->setClearButtonEnabled(true);
  m_search->setFixedWidth(space(360));

  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(0);
  across->addWidget(makeDays());
  across->addWidget(makeCentre(actions), 1);
  auto* right = new QWidget(this);
  onPanel(right);
  auto* rightColumn = new QVBoxLayout(right);
  rightColumn->setContentsMargins(0, 0, 0, 0);
  m_inspector = new Inspector(session, work, right);
  rightColumn->addWidget(m_inspector);
  across->addWidget(right);

  m_typing.setSingleShot(true);
  m_typing.setInterval(150);
  connect(&m_typing, &QTimer::timeout, this, &LibraryPage::reload);
  connect(m_search, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
  connect(m_search, &QLineEdit::returnPressed, this, [this] { m_table->setFocus(Qt::OtherFocusReason); });
  connect(m_dayList->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPage::showRows);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LibraryPage::showCurrent);
  connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &LibraryPage::fitColumns);
  connect(m_inspector, &Inspector::said, this, &LibraryPage::said);
  connect(&feed, &StateFeed::libraryChanged, this, &LibraryPage::reload);

  const auto viewerAction = [&](const char* id, auto call) {
    connect(actions.place(QString::fromUtf8(id), this), &QAction::triggered, this, call);
  };
  viewerAction("viewer.play", [this] { m_viewer->togglePlay(); });
  viewerAction("viewer.stepForward", [this] { m_viewer->step(1); });
  viewerAction("viewer.stepBack", [this] { m_viewer->step(-1); });
  viewerAction("viewer.first", [this] { m_viewer->goTo(0); });
  viewerAction("viewer.last", [this] { m_viewer->goTo(m_viewer->frameCount() - 1); });
  viewerAction("clip.proxies", [this] { makeProxies(); });
  viewerAction("clip.applyLook", [this] { applyLook(); });
  connect(actions.find(QStringLiteral("clip.proxyFolder")), &QAction::triggered, this, [this] {
    m_seams.chooseFolder(this, tr("Folder for proxies"), [this](const std::string& path) {
      m_proxyFolder = path;
      m_folderButton->setText(shown(path::fileName(path)));
      m_folderButton->setToolTip(shown(path));
    });
  });
  reload();
}

QWidget* LibraryPage::makeDays() {
  auto* side = new QWidget(this);
  side->setFixedWidth(space(204));
  onPanel(side);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  column->setSpacing(space(8));
  auto* heading = new Text(theme::Size::small, true, side);
  heading->setLine(tr("DAYS"));
  heading->setColour(theme::grey(theme::kDim));
  column->addWidget(heading);
  m_dayList = new QListView(side);
  m_dayList->setModel(&m_days);
  m_dayList->setItemDelegate(new TileDelegate(m_dayList));
  m_dayList->setAccessibleName(tr("Days"));
  m_dayList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_dayList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_dayList->viewport()->setAutoFillBackground(false);
  column->addWidget(m_dayList, 1);
  return side;
}

QWidget* LibraryPage::makeCentre(Actions& actions) {
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(space(20), space(16), space(20), space(8));
  column->setSpacing(0);
  m_noClips = makeEmptyState(tr("No clips yet. Copy a card and its clips appear here."),
                             actions.find(QStringLiteral("place.cards")), centre);
  column->addWidget(m_noClips, 1);

  m_centre = new QSplitter(Qt::Vertical, centre);
  auto* splitter = static_cast<QSplitter*>(m_centre);
  splitter->setHandleWidth(space(8));
  splitter->setChildrenCollapsible(false);
  m_viewer = new Viewer(m_session, splitter);
  splitter->addWidget(m_viewer);

  auto* lower = new QWidget(splitter);
  auto* below = new QVBoxLayout(lower);
  below->setContentsMargins(0, 0, 0, 0);
  below->setSpacing(space(8));
  auto* tools = new QHBoxLayout;
  tools->setSpacing(space(8));
  m_count = new Text(theme::Size::small, false, lower);
  m_count->setColour(theme::grey(theme::kDim));
  tools->addWidget(m_count, 1);
  const auto button = [&](const char* id) {
    auto* push = new QPushButton(actions.find(QString::fromUtf8(id))->text(), lower);
    push->setToolTip(actions.hint(QString::fromUtf8(id)));
    push->setFocusPolicy(Qt::TabFocus);
    connect(push, &QPushButton::clicked, actions.find(QString::fromUtf8(id)), &QAction::trigger);
    return push;
  };
  tools->addWidget(button("clip.applyLook"));
  tools->addSpacing(space(12));
  m_preset = new QComboBox(lower);
  m_preset->setAccessibleName(tr("Proxy format"));
  m_preset->setFocusPolicy(Qt::TabFocus);
  for (const char* name : {"h264-review", "prores-proxy"}) {
    const auto* preset = dailies::findPreset(name);
    if (preset) m_preset->addItem(shown(preset->name), QString::fromStdString(preset->name));
    if (preset) m_preset->setItemData(m_preset->count() - 1, shown(preset->description), Qt::ToolTipRole);
  }
  m_folderButton = button("clip.proxyFolder");
  m_folderButton->setText(tr("Beside the roll"));
  m_folderButton->setAccessibleName(tr("Folder for proxies"));
  tools->addWidget(m_preset);
  tools->addWidget(m_folderButton);
  tools->addWidget(button("clip.proxies"));
  below->addLayout(tools);

  m_table = new QTableView(lower);
  m_table->setModel(&m_sorter);
  m_table->setItemDelegate(new ClipDelegate(m_table));
  m_table->setAccessibleName(tr("Clips"));
  m_table->setShowGrid(false);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_table->setTabKeyNavigation(false);
  m_table->setSortingEnabled(true);
  m_table->sortByColumn(ClipModel::clipName, Qt::AscendingOrder);
  m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_table->verticalHeader()->hide();
  m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_table->verticalHeader()->setDefaultSectionSize(space(ClipDelegate::kRowHeight));
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  m_table->horizontalHeader()->setStretchLastSection(true);
  m_table->viewport()->setAutoFillBackground(false);
  m_table->viewport()->installEventFilter(this);
  below->addWidget(m_table, 1);

  QAction* clearSearch = actions.find(QStringLiteral("library.clearSearch"));
  connect(clearSearch, &QAction::triggered, m_search, &QLineEdit::clear);
  m_noMatch = makeEmptyState(tr("No clip matches."), clearSearch, lower);
  m_noMatch->hide();
  below->addWidget(m_noMatch, 1);
  splitter->addWidget(lower);
  splitter->setStretchFactor(0, 3);
  splitter->setStretchFactor(1, 2);
  splitter->setSizes({space(390), space(300)});  // a screenful of clips under a picture large enough to judge
  column->addWidget(splitter, 1);
  m_centre->hide();
  return centre;
}

void LibraryPage::find() {
  m_search->setFocus(Qt::ShortcutFocusReason);
  m_search->selectAll();
}

void LibraryPage::reload() {
  const int number = m_number.next();
  m_work.run(
      this,
      [this, query = utf8(m_search->text().trimmed())](const std::stop_token&) {
        return Found{m_session.clips(query), m_session.rolls()};
      },
      [this, number](Found found) {
        if (!m_number.is(number)) return;  // a newer question is under way
        m_everAsked = true;
        if (found.rolls) m_rolls = std::move(*found.rolls);
        m_days.setRolls(m_rolls);
        if (!m_dayList->currentIndex().isValid()) m_dayList->setCurrentIndex(m_days.index(0));
        if (found.clips) {
          m_found = std::move(*found.clips);
        } else {
          m_found.clear();
          emit said(sentence(found.clips.error()));
        }
        showRows();
      });
}

void LibraryPage::showRows() {
  std::vector<catalog::ClipRow> rows = m_found;
  if (const auto day = m_days.dayAt(m_dayList->currentIndex().row())) {
    std::erase_if(rows, [&](const auto& row) { return row.key.day != day->day || row.key.project != day->project; });
  }
  const bool searching = !m_search->text().trimmed().isEmpty();
  const bool empty = rows.empty() && m_rolls.empty() && !searching;
  m_noClips->setVisible(empty && m_everAsked);
  m_centre->setVisible(!empty);
  m_table->setVisible(!rows.empty());
  m_noMatch->setVisible(rows.empty());
  m_count->setLine(counted(rows.size(), "clip", "clips"));
  const auto* kept = current();
  const std::optional<catalog::ClipId> id = kept ? std::optional(kept->id) : std::nullopt;
  m_clips.setRows(std::move(rows));
  const int row = id ? m_clips.rowOf(*id) : -1;
  if (m_clips.rowCount() == 0) {
    m_inspector->clear();
    m_viewer->clear({});
    return;
  }
  if (!m_table->currentIndex().isValid()) {
    const QModelIndex next = row >= 0 ? m_sorter.mapFromSource(m_clips.index(row, ClipModel::clipName))
                                      : m_sorter.index(0, ClipModel::clipName);
    m_table->setCurrentIndex(next);
  }
  fitColumns();
  showCurrent();
}

// Every column as wide as its text; where that is too much, colour, lens, look and then the name give way, so that
// timecode and copies stay in sight.
void LibraryPage::fitColumns() {
  constexpr int kGiving[] = {ClipModel::colour, ClipModel::lens, ClipModel::look, ClipModel::clipName};
  int widths[ClipModel::kColumns] = {}, total = 0;
  for (int column = 0; column < ClipModel::kColumns; ++column) {
    int width =
        qCeil(figuresWidth(theme::font(theme::Size::body), m_sorter.headerData(column, Qt::Horizontal).toString())) +
        space(16);
    if (column == m_sorter.sortColumn()) width += space(14);  // the arrow
    const int rows = std::min(m_sorter.rowCount(), 200);  // enough to know; a long library must not be measured whole
    for (int row = 0; row < rows; ++row)
      width = std::max(width, m_table->itemDelegate()->sizeHint({}, m_sorter.index(row, column)).width());
    widths[column] = std::min(width, space(320));
    total += widths[column];
  }
  int excess = total - m_table->viewport()->width();
  for (const int column : kGiving) {
    if (excess <= 0) break;
    const int least = space(column == ClipModel::clipName ? 160 : column == ClipModel::look ? 64 : 84);
    const int given = std::clamp(widths[column] - least, 0, excess);
    widths[column] -= given;
    excess -= given;
  }
  for (int column = 0; column < ClipModel::kColumns; ++column) m_table->setColumnWidth(column, widths[column]);
}

bool LibraryPage::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == m_table->viewport()) fitColumns();
  return QWidget::eventFilter(watched, event);
}

const catalog::ClipRow* LibraryPage::current() const {
  const QModelIndex index = m_sorter.mapToSource(m_table->currentIndex());
  return index.isValid() ? &m_clips.at(index.row()) : nullptr;
}

void LibraryPage::showCurrent() {
  const auto* row = current();
  if (!row) return;
  const auto roll = std::find_if(m_rolls.begin(), m_rolls.end(), [&](const auto& r) { return r.id == row->roll; });
  m_inspector->show(*row, roll == m_rolls.end() ? std::vector<model::CopyReport>{} : roll->copies);
  m_viewer->showClip(*row);
}

std::vector<catalog::ClipId> LibraryPage::selectedClips() const {
  std::vector<catalog::ClipId> ids;
  for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
    ids.push_back(m_clips.at(m_sorter.mapToSource(index).row()).id);
  return ids;
}

void LibraryPage::makeProxies() {
  std::vector<catalog::ClipId> ids;
  for (const auto id : selectedClips())
    if (const int row = m_clips.rowOf(id); row >= 0 && m_clips.at(row).clip.picture) ids.push_back(id);
  if (ids.empty()) return emit said(tr("Select clips with a picture first."));
  m_session.startProxies(ids, utf8(m_preset->currentData().toString()), m_proxyFolder, {});
}

void LibraryPage::applyLook() {
  const auto ids = selectedClips();
  if (ids.empty()) return emit said(tr("Select the clips that shall have the look first."));
  m_seams.chooseFile(this, tr("Apply look"), tr("Looks (*.cube *.cdl *.cc *.ccc *.clf *.3dl *.amf);;All files (*)"),
                     [this, ids](const std::string& path) {
                       m_work.run(
                           this,
                           [this, ids, path](const std::stop_token&) -> Status {
                             const auto look = m_session.addLookFile(path, {});
                             if (!look) return tl::unexpected(look.error());
                             for (const auto id : ids)
                               if (auto done = m_session.assignLook(look->name, "clip:" + std::to_string(id.value));
                                   !done)
                                 return done;
                             return {};
                           },
                           [this](Status applied) {
                             if (!applied) return emit said(sentence(applied.error()));
                             m_viewer->reload();
                           });
                     });
}

}  // namespace rollproof::ui
