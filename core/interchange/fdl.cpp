// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/fdl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/path.h"

namespace rollproof::interchange {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBytes = 8U << 20;
constexpr std::size_t kMaxItems = 10'000;  // of each kind, in one list
constexpr double kMaxSide = 65536;
constexpr double kSameShape = 0.002;

// Reads members and remembers the first thing that was wrong, with its place.
class Reader {
 public:
  [[nodiscard]] const std::optional<std::string>& trouble() const { return m_trouble; }

  static std::string text(const Json& object, const char* key) {
    const auto at = object.find(key);
    if (at == object.end()) return {};
    // Identifiers are numbers in some early files.
    if (at->is_number_integer()) return at->dump();
    return at->is_string() ? at->get<std::string>() : std::string();
  }
  double number(const Json& object, const char* key, double least, double most, const std::string& where) {
    const auto at = object.find(key);
    if (at == object.end() || !at->is_number()) {
      wrong(fmt::format("{} has no number {}", where, key));
      return least;
    }
    const double value = at->get<double>();
    if (!std::isfinite(value) || value < least || value > most) {
      wrong(fmt::format("{} has an impossible {}", where, key));
      return least;
    }
    return value;
  }
  FdlSize size(const Json& object, const char* key, const std::string& where) {
    const auto at = object.find(key);
    if (at == object.end() || !at->is_object()) {
      wrong(fmt::format("{} has no {}", where, key));
      return {};
    }
    const std::string inside = fmt::format("{} of {}", key, where);
    FdlSize size{number(*at, "width", 0, kMaxSide, inside), number(*at, "height", 0, kMaxSide, inside)};
    if (size.width <= 0 || size.height <= 0) wrong(fmt::format("{} is empty", inside));
    return size;
  }
  FdlBox box(const Json& object, const char* sizeKey, const char* anchorKey, const std::string& where) {
    const FdlSize side = size(object, sizeKey, where);
    FdlBox box{0, 0, side.width, side.height};
    const auto at = object.find(anchorKey);
    if (at == object.end() || !at->is_object()) {
      wrong(fmt::format("{} has no {}", where, anchorKey));
      return box;
    }
    const std::string inside = fmt::format("{} of {}", anchorKey, where);
    box.x = number(*at, "x", -kMaxSide, kMaxSide, inside);
    box.y = number(*at, "y", -kMaxSide, kMaxSide, inside);
    return box;
  }
  std::optional<FdlBox> mayBe(const Json& object, const char* sizeKey, const char* anchorKey,
                              const std::string& where) {
    const auto at = object.find(sizeKey);
    if (at == object.end() || at->is_null()) return std::nullopt;
    return box(object, sizeKey, anchorKey, where);
  }
  // The members of a list, each an object; none where there is no list.
  template <typename Each>
  void each(const Json& object, const char* key, const std::string& where, const Each& read) {
    const auto at = object.find(key);
    if (at == object.end() || at->is_null()) return;
    if (!at->is_array() || at->size() > kMaxItems) return wrong(fmt::format("{} of {} is no list", key, where));
    for (const Json& item : *at) {
      if (m_trouble) return;
      if (!item.is_object()) return wrong(fmt::format("{} of {} holds something else", key, where));
      read(item);
    }
  }
  void wrong(std::string what) {
    if (!m_trouble) m_trouble = std::move(what);
  }

