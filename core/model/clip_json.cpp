// SPDX-License-Identifier: Apache-2.0
#include "core/model/clip_json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/path.h"

namespace rollproof::model {
namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

// JSON text must be UTF-8; what a card wrote need not be.
std::string text(const std::string& bytes) { return path::isUtf8(bytes) ? bytes : path::display(bytes); }

void put(Ordered& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = text(value);
}

void put(Ordered& object, const char* key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) object[key] = *value;
}

void put(Ordered& object, const char* key, const std::optional<int>& value) {
  if (value) object[key] = *value;
}

void putPositive(Ordered& object, const char* key, int value) {
  if (value > 0) object[key] = value;
}

void put(Ordered& object, const char* key, const std::optional<Rational>& value) {
  if (value && value->den != 0) object[key] = std::to_string(value->num) + "/" + std::to_string(value->den);
}

void putObject(Ordered& object, const char* key, Ordered value) {
  if (!value.empty()) object[key] = std::move(value);
}

Ordered pictureJson(const Picture& picture) {
  Ordered out = Ordered::object();
  putPositive(out, "width", picture.width);
  putPositive(out, "height", picture.height);
  put(out, "codec", picture.codec);
  put(out, "codec_tag", picture.codecTag);
  putPositive(out, "bit_depth", picture.bitDepth);
  put(out, "chroma", picture.chroma);
  put(out, "pixel_aspect", picture.pixelAspect);
  put(out, "lens_squeeze", picture.lensSqueeze);
  return out;
}

Ordered colourJson(const ColourInfo& colour) {
  Ordered out = Ordered::object();
  put(out, "space", colour.space);
  put(out, "gamma", colour.gamma);
  put(out, "primaries", colour.primaries);
  put(out, "look", colour.look);
  put(out, "lut", colour.lut);
  if (colour.cdl) out["cdl"] = toJson(*colour.cdl);
  return out;
}

Ordered audioJson(const AudioInfo& audio) {
  Ordered out = Ordered::object();
  putPositive(out, "channels", audio.channels);
  putPositive(out, "sample_rate", audio.sampleRate);
  putPositive(out, "bit_depth", audio.bitDepth);
  if (!audio.tracks.empty()) {
    Ordered tracks = Ordered::array();
    for (const std::string& track : audio.tracks) tracks.push_back(text(track));
    out["tracks"] = std::move(tracks);
  }
  return out;
}

Ordered slateJson(const Slate& slate) {
  Ordered out = Ordered::object();
  put(out, "scene", slate.scene);
  put(out, "shot", slate.shot);
  put(out, "take", slate.take);
  if (slate.circled) out["circled"] = *slate.circled;
  put(out, "production", slate.production);
  put(out, "director", slate.director);
  put(out, "dop", slate.dop);
  put(out, "unit", slate.unit);
  put(out, "notes", slate.notes);
  return out;
}

Ordered frameChecksJson(const std::vector<FrameCheck>& checks) {
  Ordered out = Ordered::array();
  for (const FrameCheck& check : checks) {
    Ordered item{{"where", text(check.where)}, {"index", check.index}};
    put(item, "error", check.error);
    if (check.error.empty()) {
      item["mean_luma"] = check.meanLuma;
      item["max_luma"] = check.maxLuma;
      item["digest"] = text(check.digest);
    }
    out.push_back(std::move(item));
  }
  return out;
}

Ordered qcJson(const std::vector<QcFinding>& findings) {
  Ordered out = Ordered::array();
  for (const QcFinding& finding : findings) {
    out.push_back(Ordered{{"code", text(finding.code)}, {"level", name(finding.level)}, {"text", text(finding.text)}});
  }
  return out;
}

