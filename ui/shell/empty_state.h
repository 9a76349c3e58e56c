// SPDX-License-Identifier: Apache-2.0
// Nothing here yet: one line that says what to do, and the one button that does it.
// Threads: GUI thread only. Errors: none.
#pragma once

#include <QString>

class QAction;
class QWidget;

namespace rollproof::ui {

[[nodiscard]] QWidget* makeEmptyState(const QString& line, QAction* action, QWidget* parent);

}  // namespace rollproof::ui
