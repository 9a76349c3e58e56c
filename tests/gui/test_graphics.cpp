// SPDX-License-Identifier: Apache-2.0
// The viewer's pictures by the graphics processor and by the processor are the same pictures. Under an X server with
// Mesa's software OpenGL; where there is no OpenGL at all the test is skipped and says so.
#include <QApplication>
#include <QOpenGLContext>
#include <QTest>
#include <algorithm>
#include <filesystem>

#include "core/demo/demo.h"
#include "ui/viewer/playback.h"

using namespace rollproof;
namespace fs = std::filesystem;

namespace {

class GraphicsTest : public QObject {
  Q_OBJECT

 private:
  fs::path m_scratch;
  std::unique_ptr<session::Session> m_session;
  dailies::ClipSource m_clip;

  // The frame as one of the two gives it.
  QImage pictureBy(const char* how, const std::optional<model::Look>& look, bool& byGpu) const {
    qputenv("ROLLPROOF_VIEWER", how);
    ui::Playback playback;
    QImage picture;
    int graded = 0;
    connect(&playback, &ui::Playback::shown, this, [&](const ui::Shown& all, qint64) {
      picture = all.picture;
      byGpu = playback.isGpu();
    });
    connect(&playback, &ui::Playback::graded, this, [&] { ++graded; });
    const auto config = *m_session->colourConfig();
    playback.open([&] { return dailies::openPlayer(*config, m_clip, {}, 640, 360); }, 3);
    const auto shown = [&] { return !picture.isNull(); };
    if (!QTest::qWaitFor(shown, 20000)) return {};
    if (look) {
      picture = {};
      playback.setLook(look, false);
      if (!QTest::qWaitFor([&] { return graded > 0 && shown(); }, 20000)) return {};
    }
    return picture;
  }

 private slots:
  void initTestCase() {
    std::string pattern = (fs::temp_directory_path() / "rollproof-graphics-XXXXXX").string();
    m_scratch = mkdtemp(pattern.data());
    jobs::Progress progress;
    QVERIFY(demo::writeDemoCards((m_scratch / "cards").string(), progress, {}).has_value());
    m_session = session::Session::open((m_scratch / "catalog.db").string());
    for (const auto& entry : fs::recursive_directory_iterator(m_scratch / "cards")) {
      if (entry.path().extension() != ".mov") continue;
      const auto found = m_session->resolveClips(entry.path().string());
      QVERIFY(found && !found->empty());
      m_clip = found->front();
      break;
    }
    QVERIFY(!m_clip.clip.files.empty());
  }
  void cleanupTestCase() {
    m_session.reset();
    fs::remove_all(m_scratch);
  }

  void theSamePictureComesFromEither_data() {
    QTest::addColumn<bool>("graded");
    QTest::newRow("camera to display") << false;
    QTest::newRow("with a grade") << true;
  }
  void theSamePictureComesFromEither() {
    QFETCH(const bool, graded);
    std::optional<model::Look> look;
    if (graded) {
      look.emplace();
      look->name = "warm";
      look->cdl = model::Cdl{{1.3, 1, .8}, {.02, 0, -.02}, {1, 1.1, 1}, .7};
    }
    bool byGpu = false, byCpu = true;
    const QImage gpu = pictureBy("gpu", look, byGpu);
    const QImage cpu = pictureBy("cpu", look, byCpu);
    QVERIFY(!byCpu);
    if (!byGpu) QSKIP("no OpenGL 3.3 on this machine");
    QCOMPARE(gpu.size(), cpu.size());
    std::vector<int> off;
    for (int y = 0; y < cpu.height(); ++y) {
      for (int x = 0; x < cpu.width(); ++x) {
        const QRgb a = gpu.pixel(x, y), b = cpu.pixel(x, y);
        off.push_back(
            std::max({std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)), std::abs(qBlue(a) - qBlue(b))}));
      }
    }
    std::sort(off.begin(), off.end());
    // Codes of 8 bit: a baked cube against the chain itself, both dithered alike.
    QVERIFY(off[off.size() / 2] <= 1);
    QVERIFY2(off[off.size() * 99 / 100] <= 2, qPrintable(QString::number(off[off.size() * 99 / 100])));
    // And the grade is in it.
    static QImage plain;
    if (!graded)
      plain = gpu;
    else
      QVERIFY(plain != gpu);
  }
};

}  // namespace

QTEST_MAIN(GraphicsTest)

#include "test_graphics.moc"
