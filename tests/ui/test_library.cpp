// SPDX-License-Identifier: Apache-2.0
// The library, the camera formats and a card's contents over a session that only remembers: what is shown of clips and
// what keys make of them.
#include <QAbstractItemModelTester>
#include <QHeaderView>

#include "tests/ui/desk_fixture.h"

using namespace rollproof;
using test::arriCard;

namespace {

catalog::ClipRow clipRow(std::int64_t id, const std::string& name) {
  catalog::ClipRow row;
  row.id = {id};
  row.roll = {1};
  row.key = {"Feature", "2026-05-02", "A001"};
  row.clip.name = name;
  row.clip.frameRate = {24000, 1001};
  row.clip.exposure.ei = 800;
  row.clip.provenance["exposure.ei"] = {{"com.arri.camera", "800"}, {"ale", "1280"}};
  row.clip.files.push_back({"A001/" + name + ".mov", model::FileRole::essence, 1000});
  return row;
}

// Numbers and their words are kept on one line by blanks of their own.
QString plain(QString text) { return text.replace(QChar(0xa0), QLatin1Char(' ')); }

class LibraryTest : public test::DeskFixture {
  Q_OBJECT

  ui::LibraryPage& library() { return m_window->libraryPage(); }

  // Four clips: one with an error, one with a warning, one clean, one never checked.
  void openLibrary() {
    auto bad = clipRow(1, "A001C001"), odd = clipRow(2, "A001C002"), clean = clipRow(3, "A001C003");
    auto unchecked = clipRow(4, "A001C004");
    bad.clip.qc = {
        {"unreadable_media", model::QcLevel::error,
         "It cannot be read: the file ends in the middle of its index, and nothing after 00:12 can be shown."}};
    odd.clip.qc = {{"missing_audio", model::QcLevel::warning, "It has no sound."}};
    bad.qcChecked = odd.qcChecked = clean.qcChecked = true;
    odd.clip.slate.scene = "12";
    m_session->clipRows = {bad, odd, clean, unchecked};
    catalog::RollRow roll;
    roll.id = {1};
    roll.key = bad.key;
    m_session->rollRows = {roll};
    open();
    key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(library().clips().rowCount(), 4);
    QTRY_VERIFY(library().table().hasFocus());
  }
  QString cell(int row, int column) { return library().table().model()->index(row, column).data().toString(); }
  // Alone, whatever keys a test pressed last.
  void select(int row, int column) {
    auto& table = library().table();
    table.selectionModel()->setCurrentIndex(table.model()->index(row, column),
                                            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  }
  void type(const QString& text) {
    QVERIFY(QApplication::focusWidget());
    QTest::keyClicks(QApplication::focusWidget(), text);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
  }
  std::vector<std::string> kept() {
    std::vector<std::string> all;
    for (const auto& one : m_session->annotations())
      all.push_back(std::to_string(one.clip) + ' ' + one.field + '=' + one.value);
    return all;
  }
  using Said = std::vector<std::string>;

 private slots:
  void aCleanClipIsNotOneThatNobodyLookedAt() {
    openLibrary();
    QVERIFY(plain(cell(0, ui::ClipModel::qc)).contains(QStringLiteral("1 error")));
    QVERIFY(plain(cell(1, ui::ClipModel::qc)).contains(QStringLiteral("1 warning")));
    QVERIFY(cell(2, ui::ClipModel::qc).contains(QStringLiteral("clean")));
    QVERIFY(cell(3, ui::ClipModel::qc).contains(QStringLiteral("not checked")));
    // Sorted by it the worst is at one end and the clean one at the other.
    library().table().sortByColumn(ui::ClipModel::qc, Qt::DescendingOrder);
    QCOMPARE(cell(0, ui::ClipModel::clipName), QStringLiteral("A001C001"));
    QCOMPARE(cell(3, ui::ClipModel::clipName), QStringLiteral("A001C003"));
    shoot("library-qc");
  }

  void chipsShowOnlyTheClipsTheyCount() {
    openLibrary();
    QVERIFY(library().qcBar().allChip().text().endsWith(QStringLiteral("4")));
    QVERIFY(library().qcBar().errorChip().text().endsWith(QStringLiteral("1")));
    key(Qt::Key_2, Qt::AltModifier);
    QTRY_COMPARE(library().table().model()->rowCount(), 1);
    QCOMPARE(cell(0, ui::ClipModel::clipName), QStringLiteral("A001C001"));
    QVERIFY(library().qcBar().errorChip().isChecked());
    key(Qt::Key_3, Qt::AltModifier);
    QTRY_COMPARE(cell(0, ui::ClipModel::clipName), QStringLiteral("A001C002"));
    key(Qt::Key_1, Qt::AltModifier);
    QTRY_COMPARE(library().table().model()->rowCount(), 4);
    auto& codes = library().qcBar().codes();
    const int missing = codes.findData(QStringLiteral("missing_audio"));
    QVERIFY(missing > 0);
    codes.setCurrentIndex(missing);
    emit codes.activated(missing);
    QTRY_COMPARE(library().table().model()->rowCount(), 1);
    QCOMPARE(cell(0, ui::ClipModel::clipName), QStringLiteral("A001C002"));
  }

  void aSceneTypedInItsCellIsKeptAndUndoneByItsKeys() {
    openLibrary();
    auto& table = library().table();
    select(1, ui::ClipModel::scene);
    key(Qt::Key_F2);
    type(QStringLiteral("12B"));
    QTRY_COMPARE(kept(), Said{"2 slate.scene=12B"});
    QTRY_VERIFY(library().edits().stack().canUndo());
    table.setFocus();
    key(Qt::Key_Z, Qt::ControlModifier);
    // What the files say again: nobody had said anything before.
    QTRY_COMPARE(kept(), (Said{"2 slate.scene=12B", "2 slate.scene="}));
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("Undone: scene of A001C002")));
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(kept().size(), std::size_t{3});
    QCOMPARE(kept().back(), std::string("2 slate.scene=12B"));
  }

