// SPDX-License-Identifier: Apache-2.0
#include "core/media/picture_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/media/subsample.h"

extern "C" {
#include <libavutil/cpu.h>
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

struct CodecChoice {
  const char* name;     // ours
  const char* encoder;  // FFmpeg's
  AVPixelFormat format;
  int profile;  // FFmpeg's number, FF_PROFILE_UNKNOWN to leave it
  int vc3Id;    // 0: not VC-3
};

// prores_aw and not prores_ks: five times faster at the same bit-rate, and measured closer to the source.
constexpr std::array<CodecChoice, 14> kCodecs = {{
    {"h264", "libx264", AV_PIX_FMT_YUV420P, FF_PROFILE_UNKNOWN, 0},
    {"h265", "libx265", AV_PIX_FMT_YUV420P, FF_PROFILE_UNKNOWN, 0},
    {"prores_proxy", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_PROXY, 0},
    {"prores_lt", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_LT, 0},
    {"prores_422", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_STANDARD, 0},
    {"prores_hq", "prores_aw", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_PRORES_HQ, 0},
    {"prores_4444", "prores_aw", AV_PIX_FMT_YUV444P10LE, FF_PROFILE_PRORES_4444, 0},
    {"dnxhr_lb", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHR_LB, 1274},
    {"dnxhr_sq", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHR_SQ, 1273},
    {"dnxhr_hqx", "dnxhd", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_DNXHR_HQX, 1271},
    {"dnxhd_36", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHD, 1253},
    {"dnxhd_115", "dnxhd", AV_PIX_FMT_YUV422P, FF_PROFILE_DNXHD, 1237},
    {"mpeg2_422", "mpeg2video", AV_PIX_FMT_YUV422P, FF_PROFILE_MPEG2_422, 0},
    {"xavc_intra", "libx264", AV_PIX_FMT_YUV422P10LE, FF_PROFILE_UNKNOWN, 0},
}};

// VC-3 at 1920x1080 has a bit-rate for each frame rate: the names are those at 24 frames a second.
std::int64_t dnxhdBitRate(const std::string& codec, int nominal) {
  struct Rates {
    int upTo;
    std::int64_t low, standard;
  };
  constexpr std::array<Rates, 5> kRates = {{{24, 36, 115}, {25, 36, 120}, {30, 45, 145}, {50, 75, 240}, {60, 90, 290}}};
  for (const Rates& rates : kRates) {
    if (nominal <= rates.upTo) return (codec == "dnxhd_36" ? rates.low : rates.standard) * 1'000'000;
  }
  return (codec == "dnxhd_36" ? kRates.back().low : kRates.back().standard) * 1'000'000;
}

bool isProRes(const std::string& codec) { return codec.rfind("prores_", 0) == 0; }

// The low two bits of the flags byte are reserved in RDD 36; prores_aw sets one of them.
void cleanProResHeader(AVPacket& packet) {
  constexpr int kFlagsOffset = 20;  // 4 size, 4 'icpf', 2 header size, 2 version, 4 creator, 2 width, 2 height
  if (packet.size <= kFlagsOffset || av_packet_make_writable(&packet) < 0) return;
  if (std::memcmp(packet.data + 4, "icpf", 4) != 0) return;
  packet.data[kFlagsOffset] = static_cast<std::uint8_t>(packet.data[kFlagsOffset] & 0xFC);
}

}  // namespace

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

Result<std::unique_ptr<PictureEncoder>> PictureEncoder::open(const VideoTarget& target, bool globalHeader, int threads,
                                                             const std::string& subject) {
  std::unique_ptr<PictureEncoder> encoder(new PictureEncoder);
  encoder->m_target = target;
  encoder->m_subject = subject;
  if (auto ok = encoder->configure(target, globalHeader, threads); !ok) return tl::unexpected(ok.error());
  return encoder;
}

