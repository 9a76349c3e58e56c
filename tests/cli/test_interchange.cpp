// SPDX-License-Identifier: Apache-2.0
// The demo's cards offloaded, exported for editing, and logs read back onto them. One case: the cards are made once.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

struct Library {
  Scratch scratch;
  std::map<std::string, json> clips;  // by name
  Library() {
    const Ran made = runJson(scratch, {"demo", scratch.path("cards")});
    INFO(made.err);
    REQUIRE(made.exit == 0);
    scratch.folder("one");
    scratch.folder("two");
    for (const auto& card : made.result().at("cards")) {
      if (card.at("family") != "arri" && card.at("family") != "sound") continue;
      const Ran ran = runJson(scratch, {"offload", card.at("path"), "--to", scratch.path("one"), "--to",
                                        scratch.path("two"), "--project", "P", "--min-devices", "1"});
      INFO(ran.out << ran.err);
      REQUIRE(ran.exit == 0);
    }
    for (const auto& clip : runJson(scratch, {"clips"}).all("clip")) clips[clip.at("clip")] = clip;
    REQUIRE(clips.size() == 4);
  }
};

const Library& library() {
  static const Library kLibrary;
  return kLibrary;
}

std::string exported(const char* kind, const std::vector<std::string>& more = {}) {
  static int number = 0;
  const std::string path = library().scratch.path(std::string("out") + std::to_string(++number) + "." + kind);
  std::vector<std::string> words{"export", kind, "-o", path};
  words.insert(words.end(), more.begin(), more.end());
  const Ran ran = runJson(library().scratch, words);
  INFO(ran.out << ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("files").at(0).at("path") == path);
  return slurp(path);
}

std::string firstArri() {
  for (const auto& [name, clip] : library().clips) {
    if (clip.at("family") == "arri") return name;
  }
  return {};
}

}  // namespace

