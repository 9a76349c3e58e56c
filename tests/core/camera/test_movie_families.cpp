// SPDX-License-Identifier: Apache-2.0
// Cards of cameras that write movie files: Sony M4ROOT, Blackmagic RAW, Canon CRM and XFVC, Nikon N-RAW.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/camera/names.h"
#include "fixtures.h"
#include "movies.h"

using fixtures::findClip;
using fixtures::Folder;
using fixtures::hasWarning;
using namespace rollproof;
using model::FileRole;

namespace {

std::vector<FileRole> roles(const model::Clip& clip) {
  std::vector<FileRole> out;
  for (const auto& file : clip.files) out.push_back(file.role);
  return out;
}

}  // namespace

TEST_CASE("names of Canon's and Blackmagic's clips are taken apart") {
  auto canon = camera::canonClipName("A001C012_180306AB_CANON");
  REQUIRE(canon.has_value());
  CHECK(canon->facts.reel == "A001");
  CHECK(canon->facts.letter == "A");
  CHECK(canon->facts.date == "2018-03-06");
  CHECK(canon->base == "A001C012_180306AB_CANON");
  CHECK(canon->segment == 0);
  canon = camera::canonClipName("a001c012_180306ab_canon_02");
  REQUIRE(canon.has_value());
  CHECK(canon->base == "a001c012_180306ab_canon");
  CHECK(canon->segment == 2);
  CHECK_FALSE(canon->proxy);
  canon = camera::canonClipName("A001C012_180306AB_R5C_003_Proxy");
  REQUIRE(canon.has_value());
  CHECK(canon->base == "A001C012_180306AB_R5C");
  CHECK(canon->segment == 3);
  CHECK(canon->proxy);
  CHECK_FALSE(camera::canonClipName("A001C012_180306AB").has_value());
  CHECK_FALSE(camera::canonClipName("A001C012_180306AB_TOOLONG").has_value());
  CHECK_FALSE(camera::canonClipName("A001C012_180306AB_CANON_1").has_value());
  CHECK_FALSE(camera::canonClipName("A001C012_180306AB_CANON_001_002").has_value());
  CHECK_FALSE(camera::canonClipName("A001C001_240426_R1AA").has_value());
  const auto braw = camera::blackmagicClipName("A001_01241607_C009_2392_to_2577");
  REQUIRE(braw.has_value());
  CHECK(braw->reel == "A001");
  CHECK(camera::blackmagicClipName("B002_12312359_S001").has_value());
  CHECK_FALSE(camera::blackmagicClipName("A001_0124160_C009").has_value());
}

TEST_CASE("an M4ROOT card becomes clips with their proxies thumbnails and metadata") {
  Folder folder;
  folder.write("private/m4root/clip/c0001.mp4", movies::xavc());
  folder.write("private/m4root/clip/c0001m01.xml", "<NonRealTimeMeta/>");
  folder.write("private/m4root/clip/c0002.mp4", movies::xavc());
  folder.write("private/m4root/clip/c0007m01.xml", "<NonRealTimeMeta/>");
  folder.write("private/m4root/sub/c0001s03.mp4", "proxy");
  folder.write("private/m4root/thmbnl/c0001t01.jpg", "picture");
  folder.write("private/m4root/general/nothing.dat", "x");
  folder.write("private/m4root/mediapro.xml",
               R"(<MediaProfile xmlns="http://xmlns.sony.net/pro/metadata/mediaprofile"><Contents>)"
               R"(<Material uri="./CLIP/C0001.MP4"/><Material uri="./CLIP/C0003.MP4"/></Contents></MediaProfile>)");
  folder.write("dcim/100msdcf/dsc00001.jpg", "still");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "sony_m4root");
  CHECK(card.camera == "Sony ILME-FX3");
  REQUIRE(card.clips.size() == 2);
  CHECK(roles(card.clips[0]) ==
        std::vector{FileRole::essence, FileRole::sidecar, FileRole::proxy, FileRole::thumbnail});
  CHECK(card.clips[0].timecodeSource == "rtmd");
  CHECK(hasWarning(card.clips[1].warnings, "no_sidecar"));
  CHECK(hasWarning(card.warnings, "orphan_sidecar"));
  CHECK(hasWarning(card.warnings, "manifest_without_file"));
  // Names alone, a copy of the inner folder, one clip.
  CHECK(fixtures::readCard(folder.path("private/m4root"), camera::Depth::names).family == "sony_m4root");
  CHECK(fixtures::readCard(folder.path("private/m4root/clip"), camera::Depth::names).clips[0].files.size() == 2);
  const auto single = fixtures::readCard(folder.path("private/m4root/clip/c0001.mp4"));
  REQUIRE(single.clips.size() == 1);
  CHECK(single.clips[0].family == "sony_m4root");
}

