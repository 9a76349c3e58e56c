// SPDX-License-Identifier: Apache-2.0
// The clips of the library as a table; each cell has a value to show and a value to sort by. Scene and take are written
// in their cells. Threads: GUI thread only; thumbnails are fetched on the work queue. Errors: a missing thumbnail stays
// an empty frame.
#pragma once

#include <QAbstractTableModel>
#include <QCollator>
#include <QImage>
#include <QSortFilterProxyModel>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

// Shared: a selection of ten thousand clips is handed to another thread for the price of its pointers.
using ClipPtr = std::shared_ptr<const catalog::ClipRow>;
[[nodiscard]] std::vector<ClipPtr> shareRows(std::vector<catalog::ClipRow> rows);

class ClipModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { picture, clipName, scene, take, start, duration, qc, fps, ei, lens, colour, look, copies, kColumns };
  enum Role { idRole = Qt::UserRole + 1 };

  ClipModel(session::Session& session, WorkQueue& work, QObject* parent = nullptr);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  // What was typed is only told to whoever listens to edited(); the cell changes when the library has it.
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  // Same clips in the same order: their cells change in place. Else the table is new.
  void setRows(std::vector<ClipPtr> rows);
  [[nodiscard]] const catalog::ClipRow& at(int row) const { return *m_rows[static_cast<std::size_t>(row)]; }
  [[nodiscard]] const ClipPtr& shared(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
  [[nodiscard]] const std::vector<ClipPtr>& rows() const { return m_rows; }
  [[nodiscard]] int rowOf(catalog::ClipId id) const;

 signals:
  void edited(const rollproof::ui::ClipPtr& row, const QString& field, const QString& label, const QString& value);

 private:
  [[nodiscard]] QString text(const catalog::ClipRow& row, int column) const;
  [[nodiscard]] QVariant sortValue(const catalog::ClipRow& row, int column) const;
  [[nodiscard]] QVariant thumbnail(const catalog::ClipRow& row) const;

  session::Session& m_session;
  WorkQueue& m_work;
  std::vector<ClipPtr> m_rows;
  std::unordered_map<std::int64_t, int> m_rowOf;  // by clip
  struct Thumbnail {
    bool asked = false;
    QImage image;
  };
  mutable std::map<std::int64_t, Thumbnail> m_thumbnails;  // by clip; filled as rows come into sight
};

// Which clips are shown; an empty part asks for nothing.
struct ClipFilter {
  std::string project, day;
  std::optional<model::QcLevel> level;  // clips with a finding of this level
  std::string code;                     // clips with this finding
  bool operator==(const ClipFilter&) const = default;
  [[nodiscard]] bool ofDay(const catalog::ClipRow& row) const;
  [[nodiscard]] bool takes(const catalog::ClipRow& row) const;
};

// Sorts by the sort value; text as people count, "take 2" before "take 10".
class ClipSorter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit ClipSorter(QObject* parent = nullptr);
  void setFilter(const ClipFilter& filter);
  [[nodiscard]] const ClipFilter& filter() const { return m_filter; }

 protected:
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QCollator m_collator;
  ClipFilter m_filter;
};

}  // namespace rollproof::ui
