// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/dailies_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/table.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr std::uint64_t kMostFraming = 8ULL << 20;

struct Names {
  std::vector<dailies::BurnInTemplate> burnIns;
  std::vector<std::string> framings;
};
struct Found {
  Result<std::vector<catalog::ClipRow>> clips;
  Result<std::vector<catalog::RollRow>> rolls;
};

}  // namespace

DailiesPage::DailiesPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                         QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed), m_work(work), m_clips(session, work) {
  m_sorter.setSourceModel(&m_clips);
  for (const char* id :
       {"dailies.folder", "dailies.render", "dailies.export", "dailies.report", "sound.find", "sound.forget"})
    actions.place(QString::fromUtf8(id), this);
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(0);
  across->addWidget(makeSide(actions));
  across->addWidget(makeCentre(feed, actions, seams), 1);
  across->addWidget(makeRight(actions, seams));

  m_typing.setSingleShot(true);
  m_typing.setInterval(150);
  connect(&m_typing, &QTimer::timeout, this, &DailiesPage::reload);
  connect(m_query, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
  connect(m_query, &QLineEdit::returnPressed, this, [this] { m_table->setFocus(Qt::OtherFocusReason); });
  connect(m_day, &QComboBox::currentIndexChanged, this, &DailiesPage::showFiltered);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DailiesPage::showChosen);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &DailiesPage::showChosen);
  connect(&m_presets->presets(), &PresetModel::chosenChanged, this, &DailiesPage::showChosen);
  connect(m_order, &OrderPanel::changed, this, &DailiesPage::showChosen);
  connect(m_order, &OrderPanel::renderWanted, this, &DailiesPage::render);
  connect(m_presets, &PresetPanel::editWanted, this, [this](const dailies::Preset& preset, const std::string& before) {
    m_burnInForm->hide();
    m_form->show();
    m_form->edit(preset, before);
  });
  connect(m_form, &PresetForm::saved, m_presets, &PresetPanel::reload);
  connect(m_form, &PresetForm::closed, this, [this] {
    m_form->hide();
    m_presets->list().setFocus(Qt::OtherFocusReason);
  });
  connect(m_burnInForm, &BurnInForm::changed, this, &DailiesPage::showChosen);
  connect(m_burnInForm, &BurnInForm::removed, this, [this] {
    m_order->setBurnin({});
    askNames();
  });
  connect(m_burnInForm, &BurnInForm::saved, this, [this](const std::string& name) {
    m_order->setBurnin(name);
    askNames();
  });
  connect(m_burnInForm, &BurnInForm::closed, this, [this] {
    m_burnInForm->hide();
    showChosen();
    m_order->burninField().setFocus(Qt::OtherFocusReason);
  });
  connect(actions.place(QStringLiteral("dailies.template"), this), &QAction::triggered, this,
          &DailiesPage::openTemplate);
  connect(actions.place(QStringLiteral("dailies.framing"), this), &QAction::triggered, this, [this, &seams] {
    seams.chooseFile(this, tr("Framing"), tr("ASC FDL or framing (*.fdl *.json)"),
                     [this](const std::string& path) { takeFraming(path); });
  });
  connect(m_presets, &PresetPanel::said, this, &DailiesPage::said);
  connect(m_export, &ExportPanel::said, this, &DailiesPage::said);
  connect(m_renders, &RenderPanel::said, this, &DailiesPage::said);
  connect(m_sound, &SoundPanel::said, this, &DailiesPage::said);
  connect(m_report, &ReportPanel::said, this, &DailiesPage::said);
  connect(actions.place(QStringLiteral("dailies.find"), this), &QAction::triggered, this, [this] {
    m_query->setFocus(Qt::ShortcutFocusReason);
    m_query->selectAll();
  });
  connect(actions.place(QStringLiteral("dailies.burnin"), this), &QAction::triggered, this, [this] {
    m_order->burninField().setFocus(Qt::ShortcutFocusReason);
    m_order->burninField().selectAll();
  });
  connect(&feed, &StateFeed::libraryChanged, this, &DailiesPage::reload);
  reload();
  askNames();
  askUnfinished();
}

QWidget* DailiesPage::makeSide(Actions& actions) {
  auto* side = new QWidget(this);
  side->setFixedWidth(space(300));
  theme::onPanel(side);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  m_presets = new PresetPanel(m_session, m_work, actions, side);
  column->addWidget(m_presets);
  return side;
}

