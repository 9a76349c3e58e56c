// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/camera/readers/readers.h"
#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/mxf_files.h"
#include "tests/support/memory_file_system.h"

using namespace rollproof;
using mxf_files::Mxf;

namespace {

struct Read {
  model::Clip clip;
  std::uint64_t bytes = 0;
};

// By its own reader alone: what FFmpeg makes of the same file is another test's.
Read read(const std::string& bytes) {
  support::MemoryFileSystem disk;
  disk.putFile("/clip.mxf", bytes);
  auto content = camera::Content::open(disk, "/clip.mxf");
  REQUIRE(content);
  camera::Record record;
  record.clip.name = "clip";
  record.clip.files.push_back({"clip.mxf", model::FileRole::essence, bytes.size()});
  camera::describeContent(record, *content);
  record.finish();
  return {std::move(record.clip), content->bytesRead()};
}
model::Clip clipOf(const Mxf& what) { return read(mxf_files::mxf(what)).clip; }

std::string start(const model::Clip& clip) { return clip.start ? clip.start->text() : "none"; }

}  // namespace

TEST_CASE("an MXF file tells its camera, its picture, its sound and its length without any library", "[mxf]") {
  Mxf what;
  what.soundTracks = 2;
  what.depth = 10;
  what.across = 2;
  what.down = 1;
  const auto clip = clipOf(what);
  CHECK(clip.camera.make == "ARRI");
  CHECK(clip.camera.model == "ALEXA 35");
  CHECK(clip.camera.firmware == "SUP 6.01.00");
  REQUIRE(clip.picture);
  CHECK(clip.picture->width == 4608);
  CHECK(clip.picture->height == 3164);
  CHECK(clip.picture->bitDepth == 10);
  CHECK(clip.picture->chroma == "4:2:2");
  CHECK(clip.frameRate == FrameRate{24000, 1001});
  CHECK(clip.durationFrames == 48);
  CHECK(clip.umid == "060a2b340101010501010d00130000001122334455667788000000000000000a");
  REQUIRE(clip.audio);
  CHECK(clip.audio->channels == 2);
  CHECK(clip.audio->sampleRate == 48000);
  CHECK(clip.audio->bitDepth == 24);
  CHECK(clip.recordedAt == "2026-05-02T03:04:05");
  CHECK(clip.raw.at("mxf.material_package_name") == "Clip one");
  CHECK(clip.warnings.empty());
}

TEST_CASE("the timecode of the material package counts unless it stands at zero", "[mxf]") {
  Mxf what;
  const auto source = clipOf(what);
  CHECK(start(source) == "01:00:00:00");
  CHECK(source.timecodeSource == "mxf");
  CHECK(fixtures::source(source, "start_timecode") == "mxf_source");
  what.materialStart = 24 * 60;
  const auto material = clipOf(what);
  CHECK(start(material) == "00:01:00:00");
  CHECK(fixtures::source(material, "start_timecode") == "mxf");
  // The others stand behind it.
  CHECK(material.provenance.at("start_timecode").size() == 2);
  what.sourceStart = -1;
  what.materialStart = 0;
  what.tape = "A001R1AA";
  what.tapeStart = 90'000;
  what.tapeOffset = 12;
  const auto tape = clipOf(what);
  CHECK(start(tape) == "01:02:30:12");
  CHECK(tape.reel == "A001R1AA");
  what.tapeStart = -1;
  CHECK(start(clipOf(what)) == "00:00:00:00");
}

TEST_CASE("an MXF timecode counts at its own base, drops where it says so and not where it cannot", "[mxf]") {
  Mxf what;
  what.rate[0] = 60000;
  what.base = 30;
  what.drop = true;
  what.sourceStart = 3600;
  const auto drop = clipOf(what);
  REQUIRE(drop.start);
  CHECK(start(drop) == "00:02:00;04");
  CHECK(drop.frameRate == FrameRate{60000, 1001});
  what.rate[0] = 25;
  what.rate[1] = 1;
  what.base = 25;
  what.sourceStart = 1800;
  const auto pal = clipOf(what);
  CHECK_FALSE(pal.start->dropFrame);
  CHECK(start(pal) == "00:01:12:00");
}

TEST_CASE("a timecode that jumps inside an MXF recording is told with both its ends", "[mxf]") {
  Mxf what;
  what.secondStart = 86400 + 24;
  CHECK(clipOf(what).warnings.empty());  // it goes on where the first part ends
  what.secondStart = 86400 + 480;
  const auto clip = clipOf(what);
  REQUIRE(clip.warnings.size() == 1);
  CHECK(clip.warnings[0].code == "timecode_jump");
  CHECK(clip.warnings[0].text.find("01:00:00:23 to 01:00:20:00") != std::string::npos);
}

TEST_CASE("a recording that was never closed says so and its index still gives a length", "[mxf]") {
  Mxf what;
  what.status = 1;
  what.duration = -1;
  const auto open = clipOf(what);
  CHECK(fixtures::hasWarning(open.warnings, "unfinished"));
  CHECK(open.warnings.size() == 1);
  CHECK_FALSE(open.durationFrames);
  what.unitBytes = 512;
  what.units = 7;
  const auto counted = clipOf(what);
  CHECK(counted.durationFrames == 7);
  CHECK(fixtures::source(counted, "duration_frames") == "mxf_index");
  // Complete by its partition, but nobody ever wrote how long it is.
  what.status = 4;
  CHECK(fixtures::hasWarning(clipOf(what).warnings, "unfinished"));
}