 private:
  std::optional<std::string> m_trouble;
};

// What to call something in a sentence.
std::string called(const char* kind, const std::string& label, const std::string& id) {
  return fmt::format("{} '{}'", kind, path::display(label.empty() ? id : label));
}

FdlCanvas canvasFrom(Reader& reader, const Json& item) {
  FdlCanvas canvas;
  canvas.id = Reader::text(item, "id");
  canvas.label = Reader::text(item, "label");
  canvas.sourceCanvas = Reader::text(item, "source_canvas_id");
  const std::string where = called("canvas", canvas.label, canvas.id);
  canvas.size = reader.size(item, "dimensions", where);
  canvas.effective = reader.mayBe(item, "effective_dimensions", "effective_anchor_point", where);
  if (item.contains("anamorphic_squeeze")) {
    canvas.squeeze = reader.number(item, "anamorphic_squeeze", 0.2, 5, where);
  }
  reader.each(item, "framing_decisions", where, [&](const Json& one) {
    FdlDecision decision;
    decision.id = Reader::text(one, "id");
    decision.label = Reader::text(one, "label");
    decision.intent = Reader::text(one, "framing_intent_id");
    const std::string inside = called("framing decision", decision.label, decision.id);
    decision.frame = reader.box(one, "dimensions", "anchor_point", inside);
    decision.protection = reader.mayBe(one, "protection_dimensions", "protection_anchor_point", inside);
    canvas.decisions.push_back(std::move(decision));
  });
  return canvas;
}

std::optional<Json> objectFrom(std::string_view text) {
  if (text.size() > kMaxBytes) return std::nullopt;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return text;
}

std::string sizeInWords(double width, double height) { return fmt::format("{:g} x {:g}", width, height); }

struct Candidate {
  const FdlContext* context = nullptr;
  const FdlCanvas* canvas = nullptr;
  bool clips = false, exact = false, hinted = false;
  [[nodiscard]] int rank() const { return (clips ? 4 : 0) + (exact ? 2 : 0) + (hinted ? 1 : 0); }
};

bool isOfClip(const FdlContext& context, const std::string& clip) {
  if (clip.empty()) return false;
  const std::string name = lowered(clip);
  return lowered(context.clipName) == name || lowered(context.clipFile) == name ||
         (!context.clipFile.empty() && lowered(path::stem(context.clipFile)) == name);
}

std::vector<Candidate> candidatesFor(const Fdl& fdl, const FdlQuery& query) {
  std::vector<Candidate> found;
  const double shape = static_cast<double>(query.width) / query.height;
  for (const FdlContext& context : fdl.contexts) {
    const bool ofClip = isOfClip(context, query.clip);
    // What is said of one clip is not said of another.
    if (!ofClip && !(context.clipName.empty() && context.clipFile.empty())) continue;
    for (const FdlCanvas& canvas : context.canvases) {
      if (canvas.decisions.empty()) continue;
      Candidate one{&context, &canvas, ofClip, false, false};
      one.exact = canvas.size.width == query.width && canvas.size.height == query.height;
      if (!one.exact && std::abs(canvas.size.width / canvas.size.height / shape - 1) > kSameShape) continue;
      const std::string label = lowered(canvas.label + " " + context.label);
      one.hinted = std::any_of(query.hints.begin(), query.hints.end(), [&](const std::string& hint) {
        return !hint.empty() && label.find(lowered(hint)) != std::string::npos;
      });
      found.push_back(one);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Candidate& a, const Candidate& b) { return a.rank() > b.rank(); });
  return found;
}

const FdlIntent* intentCalled(const Fdl& fdl, const std::string& name) {
  for (const FdlIntent& intent : fdl.intents) {
    if (intent.id == name || lowered(intent.label) == lowered(name)) return &intent;
  }
  return nullptr;
}

const FdlDecision* decisionFor(const FdlCanvas& canvas, const std::string& intent) {
  for (const FdlDecision& decision : canvas.decisions) {
    if (intent.empty() || decision.intent == intent) return &decision;
  }
  return nullptr;
}

std::string canvasesInWords(const Fdl& fdl) {
  std::string words;
  int told = 0;
  for (const FdlContext& context : fdl.contexts) {
    for (const FdlCanvas& canvas : context.canvases) {
      if (++told > 8) return words + ", ...";
      if (!words.empty()) words += ", ";
      words += fmt::format("{} of {}", called("canvas", canvas.label, canvas.id),
                           sizeInWords(canvas.size.width, canvas.size.height));
    }
  }
  return words.empty() ? "no canvas" : words;
}

std::string intentsInWords(const Fdl& fdl) {
  std::string words;
  for (std::size_t i = 0; i < fdl.intents.size() && i < 8; ++i) {
    if (i > 0) words += ", ";
    words.append("'").append(path::display(fdl.intents[i].label.empty() ? fdl.intents[i].id : fdl.intents[i].label));
    words += '\'';
  }
  return words.empty() ? "none" : words;
}

// In recorded pixels and within the picture; nothing where no part of it is.
std::optional<FdlBox> within(const FdlBox& box, const FdlCanvas& canvas, const FdlQuery& query) {
  const double sx = query.width / canvas.size.width, sy = query.height / canvas.size.height;
  const double left = std::clamp(box.x * sx, 0.0, static_cast<double>(query.width));
  const double top = std::clamp(box.y * sy, 0.0, static_cast<double>(query.height));
  const double right = std::clamp((box.x + box.width) * sx, 0.0, static_cast<double>(query.width));
  const double bottom = std::clamp((box.y + box.height) * sy, 0.0, static_cast<double>(query.height));
  if (right - left < 1 || bottom - top < 1) return std::nullopt;
  return FdlBox{left, top, right - left, bottom - top};
}

}  // namespace

