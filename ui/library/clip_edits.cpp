// SPDX-License-Identifier: Apache-2.0
#include "ui/library/clip_edits.h"

#include "ui/bridge/format.h"

namespace rollproof::ui {

// The session has the new values before the command exists: its first redo() does nothing.
class ClipEdits::Command : public QUndoCommand {
 public:
  Command(ClipEdits& edits, const QString& text, std::vector<catalog::Annotation> before,
          std::vector<catalog::Annotation> after)
      : QUndoCommand(text), m_edits(edits), m_before(std::move(before)), m_after(std::move(after)) {}
  void undo() override { m_edits.replay(m_before, true); }
  void redo() override {
    if (!std::exchange(m_fresh, false)) m_edits.replay(m_after, false);
  }

 private:
  ClipEdits& m_edits;
  std::vector<catalog::Annotation> m_before, m_after;
  bool m_fresh = true;
};

namespace {

// The session's sentence begins with its own name of the field where it can: people know the label.
QString refusal(const Error& error, const QString& label) {
  const QString text = shown(error.message);
  if (error.code != Errc::usage) return sentence(error);
  const qsizetype space = text.indexOf(QLatin1Char(' '));
  const QString first = text.left(space);
  const QString field = shown(error.subject);
  if (space > 0 && (first == field || field.endsWith(QLatin1Char('.') + first))) return label + text.mid(space);
  return shown(describe(error));
}

// As within a sentence: "scene", but "EI" and "UUID" stay.
QString within(const QString& label) {
  return label.size() > 1 && label[1].isUpper() ? label : label.left(1).toLower() + label.mid(1);
}

}  // namespace

ClipEdits::ClipEdits(session::Session& session, QObject* parent) : QObject(parent), m_session(session) {
  m_stack.setUndoLimit(200);
}

std::string ClipEdits::saidOf(const model::Clip& clip, const std::string& field) {
  const auto found = clip.provenance.find(field);
  const bool said = found != clip.provenance.end() && !found->second.empty() && found->second.front().source == "user";
  return said ? found->second.front().raw : std::string();
}

void ClipEdits::settled() {
  if (m_asked == 0) m_latest.clear();
}

void ClipEdits::set(const std::vector<ClipPtr>& clips, const std::string& field, const QString& label,
                    const QString& value, const Answer& answer) {
  std::vector<catalog::Annotation> before, after;
  QString name;
  for (const auto& row : clips) {
    auto& latest = m_latest.try_emplace({row->id.value, field}, saidOf(row->clip, field)).first->second;
    if (latest == utf8(value)) continue;
    before.push_back({row->id, field, latest});
    after.push_back({row->id, field, utf8(value)});
    latest = utf8(value);
    name = shown(row->clip.name);
  }
  if (after.empty()) {
    if (answer) answer({});
    return;
  }
  const QString what =
      tr("%1 of %2").arg(within(label), after.size() == 1 ? name : counted(after.size(), "clip", "clips"));
  ++m_asked;
  m_queue.must(
      this, [this, after](const std::stop_token&) { return m_session.annotateAll(after); },
      [this, before, after, what, label, answer](Status kept) {
        --m_asked;
        if (kept) {
          m_stack.push(new Command(*this, what, before, after));
        } else {
          for (const auto& old : before) m_latest[{old.clip.value, old.field}] = old.value;
          // Nobody waits in the place where it was written.
          if (!answer) emit said(refusal(kept.error(), label));
        }
        if (answer) answer(kept ? QString() : refusal(kept.error(), label));
      });
}

void ClipEdits::replay(const std::vector<catalog::Annotation>& values, bool undoing) {
  if (m_silent) return;
  for (const auto& one : values) m_latest[{one.clip.value, one.field}] = one.value;
  ++m_asked;
  const int stands = undoing ? m_stack.index() - 1 : m_stack.index() + 1;  // the stack moves after this
  m_queue.must(
      this, [this, values](const std::stop_token&) { return m_session.annotateAll(values); },
      [this, undoing, stands](Status kept) {
        --m_asked;
        if (kept) return;
        m_latest.clear();  // the records tell
        if (m_stack.index() == stands) {
          m_silent = true;
          undoing ? m_stack.redo() : m_stack.undo();
          m_silent = false;
        } else {
          m_stack.clear();
        }
        emit said(sentence(kept.error()));
      });
}

}  // namespace rollproof::ui
