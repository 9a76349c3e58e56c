// SPDX-License-Identifier: Apache-2.0
// Frame numbers come from presentation times, never from counting what a decoder happens to give: a damaged picture
// then costs itself and not the sync of everything after it.
#include <algorithm>
#include <cmath>

#include "core/media/ffmpeg.h"
#include "core/media/images.h"
#include "core/media/planar.h"
#include "core/media/planes.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

constexpr int kMaxSide = 32768;
// How far before a wanted frame to start again when the pictures just before it would not decode: open groups of
// pictures first, then the longest groups encoders make.
constexpr std::int64_t kShortStep = 64;
constexpr std::int64_t kLongStep = 640;

struct Coding {
  Matrix matrix = Matrix::unknown;
  Range range = Range::unknown;
  bool assumedMatrix = false, assumedRange = false;
};

Coding resolveColour(Matrix matrix, Range range, int sourceHeight, bool rgb) {
  Coding coding{matrix, range};
  if (rgb) {
    if (range == Range::unknown) coding.range = Range::full;
    return coding;
  }
  if (matrix == Matrix::unknown) {
    coding.matrix = sourceHeight >= 720 ? Matrix::bt709 : Matrix::bt601;
    coding.assumedMatrix = true;
  }
  if (range == Range::unknown) {
    coding.range = Range::limited;
    coding.assumedRange = true;
  }
  return coding;
}

void say(const Coding& coding, Frame16& out) {
  out.matrix = coding.matrix;
  out.range = coding.range;
  out.assumedMatrix = coding.assumedMatrix;
  out.assumedRange = coding.assumedRange;
}

// One movie file: its demuxer, its decoder and the times of its frames.
class Movie {
 public:
  static Result<std::unique_ptr<Movie>> open(const std::string& path, int threads);
  [[nodiscard]] const VideoInfo& info() const { return m_info; }
  [[nodiscard]] std::int64_t frameCount() const { return m_count; }
  // The picture stays valid until the next call.
  Result<const AVFrame*> frame(std::int64_t index);

 private:
  Movie(std::string path, std::unique_ptr<Input> input, int stream)
      : m_path(std::move(path)), m_input(std::move(input)), m_stream(stream) {}
  Status openDecoder(int threads);
  Status indexFrames();
  Status scanPackets();
  [[nodiscard]] bool uniformIndex();
  [[nodiscard]] std::int64_t timeOf(std::int64_t index) const;
  [[nodiscard]] std::int64_t indexOf(std::int64_t time) const;  // nearest
  Status seek(std::int64_t time);
  // Next picture in presentation order; false at the end.
  Result<bool> decodeNext();
  [[nodiscard]] AVStream* stream() const { return m_input->context()->streams[m_stream]; }

  std::string m_path;
  std::unique_ptr<Input> m_input;
  int m_stream;
  CodecPtr m_codec;
  PacketPtr m_packet{av_packet_alloc()};
  FramePtr m_frame{av_frame_alloc()};
  VideoInfo m_info;
  std::int64_t m_count = 0;
  std::vector<std::int64_t> m_times;  // of every frame; empty when they are evenly spaced
  std::int64_t m_firstTime = 0;
  AVRational m_step{1, 1};   // stream time units from a frame to the next
  std::int64_t m_held = -1;  // number of the picture in m_frame, -1 none
  bool m_draining = false;
  bool m_intra = false;
};

Result<std::unique_ptr<Movie>> Movie::open(const std::string& path, int threads) {
  auto input = Input::open(path, Input::Look::pictures);
  if (!input) return tl::unexpected<Error>(input.error());
  const int stream = (*input)->videoStream();
  if (stream < 0) return fail(Errc::unsupported, "there is no picture in this file", path);
  std::unique_ptr<Movie> movie(new Movie(path, std::move(*input), stream));
  if (!movie->m_packet || !movie->m_frame) return fail(Errc::failed, "out of memory", path);
  AVFormatContext* context = movie->m_input->context();
  movie->m_info = describeVideo(context, movie->stream());
  if (!movie->m_info.decodable) return fail(Errc::unsupported, "no decoder for these pictures in this build", path);
  if (movie->m_info.width > kMaxSide || movie->m_info.height > kMaxSide)
    return fail(Errc::corrupt, "the file claims an impossible picture size", path);
  for (unsigned i = 0; i < context->nb_streams; ++i) {
    if (static_cast<int>(i) != stream) context->streams[i]->discard = AVDISCARD_ALL;
  }
  if (auto ok = movie->openDecoder(threads); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = movie->indexFrames(); !ok) return tl::unexpected<Error>(ok.error());
  movie->m_info.frames = movie->m_count;
  return movie;
}

