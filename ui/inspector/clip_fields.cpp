// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/clip_fields.h"

#include "core/base/path.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

class Group {
 public:
  Group(const model::Clip& clip, const char* title) : m_clip(clip) { m_group.title = QString::fromUtf8(title); }

  void add(const char* label, const char* field, const QString& value) {
    if (value.isEmpty()) return;
    FieldLine line;
    line.label = QString::fromUtf8(label);
    line.value = value;
    if (const auto found = m_clip.provenance.find(field); found != m_clip.provenance.end() && !found->second.empty()) {
      line.source = shown(found->second.front().source);
      for (std::size_t i = 1; i < found->second.size(); ++i)
        line.rivals << shown(found->second[i].raw) + QStringLiteral(" (") + shown(found->second[i].source) +
                           QLatin1Char(')');
    }
    m_group.lines.push_back(std::move(line));
  }
  void add(const char* label, const char* field, const std::string& value) { add(label, field, shown(value)); }
  template <class T>
  void number(const char* label, const char* field, const std::optional<T>& value, const char* unit = "") {
    if (value) add(label, field, QString::number(*value) + QString::fromUtf8(unit));
  }
  void positive(const char* label, const char* field, int value, const char* unit = "") {
    if (value > 0) add(label, field, QString::number(value) + QString::fromUtf8(unit));
  }
  void into(std::vector<FieldGroup>& groups) {
    if (!m_group.lines.empty()) groups.push_back(std::move(m_group));
  }

 private:
  const model::Clip& m_clip;
  FieldGroup m_group;
};

QString ratio(const std::optional<Rational>& value) {
  if (!value || value->den == 0) return {};
  return value->den == 1 ? QString::number(value->num)
                         : QString::number(value->num) + QLatin1Char('/') + QString::number(value->den);
}

QString three(const std::array<double, 3>& v) {
  return QStringLiteral("%1 %2 %3").arg(v[0], 0, 'g', 5).arg(v[1], 0, 'g', 5).arg(v[2], 0, 'g', 5);
}

QString cdlText(const model::Cdl& cdl) {
  return QStringLiteral("slope %1 · offset %2 · power %3 · sat %4")
      .arg(three(cdl.slope), three(cdl.offset), three(cdl.power), QString::number(cdl.saturation, 'g', 5));
}

void addTime(const model::Clip& clip, std::vector<FieldGroup>& groups) {
  Group time(clip, "TIME");
  if (clip.start) time.add("Start", "start_timecode", clip.start->text());
  if (clip.start && clip.durationFrames.value_or(0) > 0)
    time.add("End (exclusive)", "", clip.start->plus(*clip.durationFrames).text());
  if (clip.durationFrames)
    time.add("Frames", "duration_frames", countText(static_cast<std::uint64_t>(*clip.durationFrames)));
  if (clip.frameRate.valid()) time.add("Frame rate", "frame_rate", clip.frameRate.text());
  time.add("Sensor fps", "sensor_fps", ratio(clip.sensorFps));
  time.add("Recorded", "recorded_at", clip.recordedAt);
  time.into(groups);
}

void addCamera(const model::Clip& clip, std::vector<FieldGroup>& groups) {
  Group camera(clip, "CAMERA");
  camera.add("Reel", "reel", clip.reel);
  camera.add("Camera", "camera_letter", clip.cameraLetter);
  camera.add("Make", "camera.make", clip.camera.make);
  camera.add("Model", "camera.model", clip.camera.model);
  camera.add("Serial", "camera.serial", clip.camera.serial);
  camera.add("Firmware", "camera.firmware", clip.camera.firmware);
  camera.add("Id", "camera.id", clip.camera.id);
  camera.number("EI", "exposure.ei", clip.exposure.ei);
  camera.number("Shutter", "exposure.shutter_angle_deg", clip.exposure.shutterAngleDeg, "°");
  camera.number("Shutter", "exposure.shutter_s", clip.exposure.shutterSeconds, " s");
  camera.number("Iris", "exposure.iris_t", clip.exposure.irisT, " T");
  camera.number("ND", "exposure.nd_stops", clip.exposure.ndStops, " stops");
  camera.number("White balance", "white_balance.kelvin", clip.whiteBalance.kelvin, " K");
  camera.number("Tint", "white_balance.tint", clip.whiteBalance.tint);
  camera.add("Lens", "lens.model", clip.lens.model);
  camera.add("Lens make", "lens.make", clip.lens.make);
  camera.add("Lens serial", "lens.serial", clip.lens.serial);
  camera.number("Focal length", "lens.focal_mm", clip.lens.focalMm, " mm");
  camera.number("Focus", "lens.focus_m", clip.lens.focusM, " m");
  camera.into(groups);
}

