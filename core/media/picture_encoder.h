// SPDX-License-Identifier: Apache-2.0
// Display pictures into packets of one codec, whatever file they then go into.
// Threads: one thread at a time; the encoder's own threads are its affair. Errors: Errc::usage for a codec or size that
//          does not exist, Errc::unsupported where this FFmpeg has no such encoder.
// Source: FFmpeg 5.1 proresenc_anatoliy.c, dnxhdenc.c, libx264.c, libx265.c; SMPTE RDD 36 (ProRes frame header),
//         SMPTE ST 2019-1 (VC-3 compression IDs).
#pragma once

#include <functional>
#include <vector>

#include "core/media/ffmpeg.h"
#include "core/media/planar.h"

namespace rollproof::media {

class PictureEncoder {
 public:
  // `globalHeader`: the container keeps the codec's headers. `subject` is named in errors.
  [[nodiscard]] static Result<std::unique_ptr<PictureEncoder>> open(const VideoTarget& target, bool globalHeader,
                                                                    int threads, const std::string& subject);
  using Taker = std::function<Status(AVPacket&)>;
  // Gives each packet that is ready; times count frames.
  [[nodiscard]] Status write(const Frame16& frame, const Taker& taker);
  // The planes of the next picture, to be filled and then sent.
  [[nodiscard]] Result<PlanarRoom> next();
  [[nodiscard]] Status writeNext(const Taker& taker);
  [[nodiscard]] Status flush(const Taker& taker);
  [[nodiscard]] const AVCodecContext& context() const { return *m_codec; }
  [[nodiscard]] std::int64_t frames() const { return m_frames; }
  [[nodiscard]] int vc3Id() const { return m_vc3Id; }  // 0: not VC-3

 private:
  PictureEncoder() = default;
  Status configure(const VideoTarget& target, bool globalHeader, int threads);
  Status send(AVFrame* frame, const Taker& taker);

  VideoTarget m_target;
  std::string m_subject;
  CodecPtr m_codec;
  std::vector<FramePtr> m_room;
  AVFrame* m_frame = nullptr;  // of m_room: the next one, being filled
  PacketPtr m_packet;
  std::int64_t m_frames = 0;
  int m_vc3Id = 0;
};

// The text of a start timecode at a movie's rate: the clock stays, a frame number counted in another base is rescaled
// (a 60 fps clip whose camera counts 30 frames a second).
[[nodiscard]] Result<std::string> startText(const Timecode& start, FrameRate rate);

}  // namespace rollproof::media