Status Movie::openDecoder(int threads) {
  const AVCodecParameters* parameters = stream()->codecpar;
  const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
  m_codec.reset(avcodec_alloc_context3(decoder));
  if (!m_codec) return fail(Errc::failed, "out of memory", m_path);
  if (const int code = avcodec_parameters_to_context(m_codec.get(), parameters); code < 0)
    return ffmpegError(code, "cannot prepare the decoder", m_path);
  m_codec->pkt_timebase = stream()->time_base;
  m_codec->thread_count = threads;
  m_codec->max_pixels = 16384LL * 16384LL;
  if (const int code = avcodec_open2(m_codec.get(), decoder, nullptr); code < 0)
    return ffmpegError(code, "cannot start the decoder", m_path);
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(parameters->codec_id);
  m_intra = descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
  return {};
}

// A QuickTime index whose every step is alike needs no table; frames an edit list hides do not count.
bool Movie::uniformIndex() {
  AVStream* video = stream();
  const int entries = avformat_index_get_entries_count(video);
  if (entries < 1 || std::string(m_input->context()->iformat->name).rfind("mov,", 0) != 0) return false;
  std::int64_t step = 0;
  std::int64_t previous = kNoPts;
  for (int i = 0; i < entries; ++i) {
    const AVIndexEntry* entry = avformat_index_get_entry(video, i);
    if ((entry->flags & AVINDEX_DISCARD_FRAME) != 0) return false;
    if (previous != kNoPts) {
      const std::int64_t now = entry->timestamp - previous;
      if (step != 0 && now != step) return false;
      step = now;
    }
    previous = entry->timestamp;
  }
  if (entries > 1 && step <= 0) return false;
  m_count = entries;
  m_step = {static_cast<int>(std::min<std::int64_t>(std::max<std::int64_t>(step, 1), INT32_MAX)), 1};
  m_firstTime = video->start_time != kNoPts ? video->start_time : 0;
  return step <= INT32_MAX;
}

Status Movie::indexFrames() {
  if (uniformIndex()) return {};
  const bool mxf = std::string(m_input->context()->iformat->name) == "mxf";
  if (mxf && m_info.frames && *m_info.frames > 0 && m_info.rate.valid()) {
    const AVRational base = stream()->time_base;
    m_count = *m_info.frames;
    av_reduce(&m_step.num, &m_step.den, static_cast<std::int64_t>(m_info.rate.den) * base.den,
              static_cast<std::int64_t>(m_info.rate.num) * base.num, INT32_MAX);
    m_firstTime = stream()->start_time != kNoPts ? stream()->start_time : 0;
    return {};
  }
  return scanPackets();
}

Status Movie::scanPackets() {
  AVFormatContext* context = m_input->context();
  std::int64_t guess = 0;
  bool presented = false;  // does any packet say when it is shown, and not only when it is decoded?
  while (true) {
    const int code = av_read_frame(context, m_packet.get());
    if (code < 0) break;  // a truncated file ends here; what came before is there to be read
    if (m_packet->stream_index == m_stream && (m_packet->flags & AV_PKT_FLAG_DISCARD) == 0 && m_packet->size > 0) {
      const std::int64_t time = m_packet->pts != kNoPts   ? m_packet->pts
                                : m_packet->dts != kNoPts ? m_packet->dts
                                                          : guess;
      m_times.push_back(time);
      presented = presented || m_packet->pts != kNoPts;
      guess = time + std::max<std::int64_t>(m_packet->duration, 1);
    }
    av_packet_unref(m_packet.get());
  }
  std::sort(m_times.begin(), m_times.end());
  m_times.erase(std::unique(m_times.begin(), m_times.end()), m_times.end());
  if (m_times.empty()) return fail(Errc::corrupt, "there is not one picture in this file", m_path);
  m_count = static_cast<std::int64_t>(m_times.size());
  m_firstTime = m_times.front();
  if (auto ok = seek(m_firstTime); !ok || presented) return ok;
  // Decode times run ahead of presentation by a constant that only the first picture tells.
  if (auto first = decodeNext(); !first) return tl::unexpected<Error>(first.error());
  const std::int64_t shown = m_frame->best_effort_timestamp;
  if (shown != kNoPts) {
    for (auto& time : m_times) time += shown - m_firstTime;
  }
  return seek(m_firstTime);
}

