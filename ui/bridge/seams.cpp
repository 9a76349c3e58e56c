// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/seams.h"

#include <QDesktopServices>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QUrl>

#include "core/base/path.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

// A name that is not UTF-8 cannot be picked here (Qt does not list it); dropping the folder keeps its exact bytes.
void openDialog(QFileDialog* dialog, const Chosen& chosen) {
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  QObject::connect(dialog, &QFileDialog::fileSelected, dialog,
                   [chosen](const QString& file) { chosen(QFile::encodeName(file).toStdString()); });
  dialog->open();
}

}  // namespace

Seams desktopSeams() {
  Seams seams;
  seams.chooseFolder = [](QWidget* parent, const QString& title, const Chosen& chosen) {
    auto* dialog = new QFileDialog(parent, title);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    openDialog(dialog, chosen);
  };
  seams.chooseFile = [](QWidget* parent, const QString& title, const QString& filter, const Chosen& chosen) {
    auto* dialog = new QFileDialog(parent, title, QString(), filter);
    dialog->setFileMode(QFileDialog::ExistingFile);
    openDialog(dialog, chosen);
  };
  seams.saveFile = [](QWidget* parent, const QString& title, const QString& name, const QString& filter,
                      const Chosen& chosen) {
    auto* dialog =
        new QFileDialog(parent, title, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), filter);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setDefaultSuffix(QFileInfo(name).suffix());
    // A chosen kind of file is one: its suffix follows.
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& kind) {
      const qsizetype dot = kind.indexOf(QLatin1String("*."));  // "PDF (*.pdf)"
      if (dot >= 0)
        dialog->setDefaultSuffix(kind.mid(dot + 2).section(QLatin1Char(')'), 0, 0).section(QLatin1Char(' '), 0, 0));
    });
    dialog->selectFile(name);
    openDialog(dialog, chosen);
  };
  seams.openDocument = [](const std::string& path) { QDesktopServices::openUrl(QUrl::fromEncoded(fileUrl(path))); };
  return seams;
}

Remembered recall() {
  const QSettings settings;
  Remembered what;
  for (const QString& text : settings.value(QStringLiteral("offload/destinations")).toStringList())
    what.destinations.push_back(path::percentDecode(text.toStdString()));
  what.project = utf8(settings.value(QStringLiteral("offload/project"), QStringLiteral("Untitled")).toString());
  return what;
}

void remember(const Remembered& what) {
  QSettings settings;
  QStringList destinations;
  for (const auto& path : what.destinations) destinations << QString::fromStdString(path::percentEncode(path));
  settings.setValue(QStringLiteral("offload/destinations"), destinations);
  settings.setValue(QStringLiteral("offload/project"), QString::fromStdString(what.project));
}

}  // namespace rollproof::ui
