// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/readers/movie.h"
#include "core/camera/readers/readers.h"

namespace rollproof::camera {
namespace {

void sayPicture(Record& record, const media::VideoInfo& video, const char* source) {
  const From from{Rank::file, source};
  auto whole = [&](const char* field, int value) {
    if (value > 0) record.whole(field, from, fmt::format("{}", value), value);
  };
  whole("picture.width", video.width);
  whole("picture.height", video.height);
  whole("picture.bit_depth", video.bitDepth);
  record.text("picture.codec", from, video.codec);
  record.text("picture.codec_tag", from, video.codecTag);
  record.text("picture.chroma", from, video.chroma);
  record.ratio("picture.pixel_aspect", from, fmt::format("{}/{}", video.pixelAspect.num, video.pixelAspect.den),
               video.pixelAspect);
  record.frameRate(from, video.rate.text(), video.rate);
  // Log pictures are often tagged Rec.709 by the container, so what a camera says about its curve comes first.
  const From tag{Rank::tag, source};
  if (video.transfer != "unknown" && video.transfer != "unspecified") record.text("colour.gamma", tag, video.transfer);
  if (video.primaries != "unknown" && video.primaries != "unspecified") {
    record.text("colour.primaries", tag, video.primaries);
  }
}

void saySound(Record& record, const media::MediaInfo& info) {
  const From from{Rank::file, "container"};
  int channels = 0;
  for (const media::AudioStreamInfo& stream : info.audio) channels += stream.channels;
  if (channels <= 0) return;
  record.whole("audio.channels", from, fmt::format("{}", channels), channels);
  const media::AudioStreamInfo& first = info.audio.front();
  if (first.sampleRate > 0) {
    record.whole("audio.sample_rate", from, fmt::format("{}", first.sampleRate), first.sampleRate);
  }
  if (first.bitDepth > 0) record.whole("audio.bit_depth", from, fmt::format("{}", first.bitDepth), first.bitDepth);
}

void sayDuration(Record& record, const media::MediaInfo& info) {
  if (!info.video) return;
  const From from{Rank::file, "container"};
  if (info.video->frames && *info.video->frames > 0) {
    record.whole("duration_frames", from, fmt::format("{}", *info.video->frames), *info.video->frames);
  } else if (info.video->rate.valid() && info.durationSeconds > 0 && info.durationSeconds < 1e7) {
    record.whole("duration_frames", from, fmt::format("{} s", info.durationSeconds),
                 std::llround(info.durationSeconds * info.video->rate.approximate()));
  }
}

const CardFile* firstEssence(const Record& record, Reading& reading) {
  for (const model::ClipFile& file : record.clip.files) {
    if (file.role == model::FileRole::essence) return reading.at(file.path);
  }
  return nullptr;
}

// Pictures in one file, as its container counts them.
std::optional<std::int64_t> framesIn(Reading& reading, const std::string& relative) {
  const std::string file = path::join(reading.root, relative);
  if (const auto counted = movieFrames(*reading.fs, file)) return counted;
  auto content = Content::open(*reading.fs, file);
  if (!content) return std::nullopt;
  Record alone;
  const bool known = describeContent(alone, *content);
  alone.finish();
  if (known || alone.clip.durationFrames) return alone.clip.durationFrames;
  const auto info = media::probe(file);
  if (!info) return std::nullopt;
  Record probed;
  sayDuration(probed, *info);
  probed.finish();
  return probed.clip.durationFrames;
}

}  // namespace

void describeSegments(Record& record, Reading& reading) {
  std::int64_t frames = 0;
  int segments = 0;
  bool all = true;
  for (const model::ClipFile& file : record.clip.files) {
    if (file.role != model::FileRole::essence) continue;
    ++segments;
    // The first file is read below as well; alone it is most clips, and then it is read once.
    if (segments == 1) continue;
    const auto counted = all ? framesIn(reading, file.path) : std::nullopt;
    all = counted.has_value();
    frames += counted.value_or(0);
  }
  if (segments > 1 && all) {
    const CardFile* first = firstEssence(record, reading);
    const auto counted = first ? framesIn(reading, first->path) : std::nullopt;
    if (counted) {
      frames += *counted;
      record.whole("duration_frames", {Rank::file, "segments"}, fmt::format("{} in {} files", frames, segments),
                   frames);
    }
  }
  describeContainer(record, reading);
}

void describeContainer(Record& record, Reading& reading) {
  const CardFile* file = firstEssence(record, reading);
  if (!file || file->bytes == 0) return;
  auto content = Content::open(*reading.fs, reading.absolutePath(*file));
  if (!content) {
    record.warn("unreadable_media", fmt::format("{}: {}.", path::display(file->name), content.error().message));
    return;
  }
  if (describeContent(record, *content)) return;
  auto info = media::probe(reading.absolutePath(*file));
  if (!info) {
    // Raw kinds whose payload only their makers' libraries read: nothing is wrong with the file.
    const bool noReader = file->extension == "r3d" || file->extension == "ari" || file->extension == "arx" ||
                          file->extension == "arc" || file->extension == "krw";
    record.warn(
        noReader ? "no_decoder" : "unreadable_media",
        noReader ? fmt::format("{}: this program has no reader for this kind of raw file.", path::display(file->name))
                 : fmt::format("{}: {}.", path::display(file->name), info.error().message));
    return;
  }
  record.clip.raw.insert(info->tags.begin(), info->tags.end());
  const bool image = info->decoder == "oiio";
  if (info->start) {
    const std::string& word = info->timecodeSource;
    const char* name = word == "tmcd"   ? "tmcd"
                       : word == "mxf"  ? "mxf"
                       : word == "rtmd" ? "rtmd"
                       : word == "bwf"  ? "bwf"
                       : word == "dpx"  ? "dpx"
                       : word == "exr"  ? "exr"
                                        : "none";
    if (info->video && !info->video->rate.valid()) {
      // A picture header may hold a timecode and no rate to count it in; another source may know the rate.
      record.startText({Rank::file, name}, info->start->text(), name, info->start->text());
    } else {
      record.start({Rank::file, name}, info->start->text(), name, *info->start);
    }
  }
  record.text("reel", {Rank::file, image ? "image" : "container"}, info->reel);
  if (info->video) {
    record.clip.raw.insert(info->video->tags.begin(), info->video->tags.end());
    sayPicture(record, *info->video, image ? "image" : "container");
  }
  if (!image) sayDuration(record, *info);
  saySound(record, *info);
  const auto created = info->tags.find("creation_time");
  if (created != info->tags.end()) {
    // UTC by the standard, local time by the habit of many cameras: the zone is not worth repeating.
    const std::string& raw = created->second;
    record.text("recorded_at", {Rank::tag, "creation_time"}, raw, raw.substr(0, raw.find_first_of(".Z")));
  }
  const bool decodable = (info->video && info->video->decodable) || (!info->video && !info->audio.empty());
  if (decodable) {
    record.clip.decoder = info->decoder;
  } else if (info->video) {
    record.warn("no_decoder", fmt::format("{}: no decoder for its pictures ({}).", path::display(file->name),
                                          info->video->codecTag.empty() ? "unknown" : info->video->codecTag));
  }
}

}  // namespace rollproof::camera
