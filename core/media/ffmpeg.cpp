// SPDX-License-Identifier: Apache-2.0
#include "core/media/ffmpeg.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "core/base/log.h"
#include "core/media/stream_headers.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

// Containers cameras, recorders and our own renders use; no playlists, no network, no scripts.
constexpr const char* kDemuxers = "mov,mxf,matroska,avi,wav,w64,aiff,caf,mpegts,flac,mp3";
constexpr int kIoBytes = 64 * 1024;
// The index of ten hours takes a quarter of it. Behind damage a demuxer searches to the end of a card otherwise.
constexpr std::int64_t kMostToOpen = 64 << 20;
// The first packets: a few of the largest frames there are.
constexpr std::int64_t kMostToDescribe = 512 << 20;
// Real cards carry a handful of tracks; a file that claims thousands is an attack on memory.
constexpr const char* kMaxStreams = "64";

void logLine(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  std::array<char, 512> line{};
  int printPrefix = 1;
  va_list copy;
  va_copy(copy, arguments);
  av_log_format_line2(object, level, format, copy, line.data(), static_cast<int>(line.size()), &printPrefix);
  va_end(copy);
  std::string text(line.data());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!text.empty()) log::debug(text);
}

int refuseOpen(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EPERM);
}

std::string tagText(std::uint32_t tag) {
  std::string text;
  for (int i = 0; i < 4; ++i) {
    const auto byte = static_cast<unsigned char>(tag >> (8 * i));
    if (byte >= 0x20 && byte < 0x7f) text += static_cast<char>(byte);
  }
  return text.size() == 4 ? text : std::string();
}

std::string chromaText(const AVPixFmtDescriptor& format) {
  if (format.nb_components < 3) return {};
  if ((format.flags & AV_PIX_FMT_FLAG_RGB) != 0) return "4:4:4";
  if (format.log2_chroma_w == 0 && format.log2_chroma_h == 0) return "4:4:4";
  if (format.log2_chroma_w == 1 && format.log2_chroma_h == 0) return "4:2:2";
  if (format.log2_chroma_w == 1 && format.log2_chroma_h == 1) return "4:2:0";
  if (format.log2_chroma_w == 2 && format.log2_chroma_h == 0) return "4:1:1";
  return {};
}

}  // namespace

std::map<std::string, std::string> tagsOf(const AVDictionary* dictionary) {
  std::map<std::string, std::string> tags;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    tags[entry->key] = entry->value;
  return tags;
}

std::string tagOf(const AVDictionary* dictionary, const char* key) {
  const AVDictionaryEntry* entry = av_dict_get(dictionary, key, nullptr, 0);
  return entry != nullptr ? entry->value : std::string();
}

tl::unexpected<Error> ffmpegError(int code, const std::string& doing, const std::string& subject) {
  if (code == AVERROR_INVALIDDATA || code == AVERROR_EOF)
    return fail(Errc::corrupt, doing + ": the file is damaged, truncated or not what its name says", subject);
  if (code == AVERROR_DECODER_NOT_FOUND || code == AVERROR_ENCODER_NOT_FOUND || code == AVERROR_DEMUXER_NOT_FOUND ||
      code == AVERROR_MUXER_NOT_FOUND || code == AVERROR_PATCHWELCOME || code == AVERROR(ENOSYS))
    return fail(Errc::unsupported, doing + ": this build has no code for this format", subject);
  const int systemCode = AVUNERROR(code);
  if (systemCode == EINVAL)
    return fail(Errc::unsupported, doing + ": the format or its parameters are not supported", subject);
  if (systemCode > 0 && systemCode < 4096) return tl::unexpected<Error>(systemError(systemCode, doing, subject));
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return fail(Errc::failed, doing + ": " + text.data(), subject);
}

void routeLibraryLog() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(logLine); });
}

AVColorSpace toColorSpace(Matrix matrix) {
  switch (matrix) {
    case Matrix::bt601:
      return AVCOL_SPC_SMPTE170M;
    case Matrix::bt709:
      return AVCOL_SPC_BT709;
    case Matrix::bt2020:
      return AVCOL_SPC_BT2020_NCL;
    case Matrix::unknown:
      break;
  }
  return AVCOL_SPC_UNSPECIFIED;
}

