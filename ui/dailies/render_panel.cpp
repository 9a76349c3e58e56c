// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/render_panel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/theme/table.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr const char* kTitles[] = {"Clip", "Preset", "State", "Done", "Colour error", "File", "Remarks"};

QString errorText(const dailies::Rendered& result) {
  const colour::BakeError &all = result.colourError, &inside = result.colourErrorInGamut;
  if (all.mean == 0 && all.max == 0) return RenderModel::tr("exact");
  const auto number = [](double value) { return QString::number(value, 'f', 2); };
  QStringList words{number(inside.mean), number(inside.p999)};
  if (all.p999 > inside.p999) words << RenderModel::tr("edge %1").arg(number(all.p999));
  return words.join(QStringLiteral(" · "));
}

RenderModel::Line lineOf(const session::RenderRun& run, const jobs::JobView* job, WallTime now) {
  RenderModel::Line line;
  line.job = run.job;
  line.clip = shown(run.clipName);
  if (!job) {
    line.state = run.results ? QStringLiteral("✓ ") + RenderModel::tr("done") : RenderModel::tr("gone");
    return line;
  }
  const JobSign sign = signOf(job->state);
  line.state = sign.glyph + QLatin1Char(' ') + sign.word;
  if (job->state == jobs::JobState::running) {
    line.state += QStringLiteral(" · %1 %").arg(qRound(job->fraction * 100));
    if (job->pausing) line.state = sign.glyph + QLatin1Char(' ') + RenderModel::tr("pauses soon");
    line.ink = theme::working();
    if (job->remaining) line.done = doneAtText(now, *job->remaining);
  }
  if (job->state == jobs::JobState::failed) line.ink = theme::defect();
  if (job->finishedAt) line.done = QString::fromStdString(localHourMinute(*job->finishedAt));
  line.remarks = shown(job->error);
  return line;
}

}  // namespace

int RenderModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int RenderModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int{kColumns}; }

const RenderModel::Line* RenderModel::at(int row) const {
  return row >= 0 && row < rowCount() ? &m_lines[static_cast<std::size_t>(row)] : nullptr;
}

QVariant RenderModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section >= kColumns) return {};
  if (role == Qt::ToolTipRole && section == error)
    return tr("How far the picture is from the exact colour, in codes of 10 bit: mean · 99.9 of 100 pixels · most");
  return role == Qt::DisplayRole ? QVariant(tr(kTitles[section])) : QVariant();
}

QVariant RenderModel::data(const QModelIndex& index, int role) const {
  const Line* line = at(index.row());
  if (!line) return {};
  const QString* const texts[] = {&line->clip,  &line->preset, &line->state,  &line->done,
                                  &line->error, &line->file,   &line->remarks};
  const QString& text = *texts[index.column()];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return text;
    case Qt::ToolTipRole:
      return index.column() == file && !line->path.empty() ? shown(line->path) : text;
    case kInkRole:
      if (index.column() == state) return line->ink;
      return index.column() == remarks && !line->remarks.isEmpty() ? theme::caution() : QColor();
    case kWholeRole:
      return index.column() == state || index.column() == error;
    default:
      return {};
  }
}

void RenderModel::show(const session::State& shownState, WallTime now) {
  std::vector<Line> lines;
  for (const auto& run : shownState.renders) {
    const Line common = lineOf(run, jobOf(shownState, run.job), now);
    if (!run.results) {
      for (const auto& name : run.presets) {
        lines.push_back(common);
        lines.back().preset = shown(name);
      }
      continue;
    }
    for (const auto& result : *run.results) {
      Line& line = lines.emplace_back(common);
      line.preset = shown(result.preset);
      if (result.kept) line.state = QStringLiteral("✓ ") + tr("stood already");
      line.error = result.kept ? QString() : errorText(result);
      QStringList words;
      for (const auto& warning : result.warnings) words << shown(warning.text);
      if (!line.remarks.isEmpty()) words << line.remarks;
      line.remarks = words.join(QLatin1Char(' '));
      line.path = result.path;
      line.file = shown(path::fileName(result.path));
    }
  }
  if (lines.size() != m_lines.size()) {
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
    return;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == m_lines[i]) continue;
    m_lines[i] = std::move(lines[i]);
    emit dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), kColumns - 1));
  }
}

