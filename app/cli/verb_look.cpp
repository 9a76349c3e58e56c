// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string file, lookName, look;
  std::vector<std::string> clips;
  std::string roll, project;
  std::vector<std::int64_t> formats;
};

std::string words(const model::Look& look) {
  std::string text;
  if (look.cdl) {
    const auto& c = *look.cdl;
    text = fmt::format("CDL slope {:g} {:g} {:g} offset {:g} {:g} {:g} power {:g} {:g} {:g} sat {:g}", c.slope[0],
                       c.slope[1], c.slope[2], c.offset[0], c.offset[1], c.offset[2], c.power[0], c.power[1],
                       c.power[2], c.saturation);
  }
  if (!look.lutFile.empty()) text += (text.empty() ? "LUT " : ", LUT ") + path::display(look.lutFile);
  return text.empty() ? "nothing" : text;
}

Json toJson(const model::Look& look) {
  Json object{{"event", "look"}, {"name", look.name}};
  if (look.cdl) object["cdl"] = model::toJson(*look.cdl);
  if (!look.lutFile.empty()) model::putPath(object, look.lutFile, "lut");
  return object;
}

int add(Context& context, const Options& options) {
  const auto look = context.session().addLookFile(options.file, options.lookName);
  if (!look) return context.out.failed("look", look.error());
  context.out.event(toJson(*look));
  context.out.line(look->name + ": " + words(*look));
  context.out.event({{"event", "result"}, {"verb", "look"}, {"action", "add"}, {"name", look->name}});
  return kOk;
}

int list(Context& context) {
  const auto looks = context.session().looks();
  if (!looks) return context.out.failed("look", looks.error());
  for (const auto& look : *looks) {
    context.out.event(toJson(look));
    context.out.line(look.name + ": " + words(look));
  }
  if (looks->empty()) context.out.line("No look yet. Add one with: rollproof look add FILE");
  context.out.event({{"event", "result"}, {"verb", "look"}, {"action", "list"}, {"looks", looks->size()}});
  return kOk;
}

// A roll is named by people: its name, the newest of that name when several projects have one.
Result<catalog::RollId> rollNamed(Context& context, const std::string& name) {
  const auto rolls = context.session().rolls();
  if (!rolls) return tl::unexpected(rolls.error());
  const catalog::RollRow* found = nullptr;
  for (const auto& roll : *rolls)
    if (roll.key.roll == name && (!found || roll.finishedAt > found->finishedAt)) found = &roll;
  if (!found) return fail(Errc::notFound, "is no roll of the library", name);
  return found->id;
}

int apply(Context& context, const Options& options) {
  std::vector<std::string> targets;
  for (const auto& clip : options.clips) {
    const auto rows = context.session().clips("clip:\"" + clip + "\"");
    if (!rows) return context.out.failed("look", rows.error());
    if (rows->empty())
      return context.out.failed("look", Error{Errc::notFound, "is no clip of the library", clip, 0, -1});
    for (const auto& row : *rows) targets.push_back(fmt::format("clip:{}", row.id.value));
  }
  if (!options.roll.empty()) {
    const auto roll = rollNamed(context, options.roll);
    if (!roll) return context.out.failed("look", roll.error());
    targets.push_back(fmt::format("roll:{}", roll->value));
  }
  for (const auto format : options.formats) targets.push_back(fmt::format("format:{}", format));
  if (!options.project.empty()) targets.push_back("project:" + options.project);
  if (targets.empty())
    return context.out.failed("look",
                              Error{Errc::usage, "Say onto what: clips, --roll, --format or --project", "", 0, -1});
  for (const auto& target : targets)
    if (auto done = context.session().assignLook(options.look, target); !done)
      return context.out.failed("look", done.error());
  context.out.line(
      fmt::format("{} applied to {} {}", options.look, targets.size(), targets.size() == 1 ? "target" : "targets"));
  context.out.event(
      {{"event", "result"}, {"verb", "look"}, {"action", "apply"}, {"name", options.look}, {"targets", targets}});
  return kOk;
}

}  // namespace

void addLook(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("look", "Looks: CDL and show LUTs, onto clips, rolls, camera formats or a project");
  verb->require_subcommand(1);
  CLI::App* addVerb =
      verb->add_subcommand("add", "Take a .cc, .ccc, .cdl, .cube, .clf or other LUT file into the catalog");
  addVerb->add_option("FILE", options->file, "The look's file")->required();
  addVerb->add_option("--name", options->lookName, "What to call it (default: the file's name)");
  addVerb->callback([options, &chosen] { chosen = [options](Context& context) { return add(context, *options); }; });
  CLI::App* listVerb = verb->add_subcommand("list", "All looks");
  listVerb->callback([&chosen] { chosen = [](Context& context) { return list(context); }; });
  CLI::App* applyVerb = verb->add_subcommand("apply", "Give clips, a roll, a camera format or a project a look");
  applyVerb->add_option("LOOK", options->look, "Its name")->required();
  applyVerb->add_option("CLIP", options->clips, "Clip names");
  applyVerb->add_option("--roll", options->roll, "A roll's name");
  applyVerb->add_option("--format", options->formats, "A camera format's number, as `rollproof formats` lists them");
  applyVerb->add_option("--project", options->project, "A project's name");
  applyVerb->callback(
      [options, &chosen] { chosen = [options](Context& context) { return apply(context, *options); }; });
}

}  // namespace rollproof::cli
