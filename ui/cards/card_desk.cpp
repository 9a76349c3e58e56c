// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/card_desk.h"

#include <algorithm>

#include "core/base/path.h"
#include "ui/bridge/format.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

namespace {

QString lastName(const std::string& path) {
  const std::string name = path::fileName(path);
  return shown(name.empty() ? path : name);
}

// The mounted volume a path lies on: the deepest mount point above it.
std::optional<model::Volume> volumeUnder(const std::string& path, const std::vector<model::Volume>& volumes) {
  const model::Volume* best = nullptr;
  for (const auto& volume : volumes) {
    if (path::isWithin(path, volume.mountPoint) && (!best || volume.mountPoint.size() > best->mountPoint.size()))
      best = &volume;
  }
  return best ? std::optional(*best) : std::nullopt;
}

bool sameForEyes(const std::optional<model::Volume>& a, const std::optional<model::Volume>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a ||
         (a->mountPoint == b->mountPoint && a->label == b->label && a->freeBytes / 1000000 == b->freeBytes / 1000000 &&
          a->totalBytes == b->totalBytes && a->device.id == b->device.id && a->readOnly == b->readOnly);
}

QString driveTitle(const DriveItem& item) {
  if (!item.chosen && item.volume && !item.volume->label.empty()) return shown(item.volume->label);
  return lastName(item.path);
}

QString driveDetail(const DriveItem& item) {
  if (item.missing) return QStringLiteral("not here now · ") + shown(item.path);
  if (!item.volume) return shown(item.path);
  QStringList parts;
  parts << bytesText(item.volume->freeBytes) + QStringLiteral(" free") << shown(item.volume->fileSystem);
  if (item.volume->readOnly) parts << QStringLiteral("read-only");
  if (!item.volume->device.description.empty()) parts << shown(item.volume->device.description);
  if (!item.volume->device.durable) parts << QStringLiteral("memory, not a disk");
  return parts.join(QStringLiteral(" · "));
}

}  // namespace

std::string CardItem::roll() const {
  if (!rollName.empty()) return rollName;
  if (!card.reel.empty()) return path::display(card.reel);
  return path::display(path::fileName(path));
}

int CardModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant CardModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const CardItem& item = at(index.row());
  const auto detail = [&] {
    if (item.state == CardItem::State::reading) return QStringLiteral("Looking…");
    if (item.state == CardItem::State::failed) return item.problem;
    QStringList parts;
    if (!item.card.camera.empty()) parts << shown(item.card.camera);
    parts << counted(item.card.clips.size(), "clip", "clips") << bytesText(item.card.bytes);
    return parts.join(QStringLiteral(" · "));
  };
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return shown(item.roll());
    case kDetailRole:
      return detail();
    case kStatusRole:
      return item.status;
    case Qt::ToolTipRole:
      return shown(item.path);
    case Qt::AccessibleTextRole:
      return QStringList{shown(item.roll()), detail(), item.status}.join(QStringLiteral(", "));
    default:
      return {};
  }
}

int CardModel::rowOf(const std::string& path) const {
  const auto found = std::find_if(m_items.begin(), m_items.end(), [&](const auto& item) { return item.path == path; });
  return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

int CardModel::add(const std::string& path, bool mounted) {
  if (const int row = rowOf(path); row >= 0) return row;
  const int row = rowCount();
  beginInsertRows({}, row, row);
  CardItem item;
  item.path = path;
  item.mounted = mounted;
  m_items.push_back(std::move(item));
  endInsertRows();
  return row;
}

void CardModel::remove(int row) {
  if (row < 0 || row >= rowCount()) return;
  beginRemoveRows({}, row, row);
  m_items.erase(m_items.begin() + row);
  endRemoveRows();
}

void CardModel::changed(int row) { emit dataChanged(index(row), index(row)); }

void CardModel::setRead(const std::string& path, const Result<model::Card>& card) {
  const int row = rowOf(path);
  if (row < 0) return;  // taken off the list meanwhile
  CardItem& item = m_items[static_cast<std::size_t>(row)];
  item.state = card ? CardItem::State::ready : CardItem::State::failed;
  if (card) item.card = *card;
  item.problem = card ? QString() : sentence(card.error());
  changed(row);
}

void CardModel::setRollName(int row, const std::string& name) {
  if (row < 0 || row >= rowCount() || at(row).rollName == name) return;
  m_items[static_cast<std::size_t>(row)].rollName = name;
  changed(row);
}

void CardModel::setStatus(int row, const QString& status) {
  if (row < 0 || row >= rowCount() || at(row).status == status) return;
  m_items[static_cast<std::size_t>(row)].status = status;
  changed(row);
}

int DriveModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant DriveModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const DriveItem& item = at(index.row());
  const QString badge = item.destination > 0 ? QStringLiteral("Destination %1").arg(item.destination) : QString();
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return driveTitle(item);
    case kDetailRole:
      return driveDetail(item);
    case kBadgeRole:
      return badge;
    case kFractionRole:
      if (!item.volume || item.volume->totalBytes == 0) return {};
      return 1.0 - static_cast<double>(item.volume->freeBytes) / static_cast<double>(item.volume->totalBytes);
    case Qt::ToolTipRole:
      return shown(item.path);
    case Qt::AccessibleTextRole:
      return QStringList{driveTitle(item), driveDetail(item), badge.isEmpty() ? QStringLiteral("not used") : badge}
          .join(QStringLiteral(", "));
    default:
      return {};
  }
}

