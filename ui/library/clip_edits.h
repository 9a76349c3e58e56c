// SPDX-License-Identifier: Apache-2.0
// What people write about clips, kept by the session in the order it was written, and taken back by undo.
// Threads: GUI thread only; the session is asked on a queue of its own. Errors: a refused value reaches whoever wrote
// it and is never on the undo stack; what cannot be undone says so.
#pragma once

#include <QObject>
#include <QUndoStack>
#include <functional>
#include <map>

#include "ui/bridge/work_queue.h"
#include "ui/library/clip_model.h"

namespace rollproof::ui {

class ClipEdits : public QObject {
  Q_OBJECT
 public:
  // "" when it was kept; else why not.
  using Answer = std::function<void(const QString& refusal)>;

  explicit ClipEdits(session::Session& session, QObject* parent = nullptr);
  // field as the record's JSON calls it; label as people do; value "" goes back to what the sources say. All the clips
  // or, when one of them cannot take it, none.
  void set(const std::vector<ClipPtr>& clips, const std::string& field, const QString& label, const QString& value,
           const Answer& answer);
  [[nodiscard]] QUndoStack& stack() { return m_stack; }
  // The library was read again after everything written so far.
  void settled();

  // What a person said of the field; "" when the sources speak.
  [[nodiscard]] static std::string saidOf(const model::Clip& clip, const std::string& field);

 signals:
  void said(const QString& sentence);

 private:
  class Command;
  void replay(const std::vector<catalog::Annotation>& values, bool undoing);

  session::Session& m_session;
  QUndoStack m_stack;
  // Said since the library was read last: what a record still shows is older.
  std::map<std::pair<std::int64_t, std::string>, std::string> m_latest;
  int m_asked = 0;  // questions under way
  bool m_silent = false;
  WorkQueue m_queue{1};  // one thread: kept in the order of writing; last, so that it ends first
};

}  // namespace rollproof::ui
