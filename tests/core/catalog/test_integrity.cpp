// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "core/catalog/database.h"
#include "core/catalog/event_log.h"
#include "core/catalog/projections.h"
#include "core/catalog/schema.h"
#include "fixture.h"

namespace fs = std::filesystem;
using namespace fixture;
using catalog::Database;

namespace {

std::unique_ptr<Database> raw(const std::string& path) {
  auto database = Database::open(path, SQLITE_OPEN_READWRITE);
  if (!database) FAIL(describe(database.error()));
  return std::move(*database);
}

// As someone would who wants the past to be different.
void tamper(const std::string& path, const std::string& sql) {
  must(
      raw(path)->execute("DROP TRIGGER event_never_changes; DROP TRIGGER event_never_goes;"
                         "DROP TRIGGER event_appends_only; PRAGMA foreign_keys = OFF;" +
                         sql));
}

void fill(catalog::Catalog& catalog) {
  const auto roll = must(catalog.recordOffload(offload("A001")));
  must(catalog.recordClips(roll, {clip("C001"), clip("C002")}));
  must(catalog.annotate(must(catalog.findClips("C001")).at(0).id, "scene", "5"));
}

bool finds(const catalog::CheckReport& report, const std::string& part) {
  for (const auto& finding : report.findings) {
    if (finding.find(part) != std::string::npos) return true;
  }
  return false;
}

// Every projection table as one text.
std::string dump(const std::string& path) {
  auto database = raw(path);
  std::string all;
  for (const auto& table : catalog::projectionTables()) {
    all += std::string("\n#") + table.name;
    must(database->each("SELECT " + std::string(table.columns) + " FROM " + table.name + " ORDER BY " + table.order,
                        [&](catalog::Statement& row) {
                          all += '\n';
                          for (int i = 0; i < row.columns(); ++i) all += row.bytes(i) + '|';
                        }));
  }
  return all;
}

void takeSixthStepAway(const std::string& path) {
  std::string sql =
      "DROP TABLE foreign_event; DROP TABLE held_back; DROP TABLE log_order; DROP TABLE waiting_event;"
      "DROP TABLE roll_conflict; DROP TABLE fact; DROP TABLE roll_copy;"
      "CREATE TABLE roll_copy(\n  roll_id        INTEGER NOT NULL REFERENCES roll(id),\n"
      "  position       INTEGER NOT NULL,\n  root           BLOB NOT NULL,\n  volume_label   TEXT NOT NULL,\n"
      "  device_id      TEXT NOT NULL,\n  device_text    TEXT NOT NULL,\n  state          TEXT NOT NULL,\n"
      "  files_verified INTEGER NOT NULL,\n  files_failed   INTEGER NOT NULL,\n  bytes          INTEGER NOT NULL,\n"
      "  manifest       BLOB NOT NULL,\n  PRIMARY KEY(roll_id, position)\n) STRICT, WITHOUT ROWID;"
      "ALTER TABLE annotation_change ADD COLUMN previous TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE look_change ADD COLUMN previous TEXT NOT NULL DEFAULT '';"
      "ALTER TABLE look_change ADD COLUMN previous_version INTEGER NOT NULL DEFAULT 0;"
      "UPDATE meta SET value = '4' WHERE key = 'min_reader_version'; PRAGMA user_version = 5;";
  for (const char* column : {"standing", "card", "clips"})
    for (const char* what : {"hlc", "writer"})
      sql += std::string("ALTER TABLE roll DROP COLUMN ") + column + "_" + what + ";";
  sql += "ALTER TABLE clip DROP COLUMN qc_hlc; ALTER TABLE clip DROP COLUMN qc_writer;";
  for (const char* table : {"offload", "copy_check", "annotation", "annotation_change", "format_setting",
                            "project_spec", "document", "look", "look_assignment", "look_change", "render"})
    sql += std::string("ALTER TABLE ") + table + " DROP COLUMN writer;";
  must(raw(path)->execute(sql));
}

void takeFourthStepAway(const std::string& path) {
  takeSixthStepAway(path);
  must(raw(path)->execute(
      "DROP TABLE document; DROP TABLE look_change; ALTER TABLE look_assignment DROP COLUMN version; DROP TABLE look;"
      "CREATE TABLE look(\n  name       TEXT NOT NULL,\n  version    INTEGER NOT NULL,\n"
      "  seq        INTEGER NOT NULL,\n  cdl        TEXT,\n  cdl_space  TEXT NOT NULL,\n"
      "  lut_file   BLOB NOT NULL,\n  lut_input  TEXT NOT NULL,\n  lut_output TEXT NOT NULL,\n"
      "  PRIMARY KEY(name, version)\n) STRICT, WITHOUT ROWID;"
      "UPDATE meta SET value = '3' WHERE key = 'min_reader_version'; PRAGMA user_version = 3"));
}

void takeThirdStepAway(const std::string& path) {
  takeFourthStepAway(path);
  must(
      raw(path)->execute("DROP TABLE clip_raw; DROP TABLE format_setting; DROP TABLE camera_format;"
                         "DROP TABLE annotation_change; DROP TABLE project_spec; ALTER TABLE clip DROP COLUMN qc;"
                         "ALTER TABLE clip DROP COLUMN format_id; DELETE FROM clip_field WHERE instr(field, '.') > 0;"
                         "UPDATE meta SET value = '2' WHERE key = 'min_reader_version'; PRAGMA user_version = 2"));
}

void writeFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

TEST_CASE("a fresh and a used catalog pass the check") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  auto report = must(catalog->check());
  CHECK(report.ok);
  CHECK(report.headSeq == 0);
  fill(*catalog);
  report = must(catalog->check());
  CHECK(report.findings == std::vector<std::string>{});
  CHECK(report.ok);
  CHECK(report.headSeq == catalog->headSeq());
  CHECK(report.headHash.size() == 64);
}

