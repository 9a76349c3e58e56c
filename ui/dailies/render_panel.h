// SPDX-License-Identifier: Apache-2.0
// The renders that were ordered: a line a clip and preset, how far each is, and what came of it: the file, how far its
// colour is from the exact path, and what it warns of.
// Threads: GUI thread only. Errors: a failed render says why in its line.
#pragma once

#include <QAbstractTableModel>
#include <QPushButton>
#include <QTableView>
#include <QWidget>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class Actions;

class RenderModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { clip, preset, state, done, error, file, remarks, kColumns };
  struct Line {
    jobs::JobId job;
    QString clip, preset, state, done, error, remarks, file;
    std::string path;  // "" until it is there
    QColor ink;        // of the state
    bool operator==(const Line&) const = default;
  };
  using QAbstractTableModel::QAbstractTableModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void show(const session::State& state, WallTime now);
  [[nodiscard]] const Line* at(int row) const;

 private:
  std::vector<Line> m_lines;
};

class RenderPanel : public QWidget {
  Q_OBJECT
 public:
  RenderPanel(session::Session& session, StateFeed& feed, Actions& actions, Seams& seams, QWidget* parent = nullptr);
  [[nodiscard]] QTableView& table() const { return *m_table; }
  [[nodiscard]] RenderModel& renders() { return m_renders; }

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showState(const StatePtr& state);
  void act(const std::string& action);
  void showOffers();  // what can be done with the line that is selected
  void fit();

  session::Session& m_session;
  StateFeed& m_feed;
  RenderModel m_renders;
  Text* m_heading;
  QLabel* m_none;
  QPushButton* m_earlier;
  QPushButton* m_later;
  QPushButton* m_pause;
  QPushButton* m_retry;
  QPushButton* m_cancel;
  QPushButton* m_open;
  QTableView* m_table;
};

}  // namespace rollproof::ui
