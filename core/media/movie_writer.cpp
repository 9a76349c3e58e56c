// SPDX-License-Identifier: Apache-2.0
// Source: FFmpeg 5.1 movenc.c, mxfenc.c.
#include <algorithm>
#include <cmath>

#include "core/media/ffmpeg.h"
#include "core/media/op_atom.h"
#include "core/media/picture_encoder.h"

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace rollproof::media {
namespace {

class Writer final : public MovieWriter {
 public:
  explicit Writer(WriterOptions options) : m_options(std::move(options)) {}
  ~Writer() override {
    if (m_context == nullptr) return;
    if (m_context->pb != nullptr) avio_closep(&m_context->pb);
    avformat_free_context(m_context);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Status open();
  Status writeFrame(const Frame16& frame) override;
  Result<PlanarRoom> nextPicture() override;
  Status writePicture() override;
  Status writeAudio(const std::vector<float>& interleaved) override;
  Status finish() override;

 private:
  Status openVideo();
  Status openAudio();
  Status writeHeader();
  Status put(AVPacket& packet, AVRational timeBase, const AVStream& stream);
  Status putPicture(AVPacket& packet) { return put(packet, m_video->context().time_base, *m_videoStream); }
  Status encodeSound(AVFrame* frame);
  Status sendAudio(bool last);
  Status padAudioToVideo();
  [[nodiscard]] tl::unexpected<Error> error(int code, const char* doing) const {
    return ffmpegError(code, doing, m_options.path);
  }

  WriterOptions m_options;
  AVFormatContext* m_context = nullptr;
  AVStream* m_videoStream = nullptr;  // owned by m_context
  AVStream* m_audioStream = nullptr;
  std::unique_ptr<PictureEncoder> m_video;
  CodecPtr m_audio;
  FramePtr m_sound;
  PacketPtr m_packet;
  std::int64_t m_samples = 0;
  std::vector<float> m_pending;  // interleaved, not yet a whole encoder frame
  int m_chunk = 0;               // sample frames an encoder frame
  bool m_finished = false;
};

Status Writer::open() {
  routeLibraryLog();
  const auto& container = m_options.container;
  if (container != "mov" && container != "mp4" && container != "mxf")
    return fail(Errc::usage, "unknown container '" + container + "'", m_options.path);
  if (m_options.path.empty()) return fail(Errc::usage, "a movie needs a file name");
  if (const int code = avformat_alloc_output_context2(&m_context, nullptr, container.c_str(), nullptr); code < 0)
    return error(code, "cannot prepare the container");
  m_packet.reset(av_packet_alloc());
  if (!m_packet) return fail(Errc::failed, "out of memory", m_options.path);
  if (auto ok = openVideo(); !ok) return ok;
  if (m_options.audio && m_options.audio->channels > 0) {
    if (auto ok = openAudio(); !ok) return ok;
  }
  return writeHeader();
}

Status Writer::openVideo() {
  const bool globalHeader = (m_context->oformat->flags & AVFMT_GLOBALHEADER) != 0;
  auto encoder = PictureEncoder::open(m_options.video, globalHeader, m_options.threads, m_options.path);
  if (!encoder) return tl::unexpected(encoder.error());
  m_video = std::move(*encoder);
  m_videoStream = avformat_new_stream(m_context, nullptr);
  if (m_videoStream == nullptr) return fail(Errc::failed, "out of memory", m_options.path);
  const AVCodecContext& codec = m_video->context();
  m_videoStream->time_base = codec.time_base;
  m_videoStream->avg_frame_rate = codec.framerate;
  m_videoStream->r_frame_rate = codec.framerate;
  m_videoStream->sample_aspect_ratio = codec.sample_aspect_ratio;
  if (const int code = avcodec_parameters_from_context(m_videoStream->codecpar, &codec); code < 0)
    return error(code, "cannot describe the pictures");
  return {};
}

Status Writer::openAudio() {
  const AudioTarget& target = *m_options.audio;
  if (target.codec != "pcm_s24le" && target.codec != "pcm_s16le" && target.codec != "aac")
    return fail(Errc::usage, "unknown audio codec '" + target.codec + "'", m_options.path);
  if (target.channels > 64 || target.sampleRate < 8000 || target.sampleRate > 384000)
    return fail(Errc::unsupported, "too many audio channels or an odd sampling rate", m_options.path);
  const AVCodec* encoder = avcodec_find_encoder_by_name(target.codec.c_str());
  if (encoder == nullptr) return fail(Errc::unsupported, "this FFmpeg has no " + target.codec, m_options.path);
  m_audio.reset(avcodec_alloc_context3(encoder));
  m_audioStream = avformat_new_stream(m_context, nullptr);
  m_sound.reset(av_frame_alloc());
  if (!m_audio || m_audioStream == nullptr || !m_sound) return fail(Errc::failed, "out of memory", m_options.path);
  AVCodecContext& codec = *m_audio;
  av_channel_layout_default(&codec.ch_layout, target.channels);
  codec.sample_rate = target.sampleRate;
  codec.time_base = {1, target.sampleRate};
  codec.sample_fmt = target.codec == "aac"         ? AV_SAMPLE_FMT_FLTP
                     : target.codec == "pcm_s16le" ? AV_SAMPLE_FMT_S16
                                                   : AV_SAMPLE_FMT_S32;
  if (target.codec == "pcm_s24le") codec.bits_per_raw_sample = 24;
  if (target.codec == "aac") codec.bit_rate = 96'000LL * target.channels;
  if ((m_context->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (const int code = avcodec_open2(m_audio.get(), encoder, nullptr); code < 0)
    return error(code, "cannot start the sound encoder");
  m_audioStream->time_base = codec.time_base;
  if (const int code = avcodec_parameters_from_context(m_audioStream->codecpar, m_audio.get()); code < 0)
    return error(code, "cannot describe the sound");
  m_chunk = codec.frame_size > 0 ? codec.frame_size : 1024;
  return {};
}

Status Writer::writeHeader() {
  const bool mxf = m_options.container == "mxf";
  AVDictionary** container = &m_context->metadata;
  for (const auto& [key, value] : m_options.tags) av_dict_set(container, key.c_str(), value.c_str(), 0);
  if (m_options.start) {
    auto text = startText(*m_options.start, m_options.video.rate);
    if (!text) return tl::unexpected<Error>(text.error());
    av_dict_set(&m_videoStream->metadata, "timecode", text->c_str(), 0);
  }
  if (!m_options.reel.empty())
    av_dict_set(mxf ? container : &m_videoStream->metadata, "reel_name", m_options.reel.c_str(), 0);
  const bool keys = !mxf && !m_options.tags.empty();
  if (!m_options.clipName.empty()) {
    const char* key = mxf ? "material_package_name" : keys ? "com.apple.quicktime.displayname" : "title";
    av_dict_set(container, key, m_options.clipName.c_str(), AV_DICT_DONT_OVERWRITE);
  }
  Dictionary options;
  std::string flags;
  if (m_options.container == "mp4") flags += "+faststart";
  if (keys) flags += "+use_metadata_tags";
  if (!mxf) flags += "+write_colr";
  if (!flags.empty()) options.set("movflags", flags);
  const std::string url = "file:" + m_options.path;
  if (const int code = avio_open2(&m_context->pb, url.c_str(), AVIO_FLAG_WRITE, nullptr, nullptr); code < 0)
    return error(code, "cannot create");
  av_free(m_context->url);
  m_context->url = av_strdup(url.c_str());  // faststart reads the file again through it
  if (const int code = avformat_write_header(m_context, options.slot()); code < 0)
    return error(code, "cannot begin the file");
  return {};
}

Status Writer::put(AVPacket& packet, AVRational timeBase, const AVStream& stream) {
  av_packet_rescale_ts(&packet, timeBase, stream.time_base);
  packet.stream_index = stream.index;
  if (const int written = av_interleaved_write_frame(m_context, &packet); written < 0)
    return error(written, "cannot write");
  if (m_context->pb->error < 0) return error(m_context->pb->error, "cannot write");
  return {};
}

Status Writer::encodeSound(AVFrame* frame) {
  if (const int code = avcodec_send_frame(m_audio.get(), frame); code < 0 && code != AVERROR_EOF)
    return error(code, "cannot encode");
  for (;;) {
    const int code = avcodec_receive_packet(m_audio.get(), m_packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return error(code, "cannot encode");
    if (auto ok = put(*m_packet, m_audio->time_base, *m_audioStream); !ok) return ok;
  }
}

Status Writer::writeFrame(const Frame16& frame) {
  if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
  return m_video->write(frame, [this](AVPacket& packet) { return putPicture(packet); });
}

Result<PlanarRoom> Writer::nextPicture() {
  if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
  return m_video->next();
}

Status Writer::writePicture() {
  if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
  return m_video->writeNext([this](AVPacket& packet) { return putPicture(packet); });
}

Status Writer::sendAudio(bool last) {
  const auto channels = static_cast<std::size_t>(m_options.audio->channels);
  std::size_t used = 0;
  const std::size_t available = m_pending.size() / channels;
  while (available - used >= static_cast<std::size_t>(m_chunk) || (last && used < available)) {
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(m_chunk), available - used);
    av_frame_unref(m_sound.get());
    m_sound->format = m_audio->sample_fmt;
    m_sound->nb_samples = static_cast<int>(count);
    m_sound->sample_rate = m_audio->sample_rate;
    if (av_channel_layout_copy(&m_sound->ch_layout, &m_audio->ch_layout) < 0 ||
        av_frame_get_buffer(m_sound.get(), 0) < 0)
      return fail(Errc::failed, "out of memory", m_options.path);
    const float* in = m_pending.data() + used * channels;
    for (std::size_t i = 0; i < count * channels; ++i) {
      const double value = std::isfinite(in[i]) ? std::clamp(static_cast<double>(in[i]), -1.0, 1.0) : 0.0;
      if (m_audio->sample_fmt == AV_SAMPLE_FMT_FLTP) {
        reinterpret_cast<float*>(m_sound->extended_data[i % channels])[i / channels] = static_cast<float>(value);
      } else if (m_audio->sample_fmt == AV_SAMPLE_FMT_S16) {
        reinterpret_cast<std::int16_t*>(m_sound->extended_data[0])[i] =
            static_cast<std::int16_t>(std::min(std::lround(value * 32768.0), 32767L));
      } else {
        // Rounded to 24 bits here, because the encoder cuts the low eight off.
        reinterpret_cast<std::int32_t*>(m_sound->extended_data[0])[i] =
            static_cast<std::int32_t>(std::min(std::lround(value * 8388608.0), 8388607L) * 256);
      }
    }
    m_sound->pts = m_samples;
    m_samples += static_cast<std::int64_t>(count);
    used += count;
    if (auto ok = encodeSound(m_sound.get()); !ok) return ok;
  }
  m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(used * channels));
  return {};
}

Status Writer::writeAudio(const std::vector<float>& interleaved) {
  if (m_finished || !m_audio) return fail(Errc::usage, "this movie takes no sound now", m_options.path);
  if (interleaved.size() % static_cast<std::size_t>(m_options.audio->channels) != 0)
    return fail(Errc::usage, "sound comes in whole sample frames", m_options.path);
  m_pending.insert(m_pending.end(), interleaved.begin(), interleaved.end());
  return sendAudio(false);
}

// The MXF muxer drops pictures that have no sound beside them.
Status Writer::padAudioToVideo() {
  const FrameRate rate = m_options.video.rate;
  const std::int64_t wanted = av_rescale_rnd(
      m_video->frames(), static_cast<std::int64_t>(m_audio->sample_rate) * rate.den, rate.num, AV_ROUND_UP);
  const auto channels = static_cast<std::int64_t>(m_options.audio->channels);
  std::int64_t missing = wanted - m_samples - static_cast<std::int64_t>(m_pending.size()) / channels;
  while (missing > 0) {
    const std::int64_t piece = std::min<std::int64_t>(missing, m_audio->sample_rate);
    m_pending.insert(m_pending.end(), static_cast<std::size_t>(piece * channels), 0.0F);
    if (auto ok = sendAudio(false); !ok) return ok;
    missing -= piece;
  }
  return {};
}

Status Writer::finish() {
  if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
  m_finished = true;
  if (m_video->frames() == 0) return fail(Errc::usage, "a movie needs at least one frame", m_options.path);
  if (auto ok = m_video->flush([this](AVPacket& packet) { return putPicture(packet); }); !ok) return ok;
  if (m_audio) {
    if (m_options.container == "mxf") {
      if (auto ok = padAudioToVideo(); !ok) return ok;
    }
    if (auto ok = sendAudio(true); !ok) return ok;
    if (auto ok = encodeSound(nullptr); !ok) return ok;
  }
  if (const int code = av_write_trailer(m_context); code < 0) return error(code, "cannot finish the file");
  const int pending = m_context->pb->error;
  const int closed = avio_closep(&m_context->pb);
  if (pending < 0) return error(pending, "cannot write");
  if (closed < 0) return error(closed, "cannot close");
  return {};
}

}  // namespace

Result<std::unique_ptr<MovieWriter>> createMovie(const WriterOptions& options) {
  if (options.container == "op_atom") return createOpAtom(options);
  auto writer = std::make_unique<Writer>(options);
  if (auto ok = writer->open(); !ok) return tl::unexpected<Error>(ok.error());
  return std::unique_ptr<MovieWriter>(std::move(writer));
}

}  // namespace rollproof::media
