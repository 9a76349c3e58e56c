// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;

TEST_CASE("a folder is sealed and described and compared and flattened from the command line") {
  const Scratch scratch;
  scratch.file("A001/Clips/a.mov", "one");
  scratch.file("A001/b.mov", "two");
  auto ran = runJson(scratch, {"seal", scratch.path("A001"), "--author", "Ann Lee <ann@example.com> DIT", "--location",
                               "Stage 4", "--comment", "Kept", "--ignore", "*.tmp"});
  CHECK(ran.exit == 0);
  CHECK(ran.result().at("verb") == "seal");
  CHECK(ran.result().at("outcome") == "sealed");
  CHECK(ran.result().at("original") == 2);
  CHECK(ran.result().at("manifests").size() == 1);

  ran = runJson(scratch, {"mhl", "info", scratch.path("A001")});
  CHECK(ran.exit == 0);
  CHECK(ran.result().at("outcome") == "whole");
  const auto& generation = ran.result().at("histories").at(0).at("generations").at(0);
  CHECK(generation.at("files") == 2);
  CHECK(generation.at("authors").at(0).at("role") == "DIT");
  CHECK(generation.at("location") == "Stage 4");
  CHECK(generation.at("root").at("content").contains("xxh64"));

  ran = runJson(scratch, {"mhl", "flatten", scratch.path("A001"), "-o", scratch.path("lists")});
  CHECK(ran.exit == 0);
  CHECK(fs::exists(ran.result().at("path").get<std::string>()));
  CHECK(fs::exists(scratch.path("lists") + "/ascmhl_collection.xml"));

  CHECK(runJson(scratch, {"mhl", "diff", scratch.path("A001")}).result().at("outcome") == "same");
  scratch.file("A001/b.mov", "longer");
  scratch.file("A001/c.mov", "new");
  ran = runJson(scratch, {"mhl", "diff", scratch.path("A001")});
  CHECK(ran.exit == 4);
  CHECK(ran.result().at("differences").size() == 2);

  ran = runJson(scratch, {"seal", scratch.path("A001"), "--hash", "md5"});
  CHECK(ran.exit == 4);
  CHECK(ran.result().at("outcome") == "defect");
  CHECK(ran.result().at("failed") == 1);
  CHECK(ran.result().at("verified") == 1);
  CHECK(ran.result().at("original") == 1);
  const auto both = scratch.path("A001");
  CHECK(runJson(scratch, {"mhl", "diff", both + "@1", both + "@2"}).exit == 4);
}

TEST_CASE("seal signs what it sealed and verify knows the station") {
  const Scratch scratch;
  scratch.file("A001/a.mov", "one");
  CHECK(runJson(scratch, {"seal", scratch.path("A001"), "--sign"}).exit == 0);
  CHECK(fs::exists(scratch.path("A001/ascmhl/ascmhl_chain.xml.sig")));
  const auto ran = runJson(scratch, {"verify", scratch.path("A001"), "--no-seal"});
  CHECK(ran.exit == 0);
  CHECK(ran.result().at("findings").at(0).at("kind") == "signature");
}

TEST_CASE("mhl info describes lists that are no history") {
  const Scratch scratch;
  scratch.file("card/sums.md5", "900150983cd24fb0d6963f7d28e17f72  a.mov\n");
  const auto ran = runJson(scratch, {"mhl", "info", scratch.path("card/sums.md5")});
  CHECK(ran.exit == 0);
  CHECK(ran.result().at("outcome") == "list");
  CHECK(ran.result().at("list").at("files") == 1);
}

TEST_CASE("wrong words to seal and mhl are told apart from broken histories") {
  const Scratch scratch;
  scratch.file("A001/a.mov", "one");
  CHECK(run(scratch, {"seal", scratch.path("A001"), "--hash", "crc"}).exit == 2);
  CHECK(run(scratch, {"seal", scratch.path("A001"), "--author", "Ann <nobody>"}).exit == 2);
  CHECK(run(scratch, {"seal", scratch.path("A001/a.mov")}).exit == 2);
  CHECK(run(scratch, {"mhl"}).exit == 2);
  CHECK(run(scratch, {"mhl", "info", scratch.path("A001")}).exit == 1);
  CHECK_FALSE(fs::exists(scratch.path("A001/ascmhl")));
  REQUIRE(run(scratch, {"seal", scratch.path("A001")}).exit == 0);
  const auto manifests = filesWith(scratch.path("A001"), ".mhl");
  REQUIRE(manifests.size() == 1);
  std::string text = slurp(manifests[0]);
  text.replace(text.find("in-place"), 8, "transfer");
  fs::remove(manifests[0]);
  scratch.file("A001/ascmhl/" + fs::path(manifests[0]).filename().string(), text);
  CHECK(run(scratch, {"mhl", "info", scratch.path("A001")}).exit == 4);
  CHECK(run(scratch, {"mhl", "flatten", scratch.path("A001"), "-o", scratch.path("out")}).exit == 4);
  CHECK(run(scratch, {"seal", scratch.path("A001")}).exit == 4);
}
