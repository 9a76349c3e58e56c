// SPDX-License-Identifier: Apache-2.0
// Everything known about the selected clips: values with their sources and rivals, copies, look; all that their files
// say, to be searched; and what people changed, when and where. Scene, take, circle, notes and every field that a
// person may correct are written here. Threads: GUI thread only. Errors: edits that were refused come back through
// said().
#pragma once

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>

#include "ui/bridge/work_queue.h"
#include "ui/inspector/clip_fields.h"
#include "ui/inspector/field_tree.h"
#include "ui/inspector/look_panel.h"
#include "ui/library/clip_edits.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class Inspector : public QWidget {
  Q_OBJECT
 public:
  Inspector(session::Session& session, WorkQueue& work, ClipEdits& edits, QWidget* parent = nullptr);
  ~Inspector() override;
  // At least one clip; copies are those of the first one's roll, or none for clips of several rolls.
  void show(const std::vector<ClipPtr>& clips, const std::vector<model::CopyReport>& copies);
  void clear();
  [[nodiscard]] QPlainTextEdit& notes() { return *m_notes; }
  [[nodiscard]] QLineEdit& scene() { return *m_scene; }
  [[nodiscard]] FieldTree& fields() { return *m_fields; }
  [[nodiscard]] LookPanel& lookPanel() { return *m_look; }
  [[nodiscard]] QTreeWidget& raw() { return *m_raw; }
  [[nodiscard]] QLineEdit& rawFilter() { return *m_rawFilter; }
  [[nodiscard]] QTreeWidget& history() { return *m_history; }
  enum class Page { fields, look, raw, history };
  void turnTo(Page page);
  // All lines now shown, "label: value (source)", for tests.
  [[nodiscard]] QStringList lines() const { return m_fields->lines(); }

 signals:
  void said(const QString& sentence);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeEditors();
  QWidget* makeRaw();
  void keep(const char* field, const QString& label, const QString& value, QString& kept);
  void keepAll();
  void ask();
  void showFields(const std::optional<model::Look>& look);
  void showRaw(const std::map<std::string, std::string>& raw);
  void filterRaw();
  void showHistory(const std::vector<catalog::AnnotationChange>& changes);

  session::Session& m_session;
  WorkQueue& m_work;
  ClipEdits& m_edits;
  std::vector<ClipPtr> m_clips;
  std::vector<model::CopyReport> m_copies;
  Text* m_name;
  QWidget* m_editors;
  QLineEdit* m_scene;
  QLineEdit* m_take;
  QCheckBox* m_circled;
  QPlainTextEdit* m_notes;
  QString m_keptScene, m_keptTake, m_keptNotes;
  QWidget* m_tabs;
  std::vector<QPushButton*> m_tabButtons;
  QStackedWidget* m_pages;
  FieldTree* m_fields;
  LookPanel* m_look;
  QTreeWidget* m_raw;
  QLineEdit* m_rawFilter;
  QTreeWidget* m_history;
  Latest m_number;
};

}  // namespace rollproof::ui
