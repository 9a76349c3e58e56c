// SPDX-License-Identifier: Apache-2.0
// Sample positions come from presentation times, so that a track that starts late stays in sync.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/media/ffmpeg.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace rollproof::media {
namespace {

struct FreeResampler {
  void operator()(SwrContext* resampler) const { swr_free(&resampler); }
};
using ResamplerPtr = std::unique_ptr<SwrContext, FreeResampler>;

constexpr std::int64_t kAnywhere = std::numeric_limits<std::int64_t>::min();

// One audio stream: its decoder and the samples decoded but not yet handed out.
struct Track {
  AVStream* stream = nullptr;  // owned by the Source's Input
  CodecPtr codec;
  ResamplerPtr resampler;
  int channels = 0;
  std::vector<float> ready;       // interleaved, at the reader's rate
  std::size_t taken = 0;          // sample frames of `ready` already handed out
  std::int64_t next = kAnywhere;  // sample number of the first frame after `ready`; kAnywhere before the first one
  bool ended = false;
  [[nodiscard]] std::size_t frames() const { return ready.size() / static_cast<std::size_t>(channels) - taken; }
};

// One file with its audio streams.
struct Source {
  std::string path;
  std::unique_ptr<Input> input;
  std::vector<Track> tracks;
  double originSeconds = 0;  // where the file's pictures (or else its sound) begin
  bool atEnd = false;
};

class Reader final : public AudioReader {
 public:
  explicit Reader(const AudioAs& as) : m_as(as), m_rate(as.rate) {}
  Status open(const std::vector<std::string>& paths);
  int channels() const override { return m_channels; }
  int sampleRate() const override { return m_rate; }
  Result<std::vector<float>> read(std::size_t frames) override;
  Status seek(std::int64_t sampleFrame) override;

 private:
  Status addFile(const std::string& path);
  Status prepare(Source& source, Track& track);
  Status fill(Source& source, std::size_t frames);
  Status decode(Source& source, Track& track, const AVPacket* packet);
  Status take(Source& source, Track& track, const AVFrame* frame);

  [[nodiscard]] int countedRate(const Track& track) const {
    return m_as.counted > 0 ? m_as.counted : track.codec->sample_rate;
  }

  AudioAs m_as;
  double m_stretch = 1;  // seconds as they are played in a second as the file counts
  std::vector<Source> m_sources;
  PacketPtr m_packet{av_packet_alloc()};
  FramePtr m_frame{av_frame_alloc()};
  int m_channels = 0;
  int m_rate;
  std::int64_t m_position = 0;  // sample frame the next read starts with
};

Status Reader::open(const std::vector<std::string>& paths) {
  if (!m_packet || !m_frame) return fail(Errc::failed, "out of memory");
  for (const auto& path : paths) {
    if (auto ok = addFile(path); !ok) return ok;
  }
  if (m_channels == 0) return fail(Errc::notFound, "there is no sound", paths.empty() ? std::string() : paths.front());
  return seek(0);
}

Status Reader::addFile(const std::string& path) {
  auto input = Input::open(path, Input::Look::pictures);
  if (!input) return tl::unexpected<Error>(input.error());
  Source source;
  source.path = path;
  source.input = std::move(*input);
  const AVFormatContext& context = *source.input->context();
  const int video = source.input->videoStream();
  std::int64_t origin = context.start_time != kNoPts ? context.start_time : 0;
  if (video >= 0 && context.streams[video]->start_time != kNoPts)
    origin = av_rescale_q(context.streams[video]->start_time, context.streams[video]->time_base,
                          AVRational{1, AV_TIME_BASE});
  // Recorders' files without pictures begin at zero whatever a damaged header says.
  source.originSeconds = static_cast<double>(origin) / AV_TIME_BASE;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream* stream = context.streams[i];
    const bool usable = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO &&
                        stream->codecpar->ch_layout.nb_channels > 0 && stream->codecpar->ch_layout.nb_channels <= 256 &&
                        stream->codecpar->sample_rate > 0 &&
                        avcodec_find_decoder(stream->codecpar->codec_id) != nullptr;
    if (!usable) {
      stream->discard = AVDISCARD_ALL;
      continue;
    }
    Track track;
    track.stream = stream;
    track.channels = stream->codecpar->ch_layout.nb_channels;
    if (m_rate == 0) m_rate = stream->codecpar->sample_rate;
    if (m_as.counted > 0) m_stretch = static_cast<double>(stream->codecpar->sample_rate) / m_as.counted;
    if (auto ok = prepare(source, track); !ok) return ok;
    m_channels += track.channels;
    source.tracks.push_back(std::move(track));
  }
  if (!source.tracks.empty()) m_sources.push_back(std::move(source));
  return {};
}

