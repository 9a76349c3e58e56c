// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/cli/process.h"

namespace fs = std::filesystem;
using namespace rollproof::cli_test;
using nlohmann::json;

namespace {

// Sealed rolls, each with one file of its own content.
void rolls(const Scratch& scratch, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    scratch.file("drive/" + name + "/Clips/" + name + ".mov", "footage of " + name);
    REQUIRE(run(scratch, {"seal", scratch.path("drive/" + name)}).exit == 0);
  }
}

bool hasKind(const json& findings, const std::string& kind) {
  for (const auto& one : findings)
    if (one.at("kind") == kind && !one.at("text").get<std::string>().empty()) return true;
  return false;
}

Ran verify(const Scratch& scratch, std::vector<std::string> more) {
  more.insert(more.begin(), "verify");
  return runJson(scratch, std::move(more));
}

// The station's key must not come from the machine the test runs on.
class OwnConfig {
 public:
  explicit OwnConfig(const Scratch& scratch) { setenv("XDG_CONFIG_HOME", scratch.path("config").c_str(), 1); }
  ~OwnConfig() { unsetenv("XDG_CONFIG_HOME"); }
  OwnConfig(const OwnConfig&) = delete;
  OwnConfig& operator=(const OwnConfig&) = delete;
};

}  // namespace