void addPicture(const model::Clip& clip, std::vector<FieldGroup>& groups) {
  Group picture(clip, "PICTURE");
  if (clip.picture) {
    const auto& p = *clip.picture;
    if (p.width > 0) picture.add("Size", "picture.width", QStringLiteral("%1 × %2").arg(p.width).arg(p.height));
    picture.add("Codec", "picture.codec", p.codec);
    picture.add("Codec tag", "picture.codec_tag", p.codecTag);
    picture.positive("Bit depth", "picture.bit_depth", p.bitDepth);
    picture.add("Chroma", "picture.chroma", p.chroma);
    picture.add("Pixel aspect", "picture.pixel_aspect", ratio(p.pixelAspect));
    picture.add("Squeeze", "picture.lens_squeeze", ratio(p.lensSqueeze));
  }
  picture.add("Colour", "colour.space", clip.colour.space);
  picture.add("Gamma", "colour.gamma", clip.colour.gamma);
  picture.add("Primaries", "colour.primaries", clip.colour.primaries);
  picture.add("Camera look", "colour.look", clip.colour.look);
  picture.add("Camera LUT", "colour.lut", clip.colour.lut);
  if (clip.colour.cdl) picture.add("Camera CDL", "colour.cdl", cdlText(*clip.colour.cdl));
  picture.into(groups);
}

void addRest(const model::Clip& clip, std::vector<FieldGroup>& groups) {
  Group sound(clip, "SOUND");
  if (clip.audio) {
    sound.positive("Channels", "audio.channels", clip.audio->channels);
    sound.positive("Sample rate", "audio.sample_rate", clip.audio->sampleRate, " Hz");
    sound.positive("Bit depth", "audio.bit_depth", clip.audio->bitDepth);
    QStringList tracks;
    for (const auto& track : clip.audio->tracks) tracks << shown(track);
    sound.add("Tracks", "audio.tracks", tracks.join(QStringLiteral(", ")));
  }
  sound.into(groups);
  Group slate(clip, "SLATE");
  slate.add("Scene", "slate.scene", clip.slate.scene);
  slate.add("Shot", "slate.shot", clip.slate.shot);
  slate.add("Take", "slate.take", clip.slate.take);
  if (clip.slate.circled) slate.add("Circled", "slate.circled", std::string(*clip.slate.circled ? "yes" : "no"));
  slate.add("Production", "slate.production", clip.slate.production);
  slate.add("Director", "slate.director", clip.slate.director);
  slate.add("DoP", "slate.dop", clip.slate.dop);
  slate.add("Unit", "slate.unit", clip.slate.unit);
  slate.add("Notes", "slate.notes", clip.slate.notes);
  slate.into(groups);
  Group files(clip, "FILES");
  std::uint64_t bytes = 0;
  for (const auto& file : clip.files) bytes += file.bytes;
  files.add("Family", "family", clip.family);
  if (!clip.files.empty()) {
    files.add("First", "", path::fileName(clip.files.front().path));
    files.add("Files", "", countText(clip.files.size()));
    files.add("Size", "", bytesText(bytes));
  }
  files.add("UUID", "uuid", clip.uuid);
  files.add("UMID", "umid", clip.umid);
  files.into(groups);
  Group findings(clip, "FINDINGS");
  for (const auto& warning : clip.warnings) findings.add("–", "", warning.text);
  findings.into(groups);
}

}  // namespace

std::vector<FieldGroup> fieldsOf(const model::Clip& clip) {
  std::vector<FieldGroup> groups;
  addTime(clip, groups);
  addCamera(clip, groups);
  addPicture(clip, groups);
  addRest(clip, groups);
  return groups;
}

std::vector<FieldLine> copiesOf(const std::vector<model::CopyReport>& copies) {
  std::vector<FieldLine> lines;
  for (const auto& copy : copies) {
    FieldLine line;
    line.label = shown(copy.volumeLabel.empty() ? copy.root : copy.volumeLabel);
    line.source = copy.manifest.empty() ? QStringLiteral("no seal") : QStringLiteral("sealed");
    switch (copy.state) {
      case model::CopyState::verified:
        line.value = QStringLiteral("✔ verified");
        break;
      case model::CopyState::cacheVerified:
        line.value = QStringLiteral("◌ from cache only");
        break;
      case model::CopyState::defect:
        line.value = QStringLiteral("■ ") + defectText(copy.filesFailed);
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
    line.rivals << shown(copy.root);
    if (!copy.deviceText.empty()) line.rivals << shown(copy.deviceText);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<FieldLine> lookLines(const model::Look& look) {
  std::vector<FieldLine> lines;
  const auto add = [&](const char* label, const QString& value, const QString& source = {}) {
    if (!value.isEmpty()) lines.push_back({QString::fromUtf8(label), value, source, {}});
  };
  add("Look", shown(look.name));
  if (look.cdl) add("CDL", cdlText(*look.cdl), shown(look.cdlSpace));
  if (!look.lutFile.empty()) add("LUT", shown(path::fileName(look.lutFile)), shown(look.lutInput));
  return lines;
}

}  // namespace rollproof::ui
