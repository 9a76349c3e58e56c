// SPDX-License-Identifier: Apache-2.0
// Sony's side files: the table of timecode, marks, groups, hostile XML, the card's list of clips.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/side_files.h"

using namespace rollproof;
using fixtures::Folder;

namespace {

model::Clip clipOf(const std::string& xml) {
  const Folder folder;
  folder.write("XDROOT/Clip/C0001.MXF", "x");
  folder.write("XDROOT/Clip/C0001M01.XML", xml);
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  return card.clips.front();
}

std::string jumpOf(const model::Clip& clip) {
  std::string out;
  for (const auto& warning : clip.warnings) {
    if (warning.code == "timecode_jump") out += warning.text + "\n";
  }
  return out;
}

std::string utf16(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}

}  // namespace

TEST_CASE("a jump in the table of timecodes is told with its place") {
  side_files::Nrt what;
  // 10:00:00:00; 100 frames on it stands at 10:00:30:00 and runs on to the end.
  what.timecodes = {{0, "00000010", "increment"}, {100, "00300010", "increment"}, {199, "24330010", "end"}};
  CHECK(jumpOf(clipOf(side_files::nrt(what))) ==
        "At frame 100 the timecode is 10:00:30:00 where 10:00:04:00 would follow.\n");
  what.timecodes[2] = {199, "24340010", "end"};
  CHECK(jumpOf(clipOf(side_files::nrt(what))) ==
        "At frame 100 the timecode is 10:00:30:00 where 10:00:04:00 would follow: the first of 2 jumps within the "
        "clip.\n");
}

TEST_CASE("a timecode that runs on over midnight or is counted at half and quarter rate does not jump") {
  side_files::Nrt what;
  what.timecodes = {{0, "00595923", "increment"}, {49, "24000000", "end"}};
  CHECK(jumpOf(clipOf(side_files::nrt(what))).empty());
  what = {"24p", "24", "false", {{0, "19044716", "increment"}, {587, "06294716", "end"}}, {}};  // a VENICE
  CHECK(jumpOf(clipOf(side_files::nrt(what))).empty());
  what = {"59.94p", "30", "true", {{0, "40000000", "increment"}, {209, "54830000", "end"}}, {}};  // an FDR-AX100
  const auto half = clipOf(side_files::nrt(what));
  CHECK(jumpOf(half).empty());
  REQUIRE(half.start);
  CHECK(half.start->text() == "00:00:00;00");
  what = {"119.88p", "30", "true", {{0, "48544103", "increment"}, {3959, "49A74203", "end"}}, {}};
  const auto quarter = clipOf(side_files::nrt(what));
  CHECK(jumpOf(quarter).empty());
  REQUIRE(quarter.start);
  CHECK(quarter.start->text() == "03:41:54:032");
  // One count off is more than the picture of a pair can explain.
  what = {"59.94p", "30", "true", {{0, "40000000", "increment"}, {209, "58830000", "end"}}, {}};
  CHECK_FALSE(jumpOf(clipOf(side_files::nrt(what))).empty());
}

TEST_CASE("a jump that the movie and the file beside it both tell is one warning") {
  side_files::Nrt what;
  what.timecodes = {{0, "00000010", "increment"}, {199, "24340010", "end"}};
  const std::string xml = side_files::nrt(what);
  movies::Movie movie;
  movie.brand = "XAVC";
  movie.tracks = {movies::picture("avc1", 1920, 1080, 25, 1, 200)};
  movie.atTop = movies::fullBox("meta", movies::fullBox("hdlr", movies::be(0, 4) + "nrtm" + std::string(13, '\0')) +
                                            movies::fullBox("xml ", xml));
  const Folder folder;
  folder.write("M4ROOT/CLIP/C0001.MP4", movies::movie(movie));
  folder.write("M4ROOT/CLIP/C0001M01.XML", xml);
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(jumpOf(card.clips[0]) == "At frame 199 the timecode is 10:00:34:24 where 10:00:07:24 would follow.\n");
}