TEST_CASE("a bare M4ROOT is known by its name alone") {
  Folder folder;
  folder.write("M4ROOT/CLIP/C0001.MP4", "essence");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].family == "sony_m4root");
}

TEST_CASE("an XDROOT card and an XDCAM EX folder are not taken for M4ROOT") {
  Folder folder;
  folder.write("XDROOT/Clip/A001C001_260502AB.MXF", "essence");
  folder.write("XDROOT/Thmbnl/A001C001_260502ABT01.JPG", "picture");
  folder.write("BPAV/CLPR/000_0001_01/000_0001_01.MP4", "essence");
  folder.write("BPAV/CLPR/000_0001_01/000_0001_01M01.XML", "<NonRealTimeMeta/>");
  folder.write("BPAV/CLPR/000_0001_01/000_0001_01.SMI", "<smil/>");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  for (const auto& clip : card.clips) CHECK(clip.family != "sony_m4root");
}

TEST_CASE("Blackmagic RAW clips keep their sidecar sound and proxy") {
  Folder folder;
  folder.write("A001_01241607_C009.braw", movies::braw());
  folder.write("A001_01241607_C009.sidecar", "{}");
  folder.write("A001_01241607_C009.wav", fixtures::wav({}));
  folder.write("Proxy/A001_01241607_C009.mp4", "proxy");
  folder.write("A001_01241609_C010.sidecar", "{}");
  folder.write("Proxy/A001_01241609_C010.mp4", "proxy");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "braw");
  CHECK(card.reel == "A001");
  CHECK(card.camera == "Blackmagic Design Blackmagic URSA Mini Pro 12K");
  const auto* clip = findClip(card, "A001_01241607_C009");
  REQUIRE(clip != nullptr);
  CHECK(clip->family == "braw");
  CHECK(roles(*clip) == std::vector{FileRole::essence, FileRole::sidecar, FileRole::audio, FileRole::proxy});
  CHECK(hasWarning(clip->warnings, "chain_to_other_card"));
  CHECK(std::count_if(card.warnings.begin(), card.warnings.end(),
                      [](const auto& warning) { return warning.code == "orphan_sidecar"; }) == 2);
  const auto names = fixtures::readCard(folder.path("A001_01241607_C009.braw"), camera::Depth::names);
  REQUIRE(names.clips.size() == 1);
  CHECK(names.clips[0].reel == "A001");
  CHECK(names.clips[0].files.size() == 3);
}

TEST_CASE("a take on two cards is one clip where both halves lie together") {
  Folder folder;
  folder.write("A001_01241607_C009.braw", movies::braw());
  folder.write("A001_01241607_C009.braw2", movies::braw());
  folder.write("B001_01241607_C001.braw2", movies::braw("B001_01241607_C001"));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  CHECK(roles(card.clips[0]) == std::vector{FileRole::essence, FileRole::essence});
  CHECK_FALSE(hasWarning(card.clips[0].warnings, "chain_to_other_card"));
  CHECK(hasWarning(card.clips[1].warnings, "chain_to_other_card"));
  Folder half;
  half.write("A001_01241607_C009.braw2", "");
  const auto names = fixtures::readCard(half.path(), camera::Depth::names);
  REQUIRE(names.clips.size() == 1);
  CHECK(hasWarning(names.clips[0].warnings, "chain_to_other_card"));
}

