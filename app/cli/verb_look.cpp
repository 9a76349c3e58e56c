// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "app/cli/verbs.h"
#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"
#include "core/session/look_import.h"
#include "core/session/looks.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  std::string name, id, cdlSpace, cdlStyle = "no-clamp", lutInput, lutOutput = "display";
  std::string look, clip;
  bool versions = false;
  std::string configFile;
  bool ownConfig = false;
  std::vector<std::string> clips, to;
  std::int64_t version = 0;
};

Json toJson(const model::LookStep& step) {
  Json object{{"name", step.name}};
  switch (step.kind) {
    case model::LookStep::Kind::cdl:
      object["kind"] = "cdl";
      if (step.cdl) object["cdl"] = model::toJson(*step.cdl);
      object["style"] = step.style == model::CdlStyle::asc ? "asc" : "no_clamp";
      break;
    case model::LookStep::Kind::lut:
      object["kind"] = "lut";
      model::putPath(object, step.file, "lut");
      object["hash"] = step.hash;
      break;
    case model::LookStep::Kind::transform:
      object["kind"] = "transform";
      object["transform"] = step.transform;
      break;
  }
  object["input"] = step.input;
  if (!step.output.empty()) object["output"] = step.output;
  object["applied"] = step.applied;
  return object;
}

Json toJson(const model::Look& look) {
  Json object{{"event", "look"}, {"name", look.name}, {"version", look.version}};
  if (look.cdl) object["cdl"] = model::toJson(*look.cdl);
  if (!look.lutFile.empty()) model::putPath(object, look.lutFile, "lut");
  object["steps"] = Json::array();
  for (const auto& step : colour::stepsOf(look)) object["steps"].push_back(toJson(step));
  for (const auto& [key, value] :
       {std::pair{"input", &look.input}, {"display", &look.display}, {"view", &look.view}, {"source", &look.source}})
    if (!value->empty()) object[key] = *value;
  return object;
}

// The look in full, a step a line, and what is wrong with its files.
void show(Context& context, const model::Look& look, const std::string& addedAt) {
  const auto findings = colour::checkFiles(look);
  Json object = toJson(look);
  if (!addedAt.empty()) object["added_at"] = addedAt;
  object["findings"] = cli::toJson(findings);
  context.out.event(object);
  context.out.line(fmt::format("{}{}{}", look.name, look.version > 0 ? fmt::format(", version {}", look.version) : "",
                               addedAt.empty() ? "" : ", of " + addedAt));
  if (!look.source.empty()) context.out.line("    from " + look.source);
  if (!look.input.empty()) context.out.line("    input " + look.input);
  for (const auto& line : colour::inWords(look)) context.out.line("    " + line);
  if (!look.display.empty()) context.out.line("    shown on " + look.display + ", " + look.view);
  for (const auto& finding : findings) context.out.warn(finding.text);
}

// CDL and LUT files in the order in which they are to be done.
Result<model::Look> composed(const Options& options) {
  model::Look whole;
  for (const auto& file : options.files) {
    auto look = colour::loadLook(path::absolute(file), options.id);
    if (!look) return look;
    if ((look->cdl && whole.cdl) || (!look->lutFile.empty() && !whole.lutFile.empty()))
      return fail(Errc::usage, "is a second one of its kind: one CDL and one LUT make a look", file);
    if (look->cdl) {
      if (!whole.lutFile.empty()) whole.order = model::LookOrder::lutThenCdl;
      whole.cdl = look->cdl;
    } else {
      whole.lutFile = look->lutFile;
      whole.lutHash = look->lutHash;
    }
    whole.name += (whole.name.empty() ? "" : " + ") + look->name;
  }
  if (!options.name.empty()) whole.name = options.name;
  whole.cdlSpace = options.cdlSpace;
  whole.cdlStyle = options.cdlStyle == "asc" ? model::CdlStyle::asc : model::CdlStyle::noClamp;
  whole.lutInput = options.lutInput;
  whole.lutOutput = options.lutOutput;
  return whole;
}

