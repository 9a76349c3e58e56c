// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/jobs_panel.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

constexpr int kTitleWidth = 330, kRateWidth = 110, kDoneWidth = 164, kButtonWidth = 88, kArrowWidth = 36,
              kGlyphWidth = 20;

// What moves comes first, then what waits, then what needs a hand, then what is over.
int rank(jobs::JobState state) {
  switch (state) {
    case jobs::JobState::running:
      return 0;
    case jobs::JobState::waiting:
    case jobs::JobState::paused:
      return 1;
    case jobs::JobState::failed:
      return 2;
    default:
      return 3;
  }
}

QString rateOf(const jobs::JobView& job) {
  if (job.state != jobs::JobState::running) return {};
  if (job.kind != "offload" && job.kind != "verify" && job.itemsPerSecond >= 0.05)
    return QString::number(job.itemsPerSecond, 'f', job.itemsPerSecond < 10 ? 1 : 0) + QStringLiteral(" fps");
  return rateText(fastestStream(job));
}

}  // namespace

JobSign signOf(jobs::JobState state) {
  switch (state) {
    case jobs::JobState::running:
      return {QStringLiteral("▶"), QStringLiteral("running")};
    case jobs::JobState::waiting:
      return {QStringLiteral("◷"), QStringLiteral("waiting")};
    case jobs::JobState::paused:
      return {QStringLiteral("‖"), QStringLiteral("paused")};
    case jobs::JobState::done:
      return {QStringLiteral("✓"), QStringLiteral("done")};
    case jobs::JobState::failed:
      return {QStringLiteral("✕"), QStringLiteral("failed")};
    case jobs::JobState::cancelled:
      return {QStringLiteral("–"), QStringLiteral("stopped")};
    case jobs::JobState::unknown:
      break;
  }
  return {QStringLiteral("?"), QStringLiteral("unknown")};
}

QString waitText(const jobs::JobView& job, const session::State& state) {
  if (job.state != jobs::JobState::waiting) return {};
  // Devices are called by the volumes on them; what stands in nobody's way is not named.
  const auto nameOf = [&](const std::string& resource) {
    QStringList labels;
    for (const auto& volume : state.volumes)
      if (volume.device.id == resource)
        labels << shown(volume.label.empty() ? path::fileName(volume.mountPoint) : volume.label);
    return labels.isEmpty() ? shown(resource) : labels.join(QStringLiteral(" + "));
  };
  QStringList shared;
  const jobs::JobView* ahead = nullptr;
  for (const auto& other : state.jobs) {
    if (other.id == job.id) continue;
    if (job.waitsFor && other.id == *job.waitsFor) ahead = &other;
    const bool holds = other.state == jobs::JobState::running || (job.waitsFor && other.id == *job.waitsFor);
    if (!holds) continue;
    for (const auto& mine : job.resources)
      for (const auto& theirs : other.resources)
        if (mine.name == theirs.name && !shared.contains(nameOf(mine.name))) shared << nameOf(mine.name);
  }
  QString text;
  if (!shared.isEmpty()) text = QObject::tr("waits for ") + shared.join(QStringLiteral(", "));
  if (ahead) text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) + QObject::tr("after ") + shown(ahead->title);
  return text;
}

void moveJob(session::Session& session, const session::State& state, jobs::JobId id, bool up) {
  std::vector<jobs::JobId> queue;  // those that may change places, first to start first
  for (const auto& job : state.jobs)
    if (job.canMove) queue.push_back(job.id);
  const auto at = std::find(queue.begin(), queue.end(), id);
  if (at == queue.end()) return;
  if (up && at != queue.begin()) session.moveJob(id, *(at - 1));
  if (!up && at + 1 != queue.end())
    session.moveJob(id, at + 2 == queue.end() ? std::nullopt : std::optional(*(at + 2)));
}

JobRow::JobRow(const Actions& actions, QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(space(4), 0, 0, 0);
  across->setSpacing(space(12));
  m_glyph = new Text(Size::body, false, this);
  m_glyph->setFixedWidth(space(kGlyphWidth));
  m_title = new Text(Size::body, false, this);
  m_title->setFixedWidth(space(kTitleWidth));
  m_bar = new Bar(6, this);
  m_note = new Text(Size::small, false, this);
  m_note->setColour(theme::grey(theme::kDim));
  m_rate = new Text(Size::body, false, this);
  m_rate->setFixedWidth(space(kRateWidth));
  m_done = new Text(Size::body, false, this);
  m_done->setFixedWidth(space(kDoneWidth));
  across->addWidget(m_glyph);
  across->addWidget(m_title);
  across->addWidget(m_bar, 1, Qt::AlignVCenter);
  across->addWidget(m_note, 1);
  across->addWidget(m_rate);
  across->addWidget(m_done);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(0);
  m_up = addButton(actions, "job.earlier", kArrowWidth);
  m_down = addButton(actions, "job.later", kArrowWidth);
  m_pause = addButton(actions, "job.pause", kButtonWidth);
  m_stop = addButton(actions, "job.cancel", kButtonWidth);
  m_up->setText(QStringLiteral("↑"));
  m_down->setText(QStringLiteral("↓"));
  for (QPushButton* button : {m_up, m_down, m_pause, m_stop}) buttons->addWidget(button);
  across->addLayout(buttons);
  connect(m_up, &QPushButton::clicked, this, [this] { emit wanted(m_id, "job.earlier"); });
  connect(m_down, &QPushButton::clicked, this, [this] { emit wanted(m_id, "job.later"); });
  connect(m_pause, &QPushButton::clicked, this, [this] { emit wanted(m_id, "job.pause"); });
  connect(m_stop, &QPushButton::clicked, this, [this] { emit wanted(m_id, m_stopAction); });
}

