// SPDX-License-Identifier: Apache-2.0
// Which clips are shown, by what quality control found of them: all, those with errors, those with warnings, or one
// finding. Each choice tells how many clips it would show. Threads: GUI thread only. Errors: none.
#pragma once

#include <QComboBox>
#include <QPushButton>
#include <QWidget>

#include "ui/library/clip_model.h"

namespace rollproof::ui {

class Actions;

class QcBar : public QWidget {
  Q_OBJECT
 public:
  QcBar(Actions& actions, QWidget* parent = nullptr);
  // Counts what the filter's day holds; the choice stays while it can be met.
  void count(const std::vector<ClipPtr>& rows, const ClipFilter& filter);
  [[nodiscard]] QPushButton& allChip() const { return *m_all; }
  [[nodiscard]] QPushButton& errorChip() const { return *m_errors; }
  [[nodiscard]] QPushButton& warningChip() const { return *m_warnings; }
  [[nodiscard]] QComboBox& codes() const { return *m_codes; }

 signals:
  // At most one of both; neither: all.
  void chosen(std::optional<rollproof::model::QcLevel> level, const std::string& code);

 private:
  void choose(std::optional<model::QcLevel> level, const std::string& code);

  QPushButton* m_all;
  QPushButton* m_errors;
  QPushButton* m_warnings;
  QComboBox* m_codes;
};

}  // namespace rollproof::ui
