// SPDX-License-Identifier: Apache-2.0
// All work of this session, always in sight: state, bar, rate, when it is done, and how to stop or repeat it.
// Threads: GUI thread only. Errors: a failed job shows its sentence.
#pragma once

#include <QPushButton>
#include <QWidget>
#include <map>

#include "ui/bridge/state_feed.h"
#include "ui/theme/text.h"

class QVBoxLayout;

namespace rollproof::ui {

class JobRow : public QWidget {
  Q_OBJECT
 public:
  explicit JobRow(QWidget* parent = nullptr);
  void show(const jobs::JobView& job, WallTime now);
  [[nodiscard]] QString title() const { return m_title->text(); }
  [[nodiscard]] QString done() const { return m_done->text(); }
  [[nodiscard]] QPushButton* button() const { return m_button; }

 signals:
  void cancelWanted(rollproof::jobs::JobId job);
  void retryWanted(rollproof::jobs::JobId job);

 private:
  jobs::JobId m_id;
  bool m_retry = false;
  Text* m_glyph;
  Text* m_title;
  Bar* m_bar;
  Text* m_problem;
  Text* m_rate;
  Text* m_done;
  QPushButton* m_button;
};

class JobsPanel : public QWidget {
  Q_OBJECT
 public:
  JobsPanel(session::Session& session, StateFeed& feed, QWidget* parent = nullptr);
  void focusFirst();
  [[nodiscard]] std::vector<JobRow*> rows() const;

 private:
  void showState(const StatePtr& state);

  session::Session& m_session;
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
