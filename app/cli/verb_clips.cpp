// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"
#include "core/session/log_import.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> query;
  std::vector<std::string> set;
  std::string import;
  bool dryRun = false;
};

const char* word(interchange::LogMatch::How how) {
  switch (how) {
    case interchange::LogMatch::How::matched:
      return "matched";
    case interchange::LogMatch::How::ambiguous:
      return "ambiguous";
    case interchange::LogMatch::How::unmatched:
      return "unmatched";
  }
  return "unmatched";
}

// What a log says, onto the clips it says it of.
int importLog(Context& context, const Options& options, const std::string& query) {
  const auto done = session::importLog(context.session(), options.import, query, options.dryRun, context.stop);
  if (!done) return context.out.failed("clips", done.error());
  for (const auto& finding : done->findings) context.out.warn(finding);
  std::size_t problems = 0;
  for (const auto& entry : done->entries) {
    Json record{{"event", "log_entry"},
                {"where", entry.where},
                {"log_name", path::display(entry.name)},
                {"result", word(entry.how)},
                {"why", entry.why}};
    if (entry.clip) record["id"] = entry.clip->value;
    if (entry.clip) record["clip"] = entry.clipName;
    record["changes"] = Json::array();
    context.out.line(fmt::format("{:>10}  {:<9}  {}", entry.where, word(entry.how), entry.why));
    for (const auto& change : entry.changes) {
      record["changes"].push_back({{"field", change.field}, {"previous", change.previous}, {"value", change.value}});
      context.out.line(fmt::format("{:>23}{}: {}", "", change.field, path::display(change.value)));
    }
    record["problems"] = entry.problems;
    for (const auto& problem : entry.problems) context.out.warn(fmt::format("{}: {}", entry.where, problem));
    problems += entry.problems.size();
    context.out.event(record);
  }
  if (done->entries.size() > 0 && done->matched == 0)
    return context.out.failed("clips",
                              Error{Errc::notFound, "nothing in the log matches a clip", options.import, 0, -1});
  context.out.line(fmt::format("{} of {} entries matched, {} ambiguous, {} unmatched; {} clips {}.", done->matched,
                               done->entries.size(), done->ambiguous, done->unmatched, done->changed,
                               options.dryRun ? "would change" : "changed"));
  context.out.event({{"event", "result"},
                     {"verb", "clips"},
                     {"import", done->kind},
                     {"dry_run", options.dryRun},
                     {"entries", done->entries.size()},
                     {"matched", done->matched},
                     {"ambiguous", done->ambiguous},
                     {"unmatched", done->unmatched},
                     {"problems", problems},
                     {"findings", done->findings},
                     {"changed", done->changed}});
  return kOk;
}

int run(Context& context, const Options& options) {
  std::string query;
  for (const auto& word : options.query) query += (query.empty() ? "" : " ") + word;
  std::vector<std::pair<std::string, std::string>> changes;
  for (const auto& assignment : options.set) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      return context.out.failed("clips", Error{Errc::usage, "is not FIELD=VALUE", assignment, 0, -1});
    changes.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  if (!changes.empty() && query.empty())
    return context.out.failed(
        "clips",
        Error{Errc::usage, "--set needs a query, so that not the whole library is changed by mistake", "", 0, -1});

  if (!options.import.empty()) {
    if (!changes.empty())
      return context.out.failed("clips", Error{Errc::usage, "--import and --set do not go together", "", 0, -1});
    return importLog(context, options, query);
  }
  if (options.dryRun) return context.out.failed("clips", Error{Errc::usage, "--dry-run is for --import", "", 0, -1});

  auto rows = context.session().clips(query);
  if (!rows) return context.out.failed("clips", rows.error());
  for (const auto& [field, value] : changes) {
    for (const auto& row : *rows)
      if (auto done = context.session().annotate(row.id, field, value); !done)
        return context.out.failed("clips", done.error());
  }
  // A corrected reel or timecode has the project's clips checked again: what is shown below is what holds then.
  if (!changes.empty()) context.session().waitIdle();
  const std::size_t changed = changes.empty() ? 0 : rows->size();
  for (auto& row : *rows) {
    if (changed > 0) {
      // Show what the library says now, not what it said before.
      auto fresh = context.session().resolveClips(std::to_string(row.id.value));
      if (fresh && !fresh->empty()) row.clip = fresh->front().clip;
    }
    Json record{{"event", "clip"},
                {"id", row.id.value},
                {"project", row.key.project},
                {"day", row.key.day},
                {"roll", row.key.roll},
                {"verdict", row.verdict},
                {"verified_copies", row.verifiedCopies},
                {"look", row.lookName}};
    if (row.format) record["format"] = row.format->value;
    if (!row.framing.empty()) record["framing"] = row.framing;
    model::putPath(record, row.mediaRoot, "media_root");
    record.update(model::toJson(row.clip));
    context.out.event(record);
    context.out.line(fmt::format("{:>5}  {}  {}  {}  {}  {}  {}", row.id.value, row.key.day, row.key.roll,
                                 row.clip.name, row.clip.start ? row.clip.start->text() : "--:--:--:--",
                                 row.clip.durationFrames ? std::to_string(*row.clip.durationFrames) + " frames" : "",
                                 row.verdict));
    for (const auto& finding : row.clip.qc)
      context.out.line(fmt::format("         {}: {}", model::name(finding.level), finding.text));
  }
  if (rows->empty()) context.out.line("No clip matches.");
  context.out.event({{"event", "result"}, {"verb", "clips"}, {"clips", rows->size()}, {"changed", changed}});
  return kOk;
}

}  // namespace

void addClips(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("clips", "Search the library, and annotate what is found");
  verb->add_option("QUERY", options->query, "Words, and field:value pairs such as camera:A day:2026-05-02 circled:yes");
  verb->add_option("--set", options->set,
                   "FIELD=VALUE for every clip found (scene, take, circled, notes, exposure.ei, ...); nothing after "
                   "the = goes back to what the camera said")
      ->expected(1)
      ->take_all();
  verb->add_option(
      "--import", options->import,
      "An ALE, EDL, OTIO, CSV or CDL file: scene, take, circled, notes and CDL onto the clips it names, by "
      "reel and timecode");
  verb->add_flag("--dry-run", options->dryRun, "With --import: say what would change, and change nothing");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
