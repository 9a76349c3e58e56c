// SPDX-License-Identifier: Apache-2.0
// FFmpeg and OpenImageIO behind one door: probe, decode, encode, image sequences. No colour management here: pixels go
// in and out as the code values of their encoding.
// Threads: a Reader or Writer belongs to one thread at a time. probe is free-threaded.
// Errors: Errc::corrupt for damaged media, Errc::unsupported where no decoder exists. Formats and protocols are
//         white-listed: only local files, never playlists.
// Source: FFmpeg 5.1 libav*, OpenImageIO 2.4; QuickTime File Format (tmcd, colr), SMPTE RDD 36 (ProRes).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/timecode.h"

namespace rollproof::media {

struct PlanarPicture;  // planar.h
template <typename Byte>
struct PlanarOf;

enum class Matrix { unknown, bt601, bt709, bt2020 };
enum class Range { unknown, limited, full };

struct VideoInfo {
  int width = 0, height = 0;
  std::string codec, codecTag, profile;
  int bitDepth = 0;
  std::string chroma;  // "4:2:2"
  bool rgb = false;    // RGB(A) components rather than YCbCr
  Matrix matrix = Matrix::unknown;
  Range range = Range::unknown;
  std::string primaries, transfer;  // FFmpeg's names, "" or "unknown"
  FrameRate rate;
  std::optional<std::int64_t> frames;
  Rational pixelAspect{1, 1};
  bool decodable = false;
  std::map<std::string, std::string> tags;
};

struct AudioStreamInfo {
  int channels = 0, sampleRate = 0, bitDepth = 0;
  std::string codec;
  std::int64_t samples = 0;
  std::map<std::string, std::string> tags;
};

struct MediaInfo {
  std::string container;  // FFmpeg's short name, or "dpx", "openexr", ... from OpenImageIO
  std::optional<VideoInfo> video;
  std::vector<AudioStreamInfo> audio;
  std::optional<Timecode> start;
  std::string timecodeSource;  // "tmcd", "mxf", "bwf", "dpx", "exr", ""
  std::string reel;
  std::map<std::string, std::string> tags;  // container-level, keys as written
  std::string decoder;                      // "ffmpeg" or "oiio"
  double durationSeconds = 0;
};

// Opens headers only, with small probe limits.
[[nodiscard]] Result<MediaInfo> probe(const std::string& path);

// A frame as 16-bit planes: YCbCr 4:4:4 (or RGB as G... never: R,G,B order) where sample = code value << (16 - depth),
// so limited-range 10-bit black is 64 << 6.
struct Frame16 {
  int width = 0, height = 0;
  bool rgb = false;
  Matrix matrix = Matrix::bt709;  // resolved; assumedMatrix says whether it was a guess
  Range range = Range::limited;
  bool assumedMatrix = false, assumedRange = false;
  std::int64_t index = 0;               // frame number in the clip, from 0
  std::vector<std::uint16_t> plane[3];  // width*height each: Y,Cb,Cr or R,G,B
};

// In full range a code of n bits that was only shifted up leaves white short of 65535; this spreads it, chroma about
// its zero. Nothing else is touched.
void spreadFullRange(Frame16& frame, int bits);

// Float RGB(A), scene-linear or encoded as the file says.
struct ImageF {
  int width = 0, height = 0;
  std::vector<float> rgb;      // width*height*3, row major, top first
  std::vector<float> alpha{};  // width*height, 0..1, or empty: opaque. Colours are not multiplied by it
};

// One picture as its file codes it: integer samples or floating-point light, exactly one of the two filled.
struct CodedPicture {
  Frame16 coded;
  ImageF light;
  int bitDepth = 0;            // of the samples in the file
  Rational pixelAspect{1, 1};  // of the picture as it is here
  std::int64_t index = 0;      // frame number in the clip, from 0
};

// A clip's pictures: a movie file, several spanned files, or a frame sequence.
struct ReaderOptions {
  int width = 0, height = 0;  // scale to this (bicubic, in code values); 0 = as recorded; aspect is the caller's affair
  int threads = 0;            // 0 = as many as there are cores
};

class VideoReader {
 public:
  virtual ~VideoReader() = default;
  [[nodiscard]] virtual const VideoInfo& info() const = 0;
  [[nodiscard]] virtual std::int64_t frameCount() const = 0;  // counted where the container does not say
  // Exact: the frame with this number, by seeking if it is not the next one.
  [[nodiscard]] virtual Result<Frame16> readFrame(std::int64_t index) = 0;
  // The same as planes of their own chroma and depth at recorded size, mostly without a copy; see planar.h. Only when
  // not isFloat().
  [[nodiscard]] virtual Result<PlanarPicture> readPlanar(std::int64_t index) = 0;
  // Float pixels at recorded size for float sources (EXR); for integer sources the RGB/YCbCr code values 0..1 unscaled.
  [[nodiscard]] virtual bool isFloat() const = 0;
  [[nodiscard]] virtual Result<ImageF> readFloat(std::int64_t index) = 0;  // only when isFloat()
  // How opaque each pixel is, 0..1; empty where the pictures have no such channel. `multiplied`: the colours are, by
  // it, as is OpenEXR's custom.
  struct Alpha {
    std::vector<float> values;
    bool multiplied = false;
  };
  [[nodiscard]] virtual Result<Alpha> readAlpha(std::int64_t index) = 0;
};

[[nodiscard]] Result<std::unique_ptr<VideoReader>> openVideo(const std::vector<std::string>& essencePaths,
                                                             const ReaderOptions& options);

// All audio of a file as interleaved float, in pieces.
class AudioReader {
 public:
  virtual ~AudioReader() = default;
  [[nodiscard]] virtual int channels() const = 0;
  [[nodiscard]] virtual int sampleRate() const = 0;
  // Up to `frames` sample frames (channels interleaved, -1..1); empty at the end.
  [[nodiscard]] virtual Result<std::vector<float>> read(std::size_t frames) = 0;
  [[nodiscard]] virtual Status seek(std::int64_t sampleFrame) = 0;
};
// How sound is to be read where that is not as the files say.
struct AudioAs {
  int counted = 0;  // Hz at which the samples are to be played; 0: what the file says (pulled sound says another)
  int rate = 0;     // Hz in which they are given, by resampling; 0: the first file's
};
// All audio tracks of the files merged into one channel list, in track order. Errc::notFound if there is none.
[[nodiscard]] Result<std::unique_ptr<AudioReader>> openAudio(const std::vector<std::string>& paths,
                                                             const AudioAs& as = {});

// What to write. Container by `container`: "mov", "mp4", "mxf" (OP1a), "op_atom" (one file a track, for Avid).
struct VideoTarget {
  std::string codec;  // "h264", "h265", "prores_proxy", "prores_lt", "prores_422", "prores_hq", "prores_4444",
                      // "dnxhr_lb", "dnxhr_sq", "dnxhr_hqx", "dnxhd_36", "dnxhd_115", "mpeg2_422" (XAVC-like),
                      // "xavc_intra" (H.264 4:2:2 10 intra)
  int width = 0, height = 0;
  FrameRate rate;
  Rational pixelAspect{1, 1};
  // Written to stream, container and each frame. transfer "" = leave untagged (log pictures).
  Matrix matrix = Matrix::bt709;
  std::string primaries = "bt709", transfer = "bt709";
  int crf = 23;
  std::string preset = "veryfast";
};
struct AudioTarget {
  std::string codec;  // "pcm_s24le", "pcm_s16le", "aac"
  int channels = 0, sampleRate = 48000;
  std::vector<std::string> names{};  // of the channels; may be fewer
  std::vector<std::string> paths{};  // "op_atom": the file of each channel
};
struct WriterOptions {
  std::string path;  // written directly here ("op_atom": the picture's file); the caller publishes by rename
  std::string container;
  VideoTarget video;
  std::optional<AudioTarget> audio;
  std::optional<Timecode> start;
  std::string reel, clipName;
  std::map<std::string, std::string> tags;  // container metadata, written as given (mov: mdta keys)
  int threads = 0;
};

class MovieWriter {
 public:
  virtual ~MovieWriter() = default;
  // YCbCr 4:4:4 limited range 16-bit planes (see Frame16) of exactly the target's size; subsampled (co-sited left for
  // 4:2:0/4:2:2) and rounded to the codec's depth here. RGB frames are refused.
  [[nodiscard]] virtual Status writeFrame(const Frame16& frame) = 0;
  // The planes of the next picture in the encoder's own chroma and depth, limited range, to be filled where they lie;
  // they hold until writePicture, which sends them. A picture that is not written may be asked for again.
  [[nodiscard]] virtual Result<PlanarOf<std::uint8_t>> nextPicture() = 0;
  [[nodiscard]] virtual Status writePicture() = 0;
  [[nodiscard]] virtual Status writeAudio(const std::vector<float>& interleaved) = 0;
  [[nodiscard]] virtual Status finish() = 0;  // flush, trailer, close; the file is whole after this
};
[[nodiscard]] Result<std::unique_ptr<MovieWriter>> createMovie(const WriterOptions& options);

// Still images by suffix: .exr (half unless bitDepth 32), .png (8/16), .tif (16), .jpg (8), .dpx (10/16).
struct ImageOptions {
  int bitDepth = 0;                            // 0 = the format's usual
  std::map<std::string, std::string> strings;  // attributes
  std::optional<Timecode> timecode;
  FrameRate rate;
  std::string reel;
};
// Alpha is written where the format has it (exr, png, tif), in OpenEXR multiplied into the colours as is its custom.
[[nodiscard]] Status writeImage(const std::string& path, const ImageF& image, const ImageOptions& options);
// Any image OpenImageIO reads, as float code values (integers scaled to 0..1).
[[nodiscard]] Result<ImageF> readImage(const std::string& path);

// Text drawn into an RGB image or a luma plane mask: returns an alpha mask (0..255) of the text, tight box.
struct TextMask {
  int width = 0, height = 0;
  std::vector<std::uint8_t> alpha;
};
// DejaVu Sans Mono or the font file given; pixelHeight is the cap height's line size. Errc::notFound without a font.
[[nodiscard]] Result<TextMask> renderText(const std::string& text, int pixelHeight);

}  // namespace rollproof::media
