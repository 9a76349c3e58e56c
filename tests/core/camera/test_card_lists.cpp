// SPDX-License-Identifier: Apache-2.0
// Card logs, P2's descriptions and the lengths of clips in several files.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/mxf_files.h"
#include "tests/core/camera/raws.h"
#include "tests/core/camera/side_files.h"

using namespace rollproof;
using fixtures::Folder;

namespace {

std::string chapter(std::uint32_t frames) {
  movies::Movie movie;
  movie.tracks = {movies::picture("avc1", 1920, 1080, 30000, 1001, frames)};
  return movies::movie(movie);
}

std::string p2Link(const char* tag, const std::string& id, const std::string& name) {
  return fmt::format("<{0}>{1}{2}<P2SerialNo.>ABD06C0058</P2SerialNo.></{0}>", tag,
                     id.empty() ? "" : fmt::format("<GlobalClipID>{}</GlobalClipID>", id),
                     name.empty() ? "" : fmt::format("<ClipName>{}</ClipName>", name));
}

}  // namespace

TEST_CASE("every column of a camera's log that has a place in the record is read") {
  const Folder folder;
  folder.write("A901R1AA/A901C001_240426_R1AA.mxf", "x");
  folder.write("A901R1AA/A901R1AA_AVID.ale", side_files::ale({{"Name", "A901C001_240426_R1AA"},
                                                              {"Source File", "A901C001_240426_R1AA.mxf"},
                                                              {"Tracks", "VA1A2A3A4"},
                                                              {"Start", "13:22:21:05"},
                                                              {"End", "13:22:31:00"},
                                                              {"FPS", "24"},
                                                              {"Original_video", "ARRIRAW (2202p)"},
                                                              {"Audio_sr", "48khz"},
                                                              {"Audio_bit", "24"},
                                                              {"Frame_width", "3424"},
                                                              {"Frame_height", "2202"},
                                                              {"UUID", "7A89D08E-BCAB-11"},
                                                              {"Umid", "0x060A2B340101010501010D4313000000"},
                                                              {"Cc_shift", "-1.0"},
                                                              {"Nd_filterdensity", "1200"},
                                                              {"Pixelaspectratio", "2.00"},
                                                              {"Circle", "yes"},
                                                              {"Comments", "soft focus"},
                                                              {"Project_fps", "24.000"},
                                                              {"ASC_SOP", "(1.1 1 0.9)(0 0.01 0)(1 1 1)"},
                                                              {"ASC_SAT", "0.9"},
                                                              {"Operator", "B. Person"}}));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  REQUIRE(clip.start);
  CHECK(clip.start->text() == "13:22:21:05");
  CHECK(clip.durationFrames == 235);  // End is exclusive
  REQUIRE(clip.audio);
  CHECK(clip.audio->channels == 4);
  CHECK(clip.audio->sampleRate == 48000);
  CHECK(clip.audio->bitDepth == 24);
  REQUIRE(clip.picture);
  CHECK(clip.picture->width == 3424);
  CHECK(clip.picture->pixelAspect == Rational{2, 1});
  CHECK(clip.uuid == "7A89D08E-BCAB-11");
  CHECK(clip.umid == "060A2B340101010501010D4313000000");
  CHECK(clip.exposure.ndStops == Approx(3.986).epsilon(1e-3));
  CHECK(clip.slate.circled == true);
  CHECK(clip.slate.notes == "soft focus");
  REQUIRE(clip.colour.cdl);
  CHECK(clip.colour.cdl->slope[2] == Approx(0.9));
  CHECK(clip.raw.at("ale:Operator") == "B. Person");
}

TEST_CASE("a log's tracks name their channels singly or as a range") {
  for (const auto& [tracks, channels] : {std::pair("V", 0), {"VA1", 1}, {"A1-8", 8}, {"VA1A2", 2}, {"VA1A3-4", 3}}) {
    const Folder folder;
    folder.write("A901R1AA/A901C001_240426_R1AA.mxf", "x");
    folder.write("A901R1AA/A901R1AA_AVID.ale",
                 side_files::ale({{"Name", "A901C001_240426_R1AA"}, {"Tracks", tracks}, {"Start", "00:00:00:00"}}));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK((card.clips[0].audio ? card.clips[0].audio->channels : 0) == channels);
  }
}

