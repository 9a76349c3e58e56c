// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/flatten.h"
#include "core/mhl/nested.h"
#include "core/mhl/survey.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string path, other, output;
};

template <class List>
Json findingsJson(const Context& context, const List& findings) {
  Json list = Json::array();
  for (const auto& finding : findings) {
    Json object{{"kind", finding.kind}};
    model::putPath(object, finding.path);
    if constexpr (requires { finding.otherPath; }) {
      if (!finding.otherPath.empty()) model::putPath(object, finding.otherPath, "other_path");
    }
    object["text"] = finding.text;
    list.push_back(std::move(object));
    context.out.line(
        fmt::format("  {:<16} {}  {}", finding.kind, path::display(finding.path), path::display(finding.text)));
  }
  return list;
}

Json digestsJson(const std::vector<model::Digest>& digests) {
  Json object = Json::object();
  for (const auto& digest : digests) object[hash::name(digest.format)] = digest.text;
  return object;
}

Json generationJson(const mhl::GenerationInfo& one) {
  Json authors = Json::array();
  for (const auto& author : one.creator.authors) {
    authors.push_back({{"name", author.name}, {"email", author.email}, {"phone", author.phone}, {"role", author.role}});
  }
  Json formats = Json::object();
  for (const auto& [format, files] : one.formats) formats[format] = files;
  Json references = Json::array();
  for (const auto& reference : one.references) {
    Json object;
    model::putPath(object, reference.path);
    object[hash::name(reference.digest.format)] = reference.digest.text;
    references.push_back(std::move(object));
  }
  Json object{{"number", one.number}};
  model::putPath(object, one.fileName, "file");
  object["c4"] = one.c4;
  object["proven"] = one.proven;
  if (!one.proven && one.files == 0 && one.directories == 0 && one.references.empty()) return object;  // not read
  object["started_at"] = isoUtc(one.startedAt);
  object["process"] = mhl::name(one.process);
  object["tool"] = one.creator.tool;
  object["tool_version"] = one.creator.toolVersion;
  object["hostname"] = one.creator.hostname;
  object["authors"] = std::move(authors);
  object["location"] = one.creator.location;
  object["comment"] = one.creator.comment;
  object["files"] = one.files;
  object["bytes"] = one.bytes;
  object["directories"] = one.directories;
  object["original"] = one.original;
  object["verified"] = one.verified;
  object["failed"] = one.failed;
  object["renamed"] = one.renamed;
  object["formats"] = std::move(formats);
  if (one.root)
    object["root"] = {{"content", digestsJson(one.root->content)}, {"structure", digestsJson(one.root->structure)}};
  object["references"] = std::move(references);
  return object;
}

void printGeneration(const Output& out, const mhl::GenerationInfo& one) {
  if (!one.proven && one.files == 0 && one.directories == 0 && one.references.empty()) {
    return out.line(fmt::format("  {:04}  not proven, not read", one.number));
  }
  std::string formats;
  for (const auto& [format, files] : one.formats) formats.append(formats.empty() ? "" : " ").append(format);
  out.line(fmt::format("  {:04}  {}  {:<8} {} files, {}, {} folders  {}  {} {} on {}{}", one.number,
                       isoUtc(one.startedAt), mhl::name(one.process), one.files, humanBytes(one.bytes), one.directories,
                       formats, path::display(one.creator.tool), path::display(one.creator.toolVersion),
                       path::display(one.creator.hostname), one.proven ? "" : "  (no chain vouches for it)"));
  out.line(fmt::format("        {} original, {} verified, {} failed, {} renamed", one.original, one.verified,
                       one.failed, one.renamed));
  for (const auto& author : one.creator.authors) {
    std::string text = author.name;
    if (!author.email.empty()) text.append(" <").append(author.email).append(">");
    if (!author.role.empty()) text.append(" ").append(author.role);
    out.line("        by " + path::display(text));
  }
  if (!one.creator.location.empty()) out.line("        at " + path::display(one.creator.location));
  if (!one.creator.comment.empty()) out.line("        " + path::display(one.creator.comment));
  if (one.root) {
    for (const auto& digest : one.root->content) {
      out.line(fmt::format("        root content {} {}", hash::name(digest.format), digest.text));
    }
    for (const auto& digest : one.root->structure) {
      out.line(fmt::format("        root structure {} {}", hash::name(digest.format), digest.text));
    }
  }
  for (const auto& reference : one.references) out.line("        vouches for " + path::display(reference.path));
}

int tellList(const Context& context, const mhl::Survey& survey) {
  const auto& list = *survey.list;
  std::string formats;
  for (const auto& [format, files] : list.formats) formats.append(formats.empty() ? "" : " ").append(format);
  context.out.line(fmt::format("{}\n  {}: {} files, {}  {}  (nothing proves the list itself)",
                               path::display(survey.scope), list.isClassic ? "classic MHL" : "checksums", list.files,
                               humanBytes(list.bytes), formats));
  Json refused = Json::array();
  for (const auto& one : list.refused) {
    context.out.line("  not understood: " + path::display(one));
    refused.push_back(path::display(one));
  }
  Json result{{"event", "result"}, {"verb", "mhl info"}, {"outcome", "list"}};
  model::putPath(result, survey.scope);
  result["list"] = {{"kind", list.isClassic ? "classic" : "checksums"},
                    {"files", list.files},
                    {"bytes", list.bytes},
                    {"without_hash", list.withoutHash},
                    {"formats", list.formats},
                    {"refused", std::move(refused)}};
  context.out.event(result);
  return list.refused.empty() ? kOk : kUnreadable;
}