Ordered provenanceJson(const std::map<std::string, std::vector<Provenance>>& provenance) {
  Ordered out = Ordered::object();
  for (const auto& [field, sources] : provenance) {
    if (sources.empty()) continue;
    auto one = [](const Provenance& p) { return Ordered{{"source", text(p.source)}, {"raw", text(p.raw)}}; };
    Ordered entry = one(sources.front());
    if (sources.size() > 1) {
      Ordered rivals = Ordered::array();
      for (std::size_t i = 1; i < sources.size(); ++i) rivals.push_back(one(sources[i]));
      entry["rivals"] = std::move(rivals);
    }
    out[text(field)] = std::move(entry);
  }
  return out;
}

// Walks an object's members and remembers the first one that has the wrong shape.
class Members {
 public:
  Members(const Json& object, std::string prefix, std::string& wrong)
      : m_object(object), m_prefix(std::move(prefix)), m_wrong(wrong) {
    if (!m_object.is_object()) reject("");
  }

  [[nodiscard]] const Json* find(const char* key) const {
    if (!m_object.is_object()) return nullptr;
    const auto found = m_object.find(key);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
  }
  void read(const char* key, std::string& into) {
    if (const Json* value = find(key)) {
      if (value->is_string()) {
        into = value->get<std::string>();
      } else {
        reject(key);
      }
    }
  }
  void read(const char* key, std::optional<double>& into) {
    if (const Json* value = find(key)) {
      if (value->is_number()) {
        into = value->get<double>();
      } else {
        reject(key);
      }
    }
  }
  void read(const char* key, std::optional<bool>& into) {
    if (const Json* value = find(key)) {
      if (value->is_boolean()) {
        into = value->get<bool>();
      } else {
        reject(key);
      }
    }
  }
  void read(const char* key, std::optional<std::int64_t>& into) {
    if (const Json* value = find(key)) {
      const bool tooLarge =
          value->is_number_unsigned() &&
          value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      if (value->is_number_integer() && !tooLarge) {
        into = value->get<std::int64_t>();
      } else {
        reject(key);
      }
    }
  }
  void read(const char* key, std::optional<int>& into) {
    std::optional<std::int64_t> wide;
    read(key, wide);
    if (!wide) return;
    if (*wide < std::numeric_limits<int>::min() || *wide > std::numeric_limits<int>::max()) return reject(key);
    into = static_cast<int>(*wide);
  }
  void read(const char* key, int& into) {
    std::optional<int> value;
    read(key, value);
    if (value) into = *value;
  }
  void read(const char* key, std::optional<Rational>& into) {
    std::string written;
    read(key, written);
    if (written.empty()) return;
    try {
      const std::size_t slash = written.find('/');
      std::size_t used = 0;
      Rational value{std::stoll(written, &used), 1};
      if (slash != std::string::npos) {
        if (used != slash) return reject(key);
        value.den = std::stoll(written.substr(slash + 1), &used);
        used += slash + 1;
      }
      if (used != written.size() || value.den == 0) return reject(key);
      into = value;
    } catch (const std::exception&) {
      reject(key);
    }
  }
  void reject(const std::string& key) {
    if (m_wrong.empty()) m_wrong = m_prefix + key;
  }

 private:
  const Json& m_object;
  std::string m_prefix;
  std::string& m_wrong;
};

std::optional<FileRole> roleFrom(const std::string& word) {
  for (const FileRole role :
       {FileRole::other, FileRole::essence, FileRole::sidecar, FileRole::proxy, FileRole::thumbnail, FileRole::audio}) {
    if (word == name(role)) return role;
  }
  return std::nullopt;
}

void readFiles(const Json& list, std::vector<ClipFile>& files, std::string& wrong) {
  if (!list.is_array()) {
    if (wrong.empty()) wrong = "files";
    return;
  }
  for (const Json& item : list) {
    Members in(item, "files.", wrong);
    if (!item.is_object()) return;
    ClipFile file;
    file.path = getPath(item);
    if (file.path.empty()) in.reject("path");
    std::string role = "other";
    in.read("role", role);
    if (const auto known = roleFrom(role)) {
      file.role = *known;
    } else {
      in.reject("role");
    }
    std::optional<std::int64_t> bytes;
    in.read("bytes", bytes);
    if (bytes.value_or(0) < 0) in.reject("bytes");
    file.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes.value_or(0)));
    files.push_back(std::move(file));
  }
}

