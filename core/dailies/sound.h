// SPDX-License-Identifier: Apache-2.0
// A clip's sound, a picture's length at a time. Threads: one thread at a time.
#pragma once

#include "core/dailies/opened_clip.h"

namespace rollproof::dailies {

class Sound {
 public:
  // Empty without an error if the clip has no sound; sound that cannot be read is a warning on the clip, not a failure.
  [[nodiscard]] static std::unique_ptr<Sound> open(OpenedClip& clip, const ClipSource& source);
  [[nodiscard]] int channels() const { return m_channels; }
  [[nodiscard]] int sampleRate() const { return m_sampleRate; }
  // The interleaved samples of this frame; silence where the sound is shorter than the picture. Frames in rising order
  // are cheap. Over many frames no sample is lost or repeated, whatever the rates.
  [[nodiscard]] std::vector<float> frame(std::int64_t index);
  [[nodiscard]] bool hadTrouble() const { return m_trouble; }

 private:
  struct Part {
    std::vector<std::string> paths;
    std::int64_t firstSample = 0;
  };
  [[nodiscard]] static std::unique_ptr<Sound> openProduction(OpenedClip& clip, const ProductionSound& production);
  [[nodiscard]] std::int64_t sampleAt(std::int64_t frame) const;
  bool openPart(std::size_t part);
  void readInto(std::vector<float>& into, std::int64_t from, std::size_t samples);

  std::vector<Part> m_parts;
  std::unique_ptr<media::AudioReader> m_reader;
  std::size_t m_part = 0;
  std::int64_t m_next = 0;  // sample the reader gives next, counted over all parts
  int m_channels = 0, m_sampleRate = 0;
  FrameRate m_rate;
  media::AudioAs m_as;
  std::int64_t m_shift = 0;  // sample at the first frame
  bool m_trouble = false;
};

}  // namespace rollproof::dailies
