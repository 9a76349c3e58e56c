// SPDX-License-Identifier: Apache-2.0
// One entry of a station's log: something that happened or was said, bound by its hash to all that the station wrote
// before it.
// Threads: a plain value.
#pragma once

#include <cstdint>
#include <string>

namespace rollproof::model {

struct Event {
  std::string writer;  // id of the station
  std::int64_t seq = 0;
  std::string id;        // UUIDv7
  std::int64_t hlc = 0;  // milliseconds since 1970 << 16 | counter, by the writer's clock
  std::string kind;
  std::int64_t kindVersion = 1;
  std::string body;               // JSON, keys sorted, no blanks
  std::string hash;               // 32 bytes
  std::int64_t projectedHlc = 0;  // by which it counts against others': hlc, held back when that lies in the future
  bool operator==(const Event&) const = default;
};

}  // namespace rollproof::model