void readTime(Members& in, Clip& clip) {
  std::string rate, start;
  in.read("frame_rate", rate);
  in.read("start_timecode", start);
  if (!rate.empty()) {
    const auto parsed = FrameRate::parse(rate);
    if (!parsed) return in.reject("frame_rate");
    clip.frameRate = *parsed;
  }
  if (!start.empty()) {
    clip.start = clip.frameRate.valid() ? Timecode::parse(start, clip.frameRate) : std::nullopt;
    if (!clip.start) return in.reject("start_timecode");
  }
  in.read("duration_frames", clip.durationFrames);
  if (clip.durationFrames && *clip.durationFrames < 0) in.reject("duration_frames");
  in.read("sensor_fps", clip.sensorFps);
  in.read("timecode_source", clip.timecodeSource);
  in.read("first_frame_number", clip.firstFrameNumber);
}

void readProvenance(const Json& object, Clip& clip, std::string& wrong) {
  if (!object.is_object()) {
    if (wrong.empty()) wrong = "provenance";
    return;
  }
  auto one = [&wrong](const Json& item, const std::string& field) {
    Members in(item, "provenance." + field + ".", wrong);
    Provenance p;
    in.read("source", p.source);
    in.read("raw", p.raw);
    return p;
  };
  for (const auto& [field, item] : object.items()) {
    std::vector<Provenance>& sources = clip.provenance[field];
    sources.push_back(one(item, field));
    if (!item.is_object() || !item.contains("rivals")) continue;
    if (!item["rivals"].is_array()) {
      if (wrong.empty()) wrong = "provenance." + field + ".rivals";
      continue;
    }
    for (const Json& rival : item["rivals"]) sources.push_back(one(rival, field));
  }
}

template <class Read>
void within(Members& in, const char* key, std::string& wrong, Read read) {
  if (const Json* object = in.find(key)) {
    Members members(*object, std::string(key) + ".", wrong);
    read(members);
  }
}

void readStrings(Members& in, const char* key, std::vector<std::string>& into) {
  const Json* list = in.find(key);
  if (!list) return;
  if (!list->is_array()) return in.reject(key);
  for (const Json& item : *list) {
    if (!item.is_string()) return in.reject(key);
    into.push_back(item.get<std::string>());
  }
}

void readTechnical(Members& in, Clip& clip, std::string& wrong) {
  within(in, "picture", wrong, [&clip](Members& m) {
    Picture& p = clip.picture.emplace();
    m.read("width", p.width);
    m.read("height", p.height);
    m.read("codec", p.codec);
    m.read("codec_tag", p.codecTag);
    m.read("bit_depth", p.bitDepth);
    m.read("chroma", p.chroma);
    m.read("pixel_aspect", p.pixelAspect);
    m.read("lens_squeeze", p.lensSqueeze);
  });
  within(in, "exposure", wrong, [&clip](Members& m) {
    m.read("ei", clip.exposure.ei);
    m.read("shutter_angle_deg", clip.exposure.shutterAngleDeg);
    m.read("shutter_s", clip.exposure.shutterSeconds);
    m.read("iris_t", clip.exposure.irisT);
    m.read("nd_stops", clip.exposure.ndStops);
  });
  within(in, "white_balance", wrong, [&clip](Members& m) {
    m.read("kelvin", clip.whiteBalance.kelvin);
    m.read("tint", clip.whiteBalance.tint);
  });
  within(in, "audio", wrong, [&clip](Members& m) {
    AudioInfo& audio = clip.audio.emplace();
    m.read("channels", audio.channels);
    m.read("sample_rate", audio.sampleRate);
    m.read("bit_depth", audio.bitDepth);
    readStrings(m, "tracks", audio.tracks);
  });
}

