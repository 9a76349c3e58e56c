// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/mhl/signature.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
namespace stdfs = std::filesystem;

namespace {

struct Signed {
  TempFolder temp;
  std::string scope = temp.path() + "/A001";
  std::string keyFile = temp.path() + "/config/station.key";
  std::string side = scope + "/ascmhl/ascmhl_chain.xml.sig";
  StationKey key = make(keyFile);

  static StationKey make(const std::string& file) {
    auto key = StationKey::loadOrMake(file, "cart-1");
    if (!key) FAIL(describe(key.error()));
    return *key;
  }
  Signed() {
    put(scope + "/a.mov", "one");
    put(scope + "/b.mov", "two");
    seal(scope);
    REQUIRE(signChain(realFileSystem(), scope, key, someTime()).has_value());
  }
  [[nodiscard]] std::vector<Finding> check() const {
    return checkSignatures(realFileSystem(), scope, {key.publicKey()});
  }
  [[nodiscard]] std::string kind() const {
    const auto findings = check();
    return findings.size() == 1 ? findings.front().kind : std::to_string(findings.size()) + " findings";
  }
};

VerifyOutcome verifyTrusting(const std::string& scope, const std::vector<std::string>& keys) {
  VerifyOptions options;
  options.seal = false;
  options.trustedKeys = keys;
  return verify(scope, options);
}

}  // namespace

TEST_CASE("a station's key is made once for nobody else to read and its public half lies beside it") {
  TempFolder temp;
  const std::string file = temp.path() + "/deep/er/station.key";
  const auto first = StationKey::loadOrMake(file, "cart 1");
  REQUIRE(first.has_value());
  struct stat s {};
  REQUIRE(::stat(file.c_str(), &s) == 0);
  CHECK((s.st_mode & 0777U) == 0600U);
  const auto again = StationKey::loadOrMake(file, "cart 1");
  REQUIRE(again.has_value());
  CHECK(again->publicKey() == first->publicKey());
  CHECK(keyId(first->publicKey()).size() == 16);
  const auto shown = readTrustedKeys(realFileSystem(), temp.path() + "/deep/er/station.pub");
  REQUIRE(shown.has_value());
  CHECK(*shown == std::vector<std::string>{first->publicKey()});
  CHECK(*readTrustedKeys(realFileSystem(), file) == *shown);
  put(temp.path() + "/junk", "ed25519 AAAA cart\n");
  CHECK(readTrustedKeys(realFileSystem(), temp.path() + "/junk").error().code == Errc::corrupt);
  put(temp.path() + "/junk", "not a key at all");
  CHECK(readTrustedKeys(realFileSystem(), temp.path() + "/junk").error().code == Errc::corrupt);
  CHECK(StationKey::loadOrMake(temp.path() + "/junk", "x").error().code == Errc::corrupt);
}

TEST_CASE("a signed history says who signed it and whether that is trusted") {
  const Signed one;
  REQUIRE(one.kind() == "signature");
  CHECK(one.check().front().text.find("cart-1") != std::string::npos);
  CHECK(one.check().front().text.find("trusted here") != std::string::npos);
  const auto unknown = checkSignatures(realFileSystem(), one.scope, {});
  REQUIRE(unknown.size() == 1);
  CHECK(unknown.front().kind == "signature");
  CHECK(unknown.front().text.find("not among the trusted") != std::string::npos);
  const auto outcome = verifyTrusting(one.scope, {one.key.publicKey()});
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(kinds(outcome.findings) == std::vector<std::string>{"signature ascmhl/ascmhl_chain.xml.sig"});
}