TEST_CASE("clips go to editing systems and logs come back") {
  const Scratch& scratch = library().scratch;
  const std::string name = firstArri();
  REQUIRE_FALSE(name.empty());
  const json clip = library().clips.at(name);
  const std::string reel = clip.at("reel"), start = clip.at("start_timecode");

  SECTION("each kind is written with the clips that were asked for") {
    const std::string ale = exported("ale", {"family:arri"});
    CHECK(ale.find("Heading\n") == 0);
    CHECK(ale.find("\n" + name + "\tV") != std::string::npos);
    const std::string edl = exported("edl", {name, "--title", "DAY ONE"});
    CHECK(edl.find("TITLE: DAY ONE\n") == 0);
    CHECK(edl.find("001  " + reel) != std::string::npos);
    CHECK(edl.find("* FROM CLIP NAME: " + name) != std::string::npos);
    const json otio = json::parse(exported("otio"));
    CHECK(otio.at("OTIO_SCHEMA") == "Timeline.1");
    CHECK(otio.at("tracks").at("children").at(0).at("children").size() == 4);
    CHECK(exported("csv").find(name) != std::string::npos);
  }

  SECTION("a file that stands is not replaced unless asked and no clip is no file") {
    scratch.file("stands.csv", "mine");
    const Ran refused = runJson(scratch, {"export", "csv", "-o", scratch.path("stands.csv")});
    CHECK(refused.exit != 0);
    CHECK(slurp(scratch.path("stands.csv")) == "mine");
    CHECK(runJson(scratch, {"export", "csv", "-o", scratch.path("stands.csv"), "--replace"}).exit == 0);
    CHECK(slurp(scratch.path("stands.csv")).find(name) != std::string::npos);
    const Ran none = runJson(scratch, {"export", "ale", "nosuchclip", "-o", scratch.path("none.ale")});
    CHECK(none.exit != 0);
    CHECK_FALSE(fs::exists(scratch.path("none.ale")));
    CHECK(runJson(scratch, {"export", "aaf", "-o", scratch.path("x")}).exit == 2);
    CHECK(runJson(scratch, {"export", "ale"}).exit == 2);
  }

  SECTION("each clip gets an AMF that names its colours and a log names the AMF") {
    const Ran ran = runJson(scratch, {"export", "amf", "family:arri", "-o", scratch.path("amf")});
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(ran.result().at("clips") == 2);
    const auto files = filesWith(scratch.path("amf"), ".amf");
    REQUIRE(files.size() == 2);
    const std::string text = slurp(files[0]);
    CHECK(text.find("urn:ampas:aces:amf:v2.0") != std::string::npos);
    CHECK(text.find("IDT.ARRI.") != std::string::npos);
    CHECK(text.find("ODT.Academy.Rec709_100nits_dim") != std::string::npos);
    CHECK(text.find("<aces:clipName>" + name + "<") != std::string::npos);
    const std::string ale = exported("ale", {name, "--amf", scratch.path("amf")});
    const auto from = text.find("urn:uuid:") + 9;
    CHECK(ale.find(text.substr(from, 36)) != std::string::npos);
    CHECK(ale.find(fs::path(files[0]).filename().string()) != std::string::npos);
  }

  SECTION("a log read back annotates the clips it names and explains each match") {
    scratch.file("log.csv",
                 "Reel,Start,Scene,Take,Circled,Notes,ASC_SOP,ASC_SAT\r\n" + reel + "," + start +
                     ",12A,3,yes,\"a, \"\"b\"\"\",(1.1 1 1)(0 0 0)(1 1 1),0.9\r\nX999,01:00:00:00,1,1,,,,\r\n");
    const Ran dry = runJson(scratch, {"clips", "--import", scratch.path("log.csv"), "--dry-run"});
    INFO(dry.out << dry.err);
    REQUIRE(dry.exit == 0);
    CHECK(dry.result().at("changed") == 1);
    CHECK(runJson(scratch, {"clips", name}).all("clip").front().at("slate").at("scene") ==
          clip.at("slate").at("scene"));
    const Ran ran = runJson(scratch, {"clips", "--import", scratch.path("log.csv")});
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(ran.result().at("matched") == 1);
    CHECK(ran.result().at("unmatched") == 1);
    CHECK(ran.result().at("problems") == 0);
    const auto entries = ran.all("log_entry");
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].at("clip") == name);
    CHECK(entries[0].at("why").get<std::string>().find("by reel " + reel + " and timecode " + start) !=
          std::string::npos);
    CHECK(entries[0].at("changes").size() == 5);
    CHECK(entries[1].at("why") == "no clip is of reel X999");
    const json now = runJson(scratch, {"clips", name}).all("clip").front();
    CHECK(now.at("slate").at("scene") == "12A");
    CHECK(now.at("slate").at("take") == "3");
    CHECK(now.at("slate").at("circled") == true);
    CHECK(now.at("slate").at("notes") == "a, \"b\"");
    CHECK_FALSE(now.at("look").get<std::string>().empty());
    // The grade that the log brought goes out again, and a second reading changes nothing.
    CHECK(exported("ccc", {name}).find("<Slope>1.1 1 1</Slope>") != std::string::npos);
    CHECK(exported("edl", {name}).find("* ASC_SOP (1.100000 1.000000 1.000000)") != std::string::npos);
    CHECK(runJson(scratch, {"clips", "--import", scratch.path("log.csv")}).result().at("changed") == 0);
  }

  SECTION("two rows that contradict are told and what is no log is refused") {
    scratch.file("twice.csv", "Clip,Take\n" + name + ",7\n" + name + ",8\n");
    const Ran ran = runJson(scratch, {"clips", "--import", scratch.path("twice.csv")});
    REQUIRE(ran.exit == 0);
    CHECK(ran.result().at("problems") == 1);
    CHECK(runJson(scratch, {"clips", name}).all("clip").front().at("slate").at("take") == "7");
    scratch.file("bad.csv", "hello\n");
    CHECK(runJson(scratch, {"clips", "--import", scratch.path("bad.csv")}).exit != 0);
    scratch.file("other.csv", "Clip,Take\nnobody,7\n");
    CHECK(runJson(scratch, {"clips", "--import", scratch.path("other.csv")}).exit != 0);
    CHECK(runJson(scratch, {"clips", "--dry-run"}).exit == 2);
  }
}
