// SPDX-License-Identifier: Apache-2.0
#include "core/demo/sony_xml.h"

#include <fmt/format.h>

namespace rollproof::demo {

std::string ltcValue(const Timecode& timecode) {
  const std::string text = timecode.text();  // HH:MM:SS:FF
  return text.substr(9, 2) + text.substr(6, 2) + text.substr(3, 2) + text.substr(0, 2);
}

std::string nonRealTimeMeta(const SonyClip& clip) {
  const Take& take = clip.take;
  const Timecode start = take.startTimecode();
  std::string audio;
  for (int channel = 1; channel <= clip.channels; ++channel) {
    audio += fmt::format(
        "\t\t<AudioRecPort port=\"DIRECT\" audioCodec=\"LPCM24\" trackDst=\"CH{}\" samplingRate=\"48000\"/>\n",
        channel);
  }
  std::string items;
  const auto item = [&items](const char* name, const std::string& value) {
    items += fmt::format("\t\t\t<Item name=\"{}\" value=\"{}\"/>\n", name, value);
  };
  item("ISOSensitivity", "800");
  item("ExposureIndexOfPhotoMeter", "800");
  item("WhiteBalance", "5600");
  // 172.8 degrees in the unit of RDD 18, a sixtieth of a degree.
  item("ShutterSpeedAngle", "10368");
  item("NeutralDensityFilterWheelSetting", "4");
  item("CaptureGammaEquation", "s-log3-cine");
  item("CaptureColorPrimaries", "s-gamut3-cine");
  item("GammaForLook", "s-log3-cine");
  item("ColorForLook", "s-gamut3-cine");
  item("CameraAttributes", "ILME-FX9 0020002 Version3.10");
  std::string user;
  const auto meta = [&user](const char* name, const std::string& content) {
    user += fmt::format("\t\t<Meta name=\"{}\" content=\"{}\"/>\n", name, content);
  };
  meta("Production", "Rollproof Demo");
  meta("CameraIndex", take.clip.substr(0, 1));
  meta("Reel", take.clip.substr(1, 3));
  meta("Shot", take.clip.substr(5, 3));
  meta("Scene", take.scene);
  meta("Take", take.take);
  return fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20" xmlns:lib="urn:schemas-professionalDisc:lib:ver.2.10" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" lastUpdate="2026-05-02T{time}+00:00">
	<TargetMaterial umidRef="{umid}"/>
	<Duration value="{frames}"/>
	<LtcChangeTable tcFps="24" halfStep="false">
		<LtcChange frameCount="0" value="{first}" status="increment"/>
		<LtcChange frameCount="{lastFrame}" value="{last}" status="end"/>
	</LtcChangeTable>
	<CreationDate value="2026-05-02T{time}+00:00"/>
	<VideoFormat>
		<VideoRecPort port="DIRECT"/>
		<VideoFrame videoCodec="AVC_{width}_{height}_H422IP@L41" captureFps="23.98p" formatFps="23.98p"/>
		<VideoLayout pixel="{width}" numOfVerticalLine="{height}" aspectRatio="16:9" pixelAspect="1:1"/>
	</VideoFormat>
	<AudioFormat numOfChannel="{channels}">
{audio}	</AudioFormat>
	<Device manufacturer="Sony" modelName="ILME-FX9" serialNo="0020002">
		<Element hardware="Main-Board" software="3.10"/>
	</Device>
	<Lens manufacturer="Sony" modelName="FE 35mm F1.4 GM"/>
	<RecordingMode type="normal" cacheRec="false"/>
	<AcquisitionRecord>
		<Group name="CameraUnitMetadataSet">
{items}		</Group>
	</AcquisitionRecord>
	<UserDescriptiveMetadata>
{user}	</UserDescriptiveMetadata>
</NonRealTimeMeta>
)",
      fmt::arg("time", take.timeOfDay), fmt::arg("umid", clip.umid), fmt::arg("frames", take.frames),
      fmt::arg("first", ltcValue(start)), fmt::arg("lastFrame", take.frames - 1),
      fmt::arg("last", ltcValue(start.plus(take.frames - 1))), fmt::arg("width", clip.width),
      fmt::arg("height", clip.height), fmt::arg("channels", clip.channels), fmt::arg("audio", audio),
      fmt::arg("items", items), fmt::arg("user", user));
}

std::string mediaProfile(const std::vector<SonyClip>& clips) {
  std::string materials;
  for (const SonyClip& clip : clips) {
    materials += fmt::format(
        R"(		<Material uri="./Clip/{name}.MXF" type="MXF" videoType="AVC_{width}_{height}_H422IP@L41" audioType="LPCM24" fps="23.98p" dur="{frames}" ch="{channels}" aspectRatio="16:9" offset="0" umid="{umid}" status="none">
			<Proxy uri="./Sub/{name}S03.MP4" type="MP4" videoType="AVC_960_540_HP" audioType="AAC2" fps="23.98p" dur="{frames}" ch="{channels}" aspectRatio="16:9"/>
			<RelevantInfo uri="./Clip/{name}M01.XML" type="XML"/>
			<RelevantInfo uri="./Thmbnl/{name}T01.JPG" type="JPG"/>
		</Material>
)",
        fmt::arg("name", clip.take.clip), fmt::arg("width", clip.width), fmt::arg("height", clip.height),
        fmt::arg("frames", clip.take.frames), fmt::arg("channels", clip.channels), fmt::arg("umid", clip.umid));
  }
  return fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<MediaProfile xmlns="http://xmlns.sony.net/pro/metadata/mediaprofile" createdAt="2026-05-02T10:00:00+00:00" version="2.20">
	<Properties>
		<System systemId="0020002000000000" systemKind="ILME-FX9 ver.3.100"/>
		<Attached mediaId="0123456789ABCDEF0123456789ABCDEF" mediaKind="XQDMemoryCard" mediaName=""/>
	</Properties>
	<Contents>
{}	</Contents>
</MediaProfile>
)",
      materials);
}

}  // namespace rollproof::demo
