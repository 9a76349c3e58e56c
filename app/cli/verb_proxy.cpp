// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "app/cli/framing_options.h"
#include "app/cli/picture_options.h"
#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

struct Options {
  std::vector<std::string> clips;
  std::vector<std::string> presets;
  std::string output, range;
  bool again = false, seal = true;
  const char* verb = "proxy";
  ColourOptions colour;
  FramingOptions framing;
};

// "A-B", frames from 0, both included.
Status parseRange(const std::string& text, dailies::RenderRequest& request) {
  if (text.empty()) return {};
  const auto dash = text.find('-');
  std::int64_t first = 0, last = 0;
  const char* end = text.data() + text.size();
  const char* middle = text.data() + (dash == std::string::npos ? text.size() : dash);
  const auto a = std::from_chars(text.data(), middle, first);
  const auto b = dash == std::string::npos ? a : std::from_chars(middle + 1, end, last);
  if (dash == std::string::npos || a.ec != std::errc{} || a.ptr != middle || b.ec != std::errc{} || b.ptr != end ||
      last < first)
    return fail(Errc::usage, "is not a range: write FIRST-LAST, in frames from 0", text);
  request.firstFrame = first;
  request.lastFrame = last;
  return {};
}

Json errorJson(const colour::BakeError& error) {
  return {{"mean", error.mean}, {"p999", error.p999}, {"max", error.max}};
}

void tell(const Context& context, const dailies::Rendered& one, const std::string& file) {
  Json object{{"event", "rendered"}, {"clip", one.clip}, {"preset", one.preset}};
  model::putPath(object, file);
  Json error = errorJson(one.colourError);
  error["in_gamut"] = errorJson(one.colourErrorInGamut);
  object.update(Json{{"frames", one.frames},
                     {"seconds", one.seconds},
                     {"colour_error", std::move(error)},
                     {"chain", one.chain},
                     {"kept", one.kept},
                     {"warnings", toJson(one.warnings)}});
  context.out.event(object);
  if (one.kept) return context.out.line(path::display(file) + "  stands already");
  const colour::BakeError &all = one.colourError, &inside = one.colourErrorInGamut;
  context.out.line(fmt::format(
      "{}  {} frames in {:.1f} s  {}  colour error mean {:.2f}, 99.9 % {:.2f} codes of 10 bit{}", path::display(file),
      one.frames, one.seconds, one.chain, inside.mean, inside.p999,
      all.p999 > inside.p999 ? fmt::format(" ({:.2f} with colours at the display's edge)", all.p999) : std::string()));
}

int run(Context& context, const Options& options) {
  const auto choice = options.colour.choice();
  if (!choice) return context.out.failed(options.verb, choice.error());
  std::vector<NamedClip> clips;
  for (const auto& name : options.clips) {
    auto found = findClips(context, name);
    if (!found) return context.out.failed(options.verb, found.error());
    for (auto& one : *found) clips.push_back(std::move(one));
  }
  const std::string folder = path::absolute(options.output);
  std::vector<dailies::Rendered> all;
  std::size_t rendered = 0, kept = 0, failed = 0;
  int exit = kOk;
  for (const auto& clip : clips) {
    // A sound clip on a card of pictures is nothing to render, and no failure.
    if (!clip.source.clip.picture && clips.size() > 1) continue;
    dailies::RenderRequest request;
    request.source = clip.source;
    request.presets = options.presets;
    request.outputDirectory = folder;
    request.keepFinished = !options.again;
    request.colour = *choice;
    if (auto filled = options.framing.fill(request); !filled) return context.out.failed(options.verb, filled.error());
    if (auto range = parseRange(options.range, request); !range) return context.out.failed(options.verb, range.error());
    jobs::Progress progress;
    Result<std::vector<dailies::Rendered>> done = fail(Errc::failed, "not run");
    {
      const ProgressLine line(progress);
      done = context.session().renderNow(request, clip.id, progress, context.stop);
    }
    if (!done) {
      if (done.error().code == Errc::cancelled || done.error().code == Errc::usage || clips.size() == 1)
        return context.out.failed(options.verb, done.error());
      context.out.warn(clip.source.clip.name + ": " + describe(done.error()));
      context.out.event({{"event", "failed"},
                         {"clip", clip.source.clip.name},
                         {"code", name(done.error().code)},
                         {"text", describe(done.error())}});
      ++failed;
      exit = kFailed;
      continue;
    }
    for (const auto& one : *done) {
      for (const auto& warning : one.warnings) context.out.warn(one.clip + ": " + warning.text);
      for (const auto& file : one.files) tell(context, one, file);
      all.push_back(one);
      ++(one.kept ? kept : rendered);
    }
  }
  std::string manifest;
  if (options.seal && !all.empty()) {
    jobs::Progress progress;
    const ProgressLine line(progress);
    const auto sealed = context.session().sealRendered(folder, all, progress, context.stop);
    if (!sealed) return context.out.failed(options.verb, sealed.error());
    manifest = *sealed;
  }
  if (!manifest.empty()) context.out.line("sealed: " + path::display(manifest));
  Json result{{"event", "result"}, {"verb", options.verb}, {"rendered", rendered}, {"kept", kept}, {"failed", failed}};
  if (!manifest.empty()) result["manifest"] = path::display(manifest);
  context.out.event(result);
  return exit;
}

void addRender(CLI::App& app, Chosen& chosen, const char* name, const char* what) {
  auto options = std::make_shared<Options>();
  options->verb = name;
  CLI::App* verb = app.add_subcommand(name, what);
  std::string shipped;
  for (const auto& preset : dailies::presets()) shipped += (shipped.empty() ? "" : ", ") + preset.name;
  verb->add_option("CLIP", options->clips, "Clip names, ids or paths")->required();
  verb->add_option("--preset", options->presets, "One of your own (see 'preset list') or: " + shipped)
      ->required()
      ->expected(1)
      ->take_all();
  verb->add_option("-o,--output", options->output, "Folder to write into")->required();
  verb->add_option("--range", options->range, "FIRST-LAST frame, from 0, both included");
  verb->add_flag("--again", options->again, "Make what stands already with these settings once more");
  verb->add_flag("!--no-seal", options->seal, "Do not record the files in the folder's ASC MHL history");
  options->colour.addTo(*verb);
  options->framing.addTo(*verb);
  verb->callback([options, &chosen] { chosen = [options](Context& context) { return run(context, *options); }; });
}

}  // namespace

void addProxy(CLI::App& app, Chosen& chosen) {
  addRender(app, chosen, "proxy", "Colour-managed renders for viewing; several presets share one decode");
}

void addDailies(CLI::App& app, Chosen& chosen) {
  addRender(app, chosen, "dailies", "Renders for editorial: picture, production sound, timecode and reel as they are");
}

}  // namespace rollproof::cli
