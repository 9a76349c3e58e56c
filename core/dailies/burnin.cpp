// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/burnin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/path.h"
#include "core/dailies/burnin_files.h"
#include "core/dailies/json_fields.h"

namespace rollproof::dailies {
namespace {

constexpr std::size_t kLongestLine = 200;
constexpr std::size_t kMostItems = 40;
constexpr std::size_t kMostFree = 9;
constexpr std::array<std::string_view, 12> kWords{"clip", "reel", "tc",   "rectc",  "frame", "scene",
                                                  "take", "date", "show", "camera", "look",  "recipient"};
constexpr std::array<const char*, 9> kPlaces{"top_left", "top",         "top_right", "left",        "centre",
                                             "right",    "bottom_left", "bottom",    "bottom_right"};

// A word of {free1} to {free9}.
std::optional<std::size_t> freeOf(std::string_view word) {
  if (word.size() != 5 || !word.starts_with("free") || word[4] < '1' || word[4] > '9') return std::nullopt;
  return static_cast<std::size_t>(word[4] - '1');
}

bool isWord(std::string_view word) {
  return freeOf(word) || std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

std::string wordsInWords() {
  std::string all;
  for (const std::string_view word : kWords) all.append("{").append(word).append("} ");
  return all + fmt::format("{{free1}} to {{free{}}}", kMostFree);
}

// Calls `plain` and `word` for the pieces of a pattern, in order.
template <typename Plain, typename Word>
Status eachPiece(std::string_view pattern, const Plain& plain, const Word& word) {
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    if (open != at) plain(pattern.substr(at, open == std::string_view::npos ? open : open - at));
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find('}', open);
    if (close == std::string_view::npos) {
      return fail(Errc::usage, "a brace in the burn-in text is never closed", path::display(std::string(pattern)));
    }
    const std::string_view inside = pattern.substr(open + 1, close - open - 1);
    if (!isWord(inside)) {
      return fail(
          Errc::usage,
          fmt::format("the burn-in knows {}, but not {{{}}}", wordsInWords(), path::display(std::string(inside))),
          path::display(std::string(pattern)));
    }
    word(inside);
    at = close + 1;
  }
  return {};
}

Status checkPattern(std::string_view pattern) {
  return eachPiece(
      pattern, [](std::string_view) {}, [](std::string_view) {});
}

std::string said(std::string_view word, const BurnInWords& words, const BurnInMoment& moment) {
  if (const auto free = freeOf(word)) return *free < words.free.size() ? words.free[*free] : std::string();
  if (word == "clip") return words.clip;
  if (word == "reel") return words.reel;
  if (word == "tc") return moment.timecode ? moment.timecode->text() : "--:--:--:--";
  if (word == "rectc") return moment.recordTimecode ? moment.recordTimecode->text() : "--:--:--:--";
  if (word == "frame") return std::to_string(moment.frame);
  if (word == "scene") return words.scene;
  if (word == "take") return words.take;
  if (word == "date") return words.date;
  if (word == "show") return words.show;
  if (word == "camera") return words.camera;
  return word == "look" ? words.look : words.recipient;
}

BurnInItem itemFrom(JsonFields& fields) {
  BurnInItem item;
  item.text = fields.text("text").value_or("");
  if (item.text.find_first_not_of(' ') == std::string::npos) fields.wrong("a burn-in's item has no text");
  if (auto good = checkPattern(item.text); !good) fields.wrong(good.error().message);
  if (const auto place = fields.text("place")) {
    const auto at = std::find(kPlaces.begin(), kPlaces.end(), *place);
    if (at == kPlaces.end()) {
      fields.wrong(
          fmt::format("'{}' is no place of a burn-in; places are {}", path::display(*place), fmt::join(kPlaces, ", ")));
    } else {
      item.place = static_cast<Place>(at - kPlaces.begin());
    }
  }
  item.size = fields.number("size", 0.005, 0.5).value_or(item.size);
  item.margin = fields.number("margin", 0, 0.45).value_or(item.margin);
  item.colour = fields.colour("colour", item.colour);
  item.opacity = fields.number("opacity", 0, 1).value_or(item.opacity);
  item.watermark = fields.flag("watermark").value_or(false);
  item.box = fields.number("box", 0, 1).value_or(item.watermark ? 0 : item.box);
  item.tiled = fields.flag("tiled").value_or(false);
  item.angle = fields.number("angle", -90, 90).value_or(0);
  if (!item.watermark && (item.tiled || item.angle != 0)) {
    fields.wrong("only a watermark is tiled or has an angle");
  }
  return item;
}

}  // namespace

bool BurnInTemplate::says(std::string_view word) const {
  const std::string braced = fmt::format("{{{}}}", word);
  return std::any_of(items.begin(), items.end(),
                     [&](const BurnInItem& item) { return item.text.find(braced) != std::string::npos; });
}

const std::vector<BurnInTemplate>& burnIns() {
  static const std::vector<BurnInTemplate> all = [] {
    std::vector<BurnInTemplate> made;
    for (const char* file : burnInFiles()) {
      // That each is well formed is a test's promise.
      if (auto one = parseBurnIn(file)) made.push_back(std::move(*one));
    }
    return made;
  }();
  return all;
}

Result<BurnInTemplate> parseBurnIn(std::string_view text) {
  auto read = JsonFields::parse(text, "burn-in", {"name", "description", "items"});
  if (!read) return tl::unexpected(read.error());
  BurnInTemplate made;
  made.name = read->text("name").value_or("");
  made.description = read->text("description").value_or("");
  read->each("items", kMostItems,
             {"text", "place", "size", "margin", "colour", "opacity", "box", "watermark", "tiled", "angle"},
             [&](JsonFields& item) { made.items.push_back(itemFrom(item)); });
  if (made.items.empty()) read->wrong("a burn-in needs items");
  if (const auto& trouble = read->trouble()) return fail(Errc::usage, *trouble, path::display(made.name));
  return made;
}

std::string burnInJson(const BurnInTemplate& burnin) {
  nlohmann::ordered_json json{{"name", burnin.name}, {"description", burnin.description}};
  json["items"] = nlohmann::ordered_json::array();
  for (const BurnInItem& item : burnin.items) {
    nlohmann::ordered_json one{{"text", item.text}};
    if (item.watermark) {
      one["watermark"] = true;
      if (item.tiled) one["tiled"] = true;
      one["angle"] = item.angle;
    } else {
      one["place"] = kPlaces[static_cast<std::size_t>(item.place)];
      one["margin"] = item.margin;
    }
    one["size"] = item.size;
    one["colour"] = colourText(item.colour);
    one["opacity"] = item.opacity;
    one["box"] = item.box;
    json["items"].push_back(std::move(one));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<BurnInTemplate> burnInFor(const std::string& asked) {
  BurnInTemplate made;
  const std::size_t first = asked.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos) return made;
  if (asked[first] == '{') {
    const std::size_t next = asked.find_first_not_of(" \t\r\n", first + 1);
    if (next != std::string::npos && (asked[next] == '"' || asked[next] == '}')) return parseBurnIn(asked);
  }
  for (const BurnInTemplate& one : burnIns()) {
    if (one.name == asked) return one;
  }
  if (asked.find_first_of(" {") == std::string::npos) {
    std::string names;
    for (const BurnInTemplate& one : burnIns()) names.append(names.empty() ? "" : ", ").append(one.name);
    return fail(
        Errc::usage,
        fmt::format("there is no such burn-in; there are {}, or write text with words such as {{clip}} {{tc}}", names),
        path::display(asked));
  }
  if (auto good = checkPattern(asked); !good) return tl::unexpected(good.error());
  BurnInItem line;
  line.text = asked;
  made.name = "line";
  made.items.push_back(std::move(line));
  return made;
}

BurnInWords wordsOf(const model::Clip& clip) {
  BurnInWords words;
  words.clip = clip.name;
  words.reel = clip.reel;
  words.scene = clip.slate.scene;
  words.take = clip.slate.take;
  words.date = clip.recordedAt.substr(0, 10);
  words.show = clip.slate.production;
  words.camera = clip.camera.id.empty() ? clip.camera.model : clip.camera.id;
  words.look = clip.colour.look;
  return words;
}

BurnInWords wordsOf(const model::Clip& clip, const BurnInExtras& extras, const std::string& look) {
  BurnInWords words = wordsOf(clip);
  if (!extras.show.empty()) words.show = extras.show;
  if (!look.empty()) words.look = look;
  words.recipient = extras.recipient;
  words.free = extras.free;
  return words;
}

std::string burnInText(const BurnInItem& item, const BurnInWords& words, const BurnInMoment& moment) {
  std::string line;
  bool any = false, anyWord = false;
  // The pattern was checked when it was read; of one that was not, what comes before the mistake is shown.
  (void)eachPiece(
      item.text, [&](std::string_view plain) { line += plain; },
      [&](std::string_view word) {
        const std::string value = said(word, words, moment);
        anyWord = true;
        any = any || !value.empty();
        line += value;
      });
  if (anyWord && !any) return {};
  line = path::display(line);
  if (line.size() > kLongestLine) {
    std::size_t end = kLongestLine;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    line.resize(end);
  }
  return line.find_first_not_of(' ') == std::string::npos ? std::string() : line;
}

}  // namespace rollproof::dailies
