// SPDX-License-Identifier: Apache-2.0
// A preset to be read and changed: size, codec, quality, sound, burn-in. What does not go together is said in words
// while it is typed, and is not saved.
// Threads: GUI thread only; the session is asked on the work queue. Errors: under the fields, and nothing is saved.
#pragma once

#include <QComboBox>
#include <QLineEdit>
#include <QSpinBox>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"
#include "ui/theme/form.h"

namespace rollproof::ui {

class PresetForm : public Form {
  Q_OBJECT
 public:
  PresetForm(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  // `before`: the name it has in the library, "" for a new one.
  void edit(const dailies::Preset& preset, const std::string& before);
  void save() override;
  [[nodiscard]] dailies::Preset preset() const;
  [[nodiscard]] QLineEdit& name() const { return *m_name; }
  [[nodiscard]] QComboBox& container() const { return *m_container; }
  [[nodiscard]] QComboBox& codec() const { return *m_codec; }
  [[nodiscard]] QSpinBox& width() const { return *m_width; }

 signals:
  void saved(const std::string& name);

 private:
  void offerWords();
  void check();

  session::Session& m_session;
  WorkQueue& m_work;
  std::string m_before;
  QLineEdit* m_name;
  QLineEdit* m_description;
  QComboBox* m_container;
  QComboBox* m_codec;
  QSpinBox* m_width;
  QSpinBox* m_quality;
  QComboBox* m_speed;
  QComboBox* m_sound;
  QSpinBox* m_channels;
  QComboBox* m_frames;
  QComboBox* m_space;
  QLineEdit* m_burnin;
};

}  // namespace rollproof::ui