TEST_CASE("groups that disagree, marks and flags of a Sony clip are all kept") {
  side_files::Nrt what;
  what.extra =
      "<KlvPacketTable><KlvPacket key=\"060E2B34010101050301020A02000000\" frameCount=\"0\" "
      "lengthValue=\"095F5265635374617274\" status=\"spot\"/><KlvPacket key=\"060E2B34010101050301020A02000000\" "
      "frameCount=\"12\" lengthValue=\"0A5F53686F744D61726B31\" status=\"spot\"/><KlvPacket "
      "key=\"060E2B34010101050301020A02000000\" frameCount=\"90\" lengthValue=\"0A5F53686F744D61726B31\"/>"
      "</KlvPacketTable><RecordingMode type=\"normal\" cacheRec=\"true\"/><Description>Rain in the second half."
      "</Description><AcquisitionRecord><Group name=\"CameraUnitMetadataSet\"><Item name=\"CaptureGammaEquation\" "
      "value=\"s-log3-cine\"/><Item name=\"ShutterSpeedTime\" value=\"1/50\"/></Group><Group name=\"Other\"><Item "
      "name=\"CaptureGammaEquation\" value=\"rec709\"/></Group></AcquisitionRecord>";
  const auto clip = clipOf(side_files::nrt(what));
  CHECK(clip.raw.at("nrt:CaptureGammaEquation") == "s-log3-cine");
  CHECK(clip.raw.at("nrt:Other.CaptureGammaEquation") == "rec709");
  CHECK(clip.colour.gamma == "s-log3-cine");
  CHECK(clip.raw.at("nrt:mark:_RecStart") == "0");
  CHECK(clip.raw.at("nrt:mark:_ShotMark1") == "12 90");
  CHECK(clip.raw.at("nrt:status") == "KEEP");
  CHECK(clip.raw.at("nrt:cacheRec") == "true");
  CHECK(clip.slate.notes == "Rain in the second half.");
  CHECK(clip.exposure.shutterSeconds == Approx(0.02));
}

TEST_CASE("a Sony side file reads alike in every encoding and under any version of its namespace") {
  const std::string plain = side_files::nrt();
  CHECK(clipOf(plain).camera.model == "ILME-FX6V");
  CHECK(clipOf(utf16(replaced(plain, "UTF-8", "UTF-16"))).camera.model == "ILME-FX6V");
  CHECK(clipOf(replaced(plain, "ver.2.20", "ver.9.99")).camera.model == "ILME-FX6V");
  // Shift-JIS for two characters of a scene's name.
  side_files::Nrt what;
  what.extra = "<UserDescriptiveMetadata><Meta name=\"Scene\" content=\"\x93\xFA\x96\x7B\"/></UserDescriptiveMetadata>";
  CHECK(clipOf(replaced(side_files::nrt(what), "UTF-8", "Shift_JIS")).slate.scene == "\xE6\x97\xA5\xE6\x9C\xAC");
}

TEST_CASE("hostile XML beside a Sony clip costs its fields alone") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<Group>";
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE NonRealTimeMeta [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
      "\"&a;&a;&a;&a;\">]><NonRealTimeMeta><Duration value=\"&b;\"/></NonRealTimeMeta>";
  const std::string unknown = replaced(side_files::nrt(), "\"ILME-FX6V\"", "\"&camera;\"");
  for (const std::string& xml : {bomb, utf16(bomb), deep, unknown, std::string("<Other/>"), std::string()}) {
    const auto clip = clipOf(xml);
    CHECK(fixtures::hasWarning(clip.warnings, "unreadable_sidecar"));
    CHECK(clip.camera.model.empty());
    CHECK_FALSE(clip.durationFrames);
  }
}

