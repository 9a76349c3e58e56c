// SPDX-License-Identifier: Apache-2.0
// The dailies place over a session that only remembers: what is ordered, what is shown of it, and what is exported.
#include <QAbstractItemModelTester>
#include <QFile>

#include "tests/ui/desk_fixture.h"

using namespace rollproof;

namespace {

catalog::ClipRow clipRow(std::int64_t id, const std::string& name, const std::string& day) {
  catalog::ClipRow row;
  row.id = {id};
  row.roll = {1};
  row.key = {"Feature", day, "A001"};
  row.clip.name = name;
  row.clip.reel = "A001";
  row.clip.frameRate = {24, 1};
  row.clip.picture.emplace();
  row.clip.picture->width = 4608;
  row.clip.picture->height = 3164;
  row.clip.files.push_back({"A001/" + name + ".mov", model::FileRole::essence, 1000});
  return row;
}

QString plain(QString text) { return text.replace(QChar(0xa0), QLatin1Char(' ')); }

class DailiesTest : public test::DeskFixture {
  Q_OBJECT

  ui::DailiesPage& dailies() { return m_window->dailiesPage(); }

  bool m_timed = false;  // clips have timecode, all but the third

  // Two days; the second day's third clip is sound alone.
  void openDailies() {
    auto sound = clipRow(4, "A001C004", "2026-05-02");
    sound.clip.picture.reset();
    m_session->clipRows = {clipRow(1, "A001C001", "2026-05-01"), clipRow(2, "A001C002", "2026-05-02"),
                           clipRow(3, "A001C003", "2026-05-02"), sound};
    catalog::RollRow first, second;
    first.id = {1};
    first.key = {"Feature", "2026-05-01", "A001"};
    second.id = {2};
    second.key = {"Feature", "2026-05-02", "A002"};
    if (m_timed) {
      for (auto& row : m_session->clipRows) {
        row.clip.start = Timecode::parse("10:00:05:00", {24, 1});
        row.clip.durationFrames = 48;
      }
      m_session->clipRows[2].clip.start.reset();
    }
    m_session->rollRows = {second, first};
    open();
    key(Qt::Key_5, Qt::ControlModifier);
    QTRY_COMPARE(dailies().table().model()->rowCount(), 4);
    QTRY_COMPARE(dailies().presetPanel().presets().rowCount(), static_cast<int>(dailies::presets().size()));
    QVERIFY(dailies().table().hasFocus());
  }
  // Alone, whatever keys a test pressed last.
  void select(int row) {
    auto& table = dailies().table();
    table.selectionModel()->setCurrentIndex(table.model()->index(row, ui::ClipModel::clipName),
                                            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  }
  void usePreset(const char* name) {
    auto& panel = dailies().presetPanel();
    panel.list().setFocus();
    panel.list().setCurrentIndex(panel.presets().index(panel.presets().rowOf(name)));
    key(Qt::Key_Space);
  }
  void type(QWidget& into, const QString& text) {
    into.setFocus();
    QTest::keyClicks(&into, text);
  }
  std::string orderFolder() { return (m_scratch / "out").string(); }
  using Said = std::vector<std::string>;

  void showRenders() {
    session::State state;
    jobs::JobView running, done, failed, held;
    running.id = {7};
    running.state = jobs::JobState::running;
    running.fraction = 0.42;
    running.canPause = running.canCancel = true;
    done.id = {6};
    done.state = jobs::JobState::done;
    failed.id = {5};
    failed.state = jobs::JobState::failed;
    failed.error = "A001C004.mov cannot be decoded";
    failed.canRetry = true;
    held.id = {8};
    held.state = jobs::JobState::waiting;
    held.canMove = held.canPause = held.canCancel = true;
    auto last = held;
    last.id = {9};
    for (auto* job : {&running, &done, &failed, &held, &last}) {
      job->kind = "render";
      state.jobs.push_back(*job);
    }
    dailies::Rendered movie;
    movie.clip = "A001C001";
    movie.preset = "h264-review";
    movie.path = "/out/A001C001.mp4";
    movie.colourError = {0.18, 1.7, 3.25};
    movie.colourErrorInGamut = {0.12, 1.1, 2.5};
    movie.warnings = {{"sound_missing", "The clip has no sound."}};
    auto results = std::make_shared<std::vector<dailies::Rendered>>();
    results->push_back(movie);
    state.renders = {{{9}, {4}, "A001C005", {"h264-review"}, nullptr},
                     {{8}, {3}, "A001C003", {"h264-review"}, nullptr},
                     {{7}, {2}, "A001C002", {"h264-review", "dnxhr-lb"}, nullptr},
                     {{6}, {1}, "A001C001", {"h264-review"}, results},
                     {{5}, {4}, "A001C004", {"h264-review"}, nullptr}};
    m_session->show(state);
  }
  QString render(int row, int column) { return dailies().renderPanel().renders().index(row, column).data().toString(); }
  void selectRender(int row) {
    auto& table = dailies().renderPanel().table();
    table.setFocus();
    table.setCurrentIndex(dailies().renderPanel().renders().index(row, 0));
  }

 private slots:
  void theDayIsSavedAsPdfHtmlAndCsv() {
    std::string path, opened;
    m_seams.saveFile = [&](QWidget*, const QString&, const QString& name, const QString&, const ui::Chosen& chosen) {
      QCOMPARE(name, QStringLiteral("Feature 2026-05-02 Dailies report.pdf"));
      chosen(path);
    };
    m_seams.openDocument = [&](const std::string& file) { opened = file; };
    openDailies();
    dailies().days().setCurrentIndex(1);
    QTRY_COMPARE(dailies().table().model()->rowCount(), 3);
    const auto saved = [&](const char* name) {
      path = (m_scratch / name).string();
      key(Qt::Key_P, Qt::AltModifier);
      if (!QTest::qWaitFor([&] { return opened == path; }, 20000)) return QByteArray("none");
      QFile file(QString::fromStdString(path));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(saved("day.pdf").startsWith("%PDF-"));
    const QByteArray html = saved("day.html");
    QVERIFY(html.contains("A001C002"));
    QVERIFY(!html.contains("A001C001"));  // of the day before
    QVERIFY(saved("day.csv").contains("A001C003"));
  }
  void theDriftOfSoundIsShownInFrames() {
    ui::SoundModel model;
    std::vector<ui::SoundModel::Line> lines(3);
    for (auto& line : lines) line.sound.emplace();
    lines[0].sound->drift = -2.44;
    lines[1].sound->drift = 0.04;  // less than a frame's tenth
    lines[2].sound->drift = 1;
    model.show(std::move(lines));
    const auto cell = [&](int row) { return model.index(row, ui::SoundModel::drift).data().toString(); };
    QCOMPARE(cell(0), QStringLiteral("-2.4"));
    QCOMPARE(cell(1), QString());
    QCOMPARE(cell(2), QStringLiteral("+1"));
  }
  void soundIsFoundMovedByHandAndTakenAway() {
    m_seams.chooseFolder = [](QWidget*, const QString&, const ui::Chosen& chosen) { chosen("/sound/day"); };
    m_timed = true;
    openDailies();
    model::Clip take;
    take.name = "T012";
    take.reel = "SR05";
    take.family = "sound";
    take.audio = model::AudioInfo{2, 48000, 24, {"Boom", "Lav Anna"}};
    take.start = Timecode::parse("10:00:00:00", {24, 1});
    take.files.push_back({"T012.WAV", model::FileRole::essence, 1000});
    take.provenance["start_timecode"] = {{"bwf", "1728000000"}};
    take.provenance["duration_frames"] = {{"bwf", "480000"}};
    m_session->card.clips = {take};
    auto& panel = dailies().soundPanel();
    QVERIFY(!panel.table().isVisible());
    dailies().table().setFocus();
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_S, Qt::AltModifier);
    QTRY_COMPARE(panel.sounds().rowCount(), 3);  // sound alone gets none
    QVERIFY(panel.table().isVisible());
    const auto cell = [&](int row, int column) { return panel.sounds().index(row, column).data().toString(); };
    const auto rowOf = [&](const char* name) {
      for (int row = 0; row < panel.sounds().rowCount(); ++row)
        if (cell(row, ui::SoundModel::clip) == QLatin1String(name)) return row;
      return -1;
    };
    QTRY_COMPARE(cell(rowOf("A001C001"), ui::SoundModel::recording), QStringLiteral("T012"));
    QCOMPARE(cell(rowOf("A001C001"), ui::SoundModel::roll), QStringLiteral("SR05"));
    QCOMPARE(cell(rowOf("A001C001"), ui::SoundModel::timecode), QStringLiteral("10:00:05:00"));
    QCOMPARE(m_session->soundOf({1})->offset, std::int64_t{240000});
    QCOMPARE(cell(rowOf("A001C001"), ui::SoundModel::tracks), QStringLiteral("Boom, Lav Anna"));
    QCOMPARE(cell(rowOf("A001C003"), ui::SoundModel::recording), QStringLiteral("none"));
    QVERIFY(cell(rowOf("A001C003"), ui::SoundModel::remarks).contains(QStringLiteral("no timecode")));
    QVERIFY(plain(panel.outcome()).contains(QStringLiteral("Sound for 2 of 3 clips")));

    // By hand, kept apart from the match, and still there when the folder is read again.
    const auto move = [&](const QString& frames) {
      return panel.sounds().setData(panel.sounds().index(rowOf("A001C001"), ui::SoundModel::moved), frames,
                                    Qt::EditRole);
    };
    QVERIFY(!move(QStringLiteral("soon")));
    QVERIFY(move(QStringLiteral("+2")));
    QTRY_COMPARE(cell(rowOf("A001C001"), ui::SoundModel::moved), QStringLiteral("+2"));
    QCOMPARE(m_session->soundOf({1})->offset, std::int64_t{244000});
    key(Qt::Key_S, Qt::AltModifier);
    QTRY_VERIFY(cell(rowOf("A001C001"), ui::SoundModel::remarks).contains(QStringLiteral("as before")));
    QCOMPARE(m_session->soundOf({1})->offset, std::int64_t{244000});
    QVERIFY(move(QStringLiteral("0")));
    QTRY_COMPARE(m_session->soundOf({1})->offset, std::int64_t{240000});
    QTRY_COMPARE(cell(rowOf("A001C001"), ui::SoundModel::remarks), QString());
    shoot("dailies_sound");

    // Of the selected line alone, else of all.
    panel.table().selectRow(rowOf("A001C002"));
    panel.forget();
    QTRY_VERIFY(!m_session->soundOf({2}));
    QVERIFY(m_session->soundOf({1}).has_value());
    panel.table().clearSelection();
    panel.forget();
    QTRY_VERIFY(!m_session->soundOf({1}));
    m_timed = false;
  }
  void theDaysClipsBecomeSeveralPresetsByKeys() {
    m_seams.chooseFolder = [this](QWidget*, const QString&, const ui::Chosen& chosen) { chosen(orderFolder()); };
    openDailies();
    QVERIFY(!dailies().orderPanel().renderButton().isEnabled());
    dailies().days().setCurrentIndex(1);
    QTRY_COMPARE(dailies().table().model()->rowCount(), 3);
    dailies().table().setFocus();
    key(Qt::Key_A, Qt::ControlModifier);
    usePreset("h264-review");
    usePreset("dnxhr-lb");
    usePreset("prores-lt");
    usePreset("prores-lt");  // and not, after all
    key(Qt::Key_O, Qt::AltModifier);
    QTRY_COMPARE(dailies().orderPanel().burnins().count(), 1);  // what the library keeps is offered
    type(dailies().orderPanel().framingField(), QStringLiteral("2.39"));
    type(dailies().orderPanel().recipientField(), QStringLiteral("Studio"));
    key(Qt::Key_B, Qt::AltModifier);
    type(dailies().orderPanel().burninField(), QStringLiteral("{clip}  {tc}"));
    QCOMPARE(plain(dailies().orderPanel().renderButton().text()), QStringLiteral("Render 2 clips × 2 presets"));
    key(Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(m_session->ordersAsked().size(), std::size_t{1});
    const auto order = m_session->ordersAsked().front();
    std::vector<std::int64_t> clips;
    for (const auto id : order.clips) clips.push_back(id.value);
    QCOMPARE(clips, (std::vector<std::int64_t>{2, 3}));  // sound alone is no picture
    QCOMPARE(order.presets, (Said{"h264-review", "dnxhr-lb"}));
    QCOMPARE(order.outputDirectory, orderFolder());
    QCOMPARE(order.burnin, std::string("{clip}  {tc}"));
    QCOMPARE(order.framing, std::string("2.39"));
    QCOMPARE(order.framingChanges, std::string());  // the framing's own fit
    QCOMPARE(order.burnInExtras.recipient, std::string("Studio"));
    QVERIFY(order.seal);
    shoot("dailies");
  }

  void whatIsMissingForARenderIsSaidBeforeIt() {
    openDailies();
    QVERIFY(dailies().orderPanel().note().contains(QStringLiteral("preset")));
    dailies().table().clearSelection();
    QVERIFY(dailies().orderPanel().note().contains(QStringLiteral("clips")));
    dailies().table().setFocus();
    key(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("Select clips")));
    QVERIFY(m_session->ordersAsked().empty());
  }

  void aShippedPresetIsCopiedAndWhatDoesNotGoTogetherIsSaidInWords() {
    openDailies();
    auto& panel = dailies().presetPanel();
    auto& form = dailies().presetForm();
    panel.list().setFocus();
    panel.list().setCurrentIndex(panel.presets().index(panel.presets().rowOf("dnxhd-36")));
    key(Qt::Key_F2);
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("copy it")));
    QVERIFY(!form.isVisible());
    key(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(form.isVisible());
    QCOMPARE(form.name().text(), QStringLiteral("dnxhd-36-2"));
    QVERIFY(form.problem().isEmpty());
    form.width().setValue(1280);
    QVERIFY(form.problem().contains(QStringLiteral("1920x1080")));
    form.save();
    QVERIFY(m_session->calls().empty());
    shoot("dailies-preset");
    form.codec().setCurrentIndex(form.codec().findData(QStringLiteral("dnxhr_sq")));
    QVERIFY(form.problem().isEmpty());
    form.name().setFocus();
    form.name().selectAll();
    type(form.name(), QStringLiteral("cutting-room"));
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->calls(), Said{"keep preset cutting-room dnxhr_sq 1280"});
    QTRY_VERIFY(!form.isVisible());
    // What was made is there and in use.
    QTRY_COMPARE(panel.presets().chosen(), Said{"cutting-room"});
  }

