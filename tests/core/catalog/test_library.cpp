// SPDX-License-Identifier: Apache-2.0
// What the library adds to what cards said: findings, formats, corrections, expectations.
#include "core/catalog/search.h"
#include "core/model/clip_json.h"
#include "fixture.h"

using namespace fixture;
using Names = std::vector<std::string>;

namespace {

struct Library {
  TempFolder folder;
  std::unique_ptr<catalog::Catalog> catalog = openCatalog(folder.file("c.db"));
  catalog::RollId roll = must(catalog->recordOffload(offload("A001")));
  Library() {
    auto two = clip("C002");
    two.camera.sensorMode = "Open Gate";
    must(catalog->recordClips(roll, {clip("C001"), two}));
  }
  catalog::ClipRow row(const std::string& name) { return must(catalog->findClips(name)).at(0); }
  catalog::FormatId formatOf(const std::string& name) { return *row(name).format; }
  Names find(const std::string& query) { return names(must(catalog->clips(query))); }
};

}  // namespace

TEST_CASE("what quality control found stands on the clip until it is read again") {
  Library library;
  auto& catalog = *library.catalog;
  const auto one = library.row("C001").id, two = library.row("C002").id;
  must(catalog.recordQc(library.roll, {{one,
                                        {{"unreadable_media", model::QcLevel::error, "It cannot be read."},
                                         {"timecode_zero", model::QcLevel::note, "It starts at zero."}}},
                                       {two, {}}}));
  const auto row = library.row("C001");
  REQUIRE(row.clip.qc.size() == 2);
  CHECK(row.clip.qc[0].code == "unreadable_media");
  CHECK(row.clip.qc[0].level == model::QcLevel::error);
  CHECK(row.clip.qc[1].level == model::QcLevel::note);
  CHECK(row.clip.qc[1].text == "It starts at zero.");
  CHECK(library.find("qc:error") == Names{"C001"});
  CHECK(library.find("qc:timecode_zero qc:note") == Names{"C001"});
  CHECK(library.find("qc:clean") == Names{"C002"});
  CHECK(row.qcChecked);
  CHECK(library.row("C002").qcChecked);
  // An annotation indexes the clip anew and loses no finding.
  must(catalog.annotate(one, "scene", "9"));
  CHECK(library.find("qc:error scene:9") == Names{"C001"});
  must(catalog.annotate(two, "scene", "9"));
  CHECK(library.find("qc:clean scene:9") == Names{"C002"});
  must(catalog.recordClips(library.roll, {clip("C001")}));
  CHECK(library.row("C001").clip.qc.empty());
  CHECK_FALSE(library.row("C001").qcChecked);
  CHECK(library.find("qc:\"\"") == Names{"C001"});
  CHECK(library.find("qc:error").empty());
  CHECK(must(catalog.check()).ok);
}

TEST_CASE("a record that brings findings of its own leaves them behind") {
  Library library;
  auto brought = clip("C001");
  brought.qc = {{"black_frame", model::QcLevel::warning, "Black."}};
  must(library.catalog->recordClips(library.roll, {brought}));
  CHECK(library.row("C001").clip.qc.empty());
  CHECK(library.find("qc:black_frame").empty());
}

