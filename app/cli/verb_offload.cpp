// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  session::OffloadSettings settings;
  std::vector<std::string> hashes{"xxh64"};
  std::string verify = "both";
  std::string onConflict = "skip";
  bool dryRun = false;
  bool noResume = false;
};

constexpr const char* kNumberedHint =
    "  Nothing is overwritten. --on-conflict numbered copies the roll into a folder of its own.";

// The same reel with other content is most often the next card under the last one's name. A person is asked; a script
// is told, and nothing it may meet is overwritten.
bool goesOn(Context& context, const session::OffloadSettings& settings, std::vector<std::string>& warnings) {
  const auto known = context.session().recogniseIn(settings.project, settings.source, context.stop);
  if (!known || known->known != session::Known::otherContent) return true;
  warnings.push_back(path::display(known->text));
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return true;
  std::fputs(fmt::format("{}\nCopy it all the same? [y/N] ", warnings.back()).c_str(), stderr);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

const char* stateWord(model::CopyState state) {
  switch (state) {
    case model::CopyState::verified:
      return "verified";
    case model::CopyState::cacheVerified:
      return "cache_verified";
    case model::CopyState::defect:
      return "defect";
    case model::CopyState::incomplete:
      return "incomplete";
    case model::CopyState::failed:
      return "failed";
    case model::CopyState::unknown:
      break;
  }
  return "unknown";
}

Json reasonsJson(const std::vector<model::Reason>& reasons) {
  Json list = Json::array();
  for (const auto& reason : reasons) list.push_back({{"code", reason.code}, {"text", reason.text}});
  return list;
}

int dryRun(Context& context, const Options& options) {
  const auto plan = context.session().planNow(options.settings);
  if (!plan) return context.out.failed("offload", plan.error());
  for (const auto& file : plan->files) {
    Json object{{"event", "planned"}};
    model::putPath(object, file.path);
    object["bytes"] = file.bytes;
    context.out.event(object);
  }
  Json copies = Json::array();
  context.out.line(fmt::format("{} files, {} from {}", plan->files.size(), humanBytes(plan->bytes),
                               path::display(plan->request.source)));
  for (const auto& copy : plan->copies) {
    Json one;
    model::putPath(one, copy.root, "root");
    one["device"] = copy.volume.device.id;
    one["free_bytes"] = copy.volume.freeBytes;
    copies.push_back(one);
    context.out.line(fmt::format("  to {} on {}, {} free", path::display(copy.root),
                                 path::display(copy.volume.device.description), humanBytes(copy.volume.freeBytes)));
  }
  Json skipped = Json::array();
  for (const auto& problem : plan->skipped) {
    skipped.push_back({{"path", path::display(problem.path)}, {"code", problem.code}, {"text", problem.text}});
    context.out.line("  ! " + path::display(problem.path) + ": " + path::display(problem.text));
  }
  for (const auto& note : plan->notes) context.out.line("  ! " + note.text);
  Json conflicts = Json::array();
  for (const auto& conflict : plan->conflicts) {
    Json one;
    model::putPath(one, conflict.path);
    one.update(Json{{"where", path::display(conflict.where)}, {"text", conflict.text}});
    conflicts.push_back(one);
    context.out.line("  ! " + path::display(conflict.path) + " on " + conflict.device + ": " + conflict.text);
  }
  if (!plan->conflicts.empty()) context.out.line(kNumberedHint);
  context.out.event({{"event", "result"},
                     {"verb", "offload"},
                     {"dry_run", true},
                     {"files", plan->files.size()},
                     {"bytes", plan->bytes},
                     {"copies", copies},
                     {"skipped", skipped},
                     {"conflicts", conflicts},
                     {"notes", reasonsJson(plan->notes)}});
  return kOk;
}

int exitCodeFor(const offload::Outcome& outcome) {
  if (outcome.cancelled) return kStopped;
  const auto defect = [](const model::CopyReport& copy) { return copy.state == model::CopyState::defect; };
  const auto unreadable = [](const model::FileProblem& problem) {
    return problem.where == "source" && problem.code == "unreadable";
  };
  if (std::any_of(outcome.copies.begin(), outcome.copies.end(), defect)) return kDefect;
  if (std::any_of(outcome.problems.begin(), outcome.problems.end(), unreadable)) return kUnreadable;
  return outcome.verdict.kind == model::VerdictKind::safe ? kOk : kNotSafe;
}

void tell(const Context& context, const session::OffloadResult& result) {
  const auto& outcome = result.outcome;
  const bool safe = outcome.verdict.kind == model::VerdictKind::safe;
  for (const auto& problem : outcome.problems) {
    Json object{{"event", "problem"}};
    model::putPath(object, problem.path);
    object.update(Json{{"where", path::display(problem.where)}, {"code", problem.code}, {"text", problem.text}});
    if (!problem.culprit.empty()) object["culprit"] = problem.culprit;
    if (!problem.device.empty()) object["device"] = path::display(problem.device);
    if (problem.sysErrno != 0) object["errno"] = problem.sysErrno;
    if (problem.offsetBytes >= 0) object["offset"] = problem.offsetBytes;
    for (const auto& reading : problem.readings)
      object["readings"].push_back({{"what", path::display(reading.what)}, {"digest", reading.digest}});
    context.out.event(object);
    context.out.line("! " + path::display(problem.path) + ": " + path::display(problem.text));
  }
  Json copies = Json::array();
  for (const auto& copy : outcome.copies) {
    Json one;
    model::putPath(one, copy.root, "root");
    one.update(Json{{"device", copy.deviceId},
                    {"state", stateWord(copy.state)},
                    {"files_verified", copy.filesVerified},
                    {"files_failed", copy.filesFailed}});
    model::putPath(one, copy.manifest, "manifest");
    if (!copy.classic.empty()) model::putPath(one, copy.classic, "classic");
    copies.push_back(one);
    context.out.line(fmt::format("copy      {}  {} of {} files {}", path::display(copy.root), copy.filesVerified,
                                 outcome.files.size(), stateWord(copy.state)));
    if (!copy.manifest.empty()) context.out.line("manifest  " + path::display(copy.manifest));
    if (!copy.classic.empty()) context.out.line("classic   " + path::display(copy.classic));
  }
  const bool conflicts = std::any_of(outcome.problems.begin(), outcome.problems.end(),
                                     [](const auto& problem) { return problem.code == "conflict"; });
  if (conflicts) context.out.line(kNumberedHint);
  for (const auto& warning : result.warnings)
    if (warning.code != "other_content") context.out.warn(warning.text);
  context.out.line(fmt::format("{}  {} ({} clips, {} files, {})", safe ? "SAFE TO FORMAT" : "DO NOT FORMAT",
                               result.key.roll, result.card.clips.size(), outcome.files.size(),
                               humanBytes(outcome.bytes)));
  for (const auto& reason : outcome.verdict.reasons)
    context.out.line("  " + std::string(safe ? "+ " : "- ") + path::display(reason.text));
  context.out.event({{"event", "result"},
                     {"verb", "offload"},
                     {"verdict", safe ? "safe" : "not_safe"},
                     {"reasons", reasonsJson(outcome.verdict.reasons)},
                     {"roll", result.key.roll},
                     {"project", result.key.project},
                     {"day", result.key.day},
                     {"roll_id", result.rollId ? Json(result.rollId->value) : Json(nullptr)},
                     {"files", outcome.files.size()},
                     {"bytes", outcome.bytes},
                     {"clips", result.card.clips.size()},
                     {"resumed_files", outcome.resumedFiles},
                     {"copies", copies},
                     {"warnings", toJson(result.warnings)}});
}

int run(Context& context, Options& options) {
  options.settings.hashes.clear();
  for (const auto& word : options.hashes) {
    const auto format = hash::parseFormat(word);
    if (!format)
      return context.out.failed(
          "offload", Error{Errc::usage, "is not a hash format (xxh64, xxh3, xxh128, md5, sha1, c4)", word, 0, -1});
    if (std::find(options.settings.hashes.begin(), options.settings.hashes.end(), *format) ==
        options.settings.hashes.end())
      options.settings.hashes.push_back(*format);
  }
  options.settings.verify = options.verify == "both"           ? offload::VerifyMode::both
                            : options.verify == "destinations" ? offload::VerifyMode::destinations
                                                               : offload::VerifyMode::none;
  options.settings.resume = !options.noResume;
  options.settings.onConflict =
      options.onConflict == "numbered" ? offload::OnConflict::numberedFolder : offload::OnConflict::skip;
  if (options.dryRun) return dryRun(context, options);

  std::vector<std::string> warnings;
  if (!goesOn(context, options.settings, warnings))
    return context.out.failed("offload", Error{Errc::conflict, "holds other content than the roll of that name",
                                               options.settings.source, 0, -1});
  for (const auto& warning : warnings) context.out.warn(warning);
  jobs::Progress progress;
  Result<session::OffloadResult> result = fail(Errc::failed, "not run");
  {
    const ProgressLine line(progress);
    result = context.session().offloadNow(options.settings, progress, context.stop);
  }
  if (!result) return context.out.failed("offload", result.error());
  for (auto& warning : warnings) result->warnings.push_back({"other_content", std::move(warning)});
  tell(context, *result);
  return exitCodeFor(result->outcome);
}

}  // namespace

