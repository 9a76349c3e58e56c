// SPDX-License-Identifier: Apache-2.0
// Source: QuickTime File Format (tmcd sample description), SMPTE ST 377-1 through FFmpeg, EBU Tech 3285 (bext).
#include <algorithm>

#include "core/base/path.h"
#include "core/media/ffmpeg.h"
#include "core/media/images.h"

namespace rollproof::media {
namespace {

constexpr std::uint32_t kTmcd = 'd' << 24 | 'c' << 16 | 'm' << 8 | 't';

bool isContainer(const AVFormatContext& context, const char* name) {
  return std::string(context.iformat->name).find(name) != std::string::npos;
}

// The rate a tmcd track counts in is timescale over frame duration. Its own "number of frames" byte is not to be
// believed: a GoPro HERO5 writes 29 there for 90000/3003.
FrameRate tmcdRate(const AVStream& stream) {
  const AVRational rate = stream.avg_frame_rate;
  return rate.num > 0 && rate.den > 0 ? FrameRate::fromRational(rate.num, rate.den) : FrameRate{};
}

void findQuickTimeStart(const AVFormatContext& context, int video, MediaInfo& info) {
  const std::string linked = video >= 0 ? tagOf(context.streams[video]->metadata, "timecode") : std::string();
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (stream.codecpar->codec_tag != kTmcd) continue;
    const std::string text = tagOf(stream.metadata, "timecode");
    if (info.reel.empty()) info.reel = tagOf(stream.metadata, "reel_name");
    if (info.start || text.empty() || (!linked.empty() && text != linked)) continue;
    const FrameRate rate = tmcdRate(stream);
    if (rate.valid()) info.start = Timecode::parse(text, rate);
    if (info.start) info.timecodeSource = "tmcd";
  }
  // Sony keeps a start timecode in its rtmd track, which FFmpeg hands on as the stream's own tag.
  if (!info.start && !linked.empty() && info.video->rate.valid()) {
    info.start = Timecode::parse(linked, info.video->rate);
    if (info.start) info.timecodeSource = "rtmd";
  }
}

void findMxfStart(const AVFormatContext& context, MediaInfo& info) {
  if (!info.video || !info.video->rate.valid()) return;
  std::string text = tagOf(context.metadata, "timecode");
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVDictionary* tags = context.streams[i]->metadata;
    const std::string own = tagOf(tags, "timecode");
    // A material package that starts at zero says nothing; the source package knows.
    if (!own.empty() && (text.empty() || text.find_first_not_of("0:;") == std::string::npos)) text = own;
    if (info.reel.empty()) info.reel = tagOf(tags, "reel_name");
  }
  if (text.empty()) return;
  info.start = Timecode::parse(text, info.video->rate);
  if (info.start) info.timecodeSource = "mxf";
}

AudioStreamInfo describeAudio(const AVStream& stream) {
  const AVCodecParameters& parameters = *stream.codecpar;
  AudioStreamInfo audio;
  audio.channels = parameters.ch_layout.nb_channels;
  audio.sampleRate = parameters.sample_rate;
  audio.codec = avcodec_get_name(parameters.codec_id);
  audio.bitDepth =
      parameters.bits_per_raw_sample > 0 ? parameters.bits_per_raw_sample : av_get_bits_per_sample(parameters.codec_id);
  if (stream.duration > 0 && parameters.sample_rate > 0)
    audio.samples = av_rescale_q(stream.duration, stream.time_base, AVRational{1, parameters.sample_rate});
  audio.tags = tagsOf(stream.metadata);
  return audio;
}

double durationOf(const AVFormatContext& context, const MediaInfo& info) {
  if (info.video && info.video->frames && info.video->rate.valid())
    return static_cast<double>(*info.video->frames) / info.video->rate.approximate();
  if (context.duration > 0) return static_cast<double>(context.duration) / AV_TIME_BASE;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    if (stream.duration > 0 && stream.time_base.den > 0)
      return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  }
  for (const auto& audio : info.audio) {
    if (audio.sampleRate > 0) return static_cast<double>(audio.samples) / audio.sampleRate;
  }
  return 0;
}

}  // namespace

Result<MediaInfo> probe(const std::string& path) {
  if (auto file = LocalFile::open(path); !file) return tl::unexpected<Error>(file.error());
  if (const std::string format = imageFormatOf(path); !format.empty()) return probeImage(path, format);
  auto input = Input::open(path, Input::Look::headers);
  if (!input) return tl::unexpected<Error>(input.error());
  const AVFormatContext& context = *(*input)->context();
  MediaInfo info;
  info.decoder = "ffmpeg";
  info.container = context.iformat->name;
  if (info.container.rfind("mov,", 0) == 0) {
    const std::string brand = tagOf(context.metadata, "major_brand");
    info.container = brand == "qt  " || brand.empty() ? "mov" : "mp4";
  }
  const int video = (*input)->videoStream();
  if (video >= 0) info.video = describeVideo(&context, context.streams[video]);
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    if (context.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
      info.audio.push_back(describeAudio(*context.streams[i]));
  }
  info.tags = tagsOf(context.metadata);
  info.reel = tagOf(context.metadata, "reel_name");
  if (info.reel.empty() && video >= 0) info.reel = tagOf(context.streams[video]->metadata, "reel_name");
  if (isContainer(context, "mov") && info.video) findQuickTimeStart(context, video, info);
  if (isContainer(context, "mxf")) findMxfStart(context, info);
  info.durationSeconds = durationOf(context, info);
  return info;
}

}  // namespace rollproof::media