TEST_CASE("clips of one camera and way of recording share a format and later cards inherit what was set") {
  Library library;
  auto& catalog = *library.catalog;
  const auto formats = must(catalog.formats(""));
  REQUIRE(formats.size() == 2);
  CHECK(formats[0].letter == "A");
  CHECK(formats[0].model == "ALEXA Mini");
  CHECK(formats[0].sensorMode == "3200x1800");
  CHECK(formats[1].sensorMode == "Open Gate");
  CHECK(formats[0].codec == "prores");
  CHECK(formats[0].squeeze.empty());
  CHECK(formats[0].clips == 1);
  CHECK(must(catalog.formats("Elsewhere")).empty());

  must(catalog.setFormat(formats[0].id, "colour_space", "ARRI LogC4"));
  must(catalog.setFormat(formats[0].id, "framing", "2.39:1"));
  must(catalog.setFormat(formats[0].id, "label", "A body"));
  CHECK(library.row("C001").clip.colour.space == "ARRI LogC4");
  CHECK(library.row("C001").clip.provenance.at("colour.space").at(0).source == "format");
  CHECK(library.row("C001").framing == "2.39:1");
  CHECK(library.row("C002").clip.colour.space == "ARRI LogC3 (EI800)");
  CHECK(library.find("space:\"ARRI LogC4\"") == Names{"C001"});

  const auto later = must(catalog.recordOffload(offload("A002")));
  must(catalog.recordClips(later, {clip("C009")}));
  CHECK(library.formatOf("C009") == formats[0].id);
  CHECK(library.row("C009").clip.colour.space == "ARRI LogC4");
  CHECK(library.find("colour.space:\"ARRI LogC4\"") == Names{"C001", "C009"});
  // A person's word of the very clip stands above the format's.
  must(catalog.annotate(library.row("C009").id, "colour.space", "S-Log3 S-Gamut3.Cine"));
  CHECK(library.row("C009").clip.colour.space == "S-Log3 S-Gamut3.Cine");
  must(catalog.annotate(library.row("C009").id, "space", ""));
  CHECK(library.row("C009").clip.colour.space == "ARRI LogC4");
  must(catalog.setFormat(formats[0].id, "colour_space", ""));
  CHECK(library.row("C009").clip.colour.space == "ARRI LogC3 (EI800)");
  CHECK(library.find("space:\"ARRI LogC4\"").empty());
  CHECK(must(catalog.formats("Harbour"))[0].label == "A body");
  CHECK(must(catalog.check()).findings == Names{});
}

TEST_CASE("a corrected camera letter moves the clip to the format of that letter") {
  Library library;
  const auto before = library.formatOf("C001");
  must(library.catalog->annotate(library.row("C001").id, "camera_letter", "B"));
  CHECK_FALSE(library.formatOf("C001") == before);
  CHECK(must(library.catalog->formats("")).size() == 2);  // the one without clips and words is not shown
  must(library.catalog->annotate(library.row("C001").id, "camera_letter", ""));
  CHECK(library.formatOf("C001") == before);
}

TEST_CASE("a look comes from the clip then the roll then the format then the project") {
  Library library;
  auto& catalog = *library.catalog;
  for (const char* name : {"show", "body", "night"}) {
    model::Look look;
    look.name = name;
    must(catalog.addLook(look));
  }
  must(catalog.assignLook("show", "project:Harbour"));
  must(catalog.assignLook("body", "format:" + std::to_string(library.formatOf("C001").value)));
  CHECK(library.row("C001").lookName == "body");
  CHECK(library.row("C002").lookName == "show");
  CHECK(must(catalog.formats(""))[0].look == "body");
  must(catalog.assignLook("night", "roll:" + std::to_string(library.roll.value)));
  CHECK(library.row("C001").lookName == "night");
  must(catalog.assignLook("", "roll:" + std::to_string(library.roll.value)));
  must(catalog.setFormat(library.formatOf("C001"), "look", ""));
  CHECK(library.row("C001").lookName == "show");
  CHECK(catalog.setFormat(library.formatOf("C001"), "look", "missing").error().code == Errc::notFound);
  CHECK(catalog.setFormat({99}, "label", "x").error().code == Errc::notFound);
  CHECK(catalog.setFormat(library.formatOf("C001"), "weather", "x").error().code == Errc::usage);
  CHECK(catalog.setFormat(library.formatOf("C001"), "label", "\xFF").error().code == Errc::usage);
}

