// SPDX-License-Identifier: Apache-2.0
// The loader's place: drop a drive or a folder, and every roll on it is proven against what was sealed, counted against
// what was expected, and certified on paper.
// Threads: GUI thread only; every look at a disk and every file written runs on the work queue. Errors: sentences.
#pragma once

#include <QAbstractListModel>
#include <QCheckBox>
#include <QListView>
#include <QPlainTextEdit>
#include <QWidget>
#include <map>
#include <vector>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/cards/desk_column.h"
#include "ui/verify/verify_panel.h"

class QVBoxLayout;

namespace rollproof::ui {

class Actions;

class VolumeModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  void setVolumes(const std::vector<model::Volume>& volumes);
  [[nodiscard]] const model::Volume& at(int row) const { return m_volumes[static_cast<std::size_t>(row)]; }

 private:
  std::vector<model::Volume> m_volumes;
};

class VerifyPage : public QWidget {
  Q_OBJECT
 public:
  VerifyPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
             QWidget* parent = nullptr);
  void verify(const std::string& path);
  void hover();
  void endHover();
  void dropFile(const std::string& path);  // a folder or a manifest is verified, any other file is a list of rolls
  void focusDrives();
  [[nodiscard]] VolumeModel& volumes() { return m_volumes; }
  [[nodiscard]] QListView& driveList() const { return *m_driveList; }
  [[nodiscard]] QPlainTextEdit& expected() const { return *m_expected; }
  [[nodiscard]] QString expectedNote() const { return m_expectedNote->text(); }
  [[nodiscard]] QCheckBox& seal() const { return *m_seal; }
  [[nodiscard]] std::vector<VerifyPanel*> panels() const;

 signals:
  void said(const QString& sentence);

 private:
  QWidget* makeSide(Actions& actions);
  QWidget* makeBoard(Actions& actions);
  void fitDrives();
  void readList(const std::string& path);
  void showExpected();
  void showState(const StatePtr& state);
  void certify(const VerifyPanel& panel);
  [[nodiscard]] VerifyPanel* currentPanel() const;

  session::Session& m_session;
  StateFeed& m_feed;
  WorkQueue& m_work;
  Seams& m_seams;
  VolumeModel m_volumes;
  QListView* m_driveList;
  QPlainTextEdit* m_expected;
  QLabel* m_expectedNote;
  QPushButton* m_forgetList;
  QCheckBox* m_seal;
  QWidget* m_empty;
  QVBoxLayout* m_board;
  DropHint* m_hint;
  std::map<std::uint64_t, VerifyPanel*> m_panels;  // by job
  std::vector<std::uint64_t> m_order;              // from the top
  std::vector<session::ExpectedRoll> m_list;       // what is typed or was read from a file
  QString m_listName;                              // the file's; "" typed
  bool m_listBad = false;                          // what is typed names no roll
};

}  // namespace rollproof::ui