QPushButton* JobRow::addButton(const Actions& actions, const char* action, int width) {
  auto* button = new QPushButton(this);
  button->setProperty("flat", true);
  button->setFixedWidth(space(width));
  button->setToolTip(actions.hint(QString::fromUtf8(action)));
  QSizePolicy kept = button->sizePolicy();
  kept.setRetainSizeWhenHidden(true);  // the columns stay under their titles, with a button or without
  button->setSizePolicy(kept);
  return button;
}

void JobRow::paintEvent(QPaintEvent*) {
  if (!hasFocus()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme::grey(theme::kButton));
  painter.drawRoundedRect(rect(), 4, 4);
}

void JobRow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Up) return emit stepped(-1);
  if (event->key() == Qt::Key_Down) return emit stepped(1);
  QWidget::keyPressEvent(event);
}

void JobRow::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void JobRow::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

void JobRow::show(const jobs::JobView& job, const session::State& state, WallTime now) {
  m_id = job.id;
  const JobSign sign = signOf(job.state);
  const QString title = shown(job.title);
  m_glyph->setLine(sign.glyph);
  m_title->setLine(title);
  m_title->setToolTip(title);
  const bool running = job.state == jobs::JobState::running;
  const bool live = running || job.state == jobs::JobState::waiting || job.state == jobs::JobState::paused;
  const QString note = live ? waitText(job, state) : shown(job.error);
  m_bar->setVisible(note.isEmpty() && (live || job.state == jobs::JobState::done));
  m_bar->setColour(running || job.state == jobs::JobState::waiting ? theme::working() : theme::grey(0x70));
  m_bar->setFraction(job.fraction);
  m_note->setVisible(!m_bar->isVisibleTo(this));
  m_note->setLine(note);
  m_note->setToolTip(note);
  m_rate->setLine(rateOf(job));
  if (running && job.pausing)
    m_done->setLine(tr("pauses after this file"));
  else if (running)
    m_done->setLine(job.remaining ? doneAtText(now, *job.remaining) + QStringLiteral(" · ") + inText(*job.remaining)
                                  : shown(job.phase));
  else if (job.finishedAt)
    m_done->setLine(sign.word + QLatin1Char(' ') + QString::fromStdString(localHourMinute(*job.finishedAt)));
  else
    m_done->setLine(sign.word);
  const QString whole =
      QStringList{title, sign.word, note.isEmpty() ? m_done->text() : note}.join(QStringLiteral(", "));
  if (accessibleName() != whole) setAccessibleName(whole);
  const auto offer = [&](QPushButton* button, bool offered, const QString& verb, bool glyphOnly) {
    if (!glyphOnly && button->text() != verb) button->setText(verb);
    const QString name = verb + QLatin1Char(' ') + title;
    if (button->accessibleName() != name) button->setAccessibleName(name);
    button->setVisible(offered);
  };
  m_stopAction = job.canRetry ? "job.retry" : "job.cancel";
  offer(m_up, job.canMove, tr("Move up"), true);
  offer(m_down, job.canMove, tr("Move down"), true);
  offer(m_pause, job.canPause || job.canResume, job.canResume ? tr("Resume") : tr("Pause"), false);
  offer(m_stop, job.canRetry || job.canCancel, job.canRetry ? tr("Retry") : tr("Cancel"), false);
}

JobsPanel::JobsPanel(session::Session& session, StateFeed& feed, Actions& actions, QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed), m_actions(actions) {
  theme::onPanel(this);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(space(16), space(12), space(16), space(8));
  outer->setSpacing(space(4));
  auto* top = new QHBoxLayout;
  top->setContentsMargins(space(4), 0, 0, 0);
  top->setSpacing(space(12));
  m_heading = new Text(Size::small, false, this);
  const auto caption = [&](const QString& text, int width) {
    auto* label = new Text(Size::small, false, this);
    label->setLine(text);
    label->setColour(theme::grey(theme::kDim));
    if (width > 0) label->setFixedWidth(space(width));
    return label;
  };
  m_heading->setColour(theme::grey(theme::kDim));
  top->addWidget(caption({}, kGlyphWidth));
  top->addWidget(m_heading, 1);
  top->addWidget(caption(tr("Rate"), kRateWidth));
  top->addWidget(caption(tr("Done"), kDoneWidth));
  top->addWidget(caption({}, 2 * kButtonWidth + 2 * kArrowWidth));
  outer->addLayout(top);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  m_list = new QWidget(scroll);
  m_column = new QVBoxLayout(m_list);
  m_column->setContentsMargins(0, space(4), 0, 0);
  m_column->setSpacing(0);
  m_column->addStretch();
  scroll->setWidget(m_list);
  for (QWidget* ground : {scroll->viewport(), m_list}) ground->setAutoFillBackground(false);  // the panel shows through
  outer->addWidget(scroll, 1);
  // The titles stay over their columns while there is a scroll bar.
  connect(scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this,
          [top, bar = scroll->verticalScrollBar()](int, int most) {
            top->setContentsMargins(space(4), 0, most > 0 ? bar->sizeHint().width() : 0, 0);
          });
  setFixedHeight(space(160));  // four jobs
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Jobs"));
  for (const char* id : {"job.pause", "job.retry", "job.cancel", "job.earlier", "job.later"})
    connect(m_actions.place(QString::fromUtf8(id), this), &QAction::triggered, this, [this, id] {
      if (const JobRow* row = focusedRow()) act(row->id(), id);
    });
  connect(&feed, &StateFeed::polled, this, &JobsPanel::showState);
  showState(feed.last());
}

