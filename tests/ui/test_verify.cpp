// SPDX-License-Identifier: Apache-2.0
// The Verify place: what a drop, a key or a list asks of the session, and how what was found is said.
#include <QFile>
#include <fstream>

#include "core/base/file_system.h"
#include "tests/ui/desk_fixture.h"
#include "ui/pdf/pdf.h"
#include "ui/theme/tile_delegate.h"
#include "ui/verify/verify_words.h"

using namespace rollproof;
using test::volume;

namespace {

mhl::VerifyOutcome roll(const std::string& scope, mhl::VerifyResult result) {
  mhl::VerifyOutcome outcome;
  outcome.scope = scope;
  outcome.result = result;
  outcome.files = 131;
  outcome.bytes = 498'000'000'000;
  return outcome;
}

session::VerifyRun damagedRun() {
  auto report = std::make_shared<session::VerifyReport>();
  report->tree.rolls = {roll("/mnt/raid/P/A012", mhl::VerifyResult::verified),
                        roll("/mnt/raid/P/B007", mhl::VerifyResult::defect),
                        roll("/mnt/raid/P/C001", mhl::VerifyResult::incomplete)};
  auto& total = report->tree.total;
  total = roll("/mnt/raid", mhl::VerifyResult::defect);
  total.verified = 390;
  total.altered = 1;
  total.findings = {{"new", "P/A012/notes.txt", "is in no manifest"},
                    {"altered", "P/B007/B007C003.mxf", "has another hash than was sealed"}};
  report->completeness = {true, false, 4, 3, {"D001"}, {{"roll_missing", "", "D001 is not here"}}};
  session::VerifyRun run;
  run.job = {5};
  run.path = "/mnt/raid";
  run.report = report;
  run.finishedAt = "2026-05-02T12:35:00Z";
  return run;
}

class VerifyTest : public test::DeskFixture {
  Q_OBJECT

 private:
  [[nodiscard]] ui::VerifyPage& verify() const { return m_window->verifyPage(); }
  void openVerify() {
    session::State state;
    state.volumes = {volume("/mnt/raid", "RAID-A"), volume("/mnt/s4", "SHUTTLE-04")};
    m_session->show(state);
    open();
    key(Qt::Key_4, Qt::ControlModifier);
    QCOMPARE(m_window->place(), static_cast<QWidget*>(&verify()));
  }
  [[nodiscard]] std::string put(const std::string& name, const std::string& text) const {
    const std::string path = (m_scratch / name).string();
    std::ofstream(path) << text;
    return path;
  }

 private slots:
  void returnVerifiesTheSelectedDriveAndSeveralQueueUp() {
    openVerify();
    QVERIFY(verify().driveList().hasFocus());
    key(Qt::Key_Return);
    key(Qt::Key_Down);
    key(Qt::Key_Return);
    const auto asked = m_session->verifiesAsked();
    QCOMPARE(asked.size(), std::size_t{2});
    QVERIFY(asked[0].path == "/mnt/raid" && asked[1].path == "/mnt/s4");
    QVERIFY(asked[0].seal && asked[0].expected.empty());
    QVERIFY(m_session->offloads().empty());  // Return of the Cards place stays there
  }

  void aDroppedFolderIsVerifiedAndADroppedListIsRead() {
    openVerify();
    std::filesystem::create_directories(m_scratch / "roll \xff");
    const std::string list = put("day.csv", "roll,files\nA001,12\nA002,7\n");
    dropPath(list, verify(), QPoint(800, 300));
    QTRY_VERIFY2(verify().expectedNote().contains(QStringLiteral("2\u00A0rolls expected by day.csv: A001, A002")),
                 qPrintable(verify().expectedNote()));
    dropPath((m_scratch / "roll \xff").string(), verify(), QPoint(800, 300));
    QTRY_COMPARE(m_session->verifiesAsked().size(), std::size_t{1});
    const auto asked = m_session->verifiesAsked()[0];
    QVERIFY(asked.path == (m_scratch / "roll \xff").string());
    QCOMPARE(asked.expected.size(), std::size_t{2});
    QVERIFY(asked.expected[0].files == 12U);
  }

  void typedRollsAreCountedAndABadListStopsTheStart() {
    openVerify();
    QTest::keyClicks(&verify().expected(), QStringLiteral("A001-A004, B001"));
    QVERIFY(verify().expectedNote().startsWith(QStringLiteral("5\u00A0rolls expected")));
    verify().seal().setChecked(false);
    verify().verify("/mnt/raid");
    QCOMPARE(m_session->verifiesAsked().at(0).expected.size(), std::size_t{5});
    QVERIFY(!m_session->verifiesAsked().at(0).seal);
    verify().expected().setPlainText(QStringLiteral("# nothing"));
    verify().verify("/mnt/raid");
    QCOMPARE(m_session->verifiesAsked().size(), std::size_t{1});
    QVERIFY(!m_window->sentenceShown().isEmpty());
  }

