// SPDX-License-Identifier: Apache-2.0
// What renders may become: the presets that come with the program and a person's own, several chosen at once.
// Threads: GUI thread only; the session is asked on the work queue. Errors: sentences; a preset that was removed by
// mistake can be put back while the window is open.
#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QPushButton>
#include <QWidget>
#include <optional>
#include <set>
#include <vector>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

class Actions;

class PresetModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  // What is chosen stays chosen while it is there.
  void setPresets(std::vector<dailies::Preset> presets);
  void toggle(int row);
  void choose(const std::string& name);
  [[nodiscard]] const dailies::Preset* at(int row) const;
  [[nodiscard]] int rowOf(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> chosen() const;  // in the list's order

 signals:
  void chosenChanged();

 private:
  std::vector<dailies::Preset> m_presets;
  std::set<std::string> m_chosen;
};

class PresetPanel : public QWidget {
  Q_OBJECT
 public:
  PresetPanel(session::Session& session, WorkQueue& work, Actions& actions, QWidget* parent = nullptr);
  [[nodiscard]] PresetModel& presets() { return m_presets; }
  [[nodiscard]] QListView& list() const { return *m_list; }
  void reload(const std::string& current = {});  // that one becomes the current and a chosen one

 signals:
  void said(const QString& sentence);
  // `before`: the preset's own name, "" for a new one.
  void editWanted(const rollproof::dailies::Preset& preset, const std::string& before);

 private:
  void copy();
  void edit();
  void remove();
  void restore();
  void showCurrent();
  [[nodiscard]] const dailies::Preset* current() const;

  session::Session& m_session;
  WorkQueue& m_work;
  PresetModel m_presets;
  QListView* m_list;
  QPushButton* m_edit;
  QPushButton* m_remove;
  std::optional<dailies::Preset> m_removed;
  Latest m_number;
};

}  // namespace rollproof::ui
