// SPDX-License-Identifier: Apache-2.0
// The logs themselves, for carrying one's own to the studio and taking in those of other stations. Everything else goes
// through Catalog; both may be open on one file.
// A log is a chain: an event that does not follow from the one before it is not taken in, whoever brings it.
// Threads: a Log belongs to one thread at a time.
// Errors: as Catalog; Errc::conflict where two histories claim the same place, or where events are missing between.
// Source: Kulkarni et al., Logical Physical Clocks (2014).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/model/event.h"

namespace rollproof::catalog {

struct LogHead {
  std::string station;
  std::int64_t seq = 0;
  std::string hash;  // 32 bytes; of the chain's first link while seq is 0
};

// A roll that another station calls like one of here though they have nothing in common; it is kept out of the tables.
struct RollConflict {
  std::string station, project, day, roll;
};

struct Taken {
  std::int64_t added = 0, known = 0;
};

class Log {
 public:
  // Creates or migrates as Catalog::open.
  [[nodiscard]] static Result<std::unique_ptr<Log>> open(const std::string& path, const Clock& clock = systemClock());
  virtual ~Log() = default;

  // Makes the station's id if there is none yet.
  [[nodiscard]] virtual Result<LogHead> head() = 0;
  // Of the own chain; seq 0 = its first link. Errc::notFound beyond its head.
  [[nodiscard]] virtual Result<std::string> hashAt(std::int64_t seq) = 0;
  // Own events after `after`, in order: at most `count` and, but for the first, at most `bytes` of bodies.
  [[nodiscard]] virtual Result<std::vector<model::Event>> read(std::int64_t after, std::size_t count,
                                                               std::size_t bytes) = 0;
  // Heads of the other stations' chains as they are here.
  [[nodiscard]] virtual Result<std::map<std::string, LogHead>> others() = 0;

  // Events of other stations, each station's in its order. Those already here are compared and left. All or none.
  [[nodiscard]] virtual Result<Taken> take(const std::vector<model::Event>& events) = 0;
  // Own events that were lost here, as after going back to an old copy of the catalog; they must follow from the head.
  [[nodiscard]] virtual Result<Taken> recover(const std::vector<model::Event>& events) = 0;
  // Which events count as of an earlier time than they say, by station and number. Gives whether anything changed.
  [[nodiscard]] virtual Result<bool> holdBack(
      const std::map<std::pair<std::string, std::int64_t>, std::int64_t>& projectedHlc) = 0;

  // From now on this catalog writes under a new id. Its chain so far becomes another station's; what lies after
  // `common` (the last event that the studio has of it too) is written anew under the new id, at its own time, so that
  // nothing is lost and no two tails are merged. Gives the new head.
  [[nodiscard]] virtual Result<LogHead> continueAsNewStation(std::int64_t common, const std::string& why) = 0;

  [[nodiscard]] virtual Result<std::vector<RollConflict>> rollConflicts() = 0;
};

// What the chain of a station begins with.
[[nodiscard]] std::string firstLink(const std::string& stationId);
[[nodiscard]] std::string linkHash(const std::string& previousHash, const model::Event& event);
[[nodiscard]] std::string hex(const std::string& bytes);

}  // namespace rollproof::catalog