void addOffload(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  auto& settings = options->settings;
  CLI::App* verb = app.add_subcommand(
      "offload",
      "Copy a card to one or more drives, prove the copies, seal them, and say whether the card may be formatted");
  verb->add_option("SOURCE", settings.source, "The card")->required();
  verb->add_option("--to", settings.destinations, "A destination folder (repeat for more)")
      ->required()
      ->expected(1)
      ->take_all();
  verb->add_option("--project", settings.project, "Project")->capture_default_str();
  verb->add_option("--day", settings.day, "Shoot day, YYYY-MM-DD (default: today)");
  verb->add_option("--roll", settings.roll, "Roll name (default: what the card suggests)");
  verb->add_option("--folder", settings.folderTemplate, "Folder below each destination")->capture_default_str();
  verb->add_option("--hash", options->hashes, "xxh64, xxh3, xxh128, md5, sha1 or c4 (repeat for more)")
      ->expected(1)
      ->take_all()
      ->capture_default_str();
  verb->add_option("--verify", options->verify,
                   "both (destinations read back, source read again), destinations, or none")
      ->check(CLI::IsMember({"both", "destinations", "none"}))
      ->capture_default_str();
  verb->add_option("--min-copies", settings.policy.minCopies, "Verified copies that Safe needs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--min-devices", settings.policy.minDevices, "Distinct physical devices that Safe needs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--on-conflict", options->onConflict,
                   "Where other files stand already: skip them, or copy the roll into a numbered folder")
      ->check(CLI::IsMember({"skip", "numbered"}))
      ->capture_default_str();
  verb->add_flag("--classic-mhl", settings.classicMhl,
                 "Write a classic MHL 1.1 into each roll's folder too, beside its ASC MHL history");
  verb->add_flag("--dry-run", options->dryRun, "Say what would be copied; write nothing");
  verb->add_flag("--no-resume", options->noResume, "Do not trust what an earlier run left");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