std::int64_t Movie::timeOf(std::int64_t index) const {
  if (!m_times.empty()) return m_times[static_cast<std::size_t>(index)];
  return m_firstTime + av_rescale(index, m_step.num, m_step.den);
}

std::int64_t Movie::indexOf(std::int64_t time) const {
  if (m_times.empty()) return av_rescale(time - m_firstTime, m_step.den, m_step.num);
  const auto after = std::lower_bound(m_times.begin(), m_times.end(), time);
  if (after == m_times.end()) return m_count - 1;
  if (after != m_times.begin() && time - *(after - 1) < *after - time) return after - 1 - m_times.begin();
  return after - m_times.begin();
}

Status Movie::seek(std::int64_t time) {
  m_held = -1;
  m_draining = false;
  avcodec_flush_buffers(m_codec.get());
  AVFormatContext* context = m_input->context();
  // A stream without an index finds times only roughly; its beginning is the one sure place.
  const bool rewind = time <= m_firstTime && (context->iformat->flags & AVFMT_TS_DISCONT) != 0;
  int code = av_seek_frame(context, m_stream, rewind ? 0 : time, rewind ? AVSEEK_FLAG_BYTE : AVSEEK_FLAG_BACKWARD);
  if (code < 0) code = avformat_seek_file(context, m_stream, INT64_MIN, m_firstTime, INT64_MAX, 0);
  if (code < 0) code = av_seek_frame(context, m_stream, 0, AVSEEK_FLAG_BYTE);
  if (code < 0) return ffmpegError(code, "cannot seek", m_path);
  return {};
}

Result<bool> Movie::decodeNext() {
  int damaged = 0;
  while (true) {
    const int code = avcodec_receive_frame(m_codec.get(), m_frame.get());
    if (code == 0) {
      std::int64_t time = m_frame->best_effort_timestamp;
      if (time == kNoPts) time = m_held >= 0 && m_held + 1 < m_count ? timeOf(m_held + 1) : m_firstTime;
      m_held = indexOf(time);
      return true;
    }
    if (code == AVERROR_EOF) return false;
    // One bad picture is that picture's fault; a run of them means that the rest is not to be had.
    if (code != AVERROR(EAGAIN) && ++damaged > 1000) return ffmpegError(code, "cannot decode", m_path);
    if (m_draining) {
      if (code == AVERROR(EAGAIN)) return false;
      continue;
    }
    while (true) {
      const int read = av_read_frame(m_input->context(), m_packet.get());
      if (read < 0) {
        m_draining = true;
        avcodec_send_packet(m_codec.get(), nullptr);
        break;
      }
      if (m_packet->stream_index != m_stream) {
        av_packet_unref(m_packet.get());
        continue;
      }
      const int sent = avcodec_send_packet(m_codec.get(), m_packet.get());
      av_packet_unref(m_packet.get());
      if (sent < 0 && ++damaged > 1000) return ffmpegError(sent, "cannot decode", m_path);
      break;
    }
  }
}

Result<const AVFrame*> Movie::frame(std::int64_t index) {
  if (m_held == index) return m_frame.get();
  // Going forward a little is cheaper than seeking when pictures depend on each other.
  const std::int64_t reach = m_intra ? 1 : 24;
  const bool forward = m_held >= 0 && index > m_held && index - m_held <= reach;
  const bool fromStart = m_held < 0 && !m_draining && index == 0;
  std::int64_t from = index;
  if (!forward && !fromStart) {
    if (auto ok = seek(timeOf(from)); !ok) return tl::unexpected<Error>(ok.error());
  }
  while (true) {
    auto more = decodeNext();
    if (!more) return tl::unexpected<Error>(more.error());
    if (*more && m_held < index) continue;
    if (*more && m_held == index) return m_frame.get();
    // Past it, or at the end: perhaps the decoder had to skip pictures after the seek. From further back they decode.
    if (from == 0 || (forward && *more)) break;
    if (!*more && m_intra) break;
    const std::int64_t back = index - from == 0 ? kShortStep : kLongStep;
    if (index - from >= kLongStep) break;
    from = std::max<std::int64_t>(index - back, 0);
    if (auto ok = seek(timeOf(from)); !ok) return tl::unexpected<Error>(ok.error());
  }
  return fail(Errc::corrupt, "frame " + std::to_string(index) + " is missing or damaged", m_path);
}

