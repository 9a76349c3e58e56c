// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/search.h"

#include "fixture.h"

using namespace fixture;
using Names = std::vector<std::string>;

namespace {

struct Library {
  TempFolder folder;
  std::unique_ptr<catalog::Catalog> catalog = openCatalog(folder.file("c.db"));
  Library() {
    auto one = clip("A001C001_260502_R1AA");
    one.slate.circled = true;
    one.slate.notes = "boom in shot, use second half";
    auto two = clip("A001C002_260502_R1AA");
    two.slate.scene = "12A";
    two.frameRate = FrameRate{25, 1};
    two.exposure.ei = 1600;
    auto three = clip("B001C001_260502_R2BB");
    three.cameraLetter = "B";
    three.slate.scene = "\xC3\x89toile";  // Étoile
    three.lens.model.clear();
    must(catalog->recordClips(must(catalog->recordOffload(offload("A001"))), {one, two}));
    must(catalog->recordClips(must(catalog->recordOffload(offload("B001", false))), {three}));
  }
  Names find(const std::string& query) { return names(must(catalog->clips(query))); }
};

const std::string kOne = "A001C001_260502_R1AA", kTwo = "A001C002_260502_R1AA", kThree = "B001C001_260502_R2BB";

}  // namespace

TEST_CASE("words and fields must all hold") {
  Library library;
  CHECK(library.find("") == Names{kOne, kTwo, kThree});
  CHECK(library.find("  ") == Names{kOne, kTwo, kThree});
  CHECK(library.find("camera:A") == Names{kOne, kTwo});
  CHECK(library.find("camera:a scene:12a") == Names{kTwo});
  CHECK(library.find("camera:B scene:12") == Names{});
  CHECK(library.find("boom camera:A") == Names{kOne});
  CHECK(library.find("boom half") == Names{kOne});
  CHECK(library.find("boom nowhere") == Names{});
}

TEST_CASE("a field compares as a whole and only a star opens its end") {
  Library library;
  CHECK(library.find("scene:12") == Names{kOne});
  CHECK(library.find("scene:12*") == Names{kOne, kTwo});
  CHECK(library.find("clip:a001c00*") == Names{kOne, kTwo});
  CHECK(library.find("camera:\"ALEXA Mini\" roll:b001") == Names{kThree});
  CHECK(library.find("camera:alexa*") == Names{kOne, kTwo, kThree});
  CHECK(library.find("scene:\xC3\xA9TOILE") == Names{kThree});
  CHECK(library.find("scene:\xC3\x89*") == Names{kThree});
}

TEST_CASE("each field that the header names is searched") {
  Library library;
  CHECK(library.find("clip:" + kTwo) == Names{kTwo});
  CHECK(library.find("reel:A001R1AA") == Names{kOne, kTwo, kThree});
  CHECK(library.find("roll:A001") == Names{kOne, kTwo});
  CHECK(library.find("day:2026-05-02 roll:B001") == Names{kThree});
  CHECK(library.find("project:harbour camera:B") == Names{kThree});
  CHECK(library.find("family:arri camera:B") == Names{kThree});
  CHECK(library.find("take:3 camera:B") == Names{kThree});
  CHECK(library.find("circled:yes") == Names{kOne});
  CHECK(library.find("circled:no") == Names{kTwo, kThree});
  CHECK(library.find("codec:ap4h scene:12a") == Names{kTwo});
  CHECK(library.find("codec:h264") == Names{});
  CHECK(library.find("fps:25") == Names{kTwo});
  CHECK(library.find("fps:23.976") == Names{kOne, kThree});
  CHECK(library.find("fps:23.98") == Names{kOne, kThree});
  CHECK(library.find("fps:24000/1001") == Names{kOne, kThree});
  CHECK(library.find("ei:1600") == Names{kTwo});
  CHECK(library.find("lens:\"signature prime 35\" ei:1600") == Names{kTwo});
  CHECK(library.find("lens:\"\"") == Names{kThree});
  CHECK(library.find("lens:*") == Names{kOne, kTwo});
  CHECK(library.find("space:\"ARRI LogC3 (EI800)\" ei:1600") == Names{kTwo});
  CHECK(library.find("verdict:safe") == Names{kOne, kTwo});
  CHECK(library.find("verdict:not_safe") == Names{kThree});
  CHECK(library.find("notes:boom") == Names{kOne});
}

TEST_CASE("a bare word begins a word and a phrase stands as written") {
  Library library;
  CHECK(library.find("B001C") == Names{kThree});
  CHECK(library.find("A001C001_26") == Names{kOne});
  CHECK(library.find("\"boom in shot\"") == Names{kOne});
  CHECK(library.find("\"shot in boom\"") == Names{});
  CHECK(library.find("\"boo\"") == Names{});
  CHECK(library.find("etoile") == Names{kThree});
  CHECK(library.find("10:00:00:00 camera:B") == Names{kThree});
}

TEST_CASE("whatever is typed is text and never an expression") {
  Library library;
  for (const std::string query :
       {"\"",    "\"boom", "*",       "-",       "AND",         "boom OR camera",         "NEAR(", "text:x\"",
        "a\"b",  "^boom",  "boom)",   "(boom",   "'",           "'; DROP TABLE clip; --", "boom*", "{text}",
        "+boom", "scene:", "scene:'", "notes:%", "\xE2\x80\x94"}) {
    INFO(query);
    auto found = library.catalog->clips(query);
    CHECK((found || found.error().code == Errc::usage));
  }
  CHECK(library.find("\"boom") == Names{kOne});
  CHECK(library.find("boom -") == Names{kOne});
  CHECK(library.find("scene:") == Names{kOne, kTwo, kThree});
  CHECK(library.find("boom OR") == Names{});
  CHECK(library.catalog->clips("\xFF").error().code == Errc::usage);
  CHECK(must(library.catalog->check()).ok);
}

TEST_CASE("an unknown field is named and not silently ignored") {
  Library library;
  const auto found = library.catalog->clips("colour:red");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::usage);
  CHECK(found.error().subject == "colour");
}

TEST_CASE("case folds beyond ASCII") {
  CHECK(catalog::foldCase("\xC3\x84\xC3\x96\xC3\x9C Z") == "\xC3\xA4\xC3\xB6\xC3\xBC z");
  CHECK(catalog::foldCase("\xD0\x94\xD0\xAF") == "\xD0\xB4\xD1\x8F");
  CHECK(catalog::foldCase("\xCE\xA9") == "\xCF\x89");
  CHECK(catalog::foldCase("\xC3\x97") == "\xC3\x97");
}
