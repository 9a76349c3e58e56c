// SPDX-License-Identifier: Apache-2.0
// Source: FFmpeg 5.1 movenc.c, mxfenc.c, proresenc_anatoliy.c, dnxhdenc.c, libx264.c; SMPTE RDD 36 (ProRes frame
// header).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/media/ffmpeg.h"
#include "core/media/subsample.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

struct CodecChoice {
  const char* name;     // ours
  const char* encoder;  // FFmpeg's
  AVPixelFormat format;
  int profile;  // FFmpeg's number, FF_PROFILE_UNKNOWN to leave it
};

// prores_aw and not prores_ks: five times faster at the same bit-rate, and measured closer to the source.
constexpr std::array<CodecChoice, 10> kCodecs = {{
    {"h264", "libx264", AV_PIX_FMT_YUV420P, FF_PROFILE_UNKNOWN},
    {"prores_proxy", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_PROXY},
    {"prores_lt", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_LT},
    {"prores_422", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_STANDARD},
    {"prores_hq", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_HQ},
    {"prores_4444", "prores_aw", AV_PIX_FMT_YUV444P10LE, FF_PROFILE_PRORES_4444},
    {"dnxhr_lb", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHR_LB},
    {"dnxhd_36", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHD},
    {"mpeg2_422", "mpeg2video", AV_PIX_FMT_YUV422P, FF_PROFILE_MPEG2_422},
    {"xavc_intra", "libx264", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_UNKNOWN},
}};

bool isProRes(const std::string& codec) { return codec.rfind("prores_", 0) == 0; }

// The low two bits of the flags byte are reserved in RDD 36; prores_aw sets one of them.
void cleanProResHeader(AVPacket& packet) {
  constexpr int kFlagsOffset = 20;  // 4 size, 4 'icpf', 2 header size, 2 version, 4 creator, 2 width, 2 height
  if (packet.size <= kFlagsOffset || av_packet_make_writable(&packet) < 0) return;
  if (std::memcmp(packet.data + 4, "icpf", 4) != 0) return;
  packet.data[kFlagsOffset] = static_cast<std::uint8_t>(packet.data[kFlagsOffset] & 0xFC);
}

