// SPDX-License-Identifier: Apache-2.0
#include "ui/library/clip_model.h"

#include <algorithm>

#include "ui/bridge/clip_text.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/format.h"
#include "ui/theme/table.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

constexpr std::size_t kKeptThumbnails = 4000;  // 24 kB each

const QSize kThumbnailPixels(104, 58);  // twice what is shown, for dense screens

const char* const kTitles[] = {"",    "Clip", "Scene", "Take",   "Start TC", "Duration", "QC",
                               "fps", "EI",   "Lens",  "Colour", "Look",     "Copies"};
static_assert(std::size(kTitles) == ClipModel::kColumns);

QImage filled(const std::string& jpeg) {
  QImage image = QImage::fromData(QByteArray::fromRawData(jpeg.data(), static_cast<qsizetype>(jpeg.size())));
  if (image.isNull()) return image;
  image = image.scaled(kThumbnailPixels, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
  const QPoint corner((image.width() - kThumbnailPixels.width()) / 2, (image.height() - kThumbnailPixels.height()) / 2);
  return image.copy(QRect(corner, kThumbnailPixels));
}

bool isSafe(const catalog::ClipRow& row) { return row.verdict == "safe"; }

// The record's field behind a cell that can be written; nullptr for the others.
const char* fieldOf(int column) {
  return column == ClipModel::scene ? "slate.scene" : column == ClipModel::take ? "slate.take" : nullptr;
}

// A clip that was checked and has nothing is not one that nobody looked at.
QString qcText(const catalog::ClipRow& row) {
  const Tally tally = tallyOf(row.clip);
  if (!tally.none()) return worstText(tally);
  return row.qcChecked ? QStringLiteral("✔") + QChar(0xa0) + QObject::tr("clean")
                       : QStringLiteral("◌") + QChar(0xa0) + QObject::tr("not checked");
}

}  // namespace

std::vector<ClipPtr> shareRows(std::vector<catalog::ClipRow> rows) {
  std::vector<ClipPtr> shared;
  shared.reserve(rows.size());
  for (auto& row : rows) shared.push_back(std::make_shared<const catalog::ClipRow>(std::move(row)));
  return shared;
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
      return startText(clip);
    case duration:
      return durationText(clip);
    case qc:
      return qcText(row);
    case fps:
      return fpsText(clip);
    case ei:
      return clip.exposure.ei ? QString::number(*clip.exposure.ei) : QString();
    case lens:
      return lensText(clip);
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
  switch (column) {
    case picture:
      return QVariant::fromValue<qlonglong>(row.id.value);
    case start:
      return startSeconds(clip);
    case duration:
      return durationSeconds(clip);
    case qc:
      // Not checked stands between clean and odd: it may be either.
      return QVariant::fromValue<qlonglong>(tallyOf(clip).weight() * 2 + (row.qcChecked ? 0 : 1));
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
            emit self->dataChanged(self->index(at, picture), self->index(at, picture), {Qt::DecorationRole});
        });
  }
  return slot.image.isNull() ? QVariant() : QVariant(slot.image);
}

QVariant ClipModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= kColumns) return {};
  const catalog::ClipRow& row = at(index.row());
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return column == picture ? QVariant() : QVariant(text(row, column));
    case Qt::EditRole:
      return column == scene ? shown(row.clip.slate.scene) : column == take ? shown(row.clip.slate.take) : QVariant();
    case Qt::DecorationRole:
      return column == picture ? thumbnail(row) : QVariant();
    case Qt::ToolTipRole:
      if (column == qc) return tallyOf(row.clip).none() ? qcText(row) : findingLines(findingsOf(row.clip));
      return column == picture ? QVariant() : QVariant(text(row, column));
    case Qt::AccessibleTextRole:
      if (column == picture) return tr("Picture of %1").arg(shown(row.clip.name));
      return text(row, column);
    case Qt::AccessibleDescriptionRole:
      return column == qc ? QVariant(findingLines(findingsOf(row.clip))) : QVariant();
    case kSortRole:
      return sortValue(row, column);
    case kPictureRole:
      return column == picture;
    case kWholeRole:
      return column == start || column == duration;
    case kInkRole:
      if (column == copies && isSafe(row)) return theme::proven();
      if (column != qc) return {};
      return tallyOf(row.clip).none() ? theme::grey(theme::kDim) : worstInk(tallyOf(row.clip));
    case idRole:
      return QVariant::fromValue<qlonglong>(row.id.value);
    default:
      return {};
  }
}

Qt::ItemFlags ClipModel::flags(const QModelIndex& index) const {
  const auto usual = QAbstractTableModel::flags(index);
  return index.isValid() && fieldOf(index.column()) ? usual | Qt::ItemIsEditable : usual;
}

bool ClipModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid() || role != Qt::EditRole || !fieldOf(index.column())) return false;
  const QString typed = value.toString().trimmed();
  if (typed == data(index, Qt::EditRole).toString()) return false;
  emit edited(shared(index.row()), QString::fromUtf8(fieldOf(index.column())),
              QString::fromUtf8(kTitles[index.column()]), typed);
  return true;
}

void ClipModel::setRows(std::vector<ClipPtr> rows) {
  // Thumbnails may have come or changed: each is asked for again when its row is next in sight, and shown till then.
  if (m_thumbnails.size() > kKeptThumbnails) m_thumbnails.clear();
  for (auto& [id, slot] : m_thumbnails) slot.asked = false;
  const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                               [](const auto& a, const auto& b) { return a->id == b->id; });
  if (same) {
    m_rows = std::move(rows);
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    return;
  }
  beginResetModel();
  m_rows = std::move(rows);
  m_rowOf.clear();
  m_rowOf.reserve(m_rows.size());
  for (std::size_t i = 0; i < m_rows.size(); ++i) m_rowOf.emplace(m_rows[i]->id.value, static_cast<int>(i));
  endResetModel();
}

int ClipModel::rowOf(catalog::ClipId id) const {
  const auto found = m_rowOf.find(id.value);
  return found == m_rowOf.end() ? -1 : found->second;
}

bool ClipFilter::ofDay(const catalog::ClipRow& row) const {
  return day.empty() || (row.key.day == day && row.key.project == project);
}

bool ClipFilter::takes(const catalog::ClipRow& row) const {
  return ofDay(row) && (!level || hasFinding(row.clip, *level)) && (code.empty() || hasFinding(row.clip, code));
}

ClipSorter::ClipSorter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(kSortRole);
  // In the "C" locale Qt compares bytes and ignores the numeric mode.
  if (m_collator.locale().language() == QLocale::C) m_collator.setLocale(QLocale(QLocale::English));
  m_collator.setNumericMode(true);
  m_collator.setCaseSensitivity(Qt::CaseInsensitive);
}

void ClipSorter::setFilter(const ClipFilter& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  invalidateFilter();
}

bool ClipSorter::filterAcceptsRow(int row, const QModelIndex&) const {
  const auto* clips = qobject_cast<const ClipModel*>(sourceModel());
  return clips && m_filter.takes(clips->at(row));
}

bool ClipSorter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(kSortRole), b = right.data(kSortRole);
  if (a.typeId() == QMetaType::QString && b.typeId() == QMetaType::QString)
    return m_collator.compare(a.toString(), b.toString()) < 0;
  return QSortFilterProxyModel::lessThan(left, right);
}

}  // namespace rollproof::ui