TEST_CASE("a log's shortened Uuid is no rival of the whole one in the file") {
  const Folder folder;
  movies::Movie movie;
  movie.brands = {"ARRI"};
  movie.tracks = {movies::picture("apch", 1920, 1080, 24, 1, 10)};
  movie.inMoov = movies::metaBox({movies::text("com.arri.camera.Uuid", "7a89d08e-bcab-11ee-8000-00000000beef")}, false);
  folder.write("A901R1AA/A901C001_240426_R1AA.mov", movies::movie(movie));
  // The row has another name: the Uuid alone tells the clip.
  folder.write("A901R1AA/A901R1AA_AVID.ale",
               side_files::ale({{"Name", "renamed"}, {"Uuid", "7A89D08E-BCAB-11"}, {"Scene", "12A"}}));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].slate.scene == "12A");
  CHECK(card.clips[0].uuid == "7a89d08e-bcab-11ee-8000-00000000beef");
  for (const auto& one : card.clips[0].provenance.at("uuid")) CHECK(one.source != "ale");
}

TEST_CASE("a P2 description gives drop frame, sound and everything its metadata holds") {
  const Folder folder;
  side_files::P2 what;
  what.dropFrame = "true";
  what.metadata =
      "<UserClipName>B002C011_260502RX</UserClipName><DataSource>SHOOTING</DataSource><Shoot><Location><PlaceName>Pier "
      "4"
      "</PlaceName></Location></Shoot><Access><Creator>A. Person</Creator></Access>";
  folder.write("CONTENTS/CLIP/0158Q5.XML", side_files::p2(what));
  folder.write("CONTENTS/VIDEO/0158Q5.MXF", "x");
  folder.write("CONTENTS/PROXY/0158Q5.XML", "x");
  folder.write("CONTENTS/PROXY/0158Q5.BIN", "x");
  folder.write("CONTENTS/PROXY/0158Q5.MP4", "x");
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  REQUIRE(clip.start);
  CHECK(clip.start->text() == "10:20:30;04");
  CHECK(clip.reel == "B002");
  REQUIRE(clip.audio);
  CHECK(clip.audio->sampleRate == 48000);
  CHECK(clip.audio->bitDepth == 24);
  CHECK(clip.raw.at("p2.ClipMetadata.Shoot.Location.PlaceName") == "Pier 4");
  CHECK(clip.raw.at("p2.ClipMetadata.Access.Creator") == "A. Person");
  std::size_t proxies = 0;
  for (const auto& file : clip.files) proxies += file.role == model::FileRole::proxy;
  CHECK(proxies == 1);
}

TEST_CASE("a P2 chain that names its clips without ids is followed and another card told by its serial") {
  const Folder folder;
  side_files::P2 first, second;
  first.name = "0158Q5";
  second.name = "0159E2";
  first.id = "";
  second.id = "ID2";  // which the first part does not know
  first.connection = p2Link("Next", "", "0159E2");
  second.connection = p2Link("Previous", "", "0158Q5") + p2Link("Next", "", "0161VE");
  for (const auto& part : {first, second}) {
    folder.write("CONTENTS/CLIP/" + part.name + ".XML", side_files::p2(part));
    folder.write("CONTENTS/VIDEO/" + part.name + ".MXF", "x");
  }
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].durationFrames == 200);
  std::string told;
  for (const auto& warning : card.clips[0].warnings) {
    if (warning.code == "chain_to_other_card") told += warning.text;
  }
  CHECK(told == "The take goes on on another card, P2 card ABD06C0058.");
}

