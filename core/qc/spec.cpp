// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "core/base/path.h"
#include "core/qc/qc.h"

namespace rollproof::qc {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostValues = 100;  // of one list
constexpr const char* kFields =
    "frame_rate, resolutions, codecs, audio_required, min_audio_channels, audio_sample_rate";

std::optional<int> wholeNumber(std::string_view text) {
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::pair<int, int>> resolution(std::string_view text) {
  const auto cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto width = wholeNumber(text.substr(0, cross)), height = wholeNumber(text.substr(cross + 1));
  if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
  return std::pair{*width, *height};
}

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + std::string(1, ',')) {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(path::lowerAscii(std::exchange(word, {})));
    }
  }
  return words;
}

Status refuse(const std::string& field, const char* wanted) { return fail(Errc::usage, wanted, field); }

Status setNumber(int& into, const std::string& field, const std::string& value) {
  const auto number = value.empty() ? std::optional<int>(0) : wholeNumber(value);
  if (!number) return refuse(field, "is a whole number");
  into = *number;
  return {};
}

std::string textOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_array()) return value.dump();
  std::string all;
  for (const auto& each : value)
    all += fmt::format("{}{}", all.empty() ? "" : ",", each.is_string() ? each.get<std::string>() : "?");
  return all;
}

}  // namespace

nlohmann::ordered_json toJson(const Spec& spec) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  if (spec.frameRate.valid()) out["frame_rate"] = spec.frameRate.text();
  for (const auto& [width, height] : spec.resolutions)
    out["resolutions"].push_back(fmt::format("{}x{}", width, height));
  for (const auto& codec : spec.codecs) out["codecs"].push_back(codec);
  if (spec.audioRequired) out["audio_required"] = true;
  if (spec.minAudioChannels > 0) out["min_audio_channels"] = spec.minAudioChannels;
  if (spec.audioSampleRate > 0) out["audio_sample_rate"] = spec.audioSampleRate;
  return out;
}

Result<Spec> specFromJson(const Json& json) {
  if (!json.is_object()) return fail(Errc::corrupt, "the project's spec is not a JSON object");
  Spec spec;
  for (const auto& [field, value] : json.items()) {
    const auto done = setField(spec, field, textOf(value));
    if (!done)
      return fail(Errc::corrupt, fmt::format("the project's spec cannot be read: {}", done.error().message), field);
  }
  return spec;
}

Status setField(Spec& spec, const std::string& field, const std::string& value) {
  if (!path::isUtf8(value)) return refuse(field, "is not text in UTF-8");
  if (field == "frame_rate") {
    const auto rate = value.empty() ? std::optional<FrameRate>(FrameRate{}) : FrameRate::parse(value);
    if (!rate) return refuse(field, "is a number of frames per second: 24, 23.976 or 24000/1001");
    spec.frameRate = *rate;
    return {};
  }
  if (field == "resolutions") {
    std::vector<std::pair<int, int>> all;
    for (const auto& word : listed(value)) {
      const auto one = resolution(word);
      if (!one || all.size() >= kMostValues) return refuse(field, "is a list such as 3840x2160,4096x2160");
      all.push_back(*one);
    }
    spec.resolutions = std::move(all);
    return {};
  }
  if (field == "codecs") {
    auto all = listed(value);
    if (all.size() > kMostValues) return refuse(field, "is a list such as prores,h264");
    spec.codecs = std::move(all);
    return {};
  }
  if (field == "audio_required") {
    const std::string word = path::lowerAscii(value);
    const bool yes = word == "yes" || word == "true" || word == "1";
    if (!yes && !word.empty() && word != "no" && word != "false" && word != "0") return refuse(field, "is yes or no");
    spec.audioRequired = yes;
    return {};
  }
  if (field == "min_audio_channels") return setNumber(spec.minAudioChannels, field, value);
  if (field == "audio_sample_rate") return setNumber(spec.audioSampleRate, field, value);
  return fail(Errc::usage, fmt::format("a project's spec has no such field; it has {}", kFields), field);
}

}  // namespace rollproof::qc
