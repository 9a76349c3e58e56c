// SPDX-License-Identifier: Apache-2.0
// A burn-in template to be read and changed, line by line of words. The sample picture shows it while it is typed; what
// cannot be is said in words and is not saved. Shipped templates are only copied.
// Threads: GUI thread only; the session is asked on the work queue. Errors: under the fields, and nothing is saved.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSpinBox>
#include <string>
#include <vector>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"
#include "ui/theme/form.h"

namespace rollproof::ui {

class BurnInForm : public Form {
  Q_OBJECT
 public:
  BurnInForm(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  // `said`: what stands in the burn-in field. A person's own template is changed, a shipped one copied under a free
  // name, and any other words begin a template of one line.
  void open(const std::string& said, const std::vector<dailies::BurnInTemplate>& known);
  void save() override;
  [[nodiscard]] const dailies::BurnInTemplate& burnin() const { return m_template; }
  [[nodiscard]] QLineEdit& name() const { return *m_name; }
  [[nodiscard]] QLineEdit& words() const { return *m_words; }
  [[nodiscard]] QLineEdit& colour() const { return *m_colour; }
  [[nodiscard]] QComboBox& place() const { return *m_place; }
  [[nodiscard]] QSpinBox& letterSize() const { return *m_size; }
  [[nodiscard]] QSpinBox& opacity() const { return *m_opacity; }
  [[nodiscard]] QListWidget& items() const { return *m_items; }
  [[nodiscard]] QPushButton& addButton() const { return *m_add; }
  [[nodiscard]] QPushButton& takeButton() const { return *m_take; }
  [[nodiscard]] QPushButton& removeButton() const { return *m_remove; }

 signals:
  void changed();
  void saved(const std::string& name);
  void removed();

 private:
  void showItems(int current);
  void showItem();
  void takeFields();
  void check();
  void remove();
  [[nodiscard]] dailies::BurnInItem* item();

  session::Session& m_session;
  WorkQueue& m_work;
  dailies::BurnInTemplate m_template;
  std::string m_before;  // its name in the library, "" for a new one
  std::vector<std::string> m_taken;
  bool m_showing = false;  // fields are being filled, not typed into
  QLineEdit* m_name;
  QLineEdit* m_description;
  QListWidget* m_items;
  QPushButton* m_add;
  QPushButton* m_take;
  QPushButton* m_remove;
  QLineEdit* m_words;
  QComboBox* m_place;
  QSpinBox* m_size;
  QSpinBox* m_margin;
  QSpinBox* m_opacity;
  QSpinBox* m_box;
  QSpinBox* m_angle;
  QLineEdit* m_colour;
  QCheckBox* m_watermark;
  QCheckBox* m_tiled;
};

}  // namespace rollproof::ui
