// SPDX-License-Identifier: Apache-2.0
// Blackmagic RAW. Sources: the Blackmagic RAW SDK's names of clip and frame metadata, as its sample program prints
// them; telemetry-parser's description of the `bmdf` box. Not verified on real media.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "core/base/path.h"
#include "core/camera/readers/movie.h"

namespace rollproof::camera {
namespace {

constexpr From kKeys{Rank::file, "braw"};
constexpr From kFrame{Rank::file, "bmdf"};

using Keys = std::map<std::string, std::string>;

std::string valueOf(const Keys& keys, const char* name) {
  const auto found = keys.find(name);
  return found == keys.end() ? std::string() : found->second;
}

// "A001_01241607_C009": the reel, month and day, hour and minute, the clip's number.
struct ClipName {
  std::string reel, monthDay, time;
};
std::optional<ClipName> clipName(std::string_view name) {
  constexpr std::string_view kShape = "A000_00000000_C000";
  if (name.size() < kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = name[i];
    const bool fits = kShape[i] == '0'   ? c >= '0' && c <= '9'
                      : kShape[i] == '_' ? c == '_'
                                         : (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!fits) return std::nullopt;
  }
  return ClipName{std::string(name.substr(0, 4)), std::string(name.substr(5, 4)),
                  fmt::format("{}:{}", name.substr(9, 2), name.substr(11, 2))};
}

void sayRecorded(Record& record, const std::string& raw, const std::optional<ClipName>& name) {
  std::string date = isoFromExif(raw);
  if (date.empty()) return;
  // The name knows the minute, the key the year.
  if (name && date.size() == 10 && date.substr(5, 2) + date.substr(8, 2) == name->monthDay && name->time < "24:00") {
    date += "T" + name->time;
  }
  record.text("recorded_at", kKeys, raw, date);
}

void saySqueeze(Record& record, const Keys& keys) {
  const std::string raw = valueOf(keys, "anamorphic");
  const auto squeeze = leadingNumber(raw);
  if (!squeeze || *squeeze < 1 || *squeeze > 4 || valueOf(keys, "anamorphic_enable") == "0") return;
  record.ratio("picture.lens_squeeze", kKeys, raw, {std::llround(*squeeze * 1000), 1000});
}

void sayColour(Record& record, const Keys& keys) {
  // The generation of the colour science is part of what both names mean.
  const std::string generation = valueOf(keys, "viewing_bmdgen");
  const std::string suffix = generation.empty() || generation == "0" ? std::string() : " Gen " + generation;
  const std::string gamma = valueOf(keys, "viewing_gamma"), gamut = valueOf(keys, "viewing_gamut");
  const auto own = [](const std::string& word) { return word.starts_with("Blackmagic Design"); };
  record.text("colour.gamma", kKeys, gamma, own(gamma) ? gamma + suffix : gamma);
  record.text("colour.primaries", kKeys, gamut, own(gamut) ? gamut + suffix : gamut);
  if (valueOf(keys, "post_3dlut_mode") != "Disabled") {
    record.text("colour.lut", kKeys, valueOf(keys, "post_3dlut_embedded_name"));
  }
}

void sayKeys(Record& record, const Keys& keys) {
  record.text("camera.make", kKeys, valueOf(keys, "manufacturer"));
  std::string model = valueOf(keys, "camera_type");
  record.text("camera.model", kKeys, model);
  record.text("camera.serial", kKeys, valueOf(keys, "camera_id"));
  record.text("camera.firmware", kKeys, valueOf(keys, "firmware_version"));
  record.text("camera_letter", kKeys, valueOf(keys, "camera_number"));
  const std::string recorded = valueOf(keys, "clip_number");
  const auto name = clipName(recorded);
  if (name) record.text("reel", kKeys, recorded, name->reel);
  record.text("reel", kKeys, valueOf(keys, "reel_name"));
  record.text("slate.scene", kKeys, valueOf(keys, "scene"));
  record.text("slate.take", kKeys, valueOf(keys, "take"));
  record.text("slate.production", kKeys, valueOf(keys, "production_name"));
  record.text("slate.director", kKeys, valueOf(keys, "director"));
  const std::string good = path::lowerAscii(valueOf(keys, "good_take"));
  if (good == "true" || good == "1") record.flag("slate.circled", kKeys, good, true);
  if (good == "false" || good == "0") record.flag("slate.circled", kKeys, good, false);
  record.text("lens.model", kKeys, valueOf(keys, "lens_type"));
  sayRecorded(record, valueOf(keys, "date_recorded"), name);
  saySqueeze(record, keys);
  sayColour(record, keys);
  const std::string area = valueOf(keys, "sensor_area_captured");
  const std::size_t blank = area.find(' ');
  if (blank != std::string::npos) {
    record.text("camera.sensor_mode", kKeys, area, fmt::format("{}x{}", area.substr(0, blank), area.substr(blank + 1)));
  }
  sayOriginalName(record, recorded);
  const auto volumes = wholeNumber(valueOf(keys, "multicard_volume_count"));
  if (volumes && *volumes > 1) {
    record.warn(
        "chain_to_other_card",
        fmt::format("Recorded on {} cards at once; this is part {}, and the rest of its frames is on the others.",
                    *volumes, valueOf(keys, "multicard_volume_number")));
  }
}

// "991mm", "1.2m", "35cm", "3.5ft", in metres.
std::optional<double> metres(std::string_view text) {
  const auto number = leadingNumber(text);
  if (!number || *number <= 0) return std::nullopt;
  if (text.find("mm") != std::string_view::npos) return *number / 1000;
  if (text.find("cm") != std::string_view::npos) return *number / 100;
  if (text.find("ft") != std::string_view::npos || text.find('\'') != std::string_view::npos) return *number * 0.3048;
  if (text.find('m') != std::string_view::npos) return *number;
  return std::nullopt;
}

void sayFrameText(Record& record, std::string_view type, const std::string& text) {
  if (type == "shtv") sayShutter(record, kFrame, text);
  if (type == "aptr") {
    // "f2.8" is another measure than "T2.8", and the record has the latter.
    const bool stops = text.starts_with('T') || text.starts_with('t');
    const auto stop = stops ? leadingNumber(std::string_view(text).substr(1)) : std::nullopt;
    if (stop && *stop > 0) record.number("exposure.iris_t", kFrame, text, *stop);
  }
  if (type == "fcln") {
    const auto focal = leadingNumber(text);
    if (focal && *focal > 0) record.number("lens.focal_mm", kFrame, text, *focal);
  }
  if (type == "dsnc") {
    if (const auto distance = metres(text)) record.number("lens.focus_m", kFrame, text, *distance);
  }
}

void sayFrame(Record& record, std::string_view type, std::string_view value) {
  const auto keep = [&](std::string text) { record.clip.raw["bmdf:" + path::display(type)] = std::move(text); };
  if (type == "srte" && value.size() >= 8) {
    keep(fmt::format("{}/{}", be32(value, 0), be32(value, 4)));
    const FrameRate rate = FrameRate::fromRational(be32(value, 0), be32(value, 4));
    if (rate.valid()) record.ratio("sensor_fps", kFrame, rate.text(), {rate.num, rate.den});
  } else if ((type == "innd" || type == "agpf" || type == "expo") && value.size() >= 4) {
    const double number = static_cast<double>(floatOf(be32(value, 0)));
    const std::string text = fmt::format("{}", floatOf(be32(value, 0)));
    keep(text);
    if (type == "innd" && std::isfinite(number) && number >= 0 && number < 20) {
      record.number("exposure.nd_stops", kFrame, text, number);
    }
  } else if ((type == "isoe" || type == "wkel" || type == "asct") && value.size() >= 4) {
    const std::uint32_t number = be32(value, 0);
    const std::string text = fmt::format("{}", number);
    keep(text);
    if (type == "isoe" && number > 0) record.whole("exposure.ei", kFrame, text, number);
    if (type == "wkel" && number > 0) record.whole("white_balance.kelvin", kFrame, text, number);
  } else if ((type == "wtin" || type == "asti") && value.size() >= 2) {
    const auto tint = static_cast<std::int16_t>(be16(value, 0));
    keep(fmt::format("{}", tint));
    if (type == "wtin") record.number("white_balance.tint", kFrame, fmt::format("{}", tint), tint);
  } else if (type == "shtv" || type == "aptr" || type == "fcln" || type == "dsnc") {
    const std::string text = fixedText(value, 0, value.size());
    if (text.empty()) return;
    keep(text);
    sayFrameText(record, type, text);
  }
}

}  // namespace

void describeBlackmagic(Record& record, Content& content, const Movie& movie) {
  if (!movie.key("manufacturer").starts_with("Blackmagic")) return;
  Keys keys;
  for (const auto& [written, value] : movie.keys) keys.emplace(path::lowerAscii(written), value);
  sayKeys(record, keys);
  const Track* picture = movie.first("vide");
  if (!picture) return;
  constexpr std::uint64_t kFrameHead = 16u << 10;
  const std::string sample = firstSample(content, *picture, kFrameHead);
  if (part(sample, 4, 4) != "bmdf" || be32(sample, 0) < 8) return;
  forEachBox(part(sample, 8, be32(sample, 0) - 8),
             [&record](std::string_view type, std::string_view value) { sayFrame(record, type, value); });
}

}  // namespace rollproof::camera
