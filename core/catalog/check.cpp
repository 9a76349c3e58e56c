// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/check.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "core/catalog/event_log.h"
#include "core/catalog/projections.h"

namespace rollproof::catalog {

namespace {

constexpr int kMaxFindings = 50;

void find(CheckReport& report, std::string sentence) {
  if (report.findings.size() < kMaxFindings) report.findings.push_back(std::move(sentence));
}

// A damaged page shows as an error of the reading itself; for a check that is a finding.
Status foundIfCorrupt(CheckReport& report, const Status& status) {
  if (status || status.error().code != Errc::corrupt) return status;
  find(report, fmt::format("{}.", status.error().message));
  return {};
}

Status checkFile(Database& database, CheckReport& report) {
  auto status = foundIfCorrupt(report, database.each("PRAGMA integrity_check(20)", [&](Statement& row) {
    if (const auto text = row.bytes(0); text != "ok") find(report, fmt::format("The file is damaged: {}.", text));
  }));
  if (!status) return status;
  return foundIfCorrupt(report, database.each("PRAGMA foreign_key_check", [&](Statement& row) {
    find(report, fmt::format("A row of table {} refers to something that is not there.", row.bytes(0)));
  }));
}

// One station's chain, event by event; `whose` is "" for its own.
class ChainCheck {
 public:
  ChainCheck(CheckReport& report, const std::string& station, const std::string& whose)
      : m_report(report), m_previous(firstLink(station)), m_whose(whose) {}

  void visit(const Event& event) {
    if (event.seq != m_expected) {
      find(m_report, fmt::format("Events {} to {} are missing from the log{}.", m_expected, event.seq - 1, m_whose));
    } else if (linkHash(m_previous, event) != event.hash) {
      find(m_report, fmt::format("Event {} ({}) was changed after it was written{}: its hash does not fit.", event.seq,
                                 event.kind, m_whose));
    }
    if (event.hlc <= m_lastHlc)
      find(m_report, fmt::format("Event {} is dated before the one it follows{}.", event.seq, m_whose));
    m_lastHlc = event.hlc;
    // Going on from the stored hash names each changed event once, not every one after it too.
    m_previous = event.hash;
    m_expected = event.seq + 1;
  }
  [[nodiscard]] std::int64_t head() const { return m_expected - 1; }
  [[nodiscard]] const std::string& hash() const { return m_previous; }

 private:
  CheckReport& m_report;
  std::string m_previous;
  std::string m_whose;
  std::int64_t m_expected = 1, m_lastHlc = -1;
};

Status checkChains(Database& database, CheckReport& report) {
  auto station = storedStation(database);
  if (!station) return foundIfCorrupt(report, tl::unexpected<Error>(station.error()));
  ChainCheck own(report, *station, "");
  auto status = eachEvent(database, [&](const Event& event) -> Status {
    own.visit(event);
    return {};
  });
  report.headSeq = own.head();
  report.headHash = hex(own.hash());
  if (!status) return foundIfCorrupt(report, status);
  std::optional<ChainCheck> other;
  std::string writer;
  status = database.each(
      "SELECT writer, seq, id, hlc, kind, kind_version, body, hash FROM foreign_event ORDER BY writer, seq",
      [&](Statement& row) {
        const std::string next = row.bytes(0);
        if (!other || next != writer) other.emplace(report, next, fmt::format(" of station {}", next));
        writer = next;
        other->visit({next, row.integer(1), row.bytes(2), row.integer(3), row.bytes(4), row.integer(5), row.bytes(6),
                      row.bytes(7), 0});
      });
  if (!status) return foundIfCorrupt(report, status);
  return foundIfCorrupt(
      report,
      database.each("SELECT count(*) FROM (SELECT (SELECT id FROM station) AS writer, seq FROM event UNION ALL SELECT "
                    "writer, seq FROM foreign_event EXCEPT SELECT writer, seq FROM log_order)",
                    [&](Statement& row) {
                      if (row.integer(0) > 0)
                        find(report, fmt::format("{} events have no place in the order of the logs.", row.integer(0)));
                    }));
}

Result<std::map<std::string, std::string>> schemaOf(Database& database) {
  std::map<std::string, std::string> all;
  auto status = database.each("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema",
                              [&](Statement& row) { all[row.bytes(0)] = row.bytes(1); });
  if (!status) return tl::unexpected<Error>(status.error());
  return all;
}

Status checkSchema(Database& database, Database& fresh, CheckReport& report) {
  auto live = schemaOf(database);
  auto wanted = schemaOf(fresh);
  if (!live) return foundIfCorrupt(report, tl::unexpected<Error>(live.error()));
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  for (const auto& [what, sql] : *wanted) {
    const auto found = live->find(what);
    if (found == live->end()) {
      find(report, fmt::format("The catalog's own {} is missing.", what));
    } else if (found->second != sql) {
      find(report, fmt::format("The catalog's own {} was changed.", what));
    }
  }
  return {};
}

std::string rowText(Statement& row) {
  std::string text;
  for (int column = 0; column < row.columns(); ++column) {
    const std::string value = row.bytes(column);
    text += fmt::format("{}:{}:", row.type(column), value.size()) + value;
  }
  return text;
}

Status compareTable(Database& database, Database& fresh, const ProjectionTable& table, CheckReport& report) {
  const std::string sql = fmt::format("SELECT {} FROM {} ORDER BY {}", table.columns, table.name, table.order);
  auto left = database.prepare(sql);
  auto right = fresh.prepare(sql);
  if (!left) return foundIfCorrupt(report, tl::unexpected<Error>(left.error()));
  if (!right) return tl::unexpected<Error>(right.error());
  for (std::int64_t number = 1;; ++number) {
    auto leftRow = left->step();
    auto rightRow = right->step();
    if (!leftRow) return foundIfCorrupt(report, tl::unexpected<Error>(leftRow.error()));
    if (!rightRow) return tl::unexpected<Error>(rightRow.error());
    if (!*leftRow && !*rightRow) return {};
    if (*leftRow != *rightRow || rowText(*left) != rowText(*right)) {
      find(report,
           fmt::format("Table {} differs from what the log says (row {}); a rebuild mends it.", table.name, number));
      return {};
    }
  }
}

Status checkProjections(Database& database, Database& fresh, CheckReport& report) {
  auto transaction = Transaction::begin(fresh, TransactionKind::write);
  if (!transaction) return tl::unexpected<Error>(transaction.error());
  auto status = foundIfCorrupt(report, replay(database, fresh));
  if (status) status = transaction->commit();
  for (const auto& table : projectionTables()) {
    if (status) status = compareTable(database, fresh, table, report);
  }
  return status;
}

}  // namespace

Result<CheckReport> checkCatalog(Database& database, const std::vector<Migration>& migrations) {
  CheckReport report;
  auto fresh = Database::open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX);
  if (!fresh) return tl::unexpected<Error>(fresh.error());
  Status status = createSchema(**fresh, migrations);
  if (!status) return tl::unexpected<Error>(status.error());
  // One read transaction: all parts of the check see the same moment.
  auto moment = Transaction::begin(database, TransactionKind::read);
  if (!moment) return tl::unexpected<Error>(moment.error());
  status = checkFile(database, report);
  if (status) status = checkSchema(database, **fresh, report);
  if (status) status = checkChains(database, report);
  if (status) status = checkProjections(database, **fresh, report);
  if (!status) return tl::unexpected<Error>(status.error());
  report.ok = report.findings.empty();
  return report;
}

}  // namespace rollproof::catalog
