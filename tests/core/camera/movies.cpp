// SPDX-License-Identifier: Apache-2.0
#include "movies.h"

#include <bit>

namespace movies {

std::string be(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xff : 0);
  return out;
}

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xff : 0);
  return out;
}

std::string f32(float value) { return be(std::bit_cast<std::uint32_t>(value), 4); }

std::string padded(std::string text, std::size_t bytes) {
  text.resize(bytes, '\0');
  return text;
}

std::string box(const std::string& type, const std::string& content) {
  return be(content.size() + 8, 4) + type + content;
}

std::string fullBox(const std::string& type, const std::string& content, std::uint32_t versionFlags) {
  return box(type, be(versionFlags, 4) + content);
}

std::string metaBox(const std::vector<Key>& keys, bool full) {
  std::string names, items;
  std::uint32_t number = 0;
  for (const Key& key : keys) {
    names += box("mdta", key.name);
    items += box(be(++number, 4), box("data", be(key.type, 4) + be(0, 4) + key.value));
  }
  const std::string handler = fullBox("hdlr", be(0, 4) + "mdta" + std::string(13, '\0'));
  const std::string content = handler + fullBox("keys", be(number, 4) + names) + box("ilst", items);
  return full ? fullBox("meta", content) : box("meta", content);
}

std::string plainEntry() { return std::string(6, '\0') + be(1, 2); }

std::string pictureEntry(int width, int height) {
  return plainEntry() + std::string(16, '\0') + be(static_cast<std::uint64_t>(width), 2) +
         be(static_cast<std::uint64_t>(height), 2) + be(72 << 16, 4) + be(72 << 16, 4) + be(0, 4) + be(1, 2) +
         std::string(32, '\0') + be(24, 2) + be(0xffff, 2);
}

std::string soundEntry(int channels, int bits, int hertz) {
  return plainEntry() + be(0, 8) + be(static_cast<std::uint64_t>(channels), 2) +
         be(static_cast<std::uint64_t>(bits), 2) + be(0, 4) + be(static_cast<std::uint64_t>(hertz), 2) + be(0, 2);
}

std::string timecodeEntry(std::uint32_t flags, std::uint32_t timescale, std::uint32_t frameDuration, int framesByte,
                          const std::string& reel) {
  std::string entry = plainEntry() + be(0, 4) + be(flags, 4) + be(timescale, 4) + be(frameDuration, 4) +
                      be(static_cast<std::uint64_t>(framesByte), 1) + be(0, 1);
  if (!reel.empty()) entry += box("name", be(reel.size(), 2) + be(0, 2) + reel);
  return entry;
}

namespace {

std::string trackBox(const Track& track, std::uint64_t offset) {
  const std::string table =
      fullBox("stsd", be(1, 4) + box(track.entryType, track.entry)) +
      fullBox("stts", be(1, 4) + be(track.samples, 4) + be(track.ticks, 4)) +
      fullBox("stsc", be(1, 4) + be(1, 4) + be(1, 4) + be(1, 4)) +
      fullBox("stsz", be(0, 4) + be(track.samples, 4) + be(track.firstSample.size(), 4)) +
      (track.longOffsets ? fullBox("co64", be(1, 4) + be(offset, 8)) : fullBox("stco", be(1, 4) + be(offset, 4)));
  const std::string media =
      box("mdia",
          fullBox("mdhd", be(0, 4) + be(0, 4) + be(track.timescale, 4) +
                              be(std::uint64_t{track.samples} * track.ticks, 4) + be(0, 4)) +
              fullBox("hdlr", std::string("mhlr") + track.handler + be(0, 8) + be(0, 4) + std::string("\x05Track", 6)) +
              box("minf", box("stbl", table)));
  std::string references;
  for (const std::uint32_t id : track.timecodeTracks) references += be(id, 4);
  if (!references.empty()) references = box("tref", box("tmcd", references));
  return box("trak", fullBox("tkhd", be(0, 4) + be(0, 4) + be(track.id, 4) + std::string(68, '\0'), 15) + references +
                         media + track.extra);
}

}  // namespace

