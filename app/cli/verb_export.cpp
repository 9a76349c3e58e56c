// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"
#include "core/session/export_clips.h"

namespace rollproof::cli {

namespace {

using session::ExportKind;

struct Options {
  session::ExportSettings settings;
  std::string kind;
  std::vector<std::string> query;
};

constexpr std::array<std::pair<const char*, ExportKind>, 6> kKinds{{{"ale", ExportKind::ale},
                                                                    {"edl", ExportKind::edl},
                                                                    {"otio", ExportKind::otio},
                                                                    {"ccc", ExportKind::ccc},
                                                                    {"amf", ExportKind::amf},
                                                                    {"csv", ExportKind::csv}}};

int run(Context& context, const Options& options) {
  session::ExportSettings settings = options.settings;
  for (const auto& [word, kind] : kKinds) {
    if (options.kind == word) settings.kind = kind;
  }
  for (const auto& word : options.query) settings.query += (settings.query.empty() ? "" : " ") + word;
  const auto done = session::exportClips(context.session(), settings, context.stop);
  if (!done) return context.out.failed("export", done.error());
  for (const auto& warning : done->warnings) context.out.warn(warning.text);
  Json files = Json::array();
  for (const auto& file : done->files) {
    Json one;
    model::putPath(one, file);
    files.push_back(one);
    context.out.line(path::display(file));
  }
  context.out.line(
      fmt::format("{} clips in {} {}.", done->clips, done->files.size(), done->files.size() == 1 ? "file" : "files"));
  context.out.event({{"event", "result"},
                     {"verb", "export"},
                     {"kind", options.kind},
                     {"clips", done->clips},
                     {"files", files},
                     {"warnings", toJson(done->warnings)}});
  return kOk;
}

}  // namespace

void addExport(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("export", "Write clips as ALE, EDL, OTIO, CCC, CSV, or one AMF each, for editing systems");
  std::vector<std::string> words;
  for (const auto& [word, kind] : kKinds) words.emplace_back(word);
  verb->add_option("KIND", options->kind, "ale, edl, otio, ccc, amf or csv")->required()->check(CLI::IsMember(words));
  verb->add_option("QUERY", options->query, "Which clips, as for `clips`; none = the whole library");
  verb->add_option("-o,--output", options->settings.path, "The file; of AMFs their folder")->required();
  verb->add_option("--title", options->settings.title, "Of an EDL or OTIO timeline; else the file's name");
  verb->add_option("--amf", options->settings.amfDirectory,
                   "A folder of AMFs, which ALE, EDL and OTIO name in place of inline CDLs");
  verb->add_flag("--replace", options->settings.replace, "Replace a file that stands there");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