TEST_CASE("the log refuses change and deletion and numbers out of order") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  fill(*catalog);
  auto database = raw(folder.file("c.db"));
  CHECK_FALSE(database->execute("UPDATE event SET body = '{}' WHERE seq = 1"));
  CHECK_FALSE(database->execute("DELETE FROM event WHERE seq = 3"));
  CHECK_FALSE(database->execute(
      "INSERT OR REPLACE INTO event SELECT 2, 'x', hlc, kind, 1, '{}', hash FROM event WHERE seq = 2"));
  CHECK_FALSE(database->execute("INSERT INTO event SELECT 9, 'x', hlc, kind, 1, '{}', hash FROM event WHERE seq = 2"));
  CHECK(must(catalog->check()).ok);
}

TEST_CASE("each column of an event that is changed behind the triggers is found") {
  const std::string sql =
      GENERATE(std::string("UPDATE event SET body = replace(body, '/media/card', '/media/fake') WHERE seq = 1"),
               std::string("UPDATE event SET id = '0' || substr(id, 2) || 'f' WHERE seq = 1"),
               std::string("UPDATE event SET hlc = hlc + 1 WHERE seq = 1"),
               std::string("UPDATE event SET kind = 'unheard' WHERE seq = 1"),
               std::string("UPDATE event SET kind_version = 2 WHERE seq = 1"),
               std::string("UPDATE event SET hash = zeroblob(32) WHERE seq = 1"),
               std::string("UPDATE station SET id = 'other'"));
  INFO(sql);
  TempFolder folder;
  {
    auto catalog = openCatalog(folder.file("c.db"));
    fill(*catalog);
  }
  tamper(folder.file("c.db"), sql);
  const auto report = must(openCatalog(folder.file("c.db"))->check());
  CHECK_FALSE(report.ok);
  CHECK(finds(report, "Event 1 ("));
  CHECK(finds(report, "trigger event_never_changes is missing"));
}

TEST_CASE("an event taken out of the middle is found and so is one cut off with its projection left") {
  TempFolder folder;
  {
    auto catalog = openCatalog(folder.file("c.db"));
    fill(*catalog);
  }
  std::filesystem::copy(folder.file("c.db"), folder.file("d.db"));
  tamper(folder.file("c.db"), "DELETE FROM event WHERE seq = 2");
  CHECK(finds(must(openCatalog(folder.file("c.db"))->check()), "Events 2 to 2 are missing"));
  tamper(folder.file("d.db"), "DELETE FROM event WHERE seq = 3");
  CHECK(finds(must(openCatalog(folder.file("d.db"))->check()), "Table annotation differs"));
}

