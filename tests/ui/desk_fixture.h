// SPDX-License-Identifier: Apache-2.0
// The whole window over a session that only remembers, with a person's hands: keys, drags and drops.
// Threads: GUI thread only.
#pragma once

#include <QApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QDragMoveEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTest>
#include <filesystem>
#include <memory>

#include "tests/ui/fake_session.h"
#include "ui/bridge/format.h"
#include "ui/shell/main_window.h"

namespace rollproof::test {

inline model::Card arriCard() {
  model::Card card;
  card.family = "arri";
  card.camera = "ARRI ALEXA 35";
  card.reel = "A012";
  card.clips.resize(14);
  card.files = 1032;
  card.bytes = 480'200'000'000;
  return card;
}

inline model::Volume volume(const std::string& mountPoint, const std::string& label) {
  model::Volume volume;
  volume.mountPoint = mountPoint;
  volume.label = label;
  volume.fileSystem = "exfat";
  volume.device = {"serial:" + label, "Samsung T7 (serial S5T" + label + ")", true, false};
  volume.totalBytes = 4'000'000'000'000;
  volume.freeBytes = 3'100'000'000'000;
  return volume;
}

class DeskFixture : public QObject {
  Q_OBJECT

 protected:
  std::filesystem::path m_scratch;
  std::unique_ptr<FakeSession> m_session;
  std::unique_ptr<ui::MainWindow> m_window;
  ui::Seams m_seams = ui::desktopSeams();

  void open() {
    m_window = std::make_unique<ui::MainWindow>(*m_session, m_seams);
    m_window->resize(1600, 1000);
    m_window->show();
    QApplication::setActiveWindow(m_window.get());
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
  }
  void key(Qt::Key what, Qt::KeyboardModifiers with = Qt::NoModifier) const {
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get(), what, with);
  }
  // With ROLLPROOF_SHOTS=DIR the window is photographed.
  void shoot(const char* name) const {
    const QString folder = qEnvironmentVariable("ROLLPROOF_SHOTS");
    if (folder.isEmpty()) return;
    QDir().mkpath(folder);
    QTest::qWait(250);  // two polls, so that what is photographed is what is
    QVERIFY(m_window->grab().save(folder + QLatin1Char('/') + QLatin1String(name) + QStringLiteral(".png")));
  }
  [[nodiscard]] ui::CardsPage& page() const { return m_window->cardsPage(); }

  // Drags something over a place of `over` and lets it go, as the window system would: the drop counts only where the
  // entry was accepted.
  void drop(const QMimeData& mime, const QWidget& over, const QPoint& at) const {
    const QPoint where = m_window->mapFromGlobal(over.mapToGlobal(at));
    QDragEnterEvent enter(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &move);
    QVERIFY(move.isAccepted());
    QDropEvent let(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &let);
    QVERIFY(let.isAccepted());
  }
  void dropPath(const std::string& path, const QWidget& over, const QPoint& at) const {
    QMimeData mime;
    mime.setData(QStringLiteral("text/uri-list"), ui::fileUrl(path) + "\r\n");
    drop(mime, over, at);
  }
  void dropRow(const QListView& list, int row, const QWidget& over, const QPoint& at) const {
    const std::unique_ptr<QMimeData> mime(list.model()->mimeData({list.model()->index(row, 0)}));
    QVERIFY(mime);
    drop(*mime, over, at);
  }

 private slots:
  void initTestCase() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-desk-XXXXXX").string();
    m_scratch = mkdtemp(pattern.data());
    qputenv("XDG_CONFIG_HOME", m_scratch.c_str());
  }
  void init() {
    ui::remember({});
    m_session = std::make_unique<FakeSession>();
    m_session->card = arriCard();
  }
  void cleanup() {
    m_window.reset();
    m_session.reset();
  }
  void cleanupTestCase() { std::filesystem::remove_all(m_scratch); }
};

// main() of a test program with one test object.
template <class Test>
int runDesk(int argc, char** argv) {
  QCoreApplication::setOrganizationName(QStringLiteral("rollproof-test"));
  QCoreApplication::setApplicationName(QStringLiteral("rollproof-test"));
  QApplication application(argc, argv);
  ui::theme::apply(application);
  Test test;
  return QTest::qExec(&test, argc, argv);
}

}  // namespace rollproof::test
