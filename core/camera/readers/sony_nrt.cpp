// SPDX-License-Identifier: Apache-2.0
// Source: Sony NonRealTimeMeta (professional disc metadata), seen on VENICE; SMPTE RDD 18 for the units of its
// acquisition record. Elements are matched by local name: the namespace's version differs from camera to camera.
// The table of timecode counts tcFps: at double and fourfold rates pictures share a count ("halfStep"), the first of a
// recording beginning one, as FDR-AX100 (59.94p) and 119.88p recordings show.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/readers/movie.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr From kNrt{Rank::sidecar, "nrt"};
constexpr double kShutterUnitsPerDegree = 60;  // RDD 18 item 8108h
constexpr std::int64_t kMostPictures = 1'000'000'000;

std::string lowered(const std::string& text) { return path::lowerAscii(text); }

int digitAt(const std::string& text, std::size_t at) {
  return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : -1;
}

int hexAt(const std::string& text, std::size_t at) {
  const char c = text[at];
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// One row of the table: a picture of the clip and the timecode that stands there.
struct Ltc {
  std::int64_t picture = 0;
  int hours = 0, minutes = 0, seconds = 0, frames = 0;
  bool dropFrame = false;
  std::string status;  // "increment": runs on from here; "end": the last picture
};

// "19044716" is FF SS MM HH -> 16:47:04:19. Bit 6 of FF is the drop-frame flag; other bytes carry group flags above
// their tens.
std::optional<Ltc> ltcOf(const XmlNode& change) {
  const std::string value = change.attribute("value");
  const auto picture = wholeNumber(change.attribute("frameCount"));
  if (value.size() != 8 || !picture || *picture < 0 || *picture > kMostPictures) return std::nullopt;
  const int frameTens = hexAt(value, 0), frameUnits = digitAt(value, 1);
  const int second10 = hexAt(value, 2), second = digitAt(value, 3);
  const int minute10 = hexAt(value, 4), minute = digitAt(value, 5);
  const int hour10 = hexAt(value, 6), hour = digitAt(value, 7);
  if (std::min({frameTens, frameUnits, second10, second, minute10, minute, hour10, hour}) < 0) return std::nullopt;
  return Ltc{*picture,
             (hour10 & 3) * 10 + hour,
             (minute10 & 7) * 10 + minute,
             (second10 & 7) * 10 + second,
             (frameTens & 3) * 10 + frameUnits,
             (frameTens & 4) != 0,
             change.attribute("status")};
}

std::string textOf(const Ltc& ltc, int perCount) {
  return fmt::format("{:02}:{:02}:{:02}{}{:02}", ltc.hours, ltc.minutes, ltc.seconds, ltc.dropFrame ? ';' : ':',
                     ltc.frames * perCount);
}

// Where the timecode does not stand where the rows before it lead.
void warnJumps(Record& record, const std::vector<Ltc>& rows, FrameRate counted, int perCount) {
  const auto at = [counted](const Ltc& row) {
    return Timecode::fromFields(row.hours, row.minutes, row.seconds, row.frames, counted, row.dropFrame);
  };
  const std::int64_t day = Timecode::fromFields(24, 0, 0, 0, counted, rows.front().dropFrame).frames;
  std::size_t jumps = 0;
  std::string first;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Ltc &before = rows[i - 1], &now = rows[i];
    const std::int64_t pictures = now.picture - before.picture;
    const bool runs = before.status == "increment";
    if (pictures <= 0 || (!runs && before.status != "still")) continue;
    const Timecode expected = at(before).plus(runs ? pictures / perCount : 0), found = at(now);
    const std::int64_t off = ((found.frames - expected.frames) % day + day) % day;
    // Within a shared count a row may stand at either of its pictures.
    const std::int64_t slack = perCount > 1 ? 1 : 0;
    if (off <= slack || off >= day - slack) continue;
    if (jumps++ == 0) {
      first = fmt::format("At frame {} the timecode is {} where {} would follow", now.picture, found.text(),
                          expected.text());
    }
  }
  if (jumps == 0) return;
  record.warn("timecode_jump",
              jumps == 1 ? first + "." : fmt::format("{}: the first of {} jumps within the clip.", first, jumps));
}