Status Reader::prepare(Source& source, Track& track) {
  const AVCodecParameters* parameters = track.stream->codecpar;
  const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
  track.codec.reset(avcodec_alloc_context3(decoder));
  if (!track.codec) return fail(Errc::failed, "out of memory", source.path);
  if (const int code = avcodec_parameters_to_context(track.codec.get(), parameters); code < 0)
    return ffmpegError(code, "cannot prepare the sound decoder", source.path);
  track.codec->pkt_timebase = track.stream->time_base;
  track.codec->thread_count = 1;
  if (const int code = avcodec_open2(track.codec.get(), decoder, nullptr); code < 0)
    return ffmpegError(code, "cannot start the sound decoder", source.path);
  return {};
}

Status Reader::take(Source& source, Track& track, const AVFrame* frame) {
  if (!track.resampler) {
    AVChannelLayout layout{};
    // Channels pass as they are, whatever layout the file claims: this is no mix.
    layout.order = AV_CHANNEL_ORDER_UNSPEC;
    layout.nb_channels = track.channels;
    SwrContext* resampler = nullptr;
    const int code =
        swr_alloc_set_opts2(&resampler, &layout, AV_SAMPLE_FMT_FLT, m_rate, &layout,
                            static_cast<AVSampleFormat>(track.codec->sample_fmt), countedRate(track), 0, nullptr);
    track.resampler.reset(resampler);
    if (code < 0) return ffmpegError(code, "cannot prepare the sound", source.path);
    if (const int started = swr_init(resampler); started < 0)
      return ffmpegError(started, "cannot prepare the sound", source.path);
  }
  if (frame != nullptr && (frame->format != track.codec->sample_fmt || frame->ch_layout.nb_channels != track.channels))
    return fail(Errc::corrupt, "the sound changes its form in the middle of the file", source.path);
  if (frame != nullptr && track.next == kAnywhere) {
    // The first samples after a seek say where we are.
    track.next = m_position;
    if (frame->best_effort_timestamp != kNoPts) {
      const AVRational base = track.stream->time_base;
      const double seconds =
          static_cast<double>(frame->best_effort_timestamp) * base.num / base.den - source.originSeconds;
      track.next = std::llround(seconds * m_stretch * m_rate);
    }
    // Silence before a track that starts late; no file has hours of it.
    const std::int64_t gap = std::min<std::int64_t>(track.next - m_position, static_cast<std::int64_t>(m_rate) * 600);
    if (gap > 0) track.ready.insert(track.ready.end(), static_cast<std::size_t>(gap * track.channels), 0.0F);
  }
  const int room = swr_get_out_samples(track.resampler.get(), frame != nullptr ? frame->nb_samples : 0);
  if (room <= 0) return {};
  const std::size_t before = track.ready.size();
  track.ready.resize(before + static_cast<std::size_t>(room) * static_cast<std::size_t>(track.channels));
  auto* out = reinterpret_cast<std::uint8_t*>(track.ready.data() + before);
  const auto** in = frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
  const int got = swr_convert(track.resampler.get(), &out, room, in, frame != nullptr ? frame->nb_samples : 0);
  if (got < 0) return ffmpegError(got, "cannot convert the sound", source.path);
  track.ready.resize(before + static_cast<std::size_t>(got) * static_cast<std::size_t>(track.channels));
  // A seek lands on a packet; what lies before the wanted sample goes.
  const std::int64_t early = std::min<std::int64_t>(std::max<std::int64_t>(m_position - track.next, 0), got);
  if (early > 0) {
    const auto from = track.ready.begin() + static_cast<std::ptrdiff_t>(before);
    track.ready.erase(from, from + static_cast<std::ptrdiff_t>(early * track.channels));
  }
  track.next += got;
  return {};
}

Status Reader::decode(Source& source, Track& track, const AVPacket* packet) {
  // A packet that will not decode costs its own samples, no more.
  if (const int code = avcodec_send_packet(track.codec.get(), packet);
      code < 0 && code != AVERROR_EOF && packet != nullptr)
    return {};
  while (avcodec_receive_frame(track.codec.get(), m_frame.get()) == 0) {
    if (auto ok = take(source, track, m_frame.get()); !ok) return ok;
  }
  return {};
}