TEST_CASE("every tampering with a signed history breaks the signature") {
  Signed one;
  SECTION("a manifest exchanged together with its entry in the chain") {
    const auto history = readHistory(realFileSystem(), one.scope);
    replaceIn(one.scope + "/ascmhl/" + history->generations.at(0).fileName, "cart-1", "cart-9");
    rechain(one.scope, 1);
    CHECK(readHistory(realFileSystem(), one.scope)->findings.empty());  // nothing else would notice
    CHECK(verifyTrusting(one.scope, {}).result == VerifyResult::defect);
  }
  SECTION("the history made anew") {
    stdfs::rename(one.side, one.temp.path() + "/kept");
    stdfs::remove_all(one.scope + "/ascmhl");
    put(one.scope + "/a.mov", "changed");
    seal(one.scope);
    stdfs::rename(one.temp.path() + "/kept", one.side);
  }
  SECTION("another station's name on it") { replaceIn(one.side, "cart-1", "cart-2"); }
  SECTION("another time on it") { replaceIn(one.side, "2026-05-02T14", "2026-05-03T14"); }
  SECTION("another key under it") {
    const auto other = Signed::make(one.temp.path() + "/other/station.key");
    replaceIn(one.side, one.key.publicKey(), other.publicKey());
  }
  SECTION("the signature itself") {
    const auto at = get(one.side).find("\"signature\": \"") + 14;
    std::string text = get(one.side);
    text[at] = text[at] == 'A' ? 'B' : 'A';
    put(one.side, text);
  }
  SECTION("a file that is no signature") { put(one.side, "{\"version\":1}"); }
  SECTION("a file that is no JSON") { put(one.side, "\xFF\xFE["); }
  SECTION("more generations than there are") { replaceIn(one.side, "\"generations\": 1", "\"generations\": 2"); }
  SECTION("no generations") { replaceIn(one.side, "\"generations\": 1", "\"generations\": 0"); }
  CHECK(one.kind() == "signature_broken");
}

TEST_CASE("the last generation of a signed history cannot be taken away unnoticed") {
  Signed one;
  CHECK(verify(one.scope, true).manifests.size() == 1);
  CHECK(one.kind() == "signature");
  CHECK(one.check().front().text.find("1 after it are not signed") != std::string::npos);
  REQUIRE(signChain(realFileSystem(), one.scope, one.key, someTime()).has_value());
  CHECK(one.check().front().text.find("up to generation 2") != std::string::npos);
  const std::string chain = one.scope + "/ascmhl/ascmhl_chain.xml";
  const auto history = readHistory(realFileSystem(), one.scope);
  std::string text = get(chain);
  const auto last = text.rfind("<hashlist sequencenr");
  REQUIRE(last != std::string::npos);
  text.erase(last, text.rfind("</ascmhldirectory>") - last);
  put(chain, text);
  stdfs::remove(one.scope + "/ascmhl/" + history->generations.at(1).fileName);
  CHECK(readHistory(realFileSystem(), one.scope)->findings.empty());  // the chain alone does not notice
  CHECK(one.kind() == "signature_broken");
}

TEST_CASE("two stations sign one history and each replaces only its own signature") {
  Signed one;
  const auto other = Signed::make(one.temp.path() + "/other/station.key");
  REQUIRE(signChain(realFileSystem(), one.scope, other, someTime()).has_value());
  REQUIRE(signChain(realFileSystem(), one.scope, one.key, someTime()).has_value());
  const auto findings = checkSignatures(realFileSystem(), one.scope, {other.publicKey()});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].kind == "signature");
  CHECK(findings[1].kind == "signature");
}

TEST_CASE("a verification signs what it proved and never a defect") {
  Signed one;
  stdfs::remove(one.side);
  VerifyOptions options;
  options.creator = {"cart-1", "rollproof", "0.1", "", "", {}};
  options.signer = std::make_shared<const StationKey>(one.key);
  auto outcome = verify(one.scope, options);
  CHECK(hasKind(outcome.findings, "signed"));
  CHECK(one.kind() == "signature");
  CHECK(one.check().front().text.find("up to generation 2") != std::string::npos);
  CHECK(readHistory(realFileSystem(), one.scope)->findings.empty());
  stdfs::remove(one.side);
  put(one.scope + "/a.mov", "onf");
  outcome = verify(one.scope, options);
  CHECK(hasKind(outcome.findings, "not_signed"));
  CHECK_FALSE(stdfs::exists(one.side));
}