bool looksLikeFdl(std::string_view text) {
  const auto json = objectFrom(text);
  return json && (json->contains("contexts") || json->contains("framing_intents"));
}

Result<Fdl> parseFdl(std::string_view text) {
  const auto json = objectFrom(text);
  if (!json) return fail(Errc::corrupt, "is no framing decision list: no JSON object of up to 8 MiB");
  const auto version = json->find("version");
  if (version == json->end() || !version->is_object() ||
      !(json->contains("contexts") || json->contains("framing_intents"))) {
    return fail(Errc::corrupt, "is no framing decision list: it has no version, contexts or framing intents");
  }
  Reader reader;
  Fdl fdl;
  fdl.major = static_cast<int>(reader.number(*version, "major", 0, 1000, "version"));
  fdl.minor = static_cast<int>(reader.number(*version, "minor", 0, 1000, "version"));
  if (!reader.trouble() && fdl.major > 2) {
    return fail(Errc::unsupported,
                fmt::format("is a framing decision list of version {}.{}, newer than 2", fdl.major, fdl.minor));
  }
  fdl.uuid = Reader::text(*json, "uuid");
  fdl.creator = Reader::text(*json, "fdl_creator");
  fdl.defaultIntent = Reader::text(*json, "default_framing_intent");
  reader.each(*json, "framing_intents", "the list", [&](const Json& item) {
    FdlIntent intent;
    intent.id = Reader::text(item, "id");
    intent.label = Reader::text(item, "label");
    const std::string where = called("framing intent", intent.label, intent.id);
    intent.aspect = reader.size(item, "aspect_ratio", where);
    if (item.contains("protection")) intent.protection = reader.number(item, "protection", 0, 10, where);
    fdl.intents.push_back(std::move(intent));
  });
  reader.each(*json, "contexts", "the list", [&](const Json& item) {
    FdlContext context;
    context.label = Reader::text(item, "label");
    context.creator = Reader::text(item, "context_creator");
    if (const auto clip = item.find("clip_id"); clip != item.end() && clip->is_object()) {
      context.clipName = Reader::text(*clip, "clip_name");
      context.clipFile = Reader::text(*clip, "file");
    }
    reader.each(item, "canvases", called("context", context.label, context.creator),
                [&](const Json& one) { context.canvases.push_back(canvasFrom(reader, one)); });
    fdl.contexts.push_back(std::move(context));
  });
  reader.each(*json, "canvas_templates", "the list", [&](const Json& item) {
    FdlTemplate made;
    made.id = Reader::text(item, "id");
    made.label = Reader::text(item, "label");
    const std::string where = called("canvas template", made.label, made.id);
    made.target = reader.size(item, "target_dimensions", where);
    if (item.contains("target_anamorphic_squeeze")) {
      // Zero stands for "as the source" in 2.0.
      made.targetSqueeze = reader.number(item, "target_anamorphic_squeeze", 0, 5, where);
    }
    made.fitSource = Reader::text(item, "fit_source");
    made.fitMethod = Reader::text(item, "fit_method");
    fdl.templates.push_back(std::move(made));
  });
  if (reader.trouble()) return fail(Errc::corrupt, "is a damaged framing decision list: " + *reader.trouble());
  return fdl;
}

