// SPDX-License-Identifier: Apache-2.0
// Reports of demo cards that were offloaded. One case: the cards are made once.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

TEST_CASE("a day's cards become day and dailies and camera reports") {
  const Scratch scratch;
  const Ran made = runJson(scratch, {"demo", scratch.path("cards")});
  REQUIRE(made.exit == 0);
  scratch.folder("one");
  std::string clip;
  for (const auto& card : made.result().at("cards")) {
    if (card.at("family") != "arri" && card.at("family") != "sony_xdroot") continue;
    const Ran ran = runJson(scratch, {"offload", card.at("path"), "--to", scratch.path("one"), "--project", "Harbour",
                                      "--day", "2026-05-02", "--min-copies", "1", "--min-devices", "1"});
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
  }
  for (const auto& row : runJson(scratch, {"clips", "family:arri"}).all("clip")) clip = row.at("clip");
  REQUIRE_FALSE(clip.empty());
  REQUIRE(runJson(scratch, {"clips", clip, "--set", "unit=Second", "--set", "notes=Rain, <b>again</b>"}).exit == 0);
  const Ran rendered =
      runJson(scratch, {"proxy", clip, "--preset", "h264-review", "-o", scratch.path("proxies"), "--range", "0-3"});
  INFO(rendered.out << rendered.err);
  REQUIRE(rendered.exit == 0);

  const auto report = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "report");
    const Ran ran = runJson(scratch, words);
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return ran.result();
  };
  const std::string out = scratch.path("reports");
  const json day = report({"day", "--day", "2026-05-02", "-o", out});
  CHECK(day.at("kind") == "day");
  CHECK(day.at("rolls") == 2);
  CHECK(day.at("clips").get<int>() >= 2);
  const std::string page = slurp(day.at("html").get<std::string>());
  CHECK(page.find("Day report") != std::string::npos);
  CHECK(page.find("2 of 2") != std::string::npos);
  CHECK(page.find("data:image/jpeg;base64,") != std::string::npos);
  CHECK(page.find("&lt;b&gt;again") != std::string::npos);
  CHECK(slurp(day.at("csv").get<std::string>()).find("clip,Harbour,2026-05-02,Second,") != std::string::npos);

  const json dailies = report({"dailies", "family:arri", "-o", out});
  CHECK(slurp(dailies.at("html").get<std::string>()).find("h264-review: ") != std::string::npos);
  const json unit = report({"camera", "--unit", "second", "-o", out});
  CHECK(unit.at("clips") == 1);
  CHECK(slurp(unit.at("html").get<std::string>()).find(clip) != std::string::npos);
  // Each has a name of its own, and by default they lie beside the copies, never in one.
  CHECK(std::distance(fs::directory_iterator(out), {}) == 6);
  const json beside = report({"day"});
  const std::string place = fs::path(beside.at("html").get<std::string>()).parent_path().string();
  CHECK(fs::path(place).filename() == "reports");
  CHECK(fs::exists(beside.at("csv").get<std::string>()));

  const Ran none = runJson(scratch, {"report", "day", "--day", "1999-01-01", "-o", out});
  CHECK(none.exit == 1);
  CHECK(runJson(scratch, {"report", "weekly"}).exit == 2);
}
