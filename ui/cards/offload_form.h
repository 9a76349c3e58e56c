// SPDX-License-Identifier: Apache-2.0
// The card about to be copied: its name, what is known of it, where it goes, what counts as safe, and one button. What
// has to be decided before a byte is written is asked here, in its place.
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
  // Two answers wait for a person; "" takes the question away.
  void showQuestion(const QString& question);
  void focusQuestion();
  [[nodiscard]] std::string project() const;
  void setProject(const std::string& project);
  [[nodiscard]] std::string day() const;  // "" = today
  [[nodiscard]] bool oneDisk() const { return m_oneDisk->isChecked(); }
  [[nodiscard]] QString notes() const { return m_notes->text(); }
  [[nodiscard]] QString known() const { return m_known->text(); }
  [[nodiscard]] QString question() const { return m_asking ? m_question->text() : QString(); }
  [[nodiscard]] QPushButton* startButton() const { return m_start; }
  [[nodiscard]] QPushButton* numberedButton() const { return m_numbered; }
  [[nodiscard]] QPushButton* skipButton() const { return m_skip; }
  // What is dropped here is where the copies go.
  [[nodiscard]] QRect destinationZone() const;

 signals:
  void rollNameEdited(const std::string& name);
  void settingsEdited();

 private:
  QWidget* makeQuestion();
  void showPolicy();
  void showStart();

  Actions& m_actions;
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
  QLabel* m_known;
  QLabel* m_details;
  QWidget* m_questionBox;
  QLabel* m_question;
  QPushButton* m_numbered;
  QPushButton* m_skip;
  bool m_asking = false, m_safeAlready = false;
};

}  // namespace rollproof::ui