std::string movie(const Movie& what) {
  std::string out;
  if (!what.brand.empty()) {
    std::string brands = what.brand + be(0, 4) + what.brand;
    for (const std::string& brand : what.brands) brands += brand;
    out = box("ftyp", brands);
  } else {
    out = box("wide", "");
  }
  std::string media;
  std::vector<std::uint64_t> offsets;
  for (const Track& track : what.tracks) {
    offsets.push_back(out.size() + 8 + media.size());
    media += track.firstSample;
  }
  out += box("mdat", media) + what.atTop;
  // 2026-05-02 10:00:00, seconds since 1904.
  constexpr std::uint64_t kCreated = 2'082'844'800ULL + 1'777'716'000ULL;
  std::string moov = fullBox("mvhd", be(kCreated, 4) + be(kCreated, 4) + be(1000, 4) + std::string(84, '\0'));
  for (std::size_t i = 0; i < what.tracks.size(); ++i) moov += trackBox(what.tracks[i], offsets[i]);
  return out + box("moov", moov + what.inMoov);
}

Track picture(const std::string& entryType, int width, int height, std::uint32_t timescale, std::uint32_t ticks,
              std::uint32_t samples) {
  Track track;
  track.entryType = entryType;
  track.entry = pictureEntry(width, height);
  track.timescale = timescale;
  track.ticks = ticks;
  track.samples = samples;
  track.firstSample = std::string(64, '\x11');
  return track;
}

Track timecode(std::uint32_t id, std::uint32_t frameNumber, const std::string& entry) {
  Track track;
  track.id = id;
  track.handler = "tmcd";
  track.entryType = "tmcd";
  track.entry = entry;
  track.samples = 1;
  track.firstSample = be(frameNumber, 4);
  return track;
}

std::string braw(const std::string& clipNumber) {
  Movie what;
  what.brand = "";
  Track frames = picture("brhq", 5120, 4272, 24, 1, 240);
  frames.timecodeTracks = {3};
  frames.firstSample = box("bmdf", box("srte", be(48, 4) + be(1, 4)) + box("innd", f32(6)) + box("agpf", f32(1)) +
                                       box("expo", f32(0)) + box("isoe", be(800, 4)) + box("wkel", be(6000, 4)) +
                                       box("wtin", be(0xfff6, 2)) + box("asct", be(5600, 4)) +
                                       box("shtv", padded("180\xc2\xb0", 24)) + box("aptr", padded("T2.3", 24)) +
                                       box("fcln", padded("50mm", 24)) + box("dsnc", padded("991mm", 24))) +
                       std::string(4096, '\x55');
  Track sound;
  sound.id = 2;
  sound.handler = "soun";
  sound.entryType = "in24";
  sound.entry = soundEntry(2, 16, 48000);
  sound.timescale = 48000;
  sound.samples = 480000;
  what.tracks = {frames, sound, timecode(3, 1393128, timecodeEntry(0, 24, 1, 24))};
  what.inMoov = metaBox({text("manufacturer", "Blackmagic Design"),
                         text("camera_id", "7ef33b36-a5ba-4a04-b218-0afc7eb1f8b6"),
                         text("camera_type", "Blackmagic URSA Mini Pro 12K"),
                         text("firmware_version", "7.2.1"),
                         text("braw_compression_ratio", "5:1"),
                         {"braw_codec_bitrate", 77, be(1060405248, 4)},
                         {"crop_origin", 70, f32(16) + f32(8)},
                         {"crop_size", 71, f32(5120) + f32(4272)},
                         {"sensor_area_captured", 71, f32(7680) + f32(6408)},
                         {"multicard_volume_number", 76, be(1, 2)},
                         {"multicard_volume_count", 76, be(2, 2)},
                         text("clip_number", clipNumber),
                         text("reel_name", "1"),
                         text("scene", "12A"),
                         text("take", "3"),
                         text("good_take", "true"),
                         text("camera_number", "A"),
                         text("lens_type", "Cooke Anamorphic /i Prime Lens 50mm"),
                         text("director", "D. Rector"),
                         text("production_name", "The Production"),
                         text("anamorphic", "2x"),
                         {"anamorphic_enable", 75, be(1, 1)},
                         text("viewing_gamma", "Blackmagic Design Film"),
                         text("viewing_gamut", "Blackmagic Design"),
                         text("viewing_bmdgen", "5"),
                         text("post_3dlut_mode", "Disabled"),
                         text("post_3dlut_embedded_name", "Unused.cube"),
                         text("date_recorded", "2025:01:24")},
                        false);
  return movie(what);
}