VideoReader::Alpha alphaOf(const AVFrame& picture) {
  VideoReader::Alpha alpha;
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
  if (format == nullptr || (format->flags & AV_PIX_FMT_FLAG_ALPHA) == 0 || (format->flags & AV_PIX_FMT_FLAG_PAL) != 0)
    return alpha;
  const int channel = format->nb_components - 1;
  const float top = static_cast<float>((1 << format->comp[channel].depth) - 1);
  std::vector<std::uint16_t> row(static_cast<std::size_t>(picture.width));
  const std::uint8_t* planes[4] = {picture.data[0], picture.data[1], picture.data[2], picture.data[3]};
  alpha.values.reserve(row.size() * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    av_read_image_line2(row.data(), planes, picture.linesize, format, 0, y, channel, picture.width, 0, 2);
    for (const std::uint16_t value : row) alpha.values.push_back(static_cast<float>(value) / top);
  }
  return alpha;
}

class MovieReader final : public VideoReader {
 public:
  MovieReader(std::vector<std::string> paths, ReaderOptions options)
      : m_paths(std::move(paths)), m_options(options), m_planes(options.width, options.height) {}

  Status open() {
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
      auto movie = Movie::open(m_paths[i], m_options.threads);
      if (!movie) return tl::unexpected<Error>(movie.error());
      if (i == 0) {
        m_info = (*movie)->info();
        m_current = std::move(*movie);
        m_starts.push_back(0);
        m_starts.push_back(m_current->frameCount());
        continue;
      }
      const VideoInfo& next = (*movie)->info();
      if (next.width != m_info.width || next.height != m_info.height || next.codec != m_info.codec)
        return fail(Errc::conflict, "the parts of the clip do not fit each other", m_paths[i]);
      m_starts.push_back(m_starts.back() + (*movie)->frameCount());
    }
    m_info.frames = m_starts.back();
    return {};
  }

  const VideoInfo& info() const override { return m_info; }
  std::int64_t frameCount() const override { return m_starts.back(); }
  bool isFloat() const override { return false; }
  Result<ImageF> readFloat(std::int64_t) override {
    return fail(Errc::unsupported, "these pictures are not floating point", m_paths.front());
  }

  Result<Frame16> readFrame(std::int64_t index) override {
    auto picture = decode(index);
    if (!picture) return tl::unexpected<Error>(picture.error());
    Frame16 out;
    if (auto ok = m_planes.convert(**picture, out, m_paths[m_part]); !ok) return tl::unexpected<Error>(ok.error());
    out.index = index;
    say(codingOf(**picture, out.rgb), out);
    return out;
  }

  Result<PlanarPicture> readPlanar(std::int64_t index) override {
    auto picture = decode(index);
    if (!picture) return tl::unexpected<Error>(picture.error());
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>((*picture)->format));
    const bool rgb = format != nullptr && (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    const Coding coding = codingOf(**picture, rgb);
    auto out = planarOf(**picture, coding.matrix, coding.range, m_paths[m_part]);
    if (!out) return out;
    out->assumedMatrix = coding.assumedMatrix;
    out->assumedRange = coding.assumedRange;
    out->index = index;
    return out;
  }

  Result<Alpha> readAlpha(std::int64_t index) override {
    auto picture = decode(index);
    if (!picture) return tl::unexpected<Error>(picture.error());
    return alphaOf(**picture);
  }

 private:
  [[nodiscard]] Coding codingOf(const AVFrame& frame, bool rgb) const {
    Matrix matrix = fromColorSpace(frame.colorspace);
    if (matrix == Matrix::unknown) matrix = m_info.matrix;
    Range range = fromColorRange(frame.color_range);
    if (range == Range::unknown) range = m_info.range;
    return resolveColour(matrix, range, m_info.height, rgb);
  }

  Result<const AVFrame*> decode(std::int64_t index) {
    if (index < 0 || index >= frameCount())
      return fail(Errc::usage, "the clip has no frame " + std::to_string(index), m_paths.front());
    const auto part =
        static_cast<std::size_t>(std::upper_bound(m_starts.begin(), m_starts.end(), index) - m_starts.begin()) - 1;
    if (part != m_part) {
      // One decoder at a time: a spanned clip may have dozens of parts.
      auto movie = Movie::open(m_paths[part], m_options.threads);
      if (!movie) return tl::unexpected<Error>(movie.error());
      m_current = std::move(*movie);
      m_part = part;
    }
    return m_current->frame(index - m_starts[part]);
  }

  std::vector<std::string> m_paths;
  ReaderOptions m_options;
  PlaneMaker m_planes;
  VideoInfo m_info;
  std::vector<std::int64_t> m_starts;  // first frame of each part, then the total
  std::unique_ptr<Movie> m_current;
  std::size_t m_part = 0;
};