void sayTimecode(Record& record, const XmlNode& root, FrameRate rate) {
  const XmlNode* table = root.child("LtcChangeTable");
  if (!table) return;
  const auto tcFps = leadingNumber(table->attribute("tcFps"));
  const int counts = tcFps && *tcFps >= 1 && *tcFps <= 240 ? static_cast<int>(std::lround(*tcFps)) : 0;
  const int perCount = counts > 0 && rate.valid() ? std::clamp((rate.nominal() + counts / 2) / counts, 1, 16) : 1;
  std::vector<Ltc> rows;
  for (const XmlNode& change : table->children) {
    if (change.name != "LtcChange") continue;
    const auto row = ltcOf(change);
    if (!row) continue;
    if (row->picture == 0 && rows.empty())
      record.startText(kNrt, change.attribute("value"), "nrt", textOf(*row, perCount));
    rows.push_back(*row);
  }
  if (rows.size() < 2) return;
  FrameRate counted = rate.valid() ? FrameRate::fromRational(rate.num, std::int64_t{rate.den} * perCount)
                                   : FrameRate{counts > 0 ? counts : 30, 1};
  if (!rate.valid() && rows.front().dropFrame) counted = FrameRate::fromRational(counted.num * 1000LL, 1001);
  warnJumps(record, rows, counted, perCount);
}

std::optional<std::int64_t> framesOf(const XmlNode& root) {
  const XmlNode* duration = root.child("Duration");
  const auto frames = duration ? wholeNumber(duration->attribute("value")) : std::nullopt;
  return frames && *frames >= 0 && *frames <= kMostPictures ? frames : std::nullopt;
}

void sayFormat(Record& record, const XmlNode& root, std::int64_t laterFrames) {
  FrameRate rate;
  if (const XmlNode* format = root.child("VideoFormat")) {
    if (const XmlNode* frame = format->child("VideoFrame")) {
      record.text("picture.codec", kNrt, frame->attribute("videoCodec"));
      rate = videoFormatRate(frame->attribute("formatFps"));
      record.frameRate(kNrt, frame->attribute("formatFps"), rate);
      const FrameRate capture = videoFormatRate(frame->attribute("captureFps"));
      if (capture.valid()) {
        record.ratio("sensor_fps", kNrt, frame->attribute("captureFps"), {capture.num, capture.den});
      }
    }
    if (const XmlNode* layout = format->child("VideoLayout")) {
      const auto width = wholeNumber(layout->attribute("pixel"));
      const auto height = wholeNumber(layout->attribute("numOfVerticalLine"));
      if (width && *width > 0) record.whole("picture.width", kNrt, layout->attribute("pixel"), *width);
      if (height && *height > 0) record.whole("picture.height", kNrt, layout->attribute("numOfVerticalLine"), *height);
      const std::string aspect = layout->attribute("pixelAspect");
      const std::size_t colon = aspect.find(':');
      if (colon != std::string::npos) {
        record.ratio(
            "picture.pixel_aspect", kNrt, aspect,
            {wholeNumber(aspect.substr(0, colon)).value_or(0), wholeNumber(aspect.substr(colon + 1)).value_or(0)});
      }
    }
  }
  if (const auto frames = framesOf(root)) {
    const std::string raw = root.child("Duration")->attribute("value");
    record.whole("duration_frames", kNrt, laterFrames > 0 ? fmt::format("{} + {}", raw, laterFrames) : raw,
                 *frames + laterFrames);
  }
  sayTimecode(record, root, rate);
  if (const XmlNode* audio = root.child("AudioFormat")) {
    const auto channels = wholeNumber(audio->attribute("numOfChannel"));
    if (channels && *channels > 0) record.whole("audio.channels", kNrt, audio->attribute("numOfChannel"), *channels);
    if (const XmlNode* port = audio->child("AudioRecPort")) {
      const auto rateHz = wholeNumber(port->attribute("samplingRate"));
      if (rateHz && *rateHz > 0) record.whole("audio.sample_rate", kNrt, port->attribute("samplingRate"), *rateHz);
      // "LPCM24"
      const std::string codec = port->attribute("audioCodec");
      const auto bits = codec.starts_with("LPCM") ? wholeNumber(codec.substr(4)) : std::nullopt;
      if (bits && *bits > 0 && *bits <= 64) record.whole("audio.bit_depth", kNrt, codec, *bits);
    }
  }
}

void keep(Record& record, const char* key, const std::string& value) {
  if (!value.empty()) record.clip.raw[fmt::format("nrt:{}", key)] = value;
}