int runInfo(Context& context, const Options& options) {
  const auto survey = mhl::surveyHistory(realFileSystem(), options.path);
  if (!survey) return context.out.failed("mhl info", survey.error());
  if (survey->list) return tellList(context, *survey);
  bool broken = false;
  Json histories = Json::array();
  for (const auto& history : survey->histories) {
    context.out.line(path::display(path::join(survey->scope, history.path)));
    Json generations = Json::array();
    for (const auto& one : history.generations) {
      printGeneration(context.out, one);
      generations.push_back(generationJson(one));
    }
    for (const auto& one : history.findings) broken = broken || mhl::isBreach(one);
    Json object;
    model::putPath(object, history.path);
    object["generations"] = std::move(generations);
    object["ignore"] = history.ignorePatterns;
    object["findings"] = findingsJson(context, history.findings);
    histories.push_back(std::move(object));
  }
  Json result{{"event", "result"}, {"verb", "mhl info"}, {"outcome", broken ? "broken" : "whole"}};
  model::putPath(result, survey->scope);
  result["histories"] = std::move(histories);
  context.out.event(result);
  return broken ? kDefect : kOk;
}

int runDiff(Context& context, const Options& options) {
  const auto compared = options.other.empty() ? mhl::compareWithFolder(realFileSystem(), options.path)
                                              : mhl::compareRecorded(realFileSystem(), options.path, options.other);
  if (!compared) return context.out.failed("mhl diff", compared.error());
  bool defect = false;
  bool unreadable = false;
  for (const auto& one : compared->differences) {
    defect = defect || one.kind == "missing" || one.kind == "altered";
    unreadable = unreadable || one.kind == "unreadable";
  }
  for (const auto& one : compared->findings) defect = defect || mhl::isBreach(one);
  Json differences = findingsJson(context, compared->differences);
  Json findings = findingsJson(context, compared->findings);
  context.out.line(fmt::format("{} the same, {} differences", compared->same, compared->differences.size()));
  context.out.event({{"event", "result"},
                     {"verb", "mhl diff"},
                     {"outcome", compared->differences.empty() && !defect ? "same" : "different"},
                     {"same", compared->same},
                     {"differences", std::move(differences)},
                     {"findings", std::move(findings)}});
  return defect ? kDefect : unreadable ? kUnreadable : kOk;
}

int runFlatten(Context& context, const Options& options) {
  const auto flat =
      mhl::flattenHistory(realFileSystem(), options.path, options.output, mhl::creatorHere(), systemClock().now());
  if (!flat) {
    const int code = context.out.failed("mhl flatten", flat.error());
    return flat.error().code == Errc::corrupt ? static_cast<int>(kDefect) : code;
  }
  Json findings = findingsJson(context, flat->findings);
  context.out.line(
      fmt::format("{}  {} files of {} histories", path::display(flat->listPath), flat->files, flat->histories));
  Json result{{"event", "result"}, {"verb", "mhl flatten"}};
  model::putPath(result, flat->listPath);
  model::putPath(result, flat->collectionPath, "collection");
  result["c4"] = flat->digest.text;
  result["files"] = flat->files;
  result["histories"] = flat->histories;
  result["findings"] = std::move(findings);
  context.out.event(result);
  return kOk;
}

}  // namespace

void addMhl(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand("mhl", "What ASC MHL histories say, how they differ, and packing lists");
  verb->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto will = [options, &chosen](int (*work)(Context&, const Options&)) {
    return [options, &chosen, work] { chosen = [options, work](Context& context) { return work(context, *options); }; };
  };
  CLI::App* info = verb->add_subcommand("info", "Generations, tools, formats, counts, roots, references, findings");
  info->add_option("PATH", options->path, "A folder with a history, one manifest, a classic MHL or a checksum file")
      ->required();
  info->callback(will(runInfo));
  CLI::App* diff = verb->add_subcommand(
      "diff", "A folder against its history by names and sizes; or two records: folders, FOLDER@GENERATION, manifests");
  diff->add_option("PATH", options->path, "What to compare")->required();
  diff->add_option("OTHER", options->other, "What to compare it with; the folder itself if left out");
  diff->callback(will(runDiff));
  CLI::App* flatten = verb->add_subcommand("flatten", "Write a packing list: every file once, its newest true record");
  flatten->add_option("PATH", options->path, "A folder with a history")->required();
  flatten->add_option("-o,--output", options->output, "The folder for the list and its collection")->required();
  flatten->callback(will(runFlatten));
}

}  // namespace rollproof::cli
