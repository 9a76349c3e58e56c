// SPDX-License-Identifier: Apache-2.0
// What each maker's movies say, from files written after the formats' descriptions. None of these makers' real files
// were at hand but GoPro's.
#include <catch2/catch.hpp>

#include "core/camera/readers/readers.h"
#include "fixtures.h"
#include "movies.h"

using fixtures::Folder;
using fixtures::hasWarning;
using fixtures::source;
using namespace rollproof;

namespace {

model::Clip only(const Folder& folder) {
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  return card.clips.front();
}

model::Clip clipOf(const std::string& name, const std::string& bytes) {
  Folder folder;
  folder.write(name, bytes);
  return only(folder);
}

}  // namespace

TEST_CASE("ARRI keys are read whatever their case and type") {
  const auto clip = clipOf("A001C001_260502_R1AA.mov", movies::arri());
  CHECK(clip.camera.make == "ARRI");
  CHECK(clip.camera.model == "ALEXA Mini");
  CHECK(clip.camera.serial == "25123");
  CHECK(clip.exposure.ei == 1280);
  CHECK(clip.sensorFps == Rational{48, 1});
  CHECK(clip.exposure.shutterAngleDeg == Approx(172.8));
  CHECK(clip.exposure.ndStops == Approx(3.986).margin(0.001));
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.whiteBalance.tint == Approx(-1.5));
  CHECK(clip.slate.scene == "42");
  CHECK(clip.slate.take == "7");
  CHECK(clip.cameraLetter == "A");
  CHECK(clip.colour.gamma == "LOG-C");
  CHECK(clip.raw.at("com.arri.camera.SensorFps") == "48000");
  CHECK(source(clip, "exposure.ei") == "com.arri.camera");
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:00:00:00");
  CHECK(source(clip, "start_timecode") == "tmcd");
  CHECK_FALSE(hasWarning(clip.warnings, "renamed_by_hand"));
}

TEST_CASE("ProRes RAW is described by its recorder's keys and has no decoder") {
  const auto clip = clipOf("NINJAV_S001_S001_T001.MOV", movies::proresRaw());
  CHECK(clip.camera.make == "Sony");
  CHECK(clip.camera.model == "ILME-FX6");
  CHECK(clip.camera.serial == "1234567");
  CHECK(clip.exposure.ei == 800);
  CHECK(clip.whiteBalance.kelvin == 5500);
  CHECK(clip.exposure.shutterAngleDeg == Approx(180.0));
  CHECK(clip.exposure.irisT == Approx(2.8));
  CHECK(clip.colour.space == "S-Log3 S-Gamut3.Cine");
  CHECK(clip.frameRate.text() == "24000/1001");
  CHECK(clip.durationFrames == 48);
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->codec == "prores_raw");
  CHECK(clip.picture->codecTag == "aprh");
  CHECK(clip.decoder == "none");
  CHECK(hasWarning(clip.warnings, "no_decoder"));
  CHECK_FALSE(hasWarning(clip.warnings, "unreadable_media"));
}

TEST_CASE("a recorder's and a telephone's own keys describe what FFmpeg calls nothing") {
  movies::Movie what;
  what.tracks = {movies::picture("apch", 1920, 1080, 25, 1, 10)};
  what.inMoov =
      movies::metaBox({movies::text("com.atomos.hdr.gamma", "V-Log"), movies::text("com.atomos.hdr.gamut", "V-Gamut"),
                       movies::text("com.apple.proapps.image.{TIFF}.Make", "Panasonic"),
                       movies::text("com.apple.proapps.image.{TIFF}.Model", "DC-S1H"),
                       movies::text("com.apple.proapps.cameraName", "B")},
                      false);
  auto clip = clipOf("NINJAV_S001_S001_T002.mov", movies::movie(what));
  CHECK(clip.colour.space == "V-Log V-Gamut");
  CHECK(clip.camera.make == "Panasonic");
  CHECK(clip.camera.model == "DC-S1H");
  CHECK(clip.cameraLetter == "B");
  what.inMoov =
      movies::metaBox({movies::text("com.android.manufacturer", "Google"), movies::text("com.android.model", "Pixel 9"),
                       movies::text("com.apple.proapps.cameraName", "0")},
                      true);
  clip = clipOf("PXL_20260502.mp4", movies::movie(what));
  CHECK(clip.camera.make == "Google");
  CHECK(clip.camera.model == "Pixel 9");
  CHECK(clip.cameraLetter.empty());
}

