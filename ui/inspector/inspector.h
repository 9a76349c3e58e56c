// SPDX-License-Identifier: Apache-2.0
// Everything known about one clip: values with their sources and rivals, copies, look; scene, take, circle and notes
// can be written here. Threads: GUI thread only. Errors: edits that were refused come back through said().
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>

#include "ui/bridge/work_queue.h"
#include "ui/inspector/clip_fields.h"
#include "ui/theme/text.h"

class QVBoxLayout;

namespace rollproof::ui {

class Inspector : public QScrollArea {
  Q_OBJECT
 public:
  Inspector(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  ~Inspector() override;
  void show(const catalog::ClipRow& row, const std::vector<model::CopyReport>& copies);
  void clear();
  [[nodiscard]] QPlainTextEdit& notes() { return *m_notes; }
  // All lines now shown, "label: value (source)", for tests and screen readers.
  [[nodiscard]] QStringList lines() const { return m_lines; }

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void rebuild(const catalog::ClipRow& row, const std::vector<model::CopyReport>& copies,
               const std::optional<model::Look>& look);
  void addGroup(QVBoxLayout* column, const QString& title, const std::vector<FieldLine>& lines);
  void keep(const char* field, const QString& value, QString& kept);
  void keepAll();

  session::Session& m_session;
  WorkQueue& m_work;
  std::optional<catalog::ClipRow> m_row;
  QString m_shownKey;  // what was built last: rebuilt only when it differs
  Text* m_name;
  QWidget* m_fields = nullptr;
  QVBoxLayout* m_column;
  QWidget* m_editors;
  QLineEdit* m_scene;
  QLineEdit* m_take;
  QCheckBox* m_circled;
  QPlainTextEdit* m_notes;
  QString m_keptScene, m_keptTake, m_keptNotes;
  QStringList m_lines;
  Latest m_number;
  WorkQueue m_edits{1};  // one thread: edits are kept in the order they were typed; last, so that it ends first
};

}  // namespace rollproof::ui
