// SPDX-License-Identifier: Apache-2.0
// FFmpeg's objects with owners, and the one way this module opens a file with it.
// Threads: free functions are safe from any thread. Errors: AVERROR codes become Errc here and nowhere else.
// Source: FFmpeg 5.1 libavformat/avformat.h, libavutil/error.h.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/base/timecode.h"
#include "core/media/media.h"

namespace rollproof::media {

inline constexpr std::int64_t kNoPts = INT64_MIN;  // AV_NOPTS_VALUE without its C cast

struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeCodec>;

class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&m_dict); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const std::string& key, const std::string& value) { av_dict_set(&m_dict, key.c_str(), value.c_str(), 0); }
  [[nodiscard]] AVDictionary** slot() { return &m_dict; }

 private:
  AVDictionary* m_dict = nullptr;
};

[[nodiscard]] std::map<std::string, std::string> tagsOf(const AVDictionary* dictionary);
[[nodiscard]] std::string tagOf(const AVDictionary* dictionary, const char* key);

// `code` is what an FFmpeg call gave, `doing` reads "cannot open".
[[nodiscard]] tl::unexpected<Error> ffmpegError(int code, const std::string& doing, const std::string& subject);

// FFmpeg's own log lines go to our debug log instead of stderr.
void routeLibraryLog();

[[nodiscard]] AVColorSpace toColorSpace(Matrix matrix);
[[nodiscard]] Matrix fromColorSpace(AVColorSpace space);
[[nodiscard]] Range fromColorRange(AVColorRange range);

// A regular file open for reading, without ever waiting on a FIFO or a device.
class LocalFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LocalFile>> open(const std::string& path);
  ~LocalFile();
  LocalFile(const LocalFile&) = delete;
  LocalFile& operator=(const LocalFile&) = delete;
  // Fewer bytes than asked only at the end of the file.
  [[nodiscard]] Result<std::size_t> readAt(void* into, std::size_t bytes, std::int64_t offset) const;
  [[nodiscard]] std::int64_t size() const { return m_size; }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  LocalFile(int descriptor, std::int64_t size, std::string path);
  int m_descriptor;
  std::int64_t m_size;
  std::string m_path;
};

// A demuxer over one local file. Nothing the file says can make it open another one: the demuxers are white-listed and
// every further open is refused.
class Input {
 public:
  // headers: what describes the streams, without decoding where that can be had; packets may have been read, so it is
  // not for reading on. pictures: as FFmpeg finds it in the first packets, from which reading goes on.
  enum class Look { headers, pictures };
  [[nodiscard]] static Result<std::unique_ptr<Input>> open(const std::string& path, Look look);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  [[nodiscard]] AVFormatContext* context() const { return m_context; }
  [[nodiscard]] const LocalFile& file() const { return *m_file; }
  // First real video stream (not a cover picture), -1 if none.
  [[nodiscard]] int videoStream() const;

 private:
  Input();
  std::unique_ptr<LocalFile> m_file;
  std::int64_t m_position = 0;
  std::int64_t m_left;  // bytes that may still be read
  AVIOContext* m_io = nullptr;
  AVFormatContext* m_context = nullptr;
  static int readPacket(void* opaque, std::uint8_t* into, int bytes);
  static std::int64_t seekTo(void* opaque, std::int64_t offset, int whence);
};

// Rate of a stream, snapped to the rates cameras use; invalid if the file does not say.
[[nodiscard]] FrameRate rateOf(const AVFormatContext* context, const AVStream* stream);
// What the headers say about a video stream.
[[nodiscard]] VideoInfo describeVideo(const AVFormatContext* context, const AVStream* stream);

}  // namespace rollproof::media
