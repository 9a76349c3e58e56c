// SPDX-License-Identifier: Apache-2.0
// From an empty catalog to SAFE in the real window, by keys alone; then the library, the viewer and a proxy job.
// With ROLLPROOF_SHOTS=DIR the window is photographed at each stage.
#include <QApplication>
#include <QDir>
#include <QImage>
#include <QTableView>
#include <QTest>
#include <deque>
#include <filesystem>
#include <fstream>

#include "core/demo/demo.h"
#include "ui/bridge/format.h"
#include "ui/cards/cards_page.h"
#include "ui/cards/roll_tile.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/library/library_page.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"
#include "ui/theme/tile_delegate.h"
#include "ui/verify/verify_page.h"

using namespace rollproof;
namespace fs = std::filesystem;

namespace {

constexpr int kPatience = 60000;  // ms; only a failure ever waits so long

class WindowTest : public QObject {
  Q_OBJECT

 private:
  fs::path m_scratch;
  std::deque<std::string> m_answers;  // what the file dialogs will say
  std::unique_ptr<session::Session> m_session;
  std::unique_ptr<ui::MainWindow> m_window;

  void shoot(const char* name) const {
    const QString folder = qEnvironmentVariable("ROLLPROOF_SHOTS");
    if (folder.isEmpty()) return;
    QDir().mkpath(folder);
    QTest::qWait(250);  // two polls, so that what is photographed is what is
    QVERIFY(m_window->grab().save(folder + QLatin1Char('/') + QLatin1String(name) + QStringLiteral(".png")));
  }

  void key(Qt::Key what, Qt::KeyboardModifiers with = Qt::NoModifier) const {
    QWidget* target = QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get();
    QTest::keyClick(target, what, with);
  }

 private slots:
  void initTestCase() {
    std::string pattern = (fs::temp_directory_path() / "rollproof-gui-XXXXXX").string();
    m_scratch = mkdtemp(pattern.data());
    qputenv("XDG_CONFIG_HOME", (m_scratch / "config").c_str());
    jobs::Progress progress;
    QVERIFY(demo::writeDemoCards((m_scratch / "cards").string(), progress, {}).has_value());
    for (const char* drive : {"RAID-A", "SHUTTLE-04"}) fs::create_directories(m_scratch / drive);
    m_session = session::Session::open((m_scratch / "catalog.db").string());
    QVERIFY(!m_session->catalogError());

    ui::Seams seams = ui::desktopSeams();
    seams.chooseFolder = [this](QWidget*, const QString&, const ui::Chosen& chosen) {
      QVERIFY(!m_answers.empty());
      const std::string answer = m_answers.front();
      m_answers.pop_front();
      chosen(answer);
    };
    m_window = std::make_unique<ui::MainWindow>(*m_session, seams);
    m_window->resize(1600, 1000);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QApplication::setActiveWindow(m_window.get());
    QTRY_VERIFY(m_window->isActiveWindow());
  }

  void everySurfaceIsNeutral() {
    const QImage picture = m_window->grab().toImage();
    int coloured = 0;
    for (int y = 0; y < picture.height(); ++y)
      for (int x = 0; x < picture.width(); ++x) {
        const QColor c = picture.pixelColor(x, y);
        if (c.red() != c.green() || c.green() != c.blue()) ++coloured;
      }
    // Nothing has happened yet: no status, no picture, so no colour.
    QCOMPARE(coloured, 0);
    shoot("empty");
  }