TEST_CASE("a changed projection is found and a rebuild mends it") {
  const std::string sql = GENERATE(std::string("UPDATE roll SET safe = 1 - safe"), std::string("DELETE FROM digest"),
                                   std::string("UPDATE clip_text SET text = 'nothing'"),
                                   std::string("DELETE FROM clip_field WHERE field = 'scene'"),
                                   std::string("INSERT INTO look_assignment VALUES('project:X', 'fake', 1, 1, 0, '')"));
  INFO(sql);
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  fill(*catalog);
  must(raw(folder.file("c.db"))->execute(sql));
  CHECK_FALSE(must(catalog->check()).ok);
  must(catalog->rebuildProjections());
  const auto report = must(catalog->check());
  CHECK(report.findings == std::vector<std::string>{});
}

TEST_CASE("after any sequence of changes a rebuilt catalog equals the live one") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
  INFO("seed " << seed);
  std::mt19937 random(seed);
  auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  TempFolder folder;
  const std::string path = folder.file("c.db");
  TurnableClock clock;
  auto catalog = openCatalog(path, clock);
  std::vector<catalog::RollId> rolls;
  std::vector<std::string> looks;
  auto anyClip = [&] { return catalog::ClipId{1 + pick(12)}; };
  for (int step = 0; step < 80; ++step) {
    // The clock jumps back too: the log's own time must not.
    clock.set(1'777'000'000'000 + static_cast<std::int64_t>(pick(1'000'000)) - 500'000);
    switch (pick(11)) {
      case 0: {
        auto fact = offload("R" + std::to_string(pick(4)), pick(2) == 0);
        if (pick(3) == 0) fact.copiedFrom = "/a/" + fact.key.roll;
        fact.evidence = pick(2) == 0 ? "" : R"({"files":2})";
        fact.cardId = pick(2) == 0 ? "" : "serial:7/ABCD";
        fact.inventoryFingerprint = std::to_string(pick(3));
        fact.records.resize(pick(3));
        fact.copies.resize(pick(3));
        rolls.push_back(must(catalog->recordOffload(fact)));
        break;
      }
      case 1: {
        if (rolls.empty()) break;
        std::vector<model::Clip> clips;
        for (unsigned i = pick(5); i > 0; --i) {
          clips.push_back(clip("C" + std::to_string(pick(4))));
          clips.back().cameraLetter = pick(2) == 0 ? "A" : "B";
          if (pick(3) == 0) clips.back().picture.reset();
          if (pick(2) == 0)
            clips.back().raw = {{"com.maker.key", "value " + std::to_string(pick(3))}, {"\xFF", "\xFE"}};
        }
        must(catalog->recordClips(rolls[pick(static_cast<unsigned>(rolls.size()))], clips));
        break;
      }
      case 2: {
        const char* fields[] = {"scene", "take", "notes", "circled", "colour.space", "camera_letter"};
        const char* values[] = {"yes", "no", "", "yes"};
        const auto status = catalog->annotate(anyClip(), fields[pick(6)], values[pick(4)]);
        CHECK((status || status.error().code == Errc::notFound));
        break;
      }
      case 3: {
        model::Look look;
        look.name = "L" + std::to_string(pick(3));
        if (pick(2) == 0) look.cdl = model::Cdl{};
        must(catalog->addLook(look));
        looks.push_back(look.name);
        break;
      }
      case 4: {
        if (looks.empty()) break;
        const std::string targets[] = {"clip:" + std::to_string(1 + pick(9)), "roll:" + std::to_string(1 + pick(4)),
                                       "format:" + std::to_string(1 + pick(3)), "project:Harbour"};
        const auto status = catalog->assignLook(pick(4) == 0 ? "" : looks[0], targets[pick(4)]);
        CHECK((status || status.error().code == Errc::notFound));
        break;
      }
      case 5: {
        catalog::RenderFact fact;
        fact.preset = "p" + std::to_string(pick(2));
        fact.path = "/r/" + std::to_string(pick(3));
        fact.clip = pick(3) == 0 ? catalog::ClipId{} : anyClip();
        const auto status = catalog->recordRender(fact);
        CHECK((status || status.error().code == Errc::notFound));
        break;
      }
      case 6: {
        catalog::CheckFact fact;
        fact.key = offload("R" + std::to_string(pick(4))).key;
        fact.root = "/a/R";
        fact.result = pick(2) == 0 ? "verified" : "defect";
        fact.copies = offload("R").copies;
        fact.problems.resize(pick(3));
        for (auto& problem : fact.problems) problem.culprit = pick(2) == 0 ? "" : "drive";
        const auto status = catalog->recordCheck(fact, {});
        CHECK((status || status.error().code == Errc::notFound));
        break;
      }
      case 7: {
        const char* fields[] = {"colour_space", "framing", "label"};
        const char* values[] = {"", "S-Log3", "2.39"};
        const auto status = catalog->setFormat({1 + pick(4)}, fields[pick(3)], values[pick(3)]);
        CHECK((status || status.error().code == Errc::notFound));
        break;
      }
      case 8: {
        must(catalog->setProjectSpec("Harbour", pick(2) == 0 ? "{}" : R"({"frame_rate":"24/1"})"));
        must(catalog->setDocument("preset", pick(2) == 0 ? "phone" : "web", pick(3) == 0 ? "" : R"({"width":640})"));
        break;
      }
      case 9: {
        if (rolls.empty()) break;
        const auto roll = rolls[pick(static_cast<unsigned>(rolls.size()))];
        catalog::Findings findings;
        for (const auto& row : must(catalog->clipsOfRoll(roll))) {
          if (pick(2) == 0) continue;
          findings.emplace_back(row.id, std::vector<model::QcFinding>{});
          if (pick(2) == 0) findings.back().second.push_back({"timecode_zero", model::QcLevel::note, "Zero."});
        }
        must(catalog->recordQc(roll, findings));
        break;
      }
      default: {
        const auto status = catalog->recordThumbnail(anyClip(), "jpeg");
        CHECK((status || status.error().code == Errc::notFound));
      }
    }
  }
  const auto report = must(catalog->check());
  CHECK(report.findings == std::vector<std::string>{});
  const std::string live = dump(path);
  must(catalog->rebuildProjections());
  CHECK(dump(path) == live);
  CHECK(must(catalog->check()).headHash == report.headHash);
}

