// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fixtures.h"

using fixtures::Folder;
using fixtures::Wav;

namespace {

std::string setXml(const std::string& uid, int total, const std::string& index, const std::string& track) {
  return fixtures::ixml(
      "<SCENE>12</SCENE><TAKE>3</TAKE><TAPE>S007</TAPE><CIRCLED>TRUE</CIRCLED><NOTE>wind</NOTE>"
      "<SPEED><TIMECODE_RATE>24000/1001</TIMECODE_RATE><TIMECODE_FLAG>NDF</TIMECODE_FLAG></SPEED>"
      "<FILE_SET><TOTAL_FILES>" +
      std::to_string(total) + "</TOTAL_FILES><FAMILY_UID>" + uid + "</FAMILY_UID><FILE_SET_INDEX>" + index +
      "</FILE_SET_INDEX></FILE_SET><TRACK_LIST><TRACK>"
      "<INTERLEAVE_INDEX>1</INTERLEAVE_INDEX><NAME>" +
      track + "</NAME></TRACK></TRACK_LIST>");
}

}  // namespace

TEST_CASE("a recorder's sample count becomes timecode at the rate iXML names and not at seconds") {
  Folder folder;
  Wav what;
  what.timeReference = 2190940753;
  what.sampleFrames = 48048;
  what.ixml = setXml("U1", 1, "A", "Boom");
  folder.write("12-3.WAV", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "sound");
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "12:39:59:00");
  CHECK(clip.frameRate.text() == "24000/1001");
  CHECK(clip.durationFrames == 24);
  CHECK(clip.timecodeSource == "bwf");
  CHECK(clip.reel == "S007");
  CHECK(card.reel == "S007");
  CHECK(clip.slate.scene == "12");
  CHECK(clip.slate.take == "3");
  CHECK(clip.slate.circled == true);
  REQUIRE(clip.audio.has_value());
  CHECK(clip.audio->tracks == std::vector<std::string>{"Boom"});
}

TEST_CASE("a negative iXML time reference is the upper half of 32 bits") {
  Folder folder;
  Wav what;
  what.ixml = fixtures::ixml(
      "<SPEED><TIMECODE_RATE>25/1</TIMECODE_RATE></SPEED><BEXT><BWF_TIME_REFERENCE_LOW>"
      "-1944591466</BWF_TIME_REFERENCE_LOW><BWF_TIME_REFERENCE_HIGH>0</BWF_TIME_REFERENCE_HIGH></BEXT>");
  folder.write("a.wav", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  REQUIRE(card.clips[0].start.has_value());
  CHECK(card.clips[0].start->frames == 2350375830LL * 25 / 48000);
}

TEST_CASE("mono files of one family are one clip and the poly file beside them is another") {
  Folder folder;
  Wav what;
  what.timeReference = 48000;
  what.ixml = setXml("F", 2, "2", "Lav");
  folder.write("A101_1_2.WAV", fixtures::wav(what));
  what.ixml = setXml("F", 2, "1", "Boom");
  folder.write("A101_1_1.WAV", fixtures::wav(what));
  what.channels = 2;
  what.ixml = setXml("F", 1, "A", "Mix");
  folder.write("A101_1.WAV", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  const auto& set = card.clips[0].files.size() == 2 ? card.clips[0] : card.clips[1];
  REQUIRE(set.files.size() == 2);
  CHECK(set.name == "A101_1");
  CHECK(set.files[0].path == "A101_1_1.WAV");
  REQUIRE(set.audio.has_value());
  CHECK(set.audio->channels == 2);
  CHECK(set.audio->tracks == std::vector<std::string>{"Boom", "Lav"});
  CHECK_FALSE(fixtures::hasWarning(set.warnings, "missing_part"));
}

TEST_CASE("a set that lacks one of its files says so") {
  Folder folder;
  Wav what;
  what.ixml = setXml("F", 3, "1", "Boom");
  folder.write("T1_1.WAV", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "missing_part"));
}

TEST_CASE("an RF64 file counts its samples by ds64") {
  Folder folder;
  Wav what;
  what.rf64 = true;
  what.timeReference = 48000ULL * 3600;
  what.sampleFrames = 96000;
  what.description = "sSPEED=025.000-ND\r\nsTAPE=R1\r\n";
  folder.write("long.wav", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  REQUIRE(card.clips[0].start.has_value());
  CHECK(card.clips[0].start->text() == "01:00:00:00");
  CHECK(card.clips[0].durationFrames == 50);
  CHECK(card.clips[0].reel == "R1");
}

TEST_CASE("sound without any timecode rate has no timecode rather than a guessed one") {
  Folder folder;
  Wav what;
  what.timeReference = 48000;
  what.originator = "Recorder";
  folder.write("x.wav", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK_FALSE(card.clips[0].start.has_value());
  CHECK(card.clips[0].timecodeSource == "none");
  CHECK(card.clips[0].camera.model == "Recorder");
}

TEST_CASE("real recorder files start where their slates say") {
  const std::string folder = std::string(ROLLPROOF_SAMPLES) + "/wavinfo_bwf";
  if (!std::filesystem::exists(folder)) {
    WARN("samples are not here");
    return;
  }
  const auto card = fixtures::readCard(folder);
  const rollproof::model::Clip* poly = nullptr;
  const rollproof::model::Clip* set = nullptr;
  for (const auto& clip : card.clips) {
    if (clip.files.front().path == "A101_1.WAV") poly = &clip;
    if (clip.files.front().path == "A101_1_1.WAV") set = &clip;
  }
  REQUIRE(poly != nullptr);
  REQUIRE(poly->start.has_value());
  CHECK(poly->start->text() == "12:39:59:00");
  CHECK(poly->reel == "18Y12M31");
  CHECK(poly->audio->tracks == std::vector<std::string>{"MKH516 A", "Boom"});
  REQUIRE(set != nullptr);
  CHECK(set->files.size() == 2);
}
