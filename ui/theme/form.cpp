// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/form.h"

#include <QKeyEvent>

namespace rollproof::ui {

using theme::Size;
using theme::space;

Form::Form(QWidget* parent) : QFrame(parent) {
  setProperty("question", true);
  m_body = new QVBoxLayout(this);
  m_body->setContentsMargins(space(16), space(12), space(16), space(12));
  m_body->setSpacing(space(8));
  m_heading = new Text(Size::body, true, this);
  m_body->addWidget(m_heading);
  m_problem = makeParagraph(Size::small, this);
  QPalette ink = m_problem->palette();
  ink.setColor(QPalette::WindowText, theme::defect());
  m_problem->setPalette(ink);
}

void Form::setProblem(const QString& words) {
  m_problem->setText(words.isEmpty() ? QString() : QStringLiteral("✕ ") + words);
}

QGridLayout* Form::makeGrid() {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(space(12));
  grid->setVerticalSpacing(space(4));
  return grid;
}

void Form::add(QGridLayout& grid, const QString& label, QWidget* field, int row, int column, int span) {
  Text* title = makeCaption(label, false, this);
  title->setElide(Elide::none);
  title->setBuddy(field);
  field->setAccessibleName(label);
  field->setMinimumWidth(space(56));
  grid.addWidget(title, row, column, 1, span);
  grid.addWidget(field, row + 1, column, 1, span);
}

void Form::addButtons(const QString& save, QWidget* first, QWidget* more) {
  auto* across = new QHBoxLayout;
  across->setSpacing(space(8));
  if (first) across->addWidget(first);
  across->addWidget(m_problem, 1);
  if (more) across->addWidget(more);
  auto* keep = new QPushButton(save, this);
  keep->setProperty("prominent", true);
  connect(keep, &QPushButton::clicked, this, &Form::save);
  across->addWidget(keep);
  auto* close = new QPushButton(tr("Close"), this);
  connect(close, &QPushButton::clicked, this, &Form::closed);
  across->addWidget(close);
  m_body->addLayout(across);
}

void Form::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return emit closed();
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return save();
  QFrame::keyPressEvent(event);
}

}  // namespace rollproof::ui