TEST_CASE("the log's time grows even when the machine's clock goes back") {
  TempFolder folder;
  TurnableClock clock;
  auto catalog = openCatalog(folder.file("c.db"), clock);
  must(catalog->recordOffload(offload("A001")));
  clock.set(1000);
  must(catalog->recordOffload(offload("A002")));
  catalog.reset();
  catalog = openCatalog(folder.file("c.db"), clock);
  must(catalog->recordOffload(offload("A003")));
  std::vector<std::int64_t> times;
  must(raw(folder.file("c.db"))->each("SELECT hlc FROM event ORDER BY seq", [&](catalog::Statement& row) {
    times.push_back(row.integer(0));
  }));
  CHECK(times.at(0) == std::int64_t{1'777'000'000'000} << 16);
  CHECK(times.at(1) == times.at(0) + 1);
  CHECK(times.at(2) == times.at(0) + 2);
}

TEST_CASE("the chain's encoding is fixed") {
  // Worked out by hand with an independent SHA-256: other stations recompute the same.
  catalog::Event event;
  event.seq = 1;
  event.id = "i";
  event.hlc = 65536;
  event.kind = "k";
  event.body = "{}";
  const auto first = catalog::firstLink("station");
  CHECK(catalog::hex(first) == "b81c8d39ca51803ddb724d44cc3217e9313655abbb950d27fe05ff8c5b8f8209");
  CHECK(catalog::hex(catalog::linkHash(first, event)) ==
        "5b4768d0058783999d002e5402062802e71d62dd2c692dde600c7ac13b1c29b9");
}

