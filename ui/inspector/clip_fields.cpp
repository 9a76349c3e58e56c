// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/clip_fields.h"

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/model/clip_json.h"
#include "ui/bridge/clip_text.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/format.h"
#include "ui/inspector/source_words.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

using model::Clip;

constexpr std::size_t kListedFiles = 200;  // a sequence has a hundred thousand
constexpr std::size_t kListedValues = 20;  // of several clips

struct Field {
  const char* group;
  const char* label;
  const char* name;                   // the record's; "" for what is derived
  const char* unit;                   // after the value
  std::string (*value)(const Clip&);  // as a person would type it
};

std::string text(double number) { return QString::number(number, 'g', 7).toStdString(); }

std::string text(const std::optional<double>& number) { return number ? text(*number) : std::string(); }

std::string text(const std::optional<int>& number) { return number ? std::to_string(*number) : std::string(); }

std::string positive(int number) { return number > 0 ? std::to_string(number) : std::string(); }

std::string text(const std::optional<Rational>& ratio) {
  if (!ratio || ratio->den == 0) return {};
  return std::to_string(ratio->num) + (ratio->den == 1 ? std::string() : '/' + std::to_string(ratio->den));
}

std::string three(const std::array<double, 3>& v) { return text(v[0]) + ' ' + text(v[1]) + ' ' + text(v[2]); }

std::string cdlText(const model::Cdl& cdl) {
  return "slope " + three(cdl.slope) + " · offset " + three(cdl.offset) + " · power " + three(cdl.power) + " · sat " +
         text(cdl.saturation);
}

template <class Get>
std::string ofPicture(const Clip& clip, Get get) {
  return clip.picture ? get(*clip.picture) : std::string();
}

template <class Get>
std::string ofAudio(const Clip& clip, Get get) {
  return clip.audio ? get(*clip.audio) : std::string();
}

std::string endOf(const Clip& clip) {
  return clip.start && clip.durationFrames.value_or(0) > 0 ? clip.start->plus(*clip.durationFrames).text()
                                                           : std::string();
}

std::string tracksOf(const model::AudioInfo& audio) {
  std::string all;
  for (const auto& track : audio.tracks) all += (all.empty() ? "" : ", ") + track;
  return all;
}

std::string circledOf(const Clip& clip) {
  return clip.slate.circled ? std::string(*clip.slate.circled ? "yes" : "no") : std::string();
}