  void aCellOfSeveralSelectedClipsSpeaksForAllOfThem() {
    openLibrary();
    auto& table = library().table();
    table.selectAll();
    table.selectionModel()->setCurrentIndex(table.model()->index(0, ui::ClipModel::take),
                                            QItemSelectionModel::NoUpdate);
    table.edit(table.currentIndex());
    type(QStringLiteral("3"));
    QTRY_COMPARE(kept(), (Said{"1 slate.take=3", "2 slate.take=3", "3 slate.take=3", "4 slate.take=3"}));
    QTRY_COMPARE(plain(library().edits().stack().undoText()), QStringLiteral("take of 4 clips"));
  }

  void whatIsRefusedIsSaidAndCannotBeUndone() {
    m_session->refusal = "has no room for that";
    openLibrary();
    select(0, ui::ClipModel::scene);
    key(Qt::Key_F2);
    type(QStringLiteral("X"));
    QTRY_VERIFY(m_window->sentenceShown().contains(QStringLiteral("has no room for that")));
    QVERIFY(!library().edits().stack().canUndo());
  }

  void theInspectorNamesSourcesAndRivalsAndLetsAFieldBeCorrected() {
    openLibrary();
    auto& inspector = library().inspector();
    QTRY_VERIFY(inspector.lines().contains(QStringLiteral("EI: 800 (ARRI header)")));
    QVERIFY(inspector.lines().contains(QStringLiteral("instead of: 1280 (card's ALE)")));
    QVERIFY(inspector.lines().filter(QStringLiteral("It cannot be read: the")).size() == 1);
    auto& fields = inspector.fields();
    fields.setFocus();
    fields.setCurrentIndex(fields.valueOfLabel(QStringLiteral("EI")));
    key(Qt::Key_F2);
    QApplication::focusWidget()->setProperty("text", QString());
    type(QStringLiteral("1600"));
    QTRY_COMPARE(kept(), Said{"1 exposure.ei=1600"});
    shoot("inspector");
  }

  void aCorrectionGoesBackToWhatTheFilesSayByDelete() {
    auto row = clipRow(1, "A001C001");
    row.clip.exposure.ei = 1600;
    row.clip.provenance["exposure.ei"] = {{"user", "1600"}, {"com.arri.camera", "800"}};
    m_session->clipRows = {row};
    open();
    key(Qt::Key_2, Qt::ControlModifier);
    auto& inspector = library().inspector();
    QTRY_VERIFY(inspector.lines().contains(QStringLiteral("EI: 1600 (by hand)")));
    inspector.fields().setFocus();
    inspector.fields().setCurrentIndex(inspector.fields().valueOfLabel(QStringLiteral("EI")));
    key(Qt::Key_Delete);
    QTRY_COMPARE(kept(), Said{"1 exposure.ei="});
    QTRY_VERIFY(library().edits().stack().canUndo());
    library().table().setFocus();
    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(kept(), (Said{"1 exposure.ei=", "1 exposure.ei=1600"}));
  }

