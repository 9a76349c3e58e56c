// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/core/offload/rig.h"

using namespace rollproof;
using namespace rollproof::offload;

namespace {
Errc refused(Rig& rig) {
  const auto plan = planOffload(rig.fs, rig.request);
  REQUIRE_FALSE(plan);
  CHECK_FALSE(plan.error().message.empty());
  return plan.error().code;
}
}  // namespace

TEST_CASE("a plan lists every file and folder and writes nothing") {
  Rig rig;
  const auto before = rig.fs.pathsUnder("/");
  const auto plan = planOffload(rig.fs, rig.request);
  REQUIRE(plan);
  CHECK(plan->files.size() == 4);
  CHECK(plan->directories == std::vector<std::string>{"CLIPS", "EMPTY"});
  CHECK(plan->bytes == (9U << 20U) + 3 + 5000 + 9);
  CHECK(rig.fs.pathsUnder("/") == before);
}

TEST_CASE("what cannot be carried out is refused before anything is written") {
  Rig rig;
  SECTION("no source") {
    rig.request.source = "/nowhere";
    CHECK(refused(rig) == Errc::notFound);
  }
  SECTION("source is a file") {
    rig.request.source = "/card/empty.bin";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("empty card") {
    rig.fs.putDirectory("/void");
    rig.request.source = "/void";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("no destination") {
    rig.request.destinations.clear();
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("missing destination") {
    rig.request.destinations[1] = "/c";
    CHECK(refused(rig) == Errc::notFound);
  }
  SECTION("destination is a file") {
    rig.fs.putFile("/c", "");
    rig.request.destinations[1] = "/c";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("destination inside the source") {
    rig.request.destinations[1] = "/card/EMPTY";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("destination is the source") {
    rig.request.destinations[1] = "/card";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("source inside the roll's folder") {
    rig.fs.putFile("/a/P/D/A001/sub/x.mov", "x");
    rig.request.source = "/a/P/D/A001/sub";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("same destination twice") {
    rig.request.destinations[1] = "/a";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("nested roll folders") {
    rig.fs.putDirectory("/a/P/D/A001/x");
    rig.request.destinations[1] = "/a/P/D/A001/x";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("folder leaves the destination") {
    rig.request.folder = "../x";
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("a file where the roll's folder belongs") {
    rig.fs.putFile("/a/P", "");
    CHECK(refused(rig) == Errc::conflict);
  }
  SECTION("unwritable") {
    rig.request.mayWrite = [](const std::string& path) { return !path::isWithin(path, "/b"); };
    CHECK(refused(rig) == Errc::permission);
  }
  const auto original = rig.request.volumeOf;
  SECTION("read-only") {
    rig.request.volumeOf = [original](const std::string& path) {
      auto v = original(path);
      v->readOnly = path == "/b";
      return v;
    };
    CHECK(refused(rig) == Errc::readOnly);
  }
  SECTION("too full") {
    rig.request.volumeOf = [original](const std::string& path) {
      auto v = original(path);
      v->freeBytes = 5U << 20U;
      return v;
    };
    CHECK(refused(rig) == Errc::noSpace);
  }
  SECTION("case twins onto exFAT") {
    rig.fs.putFile("/card/Empty.bin", "");
    rig.request.volumeOf = [original](const std::string& path) {
      auto v = original(path);
      v->fileSystem = "exfat";
      return v;
    };
    CHECK(refused(rig) == Errc::usage);
  }
  SECTION("a name too long") {
    rig.fs.putFile("/card/" + std::string(256, 'n'), "");
    CHECK(refused(rig) == Errc::usage);
  }
}

TEST_CASE("what an earlier run left needs no space again") {
  Rig rig;
  REQUIRE(safe(rig.run()));
  const auto original = rig.request.volumeOf;
  rig.request.volumeOf = [original](const std::string& path) {
    auto v = original(path);
    v->freeBytes = 1U << 20U;
    return v;
  };
  CHECK(planOffload(rig.fs, rig.request));
}

TEST_CASE("folder templates are filled in and kept inside the destination") {
  CHECK(*fillFolderTemplate("{project}/{day}/{roll}", "Show", "2026-05-02", "A001") == "Show/2026-05-02/A001");
  CHECK(*fillFolderTemplate("{project}/x-{roll}", "a/b:c", "", "A?") == "a_b_c/x-A_");
  for (const char* bad : {"{camera}", "{project", "x}", "../{roll}", "/{roll}", "{roll}/..", "", "a//b"})
    CHECK(fillFolderTemplate(bad, "P", "D", "R").error().code == Errc::usage);
  CHECK_FALSE(fillFolderTemplate("{roll}", "P", "D", ""));
  CHECK(*fillFolderTemplate("{roll}", "P", "D", "..") == "._");
}

TEST_CASE("what stands at a destination already is met while planning") {
  Rig rig;
  rig.fs.putFile("/b/P/D/A001/CLIPS/A001C002.mov", "another film");
  rig.fs.putFile("/b/P/D/A001/empty.bin", "");
  const auto plan = planOffload(rig.fs, rig.request);
  REQUIRE(plan);
  REQUIRE(plan->conflicts.size() == 1);
  CHECK(plan->conflicts[0].path == "CLIPS/A001C002.mov");
  CHECK(plan->conflicts[0].where == "/b/P/D/A001");
  CHECK(plan->conflicts[0].device == "b");
  CHECK(plan->copies[1].root == "/b/P/D/A001");
}

TEST_CASE("a roll that meets other content goes to a numbered folder when asked and nothing is touched") {
  Rig rig;
  rig.fs.putFile("/b/P/D/A001/CLIPS/A001C002.mov", "another film");
  rig.fs.putFile("/a/P/D/A001_2/other.mov", "a third film");
  rig.request.onConflict = OnConflict::numberedFolder;
  const auto plan = planOffload(rig.fs, rig.request);
  REQUIRE(plan);
  CHECK(plan->conflicts.empty());
  CHECK(plan->request.folder == "P/D/A001_3");
  CHECK(plan->copies[0].root == "/a/P/D/A001_3");
  CHECK(plan->copies[1].root == "/b/P/D/A001_3");
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(rig.fs.content("/b/P/D/A001/CLIPS/A001C002.mov") == "another film");
  CHECK_FALSE(rig.fs.has("/a/P/D/A001"));
  CHECK(rig.fs.has("/b/P/D/A001_3/CLIPS/A001C002.mov"));
}

TEST_CASE("an unfinished run into a numbered folder goes on there") {
  Rig rig;
  rig.fs.putFile("/b/P/D/A001/CLIPS/A001C002.mov", "another film");
  rig.request.onConflict = OnConflict::numberedFolder;
  std::stop_source stop;
  rig.fs.before = [&stop](support::Call call, const std::string& path) {
    if (call == support::Call::write && path.find("A001C001") != std::string::npos) stop.request_stop();
    return 0;
  };
  CHECK(rig.run(stop.get_token()).cancelled);
  rig.fs.before = {};
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(rig.manifests("/b") == std::vector<std::string>(rig.left("/b/P/D/A001_2", ".mhl")));
  CHECK_FALSE(rig.fs.has("/b/P/D/A001_3"));
}
