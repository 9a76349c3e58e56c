// SPDX-License-Identifier: Apache-2.0
// What lies on the desk: cards to copy and drives to copy to, as list models. Rows can be dragged: they carry their
// path as a file URL, exact to the byte, so that a row and a folder from outside are dropped alike. Threads: GUI thread
// only. Errors: none; a card that could not be read keeps its sentence.
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
  enum class Details { none, reading, read, failed };  // what the files say, after what their names say
  Details details = Details::none;
  std::uint64_t readings = 0;  // grows with each new answer
  model::Card card;
  std::string rollName;  // what a person typed over the card's own suggestion; "" = the suggestion
  QString problem;
  QString status;  // "Copying 63 %", "✔ SAFE", "" before the first copy
  bool mounted = false;
  std::optional<model::Volume> volume;        // when the card is a whole volume
  std::optional<session::Recognition> known;  // what the catalog remembers of it; none before it was asked
  bool checking = false;                      // Return was pressed: a last look before the first byte

  // The name to show and to copy under.
  [[nodiscard]] std::string roll() const;
};

// "✔ Already safe ...": the sentence of a recognised card with its sign; "" for a card never seen.
[[nodiscard]] QString knownText(const CardItem& item);

class CardModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
  [[nodiscard]] QStringList mimeTypes() const override;

  int add(const std::string& path, bool mounted);  // its row; the row it already has
  void remove(int row);
  [[nodiscard]] const CardItem& at(int row) const { return m_items[static_cast<std::size_t>(row)]; }
  [[nodiscard]] int rowOf(const std::string& path) const;
  void setRead(const std::string& path, const Result<model::Card>& card);
  void setReadingDetails(const std::string& path);
  // The same card with what its files say; a failure leaves what is known.
  void setDetails(const std::string& path, Result<model::Card> card);
  void setRollName(int row, const std::string& name);
  void setStatus(int row, const QString& status);
  void setKnown(const std::string& path, const std::optional<session::Recognition>& known);
  void setChecking(int row, bool checking);
  void setVolumes(const std::vector<model::Volume>& volumes);

 private:
  void changed(int row);
  std::vector<CardItem> m_items;
};

struct DriveItem {
  std::string path;      // mount point, or a chosen folder
  bool chosen = false;   // by a person; stays when the volume list changes
  bool missing = false;  // remembered from another day, not there now
  std::optional<model::Volume> volume;
  int destination = 0;  // 1, 2, ...; 0 not used
};

// Destinations stand on top in their order, the drives that are not used below them.
class DriveModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
  [[nodiscard]] QStringList mimeTypes() const override;

  // Makes the drive or folder a destination before row `before` (one of them, or nullopt: behind them all). One that is
  // a destination already moves only when `before` is said.
  void choose(const std::string& path, std::optional<int> before = std::nullopt);
  void leave(int row);         // no destination any more
  void toggle(int row);        // the one or the other
  void move(int row, int by);  // a destination, among the destinations
  void remove(const std::string& path);
  void setVolumes(const std::vector<model::Volume>& volumes, const std::vector<std::string>& missing);
  [[nodiscard]] std::vector<std::string> destinations() const;  // Destination 1 first
  [[nodiscard]] const DriveItem& at(int row) const { return m_items[static_cast<std::size_t>(row)]; }
  [[nodiscard]] int rowOf(const std::string& path) const;

 signals:
  void destinationsChanged();

 private:
  [[nodiscard]] int used() const;  // how many destinations
  void moveRow(int from, int to);  // `to`: where it stands afterwards
  void removeRow(int row);
  void renumber(int destinations);
  std::vector<DriveItem> m_items;
};

// A volume in two lines: "18.2 TB free of 20.0 TB · exfat · read-only", and the device under it.
[[nodiscard]] QString volumeDetail(const model::Volume& volume);
[[nodiscard]] QString deviceLine(const std::optional<model::Volume>& volume);

// The mounted volume a path lies on: the deepest mount point above it.
[[nodiscard]] std::optional<model::Volume> volumeUnder(const std::string& path,
                                                       const std::vector<model::Volume>& volumes);

}  // namespace rollproof::ui