// clang-format off
const Field kFields[] = {
    {"IDENTITY", "Clip", "clip", "", [](const Clip& c) { return c.name; }},
    {"IDENTITY", "Reel", "reel", "", [](const Clip& c) { return c.reel; }},
    {"IDENTITY", "Camera letter", "camera_letter", "", [](const Clip& c) { return c.cameraLetter; }},
    {"IDENTITY", "Family", "family", "", [](const Clip& c) { return c.family; }},
    {"IDENTITY", "UUID", "uuid", "", [](const Clip& c) { return c.uuid; }},
    {"IDENTITY", "UMID", "umid", "", [](const Clip& c) { return c.umid; }},
    {"TIME", "Start", "start_timecode", "", [](const Clip& c) { return c.start ? c.start->text() : std::string(); }},
    {"TIME", "End (exclusive)", "", "", endOf},
    {"TIME", "Frames", "duration_frames", "",
     [](const Clip& c) { return c.durationFrames ? std::to_string(*c.durationFrames) : std::string(); }},
    {"TIME", "Frame rate", "frame_rate", " fps",
     [](const Clip& c) { return c.frameRate.valid() ? text(std::optional(Rational{c.frameRate.num, c.frameRate.den})) : std::string(); }},
    {"TIME", "Sensor rate", "sensor_fps", " fps", [](const Clip& c) { return text(c.sensorFps); }},
    {"TIME", "Recorded", "recorded_at", "", [](const Clip& c) { return c.recordedAt; }},
    {"CAMERA", "Make", "camera.make", "", [](const Clip& c) { return c.camera.make; }},
    {"CAMERA", "Model", "camera.model", "", [](const Clip& c) { return c.camera.model; }},
    {"CAMERA", "Sensor mode", "camera.sensor_mode", "", [](const Clip& c) { return c.camera.sensorMode; }},
    {"CAMERA", "Serial", "camera.serial", "", [](const Clip& c) { return c.camera.serial; }},
    {"CAMERA", "Firmware", "camera.firmware", "", [](const Clip& c) { return c.camera.firmware; }},
    {"CAMERA", "Id", "camera.id", "", [](const Clip& c) { return c.camera.id; }},
    {"EXPOSURE", "EI", "exposure.ei", "", [](const Clip& c) { return text(c.exposure.ei); }},
    {"EXPOSURE", "Shutter angle", "exposure.shutter_angle_deg", "°", [](const Clip& c) { return text(c.exposure.shutterAngleDeg); }},
    {"EXPOSURE", "Shutter time", "exposure.shutter_s", " s", [](const Clip& c) { return text(c.exposure.shutterSeconds); }},
    {"EXPOSURE", "Iris", "exposure.iris_t", " T", [](const Clip& c) { return text(c.exposure.irisT); }},
    {"EXPOSURE", "ND", "exposure.nd_stops", " stops", [](const Clip& c) { return text(c.exposure.ndStops); }},
    {"EXPOSURE", "White balance", "white_balance.kelvin", " K", [](const Clip& c) { return text(c.whiteBalance.kelvin); }},
    {"EXPOSURE", "Tint", "white_balance.tint", "", [](const Clip& c) { return text(c.whiteBalance.tint); }},
    {"LENS", "Lens", "lens.model", "", [](const Clip& c) { return c.lens.model; }},
    {"LENS", "Make", "lens.make", "", [](const Clip& c) { return c.lens.make; }},
    {"LENS", "Serial", "lens.serial", "", [](const Clip& c) { return c.lens.serial; }},
    {"LENS", "Focal length", "lens.focal_mm", " mm", [](const Clip& c) { return text(c.lens.focalMm); }},
    {"LENS", "Focus", "lens.focus_m", " m", [](const Clip& c) { return text(c.lens.focusM); }},
    {"LENS", "Squeeze", "picture.lens_squeeze", "", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return text(p.lensSqueeze); }); }},
    {"PICTURE", "Width", "picture.width", " px", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return positive(p.width); }); }},
    {"PICTURE", "Height", "picture.height", " px", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return positive(p.height); }); }},
    {"PICTURE", "Codec", "picture.codec", "", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return p.codec; }); }},
    {"PICTURE", "Codec tag", "picture.codec_tag", "", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return p.codecTag; }); }},
    {"PICTURE", "Bit depth", "picture.bit_depth", " bit", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return positive(p.bitDepth); }); }},
    {"PICTURE", "Chroma", "picture.chroma", "", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return p.chroma; }); }},
    {"PICTURE", "Pixel aspect", "picture.pixel_aspect", "", [](const Clip& c) { return ofPicture(c, [](const auto& p) { return text(p.pixelAspect); }); }},
    {"PICTURE", "Decoder", "decoder", "", [](const Clip& c) { return c.decoder; }},
    {"COLOUR", "Colour space", "colour.space", "", [](const Clip& c) { return c.colour.space; }},
    {"COLOUR", "Gamma", "colour.gamma", "", [](const Clip& c) { return c.colour.gamma; }},
    {"COLOUR", "Primaries", "colour.primaries", "", [](const Clip& c) { return c.colour.primaries; }},
    {"COLOUR", "Camera look", "colour.look", "", [](const Clip& c) { return c.colour.look; }},
    {"COLOUR", "Camera LUT", "colour.lut", "", [](const Clip& c) { return c.colour.lut; }},
    {"COLOUR", "Camera CDL", "colour.cdl", "", [](const Clip& c) { return c.colour.cdl ? cdlText(*c.colour.cdl) : std::string(); }},
    {"AUDIO", "Channels", "audio.channels", "", [](const Clip& c) { return ofAudio(c, [](const auto& a) { return positive(a.channels); }); }},
    {"AUDIO", "Sample rate", "audio.sample_rate", " Hz", [](const Clip& c) { return ofAudio(c, [](const auto& a) { return positive(a.sampleRate); }); }},
    {"AUDIO", "Bit depth", "audio.bit_depth", " bit", [](const Clip& c) { return ofAudio(c, [](const auto& a) { return positive(a.bitDepth); }); }},
    {"AUDIO", "Tracks", "audio.tracks", "", [](const Clip& c) { return ofAudio(c, tracksOf); }},
    {"SLATE", "Scene", "slate.scene", "", [](const Clip& c) { return c.slate.scene; }},
    {"SLATE", "Shot", "slate.shot", "", [](const Clip& c) { return c.slate.shot; }},
    {"SLATE", "Take", "slate.take", "", [](const Clip& c) { return c.slate.take; }},
    {"SLATE", "Circled", "slate.circled", "", circledOf},
    {"SLATE", "Production", "slate.production", "", [](const Clip& c) { return c.slate.production; }},
    {"SLATE", "Director", "slate.director", "", [](const Clip& c) { return c.slate.director; }},
    {"SLATE", "DoP", "slate.dop", "", [](const Clip& c) { return c.slate.dop; }},
    {"SLATE", "Unit", "slate.unit", "", [](const Clip& c) { return c.slate.unit; }},
};
// clang-format on