TEST_CASE("the list of a Sony card fills what its clips' side files leave out") {
  const Folder folder;
  folder.write("PRIVATE/M4ROOT/CLIP/C 0001.MP4", "x");
  folder.write("PRIVATE/M4ROOT/MEDIAPRO.XML",
               side_files::mediaProfile("<Material uri=\"./CLIP/C%200001.MP4\" type=\"MP4\" umid=\"060A2B34DEAD\" "
                                        "videoType=\"AVC_3840_2160_HP@L51\" audioType=\"LPCM16\" fps=\"29.97p\" "
                                        "dur=\"900\" ch=\"2\" status=\"none\"/>"));
  const auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  const auto& clip = card.clips[0];
  CHECK(card.warnings.empty());
  CHECK(clip.umid == "060A2B34DEAD");
  CHECK(clip.frameRate.text() == "30000/1001");
  CHECK(clip.durationFrames == 900);
  CHECK(clip.camera.model == "PXW-FS7M2");
  CHECK(clip.camera.firmware == "1.220");
  REQUIRE(clip.picture);
  CHECK(clip.picture->codec == "AVC_3840_2160_HP@L51");
  REQUIRE(clip.audio);
  CHECK(clip.audio->channels == 2);
  CHECK(clip.raw.at("mediapro:mediaId") == "0491D4D8358705DF8A7F0800460202A3");
  CHECK(fixtures::source(clip, "umid") == "mediapro");
}

TEST_CASE("what a Sony card's list names and the card lacks is told once for each clip") {
  const Folder folder;
  folder.write("XDROOT/Clip/C0001.MXF", "x");
  folder.write("XDROOT/Clip/C0001M01.XML", side_files::nrt());
  const auto material = [](const std::string& name) {
    return fmt::format(
        "<Material uri=\"./Clip/{0}.MXF\"><Proxy uri=\"./Sub/{0}S03.MP4\"/><RelevantInfo uri=\"./Clip/{0}M01.XML\" "
        "type=\"XML\"/></Material>",
        name);
  };
  folder.write("XDROOT/MEDIAPRO.XML",
               side_files::mediaProfile(material("C0001") + material("C0002") +
                                        "<Material uri=\"../../etc/passwd\"/><Material uri=\"urn:smpte:umid:06\"/>"));
  const auto card = fixtures::readCard(folder.path());
  std::vector<std::string> told;
  for (const auto& warning : card.warnings) {
    if (warning.code == "manifest_without_file") told.push_back(warning.text);
  }
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "MEDIAPRO.XML lists Sub/C0001S03.MP4, which is not on the card.");
  CHECK(told[1] == "MEDIAPRO.XML lists Clip/C0002.MXF, which is not on the card.");
}

TEST_CASE("a Sony clip whose parts lie on two cards is flagged on each and never merged") {
  const Folder folder;
  folder.write("BPAV/CLPR/766_0001_01/766_0001_01.MP4", "x");
  folder.write("BPAV/CLPR/766_0001_01/766_0001_01.SMI", "x");
  const std::string list =
      "<Material uri=\"./CLPR/766_0001_01/766_0001_01.SMI\" type=\"PD-EDL\" dur=\"9000\" fps=\"25p\"><Component "
      "uri=\"./CLPR/766_0001_01/766_0001_01.MP4\"/>{}</Material>";
  folder.write("BPAV/MEDIAPRO.XML", side_files::mediaProfile(fmt::format(
                                        fmt::runtime(list), "<Component uri=\"urn:smpte:umid:060A2B34\"/>")));
  auto card = fixtures::readCard(folder.path());
  REQUIRE(card.clips.size() == 1);
  CHECK(fixtures::hasWarning(card.clips[0].warnings, "chain_to_other_card"));
  CHECK_FALSE(card.clips[0].durationFrames);  // of both parts
  folder.write("BPAV/MEDIAPRO.XML", side_files::mediaProfile(fmt::format(fmt::runtime(list), "")));
  card = fixtures::readCard(folder.path());
  CHECK_FALSE(fixtures::hasWarning(card.clips[0].warnings, "chain_to_other_card"));
  CHECK(card.clips[0].durationFrames == 9000);
}
