// SPDX-License-Identifier: Apache-2.0
// Timecode and frame rates without floating point (SMPTE ST 12-1: a timecode counts frames; its text is derived).
// Threads: plain values. Errors: parse functions give nullopt on malformed text.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollproof {

struct Rational {
  std::int64_t num = 0;
  std::int64_t den = 1;
  [[nodiscard]] double approximate() const { return den ? static_cast<double>(num) / static_cast<double>(den) : 0.0; }
  bool operator==(const Rational&) const = default;
};

// Frames per second. 24000/1001, never 23.976.
struct FrameRate {
  std::int32_t num = 0;
  std::int32_t den = 1;
  [[nodiscard]] bool valid() const { return num > 0 && den > 0; }
  [[nodiscard]] int nominal() const { return valid() ? (num + den / 2) / den : 0; }  // 24000/1001 -> 24
  [[nodiscard]] double approximate() const { return den ? static_cast<double>(num) / den : 0.0; }
  [[nodiscard]] std::string text() const;  // "24000/1001", "25/1"
  bool operator==(const FrameRate&) const = default;
  // Reduced; 23.976..., 23.98, 29.97, 47.95, 59.94, 119.88 snap to the /1001 rates.
  static FrameRate fromRational(std::int64_t num, std::int64_t den);
  static FrameRate fromDouble(double framesPerSecond);
  static std::optional<FrameRate> parse(std::string_view text);  // "24000/1001", "23.976", "25"
};

// A moment on a 24-hour timecode clock. frames counts real frames since 00:00:00:00.
struct Timecode {
  std::int64_t frames = 0;
  FrameRate rate;
  bool dropFrame = false;

  [[nodiscard]] std::string text() const;             // HH:MM:SS:FF, or HH:MM:SS;FF when drop-frame; wraps at 24 h
  [[nodiscard]] Timecode plus(std::int64_t n) const;  // not wrapped
  bool operator==(const Timecode&) const = default;
  // ';' or ',' or '.' before FF means drop-frame (only honoured at 30000/1001 and 60000/1001).
  static std::optional<Timecode> parse(std::string_view text, FrameRate rate);
  static Timecode fromFields(int hours, int minutes, int seconds, int frames, FrameRate rate, bool dropFrame);
  // Audio: samples since midnight at sampleRate counted in real time; frames = samples * rate / sampleRate.
  static Timecode fromSamples(std::uint64_t samples, std::uint32_t sampleRate, FrameRate rate, bool dropFrame);
};

}  // namespace rollproof