QWidget* DailiesPage::makeUnfinished(Actions& actions) {
  m_unfinished = new QFrame(this);
  m_unfinished->setProperty("question", true);
  auto* across = new QHBoxLayout(m_unfinished);
  across->setContentsMargins(space(16), space(8), space(16), space(8));
  across->setSpacing(space(8));
  m_unfinishedText = new Text(theme::Size::body, false, m_unfinished);
  across->addWidget(m_unfinishedText, 1);
  const auto button = [&](const char* id, auto answer) {
    QAction* action = actions.place(QString::fromUtf8(id), this);
    auto* push = new QPushButton(action->text(), m_unfinished);
    push->setToolTip(actions.hint(action->objectName()));
    connect(push, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::triggered, this, [this, answer] {
      if (m_waiting.empty()) return emit said(tr("No renders of an earlier run wait."));
      m_work.must(
          this,
          [this, answer, name = m_waiting.front().name](const std::stop_token&) { return answer(m_session, name); },
          [this](Status done) {
            if (!done) emit said(sentence(done.error()));
            m_feed.refresh();
            askUnfinished();
          });
    });
    across->addWidget(push);
  };
  button("dailies.resume", [](session::Session& session, const std::string& name) -> Status {
    auto started = session.resumeRenders(name);
    if (!started) return tl::unexpected(started.error());
    return {};
  });
  button("dailies.forget",
         [](session::Session& session, const std::string& name) { return session.forgetRenders(name); });
  m_unfinished->hide();
  return m_unfinished;
}

QWidget* DailiesPage::makeCentre(StateFeed& feed, Actions& actions, Seams& seams) {
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(space(20), space(16), space(20), space(8));
  column->setSpacing(space(8));
  column->addWidget(makeUnfinished(actions));
  m_form = new PresetForm(m_session, m_work, centre);
  m_form->hide();
  column->addWidget(m_form);
  m_burnInForm = new BurnInForm(m_session, m_work, centre);
  m_burnInForm->hide();
  column->addWidget(m_burnInForm);
  auto* splitter = new QSplitter(Qt::Vertical, centre);
  splitter->setHandleWidth(space(8));
  splitter->setChildrenCollapsible(false);
  auto* upper = new QWidget(splitter);
  auto* above = new QVBoxLayout(upper);
  above->setContentsMargins(0, 0, 0, 0);
  above->setSpacing(space(8));
  auto* tools = new QHBoxLayout;
  tools->setSpacing(space(8));
  m_day = new QComboBox(upper);
  m_day->setAccessibleName(tr("Day"));
  m_day->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_query = new QLineEdit(upper);
  m_query->setAccessibleName(tr("Find clips for dailies"));
  m_query->setPlaceholderText(QStringLiteral("camera:A circled:yes"));
  m_query->setClearButtonEnabled(true);
  m_count = new Text(theme::Size::small, false, upper);
  m_count->setColour(theme::grey(theme::kDim));
  m_count->setElide(Elide::none);
  tools->addWidget(m_day);
  tools->addWidget(m_query, 1);
  tools->addWidget(m_count);
  above->addLayout(tools);
  m_table = new QTableView(upper);
  m_table->setModel(&m_sorter);
  dressTable(*m_table, tr("Clips for dailies"), TableDelegate::kRowHeight);
  m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_table->setSortingEnabled(true);
  m_table->sortByColumn(ClipModel::clipName, Qt::AscendingOrder);
  for (const int left : {ClipModel::ei, ClipModel::lens, ClipModel::copies}) m_table->setColumnHidden(left, true);
  m_table->viewport()->installEventFilter(this);
  above->addWidget(m_table, 1);
  m_empty = makeEmptyState(tr("No clips here. Copy a card, or look for other clips."),
                           actions.find(QStringLiteral("place.cards")), upper);
  m_empty->hide();
  above->addWidget(m_empty, 1);
  splitter->addWidget(upper);
  auto* lower = new QWidget(splitter);
  auto* below = new QVBoxLayout(lower);
  below->setContentsMargins(0, 0, 0, 0);
  below->setSpacing(space(8));
  m_sound = new SoundPanel(m_session, m_work, actions, seams, lower);
  below->addWidget(m_sound);
  m_renders = new RenderPanel(m_session, feed, actions, seams, lower);
  below->addWidget(m_renders, 1);
  splitter->addWidget(lower);
  splitter->setStretchFactor(0, 3);
  splitter->setStretchFactor(1, 2);
  splitter->setSizes({space(440), space(280)});
  column->addWidget(splitter, 1);
  return centre;
}

