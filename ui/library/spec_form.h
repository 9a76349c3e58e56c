// SPDX-License-Identifier: Apache-2.0
// What a project expects of its camera files, to be read and changed; saving it has the project's clips checked again.
// Threads: GUI thread only; the session is asked on the work queue. Errors: a value that does not fit is told under its
// field, and nothing is saved.
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <vector>

#include "ui/bridge/work_queue.h"
#include "ui/theme/form.h"

namespace rollproof::session {
class Session;
}

namespace rollproof::ui {

class SpecForm : public Form {
  Q_OBJECT
 public:
  SpecForm(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  void edit(const std::string& project);
  void save() override;
  [[nodiscard]] const std::string& project() const { return m_project; }
  // By the spec's own names: "frame_rate", "resolutions", "codecs", "min_audio_channels", "audio_sample_rate".
  [[nodiscard]] QLineEdit* field(const std::string& name) const;
  [[nodiscard]] QCheckBox& audioRequired() const { return *m_audio; }

 signals:
  void said(const QString& sentence);

 private:
  struct Field {
    std::string name;
    QString label;
    QLineEdit* line;
  };

  session::Session& m_session;
  WorkQueue& m_work;
  std::string m_project;
  std::vector<Field> m_fields;
  QCheckBox* m_audio;
  Latest m_number;
};

}  // namespace rollproof::ui
