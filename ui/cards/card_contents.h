// SPDX-License-Identifier: Apache-2.0
// What is on a card before it is copied: its clips as recognised, a line each, and what is odd about it. Names are
// there at once; what the files say joins them when they were read. Threads: GUI thread only. Errors: none; a card that
// could not be read shows what its names say.
#pragma once

#include <QAbstractTableModel>
#include <QFrame>
#include <QTableView>

#include "ui/cards/card_desk.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class ContentsModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { clipName, start, duration, fps, resolution, codec, ei, lens, colour, bytes, odd, kColumns };
  using QAbstractTableModel::QAbstractTableModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void setClips(std::vector<model::Clip> clips);

 private:
  std::vector<model::Clip> m_clips;
};

class CardContents : public QFrame {
  Q_OBJECT
 public:
  explicit CardContents(QWidget* parent = nullptr);
  void show(const CardItem& item);
  [[nodiscard]] ContentsModel& clips() { return m_clips; }
  [[nodiscard]] QTableView& table() { return *m_table; }
  [[nodiscard]] QString heading() const { return m_heading->text(); }
  [[nodiscard]] QString odd() const { return m_odd->text(); }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit();

  ContentsModel m_clips;
  Text* m_heading;
  Text* m_state;
  QLabel* m_odd;
  QTableView* m_table;
  std::string m_path;
  std::uint64_t m_shown = 0;  // CardItem::readings of what is shown
};

}  // namespace rollproof::ui
