// SPDX-License-Identifier: Apache-2.0
// Camera formats as a table; what holds for all clips of one is written in its cells.
// Threads: GUI thread only. Errors: none; whoever listens to edited() keeps it or not.
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/session/session.h"

namespace rollproof::ui {

class FormatModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { project, letter, camera, mode, codec, squeeze, clips, first, space, look, framing, label, kColumns };
  using QAbstractTableModel::QAbstractTableModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void setRows(std::vector<catalog::FormatRow> rows);
  [[nodiscard]] const catalog::FormatRow& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }

 signals:
  // field as Session::setFormat takes it
  void edited(rollproof::catalog::FormatId format, const QString& field, const QString& value);

 private:
  std::vector<catalog::FormatRow> m_rows;
};

}  // namespace rollproof::ui
