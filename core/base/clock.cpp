// SPDX-License-Identifier: Apache-2.0
#include "core/base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace rollproof {

namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }
};

std::tm broken(WallTime time, bool local) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm fields{};
  if (local)
    localtime_r(&seconds, &fields);
  else
    gmtime_r(&seconds, &fields);
  return fields;
}

std::string dateAndTime(const std::tm& t) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec);
}

}  // namespace

const Clock& systemClock() {
  static const SystemClock clock;
  return clock;
}

std::string isoUtc(WallTime time) { return dateAndTime(broken(time, false)) + "Z"; }

std::string isoLocal(WallTime time) {
  const std::tm t = broken(time, true);
  const long minutes = t.tm_gmtoff / 60;
  const long magnitude = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{}{:02}:{:02}", dateAndTime(t), minutes < 0 ? '-' : '+', magnitude / 60, magnitude % 60);
}

std::string localDate(WallTime time) { return dateAndTime(broken(time, true)).substr(0, 10); }
std::string localHourMinute(WallTime time) { return dateAndTime(broken(time, true)).substr(11, 5); }

std::int64_t unixMillis(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

WallTime fromUnixNanos(std::int64_t nanos) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(nanos)));
}

}  // namespace rollproof
