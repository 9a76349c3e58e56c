// SPDX-License-Identifier: Apache-2.0
#include "core/base/timecode.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace rollproof {

namespace {

// Drop-frame counting exists for the 30- and 60-frame NTSC rates only (SMPTE ST 12-1, section 5.2.2).
bool takesDropFrame(FrameRate rate) { return rate.den == 1001 && (rate.num == 30000 || rate.num == 60000); }

std::optional<double> parseNumber(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string FrameRate::text() const { return fmt::format("{}/{}", num, den); }

FrameRate FrameRate::fromRational(std::int64_t num, std::int64_t den) {
  if (num <= 0 || den <= 0) return {};
  const std::int64_t divisor = std::gcd(num, den);
  num /= divisor;
  den /= divisor;
  if (den == 1 || den == 1001) {
    if (num > std::numeric_limits<std::int32_t>::max()) return {};
    return {static_cast<std::int32_t>(num), static_cast<std::int32_t>(den)};
  }
  return fromDouble(static_cast<double>(num) / static_cast<double>(den));
}

FrameRate FrameRate::fromDouble(double framesPerSecond) {
  if (!(framesPerSecond > 0) || framesPerSecond > 1e6) return {};
  const double whole = std::round(framesPerSecond);
  // Half a thousandth separates 24 from 23.976 with room for cameras that write 23.98.
  if (std::abs(framesPerSecond - whole) < 0.004) return {static_cast<std::int32_t>(whole), 1};
  const double ntsc = std::ceil(framesPerSecond);
  if (std::abs(framesPerSecond - ntsc * 1000.0 / 1001.0) < 0.012 * ntsc / 30.0 + 0.004)
    return {static_cast<std::int32_t>(ntsc) * 1000, 1001};
  const auto thousandths = static_cast<std::int64_t>(std::llround(framesPerSecond * 1000.0));
  const std::int64_t divisor = std::gcd(thousandths, std::int64_t{1000});
  return {static_cast<std::int32_t>(thousandths / divisor), static_cast<std::int32_t>(1000 / divisor)};
}

std::optional<FrameRate> FrameRate::parse(std::string_view text) {
  const auto slash = text.find('/');
  FrameRate rate;
  if (slash == std::string_view::npos) {
    const auto value = parseNumber(text);
    if (!value) return std::nullopt;
    rate = fromDouble(*value);
  } else {
    std::int64_t num = 0, den = 0;
    const auto top = text.substr(0, slash), bottom = text.substr(slash + 1);
    const auto a = std::from_chars(top.data(), top.data() + top.size(), num);
    const auto b = std::from_chars(bottom.data(), bottom.data() + bottom.size(), den);
    if (a.ec != std::errc{} || b.ec != std::errc{} || a.ptr != top.data() + top.size() ||
        b.ptr != bottom.data() + bottom.size())
      return std::nullopt;
    rate = fromRational(num, den);
  }
  if (!rate.valid()) return std::nullopt;
  return rate;
}

std::string Timecode::text() const {
  const std::int64_t nominal = rate.nominal();
  if (nominal <= 0) return "00:00:00:00";
  const bool drop = dropFrame && takesDropFrame(rate);
  std::int64_t count = frames;
  if (drop) {
    // Two (or four) numbers are skipped each minute but every tenth.
    const std::int64_t skipped = nominal / 15;
    const std::int64_t perMinute = nominal * 60 - skipped;
    const std::int64_t perTen = perMinute * 10 + skipped;
    const std::int64_t perDay = perTen * 6 * 24;
    count = ((count % perDay) + perDay) % perDay;
    const std::int64_t tens = count / perTen;
    const std::int64_t rest = count % perTen;
    count += skipped * 9 * tens;
    if (rest >= nominal * 60) count += skipped * (1 + (rest - nominal * 60) / perMinute);
  } else {
    const std::int64_t perDay = nominal * 86400;
    count = ((count % perDay) + perDay) % perDay;
  }
  const std::int64_t seconds = count / nominal;
  const int digits = nominal > 100 ? 3 : 2;
  return fmt::format("{:02}:{:02}:{:02}{}{:0{}}", seconds / 3600, seconds / 60 % 60, seconds % 60, drop ? ';' : ':',
                     count % nominal, digits);
}

Timecode Timecode::plus(std::int64_t n) const {
  Timecode moved = *this;
  moved.frames += n;
  return moved;
}

std::optional<Timecode> Timecode::parse(std::string_view text, FrameRate rate) {
  if (!rate.valid()) return std::nullopt;
  std::array<int, 4> field{};
  char last = ':';
  std::size_t at = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char* begin = text.data() + at;
    const char* limit = text.data() + text.size();
    const auto [end, error] = std::from_chars(begin, limit, field[i]);
    if (error != std::errc{} || field[i] < 0 || end - begin > 3 || *begin == '-') return std::nullopt;
    at += static_cast<std::size_t>(end - begin);
    if (i == 3) break;
    if (at >= text.size()) return std::nullopt;
    last = text[at++];
    if (last != ':' && (i < 2 || (last != ';' && last != ',' && last != '.'))) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  if (field[0] > 23 || field[1] > 59 || field[2] > 59 || field[3] >= rate.nominal()) return std::nullopt;
  return fromFields(field[0], field[1], field[2], field[3], rate, last != ':');
}

Timecode Timecode::fromFields(int hours, int minutes, int seconds, int frames, FrameRate rate, bool dropFrame) {
  const std::int64_t nominal = rate.nominal();
  const bool drop = dropFrame && takesDropFrame(rate);
  const std::int64_t minute = std::int64_t{hours} * 60 + minutes;
  std::int64_t count = (minute * 60 + seconds) * nominal + frames;
  if (drop) count -= nominal / 15 * (minute - minute / 10);
  return {count, rate, drop};
}

Timecode Timecode::fromSamples(std::uint64_t samples, std::uint32_t sampleRate, FrameRate rate, bool dropFrame) {
  if (sampleRate == 0 || !rate.valid()) return {0, rate, false};
  // 128 bits: samples of a day at 192 kHz times 120000 does not fit in 64.
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(samples) * static_cast<std::uint32_t>(rate.num);
  const Wide divisor = static_cast<Wide>(sampleRate) * static_cast<std::uint32_t>(rate.den);
  return {static_cast<std::int64_t>(product / divisor), rate, dropFrame && takesDropFrame(rate)};
}

}  // namespace rollproof
