// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/catalog.h"

#include <sys/stat.h>

#include "fixture.h"

using namespace fixture;
using Names = std::vector<std::string>;

TEST_CASE("an offload is read back as it was recorded and its byte paths too") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  auto fact = offload("A001");
  fact.problems = {{std::string("\xFF.mov"), "source", "unreadable", "cannot read"}};
  const auto id = must(catalog->recordOffload(fact));
  const auto row = must(catalog->roll(id));
  REQUIRE(row);
  CHECK(row->key == fact.key);
  CHECK(row->verdict.kind == model::VerdictKind::safe);
  REQUIRE(row->verdict.reasons.size() == 1);
  CHECK(row->verdict.reasons[0].text == "Two verified copies on two devices.");
  REQUIRE(row->copies.size() == 2);
  CHECK(row->copies[1].root == "/b/A001");
  CHECK(row->copies[1].state == model::CopyState::verified);
  REQUIRE(row->problems.size() == 1);
  CHECK(row->problems[0].path == std::string("\xFF.mov"));
  const auto files = must(catalog->files(id));
  REQUIRE(files.size() == 2);
  CHECK(files[0].digests == fact.records[0].digests);
  CHECK(files[1].path == fact.records[1].path);
  CHECK(files[1].modifiedUnixNanos == 2);
  CHECK(must(catalog->findRoll(fact.key))->id == id);
  CHECK_FALSE(must(catalog->findRoll({"Harbour", "2026-05-03", "A001"})));
  CHECK(must(catalog->rollsWithFingerprint("f-A001")).size() == 1);
}

TEST_CASE("a verification makes the roll's verdict fall and rise and what it said stays in the log") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  auto fact = offload("A001");
  fact.evidence = R"({"files":2})";
  const auto id = must(catalog->recordOffload(fact));
  must(catalog->recordClips(id, {clip("C001")}));
  catalog::CheckFact check;
  check.key = fact.key;
  check.root = "/a/A001";
  check.result = "defect";
  check.altered = 1;
  const auto fall = [](const catalog::RollRow& standing, catalog::CheckFact& now) {
    CHECK(standing.evidence == R"({"files":2})");
    now.copies = standing.copies;
    now.copies.at(0).state = model::CopyState::defect;
    now.verdict.reasons = {{"defect", "One copy is damaged."}};
    model::FileProblem problem{"A/one.mov", "/a/A001", "altered", "is not what it was"};
    problem.culprit = "drive";
    problem.readings = {{"SHUTTLE", "00ff"}};
    now.problems = {problem};
    now.evidence = R"({"files":2,"fallen":true})";
  };
  CHECK(must(catalog->recordCheck(check, fall)) == id);
  auto row = must(catalog->roll(id));
  REQUIRE(row);
  CHECK(row->verdict.kind == model::VerdictKind::notSafe);
  CHECK(row->verdict.reasons.at(0).code == "defect");
  CHECK(row->copies.at(0).state == model::CopyState::defect);
  CHECK(row->problems.at(0).culprit == "drive");
  CHECK(row->problems.at(0).readings.at(0).what == "SHUTTLE");
  CHECK(row->finishedAt == fact.finishedAt);
  CHECK(must(catalog->clips("verdict:safe")).empty());
  CHECK(must(catalog->clips("")).at(0).mediaRoot == "/b/A001");
  check.result = "verified";
  check.verdict = fact.verdict;
  check.copies = fact.copies;
  must(catalog->recordCheck(check, {}));
  CHECK(must(catalog->clips("verdict:safe")).size() == 1);
  CHECK(must(catalog->check()).findings == std::vector<std::string>{});
  check.key.roll = "A099";
  CHECK(catalog->recordCheck(check, {}).error().code == Errc::notFound);
}

TEST_CASE("a copy of a copy adds to the roll and leaves what is known of the card") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  auto fact = offload("A001");
  fact.cardId = "serial:9/ABCD";
  const auto id = must(catalog->recordOffload(fact));
  auto later = offload("A001");
  later.source = later.copiedFrom = "/a/A001";
  later.inventoryFingerprint = "with a seal";
  later.files = 4;
  later.records.clear();
  later.cardId.clear();
  later.copies.push_back({"/c/A001", "THIRD", "serial:3", "Disk 3", model::CopyState::verified, 4, 0, 300, "/c/m.mhl"});
  later.finishedAt = "2026-05-03T10:05:00Z";
  CHECK(must(catalog->recordOffload(later)) == id);
  const auto row = must(catalog->roll(id));
  REQUIRE(row);
  CHECK(row->copies.size() == 3);
  CHECK(row->files == 2);
  CHECK(row->cardId == "serial:9/ABCD");
  CHECK(row->source == "/media/card");
  CHECK(row->inventoryFingerprint == "f-A001");
  CHECK(row->finishedAt == later.finishedAt);
  CHECK(must(catalog->files(id)).size() == 2);
  CHECK(must(catalog->check()).findings == std::vector<std::string>{});
}