// The text of a start timecode at the movie's rate: the clock stays, a frame number counted in another base is rescaled
// (a 60 fps clip whose camera counts 30 frames a second).
Result<std::string> startText(const Timecode& start, FrameRate rate) {
  const int from = start.rate.nominal();
  const int to = rate.nominal();
  if (from <= 0) return fail(Errc::usage, "the start timecode has no frame rate");
  std::string text = start.text();
  if (from == to) return text;
  const auto colon = text.find_last_of(":;");
  const int frame = std::stoi(text.substr(colon + 1)) * to / from;
  std::string digits = std::to_string(frame);
  if (digits.size() < 2) digits.insert(0, 1, '0');
  const bool canDrop = rate.den == 1001 && (rate.num == 30000 || rate.num == 60000);
  text.resize(colon);
  return text + (start.dropFrame && canDrop ? ';' : ':') + digits;
}

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
  Status writeAudio(const std::vector<float>& interleaved) override;
  Status finish() override;

 private:
  Status openVideo();
  Status openAudio();
  Status writeHeader();
  Status encode(AVCodecContext* codec, AVStream* stream, AVFrame* frame, bool video);
  Status sendAudio(bool last);
  Status padAudioToVideo();
  [[nodiscard]] tl::unexpected<Error> error(int code, const char* doing) const {
    return ffmpegError(code, doing, m_options.path);
  }

  WriterOptions m_options;
  AVFormatContext* m_context = nullptr;
  AVStream* m_videoStream = nullptr;  // owned by m_context
  AVStream* m_audioStream = nullptr;
  CodecPtr m_video, m_audio;
  FramePtr m_frame, m_sound;
  PacketPtr m_packet;
  std::int64_t m_frames = 0;
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
  const VideoTarget& target = m_options.video;
  const auto choice =
      std::find_if(kCodecs.begin(), kCodecs.end(), [&](const auto& c) { return target.codec == c.name; });
  if (choice == kCodecs.end()) return fail(Errc::usage, "unknown codec '" + target.codec + "'", m_options.path);
  if (!target.rate.valid() || target.width < 16 || target.height < 16 || target.width > 16384 || target.height > 16384)
    return fail(Errc::usage, "a movie needs a frame rate and a size of 16 to 16384", m_options.path);
  if (choice->format == AV_PIX_FMT_YUV420P && (target.width % 2 != 0 || target.height % 2 != 0))
    return fail(Errc::usage, "this codec needs an even width and height", m_options.path);
  const int primaries =
      target.primaries.empty() ? AVCOL_PRI_UNSPECIFIED : av_color_primaries_from_name(target.primaries.c_str());
  const int transfer =
      target.transfer.empty() ? AVCOL_TRC_UNSPECIFIED : av_color_transfer_from_name(target.transfer.c_str());
  if (primaries < 0 || transfer < 0)
    return fail(Errc::usage, "unknown colour primaries or transfer name", m_options.path);

  const AVCodec* encoder = avcodec_find_encoder_by_name(choice->encoder);
  if (encoder == nullptr)
    return fail(Errc::unsupported, std::string("this FFmpeg has no ") + choice->encoder, m_options.path);
  m_video.reset(avcodec_alloc_context3(encoder));
  m_videoStream = avformat_new_stream(m_context, nullptr);
  m_frame.reset(av_frame_alloc());
  if (!m_video || m_videoStream == nullptr || !m_frame) return fail(Errc::failed, "out of memory", m_options.path);
  AVCodecContext& codec = *m_video;
  codec.width = target.width;
  codec.height = target.height;
  codec.pix_fmt = choice->format;
  codec.time_base = {target.rate.den, target.rate.num};
  codec.framerate = {target.rate.num, target.rate.den};
  codec.sample_aspect_ratio = {static_cast<int>(target.pixelAspect.num), static_cast<int>(target.pixelAspect.den)};
  codec.colorspace = toColorSpace(target.matrix);
  codec.color_primaries = static_cast<AVColorPrimaries>(primaries);
  codec.color_trc = static_cast<AVColorTransferCharacteristic>(transfer);
  codec.color_range = AVCOL_RANGE_MPEG;
  codec.field_order = AV_FIELD_PROGRESSIVE;
  if (av_pix_fmt_desc_get(codec.pix_fmt)->log2_chroma_w != 0) codec.chroma_sample_location = AVCHROMA_LOC_LEFT;
  codec.thread_count = m_options.threads;
  if (choice->profile != FF_PROFILE_UNKNOWN) codec.profile = choice->profile;
  if ((m_context->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Dictionary options;
  const int nominal = target.rate.nominal();
  if (target.codec == "h264") {
    options.set("preset", target.preset);
    options.set("crf", std::to_string(target.crf));
    options.set("profile", "high");
    codec.gop_size = 2 * nominal;  // a viewer finds any frame within two seconds
  } else if (target.codec == "xavc_intra") {
    options.set("preset", target.preset);
    options.set("crf", std::to_string(target.crf));
    options.set("profile", "high422");
    options.set("x264-params", "keyint=1");
    codec.gop_size = 1;
    codec.max_b_frames = 0;
  } else if (target.codec == "dnxhr_lb") {
    options.set("profile", "dnxhr_lb");
  } else if (target.codec == "dnxhd_36") {
    if (target.width != 1920 || target.height != 1080)
      return fail(Errc::unsupported, "DNxHD 36 exists only at 1920x1080", m_options.path);
    codec.bit_rate = nominal <= 25 ? 36'000'000 : nominal <= 30 ? 45'000'000 : nominal <= 50 ? 75'000'000 : 90'000'000;
  } else if (target.codec == "mpeg2_422") {
    codec.bit_rate = std::max<std::int64_t>(50'000'000LL * target.width * target.height / (1920 * 1080), 4'000'000);
    codec.rc_max_rate = codec.bit_rate;
    codec.rc_buffer_size = static_cast<int>(codec.bit_rate);
    codec.gop_size = 12;
    codec.max_b_frames = 2;
    options.set("intra_vlc", "1");
    options.set("non_linear_quant", "1");
    codec.qmax = 28;
    codec.intra_dc_precision = 2;
  }
  if (const int code = avcodec_open2(m_video.get(), encoder, options.slot()); code < 0)
    return error(code, "cannot start the picture encoder");
  m_videoStream->time_base = codec.time_base;
  m_videoStream->avg_frame_rate = codec.framerate;
  m_videoStream->r_frame_rate = codec.framerate;
  m_videoStream->sample_aspect_ratio = codec.sample_aspect_ratio;
  if (const int code = avcodec_parameters_from_context(m_videoStream->codecpar, m_video.get()); code < 0)
    return error(code, "cannot describe the pictures");
  m_frame->format = codec.pix_fmt;
  m_frame->width = codec.width;
  m_frame->height = codec.height;
  if (const int code = av_frame_get_buffer(m_frame.get(), 0); code < 0) return error(code, "cannot allocate a picture");
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

Status Writer::encode(AVCodecContext* codec, AVStream* stream, AVFrame* frame, bool video) {
  if (const int code = avcodec_send_frame(codec, frame); code < 0 && code != AVERROR_EOF)
    return error(code, "cannot encode");
  for (;;) {
    const int code = avcodec_receive_packet(codec, m_packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return error(code, "cannot encode");
    if (video) {
      if (isProRes(m_options.video.codec)) cleanProResHeader(*m_packet);
      if (m_packet->duration <= 0) m_packet->duration = 1;
    }
    av_packet_rescale_ts(m_packet.get(), codec->time_base, stream->time_base);
    m_packet->stream_index = stream->index;
    if (const int written = av_interleaved_write_frame(m_context, m_packet.get()); written < 0)
      return error(written, "cannot write");
    if (m_context->pb->error < 0) return error(m_context->pb->error, "cannot write");
  }
}

Status Writer::writeFrame(const Frame16& frame) {
  if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
  const auto samples =
      static_cast<std::size_t>(m_options.video.width) * static_cast<std::size_t>(m_options.video.height);
  if (frame.rgb || frame.range != Range::limited)
    return fail(Errc::usage, "a movie takes limited-range YCbCr frames", m_options.path);
  if (frame.width != m_options.video.width || frame.height != m_options.video.height ||
      std::any_of(std::begin(frame.plane), std::end(frame.plane), [&](const auto& p) { return p.size() != samples; }))
    return fail(Errc::usage, "the frame has another size than the movie", m_options.path);
  if (const int code = av_frame_make_writable(m_frame.get()); code < 0) return error(code, "cannot allocate a picture");
  fillFrame(frame, *m_frame);
  m_frame->pts = m_frames++;
  // ProRes takes its header's colour from the frame, not from the encoder's settings.
  m_frame->color_primaries = m_video->color_primaries;
  m_frame->color_trc = m_video->color_trc;
  m_frame->colorspace = m_video->colorspace;
  m_frame->color_range = m_video->color_range;
  m_frame->chroma_location = m_video->chroma_sample_location;
  m_frame->sample_aspect_ratio = m_video->sample_aspect_ratio;
  return encode(m_video.get(), m_videoStream, m_frame.get(), true);
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
    if (auto ok = encode(m_audio.get(), m_audioStream, m_sound.get(), false); !ok) return ok;
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
  const std::int64_t wanted =
      av_rescale_rnd(m_frames, static_cast<std::int64_t>(m_audio->sample_rate) * rate.den, rate.num, AV_ROUND_UP);
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
  if (m_frames == 0) return fail(Errc::usage, "a movie needs at least one frame", m_options.path);
  if (auto ok = encode(m_video.get(), m_videoStream, nullptr, true); !ok) return ok;
  if (m_audio) {
    if (m_options.container == "mxf") {
      if (auto ok = padAudioToVideo(); !ok) return ok;
    }
    if (auto ok = sendAudio(true); !ok) return ok;
    if (auto ok = encode(m_audio.get(), m_audioStream, nullptr, false); !ok) return ok;
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
  auto writer = std::make_unique<Writer>(options);
  if (auto ok = writer->open(); !ok) return tl::unexpected<Error>(ok.error());
  return std::unique_ptr<MovieWriter>(std::move(writer));
}

}  // namespace rollproof::media