TEST_CASE("two threads with a catalog each write one unbroken log") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  std::atomic<int> written{0};
  auto write = [&](const std::string& prefix) {
    auto catalog = catalog::Catalog::open(path);
    for (int i = 0; catalog && i < 20; ++i) {
      if ((*catalog)->recordOffload(offload(prefix + std::to_string(i)))) ++written;
    }
  };
  { std::jthread a(write, "A"), b(write, "B"); }
  CHECK(written == 40);
  auto catalog = openCatalog(path);
  CHECK(catalog->headSeq() == 40);
  CHECK(must(catalog->rolls()).size() == 40);
  CHECK(must(catalog->check()).ok);
}

TEST_CASE("two processes with a catalog each write one unbroken log") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  std::vector<pid_t> children;
  for (const char* prefix : {"A", "B"}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool good = true;
      auto catalog = catalog::Catalog::open(path);
      for (int i = 0; catalog && i < 10; ++i)
        good = good && (*catalog)->recordOffload(offload(prefix + std::to_string(i)));
      ::_exit(catalog && good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  auto catalog = openCatalog(path);
  CHECK(catalog->headSeq() == 20);
  CHECK(must(catalog->check()).ok);
}

TEST_CASE("a writer killed before its commit leaves the log as it was") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  fill(*catalog);
  const auto head = catalog->headSeq();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto database = Database::open(folder.file("c.db"), SQLITE_OPEN_READWRITE);
    if (!database || !(*database)->execute("BEGIN IMMEDIATE")) ::_exit(1);
    if (!catalog::appendEvent(**database, systemClock(), "annotated", "{}")) ::_exit(2);
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(catalog->headSeq() == head);
  must(catalog->recordOffload(offload("A002")));
  CHECK(must(catalog->check()).ok);
}

TEST_CASE("a locked catalog says busy in a sentence and works again afterwards") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  auto other = raw(folder.file("c.db"));
  must(other->execute("BEGIN IMMEDIATE"));
  const auto refused = catalog->recordOffload(offload("A001"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::busy);
  CHECK(refused.error().message == "the catalog is locked by another program; try again when it has finished");
  CHECK(must(catalog->rolls()).empty());  // reading goes on
  must(other->execute("ROLLBACK"));
  must(catalog->recordOffload(offload("A001")));
}

TEST_CASE("a full disk leaves the catalog as it was before the change") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  auto catalog = openCatalog(path);
  fill(*catalog);
  auto big = offload("A002");
  // Small ones fail when they are committed, large ones earlier, when the page cache spills.
  big.records.resize(GENERATE(std::size_t{6000}, std::size_t{100000}), big.records[0]);
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* old = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 1024 * 1024;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto refused = catalog->recordOffload(big);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, old);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::noSpace);
  CHECK(must(catalog->rolls()).size() == 1);
  CHECK(must(catalog->check()).ok);
  must(catalog->recordOffload(big));
}

TEST_CASE("SQLite's own full is no space too") {
  TempFolder folder;
  openCatalog(folder.file("c.db"));
  auto database = raw(folder.file("c.db"));
  must(database->execute("PRAGMA max_page_count = 1"));
  const auto status = database->run("INSERT INTO thumbnail VALUES(1, zeroblob(1000000))");
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::noSpace);
}

TEST_CASE("a file that is no database or is cut short is reported as corrupt and left alone") {
  TempFolder folder;
  const std::string text = "This was never a database." + std::string(5000, 'x');
  writeFile(folder.file("text.db"), text);
  auto opened = catalog::Catalog::open(folder.file("text.db"));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::corrupt);
  CHECK(std::filesystem::file_size(folder.file("text.db")) == text.size());

  {
    auto catalog = openCatalog(folder.file("c.db"));
    fill(*catalog);
  }
  std::filesystem::resize_file(folder.file("c.db"), std::filesystem::file_size(folder.file("c.db")) / 2);
  opened = catalog::Catalog::open(folder.file("c.db"));
  if (opened) {
    auto report = (*opened)->check();
    CHECK((report ? !report->ok : report.error().code == Errc::corrupt));
  } else {
    CHECK(opened.error().code == Errc::corrupt);
  }
}