  void aCardIsChosenAndCopiedByKeys() {
    m_answers = {(m_scratch / "cards/A001R1AA").string(), (m_scratch / "RAID-A").string(),
                 (m_scratch / "SHUTTLE-04").string()};
    key(Qt::Key_O, Qt::ControlModifier);
    QTRY_COMPARE(m_window->cardsPage().cards().rowCount(), 1);
    key(Qt::Key_D, Qt::ControlModifier);
    key(Qt::Key_D, Qt::ControlModifier);
    QVERIFY(m_answers.empty());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->cardsPage().form().isVisible(), kPatience);
    // Both folders lie on this machine's disk: the form says so before a byte is copied.
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->cardsPage().form().notes().isEmpty(), kPatience);
    shoot("ready");
    key(Qt::Key_O, Qt::AltModifier);
    QTRY_VERIFY(m_window->cardsPage().form().oneDisk());
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->cardsPage().tiles().empty(), kPatience);
    // Until proven, the tile is grey and forbids.
    const auto finished = [this] {
      const auto state = m_session->state();
      return !state.tiles.empty() && state.tiles.front().finished;
    };
    if (!finished()) QCOMPARE(m_window->cardsPage().tiles().front()->verdict().standing(), ui::Standing::unproven);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->cardsPage().tiles().front()->verdict().standing(), ui::Standing::proven,
                              kPatience);
    const auto& verdict = m_window->cardsPage().tiles().front()->verdict();
    QVERIFY(verdict.headline().contains(QStringLiteral("SAFE TO FORMAT")));
    QVERIFY(verdict.reasons().contains(QStringLiteral("one physical device")));
    QTRY_VERIFY_WITH_TIMEOUT(m_session->state().jobs.front().state == jobs::JobState::done, kPatience);
    shoot("safe");
    int manifests = 0;
    for (const char* drive : {"RAID-A", "SHUTTLE-04"})
      for (const auto& entry : fs::recursive_directory_iterator(m_scratch / drive))
        if (entry.path().extension() == ".mhl") ++manifests;
    QCOMPARE(manifests, 2);
  }

  void twoCopiesOnOneDiskAreNotSafeUnlessThatIsAsked() {
    m_answers = {(m_scratch / "cards/SOUND_01").string()};
    key(Qt::Key_O, Qt::ControlModifier);
    QTRY_COMPARE(m_window->cardsPage().cards().rowCount(), 2);
    QTRY_VERIFY(m_window->cardsPage().form().oneDisk());
    key(Qt::Key_O, Qt::AltModifier);
    QTRY_VERIFY(!m_window->cardsPage().form().oneDisk());
    QTest::qWait(300);  // the card's names are read
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_session->state().tiles.size() == 2 && m_session->state().tiles.front().finished,
                             kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(m_window->cardsPage().tiles().size()), 2, kPatience);
    const auto& verdict = m_window->cardsPage().tiles().front()->verdict();
    QTRY_VERIFY_WITH_TIMEOUT(verdict.headline().contains(QStringLiteral("DO NOT FORMAT")), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(verdict.reasons().contains(QStringLiteral("one physical device")), kPatience);
    QCOMPARE(verdict.standing(), ui::Standing::unproven);
    shoot("not-safe");
  }

  void theLibraryFindsAndPlaysAClip() {
    key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(m_window->place(), static_cast<QWidget*>(&m_window->libraryPage()));
    auto& library = m_window->libraryPage();
    QTRY_VERIFY_WITH_TIMEOUT(library.clips().rowCount() == 4, kPatience);
    key(Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(library.searchField()->hasFocus());
    QTest::keyClicks(library.searchField(), QStringLiteral("clip:A001* scene:12"));
    QTRY_VERIFY_WITH_TIMEOUT(library.clips().rowCount() > 0 && library.clips().rowCount() < 4, kPatience);
    key(Qt::Key_Return);
    QTRY_VERIFY(library.table().hasFocus());
    QTRY_VERIFY_WITH_TIMEOUT(library.viewer().hasPicture(), kPatience);
    QVERIFY(library.viewer().chain().contains(QStringLiteral("ARRI LogC3 (EI800)")));
    QCOMPARE(library.viewer().frameCount(), 24);
    key(Qt::Key_Home);
    QTRY_COMPARE_WITH_TIMEOUT(library.viewer().frame(), 0, kPatience);
    key(Qt::Key_Right);
    QTRY_COMPARE_WITH_TIMEOUT(library.viewer().frame(), 1, kPatience);
    QVERIFY(library.viewer().position().contains(QStringLiteral(":01")));
    key(Qt::Key_Space);
    QVERIFY(library.viewer().isPlaying());
    QTRY_VERIFY_WITH_TIMEOUT(library.viewer().frame() > 4, kPatience);
    if (library.viewer().isPlaying()) key(Qt::Key_Space);
    QVERIFY(!library.viewer().isPlaying());
    key(Qt::Key_End);
    QTRY_COMPARE_WITH_TIMEOUT(library.viewer().frame(), 23, kPatience);
    shoot("library");
    // Ways to judge the picture: scopes beside it, stops painted over it, and what it is without a look.
    auto& viewer = library.viewer();
    const QImage graded = viewer.picture();
    key(Qt::Key_S);
    QTRY_VERIFY_WITH_TIMEOUT(viewer.hasScopes(), kPatience);
    key(Qt::Key_S);
    QTRY_COMPARE_WITH_TIMEOUT(viewer.picture(), graded, kPatience);
    key(Qt::Key_F);
    QTRY_VERIFY_WITH_TIMEOUT(viewer.picture() != graded, kPatience);
    key(Qt::Key_F);
    QTRY_COMPARE_WITH_TIMEOUT(viewer.picture(), graded, kPatience);
    model::Look warm;
    warm.cdl = model::Cdl{{1.5, 1, 0.6}, {0, 0, 0}, {1, 1, 1}, 1};
    viewer.tryLook(warm);
    QTRY_VERIFY_WITH_TIMEOUT(viewer.picture() != graded, kPatience);
    QVERIFY(viewer.chain().contains(QStringLiteral("CDL")));
    key(Qt::Key_W);
    QVERIFY(viewer.isWiping());
    QTRY_COMPARE_WITH_TIMEOUT(viewer.plainPicture(), graded, kPatience);
    shoot("library-wipe");
    key(Qt::Key_W);
    key(Qt::Key_L);
    QVERIFY(!viewer.lookIsOn());
    QTRY_COMPARE_WITH_TIMEOUT(viewer.plainPicture(), graded, kPatience);
    key(Qt::Key_L);
    viewer.tryLook(std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(viewer.picture(), graded, kPatience);
  }

  void proxiesAreMadeAsAJob() {
    const auto before = m_session->state().jobs.size();
    key(Qt::Key_P, Qt::ControlModifier);
    // The clip's, and the seal's behind it.
    QTRY_COMPARE_WITH_TIMEOUT(m_session->state().jobs.size(), before + 2, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_session->state().jobs.back().state == jobs::JobState::done, kPatience);
    int movies = 0;
    for (const auto& entry : fs::recursive_directory_iterator(m_scratch / "RAID-A"))
      if (entry.path().string().find("/proxies/") != std::string::npos && entry.is_regular_file()) ++movies;
    QVERIFY(movies >= 1);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->jobsPanel().rows().size(), before + 2, kPatience);
    shoot("jobs");
  }

  void aClipIsRenderedOnTheDailiesPlace() {
    key(Qt::Key_5, Qt::ControlModifier);
    auto& page = m_window->dailiesPage();
    QTRY_COMPARE(m_window->place(), static_cast<QWidget*>(&page));
    QTRY_VERIFY_WITH_TIMEOUT(page.table().model()->rowCount() >= 2, kPatience);
    page.query().setFocus();
    QTest::keyClicks(&page.query(), QStringLiteral("A001C001"));
    QTRY_COMPARE_WITH_TIMEOUT(page.table().model()->rowCount(), 1, kPatience);
    page.table().setFocus();
    key(Qt::Key_A, Qt::ControlModifier);
    auto& presets = page.presetPanel();
    for (const char* name : {"h264-review", "jpeg-still"}) {
      presets.list().setFocus();
      presets.list().setCurrentIndex(presets.presets().index(presets.presets().rowOf(name)));
      key(Qt::Key_Space);
    }
    m_answers = {(m_scratch / "dailies").string()};
    key(Qt::Key_O, Qt::AltModifier);
    page.orderPanel().framingField().setFocus();
    QTest::keyClicks(&page.orderPanel().framingField(), QStringLiteral("2.39"));
    page.orderPanel().burninField().setFocus();
    QTest::keyClicks(&page.orderPanel().burninField(), QStringLiteral("{clip} {tc}"));
    // The picture as it will be: the matte's shape, with words in it.
    QTRY_VERIFY_WITH_TIMEOUT(!page.sample().picture().isNull(), kPatience);
    key(Qt::Key_Return, Qt::ControlModifier);
    const auto results = [&] {
      const auto state = m_session->state();
      return !state.renders.empty() && state.renders.front().clipName.starts_with("A001C001") &&
                     state.renders.front().results
                 ? state.renders.front().results->size()
                 : 0;
    };
    QTRY_COMPARE_WITH_TIMEOUT(results(), std::size_t{2}, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(m_scratch / "dailies/ascmhl"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(page.renderPanel().renders().rowCount() >= 2, kPatience);
    const auto still = m_scratch / "dailies/jpeg-still/A001C001_260502_R1AA.jpg";
    QVERIFY(fs::exists(still));
    const QImage picture(QString::fromStdString(still.string()));
    QCOMPARE(picture.width(), 1920);
    const auto cinema = static_cast<double>(picture.width()) / picture.height();
    QVERIFY2(std::abs(cinema - 2.39) < 0.02, qPrintable(QString::number(cinema)));
    shoot("dailies-real");
  }

  void aKnownCardIsNotCopiedAgainByAccident() {
    key(Qt::Key_1, Qt::ControlModifier);
    auto& page = m_window->cardsPage();
    const int row = page.cards().rowOf((m_scratch / "cards/A001R1AA").string());
    QVERIFY(row >= 0);
    page.desk().cardList().setCurrentIndex(page.cards().index(row));
    const auto known = [&] { return page.cards().at(row).known; };
    QTRY_VERIFY_WITH_TIMEOUT(known() && known()->known == session::Known::alreadySafe, kPatience);
    const auto before = m_session->state().jobs.size();
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->sentenceShown().contains(QStringLiteral("already safe")), kPatience);
    QCOMPARE(m_session->state().jobs.size(), before);
    shoot("already-safe-real");
  }

  void aDamagedFileIsFoundOnTheVerifyPlace() {
    fs::path victim;
    for (const auto& entry : fs::recursive_directory_iterator(m_scratch / "RAID-A"))
      if (entry.path().extension() == ".mov" && entry.path().string().find("/proxies/") == std::string::npos)
        victim = entry.path();
    QVERIFY(!victim.empty());
    {
      std::fstream file(victim, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(5000);
      const auto byte = static_cast<char>(file.get() ^ 1);
      file.seekp(5000);
      file.put(byte);
    }
    key(Qt::Key_4, Qt::ControlModifier);
    auto& page = m_window->verifyPage();
    QTRY_COMPARE(m_window->place(), static_cast<QWidget*>(&page));
    shoot("verify-empty");
    QTest::keyClicks(&page.expected(), QStringLiteral("A001, SOUND_01, B001"));
    page.focusDrives();
    m_answers = {(m_scratch / "RAID-A").string()};
    key(Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.panels().size(), std::size_t{1}, kPatience);
    auto& panel = *page.panels()[0];
    QTRY_VERIFY_WITH_TIMEOUT(panel.run().report != nullptr, kPatience);
    QCOMPARE(panel.verdict().standing(), ui::Standing::defect);
    QVERIFY(panel.verdict().reasons().contains(QStringLiteral("1\u00A0file altered")));
    QVERIFY(panel.verdict().reasons().contains(QStringLiteral("missing: B001")));
    // The two rolls, and the proxies that were sealed beside them.
    QCOMPARE(panel.rolls().rowCount(), 3);
    QStringList words;
    for (int row = 0; row < 3; ++row) words << panel.rolls().index(row).data(ui::kStatusRole).toString();
    words.sort();
    QCOMPARE(words,
             (QStringList{QStringLiteral("■ Defect"), QStringLiteral("✔ Verified"), QStringLiteral("✔ Verified")}));
    QVERIFY(panel.findings().join(QLatin1Char('\n')).contains(ui::shown(victim.filename().string())));
    shoot("verify-damaged-real");
  }

  void aFailedJobCanBeTriedAgain() {
    key(Qt::Key_1, Qt::ControlModifier);
    session::OffloadSettings settings;
    settings.source = (m_scratch / "no such card").string();
    settings.destinations = {(m_scratch / "RAID-A").string()};
    const auto job = m_session->startOffload(settings, "");
    const auto stateOf = [&] {
      for (const auto& view : m_session->state().jobs)
        if (view.id == job) return view.state;
      return jobs::JobState::unknown;
    };
    QTRY_VERIFY_WITH_TIMEOUT(stateOf() == jobs::JobState::failed, kPatience);
    ui::JobRow* row = nullptr;
    const auto find = [&] {
      for (auto* one : m_window->jobsPanel().rows())
        if (one->title().contains(QStringLiteral("no such card"))) row = one;
      return row != nullptr && row->button()->isVisible();
    };
    QTRY_VERIFY_WITH_TIMEOUT(find(), kPatience);
    fs::copy(m_scratch / "cards/SOUND_01", m_scratch / "no such card", fs::copy_options::recursive);
    QTest::mouseClick(row->button(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(stateOf() == jobs::JobState::done, kPatience);
  }

  void cleanupTestCase() {
    m_window.reset();
    m_session.reset();
    fs::remove_all(m_scratch);
  }
};

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication::setOrganizationName(QStringLiteral("rollproof-test"));
  QCoreApplication::setApplicationName(QStringLiteral("rollproof-test"));
  QApplication application(argc, argv);
  ui::theme::apply(application);
  WindowTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "test_window.moc"
