// SPDX-License-Identifier: Apache-2.0
// The place of dailies: the day's clips, what they become, where to, and what came of it.
// Threads: GUI thread only; every question to the catalog runs on the work queue. Errors: sentences.
#pragma once

#include <QComboBox>
#include <QLineEdit>
#include <QTableView>
#include <QTimer>
#include <QWidget>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/dailies/burnin_form.h"
#include "ui/dailies/export_panel.h"
#include "ui/dailies/order_panel.h"
#include "ui/dailies/preset_form.h"
#include "ui/dailies/preset_panel.h"
#include "ui/dailies/render_panel.h"
#include "ui/dailies/report_panel.h"
#include "ui/dailies/sample_picture.h"
#include "ui/dailies/sound_panel.h"
#include "ui/library/clip_model.h"
#include "ui/library/day_model.h"

namespace rollproof::ui {

class Actions;

class DailiesPage : public QWidget {
  Q_OBJECT
 public:
  DailiesPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
              QWidget* parent = nullptr);
  [[nodiscard]] QTableView& table() const { return *m_table; }
  [[nodiscard]] QLineEdit& query() const { return *m_query; }
  [[nodiscard]] QComboBox& days() const { return *m_day; }
  [[nodiscard]] PresetPanel& presetPanel() const { return *m_presets; }
  [[nodiscard]] PresetForm& presetForm() const { return *m_form; }
  [[nodiscard]] BurnInForm& burnInForm() const { return *m_burnInForm; }
  [[nodiscard]] OrderPanel& orderPanel() const { return *m_order; }
  [[nodiscard]] ExportPanel& exportPanel() const { return *m_export; }
  [[nodiscard]] RenderPanel& renderPanel() const { return *m_renders; }
  [[nodiscard]] ReportPanel& reportPanel() const { return *m_report; }
  [[nodiscard]] SoundPanel& soundPanel() const { return *m_sound; }
  [[nodiscard]] SamplePicture& sample() const { return *m_sample; }
  [[nodiscard]] QString unfinishedShown() const;  // "" = no order of an earlier run waits

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeSide(Actions& actions);
  QWidget* makeCentre(StateFeed& feed, Actions& actions, Seams& seams);
  QWidget* makeRight(Actions& actions, Seams& seams);
  QWidget* makeUnfinished(Actions& actions);
  void reload();
  void showFiltered();
  void showChosen();
  void render();
  void askNames();
  void openTemplate();
  void takeFraming(const std::string& path);
  void askUnfinished();
  [[nodiscard]] std::vector<ClipPtr> selected() const;
  [[nodiscard]] ClipPtr current() const;
  void fit();

  session::Session& m_session;
  StateFeed& m_feed;
  WorkQueue& m_work;
  ClipModel m_clips;
  ClipSorter m_sorter;
  DayModel m_dayModel;
  QLineEdit* m_query;
  QComboBox* m_day;
  Text* m_count;
  QTableView* m_table;
  QWidget* m_empty;
  QWidget* m_unfinished;
  Text* m_unfinishedText;
  std::vector<session::UnfinishedRenders> m_waiting;
  PresetPanel* m_presets;
  PresetForm* m_form;
  BurnInForm* m_burnInForm;
  OrderPanel* m_order;
  ExportPanel* m_export;
  ReportPanel* m_report;
  SoundPanel* m_sound;
  RenderPanel* m_renders;
  SamplePicture* m_sample;
  QTimer m_typing;
  Latest m_number;
};

}  // namespace rollproof::ui