Status Reader::fill(Source& source, std::size_t frames) {
  const auto wanting = [&] {
    return std::any_of(source.tracks.begin(), source.tracks.end(),
                       [&](const Track& track) { return !track.ended && track.frames() < frames; });
  };
  while (!source.atEnd && wanting()) {
    const int code = av_read_frame(source.input->context(), m_packet.get());
    if (code < 0) {
      source.atEnd = true;
      for (Track& track : source.tracks) {
        if (auto ok = decode(source, track, nullptr); !ok) return ok;
        if (track.resampler) {
          if (auto ok = take(source, track, nullptr); !ok) return ok;
        }
        track.ended = true;
      }
      break;
    }
    Status ok;
    for (Track& track : source.tracks) {
      if (track.stream->index == m_packet->stream_index) ok = decode(source, track, m_packet.get());
    }
    av_packet_unref(m_packet.get());
    if (!ok) return ok;
  }
  return {};
}

Result<std::vector<float>> Reader::read(std::size_t frames) {
  frames = std::min<std::size_t>(frames, static_cast<std::size_t>(m_rate) * 60);
  std::size_t available = 0;  // the longest track counts; shorter ones end in silence
  for (Source& source : m_sources) {
    if (auto ok = fill(source, frames); !ok) return tl::unexpected<Error>(ok.error());
    for (const Track& track : source.tracks) available = std::max(available, track.frames());
  }
  const std::size_t count = std::min(frames, available);
  const auto all = static_cast<std::size_t>(m_channels);
  std::vector<float> out(count * all, 0.0F);
  std::size_t first = 0;
  for (Source& source : m_sources) {
    for (Track& track : source.tracks) {
      const auto width = static_cast<std::size_t>(track.channels);
      const std::size_t mine = std::min(count, track.frames());
      for (std::size_t i = 0; i < mine; ++i) {
        for (std::size_t c = 0; c < width; ++c) out[i * all + first + c] = track.ready[(track.taken + i) * width + c];
      }
      track.taken += mine;
      if (track.taken * width > 1U << 18 || track.frames() == 0) {
        track.ready.erase(track.ready.begin(), track.ready.begin() + static_cast<std::ptrdiff_t>(track.taken * width));
        track.taken = 0;
      }
      first += width;
    }
  }
  m_position += static_cast<std::int64_t>(count);
  return out;
}

Status Reader::seek(std::int64_t sampleFrame) {
  if (sampleFrame < 0) return fail(Errc::usage, "sound begins at sample 0", m_sources.front().path);
  m_position = sampleFrame;
  for (Source& source : m_sources) {
    AVFormatContext* context = source.input->context();
    // A little early, because compressed sound needs a packet or two to settle.
    const double seconds = static_cast<double>(sampleFrame) / m_rate / m_stretch - 0.1 + source.originSeconds;
    const auto target = static_cast<std::int64_t>(seconds * AV_TIME_BASE);
    int code = sampleFrame == 0 ? -1 : avformat_seek_file(context, -1, INT64_MIN, target, target, 0);
    if (code < 0) {
      const std::int64_t begin = context->start_time != kNoPts ? context->start_time : 0;
      code = avformat_seek_file(context, -1, INT64_MIN, begin, INT64_MAX, 0);
    }
    if (code < 0) return ffmpegError(code, "cannot seek in the sound", source.path);
    source.atEnd = false;
    for (Track& track : source.tracks) {
      avcodec_flush_buffers(track.codec.get());
      track.resampler.reset();
      track.ready.clear();
      track.taken = 0;
      track.next = kAnywhere;
      track.ended = false;
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AudioReader>> openAudio(const std::vector<std::string>& paths, const AudioAs& as) {
  if (as.counted < 0 || as.rate < 0 || as.counted > 768000 || as.rate > 768000)
    return fail(Errc::usage, "an impossible sampling rate was asked for",
                paths.empty() ? std::string() : paths.front());
  auto reader = std::make_unique<Reader>(as);
  if (auto ok = reader->open(paths); !ok) return tl::unexpected<Error>(ok.error());
  return std::unique_ptr<AudioReader>(std::move(reader));
}

}  // namespace rollproof::media
