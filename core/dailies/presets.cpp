// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/path.h"
#include "core/dailies/json_fields.h"

namespace rollproof::dailies {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string_view>;

// What goes together: a container, the suffix of its files, the picture and sound codecs it takes.
struct Container {
  std::string_view name, suffix;
  Words pictures, sound;
};
const std::vector<Container>& containers() {
  static const Words kMovie{"prores_proxy", "prores_lt", "prores_422", "prores_hq", "prores_4444", "dnxhr_lb",
                            "dnxhr_sq",     "dnxhr_hqx", "dnxhd_36",   "dnxhd_115", "h264",        "h265"};
  static const Words kAvid{"dnxhr_lb", "dnxhr_sq", "dnxhr_hqx", "dnxhd_36", "dnxhd_115"};
  static const Words kPcm{"", "pcm_s24le", "pcm_s16le"};
  static const std::vector<Container> all{
      {"mov", ".mov", kMovie, {"", "pcm_s24le", "pcm_s16le", "aac"}},
      {"mp4", ".mp4", {"h264", "h265"}, {"", "aac"}},
      {"mxf", ".mxf", kAvid, kPcm},
      {"op_atom", ".mxf", kAvid, kPcm},
      {"exr", ".exr", {"half"}, {""}},
      {"dpx", ".dpx", {"dpx10"}, {""}},
      {"jpeg", ".jpg", {"jpeg"}, {""}},
      {"png", ".png", {"png8", "png16"}, {""}},
  };
  return all;
}

const Words kSpeeds{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};
const Words kFrames{"all", "first", "middle", "last"};
const Words kSpaces{"", "ACES2065-1", "ACEScg"};
constexpr int kWorstQuality = 51;  // of CRF, H.264 and H.265
constexpr int kMostChannels = 64;
constexpr std::size_t kLongestName = 80, kLongestText = 400;

std::string listed(const Words& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!word.empty()) text += fmt::format("{}{}", text.empty() ? "" : ", ", word);
  }
  return text;
}

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

tl::unexpected<Error> wrong(const Preset& preset, std::string text) {
  return fail(Errc::usage, std::move(text), preset.name.empty() ? "preset" : path::display(preset.name));
}

Status checked(const Preset& preset) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  // The name becomes a folder's.
  if (preset.name.empty() || preset.name.size() > kLongestName || preset.name.front() == '.' ||
      !std::all_of(preset.name.begin(), preset.name.end(), letter)) {
    return wrong(preset, "a preset's name is letters, digits, '-', '_' and '.', and does not begin with a dot");
  }
  if (preset.description.size() > kLongestText) return wrong(preset, "the description is longer than 400 characters");
  const auto container = std::find_if(containers().begin(), containers().end(),
                                      [&](const Container& one) { return one.name == preset.container; });
  if (container == containers().end()) {
    Words names;
    for (const Container& one : containers()) names.push_back(one.name);
    return wrong(preset,
                 fmt::format("container is one of {}, not '{}'", listed(names), path::display(preset.container)));
  }
  if (!has(container->pictures, preset.codec)) {
    return wrong(preset, fmt::format("{} takes the codecs {}, not '{}'", container->name, listed(container->pictures),
                                     path::display(preset.codec)));
  }
  if (!has(container->sound, preset.audioCodec)) {
    return wrong(preset, container->sound.size() < 2
                             ? fmt::format("{} carries no sound", container->name)
                             : fmt::format("{} takes sound as {}, not '{}'", container->name, listed(container->sound),
                                           path::display(preset.audioCodec)));
  }
  if (preset.width != 0 && (preset.width < 16 || preset.width % 2 != 0)) {
    return wrong(preset, "width is 0 (as recorded) or an even number from 16 to 16384");
  }
  if (fixedSizeOf(preset).width > 0 && preset.width != fixedSizeOf(preset).width) {
    return wrong(preset, "DNxHD exists only at 1920x1080 here; DNxHR takes any size");
  }
  if (!has(kSpeeds, preset.speed)) return wrong(preset, "speed is one of " + listed(kSpeeds));
  if (!has(kFrames, preset.frames)) return wrong(preset, "frames is one of " + listed(kFrames));
  if (preset.frames != "all" && kindOf(preset) == PictureKind::display && !isFrames(preset)) {
    return wrong(preset, "a movie has all frames; one frame is for jpeg, png, exr and dpx");
  }
  if (!has(kSpaces, preset.space)) return wrong(preset, "space is one of " + listed(kSpaces));
  if ((preset.container == "exr") == preset.space.empty()) {
    return wrong(preset, preset.space.empty() ? "exr needs a space: ACES2065-1 or ACEScg" : "only exr has a space");
  }
  return {};
}

