// SPDX-License-Identifier: Apache-2.0
// All work of this session, always in sight: state, bar, rate, when it is done or what it waits for, and how to pause,
// stop, repeat or reorder it, by button or by key on the row that has the focus.
// Threads: GUI thread only. Errors: a failed job shows its sentence.
#pragma once

#include <QPushButton>
#include <QWidget>
#include <map>

#include "ui/bridge/state_feed.h"
#include "ui/theme/text.h"

class QVBoxLayout;

namespace rollproof::ui {

class Actions;

// What a waiting job waits for, for people: the drives it shares with jobs ahead of it, and the job in front of it.
[[nodiscard]] QString waitText(const jobs::JobView& job, const session::State& state);

// One place up or down among the jobs that may change places.
void moveJob(session::Session& session, const session::State& state, jobs::JobId id, bool up);

class JobRow : public QWidget {
  Q_OBJECT
 public:
  explicit JobRow(const Actions& actions, QWidget* parent = nullptr);
  void show(const jobs::JobView& job, const session::State& state, WallTime now);
  [[nodiscard]] jobs::JobId id() const { return m_id; }
  [[nodiscard]] QString title() const { return m_title->text(); }
  [[nodiscard]] QString done() const { return m_done->text(); }
  [[nodiscard]] QString note() const { return m_note->text(); }
  [[nodiscard]] QPushButton* button() const { return m_stop; }  // cancels, or tries again
  [[nodiscard]] QPushButton* pauseButton() const { return m_pause; }
  [[nodiscard]] QPushButton* upButton() const { return m_up; }
  [[nodiscard]] QPushButton* downButton() const { return m_down; }

 signals:
  void wanted(rollproof::jobs::JobId job, const char* action);  // an id of the action registry
  void stepped(int rows);                                       // an arrow key: the focus goes up or down

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  QPushButton* addButton(const Actions& actions, const char* action, int width);
  jobs::JobId m_id;
  const char* m_stopAction = "job.cancel";
  Text* m_glyph;
  Text* m_title;
  Bar* m_bar;
  Text* m_note;  // in the bar's place: what it waits for, what went wrong
  Text* m_rate;
  Text* m_done;
  QPushButton* m_up;
  QPushButton* m_down;
  QPushButton* m_pause;
  QPushButton* m_stop;
};

class JobsPanel : public QWidget {
  Q_OBJECT
 public:
  JobsPanel(session::Session& session, StateFeed& feed, Actions& actions, QWidget* parent = nullptr);
  void focusFirst();
  [[nodiscard]] std::vector<JobRow*> rows() const;

 private:
  void showState(const StatePtr& state);
  void act(jobs::JobId job, const std::string& action);
  void stepFrom(JobRow* row, int by);
  [[nodiscard]] JobRow* focusedRow() const;

  session::Session& m_session;
  StateFeed& m_feed;
  Actions& m_actions;
  Text* m_heading;
  QWidget* m_list;
  QVBoxLayout* m_column;
  std::map<std::uint64_t, JobRow*> m_rows;
  std::vector<std::uint64_t> m_order;
};

struct JobSign {
  QString glyph, word;
};
[[nodiscard]] JobSign signOf(jobs::JobState state);

}  // namespace rollproof::ui
