// SPDX-License-Identifier: Apache-2.0
// Movie files written byte by byte from the formats' descriptions (ISO/IEC 14496-12, QuickTime File Format), by nothing
// that the reader uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace movies {

[[nodiscard]] std::string be(std::uint64_t value, int bytes);
[[nodiscard]] std::string le(std::uint64_t value, int bytes);
[[nodiscard]] std::string f32(float value);  // big-endian
[[nodiscard]] std::string padded(std::string text, std::size_t bytes);
[[nodiscard]] std::string box(const std::string& type, const std::string& content);
[[nodiscard]] std::string fullBox(const std::string& type, const std::string& content, std::uint32_t versionFlags = 0);

struct Key {
  std::string name;
  std::uint32_t type;  // 1 text, 21 signed, 22 unsigned, 23 float, ...
  std::string value;   // bytes
};
[[nodiscard]] inline Key text(const std::string& name, const std::string& value) { return {name, 1, value}; }
// A `meta` box with keys and their values; `full` as MP4 has it, else as QuickTime.
[[nodiscard]] std::string metaBox(const std::vector<Key>& keys, bool full);

// Content of sample descriptions, behind their four characters.
[[nodiscard]] std::string pictureEntry(int width, int height);
[[nodiscard]] std::string soundEntry(int channels, int bits, int hertz);
[[nodiscard]] std::string timecodeEntry(std::uint32_t flags, std::uint32_t timescale, std::uint32_t frameDuration,
                                        int framesByte, const std::string& reel = {});
[[nodiscard]] std::string plainEntry();  // data tracks: nothing but the reference

struct Track {
  std::uint32_t id = 1;
  std::string handler = "vide";
  std::string entryType = "avc1";
  std::string entry;
  std::uint32_t timescale = 24, ticks = 1, samples = 100;
  std::string firstSample;
  std::vector<std::uint32_t> timecodeTracks;
  std::string extra;  // more boxes in the track
  bool longOffsets = false;
};

struct Movie {
  std::string brand = "qt  ";  // "" for none
  std::vector<std::string> brands;
  std::vector<Track> tracks;
  std::string inMoov, atTop;  // more boxes
};

// Brands, media (the tracks' first samples), boxes at the top, index.
[[nodiscard]] std::string movie(const Movie& what);

// The common case: one picture track and its timecode track.
[[nodiscard]] Track picture(const std::string& entryType, int width, int height, std::uint32_t timescale,
                            std::uint32_t ticks, std::uint32_t samples);
[[nodiscard]] Track timecode(std::uint32_t id, std::uint32_t frameNumber, const std::string& entry);

// Small real-looking files, also the seeds of the fuzz targets.
[[nodiscard]] std::string braw(const std::string& clipNumber = "A001_01241607_C009");
[[nodiscard]] std::string crm();
[[nodiscard]] std::string xavc();
[[nodiscard]] std::string nraw(std::size_t previewBytes = 100'000);
[[nodiscard]] std::string gopro();
[[nodiscard]] std::string dji();
[[nodiscard]] std::string insta360();
[[nodiscard]] std::string arri();
[[nodiscard]] std::string proresRaw();
[[nodiscard]] std::string cndm();
[[nodiscard]] std::string appleLog(const std::string& identifier);

}  // namespace movies