// A file that may hold many looks: all of them, by their own names.
int addAll(Context& context, const Options& options) {
  const auto config = context.session().colourConfig();
  if (!config) return context.out.failed("look", config.error());
  auto looks = session::readLooks(**config, path::absolute(options.files.front()), {});
  if (!looks) return context.out.failed("look", looks.error());
  std::vector<std::string> names;
  for (auto& read : *looks) {
    for (const auto& finding : read.findings)
      if (finding.code != "look_not_matched") context.out.warn(finding.text);
    if (!read.look.cdl && read.look.steps.empty() && read.look.input.empty() && read.look.view.empty()) continue;
    if (!options.name.empty() && looks->size() == 1) read.look.name = options.name;
    if (read.look.cdl && read.look.cdlSpace.empty()) read.look.cdlSpace = options.cdlSpace;
    if (options.cdlStyle == "asc") read.look.cdlStyle = model::CdlStyle::asc;
    if (const auto added = context.session().addLook(read.look); !added)
      return context.out.failed("look", added.error());
    show(context, read.look, {});
    names.push_back(read.look.name);
  }
  if (names.empty())
    return context.out.failed("look",
                              Error{Errc::corrupt, "holds no look that can be kept", options.files.front(), 0, -1});
  context.out.event({{"event", "result"}, {"verb", "look"}, {"action", "add"}, {"names", names}});
  return kOk;
}

int add(Context& context, const Options& options) {
  if (options.files.size() == 1 && options.id.empty() && session::mayHoldMany(options.files.front()))
    return addAll(context, options);
  auto look = composed(options);
  if (!look) return context.out.failed("look", look.error());
  if (const auto added = context.session().addLook(*look); !added) return context.out.failed("look", added.error());
  if (const auto versions = context.session().lookVersions(look->name); versions && !versions->empty())
    look = versions->back().look;
  show(context, *look, {});
  context.out.event(
      {{"event", "result"}, {"verb", "look"}, {"action", "add"}, {"name", look->name}, {"version", look->version}});
  return kOk;
}

// One clip by name; it must be the only one of that name.
Result<catalog::ClipRow> clipNamed(Context& context, const std::string& name) {
  const auto rows = context.session().clips("clip:\"" + name + "\"");
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return fail(Errc::notFound, "is no clip of the library", name);
  return rows->front();
}

int listForClip(Context& context, const std::string& name) {
  const auto row = clipNamed(context, name);
  if (!row) return context.out.failed("look", row.error());
  const auto standing = context.session().standingLook(row->id);
  if (!standing) return context.out.failed("look", standing.error());
  Json result{{"event", "result"}, {"verb", "look"}, {"action", "list"}, {"clip", row->clip.name}};
  if (*standing) {
    show(context, (*standing)->look, {});
    context.out.line(fmt::format("    {} has it from {}", row->clip.name, (*standing)->target));
    result["look"] = (*standing)->look.name;
    result["from"] = (*standing)->target;
    result["pinned_version"] = (*standing)->pinned;
    if (const auto history = context.session().lookHistory((*standing)->target)) {
      for (const auto& change : *history)
        context.out.event({{"event", "look_change"},
                           {"at", change.at},
                           {"look", change.look},
                           {"version", change.version},
                           {"previous", change.previous},
                           {"previous_version", change.previousVersion}});
    }
  } else {
    context.out.line(row->clip.name + " has no look.");
  }
  context.out.event(result);
  return kOk;
}