  void rawMetadataIsFoundByItsWordsAndHistoryTellsWhoChangedWhat() {
    m_session->raw = {{"com.arri.camera.LensType", "Signature Prime 35"}, {"timecode", "01:00:00:00"}};
    m_session->changes = {{"slate.scene", "12", "", "2026-05-02T10:00:00Z", "cart-1"},
                          {"slate.scene", "12A", "12", "2026-05-02T11:00:00Z", "cart-2"}};
    openLibrary();
    auto& inspector = library().inspector();
    QTRY_COMPARE(inspector.raw().topLevelItemCount(), 2);
    inspector.turnTo(ui::Inspector::Page::raw);
    inspector.rawFilter().setText(QStringLiteral("signature"));
    QVERIFY(!inspector.raw().topLevelItem(0)->isHidden());
    QVERIFY(inspector.raw().topLevelItem(1)->isHidden());
    shoot("inspector-raw");
    inspector.turnTo(ui::Inspector::Page::history);
    QCOMPARE(inspector.history().topLevelItemCount(), 2);
    QVERIFY(inspector.history().topLevelItem(0)->text(1).contains(QStringLiteral("12A, before: 12")));
    QCOMPARE(inspector.history().topLevelItem(0)->text(2), QStringLiteral("cart-2"));
    QVERIFY(inspector.history().topLevelItem(1)->text(1).contains(QStringLiteral("what the files say")));
    shoot("inspector-history");
  }

  void severalClipsShowWhatTheyShare() {
    openLibrary();
    library().table().selectAll();
    auto& inspector = library().inspector();
    QTRY_VERIFY(
        plain(inspector.lines().join(QLatin1Char('\n'))).contains(QStringLiteral("\nScene: 2 different values\n")));
    QCOMPARE(inspector.scene().text(), QString());
    QVERIFY(inspector.lines().contains(QStringLiteral("EI: 800 (ARRI header)")));
    inspector.scene().setFocus();
    QTest::keyClicks(&inspector.scene(), QStringLiteral("7"));
    QTest::keyClick(&inspector.scene(), Qt::Key_Return);
    QTRY_COMPARE(kept().size(), std::size_t{4});
  }

