// SPDX-License-Identifier: Apache-2.0
#include "ui/library/clip_model.h"

#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

constexpr std::size_t kKeptThumbnails = 4000;  // 24 kB each

const QSize kThumbnailPixels(104, 58);  // twice what is shown, for dense screens

const char* const kTitles[] = {"",    "Clip", "Scene", "Take",   "Start TC", "Duration",
                               "fps", "EI",   "Lens",  "Colour", "Look",     "Copies"};

QImage filled(const std::string& jpeg) {
  QImage image = QImage::fromData(QByteArray::fromRawData(jpeg.data(), static_cast<qsizetype>(jpeg.size())));
  if (image.isNull()) return image;
  image = image.scaled(kThumbnailPixels, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
  const QPoint corner((image.width() - kThumbnailPixels.width()) / 2, (image.height() - kThumbnailPixels.height()) / 2);
  return image.copy(QRect(corner, kThumbnailPixels));
}

std::string lensOf(const model::Clip& clip) {
  if (!clip.lens.model.empty()) return clip.lens.model;
  return clip.lens.focalMm ? QString::number(*clip.lens.focalMm, 'g', 4).toStdString() + " mm" : std::string();
}

bool isSafe(const catalog::ClipRow& row) { return row.verdict == "safe"; }

}  // namespace

QString rateLabel(const FrameRate& rate) {
  if (!rate.valid()) return {};
  QString text = QString::number(rate.approximate(), 'f', 3);
  while (text.endsWith(QLatin1Char('0'))) text.chop(1);
  if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  return text;
}

ClipModel::ClipModel(session::Session& session, WorkQueue& work, QObject* parent)
    : QAbstractTableModel(parent), m_session(session), m_work(work) {}

int ClipModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ClipModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ClipModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::DisplayRole) return QString::fromUtf8(kTitles[section]);
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
  return {};
}

QString ClipModel::text(const catalog::ClipRow& row, int column) const {
  const model::Clip& clip = row.clip;
  switch (column) {
    case clipName:
      return shown(clip.name);
    case scene:
      return shown(clip.slate.scene);
    case take:
      return shown(clip.slate.take) + (clip.slate.circled.value_or(false) ? QStringLiteral(" ◎") : QString());
    case start:
      return clip.start ? QString::fromStdString(clip.start->text()) : QString();
    case duration:
      if (!clip.durationFrames || !clip.frameRate.valid()) return {};
      return QString::fromStdString(
          Timecode{*clip.durationFrames, clip.frameRate, clip.start && clip.start->dropFrame}.text());
    case fps: {
      const QString rate = rateLabel(clip.frameRate);
      if (!clip.sensorFps || clip.sensorFps->den == 0) return rate;
      const QString sensor = QString::number(clip.sensorFps->approximate(), 'g', 6);
      return sensor == rate || rate.isEmpty() ? (rate.isEmpty() ? sensor : rate) : sensor + QLatin1Char('/') + rate;
    }
    case ei:
      return clip.exposure.ei ? QString::number(*clip.exposure.ei) : QString();
    case lens:
      return shown(lensOf(clip));
    case colour:
      return shown(clip.colour.space);
    case look:
      return shown(row.lookName);
    case copies:
      return (isSafe(row) ? QStringLiteral("✔ ") : QStringLiteral("◌ ")) + tr("%1 verified").arg(row.verifiedCopies);
    default:
      return {};
  }
}

QVariant ClipModel::sortValue(const catalog::ClipRow& row, int column) const {
  const model::Clip& clip = row.clip;
  const auto seconds = [](std::int64_t frames, const FrameRate& rate) {
    return rate.valid() ? static_cast<double>(frames) * rate.den / rate.num : 0.0;
  };
  switch (column) {
    case picture:
      return QVariant::fromValue<qlonglong>(row.id.value);
    case start:
      return clip.start ? seconds(clip.start->frames, clip.start->rate) : -1.0;
    case duration:
      return clip.durationFrames ? seconds(*clip.durationFrames, clip.frameRate) : -1.0;
    case fps:
      return clip.frameRate.approximate();
    case ei:
      return clip.exposure.ei.value_or(-1);
    case copies:
      return row.verifiedCopies * 2 + (isSafe(row) ? 1 : 0);
    default:
      return text(row, column);
  }
}

QVariant ClipModel::thumbnail(const catalog::ClipRow& row) const {
  Thumbnail& slot = m_thumbnails[row.id.value];
  if (!slot.asked) {
    slot.asked = true;
    auto* self = const_cast<ClipModel*>(this);  // Qt asks for data on a const model; the answer changes a cache only
    m_work.run(
        self,
        [this, id = row.id](const std::stop_token&) {
          const auto jpeg = m_session.thumbnail(id);
          return jpeg ? filled(*jpeg) : QImage();
        },
        [self, id = row.id](QImage image) {
          if (image.isNull()) return;
          self->m_thumbnails[id.value] = {true, std::move(image)};
          if (const int at = self->rowOf(id); at >= 0)
            emit self->dataChanged(self->index(at, picture), self->index(at, picture));
        });
  }
  return slot.image.isNull() ? QVariant() : QVariant(slot.image);
}

QVariant ClipModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= kColumns) return {};
  const catalog::ClipRow& row = at(index.row());
  switch (role) {
    case Qt::DisplayRole:
      return index.column() == picture ? QVariant() : QVariant(text(row, index.column()));
    case Qt::DecorationRole:
      return index.column() == picture ? thumbnail(row) : QVariant();
    case Qt::ToolTipRole:
      return index.column() == picture ? QVariant() : QVariant(text(row, index.column()));
    case Qt::AccessibleTextRole:
      return index.column() == picture ? QVariant(tr("Picture of %1").arg(shown(row.clip.name)))
                                       : QVariant(text(row, index.column()));
    case sortRole:
      return sortValue(row, index.column());
    case idRole:
      return QVariant::fromValue<qlonglong>(row.id.value);
    case safeRole:
      return isSafe(row);
    default:
      return {};
  }
}

void ClipModel::setRows(std::vector<catalog::ClipRow> rows) {
  // Thumbnails may have come or changed: each is asked for again when its row is next in sight, and shown till then.
  if (m_thumbnails.size() > kKeptThumbnails) m_thumbnails.clear();
  for (auto& [id, slot] : m_thumbnails) slot.asked = false;
  const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                               [](const auto& a, const auto& b) { return a.id == b.id; });
  if (same) {
    m_rows = std::move(rows);
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    return;
  }
  beginResetModel();
  m_rows = std::move(rows);
  endResetModel();
}

int ClipModel::rowOf(catalog::ClipId id) const {
  const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const auto& row) { return row.id == id; });
  return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

ClipSorter::ClipSorter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(ClipModel::sortRole);
  // In the "C" locale Qt compares bytes and ignores the numeric mode.
  if (m_collator.locale().language() == QLocale::C) m_collator.setLocale(QLocale(QLocale::English));
  m_collator.setNumericMode(true);
  m_collator.setCaseSensitivity(Qt::CaseInsensitive);
}

bool ClipSorter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(ClipModel::sortRole), b = right.data(ClipModel::sortRole);
  if (a.typeId() == QMetaType::QString && b.typeId() == QMetaType::QString)
    return m_collator.compare(a.toString(), b.toString()) < 0;
  return QSortFilterProxyModel::lessThan(left, right);
}

}  // namespace rollproof::ui
