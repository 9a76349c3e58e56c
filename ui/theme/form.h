// SPDX-License-Identifier: Apache-2.0
// Something to be read and changed above what it is of: a heading, fields under their names, what is wrong in words,
// Save and Close. Return saves, Escape closes.
// Threads: GUI thread only. Errors: words under the fields.
#pragma once

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/text.h"

namespace rollproof::ui {

class Form : public QFrame {
  Q_OBJECT
 public:
  virtual void save() = 0;
  [[nodiscard]] QString problem() const { return m_problem->text(); }  // "" = it can be saved

 signals:
  void closed();

 protected:
  explicit Form(QWidget* parent);
  void setHeading(const QString& text) { m_heading->setLine(text); }
  void setProblem(const QString& words);  // "" = none
  // Between the heading and the buttons.
  [[nodiscard]] QVBoxLayout& body() { return *m_body; }
  [[nodiscard]] static QGridLayout* makeGrid();
  void add(QGridLayout& grid, const QString& label, QWidget* field, int row, int column, int span = 1);
  // The row of the buttons: `first`, what is wrong, `more`, Save, Close.
  void addButtons(const QString& save, QWidget* first = nullptr, QWidget* more = nullptr);
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QVBoxLayout* m_body;
  Text* m_heading;
  QLabel* m_problem;
};

}  // namespace rollproof::ui
