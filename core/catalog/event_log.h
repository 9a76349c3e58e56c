// SPDX-License-Identifier: Apache-2.0
// The append-only log: what happened, in order, each event bound to all before it.
//
// hash_n = SHA-256( hash_{n-1} (32 bytes) | seq (8 bytes, big-endian) | len(id) id | hlc (8 bytes) | len(kind) kind |
//                   kind_version (8 bytes) | len(body) body ), len = 8 bytes, big-endian, counting bytes.
// hash_0 = SHA-256( len("rollproof event log 1") "rollproof event log 1" | len(station id) station id ).
// The lengths make the encoding unambiguous: no two different events give the same bytes.
// hlc = milliseconds since 1970 (48 bits) << 16 | counter; it only grows, whatever the machine's clock does.
// Threads: as Database. append() runs inside the caller's write transaction.
// Source: Kulkarni et al., Logical Physical Clocks (2014); RFC 9562 (UUIDv7); FIPS 180-4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/catalog/database.h"
#include "core/catalog/log.h"

namespace rollproof::catalog {

using model::Event;

// An event and its place in the order in which all stations' events came to be known here.
struct Placed {
  Event event;
  std::int64_t position = 0;
};

// The station's id, made on the first call. Needs a write transaction when it is not there yet.
[[nodiscard]] Result<std::string> ensureStation(Database& database, const Clock& clock);
[[nodiscard]] Result<Placed> appendEvent(Database& database, const Clock& clock, const std::string& kind,
                                         const std::string& body);
// The station's own chain, in order; stops at the first failure of `visit`.
[[nodiscard]] Status eachEvent(Database& database, const std::function<Status(const Event&)>& visit);
// Events of all stations in the order in which they came to be known here.
[[nodiscard]] Status eachPlaced(Database& database, const std::function<Status(const Placed&)>& visit);
[[nodiscard]] Result<std::optional<Placed>> placedAt(Database& database, std::int64_t position);
// "" = the chain is empty and has no station yet.
[[nodiscard]] Result<std::string> storedStation(Database& database);
// Its place is the next one. REQUIRES a write transaction.
[[nodiscard]] Result<std::int64_t> givePlace(Database& database, const std::string& writer, std::int64_t seq);

// A new id for anything: random, in the order of its time. Errc::failed without randomness.
[[nodiscard]] Result<std::string> uuidV7(std::uint64_t unixMilliseconds);
}  // namespace rollproof::catalog
