// SPDX-License-Identifier: Apache-2.0
// The shoot days of the library, newest first, with the rolls of each; "All days" on top.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QAbstractListModel>
#include <optional>
#include <vector>

#include "core/session/session.h"

namespace rollproof::ui {

struct ShootDay {
  std::string project, day;
  std::vector<std::string> rolls;
  std::size_t safe = 0;  // rolls whose verdict is safe
  bool operator==(const ShootDay&) const = default;
};

class DayModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  void setRolls(const std::vector<catalog::RollRow>& rolls);
  // None for "All days".
  [[nodiscard]] std::optional<ShootDay> dayAt(int row) const;

 private:
  std::vector<ShootDay> m_days;
  std::size_t m_rolls = 0;
};

}  // namespace rollproof::ui
