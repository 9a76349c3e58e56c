// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::catalog {

namespace {

constexpr std::string_view kFields[] = {"clip",   "reel",  "roll",  "day",     "project", "camera",
                                        "family", "scene", "take",  "circled", "codec",   "fps",
                                        "ei",     "lens",  "space", "verdict", "notes",   "qc"};

// Every field of the record that holds one value, as its JSON calls it.
constexpr std::string_view kRecordFields[] = {"camera_letter",
                                              "start_timecode",
                                              "end_timecode",
                                              "duration_frames",
                                              "frame_rate",
                                              "drop_frame",
                                              "sensor_fps",
                                              "timecode_source",
                                              "first_frame_number",
                                              "picture.width",
                                              "picture.height",
                                              "picture.codec",
                                              "picture.codec_tag",
                                              "picture.bit_depth",
                                              "picture.chroma",
                                              "picture.pixel_aspect",
                                              "picture.lens_squeeze",
                                              "camera.make",
                                              "camera.model",
                                              "camera.serial",
                                              "camera.firmware",
                                              "camera.id",
                                              "camera.sensor_mode",
                                              "exposure.ei",
                                              "exposure.shutter_angle_deg",
                                              "exposure.shutter_s",
                                              "exposure.iris_t",
                                              "exposure.nd_stops",
                                              "white_balance.kelvin",
                                              "white_balance.tint",
                                              "lens.make",
                                              "lens.model",
                                              "lens.serial",
                                              "lens.focal_mm",
                                              "lens.focus_m",
                                              "colour.space",
                                              "colour.gamma",
                                              "colour.primaries",
                                              "colour.look",
                                              "colour.lut",
                                              "audio.channels",
                                              "audio.sample_rate",
                                              "audio.bit_depth",
                                              "audio.tracks",
                                              "slate.scene",
                                              "slate.shot",
                                              "slate.take",
                                              "slate.circled",
                                              "slate.production",
                                              "slate.director",
                                              "slate.dop",
                                              "slate.unit",
                                              "slate.notes",
                                              "recorded_at",
                                              "uuid",
                                              "umid",
                                              "decoder"};

bool isField(std::string_view name) {
  return std::find(std::begin(kFields), std::end(kFields), name) != std::end(kFields) ||
         std::find(std::begin(kRecordFields), std::end(kRecordFields), name) != std::end(kRecordFields);
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Term {
  std::string field;  // "" = words
  std::string value;
  bool quoted = false;
};

// Reads up to the closing quote; a missing one ends at the end of the text, as while typing.
std::string readQuoted(std::string_view text, std::size_t& at) {
  ++at;
  const auto close = text.find('"', at);
  const auto end = close == std::string_view::npos ? text.size() : close;
  std::string value(text.substr(at, end - at));
  at = close == std::string_view::npos ? end : end + 1;
  return value;
}

// "name" if the text at `at` starts with letters and a colon. "10:00:00:00" is words.
std::optional<std::string> readFieldName(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() &&
         (std::isalpha(static_cast<unsigned char>(text[end])) || text[end] == '_' || text[end] == '.'))
    ++end;
  if (end == at || end >= text.size() || text[end] != ':') return std::nullopt;
  return std::string(text.substr(at, end - at));
}

std::vector<Term> splitTerms(std::string_view text) {
  std::vector<Term> terms;
  std::size_t at = 0;
  while (at < text.size()) {
    if (isBlank(text[at])) {
      ++at;
      continue;
    }
    Term term;
    if (const auto name = readFieldName(text, at)) {
      term.field = path::lowerAscii(*name);
      at += name->size() + 1;
    }
    if (at < text.size() && text[at] == '"') {
      term.quoted = true;
      term.value = readQuoted(text, at);
      // "two words"* keeps its star.
      while (at < text.size() && !isBlank(text[at])) term.value += text[at++];
    } else {
      while (at < text.size() && !isBlank(text[at])) term.value += text[at++];
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

// FTS5 strings double their quotes; a string without any letter or digit would match nothing at all.
void addWords(std::string& expression, const Term& term) {
  const bool anyLetter = std::any_of(term.value.begin(), term.value.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
  });
  if (!anyLetter) return;
  std::string phrase;
  for (const char c : term.value) {
    if (c == '\0') continue;
    phrase += c;
    if (c == '"') phrase += c;
  }
  const bool prefix = !term.quoted || term.value.back() == '*';
  expression += fmt::format("{}\"{}\"{}", expression.empty() ? "" : " AND ", phrase, prefix ? " *" : "");
}

std::string unknownField() {
  std::string names;
  for (const auto field : kFields) names += (names.empty() ? "" : ", ") + std::string(field);
  return fmt::format(
      "there is no such field to search in; known are {}, and those of the record such as exposure.ei, lens.focal_mm "
      "or "
      "camera.model",
      names);
}

// Code point of the two-byte sequence at i, 0 if there is none.
unsigned twoByte(const std::string& s, std::size_t i) {
  const auto lead = static_cast<unsigned char>(s[i]);
  if (lead < 0xC2 || lead > 0xDF || i + 1 >= s.size()) return 0;
  return ((lead & 0x1Fu) << 6) | (static_cast<unsigned char>(s[i + 1]) & 0x3Fu);
}

unsigned lowerCodePoint(unsigned c) {
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;                                         // Latin-1
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c == 0x130 ? c : (c | 1);  // Latin Extended-A
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 1 ? c + 1 : c;
  if (c == 0x178) return 0xFF;
  if (c == 0x386) return 0x3AC;
  if (c >= 0x388 && c <= 0x38A) return c + 37;
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;  // Greek
  if (c >= 0x410 && c <= 0x42F) return c + 32;                // Cyrillic
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

void addRate(std::set<std::string>& values, const FrameRate& rate) {
  if (!rate.valid()) return;
  values.insert(rate.text());
  for (const int decimals : {2, 3}) {
    std::string text = fmt::format("{:.{}f}", rate.approximate(), decimals);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    values.insert(text);
  }
}

bool isNumber(const std::string& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && code == std::errc() && end == text.data() + text.size();
}

// ">=800" and "800..1600"; what only looks like one stays a value.
void readComparison(FieldFilter& filter) {
  using Match = FieldFilter::Match;
  for (const auto& [sign, match] : {std::pair{std::string_view(">="), Match::atLeast},
                                    {std::string_view("<="), Match::atMost},
                                    {std::string_view(">"), Match::greater},
                                    {std::string_view("<"), Match::less}}) {
    if (!filter.value.starts_with(sign) || filter.value.size() == sign.size()) continue;
    filter.match = match;
    filter.value.erase(0, sign.size());
    return;
  }
  const auto dots = filter.value.find("..");
  if (dots == std::string::npos || dots == 0 || dots + 2 >= filter.value.size()) return;
  filter.match = Match::between;
  filter.upTo = filter.value.substr(dots + 2);
  filter.value.erase(dots);
}

// Leaves of the record's JSON under their dotted names. A number is found as it is written, and a ratio as a decimal
// too.
void addLeaves(Findable& out, const std::string& prefix, const nlohmann::ordered_json& object) {
  for (const auto& [key, value] : object.items()) {
    const std::string field = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object()) {
      addLeaves(out, field, value);
    } else if (!isField(field)) {
      continue;
    } else if (value.is_array()) {
      for (const auto& each : value)
        if (each.is_string()) out.fields.emplace_back(field, foldCase(each.get<std::string>()));
    } else if (value.is_boolean()) {
      out.fields.emplace_back(field, value.get<bool>() ? "yes" : "no");
    } else if (!value.is_string()) {
      out.fields.emplace_back(field, value.dump());
    } else {
      const std::string text = value.get<std::string>();
      out.fields.emplace_back(field, foldCase(text));
      if (field != "frame_rate" && field != "sensor_fps" && field != "picture.pixel_aspect" &&
          field != "picture.lens_squeeze")
        continue;
      std::set<std::string> decimals;
      if (const auto rate = FrameRate::parse(text)) addRate(decimals, *rate);
      for (const auto& decimal : decimals) out.fields.emplace_back(field, decimal);
    }
  }
}

std::string joinWords(const std::string& left, const std::string& right) {
  if (left.empty() || right.empty()) return left + right;
  return left + " " + right;
}

}  // namespace

std::string foldCase(const std::string& utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const char c = utf8[i];
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (const unsigned point = twoByte(utf8, i)) {
      const unsigned lower = lowerCodePoint(point);
      out += static_cast<char>(0xC0 | (lower >> 6));
      out += static_cast<char>(0x80 | (lower & 0x3F));
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

Result<Query> parseQuery(const std::string& text) {
  Query query;
  if (!path::isUtf8(text)) return fail(Errc::usage, "the search is not text in UTF-8");
  for (const Term& term : splitTerms(text)) {
    if (term.field.empty()) {
      addWords(query.fullText, term);
      continue;
    }
    if (!isField(term.field)) {
      return fail(Errc::usage, unknownField(), term.field);
    }
    FieldFilter filter{term.field, foldCase(term.value), FieldFilter::Match::equal, {}};
    if (filter.value.empty()) {
      if (!term.quoted) continue;  // "scene:" while typing narrows nothing yet
      filter.match = FieldFilter::Match::absent;
    } else if (filter.value.back() == '*') {
      filter.value.pop_back();
      filter.match = FieldFilter::Match::prefix;
    } else if (!term.quoted) {
      readComparison(filter);
    }
    query.filters.push_back(std::move(filter));
  }
  return query;
}

ValueCondition conditionOf(const FieldFilter& filter) {
  using Match = FieldFilter::Match;
  const auto compare = [&](const char* sign, const std::string& value) -> ValueCondition {
    if (!isNumber(value)) return {fmt::format("value {} ?", sign), {value}};
    // A ratio is kept as a decimal as well, and that one counts.
    return {
        fmt::format("value GLOB '[-0-9.]*' AND value NOT LIKE '%/%' AND CAST(value AS REAL) {} CAST(? AS REAL)", sign),
        {value}};
  };
  switch (filter.match) {
    case Match::equal:
      return {"value = ?", {filter.value}};
    case Match::prefix:
      // No stored text reaches the last code point, so this range is "starts with", and the index serves it.
      return {"value >= ? AND value < ?", {filter.value, filter.value + "\xF4\x8F\xBF\xBF"}};
    case Match::less:
      return compare("<", filter.value);
    case Match::atMost:
      return compare("<=", filter.value);
    case Match::greater:
      return compare(">", filter.value);
    case Match::atLeast:
      return compare(">=", filter.value);
    case Match::between: {
      auto both = compare(">=", filter.value);
      const auto upper = compare("<=", filter.upTo);
      both.sql += " AND " + upper.sql;
      both.values.push_back(upper.values.front());
      return both;
    }
    case Match::absent:
      break;
  }
  return {};
}

std::set<std::string> qcValues(const std::vector<model::QcFinding>& findings) {
  if (findings.empty()) return {"clean"};
  std::set<std::string> values;
  for (const auto& finding : findings) {
    values.insert(foldCase(finding.code));
    values.insert(model::name(finding.level));
  }
  return values;
}

Findable findableFrom(model::Clip clip, const model::RollKey& roll, bool safe) {
  Findable out;
  std::string words;
  auto add = [&](const char* field, const std::set<std::string>& values) {
    for (const auto& value : values) {
      if (!value.empty()) out.fields.emplace_back(field, foldCase(value));
    }
  };
  auto say = [&](const std::string& value) {
    if (!value.empty()) out.text += (out.text.empty() ? "" : "\n") + value;
  };
  const std::string camera = joinWords(clip.camera.make, clip.camera.model);
  const std::string lens = joinWords(clip.lens.make, clip.lens.model);
  add("clip", {clip.name});
  add("reel", {clip.reel});
  add("roll", {roll.roll});
  add("day", {roll.day});
  add("project", {roll.project});
  add("camera", {clip.cameraLetter, clip.camera.model, camera, clip.camera.id, clip.camera.serial});
  add("family", {clip.family});
  add("scene", {clip.slate.scene});
  add("take", {clip.slate.take});
  const bool circled = clip.slate.circled.value_or(false);
  add("circled", circled ? std::set<std::string>{"yes", "true", "1"} : std::set<std::string>{"no", "false", "0"});
  if (clip.picture) add("codec", {clip.picture->codec, clip.picture->codecTag});
  std::set<std::string> rates;
  addRate(rates, clip.frameRate);
  add("fps", rates);
  if (clip.exposure.ei) add("ei", {std::to_string(*clip.exposure.ei)});
  add("lens", {clip.lens.model, lens});
  add("space", {clip.colour.space});
  add("verdict", safe ? std::set<std::string>{"safe"} : std::set<std::string>{"not_safe", "not safe", "notsafe"});

  // A note is a sentence: its words count as its values too.
  std::set<std::string> notes{clip.slate.notes};
  std::string word;
  for (const char c : clip.slate.notes + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80) {
      word += c;
    } else {
      notes.insert(std::exchange(word, {}));
    }
  }
  add("notes", notes);

  for (const auto& value : {clip.name,
                            clip.reel,
                            roll.roll,
                            roll.day,
                            roll.project,
                            clip.cameraLetter,
                            camera,
                            clip.camera.serial,
                            clip.camera.id,
                            clip.family,
                            clip.slate.scene,
                            clip.slate.shot,
                            clip.slate.take,
                            clip.slate.production,
                            clip.slate.director,
                            clip.slate.dop,
                            clip.slate.unit,
                            clip.slate.notes,
                            lens,
                            clip.lens.serial,
                            clip.colour.space,
                            clip.colour.gamma,
                            clip.colour.primaries,
                            clip.colour.look,
                            clip.colour.lut,
                            clip.recordedAt,
                            clip.uuid,
                            clip.umid}) {
    say(value);
  }
  if (clip.picture) say(joinWords(clip.picture->codec, clip.picture->codecTag));
  if (clip.start) say(clip.start->text());
  if (circled) say("circled");
  if (clip.audio) {
    for (const auto& track : clip.audio->tracks) say(track);
  }
  // Names only, and few of them: a sequence's thousand frames say the same thing.
  constexpr std::size_t kNamedFiles = 32;
  for (std::size_t i = 0; i < std::min(clip.files.size(), kNamedFiles); ++i) {
    say(path::display(path::fileName(clip.files[i].path)));
  }
  for (const auto& warning : clip.warnings) say(warning.text);
  // Raw metadata is found by its words; a file may carry a book of it.
  constexpr std::size_t kRawValueBytes = 512, kRawBytes = 32 * 1024;
  const std::size_t before = out.text.size();
  for (const auto& [key, value] : clip.raw) {
    if (out.text.size() - before > kRawBytes) break;
    if (value.size() <= kRawValueBytes) say(value);
  }
  clip.files.clear();
  clip.provenance.clear();
  addLeaves(out, {}, model::toJson(clip));
  std::erase_if(out.fields, [](const auto& field) { return field.second.empty(); });
  std::sort(out.fields.begin(), out.fields.end());
  out.fields.erase(std::unique(out.fields.begin(), out.fields.end()), out.fields.end());
  return out;
}

}  // namespace rollproof::catalog
