// SPDX-License-Identifier: Apache-2.0
// Source: Sony NonRealTimeMeta (professional disc metadata), seen on VENICE; SMPTE RDD 18 for the units of its
// acquisition record. Elements are matched by local name: the namespace's version differs from camera to camera.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr From kNrt{Rank::sidecar, "nrt"};
constexpr double kShutterUnitsPerDegree = 60;  // RDD 18 item 8108h

std::string lowered(const std::string& text) { return path::lowerAscii(text); }

// "24p", "23.98p", "59.94i": interlaced formats count fields.
FrameRate formatRate(const std::string& text) {
  const auto number = leadingNumber(text);
  if (!number) return {};
  return FrameRate::fromDouble(text.ends_with('i') ? *number / 2 : *number);
}

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

// "19044716" is FF SS MM HH -> "16:47:04:19". Bit 6 of FF is the drop-frame flag; other bytes carry group flags above
// their tens. `perCount`: frames of the picture in one count of the timecode (2 at double rates).
std::string ltcText(const std::string& value, int perCount, bool halfStep) {
  if (value.size() != 8) return {};
  const int frameTens = hexAt(value, 0), frameUnits = digitAt(value, 1);
  const int second10 = hexAt(value, 2), second = digitAt(value, 3);
  const int minute10 = hexAt(value, 4), minute = digitAt(value, 5);
  const int hour10 = hexAt(value, 6), hour = digitAt(value, 7);
  if (std::min({frameTens, frameUnits, second10, second, minute10, minute, hour10, hour}) < 0) return {};
  const int frames = ((frameTens & 3) * 10 + frameUnits) * perCount + (halfStep ? 1 : 0);
  return fmt::format("{:02}:{:02}:{:02}{}{:02}", (hour10 & 3) * 10 + hour, (minute10 & 7) * 10 + minute,
                     (second10 & 7) * 10 + second, (frameTens & 4) != 0 ? ';' : ':', frames);
}

void sayTimecode(Record& record, const XmlNode& root, FrameRate rate) {
  const XmlNode* table = root.child("LtcChangeTable");
  if (!table) return;
  const auto counted = leadingNumber(table->attribute("tcFps"));
  int perCount = 1;
  if (counted && rate.valid() && *counted > 0 && std::lround(*counted) * 2 == rate.nominal()) perCount = 2;
  for (const XmlNode& change : table->children) {
    if (change.name != "LtcChange" || change.attribute("frameCount") != "0") continue;
    const std::string raw = change.attribute("value");
    const std::string text = ltcText(raw, perCount, perCount == 2 && table->attribute("halfStep") == "true");
    if (!text.empty()) record.startText(kNrt, raw, "nrt", text);
    return;
  }
}

void sayFormat(Record& record, const XmlNode& root) {
  FrameRate rate;
  if (const XmlNode* format = root.child("VideoFormat")) {
    if (const XmlNode* frame = format->child("VideoFrame")) {
      record.text("picture.codec", kNrt, frame->attribute("videoCodec"));
      rate = formatRate(frame->attribute("formatFps"));
      record.frameRate(kNrt, frame->attribute("formatFps"), rate);
      const FrameRate capture = formatRate(frame->attribute("captureFps"));
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
  if (const XmlNode* duration = root.child("Duration")) {
    const auto frames = wholeNumber(duration->attribute("value"));
    if (frames && *frames >= 0) record.whole("duration_frames", kNrt, duration->attribute("value"), *frames);
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

void sayBody(Record& record, const XmlNode& root) {
  // Device is the recorder; Camera is the body when they are two boxes.
  const XmlNode* body = root.child("Camera");
  if (!body) body = root.child("Device");
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
  }
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
        if (item.name == "Item") m_items.emplace(item.attribute("name"), item.attribute("value"));
      }
    }
  }
  [[nodiscard]] const std::map<std::string, std::string>& items() const { return m_items; }
  [[nodiscard]] std::string value(const char* name) const {
    const auto found = m_items.find(name);
    return found == m_items.end() ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string> m_items;
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
  for (const auto& [key, value] : items.items()) record.clip.raw["nrt:" + key] = value;
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

void describeNonRealTime(Record& record, const std::string& xmlBytes) {
  auto root = parseXml(xmlBytes);
  if (!root || root->name != "NonRealTimeMeta") {
    record.warn("unreadable_sidecar", "The camera's metadata file cannot be read.");
    return;
  }
  sayFormat(record, *root);
  sayBody(record, *root);
  sayAcquisition(record, *root);
  saySlate(record, *root);
}

}  // namespace rollproof::camera
