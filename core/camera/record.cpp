// SPDX-License-Identifier: Apache-2.0
#include "core/camera/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace rollproof::camera {
namespace {

using model::Clip;

model::Picture& picture(Clip& c) { return c.picture ? *c.picture : c.picture.emplace(); }
model::AudioInfo& audio(Clip& c) { return c.audio ? *c.audio : c.audio.emplace(); }

std::string* textField(Clip& c, std::string_view field) {
  struct Entry {
    std::string_view field;
    std::string& (*get)(Clip&);
  };
  static constexpr Entry kEntries[] = {
      {"reel", [](Clip& k) -> std::string& { return k.reel; }},
      {"camera_letter", [](Clip& k) -> std::string& { return k.cameraLetter; }},
      {"picture.codec", [](Clip& k) -> std::string& { return picture(k).codec; }},
      {"picture.codec_tag", [](Clip& k) -> std::string& { return picture(k).codecTag; }},
      {"picture.chroma", [](Clip& k) -> std::string& { return picture(k).chroma; }},
      {"camera.make", [](Clip& k) -> std::string& { return k.camera.make; }},
      {"camera.model", [](Clip& k) -> std::string& { return k.camera.model; }},
      {"camera.serial", [](Clip& k) -> std::string& { return k.camera.serial; }},
      {"camera.firmware", [](Clip& k) -> std::string& { return k.camera.firmware; }},
      {"camera.id", [](Clip& k) -> std::string& { return k.camera.id; }},
      {"camera.sensor_mode", [](Clip& k) -> std::string& { return k.camera.sensorMode; }},
      {"lens.make", [](Clip& k) -> std::string& { return k.lens.make; }},
      {"lens.model", [](Clip& k) -> std::string& { return k.lens.model; }},
      {"lens.serial", [](Clip& k) -> std::string& { return k.lens.serial; }},
      {"colour.space", [](Clip& k) -> std::string& { return k.colour.space; }},
      {"colour.gamma", [](Clip& k) -> std::string& { return k.colour.gamma; }},
      {"colour.primaries", [](Clip& k) -> std::string& { return k.colour.primaries; }},
      {"colour.look", [](Clip& k) -> std::string& { return k.colour.look; }},
      {"colour.lut", [](Clip& k) -> std::string& { return k.colour.lut; }},
      {"slate.scene", [](Clip& k) -> std::string& { return k.slate.scene; }},
      {"slate.shot", [](Clip& k) -> std::string& { return k.slate.shot; }},
      {"slate.take", [](Clip& k) -> std::string& { return k.slate.take; }},
      {"slate.production", [](Clip& k) -> std::string& { return k.slate.production; }},
      {"slate.director", [](Clip& k) -> std::string& { return k.slate.director; }},
      {"slate.dop", [](Clip& k) -> std::string& { return k.slate.dop; }},
      {"slate.unit", [](Clip& k) -> std::string& { return k.slate.unit; }},
      {"slate.notes", [](Clip& k) -> std::string& { return k.slate.notes; }},
      {"recorded_at", [](Clip& k) -> std::string& { return k.recordedAt; }},
      {"uuid", [](Clip& k) -> std::string& { return k.uuid; }},
      {"umid", [](Clip& k) -> std::string& { return k.umid; }},
  };
  for (const Entry& entry : kEntries) {
    if (entry.field == field) return &entry.get(c);
  }
  return nullptr;
}

std::optional<double>* numberField(Clip& c, std::string_view field) {
  if (field == "exposure.shutter_angle_deg") return &c.exposure.shutterAngleDeg;
  if (field == "exposure.shutter_s") return &c.exposure.shutterSeconds;
  if (field == "exposure.iris_t") return &c.exposure.irisT;
  if (field == "exposure.nd_stops") return &c.exposure.ndStops;
  if (field == "white_balance.tint") return &c.whiteBalance.tint;
  if (field == "lens.focal_mm") return &c.lens.focalMm;
  if (field == "lens.focus_m") return &c.lens.focusM;
  return nullptr;
}

bool setWhole(Clip& c, std::string_view field, std::int64_t value) {
  if (field == "duration_frames") {
    if (value < 0) return false;
    c.durationFrames = value;
    return true;
  }
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) return false;
  const int narrow = static_cast<int>(value);
  if (field == "exposure.ei") {
    c.exposure.ei = narrow;
  } else if (field == "white_balance.kelvin") {
    c.whiteBalance.kelvin = narrow;
  } else if (field == "picture.width") {
    picture(c).width = narrow;
  } else if (field == "picture.height") {
    picture(c).height = narrow;
  } else if (field == "picture.bit_depth") {
    picture(c).bitDepth = narrow;
  } else if (field == "audio.channels") {
    audio(c).channels = narrow;
  } else if (field == "audio.sample_rate") {
    audio(c).sampleRate = narrow;
  } else if (field == "audio.bit_depth") {
    audio(c).bitDepth = narrow;
  } else {
    return false;
  }
  return true;
}

std::string collapsed(std::string_view text) {
  const std::string_view inner = trimmed(text.substr(0, text.find('\0')));
  return std::string(inner);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<double> leadingNumber(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

FrameRate videoFormatRate(std::string_view text) {
  const auto number = leadingNumber(text);
  if (!number || *number <= 0 || *number > 1000) return {};
  return FrameRate::fromDouble(text.ends_with('i') || text.ends_with('I') ? *number / 2 : *number);
}

std::string isoMoment(const std::string& text) {
  constexpr std::string_view kForm = "dddd:dd:dd?dd:dd:dd";
  if (text.size() < kForm.size()) return {};
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : kForm[i] == ':' ? text[i] != ':' && text[i] != '-' : digit) return {};
  }
  return text.substr(0, 4) + "-" + text.substr(5, 2) + "-" + text.substr(8, 2) + "T" + text.substr(11, 8);
}

