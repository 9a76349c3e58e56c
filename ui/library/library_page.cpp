// SPDX-License-Identifier: Apache-2.0
#include "ui/library/library_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "core/session/look_import.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/table.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

namespace {

struct Found {
  Result<std::vector<catalog::ClipRow>> clips;
  Result<std::vector<catalog::RollRow>> rolls;
};

}  // namespace

LibraryPage::LibraryPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                         QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_seams(seams), m_clips(session, work), m_edits(session) {
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
  theme::onPanel(right);
  auto* rightColumn = new QVBoxLayout(right);
  rightColumn->setContentsMargins(0, 0, 0, 0);
  m_inspector = new Inspector(session, work, m_edits, right);
  rightColumn->addWidget(m_inspector);
  across->addWidget(right);

  m_typing.setSingleShot(true);
  m_typing.setInterval(150);
  connect(&m_typing, &QTimer::timeout, this, &LibraryPage::reload);
  connect(m_search, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
  connect(m_search, &QLineEdit::returnPressed, this, [this] { m_table->setFocus(Qt::OtherFocusReason); });
  connect(m_dayList->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPage::showFiltered);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LibraryPage::showCurrent);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LibraryPage::showCurrent);
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
  viewerAction("viewer.look", [this] { m_viewer->toggleLook(); });
  viewerAction("viewer.wipe", [this] { m_viewer->toggleWipe(); });
  viewerAction("viewer.falseColour", [this] { m_viewer->toggleFalseColour(); });
  viewerAction("viewer.scopes", [this] { m_viewer->toggleScopes(); });
  connect(&m_inspector->lookPanel(), &LookPanel::tried, m_viewer, &Viewer::tryLook);
  connect(m_viewer, &Viewer::refused, this, &LibraryPage::said);
  viewerAction("clip.proxies", [this] { makeProxies(); });
  viewerAction("clip.applyLook", [this] { applyLook(); });
  connect(actions.find(QStringLiteral("clip.proxyFolder")), &QAction::triggered, this, [this] {
    m_seams.chooseFolder(this, tr("Folder for proxies"), [this](const std::string& path) {
      m_proxyFolder = path;
      m_folderButton->setText(shown(path::fileName(path)));
      m_folderButton->setToolTip(shown(path));
    });
  });
  makeEdits(actions);
  reload();
}

// By hand: what was typed last is kept by the inspector's end, which needs the edits.
LibraryPage::~LibraryPage() { delete m_inspector; }

void LibraryPage::makeEdits(Actions& actions) {
  connect(&m_edits, &ClipEdits::said, this, &LibraryPage::said);
  connect(&m_clips, &ClipModel::edited, this,
          [this](const ClipPtr& row, const QString& field, const QString& label, const QString& value) {
            // A cell of several selected clips speaks for all of them.
            auto clips = selectedClips();
            if (std::none_of(clips.begin(), clips.end(), [&](const auto& one) { return one->id == row->id; }))
              clips = {row};
            m_edits.set(clips, utf8(field), label, value, {});
          });
  QAction* undo = actions.place(QStringLiteral("library.undo"), this);
  QAction* redo = actions.place(QStringLiteral("library.redo"), this);
  QUndoStack& stack = m_edits.stack();
  // Which of them it was is said: the clip it changed may be out of sight.
  connect(undo, &QAction::triggered, this, [this, &stack] {
    const QString what = stack.undoText();
    if (!stack.canUndo()) return emit said(tr("There is nothing to undo."));
    stack.undo();
    emit said(tr("Undone: %1.").arg(what));
  });
  connect(redo, &QAction::triggered, this, [this, &stack] {
    const QString what = stack.redoText();
    if (!stack.canRedo()) return emit said(tr("There is nothing to redo."));
    stack.redo();
    emit said(tr("Done again: %1.").arg(what));
  });
  connect(actions.place(QStringLiteral("library.spec"), this), &QAction::triggered, this, &LibraryPage::editSpec);
  connect(m_spec, &SpecForm::said, this, &LibraryPage::said);
  connect(m_spec, &SpecForm::closed, this, [this] {
    m_spec->hide();
    m_table->setFocus(Qt::OtherFocusReason);
  });
  connect(m_qc, &QcBar::chosen, this, [this](std::optional<model::QcLevel> level, const std::string& code) {
    ClipFilter filter = m_sorter.filter();
    // The same choice again takes it back.
    const bool again = filter.level == level && filter.code == code;
    filter.level = again ? std::nullopt : level;
    filter.code = again ? std::string() : code;
    m_sorter.setFilter(filter);
    showFiltered();
  });
}

void LibraryPage::editSpec() {
  const auto day = m_days.dayAt(m_dayList->currentIndex().row());
  const auto clip = current();
  const std::string project = day ? day->project : clip ? clip->key.project : std::string();
  if (project.empty()) return emit said(tr("Select a day or a clip of the project first."));
  m_spec->show();
  m_spec->edit(project);
}

QWidget* LibraryPage::makeDays() {
  auto* side = new QWidget(this);
  side->setFixedWidth(space(204));
  theme::onPanel(side);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  column->setSpacing(space(8));
  auto* heading = makeCaption(tr("DAYS"), true, side);
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
  auto* quality = new QHBoxLayout;
  m_qc = new QcBar(actions, lower);
  quality->addWidget(m_qc, 1);
  quality->addWidget(button("library.spec"));
  below->addLayout(quality);
  m_spec = new SpecForm(m_session, m_work, lower);
  m_spec->hide();
  below->addWidget(m_spec);

  m_table = new QTableView(lower);
  m_table->setModel(&m_sorter);
  dressTable(*m_table, tr("Clips"), TableDelegate::kRowHeight);
  m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_table->setSortingEnabled(true);
  m_table->sortByColumn(ClipModel::clipName, Qt::AscendingOrder);
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
          m_found = shareRows(std::move(*found.clips));
          m_edits.settled();
        } else {
          m_found.clear();
          emit said(sentence(found.clips.error()));
        }
        showRows();
      });
}