TEST_CASE("Apple's log curves are told by the picture's description and telephone programs by their keys") {
  auto clip = clipOf("A001_05021200_C001.mov", movies::appleLog("com.apple.rec2020.apple-log"));
  CHECK(clip.colour.gamma == "Apple Log");
  CHECK(clip.colour.space == "Apple Log");
  CHECK(source(clip, "colour.gamma") == "logs");
  CHECK(clip.camera.make == "Apple");
  CHECK(clip.camera.model == "iPhone 16 Pro");
  CHECK(clip.camera.firmware == "18.1");
  CHECK(clip.lens.model == "iPhone 16 Pro back camera 6.765mm f/1.78");
  CHECK(clip.recordedAt == "2026-05-02T12:00:00+0200");
  CHECK(clip.reel == "A001");
  CHECK(clip.slate.shot == "96");
  CHECK(clip.exposure.ei == 640);
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.exposure.shutterSeconds == Approx(1.0 / 48));
  CHECK_FALSE(hasWarning(clip.warnings, "renamed_by_hand"));
  clip = clipOf("beach.mov", movies::appleLog("com.apple.apple-wide-gamut.apple-log"));
  CHECK(clip.colour.gamma == "Apple Log 2");
  CHECK(clip.colour.space != "Apple Log");
  CHECK(hasWarning(clip.warnings, "renamed_by_hand"));
}

TEST_CASE("XAVC S is described by the XML in the file and its real-time track") {
  const auto clip = clipOf("C0001.MP4", movies::xavc());
  CHECK(clip.exposure.ei == 1250);
  CHECK(clip.whiteBalance.kelvin == 5500);
  CHECK(clip.exposure.irisT == Approx(2.8284271));
  CHECK(clip.camera.serial == "3020274");
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "16:56:07:03");
  CHECK(clip.timecodeSource == "rtmd");
  REQUIRE(clip.provenance.at("start_timecode").size() == 2);
  CHECK(clip.provenance.at("start_timecode")[1].source == "nrt");
  CHECK(clip.camera.model == "ILME-FX3");
  CHECK(clip.camera.serial == "3020274");
  CHECK(clip.umid == "060A2B340101010501010D43130000001234");
  CHECK(clip.recordedAt == "2022-03-01T16:56:08+01:00");
  CHECK(clip.colour.space == "S-Log3 S-Gamut3.Cine");
}

TEST_CASE("Blackmagic RAW is described by its keys and by its first frame") {
  const auto clip = clipOf("A001_01241607_C009.braw", movies::braw());
  CHECK(clip.camera.make == "Blackmagic Design");
  CHECK(clip.camera.model == "Blackmagic URSA Mini Pro 12K");
  CHECK(clip.camera.serial == "7ef33b36-a5ba-4a04-b218-0afc7eb1f8b6");
  CHECK(clip.camera.firmware == "7.2.1");
  CHECK(clip.camera.sensorMode == "7680x6408");
  CHECK(clip.cameraLetter == "A");
  CHECK(clip.reel == "A001");
  CHECK(clip.provenance.at("reel")[1].raw == "1");
  CHECK(clip.slate.scene == "12A");
  CHECK(clip.slate.take == "3");
  CHECK(clip.slate.circled == true);
  CHECK(clip.slate.director == "D. Rector");
  CHECK(clip.slate.production == "The Production");
  CHECK(clip.recordedAt == "2025-01-24T16:07");
  CHECK(clip.colour.gamma == "Blackmagic Design Film Gen 5");
  CHECK(clip.colour.space == "BMDFilm WideGamut Gen5");
  CHECK(clip.colour.lut.empty());
  CHECK(clip.lens.model == "Cooke Anamorphic /i Prime Lens 50mm");
  CHECK(clip.lens.focalMm == Approx(50.0));
  CHECK(clip.lens.focusM == Approx(0.991));
  CHECK(clip.exposure.ei == 800);
  CHECK(clip.exposure.shutterAngleDeg == Approx(180.0));
  CHECK(clip.exposure.irisT == Approx(2.3));
  CHECK(clip.exposure.ndStops == Approx(6.0));
  CHECK(clip.whiteBalance.kelvin == 6000);
  CHECK(clip.whiteBalance.tint == Approx(-10.0));
  CHECK(clip.sensorFps == Rational{48, 1});
  CHECK(source(clip, "exposure.ei") == "bmdf");
  CHECK(source(clip, "camera.model") == "braw");
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "16:07:27:00");
  CHECK(clip.durationFrames == 240);
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 5120);
  CHECK(clip.picture->height == 4272);
  CHECK(clip.picture->codec == "braw");
  CHECK(clip.picture->codecTag == "brhq");
  CHECK(clip.picture->lensSqueeze == Rational{2, 1});
  REQUIRE(clip.audio.has_value());
  CHECK(clip.audio->channels == 2);
  CHECK(clip.audio->sampleRate == 48000);
  CHECK(clip.audio->bitDepth == 24);
  CHECK(clip.raw.at("crop_size") == "5120 4272");
  CHECK(clip.raw.at("braw_codec_bitrate") == "1060405248");
  CHECK(clip.raw.at("bmdf:asct") == "5600");
  CHECK(hasWarning(clip.warnings, "no_decoder"));
  CHECK(hasWarning(clip.warnings, "chain_to_other_card"));
  CHECK_FALSE(hasWarning(clip.warnings, "renamed_by_hand"));
}

