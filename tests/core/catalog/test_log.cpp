// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/log.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "core/base/path.h"
#include "core/catalog/database.h"
#include "fixture.h"

namespace {

using namespace rollproof;
using namespace fixture;

struct Station {
  explicit Station(const TempFolder& folder, const std::string& name)
      : path(folder.file(name + ".db")),
        catalog(openCatalog(path, clock)),
        log(must(catalog::Log::open(path, clock))) {}
  std::string path;
  TurnableClock clock;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<catalog::Log> log;

  [[nodiscard]] std::vector<model::Event> all() const { return must(log->read(0, 100000, std::size_t{1} << 30)); }
  [[nodiscard]] catalog::ClipId clip(const std::string& name) const {
    const auto found = must(catalog->findClips(name));
    REQUIRE(found.size() == 1);
    return found[0].id;
  }
  [[nodiscard]] std::string scene(const std::string& name) const {
    return must(catalog->findClips(name)).at(0).clip.slate.scene;
  }
};

// Everything that is said, by names; nothing that a station numbers for itself.
std::string told(catalog::Catalog& catalog) {
  std::multiset<std::string> lines;
  for (const auto& roll : must(catalog.rolls())) {
    std::string line = "roll " + roll.key.project + roll.key.day + roll.key.roll + roll.camera + roll.finishedAt +
                       std::to_string(static_cast<int>(roll.verdict.kind));
    for (const auto& reason : roll.verdict.reasons) line += " " + reason.code;
    for (const auto& copy : roll.copies) line += " " + copy.root + copy.deviceId;
    lines.insert(line);
    for (const auto& file : must(catalog.files(roll.id)))
      lines.insert("file " + roll.key.roll + path::percentEncode(file.path));
  }
  for (const auto& clip : must(catalog.clips(""))) {
    std::string line = "clip " + clip.key.roll + clip.clip.name + " " + clip.clip.slate.scene + " " +
                       clip.clip.slate.take + " " + clip.lookName + " " + clip.clip.colour.space;
    for (const auto& finding : clip.clip.qc) line += finding.code;
    lines.insert(line);
    for (const auto& change : must(catalog.history(clip.id, "")))
      lines.insert("said " + clip.clip.name + change.field + change.value + "<" + change.previous + change.station);
    for (const auto& render : must(catalog.renders(clip.id))) lines.insert("render " + render.path);
  }
  for (const auto& format : must(catalog.formats(""))) lines.insert("format " + format.codec + format.colourSpace);
  for (const auto& look : must(catalog.looks())) {
    for (const auto& version : must(catalog.lookVersions(look.name)))
      lines.insert("look " + look.name + std::to_string(version.look.version) + version.look.cdlSpace);
  }
  for (const auto& document : must(catalog.documents("preset")))
    lines.insert("document " + document.name + document.json);
  for (const auto& fact : must(catalog.facts("uploaded", {}))) lines.insert("fact " + fact.about.roll + fact.json);
  for (const auto& project : {"Harbour", "Other"}) lines.insert("spec " + must(catalog.projectSpec(project)));
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

void sameAndWhole(const std::vector<Station*>& stations) {
  const std::string first = told(*stations[0]->catalog);
  for (Station* station : stations) {
    CHECK(told(*station->catalog) == first);
    CHECK(must(station->catalog->check()).findings == std::vector<std::string>{});
  }
}

}  // namespace

TEST_CASE("events of another station are taken once and appear in its tables") {
  TempFolder folder;
  Station cart(folder, "cart"), studio(folder, "studio");
  const auto id = must(cart.catalog->recordOffload(offload("A001")));
  must(cart.catalog->recordClips(id, {clip("C001"), clip("C002")}));
  must(cart.catalog->annotate(cart.clip("C001"), "scene", "7"));
  const auto events = cart.all();
  REQUIRE(events.size() == 3);
  CHECK(must(studio.log->take(events)).added == 3);
  CHECK(must(studio.log->take(events)).known == 3);
  CHECK(studio.scene("C001") == "7");
  CHECK(must(studio.log->others()).at(events[0].writer).hash == must(cart.log->head()).hash);
  sameAndWhole({&cart, &studio});
  // What is said after reading counts as later, however far behind the clock is.
  studio.clock.set(1'000'000'000'000);
  must(studio.catalog->annotate(studio.clip("C001"), "scene", "8"));
  must(cart.log->take(studio.all()));
  CHECK(cart.scene("C001") == "8");
  const auto history = must(cart.catalog->history(cart.clip("C001"), "scene"));
  REQUIRE(history.size() == 2);
  CHECK(history[1].previous == "7");
  CHECK(history[1].station == must(studio.log->head()).station);
  sameAndWhole({&cart, &studio});
}

TEST_CASE("an event that does not follow from the one before it is not taken and nothing with it") {
  TempFolder folder;
  Station cart(folder, "cart"), studio(folder, "studio");
  const auto id = must(cart.catalog->recordOffload(offload("A001")));
  must(cart.catalog->recordClips(id, {clip("C001")}));
  const auto events = cart.all();
  auto changed = events;
  changed[1].body.replace(changed[1].body.find("C001"), 4, "C009");
  for (const auto& batch : {changed, std::vector<model::Event>{events[1]}}) {
    const auto taken = studio.log->take(batch);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == Errc::conflict);
  }
  CHECK(must(studio.catalog->rolls()).empty());
  CHECK(must(studio.log->others()).empty());
  must(studio.log->take(events));
  auto database = must(catalog::Database::open(studio.path, SQLITE_OPEN_READWRITE));
  CHECK_FALSE(database->execute("UPDATE foreign_event SET body = '{}'"));
  CHECK_FALSE(database->execute("DELETE FROM foreign_event"));
  must(
      database->execute("DROP TRIGGER foreign_event_never_changes; UPDATE foreign_event SET body = replace(body, "
                        "'C001', 'C009') WHERE seq = 2"));
  CHECK_FALSE(must(studio.catalog->check()).ok);
}

