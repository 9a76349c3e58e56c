// SPDX-License-Identifier: Apache-2.0
// The Cards place: roles by drag and by key, cards that are known already, questions in their place, the queue, the
// culprit, and a verdict that falls when its evidence does.
#include <QRegularExpression>

#include "tests/ui/desk_fixture.h"
#include "ui/theme/tile_delegate.h"

using namespace rollproof;
using test::volume;

namespace {

session::State stateOf(std::vector<model::Volume> volumes) {
  session::State state;
  state.volumes = std::move(volumes);
  state.volumesVersion = 1;
  return state;
}

session::Tile safeTile(const std::string& source) {
  session::Tile tile;
  tile.source = source;
  tile.key = {"Northern Light", "2026-05-02", "A012"};
  tile.camera = "ARRI ALEXA 35";
  tile.files = 1032;
  tile.finished = true;
  tile.rollId = catalog::RollId{3};
  tile.verdict.kind = model::VerdictKind::safe;
  tile.verdict.reasons = {{"verified", "1032 files verified on 2 physical disks"}};
  return tile;
}

jobs::JobView job(std::uint64_t id, const std::string& title, jobs::JobState state) {
  jobs::JobView view;
  view.id = {id};
  view.kind = "offload";
  view.title = title;
  view.state = state;
  view.canCancel = true;
  view.canPause = state == jobs::JobState::running || state == jobs::JobState::waiting;
  view.canResume = state == jobs::JobState::paused;
  view.canMove = state == jobs::JobState::waiting || state == jobs::JobState::paused;
  return view;
}

session::Recognition known(session::Known kind, const std::string& text) {
  session::Recognition recognition;
  recognition.known = kind;
  recognition.text = text;
  recognition.details = {"RAID-A, verified 13:58", "SHUTTLE-04, verified 13:58"};
  return recognition;
}

class CardsTest : public test::DeskFixture {
  Q_OBJECT

 private:
  void cardReady(const std::string& path) {
    page().addCard(path);
    QTRY_COMPARE(page().cards().at(page().cards().rowOf(path)).state, ui::CardItem::State::ready);
  }
  QPoint middleOf(const QListView& list, int row) const {
    return list.visualRect(list.model()->index(row, 0)).center();
  }
  QPoint topOf(const QListView& list, int row) const {
    return list.visualRect(list.model()->index(row, 0)).topLeft() + QPoint(20, 4);
  }

 private slots:
  void pluggedVolumesAppearWithTheirIdentityAndPulledOnesGo() {
    m_session->show(stateOf({volume("/mnt/raid", "RAID-A"), volume("/mnt/s4", "SHUTTLE-04")}));
    open();
    QTRY_COMPARE(page().drives().rowCount(), 2);
    const auto first = page().drives().index(0);
    QCOMPARE(first.data(ui::kTitleRole).toString(), QStringLiteral("RAID-A"));
    QVERIFY(first.data(ui::kDetailRole).toString().contains(QStringLiteral("3.1\u00A0TB free of 4.0\u00A0TB · exfat")));
    QCOMPARE(first.data(ui::kIdentityRole).toString(), QStringLiteral("Samsung T7 (serial S5TRAID-A)"));
    QVERIFY(std::abs(first.data(ui::kFractionRole).toDouble() - 0.225) < 0.001);
    auto pulled = stateOf({volume("/mnt/raid", "RAID-A")});
    pulled.volumesVersion = 2;
    m_session->show(pulled);
    QTRY_COMPARE(page().drives().rowCount(), 1);
  }

  void aPluggedCardIsACardAndNoDrive() {
    auto card = volume("/media/a012", "A012R1AB");
    card.removable = true;
    m_session->show(stateOf({volume("/mnt/raid", "RAID-A"), card}));
    open();
    QTRY_COMPARE(page().cards().rowCount(), 1);
    QTRY_COMPARE(page().drives().rowCount(), 1);
    const QString identity = page().cards().index(0).data(ui::kIdentityRole).toString();
    QVERIFY2(identity.startsWith(QStringLiteral("A012R1AB · exfat")), qPrintable(identity));
  }

