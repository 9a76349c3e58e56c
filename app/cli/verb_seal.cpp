// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/seal_in_place.h"
#include "core/model/clip_json.h"
#include "core/session/proof.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string path, location, comment;
  std::vector<std::string> hashes, authors, ignores;
  bool sign = false;
};

Result<mhl::SealOptions> sealOptions(const Options& options) {
  mhl::SealOptions seal;
  seal.creator = mhl::creatorHere();
  seal.creator.location = options.location;
  seal.creator.comment = options.comment;
  seal.ignorePatterns = options.ignores;
  for (const auto& text : options.authors) {
    auto author = mhl::parseAuthor(text);
    if (!author) return tl::unexpected(author.error());
    seal.creator.authors.push_back(std::move(*author));
  }
  for (const auto& text : options.hashes) {
    const auto format = hash::parseFormat(text);
    if (!format) return fail(Errc::usage, "is no hash format known here", text);
    seal.formats.push_back(*format);
  }
  if (options.sign) {
    auto signer = session::stationSigner();
    if (!signer) return tl::unexpected(signer.error());
    seal.signer = std::move(*signer);
  }
  return seal;
}

int exitCodeOf(const mhl::SealOutcome& outcome) {
  if (outcome.cancelled) return kStopped;
  switch (outcome.result) {
    case mhl::SealResult::sealed:
      return kOk;
    case mhl::SealResult::defect:
      return kDefect;
    case mhl::SealResult::incomplete:
      return kUnreadable;
    case mhl::SealResult::failed:
      break;
  }
  return kFailed;
}

int run(Context& context, const Options& options) {
  auto seal = sealOptions(options);
  if (!seal) return context.out.failed("seal", seal.error());
  jobs::Progress progress;
  Result<mhl::SealOutcome> done = fail(Errc::failed, "not run");
  {
    const ProgressLine line(progress);
    done = mhl::sealInPlace(realFileSystem(), options.path, *seal, systemClock(), progress, context.stop);
  }
  if (!done) return context.out.failed("seal", done.error());
  Json findings = Json::array();
  for (const auto& finding : done->findings) {
    Json object{{"kind", finding.kind}};
    model::putPath(object, finding.path);
    object["text"] = finding.text;
    findings.push_back(std::move(object));
    context.out.line(
        fmt::format("  {:<16} {}  {}", finding.kind, path::display(finding.path), path::display(finding.text)));
  }
  Json manifests = Json::array();
  for (const auto& manifest : done->manifests) {
    Json object;
    model::putPath(object, manifest);
    manifests.push_back(std::move(object));
  }
  context.out.line(fmt::format("{}  {}: {} original, {} verified, {} renamed, {} failed, {} missing, {} unreadable",
                               path::display(done->scope), name(done->result), done->original, done->verified,
                               done->renamed, done->failed, done->missing, done->unreadable));
  Json result{{"event", "result"}, {"verb", "seal"}, {"outcome", name(done->result)}};
  model::putPath(result, done->scope);
  result["original"] = done->original;
  result["verified"] = done->verified;
  result["renamed"] = done->renamed;
  result["failed"] = done->failed;
  result["missing"] = done->missing;
  result["unreadable"] = done->unreadable;
  result["bytes_read"] = done->bytesRead;
  result["manifests"] = std::move(manifests);
  result["findings"] = std::move(findings);
  context.out.event(result);
  return exitCodeOf(*done);
}

}  // namespace

void addSeal(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "seal", "Read a folder past the cache, check it against its history, and append an ASC MHL generation in place");
  verb->add_option("PATH", options->path, "The folder to seal")->required();
  verb->add_option("--hash", options->hashes, "xxh64, xxh3, xxh128, md5, sha1 or c4; added to those the history has")
      ->take_all();
  verb->add_option("--author", options->authors, "\"Name <email> role\"; may be given several times")->take_all();
  verb->add_option("--location", options->location, "Where it was sealed");
  verb->add_option("--comment", options->comment, "What a reader should know");
  verb->add_option("--ignore", options->ignores, "A gitignore pattern to leave out from now on")->take_all();
  verb->add_flag("--sign", options->sign, "Sign the history with this station's key when all of it is sealed");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