int list(Context& context, const Options& options) {
  if (!options.clip.empty()) return listForClip(context, options.clip);
  std::size_t shown = 0;
  if (!options.look.empty()) {
    const auto versions = context.session().lookVersions(options.look);
    if (!versions) return context.out.failed("look", versions.error());
    if (versions->empty())
      return context.out.failed("look", Error{Errc::notFound, "is no look of the catalog", options.look, 0, -1});
    for (const auto& version : *versions) show(context, version.look, version.addedAt);
    shown = versions->size();
  } else {
    const auto looks = context.session().looks();
    if (!looks) return context.out.failed("look", looks.error());
    for (const auto& look : *looks) show(context, look, {});
    if (looks->empty()) context.out.line("No look yet. Add one with: rollproof look add FILE");
    shown = looks->size();
  }
  context.out.event({{"event", "result"}, {"verb", "look"}, {"action", "list"}, {"looks", shown}});
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

Status addClipTargets(Context& context, const std::string& name, std::vector<std::string>& targets) {
  const auto rows = context.session().clips("clip:\"" + name + "\"");
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return fail(Errc::notFound, "is no clip of the library", name);
  for (const auto& row : *rows) targets.push_back(fmt::format("clip:{}", row.id.value));
  return {};
}

// "roll:A001" as people write it to "roll:12" as the catalog does.
Status addTarget(Context& context, const std::string& text, std::vector<std::string>& targets) {
  const auto colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string name = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  if (name.empty() || (kind != "clip" && kind != "roll" && kind != "format" && kind != "project"))
    return fail(Errc::usage, "is not clip:NAME, roll:NAME, format:NUMBER or project:NAME", text);
  if (kind == "clip") return addClipTargets(context, name, targets);
  if (kind == "roll") {
    const auto roll = rollNamed(context, name);
    if (!roll) return tl::unexpected(roll.error());
    targets.push_back(fmt::format("roll:{}", roll->value));
    return {};
  }
  targets.push_back(text);
  return {};
}

// Every look of a file onto the clips it belongs to, each with the reason; or its one look onto the targets named.
int applyFile(Context& context, const Options& options, const std::vector<std::string>& targets) {
  const auto config = context.session().colourConfig();
  if (!config) return context.out.failed("look", config.error());
  const auto clips = context.session().clips("");
  if (!clips) return context.out.failed("look", clips.error());
  const auto looks = session::readLooks(**config, path::absolute(options.look), *clips);
  if (!looks) return context.out.failed("look", looks.error());
  if (!targets.empty() && looks->size() > 1)
    return context.out.failed(
        "look", Error{Errc::usage,
                      fmt::format("holds {} looks: leave the targets out to match them to clips, or take one "
                                  "with look add --id",
                                  looks->size()),
                      options.look, 0, -1});
  std::size_t applied = 0;
  std::vector<model::Warning> findings;
  for (const auto& read : *looks) {
    for (const auto& finding : read.findings) {
      if (!targets.empty() && finding.code == "look_not_matched") continue;
      findings.push_back(finding);
      context.out.warn(finding.text);
    }
    std::vector<std::string> to = targets;
    if (targets.empty())
      for (const auto& match : read.clips) to.push_back(fmt::format("clip:{}", match.clip.value));
    if (to.empty()) continue;
    if (const auto added = context.session().addLook(read.look); !added)
      return context.out.failed("look", added.error());
    for (const auto& target : to)
      if (const auto done = context.session().assignLook(read.look.name, target); !done)
        return context.out.failed("look", done.error());
    applied += to.size();
    show(context, read.look, {});
    if (!targets.empty()) continue;
    for (const auto& match : read.clips) {
      context.out.line(fmt::format("    onto {}, because {}", match.name, match.why));
      context.out.event({{"event", "match"},
                         {"look", read.look.name},
                         {"clip", match.name},
                         {"id", match.clip.value},
                         {"why", match.why}});
    }
  }
  context.out.event({{"event", "result"},
                     {"verb", "look"},
                     {"action", "apply"},
                     {"file", path::display(options.look)},
                     {"looks", looks->size()},
                     {"applied", applied},
                     {"findings", cli::toJson(findings)}});
  return applied > 0 ? kOk : kFailed;
}

int apply(Context& context, const Options& options) {
  std::vector<std::string> targets;
  for (const auto& clip : options.clips)
    if (auto found = addClipTargets(context, clip, targets); !found) return context.out.failed("look", found.error());
  for (const auto& to : options.to)
    if (auto found = addTarget(context, to, targets); !found) return context.out.failed("look", found.error());
  if (realFileSystem().info(path::absolute(options.look))) return applyFile(context, options, targets);
  if (targets.empty())
    return context.out.failed("look", Error{Errc::usage, "Say onto what: clips, or --to KIND:NAME", "", 0, -1});
  const std::string name = options.look == "none" ? std::string() : options.look;
  for (const auto& target : targets)
    if (auto done = context.session().assignLook(name, target, options.version); !done)
      return context.out.failed("look", done.error());
  context.out.line(fmt::format("{}{} applied to {} {}", options.look,
                               options.version > 0 ? fmt::format(", version {},", options.version) : "", targets.size(),
                               targets.size() == 1 ? "target" : "targets"));
  context.out.event({{"event", "result"},
                     {"verb", "look"},
                     {"action", "apply"},
                     {"name", name},
                     {"version", options.version},
                     {"targets", targets}});
  return kOk;
}

void addAdd(CLI::App& verb, const std::shared_ptr<Options>& options, Chosen& chosen) {
  CLI::App* add = verb.add_subcommand(
      "add",
      "Take a CDL, a LUT or both, in the order they are to be done, into the catalog; a name again = a new version");
  add->add_option("FILE", options->files, ".cc .ccc .cdl .edl .ale .amf, and .cube .3dl .look .clf or another LUT")
      ->required()
      ->expected(1, 2);
  add->add_option("--name", options->name, "What to call it (default: the files' names)");
  add->add_option("--id", options->id, "Which correction of a collection");
  add->add_option("--cdl-space", options->cdlSpace, "Colour space the CDL works in (default: the camera's own log)");
  add->add_option("--cdl-style", options->cdlStyle, "no-clamp keeps what log footage holds above 1; asc clamps to 0..1")
      ->check(CLI::IsMember({"no-clamp", "asc"}))
      ->capture_default_str();
  add->add_option("--lut-input", options->lutInput, "Colour space the LUT expects (default: the camera's own log)");
  add->add_option("--lut-output", options->lutOutput, "What it gives: display (log to video), or a colour space")
      ->capture_default_str();
  add->callback([options, &chosen] { chosen = [options](Context& context) { return cli::add(context, *options); }; });
}

int config(Context& context, const Options& options) {
  if (!options.configFile.empty() && options.ownConfig)
    return context.out.failed("look", Error{Errc::usage, "Name a configuration or take --own, not both", "", 0, -1});
  if (!options.configFile.empty() || options.ownConfig) {
    const std::string file = options.ownConfig ? std::string() : path::absolute(options.configFile);
    if (const auto done = context.session().setColourConfigFile(file); !done)
      return context.out.failed("look", done.error());
  }
  const auto file = context.session().colourConfigFile();
  if (!file) return context.out.failed("look", file.error());
  const auto loaded = context.session().colourConfig();
  if (!loaded) return context.out.failed("look", loaded.error());
  const auto spaces = (*loaded)->spaces();
  context.out.line(fmt::format("{}: {} colour spaces, {} displays",
                               file->empty() ? "Rollproof's own configuration" : path::display(*file), spaces.size(),
                               (*loaded)->displays().size()));
  Json result{{"event", "result"}, {"verb", "look"}, {"action", "config"}, {"own", file->empty()}};
  if (!file->empty()) model::putPath(result, *file, "file");
  result["spaces"] = spaces;
  result["displays"] = (*loaded)->displays();
  context.out.event(result);
  return kOk;
}

}  // namespace

