// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "core/hash/hash.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using model::HashFormat;

namespace {

Manifest full() {
  Manifest manifest;
  manifest.creator = {"host & co", "roll<proof>",
                      "0.1\"x",    "Backup of A to B (simultaneous backup to C)",
                      "Stage 4",   {{"Ann", "ann@example.com", "+1 & 2", "DIT"}, {"Bo", "", "", ""}}};
  manifest.startedAt = test::someTime();
  manifest.process = Process::transfer;
  manifest.ignorePatterns = {".DS_Store", "ascmhl", "ascmhl/", "*.tmp"};
  FileEntry file;
  file.path = "Clips/A001.mov";
  file.bytes = 0;
  file.modifiedUnixNanos = 1'700'000'000'000'000'000;
  for (const auto format : hash::allFormats()) {
    file.hashes.push_back({hash::digestOf(format, {}), Action::verified, "2026-05-02T14:35:00Z"});
  }
  file.previousPath = "Clips/old name.mov";
  manifest.files.push_back(file);
  manifest.directories.push_back(
      {"Clips", 0, {hash::digestOf(HashFormat::c4, {})}, {hash::digestOf(HashFormat::c4, {})}});
  manifest.root =
      DirectoryEntryHash{"", 0, {hash::digestOf(HashFormat::md5, {})}, {hash::digestOf(HashFormat::md5, {})}};
  manifest.references.push_back({"sub/ascmhl/0001_sub_2026-05-02_143500Z.mhl", hash::digestOf(HashFormat::c4, {})});
  return manifest;
}

const std::string kHead =
    "<?xml version=\"1.0\"?><hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><creationdate>"
    "2026-05-02T14:35:00Z</creationdate><hostname>h</hostname><tool>t</tool></creatorinfo><processinfo><process>"
    "in-place</process></processinfo>";

std::string withHashes(const std::string& inner) { return kHead + "<hashes>" + inner + "</hashes></hashlist>"; }
std::string entry(const std::string& path) {
  return "<hash><path>" + path + "</path><xxh64>ef46db3751d8e999</xxh64></hash>";
}

}  // namespace

TEST_CASE("a manifest keeps everything through writing and reading and the schema's order") {
  const Manifest manifest = full();
  const std::string xml = formatManifest(manifest);
  CHECK(test::schemaComplaint(xml) == "");
  const auto back = parseManifest(xml);
  REQUIRE(back.has_value());
  CHECK(back->creator.hostname == manifest.creator.hostname);
  CHECK(back->creator.tool == manifest.creator.tool);
  CHECK(back->creator.toolVersion == manifest.creator.toolVersion);
  CHECK(back->creator.authors == manifest.creator.authors);
  CHECK(back->creator.location == manifest.creator.location);
  CHECK(back->creator.comment == manifest.creator.comment);
  CHECK(back->startedAt == manifest.startedAt);
  CHECK(back->process == Process::transfer);
  CHECK(back->ignorePatterns == manifest.ignorePatterns);
  REQUIRE(back->files.size() == 1);
  CHECK(back->files[0].path == manifest.files[0].path);
  CHECK(back->files[0].previousPath == manifest.files[0].previousPath);
  CHECK(back->files[0].modifiedUnixNanos == manifest.files[0].modifiedUnixNanos);
  REQUIRE(back->files[0].hashes.size() == 6);
  CHECK(back->files[0].hashes[0].digest.format == HashFormat::c4);
  CHECK(back->files[0].hashes[5].digest.format == HashFormat::xxh64);
  CHECK(back->files[0].hashes[5].action == Action::verified);
  CHECK(back->files[0].hashes[5].hashDate == "2026-05-02T14:35:00Z");
  REQUIRE(back->directories.size() == 1);
  CHECK(back->directories[0].content == manifest.directories[0].content);
  REQUIRE(back->root.has_value());
  CHECK(back->root->structure == manifest.root->structure);
  REQUIRE(back->references.size() == 1);
  CHECK(back->references[0].digest == manifest.references[0].digest);
  CHECK(formatManifest(*back) == xml);
}

