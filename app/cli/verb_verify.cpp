// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/mhl/verify.h"
#include "core/model/clip_json.h"
#include "core/session/proof.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  session::ProofOptions proof;
  std::string expect, certificate, classic;
  bool noSeal = false;
};

// Stopped, then the worst that is known, then what could not be found out.
int exitCodeFor(mhl::VerifyResult result, const session::Completeness& completeness, bool cancelled, bool unreadable) {
  if (cancelled) return kStopped;
  if (result == mhl::VerifyResult::defect || (completeness.asked && !completeness.complete)) return kDefect;
  if (result == mhl::VerifyResult::verified) return kOk;
  return unreadable ? kUnreadable : kFailed;
}

Json toJson(const mhl::Finding& finding) {
  Json object{{"kind", finding.kind}};
  model::putPath(object, finding.path);
  object["text"] = finding.text;
  return object;
}

Json counts(const mhl::VerifyOutcome& outcome) {
  return {{"outcome", name(outcome.result)}, {"verified", outcome.verified}, {"missing", outcome.missing},
          {"altered", outcome.altered},      {"new", outcome.newFiles},      {"renamed", outcome.renamed}};
}

Json toJson(const session::Completeness& completeness) {
  Json findings = Json::array();
  for (const auto& one : completeness.findings) findings.push_back(toJson(one));
  return {{"complete", completeness.complete},
          {"expected", completeness.expected},
          {"received", completeness.received},
          {"missing", completeness.missing},
          {"findings", findings}};
}

void say(const Output& out, const mhl::TreeOutcome& tree) {
  for (const auto& finding : tree.total.findings) {
    out.line(fmt::format("  {:<16} {}  {}", finding.kind, path::display(finding.path), path::display(finding.text)));
  }
  const auto& one = tree.total;
  const std::string part = one.part.empty() ? "" : fmt::format(" (only {})", path::display(one.part));
  out.line(fmt::format("{}{}  {}: {} verified, {} missing, {} altered, {} new, {} renamed", path::display(one.scope),
                       part, name(one.result), one.verified, one.missing, one.altered, one.newFiles, one.renamed));
}

void say(const Output& out, const session::Completeness& completeness) {
  for (const auto& finding : completeness.findings) {
    out.line(fmt::format("  {:<16} {}  {}", finding.kind, path::display(finding.path), path::display(finding.text)));
  }
  out.line(fmt::format("{}: {} of {} expected rolls are here", completeness.complete ? "complete" : "incomplete",
                       completeness.received, completeness.expected));
}

int run(Context& context, const Options& options) {
  session::ProofRun proof;
  proof.paths = options.paths;
  proof.against = options.proof.against;
  proof.startedAt = systemClock().now();
  std::vector<session::ExpectedRoll> expected;
  if (!options.expect.empty()) {
    auto list = session::readExpectedRolls(realFileSystem(), options.expect);
    if (!list) return context.out.failed("verify", list.error());
    expected = std::move(*list);
  }
  mhl::VerifyOutcome total;
  Json findings = Json::array();
  Json rolls = Json::array();
  for (const auto& path : options.paths) {
    jobs::Progress progress;
    Result<mhl::TreeOutcome> done = fail(Errc::failed, "not run");
    {
      const ProgressLine line(progress);
      done = session::prove(path, options.proof, progress, context.stop);
    }
    if (!done) return context.out.failed("verify", done.error());
    // Somebody who only checks a drive gets no library made; where there is one, its verdicts follow.
    if (context.hasCatalog()) {
      for (const auto& warning : session::recordVerification(context.catalogPath, path, *done))
        context.out.warn(warning.text);
    }
    say(context.out, *done);
    const auto& one = done->total;
    for (const auto& finding : one.findings) findings.push_back(toJson(finding));
    for (const auto& roll : done->rolls) {
      Json object;
      model::putPath(object, roll.scope);
      object.update(counts(roll));
      rolls.push_back(object);
    }
    total.verified += one.verified;
    total.missing += one.missing;
    total.altered += one.altered;
    total.newFiles += one.newFiles;
    total.renamed += one.renamed;
    total.unreadable += one.unreadable;
    total.cancelled = total.cancelled || one.cancelled;
    proof.trees.push_back(std::move(*done));
    if (total.cancelled) break;
  }
  total.result = mhl::worstOf(proof.trees);
  if (!expected.empty() && !total.cancelled) {
    proof.completeness = session::completenessOf(expected, proof.trees, context.countClips, context.stop);
    say(context.out, proof.completeness);
  }
  proof.finishedAt = systemClock().now();

  Json result{{"event", "result"}, {"verb", "verify"}};
  result.update(counts(total));
  result["findings"] = findings;
  result["rolls"] = rolls;
  if (proof.completeness.asked) result["completeness"] = toJson(proof.completeness);
  if (!options.classic.empty() && !total.cancelled) {
    const auto written = session::writeClassicList(options.classic, proof.trees, proof.startedAt);
    if (!written) return context.out.failed("verify", written.error());
    result["classic"] = path::absolute(options.classic);
  }
  if (!options.certificate.empty() && !total.cancelled) {
    const std::string file = path::absolute(options.certificate);
    const auto written = writeFileDurably(realFileSystem(), file, session::certificateHtml(proof), true);
    if (!written) return context.out.failed("verify", written.error());
    result["certificate"] = path::display(file);
    context.out.line("Certificate: " + path::display(file));
  }
  context.out.event(result);
  return exitCodeFor(total.result, proof.completeness, total.cancelled, total.unreadable > 0);
}

}  // namespace

void addVerify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "verify", "Prove rolls, drives, parts of a roll, .mhl or checksum files against every hash that was recorded");
  verb->add_option("PATH", options->paths, "What to verify")->required();
  verb->add_option("--against", options->proof.against, "Another copy, whose first generation must agree");
  verb->add_flag("--no-seal", options->noSeal, "Write no generation with the result");
  verb->add_option("--expect", options->expect,
                   "The rolls that should be there: \"A001 A002\", a CSV with a roll column, or camera reports");
  verb->add_option("--certificate", options->certificate, "Write a printable certificate (HTML)");
  verb->add_option("--write-classic", options->classic, "Write a classic MHL 1.1 of the verified files");
  verb->add_flag("--sign", options->proof.sign, "Sign the history with this station's key when it is verified");
  verb->add_option("--trust", options->proof.trust, "A file of public keys whose signatures are trusted; repeatable")
      ->allow_extra_args(false);
  verb->callback([options, &chosen] {
    chosen = [options](Context& context) {
      options->proof.seal = !options->noSeal;
      options->proof.listProven = !options->classic.empty();
      return run(context, *options);
    };
  });
}

}  // namespace rollproof::cli