void addLook(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("look", "Looks: CDL and show LUTs, onto clips, rolls, camera formats or a project");
  verb->require_subcommand(1);
  addAdd(*verb, options, chosen);
  CLI::App* listVerb = verb->add_subcommand("list", "All looks; one in all its versions; or the one a clip has");
  listVerb->add_option("LOOK", options->look, "Only this one, every version of it");
  listVerb->add_option("--clip", options->clip, "The look this clip has, where it comes from and what was before");
  listVerb->callback([options, &chosen] { chosen = [options](Context& context) { return list(context, *options); }; });
  CLI::App* applyVerb = verb->add_subcommand(
      "apply", "Give clips, a roll, a camera format or a project a look; the nearest to the clip counts");
  applyVerb
      ->add_option("LOOK", options->look,
                   "Its name; none takes the target's own away; or a file (.amf .ccc .cdl .edl .ale, LUT), "
                   "whose looks go onto the targets, else onto the clips they name")
      ->required();
  applyVerb->add_option("CLIP", options->clips, "Clip names");
  applyVerb
      ->add_option(
          "--to", options->to,
          "clip:NAME, roll:NAME, format:NUMBER (as `rollproof formats` lists them) or project:NAME; repeatable")
      ->expected(1)
      ->take_all();
  applyVerb->add_option("--version", options->version, "An earlier grade of it (default: always the newest)");
  CLI::App* configVerb = verb->add_subcommand(
      "config", "The OpenColorIO configuration this catalog works with: a show's own, or Rollproof's");
  configVerb->add_option("FILE", options->configFile, "A configuration to use from now on");
  configVerb->add_flag("--own", options->ownConfig, "Go back to Rollproof's own");
  configVerb->callback(
      [options, &chosen] { chosen = [options](Context& context) { return config(context, *options); }; });
  applyVerb->callback(
      [options, &chosen] { chosen = [options](Context& context) { return apply(context, *options); }; });
}

}  // namespace rollproof::cli
