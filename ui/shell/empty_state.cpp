// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/empty_state.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace rollproof::ui {

QWidget* makeEmptyState(const QString& line, QAction* action, QWidget* parent) {
  auto* box = new QWidget(parent);
  auto* column = new QVBoxLayout(box);
  column->setSpacing(theme::space(16));
  auto* label = new QLabel(line, box);
  label->setAlignment(Qt::AlignCenter);
  label->setWordWrap(true);
  auto* button = new QPushButton(action->text(), box);
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  column->addStretch();
  column->addWidget(label);
  column->addWidget(button, 0, Qt::AlignHCenter);
  column->addStretch();
  return box;
}

}  // namespace rollproof::ui
