// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "app/cli/picture_options.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::string clip, output, space;
  ColourOptions colour;
  bool explain = false;
};

struct Wanted {
  NamedClip clip;
  std::int64_t frame = 0;
};

// CLIP, or CLIP@TC; a file whose name holds an '@' is found by its whole name first.
Result<Wanted> wantedFrame(Context& context, const std::string& text) {
  auto whole = findClips(context, text);
  const auto at = text.rfind('@');
  if (whole || at == std::string::npos) {
    if (!whole) return tl::unexpected(whole.error());
    return Wanted{std::move(whole->front()), 0};
  }
  auto clips = findClips(context, text.substr(0, at));
  if (!clips) return tl::unexpected(clips.error());
  const std::string when = text.substr(at + 1);
  Wanted wanted{std::move(clips->front()), 0};
  const auto& clip = wanted.clip.source.clip;
  std::int64_t number = 0;
  const auto [end, bad] = std::from_chars(when.data(), when.data() + when.size(), number);
  if (bad == std::errc{} && end == when.data() + when.size()) {
    wanted.frame = number;
  } else {
    const auto tc = Timecode::parse(when, clip.frameRate);
    if (!tc) return fail(Errc::usage, "is neither a timecode nor a frame number", when);
    if (!clip.start) return fail(Errc::usage, "has no timecode: name the frame by its number", clip.name);
    wanted.frame = tc->frames - clip.start->frames;
    // A clip that runs over midnight holds small timecodes at its end.
    if (wanted.frame < 0)
      wanted.frame +=
          Timecode::fromFields(23, 59, 59, clip.frameRate.nominal() - 1, clip.frameRate, tc->dropFrame).frames + 1;
  }
  if (wanted.frame < 0 || (clip.durationFrames && wanted.frame >= *clip.durationFrames))
    return fail(Errc::usage,
                fmt::format("lies outside the clip ({} frames{})", clip.durationFrames.value_or(0),
                            clip.start ? " from " + clip.start->text() : ""),
                when);
  return wanted;
}

int run(Context& context, const Options& options) {
  auto wanted = wantedFrame(context, options.clip);
  if (!wanted) return context.out.failed("frame", wanted.error());
  auto choice = options.colour.choice();
  if (!choice) return context.out.failed("frame", choice.error());
  if (!choice->look && wanted->clip.id) choice->look = context.session().lookFor(*wanted->clip.id);
  const auto config = context.session().colourConfig();
  if (!config) return context.out.failed("frame", config.error());

  dailies::StillRequest request;
  request.source = wanted->clip.source;
  request.frame = wanted->frame;
  request.colour = *choice;
  request.output = path::absolute(options.output);
  request.outputSpace = options.space;
  const auto still = dailies::renderStill(realFileSystem(), **config, request);
  if (!still) return context.out.failed("frame", still.error());
  for (const auto& warning : still->warnings) context.out.warn(warning.text);
  context.out.line(fmt::format("{}  {}x{}  {}", path::display(still->path), still->width, still->height, still->chain));
  if (options.explain)
    for (const auto& line : still->explanation) context.out.line("  " + line);
  Json result{{"event", "result"}, {"verb", "frame"}, {"clip", request.source.clip.name}, {"frame", request.frame}};
  model::putPath(result, still->path);
  result.update(Json{{"width", still->width},
                     {"height", still->height},
                     {"chain", still->chain},
                     {"warnings", toJson(still->warnings)}});
  if (options.explain) result["explanation"] = still->explanation;
  context.out.event(result);
  return kOk;
}

}  // namespace

void addFrame(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("frame", "One colour-managed still, by the exact path");
  verb->add_option("CLIP[@TC]", options->clip, "A clip's name, id or path, and the frame by timecode or number")
      ->required();
  verb->add_option("-o,--output", options->output, "File: .exr .png .tif .jpg .dpx")->required();
  verb->add_option("--space", options->space, "Write in this colour space instead of for a display");
  options->colour.addTo(*verb);
  verb->add_flag("--explain", options->explain,
                 "Print the whole colour chain, step by step and as OpenColorIO does it");
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace rollproof::cli
