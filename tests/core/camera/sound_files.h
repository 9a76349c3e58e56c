// SPDX-License-Identifier: Apache-2.0
// Sound files written byte by byte from EBU Tech 3285 and 3306, by nothing that the reader uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fixtures {

struct Wav {
  int channels = 1, sampleRate = 48000, bits = 24;
  std::uint64_t sampleFrames = 4800;
  std::optional<std::uint64_t> timeReference;  // writes a bext chunk
  std::string description, originator;
  std::string ixml;        // "" none
  bool rf64 = false;       // RF64 with ds64 instead of RIFF
  bool ixmlFirst = false;  // iXML before bext
  std::string before;      // chunks before all others, and the sound's length as the recorder left it
  std::optional<std::uint32_t> dataLength;
};
[[nodiscard]] std::string wav(const Wav& what);
[[nodiscard]] std::string chunk(const std::string& id, const std::string& body);
[[nodiscard]] std::string ixml(const std::string& inner);

}  // namespace fixtures