// Essence marks: "095F5265635374617274" is a length and "_RecStart".
void sayMarks(Record& record, const XmlNode& root) {
  constexpr std::string_view kTextMark = "060E2B34010101050301020A02";
  constexpr std::size_t kMostMarks = 256;
  const XmlNode* table = root.child("KlvPacketTable");
  if (!table) return;
  std::map<std::string, std::string> marks;
  std::size_t count = 0;
  for (const XmlNode& packet : table->children) {
    const std::string value = packet.attribute("lengthValue");
    if (packet.name != "KlvPacket" || !packet.attribute("key").starts_with(kTextMark) || value.size() > 512) continue;
    std::string word;
    for (std::size_t i = 2; i + 1 < value.size(); i += 2) {
      const int high = hexAt(value, i), low = hexAt(value, i + 1);
      if (high < 0 || low < 0) break;
      word += static_cast<char>(high * 16 + low);
    }
    if (word.empty() || !path::isUtf8(word) || ++count > kMostMarks) continue;
    std::string& at = marks[word];
    if (!at.empty()) at += ' ';
    at += packet.attribute("frameCount");
  }
  for (const auto& [word, at] : marks) record.clip.raw[fmt::format("nrt:mark:{}", word)] = at;
}

void sayBody(Record& record, const XmlNode& root) {
  // Device is the recorder; Camera is the body when they are two boxes.
  const XmlNode* body = root.child("Camera");
  if (!body) body = root.child("Device");
  const XmlNode* recorder = root.child("Device");
  if (recorder && recorder != body) {
    record.clip.raw["nrt:recorder"] =
        fmt::format("{} {}", recorder->attribute("modelName"), recorder->attribute("serialNo"));
  }
  if (body) {
    record.text("camera.make", kNrt, body->attribute("manufacturer"));
    record.text("camera.model", kNrt, body->attribute("modelName"));
    record.text("camera.serial", kNrt, body->attribute("serialNo"));
    if (const XmlNode* element = body->child("Element")) {
      record.text("camera.firmware", kNrt, element->attribute("software"));
    }
  }
  if (const XmlNode* lens = root.child("Lens")) {
    record.text("lens.make", kNrt, lens->attribute("manufacturer"));
    record.text("lens.model", kNrt, lens->attribute("modelName"));
    record.text("lens.serial", kNrt, lens->attribute("serialNo"));
  }
  if (const XmlNode* target = root.child("TargetMaterial")) {
    record.text("umid", kNrt, target->attribute("umidRef"));
    // What the operator flagged the clip as (OK, NG, KEEP); some cameras write OK of every clip.
    keep(record, "status", target->attribute("status"));
  }
  if (const XmlNode* mode = root.child("RecordingMode")) {
    keep(record, "RecordingMode", mode->attribute("type"));
    keep(record, "cacheRec", mode->attribute("cacheRec"));
  }
  if (const XmlNode* bits = root.child("TypicalUbit")) keep(record, "TypicalUbit", bits->attribute("value"));
  if (const XmlNode* told = root.child("Description")) record.text("slate.notes", kNrt, told->text);
  if (const XmlNode* created = root.child("CreationDate")) {
    record.text("recorded_at", kNrt, created->attribute("value"));
  }
}

