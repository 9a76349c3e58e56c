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
#include <string>

#include "core/base/clock.h"
#include "core/catalog/database.h"

namespace rollproof::catalog {

struct Event {
  std::int64_t seq = 0;
  std::string id;
  std::int64_t hlc = 0;
  std::string kind;
  std::int64_t kindVersion = 1;
  std::string body;  // JSON, keys sorted, no blanks
  std::string hash;  // 32 bytes
};

// The station's id, made on the first call. Needs a write transaction when it is not there yet.
[[nodiscard]] Result<std::string> ensureStation(Database& database, const Clock& clock);
[[nodiscard]] Result<Event> appendEvent(Database& database, const Clock& clock, const std::string& kind,
                                        const std::string& body);
// In order; stops at the first failure of `visit`.
[[nodiscard]] Status eachEvent(Database& database, const std::function<Status(const Event&)>& visit);

// A new id for anything: random, in the order of its time. Errc::failed without randomness.
[[nodiscard]] Result<std::string> uuidV7(std::uint64_t unixMilliseconds);
[[nodiscard]] std::string firstLink(const std::string& stationId);
[[nodiscard]] std::string linkHash(const std::string& previousHash, const Event& event);
[[nodiscard]] std::string hex(const std::string& bytes);

}  // namespace rollproof::catalog