  void aDriveDraggedToTheCardsIsReadAndBackAgainItIsADestination() {
    m_session->show(stateOf({volume("/mnt/raid", "RAID-A"), volume("/mnt/s4", "SHUTTLE-04")}));
    open();
    QTRY_COMPARE(page().drives().rowCount(), 2);
    auto& cards = page().desk().cardList();
    auto& drives = page().desk().driveList();
    dropRow(drives, 1, cards, QPoint(20, 0));
    QCOMPARE(page().cards().rowCount(), 1);
    QVERIFY(page().cards().at(0).path == "/mnt/s4");
    QCOMPARE(page().drives().rowCount(), 1);
    QTest::qWait(250);  // two looks at the volumes later it still is a card
    QCOMPARE(page().drives().rowCount(), 1);
    dropRow(cards, 0, drives, middleOf(drives, 0));
    QCOMPARE(page().cards().rowCount(), 0);
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/s4"}));
  }

  void destinationsChangePlacesByDragAndByKey() {
    m_session->show(stateOf({volume("/mnt/a", "A"), volume("/mnt/b", "B"), volume("/mnt/c", "C")}));
    open();
    QTRY_COMPARE(page().drives().rowCount(), 3);
    auto& drives = page().desk().driveList();
    drives.setFocus();
    for (int row = 0; row < 3; ++row) {
      drives.setCurrentIndex(page().drives().index(row));
      key(Qt::Key_Space);
    }
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/a", "/mnt/b", "/mnt/c"}));
    dropRow(drives, 2, drives, topOf(drives, 0));
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/c", "/mnt/a", "/mnt/b"}));
    drives.setCurrentIndex(page().drives().index(0));
    key(Qt::Key_Down, Qt::AltModifier);
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/a", "/mnt/c", "/mnt/b"}));
    key(Qt::Key_Up, Qt::AltModifier);
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/c", "/mnt/a", "/mnt/b"}));
    key(Qt::Key_C, Qt::AltModifier);  // the keyboard's way of dragging it to the cards
    QTRY_COMPARE(page().cards().rowCount(), 1);
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/a", "/mnt/b"}));
    key(Qt::Key_D, Qt::AltModifier);
    QTRY_COMPARE(page().cards().rowCount(), 0);
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/a", "/mnt/b", "/mnt/c"}));
  }

  void onTheFormsToADriveBecomesADestinationAndAboveItACard() {
    m_session->show(stateOf({volume("/mnt/raid", "RAID-A"), volume("/mnt/s4", "SHUTTLE-04")}));
    open();
    cardReady("/media/a012");
    QTRY_COMPARE(page().drives().rowCount(), 2);
    dropRow(page().desk().driveList(), 0, page().form(), page().form().destinationZone().center());
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/raid"}));
    dropPath("/mnt/folder", page().form(), page().form().destinationZone().center());
    QVERIFY((page().drives().destinations() == std::vector<std::string>{"/mnt/raid", "/mnt/folder"}));
    dropPath("/media/b007", page().form(), QPoint(100, 24));
    QCOMPARE(page().cards().rowCount(), 2);
  }