const std::vector<model::Provenance>* sourcesOf(const Clip& clip, const std::string& field) {
  const auto found = clip.provenance.find(field);
  return found == clip.provenance.end() || found->second.empty() ? nullptr : &found->second;
}

QString withUnit(const std::string& value, const Field& field) {
  QString text = shown(value);
  if (text.isEmpty()) return text;
  const auto slash = value.find('/');
  // People say 23.976; the exact ratio stands behind it.
  if (slash != std::string::npos && std::string_view(field.unit) == " fps") {
    const auto rate = FrameRate::parse(value);
    if (rate) text = rateLabel(*rate) + QStringLiteral(" fps (") + text + QLatin1Char(')');
    return text;
  }
  return text + QString::fromUtf8(field.unit);
}

FieldLine lineOfOne(const Clip& clip, const Field& field) {
  FieldLine line;
  const std::string value = field.value(clip);
  line.value = withUnit(value, field);
  line.edit = shown(value);
  const auto* sources = sourcesOf(clip, field.name);
  if (!sources) return line;
  line.sourceCode = shown(sources->front().source);
  line.source = sourceWords(sources->front().source);
  line.byHand = sources->front().source == "user";
  for (std::size_t i = 1; i < sources->size(); ++i)
    line.sub.push_back({QObject::tr("instead of"), shown((*sources)[i].raw), sourceWords((*sources)[i].source)});
  return line;
}

FieldLine lineOfMany(const std::vector<ClipPtr>& clips, const Field& field) {
  FieldLine line;
  std::map<std::string, std::size_t> values;
  bool sameSource = true;
  const auto* first = sourcesOf(clips.front()->clip, field.name);
  for (const auto& row : clips) {
    ++values[field.value(row->clip)];
    const auto* sources = sourcesOf(row->clip, field.name);
    const bool hand = sources && sources->front().source == "user";
    line.byHand = line.byHand || hand;
    sameSource = sameSource && (sources && first ? sources->front().source == first->front().source : sources == first);
  }
  if (values.size() == 1) {
    line.value = withUnit(values.begin()->first, field);
    line.edit = shown(values.begin()->first);
    if (sameSource && first) {
      line.source = sourceWords(first->front().source);
      line.sourceCode = shown(first->front().source);
    }
    return line;
  }
  line.mixed = true;
  line.value = counted(values.size(), "value", "different values");
  for (const auto& [value, count] : values) {
    if (line.sub.size() == kListedValues) {
      line.sub.push_back({{}, QObject::tr("and %1 more").arg(countText(values.size() - kListedValues)), {}});
      break;
    }
    line.sub.push_back(
        {{}, value.empty() ? QStringLiteral("—") : withUnit(value, field), counted(count, "clip", "clips")});
  }
  return line;
}

void addFindings(const std::vector<ClipPtr>& clips, std::vector<FieldGroup>& groups) {
  FieldGroup group{QObject::tr("FINDINGS"), {}};
  const auto label = [](model::QcLevel level) { return glyphOf(level) + QLatin1Char(' ') + wordOf(level); };
  if (clips.size() == 1) {
    for (const auto& one : findingsOf(clips.front()->clip)) {
      FieldLine line;
      line.label = label(one.level);
      line.value = one.text;
      line.source = codeWords(one.code);
      line.ink = one.level == model::QcLevel::note ? QColor() : inkOf(one.level);
      group.lines.push_back(std::move(line));
    }
  } else {
    std::map<std::pair<model::QcLevel, std::string>, std::size_t> counts;  // gravest first
    for (const auto& row : clips) {
      std::map<std::pair<model::QcLevel, std::string>, bool> seen;
      for (const auto& one : findingsOf(row->clip))
        if (seen.emplace(std::pair(one.level, one.code), true).second) ++counts[{one.level, one.code}];
    }
    for (const auto& [what, count] : counts) {
      FieldLine line;
      line.label = label(what.first);
      line.value = codeWords(what.second);
      line.source = counted(count, "clip", "clips");
      line.ink = what.first == model::QcLevel::note ? QColor() : inkOf(what.first);
      group.lines.push_back(std::move(line));
    }
  }
  if (!group.lines.empty()) groups.push_back(std::move(group));
}

