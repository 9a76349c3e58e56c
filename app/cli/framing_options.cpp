// SPDX-License-Identifier: Apache-2.0
#include "app/cli/framing_options.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/dailies/framing.h"

namespace rollproof::cli {
namespace {

constexpr std::uint64_t kMostBytes = 8ULL << 20;

// A file's text where `said` names a .json or .fdl file, else `said` itself.
Result<std::string> textOf(const std::string& said) {
  const std::string suffix = path::extension(said);
  if (said.starts_with("{") || (suffix != "json" && suffix != "fdl")) return said;
  return readSmallFile(realFileSystem(), path::absolute(said), kMostBytes);
}

}  // namespace

void FramingOptions::addTo(CLI::App& verb) {
  verb.add_option("--burnin", burnin,
                  "Words burnt in: review, editorial, producer, tracked, clean, one of your own, a FILE.json, or text "
                  "with {clip} {reel} {tc} {rectc} {frame} {scene} {take} {date} {show} {camera} {look} {recipient} "
                  "{free1} to {free9}");
  verb.add_option("--recipient", recipient, "Who the pictures are for, where a burn-in says {recipient}");
  verb.add_option("--show", show, "The show's name, where a burn-in says {show}");
  for (std::size_t i = 0; i < free.size(); ++i) {
    verb.add_option(fmt::format("--free{}", i + 1), free[i], fmt::format("What {{free{}}} says", i + 1));
  }
  verb.add_option("--framing", framing,
                  "A framing FILE.json, an ASC FDL, a kept framing's name, an aspect such as 2.39:1, or none (default: "
                  "what the camera format says)");
  verb.add_option("--framing-intent", intent, "Which framing intent of an ASC FDL (default: its own)");
  verb.add_option("--aspect", aspect, "Shape of the picture in the file: 2.39:1, 16:9");
  verb.add_option(
      "--fit", fit,
      "How it comes into that shape: matte (default: cut to a wider one, bars beside a narrower one), letterbox, "
      "crop, stretch");
  verb.add_option("--framelines", lines, "Lines drawn for these aspects: 2.39:1,1.85");
  verb.add_option("--rotate", rotate, "Turn clockwise by 90, 180 or 270")->check(CLI::IsMember({0, 90, 180, 270}));
  verb.add_option("--flip", flip, "Mirror: horizontal, vertical or both")
      ->check(CLI::IsMember({"horizontal", "vertical", "both"}));
  verb.add_option("--squeeze", squeeze, "Anamorphic squeeze, instead of what the clip says")
      ->check(CLI::Range(0.2, 5.0));
  verb.add_flag("!--no-desqueeze", desqueeze, "Leave anamorphic pictures as they were recorded");
}

Status FramingOptions::fill(dailies::RenderRequest& request) const {
  const auto words = textOf(burnin);
  if (!words) return tl::unexpected(words.error());
  const auto shape = textOf(framing);
  if (!shape) return tl::unexpected(shape.error());
  request.burnin = *words;
  request.framing = *shape;
  request.framingIntent = intent;
  request.burnInExtras = {show, recipient, free};
  nlohmann::json changes = nlohmann::json::object();
  if (!aspect.empty()) {
    const auto value = dailies::aspectFrom(aspect);
    if (!value) return tl::unexpected(value.error());
    changes["aspect"] = *value;
  }
  if (!fit.empty()) {
    if (const auto known = dailies::fitCalled(fit); !known) return tl::unexpected(known.error());
    changes["fit"] = fit;
  }
  if (rotate >= 0) changes["rotate"] = rotate;
  if (flip == "horizontal" || flip == "both") changes["flip_horizontal"] = true;
  if (flip == "vertical" || flip == "both") changes["flip_vertical"] = true;
  if (squeeze > 0) changes["squeeze"] = squeeze;
  if (!desqueeze) changes["desqueeze"] = false;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find(',', at), lines.size());
    const std::string one = lines.substr(at, end - at);
    const auto value = dailies::aspectFrom(one);
    if (!value) return tl::unexpected(value.error());
    changes["framelines"].push_back({{"aspect", *value}, {"label", one}});
    at = end + 1;
  }
  if (!changes.empty()) request.framingChanges = changes.dump();
  return {};
}

}  // namespace rollproof::cli
