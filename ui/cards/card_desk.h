// SPDX-License-Identifier: Apache-2.0
// What lies on the desk: cards to copy and drives to copy to, as list models.
// Threads: GUI thread only. Errors: none; a card that could not be read keeps its sentence.
#pragma once

#include <QAbstractListModel>
#include <optional>
#include <string>
#include <vector>

#include "core/model/card.h"
#include "core/session/session.h"

namespace rollproof::ui {

struct CardItem {
  enum class State { reading, ready, failed };
  std::string path;
  State state = State::reading;
  model::Card card;
  std::string rollName;  // what a person typed over the card's own suggestion; "" = the suggestion
  QString problem;
  QString status;  // "Copying 63 %", "✔ SAFE", "" before the first copy
  bool mounted = false;

  // The name to show and to copy under.
  [[nodiscard]] std::string roll() const;
};

class CardModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

  int add(const std::string& path, bool mounted);  // its row; the row it already has
  void remove(int row);
  [[nodiscard]] const CardItem& at(int row) const { return m_items[static_cast<std::size_t>(row)]; }
  [[nodiscard]] int rowOf(const std::string& path) const;
  void setRead(const std::string& path, const Result<model::Card>& card);
  void setRollName(int row, const std::string& name);
  void setStatus(int row, const QString& status);

 private:
  void changed(int row);
  std::vector<CardItem> m_items;
};

struct DriveItem {
  std::string path;      // mount point, or a chosen folder
  bool chosen = false;   // by a person; stays when the volume list changes
  bool missing = false;  // remembered from another day, not there now
  std::optional<model::Volume> volume;
  int destination = 0;  // 1, 2, ... in order of choosing; 0 not used
};

class DriveModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

  // Adds a folder as the next destination (or makes the drive that is already listed one).
  void choose(const std::string& path);
  void toggle(int row);
  void setVolumes(const std::vector<model::Volume>& volumes, const std::vector<std::string>& missing);
  [[nodiscard]] std::vector<std::string> destinations() const;  // Destination 1 first
  [[nodiscard]] const DriveItem& at(int row) const { return m_items[static_cast<std::size_t>(row)]; }

 signals:
  void destinationsChanged();

 private:
  [[nodiscard]] int rowOf(const std::string& path) const;
  void renumber();
  std::vector<DriveItem> m_items;
};

}  // namespace rollproof::ui
