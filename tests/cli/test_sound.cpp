// SPDX-License-Identifier: Apache-2.0
// The demo's cards and its sound roll: found by timecode, kept, and carried by the dailies.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

TEST_CASE("sound is found for clips by timecode and the dailies carry it and are sealed") {
  const Scratch scratch;
  const Ran made = runJson(scratch, {"demo", scratch.path("cards")});
  REQUIRE(made.exit == 0);
  scratch.folder("one");
  std::string sound;
  for (const auto& card : made.result().at("cards")) {
    if (card.at("family") == "sound") sound = card.at("path");
    if (card.at("family") != "arri") continue;
    const Ran ran = runJson(scratch, {"offload", card.at("path"), "--to", scratch.path("one"), "--project", "P",
                                      "--min-devices", "1", "--min-copies", "1"});
    REQUIRE(ran.exit == 0);
  }
  REQUIRE_FALSE(sound.empty());

  // Tried first, and nothing is kept.
  const Ran tried = runJson(scratch, {"sync-sound", "--sound", sound, "--dry-run"});
  REQUIRE(tried.exit == 0);
  CHECK(tried.result().at("matched") == 2);
  CHECK(tried.result().at("kept") == false);
  const Ran mute =
      runJson(scratch, {"dailies", "A001C002_260502_R1AA", "--preset", "prores-proxy", "-o", scratch.path("mute")});
  REQUIRE(mute.exit == 0);

  const Ran kept = runJson(scratch, {"sync-sound", "--sound", sound, "--offset", "A001C001_260502_R1AA=+2"});
  INFO(kept.out << kept.err);
  REQUIRE(kept.exit == 0);
  CHECK(kept.result().at("matched") == 2);
  CHECK(kept.result().at("unmatched") == 0);
  CHECK(kept.result().at("unused") == 0);
  std::map<std::string, json> synced;
  for (const auto& one : kept.all("synced")) synced[one.at("clip")] = one;
  REQUIRE(synced.size() == 2);
  // The second clip begins a second of 24 frames after its take: 24 times 2002 samples. The first was moved by two.
  CHECK(synced["A001C002_260502_R1AA"].at("offset_samples") == 48048);
  CHECK(synced["A001C001_260502_R1AA"].at("offset_samples") == 2 * 2002);
  CHECK(synced["A001C001_260502_R1AA"].at("tracks").size() == 4);
  CHECK(synced["A001C002_260502_R1AA"].at("sound_timecode") == "10:42:07:00");

  // Found again, what was moved by hand stays so until another number is given; the ALE tells whose sound it is.
  const Ran found = runJson(scratch, {"sync-sound", "A001C001_260502_R1AA", "--sound", sound});
  CHECK(found.all("synced").at(0).at("offset_samples") == 2 * 2002);
  CHECK(found.all("synced").at(0).at("moved_frames") == 2);
  CHECK(found.all("synced").at(0).at("drift_frames") == 0);
  // From another folder it is the same recording.
  fs::copy(sound, scratch.path("server"), fs::copy_options::recursive);
  const Ran moved = runJson(scratch, {"sync-sound", "A001C001_260502_R1AA", "--sound", scratch.path("server")});
  CHECK(moved.all("synced").at(0).at("offset_samples") == 2 * 2002);
  for (const char* odd : {"A001C001_260502_R1AA=inf", "A001C001_260502_R1AA=nan", "A001C001_260502_R1AA=1e9"})
    CHECK(runJson(scratch, {"sync-sound", "--sound", sound, "--offset", odd}).exit == 2);
  REQUIRE(runJson(scratch, {"export", "ale", "A001C00", "-o", scratch.path("day.ale")}).exit == 0);
  const std::string ale = slurp(scratch.path("day.ale"));
  CHECK(ale.find("Sound TC") != std::string::npos);
  CHECK(ale.find("10:42:07:00") != std::string::npos);
  const Ran back =
      runJson(scratch, {"sync-sound", "A001C001_260502_R1AA", "--sound", sound, "--offset", "A001C001_260502_R1AA=0"});
  CHECK(back.all("synced").at(0).at("offset_samples") == 0);

  const Ran dailies =
      runJson(scratch, {"dailies", "A001C002_260502_R1AA", "--preset", "prores-proxy", "-o", scratch.path("out")});
  INFO(dailies.out << dailies.err);
  REQUIRE(dailies.exit == 0);
  CHECK(dailies.result().at("verb") == "dailies");
  const std::string movie = dailies.all("rendered").at(0).at("path");
  const json record = runJson(scratch, {"inspect", movie}).all("clip").at(0);
  CHECK(record.at("audio").at("channels") == 4);
  CHECK(record.at("start_timecode") == "10:42:07:00");
  const json before =
      runJson(scratch, {"inspect", mute.all("rendered").at(0).at("path").get<std::string>()}).all("clip").at(0);
  CHECK(before.at("audio").at("channels") != 4);

  // Sealed, verified, kept when asked for again, and made anew when the sound has gone.
  CHECK(fs::exists(dailies.result().at("manifest").get<std::string>()));
  CHECK(runJson(scratch, {"verify", scratch.path("out"), "--no-seal"}).exit == 0);
  const Ran again =
      runJson(scratch, {"dailies", "A001C002_260502_R1AA", "--preset", "prores-proxy", "-o", scratch.path("out")});
  CHECK(again.result().at("kept") == 1);
  REQUIRE(runJson(scratch, {"sync-sound", "A001C002_260502_R1AA", "--forget"}).exit == 0);
  const Ran without =
      runJson(scratch, {"dailies", "A001C002_260502_R1AA", "--preset", "prores-proxy", "-o", scratch.path("out")});
  CHECK(without.result().at("rendered") == 1);
  CHECK(runJson(scratch, {"verify", scratch.path("out"), "--no-seal"}).exit == 0);

  // What makes no sense is said.
  CHECK(runJson(scratch, {"sync-sound"}).exit == 2);
  CHECK(runJson(scratch, {"sync-sound", "nobody", "--sound", sound}).exit == 1);
  CHECK(runJson(scratch, {"sync-sound", "--sound", sound, "--offset", "x"}).exit == 2);
  CHECK(runJson(scratch, {"sync-sound", "--sound", scratch.path("nowhere")}).exit == 1);
}

