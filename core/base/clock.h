// SPDX-License-Identifier: Apache-2.0
// Time as a seam, so tests can turn it.
// Threads: implementations are safe to call from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace rollproof {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

[[nodiscard]] const Clock& systemClock();

using WallTime = std::chrono::system_clock::time_point;
[[nodiscard]] std::string isoUtc(WallTime time);           // 2026-05-02T14:35:00Z
[[nodiscard]] std::string isoLocal(WallTime time);         // 2026-05-02T16:35:00+02:00
[[nodiscard]] std::string localDate(WallTime time);        // 2026-05-02
[[nodiscard]] std::string localHourMinute(WallTime time);  // 14:35
[[nodiscard]] std::int64_t unixMillis(WallTime time);
[[nodiscard]] WallTime fromUnixNanos(std::int64_t nanos);

}  // namespace rollproof