QWidget* DailiesPage::makeRight(Actions& actions, Seams& seams) {
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setFixedWidth(space(340));
  auto* right = new QWidget(scroll);
  theme::onPanel(right);
  auto* column = new QVBoxLayout(right);
  column->setContentsMargins(space(16), space(16), space(16), space(12));
  column->setSpacing(space(8));
  auto* heading = makeCaption(tr("AS IT WILL BE"), true, right);
  column->addWidget(heading);
  m_sample = new SamplePicture(m_session, m_work, right);
  column->addWidget(m_sample);
  m_order = new OrderPanel(actions, seams, right);
  column->addWidget(m_order);
  m_export = new ExportPanel(m_session, m_work, actions, seams, right);
  column->addWidget(m_export);
  m_report = new ReportPanel(m_session, m_work, actions, seams, right);
  column->addWidget(m_report);
  column->addStretch(1);
  scroll->setWidget(right);
  return scroll;
}

QString DailiesPage::unfinishedShown() const {
  return m_unfinished->isVisibleTo(this) ? m_unfinishedText->text() : QString();
}

void DailiesPage::askNames() {
  m_work.run(
      this,
      [this](const std::stop_token&) {
        Names names;
        if (auto templates = m_session.burnIns()) names.burnIns = std::move(*templates);
        if (auto framings = m_session.framings()) names.framings = std::move(*framings);
        return names;
      },
      [this](const Names& names) {
        std::vector<std::string> called;
        for (const auto& one : names.burnIns) called.push_back(one.name);
        m_order->offer(called, names.framings);
      });
}

// With the templates as they are now: one that was kept a moment ago must not open as a new one.
void DailiesPage::openTemplate() {
  m_work.run(
      this, [this](const std::stop_token&) { return m_session.burnIns(); },
      [this](const Result<std::vector<dailies::BurnInTemplate>>& known) {
        if (!known) return emit said(sentence(known.error()));
        m_form->hide();
        m_burnInForm->show();
        m_burnInForm->open(m_order->burnin(), *known);
      });
}

// The library keeps it under the file's name, so that renders and camera formats can say it by that name.
void DailiesPage::takeFraming(const std::string& path) {
  std::string name = path::stem(path::fileName(path));
  m_work.must(
      this,
      [this, path, name](const std::stop_token&) -> Status {
        const auto text = readSmallFile(realFileSystem(), path, kMostFraming);
        return text ? m_session.saveFraming(name, *text) : tl::unexpected(text.error());
      },
      [this, name](Status kept) {
        if (!kept) return emit said(sentence(kept.error()));
        m_order->setFraming(name);
        emit said(tr("The framing is kept as %1.").arg(shown(name)));
        askNames();
      });
}

void DailiesPage::askUnfinished() {
  m_work.run(
      this, [this](const std::stop_token&) { return m_session.unfinishedRenders(); },
      [this](std::vector<session::UnfinishedRenders> waiting) {
        m_waiting = std::move(waiting);
        m_unfinished->setVisible(!m_waiting.empty());
        if (m_waiting.empty()) return;
        const auto& order = m_waiting.front().order;
        QStringList presets;
        for (const auto& name : order.presets) presets << shown(name);
        QString text = tr("Renders of an earlier run are not finished: %1 as %2.")
                           .arg(counted(order.clips.size(), "clip", "clips"), presets.join(QStringLiteral(", ")));
        if (m_waiting.size() > 1) text += tr(" And %1 more.").arg(counted(m_waiting.size() - 1, "order", "orders"));
        m_unfinishedText->setLine(text);
      });
}

void DailiesPage::reload() {
  const int number = m_number.next();
  m_work.run(
      this,
      [this, query = utf8(m_query->text().trimmed())](const std::stop_token&) {
        return Found{m_session.clips(query), m_session.rolls()};
      },
      [this, number](Found found) {
        if (!m_number.is(number)) return;  // a newer question is under way
        if (!found.clips) emit said(sentence(found.clips.error()));
        std::set<std::int64_t> kept;
        for (const auto& row : selected()) kept.insert(row->id.value);
        const auto now = current();
        if (found.rolls) {
          const auto before = m_dayModel.dayAt(m_day->currentIndex());
          m_dayModel.setRolls(*found.rolls);
          const QSignalBlocker quiet(m_day);
          m_day->clear();
          int at = 0;
          for (int row = 0; row < m_dayModel.rowCount(); ++row) {
            m_day->addItem(m_dayModel.index(row).data(kTitleRole).toString());
            if (before && m_dayModel.dayAt(row) && m_dayModel.dayAt(row)->day == before->day &&
                m_dayModel.dayAt(row)->project == before->project)
              at = row;
          }
          m_day->setCurrentIndex(at);
        }
        m_clips.setRows(shareRows(found.clips ? std::move(*found.clips) : std::vector<catalog::ClipRow>()));
        showFiltered();
        // New rows forget the selection: what was chosen and is still there stays chosen.
        if (!kept.empty()) {
          QItemSelection chosen;
          for (int row = 0; row < m_sorter.rowCount(); ++row)
            if (kept.contains(m_sorter.index(row, 0).data(ClipModel::idRole).toLongLong()))
              chosen.select(m_sorter.index(row, 0), m_sorter.index(row, ClipModel::kColumns - 1));
          m_table->selectionModel()->select(chosen, QItemSelectionModel::ClearAndSelect);
        }
        if (now && m_clips.rowOf(now->id) >= 0) {
          const QModelIndex there = m_sorter.mapFromSource(m_clips.index(m_clips.rowOf(now->id), ClipModel::clipName));
          if (there.isValid()) m_table->selectionModel()->setCurrentIndex(there, QItemSelectionModel::NoUpdate);
        }
        showChosen();
      });
}