int DriveModel::rowOf(const std::string& path) const {
  const auto found = std::find_if(m_items.begin(), m_items.end(), [&](const auto& item) { return item.path == path; });
  return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

void DriveModel::choose(const std::string& path) {
  int row = rowOf(path);
  if (row < 0) {
    row = rowCount();
    std::vector<model::Volume> known;
    for (const auto& item : m_items)
      if (item.volume) known.push_back(*item.volume);
    beginInsertRows({}, row, row);
    DriveItem item;
    item.path = path;
    item.chosen = true;
    item.volume = volumeUnder(path, known);
    m_items.push_back(std::move(item));
    endInsertRows();
  }
  if (at(row).destination == 0) toggle(row);
}

void DriveModel::toggle(int row) {
  if (row < 0 || row >= rowCount()) return;
  auto& item = m_items[static_cast<std::size_t>(row)];
  item.destination = item.destination > 0 ? 0 : rowCount() + 1;  // behind all others; renumber() closes the gaps
  renumber();
  emit dataChanged(index(0), index(rowCount() - 1));
  emit destinationsChanged();
}

void DriveModel::renumber() {
  std::vector<DriveItem*> used;
  for (auto& item : m_items)
    if (item.destination > 0) used.push_back(&item);
  std::stable_sort(used.begin(), used.end(),
                   [](const auto* a, const auto* b) { return a->destination < b->destination; });
  int number = 0;
  for (auto* item : used) item->destination = ++number;
}

void DriveModel::setVolumes(const std::vector<model::Volume>& volumes, const std::vector<std::string>& missing) {
  bool lostDestination = false;
  for (int row = rowCount() - 1; row >= 0; --row) {
    const DriveItem& item = at(row);
    const bool mounted =
        std::any_of(volumes.begin(), volumes.end(), [&](const auto& v) { return v.mountPoint == item.path; });
    if (item.chosen || mounted) continue;
    lostDestination = lostDestination || item.destination > 0;
    beginRemoveRows({}, row, row);
    m_items.erase(m_items.begin() + row);
    endRemoveRows();
  }
  for (const auto& volume : volumes) {
    // What cannot hold a copy is not offered; it can still be chosen by hand, and then says why not.
    if (volume.readOnly || !volume.device.durable || rowOf(volume.mountPoint) >= 0) continue;
    const int row = rowCount();
    beginInsertRows({}, row, row);
    DriveItem item;
    item.path = volume.mountPoint;
    m_items.push_back(std::move(item));
    endInsertRows();
  }
  for (int row = 0; row < rowCount(); ++row) {
    DriveItem& item = m_items[static_cast<std::size_t>(row)];
    const bool gone = std::find(missing.begin(), missing.end(), item.path) != missing.end();
    auto volume = gone ? std::nullopt : volumeUnder(item.path, volumes);
    if (sameForEyes(volume, item.volume) && gone == item.missing) continue;
    item.volume = std::move(volume);
    item.missing = gone;
    emit dataChanged(index(row), index(row));
  }
  if (!lostDestination) return;
  renumber();
  emit destinationsChanged();
}

std::vector<std::string> DriveModel::destinations() const {
  std::vector<const DriveItem*> used;
  for (const auto& item : m_items)
    if (item.destination > 0) used.push_back(&item);
  std::sort(used.begin(), used.end(), [](const auto* a, const auto* b) { return a->destination < b->destination; });
  std::vector<std::string> paths;
  for (const auto* item : used) paths.push_back(item->path);
  return paths;
}

}  // namespace rollproof::ui