Result<FdlChoice> chooseFraming(const Fdl& fdl, const FdlQuery& query) {
  if (query.width <= 0 || query.height <= 0) return fail(Errc::usage, "the clip's recorded size is not known");
  std::string intent;
  if (!query.intent.empty()) {
    const FdlIntent* named = intentCalled(fdl, query.intent);
    if (!named) {
      return fail(Errc::notFound, fmt::format("the framing decision list has no intent '{}', but {}",
                                              path::display(query.intent), intentsInWords(fdl)));
    }
    intent = named->id;
  } else if (intentCalled(fdl, fdl.defaultIntent)) {
    intent = fdl.defaultIntent;
  }
  const std::vector<Candidate> candidates = candidatesFor(fdl, query);
  if (candidates.empty()) {
    return fail(Errc::notFound, fmt::format("no canvas with a decision fits pictures of {}; the list has {}",
                                            sizeInWords(query.width, query.height), canvasesInWords(fdl)));
  }
  const Candidate* best = nullptr;
  const FdlDecision* decision = nullptr;
  for (const Candidate& one : candidates) {
    decision = decisionFor(*one.canvas, intent);
    if (!decision) continue;
    best = &one;
    break;
  }
  if (!best) {
    return fail(Errc::notFound,
                fmt::format("{} has no decision for the framing intent '{}'",
                            called("canvas", candidates.front().canvas->label, candidates.front().canvas->id),
                            path::display(query.intent.empty() ? fdl.defaultIntent : query.intent)));
  }
  const FdlCanvas& canvas = *best->canvas;
  const auto frame = within(decision->frame, canvas, query);
  if (!frame) {
    return fail(Errc::corrupt, fmt::format("{} lies outside of its canvas",
                                           called("framing decision", decision->label, decision->id)));
  }
  FdlChoice choice;
  choice.frame = *frame;
  if (decision->protection) choice.protection = within(*decision->protection, canvas, query);
  choice.squeeze = canvas.squeeze;
  choice.label = decision->label;
  if (const FdlIntent* meant = intentCalled(fdl, decision->intent); choice.label.empty() && meant) {
    choice.label = meant->label;
  }
  const auto alike =
      static_cast<std::size_t>(std::count_if(candidates.begin(), candidates.end(), [&](const Candidate& one) {
        return one.rank() == best->rank() && decisionFor(*one.canvas, intent);
      }));
  const char* how = best->clips    ? "which is for this clip"
                    : best->hinted ? "whose label names this camera's mode"
                    : best->exact  ? "which has the recorded size"
                                   : "which has the recorded shape";
  choice.explanation = fmt::format(
      "Framing '{}' of {} ({}), {}{}: {} from {:g}, {:g} of the recorded picture.", path::display(choice.label),
      called("canvas", canvas.label, canvas.id), sizeInWords(canvas.size.width, canvas.size.height), how,
      alike > 1 ? fmt::format(" as {} others do; the first counts", alike - 1) : std::string(),
      sizeInWords(std::round(frame->width), std::round(frame->height)), std::round(frame->x), std::round(frame->y));
  return choice;
}

}  // namespace rollproof::interchange
