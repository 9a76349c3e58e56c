// SPDX-License-Identifier: Apache-2.0
// Cards whose folders tell what they are: P2, AVCHD, XDCAM, Canon XF. Their side files are written here from the
// makers' descriptions.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/side_files.h"

using namespace rollproof;
using fixtures::Folder;
using model::FileRole;
using side_files::playlist;

namespace {

std::string p2Clip(const std::string& name, const std::string& id, const std::string& previous = {},
                   const std::string& next = {}, int duration = 100) {
  const auto link = [](const char* tag, const std::string& to) {
    return to.empty() ? std::string()
                      : fmt::format("<{0}><GlobalClipID>{1}</GlobalClipID><P2SerialNo.>AAA00A0001</P2SerialNo.></{0}>",
                                    tag, to);
  };
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<P2Main "
      "xmlns=\"urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1\"><ClipContent><ClipName>{0}</ClipName>"
      "<UserClipName>A001C007_260502RX</UserClipName><GlobalClipID>{1}</GlobalClipID><Duration>{4}</Duration>"
      "<EditUnit>1001/24000</EditUnit><Relation><OffsetInShot>0</OffsetInShot><GlobalShotID>S</GlobalShotID>"
      "<Connection>{2}{3}</Connection></Relation><EssenceList><Video ValidAudioFlag=\"true\"><Codec "
      "Class=\"100\">AVC-I_1080/23.98p</Codec><FrameRate DropFrameFlag=\"false\">23.98p</FrameRate><StartTimecode>"
      "10:20:30:04</StartTimecode></Video><Audio/><Audio/></EssenceList><ClipMetadata><Device><Manufacturer>Panasonic"
      "</Manufacturer><SerialNo.>K2TB00017</SerialNo.><ModelName>VariCam LT</ModelName></Device><Shoot><StartDate>"
      "2026-05-02T10:20:30+02:00</StartDate></Shoot><Scenario><ProgramName>Show</ProgramName><SceneNo.>12A</SceneNo.>"
      "<TakeNo.>3</TakeNo.></Scenario></ClipMetadata></ClipContent></P2Main>",
      name, id, link("Previous", previous), link("Next", next), duration);
}

void p2Part(const Folder& folder, const std::string& name, const std::string& xml) {
  folder.write("CONTENTS/CLIP/" + name + ".XML", xml);
  folder.write("CONTENTS/VIDEO/" + name + ".MXF", "x");
  folder.write("CONTENTS/AUDIO/" + name + "00.MXF", "x");
  folder.write("CONTENTS/AUDIO/" + name + "01.MXF", "x");
  folder.write("CONTENTS/ICON/" + name + ".BMP", "x");
  folder.write("CONTENTS/PROXY/" + name + ".MP4", "x");
}

const model::ClipFile* fileOf(const model::Clip& clip, const std::string& end) {
  for (const auto& file : clip.files) {
    if (file.path.ends_with(end)) return &file;
  }
  return nullptr;
}

std::size_t essences(const model::Clip& clip) {
  return static_cast<std::size_t>(std::count_if(clip.files.begin(), clip.files.end(),
                                                [](const auto& file) { return file.role == FileRole::essence; }));
}

}  // namespace

