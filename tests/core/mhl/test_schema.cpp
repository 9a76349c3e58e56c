// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/hash/hash.h"
#include "core/mhl/schema.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;

namespace {

const std::string kC4 = hash::digestOf(model::HashFormat::c4, {}).text;

const std::string kHead =
    "<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><creationdate>2026-05-02T14:35:00Z"
    "</creationdate><hostname>h</hostname><tool version=\"1\">t</tool></creatorinfo><processinfo><process>in-place"
    "</process></processinfo>";
const std::string kEntry = "<hash><path size=\"0\">a</path><xxh64 action=\"original\">ef46db3751d8e999</xxh64></hash>";
const std::string kWhole = kHead + "<hashes>" + kEntry + "</hashes></hashlist>";

std::vector<std::string> complaints(const std::string& xml, DocumentKind kind = DocumentKind::manifest) {
  MemorySource source(xml);
  const auto found = schemaViolations(source, kind);
  if (!found) return {describe(found.error())};
  return *found;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a manifest as the schema has it gives no complaint") {
  CHECK(complaints(kWhole).empty());
  CHECK(complaints(kHead + "<references><hashlistreference><path>a/ascmhl/x.mhl</path><c4>" + kC4 +
                   "</c4></hashlistreference></references></hashlist>")
            .empty());
  // Anything may stand in metadata, hash-like or not.
  CHECK(complaints(with(kWhole, "</hash>", "<metadata><md5>zz</md5><x xmlns=\"urn:x\" y=\"1\"/></metadata></hash>"))
            .empty());
}

TEST_CASE("each breach of the schema has its own sentence") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {with(kWhole, "version=\"2.0\"", "version=\"1.1\""), "<hashlist> has a malformed attribute 'version'"},
      {with(kWhole, " version=\"2.0\"", ""), "<hashlist> lacks its attribute 'version'"},
      {with(kWhole, "<hostname>h</hostname>", ""), "<creatorinfo> lacks its <hostname>"},
      {with(with(kWhole, "<hostname>h</hostname>", ""), "</creatorinfo>", "<hostname>h</hostname></creatorinfo>"),
       "<hostname> stands too late in <creatorinfo>: it belongs before <tool>"},
      {with(kWhole, "<hostname>h</hostname>", "<hostname>h</hostname><hostname>h</hostname>"),
       "<creatorinfo> has more than one <hostname>"},
      {with(kWhole, "2026-05-02T14:35:00Z", "yesterday"), "<creationdate> is no date with a time"},
      {with(kWhole, "in-place", "copy"), "<process> is none of in-place, transfer and flatten"},
      {with(kWhole, "<tool version", "<tool edition"), "<tool> has an attribute 'edition' that it may not have"},
      {with(kWhole, "</creatorinfo>", "<author email=\"nobody\">A</author></creatorinfo>"),
       "<author> has a malformed attribute 'email'"},
      {with(kWhole, "</processinfo>", "<ignore></ignore></processinfo>"), "<ignore> lacks its <pattern>"},
      {with(kWhole, kEntry, ""), "<hashes> is empty"},
      {with(kWhole, "<hashes>" + kEntry + "</hashes>", ""), "<hashlist> has neither <hashes> nor <references>"},
      {with(kWhole, "action=\"original\"", "action=\"new\""), "<xxh64> has a malformed attribute 'action' (entry 1)"},
      {with(kWhole, "ef46db3751d8e999", "ef46"), "<xxh64> is no value of its format (entry 1)"},
      {with(kWhole, ">a<", ">../a<"), "<path> is no relative path inside the folder (entry 1)"},
      {with(kWhole, "size=\"0\"", "size=\"-1\""), "<path> has a malformed attribute 'size' (entry 1)"},
      {with(kWhole, "<xxh64 action=\"original\">ef46db3751d8e999</xxh64>", ""), "<hash> has no hash value (entry 1)"},
      {with(kWhole, "</hash>", "<md5>d41d8cd98f00b204e9800998ecf8427e</md5></hash>"),
       "<md5> stands too late in <hash>: it belongs before <xxh64> (entry 1)"},
      {with(kWhole, "</hash>", "<crc>1</crc></hash>"), "<hash> may not hold a <crc> (entry 1)"},
      {with(kWhole, kEntry,
            kEntry + "<directoryhash><path>D</path><content><md5>d41d8cd98f00b204e9800998ecf8427e"
                     "</md5></content></directoryhash>"),
       "<directoryhash> lacks its <structure> (entry 2)"},
      {with(kWhole, "urn:ASC:MHL:v2.0", "urn:other"), "<hashlist> is not of the namespace urn:ASC:MHL:v2.0"},
      {with(kWhole, "<hostname>h", "<hostname>h<b/>"), "<hostname> holds text only and not a <b>"},
  };
  for (const auto& [xml, sentence] : cases) {
    INFO(sentence);
    const auto found = complaints(xml);
    REQUIRE_FALSE(found.empty());
    CHECK(std::find(found.begin(), found.end(), sentence) != found.end());
  }
}

TEST_CASE("a chain and a manifest are not taken for each other") {
  const std::string chain =
      "<ascmhldirectory xmlns=\"urn:ASC:MHL:DIRECTORY:v2.0\"><hashlist sequencenr=\"1\"><path>x.mhl</path><c4>" + kC4 +
      "</c4></hashlist></ascmhldirectory>";
  CHECK(complaints(chain, DocumentKind::chain).empty());
  CHECK_FALSE(complaints(chain).empty());
  CHECK_FALSE(complaints(kWhole, DocumentKind::chain).empty());
  CHECK(complaints(with(chain, "sequencenr=\"1\"", "sequencenr=\"0\""), DocumentKind::chain) ==
        std::vector<std::string>{"<hashlist> has a malformed attribute 'sequencenr' (entry 1)"});
  CHECK(complaints(with(chain, "<path>x.mhl</path>", ""), DocumentKind::chain) ==
        std::vector<std::string>{"<hashlist> lacks its <path> (entry 1)"});
}

TEST_CASE("every document that is written passes the schema") {
  TempFolder temp;
  const std::string scope = temp.path() + "/A001";
  put(scope + "/Clips/a\xFF.mov", "one");
  put(scope + "/b.mov", "");
  std::filesystem::create_directories(scope + "/Hollow");
  for (int round = 0; round < 2; ++round) {
    const auto sealed = seal(scope, hash::allFormats());
    CHECK(schemaComplaint(get(sealed.manifestPath)) == "");
    CHECK(schemaComplaint(get(scope + "/ascmhl/ascmhl_chain.xml")) == "");
  }
}