  void aShippedBurnInIsCopiedSeenWhileItIsWrittenAndKept() {
    std::mutex mutex;
    std::string asked;
    m_session->onPreview = [&](catalog::ClipId,
                               const dailies::PreviewRequest& request) -> Result<dailies::ViewerFrame> {
      const std::scoped_lock lock(mutex);
      asked = request.burnin;
      dailies::ViewerFrame frame;
      frame.width = 320;
      frame.height = 180;
      frame.rgb.assign(320 * 180 * 3, 90);
      return frame;
    };
    const auto seen = [&] {
      const std::scoped_lock lock(mutex);
      return dailies::parseBurnIn(asked).value_or(dailies::BurnInTemplate{});
    };
    openDailies();
    auto& order = dailies().orderPanel();
    auto& form = dailies().burnInForm();
    QTRY_COMPARE(order.burnins().count(), 1);
    key(Qt::Key_B, Qt::AltModifier);
    type(order.burninField(), QStringLiteral("editorial"));
    key(Qt::Key_T, Qt::AltModifier);
    QTRY_VERIFY(form.isVisible());
    QCOMPARE(form.name().text(), QStringLiteral("editorial-2"));
    QVERIFY(!form.removeButton().isVisible());
    QCOMPARE(form.items().count(), 6);
    form.items().setCurrentRow(3);
    QCOMPARE(form.words().text(), QStringLiteral("{tc}"));
    form.words().selectAll();
    type(form.words(), QStringLiteral("{nonsense}"));
    QVERIFY(form.problem().contains(QStringLiteral("nonsense")));
    form.save();
    QVERIFY(m_session->calls().empty());
    form.words().selectAll();
    type(form.words(), QStringLiteral("REC {rectc}"));
    form.place().setCurrentIndex(static_cast<int>(dailies::Place::top));
    form.letterSize().setValue(50);
    form.opacity().setValue(80);
    form.colour().selectAll();
    type(form.colour(), QStringLiteral("#ff"));
    QVERIFY(form.problem().contains(QStringLiteral("is no colour")));
    type(form.colour(), QStringLiteral("c800"));
    QVERIFY(form.problem().isEmpty());
    QTRY_COMPARE(seen().items.size(), std::size_t{6});
    QTRY_COMPARE(seen().items[3].text, std::string("REC {rectc}"));
    form.takeButton().click();
    form.addButton().click();
    QCOMPARE(form.burnin().items.back().text, std::string("{clip}  {tc}"));
    shoot("dailies-burnin");
    form.name().setFocus();
    form.name().selectAll();
    type(form.name(), QStringLiteral("editorial"));
    QVERIFY(form.problem().contains(QStringLiteral("comes with the program")));
    form.name().selectAll();
    type(form.name(), QStringLiteral("ours"));
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->calls(), Said{"keep burn-in ours"});
    QTRY_VERIFY(!form.isVisible());
    QCOMPARE(order.burnin(), std::string("ours"));
    QTRY_COMPARE(order.burnins().count(), 2);
    // One's own is changed and renamed, not copied, and nothing but what was changed changes.
    const auto before = m_session->ownBurnIns.front();
    key(Qt::Key_T, Qt::AltModifier);
    QTRY_VERIFY(form.isVisible());
    QVERIFY(form.removeButton().isVisible());
    QCOMPARE(form.burnin(), before);
    form.name().selectAll();
    type(form.name(), QStringLiteral("theirs"));
    key(Qt::Key_Return);
    QTRY_COMPARE(m_session->calls(), (Said{"keep burn-in ours", "keep burn-in theirs", "drop burn-in ours"}));
    QTRY_VERIFY(!form.isVisible());
    QCOMPARE(order.burnin(), std::string("theirs"));
    QTRY_COMPARE(order.burnins().count(), 2);
    key(Qt::Key_T, Qt::AltModifier);
    QTRY_VERIFY(form.isVisible());
    form.removeButton().click();
    QTRY_COMPARE(m_session->calls().back(), std::string("drop burn-in theirs"));
    QTRY_COMPARE(order.burnin(), std::string());
    m_window.reset();  // before what it asks
  }

  void theFieldsOfABurnInReachThePicture() {
    openDailies();
    auto& form = dailies().burnInForm();
    key(Qt::Key_B, Qt::AltModifier);
    type(dailies().orderPanel().burninField(), QStringLiteral("{clip} for you"));
    key(Qt::Key_T, Qt::AltModifier);
    QTRY_VERIFY(form.isVisible());
    QCOMPARE(form.items().count(), 1);
    form.place().setCurrentIndex(static_cast<int>(dailies::Place::topRight));
    form.letterSize().setValue(50);
    form.opacity().setValue(80);
    form.colour().selectAll();
    type(form.colour(), QStringLiteral("#ffc800"));
    const auto& item = form.burnin().items.front();
    QCOMPARE(item.text, std::string("{clip} for you"));
    QVERIFY(item.place == dailies::Place::topRight);
    QCOMPARE(item.size, 0.05);
    QCOMPARE(item.margin, 0.03);  // as it was
    QCOMPARE(item.opacity, 0.8);
    QVERIFY(item.colour == (dailies::Rgb8{255, 200, 0}));
    form.takeButton().click();
    QVERIFY(form.problem().contains(QStringLiteral("needs a line")));
    key(Qt::Key_Escape);
    QVERIFY(!form.isVisible());
    QVERIFY(m_session->calls().empty());
  }

  void aFramingComesFromAFileAndTheFitIsChosen() {
    const auto path = (m_scratch / "show framing.fdl").string();
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{}");
    file.close();
    m_seams.chooseFile = [path](QWidget*, const QString&, const QString&, const ui::Chosen& chosen) { chosen(path); };
    openDailies();
    auto& order = dailies().orderPanel();
    key(Qt::Key_G, Qt::AltModifier);
    QTRY_COMPARE(order.framing(), std::string("show framing"));
    QCOMPARE(m_session->calls(), Said{"keep framing show framing {}"});
    QCOMPARE(order.framingChanges(), std::string());
    order.fit().setCurrentIndex(order.fit().findData(QStringLiteral("letterbox")));
    QCOMPARE(order.framingChanges(), std::string(R"({"fit": "letterbox"})"));
    order.fit().setCurrentIndex(0);
    QCOMPARE(order.framingChanges(), std::string());  // as the framing says
  }

  void anOwnPresetIsRemovedAndPutBackByKeys() {
    dailies::Preset own = *dailies::findPreset("h264-review");
    own.name = "mine";
    m_session->ownPresets = {own};
    m_session->clipRows = {clipRow(1, "A001C001", "2026-05-01")};
    open();
    key(Qt::Key_5, Qt::ControlModifier);
    auto& panel = dailies().presetPanel();
    QTRY_VERIFY(panel.presets().rowOf("mine") >= 0);
    panel.list().setFocus();
    key(Qt::Key_Delete);  // the first is a shipped one
    QVERIFY(m_window->sentenceShown().contains(QStringLiteral("stays")));
    panel.list().setCurrentIndex(panel.presets().index(panel.presets().rowOf("mine")));
    key(Qt::Key_Delete);
    QTRY_COMPARE(panel.presets().rowOf("mine"), -1);
    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(panel.presets().rowOf("mine") >= 0);
    QCOMPARE(m_session->calls(), (Said{"drop preset mine", "keep preset mine h264 1920"}));
  }

  void rendersTellHowFarTheyAreAndWhatCameOfThem() {
    std::string opened;
    m_seams.openDocument = [&](const std::string& path) { opened = path; };
    openDailies();
    showRenders();
    using Model = ui::RenderModel;
    QTRY_COMPARE(dailies().renderPanel().renders().rowCount(), 6);
    QVERIFY(render(2, Model::state).contains(QStringLiteral("42 %")));
    QCOMPARE(render(3, Model::preset), QStringLiteral("dnxhr-lb"));
    QCOMPARE(render(4, Model::error), QStringLiteral("0.12 · 1.10 · edge 1.70"));
    QCOMPARE(render(4, Model::remarks), QStringLiteral("The clip has no sound."));
    QCOMPARE(render(4, Model::file), QStringLiteral("A001C001.mp4"));
    QVERIFY(render(5, Model::state).contains(QStringLiteral("✕ failed")));
    QVERIFY(render(5, Model::remarks).contains(QStringLiteral("cannot be decoded")));
    selectRender(2);
    key(Qt::Key_P);
    key(Qt::Key_Delete);
    QTRY_COMPARE(m_session->cancelled(), std::vector<std::uint64_t>{7});
    selectRender(5);
    key(Qt::Key_R);
    QTRY_COMPARE(m_session->retried(), std::vector<std::uint64_t>{5});
    selectRender(0);
    key(Qt::Key_Up, Qt::AltModifier);
    QTRY_COMPARE(m_session->calls(), (Said{"pause 7", "move 9 before 8"}));
    QVERIFY(opened.empty());
    selectRender(4);
    key(Qt::Key_Return);
    QCOMPARE(opened, std::string("/out/A001C001.mp4"));
    shoot("dailies-renders");
  }

  void rendersOfAnEarlierRunGoOnWhenAsked() {
    session::UnfinishedRenders waiting;
    waiting.name = "20260502T143500Z";
    waiting.order.clips = {{1}, {2}};
    waiting.order.presets = {"dnxhr-lb"};
    m_session->unfinished = {waiting};
    openDailies();
    QTRY_VERIFY(plain(dailies().unfinishedShown()).contains(QStringLiteral("2 clips as dnxhr-lb")));
    shoot("dailies-unfinished");
    key(Qt::Key_R, Qt::AltModifier);
    QTRY_COMPARE(m_session->calls(), Said{"go on with 20260502T143500Z"});
    QTRY_COMPARE(dailies().unfinishedShown(), QString());
  }

  void theSelectedClipsAreExportedAndNothingIsReplacedUnasked() {
    const std::string folder = (m_scratch / "export").string();
    std::filesystem::create_directories(folder);
    m_seams.chooseFolder = [folder](QWidget*, const QString&, const ui::Chosen& chosen) { chosen(folder); };
    openDailies();
    select(1);
    auto& panel = dailies().exportPanel();
    panel.kind(session::ExportKind::csv).setChecked(true);
    panel.name().setFocus();
    panel.name().selectAll();
    type(panel.name(), QStringLiteral("day12"));
    key(Qt::Key_E, Qt::AltModifier);
    QTRY_VERIFY(plain(panel.outcome()).contains(QStringLiteral("✓ day12.csv: 1 clip")));
    QVERIFY(plain(panel.outcome()).contains(QStringLiteral("✓ day12.ale: 1 clip")));
    QFile list(QString::fromStdString(folder + "/day12.csv"));
    QVERIFY(list.open(QIODevice::ReadOnly));
    const QByteArray text = list.readAll();
    QVERIFY(text.contains("A001C002") && !text.contains("A001C001"));
    shoot("dailies-export");
    key(Qt::Key_E, Qt::AltModifier);
    QTRY_VERIFY(panel.outcome().contains(QStringLiteral("✕ day12.csv")));
    panel.replace().setChecked(true);
    key(Qt::Key_E, Qt::AltModifier);
    QTRY_VERIFY(plain(panel.outcome()).contains(QStringLiteral("✓ day12.csv: 1 clip")));
  }

  void theSamplePictureFollowsTheClipAndWhatIsBurntIn() {
    std::mutex mutex;
    Said asked;
    m_session->onPreview = [&](catalog::ClipId clip,
                               const dailies::PreviewRequest& request) -> Result<dailies::ViewerFrame> {
      const std::scoped_lock lock(mutex);
      asked.push_back(std::to_string(clip.value) + ":" + request.burnin + ":" + request.framing + ":" +
                      request.burnInExtras.recipient + ":" + request.preset.name);
      dailies::ViewerFrame frame;
      frame.width = 320;
      frame.height = 180;
      frame.rgb.assign(320 * 180 * 3, 90);
      return frame;
    };
    openDailies();
    auto& sample = dailies().sample();
    QTRY_COMPARE(sample.picture().size(), QSize(320, 180));
    type(dailies().orderPanel().burninField(), QStringLiteral("{tc}"));
    const auto last = [&] {
      const std::scoped_lock lock(mutex);
      return asked.empty() ? std::string() : asked.back();
    };
    type(dailies().orderPanel().framingField(), QStringLiteral("2.39"));
    type(dailies().orderPanel().recipientField(), QStringLiteral("Studio"));
    usePreset("dnxhr-lb");
    QTRY_COMPARE(last(), std::string("1:{tc}:2.39:Studio:dnxhr-lb"));
    shoot("dailies-sample");
    select(3);
    QTRY_COMPARE(sample.sentenceShown(), QStringLiteral("This clip has no picture."));
    QVERIFY(sample.picture().isNull());
    m_window.reset();  // before what it asks
  }

  void theModelsKeepTheirContracts() {
    openDailies();
    const QAbstractItemModelTester presets(&dailies().presetPanel().presets()),
        renders(&dailies().renderPanel().renders());
    showRenders();
    QTRY_COMPARE(dailies().renderPanel().renders().rowCount(), 6);
    dailies().presetPanel().reload("prores-lt");
    QTRY_COMPARE(dailies().presetPanel().presets().chosen(), Said{"prores-lt"});
  }
};

}  // namespace

int main(int argc, char** argv) { return test::runDesk<DailiesTest>(argc, argv); }

#include "test_dailies.moc"
