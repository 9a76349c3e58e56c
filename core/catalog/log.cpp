// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/log.h"

#include <fmt/format.h>

#include <exception>
#include <optional>

#include "core/base/path.h"
#include "core/catalog/event_body.h"
#include "core/catalog/event_log.h"
#include "core/catalog/projections.h"
#include "core/catalog/schema.h"

namespace rollproof::catalog {

namespace {

tl::unexpected<Error> pass(const Error& error) { return tl::unexpected<Error>(error); }

// What the tables keep as they are while a chain changes hands.
struct Trigger {
  std::string name, sql;
};

class SqliteLog final : public Log {
 public:
  SqliteLog(std::unique_ptr<Database> database, const Clock& clock) : m_database(std::move(database)), m_clock(clock) {}

  Result<LogHead> head() override {
    auto station = storedStation(*m_database);
    if (station && station->empty()) {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      station = ensureStation(*m_database, m_clock);
      if (!station) return pass(station.error());
      if (auto status = transaction->commit(); !status) return pass(status.error());
    }
    if (!station) return pass(station.error());
    return headOf(*station);
  }

  Result<std::string> hashAt(std::int64_t seq) override {
    if (seq == 0) {
      auto station = storedStation(*m_database);
      if (!station) return station;
      return firstLink(*station);
    }
    auto hash = m_database->text("SELECT hash FROM event WHERE seq = ?", seq);
    if (hash && hash->empty()) return fail(Errc::notFound, "the station's log does not reach that far");
    return hash;
  }

  Result<std::vector<Event>> read(std::int64_t after, std::size_t count, std::size_t bytes) override {
    auto station = storedStation(*m_database);
    if (!station) return pass(station.error());
    auto rows = m_database->prepare(
        "SELECT seq, id, hlc, kind, kind_version, body, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?");
    if (!rows) return pass(rows.error());
    rows->start(after, count);
    std::vector<Event> all;
    std::size_t taken = 0;
    while (true) {
      auto more = rows->step();
      if (!more) return pass(more.error());
      if (!*more) return all;
      Event event{*station,         rows->integer(0), rows->bytes(1), rows->integer(2), rows->bytes(3),
                  rows->integer(4), rows->bytes(5),   rows->bytes(6), rows->integer(2)};
      taken += event.body.size();
      if (!all.empty() && taken > bytes) return all;
      all.push_back(std::move(event));
    }
  }

  Result<std::map<std::string, LogHead>> others() override {
    std::map<std::string, LogHead> all;
    auto status = m_database->each(
        "SELECT writer, seq, hash FROM foreign_event f WHERE seq = (SELECT max(seq) FROM foreign_event WHERE writer = "
        "f.writer)",
        [&](Statement& row) {
          all[row.bytes(0)] = {row.bytes(0), row.integer(1), row.bytes(2)};
        });
    if (!status) return pass(status.error());
    return all;
  }

  Result<Taken> take(const std::vector<Event>& events) override {
    return guarded([&]() -> Result<Taken> {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto station = ensureStation(*m_database, m_clock);
      if (!station) return pass(station.error());
      std::map<std::string, LogHead> heads;
      Taken taken;
      for (const Event& event : events) {
        auto added = event.writer == *station ? knownOwn(event) : takeOne(event, heads);
        if (!added) return pass(added.error());
        ++(*added ? taken.added : taken.known);
      }
      if (auto status = transaction->commit(); !status) return pass(status.error());
      return taken;
    });
  }

  Result<Taken> recover(const std::vector<Event>& events) override {
    return guarded([&]() -> Result<Taken> {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto station = storedStation(*m_database);
      if (!station) return pass(station.error());
      auto last = headOf(*station);
      if (!last) return pass(last.error());
      Taken taken;
      for (const Event& event : events) {
        if (event.writer != *station || event.seq != last->seq + 1 || linkHash(last->hash, event) != event.hash)
          return fail(Errc::conflict, fmt::format("event {} does not follow from this catalog's log", event.seq));
        auto status = m_database->run(
            "INSERT INTO event(seq, id, hlc, kind, kind_version, body, hash) VALUES(?, ?, ?, ?, ?, ?, ?)", event.seq,
            event.id, event.hlc, event.kind, event.kindVersion, event.body, Blob{event.hash});
        if (status && event.projectedHlc != event.hlc)
          status =
              m_database->run("INSERT INTO held_back(seq, projected_hlc) VALUES(?, ?)", event.seq, event.projectedHlc);
        if (status) status = place(event);
        if (!status) return pass(status.error());
        last->seq = event.seq;
        last->hash = event.hash;
        ++taken.added;
      }
      if (auto status = transaction->commit(); !status) return pass(status.error());
      return taken;
    });
  }

