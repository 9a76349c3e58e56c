// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/interchange/edl.h"
#include "core/interchange/exports.h"
#include "core/interchange/otio.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

ExportClip clip(const std::string& name, const char* start = "10:00:00:00", FrameRate rate = {24, 1}) {
  ExportClip one;
  one.clip.name = name;
  one.clip.reel = "A001R1AA";
  one.clip.frameRate = rate;
  one.clip.start = Timecode::parse(start, rate);
  one.clip.durationFrames = 48;
  one.clip.files = {{"A/" + name + ".mov", model::FileRole::essence, 1}};
  one.clip.picture = model::Picture{};
  one.clip.picture->height = 1080;
  one.clip.slate.scene = "12";
  one.mediaPath = "/media/RAID 1/A/" + name + ".mov";
  return one;
}

std::size_t count(const Exported& out, const std::string& code) {
  std::size_t n = 0;
  for (const auto& one : out.warnings) n += one.code == code ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("an ALE has every column once and at most as many as Avid takes") {
  ExportClip one = clip("A001C001");
  one.clip.colour.cdl = model::Cdl{{1.1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 0.9};
  one.clip.camera.sensorMode = "4.6K 3:2 Open Gate";
  one.clip.exposure.shutterSeconds = 0.02;
  one.clip.lens.focalMm = 35;
  one.clip.slate.unit = "2nd";
  one.clip.audio = model::AudioInfo{2, 48000, 24, {"Boom", "Lav"}};
  const Ale ale = aleOf({one});
  CHECK(ale.columns.size() <= 64);
  for (const auto& title : ale.columns) CHECK(std::count(ale.columns.begin(), ale.columns.end(), title) == 1);
  CHECK(std::vector<std::string>(ale.columns.begin(), ale.columns.begin() + 4) ==
        std::vector<std::string>{"Name", "Tracks", "Start", "End"});
  CHECK(ale.value(0, "Sensor_mode") == "4.6K 3:2 Open Gate");
  CHECK(ale.value(0, "Shutter_s") == "0.02");
  CHECK(ale.value(0, "Focal_length_mm") == "35");
  CHECK(ale.value(0, "Unit") == "2nd");
  CHECK(ale.value(0, "Audio_tracks") == "Boom; Lav");
  CHECK(ale.value(0, "Source Path") == "/media/RAID 1/A/A001C001.mov");
  CHECK(ale.value(0, "ASC_SAT") == "0.900000");
  one.amfName = "A001C001.amf";
  one.amfUuid = "948e6925-2b2b-4825-8540-368304288a06";
  const Ale with = aleOf({one});
  CHECK(with.value(0, "AMF_NAME") == "A001C001.amf");
  CHECK(with.value(0, "AMF_UUID") == one.amfUuid);
  // An inline CDL beside an AMF would be applied twice.
  CHECK(with.value(0, "ASC_SOP").empty());
}

TEST_CASE("what an ALE cannot hold is blanked and named or refused by the clip's name") {
  ExportClip one = clip("A001C001");
  one.clip.slate.notes = "wind\tand \"rain\"\n\xE5\xA4\x9C";
  auto out = exportAle({one, clip("A001C002", "11:00:00:00", {25, 1})});
  REQUIRE(out.has_value());
  CHECK(count(*out, "value_blanked") == 1);
  CHECK(count(*out, "mixed_frame_rate") == 1);
  const auto back = parseAle(out->text);
  REQUIRE(back.has_value());
  CHECK(back->value(0, "Comments") == "wind and \"rain\" \xE5\xA4\x9C");
  for (const char* name : {"a\tb", "a\nb", "a\xFF"}) {
    ExportClip bad = clip("A001C003");
    bad.clip.name = name;
    CHECK(exportAle({bad}).error().code == Errc::usage);
    CHECK(exportEdl({bad}, "t").error().code == Errc::usage);
    CHECK(exportCcc({bad}).error().code == Errc::usage);
  }
}

TEST_CASE("an EDL of clips has them one behind the other with their names and CDLs") {
  ExportClip first = clip("A001C001"), second = clip("A001C002", "11:00:00:00");
  first.clip.colour.cdl = model::Cdl{{1.1, 1, 1}, {0, 0.5, 0}, {1, 1, 1}, 0.9};
  first.clip.audio = model::AudioInfo{4, 48000, 24, {}};
  second.clip.reel = "A001_A001R1AA_LONG";
  second.clip.slate.notes = "two\nlines";
  second.clip.colour.cdl = first.clip.colour.cdl;
  second.amfUuid = "948e6925-2b2b-4825-8540-368304288a06";
  ExportClip slow = clip("A001C003", "12:00:00:00", {25, 1}), still = clip("A001C004");
  still.clip.start.reset();
  const auto out = exportEdl({first, second, slow, still}, "DAY 1");
  REQUIRE(out.has_value());
  CHECK(count(*out, "clip_left_out") == 2);
  CHECK(count(*out, "reel_truncated") == 1);
  CHECK(count(*out, "value_blanked") == 1);
  const auto edl = parseEdl(out->text, {24, 1});
  REQUIRE(edl.has_value());
  CHECK(edl->title == "DAY 1");
  REQUIRE(edl->events.size() == 2);
  const EdlEvent& one = edl->events[0];
  CHECK(one.sourceIn.text() == "10:00:00:00");
  CHECK(one.sourceOut.text() == "10:00:02:00");
  CHECK(one.recordIn.text() == "01:00:00:00");
  CHECK(one.clipName == "A001C001");
  CHECK(one.sourceFile == "A001C001.mov");
  CHECK(*one.cdl() == *first.clip.colour.cdl);
  CHECK(one.audioChannels() == std::vector<int>{1, 2, 3, 4});
  CHECK(edl->events[1].recordIn.text() == "01:00:02:00");
  CHECK(edl->events[1].reel == "A001_A001R1AA_LONG");
  CHECK_FALSE(edl->events[1].cdl().has_value());
  CHECK(edl->events[1].amfUuid == second.amfUuid);
  ExportClip endless = clip("A001C005");
  endless.clip.reel = std::string(33, 'R');
  CHECK(exportEdl({endless}, "t").error().subject == "A001C005");
}

TEST_CASE("drop-frame clips make a drop-frame EDL") {
  const auto out = exportEdl({clip("A001C001", "01:00:59;28", {30000, 1001})}, "t");
  REQUIRE(out.has_value());
  CHECK(out->text.find("FCM: DROP FRAME") != std::string::npos);
  CHECK(out->text.find("01:00:59;28 01:01:01;18 01:00:00;00 01:00:01;18") != std::string::npos);
}

TEST_CASE("an OTIO of clips has their media and timecodes and CDLs and sound") {
  ExportClip first = clip("A001C001", "10:00:00:00", {24000, 1001}), frames = clip("A002C001");
  first.clip.colour.cdl = model::Cdl{{1.1, 1, 1}, {0, 0.5, 0}, {1, 1, 1}, 0.9};
  first.clip.audio = model::AudioInfo{1, 48000, 24, {}};
  first.clip.slate.notes = "tab\there\n\"quoted\" \xE5\xA4\x9C";
  frames.mediaPath = "/media/A002/A002C001.0001001.exr";
  frames.clip.firstFrameNumber = 1001;
  const auto out = exportOtio({first, frames}, "DAY 1");
  REQUIRE(out.has_value());
  const auto root = parseOtio(out->text);
  REQUIRE(root.has_value());
  CHECK(formatOtio(*root) == out->text);
  REQUIRE(root->children.at(0).children.size() == 2);
  const OtioItem& picture = root->children[0].children[0];
  REQUIRE(picture.children.size() == 2);
  const OtioItem& one = picture.children[0];
  CHECK(one.range->start.rate == 24000.0 / 1001.0);
  CHECK(one.range->start.value == 864000);
  CHECK(one.activeReference()->url == "file:///media/RAID%201/A/A001C001.mov");
  CHECK(one.metadata["rollproof"]["notes"] == first.clip.slate.notes);
  CHECK(one.metadata["cdl"]["asc_sop"]["slope"][0] == 1.1);
  CHECK(picture.children[1].activeReference()->kind == OtioMedia::Kind::sequence);
  CHECK(picture.children[1].activeReference()->padding == 7);
  const OtioItem& sound = root->children[0].children[1];
  REQUIRE(sound.children.size() == 2);
  CHECK(sound.children[0].kind == OtioItem::Kind::clip);
  CHECK(sound.children[1].kind == OtioItem::Kind::gap);
}

TEST_CASE("a CCC has the clips' CDLs by their names") {
  ExportClip first = clip("A001C001"), plain = clip("A001C002");
  first.clip.colour.cdl = model::Cdl{{1.1, 1, 1}, {0, 0.5, 0}, {1, 1, 1}, 0.9};
  const auto out = exportCcc({first, plain, first});
  REQUIRE(out.has_value());
  CHECK(count(*out, "clip_left_out") == 1);
  const auto file = parseCdl(out->text);
  REQUIRE(file.has_value());
  REQUIRE(file->corrections.size() == 1);
  CHECK(file->corrections[0].id == "A001C001");
  CHECK(file->corrections[0].cdl == *first.clip.colour.cdl);
  CHECK(checkCdl(*file).empty());
  ExportClip other = first;
  other.clip.colour.cdl->saturation = 0.5;
  CHECK(exportCcc({first, other}).error().subject == "A001C001");
  CHECK(exportCcc({plain}).error().code == Errc::notFound);
}

TEST_CASE("the AMF of a clip is valid and names its file or its frames") {
  ExportClip one = clip("A001C001");
  AmfPipeline pipeline;
  pipeline.major = "1";
  pipeline.minor = "3";
  pipeline.patch = "0";
  AmfLook& look = pipeline.looks.emplace_back();
  look.applied = false;
  look.file = "show.cube";
  const AmfStamp stamp{"2026-05-02T18:00:00Z", "948e6925-2b2b-4825-8540-368304288a06",
                       "b5fd5dfb-ca3b-e62a-5657-ddf31e32ce92"};
  const auto amf = amfOf(one, pipeline, stamp);
  REQUIRE(amf.has_value());
  CHECK(checkAmf(*amf).empty());
  CHECK(amf->clip->name == "A001C001");
  CHECK(amf->clip->file == "A001C001.mov");
  REQUIRE(amf->pipeline.looks.size() == 1);
  CHECK(amf->pipeline.info.uuid == "urn:uuid:b5fd5dfb-ca3b-e62a-5657-ddf31e32ce92");
  CHECK(*parseAmf(*formatAmf(*amf)) == *amf);
  one.clip.files = {{"A/A001C001.0001001.exr", model::FileRole::essence, 1}};
  one.clip.firstFrameNumber = 1001;
  const auto frames = amfOf(one, pipeline, stamp);
  CHECK(checkAmf(*frames).empty());
  CHECK(frames->clip->sequence->pattern == "A001C001.#######.exr");
  CHECK(frames->clip->sequence->min == "1001");
  CHECK(frames->clip->sequence->max == "1048");
  one.clip.name = "a\nb";
  CHECK(amfOf(one, pipeline, stamp).error().code == Errc::usage);
}
