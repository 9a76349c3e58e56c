// SPDX-License-Identifier: Apache-2.0
#include "ui/formats/format_model.h"

#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/theme/table.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

const char* const kTitles[] = {"Project", "Letter", "Camera",        "Sensor mode", "Codec",   "Squeeze",
                               "Clips",   "First",  "Camera colour", "Look",        "Framing", "Label"};
static_assert(std::size(kTitles) == FormatModel::kColumns);

// As Session::setFormat calls what is behind a column; nullptr for what the clips say.
const char* fieldOf(int column) {
  switch (column) {
    case FormatModel::space:
      return "colour_space";
    case FormatModel::look:
      return "look";
    case FormatModel::framing:
      return "framing";
    case FormatModel::label:
      return "label";
    default:
      return nullptr;
  }
}

QString textOf(const catalog::FormatRow& row, int column) {
  switch (column) {
    case FormatModel::project:
      return shown(row.project);
    case FormatModel::letter:
      return shown(row.letter);
    case FormatModel::camera:
      return shown(row.model);
    case FormatModel::mode:
      return shown(row.sensorMode);
    case FormatModel::codec:
      return shown(row.codec);
    case FormatModel::squeeze:
      return row.squeeze.empty() ? QObject::tr("spherical") : shown(row.squeeze);
    case FormatModel::clips:
      return countText(row.clips);
    case FormatModel::first:
      return dayText(row.firstSeenDay);
    case FormatModel::space:
      return shown(row.colourSpace);
    case FormatModel::look:
      return shown(row.look);
    case FormatModel::framing:
      return shown(row.framing);
    case FormatModel::label:
      return shown(row.label);
    default:
      return {};
  }
}

}  // namespace

int FormatModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FormatModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant FormatModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns || role != Qt::DisplayRole) return {};
  return QString::fromUtf8(kTitles[section]);
}

QVariant FormatModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const catalog::FormatRow& row = at(index.row());
  const QString text = textOf(row, index.column());
  switch (role) {
    case Qt::DisplayRole:
      // What nobody set is what each clip says by itself.
      return text.isEmpty() && index.column() == space ? tr("as the clips say") : text;
    case Qt::EditRole:
    case Qt::AccessibleTextRole:
      return text;
    case Qt::ToolTipRole:
      return fieldOf(index.column()) ? tr("%1\nHolds for every clip of this format, later cards' too. F2 changes it.")
                                           .arg(text.isEmpty() ? tr("Not set") : text)
                                     : text;
    case kInkRole:
      return fieldOf(index.column()) && text.isEmpty() ? QVariant(theme::grey(theme::kDim)) : QVariant();
    default:
      return {};
  }
}

Qt::ItemFlags FormatModel::flags(const QModelIndex& index) const {
  const auto usual = QAbstractTableModel::flags(index);
  return index.isValid() && fieldOf(index.column()) ? usual | Qt::ItemIsEditable : usual;
}

bool FormatModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid() || role != Qt::EditRole || !fieldOf(index.column())) return false;
  const QString typed = value.toString().trimmed();
  if (typed == textOf(at(index.row()), index.column())) return false;
  emit edited(at(index.row()).id, QString::fromUtf8(fieldOf(index.column())), typed);
  return true;
}

void FormatModel::setRows(std::vector<catalog::FormatRow> rows) {
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

}  // namespace rollproof::ui