namespace {

// A little-endian TIFF directory: entries of tag, type, count and value bytes.
struct Tag {
  std::uint16_t tag, type;
  std::uint32_t count;
  std::string value;
};
std::string tiff(const std::vector<Tag>& tags) {
  const std::size_t data = 8 + 2 + tags.size() * 12 + 4;
  std::string directory = le(tags.size(), 2), values;
  for (const Tag& tag : tags) {
    directory += le(tag.tag, 2) + le(tag.type, 2) + le(tag.count, 4);
    if (tag.value.size() <= 4) {
      directory += padded(tag.value, 4);
    } else {
      directory += le(data + values.size(), 4);
      values += tag.value;
    }
  }
  return "II" + le(42, 2) + le(8, 4) + directory + le(0, 4) + values;
}
Tag ascii(std::uint16_t tag, std::string text) {
  text += '\0';
  const auto count = static_cast<std::uint32_t>(text.size());
  return {tag, 2, count, text};
}

std::string timedRecord(std::uint16_t type, const std::string& payload) {
  return le(payload.size() + 12, 4) + le(type, 2) + be(0, 1) + be(0, 1) + le(1, 2) + le(0xffff, 2) + payload;
}

std::string unhex(const std::string& digits) {
  std::string out;
  for (std::size_t at = 0; at + 2 <= digits.size(); at += 2) {
    out += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
  }
  return out;
}

// A set of SMPTE RDD 18: key, length, a local set of tags in a container item.
std::string acquisitionSet(const std::string& keyEnd, const std::string& items) {
  const std::string set = be(0x8300, 2) + be(items.size(), 2) + items;
  return unhex("060E2B34025301010C020101" + keyEnd) + be(0x83, 1) + be(set.size(), 3) + set;
}
std::string item(std::uint16_t tag, const std::string& value) { return be(tag, 2) + be(value.size(), 2) + value; }

}  // namespace

std::string crm() {
  const std::string uuid =
      unhex("85c0b687820f11e08111f4ce462b6a48") + box("CNCV", "CanonCRM0001/02.09.00/00.00.00") +
      box("CMT1",
          tiff({ascii(0x010f, "Canon"), ascii(0x0110, "Canon EOS C200"), ascii(0x0132, "2018:03:06 12:10:21")})) +
      box("CMT2", tiff({{0x829a, 5, 1, le(1, 4) + le(50, 4)},
                        {0x8827, 3, 1, le(800, 2)},
                        ascii(0x9003, "2018:03:06 12:10:20"),
                        ascii(0x9011, "+09:00"),
                        {0x920a, 5, 1, le(35, 4) + le(1, 4)},
                        ascii(0xa431, "012345678901"),
                        ascii(0xa434, "EF35mm f/1.4L II USM"),
                        ascii(0xa435, "0000000000")})) +
      box("CMT3", tiff({ascii(0x0007, "Firmware Version 1.0.0"), ascii(0x0095, "EF35mm f/1.4L II USM")}));
  Movie what;
  what.brand = "crx ";
  what.brands = {"isom"};
  Track frames = picture("CRAW", 4096, 2160, 50000, 1000, 150);
  frames.timecodeTracks = {4};
  frames.longOffsets = true;
  Track timed;
  timed.id = 3;
  timed.handler = "meta";
  timed.entryType = "CTMD";
  timed.entry = plainEntry();
  timed.firstSample =
      timedRecord(1, le(0, 2) + le(2018, 2) + be(3, 1) + be(6, 1) + be(12, 1) + be(10, 1) + be(20, 1) + be(0, 1)) +
      timedRecord(3, be(0xffffffff, 4)) + timedRecord(4, le(50, 2) + le(1, 2) + be(0, 8)) +
      timedRecord(5, le(28, 2) + le(10, 2) + le(1, 2) + le(100, 2) + le(0x80000000u | 1600, 4)) +
      timedRecord(0x0d, le(1, 2) + le(0, 2) + acquisitionSet("02010000", item(0x810e, be(4300, 2))));
  what.tracks = {frames, timed, timecode(4, 45000, timecodeEntry(0, 50, 1, 50))};
  what.inMoov = box("uuid", uuid);
  return movie(what);
}