TEST_CASE("names that XML cannot hold come back byte for byte") {
  const std::vector<std::string> names{
      "latin\xE9.mov", "new\nline",    "tab\there",    "cr\rname", " lead and trail ",         "bell\x07",
      "100%41.mov",    "a&b<c>\"d",    "\xEF\xBF\xBE", "\xFF%",    "caf\xC3\xA9/na\xC3\xAFve", "e\xCC\x81",
      "]]>",           "\xED\xA0\x80", "\x7F"};
  Manifest manifest = full();
  manifest.files.clear();
  manifest.directories.clear();
  manifest.references.clear();
  for (const auto& name : names) {
    FileEntry file;
    file.path = "F/" + name;
    file.previousPath = "P/" + name;
    file.hashes.push_back({hash::digestOf(HashFormat::md5, {}), Action::original, ""});
    manifest.files.push_back(file);
    manifest.directories.push_back(
        {"D/" + name, 0, {hash::digestOf(HashFormat::md5, {})}, {hash::digestOf(HashFormat::md5, {})}});
    manifest.references.push_back({"R/" + name, hash::digestOf(HashFormat::c4, {})});
  }
  const std::string xml = formatManifest(manifest);
  CHECK(test::schemaComplaint(xml) == "");
  const auto back = parseManifest(xml);
  REQUIRE(back.has_value());
  REQUIRE(back->files.size() == names.size());
  std::set<std::string> files, previous, directories, references;
  for (const auto& one : back->files) {
    files.insert(one.path);
    CHECK(one.previousPath == "P" + one.path.substr(1));
  }
  for (const auto& one : back->directories) directories.insert(one.path);
  for (const auto& one : back->references) references.insert(one.path);
  for (const auto& name : names) {
    INFO(name);
    CHECK(files.count("F/" + name) == 1);
    CHECK(directories.count("D/" + name) == 1);
    CHECK(references.count("R/" + name) == 1);
  }
  CHECK(xml.find("<path size=\"0\">F/100%41.mov</path>") != std::string::npos);
}

TEST_CASE("what other tools write is read") {
  const std::string xml =
      "<?xml version=\"1.0\"?><m:hashlist version=\"2.0\" xmlns:m=\"urn:ASC:MHL:v2.0\" "
      "xmlns:x=\"urn:x\"><m:creatorinfo>"
      "<m:creationdate>2026-05-02T16:35:00.5+02:00</m:creationdate><m:hostname>h</m:hostname><m:tool "
      "version=\"1\">t</m:tool>"
      "<m:author "
      "email=\"a@b.c\">A</m:author></m:creatorinfo><m:processinfo><m:process>in-place</m:process></m:processinfo>"
      "<m:hashes><m:hash><m:path>a.mov</m:path><m:xxh64 "
      "action=\"original\">EF46DB3751D8E999</m:xxh64><m:metadata><m:md5>zz</m:md5>"
      "<x:path>../evil</x:path><m:hash><m:path>b</m:path></m:hash></m:metadata></m:hash>"
      "<m:hash><m:path size=\"3\">c.mov</m:path><m:xxh32>01020304</m:xxh32></m:hash>"
      "<m:directoryhash><m:path>D/</m:path><m:content><m:md5>D41D8CD98F00B204E9800998ECF8427E</m:md5></"
      "m:content><m:structure>"
      "<m:md5>d41d8cd98f00b204e9800998ecf8427e</m:md5></m:structure></m:directoryhash></m:hashes></m:hashlist>";
  const auto read = parseManifest(xml);
  REQUIRE(read.has_value());
  CHECK(isoUtc(read->startedAt) == "2026-05-02T14:35:00Z");
  REQUIRE(read->files.size() == 2);
  REQUIRE(read->files[0].hashes.size() == 1);
  CHECK(read->files[0].hashes[0].digest.text == "ef46db3751d8e999");
  CHECK(read->files[0].hashes[0].hashDate.empty());
  CHECK(read->files[0].bytes == 0);
  CHECK(read->files[1].hashes.empty());
  REQUIRE(read->directories.size() == 1);
  CHECK(read->directories[0].path == "D");
  CHECK(read->directories[0].content[0].text == "d41d8cd98f00b204e9800998ecf8427e");

  const auto references =
      parseManifest(kHead + "<references><hashlistreference><path>s/ascmhl/x.mhl</path><c4>" +
                    hash::digestOf(HashFormat::c4, {}).text + "</c4></hashlistreference></references></hashlist>");
  REQUIRE(references.has_value());
  CHECK(references->files.empty());
  CHECK(references->references.size() == 1);
}

