// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/actions.h"

#include <QWidget>

namespace rollproof::ui {

const std::vector<Actions::Entry>& Actions::entries() {
  static const std::vector<Entry> list{
      {"place.cards", "Cards", "Places", {QKeySequence(Qt::CTRL | Qt::Key_1)}},
      {"place.library", "Library", "Places", {QKeySequence(Qt::CTRL | Qt::Key_2)}},
      {"place.formats", "Formats", "Places", {QKeySequence(Qt::CTRL | Qt::Key_3)}},
      {"place.verify", "Verify", "Places", {QKeySequence(Qt::CTRL | Qt::Key_4)}},
      {"place.dailies", "Dailies", "Places", {QKeySequence(Qt::CTRL | Qt::Key_5)}},
      {"place.jobs", "Jobs", "Places", {QKeySequence(Qt::CTRL | Qt::Key_J)}},
      {"app.quit", "Quit", "Program", {QKeySequence(Qt::CTRL | Qt::Key_Q)}},
      {"card.choose", "Choose a card…", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_O)}},
      {"card.forget", "Take the card off the list", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_Backspace)}},
      {"card.nextCard", "Next card", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_Down)}},
      {"card.previousCard", "Previous card", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_Up)}},
      {"card.asDrive", "Use the card as a destination", "Cards", {QKeySequence(Qt::ALT | Qt::Key_D)}},
      {"card.eject", "Eject the card", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_E)}},
      {"destination.choose", "Choose a destination…", "Cards", {QKeySequence(Qt::CTRL | Qt::Key_D)}},
      {"drive.use", "Use or leave this drive", "Drives", {QKeySequence(Qt::Key_Space)}},
      {"drive.earlier", "Destination one place up", "Drives", {QKeySequence(Qt::ALT | Qt::Key_Up)}},
      {"drive.later", "Destination one place down", "Drives", {QKeySequence(Qt::ALT | Qt::Key_Down)}},
      {"drive.asCard", "Read this drive as a card", "Drives", {QKeySequence(Qt::ALT | Qt::Key_C)}},
      {"offload.oneDisk", "One disk is enough", "Cards", {QKeySequence(Qt::ALT | Qt::Key_O)}},
      {"offload.start", "Copy and verify", "Cards", {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)}},
      {"offload.anyway",
       "Copy anyway",
       "Cards",
       {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)}},
      {"offload.numbered", "Copy into a numbered folder", "Cards", {QKeySequence(Qt::ALT | Qt::Key_N)}},
      {"offload.skip", "Skip what is there", "Cards", {QKeySequence(Qt::ALT | Qt::Key_S)}},
      {"job.pause", "Pause or resume", "Jobs", {QKeySequence(Qt::Key_P)}},
      {"job.retry", "Try again", "Jobs", {QKeySequence(Qt::Key_R)}},
      {"job.cancel", "Cancel", "Jobs", {QKeySequence(Qt::Key_Delete)}},
      {"job.earlier", "Move up", "Jobs", {QKeySequence(Qt::ALT | Qt::Key_Up)}},
      {"job.later", "Move down", "Jobs", {QKeySequence(Qt::ALT | Qt::Key_Down)}},
      {"verify.choose", "Choose a folder…", "Verify", {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)}},
      {"verify.start", "Verify", "Verify", {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)}},
      {"verify.list", "Choose a list…", "Verify", {QKeySequence(Qt::CTRL | Qt::Key_L)}},
      {"verify.certificate", "Certificate…", "Verify", {QKeySequence(Qt::CTRL | Qt::Key_P)}},
      {"preset.use", "Use or leave this preset", "Presets", {QKeySequence(Qt::Key_Space)}},
      {"preset.copy", "Copy and change…", "Presets", {QKeySequence(Qt::CTRL | Qt::Key_N)}},
      {"preset.edit", "Change…", "Presets", {QKeySequence(Qt::Key_F2)}},
      {"preset.remove", "Remove", "Presets", {QKeySequence(Qt::Key_Delete)}},
      {"preset.restore", "Put the removed preset back", "Presets", {QKeySequence(Qt::CTRL | Qt::Key_Z)}},
      {"dailies.find", "Find clips for dailies", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_F)}},
      {"dailies.folder", "Output folder…", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_O)}},
      {"dailies.burnin", "Burn-in", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_B)}},
      {"dailies.template", "Burn-in template…", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_T)}},
      {"dailies.framing", "Framing from a file…", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_G)}},
      {"dailies.render",
       "Render",
       "Dailies",
       {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)}},
      {"dailies.export", "Export", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_E)}},
      {"dailies.report", "Save the report…", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_P)}},
      {"dailies.resume", "Go on with it", "Dailies", {QKeySequence(Qt::ALT | Qt::Key_R)}},
      {"dailies.forget", "Forget it", "Dailies", {}},
      {"sound.find", "Find sound…", "Sound", {QKeySequence(Qt::ALT | Qt::Key_S)}},
      {"sound.forget", "Take sound away", "Sound", {}},
      {"render.open", "Open the file", "Renders", {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)}},
      {"library.find", "Search the library", "Library", {QKeySequence(Qt::CTRL | Qt::Key_F)}},
      {"library.clearSearch", "Clear the search", "Library", {}},
      {"library.undo", "Undo", "Library", {QKeySequence(Qt::CTRL | Qt::Key_Z)}},
      {"library.redo",
       "Redo",
       "Library",
       {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)}},
      {"library.spec", "What the project expects…", "Library", {QKeySequence(Qt::CTRL | Qt::Key_E)}},
      {"qc.all", "All clips", "Library", {QKeySequence(Qt::ALT | Qt::Key_1)}},
      {"qc.errors", "Clips with errors", "Library", {QKeySequence(Qt::ALT | Qt::Key_2)}},
      {"qc.warnings", "Clips with warnings", "Library", {QKeySequence(Qt::ALT | Qt::Key_3)}},
      {"clip.proxies", "Make proxies", "Library", {QKeySequence(Qt::CTRL | Qt::Key_P)}},
      {"clip.proxyFolder", "Folder for proxies…", "Library", {}},
      {"clip.applyLook", "Apply look…", "Library", {QKeySequence(Qt::CTRL | Qt::Key_L)}},
      {"viewer.play", "Play or pause", "Viewer", {QKeySequence(Qt::Key_Space)}},
      {"viewer.stepForward", "One frame on", "Viewer", {QKeySequence(Qt::Key_Right)}},
      {"viewer.stepBack", "One frame back", "Viewer", {QKeySequence(Qt::Key_Left)}},
      {"viewer.first", "First frame", "Viewer", {QKeySequence(Qt::Key_Home)}},
      {"viewer.look", "Look on or off", "Viewer", {QKeySequence(Qt::Key_L)}},
      {"viewer.wipe", "Wipe", "Viewer", {QKeySequence(Qt::Key_W)}},
      {"viewer.falseColour", "False colour", "Viewer", {QKeySequence(Qt::Key_F)}},
      {"viewer.scopes", "Scopes", "Viewer", {QKeySequence(Qt::Key_S)}},
      {"viewer.last", "Last frame", "Viewer", {QKeySequence(Qt::Key_End)}},
  };
  return list;
}

Actions::Actions(QObject* parent) : QObject(parent) {
  for (const auto& entry : entries()) {
    auto* action = new QAction(QString::fromUtf8(entry.text), this);
    action->setObjectName(QString::fromUtf8(entry.id));
    action->setProperty("group", QString::fromUtf8(entry.group));
    action->setShortcuts(entry.shortcuts);
  }
}

QAction* Actions::find(const QString& id) const { return findChild<QAction*>(id, Qt::FindDirectChildrenOnly); }

QAction* Actions::place(const QString& id, QWidget* scope, Qt::ShortcutContext context) {
  QAction* action = find(id);
  Q_ASSERT(action);
  action->setShortcutContext(context);
  scope->addAction(action);
  return action;
}

QString Actions::hint(const QString& id) const {
  const QAction* action = find(id);
  if (!action) return {};
  const QString keys = action->shortcut().toString(QKeySequence::NativeText);
  return keys.isEmpty() ? action->text() : QStringLiteral("%1 (%2)").arg(action->text(), keys);
}

}  // namespace rollproof::ui