TEST_CASE("verify proves several paths and its exit code is the worst of them") {
  Scratch scratch;
  rolls(scratch, {"A001", "A002"});
  Ran ran = verify(scratch, {scratch.path("drive/A001"), scratch.path("drive/A002"), "--no-seal"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("outcome") == "verified");
  CHECK(ran.result().at("verified") == 2);
  CHECK(ran.result().at("rolls").size() == 2);
  scratch.file("drive/A002/Clips/A002.mov", "footage of A00X");
  ran = verify(scratch, {scratch.path("drive/A001"), scratch.path("drive/A002"), "--no-seal"});
  CHECK(ran.exit == 4);
  CHECK(ran.result().at("outcome") == "defect");
  CHECK(ran.result().at("altered") == 1);
  CHECK(hasKind(ran.result().at("findings"), "altered"));
  scratch.file("plain/x.mov", "x");
  ran = verify(scratch, {scratch.path("plain")});
  CHECK(ran.exit == 1);
  CHECK(ran.result().at("outcome") == "unsealed");
  CHECK(verify(scratch, {scratch.path("nowhere")}).exit == 1);
}

TEST_CASE("verify seals unless told not to and checks a part without sealing") {
  Scratch scratch;
  rolls(scratch, {"A001"});
  REQUIRE(verify(scratch, {scratch.path("drive/A001")}).exit == 0);
  CHECK(filesWith(scratch.path("drive"), ".mhl").size() == 2);
  REQUIRE(verify(scratch, {scratch.path("drive/A001"), "--no-seal"}).exit == 0);
  const Ran part = verify(scratch, {scratch.path("drive/A001/Clips")});
  CHECK(part.exit == 0);
  CHECK(hasKind(part.result().at("findings"), "not_sealed"));
  CHECK(filesWith(scratch.path("drive"), ".mhl").size() == 2);
}

TEST_CASE("verify counts the rolls received against those expected") {
  Scratch scratch;
  rolls(scratch, {"A001", "A002"});
  Ran ran = verify(scratch, {scratch.path("drive"), "--no-seal", "--expect", "A001 A002"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.result().at("completeness").at("complete") == true);
  scratch.file("day.csv", "clips;roll;bytes\n;A001;15\n;A002;15\n;B001;\n");
  ran = verify(scratch, {scratch.path("drive"), "--no-seal", "--expect", scratch.path("day.csv")});
  CHECK(ran.exit == 4);
  const json& answer = ran.result().at("completeness");
  CHECK(answer.at("complete") == false);
  CHECK(answer.at("expected") == 3);
  CHECK(answer.at("received") == 2);
  CHECK(answer.at("missing") == json::array({"B001"}));
  CHECK(hasKind(answer.at("findings"), "roll_missing"));
  CHECK(ran.result().at("outcome") == "verified");
  CHECK(verify(scratch, {scratch.path("drive"), "--expect", "/no/such/list"}).exit == 1);
  CHECK(verify(scratch, {scratch.path("drive"), "--expect", " "}).exit == 2);
}

TEST_CASE("verify writes a certificate and a classic MHL that verifies on its own") {
  Scratch scratch;
  rolls(scratch, {"A001"});
  Ran ran = verify(scratch, {scratch.path("drive/A001"), "--no-seal", "--certificate", scratch.path("proof.html"),
                             "--write-classic", scratch.path("drive/A001.mhl")});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(slurp(scratch.path("proof.html")).find("Every recorded file was read") != std::string::npos);
  CHECK(slurp(scratch.path("drive/A001.mhl")).find("xxhash64be") != std::string::npos);
  fs::create_directories(scratch.path("other"));
  fs::copy(scratch.path("drive/A001/Clips"), scratch.path("other/Clips"), fs::copy_options::recursive);
  fs::rename(scratch.path("drive/A001.mhl"), scratch.path("other/A001.mhl"));
  ran = verify(scratch, {scratch.path("other/A001.mhl")});
  CHECK(ran.exit == 0);
  CHECK(ran.result().at("verified") == 1);
  scratch.file("other/Clips/A001.mov", "footage of A00X");
  CHECK(verify(scratch, {scratch.path("other")}).exit == 4);
  // Never over a list that is there.
  CHECK(verify(scratch, {scratch.path("drive/A001"), "--no-seal", "--write-classic", scratch.path("other/A001.mhl")})
            .exit == 1);
}

TEST_CASE("verify signs with the station's key and finds a history that was made anew") {
  Scratch scratch;
  const OwnConfig config(scratch);
  rolls(scratch, {"A001"});
  Ran ran = verify(scratch, {scratch.path("drive/A001"), "--sign"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(hasKind(ran.result().at("findings"), "signed"));
  struct stat s {};
  REQUIRE(::stat(scratch.path("config/rollproof/station.key").c_str(), &s) == 0);
  CHECK((s.st_mode & 0777U) == 0600U);
  ran = verify(scratch, {scratch.path("drive/A001"), "--no-seal"});
  CHECK(ran.exit == 0);
  CHECK(ran.out.find("trusted here") != std::string::npos);
  // Another station knows the key only once it is named.
  fs::rename(scratch.path("config/rollproof/station.pub"), scratch.path("cart.pub"));
  fs::remove_all(scratch.path("config"));
  ran = verify(scratch, {scratch.path("drive/A001"), "--no-seal"});
  CHECK(ran.out.find("not among the trusted") != std::string::npos);
  ran = verify(scratch, {"--trust", scratch.path("cart.pub"), scratch.path("drive/A001"), "--no-seal"});
  CHECK(ran.out.find("trusted here") != std::string::npos);
  fs::rename(scratch.path("drive/A001/ascmhl/ascmhl_chain.xml.sig"), scratch.path("kept"));
  fs::remove_all(scratch.path("drive/A001/ascmhl"));
  scratch.file("drive/A001/Clips/A001.mov", "changed on purpose");
  REQUIRE(run(scratch, {"seal", scratch.path("drive/A001")}).exit == 0);
  fs::rename(scratch.path("kept"), scratch.path("drive/A001/ascmhl/ascmhl_chain.xml.sig"));
  ran = verify(scratch, {scratch.path("drive/A001"), "--no-seal"});
  CHECK(ran.exit == 4);
  CHECK(hasKind(ran.result().at("findings"), "signature_broken"));
}

TEST_CASE("verify checks a card by the checksum files on it") {
  Scratch scratch;
  scratch.file("card/a.mov", "one");
  scratch.file("card/a.mov.md5", "f97c5d29941bfb1b2fdab0874906ab82 *a.mov\r\n");
  CHECK(verify(scratch, {scratch.path("card")}).exit == 0);
  scratch.file("card/a.mov", "onf");
  const Ran ran = verify(scratch, {scratch.path("card")});
  CHECK(ran.exit == 4);
  CHECK(hasKind(ran.result().at("findings"), "hash_list"));
}