TEST_CASE("a manifest that contradicts the standard is corrupt") {
  const auto code = [](const std::string& xml) {
    const auto read = parseManifest(xml);
    return read ? std::string("read") : std::string(name(read.error().code));
  };
  REQUIRE(code(withHashes(entry("a"))) == "read");
  for (const char* path : {"../a", "/etc/passwd", "a/../../b", "a//b", "./a", "", "..", "/", "a/.."}) {
    INFO(path);
    CHECK(code(withHashes(entry(path))) == "corrupt");
  }
  CHECK(code(withHashes(entry("a") + entry("a"))) == "corrupt");
  CHECK(code(withHashes("<hash><xxh64>ef46db3751d8e999</xxh64></hash>")) == "corrupt");
  CHECK(code(withHashes("<hash><path>a</path><xxh64>ef46</xxh64></hash>")) == "corrupt");
  CHECK(code(withHashes("<hash><path>a<b/>c</path><xxh64>ef46db3751d8e999</xxh64></hash>")) == "corrupt");
  CHECK(code(withHashes("<hash><path size=\"12x\">a</path><xxh64>ef46db3751d8e999</xxh64></hash>")) == "corrupt");
  CHECK(code(withHashes("<hash><path>a</path><path>b</path></hash>")) == "corrupt");
  CHECK(code("") == "corrupt");
  CHECK(code("<hashlist/>") == "corrupt");
  CHECK(code("<hashlist version=\"1.1\"></hashlist>") == "unsupported");
  const std::string hidden =
      "<hash><path>%2E%2E/x</path><xxh64>ef46db3751d8e999</xxh64><metadata><encodedpaths "
      "xmlns=\"urn:rollproof:mhl:1\" scheme=\"percent\" path=\"true\"/></metadata></hash>";
  CHECK(code(withHashes(hidden)) == "corrupt");
}

TEST_CASE("a folder stands behind what it holds and before its next sibling") {
  Manifest manifest = full();
  manifest.files.clear();
  manifest.directories.clear();
  for (const char* name : {"Clips.txt", "Clips/z", "ab", "Clips/a/x", "Clips-1/q"}) {
    FileEntry file;
    file.path = name;
    file.hashes.push_back({hash::digestOf(HashFormat::md5, {}), Action::original, ""});
    manifest.files.push_back(file);
  }
  manifest.directories = directoryHashes(manifest.files, {}, {HashFormat::md5});
  manifest.directories.pop_back();
  const std::string xml = formatManifest(manifest);
  std::vector<std::string> order;
  for (auto at = xml.find("<path"); at != std::string::npos; at = xml.find("<path", at + 1)) {
    const auto from = xml.find('>', at) + 1;
    order.push_back(xml.substr(from, xml.find('<', from) - from));
  }
  order.pop_back();  // the reference
  CHECK(order == std::vector<std::string>{"Clips/a/x", "Clips/a", "Clips/z", "Clips", "Clips-1/q", "Clips-1",
                                          "Clips.txt", "ab"});
}