TEST_CASE("a verdict is not safe unless the fact says safe") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  catalog::OffloadFact bare;
  bare.key = {"P", "2026-05-02", "A001"};
  must(catalog->recordOffload(bare));
  CHECK(must(catalog->rolls()).at(0).verdict.kind == model::VerdictKind::notSafe);
}

TEST_CASE("the same roll offloaded again keeps clip ids and annotations and takes the new verdict") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001"), clip("C002")}));
  const auto c2 = must(catalog->findClips("C002")).at(0).id;
  must(catalog->annotate(c2, "scene", "77A"));
  CHECK(must(catalog->recordOffload(offload("A001", false))) == roll);
  CHECK(must(catalog->clips("verdict:safe")).empty());
  must(catalog->recordClips(roll, {clip("C002"), clip("C003")}));
  const auto rows = must(catalog->clips(""));
  CHECK(names(rows) == Names{"C002", "C003"});
  CHECK(rows[0].id == c2);
  CHECK(rows[0].clip.slate.scene == "77A");
  CHECK(rows[0].verdict == "not_safe");
  CHECK(must(catalog->clips("verdict:safe")).empty());
  CHECK(must(catalog->rolls()).size() == 1);
  CHECK(must(catalog->rolls())[0].clips == 2);
  CHECK(must(catalog->clips("C001")).empty());
  must(catalog->recordClips(roll, {clip("C001")}));
  CHECK(names(must(catalog->clips("C001"))) == Names{"C001"});
}

TEST_CASE("an offload that was stopped early does not take the media of the earlier one away") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001")}));
  auto stopped = offload("A001", false);
  for (auto& copy : stopped.copies) copy.state = model::CopyState::incomplete;
  must(catalog->recordOffload(stopped));
  const auto row = must(catalog->clips("")).at(0);
  CHECK(row.mediaRoot == "/a/A001");
  CHECK(row.verifiedCopies == 0);
}

TEST_CASE("two clips of one name on a roll stay two whatever order they are read in") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  auto left = clip("C001"), right = clip("C001");
  left.files[0].path = "a/C001.mov";
  right.files[0].path = "b/C001.mov";
  must(catalog->recordClips(roll, {left, right}));
  const auto before = must(catalog->findClips("C001"));
  REQUIRE(before.size() == 2);
  must(catalog->recordClips(roll, {right, left}));
  const auto after = must(catalog->findClips("C001"));
  REQUIRE(after.size() == 2);
  CHECK(after[0].id == before[1].id);
  CHECK(after[0].clip.files[0].path == "b/C001.mov");
}

TEST_CASE("an annotation lies over the camera's value and can be taken back") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001")}));
  const auto id = must(catalog->findClips("C001")).at(0).id;
  must(catalog->annotate(id, "take", "9"));
  must(catalog->annotate(id, "circled", "TRUE"));
  must(catalog->annotate(id, "ei", "1600"));
  auto row = must(catalog->clip(id));
  REQUIRE(row);
  CHECK(row->clip.slate.take == "9");
  CHECK(row->clip.slate.circled == true);
  CHECK(row->clip.exposure.ei == 1600);
  REQUIRE(row->clip.provenance.count("slate.take") == 1);
  CHECK(row->clip.provenance.at("slate.take").at(0).source == "user");
  CHECK(names(must(catalog->clips("circled:yes take:9 ei:1600"))) == Names{"C001"});
  must(catalog->annotate(id, "take", ""));
  CHECK(must(catalog->clip(id))->clip.slate.take == "3");
  CHECK(must(catalog->clips("take:9")).empty());
}

TEST_CASE("an unknown field or a value that a field cannot hold is refused and leaves no event") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001")}));
  const auto id = must(catalog->findClips("C001")).at(0).id;
  const auto head = catalog->headSeq();
  CHECK(catalog->annotate(id, "weather", "rain").error().code == Errc::usage);
  CHECK(catalog->annotate(id, "circled", "perhaps").error().code == Errc::usage);
  CHECK(catalog->annotate(id, "ei", "-3").error().code == Errc::usage);
  CHECK(catalog->annotate(id, "notes", "\xFF").error().code == Errc::usage);
  CHECK(catalog->annotate(id, "notes", std::string(70000, 'x')).error().code == Errc::usage);
  CHECK(catalog->annotate({999}, "notes", "x").error().code == Errc::notFound);
  CHECK(catalog->recordClips({999}, {}).error().code == Errc::notFound);
  CHECK(catalog->headSeq() == head);
}