Matrix fromColorSpace(AVColorSpace space) {
  switch (space) {
    case AVCOL_SPC_BT709:
      return Matrix::bt709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return Matrix::bt601;
    case AVCOL_SPC_BT2020_NCL:
      return Matrix::bt2020;
    default:
      return Matrix::unknown;
  }
}

Range fromColorRange(AVColorRange range) {
  if (range == AVCOL_RANGE_MPEG) return Range::limited;
  if (range == AVCOL_RANGE_JPEG) return Range::full;
  return Range::unknown;
}

LocalFile::LocalFile(int descriptor, std::int64_t size, std::string path)
    : m_descriptor(descriptor), m_size(size), m_path(std::move(path)) {}

LocalFile::~LocalFile() { ::close(m_descriptor); }

Result<std::unique_ptr<LocalFile>> LocalFile::open(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) return fail(Errc::usage, "this is no file name", path);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return tl::unexpected<Error>(systemError(errno, "cannot open", path));
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    const int code = errno;
    ::close(descriptor);
    return tl::unexpected<Error>(systemError(code, "cannot look at", path));
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return fail(Errc::notRegular, "not a regular file", path);
  }
  return std::unique_ptr<LocalFile>(new LocalFile(descriptor, status.st_size, path));
}

Result<std::size_t> LocalFile::readAt(void* into, std::size_t bytes, std::int64_t offset) const {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got =
        ::pread(m_descriptor, static_cast<char*>(into) + done, bytes - done, offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected<Error>(systemError(errno, "cannot read", m_path, offset));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

int Input::readPacket(void* opaque, std::uint8_t* into, int bytes) {
  auto* self = static_cast<Input*>(opaque);
  if (self->m_left <= 0) return AVERROR_INVALIDDATA;
  const auto got = self->m_file->readAt(into, static_cast<std::size_t>(bytes), self->m_position);
  if (!got) return AVERROR(got.error().sysErrno != 0 ? got.error().sysErrno : EIO);
  if (*got == 0) return AVERROR_EOF;
  self->m_position += static_cast<std::int64_t>(*got);
  self->m_left -= static_cast<std::int64_t>(*got);
  return static_cast<int>(*got);
}

std::int64_t Input::seekTo(void* opaque, std::int64_t offset, int whence) {
  auto* self = static_cast<Input*>(opaque);
  const std::int64_t size = self->m_file->size();
  if ((whence & AVSEEK_SIZE) != 0) return size;
  const int from = whence & ~AVSEEK_FORCE;
  std::int64_t base = 0;
  if (from == SEEK_CUR) base = self->m_position;
  if (from == SEEK_END) base = size;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  self->m_position = target;
  return target;
}

Input::Input() : m_left(kMostToOpen) {}

Input::~Input() {
  if (m_context != nullptr) avformat_close_input(&m_context);
  if (m_io != nullptr) {
    av_freep(&m_io->buffer);
    avio_context_free(&m_io);
  }
}

Result<std::unique_ptr<Input>> Input::open(const std::string& path, Look look) {
  routeLibraryLog();
  auto file = LocalFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  if ((*file)->size() == 0) return fail(Errc::corrupt, "the file is empty", path);
  std::unique_ptr<Input> input(new Input());
  input->m_file = std::move(*file);
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBytes));
  if (buffer == nullptr) return fail(Errc::failed, "out of memory", path);
  input->m_io = avio_alloc_context(buffer, kIoBytes, 0, input.get(), &Input::readPacket, nullptr, &Input::seekTo);
  if (input->m_io == nullptr) {
    av_free(buffer);
    return fail(Errc::failed, "out of memory", path);
  }
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) return fail(Errc::failed, "out of memory", path);
  context->pb = input->m_io;
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = &refuseOpen;
  context->probesize = 4 << 20;
  context->max_analyze_duration = AV_TIME_BASE / 2;
  Dictionary options;
  options.set("format_whitelist", kDemuxers);
  options.set("protocol_whitelist", "file");
  options.set("max_streams", kMaxStreams);
  // The name is not given away: a demuxer must judge by content.
  const int opened = avformat_open_input(&context, nullptr, nullptr, options.slot());  // frees context when it fails
  if (opened < 0) {
    if (opened == AVERROR(EINVAL)) return fail(Errc::unsupported, "not a media format Rollproof opens", path);
    return ffmpegError(opened, "cannot open", path);
  }
  input->m_context = context;
  input->m_left = kMostToDescribe;
  bool known = context->nb_streams == 0;
  for (unsigned i = 0; i < context->nb_streams; ++i) {
    AVStream* stream = context->streams[i];
    const auto type = stream->codecpar->codec_type;
    const bool ours = type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO;
    if (ours && avcodec_find_decoder(stream->codecpar->codec_id) != nullptr) known = true;
    // Sensor and subtitle tracks would be searched until the probe limit for what they never say.
    if (!ours) stream->discard = AVDISCARD_ALL;
  }
  // Frames nobody here can decode (camera raw) may be hundreds of megabytes each: they are not read at all.
  if (known && look == Look::headers) {
    if (context->nb_streams > 0 && readStreamHeaders(context, *input->m_file, input->videoStream())) return input;
    return open(path, Look::pictures);
  }
  if (known) {
    const int found = avformat_find_stream_info(context, nullptr);
    if (found < 0) return ffmpegError(found, "cannot read the streams", path);
  }
  if (context->nb_streams == 0) return fail(Errc::corrupt, "there is no stream in this file", path);
  if (look == Look::pictures) input->m_left = INT64_MAX;
  return input;
}

