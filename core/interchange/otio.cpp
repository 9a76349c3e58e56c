// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/otio.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "core/base/path.h"

namespace rollproof::interchange {
namespace {

constexpr std::size_t kMaxBytes = 64u << 20;
constexpr int kMaxDepth = 200;
constexpr std::size_t kMaxItems = 1'000'000;

// JSON has no such numbers and OTIO writes them all the same: they travel as strings that begin with a character of
// private use, which no other text of ours does.
constexpr std::string_view kMark = "\xEF\xA3\xBF";
struct Token {
  std::string_view text;
  double value;
};
constexpr std::array kTokens{Token{"NaN", std::numeric_limits<double>::quiet_NaN()},
                             Token{"-Infinity", -std::numeric_limits<double>::infinity()},
                             Token{"Infinity", std::numeric_limits<double>::infinity()},
                             Token{"-inf", -std::numeric_limits<double>::infinity()},
                             Token{"inf", std::numeric_limits<double>::infinity()},
                             Token{"nan", std::numeric_limits<double>::quiet_NaN()}};

// The text with those tokens as marked strings; Errc::corrupt where it is nested too deep to be meant.
Result<std::string> plainJson(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  bool inString = false;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\' && i + 1 < text.size()) out += text[i++];
      if (c == '"') inString = false;
      out += text[i];
      continue;
    }
    if (c == '"') inString = true;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth)
      return fail(Errc::corrupt, "the JSON is nested too deep to be meant");
    if (c == '}' || c == ']') --depth;
    const Token* token = nullptr;
    for (const Token& one : kTokens) {
      if (text.substr(i).starts_with(one.text)) {
        token = &one;
        break;
      }
    }
    if (!token) {
      out += c;
      continue;
    }
    out.append("\"").append(kMark).append(token->text).append("\"");
    i += token->text.size() - 1;
  }
  return out;
}

std::string withTokens(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  const std::string open = fmt::format("\"{}", kMark);
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = json.find(open, at);
    if (found == std::string::npos) return out.append(json, at);
    const std::string_view rest = std::string_view(json).substr(found + open.size());
    const Token* token = nullptr;
    for (const Token& one : kTokens) {
      if (rest.starts_with(one.text) && rest.substr(one.text.size()).starts_with('"')) token = &one;
    }
    if (!token) {
      out.append(json, at, found + open.size() - at);
      at = found + open.size();
      continue;
    }
    out.append(json, at, found - at).append(token->text);
    at = found + open.size() + token->text.size() + 1;
  }
}

