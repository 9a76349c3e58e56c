// SPDX-License-Identifier: Apache-2.0
// What went wrong with single files: which device is to blame and by which readings, what to do next, and errno and
// offset in a fold for whoever mends it.
// Threads: GUI thread only. Errors: none; what the engine could not tell is not guessed.
#pragma once

#include <QPushButton>
#include <QWidget>
#include <vector>

#include "core/model/verdict.h"

class QLabel;
class QVBoxLayout;

namespace rollproof::ui {

// One reading of a file beside the others: does it say what most of them say?
struct ReadingLine {
  QString what, digest, word;  // "agrees", "differs", "" when no two agree or there is only one
  bool differs = false;
};
[[nodiscard]] std::vector<ReadingLine> readingLines(const std::vector<model::Reading>& readings);
// Who is to blame, in one sentence; "" if that was not told.
[[nodiscard]] QString culpritText(const model::FileProblem& problem);
// What to do next, in one sentence.
[[nodiscard]] QString nextStepText(const model::FileProblem& problem);
// "errno 5 (Input/output error) · at byte 1 048 576 · Samsung T7": what a technician asks for.
[[nodiscard]] QString detailText(const model::FileProblem& problem);

class CulpritPanel : public QWidget {
  Q_OBJECT
 public:
  explicit CulpritPanel(QWidget* parent = nullptr);
  void show(const std::vector<model::FileProblem>& problems);  // builds only what changed; hides itself when empty
  [[nodiscard]] QPushButton* fold() const { return m_fold; }
  [[nodiscard]] QStringList lines() const;  // all text now shown, for tests

 private:
  void rebuild();
  std::vector<model::FileProblem> m_problems;
  QString m_shown;  // what was built last
  QVBoxLayout* m_column;
  QWidget* m_body = nullptr;
  QPushButton* m_fold;
};

}  // namespace rollproof::ui
