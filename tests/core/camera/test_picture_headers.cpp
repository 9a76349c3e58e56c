// SPDX-License-Identifier: Apache-2.0
// What DPX and OpenEXR headers say, written here field by field.
#include <catch2/catch.hpp>

#include "fixtures.h"
#include "movies.h"

using fixtures::Folder;
using movies::be;
using movies::le;

namespace {

std::string little(float value) {
  const std::string big = movies::f32(value);
  return {big.rbegin(), big.rend()};
}

std::string attribute(const std::string& name, const std::string& type, const std::string& bytes) {
  return name + '\0' + type + '\0' + le(bytes.size(), 4) + bytes;
}
std::string text(const std::string& name, const std::string& value) { return attribute(name, "string", value); }
std::string real(const std::string& name, float value) { return attribute(name, "float", little(value)); }
std::string fraction(const std::string& name, std::uint32_t num, std::uint32_t den) {
  return attribute(name, "rational", le(num, 4) + le(den, 4));
}

// One white pixel with the attributes that every file has, and these.
std::string exr(const std::string& attributes) {
  std::string channels;
  for (const char* name : {"B", "G", "R"})
    channels += name + std::string(1, '\0') + le(1, 4) + le(0, 4) + le(1, 4) + le(1, 4);
  std::string out = le(20000630, 4) + le(2, 4);
  out += attribute("channels", "chlist", channels + '\0') + attribute("compression", "compression", le(0, 1));
  out += attribute("dataWindow", "box2i", le(0, 16)) + attribute("displayWindow", "box2i", le(0, 16));
  out += attribute("lineOrder", "lineOrder", le(0, 1)) + real("pixelAspectRatio", 1);
  out += attribute("screenWindowCenter", "v2f", le(0, 8)) + real("screenWindowWidth", 1);
  out += attributes + '\0';
  const std::string line = le(0, 4) + le(6, 4) + le(0x3C00, 2) + le(0x3C00, 2) + le(0x3C00, 2);
  return out + le(out.size() + 8, 8) + line;
}

rollproof::model::Clip onlyClip(const Folder& folder) {
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  return card.clips[0];
}

}  // namespace

TEST_CASE("an OpenEXR frame tells what its camera and lens wrote into it") {
  const Folder folder;
  folder.write(
      "a.0001.exr",
      exr(attribute("timeCode", "timecode", le(0x10302004, 4) + le(0, 4)) + fraction("framesPerSecond", 24000, 1001) +
          fraction("captureRate", 48, 1) + text("reelName", "A012") + text("cameraMake", "Maker") +
          text("cameraModel", "Cine One") + text("cameraSerialNumber", "SN-42") + text("cameraFirmwareVersion", "2.1") +
          text("cameraUuid", "u-1") + text("lensMake", "Zeiss") + text("lensModel", "CP.3 35mm") +
          text("lensSerialNumber", "8001") + text("comments", "wind") + text("capDate", "2026:05:02 11:30:00") +
          real("utcOffset", -7200) + real("expTime", 1.0F / 48) + real("isoSpeed", 800) + real("tStop", 2.8F) +
          real("shutterAngle", 180) + real("focus", 2.5F) + real("nominalFocalLength", 35) +
          real("cameraCCTSetting", 5600) + real("cameraTintSetting", -2)));
  const auto clip = onlyClip(folder);
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:30:20:04");
  CHECK(clip.timecodeSource == "exr");
  CHECK(clip.frameRate.text() == "24000/1001");
  CHECK(clip.sensorFps == rollproof::Rational{48, 1});
  CHECK(clip.reel == "A012");
  CHECK(clip.camera.make == "Maker");
  CHECK(clip.camera.model == "Cine One");
  CHECK(clip.camera.serial == "SN-42");
  CHECK(clip.camera.firmware == "2.1");
  CHECK(clip.camera.id == "u-1");
  CHECK(clip.lens.make == "Zeiss");
  CHECK(clip.lens.model == "CP.3 35mm");
  CHECK(clip.lens.serial == "8001");
  CHECK(clip.lens.focalMm == Approx(35));
  CHECK(clip.lens.focusM == Approx(2.5));
  CHECK(clip.exposure.ei == 800);
  CHECK(clip.exposure.irisT == Approx(2.8));
  CHECK(clip.exposure.shutterAngleDeg == Approx(180));
  CHECK(clip.exposure.shutterSeconds == Approx(1.0 / 48));
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.whiteBalance.tint == Approx(-2));
  CHECK(clip.slate.notes == "wind");
  CHECK(clip.recordedAt == "2026-05-02T11:30:00+02:00");
}