OtioJson numberJson(double value) {
  if (std::isfinite(value)) return OtioJson(value);
  return OtioJson(fmt::format("{}{}", kMark, std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"));
}

double numberOf(const OtioJson& json, double otherwise) {
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) {
    const std::string_view text = json.get_ref<const std::string&>();
    for (const Token& one : kTokens) {
      if (text.starts_with(kMark) && text.substr(kMark.size()) == one.text) return one.value;
    }
  }
  return otherwise;
}

std::string schemaOf(const OtioJson& json) {
  const auto found = json.find("OTIO_SCHEMA");
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "Clip.2" -> "Clip"
std::string_view kindOf(std::string_view schema) { return schema.substr(0, schema.find('.')); }

// Takes fields out of an object one by one; what is left over is kept.
class Fields {
 public:
  explicit Fields(const OtioJson& json) : m_rest(json) { m_rest.erase("OTIO_SCHEMA"); }

  std::string text(const char* key) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end() || !(found->is_string() || found->is_null())) return {};
    std::string out = found->is_string() ? found->get<std::string>() : std::string();
    m_rest.erase(key);
    return out;
  }
  bool flag(const char* key, bool otherwise) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end() || !found->is_boolean()) return otherwise;
    const bool out = found->get<bool>();
    m_rest.erase(key);
    return out;
  }
  double number(const char* key, double otherwise) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end() || !found->is_number()) return otherwise;
    const double out = found->get<double>();
    m_rest.erase(key);
    return out;
  }
  std::int64_t whole(const char* key, std::int64_t otherwise) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end() || !found->is_number_integer()) return otherwise;
    const std::int64_t out = found->get<std::int64_t>();
    m_rest.erase(key);
    return out;
  }
  OtioJson object(const char* key) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end() || !(found->is_object() || found->is_null())) return OtioJson::object();
    OtioJson out = found->is_null() ? OtioJson::object() : std::move(*found);
    m_rest.erase(key);
    return out;
  }
  std::vector<OtioJson> list(const char* key) {
    const auto found = m_rest.find(key);
    std::vector<OtioJson> out;
    if (found == m_rest.end() || !(found->is_array() || found->is_null())) return out;
    for (auto& one : *found) out.push_back(std::move(one));
    m_rest.erase(key);
    return out;
  }
  std::optional<OtioTime> time(const char* key) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end()) return std::nullopt;
    if (found->is_null()) {
      m_rest.erase(key);
      return std::nullopt;
    }
    const auto out = timeOf(*found);
    if (out) m_rest.erase(key);
    return out;
  }
  std::optional<OtioRange> range(const char* key) {
    const auto found = m_rest.find(key);
    if (found == m_rest.end()) return std::nullopt;
    if (found->is_null()) {
      m_rest.erase(key);
      return std::nullopt;
    }
    if (!found->is_object() || kindOf(schemaOf(*found)) != "TimeRange") return std::nullopt;
    const auto start = found->find("start_time"), duration = found->find("duration");
    if (start == found->end() || duration == found->end()) return std::nullopt;
    const auto first = timeOf(*start), length = timeOf(*duration);
    if (!first || !length) return std::nullopt;
    m_rest.erase(key);
    return OtioRange{*first, *length};
  }
  OtioJson rest() { return std::move(m_rest); }

 private:
  static std::optional<OtioTime> timeOf(const OtioJson& json) {
    if (!json.is_object() || kindOf(schemaOf(json)) != "RationalTime") return std::nullopt;
    const auto value = json.find("value"), rate = json.find("rate");
    if (value == json.end() || rate == json.end()) return std::nullopt;
    return OtioTime{numberOf(*value, 0), numberOf(*rate, 1)};
  }
  OtioJson m_rest;
};

OtioMedia readMedia(const OtioJson& json) {
  OtioMedia out;
  const std::string schema = schemaOf(json);
  const std::string_view kind = kindOf(schema);
  if (kind == "ExternalReference") {
    out.kind = OtioMedia::Kind::external;
  } else if (kind == "ImageSequenceReference") {
    out.kind = OtioMedia::Kind::sequence;
  } else if (kind != "MissingReference") {
    out.kind = OtioMedia::Kind::other;
    out.rest = json;
    return out;
  }
  Fields fields(json);
  out.name = fields.text("name");
  out.available = fields.range("available_range");
  out.metadata = fields.object("metadata");
  if (out.kind == OtioMedia::Kind::external) out.url = fields.text("target_url");
  if (out.kind == OtioMedia::Kind::sequence) {
    out.url = fields.text("target_url_base");
    out.prefix = fields.text("name_prefix");
    out.suffix = fields.text("name_suffix");
    out.firstFrame = fields.whole("start_frame", 1);
    out.frameStep = fields.whole("frame_step", 1);
    out.padding = fields.whole("frame_zero_padding", 0);
    out.rate = fields.number("rate", 1);
    if (std::string policy = fields.text("missing_frame_policy"); !policy.empty())
      out.missingFrames = std::move(policy);
  }
  out.rest = fields.rest();
  return out;
}

OtioMarker readMarker(const OtioJson& json) {
  OtioMarker out;
  Fields fields(json);
  out.name = fields.text("name");
  out.colour = fields.text("color");
  out.range = fields.range("marked_range").value_or(OtioRange{});
  out.metadata = fields.object("metadata");
  out.rest = fields.rest();
  return out;
}

OtioItem::Kind itemKind(std::string_view schema) {
  using Kind = OtioItem::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 7> kKinds{{{"Clip", Kind::clip},
                                                                     {"Gap", Kind::gap},
                                                                     {"Transition", Kind::transition},
                                                                     {"Track", Kind::track},
                                                                     {"Stack", Kind::stack},
                                                                     {"Timeline", Kind::timeline},
                                                                     {"SerializableCollection", Kind::collection}}};
  for (const auto& [name, kind] : kKinds) {
    if (kindOf(schema) == name) return kind;
  }
  return Kind::other;
}

