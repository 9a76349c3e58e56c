// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/qc/qc.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string project;
  std::vector<std::string> set;
};

int run(Context& context, const Options& options) {
  auto spec = context.session().projectSpec(options.project);
  if (!spec) return context.out.failed("project", spec.error());
  for (const auto& assignment : options.set) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return context.out.failed("project", Error{Errc::usage, "is not FIELD=VALUE", assignment, 0, -1});
    if (auto set = qc::setField(*spec, assignment.substr(0, equals), assignment.substr(equals + 1)); !set)
      return context.out.failed("project", set.error());
  }
  if (!options.set.empty()) {
    if (auto kept = context.session().setProjectSpec(options.project, *spec); !kept)
      return context.out.failed("project", kept.error());
    context.session().waitIdle();  // until the project's clips were checked again
  }
  const Json fields = qc::toJson(*spec);
  for (const auto& [field, value] : fields.items()) {
    std::string words = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_array()) {
      words.clear();
      for (const auto& each : value) words += (words.empty() ? "" : ",") + each.get<std::string>();
    }
    context.out.line(fmt::format("{}: {}", field, words));
  }
  if (fields.empty()) context.out.line("Nothing is expected of this project's camera files yet.");
  context.out.event({{"event", "result"},
                     {"verb", "project"},
                     {"action", "spec"},
                     {"project", options.project},
                     {"spec", fields},
                     {"changed", options.set.size()}});
  return kOk;
}

}  // namespace

void addProject(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("project", "What a project expects of its camera files");
  verb->require_subcommand(1);
  CLI::App* spec = verb->add_subcommand("spec", "Show the project's spec, or change it and check its clips again");
  spec->add_option("PROJECT", options->project, "Its name")->required();
  spec->add_option(
          "--set", options->set,
          "FIELD=VALUE: frame_rate=24000/1001, resolutions=3840x2160,4096x2160, codecs=prores,h264, "
          "audio_required=yes, min_audio_channels=2, audio_sample_rate=48000; nothing after the = takes it away")
      ->expected(1)
      ->take_all();
  spec->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
