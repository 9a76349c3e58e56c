// SPDX-License-Identifier: Apache-2.0
#include "core/media/stream_headers.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollproof::media {
namespace {

constexpr int kMostPackets = 64;

bool isContainer(const AVFormatContext& context, const char* name) {
  return std::string(context.iformat->name).find(name) != std::string::npos;
}

bool soundIsKnown(const AVFormatContext& context) {
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVCodecParameters& sound = *context.streams[i]->codecpar;
    if (sound.codec_type == AVMEDIA_TYPE_AUDIO && (sound.ch_layout.nb_channels <= 0 || sound.sample_rate <= 0))
      return false;
  }
  return true;
}

// A tag in a picture's head counts before the container's, but "unspecified" takes nothing away.
template <class T>
void sayUnlessUnspecified(T& into, int value) {
  if (value > 0 && value != 2) into = static_cast<T>(value);
}

// Twenty-eight bytes instead of a decoded picture.
bool readProRes(AVStream& stream, const LocalFile& file) {
  const AVIndexEntry* first = avformat_index_get_entry(&stream, 0);
  if (first == nullptr || first->size < 28) return false;
  std::array<char, 28> bytes;
  const auto got = file.readAt(bytes.data(), bytes.size(), first->pos);
  if (!got || *got < static_cast<std::int64_t>(bytes.size()) || std::string_view(bytes.data() + 4, 4) != "icpf")
    return false;
  const auto byte = [&bytes](std::size_t at) { return static_cast<int>(static_cast<unsigned char>(bytes[at])); };
  AVCodecParameters& picture = *stream.codecpar;
  const std::uint32_t tag = picture.codec_tag;
  const auto is = [tag](const char(&text)[5]) { return tag == MKTAG(text[0], text[1], text[2], text[3]); };
  const bool twelve = is("ap4h") || is("ap4x");
  const bool full = (byte(20) & 0xC0) == 0xC0, alpha = (byte(25) & 15) != 0;
  if (alpha) {
    picture.format = full ? (twelve ? AV_PIX_FMT_YUVA444P12 : AV_PIX_FMT_YUVA444P10)
                          : (twelve ? AV_PIX_FMT_YUVA422P12 : AV_PIX_FMT_YUVA422P10);
  } else {
    picture.format = full ? (twelve ? AV_PIX_FMT_YUV444P12 : AV_PIX_FMT_YUV444P10)
                          : (twelve ? AV_PIX_FMT_YUV422P12 : AV_PIX_FMT_YUV422P10);
  }
  picture.bits_per_raw_sample = twelve ? 12 : 10;
  constexpr std::array<const char*, 6> kProfiles{"apco", "apcs", "apcn", "apch", "ap4h", "ap4x"};
  for (std::size_t i = 0; i < kProfiles.size(); ++i) {
    const char* name = kProfiles[i];
    if (tag == MKTAG(name[0], name[1], name[2], name[3])) picture.profile = static_cast<int>(i);
  }
  sayUnlessUnspecified(picture.color_primaries, byte(22));
  sayUnlessUnspecified(picture.color_trc, byte(23));
  sayUnlessUnspecified(picture.color_space, byte(24));
  picture.color_range = AVCOL_RANGE_MPEG;
  return true;
}

struct Freed {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};

void take(const AVCodecContext& decoder, AVStream& stream) {
  AVCodecParameters& picture = *stream.codecpar;
  picture.format = decoder.pix_fmt;
  picture.profile = decoder.profile;
  picture.bits_per_raw_sample = decoder.bits_per_raw_sample;
  if (decoder.width > 0 && decoder.height > 0) {
    picture.width = decoder.width;
    picture.height = decoder.height;
  }
  if (decoder.sample_aspect_ratio.num > 0) picture.sample_aspect_ratio = decoder.sample_aspect_ratio;
  sayUnlessUnspecified(picture.color_primaries, decoder.color_primaries);
  sayUnlessUnspecified(picture.color_trc, decoder.color_trc);
  if (decoder.colorspace != AVCOL_SPC_UNSPECIFIED) picture.color_space = decoder.colorspace;
  if (decoder.color_range != AVCOL_RANGE_UNSPECIFIED) picture.color_range = decoder.color_range;
}