std::string xavc() {
  const std::string xml =
      R"(<?xml version="1.0" encoding="UTF-8"?><NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20">)"
      R"(<TargetMaterial umidRef="060A2B340101010501010D43130000001234"/><Duration value="360"/>)"
      R"(<LtcChangeTable tcFps="24" halfStep="false"><LtcChange frameCount="0" value="00075610" status="increment"/></LtcChangeTable>)"
      R"(<CreationDate value="2022-03-01T16:56:08+01:00"/><VideoFormat><VideoFrame videoCodec="AVC_3840_2160_HP@L51" captureFps="23.98p" formatFps="23.98p"/></VideoFormat>)"
      R"(<Device manufacturer="Sony" modelName="ILME-FX3" serialNo="3020274"/>)"
      R"(<AcquisitionRecord><Group name="CameraUnitMetadataSet"><Item name="CaptureGammaEquation" value="s-log3-cine"/>)"
      R"(<Item name="CaptureColorPrimaries" value="s-gamut3-cine"/></Group></AcquisitionRecord></NonRealTimeMeta>)";
  Movie what;
  what.brand = "XAVC";
  what.brands = {"mp42", "iso2"};
  Track timed;
  timed.id = 3;
  timed.handler = "meta";
  timed.entryType = "rtmd";
  timed.entry = plainEntry();
  timed.timescale = 24000;
  timed.ticks = 1001;
  // 28 bytes of head, 13 to 17: hour, minute, second, drop-frame, frame.
  std::string head = be(0x1c, 2) + std::string(11, '\0') + unhex("1038070003") + std::string(10, '\0');
  timed.firstSample = head + acquisitionSet("01010000", item(0x8008, be(0xd000, 2))) +
                      acquisitionSet("02010000", item(0x810b, be(1250, 2)) + item(0x810e, be(5500, 2)) +
                                                     item(0x8114, "ILME-FX3 3020274"));
  what.tracks = {picture("avc1", 3840, 2160, 24000, 1001, 360), timed};
  what.atTop = fullBox("meta", fullBox("hdlr", be(0, 4) + "nrtm" + std::string(13, '\0')) + fullBox("xml ", xml));
  return movie(what);
}

std::string nraw(std::size_t previewBytes) {
  const auto tag = [](std::uint32_t number, std::uint16_t type, std::uint16_t count, const std::string& value) {
    return be(number, 4) + be(type, 2) + be(count, 2) + value;
  };
  const auto words = [&](std::uint32_t number, std::string value) {
    value += '\0';
    return tag(number, 2, static_cast<std::uint16_t>(value.size()), value);
  };
  const std::string tags = words(0x01, "NIKON") + words(0x02, "NIKON Z 9") + words(0x03, "Ver.05.00") +
                           words(0x11, "2024:06:01 09:08:07") + tag(0x16, 5, 1, be(60000, 4) + be(1001, 4)) +
                           words(0x110a431, "7001234") + words(0x110a434, "NIKKOR Z 50mm f/1.2 S");
  const auto frameTag = [](std::uint32_t number, const std::string& value) {
    return be(13 + value.size(), 4) + "NRMT" + be(number, 4) + be(0, 1) + value;
  };
  Movie what;
  what.brand = "niko";
  Track frames = picture("nraw", 8256, 4644, 60000, 1001, 300);
  frames.timecodeTracks = {2};
  frames.firstSample =
      box("NRAW", box("NRFM", be(0, 4) + frameTag(0x110829a, f32(0.01F)) + frameTag(0x1108832, be(400, 4)) +
                                  frameTag(0x1900010, be(5200, 2)))) +
      std::string(2048, '\x22');
  what.tracks = {frames, timecode(2, 3600, timecodeEntry(1, 60000, 1001, 60))};
  what.inMoov = box("udta", box("NCDT", box("NCHD", padded("0100", 10)) + box("NCTG", tags) +
                                            box("NCM1", std::string(previewBytes, '\x33'))));
  return movie(what);
}

