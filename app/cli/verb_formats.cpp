// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string project;
  std::int64_t format = 0;
  std::vector<std::string> set;
};

Json toJson(const catalog::FormatRow& format) {
  return {{"event", "format"},
          {"id", format.id.value},
          {"project", format.project},
          {"camera_letter", format.letter},
          {"model", format.model},
          {"sensor_mode", format.sensorMode},
          {"codec", format.codec},
          {"lens_squeeze", format.squeeze},
          {"colour_space", format.colourSpace},
          {"look", format.look},
          {"framing", format.framing},
          {"label", format.label},
          {"clips", format.clips},
          {"first_seen", format.firstSeenDay}};
}

int run(Context& context, const Options& options) {
  if (!options.set.empty() && options.format == 0)
    return context.out.failed("formats", Error{Errc::usage, "--set needs --format: say which one", "", 0, -1});
  for (const auto& assignment : options.set) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return context.out.failed("formats", Error{Errc::usage, "is not FIELD=VALUE", assignment, 0, -1});
    const auto done = context.session().setFormat(catalog::FormatId{options.format}, assignment.substr(0, equals),
                                                  assignment.substr(equals + 1));
    if (!done) return context.out.failed("formats", done.error());
  }
  const auto formats = context.session().formats(options.project);
  if (!formats) return context.out.failed("formats", formats.error());
  std::size_t shown = 0;
  for (const auto& format : *formats) {
    if (options.format != 0 && format.id.value != options.format) continue;
    ++shown;
    context.out.event(toJson(format));
    std::string said;
    for (const auto& [what, value] : {std::pair{"colour space", &format.colourSpace},
                                      {"look", &format.look},
                                      {"framing", &format.framing},
                                      {"label", &format.label}})
      if (!value->empty()) said += fmt::format("; {} {}", what, *value);
    context.out.line(fmt::format("{:>4}  {}  {} {} {} {} {}  {} clips{}", format.id.value, format.project,
                                 format.letter.empty() ? "-" : format.letter, format.model, format.sensorMode,
                                 format.codec, format.squeeze, format.clips, said));
  }
  if (shown == 0) context.out.line("No camera format yet: they come with the first clips of an offload.");
  context.out.event({{"event", "result"}, {"verb", "formats"}, {"formats", shown}, {"changed", options.set.size()}});
  return kOk;
}

}  // namespace

void addFormats(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "formats", "Camera formats of the library, and what holds for every clip of one, later cards' too");
  verb->add_option("--project", options->project, "Only this project's");
  verb->add_option("--format", options->format, "Only the one of this number");
  verb->add_option("--set", options->set, "FIELD=VALUE: colour_space, look, framing or label of --format")
      ->expected(1)
      ->take_all();
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