// Of an H.264 picture all that is in front of its first slice, and that slice's own head: the decoder knows the picture
// from it, and has nothing to decode. `lengthBytes` is how wide a unit's length is, 0 for start codes.
std::vector<std::uint8_t> headOfPicture(const AVPacket& packet, int lengthBytes) {
  constexpr std::size_t kSliceHead = 200;
  const std::uint8_t* data = packet.data;
  const auto size = static_cast<std::size_t>(packet.size);
  const auto isSlice = [](std::uint8_t head) { return (head & 31) == 1 || (head & 31) == 5; };
  if (lengthBytes == 0) {
    std::size_t end = size;
    for (std::size_t at = 0; at + 4 <= size; ++at) {
      if (data[at] != 0 || data[at + 1] != 0 || data[at + 2] != 1 || !isSlice(data[at + 3])) continue;
      end = std::min(size, at + 3 + kSliceHead);
      break;
    }
    return {data, data + end};
  }
  std::vector<std::uint8_t> out;
  const auto width = static_cast<std::size_t>(lengthBytes);
  for (std::size_t at = 0; at + width < size;) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < width; ++i) length = length << 8 | data[at + i];
    if (length == 0 || length > size - at - width) break;
    const bool slice = isSlice(data[at + width]);
    const std::size_t keep = slice ? std::min(length, kSliceHead) : length;
    for (std::size_t i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(keep >> (8 * (width - 1 - i))));
    out.insert(out.end(), data + at + width, data + at + width + keep);
    if (slice) break;
    at += width + length;
  }
  return out;
}

// The width of the lengths between units, as the decoder configuration (avcC) says; 0 without one.
int unitLengthBytes(const AVCodecParameters& picture) {
  return picture.extradata_size > 6 && picture.extradata[0] == 1 ? (picture.extradata[4] & 3) + 1 : 0;
}

void decode(AVCodecContext& decoder, AVPacket& packet, AVFrame& frame, int lengthBytes) {
  if (decoder.codec_id == AV_CODEC_ID_H264) {
    const auto head = headOfPicture(packet, lengthBytes);
    AVPacket* cut = av_packet_alloc();
    if (cut != nullptr && av_new_packet(cut, static_cast<int>(head.size())) >= 0) {
      std::copy(head.begin(), head.end(), cut->data);
      (void)avcodec_send_packet(&decoder, cut);
    }
    av_packet_free(&cut);
  } else {
    (void)avcodec_send_packet(&decoder, &packet);
  }
  (void)avcodec_receive_frame(&decoder, &frame);
}

bool readFirstPicture(AVFormatContext* context, AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  std::unique_ptr<AVCodecContext, Freed> decoder(avcodec_alloc_context3(codec));
  std::unique_ptr<AVPacket, Freed> packet(av_packet_alloc());
  std::unique_ptr<AVFrame, Freed> frame(av_frame_alloc());
  if (!decoder || !packet || !frame) return false;
  if (avcodec_parameters_to_context(decoder.get(), stream.codecpar) < 0) return false;
  decoder->thread_count = 1;
  // The picture itself is not wanted: it gets no memory, which decoders ask for when they know all about it.
  decoder->get_buffer2 = [](AVCodecContext*, AVFrame*, int) { return AVERROR(ENOMEM); };
  decoder->error_concealment = 0;
  decoder->err_recognition = AV_EF_EXPLODE;
  decoder->skip_loop_filter = AVDISCARD_ALL;
  const int lengthBytes = unitLengthBytes(*stream.codecpar);
  if (avcodec_open2(decoder.get(), codec, nullptr) < 0) return false;
  for (unsigned i = 0; i < context->nb_streams; ++i) {
    if (context->streams[i] != &stream) context->streams[i]->discard = AVDISCARD_ALL;
  }
  for (int read = 0; read < kMostPackets && decoder->pix_fmt == AV_PIX_FMT_NONE; ++read) {
    if (av_read_frame(context, packet.get()) < 0) break;
    if (packet->stream_index == stream.index) decode(*decoder, *packet, *frame, lengthBytes);
    av_packet_unref(packet.get());
  }
  if (decoder->pix_fmt == AV_PIX_FMT_NONE) return false;
  take(*decoder, stream);
  return true;
}

}  // namespace

bool readStreamHeaders(AVFormatContext* context, const LocalFile& file, int videoStream) {
  const bool mxf = isContainer(*context, "mxf");
  if ((!mxf && !isContainer(*context, "mov")) || !soundIsKnown(*context)) return false;
  if (videoStream < 0) return true;
  AVStream& stream = *context->streams[videoStream];
  // Its time base is the edit rate.
  if (mxf && stream.r_frame_rate.num <= 0 && stream.time_base.num > 0)
    stream.r_frame_rate = {stream.time_base.den, stream.time_base.num};
  if (avcodec_find_decoder(stream.codecpar->codec_id) == nullptr) return true;
  if (stream.codecpar->codec_id == AV_CODEC_ID_PRORES) return readProRes(stream, file);
  return readFirstPicture(context, stream);
}

}  // namespace rollproof::media