TEST_CASE("an event about a roll that is not known yet waits for it") {
  TempFolder folder;
  Station cart(folder, "cart"), editor(folder, "editor"), late(folder, "late");
  const auto id = must(cart.catalog->recordOffload(offload("A001")));
  must(cart.catalog->recordClips(id, {clip("C001")}));
  must(editor.log->take(cart.all()));
  must(editor.catalog->annotate(editor.clip("C001"), "scene", "9"));
  must(late.log->take(editor.all()));
  CHECK(must(late.catalog->clips("")).empty());
  CHECK(must(late.catalog->check()).ok);
  must(late.log->take(cart.all()));
  CHECK(late.scene("C001") == "9");
  must(cart.log->take(editor.all()));
  sameAndWhole({&cart, &editor, &late});
  must(late.catalog->rebuildProjections());
  CHECK(late.scene("C001") == "9");
}

TEST_CASE("an event of another program's making stays in the log and keeps nothing from coming") {
  TempFolder folder;
  Station cart(folder, "cart"), studio(folder, "studio");
  must(cart.catalog->recordOffload(offload("A001")));
  auto events = cart.all();
  const auto add = [&](const char* kind, const char* body, std::int64_t version) {
    model::Event next = events.back();
    next.seq++;
    next.hlc++;
    next.projectedHlc++;
    next.id += "x";
    next.kind = kind;
    next.kindVersion = version;
    next.body = body;
    next.hash = catalog::linkHash(events.back().hash, next);
    events.push_back(next);
  };
  add("unheard_of", "anything at all", 1);
  add("annotated", "{\"clip\":17}", 1);
  add("offloaded", "{\"roll\":{\"project\":\"P\",\"day\":\"d\",\"roll\":\"X\"}}", 1);
  add("document_set", R"({"kind":"preset","name":"n","body":{"a":1}})", 1);
  add("document_set", R"({"kind":"preset","name":"n","body":{"a":2}})", 2);
  CHECK(must(studio.log->take(events)).added == 6);
  CHECK(must(studio.catalog->document("preset", "n")) == R"({"a":1})");
  CHECK(must(studio.catalog->rolls()).size() == 1);
  CHECK(must(studio.catalog->check()).findings == std::vector<std::string>{});
}

