// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string roll, project, day, output;
};

int card(Context& context, const Options& options) {
  auto rolls = context.session().rolls();
  if (!rolls) return context.out.failed("report", rolls.error());
  std::erase_if(*rolls, [&](const auto& roll) {
    return (roll.key.roll != options.roll && std::to_string(roll.id.value) != options.roll) ||
           (!options.project.empty() && roll.key.project != options.project) ||
           (!options.day.empty() && roll.key.day != options.day);
  });
  if (rolls->empty())
    return context.out.failed("report", Error{Errc::notFound, "is no roll of the library", options.roll, 0, -1});
  const auto newest = std::max_element(rolls->begin(), rolls->end(),
                                       [](const auto& a, const auto& b) { return a.finishedAt < b.finishedAt; });
  const auto html = context.session().writeCardReport(newest->id, options.output);
  if (!html) return context.out.failed("report", html.error());
  const std::string csv = html->substr(0, html->size() - 4) + "csv";
  context.out.line("report    " + path::display(*html));
  context.out.line("table     " + path::display(csv));
  Json result{{"event", "result"}, {"verb", "report"}, {"kind", "card"}, {"roll", newest->key.roll}};
  model::putPath(result, *html, "html");
  model::putPath(result, csv, "csv");
  context.out.event(result);
  return kOk;
}

}  // namespace

void addReport(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("report", "Reports as HTML and CSV");
  verb->require_subcommand(1);
  CLI::App* cardVerb = verb->add_subcommand("card", "A roll's report: clips with pictures, checksums, copies, verdict");
  cardVerb->add_option("ROLL", options->roll, "Roll name or id")->required();
  cardVerb->add_option("--project", options->project, "Only this project's");
  cardVerb->add_option("--day", options->day, "Only this day's");
  cardVerb->add_option("-o,--output", options->output, "Folder (default: 'reports' beside the first copy)");
  cardVerb->callback([options, &chosen] { chosen = [options](Context& context) { return card(context, *options); }; });
}

}  // namespace rollproof::cli