std::string gopro() {
  const auto item_ = [](const std::string& key, char type, const std::string& value) {
    std::string out = key + type + be(1, 1) + be(value.size(), 2) + value;
    return padded(out, (out.size() + 3) / 4 * 4);
  };
  const std::string device = item_("DVNM", 'c', "Global Settings") + item_("FMWR", 'c', "H22.01.01.10.00") +
                             item_("CASN", 'c', "C3441325000123") + item_("MINF", 'c', "HERO11 Black") +
                             item_("PRTN", 'c', "Y") + item_("PTCL", 'c', "FLAT") + item_("PTWB", 'c', "NATIVE");
  const std::string gpmf = std::string("DEVC") + be(0, 1) + be(1, 1) + be(device.size(), 2) + device;
  Movie what;
  what.brand = "mp41";
  Track frames = picture("hvc1", 5312, 2988, 60000, 2002, 90);
  frames.timecodeTracks = {2};
  // The frames byte is wrong on purpose, as the camera writes it.
  what.tracks = {frames, timecode(2, 2100244, timecodeEntry(2, 90000, 3003, 29))};
  what.inMoov = box("udta", box("FIRM", padded("H22.01.01.10.00", 15)) + box("LENS", padded("LAE6101112400243", 48)) +
                                box("CAME", unhex("00112233445566778899aabbccddeeff")) + box("GPMF", gpmf));
  return movie(what);
}

std::string dji() {
  const auto words = [](int number, const std::string& value) {
    return be(static_cast<std::uint64_t>(number << 3 | 2), 1) + be(value.size(), 1) + value;
  };
  const std::string header = words(1, "dvtm_ac203.proto") + words(2, "02.01.16") + words(5, "5XYZM1234567") +
                             words(6, "10.00.25.15") + be(7 << 3, 1) + be(0, 1) + words(10, "DJI OsmoAction4");
  Movie what;
  what.brand = "isom";
  Track data;
  data.id = 2;
  data.handler = "meta";
  data.entryType = "djmd";
  data.entry = plainEntry();
  data.firstSample = words(1, words(1, header)) + std::string("\x12\x02zz", 4);
  what.tracks = {picture("hvc1", 3840, 2160, 30000, 1001, 60), data};
  what.inMoov = box("udta", box("\xa9mdl", be(5, 2) + be(0, 2) + "FC350"));
  return movie(what);
}

std::string insta360() {
  const auto words = [](int number, const std::string& value) {
    return be(static_cast<std::uint64_t>(number << 3 | 2), 1) + be(value.size(), 1) + value;
  };
  Movie what;
  what.brand = "avc1";
  what.tracks = {picture("hvc1", 2880, 2880, 30000, 1001, 60)};
  const std::string identity =
      words(1, "IXSE1234ABCDEF") + words(2, "Insta360 X3") + words(3, "v1.0.35_build1") + words(4, "mp4");
  const std::string exposure(40, '\x44');
  std::string trailer = identity + le(0x101, 2) + le(identity.size(), 4) + exposure;
  trailer += le(0x400, 2) + le(exposure.size(), 4) + std::string(32, '\0');
  trailer += le(trailer.size() + 40, 4) + le(3, 4) + "8db42d694ccc418790edff439fe026bf";
  return movie(what) + trailer;
}