RenderPanel::RenderPanel(session::Session& session, StateFeed& feed, Actions& actions, Seams& seams, QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  auto* top = new QHBoxLayout;
  top->setSpacing(0);
  m_heading = new Text(theme::Size::small, true, this);
  m_heading->setColour(theme::grey(theme::kDim));
  top->addWidget(m_heading, 1);
  const auto act = [&](const char* id, const QString& text) {
    QAction* action = actions.place(QString::fromUtf8(id), this);
    // The same keys as in the list of jobs; only the line that has the focus is meant.
    connect(action, &QAction::triggered, this, [this, id] {
      if (m_table->hasFocus()) this->act(id);
    });
    auto* push = new QPushButton(text.isEmpty() ? action->text() : text, this);
    push->setProperty("flat", true);
    push->setObjectName(action->objectName());
    push->setToolTip(actions.hint(action->objectName()));
    push->setFocusPolicy(Qt::TabFocus);
    connect(push, &QPushButton::clicked, this, [this, id] { this->act(id); });
    top->addWidget(push);
    return push;
  };
  m_earlier = act("job.earlier", tr("↑ Earlier"));
  m_later = act("job.later", tr("↓ Later"));
  m_pause = act("job.pause", tr("Pause"));
  m_retry = act("job.retry", {});
  m_cancel = act("job.cancel", {});
  QAction* open = actions.place(QStringLiteral("render.open"), this);
  const auto openCurrent = [this, &seams] {
    const auto* line = m_renders.at(m_table->currentIndex().row());
    if (line && !line->path.empty()) return seams.openDocument(line->path);
    emit said(tr("Select a render that is done first."));
  };
  connect(open, &QAction::triggered, this, openCurrent);
  m_open = new QPushButton(open->text(), this);
  m_open->setProperty("flat", true);
  m_open->setToolTip(actions.hint(open->objectName()));
  m_open->setFocusPolicy(Qt::TabFocus);
  connect(m_open, &QPushButton::clicked, this, openCurrent);
  top->addWidget(m_open);
  column->addLayout(top);
  m_none = makeParagraph(theme::Size::small, this);
  m_none->setText(tr("None yet. Choose clips and presets, then Render."));
  QPalette quiet = m_none->palette();
  quiet.setColor(QPalette::WindowText, theme::grey(theme::kDim));
  m_none->setPalette(quiet);
  column->addWidget(m_none);
  m_table = new QTableView(this);
  m_table->setModel(&m_renders);
  dressTable(*m_table, tr("Renders"), TableDelegate::kTextRowHeight);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->viewport()->installEventFilter(this);
  connect(m_table, &QTableView::doubleClicked, open, &QAction::trigger);
  column->addWidget(m_table, 1);
  column->addStretch(0);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RenderPanel::showOffers);
  connect(&feed, &StateFeed::polled, this, &RenderPanel::showState);
  showState(feed.last());
}

void RenderPanel::showState(const StatePtr& state) {
  const int before = m_renders.rowCount();
  const auto* current = m_renders.at(m_table->currentIndex().row());
  const auto job = current ? current->job : jobs::JobId{};
  m_renders.show(*state, systemClock().now());
  const int rows = m_renders.rowCount();
  if (rows != before) {
    for (int row = 0; row < rows && job.value != 0; ++row)
      if (m_renders.at(row)->job == job) {
        m_table->setCurrentIndex(m_renders.index(row, 0));
        break;
      }
    fit();
  }
  m_none->setVisible(rows == 0);
  m_table->setVisible(rows > 0);
  std::size_t running = 0, waiting = 0, failed = 0, done = 0;
  for (const auto& run : state->renders) {
    const auto* view = jobOf(*state, run.job);
    const auto what = view ? view->state : jobs::JobState::done;
    running += what == jobs::JobState::running;
    waiting += what == jobs::JobState::waiting || what == jobs::JobState::paused;
    failed += what == jobs::JobState::failed;
    done += what == jobs::JobState::done;
  }
  QStringList words{tr("RENDERS")};
  if (running > 0) words << tr("%1 running").arg(running);
  if (waiting > 0) words << tr("%1 waiting").arg(waiting);
  if (failed > 0) words << tr("%1 failed").arg(failed);
  if (done > 0) words << tr("%1 done").arg(done);
  m_heading->setLine(words.join(QStringLiteral(" · ")));
  showOffers();
}

void RenderPanel::showOffers() {
  const auto* line = m_renders.at(m_table->currentIndex().row());
  const auto state = m_feed.last();
  const auto* job = line ? jobOf(*state, line->job) : nullptr;
  for (QPushButton* move : {m_earlier, m_later}) move->setEnabled(job && job->canMove);
  m_pause->setEnabled(job && (job->canPause || job->canResume));
  const QString verb = job && job->canResume ? tr("Resume") : tr("Pause");
  if (m_pause->text() != verb) m_pause->setText(verb);
  m_retry->setEnabled(job && job->canRetry);
  m_cancel->setEnabled(job && job->canCancel);
  m_open->setEnabled(line && !line->path.empty());
}

void RenderPanel::act(const std::string& action) {
  const auto* line = m_renders.at(m_table->currentIndex().row());
  const auto state = m_feed.last();
  const auto* job = line ? jobOf(*state, line->job) : nullptr;
  if (!job) return emit said(tr("Select a render first."));
  if (action == "job.pause" && job->canResume)
    m_session.resumeJob(job->id);
  else if (action == "job.pause" && job->canPause)
    m_session.pauseJob(job->id);
  else if (action == "job.retry" && job->canRetry)
    m_session.retryJob(job->id);
  else if (action == "job.cancel" && job->canCancel)
    m_session.cancelJob(job->id);
  else if (action == "job.earlier" || action == "job.later")
    moveJob(m_session, *state, job->id, action == "job.earlier");
  m_feed.refresh();
}

void RenderPanel::fit() {
  fitColumns(*m_table, {{RenderModel::remarks, 120}, {RenderModel::clip, 140}, {RenderModel::preset, 90}});
}

bool RenderPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == m_table->viewport()) fit();
  return QWidget::eventFilter(watched, event);
}

}  // namespace rollproof::ui
