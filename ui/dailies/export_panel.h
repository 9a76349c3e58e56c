// SPDX-License-Identifier: Apache-2.0
// The chosen clips as files for editing systems: ALE, EDL, OTIO, CCC, AMF, CSV, several at once, with what each warns
// of.
// Threads: GUI thread only; files are written on the work queue. Errors: a sentence a kind; the others go on. A file
// that stands is not replaced unless that was asked for.
#pragma once

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QWidget>
#include <functional>
#include <vector>

#include "core/session/export_clips.h"
#include "ui/bridge/seams.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

class Actions;

class ExportPanel : public QWidget {
  Q_OBJECT
 public:
  ExportPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent = nullptr);
  void setClips(std::vector<catalog::ClipId> clips, const QString& proposedName);
  // Chooses a folder, then writes.
  void start();
  [[nodiscard]] QCheckBox& kind(session::ExportKind kind) const;
  [[nodiscard]] QCheckBox& replace() const { return *m_replace; }
  [[nodiscard]] QLineEdit& name() const { return *m_name; }
  [[nodiscard]] QString outcome() const { return m_outcome->text(); }

 signals:
  void said(const QString& sentence);

 private:
  void write(const std::string& folder);

  session::Session& m_session;
  WorkQueue& m_work;
  Seams& m_seams;
  std::vector<catalog::ClipId> m_clips;
  QLineEdit* m_name;
  bool m_named = false;  // by a person
  std::vector<std::pair<session::ExportKind, QCheckBox*>> m_kinds;
  QCheckBox* m_replace;
  QPushButton* m_export;
  QLabel* m_outcome;
};

}  // namespace rollproof::ui
