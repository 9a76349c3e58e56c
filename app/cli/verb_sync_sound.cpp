// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/session/sound_sync.h"

namespace rollproof::cli {
namespace {

struct Options {
  std::vector<std::string> clips, folders, offsets;
  bool anyDay = false, dryRun = false, forget = false;
};

// "A001C003=+2", "A001C003=-0.5": frames.
Status addShift(const std::string& text, session::SoundSyncRequest& request) {
  const auto equals = text.rfind('=');
  double frames = 0;
  const char* begin = text.data() + equals + 1;
  if (equals != std::string::npos && *begin == '+') ++begin;
  const auto [end, problem] = std::from_chars(begin, text.data() + text.size(), frames);
  if (equals == std::string::npos || equals == 0 || problem != std::errc() || end != text.data() + text.size()) {
    return fail(Errc::usage, "is not CLIP=FRAMES, such as A001C003=+2", text);
  }
  const std::string name = text.substr(0, equals);
  bool found = false;
  for (const auto& row : request.clips) {
    if (row.clip.name != name && std::to_string(row.id.value) != name) continue;
    request.shiftFrames[row.id.value] = frames;
    found = true;
  }
  return found ? Status{} : fail(Errc::usage, "names none of the clips", text);
}

void tell(const Context& context, const session::ClipSound& one) {
  if (!one.sound) {
    context.out.event({{"event", "unsynced"}, {"clip", one.clipName}, {"text", one.why}});
    return context.out.line(fmt::format("{:<24} no sound: {}", path::display(one.clipName), one.why));
  }
  context.out.event({{"event", "synced"},
                     {"clip", one.clipName},
                     {"sound", one.sound->name},
                     {"path", path::display(one.sound->paths.empty() ? "" : one.sound->paths.front())},
                     {"files", one.sound->paths.size()},
                     {"offset_samples", one.sound->offset},
                     {"moved_frames", one.sound->movedFrames},
                     {"drift_frames", one.sound->drift},
                     {"sound_roll", one.sound->roll},
                     {"sound_timecode", one.sound->timecode},
                     {"play_rate", one.sound->playRate},
                     {"channels", one.sound->channels},
                     {"tracks", one.sound->tracks},
                     {"missing_before_frames", one.missingBefore},
                     {"missing_after_frames", one.missingAfter},
                     {"notes", one.notes}});
  context.out.line(fmt::format("{:<24} {}  at sample {}, {} track{}", path::display(one.clipName), one.sound->name,
                               one.sound->offset, one.sound->channels, one.sound->channels == 1 ? "" : "s"));
  for (const auto& note : one.notes) context.out.line("    " + note);
}

int run(Context& context, const Options& options) {
  session::SoundSyncRequest request;
  std::vector<std::string> queries = options.clips;
  if (queries.empty()) queries.emplace_back();
  for (const auto& query : queries) {
    // A clip by its name or id, else what a search finds: day:2026-05-02.
    auto rows = context.session().clips(
        query.empty() || query.find(':') != std::string::npos ? query : "clip:\"" + query + "\"");
    if (rows && rows->empty() && !query.empty()) rows = context.session().clips(query);
    if (!rows) return context.out.failed("sync-sound", rows.error());
    if (rows->empty()) {
      const Status none = fail(Errc::notFound, "finds no clip of the library", query);
      return context.out.failed("sync-sound", none.error());
    }
    for (auto& row : *rows) {
      if (row.clip.picture) request.clips.push_back(std::move(row));
    }
  }
  if (options.forget) {
    for (const auto& row : request.clips) {
      if (auto gone = context.session().setSound(row.id, std::nullopt); !gone)
        return context.out.failed("sync-sound", gone.error());
    }
    context.out.event({{"event", "result"}, {"verb", "sync-sound"}, {"forgotten", request.clips.size()}});
    return kOk;
  }
  request.folders = options.folders;
  request.anyDay = options.anyDay;
  request.keep = !options.dryRun;
  for (const auto& text : options.offsets) {
    if (auto added = addShift(text, request); !added) return context.out.failed("sync-sound", added.error());
  }
  const auto report = session::syncSound(context.session(), request, context.stop);
  if (!report) return context.out.failed("sync-sound", report.error());
  for (const auto& one : report->clips) tell(context, one);
  bool unreadable = false;
  for (const auto& one : report->unused) {
    unreadable = unreadable || one.unreadable;
    context.out.event({{"event", "unused"}, {"sound", one.name}, {"text", one.why}});
    context.out.line(fmt::format("{:<24} unused: {}", one.name, one.why));
  }
  context.out.event({{"event", "result"},
                     {"verb", "sync-sound"},
                     {"matched", report->matched},
                     {"unmatched", report->clips.size() - report->matched},
                     {"unused", report->unused.size()},
                     {"kept", request.keep}});
  return unreadable ? kUnreadable : kOk;
}

}  // namespace

void addSyncSound(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("sync-sound", "Find the production sound of clips by timecode and keep it with them");
  verb->add_option("CLIP", options->clips, "Clip names, ids or searches (default: all of the library)");
  verb->add_option("--sound", options->folders, "A folder of BWF files (repeat for more)")->expected(1)->take_all();
  verb->add_option("--offset", options->offsets, "CLIP=FRAMES: the sound of this clip so many frames earlier")
      ->expected(1)
      ->take_all();
  verb->add_flag("--any-day", options->anyDay, "Sound of another day counts too");
  verb->add_flag("--dry-run", options->dryRun, "Say what would be kept, and keep nothing");
  verb->add_flag("--forget", options->forget, "Take the sound away from the clips");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