void LibraryPage::showRows() {
  const auto kept = current();
  m_clips.setRows(m_found);
  if (kept) {
    const int row = m_clips.rowOf(kept->id);
    const QModelIndex there =
        row >= 0 ? m_sorter.mapFromSource(m_clips.index(row, ClipModel::clipName)) : QModelIndex();
    if (there.isValid() && there.row() != m_table->currentIndex().row()) m_table->setCurrentIndex(there);
  }
  showFiltered();
}

void LibraryPage::showFiltered() {
  ClipFilter filter = m_sorter.filter();
  const auto day = m_days.dayAt(m_dayList->currentIndex().row());
  filter.project = day ? day->project : std::string();
  filter.day = day ? day->day : std::string();
  m_sorter.setFilter(filter);
  m_qc->count(m_found, filter);
  const bool searching = !m_search->text().trimmed().isEmpty();
  const bool nothing = m_found.empty() && m_rolls.empty() && !searching;
  const int rows = m_sorter.rowCount();
  m_noClips->setVisible(nothing && m_everAsked);
  m_centre->setVisible(!nothing);
  m_table->setVisible(rows > 0);
  m_noMatch->setVisible(rows == 0);
  m_count->setLine(counted(static_cast<std::uint64_t>(rows), "clip", "clips"));
  if (rows == 0) {
    m_inspector->clear();
    m_viewer->clear({});
    return;
  }
  if (!m_table->currentIndex().isValid()) m_table->setCurrentIndex(m_sorter.index(0, ClipModel::clipName));
  fitColumns();
  showCurrent();
}

// Every column as wide as its text; where that is too much, colour, lens, look and then the name give way, so that
// timecode and copies stay in sight.
void LibraryPage::fitColumns() {
  ui::fitColumns(*m_table,
                 {{ClipModel::colour, 64}, {ClipModel::lens, 64}, {ClipModel::clipName, 140}, {ClipModel::look, 48}});
}

bool LibraryPage::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == m_table->viewport()) fitColumns();
  return QWidget::eventFilter(watched, event);
}

ClipPtr LibraryPage::current() const {
  const QModelIndex index = m_sorter.mapToSource(m_table->currentIndex());
  return index.isValid() ? m_clips.shared(index.row()) : nullptr;
}

void LibraryPage::showCurrent() {
  const auto row = current();
  if (!row) return;
  auto clips = selectedClips();
  if (clips.empty()) clips = {row};
  const auto roll = std::find_if(m_rolls.begin(), m_rolls.end(), [&](const auto& r) { return r.id == row->roll; });
  m_inspector->show(clips, roll == m_rolls.end() ? std::vector<model::CopyReport>{} : roll->copies);
  m_viewer->showClip(*row);
}

std::vector<ClipPtr> LibraryPage::selectedClips() const {
  std::vector<ClipPtr> clips;
  for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
    clips.push_back(m_clips.shared(m_sorter.mapToSource(index).row()));
  return clips;
}

void LibraryPage::makeProxies() {
  std::vector<catalog::ClipId> ids;
  for (const auto& row : selectedClips())
    if (row->clip.picture) ids.push_back(row->id);
  if (ids.empty()) return emit said(tr("Select clips with a picture first."));
  session::RenderOrder order;
  order.clips = std::move(ids);
  order.presets = {utf8(m_preset->currentData().toString())};
  order.outputDirectory = m_proxyFolder;
  const auto started = m_session.startRenders(order);
  if (!started) emit said(shown(describe(started.error())));
}

namespace {

// What came of a file of looks, in one line: how many clips have one, which looks and clips are left over.
QString importWords(const session::LookImport& done) {
  const auto some = [](const std::vector<std::string>& names) {
    constexpr std::size_t kNamed = 3;
    QString text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i)
      text += (i > 0 ? QStringLiteral(", ") : QString()) + shown(names[i]);
    return names.size() > kNamed ? LibraryPage::tr("%1 and %2 more").arg(text).arg(names.size() - kNamed) : text;
  };
  if (done.looks.empty()) {
    return done.findings.empty() ? LibraryPage::tr("There is no look in this file.")
                                 : shown(done.findings.front().text);
  }
  QString words = LibraryPage::tr("%1 on %2").arg(some(done.looks), counted(done.clips, "clip", "clips"));
  if (!done.leftOver.empty()) words += LibraryPage::tr(". For no clip here: %1").arg(some(done.leftOver));
  if (!done.without.empty()) words += LibraryPage::tr(". Without one: %1").arg(some(done.without));
  if (!done.findings.empty()) words += LibraryPage::tr(". %1").arg(shown(done.findings.front().text));
  return words;
}

}  // namespace

void LibraryPage::applyLook() {
  std::vector<catalog::ClipRow> rows;
  for (const auto& row : selectedClips()) rows.push_back(*row);
  if (rows.empty()) return emit said(tr("Select the clips that shall have the look first."));
  m_seams.chooseFile(
      this, tr("Apply look"), tr("Looks (*.cube *.cdl *.cc *.ccc *.clf *.3dl *.look *.amf *.edl *.ale);;All files (*)"),
      [this, rows](const std::string& path) {
        m_work.must(
            this, [this, rows, path](const std::stop_token&) { return session::importLooks(m_session, path, rows); },
            [this](Result<session::LookImport> done) {
              if (!done) return emit said(sentence(done.error()));
              emit said(importWords(*done));
              m_viewer->reload();
            });
      });
}

}  // namespace rollproof::ui