void readDescriptive(Members& in, Clip& clip, std::string& wrong) {
  within(in, "camera", wrong, [&clip](Members& m) {
    m.read("make", clip.camera.make);
    m.read("model", clip.camera.model);
    m.read("serial", clip.camera.serial);
    m.read("firmware", clip.camera.firmware);
    m.read("id", clip.camera.id);
    m.read("sensor_mode", clip.camera.sensorMode);
  });
  within(in, "lens", wrong, [&clip](Members& m) {
    m.read("make", clip.lens.make);
    m.read("model", clip.lens.model);
    m.read("serial", clip.lens.serial);
    m.read("focal_mm", clip.lens.focalMm);
    m.read("focus_m", clip.lens.focusM);
  });
  within(in, "colour", wrong, [&clip, &wrong](Members& m) {
    m.read("space", clip.colour.space);
    m.read("gamma", clip.colour.gamma);
    m.read("primaries", clip.colour.primaries);
    m.read("look", clip.colour.look);
    m.read("lut", clip.colour.lut);
    if (const Json* cdl = m.find("cdl")) {
      if (auto parsed = cdlFromJson(*cdl)) {
        clip.colour.cdl = *parsed;
      } else if (wrong.empty()) {
        wrong = "colour.cdl." + parsed.error().subject;
      }
    }
  });
  within(in, "slate", wrong, [&clip](Members& m) {
    m.read("scene", clip.slate.scene);
    m.read("shot", clip.slate.shot);
    m.read("take", clip.slate.take);
    m.read("circled", clip.slate.circled);
    m.read("production", clip.slate.production);
    m.read("director", clip.slate.director);
    m.read("dop", clip.slate.dop);
    m.read("unit", clip.slate.unit);
    m.read("notes", clip.slate.notes);
  });
}

void readWarnings(Members& in, Clip& clip, std::string& wrong) {
  const Json* list = in.find("warnings");
  if (!list) return;
  if (!list->is_array()) return in.reject("warnings");
  for (const Json& item : *list) {
    Members members(item, "warnings.", wrong);
    Warning warning;
    members.read("code", warning.code);
    members.read("text", warning.text);
    clip.warnings.push_back(std::move(warning));
  }
}

void readFrameChecks(Members& in, Clip& clip, std::string& wrong) {
  const Json* list = in.find("frame_checks");
  if (!list) return;
  if (!list->is_array()) return in.reject("frame_checks");
  for (const Json& item : *list) {
    Members members(item, "frame_checks.", wrong);
    FrameCheck check;
    std::optional<std::int64_t> index;
    std::optional<double> mean, most;
    members.read("where", check.where);
    members.read("index", index);
    members.read("error", check.error);
    members.read("mean_luma", mean);
    members.read("max_luma", most);
    members.read("digest", check.digest);
    check.index = index.value_or(0);
    check.meanLuma = mean.value_or(0);
    check.maxLuma = most.value_or(0);
    clip.frameChecks.push_back(std::move(check));
  }
}

void readQc(Members& in, Clip& clip, std::string& wrong) {
  const Json* list = in.find("qc");
  if (!list) return;
  if (!list->is_array()) return in.reject("qc");
  for (const Json& item : *list) {
    Members members(item, "qc.", wrong);
    QcFinding finding;
    std::string level;
    members.read("code", finding.code);
    members.read("level", level);
    members.read("text", finding.text);
    // An unknown level stays the gravest: the zero value means nothing good.
    finding.level = QcLevel::error;
    for (const QcLevel known : {QcLevel::note, QcLevel::warning}) {
      if (level == name(known)) finding.level = known;
    }
    clip.qc.push_back(std::move(finding));
  }
}

}  // namespace

const char* name(FileRole role) {
  switch (role) {
    case FileRole::essence:
      return "essence";
    case FileRole::sidecar:
      return "sidecar";
    case FileRole::proxy:
      return "proxy";
    case FileRole::thumbnail:
      return "thumbnail";
    case FileRole::audio:
      return "audio";
    case FileRole::other:
      break;
  }
  return "other";
}