QString roleWords(model::FileRole role) {
  return role == model::FileRole::essence ? QObject::tr("picture or sound") : QString::fromUtf8(model::name(role));
}

void addFiles(const std::vector<ClipPtr>& clips, std::vector<FieldGroup>& groups) {
  std::uint64_t files = 0, bytes = 0;
  for (const auto& row : clips) {
    files += row->clip.files.size();
    bytes += bytesOf(row->clip);
  }
  FieldGroup group{QObject::tr("FILES"), {}};
  FieldLine size;
  size.label = QObject::tr("Size");
  size.value = bytesText(bytes);
  group.lines.push_back(std::move(size));
  FieldLine list;
  list.label = QObject::tr("Files");
  list.value = countText(files);
  if (clips.size() == 1) {
    for (const auto& file : clips.front()->clip.files) {
      if (list.sub.size() == kListedFiles) {
        list.sub.push_back({{}, QObject::tr("and %1 more").arg(countText(files - kListedFiles)), {}});
        break;
      }
      list.sub.push_back({roleWords(file.role), shown(file.path), bytesText(file.bytes)});
    }
  }
  group.lines.push_back(std::move(list));
  groups.push_back(std::move(group));
}

}  // namespace

QString valueOf(const model::Clip& clip, const std::string& field) {
  for (const auto& one : kFields)
    if (one.name == field) return shown(one.value(clip));
  return {};
}

std::vector<FieldGroup> fieldsOf(const std::vector<ClipPtr>& clips, bool empty) {
  std::vector<FieldGroup> groups;
  addFindings(clips, groups);
  for (const auto& field : kFields) {
    FieldLine line = clips.size() == 1 ? lineOfOne(clips.front()->clip, field) : lineOfMany(clips, field);
    line.label = QString::fromUtf8(field.label);
    line.field = field.name;
    line.editable = *field.name != '\0' && catalog::canAnnotate(line.field);
    const QString title = QString::fromUtf8(field.group);
    const bool slate = title == QLatin1String("SLATE");
    if (line.value.isEmpty() && !(line.editable && (slate || empty))) continue;
    if (groups.empty() || groups.back().title != title) groups.push_back({title, {}});
    groups.back().lines.push_back(std::move(line));
  }
  addFiles(clips, groups);
  return groups;
}

std::vector<FieldLine> copiesOf(const std::vector<model::CopyReport>& copies) {
  std::vector<FieldLine> lines;
  for (const auto& copy : copies) {
    FieldLine line;
    line.label = shown(copy.volumeLabel.empty() ? path::fileName(copy.root) : copy.volumeLabel);
    line.source = copy.manifest.empty() ? QStringLiteral("no seal") : QStringLiteral("sealed");
    switch (copy.state) {
      case model::CopyState::verified:
        line.value = QStringLiteral("✔ verified");
        line.ink = theme::proven();
        break;
      case model::CopyState::cacheVerified:
        line.value = QStringLiteral("◌ from cache only");
        break;
      case model::CopyState::defect:
        line.value = QStringLiteral("■ ") + defectText(copy.filesFailed);
        line.ink = theme::defect();
        break;
      case model::CopyState::incomplete:
        line.value = QStringLiteral("◌ incomplete");
        break;
      case model::CopyState::failed:
        line.value = QStringLiteral("✕ failed");
        break;
      case model::CopyState::unknown:
        line.value = QStringLiteral("◌ not verified");
        break;
    }
    line.sub.push_back({QObject::tr("folder"), shown(copy.root), {}});
    if (!copy.deviceText.empty()) line.sub.push_back({QObject::tr("device"), shown(copy.deviceText), {}});
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<FieldLine> lookLines(const model::Look& look) {
  std::vector<FieldLine> lines;
  const auto add = [&](const char* label, const QString& value, const QString& source = {}) {
    if (value.isEmpty()) return;
    FieldLine line;
    line.label = QString::fromUtf8(label);
    line.value = value;
    line.source = source;
    lines.push_back(std::move(line));
  };
  add("Look", shown(look.name));
  if (look.cdl) add("CDL", QString::fromStdString(cdlText(*look.cdl)), shown(look.cdlSpace));
  if (!look.lutFile.empty()) add("LUT", shown(path::fileName(look.lutFile)), shown(look.lutInput));
  return lines;
}

}  // namespace rollproof::ui
