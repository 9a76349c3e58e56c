// SPDX-License-Identifier: Apache-2.0
// The clips of the library as a table; each cell has a value to show and a value to sort by.
// Threads: GUI thread only; thumbnails are fetched on the work queue. Errors: a missing thumbnail stays an empty frame.
#pragma once

#include <QAbstractTableModel>
#include <QCollator>
#include <QImage>
#include <QSortFilterProxyModel>
#include <map>
#include <vector>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

class ClipModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { picture, clipName, scene, take, start, duration, fps, ei, lens, colour, look, copies, kColumns };
  enum Role { sortRole = Qt::UserRole + 1, idRole, safeRole };

  ClipModel(session::Session& session, WorkQueue& work, QObject* parent = nullptr);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  // Same clips in the same order: their cells change in place. Else the table is new.
  void setRows(std::vector<catalog::ClipRow> rows);
  [[nodiscard]] const catalog::ClipRow& at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
  [[nodiscard]] int rowOf(catalog::ClipId id) const;

 private:
  [[nodiscard]] QString text(const catalog::ClipRow& row, int column) const;
  [[nodiscard]] QVariant sortValue(const catalog::ClipRow& row, int column) const;
  [[nodiscard]] QVariant thumbnail(const catalog::ClipRow& row) const;

  session::Session& m_session;
  WorkQueue& m_work;
  std::vector<catalog::ClipRow> m_rows;
  struct Thumbnail {
    bool asked = false;
    QImage image;
  };
  mutable std::map<std::int64_t, Thumbnail> m_thumbnails;  // by clip; filled as rows come into sight
};

// Sorts by the sort value; text as people count, "take 2" before "take 10".
class ClipSorter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit ClipSorter(QObject* parent = nullptr);

 protected:
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QCollator m_collator;
};

[[nodiscard]] QString rateLabel(const FrameRate& rate);  // "24", "23.976"

}  // namespace rollproof::ui