TEST_CASE("the parts of a P2 take are one clip in the order of its chain") {
  const Folder folder;
  // Names are random, so the chain alone gives the order.
  p2Part(folder, "0158Q5", p2Clip("0158Q5", "ID2", "ID1", "ID3", 200));
  p2Part(folder, "0199ZZ", p2Clip("0199ZZ", "ID1", "", "ID2", 300));
  p2Part(folder, "0159AA", p2Clip("0159AA", "ID3", "ID2", "", 55));
  p2Part(folder, "0160BB", p2Clip("0160BB", "ID9"));
  folder.write("LASTCLIP.TXT", "x");
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "panasonic_p2");
  REQUIRE(card.clips.size() == 2);
  const auto* clip = fixtures::findClip(card, "0199ZZ");
  REQUIRE(clip);
  CHECK(essences(*clip) == 3);
  CHECK(clip->files[0].path.ends_with("VIDEO/0199ZZ.MXF"));
  CHECK(clip->files[1].path.ends_with("VIDEO/0158Q5.MXF"));
  CHECK(clip->files[2].path.ends_with("VIDEO/0159AA.MXF"));
  CHECK(clip->files.size() == 18);
  REQUIRE(fileOf(*clip, "015900.MXF") == nullptr);
  CHECK(fileOf(*clip, "AUDIO/0158Q501.MXF")->role == FileRole::audio);
  CHECK(fileOf(*clip, "0158Q5.BMP")->role == FileRole::thumbnail);
  CHECK(fileOf(*clip, "0158Q5.MP4")->role == FileRole::proxy);
  CHECK(fileOf(*clip, "0158Q5.XML")->role == FileRole::sidecar);
  CHECK(clip->durationFrames == 555);
  CHECK(clip->frameRate.text() == "24000/1001");
  REQUIRE(clip->start);
  CHECK(clip->start->text() == "10:20:30:04");
  CHECK(clip->reel == "A001");
  CHECK(clip->camera.make == "Panasonic");
  CHECK(clip->camera.model == "VariCam LT");
  CHECK(clip->camera.serial == "K2TB00017");
  CHECK(clip->slate.scene == "12A");
  CHECK(clip->slate.take == "3");
  CHECK(clip->slate.production == "Show");
  CHECK(clip->recordedAt == "2026-05-02T10:20:30+02:00");
  CHECK(clip->umid == "ID1");
  REQUIRE(clip->audio);
  CHECK(clip->audio->channels == 2);
  CHECK_FALSE(fixtures::hasWarning(clip->warnings, "chain_to_other_card"));
}

TEST_CASE("a P2 take that goes on on another card is flagged and never merged") {
  const Folder folder;
  p2Part(folder, "0158Q5", p2Clip("0158Q5", "ID2", "ID1", "ID3"));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  std::size_t told = 0;
  for (const auto& warning : card.clips[0].warnings) told += warning.code == "chain_to_other_card";
  CHECK(told == 2);
}

TEST_CASE("a P2 chain that bites its tail and a clip without pictures end in clips and warnings") {
  const Folder folder;
  p2Part(folder, "0158Q5", p2Clip("0158Q5", "ID1", "ID2", "ID2"));
  p2Part(folder, "0159Q5", p2Clip("0159Q5", "ID2", "ID1", "ID1"));
  folder.write("CONTENTS/CLIP/0160XX.XML", p2Clip("0160XX", "ID7"));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 2);
  REQUIRE(fixtures::findClip(card, "0158Q5"));
  CHECK(essences(*fixtures::findClip(card, "0158Q5")) == 2);
  CHECK(fixtures::hasWarning(fixtures::findClip(card, "0160XX")->warnings, "missing_segment"));
}

TEST_CASE("a P2 card is known by its names before anything is opened and without its outer folder") {
  const Folder folder;
  for (const char* path : {"CLIP/0158Q5.XML", "VIDEO/0158Q5.MXF", "AUDIO/0158Q500.MXF"}) folder.write(path, "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "panasonic_p2");
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].files.size() == 3);
}

TEST_CASE("an AVCHD playlist joins the files of a take and keeps takes apart") {
  const Folder folder;
  for (int i = 0; i < 4; ++i) {
    folder.write(fmt::format("PRIVATE/AVCHD/BDMV/STREAM/0000{}.MTS", i), "x");
    folder.write(fmt::format("PRIVATE/AVCHD/BDMV/CLIPINF/0000{}.CPI", i), "x");
  }
  folder.write("PRIVATE/AVCHD/BDMV/STREAM/00009.MTS", "x");
  folder.write("PRIVATE/AVCHD/BDMV/PLAYLIST/00000.MPL",
               playlist({{"00000", 1}, {"00001", 6}, {"00002", 1}, {"00003", 5}, {"00007", 1}}));
  const auto card = fixtures::readCard(folder.path());
  CHECK(card.family == "avchd");
  REQUIRE(card.clips.size() == 3);
  CHECK(card.clips[0].name == "00000");
  CHECK(essences(card.clips[0]) == 2);
  CHECK(card.clips[0].files[1].path.ends_with("00001.MTS"));
  CHECK(card.clips[0].files.size() == 4);
  CHECK(card.clips[1].name == "00002");
  CHECK(essences(card.clips[1]) == 2);
  CHECK(card.clips[2].name == "00009");
  CHECK(fixtures::hasWarning(card.warnings, "manifest_without_file"));
  CHECK(fixtures::readCard(folder.path(), camera::Depth::names).clips.size() == 5);
}