TEST_CASE("a technical field is corrected on top of what the camera said and goes back") {
  Library library;
  auto& catalog = *library.catalog;
  const auto id = library.row("C001").id;
  const std::vector<std::pair<std::string, std::string>> good{{"camera.model", "ALEXA 35"},
                                                              {"exposure.ei", "1600"},
                                                              {"exposure.iris_t", "2.8"},
                                                              {"frame_rate", "25"},
                                                              {"start_timecode", "01:02:03:24"},
                                                              {"sensor_fps", "47.952"},
                                                              {"picture.lens_squeeze", "2/1"},
                                                              {"white_balance.tint", "-1.5"},
                                                              {"recorded_at", "2026-05-02T10:00:00"},
                                                              {"slate.scene", "7"}};
  for (const auto& [field, value] : good) {
    INFO(field);
    must(catalog.annotate(id, field, value));
  }
  auto row = library.row("C001");
  CHECK(row.clip.camera.model == "ALEXA 35");
  CHECK(row.clip.exposure.irisT == 2.8);
  CHECK(row.clip.frameRate == FrameRate{25, 1});
  CHECK(row.clip.start->text() == "01:02:03:24");
  CHECK(row.clip.start->rate == FrameRate{25, 1});
  CHECK(row.clip.sensorFps == Rational{48000, 1001});
  CHECK(row.clip.picture->lensSqueeze == Rational{2, 1});
  CHECK(row.clip.provenance.at("exposure.ei").at(0).source == "user");
  CHECK(row.clip.provenance.at("slate.scene").at(0).raw == "7");
  CHECK(library.find("exposure.ei:1600 scene:7 start_timecode:01:02:03:24") == Names{"C001"});
  const auto head = catalog.headSeq();
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{{"exposure.ei", "fast"},
                                                                                     {"exposure.iris_t", "-1"},
                                                                                     {"exposure.iris_t", "nan"},
                                                                                     {"frame_rate", "0"},
                                                                                     {"start_timecode", "10:00:00:25"},
                                                                                     {"start_timecode", "soon"},
                                                                                     {"sensor_fps", "-1"},
                                                                                     {"picture.lens_squeeze", "2/0"},
                                                                                     {"recorded_at", "today"},
                                                                                     {"duration_frames", "5"},
                                                                                     {"files", "x"}}) {
    INFO(field << " " << value);
    const auto refused = catalog.annotate(id, field, value);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::usage);
  }
  CHECK(catalog.headSeq() == head);
  for (const auto& [field, value] : good) must(catalog.annotate(id, field, ""));
  CHECK(model::toJson(library.row("C001").clip) == model::toJson(clip("C001")));
}

TEST_CASE("the history of a field tells each value what stood before and who and when") {
  Library library;
  auto& catalog = *library.catalog;
  const auto id = library.row("C001").id;
  must(catalog.annotate(id, "slate.take", "4"));
  must(catalog.annotate(id, "take", "5"));
  must(catalog.annotate(id, "exposure.ei", "1600"));
  const auto takes = must(catalog.history(id, "slate.take"));
  REQUIRE(takes.size() == 2);
  CHECK(takes[0].previous.empty());
  CHECK(takes[1].value == "5");
  CHECK(takes[1].previous == "4");
  CHECK(takes[1].field == "take");
  CHECK(takes[1].at.size() == std::string("2026-05-02T10:00:00Z").size());
  CHECK(takes[1].station.size() == 36);
  CHECK(must(catalog.history(id, "")).size() == 3);
  // Undo is to say again what stood before.
  must(catalog.annotate(id, takes[1].field, takes[1].previous));
  CHECK(library.row("C001").clip.slate.take == "4");
  CHECK(catalog.history(id, "weather").error().code == Errc::usage);
  CHECK(must(catalog.history({99}, "")).empty());
}