std::string suffixOf(const std::string& container) {
  for (const Container& one : containers()) {
    if (one.name == container) return std::string(one.suffix);
  }
  return {};
}

Preset made(std::string name, std::string description, std::string container, std::string codec, int width,
            std::string audioCodec, std::string space = {}, std::string frames = "all") {
  Preset preset;
  preset.name = std::move(name);
  preset.description = std::move(description);
  preset.container = std::move(container);
  preset.codec = std::move(codec);
  preset.suffix = suffixOf(preset.container);
  preset.width = width;
  preset.audioCodec = std::move(audioCodec);
  preset.space = std::move(space);
  preset.frames = std::move(frames);
  return preset;
}

}  // namespace

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all{
      made("h264-review", "H.264 MP4 for any browser, 1920 wide, 8 bit", "mp4", "h264", 1920, "aac"),
      made("h265-review", "H.265 MP4 for small files, 1920 wide, 8 bit", "mp4", "h265", 1920, "aac"),
      made("prores-proxy", "Apple ProRes Proxy MOV, 1920 wide", "mov", "prores_proxy", 1920, "pcm_s24le"),
      made("prores-lt", "Apple ProRes LT MOV, 1920 wide", "mov", "prores_lt", 1920, "pcm_s24le"),
      made("prores-422", "Apple ProRes 422 MOV, 1920 wide", "mov", "prores_422", 1920, "pcm_s24le"),
      made("dnxhr-lb", "Avid DNxHR LB MOV, 1920 wide", "mov", "dnxhr_lb", 1920, "pcm_s24le"),
      made("dnxhr-sq", "Avid DNxHR SQ MOV, 1920 wide", "mov", "dnxhr_sq", 1920, "pcm_s24le"),
      made("dnxhr-hqx", "Avid DNxHR HQX MOV, 1920 wide, 10 bit", "mov", "dnxhr_hqx", 1920, "pcm_s24le"),
      made("dnxhr-lb-op1a", "Avid DNxHR LB in MXF OP1a, 1920 wide", "mxf", "dnxhr_lb", 1920, "pcm_s24le"),
      made("dnxhr-lb-avid", "Avid DNxHR LB as Media Composer keeps it: MXF OP-Atom, a file a track, 1920 wide",
           "op_atom", "dnxhr_lb", 1920, "pcm_s24le"),
      made("dnxhd-36", "Avid DNxHD 36 in MXF OP1a, 1920x1080", "mxf", "dnxhd_36", 1920, "pcm_s24le"),
      made("dnxhd-115", "Avid DNxHD 115 in MXF OP1a, 1920x1080", "mxf", "dnxhd_115", 1920, "pcm_s24le"),
      made("exr-acescg", "OpenEXR half-float frames, scene-linear ACEScg, ungraded, as recorded", "exr", "half", 0, "",
           "ACEScg"),
      made("exr-aces", "OpenEXR half-float frames, ACES2065-1 (ST 2065-4), ungraded, as recorded", "exr", "half", 0, "",
           "ACES2065-1"),
      made("dpx-log", "10-bit DPX frames in the camera's own log, ungraded, as recorded", "dpx", "dpx10", 0, ""),
      made("jpeg-still", "One JPEG of the middle of each clip, 1920 wide", "jpeg", "jpeg", 1920, "", "", "middle"),
      made("jpeg-frames", "A JPEG of every frame, 1920 wide", "jpeg", "jpeg", 1920, ""),
      made("png-still", "One 16-bit PNG of the middle of each clip, as recorded in size", "png", "png16", 0, "", "",
           "middle"),
  };
  return all;
}