  void everyRollIsATileInGlyphWordAndColour() {
    openVerify();
    session::State state;
    state.verifies = {damagedRun()};
    m_session->show(state);
    QTRY_COMPARE(verify().panels().size(), std::size_t{1});
    auto& panel = *verify().panels()[0];
    auto& rolls = panel.rolls();
    QCOMPARE(rolls.rowCount(), 3);
    const auto status = [&](int row) { return rolls.index(row).data(ui::kStatusRole).toString(); };
    const auto colour = [&](int row) { return rolls.index(row).data(ui::kStatusColourRole).value<QColor>(); };
    QCOMPARE(status(0), QStringLiteral("✔ Verified"));
    QCOMPARE(colour(0), ui::theme::proven());
    QCOMPARE(status(1), QStringLiteral("■ Defect"));
    QCOMPARE(colour(1), ui::theme::defect());
    QCOMPARE(status(2), QStringLiteral("◌ Not verified"));
    QVERIFY(!colour(2).isValid());  // absence of proof is no alarm
    QCOMPARE(panel.verdict().standing(), ui::Standing::defect);
    QVERIFY(panel.verdict().reasons().contains(QStringLiteral("1\u00A0file altered")));
    QVERIFY(panel.verdict().reasons().contains(QStringLiteral("missing: D001")));
    const QStringList findings = panel.findings();
    QVERIFY(findings.indexOf(QStringLiteral("P/B007/B007C003.mxf")) <
            findings.indexOf(QStringLiteral("P/A012/notes.txt")));  // the worst first
    QVERIFY(
        findings.contains(QStringLiteral("Do not work from this copy: verify another one and copy the file from it.")));
    QVERIFY(findings.contains(QStringLiteral("D001 is not here")));
    shoot("verify-damaged");
    panel.rollList().setCurrentIndex(rolls.index(0));
    QVERIFY(!panel.findings().contains(QStringLiteral("P/B007/B007C003.mxf")));
    QVERIFY(panel.findings().contains(QStringLiteral("P/A012/notes.txt")));
  }

  void aRunningVerificationTellsRateAndClock() {
    openVerify();
    session::State state;
    session::VerifyRun run;
    run.job = {5};
    run.path = "/mnt/raid";
    state.verifies = {run};
    jobs::JobView job;
    job.id = {5};
    job.kind = "verify";
    job.state = jobs::JobState::running;
    job.phase = "Verifying";
    job.fraction = 0.4;
    job.remaining = std::chrono::seconds(352);
    job.canCancel = true;
    job.meters = {{"Verifying A012", 40, 100, 4, 10, 0, 250e6}};
    state.jobs = {job};
    m_session->show(state);
    QTRY_COMPARE(verify().panels().size(), std::size_t{1});
    auto& panel = *verify().panels()[0];
    QVERIFY(panel.progressLine().contains(QStringLiteral("40 %")));
    QVERIFY(panel.progressLine().contains(QStringLiteral("250\u00A0MB/s")));
    QVERIFY(panel.progressLine().contains(QStringLiteral("in 6 min")));
    QCOMPARE(panel.rolls().index(0).data(ui::kTitleRole).toString(), QStringLiteral("A012"));
    QCOMPARE(panel.verdict().standing(), ui::Standing::unproven);
    shoot("verify-running");
    QTest::mouseClick(panel.cancelButton(), Qt::LeftButton);
    QCOMPARE(m_session->cancelled(), std::vector<std::uint64_t>{5});
  }

  void aVerifiedDriveThatLacksARollIsNotCalledVerified() {
    auto run = damagedRun();
    auto report = std::make_shared<session::VerifyReport>(*run.report);
    report->tree.total.result = mhl::VerifyResult::verified;
    QCOMPARE(ui::standingOf(*report), ui::Standing::unproven);
    QCOMPARE(ui::headlineOf(*report), QStringLiteral("NOT COMPLETE"));
    report->completeness.complete = true;
    QCOMPARE(ui::standingOf(*report), ui::Standing::proven);
    report->completeness.asked = false;
    QCOMPARE(ui::headlineOf(*report), QStringLiteral("VERIFIED"));
  }

  void theCertificateIsWrittenAsHtmlOrPdfAndOpened() {
    std::string answer, opened;
    m_seams.saveFile = [&](QWidget*, const QString&, const QString& name, const QString&, const ui::Chosen& chosen) {
      QCOMPARE(name, QStringLiteral("raid verification.pdf"));
      chosen(answer);
    };
    m_seams.openDocument = [&](const std::string& path) { opened = path; };
    openVerify();
    session::State state;
    state.verifies = {damagedRun()};
    m_session->show(state);
    QTRY_COMPARE(verify().panels().size(), std::size_t{1});
    answer = (m_scratch / "c.pdf").string();
    key(Qt::Key_P, Qt::ControlModifier);
    QTRY_COMPARE(opened, answer);
    const auto pdf = readSmallFile(realFileSystem(), answer, 1U << 22U);
    QVERIFY(pdf && pdf->starts_with("%PDF") && pdf->find("%%EOF") != std::string::npos);
    answer = (m_scratch / "c.html").string();
    QTest::mouseClick(verify().panels()[0]->certificateButton(), Qt::LeftButton);
    QTRY_COMPARE(opened, answer);
    const auto html = readSmallFile(realFileSystem(), answer, 1U << 22U);
    QVERIFY(html && html->find("B007") != std::string::npos && html->find("1970") == std::string::npos);
  }

  void aPdfFetchesNothing() {
    const std::string secret = put("secret.html", "secret");
    const auto pdf = ui::pdfOf("<html><body><img src=\"file://" + secret + "\">x</body></html>", QStringLiteral("x"));
    QVERIFY(pdf.has_value());
  }

  void placesThatDoNotExistAreNotShown() {
    open();
    QStringList tabs;
    for (const auto* button : m_window->findChildren<QPushButton*>())
      if (button->property("place").toBool()) tabs << button->text();
    QCOMPARE(tabs, (QStringList{QStringLiteral("Cards"), QStringLiteral("Library"), QStringLiteral("Formats"),
                                QStringLiteral("Verify"), QStringLiteral("Dailies")}));
  }
};

}  // namespace

int main(int argc, char** argv) { return test::runDesk<VerifyTest>(argc, argv); }

#include "test_verify.moc"