TEST_CASE("a trimmed or renamed Blackmagic RAW copy still tells the name it was recorded under") {
  const auto clip = clipOf("A001_01241607_C009_2392_to_2577.braw", movies::braw());
  CHECK(hasWarning(clip.warnings, "renamed_by_hand"));
  CHECK(clip.raw.at("original_name") == "A001_01241607_C009");
}

TEST_CASE("Cinema RAW Light is described by its Exif blocks and its first frame's timed metadata") {
  const auto clip = clipOf("A001C001_180306AB_CANON.CRM", movies::crm());
  CHECK(clip.camera.make == "Canon");
  CHECK(clip.camera.model == "Canon EOS C200");
  CHECK(clip.camera.serial == "012345678901");
  CHECK(clip.camera.firmware == "1.0.0");
  CHECK(clip.lens.model == "EF35mm f/1.4L II USM");
  CHECK(clip.lens.serial.empty());
  CHECK(clip.recordedAt == "2018-03-06T12:10:20+09:00");
  CHECK(clip.exposure.ei == 800);
  CHECK(clip.exposure.shutterSeconds == Approx(0.02));
  CHECK(clip.provenance.at("exposure.ei")[1].source == "canon.ctmd");
  CHECK(clip.provenance.at("exposure.ei")[1].raw == "1600");
  CHECK(clip.lens.focalMm == Approx(35.0));
  CHECK(clip.raw.at("canon:CNCV") == "CanonCRM0001/02.09.00/00.00.00");
  CHECK(clip.raw.at("canon:f_number") == "28/10");
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "00:15:00:00");
  CHECK(clip.frameRate.text() == "50/1");
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 4096);
  CHECK(clip.picture->codecTag == "CRAW");
  CHECK(hasWarning(clip.warnings, "no_decoder"));
}

TEST_CASE("an XF-AVC movie without a timecode track starts where its own metadata says") {
  const auto clip = clipOf("A001C001.MP4", movies::cndm());
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:00:00;00");
  CHECK(source(clip, "start_timecode") == "canon.cndm");
}

TEST_CASE("N-RAW is known by its content under any name") {
  for (const char* name : {"DSC_0001.NEV", "A001_C001_0601AB_001.R3D"}) {
    const auto clip = clipOf(name, movies::nraw());
    CAPTURE(name);
    CHECK(clip.camera.make == "NIKON");
    CHECK(clip.camera.model == "NIKON Z 9");
    CHECK(clip.camera.serial == "7001234");
    CHECK(clip.camera.firmware == "Ver.05.00");
    CHECK(clip.lens.model == "NIKKOR Z 50mm f/1.2 S");
    CHECK(clip.recordedAt == "2024-06-01T09:08:07");
    CHECK(clip.exposure.ei == 400);
    CHECK(clip.exposure.shutterSeconds == Approx(0.01));
    CHECK(clip.whiteBalance.kelvin == 5200);
    CHECK(clip.frameRate.text() == "60000/1001");
    REQUIRE(clip.start.has_value());
    CHECK(clip.start->text() == "00:01:00;04");
    CHECK(clip.durationFrames == 300);
    REQUIRE(clip.picture.has_value());
    CHECK(clip.picture->width == 8256);
    CHECK(clip.picture->codec == "n_raw");
    CHECK(hasWarning(clip.warnings, "no_decoder"));
    CHECK_FALSE(hasWarning(clip.warnings, "unreadable_media"));
  }
}