TEST_CASE("a clip in several files is as long as all of them") {
  SECTION("chapters of an action camera") {
    const Folder folder;
    folder.write("DCIM/100GOPRO/GX010042.MP4", chapter(300));
    folder.write("DCIM/100GOPRO/GX020042.MP4", chapter(200));
    folder.write("DCIM/100GOPRO/GX010043.MP4", chapter(50));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 2);
    CHECK(card.clips[0].durationFrames == 500);
    CHECK(card.clips[1].durationFrames == 50);
  }
  SECTION("parts of a P2 take") {
    const Folder folder;
    side_files::P2 first, second;
    first.connection = p2Link("Next", "ID2", "");
    second.name = "0001AA";
    second.id = "ID2";
    second.connection = p2Link("Previous", "ID1", "");
    for (const auto& part : {first, second}) {
      folder.write("CONTENTS/CLIP/" + part.name + ".XML", side_files::p2(part));
      mxf_files::Mxf essence;
      essence.duration = 48;
      folder.write("CONTENTS/VIDEO/" + part.name + ".MXF", mxf_files::mxf(essence));
    }
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].durationFrames == 96);
  }
  SECTION("parts of an XDCAM EX clip, by what lies beside them") {
    const Folder folder;
    for (const char* part : {"766_0001_01", "766_0001_02"}) {
      folder.write(fmt::format("BPAV/CLPR/{0}/{0}.MP4", part), "x");
      folder.write(fmt::format("BPAV/CLPR/{0}/{0}M01.XML", part), side_files::nrt());
    }
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].durationFrames == 400);
    CHECK(card.clips[0].provenance.at("start_timecode").size() == 1);
  }
  SECTION("files of a Z CAM take") {
    const Folder folder;
    folder.write("A001C0004_20240512101530_0001.MOV", chapter(70));
    folder.write("A001C0004_20240512101530_0002.MOV", chapter(30));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].durationFrames == 100);
  }
  SECTION("a part that cannot be read leaves the length to other sources") {
    const Folder folder;
    folder.write("DCIM/100GOPRO/GX010042.MP4", chapter(300));
    folder.write("DCIM/100GOPRO/GX020042.MP4", "x");
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(fixtures::source(card.clips[0], "duration_frames") != "segments");
  }
}

TEST_CASE("a RED clip without a proxy is as long as the frames in its segments") {
  const auto segment = [](int frames, bool whole = true) {
    std::string out = raws::r3d();
    out.resize(0x1000);
    for (int i = 0; i < frames; ++i) {
      for (const auto& [kind, bytes] : {std::pair("RDI\1", 9000), {"RDA\1", 100}}) {
        std::string block = movies::be(static_cast<std::uint64_t>(bytes), 4) + kind;
        block.resize(static_cast<std::size_t>((bytes + 4095) / 4096 * 4096), 'p');
        out += block;
      }
    }
    if (!whole) out.resize(out.size() - 8192);
    return out;
  };
  const std::string base = "A001.RDM/A001_C007_0502AB.RDC/A001_C007_0502AB";
  SECTION("whole") {
    const Folder folder;
    folder.write(base + "_001.R3D", segment(7));
    folder.write(base + "_002.R3D", segment(3));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 1);
    CHECK(card.clips[0].durationFrames == 10);
  }
  SECTION("cut short or with a segment missing") {
    const Folder folder;
    folder.write(base + "_001.R3D", segment(7, false));
    folder.write("A001.RDM/A001_C008_0502AB.RDC/A001_C008_0502AB_002.R3D", segment(3));
    const auto card = fixtures::readCard(folder.path());
    REQUIRE(card.clips.size() == 2);
    CHECK_FALSE(card.clips[0].durationFrames);
    CHECK_FALSE(card.clips[1].durationFrames);
  }
}

TEST_CASE("small copies and subtitles whose clip is not on the card are told") {
  const Folder folder;
  folder.write("DCIM/100GOPRO/GX010042.MP4", chapter(3));
  for (const char* side : {"GL010042.LRV", "GX010042.THM", "GL010043.LRV", "GX010043.THM"})
    folder.write(fmt::format("DCIM/100GOPRO/{}", side), "x");
  folder.write("DCIM/100MEDIA/DJI_0001.MP4", chapter(3));
  for (const char* side : {"DJI_0001.SRT", "DJI_0002.SRT", "DJI_0002.LRF"})
    folder.write(fmt::format("DCIM/100MEDIA/{}", side), "x");
  folder.write("DCIM/Camera01/LRV_20240512_101530_11_042.insv", "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  std::vector<std::string> told;
  for (const auto& warning : card.warnings) {
    if (warning.code == "orphan_sidecar") told.push_back(warning.text.substr(0, warning.text.find(' ')));
  }
  std::sort(told.begin(), told.end());
  CHECK(told == std::vector<std::string>{"DCIM/100GOPRO/GL010043.LRV", "DCIM/100GOPRO/GX010043.THM",
                                         "DCIM/100MEDIA/DJI_0002.LRF", "DCIM/100MEDIA/DJI_0002.SRT",
                                         "DCIM/Camera01/LRV_20240512_101530_11_042.insv"});
}
