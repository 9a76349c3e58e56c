// SPDX-License-Identifier: Apache-2.0
// Small movies with known code values and a temporary folder to hold them.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/media/media.h"

namespace rollproof::media::test {

class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "rollproof-media-XXXXXX").string();
    m_path = ::mkdtemp(name.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

inline constexpr FrameRate kFilm{24000, 1001};

// Sixteen blocks across the bottom half spell the frame number in black and white; the top half holds 10-bit luma codes
// 64..940 and chroma in steps.
inline Frame16 markedFrame(int width, int height, std::int64_t index) {
  Frame16 frame;
  frame.width = width;
  frame.height = height;
  frame.index = index;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (auto& plane : frame.plane) plane.resize(count);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      const int block = x * 16 / width;
      int luma = 64 + block * 58;
      int blue = 512;
      if (y >= height / 2) {
        luma = ((index >> block) & 1) != 0 ? 940 : 64;
      } else {
        blue = 400 + (x * 8 / width) * 32;
      }
      frame.plane[0][at] = static_cast<std::uint16_t>(luma << 6);
      frame.plane[1][at] = static_cast<std::uint16_t>(blue << 6);
      frame.plane[2][at] = static_cast<std::uint16_t>((1024 - blue) << 6);
    }
  }
  return frame;
}

inline std::int64_t numberIn(const Frame16& frame) {
  std::int64_t number = 0;
  const int y = frame.height * 3 / 4;
  for (int block = 0; block < 16; ++block) {
    const int x = (2 * block + 1) * frame.width / 32;
    const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) + static_cast<std::size_t>(x);
    if (frame.plane[0][at] > (502 << 6)) number |= std::int64_t{1} << block;
  }
  return number;
}

inline WriterOptions optionsFor(const std::string& path, const std::string& container, const std::string& codec) {
  WriterOptions options;
  options.path = path;
  options.container = container;
  options.video.codec = codec;
  options.video.width = 320;
  options.video.height = 192;
  options.video.rate = kFilm;
  options.start = Timecode::parse("14:03:07:11", kFilm);
  options.reel = "A001R1AB";
  options.clipName = "A001C001";
  return options;
}

inline Status writeClip(const WriterOptions& options, std::int64_t frames, std::int64_t firstIndex = 0) {
  auto movie = createMovie(options);
  if (!movie) return tl::unexpected<Error>(movie.error());
  for (std::int64_t i = 0; i < frames; ++i) {
    auto ok = (*movie)->writeFrame(markedFrame(options.video.width, options.video.height, firstIndex + i));
    if (!ok) return ok;
    if (options.audio) {
      const auto per = static_cast<std::size_t>(static_cast<std::int64_t>(options.audio->sampleRate) *
                                                options.video.rate.den / options.video.rate.num);
      std::vector<float> sound(per * static_cast<std::size_t>(options.audio->channels));
      for (std::size_t s = 0; s < sound.size(); ++s)
        sound[s] = static_cast<float>(s % static_cast<std::size_t>(options.audio->channels) + 1) * 0.0625F;
      if (auto heard = (*movie)->writeAudio(sound); !heard) return heard;
    }
  }
  return (*movie)->finish();
}

inline std::string bytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void putBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What another reader says; "" when ffprobe is not installed.
inline std::string ffprobe(const std::string& path, const std::string& entries) {
  const std::string command =
      "ffprobe -v error -of default=nw=1 -show_entries " + entries + " '" + path + "' 2>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  ::pclose(pipe);
  return text;
}

inline bool hasSample(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace rollproof::media::test
