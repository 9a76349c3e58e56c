// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/card_desk.h"

#include <QMimeData>
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
  return item.volume ? volumeDetail(*item.volume) : shown(item.path);
}

QString cardDevice(const CardItem& item) {
  if (!item.volume) return shown(item.path);
  QStringList parts;
  if (!item.volume->label.empty()) parts << shown(item.volume->label);
  parts << shown(item.volume->fileSystem);
  if (item.volume->readOnly) parts << QStringLiteral("read-only");
  if (const QString device = deviceLine(item.volume); !device.isEmpty()) parts << device;
  return parts.join(QStringLiteral(" · "));
}

QString cardStatus(const CardItem& item) {
  if (item.checking) return QStringLiteral("Looking before copying…");
  return item.status.isEmpty() ? knownText(item) : item.status;
}

QMimeData* fileUrls(const std::vector<std::string>& paths) {
  auto* mime = new QMimeData;
  QByteArray list;
  for (const auto& path : paths) list += fileUrl(path) + "\r\n";
  mime->setData(QStringLiteral("text/uri-list"), list);
  return mime;
}

}  // namespace

QString volumeDetail(const model::Volume& volume) {
  QStringList parts;
  parts << bytesText(volume.freeBytes) + QStringLiteral(" free of ") + bytesText(volume.totalBytes)
        << shown(volume.fileSystem);
  if (volume.readOnly) parts << QStringLiteral("read-only");
  return parts.join(QStringLiteral(" · "));
}

QString deviceLine(const std::optional<model::Volume>& volume) {
  if (!volume) return {};
  if (!volume->device.durable) return QStringLiteral("memory, not a disk");
  return shown(volume->device.description);
}

