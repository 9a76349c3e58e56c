// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/cli/process.h"

using namespace rollproof::cli_test;

TEST_CASE("help and version end well and name the program") {
  Scratch scratch;
  const Ran help = run(scratch, {"--help"});
  REQUIRE(help.exit == 0);
  for (const char* verb :
       {"cards", "offload", "verify", "inspect", "clips", "look", "formats", "project", "frame", "proxy", "export", "report", "catalog", "demo"}) {
    INFO(verb);
    CHECK(help.out.find(verb) != std::string::npos);
  }
  const Ran version = run(scratch, {"--version"});
  REQUIRE(version.exit == 0);
  REQUIRE(version.out.find("rollproof") != std::string::npos);
}

TEST_CASE("what cannot be understood ends with the usage code and one sentence") {
  Scratch scratch;
  scratch.file("card/a.txt", "a");
  const std::string card = scratch.path("card"), to = scratch.path("to");
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"offlaod", card},
                                                    {"offload"},
                                                    {"offload", card},
                                                    {"offload", card, "--to", to, "--nonsense"},
                                                    {"offload", card, "--to", to, "--min-devices", "0"},
                                                    {"offload", card, "--to", to, "--verify", "perhaps"},
                                                    {"offload", card, "--to", to, "--hash", "crc32"},
                                                    {"catalog"},
                                                    {"clips", "--set", "take=3"},
                                                    {"frame", card}};
  for (const auto& arguments : wrong) {
    std::string shown;
    for (const auto& argument : arguments) shown += argument + " ";
    INFO(shown);
    const Ran ran = run(scratch, arguments);
    CHECK(ran.exit == 2);
    CHECK(ran.out.empty());
    CHECK_FALSE(ran.err.empty());
  }
  REQUIRE(filesWith(to, "").empty());
}

TEST_CASE("a fresh catalog passes its check") {
  Scratch scratch;
  const Ran check = runJson(scratch, {"catalog", "check"});
  REQUIRE(check.exit == 0);
  REQUIRE(check.result().at("verb") == "catalog");
  REQUIRE(check.result().at("ok") == true);
}
