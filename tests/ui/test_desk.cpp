// SPDX-License-Identifier: Apache-2.0
// The whole window over a session that only remembers: what keys, drops and buttons ask of it, and what its state
// looks like.
#include <QAbstractItemModelTester>
#include <QRegularExpression>

#include "tests/ui/desk_fixture.h"
#include "ui/cards/card_desk.h"
#include "ui/library/day_model.h"
#include "ui/theme/tile_delegate.h"

using namespace rollproof;
using test::arriCard;

namespace {

session::State stateWith(jobs::JobState jobState, bool defect) {
  session::State state;
  jobs::JobView job;
  job.id = {7};
  job.kind = "offload";
  job.title = "Offload A011 to RAID-A";
  job.state = jobState;
  job.phase = "Verifying";
  job.fraction = 0.63;
  job.bytesPerSecond = 2092e6;  // both streams together: the speed of no drive
  job.canCancel = jobState == jobs::JobState::running;
  job.canRetry = jobState == jobs::JobState::failed;
  if (jobState == jobs::JobState::running) job.remaining = std::chrono::seconds(352);
  job.meters.push_back({"RAID-A read back", 908, 1032, 908, 1032, 0, 1180e6});
  job.meters.push_back({"Card, second read", 733, 1032, 733, 1032, 0, 912e6});
  state.jobs.push_back(job);
  session::Tile tile;
  tile.source = "/media/a011";
  tile.key = {"Northern Light", "2026-05-02", "A011"};
  tile.job = job.id;
  tile.finished = jobState != jobs::JobState::running;
  tile.defect = defect;
  tile.verdict.reasons = {{"altered", "A011C009.mxf differs on SHUTTLE-04"}};
  state.tiles.push_back(tile);
  return state;
}

int colouredPixels(const QImage& picture) {
  int coloured = 0;
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x) {
      const QRgb c = picture.pixel(x, y);
      coloured += qRed(c) != qGreen(c) || qGreen(c) != qBlue(c);
    }
  return coloured;
}

class DeskTest : public test::DeskFixture {
  Q_OBJECT

 private slots:
  void returnCopiesTheSelectedCardOnceToTheDestinationsInTheirOrder() {
    open();
    page().addCard("/media/a012");
    page().addDestination("/mnt/raid");
    page().addDestination("/mnt/shuttle");
    QTRY_COMPARE(page().cards().at(0).state, ui::CardItem::State::ready);
    key(Qt::Key_Return);
    key(Qt::Key_Return);
    QTRY_VERIFY(!m_session->offloads().empty());
    QTest::qWait(100);  // a second copy would have been asked for by now
    const auto asked = m_session->offloads();
    QCOMPARE(asked.size(), std::size_t{1});
    QVERIFY(asked[0].source == "/media/a012");
    QVERIFY((asked[0].destinations == std::vector<std::string>{"/mnt/raid", "/mnt/shuttle"}));
    QVERIFY(asked[0].roll == "A012");
    QCOMPARE(asked[0].policy.minDevices, 2);
    QCOMPARE(asked[0].policy.minCopies, 2);
  }