  Result<bool> holdBack(const std::map<std::pair<std::string, std::int64_t>, std::int64_t>& projectedHlc) override {
    return guarded([&]() -> Result<bool> {
      if (projectedHlc.empty()) return false;
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto station = storedStation(*m_database);
      if (!station) return pass(station.error());
      bool changed = false;
      for (const auto& [which, hlc] : projectedHlc) {
        const auto& [writer, seq] = which;
        const bool own = writer == *station;
        auto status =
            own ? m_database->run(
                      "INSERT INTO held_back(seq, projected_hlc) SELECT seq, ?2 FROM event WHERE seq = ?1 AND hlc > ?2 "
                      "ON CONFLICT(seq) DO UPDATE SET projected_hlc = excluded.projected_hlc WHERE projected_hlc <> "
                      "excluded.projected_hlc",
                      seq, hlc)
                : m_database->run(
                      "UPDATE foreign_event SET projected_hlc = ?3 WHERE writer = ?1 AND seq = ?2 AND projected_hlc <> "
                      "?3 AND hlc >= ?3",
                      writer, seq, hlc);
        if (!status) return pass(status.error());
        changed = changed || sqlite3_changes(m_database->handle()) > 0;
      }
      if (changed)
        if (auto status = replay(*m_database, *m_database); !status) return pass(status.error());
      if (auto status = transaction->commit(); !status) return pass(status.error());
      return changed;
    });
  }

  Result<LogHead> continueAsNewStation(std::int64_t common, const std::string& why) override {
    return guarded([&]() -> Result<LogHead> {
      auto transaction = Transaction::begin(*m_database, TransactionKind::write);
      if (!transaction) return pass(transaction.error());
      auto old = storedStation(*m_database);
      if (!old) return pass(old.error());
      std::vector<Event> tail;
      auto status = eachEvent(*m_database, [&](const Event& event) -> Status {
        if (event.seq > common) tail.push_back(event);
        return {};
      });
      if (status) status = handOver(*old, common);
      if (!status) return pass(status.error());
      auto station = ensureStation(*m_database, m_clock);
      if (!station) return pass(station.error());
      for (const Event& event : tail)
        if (auto written = writeAgain(*station, event); !written) return pass(written.error());
      auto body = canonicalText({{"about", toJson(model::RollKey{})},
                                 {"fact",
                                  {{"from", *old},
                                   {"common", common},
                                   {"written_again", static_cast<std::int64_t>(tail.size())},
                                   {"why", asText(why)}}}});
      if (!body) return pass(body.error());
      auto noted = appendEvent(*m_database, m_clock, kind::kStationContinued, *body);
      if (!noted) return pass(noted.error());
      status = replay(*m_database, *m_database);
      // Rows may have other numbers now; a picture under the wrong clip would be worse than none.
      if (status && !tail.empty()) status = m_database->execute("DELETE FROM thumbnail");
      if (status) status = transaction->commit();
      if (!status) return pass(status.error());
      return headOf(*station);
    });
  }

  Result<std::vector<RollConflict>> rollConflicts() override {
    std::vector<RollConflict> all;
    auto status =
        m_database->each("SELECT writer, project, day, name FROM roll_conflict ORDER BY project, day, name, writer",
                         [&](Statement& row) {
                           all.push_back({row.bytes(0), row.bytes(1), row.bytes(2), row.bytes(3)});
                         });
    if (!status) return pass(status.error());
    return all;
  }

 private:
  template <class F>
  auto guarded(F&& function) -> decltype(function()) {
    try {
      return function();
    } catch (const std::exception& error) {
      return fail(Errc::failed, fmt::format("the log cannot be written: {}", error.what()), m_database->path());
    }
  }

  Result<LogHead> headOf(const std::string& station) {
    LogHead head{station, 0, firstLink(station)};
    auto status = m_database->each("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1", [&](Statement& row) {
      head.seq = row.integer(0);
      head.hash = row.bytes(1);
    });
    if (!status) return pass(status.error());
    return head;
  }

  Result<LogHead> otherHead(const std::string& writer) {
    LogHead head{writer, 0, firstLink(writer)};
    auto status = m_database->each(
        "SELECT seq, hash FROM foreign_event WHERE writer = ? ORDER BY seq DESC LIMIT 1",
        [&](Statement& row) {
          head.seq = row.integer(0);
          head.hash = row.bytes(1);
        },
        writer);
    if (!status) return pass(status.error());
    return head;
  }

  // Own events come back with everyone's; that they are the same is worth knowing.
  Result<bool> knownOwn(const Event& event) {
    auto hash = hashAt(event.seq);
    if (!hash && hash.error().code != Errc::notFound) return pass(hash.error());
    if (hash && *hash == event.hash) return false;
    return fail(Errc::conflict, fmt::format("the studio has another event {} of this station", event.seq));
  }