TEST_CASE("a look comes from the clip and else from the roll and else from the project") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001"), clip("C002")}));
  const auto c1 = must(catalog->findClips("C001")).at(0).id, c2 = must(catalog->findClips("C002")).at(0).id;
  for (const char* name : {"show", "night", "hero"}) {
    model::Look look;
    look.name = name;
    look.lutFile = std::string("/luts/\xFF") + name;
    must(catalog->addLook(look));
  }
  CHECK_FALSE(must(catalog->lookFor(c1)));
  must(catalog->assignLook("show", "project:Harbour"));
  CHECK(must(catalog->lookFor(c1))->name == "show");
  must(catalog->assignLook("night", "roll:" + std::to_string(roll.value)));
  must(catalog->assignLook("hero", "clip:" + std::to_string(c1.value)));
  CHECK(must(catalog->lookFor(c1))->lutFile == "/luts/\xFFhero");
  CHECK(must(catalog->lookFor(c2))->name == "night");
  CHECK(must(catalog->clips("C001")).at(0).lookName == "hero");
  model::Look second;
  second.name = "hero";
  second.cdl = model::Cdl{};
  second.cdl->saturation = 0.9;
  must(catalog->addLook(second));
  CHECK(must(catalog->lookFor(c1))->cdl == second.cdl);
  CHECK(must(catalog->looks()).size() == 3);
  must(catalog->assignLook("", "clip:" + std::to_string(c1.value)));
  CHECK(must(catalog->lookFor(c1))->name == "night");
  CHECK(catalog->assignLook("missing", "project:Harbour").error().code == Errc::notFound);
  CHECK(catalog->assignLook("show", "planet:Earth").error().code == Errc::usage);
  CHECK(catalog->assignLook("show", "clip:x").error().code == Errc::usage);
}

TEST_CASE("a render of the same file twice is listed once with the later numbers") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001")}));
  const auto id = must(catalog->findClips("C001")).at(0).id;
  catalog::RenderFact fact;
  fact.clipName = "C001";
  fact.clip = id;
  fact.preset = "h264-review";
  fact.path = std::string("/p/\xFF.mp4");
  fact.frames = 48;
  must(catalog->recordRender(fact));
  fact.frames = 50;
  fact.errorMax = 0.25;
  must(catalog->recordRender(fact));
  const auto renders = must(catalog->renders(id));
  REQUIRE(renders.size() == 1);
  CHECK(renders[0].frames == 50);
  CHECK(renders[0].errorMax == 0.25);
  CHECK(renders[0].path == fact.path);
  fact.clip = {};
  must(catalog->recordRender(fact));  // of a file that is in no roll
}

TEST_CASE("a thumbnail is kept without an event and survives a rebuild") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  must(catalog->recordClips(roll, {clip("C001")}));
  const auto id = must(catalog->findClips("C001")).at(0).id;
  const auto head = catalog->headSeq();
  const std::string jpeg("\xFF\xD8\0\xFF", 4);
  must(catalog->recordThumbnail(id, jpeg));
  CHECK(catalog->headSeq() == head);
  must(catalog->rebuildProjections());
  CHECK(must(catalog->thumbnail(id)) == jpeg);
  CHECK(must(catalog->thumbnail({id.value + 1})).empty());
  CHECK(catalog->recordThumbnail({99}, jpeg).error().code == Errc::notFound);
}

TEST_CASE("metadata that is not UTF-8 spoils neither the event nor the clip") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  const auto roll = must(catalog->recordOffload(offload("A001")));
  auto odd =
      clip(std::string("C\xFF"
                       "001"));
  odd.slate.notes = std::string("bad \xC3\x28 bytes \0 here", 19);
  odd.files[0].path = std::string("dir/\xFE.mov");
  must(catalog->recordClips(roll, {odd}));
  const auto rows = must(catalog->clips(""));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].clip.files.at(0).path == odd.files[0].path);
  CHECK(must(catalog->findClips(odd.name)).size() == 1);
  CHECK(must(catalog->check()).ok);
}

TEST_CASE("the catalog and its folder are private") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("new/deep/c.db"));
  must(catalog->recordOffload(offload("A001")));
  struct stat info {};
  REQUIRE(::stat(folder.file("new/deep/c.db").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  REQUIRE(::stat(folder.file("new/deep/c.db-wal").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  REQUIRE(::stat(folder.file("new/deep").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0700);
}

TEST_CASE("a backup is a whole catalog of its own and overwrites nothing") {
  TempFolder folder;
  auto catalog = openCatalog(folder.file("c.db"));
  must(catalog->recordOffload(offload("A001")));
  must(catalog->backup(folder.file("b.db")));
  CHECK(catalog->backup(folder.file("b.db")).error().code == Errc::exists);
  CHECK_FALSE(catalog->backup(folder.file("no/such/b.db")));
  struct stat info {};
  REQUIRE(::stat(folder.file("b.db").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  must(catalog->recordOffload(offload("A002")));
  auto copy = openCatalog(folder.file("b.db"));
  CHECK(must(copy->rolls()).size() == 1);
  CHECK(must(copy->check()).ok);
}
