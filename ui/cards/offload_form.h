// SPDX-License-Identifier: Apache-2.0
// The card about to be copied: its name, where it goes, what counts as safe, and one button.
// Threads: GUI thread only. Errors: none; what speaks against copying is shown as sentences.
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>

#include "ui/cards/card_desk.h"
#include "ui/cards/roll_tile.h"

namespace rollproof::ui {

class Actions;

class OffloadForm : public Panel {
  Q_OBJECT
 public:
  explicit OffloadForm(Actions& actions, QWidget* parent = nullptr);

  void showCard(const CardItem& item);
  void showDestinations(const QStringList& names);
  void showNotes(const QStringList& notes);
  [[nodiscard]] std::string project() const;
  void setProject(const std::string& project);
  [[nodiscard]] std::string day() const;  // "" = today
  [[nodiscard]] bool oneDisk() const { return m_oneDisk->isChecked(); }
  [[nodiscard]] QString notes() const { return m_notes->text(); }

 signals:
  void rollNameEdited(const std::string& name);
  void settingsEdited();

 private:
  QLineEdit* m_roll;
  Text* m_about;
  Text* m_counts;
  QLineEdit* m_project;
  QLineEdit* m_day;
  Text* m_to;
  QCheckBox* m_oneDisk;
  QLabel* m_policy;
  QPushButton* m_start;
  QLabel* m_notes;
  void showPolicy();
};

}  // namespace rollproof::ui