TEST_CASE("action cameras say who they are") {
  auto clip = clipOf("GX010042.MP4", movies::gopro());
  CHECK(clip.camera.make == "GoPro");
  CHECK(clip.camera.model == "HERO11 Black");
  CHECK(clip.camera.serial == "C3441325000123");
  CHECK(clip.camera.firmware == "H22.01.01.10.00");
  CHECK(clip.camera.id == "00112233445566778899aabbccddeeff");
  CHECK(clip.lens.serial == "LAE6101112400243");
  CHECK(clip.colour.space == "Protune Native");
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "19:26:48:04");
  clip = clipOf("DJI_0001.MP4", movies::dji());
  CHECK(clip.camera.make == "DJI");
  CHECK(clip.camera.model == "DJI OsmoAction4");
  CHECK(clip.camera.serial == "5XYZM1234567");
  CHECK(clip.camera.firmware == "10.00.25.15");
  clip = clipOf("VID_20260502_100000_00_001.insv", movies::insta360());
  CHECK(clip.camera.make == "Insta360");
  CHECK(clip.camera.model == "Insta360 X3");
  CHECK(clip.camera.serial == "IXSE1234ABCDEF");
  CHECK(clip.camera.firmware == "v1.0.35_build1");
  // What follows the last box is the camera's, not the rest of a longer file.
  CHECK_FALSE(hasWarning(clip.warnings, "unfinished"));
}

TEST_CASE("a movie without its index or with less than it says is called unfinished") {
  const std::string whole = movies::braw();
  const std::size_t moov = whole.rfind("moov") - 4;
  auto clip = clipOf("A001_01241607_C009.braw", whole.substr(0, moov));
  CHECK(hasWarning(clip.warnings, "unfinished"));
  clip = clipOf("A001_01241607_C009.braw", whole.substr(0, whole.size() - 10));
  CHECK(hasWarning(clip.warnings, "unfinished"));
  clip = clipOf("A001_01241607_C009.braw", whole);
  CHECK_FALSE(hasWarning(clip.warnings, "unfinished"));
}

TEST_CASE("every truncation of every maker's movie is answered without a crash") {
  struct Kind {
    const char* name;
    std::string bytes;
  };
  const Kind kinds[] = {{"a.braw", movies::braw()}, {"a.crm", movies::crm()},       {"a.mp4", movies::xavc()},
                        {"a.mp4", movies::gopro()}, {"a.mp4", movies::dji()},       {"a.insv", movies::insta360()},
                        {"a.mov", movies::arri()},  {"a.mov", movies::proresRaw()}, {"a.mp4", movies::cndm()}};
  Folder folder;
  for (const Kind& kind : kinds) {
    for (std::size_t size = 0; size<kind.bytes.size(); size += kind.bytes.size()> 3000 ? 13 : 3) {
      folder.write(kind.name, kind.bytes.substr(0, size));
      auto content = camera::Content::open(realFileSystem(), folder.path(kind.name));
      REQUIRE(content.has_value());
      camera::Record record;
      camera::describeContent(record, *content);
      record.finish();
      CHECK(record.clip.raw.size() < 100);
    }
  }
}

TEST_CASE("the real GoPro movie gives what its camera wrote") {
  const std::string sample = std::string(ROLLPROOF_SAMPLES) + "/gopro_gpmf_parser/karma.mp4";
  if (!std::filesystem::exists(sample)) {
    WARN("samples are not here");
    return;
  }
  const auto card = fixtures::readCard(sample);
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "19:26:48:04");
  CHECK(clip.timecodeSource == "tmcd");
  CHECK(clip.frameRate.text() == "30000/1001");
  CHECK(clip.durationFrames == 362);
  CHECK(clip.camera.make == "GoPro");
  CHECK(clip.camera.firmware == "HD5.02.02.00.00");
  CHECK(clip.lens.serial == "LAE6101112400243");
  CHECK(clip.camera.id.empty());
  CHECK(clip.recordedAt == "2017-04-17T19:27:57");
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 854);
  REQUIRE(clip.audio.has_value());
  CHECK(clip.audio->channels == 2);
  CHECK(clip.audio->sampleRate == 48000);
  CHECK(clip.audio->bitDepth == 16);
  CHECK(clip.decoder == "ffmpeg");
}
