// SPDX-License-Identifier: Apache-2.0
// The production sound of the chosen clips: which recording each has, at which sample it begins, how far it was moved
// by hand, and why a clip has none. Threads: GUI thread only; folders are read on the work queue. Errors: a sentence,
// and the reason in the clip's line.
#pragma once

#include <QAbstractTableModel>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QWidget>
#include <map>

#include "core/session/sound_sync.h"
#include "ui/bridge/seams.h"
#include "ui/bridge/work_queue.h"
#include "ui/library/clip_model.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class Actions;

class SoundModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { clip, recording, roll, timecode, offset, moved, drift, tracks, remarks, kColumns };
  struct Line {
    ClipPtr row;
    std::optional<dailies::ProductionSound> sound;
    QString remarks;  // of the last search: why none, or what to know of it
  };
  using QAbstractTableModel::QAbstractTableModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  // Frames to move a clip's sound by; refused unless it is a number.
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  void show(std::vector<Line> lines);
  [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }

 signals:
  void movedByHand(const ClipPtr& row, double frames);
  void refused(const QString& sentence);

 private:
  std::vector<Line> m_lines;
};

class SoundPanel : public QWidget {
  Q_OBJECT
 public:
  SoundPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent = nullptr);
  // Those whose sound is shown, searched for and taken away.
  void setClips(std::vector<ClipPtr> clips);
  // Chooses a folder of recordings, then looks for the clips' sound in it.
  void find();
  void forget();
  [[nodiscard]] QTableView& table() const { return *m_table; }
  [[nodiscard]] SoundModel& sounds() { return m_sounds; }
  [[nodiscard]] QCheckBox& anyDay() const { return *m_anyDay; }
  [[nodiscard]] QString outcome() const { return m_outcome->text(); }

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void search(const std::string& folder);
  void reload();
  void fit();

  session::Session& m_session;
  WorkQueue& m_work;
  Seams& m_seams;
  std::vector<ClipPtr> m_clips;
  std::map<std::int64_t, QString> m_remarks;  // by clip id, of the last search
  Latest m_number;
  bool m_searching = false;
  SoundModel m_sounds;
  Text* m_heading;
  QCheckBox* m_anyDay;
  QPushButton* m_find;
  QPushButton* m_forget;
  QLabel* m_outcome;
  QTableView* m_table;
};

}  // namespace rollproof::ui
