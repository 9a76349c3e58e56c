// SPDX-License-Identifier: Apache-2.0
// One verification: how far it is and when it is done; then every roll it found as a tile, what is wrong with what to
// do next, and whether the expected rolls are all there. Threads: GUI thread only. Errors: a verification that could
// not run shows its sentence.
#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QPushButton>
#include <memory>
#include <vector>

#include "core/session/session.h"
#include "ui/cards/roll_tile.h"
#include "ui/cards/verdict_block.h"

namespace rollproof::ui {

class VerifiedRolls : public QAbstractListModel {
  Q_OBJECT
 public:
  struct Row {
    QString name, detail, status;
    QColor colour;      // of the status; invalid: the text's own
    std::string scope;  // relative to what was verified
    bool operator==(const Row&) const = default;
  };
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  void setRows(std::vector<Row> rows);
  [[nodiscard]] const Row& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }

 private:
  std::vector<Row> m_rows;
};

class VerifyPanel : public Panel {
  Q_OBJECT
 public:
  explicit VerifyPanel(QWidget* parent = nullptr);
  void show(const session::VerifyRun& run, const jobs::JobView* job, WallTime now);
  [[nodiscard]] const session::VerifyRun& run() const { return m_run; }
  [[nodiscard]] WallTime startedAt() const { return m_startedAt; }  // when it was first seen at work
  [[nodiscard]] const VerdictBlock& verdict() const { return *m_verdict; }
  [[nodiscard]] VerifiedRolls& rolls() { return m_rolls; }
  [[nodiscard]] QListView& rollList() const { return *m_list; }
  [[nodiscard]] QStringList findings() const;  // all lines now shown
  [[nodiscard]] QString progressLine() const { return m_progress->text(); }
  [[nodiscard]] QPushButton* certificateButton() const { return m_certificate; }
  [[nodiscard]] QPushButton* cancelButton() const { return m_cancel; }

 signals:
  void certificateWanted();
  void cancelWanted(rollproof::jobs::JobId job);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showRunning(const jobs::JobView& job, WallTime now);
  void showReport();
  void showFindings();
  void fitList();

  session::VerifyRun m_run;
  WallTime m_startedAt{};
  bool m_seenAtWork = false;
  VerifiedRolls m_rolls;
  Text* m_name;
  Text* m_path;
  Text* m_counts;
  Bar* m_bar;
  Text* m_progress;
  QListView* m_list;
  QWidget* m_findings = nullptr;
  QVBoxLayout* m_left;
  QPushButton* m_certificate;
  QPushButton* m_cancel;
  VerdictBlock* m_verdict;
};

}  // namespace rollproof::ui
