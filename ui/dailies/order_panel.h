// SPDX-License-Identifier: Apache-2.0
// How chosen clips are rendered: where to, what is burnt in, whether it is sealed. Says before the button is pressed
// what it would do.
// Threads: GUI thread only. Errors: what is missing stands under the button in words.
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QWidget>

#include "core/session/session.h"
#include "ui/bridge/seams.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class Actions;

class OrderPanel : public QWidget {
  Q_OBJECT
 public:
  OrderPanel(Actions& actions, Seams& seams, QWidget* parent = nullptr);
  // What would be rendered now; shown on the button.
  void count(std::size_t clips, std::size_t presets);
  [[nodiscard]] const std::string& folder() const { return m_folder; }  // "" = beside the roll
  void setFolder(const std::string& path);
  [[nodiscard]] std::string burnin() const;
  [[nodiscard]] bool seals() const { return m_seal->isChecked(); }
  [[nodiscard]] QLineEdit& burninField() const { return *m_burnin; }
  [[nodiscard]] QPushButton& renderButton() const { return *m_render; }
  [[nodiscard]] QString note() const { return m_note->text(); }
  // "" when there is nothing against rendering.
  [[nodiscard]] QString missing() const { return m_missing; }

 signals:
  void changed();
  void renderWanted();

 private:
  Seams& m_seams;
  std::string m_folder;
  QPushButton* m_folderButton;
  QLineEdit* m_burnin;
  QCheckBox* m_seal;
  QPushButton* m_render;
  QLabel* m_note;
  QString m_missing;
};

}  // namespace rollproof::ui