const Preset* findPreset(const std::string& name) {
  for (const Preset& preset : presets()) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

std::string presetJson(const Preset& preset) {
  const Json json{{"name", preset.name},
                  {"description", preset.description},
                  {"container", preset.container},
                  {"codec", preset.codec},
                  {"width", preset.width},
                  {"quality", preset.quality},
                  {"speed", preset.speed},
                  {"audio_codec", preset.audioCodec},
                  {"audio_channels", preset.audioChannels},
                  {"frames", preset.frames},
                  {"space", preset.space},
                  {"burnin", preset.burnin}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<Preset> parsePreset(const std::string& text) {
  auto read = JsonFields::parse(text, "preset",
                                {"name", "description", "container", "codec", "width", "quality", "speed",
                                 "audio_codec", "audio_channels", "frames", "space", "burnin"});
  if (!read) return tl::unexpected(read.error());
  Preset preset;
  for (const auto& [key, into] : {std::pair{"name", &preset.name},
                                  {"description", &preset.description},
                                  {"container", &preset.container},
                                  {"codec", &preset.codec},
                                  {"speed", &preset.speed},
                                  {"audio_codec", &preset.audioCodec},
                                  {"frames", &preset.frames},
                                  {"space", &preset.space},
                                  {"burnin", &preset.burnin}}) {
    *into = read->text(key).value_or(*into);
  }
  preset.width = read->whole("width", 0, 16384).value_or(preset.width);
  preset.quality = read->whole("quality", 0, kWorstQuality).value_or(preset.quality);
  preset.audioChannels = read->whole("audio_channels", 0, kMostChannels).value_or(preset.audioChannels);
  if (const auto& trouble = read->trouble()) return fail(Errc::usage, *trouble, path::display(preset.name));
  preset.suffix = suffixOf(preset.container);
  if (auto good = checked(preset); !good) return tl::unexpected(good.error());
  return preset;
}

PresetWords presetWords(const std::string& container) {
  const auto strings = [](const Words& words) { return std::vector<std::string>(words.begin(), words.end()); };
  PresetWords words;
  for (const Container& one : containers()) {
    words.containers.emplace_back(one.name);
    if (one.name != container) continue;
    words.codecs = strings(one.pictures);
    words.sound = strings(one.sound);
  }
  words.spaces = container == "exr" ? std::vector<std::string>{"ACES2065-1", "ACEScg"} : std::vector<std::string>{""};
  Preset asked;
  asked.container = container;
  words.frames = isFrames(asked) ? strings(kFrames) : std::vector<std::string>{"all"};
  words.speeds = strings(kSpeeds);
  return words;
}

PictureKind kindOf(const Preset& preset) {
  if (preset.container == "exr") return PictureKind::scene;
  return preset.container == "dpx" ? PictureKind::cameraLog : PictureKind::display;
}

bool isFrames(const Preset& preset) {
  return kindOf(preset) != PictureKind::display || preset.container == "jpeg" || preset.container == "png";
}

std::optional<std::int64_t> onlyFrame(const Preset& preset, std::int64_t first, std::int64_t last) {
  if (preset.frames == "first") return first;
  if (preset.frames == "middle") return first + (last - first) / 2;
  if (preset.frames == "last") return last;
  return std::nullopt;
}

FixedSize fixedSizeOf(const Preset& preset) {
  return preset.codec.starts_with("dnxhd_") ? FixedSize{1920, 1080} : FixedSize{};
}

}  // namespace rollproof::dailies
