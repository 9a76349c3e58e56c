// SPDX-License-Identifier: Apache-2.0
// Documents that come with the program and that people add their own to: render presets and burn-in templates.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/dailies/burnin.h"

namespace rollproof::cli {
namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 20;

struct Document {
  std::string name, description, json;
  bool shipped = false;
};
struct Kind {
  const char* verb;
  const char* what;
  Result<std::vector<Document>> (*all)(session::Session& session);
  Result<std::string> (*add)(session::Session& session, const std::string& json);  // the name it was given
  Status (*remove)(session::Session& session, const std::string& name);
};

Result<std::vector<Document>> allPresets(session::Session& session) {
  const auto all = session.presets();
  if (!all) return tl::unexpected(all.error());
  std::vector<Document> documents;
  for (const auto& one : *all) {
    documents.push_back(
        {one.name, one.description, dailies::presetJson(one), dailies::findPreset(one.name) != nullptr});
  }
  return documents;
}

Result<std::string> addPresetText(session::Session& session, const std::string& json) {
  const auto preset = dailies::parsePreset(json);
  if (!preset) return tl::unexpected(preset.error());
  if (auto kept = session.savePreset(*preset); !kept) return tl::unexpected(kept.error());
  return preset->name;
}

Result<std::vector<Document>> allBurnIns(session::Session& session) {
  const auto all = session.burnIns();
  if (!all) return tl::unexpected(all.error());
  std::vector<Document> documents;
  for (const auto& one : *all) {
    documents.push_back(
        {one.name, one.description, dailies::burnInJson(one), documents.size() < dailies::burnIns().size()});
  }
  return documents;
}

Result<std::string> addBurnInText(session::Session& session, const std::string& json) {
  const auto burnin = dailies::parseBurnIn(json);
  if (!burnin) return tl::unexpected(burnin.error());
  if (auto kept = session.saveBurnIn(*burnin); !kept) return tl::unexpected(kept.error());
  return burnin->name;
}

const Kind kPreset{"preset", "Render presets: the shipped ones and your own, as JSON", allPresets, addPresetText,
                   [](session::Session& session, const std::string& name) { return session.removePreset(name); }};
const Kind kBurnIn{"burnin", "Burn-in templates: the shipped ones and your own, as JSON", allBurnIns, addBurnInText,
                   [](session::Session& session, const std::string& name) { return session.removeBurnIn(name); }};

int listAll(Context& context, const Kind& kind) {
  const auto all = kind.all(context.session());
  if (!all) return context.out.failed(kind.verb, all.error());
  for (const auto& one : *all) {
    Json object = Json::parse(one.json);
    object["event"] = kind.verb;
    object["shipped"] = one.shipped;
    context.out.event(object);
    context.out.line(fmt::format("{:<16} {}", one.name, one.description));
  }
  context.out.event({{"event", "result"}, {"verb", kind.verb}, {std::string(kind.verb) + "s", all->size()}});
  return kOk;
}

int show(Context& context, const Kind& kind, const std::string& name) {
  const auto all = kind.all(context.session());
  if (!all) return context.out.failed(kind.verb, all.error());
  for (const auto& one : *all) {
    if (one.name != name) continue;
    context.out.line(one.json);
    context.out.event({{"event", "result"}, {"verb", kind.verb}, {kind.verb, Json::parse(one.json)}});
    return kOk;
  }
  const Status none = fail(Errc::usage, fmt::format("there is no such {}", kind.verb), path::display(name));
  return context.out.failed(kind.verb, none.error());
}

int add(Context& context, const Kind& kind, const std::string& file) {
  const auto text = readSmallFile(realFileSystem(), path::absolute(file), kMostBytes);
  if (!text) return context.out.failed(kind.verb, text.error());
  const auto name = kind.add(context.session(), *text);
  if (!name) return context.out.failed(kind.verb, name.error());
  context.out.line("kept: " + *name);
  context.out.event({{"event", "result"}, {"verb", kind.verb}, {"name", *name}});
  return kOk;
}

int removeOne(Context& context, const Kind& kind, const std::string& name) {
  if (const auto gone = kind.remove(context.session(), name); !gone) return context.out.failed(kind.verb, gone.error());
  context.out.event({{"event", "result"}, {"verb", kind.verb}, {"name", path::display(name)}});
  return kOk;
}

void addKind(CLI::App& app, Chosen& chosen, const Kind& kind) {
  const auto said = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand(kind.verb, kind.what);
  verb->require_subcommand(1);
  verb->add_subcommand("list", "All of them")->callback([&chosen, &kind] {
    chosen = [&kind](Context& context) { return listAll(context, kind); };
  });
  CLI::App* one = verb->add_subcommand("show", "One as JSON, to copy and change");
  one->add_option("NAME", *said)->required();
  one->callback(
      [said, &chosen, &kind] { chosen = [said, &kind](Context& context) { return show(context, kind, *said); }; });
  CLI::App* file = verb->add_subcommand("add", "Keep one; the same name again replaces it");
  file->add_option("FILE", *said, "A JSON file")->required();
  file->callback(
      [said, &chosen, &kind] { chosen = [said, &kind](Context& context) { return add(context, kind, *said); }; });
  CLI::App* gone = verb->add_subcommand("remove", "Take one of your own away");
  gone->add_option("NAME", *said)->required();
  gone->callback(
      [said, &chosen, &kind] { chosen = [said, &kind](Context& context) { return removeOne(context, kind, *said); }; });
}

}  // namespace

void addPreset(CLI::App& app, Chosen& chosen) { addKind(app, chosen, kPreset); }
void addBurnIn(CLI::App& app, Chosen& chosen) { addKind(app, chosen, kBurnIn); }

}  // namespace rollproof::cli