TEST_CASE("an unreadable event that waited for a roll does not keep it from being recorded") {
  TempFolder folder;
  Station stranger(folder, "stranger"), cart(folder, "cart");
  model::Event event;
  event.writer = must(stranger.log->head()).station;
  event.seq = 1;
  event.id = "any";
  event.hlc = event.projectedHlc = 1;
  event.kind = "annotated";
  event.body = R"({"clip":{"clip":"C001","day":"2026-05-02","occurrence":0,"project":"Harbour","roll":"A001"}})";
  event.hash = catalog::linkHash(catalog::firstLink(event.writer), event);
  must(cart.log->take({event}));
  must(cart.catalog->recordClips(must(cart.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  must(cart.catalog->annotate(cart.clip("C001"), "scene", "3"));
  CHECK(cart.scene("C001") == "3");
  CHECK(must(cart.catalog->check()).findings == std::vector<std::string>{});
  must(cart.catalog->rebuildProjections());
  CHECK(cart.scene("C001") == "3");
}

TEST_CASE("two cards that were given one name on two carts are kept apart and told") {
  TempFolder folder;
  Station a(folder, "a"), b(folder, "b");
  must(a.catalog->recordClips(must(a.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  auto other = offload("A001");
  other.inventoryFingerprint = "something else";
  other.records = {{"A/one.mov", 100, 1, {{model::HashFormat::xxh64, "ffff"}}}};
  must(b.catalog->recordClips(must(b.catalog->recordOffload(other)), {clip("C777")}));
  must(a.log->take(b.all()));
  must(b.log->take(a.all()));
  CHECK(names(must(a.catalog->clips(""))) == std::vector<std::string>{"C001"});
  CHECK(names(must(b.catalog->clips(""))) == std::vector<std::string>{"C777"});
  REQUIRE(must(a.log->rollConflicts()).size() == 1);
  CHECK(must(a.log->rollConflicts())[0].roll == "A001");
  CHECK(must(a.log->rollConflicts())[0].station == must(b.log->head()).station);
  CHECK(must(a.catalog->check()).ok);
}

TEST_CASE("one card offloaded on two carts is one roll with the copies of both") {
  TempFolder folder;
  Station a(folder, "a"), b(folder, "b");
  must(a.catalog->recordClips(must(a.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  auto again = offload("A001");
  again.inventoryFingerprint = "touched";  // the times changed; a file and its hash did not
  again.copies = {{"/c/A001", "LTO", "serial:9", "Disk 9", model::CopyState::verified, 2, 0, 300, "/c/m.mhl"}};
  must(b.catalog->recordClips(must(b.catalog->recordOffload(again)), {clip("C001")}));
  must(a.log->take(b.all()));
  must(b.log->take(a.all()));
  sameAndWhole({&a, &b});
  CHECK(must(a.catalog->rolls()).at(0).copies.size() == 3);
  CHECK(must(a.catalog->clips("")).size() == 1);
  // The media is where this station has it.
  CHECK(must(a.catalog->clips("")).at(0).mediaRoot == "/a/A001");
  CHECK(must(b.catalog->clips("")).at(0).mediaRoot == "/c/A001");
}

TEST_CASE("an event from the future counts as of when it came") {
  TempFolder folder;
  Station wrong(folder, "wrong"), right(folder, "right"), third(folder, "third");
  must(right.catalog->recordClips(must(right.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  must(wrong.log->take(right.all()));
  wrong.clock.set(1'977'000'000'000);
  must(wrong.catalog->annotate(wrong.clip("C001"), "scene", "future"));
  auto ahead = wrong.all();
  must(third.log->take(right.all()));
  must(third.log->take(ahead));
  const std::int64_t received = std::int64_t{1'777'000'100'000} << 16;
  ahead.back().projectedHlc = received;
  must(right.log->take(ahead));
  right.clock.set(1'777'000'200'000);
  must(right.catalog->annotate(right.clip("C001"), "scene", "now"));
  CHECK(right.scene("C001") == "now");
  for (Station* station : {&wrong, &third}) {
    must(station->log->take(right.all()));
    CHECK(station->scene("C001") == "future");
    CHECK(must(station->log->holdBack({{{ahead.back().writer, ahead.back().seq}, received}})));
    CHECK_FALSE(must(station->log->holdBack({{{ahead.back().writer, ahead.back().seq}, received}})));
    CHECK(station->scene("C001") == "now");
  }
  sameAndWhole({&wrong, &right, &third});
}

TEST_CASE("a look that two carts added at once has the same versions on both") {
  TempFolder folder;
  Station a(folder, "a"), b(folder, "b");
  model::Look look;
  look.name = "show";
  look.cdlSpace = "from a";
  must(a.catalog->addLook(look));
  b.clock.set(1'777'000'000'500);
  look.cdlSpace = "from b";
  must(b.catalog->addLook(look));
  must(b.catalog->assignLook("show", "project:Harbour", 1));
  must(b.log->take(a.all()));
  must(a.log->take(b.all()));
  REQUIRE(must(b.catalog->lookVersions("show")).size() == 2);
  CHECK(must(b.catalog->lookVersions("show"))[0].look.cdlSpace == "from a");
  CHECK(must(b.catalog->lookHistory("project:Harbour")).at(0).version == 2);  // the one it meant
  CHECK(must(a.catalog->check()).ok);
  CHECK(must(b.catalog->check()).ok);
}

TEST_CASE("facts are added and never changed, and a wrong one is answered by another") {
  TempFolder folder;
  Station a(folder, "a"), b(folder, "b");
  const model::RollKey key{"Harbour", "2026-05-02", "A001"};
  must(a.catalog->recordFact("uploaded", key, R"({"bytes":300})"));
  must(a.catalog->recordFact("uploaded", {"Harbour", "2026-05-02", "A002"}, "{}"));
  CHECK(a.catalog->recordFact("gossip", key, "{}").error().code == Errc::usage);
  CHECK(a.catalog->recordFact("uploaded", key, "[]").error().code == Errc::usage);
  const auto found = must(a.catalog->facts("uploaded", key));
  REQUIRE(found.size() == 1);
  CHECK(found[0].json == R"({"bytes":300})");
  CHECK(must(a.catalog->facts("uploaded", {"Harbour", "", ""})).size() == 2);
  must(b.log->take(a.all()));
  must(b.catalog->retract(found[0], "the bucket was another one"));
  CHECK(must(b.catalog->facts("uploaded", {})).size() == 1);
  must(a.log->take(b.all()));
  sameAndWhole({&a, &b});
}

TEST_CASE("a catalog that went back to an old copy takes its lost events and goes on under a new id") {
  TempFolder folder;
  Station cart(folder, "cart");
  must(cart.catalog->recordClips(must(cart.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  must(cart.catalog->backup(folder.file("old.db")));
  must(cart.catalog->annotate(cart.clip("C001"), "scene", "lost"));
  const auto whole = cart.all();
  Station old(folder, "old");
  must(old.log->recover({whole.begin() + 2, whole.end()}));
  CHECK_FALSE(old.log->recover({whole.begin() + 1, whole.end()}));
  CHECK(old.scene("C001") == "lost");
  CHECK(must(old.log->head()).hash == must(cart.log->head()).hash);
  const auto before = told(*old.catalog);
  const auto fresh = must(old.log->continueAsNewStation(3, "an old copy was put back"));
  CHECK(fresh.station != must(cart.log->head()).station);
  CHECK(fresh.seq == 1);
  CHECK(told(*old.catalog) == before);
  CHECK(must(old.log->others()).at(must(cart.log->head()).station).seq == 3);
  must(cart.log->take(old.all()));
  sameAndWhole({&cart, &old});
}

TEST_CASE("a clone's own tail is written again under its new id and neither tail is lost") {
  TempFolder folder;
  Station cart(folder, "cart");
  must(cart.catalog->recordClips(must(cart.catalog->recordOffload(offload("A001"))), {clip("C001")}));
  must(cart.catalog->backup(folder.file("clone.db")));
  Station clone(folder, "clone");
  clone.clock.set(1'777'000'001'000);
  cart.clock.set(1'777'000'002'000);
  must(clone.catalog->annotate(clone.clip("C001"), "scene", "clone"));
  must(clone.catalog->annotate(clone.clip("C001"), "take", "5"));
  must(cart.catalog->annotate(cart.clip("C001"), "scene", "cart"));
  CHECK_FALSE(clone.log->take(cart.all()));  // one id with two histories is never merged
  must(clone.log->continueAsNewStation(2, "the log forked"));
  CHECK(must(clone.log->head()).seq == 3);
  CHECK(clone.scene("C001") == "clone");
  must(clone.log->take(cart.all()));
  must(cart.log->take(clone.all()));
  CHECK(cart.scene("C001") == "cart");  // it was said later
  CHECK(must(cart.catalog->findClips("C001")).at(0).clip.slate.take == "5");
  sameAndWhole({&cart, &clone});
}

TEST_CASE("stations that exchange their logs in any order come to say the same") {
  const auto seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U);
  INFO(seed);
  std::mt19937 random(seed);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  TempFolder folder;
  std::vector<std::unique_ptr<Station>> stations;
  for (const char* name : {"a", "b", "c", "d"}) stations.push_back(std::make_unique<Station>(folder, name));
  const auto carry = [&](Station& from, Station& to) {
    // A part of what it has, of its own and of others', as a shuttle drive would bring it.
    const auto known = must(to.log->others());
    const auto id = must(from.log->head()).station;
    const auto found = known.find(id);
    const auto after = found == known.end() ? 0 : found->second.seq;
    must(to.log->take(must(from.log->read(after, static_cast<std::size_t>(1 + below(4)), 1 << 20))));
  };
  for (int step = 0; step < 120; ++step) {
    Station& one = *stations[static_cast<std::size_t>(below(4))];
    one.clock.set(1'777'000'000'000 + below(50) * 1000);  // clocks jump about
    switch (below(9)) {
      case 0:
      case 1: {
        auto fact = offload("A00" + std::to_string(below(3)), below(2) == 0);
        fact.copies[0].root += std::to_string(below(3));
        fact.finishedAt = "2026-05-02T10:0" + std::to_string(below(9)) + ":00Z";
        const auto id = must(one.catalog->recordOffload(fact));
        must(one.catalog->recordClips(id, {clip("C001" + fact.key.roll), clip("C002" + fact.key.roll)}));
        break;
      }
      case 2:
      case 3:
        for (const auto& row : must(one.catalog->clips("")))
          if (below(3) == 0)
            must(one.catalog->annotate(row.id, below(2) == 0 ? "scene" : "take", std::to_string(below(100))));
        break;
      case 4: {
        model::Look look;
        look.name = "L" + std::to_string(below(2));
        look.cdlSpace = std::to_string(random());
        must(one.catalog->addLook(look));
        must(one.catalog->assignLook(look.name, "project:Harbour"));
        break;
      }
      case 5:
        must(one.catalog->setDocument("preset", "p" + std::to_string(below(2)),
                                      "{\"n\":" + std::to_string(below(99)) + "}"));
        must(one.catalog->setProjectSpec("Harbour", "{\"n\":" + std::to_string(below(99)) + "}"));
        break;
      case 6:
        for (const auto& format : must(one.catalog->formats("")))
          must(one.catalog->setFormat(format.id, "colour_space", below(2) == 0 ? "ACEScct" : ""));
        must(
            one.catalog->recordFact("uploaded", {"Harbour", "d", "A001"}, "{\"n\":" + std::to_string(below(99)) + "}"));
        break;
      case 7:
        for (const auto& roll : must(one.catalog->rolls())) {
          catalog::Findings findings;
          for (const auto& row : must(one.catalog->clipsOfRoll(roll.id)))
            findings.push_back({row.id, {{"code" + std::to_string(below(9)), model::QcLevel::note, "text"}}});
          must(one.catalog->recordQc(roll.id, findings));
        }
        break;
      default:
        carry(*stations[static_cast<std::size_t>(below(4))], one);
        break;
    }
    if (below(2) == 0) carry(one, *stations[static_cast<std::size_t>(below(4))]);
  }
  for (auto& from : stations)
    for (auto& to : stations)
      if (from != to) must(to->log->take(from->all()));
  std::vector<Station*> all;
  for (auto& station : stations) all.push_back(station.get());
  sameAndWhole(all);
}
