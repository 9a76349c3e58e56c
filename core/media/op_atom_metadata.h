// SPDX-License-Identifier: Apache-2.0
// The header metadata of a set of OP-Atom files, and the KLV it is written in.
// Threads: plain values and pure functions. Errors: none.
// Source: SMPTE ST 336 (KLV), ST 377-1 annexes A to G (sets and their local tags), RP 210 and RP 224 (labels).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/timecode.h"

namespace rollproof::media {

using Label = std::array<std::uint8_t, 16>;
using Uuid = std::array<std::uint8_t, 16>;

[[nodiscard]] Uuid randomUuid();
// Always the same for the same text (version 3, RFC 4122).
[[nodiscard]] Uuid namedUuid(std::string_view text);

// Big-endian bytes being put together.
class KlvBytes {
 public:
  KlvBytes& u8(std::uint8_t value);
  KlvBytes& u16(std::uint32_t value);
  KlvBytes& u32(std::uint32_t value);
  KlvBytes& u64(std::uint64_t value);
  KlvBytes& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  KlvBytes& rate(FrameRate value);
  KlvBytes& label(const Label& value);
  KlvBytes& raw(std::string_view value);
  KlvBytes& utf16(std::string_view utf8);  // with its closing zero; what is not UTF-8 becomes U+FFFD
  KlvBytes& packet(const Label& key, std::string_view value);
  // Fill so that what is written so far, beginning at file position `begin`, ends on a multiple of `grid`.
  KlvBytes& fillTo(std::uint64_t begin, std::uint64_t grid);
  [[nodiscard]] std::uint64_t size() const { return m_bytes.size(); }
  [[nodiscard]] const std::string& text() const { return m_bytes; }

 private:
  std::string m_bytes;
};

struct OpAtomTrack {
  bool picture = false;
  std::string name;  // "V1", or what the sound track is called
  Uuid file{};       // of its file package
  FrameRate rate;    // the edit rate: frames a second, or samples a second
};

// What the files of one clip share.
struct OpAtomSet {
  std::string clip, tape;
  FrameRate rate;
  std::int64_t startFrame = 0;  // timecode, in frames from zero o'clock
  bool dropFrame = false;
  std::map<std::string, std::string> comments;
  std::vector<OpAtomTrack> tracks;  // picture first
  Uuid material{}, tapeUuid{};
  std::array<int, 7> created{};  // year, month, day, hour, minute, second, quarter milliseconds; UTC
  int width = 0, height = 0, vc3Id = 0, bitDepth = 8;
  std::string primaries, transfer;  // FFmpeg's names
};

[[nodiscard]] Label containerOf(const OpAtomTrack& track);
[[nodiscard]] Label essenceKeyOf(const OpAtomTrack& track);
[[nodiscard]] Label operationalPattern();
// Bytes one edit unit of sound takes.
inline constexpr std::uint32_t kSoundUnit = 3;
inline constexpr std::uint32_t kBodySid = 1, kIndexSid = 2;

// Primer and sets for the file of that track; `durations` of all tracks in their own edit units, -1 unknown yet. The
// length does not depend on the durations.
[[nodiscard]] std::string headerMetadata(const OpAtomSet& set, std::size_t track,
                                         const std::vector<std::int64_t>& durations);
[[nodiscard]] std::string indexTable(const OpAtomTrack& track, std::uint32_t unitBytes, std::int64_t duration);

}  // namespace rollproof::media