void DailiesPage::showFiltered() {
  ClipFilter filter;
  const auto day = m_dayModel.dayAt(m_day->currentIndex());
  filter.project = day ? day->project : std::string();
  filter.day = day ? day->day : std::string();
  m_sorter.setFilter(filter);
  const int rows = m_sorter.rowCount();
  m_table->setVisible(rows > 0);
  m_empty->setVisible(rows == 0);
  if (rows > 0 && !m_table->currentIndex().isValid()) m_table->setCurrentIndex(m_sorter.index(0, ClipModel::clipName));
  fit();
  showChosen();
}

std::vector<ClipPtr> DailiesPage::selected() const {
  std::vector<ClipPtr> clips;
  for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
    clips.push_back(m_clips.shared(m_sorter.mapToSource(index).row()));
  return clips;
}

ClipPtr DailiesPage::current() const {
  const QModelIndex index = m_sorter.mapToSource(m_table->currentIndex());
  return index.isValid() ? m_clips.shared(index.row()) : nullptr;
}

void DailiesPage::showChosen() {
  std::size_t pictures = 0;
  std::vector<catalog::ClipId> ids;
  const auto clips = selected();
  for (const auto& row : clips) {
    ids.push_back(row->id);
    pictures += row->clip.picture.has_value();
  }
  m_count->setLine(
      tr("%1 of %2 selected")
          .arg(countText(clips.size()), counted(static_cast<std::uint64_t>(m_sorter.rowCount()), "clip", "clips")));
  m_order->count(pictures, m_presets->presets().chosen().size());
  m_sound->setClips(clips);
  const auto day = m_dayModel.dayAt(m_day->currentIndex());
  QString name = day ? shown(day->project) + QLatin1Char('_') + shown(day->day) : tr("dailies");
  m_export->setClips(std::move(ids),
                     name.replace(QLatin1Char('/'), QLatin1Char('-')).replace(QLatin1Char(' '), QLatin1Char('_')));
  m_report->setScope(day ? day->project : std::string(), day ? day->day : std::string(),
                     utf8(m_query->text().trimmed()));
  SampleChoice choice{m_order->burnin(), m_order->recipient(), m_order->framing(), m_order->framingChanges(), {}};
  // What is being written shows at once; what cannot be yet leaves the last picture that could.
  if (m_burnInForm->isVisibleTo(this)) {
    if (!dailies::parseBurnIn(dailies::burnInJson(m_burnInForm->burnin()))) return;
    choice.burnin = dailies::burnInJson(m_burnInForm->burnin());
  }
  auto& presets = m_presets->presets();
  if (const auto chosen = presets.chosen(); !chosen.empty())
    choice.preset = dailies::presetJson(*presets.at(presets.rowOf(chosen.front())));
  m_sample->show(current(), choice);
}

void DailiesPage::render() {
  session::RenderOrder order;
  for (const auto& row : selected())
    if (row->clip.picture) order.clips.push_back(row->id);
  order.presets = m_presets->presets().chosen();
  order.outputDirectory = m_order->folder();
  order.burnin = m_order->burnin();
  order.burnInExtras.recipient = m_order->recipient();
  order.framing = m_order->framing();
  order.framingChanges = m_order->framingChanges();
  order.seal = m_order->seals();
  if (!m_order->missing().isEmpty()) return emit said(m_order->missing());
  m_work.must(
      this, [this, order](const std::stop_token&) { return m_session.startRenders(order); },
      [this](Result<std::vector<jobs::JobId>> started) {
        if (!started) return emit said(sentence(started.error()));
        m_feed.refresh();
      });
}

void DailiesPage::fit() {
  fitColumns(*m_table, {{ClipModel::colour, 64}, {ClipModel::clipName, 140}, {ClipModel::look, 64}});
}

bool DailiesPage::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == m_table->viewport()) fit();
  return QWidget::eventFilter(watched, event);
}

}  // namespace rollproof::ui