  Result<bool> takeOne(const Event& event, std::map<std::string, LogHead>& heads) {
    auto found = heads.find(event.writer);
    if (found == heads.end()) {
      auto read = otherHead(event.writer);
      if (!read) return pass(read.error());
      found = heads.emplace(event.writer, std::move(*read)).first;
    }
    LogHead& last = found->second;
    if (event.seq <= last.seq) {
      auto hash =
          m_database->text("SELECT hash FROM foreign_event WHERE writer = ? AND seq = ?", event.writer, event.seq);
      if (!hash) return pass(hash.error());
      if (*hash == event.hash) return false;
      return fail(Errc::conflict, fmt::format("station {} has two histories: event {} came before with other content",
                                              event.writer, event.seq));
    }
    if (event.seq != last.seq + 1)
      return fail(Errc::conflict,
                  fmt::format("events {} to {} of station {} are missing", last.seq + 1, event.seq - 1, event.writer));
    if (linkHash(last.hash, event) != event.hash)
      return fail(Errc::conflict, fmt::format("event {} of station {} was changed on its way: its hash does not fit",
                                              event.seq, event.writer));
    auto status = m_database->run(
        "INSERT INTO foreign_event(writer, seq, id, hlc, projected_hlc, kind, kind_version, body, hash) VALUES(?, ?, "
        "?, ?, ?, ?, ?, ?, ?)",
        event.writer, event.seq, event.id, event.hlc, event.projectedHlc, event.kind, event.kindVersion, event.body,
        Blob{event.hash});
    if (status) status = place(event);
    if (!status) return pass(status.error());
    last.seq = event.seq;
    last.hash = event.hash;
    return true;
  }

  Status place(const Event& event) {
    auto position = givePlace(*m_database, event.writer, event.seq);
    if (!position) return pass(position.error());
    const Placed placed{event, *position};
    auto station = storedStation(*m_database);
    if (!station) return pass(station.error());
    return event.writer == *station ? applyEvent(*m_database, placed, *m_database)
                                    : applyOthersEvent(*m_database, placed, *m_database);
  }

  // The own chain up to `common` becomes that of station `old`; this catalog has neither chain nor id then. REQUIRES a
  // write transaction.
  Status handOver(const std::string& old, std::int64_t common) {
    std::vector<Trigger> triggers;
    auto status = m_database->each(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('event', 'foreign_event')",
        [&](Statement& row) {
          triggers.push_back({row.bytes(0), row.bytes(1)});
        });
    for (const Trigger& trigger : triggers)
      if (status) status = m_database->execute("DROP TRIGGER " + trigger.name);
    if (status)
      status = m_database->run(
          "INSERT INTO foreign_event(writer, seq, id, hlc, projected_hlc, kind, kind_version, body, hash) SELECT ?, "
          "e.seq, e.id, e.hlc, coalesce(h.projected_hlc, e.hlc), e.kind, e.kind_version, e.body, e.hash FROM event e "
          "LEFT JOIN held_back h ON h.seq = e.seq WHERE e.seq <= ? ORDER BY e.seq",
          old, common);
    if (status) status = m_database->run("DELETE FROM log_order WHERE writer = ? AND seq > ?", old, common);
    for (const char* table : {"event", "held_back", "station"})
      if (status) status = m_database->execute(fmt::format("DELETE FROM {}", table));
    for (const Trigger& trigger : triggers)
      if (status) status = m_database->execute(trigger.sql);
    return status;
  }

  // REQUIRES a write transaction.
  Status writeAgain(const std::string& station, const Event& event) {
    auto last = headOf(station);
    if (!last) return pass(last.error());
    auto id = uuidV7(static_cast<std::uint64_t>(event.hlc >> 16));
    if (!id) return pass(id.error());
    Event again = event;
    again.writer = station;
    again.seq = last->seq + 1;
    again.id = *id;
    again.hash = linkHash(last->hash, again);
    auto status =
        m_database->run("INSERT INTO event(seq, id, hlc, kind, kind_version, body, hash) VALUES(?, ?, ?, ?, ?, ?, ?)",
                        again.seq, again.id, again.hlc, again.kind, again.kindVersion, again.body, Blob{again.hash});
    if (!status) return status;
    auto position = givePlace(*m_database, station, again.seq);
    if (!position) return pass(position.error());
    return {};
  }

  std::unique_ptr<Database> m_database;
  const Clock& m_clock;
};

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const std::string& path, const Clock& clock) {
  try {
    auto database = openCatalogFile(path);
    if (!database) return pass(database.error());
    return std::make_unique<SqliteLog>(std::move(*database), clock);
  } catch (const std::exception& error) {
    return fail(Errc::failed, fmt::format("the catalog cannot be opened: {}", error.what()), path);
  }
}

}  // namespace rollproof::catalog