TEST_CASE("burn-ins are shown kept used and taken away and framing reaches the file") {
  const Scratch scratch;
  json mine = runJson(scratch, {"burnin", "show", "review"}).result().at("burnin");
  mine["name"] = "ours";
  scratch.file("ours.json", mine.dump());
  REQUIRE(runJson(scratch, {"burnin", "add", scratch.path("ours.json")}).exit == 0);
  std::map<std::string, bool> shipped;
  for (const auto& one : runJson(scratch, {"burnin", "list"}).all("burnin"))
    shipped[one.at("name")] = one.at("shipped");
  CHECK(shipped.at("review"));
  CHECK_FALSE(shipped.at("ours"));
  REQUIRE(runJson(scratch, {"demo", scratch.path("cards")}).exit == 0);
  const auto movies = filesWith(scratch.path("cards/A001R1AA"), ".mov");
  REQUIRE_FALSE(movies.empty());
  const auto rendered = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"proxy",     movies.front(), "--preset",         "h264-review",
                                   "--no-seal", "-o",           scratch.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    return runJson(scratch, words);
  };
  const auto shape = [&](const std::vector<std::string>& more) {
    const Ran ran = rendered(more);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const json record =
        runJson(scratch, {"inspect", ran.all("rendered").at(0).at("path").get<std::string>()}).all("clip").at(0);
    return record.at("picture").at("width").get<double>() / record.at("picture").at("height").get<double>();
  };
  const double plain = shape({"--burnin", "ours"});
  CHECK(shape({"--aspect", "2.39:1", "--fit", "crop"}) == Approx(2.39).margin(0.02));
  CHECK(shape({"--rotate", "90"}) == Approx(1 / plain).margin(0.02));
  CHECK(rendered({"--burnin", "nobodys"}).exit == 2);
  CHECK(rendered({"--burnin", "producer"}).exit == 2);  // it names a recipient, and there is none
  CHECK(rendered({"--burnin", "producer", "--recipient", "Studio"}).exit == 0);
  CHECK(rendered({"--fit", "squash"}).exit == 2);
  CHECK(rendered({"--aspect", "wide"}).exit == 2);
  CHECK(runJson(scratch, {"burnin", "remove", "review"}).exit == 2);
  REQUIRE(runJson(scratch, {"burnin", "remove", "ours"}).exit == 0);
  CHECK(rendered({"--burnin", "ours"}).exit == 2);
}

TEST_CASE("presets are shown kept used and taken away") {
  const Scratch scratch;
  const Ran shown = runJson(scratch, {"preset", "show", "h264-review"});
  REQUIRE(shown.exit == 0);
  json mine = shown.result().at("preset");
  mine["name"] = "phone";
  mine["width"] = 320;
  scratch.file("phone.json", mine.dump());
  REQUIRE(runJson(scratch, {"preset", "add", scratch.path("phone.json")}).exit == 0);
  const Ran all = runJson(scratch, {"preset", "list"});
  REQUIRE(all.exit == 0);
  bool found = false;
  for (const auto& preset : all.all("preset"))
    found = found || (preset.at("name") == "phone" && preset.at("shipped") == false);
  CHECK(found);
  const Ran made = runJson(scratch, {"demo", scratch.path("cards")});
  const auto movies = filesWith(scratch.path("cards"), ".mov");
  REQUIRE_FALSE(movies.empty());
  const Ran rendered =
      runJson(scratch, {"proxy", movies.front(), "--preset", "phone", "-o", scratch.path("out"), "--no-seal"});
  INFO(rendered.err);
  REQUIRE(rendered.exit == 0);
  CHECK_FALSE(fs::exists(scratch.path("out/ascmhl")));
  mine["codec"] = "dnxhr_lb";
  scratch.file("bad.json", mine.dump());
  CHECK(runJson(scratch, {"preset", "add", scratch.path("bad.json")}).exit == 2);
  mine["codec"] = "h264";
  mine["name"] = "h264-review";
  scratch.file("taken.json", mine.dump());
  CHECK(runJson(scratch, {"preset", "add", scratch.path("taken.json")}).exit == 2);
  CHECK(runJson(scratch, {"preset", "remove", "h264-review"}).exit == 2);
  REQUIRE(runJson(scratch, {"preset", "remove", "phone"}).exit == 0);
  CHECK(runJson(scratch, {"preset", "show", "phone"}).exit == 2);
}
