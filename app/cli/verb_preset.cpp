// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/verbs.h"
#include "core/base/path.h"

namespace rollproof::cli {
namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 20;

struct Options {
  std::string name, file;
};

int listAll(Context& context) {
  const auto all = context.session().presets();
  if (!all) return context.out.failed("preset", all.error());
  for (const auto& preset : *all) {
    Json object = Json::parse(dailies::presetJson(preset));
    object["event"] = "preset";
    object["shipped"] = dailies::findPreset(preset.name) != nullptr;
    context.out.event(object);
    context.out.line(fmt::format("{:<16} {}", preset.name, preset.description));
  }
  context.out.event({{"event", "result"}, {"verb", "preset"}, {"presets", all->size()}});
  return kOk;
}

int show(Context& context, const std::string& name) {
  const auto all = context.session().presets();
  if (!all) return context.out.failed("preset", all.error());
  for (const auto& preset : *all) {
    if (preset.name != name) continue;
    context.out.line(dailies::presetJson(preset));
    context.out.event({{"event", "result"}, {"verb", "preset"}, {"preset", Json::parse(dailies::presetJson(preset))}});
    return kOk;
  }
  const Status none = fail(Errc::usage, "there is no such preset", path::display(name));
  return context.out.failed("preset", none.error());
}

int add(Context& context, const std::string& file) {
  const auto text = readSmallFile(realFileSystem(), path::absolute(file), kMostBytes);
  if (!text) return context.out.failed("preset", text.error());
  const auto preset = dailies::parsePreset(*text);
  if (!preset) return context.out.failed("preset", preset.error());
  if (const auto kept = context.session().savePreset(*preset); !kept) return context.out.failed("preset", kept.error());
  context.out.line("kept: " + preset->name);
  context.out.event({{"event", "result"}, {"verb", "preset"}, {"name", preset->name}});
  return kOk;
}

int removeOne(Context& context, const std::string& name) {
  if (const auto gone = context.session().removePreset(name); !gone) return context.out.failed("preset", gone.error());
  context.out.event({{"event", "result"}, {"verb", "preset"}, {"name", path::display(name)}});
  return kOk;
}

}  // namespace

void addPreset(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("preset", "Render presets: the shipped ones and your own, as JSON");
  verb->require_subcommand(1);
  verb->add_subcommand("list", "All of them")->callback([&chosen] {
    chosen = [](Context& context) { return listAll(context); };
  });
  CLI::App* one = verb->add_subcommand("show", "One as JSON, to copy and change");
  one->add_option("NAME", options->name)->required();
  one->callback([options, &chosen] { chosen = [options](Context& context) { return show(context, options->name); }; });
  CLI::App* file = verb->add_subcommand("add", "Keep one; the same name again replaces it");
  file->add_option("FILE", options->file, "A JSON file")->required();
  file->callback([options, &chosen] { chosen = [options](Context& context) { return add(context, options->file); }; });
  CLI::App* gone = verb->add_subcommand("remove", "Take one of your own away");
  gone->add_option("NAME", options->name)->required();
  gone->callback(
      [options, &chosen] { chosen = [options](Context& context) { return removeOne(context, options->name); }; });
}

}  // namespace rollproof::cli