const char* name(QcLevel level) {
  switch (level) {
    case QcLevel::note:
      return "note";
    case QcLevel::warning:
      return "warning";
    case QcLevel::error:
      break;
  }
  return "error";
}

void putPath(Ordered& object, const std::string& bytes, const char* key) {
  object[key] = path::display(bytes);
  // display() also replaces control characters, so the exact form is needed whenever the two differ.
  if (object[key].get_ref<const std::string&>() != bytes) {
    object[std::string(key) + "_percent"] = path::percentEncode(bytes);
  }
}

std::string getPath(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto exact = object.find(std::string(key) + "_percent");
  if (exact != object.end() && exact->is_string()) return path::percentDecode(exact->get<std::string>());
  const auto shown = object.find(key);
  return shown != object.end() && shown->is_string() ? shown->get<std::string>() : std::string();
}

Ordered toJson(const Cdl& cdl) {
  Ordered out;
  out["slope"] = cdl.slope;
  out["offset"] = cdl.offset;
  out["power"] = cdl.power;
  out["saturation"] = cdl.saturation;
  return out;
}

Result<Cdl> cdlFromJson(const Json& json) {
  Cdl cdl;
  if (!json.is_object()) return fail(Errc::corrupt, "the CDL is not an object");
  auto triple = [&json](const char* key, std::array<double, 3>& into) {
    const auto found = json.find(key);
    if (found == json.end()) return true;
    if (!found->is_array() || found->size() != 3) return false;
    for (std::size_t i = 0; i < 3; ++i) {
      if (!(*found)[i].is_number()) return false;
      into[i] = (*found)[i].get<double>();
    }
    return true;
  };
  if (!triple("slope", cdl.slope)) return fail(Errc::corrupt, "needs three numbers", "slope");
  if (!triple("offset", cdl.offset)) return fail(Errc::corrupt, "needs three numbers", "offset");
  if (!triple("power", cdl.power)) return fail(Errc::corrupt, "needs three numbers", "power");
  if (const auto found = json.find("saturation"); found != json.end()) {
    if (!found->is_number()) return fail(Errc::corrupt, "needs a number", "saturation");
    cdl.saturation = found->get<double>();
  }
  return cdl;
}

