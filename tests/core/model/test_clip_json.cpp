// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <limits>

#include "core/model/clip_json.h"

using namespace rollproof;
using namespace rollproof::model;
using Json = nlohmann::json;

namespace {

Clip fullClip() {
  Clip c;
  c.name = "A001C001_260502_R1AA";
  c.reel = "A001R1AA";
  c.family = "arri";
  c.cameraLetter = "A";
  c.files = {{"A001R1AA/A001C001.mov", FileRole::essence, 123456789012ULL}, {"x.wav", FileRole::audio, 5}};
  c.frameRate = {24000, 1001};
  c.start = Timecode::parse("10:00:00:00", c.frameRate);
  c.durationFrames = 48;
  c.sensorFps = Rational{48, 1};
  c.timecodeSource = "tmcd";
  c.picture = Picture{1920, 1080, "prores", "apch", 10, "4:2:2", Rational{1, 1}, Rational{2, 1}};
  c.camera = {"ARRI", "ALEXA Mini", "20001", "6.02", "R1AA", "4.6K 3:2 Open Gate"};
  c.exposure = {800, 172.8, 0.02, 2.8, 1.5};
  c.whiteBalance = {5600, -3.0};
  c.lens = {"Cooke", "S7i", "77", 32.0, 2.5};
  c.colour = {
      "ARRI LogC3 (EI800)", "LOG-C", "AWG", "Show", "show.cube", Cdl{{1.1, 1, 1}, {0, 0.1, 0}, {1, 1, 0.9}, 0.8}};
  c.audio = AudioInfo{2, 48000, 24, {"Boom", "Lav"}};
  c.slate = {"12", "A", "3", true, "Show", "Someone", "Other", "Main", "two\nlines"};
  c.recordedAt = "2026-05-02T10:00:00";
  c.uuid = "u";
  c.umid = "m";
  c.decoder = "ffmpeg";
  c.warnings = {{"ei_curve", "Text."}};
  c.frameChecks = {{"first", 0, "", 0.25, 0.9, "ab12"}, {"last", 47, "cannot be decoded", 0, 0, ""}};
  c.qc = {{"black_frame", QcLevel::warning, "The last frame is black."}, {"note", QcLevel::note, "A note."}};
  c.provenance["exposure.ei"] = {{"com.arri.camera", "800"}, {"ale", "1600"}};
  c.raw["k"] = "v";
  c.firstFrameNumber = 7;
  return c;
}

}  // namespace

TEST_CASE("a clip record survives the way to JSON and back whole") {
  const auto json = toJson(fullClip(), true);
  const auto back = clipFromJson(Json::parse(json.dump()));
  REQUIRE(back.has_value());
  CHECK(toJson(*back, true).dump() == json.dump());
  CHECK(back->files[0].bytes == 123456789012ULL);
  CHECK(back->start == fullClip().start);
  CHECK(back->colour.cdl == fullClip().colour.cdl);
  REQUIRE(back->frameChecks.size() == 2);
  CHECK(back->frameChecks[0].meanLuma == 0.25);
  CHECK(back->frameChecks[1].error == "cannot be decoded");
  REQUIRE(back->qc.size() == 2);
  CHECK(back->qc[0].level == QcLevel::warning);
}

TEST_CASE("a finding of a level that is not known is taken as the gravest") {
  auto json = Json::parse(toJson(fullClip()).dump());
  json["qc"][0]["level"] = "fine";
  const auto back = clipFromJson(json);
  REQUIRE(back.has_value());
  CHECK(back->qc[0].level == QcLevel::error);
}

TEST_CASE("the names of the record are the agreed ones and the end is exclusive") {
  const auto json = toJson(fullClip());
  CHECK(json["clip"] == "A001C001_260502_R1AA");
  CHECK(json["files"][0]["role"] == "essence");
  CHECK(json["start_timecode"] == "10:00:00:00");
  CHECK(json["end_timecode"] == "10:00:02:00");
  CHECK(json["frame_rate"] == "24000/1001");
  CHECK(json["drop_frame"] == false);
  CHECK(json["sensor_fps"] == "48/1");
  CHECK(json["picture"]["lens_squeeze"] == "2/1");
  CHECK(json["provenance"]["exposure.ei"]["source"] == "com.arri.camera");
  CHECK(json["provenance"]["exposure.ei"]["rivals"][0]["raw"] == "1600");
  CHECK_FALSE(json.contains("raw"));
}

