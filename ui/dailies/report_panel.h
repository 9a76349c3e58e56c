// SPDX-License-Identifier: Apache-2.0
// The day on paper: the day, dailies or camera report of the day that is shown, as PDF, HTML or CSV.
// Threads: GUI thread only; the report is gathered and laid out on the work queue. Errors: a sentence.
#pragma once

#include <QComboBox>
#include <QPushButton>
#include <QWidget>
#include <string>

#include "core/session/session.h"
#include "ui/bridge/seams.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

class Actions;

class ReportPanel : public QWidget {
  Q_OBJECT
 public:
  ReportPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent = nullptr);
  // "" = all; `query` narrows further, as in the search above.
  void setScope(const std::string& project, const std::string& day, const std::string& query);
  void save();
  [[nodiscard]] QComboBox& kinds() const { return *m_kind; }

 signals:
  void said(const QString& sentence);

 private:
  session::Session& m_session;
  WorkQueue& m_work;
  Seams& m_seams;
  std::string m_project, m_day, m_query;
  QComboBox* m_kind;
  QPushButton* m_save;
};

}  // namespace rollproof::ui