// The depth is bounded by plainJson.
bool readItem(const OtioJson& json, OtioItem& out, std::size_t& count) {
  if (++count > kMaxItems) return false;
  const std::string schema = json.is_object() ? schemaOf(json) : std::string();
  out.kind = itemKind(schema);
  if (out.kind == OtioItem::Kind::other) {
    out.rest = json;
    return true;
  }
  using Kind = OtioItem::Kind;
  Fields fields(json);
  out.name = fields.text("name");
  out.metadata = fields.object("metadata");
  const bool placed =
      out.kind == Kind::clip || out.kind == Kind::gap || out.kind == Kind::track || out.kind == Kind::stack;
  if (placed) {
    out.range = fields.range("source_range");
    out.enabled = fields.flag("enabled", true);
    for (OtioJson& one : fields.list("markers")) out.markers.push_back(readMarker(one));
    out.effects = fields.list("effects");
  }
  if (out.kind == Kind::clip) {
    const OtioJson all = fields.object("media_references");
    for (const auto& [key, one] : all.items()) out.media.emplace_back(key, readMedia(one));
    if (std::string active = fields.text("active_media_reference_key"); !active.empty()) {
      out.activeMedia = std::move(active);
    }
    // Clip.1 has one reference and no key.
    const OtioJson one = fields.object("media_reference");
    if (!one.empty() && !out.activeReference()) out.media.emplace_back(out.activeMedia, readMedia(one));
  } else if (out.kind == Kind::transition) {
    out.transitionType = fields.text("transition_type");
    out.inOffset = fields.time("in_offset").value_or(OtioTime{0, 1});
    out.outOffset = fields.time("out_offset").value_or(OtioTime{0, 1});
  } else if (out.kind == Kind::track) {
    out.trackKind = fields.text("kind");
  } else if (out.kind == Kind::timeline) {
    out.globalStart = fields.time("global_start_time");
    const OtioJson stack = fields.object("tracks");
    if (!stack.empty() && !readItem(stack, out.children.emplace_back(), count)) return false;
  }
  if (out.kind == Kind::track || out.kind == Kind::stack || out.kind == Kind::collection) {
    for (const OtioJson& one : fields.list("children")) {
      if (!readItem(one, out.children.emplace_back(), count)) return false;
    }
  }
  out.rest = fields.rest();
  return true;
}

OtioJson timeJson(const OtioTime& time) {
  return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", numberJson(time.rate)}, {"value", numberJson(time.value)}};
}

OtioJson rangeJson(const std::optional<OtioRange>& range) {
  if (!range) return nullptr;
  return {
      {"OTIO_SCHEMA", "TimeRange.1"}, {"duration", timeJson(range->duration)}, {"start_time", timeJson(range->start)}};
}

void putRest(OtioJson& into, const OtioJson& rest) {
  if (!rest.is_object()) return;
  for (const auto& [key, value] : rest.items()) into[key] = value;
}

OtioJson mediaJson(const OtioMedia& media) {
  if (media.kind == OtioMedia::Kind::other) return media.rest;
  OtioJson out;
  const bool sequence = media.kind == OtioMedia::Kind::sequence;
  out["OTIO_SCHEMA"] = sequence                                  ? "ImageSequenceReference.1"
                       : media.kind == OtioMedia::Kind::external ? "ExternalReference.1"
                                                                 : "MissingReference.1";
  out["metadata"] = media.metadata;
  out["name"] = media.name;
  out["available_range"] = rangeJson(media.available);
  if (media.kind == OtioMedia::Kind::external) out["target_url"] = media.url;
  if (sequence) {
    out["target_url_base"] = media.url;
    out["name_prefix"] = media.prefix;
    out["name_suffix"] = media.suffix;
    out["start_frame"] = media.firstFrame;
    out["frame_step"] = media.frameStep;
    out["rate"] = media.rate;
    out["frame_zero_padding"] = media.padding;
    out["missing_frame_policy"] = media.missingFrames;
  }
  putRest(out, media.rest);
  return out;
}