Ordered toJson(const Clip& clip, bool withRaw) {
  Ordered out;
  putPath(out, clip.name, "clip");
  put(out, "reel", clip.reel);
  put(out, "family", clip.family);
  put(out, "camera_letter", clip.cameraLetter);
  Ordered files = Ordered::array();
  for (const ClipFile& file : clip.files) {
    Ordered item;
    putPath(item, file.path);
    item["role"] = name(file.role);
    item["bytes"] = file.bytes;
    files.push_back(std::move(item));
  }
  out["files"] = std::move(files);

  if (clip.start) {
    out["start_timecode"] = clip.start->text();
    if (clip.durationFrames) out["end_timecode"] = clip.start->plus(*clip.durationFrames).text();
  }
  if (clip.durationFrames) out["duration_frames"] = *clip.durationFrames;
  const FrameRate rate = clip.frameRate.valid() || !clip.start ? clip.frameRate : clip.start->rate;
  if (rate.valid()) out["frame_rate"] = rate.text();
  if (clip.start) out["drop_frame"] = clip.start->dropFrame;
  put(out, "sensor_fps", clip.sensorFps);
  out["timecode_source"] = clip.timecodeSource.empty() ? "none" : text(clip.timecodeSource);
  if (clip.firstFrameNumber) out["first_frame_number"] = *clip.firstFrameNumber;

  if (clip.picture) putObject(out, "picture", pictureJson(*clip.picture));
  Ordered camera = Ordered::object();
  put(camera, "make", clip.camera.make);
  put(camera, "model", clip.camera.model);
  put(camera, "serial", clip.camera.serial);
  put(camera, "firmware", clip.camera.firmware);
  put(camera, "id", clip.camera.id);
  put(camera, "sensor_mode", clip.camera.sensorMode);
  putObject(out, "camera", std::move(camera));
  Ordered exposure = Ordered::object();
  put(exposure, "ei", clip.exposure.ei);
  put(exposure, "shutter_angle_deg", clip.exposure.shutterAngleDeg);
  put(exposure, "shutter_s", clip.exposure.shutterSeconds);
  put(exposure, "iris_t", clip.exposure.irisT);
  put(exposure, "nd_stops", clip.exposure.ndStops);
  putObject(out, "exposure", std::move(exposure));
  Ordered white = Ordered::object();
  put(white, "kelvin", clip.whiteBalance.kelvin);
  put(white, "tint", clip.whiteBalance.tint);
  putObject(out, "white_balance", std::move(white));
  Ordered lens = Ordered::object();
  put(lens, "make", clip.lens.make);
  put(lens, "model", clip.lens.model);
  put(lens, "serial", clip.lens.serial);
  put(lens, "focal_mm", clip.lens.focalMm);
  put(lens, "focus_m", clip.lens.focusM);
  putObject(out, "lens", std::move(lens));
  putObject(out, "colour", colourJson(clip.colour));
  if (clip.audio) putObject(out, "audio", audioJson(*clip.audio));
  putObject(out, "slate", slateJson(clip.slate));
  put(out, "recorded_at", clip.recordedAt);
  put(out, "uuid", clip.uuid);
  put(out, "umid", clip.umid);
  out["decoder"] = clip.decoder.empty() ? "none" : text(clip.decoder);
  Ordered warnings = Ordered::array();
  for (const Warning& warning : clip.warnings) {
    warnings.push_back(Ordered{{"code", text(warning.code)}, {"text", text(warning.text)}});
  }
  out["warnings"] = std::move(warnings);
  if (!clip.frameChecks.empty()) out["frame_checks"] = frameChecksJson(clip.frameChecks);
  if (!clip.qc.empty()) out["qc"] = qcJson(clip.qc);
  out["provenance"] = provenanceJson(clip.provenance);
  if (withRaw) {
    Ordered raw = Ordered::object();
    for (const auto& [key, value] : clip.raw) raw[text(key)] = text(value);
    out["raw"] = std::move(raw);
  }
  return out;
}

Result<Clip> clipFromJson(const Json& json) {
  Clip clip;
  std::string wrong;
  if (!json.is_object()) return fail(Errc::corrupt, "the clip record is not an object");
  Members in(json, "", wrong);
  if (!in.find("clip")) in.reject("clip");
  in.read("clip", clip.name);
  if (json.contains("clip_percent")) clip.name = getPath(json, "clip");
  in.read("reel", clip.reel);
  in.read("family", clip.family);
  in.read("camera_letter", clip.cameraLetter);
  if (const Json* files = in.find("files")) readFiles(*files, clip.files, wrong);
  readTime(in, clip);
  readTechnical(in, clip, wrong);
  readDescriptive(in, clip, wrong);
  in.read("recorded_at", clip.recordedAt);
  in.read("uuid", clip.uuid);
  in.read("umid", clip.umid);
  in.read("decoder", clip.decoder);
  readWarnings(in, clip, wrong);
  readFrameChecks(in, clip, wrong);
  readQc(in, clip, wrong);
  if (const Json* provenance = in.find("provenance")) readProvenance(*provenance, clip, wrong);
  if (const Json* raw = in.find("raw")) {
    if (raw->is_object()) {
      for (const auto& [key, value] : raw->items()) {
        if (value.is_string()) clip.raw[key] = value.get<std::string>();
      }
    } else {
      in.reject("raw");
    }
  }
  if (!wrong.empty()) return fail(Errc::corrupt, "the clip record's field has the wrong form", wrong);
  return clip;
}

}  // namespace rollproof::model
