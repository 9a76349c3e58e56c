// SPDX-License-Identifier: Apache-2.0
// A sound file's header chunks: format, bext, iXML. Private to this folder.
// Bounded: a fixed number of chunks, chunk lengths checked against the file, iXML up to 1 MB. Other chunks (axml, chna,
// junk) are stepped over.
// Threads: pure per file. Errors: Errc::corrupt if it is no RIFF/RF64/BW64 WAVE; what disk errors say.
// Source: EBU Tech 3285 (BWF), EBU Tech 3306 (RF64), iXML 2.x.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/base/timecode.h"

namespace rollproof::camera {

struct Bext {
  std::string description, originator, reference, date, time;
  std::uint64_t samplesSinceMidnight = 0;
  std::string umid;  // hex, "" if all zero
};

struct Ixml {
  std::string project, scene, take, tape, circled, note, fileUid, familyUid, familyName, setIndex;
  int totalFiles = 0;
  FrameRate timecodeRate;
  bool dropFrame = false;
  std::optional<std::uint64_t> samplesSinceMidnight;
  std::string rawRate, rawSamples;
  // What a second of the time stamp counts, where that is not the file's own rate (pulled up or down); 0 unsaid.
  int timestampRate = 0;
  std::vector<std::string> tracks;         // in interleave order
  std::map<std::string, std::string> raw;  // every text in it by its path, "SPEED/NOTE"; lists leave their last
};

struct WavInfo {
  int channels = 0, sampleRate = 0, bitDepth = 0;
  std::uint64_t sampleFrames = 0;
  bool truncated = false;  // the data chunk claims more than the file holds
  std::optional<Bext> bext;
  std::optional<Ixml> ixml;

  // The first sample's place in the day: bext's word, or iXML's.
  [[nodiscard]] std::optional<std::uint64_t> firstSample() const;
};

[[nodiscard]] Result<WavInfo> readWav(const FileSystem& fs, const std::string& path);
[[nodiscard]] std::optional<Ixml> parseIxml(std::string_view xml);

}  // namespace rollproof::camera
