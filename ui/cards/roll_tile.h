// SPDX-License-Identifier: Apache-2.0
// One roll, readable at two metres: its name, how far it is, when it is done, and whether the card may be formatted.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QFrame>
#include <QPushButton>
#include <vector>

#include "core/session/session.h"
#include "ui/cards/culprit_panel.h"
#include "ui/cards/verdict_block.h"
#include "ui/theme/text.h"

class QGridLayout;
class QHBoxLayout;

namespace rollproof::ui {

class Panel : public QFrame {  // a rounded lighter-than-base ground
  Q_OBJECT
 public:
  using QFrame::QFrame;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

class RollTile : public Panel {
  Q_OBJECT
 public:
  explicit RollTile(QWidget* parent = nullptr);
  // job: the offload that runs or ran for it in this session, if any. volumes: to name each meter's device.
  void show(const session::Tile& tile, const jobs::JobView* job, WallTime now,
            const std::vector<model::Volume>& volumes);
  [[nodiscard]] const VerdictBlock& verdict() const { return *m_verdict; }
  [[nodiscard]] QString progressLine() const { return m_progress->text(); }
  [[nodiscard]] QPushButton* reportButton() const { return m_report; }
  [[nodiscard]] QPushButton* againButton() const { return m_again; }
  [[nodiscard]] QPushButton* ejectButton() const { return m_eject; }
  [[nodiscard]] CulpritPanel& culprit() const { return *m_culprit; }
  [[nodiscard]] QStringList meterNames() const;

 signals:
  void reportWanted(rollproof::catalog::RollId roll);
  void againWanted(rollproof::jobs::JobId job);
  void ejectWanted(const std::string& mountPoint, const QString& name);

 private:
  struct MeterRow {
    Text* name;
    Bar* bar;
    Text* rate;
    Text* count;
  };
  void showMeters(const std::vector<jobs::MeterView>& meters, const std::vector<model::Volume>& volumes);
  void showCopies(const session::Tile& tile);

  Text* m_roll;
  Text* m_camera;
  Text* m_counts;
  Text* m_known;
  Bar* m_bar;
  Text* m_progress;
  QWidget* m_meterBox;
  QGridLayout* m_meterGrid;
  std::vector<MeterRow> m_meters;
  Text* m_copies;
  QPushButton* m_report;
  QPushButton* m_again;
  QPushButton* m_eject;
  CulpritPanel* m_culprit;
  VerdictBlock* m_verdict;
  std::optional<catalog::RollId> m_rollId;
  std::optional<jobs::JobId> m_jobId;
  std::string m_ejectFrom;
};

// "Copying 63 %", "done", ... for the left column.
[[nodiscard]] QString shortStatus(const session::Tile& tile, const jobs::JobView* job);

}  // namespace rollproof::ui
