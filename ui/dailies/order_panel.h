// SPDX-License-Identifier: Apache-2.0
// How chosen clips are rendered: where to, in which framing, what is burnt in and for whom, whether it is sealed. Says
// before the button is pressed what it would do. Threads: GUI thread only. Errors: what is missing stands under the
// button in words.
#pragma once

#include <QCheckBox>
#include <QComboBox>
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
  // What the library keeps by name, to choose from; anything else can be typed.
  void offer(const std::vector<std::string>& burnIns, const std::vector<std::string>& framings);
  [[nodiscard]] std::string burnin() const;
  void setBurnin(const std::string& said);
  [[nodiscard]] std::string framing() const;
  void setFraming(const std::string& said);
  // How the picture comes into that shape, as members of a framing; "" = as the framing says. A bare aspect says
  // nothing of it: it is filled, and what is over is cut, as a matte does.
  [[nodiscard]] std::string framingChanges() const;
  [[nodiscard]] QComboBox& fit() const { return *m_fit; }
  [[nodiscard]] std::string recipient() const;
  [[nodiscard]] bool seals() const { return m_seal->isChecked(); }
  [[nodiscard]] QLineEdit& burninField() const { return *m_burnin->lineEdit(); }
  [[nodiscard]] QComboBox& burnins() const { return *m_burnin; }
  [[nodiscard]] QLineEdit& framingField() const { return *m_framing->lineEdit(); }
  [[nodiscard]] QLineEdit& recipientField() const { return *m_recipient; }
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
  QComboBox* m_framing;
  QComboBox* m_fit;
  QComboBox* m_burnin;
  QLineEdit* m_recipient;
  QCheckBox* m_seal;
  QPushButton* m_render;
  QLabel* m_note;
  QString m_missing;
};

}  // namespace rollproof::ui