TEST_CASE("the footer knows what the header did not know yet, wherever it is found", "[mxf]") {
  for (const bool randomIndex : {true, false}) {
    for (const std::string& runIn : {std::string(), std::string(1000, '\x07')}) {
      Mxf what;
      what.status = 2;
      what.footer = true;
      what.randomIndex = randomIndex;
      what.runIn = runIn;
      const auto clip = clipOf(what);
      CHECK(clip.durationFrames == 48);
      CHECK(clip.camera.model == "ALEXA 35");
      CHECK(clip.warnings.empty());
    }
  }
}

TEST_CASE("separate fields make a picture twice as high as what is stored", "[mxf]") {
  Mxf what;
  what.width = 720;
  what.height = 288;
  what.layout = 1;
  CHECK(clipOf(what).picture->height == 576);
  what.layout = 3;
  CHECK(clipOf(what).picture->height == 288);
}

TEST_CASE("ARRI's documents are read whatever tags the primer gave them", "[mxf]") {
  Mxf what;
  what.company = "";
  what.coding = "060E2B34040101010401020102010103";
  what.documents = {
      {"https://example.invalid/schemas/slate_info/1.0",
       R"({"slate":{"scene":"12A","take":"3","director":"D","cinematographer":"C","reelName":"A001","cameraIndex":"A_","circleTake":true,"userInfo":[{"key":"Unit","value":"Second"}]}})"},
      {"https://example.invalid/schemas/camera_device", R"({"cameraModel":"ALEXA 35","cameraSerialNumber":"40123"})"},
      {"https://example.invalid/schemas/lens_device",
       R"({"lensModel":"Master Anamorphic 50","lensSerialNumber":20010,"lensSqueezeFactor":"2.0"})"},
      {"https://example.invalid/other", "{\"broken\":"}};
  const auto clip = clipOf(what);
  CHECK(clip.camera.make == "ARRI");
  CHECK(clip.camera.model == "ALEXA 35");
  CHECK(clip.camera.serial == "40123");
  CHECK(clip.lens.model == "Master Anamorphic 50");
  CHECK(clip.lens.serial == "20010");
  REQUIRE(clip.picture->lensSqueeze);
  CHECK(clip.picture->lensSqueeze->approximate() == Approx(2));
  CHECK(clip.slate.scene == "12A");
  CHECK(clip.slate.take == "3");
  CHECK(clip.slate.director == "D");
  CHECK(clip.slate.dop == "C");
  CHECK(clip.slate.circled == true);
  CHECK(clip.reel == "A001");
  CHECK(clip.cameraLetter == "A");
  CHECK(clip.picture->codec == "arriraw");
  CHECK(clip.raw.at("arri.userInfo.Unit") == "Second");
  CHECK(clip.raw.at("arri.slate_info.slate.scene") == "12A");
}

TEST_CASE("nested without end, an ARRI document costs nothing but itself", "[mxf]") {
  Mxf what;
  what.documents = {{"https://example.invalid/slate_info", std::string(30'000, '[') + std::string(30'000, ']')},
                    {"https://example.invalid/camera_device", R"({"cameraModel":"ALEXA 35"})"}};
  CHECK(clipOf(what).camera.model == "ALEXA 35");
}

TEST_CASE("the first frame's ancillary packets tell the lens, over as many packets as it takes", "[mxf]") {
  Mxf what;
  what.company = "Sony";
  what.product = "VENICE";
  what.unitBytes = 4096;
  what.acquisition = mxf_files::lensSet();
  const auto clip = clipOf(what);
  CHECK(clip.camera.make == "Sony");
  REQUIRE(clip.exposure.irisT);
  CHECK(*clip.exposure.irisT == Approx(2));
  REQUIRE(clip.lens.focalMm);
  CHECK(*clip.lens.focalMm == Approx(35));
  CHECK(fixtures::source(clip, "exposure.iris_t") == "rtmd");
}

TEST_CASE("who rewrapped a file is no camera", "[mxf]") {
  Mxf what;
  what.company = "FFmpeg";
  what.product = "OP1a Muxer";
  const auto clip = clipOf(what);
  CHECK(clip.camera.make.empty());
  CHECK(clip.camera.model.empty());
  CHECK(clip.raw.at("mxf.product") == "OP1a Muxer");
}

TEST_CASE("packages that refer to each other in a circle end", "[mxf]") {
  Mxf what;
  what.tape = "A001";
  std::string bytes = mxf_files::mxf(what);
  // The tape plays the file it was made from.
  const std::string none(32, '\0');
  const std::string reference = std::string("\x11\x01\x00\x20", 4);
  for (std::size_t at = bytes.find(reference); at != std::string::npos; at = bytes.find(reference, at + 4)) {
    if (bytes.compare(at + 4, 32, none) == 0) bytes.replace(at + 4, 32, bytes, bytes.find(reference) + 4, 32);
  }
  CHECK(read(bytes).clip.reel == "A001");
}

TEST_CASE("an MXF file of any size costs kilobytes and one of any cut costs nothing else", "[mxf]") {
  Mxf what;
  what.unitBytes = 8 << 20;
  what.units = 6;
  what.footer = true;
  what.status = 2;
  const auto large = read(mxf_files::mxf(what));
  CHECK(large.clip.durationFrames == 48);
  CHECK(large.bytes < 200'000);
  what.unitBytes = 64;
  const std::string bytes = mxf_files::mxf(what);
  for (std::size_t length = 0; length < bytes.size(); length += 7) (void)read(bytes.substr(0, length));
}
