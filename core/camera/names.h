// SPDX-License-Identifier: Apache-2.0
// What a file's or folder's name says, by the makers' naming schemes. Private to this folder.
// Threads: pure functions. Source: ARRI, Sony, Canon, Blackmagic naming as documented in their camera manuals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollproof::camera {

struct NameFacts {
  std::string reel, letter, cameraId, date;  // date: ISO 8601, with the time where the name has one
};

// "A901C001_240426_R1AA", "A_0001C001_260930_084650_c1BY9"; without extension.
[[nodiscard]] std::optional<NameFacts> arriClipName(std::string_view stem);
// "A901R1AA", "A_0001_1BY9".
[[nodiscard]] bool isArriReelName(std::string_view name);
// "D001C005_210716AG".
[[nodiscard]] std::optional<NameFacts> sonyClipName(std::string_view stem);

// "A001_01241607_C009", also with what a trim adds behind it. The date has no year, so there is none.
[[nodiscard]] std::optional<NameFacts> blackmagicClipName(std::string_view stem);

// Does the whole text have this shape? In it 'A' is any letter, '0' any digit, 'X' a letter or a digit, all else
// itself. Letters of the text match whatever their case.
[[nodiscard]] bool fitsShape(std::string_view text, std::string_view shape);

// "A106_C037_0118G5" at the end of what stands before a segment's number: "A106", "A". Copies are often renamed in
// front of it, and the newest cameras write another letter in the second place.
[[nodiscard]] std::optional<NameFacts> redClipName(std::string_view name);

struct CanonName {
  NameFacts facts;
  std::string base;  // without the segment's number and "_Proxy", as written
  int segment = 0;   // 0: the name has no number
  bool proxy = false;
};
// "A001C001_180306AB_CANON", "..._CANON_002", "..._CANON_Proxy".
[[nodiscard]] std::optional<CanonName> canonClipName(std::string_view stem);

struct SonySideFile {
  std::string base;
  char kind = 0;  // M metadata, T thumbnail, S proxy, R real-time metadata
};
// "C0001M01.XML" -> {"C0001", 'M'}.
[[nodiscard]] std::optional<SonySideFile> sonySideFile(std::string_view name);

struct FrameName {
  std::string prefix;
  int digits = 0;
  std::int64_t number = 0;
};
// Last run of digits before the extension: "A001.0086400.dpx". nullopt if the stem does not end in digits.
[[nodiscard]] std::optional<FrameName> frameName(std::string_view name);

}  // namespace rollproof::camera