  void aCardBeingCopiedStaysACard() {
    auto state = stateOf({volume("/mnt/raid", "RAID-A")});
    auto tile = safeTile("/media/a012");
    tile.finished = false;
    tile.job = jobs::JobId{7};
    tile.verdict = {};
    state.tiles = {tile};
    state.jobs = {job(7, "Offload A012", jobs::JobState::running)};
    m_session->show(state);
    open();
    cardReady("/media/a012");
    dropRow(page().desk().cardList(), 0, page().desk().driveList(), middleOf(page().desk().driveList(), 0));
    QCOMPARE(page().cards().rowCount(), 1);
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("being copied")));
  }

  void aCardThatIsSafeSaysSoAndReturnDoesNotCopyItAgain() {
    m_session->recogniseAs(known(session::Known::alreadySafe, "A012 is safe since 13:58: 2 copies on 2 disks"));
    open();
    cardReady("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_VERIFY(page().form().known().contains(QStringLiteral("A012 is safe since 13:58")));
    QVERIFY(page().cards().index(0).data(ui::kStatusRole).toString().startsWith(QStringLiteral("✔ ")));
    QVERIFY(page().form().startButton()->text().contains(QStringLiteral("anyway")));
    shoot("already-safe");
    key(Qt::Key_Return);
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("Ctrl+Return")));
    QVERIFY(m_session->offloads().empty());
    key(Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
  }

  void whatIsKnownIsAskedAgainBeforeTheFirstByte() {
    open();
    cardReady("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_VERIFY(page().cards().at(0).known.has_value());
    // Another station's proof arrives between the look at the card and Return.
    m_session->recogniseAs(known(session::Known::alreadySafe, "A012 is safe"));
    key(Qt::Key_Return);
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("already safe")));
    QVERIFY(m_session->offloads().empty());
  }

  void aChangedLibraryIsAskedAboutTheCardsAgain() {
    open();
    cardReady("/media/a012");
    m_session->recogniseAs(known(session::Known::changedSince, "A012 has changed since it was copied"));
    session::State state;
    state.libraryVersion = 2;
    m_session->show(state);
    QTRY_VERIFY(page().form().known().startsWith(QStringLiteral("≠ A012 has changed")));
  }

  void otherContentInTheRollsPlaceIsAskedAboutWhereItStands() {
    m_session->recogniseAs(known(session::Known::otherContent, "Another A012 was offloaded on 1 May"));
    open();
    cardReady("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_VERIFY(page().form().question().contains(QStringLiteral("name is taken")));
    QVERIFY(page().form().known().contains(QStringLiteral("Another A012")));
    QVERIFY(!page().form().startButton()->isEnabled());
    key(Qt::Key_Return);
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("not started")));
    key(Qt::Key_Return);  // nor does a second Return answer the question
    QTest::qWait(100);
    QVERIFY(m_session->offloads().empty());
    key(Qt::Key_N, Qt::AltModifier);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
    QVERIFY(m_session->offloads()[0].onConflict == offload::OnConflict::numberedFolder);
    QTRY_VERIFY(page().form().question().isEmpty() || !page().form().isVisible());
  }

  void filesThatDifferInThePlannedFolderAreAskedAbout() {
    m_session->plan.conflicts = {{"A012C001.mxf", "/mnt/raid/P/A012", "conflict", "12 bytes instead of 14"}};
    open();
    cardReady("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_VERIFY(page().form().question().contains(QStringLiteral("A012C001.mxf")));
    QTest::mouseClick(page().form().skipButton(), Qt::LeftButton);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
    QVERIFY(m_session->offloads()[0].onConflict == offload::OnConflict::skip);
  }

  void theTileFallsBackWhenItsEvidenceDoes() {
    auto state = stateOf({});
    state.tiles = {safeTile("/media/a012")};
    m_session->show(state);
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    QCOMPARE(page().tiles()[0]->verdict().standing(), ui::Standing::proven);
    state.libraryVersion = 2;
    state.tiles[0].verdict = {model::VerdictKind::notSafe, {{"card_changed", "The card has changed since"}}};
    state.tiles[0].known = "2 files are new since 13:58";
    m_session->show(state);
    QTRY_COMPARE(page().tiles()[0]->verdict().standing(), ui::Standing::unproven);
    QVERIFY(page().tiles()[0]->verdict().headline().contains(QStringLiteral("DO NOT FORMAT")));
    QVERIFY(page().tiles()[0]->verdict().reasons().contains(QStringLiteral("changed since")));
  }

  void onlyASafeCardIsEjectedByButtonOrKey() {
    auto state = stateOf({});
    state.tiles = {safeTile("/media/a012")};
    state.tiles[0].ejectMountPoint = "/media/a012";
    m_session->show(state);
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    QVERIFY(page().tiles()[0]->ejectButton()->isVisible());
    key(Qt::Key_E, Qt::ControlModifier);
    QTRY_COMPARE(m_session->calls(), std::vector<std::string>{"eject /media/a012"});
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("take it out")));
    state.tiles[0].verdict.kind = model::VerdictKind::notSafe;
    m_session->show(state);
    QTRY_VERIFY(!page().tiles()[0]->ejectButton()->isVisible());
    key(Qt::Key_E, Qt::ControlModifier);
    QTest::qWait(100);
    QCOMPARE(m_session->calls().size(), std::size_t{1});
  }

  void aBusyCardSaysWhatToDoWhenItCannotBeEjected() {
    auto state = stateOf({});
    state.tiles = {safeTile("/media/a012")};
    state.tiles[0].ejectMountPoint = "/media/a012";
    m_session->show(state);
    m_session->ejects = fail(Errc::busy, "is in use", "/media/a012");
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    QTest::mouseClick(page().tiles()[0]->ejectButton(), Qt::LeftButton);
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("close the other program")));
  }

  void theCulpritIsNamedWithItsReadingsAndTheNextStep() {
    auto state = stateOf({});
    auto tile = safeTile("/media/a011");
    tile.verdict = {};
    tile.defect = true;
    model::FileProblem problem;
    problem.path = "A011C009_260502.mxf";
    problem.where = "/mnt/s4/P/A011";
    problem.code = "mismatch";
    problem.text = "The copy differs";
    problem.culprit = "drive";
    problem.device = "SHUTTLE-04 (Samsung T7)";
    problem.readings = {{"card, first read", "aa11"}, {"card, second read", "aa11"}, {"SHUTTLE-04", "ff00"}};
    problem.sysErrno = EIO;
    problem.offsetBytes = 1048576;
    tile.problems = {problem};
    state.tiles = {tile};
    m_session->show(state);
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    auto& panel = page().tiles()[0]->culprit();
    QString all = panel.lines().join(QLatin1Char('\n'));
    QVERIFY2(all.contains(QStringLiteral("The drive: SHUTTLE-04 (Samsung T7)")), qPrintable(all));
    QVERIFY(
        all.contains(QStringLiteral("aa11\n= agrees\ncard, second read\naa11\n= agrees\nSHUTTLE-04\nff00\n≠ differs")));
    QVERIFY(all.contains(QStringLiteral("change the cable")));
    QVERIFY(!all.contains(QStringLiteral("errno")));
    shoot("culprit");
    QTest::mouseClick(panel.fold(), Qt::LeftButton);
    all = panel.lines().join(QLatin1Char('\n'));
    QVERIFY2(all.contains(QStringLiteral("errno 5")) && all.contains(QStringLiteral("at byte 1\u2009048\u2009576")),
             qPrintable(all));
  }

  void twoReadingsThatDifferAccuseNobody() {
    const auto lines = ui::readingLines({{"card, first read", "aa"}, {"card, second read", "bb"}});
    QVERIFY(!lines[0].differs && !lines[1].differs);
    QVERIFY(!lines[0].word.contains(QStringLiteral("agrees")));
    const auto tie = ui::readingLines({{"a", "1"}, {"b", "1"}, {"c", "2"}, {"d", "2"}});
    for (const auto& line : tie) QVERIFY(!line.differs && !line.word.contains(QStringLiteral("agrees")));
  }

  void eachMeterNamesItsDevice() {
    auto state = stateOf({volume("/mnt/raid", "RAID-A")});
    auto tile = safeTile("/media/a012");
    tile.finished = false;
    tile.verdict = {};
    tile.job = jobs::JobId{7};
    state.tiles = {tile};
    state.jobs = {job(7, "Offload A012", jobs::JobState::running)};
    state.jobs[0].phase = "Verifying";
    state.jobs[0].meters = {{"RAID-A read back", 1, 2, 1, 2, 0, 5e8}, {"Card, second read", 1, 2, 1, 2, 0, 9e8}};
    m_session->show(state);
    open();
    QTRY_COMPARE(page().tiles().size(), std::size_t{1});
    const QStringList names = page().tiles()[0]->meterNames();
    QCOMPARE(names.size(), 2);
    QCOMPARE(names[0], QStringLiteral("RAID-A read back  Samsung T7 (serial S5TRAID-A)"));
    QCOMPARE(names[1], QStringLiteral("Card, second read"));
    shoot("running");
  }

  void jobsPauseResumeAndChangePlacesByButtonAndKey() {
    auto state = stateOf({volume("/mnt/raid", "RAID-A")});
    state.jobs = {job(7, "Offload A012", jobs::JobState::running), job(8, "Offload B007", jobs::JobState::waiting),
                  job(9, "Offload C001", jobs::JobState::waiting), job(10, "Offload D001", jobs::JobState::paused)};
    state.jobs[0].resources = {{"serial:RAID-A", 1}, {"serial:CARD1", 1}};
    state.jobs[1].resources = {{"serial:RAID-A", 1}, {"serial:CARD2", 1}};
    state.jobs[1].waitsFor = jobs::JobId{7};
    m_session->show(state);
    open();
    QTRY_COMPARE(m_window->jobsPanel().rows().size(), std::size_t{4});
    const auto rows = m_window->jobsPanel().rows();
    QCOMPARE(rows[1]->note(), QStringLiteral("waits for RAID-A · after Offload A012"));
    QCOMPARE(rows[3]->pauseButton()->text(), QStringLiteral("Resume"));
    QVERIFY(!rows[0]->upButton()->isVisible());
    shoot("queue");
    QTest::mouseClick(rows[0]->pauseButton(), Qt::LeftButton);
    QTest::mouseClick(rows[2]->upButton(), Qt::LeftButton);
    QTest::mouseClick(rows[1]->downButton(), Qt::LeftButton);
    QTest::mouseClick(rows[2]->downButton(), Qt::LeftButton);
    QCOMPARE(m_session->calls(),
             (std::vector<std::string>{"pause 7", "move 9 before 8", "move 8 before 10", "move 9 to the end"}));
    key(Qt::Key_J, Qt::ControlModifier);
    QVERIFY(rows[0]->hasFocus());
    key(Qt::Key_Down);
    key(Qt::Key_Down);
    key(Qt::Key_Down);
    QVERIFY(rows[3]->hasFocus());
    key(Qt::Key_P);
    key(Qt::Key_Up, Qt::AltModifier);
    key(Qt::Key_Delete);
    const auto calls = m_session->calls();
    QCOMPARE(calls[4], std::string("resume 10"));
    QCOMPARE(calls[5], std::string("move 10 before 9"));
    QCOMPARE(m_session->cancelled(), std::vector<std::uint64_t>{10});
  }

  void everythingThatCanBeClickedIsReachedByTabAndHasAName() {
    auto state = stateOf({volume("/mnt/raid", "RAID-A")});
    state.jobs = {job(7, "Offload A012", jobs::JobState::running), job(8, "Offload B007", jobs::JobState::waiting)};
    state.tiles = {safeTile("/media/a011")};
    state.tiles[0].ejectMountPoint = "/media/a011";
    m_session->show(state);
    m_session->recogniseAs(known(session::Known::otherContent, "Another A012"));
    open();
    cardReady("/media/a012");
    page().addDestination("/mnt/raid");
    QTRY_VERIFY(!page().form().question().isEmpty());
    QTRY_COMPARE(m_window->jobsPanel().rows().size(), std::size_t{2});
    shoot("question");
    QSet<QWidget*> reached;
    QWidget* start = QApplication::focusWidget();
    for (int i = 0; i < 200; ++i) {
      key(Qt::Key_Tab);
      if (QApplication::focusWidget() == start) break;
      reached << QApplication::focusWidget();
    }
    reached << start;
    int buttons = 0;
    for (auto* button : m_window->findChildren<QAbstractButton*>()) {
      if (!button->isVisible() || !button->isEnabled()) continue;
      ++buttons;
      QVERIFY2(reached.contains(button), qPrintable(button->text()));
      QVERIFY(!button->text().isEmpty() || !button->accessibleName().isEmpty());
    }
    QVERIFY(buttons > 12);
    for (const char* list : {"cards", "drives"})
      QVERIFY(reached.contains(m_window->findChild<QListView*>(QString::fromUtf8(list))));
  }

  void threeTextSizesAreAllThereIs() {
    auto state = stateOf({volume("/mnt/raid", "RAID-A")});
    state.jobs = {job(7, "Offload A012", jobs::JobState::running)};
    state.tiles = {safeTile("/media/a011")};
    m_session->show(state);
    open();
    cardReady("/media/a012");
    QSet<int> sizes;
    for (auto* widget : m_window->findChildren<QWidget*>()) sizes << widget->font().pixelSize();
    QCOMPARE(sizes, (QSet<int>{34, 14, 12}));
  }
};

}  // namespace

int main(int argc, char** argv) { return test::runDesk<CardsTest>(argc, argv); }

#include "test_cards.moc"