std::string arri() {
  Movie what;
  what.brands = {"ARRI"};
  Track frames = picture("ap4h", 3200, 1800, 24000, 1001, 240);
  frames.timecodeTracks = {5, 4};
  what.tracks = {frames, timecode(4, 100, timecodeEntry(0, 25, 1, 25)),
                 timecode(5, 864000, timecodeEntry(0, 24000, 1001, 24, "A001R1AA"))};
  what.inMoov = metaBox({text("com.arri.camera.CameraModel", "ALEXA Mini"),
                         {"com.arri.camera.CameraSerialNumber", 22, be(25123, 4)},
                         {"com.arri.camera.ExposureIndexAsa", 21, be(1280, 2)},
                         {"com.arri.camera.SensorFps", 22, be(48000, 4)},
                         {"COM.ARRI.CAMERA.SHUTTERANGLE", 23, f32(172.8F)},
                         {"com.arri.camera.WhiteBalanceKelvin", 67, be(5600, 4)},
                         {"com.arri.camera.WhiteBalanceTintCc", 23, f32(-1.5F)},
                         {"com.arri.camera.NdFilterDensity", 22, be(1200, 4)},
                         text("com.arri.camera.ColorGammaSxS", "LOG-C"),
                         text("com.arri.camera.CameraIndex", "A"),
                         text("com.arri.camera.CameraClipName", "A001C001_260502_R1AA"),
                         text("com.arri.slate.SceneName", "42"),
                         text("com.arri.slate.TakeName", "7")},
                        true);
  return movie(what);
}

std::string proresRaw() {
  Movie what;
  Track frames = picture("aprh", 4240, 2385, 24000, 1001, 48);
  what.tracks = {frames};
  what.inMoov = metaBox(
      {text("com.apple.proapps.manufacturer", "Sony"), text("com.apple.proapps.modelname", "ILME-FX6"),
       text("com.apple.proapps.serialno", "1234567"), text("org.smpte.rdd18.camera.isosensitivity", "800"),
       text("org.smpte.rdd18.camera.whitebalance", "5500K"), text("org.smpte.rdd18.camera.shutterspeed_angle", "180"),
       text("org.smpte.rdd18.lens.iristnumber", "T2.8"), text("com.atomos.raw.intermediate_oetf", "S-Log3"),
       text("com.atomos.raw.intermediate_gamut", "S-Gamut3.Cine")},
      false);
  return movie(what);
}

std::string appleLog(const std::string& identifier) {
  Movie what;
  Track frames = picture("hvc1", 3840, 2160, 24000, 1001, 48);
  frames.entry += box("pasp", be(1, 4) + be(1, 4)) + box("logs", identifier);
  frames.extra =
      metaBox({text("com.apple.quicktime.camera.lens_model", "iPhone 16 Pro back camera 6.765mm f/1.78")}, false);
  what.tracks = {frames};
  what.inMoov = metaBox(
      {text("com.apple.quicktime.make", "Apple"), text("com.apple.quicktime.model", "iPhone 16 Pro"),
       text("com.apple.quicktime.software", "18.1"),
       text("com.apple.quicktime.creationdate", "2026-05-02T12:00:00+0200"), text("com.apple.proapps.reel", "A001"),
       text("com.apple.proapps.shot", "96"), text("com.apple.proapps.clipID", "A001_05021200_C001"),
       text("com.blackmagic-design.camera.iso", "640"), text("com.blackmagic-design.camera.whiteBalanceKelvin", "5600"),
       text("com.blackmagic-design.shutterSpeed", "1/48"),
       text("com.blackmagic-design.camera.dateRecorded", "20260502")},
      false);
  return movie(what);
}

std::string cndm() {
  Movie what;
  what.brand = "mp42";
  Track data;
  data.id = 2;
  data.handler = "meta";
  data.entryType = "CNDM";
  data.entry = plainEntry();
  const std::string start = be(0, 1) + be(1, 1) + le(30, 2) + le(1078920, 4) + le(0, 4);
  const std::string pack = acquisitionSet("02010000", item(0x810b, be(500, 2)));
  data.firstSample = le(1, 4) + le(start.size(), 4) + start + le(2, 4) + le(pack.size(), 4) + pack;
  what.tracks = {picture("avc1", 3840, 2160, 30000, 1001, 60), data};
  return movie(what);
}

}  // namespace movies
