// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/preset_panel.h"

#include <QHBoxLayout>
#include <QRegularExpression>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/theme/text.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

int PresetModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_presets.size());
}

QVariant PresetModel::data(const QModelIndex& index, int role) const {
  const auto* preset = at(index.row());
  if (!preset) return {};
  const bool isChosen = m_chosen.contains(preset->name);
  const QString owner = dailies::findPreset(preset->name) ? QString() : tr("your own");
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return shown(preset->name);
    case kDetailRole:
      return QStringList{owner, shown(preset->description)}
          .filter(QRegularExpression(QStringLiteral(".")))
          .join(QStringLiteral(" · "));
    case kBadgeRole:
      return isChosen ? tr("✓ chosen") : QVariant();
    case Qt::ToolTipRole:
      return shown(preset->description);
    case Qt::AccessibleTextRole:
      return QStringList{shown(preset->name), isChosen ? tr("chosen") : tr("not chosen"), owner,
                         shown(preset->description)}
          .join(QStringLiteral(", "));
    default:
      return {};
  }
}

const dailies::Preset* PresetModel::at(int row) const {
  return row >= 0 && row < rowCount() ? &m_presets[static_cast<std::size_t>(row)] : nullptr;
}

int PresetModel::rowOf(const std::string& name) const {
  for (int row = 0; row < rowCount(); ++row)
    if (at(row)->name == name) return row;
  return -1;
}

void PresetModel::setPresets(std::vector<dailies::Preset> presets) {
  beginResetModel();
  m_presets = std::move(presets);
  std::erase_if(m_chosen, [this](const std::string& name) { return rowOf(name) < 0; });
  endResetModel();
  emit chosenChanged();
}

void PresetModel::toggle(int row) {
  const auto* preset = at(row);
  if (!preset) return;
  if (m_chosen.erase(preset->name) == 0) m_chosen.insert(preset->name);
  emit dataChanged(index(row), index(row));
  emit chosenChanged();
}

void PresetModel::choose(const std::string& name) {
  if (const int row = rowOf(name); row >= 0 && !m_chosen.contains(name)) toggle(row);
}

std::vector<std::string> PresetModel::chosen() const {
  std::vector<std::string> names;
  for (const auto& preset : m_presets)
    if (m_chosen.contains(preset.name)) names.push_back(preset.name);
  return names;
}

PresetPanel::PresetPanel(session::Session& session, WorkQueue& work, Actions& actions, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(8));
  auto* heading = makeCaption(tr("PRESETS"), true, this);
  column->addWidget(heading);
  m_list = new QListView(this);
  m_list->setModel(&m_presets);
  m_list->setItemDelegate(new TileDelegate(m_list));
  m_list->setAccessibleName(tr("Presets"));
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_list->viewport()->setAutoFillBackground(false);
  column->addWidget(m_list, 1);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space(8));
  const auto on = [&](const char* id, auto call) {
    QAction* action = actions.place(QString::fromUtf8(id), this);
    connect(action, &QAction::triggered, this, call);
    return action;
  };
  const auto button = [&](QAction* action, const QString& text) {
    auto* push = new QPushButton(text, this);
    push->setObjectName(action->objectName());
    push->setToolTip(actions.hint(action->objectName()));
    push->setFocusPolicy(Qt::TabFocus);
    connect(push, &QPushButton::clicked, action, &QAction::trigger);
    buttons->addWidget(push);
    return push;
  };
  on("preset.use", [this] { m_presets.toggle(m_list->currentIndex().row()); });
  on("preset.restore", [this] { restore(); });
  button(on("preset.copy", [this] { copy(); }), tr("Copy…"));
  m_edit = button(on("preset.edit", [this] { edit(); }), tr("Change…"));
  m_remove = button(on("preset.remove", [this] { remove(); }), tr("Remove"));
  column->addLayout(buttons);
  connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { m_presets.toggle(index.row()); });
  connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PresetPanel::showCurrent);
  showCurrent();
  reload();
}

const dailies::Preset* PresetPanel::current() const { return m_presets.at(m_list->currentIndex().row()); }

void PresetPanel::showCurrent() {
  const auto* preset = current();
  const bool own = preset && !dailies::findPreset(preset->name);
  m_edit->setEnabled(own);
  m_remove->setEnabled(own);
}

void PresetPanel::reload(const std::string& current) {
  const int number = m_number.next();
  m_work.run(
      this, [this](const std::stop_token&) { return m_session.presets(); },
      [this, number, current](Result<std::vector<dailies::Preset>> presets) {
        if (!m_number.is(number)) return;
        if (!presets) return emit said(sentence(presets.error()));
        const auto* before = this->current();
        const std::string name = !current.empty() ? current : before ? before->name : std::string();
        m_presets.setPresets(std::move(*presets));
        if (!current.empty()) m_presets.choose(current);
        m_list->setCurrentIndex(m_presets.index(std::max(0, m_presets.rowOf(name))));
        showCurrent();
      });
}

void PresetPanel::copy() {
  const auto* preset = current();
  if (!preset) return;
  dailies::Preset made = *preset;
  made.name += "-2";
  for (int i = 3; m_presets.rowOf(made.name) >= 0; ++i) made.name = preset->name + "-" + std::to_string(i);
  emit editWanted(made, {});
}

void PresetPanel::edit() {
  const auto* preset = current();
  if (!preset) return;
  if (dailies::findPreset(preset->name))
    return emit said(tr("%1 comes with the program: copy it, and change the copy.").arg(shown(preset->name)));
  emit editWanted(*preset, preset->name);
}

void PresetPanel::remove() {
  const auto* preset = current();
  if (!preset) return;
  if (dailies::findPreset(preset->name))
    return emit said(tr("%1 comes with the program and stays.").arg(shown(preset->name)));
  m_work.must(
      this, [this, name = preset->name](const std::stop_token&) { return m_session.removePreset(name); },
      [this, gone = *preset](Status removed) {
        if (!removed) return emit said(sentence(removed.error()));
        m_removed = gone;
        emit said(tr("Removed: %1. Ctrl+Z in the list of presets puts it back.").arg(shown(gone.name)));
        reload();
      });
}

void PresetPanel::restore() {
  if (!m_removed) return emit said(tr("No preset was removed."));
  m_work.must(
      this, [this, preset = *m_removed](const std::stop_token&) { return m_session.savePreset(preset); },
      [this, name = m_removed->name](Status kept) {
        if (!kept) return emit said(sentence(kept.error()));
        m_removed.reset();
        reload(name);
      });
}

}  // namespace rollproof::ui