TEST_CASE("many clips are corrected together or not at all") {
  Library library;
  auto& catalog = *library.catalog;
  const auto one = library.row("C001").id, two = library.row("C002").id;
  must(catalog.annotateAll({{one, "slate.scene", "42"}, {two, "slate.scene", "43"}}));
  CHECK(library.row("C001").clip.slate.scene == "42");
  CHECK(library.row("C002").clip.slate.scene == "43");
  const auto before = catalog.headSeq();
  const auto refused = catalog.annotateAll({{one, "exposure.ei", "1600"}, {two, "exposure.ei", "bright"}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::usage);
  CHECK(refused.error().message.find("whole number") != std::string::npos);
  CHECK(catalog.headSeq() == before);
  CHECK(library.row("C001").clip.exposure.ei != 1600);
  CHECK(catalog.annotateAll({{one, "take", "7"}, {{99}, "take", "7"}}).error().code == Errc::notFound);
  CHECK(library.row("C001").clip.slate.take != "7");
  CHECK(must(catalog.check()).ok);
  CHECK(catalog::canAnnotate("exposure.ei"));
  CHECK(catalog::canAnnotate("ei"));
  CHECK_FALSE(catalog::canAnnotate("picture.codec"));
}

TEST_CASE("documents are kept by kind and name as they were said last and can be taken away") {
  Library library;
  auto& catalog = *library.catalog;
  CHECK(must(catalog.documents("preset")).empty());
  must(catalog.setDocument("preset", "web", R"({"width":1280})"));
  must(catalog.setDocument("preset", "phone", R"({"width":640})"));
  must(catalog.setDocument("burnin", "phone", R"({"items":[]})"));
  must(catalog.setDocument("preset", "web", R"({"width":960})"));
  const auto all = must(catalog.documents("preset"));
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "phone");
  CHECK(all[1].json == R"({"width":960})");
  must(catalog.setDocument("preset", "phone", ""));
  CHECK(must(catalog.documents("preset")).size() == 1);
  CHECK(must(catalog.documents("burnin")).size() == 1);
  CHECK(catalog.setDocument("preset", "", "{}").error().code == Errc::usage);
  CHECK(catalog.setDocument("preset", "x", "[1]").error().code == Errc::usage);
  CHECK(catalog.setDocument("preset", "x", "{").error().code == Errc::usage);
  CHECK(must(catalog.check()).ok);
}

TEST_CASE("a project's spec is kept as it was said last") {
  Library library;
  auto& catalog = *library.catalog;
  CHECK(must(catalog.projectSpec("Harbour")).empty());
  must(catalog.setProjectSpec("Harbour", R"({"frame_rate":"25/1"})"));
  must(catalog.setProjectSpec("Harbour", R"({"frame_rate":"24/1"})"));
  CHECK(must(catalog.projectSpec("Harbour")) == R"({"frame_rate":"24/1"})");
  CHECK(catalog.setProjectSpec("", "{}").error().code == Errc::usage);
  CHECK_FALSE(catalog.setProjectSpec("Harbour", "{"));
  CHECK(must(catalog.check()).ok);
}

