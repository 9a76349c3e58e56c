// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSet>
#include <QTest>
#include <atomic>
#include <future>

#include "tests/ui/fake_session.h"
#include "ui/actions/actions.h"
#include "ui/bridge/clip_text.h"
#include "ui/bridge/format.h"
#include "ui/bridge/work_queue.h"
#include "ui/cards/verdict_block.h"
#include "ui/library/clip_model.h"
#include "ui/theme/theme.h"

using namespace rollproof;
using ui::Standing;

namespace {

session::Tile tileWith(model::VerdictKind kind, bool defect) {
  session::Tile tile;
  tile.verdict.kind = kind;
  tile.defect = defect;
  tile.finished = true;
  return tile;
}

catalog::ClipRow clipRow(std::int64_t id, const std::string& name, const std::string& take, std::int64_t startFrame) {
  catalog::ClipRow row;
  row.id = {id};
  row.clip.name = name;
  row.clip.slate.take = take;
  row.clip.frameRate = {24, 1};
  row.clip.start = Timecode{startFrame, {24, 1}, false};
  row.clip.durationFrames = 48;
  return row;
}

class PartsTest : public QObject {
  Q_OBJECT

 private slots:
  void onlyWhatTheSessionCallsSafeIsShownAsSafe() {
    QCOMPARE(ui::standingOf(session::Tile{}), Standing::unproven);
    QCOMPARE(ui::standingOf(tileWith(model::VerdictKind::notSafe, false)), Standing::unproven);
    QCOMPARE(ui::standingOf(tileWith(model::VerdictKind::notSafe, true)), Standing::defect);
    QCOMPARE(ui::standingOf(tileWith(model::VerdictKind::safe, false)), Standing::proven);
    // A proven defect is never green, whatever else is said.
    QVERIFY(ui::standingOf(tileWith(model::VerdictKind::safe, true)) != Standing::proven);
  }

  void eachStandingHasItsOwnGlyphWordsAndGround() {
    QSet<QString> glyphs, words, grounds;
    for (const auto standing : {Standing::unproven, Standing::proven, Standing::defect}) {
      const auto look = ui::lookOf(standing);
      glyphs << look.glyph;
      words << look.words;
      grounds << look.ground.name();
    }
    QCOMPARE(glyphs.size(), 3);
    QCOMPARE(words.size(), 3);
    QCOMPARE(grounds.size(), 3);
    const auto unproven = ui::lookOf(Standing::unproven).ground;
    QVERIFY(unproven.red() == unproven.green() && unproven.green() == unproven.blue());
    ui::VerdictBlock block;
    block.show(Standing::unproven, {{"one_device", "All verified copies lie on one physical device"}});
    QVERIFY(block.headline().contains(QStringLiteral("DO NOT FORMAT")));
    QVERIFY(block.reasons().contains(QStringLiteral("one physical device")));
  }

  void theClipModelIsAGoodModelAndSortsTimeAsTime() {
    test::FakeSession session;
    ui::WorkQueue work(1);
    ui::ClipModel model(session, work);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(ui::shareRows({clipRow(1, "B", "10", 24 * 3600 * 10), clipRow(2, "A", "2", 24 * 3600 * 9)}));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, ui::ClipModel::start).data().toString(), QStringLiteral("10:00:00:00"));
    QCOMPARE(model.index(0, ui::ClipModel::duration).data().toString(), QStringLiteral("00:00:02:00"));
    ui::ClipSorter sorter;
    sorter.setSourceModel(&model);
    sorter.sort(ui::ClipModel::take);
    QCOMPARE(sorter.index(0, ui::ClipModel::clipName).data().toString(), QStringLiteral("A"));
    sorter.sort(ui::ClipModel::start, Qt::DescendingOrder);
    QCOMPARE(sorter.index(0, ui::ClipModel::clipName).data().toString(), QStringLiteral("B"));
    model.setRows(ui::shareRows({clipRow(2, "A", "2", 0)}));
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.rowOf({1}), -1);
  }

  void aDroppedNameThatIsNotUtf8Survives() {
    const std::string odd = "/media/card\xff \xC3\xA9";
    const auto back = ui::droppedPaths(ui::fileUrl(odd) + "\r\n");
    QCOMPARE(static_cast<int>(back.size()), 1);
    QVERIFY(back.front() == odd);
    QVERIFY(ui::droppedPaths("http://example.org/x\r\n").empty());
  }

  void everyActionHasItsOwnIdAndWords() {
    QSet<QString> ids, keys;
    for (const auto& entry : ui::Actions::entries()) {
      ids << QString::fromUtf8(entry.id);
      QVERIFY(*entry.text != '\0' && *entry.group != '\0');
      for (const auto& key : entry.shortcuts) {
        const QString inGroup = QString::fromUtf8(entry.group) + key.toString();  // Space plays, or picks a drive
        QVERIFY2(!keys.contains(inGroup), entry.id);
        keys << inGroup;
      }
    }
    QCOMPARE(static_cast<std::size_t>(ids.size()), ui::Actions::entries().size());
  }

  void aClosedQueueForgetsQuestionsButDoesWhatMustBeDone() {
    std::atomic<int> asked = 0, done = 0;
    {
      ui::WorkQueue work(1);
      QObject receiver;
      const auto nothing = [](int) {};
      // The only thread is busy until the queue closes, so that the other two wait behind it.
      work.run(
          &receiver,
          [](const std::stop_token& stop) {
            std::promise<void> stopped;
            const std::stop_callback tell(stop, [&] { stopped.set_value(); });
            stopped.get_future().wait();
            return 0;
          },
          nothing);
      work.run(
          &receiver, [&](const std::stop_token&) { return ++asked; }, nothing);
      work.must(
          &receiver, [&](const std::stop_token&) { return ++done; }, nothing);
    }
    QCOMPARE(asked.load(), 0);
    QCOMPARE(done.load(), 1);
  }

  void numbersReadAsPeopleWriteThem() {
    QCOMPARE(ui::bytesText(480'200'000'000), QStringLiteral("480.2\u00A0GB"));
    QCOMPARE(ui::rateLabel({24000, 1001}), QStringLiteral("23.976"));
    QCOMPARE(ui::rateLabel({25, 1}), QStringLiteral("25"));
  }
};

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  ui::theme::apply(application);
  PartsTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "test_parts.moc"