  void oneDiskIsEnoughOnlyForWhomAskedForIt() {
    open();
    page().addCard("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_COMPARE(page().cards().at(0).state, ui::CardItem::State::ready);
    key(Qt::Key_O, Qt::AltModifier);
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
    QCOMPARE(m_session->offloads().at(0).policy.minDevices, 1);
    m_window.reset();
    open();  // another day: the weaker proof is not remembered, the destination is
    QVERIFY(!page().form().oneDisk());
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/raid"}));
  }

  void aCardStillBeingReadIsCopiedUnderTheNameItWillSay() {
    std::promise<void> gate;
    m_session->readGate = gate.get_future().share();
    open();
    page().addCard("/media/no name yet");
    page().addDestination("/mnt/raid");
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
    QVERIFY(m_session->offloads()[0].roll.empty());  // the session asks the card
    gate.set_value();
  }

  void withoutADestinationNothingStartsAndASentenceSaysWhy() {
    open();
    page().addCard("/media/a012");
    QTRY_COMPARE(page().cards().at(0).state, ui::CardItem::State::ready);
    key(Qt::Key_Return);
    QVERIFY(m_session->offloads().empty());
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("destination")));
  }

  void aDropKeepsTheExactBytesOfAName() {
    open();
    const std::string odd = "/media/card\xff 100% \xC3\xA9";
    dropPath(odd, *m_window, QPoint(800, 400));
    QCOMPARE(page().cards().rowCount(), 1);
    QVERIFY(page().cards().at(0).path == odd);
  }

  void aRunningTileTellsWhenItIsDoneByTheClock() {
    m_session->show(stateWith(jobs::JobState::running, false));
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    const QString line = page().tiles()[0]->progressLine();
    QVERIFY2(
        line.contains(QRegularExpression(QStringLiteral("Verifying  63 % +1180.MB/s +done \\d\\d:\\d\\d · in 6 min"))),
        qPrintable(line));
    QCOMPARE(page().tiles()[0]->verdict().standing(), ui::Standing::unproven);
  }

  void aJobIsCancelledAndRetriedByItsButton() {
    m_session->show(stateWith(jobs::JobState::running, false));
    open();
    QTRY_COMPARE(m_window->jobsPanel().rows().size(), std::size_t{1});
    QTest::mouseClick(m_window->jobsPanel().rows()[0]->button(), Qt::LeftButton);
    QCOMPARE(m_session->cancelled(), std::vector<std::uint64_t>{7});
    m_session->show(stateWith(jobs::JobState::failed, false));
    QTRY_COMPARE(m_window->jobsPanel().rows()[0]->button()->text(), QStringLiteral("Retry"));
    key(Qt::Key_J, Qt::ControlModifier);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(m_window->jobsPanel().rows()[0]));
    key(Qt::Key_R);
    QCOMPARE(m_session->retried(), std::vector<std::uint64_t>{7});
  }

  void onlyAProvenDefectIsSalmonAndItCanBeCopiedAgain() {
    m_session->show(stateWith(jobs::JobState::failed, false));
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    QCOMPARE(colouredPixels(m_window->grab().toImage()), 0);  // unproven is grey
    m_session->show(stateWith(jobs::JobState::failed, true));
    QTRY_COMPARE(page().tiles()[0]->verdict().standing(), ui::Standing::defect);
    QVERIFY(page().tiles()[0]->verdict().headline().contains(QStringLiteral("DEFECT")));
    const QImage block = page().tiles()[0]->verdict().findChild<QLabel*>()->parentWidget()->grab().toImage();
    QCOMPARE(block.pixelColor(block.width() / 2, 3), ui::theme::defect());
    QTest::mouseClick(page().tiles()[0]->againButton(), Qt::LeftButton);
    QCOMPARE(m_session->retried(), std::vector<std::uint64_t>{7});
  }

  void everyGreyOfTheThemeIsNeutral() {
    const QPalette palette = QApplication::palette();
    for (int group = 0; group < QPalette::NColorGroups; ++group)
      for (int role = 0; role < QPalette::NColorRoles; ++role) {
        const QColor c =
            palette.color(static_cast<QPalette::ColorGroup>(group), static_cast<QPalette::ColorRole>(role));
        QVERIFY2(c.red() == c.green() && c.green() == c.blue(), qPrintable(c.name()));
      }
    const QString sheet = static_cast<QApplication*>(QCoreApplication::instance())->styleSheet();
    QVERIFY(!sheet.isEmpty() && !sheet.contains(QLatin1Char('@')));
    auto found = QRegularExpression(QStringLiteral("#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")).globalMatch(sheet);
    QVERIFY(found.hasNext());
    while (found.hasNext()) {
      const auto match = found.next();
      QVERIFY2(match.captured(1) == match.captured(2) && match.captured(2) == match.captured(3),
               qPrintable(match.captured()));
    }
  }

  void notesTypedJustBeforeTheWindowClosesAreKept() {
    catalog::ClipRow row;
    row.id = {42};
    row.roll = {1};
    row.clip.name = "A012C004";
    m_session->clipRows = {row};
    open();
    key(Qt::Key_2, Qt::ControlModifier);
    auto& notes = m_window->libraryPage().inspector().notes();
    QTRY_VERIFY(notes.isVisible());
    notes.setFocus();
    QTest::keyClicks(&notes, QStringLiteral("Focus soft at the end"));
    m_window.reset();
    const auto kept = m_session->annotations();
    QCOMPARE(kept.size(), std::size_t{1});
    QCOMPARE(kept[0].clip, std::int64_t{42});
    QVERIFY(kept[0].field == "slate.notes" && kept[0].value == "Focus soft at the end");
  }

  void destinationsCloseTheirGapsAndAnUnmountedOneIsNotCountedOn() {
    ui::DriveModel drives;
    const QAbstractItemModelTester tester(&drives, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model::Volume a, b;
    a.mountPoint = "/mnt/a";
    b.mountPoint = "/mnt/b";
    a.device.durable = b.device.durable = true;
    drives.setVolumes({a, b}, {});
    drives.choose("/mnt/b");
    drives.choose("/home/folder");
    drives.choose("/mnt/a");
    QVERIFY((drives.destinations() == std::vector<std::string>{"/mnt/b", "/home/folder", "/mnt/a"}));
    drives.move(2, -1);
    QVERIFY((drives.destinations() == std::vector<std::string>{"/mnt/b", "/mnt/a", "/home/folder"}));
    drives.choose("/home/folder", 0);
    QVERIFY((drives.destinations() == std::vector<std::string>{"/home/folder", "/mnt/b", "/mnt/a"}));
    drives.choose("/home/folder", 2);  // before a: behind b
    QVERIFY((drives.destinations() == std::vector<std::string>{"/mnt/b", "/home/folder", "/mnt/a"}));
    drives.toggle(0);  // b
    QCOMPARE(drives.data(drives.index(0), ui::kBadgeRole).toString(), QStringLiteral("Destination 1"));
    QVERIFY(drives.at(0).path == "/home/folder");
    drives.setVolumes({b}, {});
    QVERIFY((drives.destinations() == std::vector<std::string>{"/home/folder"}));
    QCOMPARE(drives.rowCount(), 2);
  }

  void cardsAndDaysAreGoodModels() {
    ui::CardModel cards;
    const QAbstractItemModelTester cardTester(&cards, QAbstractItemModelTester::FailureReportingMode::QtTest);
    cards.add("/media/one", false);
    QCOMPARE(cards.add("/media/one", false), 0);  // the same card lies there once
    cards.setRead("/media/one", arriCard());
    QCOMPARE(cards.data(cards.index(0), Qt::DisplayRole).toString(), QStringLiteral("A012"));
    cards.setRollName(0, "A013");
    QVERIFY(cards.at(0).roll() == "A013");
    cards.setRead("/media/gone", fail(Errc::notFound, "is not there"));
    cards.remove(0);
    QCOMPARE(cards.rowCount(), 0);

    ui::DayModel days;
    const QAbstractItemModelTester dayTester(&days, QAbstractItemModelTester::FailureReportingMode::QtTest);
    catalog::RollRow first, second;
    first.key = {"P", "2026-05-01", "A001"};
    second.key = {"P", "2026-05-02", "A002"};
    second.verdict.kind = model::VerdictKind::safe;
    days.setRolls({first, second});
    QCOMPARE(days.rowCount(), 3);
    QVERIFY(!days.dayAt(0));
    QVERIFY(days.dayAt(1)->day == "2026-05-02");
    QVERIFY(days.data(days.index(1), ui::kStatusRole).toString().startsWith(QStringLiteral("✔")));
    QVERIFY(days.data(days.index(2), ui::kStatusRole).toString().startsWith(QStringLiteral("◌")));
    days.setRolls({});
    QCOMPARE(days.rowCount(), 1);
  }
};

}  // namespace

int main(int argc, char** argv) { return test::runDesk<DeskTest>(argc, argv); }

#include "test_desk.moc"