void JobsPanel::focusFirst() {
  const auto list = rows();
  if (list.empty())
    setFocus(Qt::ShortcutFocusReason);
  else
    list.front()->setFocus(Qt::ShortcutFocusReason);
}

JobRow* JobsPanel::focusedRow() const {
  for (JobRow* row : rows())
    if (row->hasFocus() || row->isAncestorOf(QApplication::focusWidget())) return row;
  return nullptr;
}

void JobsPanel::stepFrom(JobRow* row, int by) {
  const auto list = rows();
  const auto at = std::find(list.begin(), list.end(), row) - list.begin() + by;
  if (at >= 0 && at < static_cast<std::ptrdiff_t>(list.size()))
    list[static_cast<std::size_t>(at)]->setFocus(Qt::OtherFocusReason);
}

void JobsPanel::act(jobs::JobId id, const std::string& action) {
  const auto* job = jobOf(*m_feed.last(), id);
  if (!job) return;
  if (action == "job.pause" && job->canResume)
    m_session.resumeJob(id);
  else if (action == "job.pause" && job->canPause)
    m_session.pauseJob(id);
  else if (action == "job.retry" && job->canRetry)
    m_session.retryJob(id);
  else if (action == "job.cancel" && job->canCancel)
    m_session.cancelJob(id);
  else if (action == "job.earlier" || action == "job.later")
    moveJob(m_session, *m_feed.last(), id, action == "job.earlier");
  m_feed.refresh();
}

std::vector<JobRow*> JobsPanel::rows() const {
  std::vector<JobRow*> list;
  for (const auto id : m_order) list.push_back(m_rows.at(id));
  return list;
}

void JobsPanel::showState(const StatePtr& state) {
  std::vector<const jobs::JobView*> sorted;
  std::size_t running = 0, waiting = 0, paused = 0, failed = 0;
  for (const auto& job : state->jobs) {
    sorted.push_back(&job);
    running += job.state == jobs::JobState::running;
    waiting += job.state == jobs::JobState::waiting;
    paused += job.state == jobs::JobState::paused;
    failed += job.state == jobs::JobState::failed;
  }
  // What has not ended stands in the queue's own order; of what is over, the newest comes first.
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    const int left = rank(a->state), right = rank(b->state);
    return left != right ? left < right : left > 1 && a->id.value > b->id.value;
  });
  QStringList summary{tr("Jobs")};
  if (running > 0) summary << tr("%1 running").arg(running);
  if (waiting > 0) summary << tr("%1 waiting").arg(waiting);
  if (paused > 0) summary << tr("%1 paused").arg(paused);
  if (failed > 0) summary << tr("%1 failed").arg(failed);
  if (sorted.empty()) summary << tr("none yet: copying a card starts one");
  m_heading->setLine(summary.join(QStringLiteral(" · ")));

  std::vector<std::uint64_t> order;
  const WallTime now = systemClock().now();
  for (const auto* job : sorted) {
    order.push_back(job->id.value);
    auto& row = m_rows[job->id.value];
    if (!row) {
      row = new JobRow(m_actions, m_list);
      connect(row, &JobRow::wanted, this, &JobsPanel::act);
      connect(row, &JobRow::stepped, this, [this, one = row](int by) { stepFrom(one, by); });
    }
    row->show(*job, *state, now);
  }
  if (order == m_order) return;
  for (auto it = m_rows.begin(); it != m_rows.end();) {
    if (std::find(order.begin(), order.end(), it->first) == order.end()) {
      it->second->deleteLater();
      it = m_rows.erase(it);
    } else {
      ++it;
    }
  }
  m_order = order;
  int at = 0;
  for (const auto id : m_order) {
    m_column->removeWidget(m_rows[id]);
    m_column->insertWidget(at++, m_rows[id]);
    m_rows[id]->setVisible(true);
    if (at > 1) setTabOrder(m_rows[m_order[static_cast<std::size_t>(at) - 2]]->button(), m_rows[id]);
  }
}

}  // namespace rollproof::ui