int Input::videoStream() const {
  for (unsigned i = 0; i < m_context->nb_streams; ++i) {
    const AVStream* stream = m_context->streams[i];
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
      return static_cast<int>(i);
  }
  return -1;
}

FrameRate rateOf(const AVFormatContext* context, const AVStream* stream) {
  AVRational rate = stream->avg_frame_rate;
  // MXF states the edit rate; an average over a truncated file would only blur it.
  if (std::string(context->iformat->name) == "mxf" && stream->r_frame_rate.num > 0) rate = stream->r_frame_rate;
  if (rate.num <= 0 || rate.den <= 0) rate = stream->r_frame_rate;
  if (rate.num <= 0 || rate.den <= 0) return {};
  return FrameRate::fromRational(rate.num, rate.den);
}

VideoInfo describeVideo(const AVFormatContext* context, const AVStream* stream) {
  const AVCodecParameters& parameters = *stream->codecpar;
  VideoInfo info;
  info.width = parameters.width;
  info.height = parameters.height;
  info.codec = parameters.codec_id != AV_CODEC_ID_NONE ? avcodec_get_name(parameters.codec_id) : "";
  info.codecTag = tagText(parameters.codec_tag);
  if (const char* profile = avcodec_profile_name(parameters.codec_id, parameters.profile); profile != nullptr)
    info.profile = profile;
  info.bitDepth = parameters.bits_per_raw_sample;
  if (const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(parameters.format))) {
    info.rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    info.bitDepth = format->comp[0].depth;
    info.chroma = chromaText(*format);
    if (std::string(format->name).rfind("yuvj", 0) == 0) info.range = Range::full;
  }
  info.matrix = fromColorSpace(parameters.color_space);
  if (info.range == Range::unknown) info.range = fromColorRange(parameters.color_range);
  if (parameters.color_primaries != AVCOL_PRI_UNSPECIFIED) {
    if (const char* name = av_color_primaries_name(parameters.color_primaries)) info.primaries = name;
  }
  if (parameters.color_trc != AVCOL_TRC_UNSPECIFIED) {
    if (const char* name = av_color_transfer_name(parameters.color_trc)) info.transfer = name;
  }
  info.rate = rateOf(context, stream);
  if (stream->nb_frames > 0) {
    info.frames = stream->nb_frames;
  } else if (stream->duration > 0 && info.rate.valid() && std::string(context->iformat->name) == "mxf") {
    info.frames = av_rescale_q(stream->duration, stream->time_base, AVRational{info.rate.den, info.rate.num});
  }
  const AVRational aspect =
      stream->sample_aspect_ratio.num > 0 ? stream->sample_aspect_ratio : parameters.sample_aspect_ratio;
  if (aspect.num > 0 && aspect.den > 0) info.pixelAspect = {aspect.num, aspect.den};
  info.decodable =
      parameters.width > 0 && parameters.height > 0 && avcodec_find_decoder(parameters.codec_id) != nullptr;
  info.tags = tagsOf(stream->metadata);
  return info;
}

}  // namespace rollproof::media