class Acquisition {
 public:
  explicit Acquisition(const XmlNode& root) {
    const XmlNode* list = root.child("AcquisitionRecord");
    if (!list) return;
    for (const XmlNode& group : list->children) {
      for (const XmlNode& item : group.children) {
        if (item.name != "Item") continue;
        const auto [known, fresh] = m_items.emplace(item.attribute("name"), item.attribute("value"));
        // Groups may disagree: the first is believed, all are kept.
        if (!fresh && known->second != item.attribute("value"))
          m_rivals.emplace(group.attribute("name") + "." + item.attribute("name"), item.attribute("value"));
      }
    }
  }
  [[nodiscard]] const std::map<std::string, std::string>& items() const { return m_items; }
  [[nodiscard]] const std::map<std::string, std::string>& rivals() const { return m_rivals; }
  [[nodiscard]] std::string value(const char* name) const {
    const auto found = m_items.find(name);
    return found == m_items.end() ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string> m_items, m_rivals;
};

void sayColour(Record& record, const Acquisition& items) {
  // A scene-linear (raw) recording is developed into the space that its look starts from.
  const std::string capture = items.value("CaptureGammaEquation"), look = items.value("GammaForLook");
  if (lowered(capture) != "scene-linear") {
    record.text("colour.gamma", kNrt, capture);
    record.text("colour.primaries", kNrt, items.value("CaptureColorPrimaries"));
  }
  record.text("colour.gamma", kNrt, look);
  record.text("colour.primaries", kNrt, items.value("ColorForLook"));
  record.text("colour.gamma", kNrt, capture);
  for (const char* name : {"PreCDLTransform", "MonitoringDescriptions"}) {
    const std::string raw = items.value(name);
    if (raw.starts_with("LUT:")) record.text("colour.lut", kNrt, raw, raw.substr(4));
  }
}

void sayAcquisition(Record& record, const XmlNode& root) {
  const Acquisition items(root);
  for (const auto* all : {&items.items(), &items.rivals()}) {
    for (const auto& [key, value] : *all) record.clip.raw[fmt::format("nrt:{}", key)] = value;
  }
  auto whole = [&](const char* item, const char* field) {
    const auto number = leadingNumber(items.value(item));
    if (number && *number > 0 && *number < 1e9) record.whole(field, kNrt, items.value(item), std::llround(*number));
  };
  whole("ISOSensitivity", "exposure.ei");
  whole("ExposureIndexOfPhotoMeter", "exposure.ei");
  whole("WhiteBalance", "white_balance.kelvin");
  if (const auto angle = leadingNumber(items.value("ShutterSpeedAngle")); angle && *angle > 0) {
    record.number("exposure.shutter_angle_deg", kNrt, items.value("ShutterSpeedAngle"),
                  *angle / kShutterUnitsPerDegree);
  }
  if (const std::string time = items.value("ShutterSpeedTime"); time.find('/') != std::string::npos)
    sayShutter(record, kNrt, time);
  // The wheel's setting n lets through 1/n of the light.
  const std::string wheel = items.value("NeutralDensityFilterWheelSetting");
  if (const auto divisor = leadingNumber(wheel); divisor && *divisor >= 1) {
    record.number("exposure.nd_stops", kNrt, wheel, std::log2(*divisor));
  }
  if (const auto squeeze = wholeNumber(items.value("AnamorphicLensSqueezeRatio")); squeeze && *squeeze > 0) {
    record.ratio("picture.lens_squeeze", kNrt, items.value("AnamorphicLensSqueezeRatio"), {*squeeze, 100});
  }
  sayColour(record, items);
}

void saySlate(Record& record, const XmlNode& root) {
  const XmlNode* user = root.child("UserDescriptiveMetadata");
  if (!user) return;
  auto meta = [user](std::string_view name) {
    for (const XmlNode& node : user->children) {
      if (node.name == "Meta" && node.attribute("name") == name) return node.attribute("content");
    }
    return std::string();
  };
  const std::string index = meta("CameraIndex"), reel = meta("Reel");
  record.text("camera_letter", kNrt, index);
  // The menu holds the letter and the number apart; together they are the reel that the file names begin with.
  if (!reel.empty()) record.text("reel", kNrt, index + " " + reel, index + reel);
  record.text("slate.scene", kNrt, meta("Scene"));
  record.text("slate.take", kNrt, meta("Take"));
  record.text("slate.shot", kNrt, meta("Shot"));
  record.text("slate.director", kNrt, meta("DirectorName"));
  record.text("slate.dop", kNrt, meta("DirectorOfPhotographyName"));
  record.text("slate.production", kNrt, meta("Production"));
  record.text("slate.production", kNrt, meta("Project"));
  const std::string circle = lowered(meta("Circle"));
  if (circle == "true" || circle == "yes" || circle == "1" || circle == "circle") {
    record.flag("slate.circled", kNrt, meta("Circle"), true);
  } else if (circle == "false" || circle == "no" || circle == "0") {
    record.flag("slate.circled", kNrt, meta("Circle"), false);
  }
}

}  // namespace

std::optional<std::int64_t> nonRealTimeFrames(const std::string& xmlBytes) {
  const auto root = parseXml(xmlBytes);
  return root && root->name == "NonRealTimeMeta" ? framesOf(*root) : std::nullopt;
}

void describeNonRealTime(Record& record, const std::string& xmlBytes, std::int64_t laterFrames) {
  auto root = parseXml(xmlBytes);
  if (!root || root->name != "NonRealTimeMeta") {
    record.warn("unreadable_sidecar", "The camera's metadata file cannot be read.");
    return;
  }
  sayFormat(record, *root, laterFrames);
  sayBody(record, *root);
  sayMarks(record, *root);
  sayAcquisition(record, *root);
  saySlate(record, *root);
}

}  // namespace rollproof::camera
