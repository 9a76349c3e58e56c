// SPDX-License-Identifier: Apache-2.0
#include "ui/library/day_model.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "ui/bridge/format.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

int DayModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_days.size()) + 1;
}

std::optional<ShootDay> DayModel::dayAt(int row) const {
  if (row < 1 || row >= rowCount()) return std::nullopt;
  return m_days[static_cast<std::size_t>(row - 1)];
}

QVariant DayModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const auto day = dayAt(index.row());
  QString title = tr("All days"), detail = counted(m_rolls, "roll", "rolls"), status;
  if (day) {
    title = dayText(day->day);
    QStringList names;
    for (const auto& roll : day->rolls) names << shown(roll);
    detail = shown(day->project) + QStringLiteral(" · ") + names.join(QLatin1Char(' '));
    status = day->safe == day->rolls.size()
                 ? QStringLiteral("✔ ") + counted(day->safe, "roll safe", "rolls safe")
                 : QStringLiteral("◌ ") + tr("%1 of %2 rolls safe").arg(day->safe).arg(day->rolls.size());
  }
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return title;
    case kDetailRole:
    case Qt::ToolTipRole:
      return detail;
    case kStatusRole:
      return status;
    case Qt::AccessibleTextRole:
      return QStringList{title, detail, status}.join(QStringLiteral(", "));
    default:
      return {};
  }
}

void DayModel::setRolls(const std::vector<catalog::RollRow>& rolls) {
  std::map<std::tuple<std::string, std::string>, ShootDay, std::greater<>> days;  // newest first
  for (const auto& roll : rolls) {
    ShootDay& day = days[{roll.key.day, roll.key.project}];
    day.project = roll.key.project;
    day.day = roll.key.day;
    day.rolls.push_back(roll.key.roll);
    day.safe += roll.verdict.kind == model::VerdictKind::safe;
  }
  std::vector<ShootDay> fresh;
  for (auto& [key, day] : days) {
    std::sort(day.rolls.begin(), day.rolls.end());
    fresh.push_back(std::move(day));
  }
  const bool sameDays =
      std::equal(fresh.begin(), fresh.end(), m_days.begin(), m_days.end(),
                 [](const auto& a, const auto& b) { return a.day == b.day && a.project == b.project; });
  if (!sameDays) beginResetModel();
  m_days = std::move(fresh);
  m_rolls = rolls.size();
  if (sameDays)
    emit dataChanged(index(0), index(rowCount() - 1));
  else
    endResetModel();
}

}  // namespace rollproof::ui