TEST_CASE("a playlist cut at any length names what it can") {
  const std::string whole = playlist({{"00000", 1}, {"00001", 6}});
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const Folder folder;
    folder.write("BDMV/STREAM/00000.MTS", "x");
    folder.write("BDMV/STREAM/00001.MTS", "x");
    folder.write("BDMV/PLAYLIST/00000.MPL", whole.substr(0, length));
    const auto card = fixtures::readCard(folder.path());
    CHECK(card.clips.size() == (length == whole.size() ? 1 : 2));
  }
}

TEST_CASE("the parts of an XDCAM EX clip are one and a missing part is named") {
  const Folder folder;
  for (const char* part : {"766_0001_01", "766_0001_02", "766_0002_02", "766_0003_01"}) {
    const std::string base = fmt::format("BPAV/CLPR/{0}/{0}", part);
    folder.write(base + ".MP4", "x");
    folder.write(base + "M01.XML", "<NonRealTimeMeta/>");
    folder.write(base + "R01.BIM", "x");
    folder.write(base + ".SMI", "x");
  }
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "sony_xdcam_ex");
  REQUIRE(card.clips.size() == 3);
  CHECK(card.clips[0].name == "766_0001");
  CHECK(essences(card.clips[0]) == 2);
  CHECK(card.clips[0].files.size() == 8);
  CHECK(card.clips[0].warnings.empty());
  CHECK(fixtures::hasWarning(card.clips[1].warnings, "missing_segment"));
  CHECK(card.clips[2].name == "766_0003_01");
}

TEST_CASE("an XDCAM disc's clips are those in Clip and its edits are not") {
  const Folder folder;
  for (const char* path : {"INDEX.XML", "DISCMETA.XML", "MEDIAPRO.XML", "Clip/C0001.MXF", "Clip/C0001M01.XML",
                           "Sub/C0001S01.MXF", "Edit/E0001E01.SMI", "Clip/C0009M01.XML"})
    folder.write(path, "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "sony_xdcam");
  REQUIRE(card.clips.size() == 1);
  CHECK(card.clips[0].files.size() == 3);
  CHECK(fileOf(card.clips[0], "C0001S01.MXF")->role == FileRole::proxy);
  CHECK(fixtures::hasWarning(card.warnings, "orphan_sidecar"));
}

TEST_CASE("a Canon XF clip is its folder's segments in order") {
  const Folder folder;
  for (const char* path :
       {"CONTENTS/CLIPS001/INDEX.MIF", "CONTENTS/CLIPS001/AA0001/AA000102.MXF", "CONTENTS/CLIPS001/AA0001/AA000101.MXF",
        "CONTENTS/CLIPS001/AA0001/AA0001.XML", "CONTENTS/CLIPS001/AA0001/AA0001.CIF",
        "CONTENTS/CLIPS001/AA0002/AA000203.MXF", "CONTENTS/CLIPS001/AA0003/AA000301.MXF",
        "CONTENTS/CLIPS001/AA0003/AA000303.MXF", "CONTENTS/CLIPS001/AA0004/AA0004.XML"})
    folder.write(path, "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "canon_xf");
  REQUIRE(card.clips.size() == 3);
  CHECK(card.clips[0].name == "AA0001");
  CHECK(card.clips[0].files[0].path.ends_with("01.MXF"));
  CHECK(card.clips[0].files[1].path.ends_with("02.MXF"));
  CHECK(card.clips[0].files.size() == 4);
  CHECK(card.clips[0].warnings.empty());
  CHECK(fixtures::hasWarning(card.clips[1].warnings, "chain_to_other_card"));
  CHECK(fixtures::hasWarning(card.clips[2].warnings, "missing_segment"));
  CHECK(fixtures::hasWarning(card.warnings, "orphan_sidecar"));
}

TEST_CASE("Panasonic's SD cards are known by their folder and give a reel where the name has one") {
  const Folder folder;
  for (const char* path :
       {"PRIVATE/PANA_GRP/001RAQAM/A001C003_260502_XY12.MOV", "PRIVATE/PANA_GRP/001RAQAM/CLIP0001.MP4"})
    folder.write(path, "x");
  const auto card = fixtures::readCard(folder.path(), camera::Depth::names);
  CHECK(card.family == "panasonic_sd");
  REQUIRE(card.clips.size() == 2);
  CHECK(card.clips[0].reel == "A001");
  CHECK(card.clips[1].reel.empty());
}