Status PictureEncoder::configure(const VideoTarget& target, bool globalHeader, int threads) {
  const auto choice =
      std::find_if(kCodecs.begin(), kCodecs.end(), [&](const auto& c) { return target.codec == c.name; });
  if (choice == kCodecs.end()) return fail(Errc::usage, "unknown codec '" + target.codec + "'", m_subject);
  if (!target.rate.valid() || target.width < 16 || target.height < 16 || target.width > 16384 || target.height > 16384)
    return fail(Errc::usage, "a movie needs a frame rate and a size of 16 to 16384", m_subject);
  if (choice->format == AV_PIX_FMT_YUV420P && (target.width % 2 != 0 || target.height % 2 != 0))
    return fail(Errc::usage, "this codec needs an even width and height", m_subject);
  const int primaries =
      target.primaries.empty() ? AVCOL_PRI_UNSPECIFIED : av_color_primaries_from_name(target.primaries.c_str());
  const int transfer =
      target.transfer.empty() ? AVCOL_TRC_UNSPECIFIED : av_color_transfer_from_name(target.transfer.c_str());
  if (primaries < 0 || transfer < 0) return fail(Errc::usage, "unknown colour primaries or transfer name", m_subject);

  const AVCodec* encoder = avcodec_find_encoder_by_name(choice->encoder);
  if (encoder == nullptr)
    return fail(Errc::unsupported, std::string("this FFmpeg has no ") + choice->encoder, m_subject);
  const AVCodecDescriptor* kind = avcodec_descriptor_get(encoder->id);
  const bool isIntra = kind != nullptr && (kind->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
  m_vc3Id = choice->vc3Id;
  m_codec.reset(avcodec_alloc_context3(encoder));
  m_packet.reset(av_packet_alloc());
  if (!m_codec || !m_packet) return fail(Errc::failed, "out of memory", m_subject);
  AVCodecContext& codec = *m_codec;
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
  codec.thread_count = threads;
  // An encoder of whole pictures works on as many as it has threads and holds them all, beside a decoder that wants the
  // same cores: half of them give the same speed with 130 MB less for each HD encoder.
  if (threads == 0 && isIntra) codec.thread_count = std::max(1, av_cpu_count() / 2);
  if (choice->profile != FF_PROFILE_UNKNOWN) codec.profile = choice->profile;
  if (globalHeader) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
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
  } else if (target.codec == "h265") {
    options.set("preset", target.preset);
    options.set("crf", std::to_string(target.crf));
    options.set("x265-params", "log-level=error");
    codec.codec_tag =
        MKTAG('h', 'v', 'c', '1');  // with headers in the container, which is all that players of Apple take
    codec.gop_size = 2 * nominal;
  } else if (target.codec.rfind("dnxhr_", 0) == 0) {
    options.set("profile", target.codec);
  } else if (target.codec.rfind("dnxhd_", 0) == 0) {
    if (target.width != 1920 || target.height != 1080)
      return fail(Errc::unsupported, "DNxHD exists only at 1920x1080 here; DNxHR takes any size", m_subject);
    codec.bit_rate = dnxhdBitRate(target.codec, nominal);
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
  if (const int code = avcodec_open2(m_codec.get(), encoder, options.slot()); code < 0)
    return ffmpegError(code, "cannot start the picture encoder", m_subject);
  return {};
}

Status PictureEncoder::send(AVFrame* frame, const Taker& taker) {
  if (const int code = avcodec_send_frame(m_codec.get(), frame); code < 0 && code != AVERROR_EOF)
    return ffmpegError(code, "cannot encode", m_subject);
  for (;;) {
    const int code = avcodec_receive_packet(m_codec.get(), m_packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return ffmpegError(code, "cannot encode", m_subject);
    if (isProRes(m_target.codec)) cleanProResHeader(*m_packet);
    if (m_packet->duration <= 0) m_packet->duration = 1;
    auto taken = taker(*m_packet);
    av_packet_unref(m_packet.get());
    if (!taken) return taken;
  }
}

Status PictureEncoder::write(const Frame16& frame, const Taker& taker) {
  const auto samples = static_cast<std::size_t>(m_target.width) * static_cast<std::size_t>(m_target.height);
  if (frame.rgb || frame.range != Range::limited)
    return fail(Errc::usage, "a movie takes limited-range YCbCr frames", m_subject);
  if (frame.width != m_target.width || frame.height != m_target.height ||
      std::any_of(std::begin(frame.plane), std::end(frame.plane), [&](const auto& p) { return p.size() != samples; }))
    return fail(Errc::usage, "the frame has another size than the movie", m_subject);
  if (auto room = next(); !room) return tl::unexpected(room.error());
  fillFrame(frame, *m_frame);
  return writeNext(taker);
}

Result<PlanarRoom> PictureEncoder::next() {
  // Encoders that work ahead keep what they were given; a few pictures take turns.
  const auto free = std::find_if(m_room.begin(), m_room.end(),
                                 [](const FramePtr& frame) { return av_frame_is_writable(frame.get()) > 0; });
  if (free != m_room.end()) {
    m_frame = free->get();
  } else {
    FramePtr frame(av_frame_alloc());
    if (!frame) return fail(Errc::failed, "out of memory", m_subject);
    frame->format = m_codec->pix_fmt;
    frame->width = m_codec->width;
    frame->height = m_codec->height;
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0)
      return ffmpegError(code, "cannot allocate a picture", m_subject);
    m_frame = frame.get();
    m_room.push_back(std::move(frame));
  }
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(m_codec->pix_fmt);
  PlanarRoom room;
  room.width = m_target.width;
  room.height = m_target.height;
  room.bits = format->comp[0].depth;
  room.chroma = format->log2_chroma_h == 1 ? Chroma::s420 : format->log2_chroma_w == 1 ? Chroma::s422 : Chroma::s444;
  room.matrix = m_target.matrix;
  for (std::size_t i = 0; i < 3; ++i) {
    room.plane[i] = m_frame->data[i];
    room.stride[i] = m_frame->linesize[i];
  }
  return room;
}

Status PictureEncoder::writeNext(const Taker& taker) {
  if (m_frame == nullptr) return fail(Errc::usage, "there is no picture to write", m_subject);
  m_frame->pts = m_frames++;
  // ProRes takes its header's colour from the frame, not from the encoder's settings.
  m_frame->color_primaries = m_codec->color_primaries;
  m_frame->color_trc = m_codec->color_trc;
  m_frame->colorspace = m_codec->colorspace;
  m_frame->color_range = m_codec->color_range;
  m_frame->chroma_location = m_codec->chroma_sample_location;
  m_frame->sample_aspect_ratio = m_codec->sample_aspect_ratio;
  return send(std::exchange(m_frame, nullptr), taker);
}

Status PictureEncoder::flush(const Taker& taker) { return send(nullptr, taker); }

}  // namespace rollproof::media