void Record::say(const char* field, From from, std::string_view raw, std::string canonical,
                 std::function<bool(Clip&)> apply) {
  m_said[field].push_back({from.rank, {from.source, std::string(raw)}, std::move(canonical), std::move(apply)});
}

void Record::text(const char* field, From from, std::string_view raw, std::string_view value) {
  std::string clean = collapsed(value);
  if (clean.empty()) return;
  std::string canonical = clean;
  say(field, from, collapsed(raw), std::move(canonical), [field, clean = std::move(clean)](Clip& c) {
    std::string* into = textField(c, field);
    if (!into) return false;
    *into = clean;
    return true;
  });
}

void Record::number(const char* field, From from, std::string_view raw, double value) {
  if (!std::isfinite(value)) return;
  say(field, from, raw, fmt::format("{:.4g}", value), [field, value](Clip& c) {
    std::optional<double>* into = numberField(c, field);
    if (!into) return false;
    *into = value;
    return true;
  });
}

void Record::whole(const char* field, From from, std::string_view raw, std::int64_t value) {
  say(field, from, raw, fmt::format("{}", value), [field, value](Clip& c) { return setWhole(c, field, value); });
}

void Record::flag(const char* field, From from, std::string_view raw, bool value) {
  say(field, from, raw, value ? "1" : "0", [value](Clip& c) {
    c.slate.circled = value;
    return true;
  });
}

void Record::ratio(const char* field, From from, std::string_view raw, Rational value) {
  if (value.num <= 0 || value.den <= 0) return;
  const std::int64_t common = std::gcd(value.num, value.den);
  const Rational least{value.num / common, value.den / common};
  say(field, from, raw, fmt::format("{}/{}", least.num, least.den), [name = std::string_view(field), least](Clip& c) {
    if (name == "sensor_fps") {
      c.sensorFps = least;
    } else if (name == "picture.pixel_aspect") {
      picture(c).pixelAspect = least;
    } else if (name == "picture.lens_squeeze") {
      picture(c).lensSqueeze = least;
    } else {
      return false;
    }
    return true;
  });
}

void Record::frameRate(From from, std::string_view raw, FrameRate rate) {
  if (!rate.valid()) return;
  say("frame_rate", from, raw, rate.text(), [rate](Clip& c) {
    c.frameRate = rate;
    return true;
  });
}

void Record::start(From from, std::string_view raw, const char* word, Timecode timecode) {
  if (!timecode.rate.valid()) return;
  say("start_timecode", from, raw, timecode.text(), [word, timecode](Clip& c) {
    c.start = timecode;
    c.timecodeSource = word;
    return true;
  });
}

void Record::startText(From from, std::string_view raw, const char* word, std::string timecode) {
  std::string canonical = timecode;
  say("start_timecode", from, raw, std::move(canonical), [word, timecode = std::move(timecode)](Clip& c) {
    auto parsed = Timecode::parse(timecode, c.frameRate);
    if (!parsed) return false;
    c.start = *parsed;
    c.timecodeSource = word;
    return true;
  });
}

void Record::cdl(From from, std::string_view raw, const model::Cdl& value) {
  say("colour.cdl", from, raw, std::string(raw), [value](Clip& c) {
    c.colour.cdl = value;
    return true;
  });
}

void Record::tracks(From from, std::vector<std::string> names) {
  std::string all;
  for (const std::string& track : names) all += (all.empty() ? "" : ", ") + track;
  if (all.empty()) return;
  std::string canonical = all;
  say("audio.tracks", from, all, std::move(canonical), [names = std::move(names)](Clip& c) {
    audio(c).tracks = names;
    return true;
  });
}

void Record::warn(std::string code, std::string sentence) {
  // Two sources may find the same: cameras write some side files into their movies as well.
  const bool told = std::any_of(clip.warnings.begin(), clip.warnings.end(), [&](const model::Warning& warning) {
    return warning.code == code && warning.text == sentence;
  });
  if (!told) clip.warnings.push_back({std::move(code), std::move(sentence)});
}

void Record::settle(const std::string& field, std::vector<Said>& said) {
  std::stable_sort(said.begin(), said.end(), [](const Said& a, const Said& b) { return a.rank < b.rank; });
  std::size_t winner = 0;
  while (winner < said.size() && !said[winner].apply(clip)) ++winner;
  if (winner == said.size()) return;
  std::vector<model::Provenance>& out = clip.provenance[field];
  out.push_back(said[winner].provenance);
  std::vector<std::string> heard{said[winner].canonical};
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (i == winner || std::find(heard.begin(), heard.end(), said[i].canonical) != heard.end()) continue;
    heard.push_back(said[i].canonical);
    out.push_back(said[i].provenance);
  }
}

void Record::finish() {
  // A timecode given as text needs the rate first.
  if (const auto rate = m_said.find("frame_rate"); rate != m_said.end()) {
    settle(rate->first, rate->second);
    m_said.erase(rate);
  }
  for (auto& [field, said] : m_said) settle(field, said);
  m_said.clear();
  // A source may have counted at a rate that another source outranks; the record has one rate.
  if (clip.start && clip.frameRate.valid() && clip.start->rate != clip.frameRate) {
    if (auto again = Timecode::parse(clip.start->text(), clip.frameRate)) clip.start = *again;
  }
}

}  // namespace rollproof::camera