TEST_CASE("random damage anywhere in the file never takes the program down") {
  TempFolder folder;
  {
    auto catalog = openCatalog(folder.file("c.db"));
    fill(*catalog);
  }
  std::string whole(std::filesystem::file_size(folder.file("c.db")), '\0');
  std::ifstream(folder.file("c.db"), std::ios::binary).read(whole.data(), static_cast<std::streamsize>(whole.size()));
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 60; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    const std::string path = folder.file("d" + std::to_string(round) + ".db");
    writeFile(path, damaged);
    auto opened = catalog::Catalog::open(path);
    if (!opened) continue;
    auto rows = (*opened)->clips("");
    auto report = (*opened)->check();
    auto written = (*opened)->recordOffload(offload("Z001"));
    INFO("round " << round);
    CHECK((rows || !rows.error().message.empty()));
    CHECK((report || !report.error().message.empty()));
    CHECK((written || !written.error().message.empty()));
  }
}

TEST_CASE("a place where no catalog can be is refused in one sentence") {
  TempFolder folder;
  std::filesystem::create_directory(folder.file("directory"));
  CHECK(catalog::Catalog::open(folder.file("directory")).error().code == Errc::notRegular);
  REQUIRE(::mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  CHECK(catalog::Catalog::open(folder.file("fifo")).error().code == Errc::notRegular);
  writeFile(folder.file("file"), "x");
  CHECK(catalog::Catalog::open(folder.file("file/c.db")).error().code == Errc::conflict);
  CHECK_FALSE(catalog::Catalog::open("/proc/nowhere/c.db"));
}

TEST_CASE("another program's database is not touched") {
  TempFolder folder;
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(folder.file("other.db").c_str(), &handle) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, "CREATE TABLE theirs(x)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  auto opened = catalog::Catalog::open(folder.file("other.db"));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::conflict);
  auto database = raw(folder.file("other.db"));
  CHECK(must(database->integer("SELECT count(*) FROM sqlite_schema", 0)) == 1);
}

TEST_CASE("a newer catalog is refused politely unless it says that this program may use it") {
  TempFolder folder;
  {
    auto catalog = openCatalog(folder.file("c.db"));
    fill(*catalog);
  }
  must(raw(folder.file("c.db"))->execute("PRAGMA user_version = 99"));
  CHECK(catalog::Catalog::open(folder.file("c.db")));
  must(raw(folder.file("c.db"))->execute("UPDATE meta SET value = '98' WHERE key = 'min_reader_version'"));
  auto opened = catalog::Catalog::open(folder.file("c.db"));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::unsupported);
  CHECK(opened.error().message.find("newer Rollproof") != std::string::npos);
}

TEST_CASE("a migration keeps a copy of what was there and a broken one changes nothing") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  {
    auto catalog = openCatalog(path);
    fill(*catalog);
  }
  auto steps = catalog::shippedMigrations();
  steps.push_back({"next", "CREATE TABLE next(x INTEGER) STRICT; INSERT INTO nowhere VALUES(1);"});
  CHECK_FALSE(catalog::openMigrated(path, steps));
  CHECK(must(openCatalog(path)->check()).ok);
  steps.back().sql = "CREATE TABLE next(x INTEGER) STRICT;";
  {
    auto database = must(catalog::openMigrated(path, steps));
    CHECK(must(database->integer("PRAGMA user_version", 0)) == static_cast<std::int64_t>(steps.size()));
  }
  const std::string kept = path + ".version-" + std::to_string(steps.size() - 1);
  CHECK(must(openCatalog(kept + ".backup")->rolls()).size() == 1);
  // The broken try kept its own copy; neither overwrote the other.
  CHECK(must(openCatalog(kept + "-1.backup")->rolls()).size() == 1);
}

