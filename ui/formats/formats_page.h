// SPDX-License-Identifier: Apache-2.0
// The place of camera formats: clips that the same camera recorded the same way, with the colour, look and framing that
// hold for all of them and for the cards to come. Threads: GUI thread only; every question to the catalog runs on the
// work queue. Errors: a value that is refused is told as a sentence and the cell goes back.
#pragma once

#include <QTableView>
#include <QWidget>

#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/formats/format_model.h"

namespace rollproof::ui {

class Actions;

class FormatsPage : public QWidget {
  Q_OBJECT
 public:
  FormatsPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, QWidget* parent = nullptr);
  [[nodiscard]] FormatModel& formats() { return m_formats; }
  [[nodiscard]] QTableView& table() { return *m_table; }

 signals:
  void said(const QString& sentence);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void reload();
  void fit();

  session::Session& m_session;
  WorkQueue& m_work;
  FormatModel m_formats;
  QTableView* m_table;
  QWidget* m_filled;
  QWidget* m_empty;
  QStringList m_spaces, m_looks;  // to choose from
  Latest m_number;
};

}  // namespace rollproof::ui