std::optional<model::Volume> volumeUnder(const std::string& path, const std::vector<model::Volume>& volumes) {
  const model::Volume* best = nullptr;
  for (const auto& volume : volumes) {
    if (path::isWithin(path, volume.mountPoint) && (!best || volume.mountPoint.size() > best->mountPoint.size()))
      best = &volume;
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::string CardItem::roll() const {
  if (!rollName.empty()) return rollName;
  if (!card.reel.empty()) return path::display(card.reel);
  return path::display(path::fileName(path));
}

QString knownText(const CardItem& item) {
  if (!item.known || item.known->text.empty()) return {};
  const char* sign = "";
  switch (item.known->known) {
    case session::Known::unknown:
      return {};
    case session::Known::alreadySafe:
      sign = "✔ ";
      break;
    case session::Known::offloaded:
      sign = "◌ ";
      break;
    case session::Known::changedSince:
    case session::Known::otherContent:
      sign = "≠ ";
      break;
  }
  QString text = shown(item.known->text);
  text[0] = text[0].toUpper();
  return QString::fromUtf8(sign) + text;
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
    case kIdentityRole:
      return cardDevice(item);
    case kStatusRole:
      return cardStatus(item);
    case Qt::ToolTipRole: {
      QStringList lines{shown(item.path), cardDevice(item), cardStatus(item)};
      lines.removeAll(QString());
      return lines.join(QLatin1Char('\n'));
    }
    case Qt::AccessibleTextRole: {
      QStringList parts{shown(item.roll()), detail(), cardDevice(item), cardStatus(item)};
      parts.removeAll(QString());
      return parts.join(QStringLiteral(", "));
    }
    default:
      return {};
  }
}

Qt::ItemFlags CardModel::flags(const QModelIndex& index) const {
  return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList CardModel::mimeTypes() const { return {QStringLiteral("text/uri-list")}; }

QMimeData* CardModel::mimeData(const QModelIndexList& indexes) const {
  std::vector<std::string> paths;
  for (const auto& index : indexes) paths.push_back(at(index.row()).path);
  return fileUrls(paths);
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
  ++item.readings;
  changed(row);
}

void CardModel::setReadingDetails(const std::string& path) {
  const int row = rowOf(path);
  if (row < 0) return;
  CardItem& item = m_items[static_cast<std::size_t>(row)];
  item.details = CardItem::Details::reading;
  ++item.readings;
  changed(row);
}

void CardModel::setDetails(const std::string& path, Result<model::Card> card) {
  const int row = rowOf(path);
  if (row < 0) return;
  CardItem& item = m_items[static_cast<std::size_t>(row)];
  item.details = card ? CardItem::Details::read : CardItem::Details::failed;
  if (card) item.card = std::move(*card);
  ++item.readings;
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

void CardModel::setKnown(const std::string& path, const std::optional<session::Recognition>& known) {
  const int row = rowOf(path);
  if (row < 0) return;
  m_items[static_cast<std::size_t>(row)].known = known;
  changed(row);
}

void CardModel::setChecking(int row, bool checking) {
  if (row < 0 || row >= rowCount() || at(row).checking == checking) return;
  m_items[static_cast<std::size_t>(row)].checking = checking;
  changed(row);
}

void CardModel::setVolumes(const std::vector<model::Volume>& volumes) {
  for (int row = 0; row < rowCount(); ++row) {
    CardItem& item = m_items[static_cast<std::size_t>(row)];
    auto volume = volumeUnder(item.path, volumes);
    if (volume && volume->mountPoint != item.path) volume.reset();
    if (sameForEyes(volume, item.volume)) continue;
    item.volume = std::move(volume);
    changed(row);
  }
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
    case kIdentityRole:
      return item.missing ? QString() : deviceLine(item.volume);
    case kBadgeRole:
      return badge;
    case kFractionRole:
      if (!item.volume || item.volume->totalBytes == 0) return {};
      return 1.0 - static_cast<double>(item.volume->freeBytes) / static_cast<double>(item.volume->totalBytes);
    case Qt::ToolTipRole: {
      QStringList lines{shown(item.path), deviceLine(item.volume)};
      lines.removeAll(QString());
      return lines.join(QLatin1Char('\n'));
    }
    case Qt::AccessibleTextRole: {
      QStringList parts{driveTitle(item), driveDetail(item), deviceLine(item.volume),
                        badge.isEmpty() ? QStringLiteral("not used") : badge};
      parts.removeAll(QString());
      return parts.join(QStringLiteral(", "));
    }
    default:
      return {};
  }
}

Qt::ItemFlags DriveModel::flags(const QModelIndex& index) const {
  return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList DriveModel::mimeTypes() const { return {QStringLiteral("text/uri-list")}; }

QMimeData* DriveModel::mimeData(const QModelIndexList& indexes) const {
  std::vector<std::string> paths;
  for (const auto& index : indexes) paths.push_back(at(index.row()).path);
  return fileUrls(paths);
}

int DriveModel::rowOf(const std::string& path) const {
  const auto found = std::find_if(m_items.begin(), m_items.end(), [&](const auto& item) { return item.path == path; });
  return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

int DriveModel::used() const {
  return static_cast<int>(
      std::count_if(m_items.begin(), m_items.end(), [](const auto& item) { return item.destination > 0; }));
}

void DriveModel::moveRow(int from, int to) {
  if (from == to) return;
  beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
  const auto begin = m_items.begin();
  if (from < to)
    std::rotate(begin + from, begin + from + 1, begin + to + 1);
  else
    std::rotate(begin + to, begin + from, begin + from + 1);
  endMoveRows();
}

void DriveModel::removeRow(int row) {
  beginRemoveRows({}, row, row);
  m_items.erase(m_items.begin() + row);
  endRemoveRows();
}

void DriveModel::renumber(int destinations) {
  for (int row = 0; row < rowCount(); ++row)
    m_items[static_cast<std::size_t>(row)].destination = row < destinations ? row + 1 : 0;
  if (rowCount() > 0) emit dataChanged(index(0), index(rowCount() - 1));
  emit destinationsChanged();
}

void DriveModel::choose(const std::string& path, std::optional<int> before) {
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
  const bool already = at(row).destination > 0;
  if (already && !before) return;
  const int count = used();
  int to = std::clamp(before.value_or(count), 0, count);
  if (already && to > row) --to;  // it leaves a gap above
  moveRow(row, to);
  renumber(already ? count : count + 1);
}

void DriveModel::leave(int row) {
  if (row < 0 || row >= rowCount() || at(row).destination == 0) return;
  const int count = used();
  moveRow(row, count - 1);
  renumber(count - 1);
}

void DriveModel::toggle(int row) {
  if (row < 0 || row >= rowCount()) return;
  if (at(row).destination > 0)
    leave(row);
  else
    choose(at(row).path);
}

void DriveModel::move(int row, int by) {
  if (row < 0 || row >= rowCount() || at(row).destination == 0) return;
  const int to = std::clamp(row + by, 0, used() - 1);
  if (to == row) return;
  moveRow(row, to);
  renumber(used());
}

void DriveModel::remove(const std::string& path) {
  const int row = rowOf(path);
  if (row < 0) return;
  const bool destination = at(row).destination > 0;
  removeRow(row);
  if (destination) renumber(used());
}

void DriveModel::setVolumes(const std::vector<model::Volume>& volumes, const std::vector<std::string>& missing) {
  bool lostDestination = false;
  for (int row = rowCount() - 1; row >= 0; --row) {
    const DriveItem& item = at(row);
    const bool mounted =
        std::any_of(volumes.begin(), volumes.end(), [&](const auto& v) { return v.mountPoint == item.path; });
    if (item.chosen || mounted) continue;
    lostDestination = lostDestination || item.destination > 0;
    removeRow(row);
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
  if (lostDestination) renumber(used());
}

std::vector<std::string> DriveModel::destinations() const {
  std::vector<std::string> paths;
  for (const auto& item : m_items)
    if (item.destination > 0) paths.push_back(item.path);
  return paths;
}

}  // namespace rollproof::ui
