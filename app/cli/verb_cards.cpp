// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
};

const char* word(session::Known known) {
  switch (known) {
    case session::Known::alreadySafe:
      return "already_safe";
    case session::Known::offloaded:
      return "offloaded";
    case session::Known::changedSince:
      return "changed_since";
    case session::Known::otherContent:
      return "other_content";
    case session::Known::unknown:
      break;
  }
  return "unknown";
}

// What may have cost footage first, what is only odd last.
std::size_t gravity(const model::Warning& warning) {
  static constexpr std::string_view kOrder[] = {
      "zero_length",        "unreadable_media", "unfinished",     "missing_segment", "manifest_without_file",
      "missing_audio_file", "sequence_gap",     "dropped_frames", "timecode_jump",   "chain_to_other_card",
      "reader_crashed",     "reader_hung",      "mixed_cards",    "renamed_by_hand", "unreadable_sidecar",
      "no_sidecar",         "orphan_sidecar",   "temp_file",      "no_decoder"};
  return static_cast<std::size_t>(std::find(std::begin(kOrder), std::end(kOrder), warning.code) - std::begin(kOrder));
}

// What is known of the card from before; a catalog in trouble keeps nobody from looking at a card.
Json knownJson(const Context& context, const Result<session::Recognition>& known) {
  if (!known) {
    context.out.warn("the catalog cannot say whether this card was offloaded before: " + describe(known.error()));
    return nullptr;
  }
  Json details = Json::array();
  for (const auto& detail : known->details) details.push_back(path::display(detail));
  return {{"state", word(known->known)},
          {"text", path::display(known->text)},
          {"details", details},
          {"roll_id", known->roll ? Json(known->roll->value) : Json(nullptr)}};
}

void show(const Context& context, const model::Card& card, const Result<session::Recognition>& known) {
  Json clips = Json::array();
  for (const auto& clip : card.clips) clips.push_back(clip.name);
  Json object{{"event", "card"}};
  model::putPath(object, card.root);
  object.update(Json{{"family", card.family},
                     {"families", card.families},
                     {"camera", card.camera},
                     {"reel", card.reel},
                     {"clips", card.clips.size()},
                     {"clip_names", clips},
                     {"files", card.files},
                     {"bytes", card.bytes}});
  std::vector<model::Warning> warnings = card.warnings;
  for (const auto& clip : card.clips)
    for (const auto& warning : clip.warnings) warnings.push_back({warning.code, clip.name + ": " + warning.text});
  std::stable_sort(warnings.begin(), warnings.end(),
                   [](const auto& one, const auto& other) { return gravity(one) < gravity(other); });
  object["warnings"] = toJson(warnings);
  object["known"] = knownJson(context, known);
  context.out.event(object);
  context.out.line(fmt::format("{}  {}{}{}", path::display(card.root), path::display(card.reel),
                               card.camera.empty() ? "" : "  " + path::display(card.camera),
                               "  [" + card.family + "]"));
  context.out.line(fmt::format("  {} clips, {} files, {}", card.clips.size(), card.files, humanBytes(card.bytes)));
  if (known && known->known != session::Known::unknown) {
    context.out.line("  = " + path::display(known->text));
    for (const auto& detail : known->details) context.out.line("    " + path::display(detail));
  }
  for (const auto& warning : warnings) context.out.line("  ! " + path::display(warning.text));
}

int run(Context& context, const Options& options) {
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) {
    for (const auto& volume : context.session().volumes())
      if (volume.removable || volume.readOnly) paths.push_back(volume.mountPoint);
    if (paths.empty()) context.out.line("No card is mounted. Name a folder to look at it.");
  }
  int exit = kOk;
  std::size_t shown = 0;
  for (const auto& path : paths) {
    const auto card = context.session().readCard(path, true, context.stop);
    if (context.stop.stop_requested()) return kStopped;
    if (!card) {
      context.out.warn(describe(card.error()));
      context.out.event({{"event", "error"},
                         {"path", path::display(path)},
                         {"code", name(card.error().code)},
                         {"text", describe(card.error())}});
      exit = kFailed;
      continue;
    }
    show(context, *card, context.session().recognise(path, context.stop));
    ++shown;
  }
  context.out.event({{"event", "result"}, {"verb", "cards"}, {"cards", shown}});
  return exit;
}

}  // namespace

void addCards(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("cards",
                                      "What is mounted, or in the folders given: family, reel, clips, what is odd, and "
                                      "whether it was offloaded before");
  verb->add_option("PATH", options->paths, "Folders to look at (default: mounted cards)");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
