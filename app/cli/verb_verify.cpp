// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string against;
  bool noSeal = false;
};

// Several paths have one answer: the worst of theirs.
int rank(mhl::VerifyResult result) {
  switch (result) {
    case mhl::VerifyResult::verified:
      return 0;
    case mhl::VerifyResult::unsealed:
      return 1;
    case mhl::VerifyResult::unknown:
    case mhl::VerifyResult::incomplete:
      return 2;
    case mhl::VerifyResult::defect:
      return 3;
  }
  return 2;
}

int exitCodeFor(const mhl::VerifyOutcome& total, bool cancelled) {
  if (cancelled) return kStopped;
  if (total.result == mhl::VerifyResult::verified) return kOk;
  if (total.result == mhl::VerifyResult::defect) return kDefect;
  return total.unreadable > 0 ? kUnreadable : kFailed;
}

int run(Context& context, const Options& options) {
  mhl::VerifyOutcome total;
  total.result = mhl::VerifyResult::verified;
  Json findings = Json::array();
  for (const auto& path : options.paths) {
    jobs::Progress progress;
    Result<mhl::TreeOutcome> done = fail(Errc::failed, "not run");
    {
      const ProgressLine line(progress);
      done = session::verify(path, options.against, !options.noSeal, progress, context.stop);
    }
    if (!done) return context.out.failed("verify", done.error());
    const auto& one = done->total;
    for (const auto& finding : one.findings) {
      Json object{{"kind", finding.kind}};
      model::putPath(object, finding.path);
      object["text"] = finding.text;
      findings.push_back(object);
      context.out.line(
          fmt::format("  {:<16} {}  {}", finding.kind, path::display(finding.path), path::display(finding.text)));
    }
    total.verified += one.verified;
    total.missing += one.missing;
    total.altered += one.altered;
    total.newFiles += one.newFiles;
    total.renamed += one.renamed;
    total.unreadable += one.unreadable;
    total.cancelled = total.cancelled || one.cancelled;
    if (rank(one.result) > rank(total.result)) total.result = one.result;
    context.out.line(fmt::format("{}  {}: {} verified, {} missing, {} altered, {} new, {} renamed",
                                 path::display(one.scope), name(one.result), one.verified, one.missing, one.altered,
                                 one.newFiles, one.renamed));
    if (one.cancelled) break;
  }
  context.out.event({{"event", "result"},
                     {"verb", "verify"},
                     {"outcome", name(total.result)},
                     {"verified", total.verified},
                     {"missing", total.missing},
                     {"altered", total.altered},
                     {"new", total.newFiles},
                     {"renamed", total.renamed},
                     {"findings", findings}});
  return exitCodeFor(total, total.cancelled);
}

}  // namespace

void addVerify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("verify", "Prove rolls, drives or single .mhl files against every hash that was recorded");
  verb->add_option("PATH", options->paths, "What to verify")->required();
  verb->add_option("--against", options->against, "Another copy, whose first generation must agree");
  verb->add_flag("--no-seal", options->noSeal, "Write no generation with the result");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