TEST_CASE("what no source gave is absent") {
  Clip clip;
  clip.name = "x";
  const auto json = toJson(clip);
  for (const char* key : {"reel", "start_timecode", "end_timecode", "duration_frames", "frame_rate", "drop_frame",
                          "picture", "camera", "exposure", "lens", "colour", "audio", "slate", "uuid"}) {
    CHECK_FALSE(json.contains(key));
  }
  CHECK(json["timecode_source"] == "none");
  CHECK(clipFromJson(Json::parse(json.dump())).has_value());
}

TEST_CASE("drop-frame timecode keeps its semicolon through JSON") {
  Clip clip;
  clip.name = "x";
  clip.frameRate = {30000, 1001};
  clip.start = Timecode::parse("00:59:59;28", clip.frameRate);
  clip.durationFrames = 4;
  const auto json = toJson(clip);
  CHECK(json["start_timecode"] == "00:59:59;28");
  CHECK(json["end_timecode"] == "01:00:00;02");
  CHECK(json["drop_frame"] == true);
  const auto back = clipFromJson(Json::parse(json.dump()));
  REQUIRE(back.has_value());
  CHECK(back->start == clip.start);
}

TEST_CASE("a path that is not UTF-8 comes back byte for byte") {
  Clip clip;
  clip.name = "x";
  for (const std::string path : {"caf\xE9.mov", "100%.mov", "line\nbreak.mov", "plain \xC3\xA9.mov"}) {
    clip.files = {{path, FileRole::essence, 1}};
    const auto back = clipFromJson(Json::parse(toJson(clip).dump()));
    REQUIRE(back.has_value());
    CHECK(back->files[0].path == path);
  }
}

TEST_CASE("text from a card that is not UTF-8 or not a number never breaks the record") {
  Clip clip;
  clip.name = "bad \xFF name";
  clip.slate.notes = "\xC3";
  clip.exposure.irisT = std::numeric_limits<double>::quiet_NaN();
  const auto json = toJson(clip);
  CHECK_NOTHROW(json.dump());
  CHECK_FALSE(json.contains("exposure"));
}

TEST_CASE("a clip whose name is no text comes back by its exact bytes") {
  Clip clip;
  clip.name = std::string("A001 \xFF\n", 7);
  const auto json = toJson(clip);
  CHECK(json.at("clip").get<std::string>() != clip.name);
  const auto back = clipFromJson(json);
  REQUIRE(back);
  CHECK(back->name == clip.name);
  clip.name = "A001";
  CHECK_FALSE(toJson(clip).contains("clip_percent"));
}

TEST_CASE("a record of the wrong form is refused by the field's name") {
  const auto wrong = [](const char* text) {
    const auto clip = clipFromJson(Json::parse(text));
    return clip ? std::string() : clip.error().subject;
  };
  CHECK(wrong(R"({})") == "clip");
  CHECK(wrong(R"({"clip":1})") == "clip");
  CHECK(wrong(R"({"clip":"x","files":[{"path":"a","role":"star"}]})") == "files.role");
  CHECK(wrong(R"({"clip":"x","files":[{"path":"a","bytes":-1}]})") == "files.bytes");
  CHECK(wrong(R"({"clip":"x","files":[1]})") == "files.");
  CHECK(wrong(R"({"clip":"x","frame_rate":"fast"})") == "frame_rate");
  CHECK(wrong(R"({"clip":"x","start_timecode":"10:00:00:00"})") == "start_timecode");
  CHECK(wrong(R"({"clip":"x","picture":{"width":99999999999}})") == "picture.width");
  CHECK(wrong(R"({"clip":"x","sensor_fps":"24/0"})") == "sensor_fps");
  CHECK(wrong(R"({"clip":"x","colour":{"cdl":{"slope":[1,2]}}})") == "colour.cdl.slope");
  CHECK(wrong(R"({"clip":"x","duration_frames":18446744073709551615})") == "duration_frames");
  CHECK(clipFromJson(Json::parse("[]")).error().code == Errc::corrupt);
}