TEST_CASE("a DPX header's device and project and slate and shutter are read and its wrong file size is not believed") {
  const Folder folder;
  std::string bytes = fixtures::dpx(8, 4, 0x10302004U, 25);
  const auto put = [&bytes](std::size_t at, const std::string& value) { bytes.replace(at, value.size(), value); };
  put(16, be(1'050'624, 4));
  put(136, "2026:06:01:09:00:00:PST");
  put(260, "Show");
  put(1532, "2026:05:02:11:30:00:PST");
  put(1556, "SCANNER 4K");
  put(1588, "01018");
  put(1728, movies::f32(172.8F));
  put(1764, "12A take 3");
  folder.write("a.0001.dpx", bytes);
  const auto clip = onlyClip(folder);
  REQUIRE(clip.start.has_value());
  CHECK(clip.start->text() == "10:30:20:04");
  CHECK(clip.frameRate.text() == "25/1");
  CHECK(clip.camera.model == "SCANNER 4K");
  CHECK(clip.camera.serial == "01018");
  CHECK(clip.slate.production == "Show");
  CHECK(clip.slate.notes == "12A take 3");
  CHECK(clip.exposure.shutterAngleDeg == Approx(172.8));
  CHECK(clip.recordedAt == "2026-05-02T11:30:00");
  CHECK(clip.warnings.empty());
}

TEST_CASE("a DPX header whose fields are undefined says nothing") {
  const Folder folder;
  std::string bytes = fixtures::dpx(8, 4, 0xFFFFFFFFU, 24);
  const std::string nothing(4, '\xFF');
  for (const std::size_t at : {1724U, 1728U, 1940U}) bytes.replace(at, 4, nothing);
  for (const std::size_t at : {260U, 1556U, 1588U, 1764U}) bytes.replace(at, 4, nothing);
  folder.write("a.0001.dpx", bytes);
  const auto clip = onlyClip(folder);
  CHECK_FALSE(clip.start.has_value());
  CHECK_FALSE(clip.frameRate.valid());
  CHECK_FALSE(clip.exposure.shutterAngleDeg.has_value());
  CHECK(clip.camera.serial.empty());
  CHECK(clip.slate.notes.empty());
}

TEST_CASE("real picture headers tell what exiftool reads of them") {
  const std::string samples = ROLLPROOF_SAMPLES;
  if (!std::filesystem::exists(samples + "/openexr_images/Carrots.exr")) {
    WARN("samples are not here");
    return;
  }
  const auto carrots = fixtures::readCard(samples + "/openexr_images/Carrots.exr").clips.at(0);
  CHECK(carrots.camera.make == "Sony");
  CHECK(carrots.camera.model == "SLT-A99");
  CHECK(carrots.lens.model == "70-300mm F4.5-5.6 G SSM");
  CHECK(carrots.lens.focalMm == Approx(120));
  CHECK(carrots.exposure.ei == 100);
  CHECK(carrots.exposure.shutterSeconds == Approx(0.625));
  const auto scan = fixtures::readCard(samples + "/exiftool_t_images/DPX.dpx").clips.at(0);
  CHECK(scan.camera.model == "SPIRIT-4K DATACINE");
  CHECK(scan.camera.serial == "01018");
  CHECK(scan.slate.production == "Project name");
  CHECK(scan.recordedAt == "2010-08-03T08:38:16");
  CHECK_FALSE(scan.frameRate.valid());
}
