// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/movie.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/base/path.h"

namespace rollproof::camera {
namespace {

constexpr From kContainer{Rank::file, "container"};

// Nothing else opens these: their payload needs the makers' libraries.
struct RawKind {
  std::string_view prefix;  // of the sample entry
  const char *codec, *name;
};
constexpr RawKind kRawKinds[] = {
    {"br", "braw", "Blackmagic RAW"},
    {"CRAW", "canon_raw_light", "Cinema RAW Light"},
    {"aprn", "prores_raw", "ProRes RAW"},
    {"aprh", "prores_raw", "ProRes RAW HQ"},
};

void sayTimecode(Record& record, Content& content, const Movie& movie) {
  const auto timecode = readTimecode(content, movie);
  if (!timecode) return;
  constexpr From kTmcd{Rank::file, "tmcd"};
  record.start(kTmcd, fmt::format("{}", timecode->raw), "tmcd", timecode->start);
  record.text("reel", kTmcd, timecode->reel);
}

void sayRawPicture(Record& record, const Track& track) {
  const FrameRate rate = FrameRate::fromRational(track.timescale, track.sampleTicks);
  record.frameRate(kContainer, fmt::format("{}/{}", track.timescale, track.sampleTicks), rate);
  if (track.width > 0) record.whole("picture.width", kContainer, fmt::format("{}", track.width), track.width);
  if (track.height > 0) record.whole("picture.height", kContainer, fmt::format("{}", track.height), track.height);
  if (track.sampleCount > 0 && track.sampleCount < (1ull << 40)) {
    record.whole("duration_frames", kContainer, fmt::format("{}", track.sampleCount),
                 static_cast<std::int64_t>(track.sampleCount));
  }
}

// `rank` file where nothing else reads the sound, else tag: the bits of a compressed sound are what its writer put
// there.
void saySound(Record& record, const Movie& movie, Rank rank) {
  const From from{rank, "container"};
  std::int64_t channels = 0, bits = 0, hertz = 0;
  for (const Track& track : movie.tracks) {
    if (track.handler != "soun") continue;
    const std::string& entry = track.sampleEntry;
    const bool second = be16(entry, 8) == 2;  // version 2 of the sound description has fields of its own
    channels += second ? std::min<std::uint32_t>(be32(entry, 40), 256) : be16(entry, 16);
    if (hertz != 0) continue;
    const double said = doubleOf(be64(entry, 32));
    hertz = second ? (said >= 1 && said <= 1e7 ? std::llround(said) : 0) : be16(entry, 24);
    bits = second ? be32(entry, 48) : be16(entry, 18);
    // Written as 16 whatever the depth; the codec's name tells it.
    if (track.sampleEntryType == "in24") bits = 24;
    if (track.sampleEntryType == "in32" || track.sampleEntryType == "fl32") bits = 32;
  }
  const auto say = [&record, from](const char* field, std::int64_t value, std::int64_t most) {
    if (value > 0 && value <= most) record.whole(field, from, fmt::format("{}", value), value);
  };
  say("audio.channels", channels, 1024);
  say("audio.sample_rate", hertz, 10'000'000);
  say("audio.bit_depth", bits, 64);
}

void sayCreated(Record& record, const Movie& movie) {
  constexpr std::uint64_t kFrom1904To1970 = 2'082'844'800, kYear2200 = 9'340'963'200;
  if (movie.created <= kFrom1904To1970 || movie.created > kYear2200) return;
  const auto seconds = static_cast<std::time_t>(movie.created - kFrom1904To1970);
  const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
  record.text("recorded_at", {Rank::tag, "creation_time"}, text);
}

}  // namespace

void describeRawTracks(Record& record, const Movie& movie, const char* codec, std::string_view codecName) {
  const Track* picture = movie.first("vide");
  if (!picture) return;
  record.text("picture.codec", kContainer, picture->sampleEntryType, codec);
  record.text("picture.codec_tag", kContainer, picture->sampleEntryType);
  sayRawPicture(record, *picture);
  saySound(record, movie, Rank::file);
  sayCreated(record, movie);
  record.warn("no_decoder", fmt::format("{} pictures need their maker's own library to be shown.", codecName));
}

std::optional<std::int64_t> movieFrames(const FileSystem& fs, const std::string& path) {
  auto content = Content::open(fs, path);
  const auto movie = content ? readMovie(*content) : tl::unexpected<Error>(content.error());
  const Track* picture = movie ? movie->first("vide") : nullptr;
  if (!picture || picture->sampleCount == 0 || picture->sampleCount > (1ull << 40)) return std::nullopt;
  return static_cast<std::int64_t>(picture->sampleCount);
}

void sayOriginalName(Record& record, std::string_view original) {
  const std::string name(trimmed(original));
  if (name.empty()) return;
  record.clip.raw["original_name"] = name;
  const std::string given = path::lowerAscii(record.clip.name), recorded = path::lowerAscii(path::stem(name));
  if (given == recorded || given == path::lowerAscii(name)) return;
  // Of a clip in several files each has its own name.
  const bool ownName = !record.clip.files.empty() &&
                       path::lowerAscii(path::stem(path::fileName(record.clip.files.front().path))) == recorded;
  if (ownName) return;
  record.warn("renamed_by_hand", fmt::format("The camera recorded this as {}.", path::display(name)));
}

void sayShutter(Record& record, From from, std::string_view raw) {
  const auto number = leadingNumber(raw);
  if (!number || *number <= 0) return;
  const std::size_t slash = raw.find('/');
  if (slash != std::string_view::npos) {
    const auto under = leadingNumber(raw.substr(slash + 1));
    if (under && *under > 0) record.number("exposure.shutter_s", from, raw, *number / *under);
  } else if (*number <= 361) {  // rounding takes a full turn over 360
    record.number("exposure.shutter_angle_deg", from, raw, *number);
  }
}

std::string isoFromExif(std::string_view text) {
  text = trimmed(text.substr(0, text.find('\0')));
  const auto digits = [text](std::size_t at, std::size_t count) {
    const std::string_view field = part(text, at, count);
    return field.size() == count &&
           std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() < 10 || !digits(0, 4) || !digits(5, 2) || !digits(8, 2)) return {};
  if (part(text, 0, 4) == "0000" || part(text, 5, 2) > "12" || part(text, 8, 2) > "31") return {};
  std::string out = fmt::format("{}-{}-{}", part(text, 0, 4), part(text, 5, 2), part(text, 8, 2));
  if (text.size() >= 19 && digits(11, 2) && digits(14, 2) && digits(17, 2)) {
    out += fmt::format("T{}:{}:{}", part(text, 11, 2), part(text, 14, 2), part(text, 17, 2));
  }
  return out;
}

void describeBoxes(Record& record, Content& content) {
  const auto movie = readMovie(content);
  if (!movie) return;
  record.clip.raw.insert(movie->keys.begin(), movie->keys.end());
  for (const auto& [type, bytes] : movie->userData) {
    std::string text = movie->userText(type);
    if (!text.empty() && path::isUtf8(text)) record.clip.raw.emplace("udta:" + path::display(type), std::move(text));
  }
  if (!movie->indexed) {
    record.warn("unfinished", "The movie has no index: its recording was not finished, or this copy is cut short.");
  } else if (movie->cut) {
    record.warn("unfinished", "The movie is shorter than its headers say: this copy is cut short.");
  }
  sayTimecode(record, content, *movie);
  describeMovieKeys(record, *movie);
  describeSonyMovie(record, content, *movie);
  describeBlackmagic(record, content, *movie);
  describeCanonMovie(record, content, *movie);
  describeNikonMovie(record, content, *movie);
  describeActionCamera(record, content, *movie);
  const Track* picture = movie->first("vide");
  for (const RawKind& kind : kRawKinds) {
    if (picture && picture->sampleEntryType.starts_with(kind.prefix)) {
      describeRawTracks(record, *movie, kind.codec, kind.name);
      return;
    }
  }
  saySound(record, *movie, Rank::tag);
}

}  // namespace rollproof::camera