TEST_CASE("Canon's raw segments are one clip and a missing one is told") {
  Folder folder;
  const std::string reel = "crm/reel_001/";
  folder.write(reel + "A001C001_180306AB_CANON_01.CRM", movies::crm());
  folder.write(reel + "A001C001_180306AB_CANON_02.CRM", movies::crm());
  folder.write(reel + "A001C001_180306AB_CANON.XML", "<x/>");
  folder.write(reel + "A001C001_180306AB_CANON_Proxy.MP4", "proxy");
  folder.write(reel + "A001C002_180306CD_CANON_01.CRM", movies::crm());
  folder.write(reel + "A001C002_180306CD_CANON_03.CRM", movies::crm());
  folder.write("XFVC/REEL_0001/A001C002_180306CD_CANON_Proxy.MP4", "proxy");
  folder.write(reel + "A001C003_180306EF_CANON.CRM", movies::crm());
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "canon_crm");
  CHECK(card.reel == "A001");
  REQUIRE(card.clips.size() == 3);
  CHECK(card.clips[0].name == "A001C001_180306AB_CANON");
  CHECK(roles(card.clips[0]) == std::vector{FileRole::essence, FileRole::essence, FileRole::sidecar, FileRole::proxy});
  CHECK(card.clips[0].durationFrames == 300);
  CHECK(card.clips[0].camera.model == "Canon EOS C200");
  CHECK_FALSE(hasWarning(card.clips[0].warnings, "missing_segment"));
  CHECK(hasWarning(card.clips[1].warnings, "missing_segment"));
  CHECK(roles(card.clips[1]).back() == FileRole::proxy);
  CHECK(card.clips[2].durationFrames == 150);
  CHECK(card.clips[2].warnings.size() == 1);  // no decoder
  // The older structure, and one clip alone.
  Folder older;
  older.write("CONTENTS/CLIPS001/A001C003_180306EF_CANON.CRM", movies::crm());
  CHECK(fixtures::readCard(older.path(), camera::Depth::names).clips.at(0).family == "canon_crm");
  CHECK(fixtures::readCard(older.path("CONTENTS/CLIPS001/A001C003_180306EF_CANON.CRM")).clips.at(0).reel == "A001");
}

TEST_CASE("Canon's movie reels are known by their folder and single clips by their name") {
  Folder folder;
  folder.write("XFVC/REEL_0002/A002C001_240501AB_R5C.MP4", movies::cndm());
  folder.write("XFVC/REEL_0002/A002C001_240501AB_R5C.XML", "<x/>");
  folder.write("XFVC/REEL_0002/interview.mp4", movies::cndm());
  folder.write("REEL_0002/of somebody else.mp4", movies::cndm());
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "canon_xfvc");
  REQUIRE(card.clips.size() == 3);
  const auto* clip = findClip(card, "A002C001_240501AB_R5C");
  REQUIRE(clip != nullptr);
  CHECK(clip->reel == "A002");
  CHECK(clip->cameraLetter == "A");
  CHECK(clip->recordedAt == "2024-05-01");
  CHECK(clip->files.size() == 2);
  CHECK(findClip(card, "interview")->reel == "REEL_0002");
  CHECK(findClip(card, "interview")->family == "canon_xfvc");
  CHECK(findClip(card, "of somebody else")->family == "generic");
  Folder copied;
  copied.write("A002C001_240501AB_R5C.MP4", movies::cndm());
  CHECK(fixtures::readCard(copied.path(), camera::Depth::names).clips.at(0).family == "canon_xfvc");
}

TEST_CASE("Nikon's raw movies are clips with their proxies under both of their names") {
  Folder folder;
  folder.write("DCIM/100NCZ_9/DSC_0001.NEV", movies::nraw());
  folder.write("DCIM/100NCZ_9/DSC_0001.MP4", "proxy");
  folder.write("DCIM/100NCZ_9/DSC_0002.R3D", movies::nraw());
  folder.write("DCIM/100NCZ_9/DSC_0002.MOV", "proxy");
  folder.write("DCIM/100NCZ_9/DSC_0003.MP4", "a movie of its own");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "nikon_nraw");
  CHECK(card.camera == "NIKON Z 9");
  REQUIRE(card.clips.size() == 3);
  for (const char* name : {"DSC_0001", "DSC_0002"}) {
    const auto* clip = findClip(card, name);
    REQUIRE(clip != nullptr);
    CHECK(clip->family == "nikon_nraw");
    CHECK(roles(*clip) == std::vector{FileRole::essence, FileRole::proxy});
    CHECK(clip->picture->codec == "n_raw");
  }
  CHECK(findClip(card, "DSC_0003")->family == "generic");
}