class SequenceReader final : public VideoReader {
 public:
  SequenceReader(std::vector<std::string> paths, ReaderOptions options)
      : m_paths(std::move(paths)), m_planes(options.width, options.height) {}

  Status open(const std::string& format) {
    auto info = probeImage(m_paths.front(), format);
    if (!info) return tl::unexpected<Error>(info.error());
    m_info = std::move(*info->video);
    m_info.frames = frameCount();
    m_float = m_info.range == Range::unknown;
    return {};
  }

  const VideoInfo& info() const override { return m_info; }
  std::int64_t frameCount() const override { return static_cast<std::int64_t>(m_paths.size()); }
  bool isFloat() const override { return m_float; }

  Result<ImageF> readFloat(std::int64_t index) override {
    if (!m_float) return fail(Errc::unsupported, "these pictures are not floating point", m_paths.front());
    auto pixels = read(index);
    if (!pixels) return tl::unexpected<Error>(pixels.error());
    return std::move(pixels->image);
  }

  Result<Frame16> readFrame(std::int64_t index) override {
    auto out = codes(index);
    if (!out) return out;
    if (auto ok = m_planes.scale(*out); !ok) return tl::unexpected<Error>(ok.error());
    return out;
  }

  Result<PlanarPicture> readPlanar(std::int64_t index) override {
    auto out = codes(index);
    if (!out) return tl::unexpected<Error>(out.error());
    return planarOf(std::move(*out), m_info.bitDepth);
  }

  Result<Alpha> readAlpha(std::int64_t index) override {
    if (index < 0 || index >= frameCount())
      return fail(Errc::usage, "the clip has no frame " + std::to_string(index), m_paths.front());
    return media::readAlpha(m_paths[static_cast<std::size_t>(index)]);
  }

 private:
  Result<Frame16> codes(std::int64_t index) {
    if (m_float) return fail(Errc::unsupported, "floating-point pictures have no integer code values", m_paths.front());
    auto pixels = read(index);
    if (!pixels) return tl::unexpected<Error>(pixels.error());
    Frame16 out;
    out.width = pixels->width;
    out.height = pixels->height;
    out.rgb = true;
    out.index = index;
    const int up = 16 - pixels->depth;
    for (int c = 0; c < 3; ++c) {
      out.plane[c] = std::move(pixels->codes[c]);
      for (auto& value : out.plane[c]) value = static_cast<std::uint16_t>(value << up);
    }
    say(resolveColour(Matrix::unknown, Range::full, out.height, true), out);
    return out;
  }

  Result<Pixels> read(std::int64_t index) const {
    if (index < 0 || index >= frameCount())
      return fail(Errc::usage, "the clip has no frame " + std::to_string(index), m_paths.front());
    const std::string& path = m_paths[static_cast<std::size_t>(index)];
    auto pixels = readPixels(path);
    if (!pixels) return pixels;
    if (pixels->width != m_info.width || pixels->height != m_info.height || pixels->isFloat != m_float)
      return fail(Errc::conflict, "this frame is of another size or kind than the first", path);
    return pixels;
  }

  std::vector<std::string> m_paths;
  PlaneMaker m_planes;
  VideoInfo m_info;
  bool m_float = false;
};

}  // namespace

Result<std::unique_ptr<VideoReader>> openVideo(const std::vector<std::string>& essencePaths,
                                               const ReaderOptions& options) {
  if (essencePaths.empty()) return fail(Errc::usage, "a clip needs at least one file");
  if (options.width < 0 || options.height < 0 || options.width > kMaxSide || options.height > kMaxSide ||
      (options.width == 0) != (options.height == 0))
    return fail(Errc::usage, "an impossible picture size was asked for", essencePaths.front());
  if (auto file = LocalFile::open(essencePaths.front()); !file) return tl::unexpected<Error>(file.error());
  if (const std::string format = imageFormatOf(essencePaths.front()); !format.empty()) {
    auto reader = std::make_unique<SequenceReader>(essencePaths, options);
    if (auto ok = reader->open(format); !ok) return tl::unexpected<Error>(ok.error());
    return std::unique_ptr<VideoReader>(std::move(reader));
  }
  auto reader = std::make_unique<MovieReader>(essencePaths, options);
  if (auto ok = reader->open(); !ok) return tl::unexpected<Error>(ok.error());
  return std::unique_ptr<VideoReader>(std::move(reader));
}

}  // namespace rollproof::media
