// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "fixtures.h"

using fixtures::Folder;

namespace {

std::string nrt(const std::string& extra = {}) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20">
<TargetMaterial umidRef="060A2B34AA"/><Duration value="100"/>
<LtcChangeTable tcFps="30" halfStep="false"><LtcChange frameCount="0" value="45025910" status="increment"/></LtcChangeTable>
<CreationDate value="2026-05-02T10:00:00+02:00"/>
<VideoFormat><VideoFrame videoCodec="AVC_1920" captureFps="59.94p" formatFps="29.97p"/><VideoLayout pixel="1920" numOfVerticalLine="1080"/></VideoFormat>
<AudioFormat numOfChannel="4"><AudioRecPort port="DIRECT" audioCodec="LPCM24" samplingRate="48000"/></AudioFormat>
<Device manufacturer="Sony" modelName="ILME-FX9" serialNo="42"/>
<AcquisitionRecord><Group name="CameraUnitMetadataSet"><Item name="CaptureGammaEquation" value="s-log3-cine"/>
<Item name="CaptureColorPrimaries" value="s-gamut3-cine"/><Item name="ISOSensitivity" value="800"/>
<Item name="ShutterSpeedAngle" value="10800"/><Item name="NeutralDensityFilterWheelSetting" value="8"/></Group></AcquisitionRecord>)" +
         extra + "</NonRealTimeMeta>";
}

}  // namespace

TEST_CASE("a Sony card becomes clips with their side files whatever the case of its names") {
  Folder folder;
  folder.write("private/xdroot/clip/A001C001_260502AB.mxf", "essence");
  folder.write("private/xdroot/clip/A001C001_260502ABM01.xml", nrt());
  folder.write("private/xdroot/sub/A001C001_260502ABS03.mp4", "proxy");
  folder.write("private/xdroot/thmbnl/A001C001_260502ABT01.jpg", "picture");
  folder.write("private/xdroot/clip/A001C009_260502ABM01.xml", nrt());
  folder.write(
      "private/xdroot/mediapro.xml",
      R"(<MediaProfile xmlns="http://xmlns.sony.net/pro/metadata/mediaprofile"><Contents>)"
      R"(<Material uri="./Clip/A001C001_260502AB.MXF"/><Material uri="./Clip/A001C002_260502AB.MXF"/></Contents></MediaProfile>)");
  folder.write("dcim/100msdcf/dsc0001.jpg", "still");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "sony_xdroot");
  CHECK(card.reel == "A001");
  CHECK(card.camera == "Sony ILME-FX9");
  CHECK(card.files == 7);
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  REQUIRE(clip.files.size() == 4);
  CHECK(clip.files[0].role == rollproof::model::FileRole::essence);
  CHECK(clip.files[1].role == rollproof::model::FileRole::sidecar);
  CHECK(clip.files[2].role == rollproof::model::FileRole::proxy);
  CHECK(clip.files[3].role == rollproof::model::FileRole::thumbnail);
  CHECK(fixtures::hasWarning(card.warnings, "orphan_sidecar"));
  CHECK(fixtures::hasWarning(card.warnings, "manifest_without_file"));
  CHECK(fixtures::hasWarning(clip.warnings, "unreadable_media"));

  // FF SS MM HH with the drop-frame bit: 05 02 59 10.
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:59:02;05");
  CHECK(clip.timecodeSource == "nrt");
  CHECK(clip.durationFrames == 100);
  CHECK(clip.sensorFps == rollproof::Rational{60000, 1001});
  CHECK(clip.exposure.shutterAngleDeg == Approx(180.0));
  CHECK(clip.exposure.ndStops == Approx(3.0));
  CHECK(clip.exposure.ei == 800);
  REQUIRE(clip.audio.has_value());
  CHECK(clip.audio->channels == 4);
  CHECK(clip.audio->bitDepth == 24);
  CHECK(clip.colour.space == "S-Log3 S-Gamut3.Cine");
  CHECK(fixtures::source(clip, "colour.space") == "nrt");
  // The sidecar outranks the file name and the name stays as a rival.
  CHECK(clip.recordedAt == "2026-05-02T10:00:00+02:00");
  REQUIRE(clip.provenance.at("recorded_at").size() == 2);
  CHECK(clip.provenance.at("recorded_at")[1].source == "file_name");
}

TEST_CASE("names alone describe a Sony card without opening anything") {
  Folder folder;
  folder.write("XDROOT/Clip/A001C001_260502AB.MXF", "essence");
  folder.write("XDROOT/Clip/A001C001_260502ABM01.XML", nrt());
  folder.write("XDROOT/MEDIAPRO.XML", "not XML at all");
  const auto card = fixtures::readCard(folder.path(), rollproof::camera::Depth::names);
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].reel == "A001");
  CHECK(card.clips[0].cameraLetter == "A");
  CHECK_FALSE(card.clips[0].start.has_value());
  CHECK(card.warnings.empty());
  CHECK(card.clips[0].warnings.empty());
}

TEST_CASE("a double rate recording counts two frames in each count of its timecode") {
  Folder folder;
  std::string xml = nrt();
  const std::string rate = "formatFps=\"29.97p\"";
  xml.replace(xml.find(rate), rate.size(), "formatFps=\"59.94p\"");
  folder.write("XDROOT/Clip/C0001.MXF", "essence");
  folder.write("XDROOT/Clip/C0001M01.XML", xml);
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  REQUIRE(card.clips[0].start.has_value());
  CHECK(card.clips[0].start->text() == "10:59:02;10");
}

TEST_CASE("the real VENICE side file gives the values its camera wrote") {
  const std::string sample = std::string(ROLLPROOF_SAMPLES) + "/smpte_camdkit/D001C005_210716AGM01.xml";
  if (!std::filesystem::exists(sample)) {
    WARN("samples are not here");
    return;
  }
  std::ifstream in(sample, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  Folder folder;
  folder.write("D001/D001C005_210716AG.MXF", "essence");
  folder.write("D001/D001C005_210716AGM01.XML", bytes.str());
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "16:47:04:19");
  CHECK(clip.durationFrames == 588);
  CHECK(clip.start->plus(587).text() == "16:47:29:06");
  CHECK(clip.frameRate.text() == "24/1");
  CHECK(clip.reel == "D001");
  CHECK(clip.camera.model == "MPC-3610");
  CHECK(clip.camera.serial == "0010201");
  CHECK(clip.camera.firmware == "6.10");
  CHECK(clip.lens.model == "S7i-32");
  CHECK(clip.exposure.shutterAngleDeg == Approx(173.0));
  CHECK(clip.whiteBalance.kelvin == 4300);
  CHECK(clip.colour.space == "S-Log3 Venice S-Gamut3.Cine");
  CHECK(clip.colour.lut == "SL3SG3Ctos709.cube");
  REQUIRE(clip.picture.has_value());
  CHECK(clip.picture->width == 5674);
  CHECK(clip.picture->lensSqueeze == rollproof::Rational{1, 1});
  CHECK(clip.audio->channels == 4);
}
