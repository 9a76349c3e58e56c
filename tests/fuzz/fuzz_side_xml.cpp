// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as the XML files of cards: Sony's beside a clip, Sony's list of clips, P2's description of one.
#include "core/base/path.h"
#include "core/camera/grouped_card.h"
#include "core/camera/readers/media_profile.h"
#include "tests/core/camera/side_files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {
namespace {

void asCard(const std::string& list, const std::string& essence, std::string_view bytes) {
  support::MemoryFileSystem disk;
  disk.putFile(list, std::string(bytes));
  disk.putFile(essence, "x");
  const auto card = camera::GroupedCard::group(disk, "/card", camera::Depth::metadata, {});
  require(card.has_value(), "a side file stopped the card");
  require((*card)->clips() > 0, "a side file hid its clip");
  require((*card)->warnings().size() < 1000, "warnings without bounds");
  for (std::size_t i = 0; i < (*card)->clips(); ++i) {
    const auto clip = (*card)->describe(i, camera::Depth::names);
    require(clip.warnings.size() < 1000 && clip.raw.size() < 10'000, "a record of no bounds");
    for (const auto& file : clip.files) require(path::isSafeRelative(file.path), "a path that leads out");
  }
}

}  // namespace

void one(std::string_view bytes) {
  camera::Record record;
  camera::describeNonRealTime(record, std::string(bytes));
  record.finish();
  require(record.clip.warnings.size() < 10, "warnings without bounds");
  if (record.clip.start) require(!record.clip.start->text().empty(), "a start that has no text");
  if (const auto profile = camera::parseMediaProfile(bytes)) {
    for (const auto& material : profile->materials) {
      require(material.path.empty() || path::isSafeRelative(material.path), "a listed path that leads out");
      for (const auto& side : material.sideFiles) require(path::isSafeRelative(side), "a side file that leads out");
    }
  }
  asCard("/card/XDROOT/MEDIAPRO.XML", "/card/XDROOT/Clip/C0001.MXF", bytes);
  asCard("/card/BPAV/MEDIAPRO.XML", "/card/BPAV/CLPR/766_0001_01/766_0001_01.MP4", bytes);
  asCard("/card/CONTENTS/CLIP/0158Q5.XML", "/card/CONTENTS/VIDEO/0158Q5.MXF", bytes);
}

std::vector<std::string> seeds() {
  side_files::Nrt sony;
  sony.formatFps = "59.94p";
  sony.tcFps = "30";
  sony.halfStep = "true";
  sony.timecodes = {{0, "40000000", "increment"}, {50, "00595923", "still"}, {209, "54830000", "end"}};
  sony.extra =
      "<Camera manufacturer=\"Sony\" modelName=\"MPC-3610\" serialNo=\"1\"><Element software=\"6.10\"/></Camera>"
      "<Lens modelName=\"S7i-32\"/><KlvPacketTable><KlvPacket key=\"060E2B34010101050301020A02000000\" "
      "frameCount=\"0\" lengthValue=\"095F5265635374617274\"/></KlvPacketTable><AcquisitionRecord><Group name=\"C\">"
      "<Item name=\"ISOSensitivity\" value=\"500\"/><Item name=\"ShutterSpeedAngle\" value=\"10380\"/><Item "
      "name=\"ShutterSpeedTime\" value=\"1/50\"/><Item name=\"NeutralDensityFilterWheelSetting\" value=\"8\"/><Item "
      "name=\"AnamorphicLensSqueezeRatio\" value=\"130\"/><Item name=\"PreCDLTransform\" value=\"LUT:a.cube\"/></Group>"
      "</AcquisitionRecord><UserDescriptiveMetadata><Meta name=\"Reel\" content=\"001\"/><Meta name=\"Circle\" "
      "content=\"yes\"/></UserDescriptiveMetadata>";
  side_files::P2 panasonic;
  panasonic.connection =
      "<Previous><GlobalClipID>ID1</GlobalClipID></Previous><Next><ClipName>0158Q5</ClipName><P2SerialNo.>A"
      "</P2SerialNo.></Next>";
  panasonic.dropFrame = "true";
  panasonic.metadata = "<UserClipName>A001C007_260502RX</UserClipName><Shoot><StartDate>2026-05-02</StartDate></Shoot>";
  return {side_files::nrt(), side_files::nrt(sony), side_files::p2(panasonic),
          side_files::mediaProfile("<Material uri=\"./Clip/C0001.MXF\" umid=\"06\" fps=\"59.94i\" dur=\"9\" ch=\"2\">"
                                   "<Proxy uri=\"./Sub/C0001S03.MP4\"/></Material>"),
          side_files::mediaProfile("<Material uri=\"./CLPR/766_0001_01/766_0001_01.SMI\" type=\"PD-EDL\"><Component "
                                   "uri=\"./CLPR/766_0001_01/766_0001_01.MP4\"/><Component uri=\"urn:smpte:umid:06\"/>"
                                   "</Material>")};
}

std::vector<std::string> pieces() {
  return {"<LtcChange frameCount=\"9\" value=\"00000010\" status=\"increment\"/>",
          "<Material uri=\"",
          "<Component uri=\"",
          "<Item name=\"",
          "<!DOCTYPE a [<!ENTITY b \"c\">]>",
          "&b;",
          "%2e%2e/",
          "encoding=\"UTF-16\"",
          "encoding=\"Shift_JIS\"",
          "<![CDATA[",
          "\"/>",
          "frameCount=\"999999999\"",
          "tcFps=\"240\""};
}

}  // namespace rollproof::fuzz
