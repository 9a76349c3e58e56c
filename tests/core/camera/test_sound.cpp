// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>

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
  CHECK_FALSE(fixtures::hasWarning(set.warnings, "missing_audio_file"));
}

TEST_CASE("a set that lacks one of its files says so") {
  Folder folder;
  Wav what;
  what.ixml = setXml("F", 3, "1", "Boom");
  folder.write("T1_1.WAV", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "missing_audio_file"));
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

TEST_CASE("chunks may stand in any order and those of others are stepped over") {
  Wav what;
  what.timeReference = 48000ULL * 3600;
  what.ixml = setXml("U1", 1, "A", "Boom");
  const std::string axml = fixtures::chunk("axml", "<ebuCoreMain><broken");
  for (const bool first : {true, false}) {
    for (const std::string& before : {std::string(), fixtures::chunk("JUNK", std::string(92, '\0')),
                                      fixtures::chunk("PAD ", "odd") + axml, fixtures::chunk("Fake", "") + axml}) {
      Folder folder;
      what.ixmlFirst = first;
      what.before = before;
      folder.write("a.wav", fixtures::wav(what));
      const auto card = fixtures::readCard(folder.path());
      REQUIRE(card.clips.size() == 1);
      CHECK(card.clips[0].slate.scene == "12");
      CHECK(card.clips[0].start.has_value());
      CHECK(card.clips[0].warnings.empty());
    }
  }
}

TEST_CASE("sound that lost power before its length was written goes to the end of the file and says so") {
  for (const std::uint32_t length : {0U, 0xFFFFFFFFU}) {
    Folder folder;
    Wav what;
    what.sampleFrames = 48000;
    what.description = "sSPEED=025.000-ND\r\n";
    what.timeReference = 0;
    what.dataLength = length;
    folder.write("a.wav", fixtures::wav(what));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].durationFrames == 25);
    CHECK(fixtures::hasWarning(card.clips[0].warnings, "unfinished"));
  }
}

TEST_CASE("parts of one long recording are one clip as long as all of them") {
  Folder folder;
  Wav what;
  what.channels = 2;
  what.sampleFrames = 96096;
  what.ixml = setXml("LONG", 1, "A", "Mix");
  for (const int i : {2, 0, 1}) {
    what.timeReference = 48000ULL * 3600 + static_cast<std::uint64_t>(i) * 96096;
    folder.write("T01_" + std::to_string(9 - i) + ".WAV", fixtures::wav(what));
  }
  what.timeReference = 48000ULL * 7200;  // the next take of the same family begins elsewhere
  folder.write("T02.WAV", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  const auto& clip = card.clips[0].files.size() == 3 ? card.clips[0] : card.clips[1];
  REQUIRE(clip.files.size() == 3);
  CHECK(clip.files[0].path == "T01_9.WAV");
  CHECK(clip.files[2].path == "T01_7.WAV");
  CHECK(clip.durationFrames == 144);
  CHECK(clip.audio->channels == 2);
}

TEST_CASE("a full file goes on in the one that begins where it ends and a short one does not") {
  for (const bool full : {true, false}) {
    Folder folder;
    Wav what;
    what.sampleFrames = 48000;
    what.timeReference = 0;
    folder.write("a.wav", fixtures::wav(what));
    what.timeReference = 48000;
    folder.write("b.wav", fixtures::wav(what));
    // Without a family only a recorder's full file is known to go on.
    if (full) std::filesystem::resize_file(folder.path("a.wav"), (1ULL << 31) - 1024);
    const auto card = fixtures::readCard(folder.path());
    CHECK(card.clips.size() == (full ? 1 : 2));
  }
}

TEST_CASE("a time stamp counts at the rate that iXML names for it") {
  Folder folder;
  Wav what;
  what.timeReference = 48048ULL * 3600;
  what.ixml = fixtures::ixml(
      "<SPEED><TIMECODE_RATE>24/1</TIMECODE_RATE><TIMESTAMP_SAMPLE_RATE>48048</TIMESTAMP_SAMPLE_RATE></SPEED>");
  folder.write("a.wav", fixtures::wav(what));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  REQUIRE(card.clips[0].start.has_value());
  CHECK(card.clips[0].start->text() == "01:00:00:00");
}

TEST_CASE("a day folder names the roll where the file has no tape") {
  Folder folder;
  folder.write("SOUNDDEV/SDINFO.TXT", "x");
  folder.write("18Y12M31/T01.WAV", fixtures::wav({}));
  folder.write("FOLDER01/ZOOM0001.WAV", fixtures::wav({}));
  folder.write("FOLDER01/ZOOM0001.hprj", "x");
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  CHECK(card.clips[0].reel == "18Y12M31");
  CHECK(card.clips[1].reel.empty());
  CHECK(card.clips[1].files.size() == 2);
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
  CHECK(poly->camera.serial == "GR1112089007");
  CHECK(poly->uuid == "USSDVGR1112089007124001008206301");
  CHECK(poly->durationFrames == 119);
  REQUIRE(set != nullptr);
  CHECK(set->files.size() == 2);
  CHECK(set->uuid == "USSDVGR1112089007124001008206300");
}
