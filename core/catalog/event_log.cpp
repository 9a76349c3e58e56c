// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/event_log.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace rollproof::catalog {

namespace {

class Sha256 {
 public:
  Sha256() : m_context(EVP_MD_CTX_new()) {
    m_good = m_context && EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) == 1;
  }
  void add(std::string_view bytes) {
    m_good = m_good && EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1;
  }
  void addNumber(std::uint64_t value) {
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>((value >> (56 - 8 * i)) & 0xff);
    add({bytes.data(), bytes.size()});
  }
  void addCounted(std::string_view bytes) {
    addNumber(bytes.size());
    add(bytes);
  }
  // "" if the library failed; the table's length check then refuses it.
  std::string finish() {
    std::string digest(32, '\0');
    unsigned int size = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    m_good = m_good && EVP_DigestFinal_ex(m_context.get(), out, &size) == 1 && size == 32;
    return m_good ? digest : std::string();
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> m_context;
  bool m_good = false;
};

std::uint64_t millis(const Clock& clock) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(unixMillis(clock.now()), 0, (std::int64_t{1} << 47) - 1));
}

}  // namespace

Result<std::string> storedStation(Database& database) {
  std::string id;
  auto status = database.each("SELECT id FROM station", [&](Statement& row) { id = row.bytes(0); });
  if (!status) return tl::unexpected<Error>(status.error());
  return id;
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string firstLink(const std::string& stationId) {
  Sha256 sha;
  sha.addCounted("rollproof event log 1");
  sha.addCounted(stationId);
  return sha.finish();
}

std::string linkHash(const std::string& previousHash, const Event& event) {
  Sha256 sha;
  sha.add(previousHash);
  sha.addNumber(static_cast<std::uint64_t>(event.seq));
  sha.addCounted(event.id);
  sha.addNumber(static_cast<std::uint64_t>(event.hlc));
  sha.addCounted(event.kind);
  sha.addNumber(static_cast<std::uint64_t>(event.kindVersion));
  sha.addCounted(event.body);
  return sha.finish();
}

Result<std::string> uuidV7(std::uint64_t unixMilliseconds) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(Errc::failed, "the system gave no random numbers");
  }
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>((unixMilliseconds >> (40 - 8 * i)) & 0xff);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

Result<std::string> ensureStation(Database& database, const Clock& clock) {
  auto id = storedStation(database);
  if (!id || !id->empty()) return id;
  auto made = uuidV7(millis(clock));
  if (!made) return made;
  if (auto status = database.run("INSERT INTO station(slot, id) VALUES(1, ?) ON CONFLICT DO NOTHING", *made); !status) {
    return tl::unexpected<Error>(status.error());
  }
  return storedStation(database);
}

Result<std::int64_t> givePlace(Database& database, const std::string& writer, std::int64_t seq) {
  auto place = database.integer("SELECT max(position) + 1 FROM log_order", 1);
  if (!place) return place;
  auto status = database.run("INSERT INTO log_order(position, writer, seq) VALUES(?, ?, ?)", *place, writer, seq);
  if (!status) return tl::unexpected<Error>(status.error());
  return place;
}

Result<Placed> appendEvent(Database& database, const Clock& clock, const std::string& kind, const std::string& body) {
  auto station = ensureStation(database, clock);
  if (!station) return tl::unexpected<Error>(station.error());
  Event last;
  auto status = database.each("SELECT seq, hlc, hash FROM event ORDER BY seq DESC LIMIT 1", [&](Statement& row) {
    last.seq = row.integer(0);
    last.hlc = row.integer(1);
    last.hash = row.bytes(2);
  });
  if (!status) return tl::unexpected<Error>(status.error());
  if (last.seq == 0) last.hash = firstLink(*station);
  // What is written after something was read counts as later, whatever the two clocks say.
  auto seen = database.integer("SELECT max(projected_hlc) FROM foreign_event", 0);
  if (!seen) return tl::unexpected<Error>(seen.error());
  const std::uint64_t now = millis(clock);
  auto id = uuidV7(now);
  if (!id) return tl::unexpected<Error>(id.error());
  Placed placed;
  Event& event = placed.event;
  event.writer = *station;
  event.seq = last.seq + 1;
  event.id = *id;
  event.hlc = std::max({static_cast<std::int64_t>(now << 16), last.hlc + 1, *seen + 1});
  event.projectedHlc = event.hlc;
  event.kind = kind;
  event.body = body;
  event.hash = linkHash(last.hash, event);
  status = database.run("INSERT INTO event(seq, id, hlc, kind, kind_version, body, hash) VALUES(?, ?, ?, ?, ?, ?, ?)",
                        event.seq, event.id, event.hlc, event.kind, event.kindVersion, event.body, Blob{event.hash});
  if (!status) return tl::unexpected<Error>(status.error());
  auto place = givePlace(database, event.writer, event.seq);
  if (!place) return tl::unexpected<Error>(place.error());
  placed.position = *place;
  return placed;
}

Status eachEvent(Database& database, const std::function<Status(const Event&)>& visit) {
  auto station = storedStation(database);
  if (!station) return tl::unexpected<Error>(station.error());
  return database.each(
      "SELECT e.seq, e.id, e.hlc, e.kind, e.kind_version, e.body, e.hash, coalesce(h.projected_hlc, e.hlc) FROM event "
      "e LEFT JOIN held_back h ON h.seq = e.seq ORDER BY e.seq",
      [&](Statement& row) {
        return visit({*station, row.integer(0), row.bytes(1), row.integer(2), row.bytes(3), row.integer(4),
                      row.bytes(5), row.bytes(6), row.integer(7)});
      });
}

namespace {

constexpr const char* kPlaced =
    "SELECT o.position, o.writer, o.seq, coalesce(f.id, e.id), coalesce(f.hlc, e.hlc), coalesce(f.kind, e.kind), "
    "coalesce(f.kind_version, e.kind_version), coalesce(f.body, e.body), coalesce(f.hash, e.hash), "
    "coalesce(f.projected_hlc, h.projected_hlc, e.hlc) FROM log_order o LEFT JOIN foreign_event f ON f.writer = "
    "o.writer AND f.seq = o.seq LEFT JOIN event e ON o.writer = (SELECT id FROM station) AND e.seq = o.seq LEFT JOIN "
    "held_back h ON e.seq IS NOT NULL AND h.seq = e.seq ";

Placed placedFrom(Statement& row) {
  return {{row.bytes(1), row.integer(2), row.bytes(3), row.integer(4), row.bytes(5), row.integer(6), row.bytes(7),
           row.bytes(8), row.integer(9)},
          row.integer(0)};
}

}  // namespace

Status eachPlaced(Database& database, const std::function<Status(const Placed&)>& visit) {
  return database.each(std::string(kPlaced) + "ORDER BY o.position",
                       [&](Statement& row) { return visit(placedFrom(row)); });
}

Result<std::optional<Placed>> placedAt(Database& database, std::int64_t position) {
  std::optional<Placed> found;
  auto status = database.each(
      std::string(kPlaced) + "WHERE o.position = ?", [&](Statement& row) { found = placedFrom(row); }, position);
  if (!status) return tl::unexpected<Error>(status.error());
  return found;
}

}  // namespace rollproof::catalog
