// SPDX-License-Identifier: Apache-2.0
// The place where clips are found, seen through their colour, described and made into proxies.
// Threads: GUI thread only; every question to the catalog runs on the work queue. Errors: shown as a sentence.
#pragma once

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QTableView>
#include <QTimer>
#include <QWidget>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/inspector/inspector.h"
#include "ui/library/clip_edits.h"
#include "ui/library/clip_model.h"
#include "ui/library/day_model.h"
#include "ui/library/qc_bar.h"
#include "ui/library/spec_form.h"
#include "ui/viewer/viewer.h"

class QPushButton;
class QStackedLayout;

namespace rollproof::ui {

class Actions;

class LibraryPage : public QWidget {
  Q_OBJECT
 public:
  LibraryPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
              QWidget* parent = nullptr);
  ~LibraryPage() override;
  [[nodiscard]] QLineEdit* searchField() const { return m_search; }  // stands in the top bar
  [[nodiscard]] ClipModel& clips() { return m_clips; }
  [[nodiscard]] QTableView& table() { return *m_table; }
  [[nodiscard]] QcBar& qcBar() { return *m_qc; }
  [[nodiscard]] SpecForm& specForm() { return *m_spec; }
  [[nodiscard]] ClipEdits& edits() { return m_edits; }
  [[nodiscard]] Viewer& viewer() { return *m_viewer; }
  [[nodiscard]] Inspector& inspector() { return *m_inspector; }
  void find();

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeDays();
  QWidget* makeCentre(Actions& actions);
  void reload();
  void showRows();
  void showCurrent();
  void showFiltered();
  void makeEdits(Actions& actions);
  void editSpec();
  [[nodiscard]] ClipPtr current() const;
  [[nodiscard]] std::vector<ClipPtr> selectedClips() const;
  void makeProxies();
  void applyLook();
  void fitColumns();

  session::Session& m_session;
  WorkQueue& m_work;
  Seams& m_seams;
  ClipModel m_clips;
  ClipSorter m_sorter;
  ClipEdits m_edits;
  DayModel m_days;
  std::vector<ClipPtr> m_found;  // what the search gave, of all days
  std::vector<catalog::RollRow> m_rolls;
  QLineEdit* m_search;
  QListView* m_dayList;
  QTableView* m_table;
  QWidget* m_tableBox;
  QWidget* m_noClips;
  QWidget* m_noMatch;
  QWidget* m_centre;
  Text* m_count;
  QcBar* m_qc;
  SpecForm* m_spec;
  QComboBox* m_preset;
  QPushButton* m_folderButton;
  std::string m_proxyFolder;  // "" = beside the roll
  Viewer* m_viewer;
  Inspector* m_inspector;
  QTimer m_typing;
  Latest m_number;
  bool m_everAsked = false;
};

}  // namespace rollproof::ui