OtioJson markerJson(const OtioMarker& marker) {
  OtioJson out{{"OTIO_SCHEMA", "Marker.2"},
               {"metadata", marker.metadata},
               {"name", marker.name},
               {"color", marker.colour},
               {"marked_range", rangeJson(marker.range)}};
  putRest(out, marker.rest);
  return out;
}

OtioJson itemJson(const OtioItem& item) {
  using Kind = OtioItem::Kind;
  OtioJson out;
  const auto common = [&](const char* schema) {
    out["OTIO_SCHEMA"] = schema;
    out["metadata"] = item.metadata;
    out["name"] = item.name;
  };
  const auto placed = [&](const char* schema) {
    common(schema);
    out["source_range"] = rangeJson(item.range);
    out["effects"] = item.effects;
    out["markers"] = OtioJson::array();
    for (const OtioMarker& one : item.markers) out["markers"].push_back(markerJson(one));
    out["enabled"] = item.enabled;
  };
  const auto children = [&] {
    out["children"] = OtioJson::array();
    for (const OtioItem& one : item.children) out["children"].push_back(itemJson(one));
  };
  switch (item.kind) {
    case Kind::other:
      return item.rest;
    case Kind::clip:
      placed("Clip.2");
      out["media_references"] = OtioJson::object();
      for (const auto& [key, media] : item.media) out["media_references"][key] = mediaJson(media);
      out["active_media_reference_key"] = item.activeMedia;
      break;
    case Kind::gap:
      placed("Gap.1");
      break;
    case Kind::transition:
      common("Transition.1");
      out["in_offset"] = timeJson(item.inOffset);
      out["out_offset"] = timeJson(item.outOffset);
      out["transition_type"] = item.transitionType;
      break;
    case Kind::track:
      placed("Track.1");
      children();
      out["kind"] = item.trackKind;
      break;
    case Kind::stack:
      placed("Stack.1");
      children();
      break;
    case Kind::collection:
      common("SerializableCollection.1");
      children();
      break;
    case Kind::timeline:
      common("Timeline.1");
      out["global_start_time"] = item.globalStart ? timeJson(*item.globalStart) : OtioJson(nullptr);
      if (!item.children.empty()) out["tracks"] = itemJson(item.children.front());
      break;
  }
  putRest(out, item.rest);
  return out;
}

void collect(const OtioItem& item, std::vector<const OtioItem*>& into) {
  if (item.kind == OtioItem::Kind::clip) into.push_back(&item);
  for (const OtioItem& one : item.children) collect(one, into);
}

}  // namespace

const OtioMedia* OtioItem::activeReference() const {
  for (const auto& [key, one] : media) {
    if (key == activeMedia) return &one;
  }
  return nullptr;
}

Result<OtioItem> parseOtio(std::string_view json) {
  if (json.size() > kMaxBytes) return fail(Errc::unsupported, "the OTIO file is larger than 64 MB");
  const auto plain = plainJson(json);
  if (!plain) return tl::unexpected(plain.error());
  const OtioJson document = OtioJson::parse(*plain, nullptr, false);
  if (document.is_discarded()) return fail(Errc::corrupt, "the text is no JSON");
  if (!document.is_object() || schemaOf(document).empty()) {
    return fail(Errc::corrupt, "the JSON has no OTIO_SCHEMA and is no OpenTimelineIO");
  }
  OtioItem out;
  std::size_t count = 0;
  if (!readItem(document, out, count)) return fail(Errc::corrupt, "the OTIO file has too many items");
  if (out.kind == OtioItem::Kind::other) {
    return fail(Errc::corrupt, fmt::format("an OTIO file cannot begin with {}", path::display(schemaOf(document))));
  }
  return out;
}

std::string formatOtio(const OtioItem& root) {
  return withTokens(itemJson(root).dump(4, ' ', false, OtioJson::error_handler_t::replace)) + "\n";
}

double otioRate(FrameRate rate) {
  return rate.valid() ? static_cast<double>(rate.num) / static_cast<double>(rate.den) : 1.0;
}

std::vector<const OtioItem*> otioClips(const OtioItem& root) {
  std::vector<const OtioItem*> out;
  collect(root, out);
  return out;
}

}  // namespace rollproof::interchange
