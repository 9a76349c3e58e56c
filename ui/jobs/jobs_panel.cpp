// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/jobs_panel.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

constexpr int kTitleWidth = 330, kRateWidth = 110, kDoneWidth = 150, kButtonWidth = 90, kGlyphWidth = 22;

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
  if (job.kind != "offload" && job.itemsPerSecond >= 0.05)
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

JobRow::JobRow(QWidget* parent) : QWidget(parent) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(space(12));
  m_glyph = new Text(Size::body, false, this);
  m_glyph->setFixedWidth(space(kGlyphWidth));
  m_title = new Text(Size::body, false, this);
  m_title->setFixedWidth(space(kTitleWidth));
  m_bar = new Bar(6, this);
  m_problem = new Text(Size::small, false, this);
  m_problem->setColour(theme::grey(theme::kDim));
  m_rate = new Text(Size::body, false, this);
  m_rate->setFixedWidth(space(kRateWidth));
  m_done = new Text(Size::body, false, this);
  m_done->setFixedWidth(space(kDoneWidth));
  m_button = new QPushButton(this);
  m_button->setProperty("flat", true);
  m_button->setFixedWidth(space(kButtonWidth));
  QSizePolicy kept = m_button->sizePolicy();
  kept.setRetainSizeWhenHidden(true);  // the columns stay under their titles, with a button or without
  m_button->setSizePolicy(kept);
  across->addWidget(m_glyph);
  across->addWidget(m_title);
  across->addWidget(m_bar, 1, Qt::AlignVCenter);
  across->addWidget(m_problem, 1);
  across->addWidget(m_rate);
  across->addWidget(m_done);
  across->addWidget(m_button);
  connect(m_button, &QPushButton::clicked, this, [this] {
    if (m_retry)
      emit retryWanted(m_id);
    else
      emit cancelWanted(m_id);
  });
}

void JobRow::show(const jobs::JobView& job, WallTime now) {
  m_id = job.id;
  const JobSign sign = signOf(job.state);
  m_glyph->setLine(sign.glyph);
  m_title->setLine(shown(job.title));
  const bool live = job.state == jobs::JobState::running || job.state == jobs::JobState::waiting;
  m_bar->setVisible(live || job.state == jobs::JobState::done);
  m_bar->setColour(live ? theme::working() : theme::grey(0x70));
  m_bar->setFraction(job.fraction);
  m_problem->setVisible(!m_bar->isVisibleTo(this));
  m_problem->setLine(shown(job.error));
  m_problem->setToolTip(shown(job.error));
  m_rate->setLine(rateOf(job));
  if (job.state == jobs::JobState::running)
    m_done->setLine(job.remaining ? doneAtText(now, *job.remaining) + QStringLiteral(" · ") + inText(*job.remaining)
                                  : shown(job.phase));
  else if (job.finishedAt)
    m_done->setLine(sign.word + QLatin1Char(' ') + QString::fromStdString(localHourMinute(*job.finishedAt)));
  else
    m_done->setLine(sign.word);
  m_retry = job.canRetry;
  const QString verb = job.canRetry ? tr("Retry") : tr("Cancel");
  if (m_button->text() != verb) m_button->setText(verb);
  const QString accessible = verb + QLatin1Char(' ') + shown(job.title);
  if (m_button->accessibleName() != accessible) m_button->setAccessibleName(accessible);
  m_button->setVisible(job.canRetry || job.canCancel);
}

JobsPanel::JobsPanel(session::Session& session, StateFeed& feed, QWidget* parent)
    : QWidget(parent), m_session(session) {
  setAutoFillBackground(true);
  QPalette colours = palette();
  colours.setColor(QPalette::Window, theme::grey(theme::kPanel));
  setPalette(colours);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(space(16), space(12), space(16), space(8));
  outer->setSpacing(space(4));
  auto* top = new QHBoxLayout;
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
  top->addWidget(caption({}, kButtonWidth));
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
            top->setContentsMargins(0, 0, most > 0 ? bar->sizeHint().width() : 0, 0);
          });
  setFixedHeight(space(150));
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Jobs"));
  connect(&feed, &StateFeed::polled, this, &JobsPanel::showState);
  showState(feed.last());
}

void JobsPanel::focusFirst() {
  for (JobRow* row : rows()) {
    if (!row->button()->isVisible()) continue;
    return row->button()->setFocus(Qt::ShortcutFocusReason);
  }
  setFocus(Qt::ShortcutFocusReason);
}

std::vector<JobRow*> JobsPanel::rows() const {
  std::vector<JobRow*> list;
  for (const auto id : m_order) list.push_back(m_rows.at(id));
  return list;
}

void JobsPanel::showState(const StatePtr& state) {
  std::vector<const jobs::JobView*> sorted;
  std::size_t running = 0, waiting = 0, failed = 0;
  for (const auto& job : state->jobs) {
    sorted.push_back(&job);
    running += job.state == jobs::JobState::running;
    waiting += job.state == jobs::JobState::waiting;
    failed += job.state == jobs::JobState::failed;
  }
  // What is still to come stands in the queue's own order.
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    const int left = rank(a->state), right = rank(b->state);
    return left != right ? left < right : left > 1 && a->id.value > b->id.value;
  });
  QStringList summary{tr("Jobs")};
  if (running > 0) summary << tr("%1 running").arg(running);
  if (waiting > 0) summary << tr("%1 waiting").arg(waiting);
  if (failed > 0) summary << tr("%1 failed").arg(failed);
  if (sorted.empty()) summary << tr("none yet: copying a card starts one");
  m_heading->setLine(summary.join(QStringLiteral(" · ")));

  std::vector<std::uint64_t> order;
  const WallTime now = systemClock().now();
  for (const auto* job : sorted) {
    order.push_back(job->id.value);
    auto& row = m_rows[job->id.value];
    if (!row) {
      row = new JobRow(m_list);
      connect(row, &JobRow::cancelWanted, this, [this](jobs::JobId id) { m_session.cancelJob(id); });
      connect(row, &JobRow::retryWanted, this, [this](jobs::JobId id) { m_session.retryJob(id); });
    }
    row->show(*job, now);
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
  }
}

}  // namespace rollproof::ui