TEST_CASE("a catalog of the first schema is migrated and equals one that is replayed") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  {
    auto catalog = openCatalog(path);
    fill(*catalog);
    auto again = offload("A001", false);
    again.problems = {{"A/one.mov", "source", "unreadable", "cannot read"}};
    must(catalog->recordOffload(again));
    must(catalog->recordOffload(offload("A002")));
  }
  // What the later steps add is taken away again: this is how the file looked before them.
  takeThirdStepAway(path);
  must(raw(path)->execute(
      "DROP TABLE roll_reason; DROP TABLE roll_problem; DROP TABLE roll_copy; DROP TABLE copy_check;"
      "DROP INDEX roll_by_card; ALTER TABLE roll DROP COLUMN evidence; ALTER TABLE roll DROP COLUMN card_id;"
      "ALTER TABLE roll DROP COLUMN source; UPDATE meta SET value = '1' WHERE key = 'min_reader_version';"
      "PRAGMA user_version = 1"));
  auto catalog = openCatalog(path);
  CHECK(must(catalog->check()).findings == std::vector<std::string>{});
  const auto rolls = must(catalog->rolls());
  REQUIRE(rolls.size() == 2);
  CHECK(rolls[0].verdict.kind == model::VerdictKind::safe);
  CHECK(rolls[0].source == "/media/card");
  CHECK(rolls[1].problems.size() == 1);
  CHECK(rolls[1].copies.size() == 2);
  CHECK(rolls[1].evidence.empty());
  CHECK(fs::exists(path + ".version-1.backup"));
}

TEST_CASE("a catalog of the second schema gains formats and history and all fields from its log") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  {
    auto catalog = openCatalog(path);
    fill(*catalog);
    must(catalog->annotate(must(catalog->findClips("C001")).at(0).id, "scene", "6"));
    must(catalog->recordThumbnail(must(catalog->findClips("C001")).at(0).id, "jpeg"));
  }
  takeThirdStepAway(path);
  auto catalog = openCatalog(path);
  CHECK(must(catalog->check()).findings == std::vector<std::string>{});
  const auto formats = must(catalog->formats("Harbour"));
  REQUIRE(formats.size() == 1);
  CHECK(formats[0].clips == 2);
  CHECK(formats[0].firstSeenDay == "2026-05-02");
  const auto id = must(catalog->findClips("C001")).at(0).id;
  const auto history = must(catalog->history(id, "scene"));
  REQUIRE(history.size() == 2);
  CHECK(history[1].previous == "5");
  CHECK(must(catalog->clips("exposure.ei:800")).size() == 2);
  CHECK(must(catalog->thumbnail(id)) == "jpeg");
  CHECK(fs::exists(path + ".version-2.backup"));
}

TEST_CASE("a catalog of the third schema keeps its looks and gains their history") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  {
    auto catalog = openCatalog(path);
    fill(*catalog);
    model::Look look;
    look.name = "evening";
    look.cdl = model::Cdl{{1.1, 1, .9}, {0, 0, 0}, {1, 1, 1}, .8};
    must(catalog->addLook(look));
    must(catalog->assignLook("evening", "project:Harbour"));
    must(catalog->assignLook("", "project:Harbour"));
    must(catalog->assignLook("evening", "project:Harbour"));
  }
  takeFourthStepAway(path);
  auto catalog = openCatalog(path);
  CHECK(must(catalog->check()).findings == std::vector<std::string>{});
  const auto id = must(catalog->findClips("C001")).at(0).id;
  const auto standing = must(catalog->standingLook(id));
  REQUIRE(standing);
  CHECK(standing->look.cdl->saturation == .8);
  CHECK(standing->target == "project:Harbour");
  const auto history = must(catalog->lookHistory("project:Harbour"));
  REQUIRE(history.size() == 3);
  CHECK(history[1].look.empty());
  CHECK(history[1].previous == "evening");
  CHECK(fs::exists(path + ".version-3.backup"));
}

TEST_CASE("a log that cannot be replayed leaves an older catalog as it was") {
  TempFolder folder;
  const std::string path = folder.file("c.db");
  {
    auto catalog = openCatalog(path);
    fill(*catalog);
  }
  tamper(path, "UPDATE event SET body = 'no JSON' WHERE seq = 2");
  takeThirdStepAway(path);
  const auto opened = catalog::Catalog::open(path);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::corrupt);
  CHECK(must(raw(path)->integer("PRAGMA user_version", 0)) == 2);
  CHECK(must(raw(path)->integer("SELECT count(*) FROM clip", 0)) == 2);
}