  void theSpecIsSavedWholeOrNotAtAll() {
    openLibrary();
    key(Qt::Key_E, Qt::ControlModifier);
    auto& form = library().specForm();
    QTRY_VERIFY(form.isVisible() && form.isEnabled());
    QCOMPARE(form.project(), std::string("Feature"));
    form.field("frame_rate")->setText(QStringLiteral("fast"));
    form.save();
    QVERIFY(!form.problem().isEmpty());
    QVERIFY(m_session->calls().empty());
    form.field("frame_rate")->selectAll();
    QTest::keyClicks(form.field("frame_rate"), QStringLiteral("23.976"));
    QVERIFY(form.problem().isEmpty());
    form.field("codecs")->setText(QStringLiteral("prores, h264"));
    form.field("codecs")->setFocus();
    shoot("spec");
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->calls(), Said{"spec of Feature"});
    QCOMPARE(m_session->projectSpec("Feature")->frameRate, (FrameRate{24000, 1001}));
    QCOMPARE(m_session->projectSpec("Feature")->codecs, (Said{"prores", "h264"}));
    QTRY_VERIFY(!form.isVisible());
  }

  void aCameraFormatIsSetInItsCell() {
    catalog::FormatRow format;
    format.id = {3};
    format.project = "Feature";
    format.letter = "A";
    format.model = "ALEXA 35";
    format.sensorMode = "4.6K 3:2 Open Gate";
    format.codec = "arriraw";
    format.squeeze = "2/1";
    format.clips = 42;
    format.firstSeenDay = "2026-05-02";
    m_session->formatRows = {format};
    open();
    key(Qt::Key_3, Qt::ControlModifier);
    auto& page = m_window->formatsPage();
    QTRY_COMPARE(page.formats().rowCount(), 1);
    QTRY_VERIFY(page.table().hasFocus());
    QCOMPARE(page.table().model()->index(0, ui::FormatModel::space).data().toString(),
             QStringLiteral("as the clips say"));
    page.table().setCurrentIndex(page.table().model()->index(0, ui::FormatModel::space));
    key(Qt::Key_F2);
    type(QStringLiteral("ARRI LogC4"));
    QTRY_COMPARE(m_session->calls(), Said{"format 3 colour_space=ARRI LogC4"});
    // What the clips say cannot be written over.
    QVERIFY(
        !(page.table().model()->flags(page.table().model()->index(0, ui::FormatModel::codec)) & Qt::ItemIsEditable));
    shoot("formats");
  }

  void aCardShowsItsClipsBeforeItIsCopied() {
    auto card = arriCard();
    card.clips.clear();
    for (int i = 1; i <= 14; ++i) {
      auto clip = clipRow(i, "A012C0" + std::to_string(i)).clip;
      clip.picture.emplace();
      clip.picture->width = 4608;
      clip.picture->height = 3164;
      clip.picture->codec = "arriraw";
      if (i == 2) clip.warnings.push_back({"unfinished", "A012C02.mov was never closed by the camera."});
      card.clips.push_back(clip);
    }
    card.warnings.push_back({"manifest_without_file", "A012_AVID.ale lists A012C015, which is not on the card."});
    m_session->card = card;
    open();
    page().addCard("/media/a012");
    QTRY_VERIFY(page().contents().isVisible());
    QTRY_COMPARE(page().contents().clips().rowCount(), 14);
    QVERIFY(plain(page().contents().heading())
                .contains(QStringLiteral("14 clips on the card · ARRI ALEXA 35 · reel A012")));
    QVERIFY(page().contents().odd().contains(QStringLiteral("A012C015, which is not on the card.")));
    const auto& model = *page().contents().table().model();
    QCOMPARE(model.index(1, ui::ContentsModel::resolution).data().toString(), QStringLiteral("4608 × 3164"));
    QVERIFY(plain(model.index(1, ui::ContentsModel::odd).data().toString()).contains(QStringLiteral("1 warning")));
    QVERIFY(model.index(0, ui::ContentsModel::odd).data().toString().isEmpty());
    shoot("card-contents");
    // Return still copies: the list is in nobody's way.
    page().addDestination("/mnt/raid");
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->offloads().size(), std::size_t{1});
  }

  void aGradeIsTriedByItsNumbersAndKeptWhereItShallHold() {
    openLibrary();
    auto& panel = library().inspector().lookPanel();
    library().inspector().turnTo(ui::Inspector::Page::look);
    QTRY_VERIFY(panel.isVisible());
    QTest::qWait(50);  // what stands is read first
    std::vector<model::Look> tried;
    connect(&panel, &ui::LookPanel::tried, this, [&](const auto& look) { tried.push_back(*look); });
    using Part = ui::LookPanel::Part;
    panel.number(Part::slope, 0).setValue(1.25);
    panel.saturation().setValue(0.9);
    QCOMPARE(tried.size(), std::size_t{2});
    QCOMPARE(tried.back().cdl->slope[0], 1.25);
    QCOMPARE(tried.back().cdl->slope[1], 1.0);
    QCOMPARE(tried.back().cdl->saturation, 0.9);
    panel.applyButton().click();
    QVERIFY(m_session->calls().empty());  // it has no name
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("name")));
    panel.name().setText(QStringLiteral("warm"));
    panel.target().setCurrentIndex(3);
    panel.applyButton().click();
    QTRY_COMPARE(m_session->calls(), (Said{"look warm", "assign warm to project:Feature"}));
    shoot("look");
  }

  void aWheelBalancesColoursByMouseAndKeysAndTheNumbersFollow() {
    openLibrary();
    auto& panel = library().inspector().lookPanel();
    library().inspector().turnTo(ui::Inspector::Page::look);
    QTRY_VERIFY(panel.isVisible());
    QTest::qWait(50);
    std::vector<model::Look> tried;
    connect(&panel, &ui::LookPanel::tried, this, [&](const auto& look) { tried.push_back(*look); });
    using Part = ui::LookPanel::Part;
    auto& slope = panel.wheel(Part::slope);
    // Up is towards red and away from green most; the mean stays.
    slope.setFocus();
    QTest::keyClick(&slope, Qt::Key_Up);
    QCOMPARE(tried.size(), std::size_t{1});
    auto at = tried.back().cdl->slope;
    QVERIFY(at[0] > 1.005 && at[1] < at[2] && at[2] < 1);
    QVERIFY(std::abs(at[0] + at[1] + at[2] - 3) < 1e-3);
    QCOMPARE(panel.number(Part::slope, 0).value(), at[0]);
    QVERIFY(slope.knob().y() > 0.01 && std::abs(slope.knob().x()) < 1e-3);
    QVERIFY(slope.accessibleDescription().contains(QString::number(at[0], 'f', 3)));
    QTest::keyClick(&slope, Qt::Key_PageUp);
    at = tried.back().cdl->slope;
    QVERIFY(at[0] + at[1] + at[2] > 3.02);
    QTest::keyClick(&slope, Qt::Key_Home);
    QCOMPARE(tried.back().cdl->slope, (std::array<double, 3>{1, 1, 1}));
    // A drag to the lower right goes towards blue.
    auto& offset = panel.wheel(Part::offset);
    const QPoint middle = offset.rect().center();
    QTest::mousePress(&offset, Qt::LeftButton, {}, middle);
    QMouseEvent move(QEvent::MouseMove, middle + QPoint(14, 8), offset.mapToGlobal(middle + QPoint(14, 8)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&offset, &move);
    QTest::mouseRelease(&offset, Qt::LeftButton, {}, middle + QPoint(14, 8));
    const auto lifted = tried.back().cdl->offset;
    QVERIFY(lifted[2] > lifted[0] && lifted[2] > lifted[1] && lifted[2] > 0.01);
    QCOMPARE(panel.number(Part::offset, 2).value(), lifted[2]);
    // And the other way round: a number moves the knob.
    panel.number(Part::power, 1).setValue(1.2);
    QVERIFY(panel.wheel(Part::power).knob().x() < -0.1 && panel.wheel(Part::power).knob().y() < 0);
    shoot("look-wheels");
    offset.setFocus();
    QTest::mouseDClick(&offset, Qt::LeftButton, {}, middle);
    QCOMPARE(tried.back().cdl->offset, (std::array<double, 3>{0, 0, 0}));
  }

  void aKeptLookIsTakenUpInAnyOfItsVersions() {
    openLibrary();
    auto& panel = library().inspector().lookPanel();
    library().inspector().turnTo(ui::Inspector::Page::look);
    QTRY_VERIFY(panel.isVisible());
    QTRY_COMPARE(panel.kept().count(), 3);
    QCOMPARE(panel.kept().itemText(1), QStringLiteral("evening, version 2"));
    std::vector<model::Look> tried;
    connect(&panel, &ui::LookPanel::tried, this, [&](const auto& look) { tried.push_back(*look); });
    panel.kept().setCurrentIndex(2);
    emit panel.kept().activated(2);
    QCOMPARE(tried.size(), std::size_t{1});
    QCOMPARE(tried.back().cdl->saturation, 0.5);
    QCOMPARE(panel.number(ui::LookPanel::Part::slope, 0).value(), 1.1);
    QCOMPARE(panel.name().text(), QStringLiteral("evening"));
  }

  void theNewModelsAreGoodModels() {
    ui::ContentsModel contents;
    const QAbstractItemModelTester contentsTester(&contents, QAbstractItemModelTester::FailureReportingMode::QtTest);
    contents.setClips({clipRow(1, "A").clip, clipRow(2, "B").clip});
    contents.setClips({});
    ui::FormatModel formats;
    const QAbstractItemModelTester formatsTester(&formats, QAbstractItemModelTester::FailureReportingMode::QtTest);
    formats.setRows({catalog::FormatRow{}, catalog::FormatRow{}});
    formats.setRows({catalog::FormatRow{}});
    QCOMPARE(formats.rowCount(), 1);
  }
};

}  // namespace

int main(int argc, char** argv) { return test::runDesk<LibraryTest>(argc, argv); }

#include "test_library.moc"
