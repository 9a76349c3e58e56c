// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"
#include "core/session/reports.h"

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

struct DayOptions {
  session::ReportOrder order;
  std::vector<std::string> query;
};

int ofDays(Context& context, const DayOptions& options, const char* kind) {
  session::ReportOrder order = options.order;
  for (const auto& word : options.query) order.query += (order.query.empty() ? "" : " ") + word;
  const auto written = session::writeReport(context.session(), order, context.stop);
  if (!written) return context.out.failed("report", written.error());
  context.out.line("report    " + path::display(written->html));
  context.out.line("table     " + path::display(written->csv));
  Json result{
      {"event", "result"}, {"verb", "report"}, {"kind", kind}, {"rolls", written->rolls}, {"clips", written->clips}};
  model::putPath(result, written->html, "html");
  model::putPath(result, written->csv, "csv");
  context.out.event(result);
  return kOk;
}

// Day, dailies and camera reports differ in what they show, not in what can be asked of them.
void addDays(CLI::App& verb, Chosen& chosen, const char* kind, report::Focus focus, const char* what) {
  auto options = std::make_shared<DayOptions>();
  options->order.focus = focus;
  auto& order = options->order;
  CLI::App* sub = verb.add_subcommand(kind, what);
  sub->add_option("QUERY", options->query, "Only clips that match, as for 'clips'");
  sub->add_option("--project", order.project, "Only this project's");
  sub->add_option("--day", order.day, "Only this day's (YYYY-MM-DD)");
  sub->add_option("--unit", order.unit, "Only this unit's, as the slate has it");
  sub->add_option("--camera", order.camera, "Only this camera's: its letter, or how its name begins");
  sub->add_option("-o,--output", order.directory, "Folder (default: 'reports' beside the first copy)");
  sub->callback([options, &chosen, kind] {
    chosen = [options, kind](Context& context) { return ofDays(context, *options, kind); };
  });
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
  addDays(*verb, chosen, "day", report::Focus::day, "A day's rolls, proof, totals and clips");
  addDays(*verb, chosen, "dailies", report::Focus::dailies, "For editorial: stills, slates, sound, looks and renders");
  addDays(*verb, chosen, "camera", report::Focus::camera, "For the camera's crew: exposure, lenses and formats");
}

}  // namespace rollproof::cli