TEST_CASE("everything the files said is kept and found and no longer there when it is no longer said") {
  Library library;
  auto& catalog = *library.catalog;
  auto told = clip("C001");
  told.raw = {
      {"com.arri.camera.UUID", "c7a1e9"}, {"note\xFF", "K\xC3\xB6ln"}, {"book", std::string(100'000, 'x') + " hidden"}};
  must(catalog.recordClips(library.roll, {told}));
  const auto id = library.row("C001").id;
  const auto raw = must(catalog.rawMetadata(id));
  CHECK(raw.size() == 3);
  CHECK(raw.at("com.arri.camera.UUID") == "c7a1e9");
  CHECK(raw.at("book").size() == 100'007);
  CHECK(library.row("C001").clip.raw.empty());
  CHECK(library.find("c7a1e9") == Names{"C001"});
  CHECK(library.find("koln") == Names{"C001"});
  must(catalog.recordClips(library.roll, {clip("C001")}));
  CHECK(must(catalog.rawMetadata(id)).empty());
  CHECK(library.find("c7a1e9").empty());
  CHECK(must(catalog.check()).ok);
}

TEST_CASE("each field of a full record is searched by its JSON name") {
  Library library;
  auto full = clip("C001");
  full.start = Timecode::parse("10:00:00;00", FrameRate{30000, 1001});
  full.frameRate = FrameRate{30000, 1001};
  full.sensorFps = Rational{48, 1};
  full.timecodeSource = "tmcd";
  full.firstFrameNumber = 86400;
  full.picture = model::Picture{3200, 1800, "prores", "ap4h", 12, "4:4:4", Rational{1, 1}, Rational{2, 1}};
  full.camera = {"ARRI", "ALEXA", "123", "7.0", "R1AA", "Open Gate"};
  full.exposure = {800, 172.8, 0.02, 2.8, 0.6};
  full.whiteBalance = {5600, -1.5};
  full.lens = {"Zeiss", "SP", "77", 32.0, 1.5};
  full.colour.gamma = "LogC";
  full.colour.primaries = "AWG";
  full.colour.look = "show";
  full.colour.lut = "show.cube";
  full.audio = model::AudioInfo{2, 48000, 24, {"Boom", "Lav 1"}};
  full.slate = {"12", "B", "3", true, "Film", "Dir", "Dop", "Main", "Note"};
  full.recordedAt = "2026-05-02T10:00:00";
  full.uuid = "u-1";
  full.umid = "060a";
  full.decoder = "ffmpeg";
  must(library.catalog->recordClips(library.roll, {full}));
  std::size_t searched = 0;
  std::function<void(const std::string&, const nlohmann::ordered_json&)> each =
      [&](const std::string& prefix, const nlohmann::ordered_json& object) {
        for (const auto& [key, value] : object.items()) {
          const std::string field = prefix.empty() ? key : prefix + "." + key;
          if (value.is_object() && field != "provenance" && field != "raw" && field != "colour.cdl") {
            each(field, value);
          } else if (value.is_boolean()) {
            INFO(field);
            CHECK(library.find(field + (value.get<bool>() ? ":yes" : ":no")) == Names{"C001"});
          } else if (value.is_string() || value.is_number()) {
            const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
            INFO(field << " " << text);
            CHECK(library.find(field + ":\"" + text + "\"") == Names{"C001"});
            ++searched;
          }
        }
      };
  each("", model::toJson(full));
  CHECK(searched > 50);
  CHECK(library.find("audio.tracks:\"lav 1\"") == Names{"C001"});
  CHECK(library.find("sensor_fps:48 frame_rate:29.97") == Names{"C001"});
  CHECK(library.find("picture.lens_squeeze:2") == Names{"C001"});
}

TEST_CASE("numbers compare as numbers and days and timecodes as they are written") {
  Library library;
  auto& catalog = *library.catalog;
  const auto one = library.row("C001").id;
  must(catalog.annotate(one, "exposure.ei", "1600"));
  must(catalog.annotate(one, "lens.focal_mm", "9.5"));
  must(catalog.annotate(library.row("C002").id, "lens.focal_mm", "32"));
  CHECK(library.find("exposure.ei:>800") == Names{"C001"});
  CHECK(library.find("ei:>=800") == Names{"C001", "C002"});
  CHECK(library.find("ei:<1600") == Names{"C002"});
  CHECK(library.find("ei:<=800") == Names{"C002"});
  CHECK(library.find("lens.focal_mm:>9.6") == Names{"C002"});  // as text "9.5" is above "32"
  CHECK(library.find("lens.focal_mm:9..10") == Names{"C001"});
  CHECK(library.find("fps:>23 fps:<24") == Names{"C001", "C002"});
  CHECK(library.find("fps:>1000").empty());  // 24000/1001 is no thousand
  CHECK(library.find("day:>2026-05-01") == Names{"C001", "C002"});
  CHECK(library.find("day:2026-05-03..2026-06-01").empty());
  CHECK(library.find("start_timecode:>=10:00:00:00 clip:C001") == Names{"C001"});
  CHECK(library.find("notes:\">800\"").empty());
}

TEST_CASE("every grade of a look is kept and a target can go back to an earlier one") {
  Library library;
  auto& catalog = *library.catalog;
  model::Look look;
  look.name = "evening";
  for (const double saturation : {1.0, .9, .8}) {
    look.cdl = model::Cdl{{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, saturation};
    must(catalog.addLook(look));
  }
  const auto versions = must(catalog.lookVersions("evening"));
  REQUIRE(versions.size() == 3);
  CHECK(versions[0].look.version == 1);
  CHECK(versions[2].look.cdl->saturation == .8);
  CHECK_FALSE(versions[1].addedAt.empty());
  const auto clip = must(catalog.clips("")).at(0).id;
  const std::string target = "clip:" + std::to_string(clip.value);
  must(catalog.assignLook("evening", target));
  CHECK(must(catalog.lookFor(clip))->version == 3);
  must(catalog.assignLook("evening", target, 2));
  CHECK(must(catalog.standingLook(clip))->look.cdl->saturation == .9);
  CHECK(must(catalog.standingLook(clip))->pinned == 2);
  CHECK(must(catalog.standingLook(clip))->target == target);
  must(catalog.addLook(look));
  CHECK(must(catalog.lookFor(clip))->version == 2);
  CHECK(catalog.assignLook("evening", target, 9).error().code == Errc::notFound);
  CHECK(must(catalog.lookHistory(target)).size() == 2);
  CHECK(must(catalog.lookHistory(target))[1].previousVersion == 0);
  CHECK(must(catalog.check()).findings == std::vector<std::string>{});
}

TEST_CASE("all that a look says comes back from the catalog") {
  Library library;
  auto& catalog = *library.catalog;
  model::Look look;
  look.name = "amf";
  look.cdlStyle = model::CdlStyle::asc;
  look.order = model::LookOrder::lutThenCdl;
  look.lutHash = "xxh64:0123456789abcdef";
  look.input = "ARRI LogC4";
  look.display = "sRGB - Display";
  look.view = "ACES 1.0 - SDR Video";
  look.source = "a.amf";
  model::LookStep step;
  step.kind = model::LookStep::Kind::lut;
  step.name = "show";
  step.file = "/luts/\xFFshow.cube";
  step.hash = "xxh64:1";
  step.input = "ACEScct";
  step.output = "display";
  step.applied = true;
  look.steps.push_back(step);
  step = {};
  step.kind = model::LookStep::Kind::transform;
  step.transform = "Blue Light Artifact Fix";
  look.steps.push_back(step);
  step = {};
  step.cdl = model::Cdl{{1, 2, 3}, {.1, .2, .3}, {1, 1, 1}, .5};
  step.style = model::CdlStyle::asc;
  look.steps.push_back(step);
  must(catalog.addLook(look));
  const auto back = must(catalog.looks()).back();
  CHECK(back.cdlStyle == model::CdlStyle::asc);
  CHECK(back.order == model::LookOrder::lutThenCdl);
  CHECK(back.lutHash == look.lutHash);
  CHECK(back.input == look.input);
  CHECK(back.display == look.display);
  CHECK(back.view == look.view);
  CHECK(back.source == look.source);
  REQUIRE(back.steps.size() == 3);
  CHECK(back.steps[0].kind == model::LookStep::Kind::lut);
  CHECK(back.steps[0].file == look.steps[0].file);
  CHECK(back.steps[0].applied);
  CHECK(back.steps[0].output == "display");
  CHECK(back.steps[1].transform == "Blue Light Artifact Fix");
  CHECK(back.steps[2].cdl == look.steps[2].cdl);
  CHECK(back.steps[2].style == model::CdlStyle::asc);
}
