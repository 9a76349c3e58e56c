// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "app/cli/verbs.h"
#include "core/interchange/ale.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> paths;
  std::string project;
  bool raw = false, csv = false, ale = false, frames = false;
};

// A file that cannot be read, unlike one that only its maker's library decodes.
bool unreadable(const model::Clip& clip) {
  static constexpr std::string_view kCodes[] = {"unreadable_media", "zero_length", "reader_crashed", "reader_hung"};
  return std::any_of(clip.warnings.begin(), clip.warnings.end(), [](const model::Warning& warning) {
    return std::find(std::begin(kCodes), std::end(kCodes), warning.code) != std::end(kCodes);
  });
}

int run(Context& context, const Options& options) {
  std::vector<model::Clip> all;
  int exit = kOk;
  for (const auto& path : options.paths) {
    auto card = context.session().inspect(path, options.frames, context.stop);
    if (context.stop.stop_requested()) return kStopped;
    if (!card) {
      if (options.paths.size() == 1) return context.out.failed("inspect", card.error());
      context.out.warn(describe(card.error()));
      exit = kFailed;
      continue;
    }
    if (auto checked = context.session().checkClips(card->clips, options.project); !checked)
      return context.out.failed("inspect", checked.error());
    for (auto& clip : card->clips) {
      if (unreadable(clip) && exit == kOk) exit = kUnreadable;
      if (!options.csv && !options.ale) {
        Json record;
        if (context.json) record["event"] = "clip";
        record.update(model::toJson(clip, options.raw));
        context.out.record(record);
      }
      all.push_back(std::move(clip));
    }
  }
  const std::string table = options.csv   ? interchange::csvFromClips(all)
                            : options.ale ? interchange::formatAle(interchange::aleFromClips(all))
                                          : "";
  std::fwrite(table.data(), 1, table.size(), stdout);
  context.out.event({{"event", "result"}, {"verb", "inspect"}, {"clips", all.size()}});
  return exit;
}

}  // namespace

void addInspect(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("inspect", "One canonical clip record for each clip (JSON lines)");
  verb->add_option("PATH", options->paths, "Files, cards or folders")->required();
  verb->add_flag("--raw", options->raw, "Add everything the files say");
  verb->add_option("--project", options->project,
                   "Check the clips against this project's spec and clips (default: by themselves)");
  verb->add_flag("--frames", options->frames,
                 "Decode the first, a middle and the last frame of each clip and say what they are");
  auto* csv = verb->add_flag("--csv", options->csv, "As CSV");
  verb->add_flag("--ale", options->ale, "As Avid Log Exchange")->excludes(csv);
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
