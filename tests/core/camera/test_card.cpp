// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/media/media.h"
#include "fixtures.h"

using fixtures::Folder;
using namespace rollproof;

namespace {

void movie(const std::string& path, const std::map<std::string, std::string>& tags, const std::string& timecode) {
  media::WriterOptions options;
  options.path = path;
  options.container = "mov";
  options.video.codec = "prores_proxy";
  options.video.width = 64;
  options.video.height = 36;
  options.video.rate = {24, 1};
  options.video.transfer = "";
  options.start = Timecode::parse(timecode, {24, 1});
  options.tags = tags;
  auto writer = media::createMovie(options);
  REQUIRE(writer.has_value());
  media::Frame16 frame;
  frame.width = 64;
  frame.height = 36;
  for (auto& plane : frame.plane) plane.assign(64 * 36, 512 << 6);
  for (int i = 0; i < 6; ++i) {
    frame.index = i;
    REQUIRE((*writer)->writeFrame(frame).has_value());
  }
  REQUIRE((*writer)->finish().has_value());
}

const char* const kAle =
    "Heading\r\nFIELD_DELIM\tTABS\r\nVIDEO_FORMAT\t1080\r\nFPS\t24\r\n\r\nColumn\r\n"
    "Name\tSource "
    "File\tTracks\tStart\tEnd\tFPS\tUuid\tExposure_index\tNd_filterdensity\tManufacturer\tCamera_model\tCamera_"
    "sn\tScene\tDate_camera\tTime_camera\tASC_SOP\tASC_SAT\t\r\n\r\n"
    "Data\r\n"
    "A001C001_260502_R1AA\tA001C001_260502_R1AA.mov\tV\t09:00:00:00\t09:00:00:06\t24\t7A89D08E-BCAB-"
    "11\t1600\t1200\tARRI\tALEXA Mini\t1234\t42\t20260502\t08h46m50s\t(1.1 1.0 0.9)(0.01 0 -0.01)(1 1 1)\t0.9\t\r\n"
    "A001C002_260502_R1AA\tA001C002_260502_R1AA.mov\tV\t00:00:00:00\t00:00:00:06\t24\t\t800\t0\tARRI\tALEXA "
    "Mini\t1234\t\t\t\t\t\t\r\n";

}  // namespace

TEST_CASE("an ARRI reel is described by its headers first and its card log after them") {
  Folder folder;
  folder.write("A001R1AA/A001R1AA_AVID.ale", kAle);
  movie(folder.path("A001R1AA/A001C001_260502_R1AA.mov"),
        {{"com.arri.camera.CameraModel", "ALEXA Mini"},
         {"com.arri.camera.ColorGammaSxS", "LOG-C"},
         {"com.arri.camera.ExposureIndexAsa", "800"},
         {"com.arri.camera.SensorFps", "24000"},
         {"COM.ARRI.CAMERA.ShutterAngle", "172.8"},
         {"com.arri.camera.WhiteBalanceKelvin", "5600"},
         {"com.arri.camera.ReelName", "A001R1AA"}},
        "10:00:00:00");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "arri");
  CHECK(card.camera == "ARRI ALEXA Mini");
  CHECK(card.reel == "A001R1AA");
  CHECK(fixtures::hasWarning(card.warnings, "manifest_without_file"));
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips.front();
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:00:00:00");
  CHECK(clip.timecodeSource == "tmcd");
  CHECK(clip.durationFrames == 6);
  CHECK(clip.exposure.ei == 800);
  REQUIRE(clip.provenance.at("exposure.ei").size() == 2);
  CHECK(clip.provenance.at("exposure.ei")[0].source == "com.arri.camera");
  CHECK(clip.provenance.at("exposure.ei")[1].raw == "1600");
  REQUIRE(clip.provenance.at("start_timecode").size() == 2);
  CHECK(clip.provenance.at("start_timecode")[1].source == "ale");
  CHECK(clip.exposure.shutterAngleDeg == Approx(172.8));
  CHECK(clip.exposure.ndStops == Approx(3.986).margin(0.001));
  CHECK(clip.sensorFps == Rational{24, 1});
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.colour.space == "ARRI LogC3 (EI800)");
  REQUIRE(clip.colour.cdl.has_value());
  CHECK(clip.colour.cdl->slope[0] == Approx(1.1));
  CHECK(clip.colour.cdl->offset[2] == Approx(-0.01));
  CHECK(clip.colour.cdl->saturation == Approx(0.9));
  CHECK(clip.slate.scene == "42");
  CHECK(clip.uuid == "7A89D08E-BCAB-11");
  CHECK(clip.recordedAt == "2026-05-02T08:46:50");
  CHECK(clip.cameraLetter == "A");
  CHECK(clip.camera.id == "R1AA");
  CHECK(clip.decoder == "ffmpeg");
  CHECK_FALSE(fixtures::hasWarning(clip.warnings, "ei_curve"));
}

TEST_CASE("a LogC3 clip at an exposure index that has no curve of its own is warned about") {
  Folder folder;
  movie(folder.path("A001C001_260502_R1AA.mov"),
        {{"com.arri.camera.ColorGammaSxS", "LOG-C"}, {"com.arri.camera.ExposureIndexAsa", "3200"}}, "10:00:00:00");
  const auto card = fixtures::readCard(folder.path("A001C001_260502_R1AA.mov"));
  CHECK(card.root == folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].family == "arri");
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "ei_curve"));
}

TEST_CASE("an ARRI clip name is known in both schemes and a renamed copy is told") {
  Folder folder;
  folder.write("A_0001_1BY9/A_0001C001_260930_084650_c1BY9.mxf", "");
  folder.write("A901R1AA/A901C001_240426_R1AA.mov", "");
  folder.write("A901R1AA/scene 4 best.mov", "");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  REQUIRE(card.clips.size() == 3);
  const auto* thirtyFive = fixtures::findClip(card, "A_0001C001_260930_084650_c1BY9");
  REQUIRE(thirtyFive != nullptr);
  CHECK(thirtyFive->reel == "A_0001_1BY9");
  CHECK(thirtyFive->recordedAt == "2026-09-30T08:46:50");
  const auto* renamed = fixtures::findClip(card, "scene 4 best");
  REQUIRE(renamed != nullptr);
  CHECK(renamed->family == "arri");
  CHECK(fixtures::hasWarning(renamed->warnings, "renamed_by_hand"));
}

TEST_CASE("a mixed card is read by every family it holds") {
  Folder folder;
  folder.write("XDROOT/Clip/A001C001_260502AB.MXF", "x");
  folder.write("XDROOT/Clip/A001C001_260502ABM01.XML", "x");
  folder.write("DCIM/100GOPRO/GX010042.MP4", "x");
  folder.write("frames/f.0001.dpx", "x");
  folder.write("MixPre-001.WAV", "x");
  folder.write("notes.txt", "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.families == std::vector<std::string>{"sony_xdroot", "gopro", "image_sequence", "sound"});
  CHECK(card.clips.size() == 4);
  CHECK(card.files == 6);
}

TEST_CASE("colour tags of the container never outrank the camera") {
  Folder folder;
  media::WriterOptions options;
  movie(folder.path("plain.mov"), {}, "01:00:00:00");
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].colour.space.empty());
  CHECK(card.clips[0].camera.make.empty());
  CHECK(card.clips[0].reel.empty());
}
