// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

// Destinations stand for mounted drives: they are there before the run, and empty.
void drives(const Scratch& scratch) {
  scratch.folder("d1");
  scratch.folder("d2");
}

// Any tree is a card: a byte-true copy has no opinion about clips.
void smallCard(const Scratch& scratch) {
  drives(scratch);
  scratch.file("card/A001/one.bin", std::string(300'000, '1'));
  scratch.file("card/A001/two.bin", std::string(5'000'000, '2'));
  scratch.file("card/A001/empty.dat", "");
  scratch.file("card/.hidden", "hidden");
  scratch.file("card/caf\xE9.txt", "a name that is no UTF-8");
  scratch.folder("card/nothing here");
}

std::vector<std::string> offload(const Scratch& scratch, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"offload", scratch.path("card"), "--to",      scratch.path("d1"),
                                     "--to",    scratch.path("d2"),   "--project", "P",
                                     "--day",   "2026-05-02",         "--roll",    "A001"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

bool hasReason(const json& result, const std::string& code) {
  for (const auto& reason : result.at("reasons"))
    if (reason.at("code") == code && !reason.at("text").get<std::string>().empty()) return true;
  return false;
}

void checkCopied(const Scratch& scratch, const std::string& root) {
  const fs::path card = scratch.path("card");
  for (const auto& entry : fs::recursive_directory_iterator(card)) {
    const fs::path copy = fs::path(root) / entry.path().lexically_relative(card);
    INFO(copy.string());
    if (entry.is_directory()) CHECK(fs::is_directory(copy));
    if (entry.is_regular_file()) CHECK(slurp(copy.string()) == slurp(entry.path().string()));
  }
  CHECK(filesWith(root, ".mhl").size() == 1);
  CHECK(filesWith(root, ".rollproof-part").empty());
}

std::string roll(const Scratch& scratch, const char* destination) {
  return scratch.path(std::string(destination) + "/P/2026-05-02/A001");
}

}  // namespace

TEST_CASE("two folders on one disk are never safe by default and the reason is said") {
  Scratch scratch;
  smallCard(scratch);
  const Ran ran = runJson(scratch, offload(scratch));
  INFO(ran.err);
  REQUIRE(ran.exit == 5);
  const json& result = ran.result();
  REQUIRE(result.at("verb") == "offload");
  REQUIRE(result.at("verdict") == "not_safe");
  REQUIRE(hasReason(result, "one_device"));
  REQUIRE(result.at("roll") == "A001");
  REQUIRE(result.at("files") == 5);
  REQUIRE(result.at("copies").size() == 2);
  for (const auto& copy : result.at("copies")) {
    CHECK(copy.at("files_verified") == 5);
    CHECK(copy.at("files_failed") == 0);
    CHECK(fs::is_regular_file(copy.at("manifest").get<std::string>()));
    CHECK_FALSE(copy.at("device").get<std::string>().empty());
  }
  checkCopied(scratch, roll(scratch, "d1"));
  checkCopied(scratch, roll(scratch, "d2"));
}

TEST_CASE("one device is enough when the user says so and a second run changes nothing") {
  Scratch scratch;
  smallCard(scratch);
  const Ran first = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
  INFO(first.err);
  REQUIRE(first.exit == 0);
  REQUIRE(first.result().at("verdict") == "safe");
  const std::string manifest = slurp(filesWith(roll(scratch, "d1"), ".mhl").at(0));
  const Ran second = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
  REQUIRE(second.exit == 0);
  REQUIRE(second.result().at("verdict") == "safe");
  checkCopied(scratch, roll(scratch, "d1"));
  checkCopied(scratch, roll(scratch, "d2"));
  REQUIRE(slurp(filesWith(roll(scratch, "d1"), ".mhl").at(0)) == manifest);
  SECTION("the catalog knows the roll and stays whole") {
    const Ran check = runJson(scratch, {"catalog", "check"});
    CHECK(check.exit == 0);
    CHECK(check.result().at("ok") == true);
  }
  SECTION("a copy that changed afterwards is not safe any more") {
    std::string bytes = slurp(roll(scratch, "d1") + "/A001/two.bin");
    bytes[4'000'000] = static_cast<char>(bytes[4'000'000] ^ 1);
    scratch.file("d1/P/2026-05-02/A001/A001/two.bin", bytes);
    const Ran third = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
    CHECK(third.exit != 0);
    CHECK(third.result().at("verdict") == "not_safe");
    const Ran verify = runJson(scratch, {"verify", roll(scratch, "d1"), "--no-seal"});
    CHECK(verify.exit == 4);
    CHECK(verify.result().at("outcome") == "defect");
    CHECK(verify.result().at("altered") == 1);
  }
}

TEST_CASE("killed in the middle and run again it ends with one complete manifest on each copy") {
  Scratch scratch;
  drives(scratch);
  for (int i = 0; i < 24; ++i)
    scratch.file("card/clip" + std::to_string(i) + ".bin", std::string(4'000'000, static_cast<char>('a' + i)));
  const std::string copy = roll(scratch, "d1");
  const auto arguments = offload(scratch, {"--min-devices", "1"});
  const Ran killed = runJson(scratch, arguments, [&] { return filesWith(copy, ".bin").size() >= 3; });
  REQUIRE(killed.exit == 128 + 9);
  REQUIRE(filesWith(copy, ".mhl").empty());
  // What carries its final name is whole.
  for (const auto& file : filesWith(copy, ".bin")) CHECK(fs::file_size(file) == 4'000'000);
  const Ran again = runJson(scratch, arguments);
  INFO(again.err);
  REQUIRE(again.exit == 0);
  REQUIRE(again.result().at("files") == 24);
  for (const auto& one : again.result().at("copies")) CHECK(one.at("files_verified") == 24);
  checkCopied(scratch, roll(scratch, "d1"));
  checkCopied(scratch, roll(scratch, "d2"));
}

TEST_CASE("a dry run writes nothing") {
  Scratch scratch;
  smallCard(scratch);
  const Ran ran = runJson(scratch, offload(scratch, {"--dry-run"}));
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  REQUIRE(ran.result().at("files") == 5);
  REQUIRE(fs::is_empty(scratch.path("d1")));
  REQUIRE(fs::is_empty(scratch.path("d2")));
}

TEST_CASE("a card that is not there and a destination that cannot be are failures with one sentence") {
  Scratch scratch;
  SECTION("missing card") {
    drives(scratch);
    const Ran ran = runJson(scratch, offload(scratch));
    CHECK(ran.exit == 1);
    CHECK(ran.result().contains("error"));
    CHECK(fs::is_empty(scratch.path("d1")));
  }
  SECTION("a drive that is not mounted is not taken for a folder to make") {
    smallCard(scratch);
    fs::remove(scratch.path("d2"));
    const Ran ran = runJson(scratch, offload(scratch));
    CHECK(ran.exit == 1);
    CHECK(ran.result().contains("error"));
    CHECK_FALSE(fs::exists(scratch.path("d2")));
  }
  SECTION("destination inside the source") {
    smallCard(scratch);
    const Ran ran = runJson(scratch, {"offload", scratch.path("card"), "--to", scratch.path("card/copy")});
    CHECK((ran.exit == 1 || ran.exit == 2));
    CHECK(ran.result().contains("error"));
    CHECK_FALSE(fs::exists(scratch.path("card/copy")));
  }
  SECTION("destination below a file") {
    smallCard(scratch);
    scratch.file("wall", "no folder");
    const Ran ran = runJson(scratch, {"offload", scratch.path("card"), "--to", scratch.path("wall/d1"), "--to",
                                      scratch.path("d2"), "--project", "P", "--day", "2026-05-02", "--roll", "A001"});
    CHECK(ran.exit != 0);
    CHECK_FALSE(ran.err.empty());
    CHECK(slurp(scratch.path("wall")) == "no folder");
  }
}

TEST_CASE("a FIFO on the card is told and the rest is copied") {
  Scratch scratch;
  smallCard(scratch);
  REQUIRE(mkfifo(scratch.path("card/pipe").c_str(), 0600) == 0);
  const Ran ran = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
  REQUIRE((ran.exit == 3 || ran.exit == 5));
  REQUIRE(ran.result().at("verdict") == "not_safe");
  REQUIRE(ran.out.find("pipe") != std::string::npos);
  REQUIRE(slurp(roll(scratch, "d2") + "/A001/two.bin") == slurp(scratch.path("card/A001/two.bin")));
}

TEST_CASE("a file that stands where another should go is never overwritten") {
  Scratch scratch;
  smallCard(scratch);
  scratch.file("d1/P/2026-05-02/A001/A001/one.bin", "somebody's own");
  const Ran ran = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
  REQUIRE(ran.exit != 0);
  REQUIRE(ran.result().value("verdict", "not_safe") == "not_safe");
  REQUIRE(slurp(scratch.path("d1/P/2026-05-02/A001/A001/one.bin")) == "somebody's own");
}

TEST_CASE("broken media is copied and warned about") {
  Scratch scratch;
  drives(scratch);
  scratch.file("card/A001C001_260502_R1AA.mov", std::string("\0\0\0\x20"
                                                            "ftypqt  ",
                                                            12) +
                                                    std::string(5000, 'x'));
  scratch.file("card/sound.wav", "RIFFxxxxWAVE");
  const Ran cards = runJson(scratch, {"cards", scratch.path("card")});
  CHECK(cards.exit == 0);
  REQUIRE(cards.all("card").size() == 1);
  CHECK_FALSE(cards.all("card").front().at("warnings").empty());
  const Ran ran = runJson(scratch, offload(scratch, {"--min-devices", "1"}));
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  REQUIRE(ran.result().at("verdict") == "safe");
  checkCopied(scratch, roll(scratch, "d1"));
}

TEST_CASE("cards says what is known of a card from before") {
  Scratch scratch;
  smallCard(scratch);
  const auto known = [&] {
    const Ran ran = runJson(scratch, {"cards", scratch.path("card")});
    REQUIRE(ran.exit == 0);
    return ran.all("card").at(0).at("known");
  };
  CHECK(known().at("state") == "unknown");
  REQUIRE(runJson(scratch, offload(scratch)).exit == 5);
  CHECK(known().at("state") == "offloaded");
  REQUIRE(runJson(scratch, offload(scratch, {"--min-devices", "1"})).exit == 0);
  const json safe = known();
  CHECK(safe.at("state") == "already_safe");
  CHECK(safe.at("roll_id").is_number());
  CHECK(safe.at("text").get<std::string>().find("d1") != std::string::npos);

  // A copy whose drive is here lost its folder: nothing is safe on the word of a catalog.
  fs::rename(roll(scratch, "d2"), roll(scratch, "d2") + "-moved");
  CHECK(known().at("state") == "offloaded");
  fs::rename(roll(scratch, "d2") + "-moved", roll(scratch, "d2"));
  CHECK(known().at("state") == "already_safe");

  // A folder has no identity of its own: its roll's name leads to what it held before.
  scratch.file("A002/clip.bin", std::string(1000, 'c'));
  const std::vector<std::string> second{"offload", scratch.path("A002"), "--to",      scratch.path("d1"),
                                        "--to",    scratch.path("d2"),   "--project", "P"};
  REQUIRE(runJson(scratch, second).exit == 5);
  scratch.file("A002/more.bin", "one clip more");
  const Ran changed = runJson(scratch, {"cards", scratch.path("A002")});
  CHECK(changed.all("card").at(0).at("known").at("state") == "changed_since");
}

TEST_CASE("a card of another content under a known roll's name is told and overwrites nothing") {
  Scratch scratch;
  smallCard(scratch);
  REQUIRE(runJson(scratch, offload(scratch)).exit == 5);
  fs::remove_all(scratch.path("card"));
  scratch.file("card/A001/one.bin", std::string(300'001, 'x'));
  scratch.file("card/A001/four.bin", "something else");
  const Ran skipped = runJson(scratch, offload(scratch));
  INFO(skipped.err);
  CHECK(skipped.exit == 5);
  CHECK(slurp(roll(scratch, "d1") + "/A001/one.bin") == std::string(300'000, '1'));
  const Ran numbered = runJson(scratch, offload(scratch, {"--on-conflict", "numbered", "--min-devices", "1"}));
  INFO(numbered.err);
  CHECK(numbered.exit == 0);
  CHECK(slurp(roll(scratch, "d1") + "_2/A001/one.bin") == std::string(300'001, 'x'));
  CHECK(slurp(roll(scratch, "d1") + "/A001/one.bin") == std::string(300'000, '1'));
}

TEST_CASE("a catalog in trouble keeps nobody from looking at a card") {
  Scratch scratch;
  smallCard(scratch);
  scratch.file("catalog.db", std::string(8192, 'x'));
  const Ran ran = runJson(scratch, {"cards", scratch.path("card")});
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK(ran.all("card").at(0).at("known").is_null());
}

TEST_CASE("offload writes a classic MHL on request that verify takes at its word") {
  const Scratch scratch;
  drives(scratch);
  scratch.file("card/A001/one.bin", "one");
  const auto ran = runJson(scratch, offload(scratch, {"--min-devices", "1", "--classic-mhl"}));
  CHECK(ran.exit == 0);
  const auto classic = ran.result().at("copies").at(0).at("classic").get<std::string>();
  CHECK(fs::path(classic).parent_path() == roll(scratch, "d1"));
  CHECK(runJson(scratch, {"verify", classic}).result().at("verified") == 1);
  const auto whole = runJson(scratch, {"verify", scratch.path("d1"), "--no-seal"});
  CHECK(whole.result().at("outcome") == "verified");
  CHECK(whole.result().at("new") == 0);
}
