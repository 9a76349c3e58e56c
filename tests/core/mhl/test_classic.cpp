// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/mhl/sum_file.h"
#include "tests/core/mhl/fixture.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

std::string digest(HashFormat format, const std::string& text) {
  return hash::digestOf(format, std::as_bytes(std::span(text.data(), text.size()))).text;
}

std::string entry(const std::string& file, const std::string& tag, const std::string& value) {
  return "<hash><file>" + file + "</file><size>3</size><" + tag + ">" + value + "</" + tag +
         "><hashdate>2016-04-18T14:47:48Z</hashdate></hash>";
}

std::string list(const std::string& entries, const std::string& encoding = "UTF-8") {
  return "<?xml version=\"1.0\" encoding=\"" + encoding +
         "\"?><hashlist version=\"1.1\"><creatorinfo><name>N</name></creatorinfo>" + entries + "</hashlist>";
}

// Bytes of a document whose text is ASCII, `width` a character.
std::string widened(const std::string& text, std::size_t width, bool bigEndian, bool mark) {
  std::string out;
  const auto put = [&](unsigned value) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t byte = bigEndian ? width - 1 - i : i;
      out += static_cast<char>(byte < 4 ? (value >> (8 * byte)) & 255U : 0U);
    }
  };
  if (mark) put(0xFEFF);
  for (const char c : text) put(static_cast<unsigned char>(c));
  return out;
}

std::string onlyPath(const std::string& xml) {
  const auto read = parseClassic(xml);
  if (!read) return describe(read.error());
  if (read->files.size() != 1) return std::to_string(read->files.size()) + " files";
  return read->files.front().path;
}

TreeOutcome verifyAll(const std::string& path, bool sealAfter = false) {
  jobs::Progress progress;
  VerifyOptions options;
  options.seal = sealAfter;
  auto outcome = verifyTree(realFileSystem(), path, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

std::string flipped(std::string value) {
  value[0] = value[0] == '0' ? '1' : '0';
  return value;
}

std::string reversed(const std::string& hex) {
  std::string out;
  for (std::size_t i = hex.size(); i >= 2; i -= 2) out += hex.substr(i - 2, 2);
  return out;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("a classic MHL is read in every encoding that tools write") {
  const std::string md5 = digest(HashFormat::md5, "one");
  const auto with = [&](const std::string& name, const std::string& encoding) {
    return onlyPath(list(entry(name, "md5", md5), encoding));
  };
  CHECK(with("caf\xC3\xA9.mov", "UTF-8") == "caf\xC3\xA9.mov");
  CHECK(with("caf\xE9.mov", "ISO-8859-1") == "caf\xC3\xA9.mov");
  CHECK(with("\xC6.mov", "windows-1251") == "\xD0\x96.mov");
  CHECK(with("\xC6.mov", "ISO-8859-5") == "\xD0\xA6.mov");
  CHECK(with("\xA4\xA2.mov", "EUC-JP") == "\xE3\x81\x82.mov");
  CHECK(with("\xB0\xA1.mov", "EUC-KR") == "\xEA\xB0\x80.mov");
  for (const bool bigEndian : {true, false}) {
    for (const bool mark : {true, false}) {
      INFO(bigEndian << mark);
      const std::string end = bigEndian ? "BE" : "LE";
      CHECK(onlyPath(widened(list(entry("a.mov", "md5", md5), mark ? "UTF-16" : "UTF-16" + end), 2, bigEndian, mark)) ==
            "a.mov");
      CHECK(onlyPath(widened(list(entry("a.mov", "md5", md5), "UTF-32" + end), 4, bigEndian, mark)) == "a.mov");
    }
  }
}

TEST_CASE("characters of every length come through UTF-32") {
  std::string document;
  const auto put32 = [&](std::uint32_t c) {
    for (int k = 0; k < 4; ++k) document += static_cast<char>((c >> (8 * k)) & 255U);
  };
  const auto putText = [&](const std::string& text) {
    for (const char c : text) put32(static_cast<unsigned char>(c));
  };
  putText("<?xml version=\"1.0\" encoding=\"UTF-32\"?><hashlist version=\"1.1\"><hash><file>");
  for (const std::uint32_t c : {0xE9U, 0xAC00U, 0x1F3A5U}) put32(c);
  putText("</file></hash></hashlist>");
  CHECK(onlyPath(document) == "\xC3\xA9\xEA\xB0\x80\xF0\x9F\x8E\xA5");
  put32(0x110000);
  CHECK(onlyPath(document) == "is not well-formed XML (line 1)");
}

TEST_CASE("real classic lists are read whole") {
  const std::string folder = std::string(ROLLPROOF_SAMPLES) + "/mhl_pomfort";
  if (!stdfs::exists(folder)) return;  // samples are not part of the project
  for (const auto& file : stdfs::directory_iterator(folder)) {
    if (file.path().extension() != ".mhl") continue;
    INFO(file.path().string());
    const auto read = parseClassic(get(file.path().string()));
    REQUIRE(read.has_value());
    CHECK(read->files.size() >= 3);
    CHECK(read->refused.empty());
    for (const auto& one : read->files) CHECK_FALSE(one.hashes.empty());
  }
}

TEST_CASE("each hash of a classic MHL is checked and each alone finds an altered file") {
  const std::string text = "one";
  const std::uint32_t xxh32 = [&] {
    const auto raw = hash::rawBytes({HashFormat::xxh32, digest(HashFormat::xxh32, text)});
    std::uint32_t value = 0;
    for (const auto byte : raw) value = (value << 8U) | std::to_integer<std::uint32_t>(byte);
    return value;
  }();
  const std::string xxh64 = digest(HashFormat::xxh64, text);
  const std::vector<std::pair<std::string, std::string>> good{
      {"md5", digest(HashFormat::md5, text)},
      {"sha1", digest(HashFormat::sha1, text)},
      {"xxhash", std::to_string(xxh32)},
      {"xxhash64", xxh64},
      {"xxhash64", reversed(xxh64)},
      {"xxhash64be", xxh64},
      {"xxh128", digest(HashFormat::xxh128, text)},
  };
  for (const auto& [tag, value] : good) {
    INFO(tag << " " << value);
    TempFolder temp;
    const std::string roll = temp.path() + "/A001";
    put(roll + "/a.mov", text);
    put(roll + "/A001.mhl", list(entry("a.mov", tag, value)));
    auto outcome = verifyAll(roll, true);
    CHECK(outcome.total.result == VerifyResult::verified);
    CHECK(outcome.total.verified == 1);
    CHECK(outcome.total.newFiles == 0);
    CHECK_FALSE(stdfs::exists(roll + "/ascmhl"));
    CHECK(hasKind(outcome.total.findings, "hash_list"));
    put(roll + "/A001.mhl", list(entry("a.mov", tag, tag == "xxhash" ? std::to_string(xxh32 ^ 1U) : flipped(value))));
    outcome = verifyAll(roll);
    CHECK(outcome.total.result == VerifyResult::defect);
    CHECK(outcome.total.altered == 1);
  }
  // Read from the wrong end, a value whose order is certain is wrong.
  TempFolder temp;
  put(temp.path() + "/a.mov", text);
  put(temp.path() + "/l.mhl", list(entry("a.mov", "xxhash64be", reversed(xxh64))));
  CHECK(verifyAll(temp.path()).total.result == VerifyResult::defect);
}

TEST_CASE("a classic list names what is missing and new and a size alone proves nothing") {
  TempFolder temp;
  const std::string roll = temp.path() + "/A001";
  put(roll + "/Clips/a.mov", "one");
  put(roll + "/Clips/b.mov", "two");
  put(roll + "/Clips/x.mov", "x");
  put(roll + "/A001.mhl", list(entry("Clips/a.mov", "md5", digest(HashFormat::md5, "one")) +
                               entry("Clips/gone.mov", "md5", digest(HashFormat::md5, "one")) +
                               "<hash><file>Clips/b.mov</file><size>3</size><null/></hash>"));
  auto outcome = verifyAll(roll).total;
  CHECK(outcome.result == VerifyResult::defect);
  CHECK(outcome.verified == 1);
  CHECK(kinds(outcome.findings) ==
        Kinds{"hash_list A001.mhl", "missing Clips/gone.mov", "new Clips/x.mov", "size_only "});
  put(roll + "/Clips/b.mov", "longer");
  CHECK(verifyAll(roll).total.altered == 1);
  // The list alone says the same as the folder that holds it.
  CHECK(verifyAll(roll + "/A001.mhl").total.altered == 1);
}

TEST_CASE("a classic list with the folder's own name before its paths is understood") {
  TempFolder temp;
  put(temp.path() + "/A001/a.mov", "one");
  put(temp.path() + "/A001/A001.mhl", list(entry("A001\\a.mov", "md5", digest(HashFormat::md5, "one"))));
  CHECK(verifyAll(temp.path() + "/A001").total.result == VerifyResult::verified);
  const auto drive = verifyAll(temp.path());
  CHECK(drive.total.result == VerifyResult::verified);
  REQUIRE(drive.rolls.size() == 1);
  CHECK(drive.rolls.front().scope == temp.path() + "/A001");
}

TEST_CASE("a list never leads out of its folder and hostile lists are refused quickly") {
  const std::string md5 = digest(HashFormat::md5, "one");
  TempFolder temp;
  put(temp.path() + "/secret", "one");
  const std::string roll = temp.path() + "/A001";
  put(roll + "/a.mov", "one");
  for (const std::string bad : {"../secret", "/etc/passwd", "C:\\secret", "..\\secret", "x/../../secret", ""}) {
    INFO(bad);
    put(roll + "/l.mhl", list(entry(bad, "md5", md5) + entry("a.mov", "md5", md5)));
    const auto outcome = verifyAll(roll).total;
    CHECK(outcome.result == VerifyResult::incomplete);
    CHECK(outcome.verified == 1);
    CHECK(hasKind(outcome.findings, "unreadable"));
    CHECK(outcome.bytesRead == 3);
  }
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE hashlist [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
  put(roll + "/l.mhl", bomb + "<hashlist version=\"1.1\"><hash><file>&b;</file></hash></hashlist>");
  CHECK(verifyAll(roll).total.result == VerifyResult::incomplete);
  put(roll + "/l.mhl", "<hashlist version=\"1.1\" x=\"" + std::string(10'000'000, 'x') + "\"></hashlist>");
  CHECK(verifyAll(roll).total.result == VerifyResult::incomplete);
  put(roll + "/l.mhl", list("<hash><file>a.mov</file><md5>zz</md5></hash>"));
  CHECK(verifyAll(roll).total.result == VerifyResult::incomplete);
  put(roll + "/l.mhl", list("<hash><md5>" + md5 + "</md5></hash>"));
  CHECK(verifyAll(roll).total.result == VerifyResult::incomplete);
  for (const auto end : {std::size_t{0}, std::size_t{1}, std::size_t{30}, std::size_t{100}}) {
    CHECK_FALSE(parseClassic(list(entry("a.mov", "md5", md5)).substr(0, end)).has_value());
  }
}

TEST_CASE("a classic MHL that is written is read back as it was and never overwrites one") {
  TempFolder temp;
  put(temp.path() + "/A <&> 001.mov", "one");
  std::vector<model::FileRecord> files{{"A <&> 001.mov",
                                        3,
                                        1'777'732'500'000'000'000,
                                        {{HashFormat::xxh64, digest(HashFormat::xxh64, "one")},
                                         {HashFormat::c4, digest(HashFormat::c4, "one")},
                                         {HashFormat::md5, digest(HashFormat::md5, "one")}}}};
  const std::string file = temp.path() + "/list.mhl";
  REQUIRE(writeClassic(realFileSystem(), file, {}, someTime(), someTime(), files).has_value());
  const std::string xml = get(file);
  CHECK(xml.find("<xxhash64be>" + digest(HashFormat::xxh64, "one")) != std::string::npos);
  CHECK(xml.find("<lastmodificationdate>2026-05-02T14:35:00Z<") != std::string::npos);
  CHECK(xml.find("c4") == std::string::npos);
  const auto read = parseClassic(xml);
  REQUIRE(read.has_value());
  REQUIRE(read->files.size() == 1);
  CHECK(read->files.front().path == "A <&> 001.mov");
  CHECK(read->files.front().hashes.size() == 2);
  CHECK(verifyAll(file).total.result == VerifyResult::verified);
  CHECK(writeClassic(realFileSystem(), file, {}, someTime(), someTime(), files).error().code == Errc::exists);
  files.front().digests = {{HashFormat::c4, digest(HashFormat::c4, "one")}};
  CHECK(formatClassic({}, someTime(), someTime(), files).error().code == Errc::usage);
  files.front().digests = {{HashFormat::md5, digest(HashFormat::md5, "one")}};
  files.front().path = "caf\xE9";
  CHECK(formatClassic({}, someTime(), someTime(), files).error().code == Errc::usage);
}

TEST_CASE("checksum files of every dialect are read") {
  const std::string md5 = digest(HashFormat::md5, "one");
  const std::string xxh64 = digest(HashFormat::xxh64, "one");
  struct Case {
    std::string name, text, path;
    HashFormat format;
  };
  const std::vector<Case> cases{
      {"sums.md5", md5 + "  a.mov\n", "a.mov", HashFormat::md5},
      {"sums.md5", md5 + " *a.mov\r\n", "a.mov", HashFormat::md5},
      {"sums.md5", "\xEF\xBB\xBF; made by\r\n" + md5 + " *Clips\\a.mov\r\n", "Clips/a.mov", HashFormat::md5},
      {"sums.md5", "\\" + md5 + "  a\\nb\\\\c\n", "a\nb\\c", HashFormat::md5},
      {"sums.md5", "MD5 (a (1).mov) = " + md5 + "\n", "a (1).mov", HashFormat::md5},
      {"a.mov.md5", md5 + "\n", "a.mov", HashFormat::md5},
      {"sums.sha1", digest(HashFormat::sha1, "one") + "  ./a.mov", "a.mov", HashFormat::sha1},
      {"x.xxh", xxh64 + "  a.mov\n", "a.mov", HashFormat::xxh64},
      {"x.xxhsum", digest(HashFormat::xxh128, "one") + "  a b.mov\n", "a b.mov", HashFormat::xxh128},
      {"x.xxhsum", digest(HashFormat::xxh32, "one") + "  a.mov\n", "a.mov", HashFormat::xxh32},
      {"x.xxh", "XXH3_" + digest(HashFormat::xxh3, "one") + "  a.mov\n", "a.mov", HashFormat::xxh3},
      {"x.xxh64", "XXH64 (a.mov) = " + xxh64 + "\n", "a.mov", HashFormat::xxh64},
      {"x.xxh64", "XXH64_LE (a.mov) = " + reversed(xxh64) + "\n", "a.mov", HashFormat::xxh64},
  };
  for (const auto& one : cases) {
    INFO(one.name << ": " << one.text);
    REQUIRE(isSumFile(one.name));
    const auto read = parseSums(one.text, one.name);
    REQUIRE(read.has_value());
    REQUIRE(read->files.size() == 1);
    CHECK(read->files.front().path == one.path);
    CHECK(read->files.front().hashes.front().digest == model::Digest{one.format, digest(one.format, "one")});
  }
  CHECK_FALSE(parseSums("hello\n", "x.md5").has_value());
  CHECK_FALSE(parseSums("", "x.md5").has_value());
  CHECK_FALSE(isSumFile("._x.md5"));
  const auto mixed = parseSums(md5 + "  ../up\n" + md5 + "  ok\nrubbish\n", "x.md5");
  REQUIRE(mixed.has_value());
  CHECK(mixed->files.size() == 1);
  CHECK(mixed->refused.size() == 2);
}

TEST_CASE("a folder that has only checksum files is checked by them and nothing else is said") {
  TempFolder temp;
  put(temp.path() + "/CARD/C1/a.mov", "one");
  put(temp.path() + "/CARD/C1/a.mov.md5", digest(HashFormat::md5, "one") + " *a.mov\r\n");
  put(temp.path() + "/CARD/C2/b.mov", "two");
  put(temp.path() + "/CARD/C2/b.xxh", digest(HashFormat::xxh64, "two") + "  b.mov\n");
  put(temp.path() + "/CARD/C2/unlisted.txt", "u");
  auto outcome = verifyAll(temp.path() + "/CARD").total;
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(outcome.verified == 2);
  CHECK(outcome.newFiles == 0);
  put(temp.path() + "/CARD/C2/b.mov", "twp");
  CHECK(kinds(verifyAll(temp.path() + "/CARD").total.findings) ==
        Kinds{"altered C2/b.mov", "hash_list C1/a.mov.md5", "hash_list C2/b.xxh"});
  CHECK(verifyAll(temp.path() + "/CARD/C1/a.mov.md5").total.result == VerifyResult::verified);
}

TEST_CASE("a drive with sealed rolls and a classic one proves each its own way") {
  TempFolder temp;
  put(temp.path() + "/A001/a.mov", "one");
  seal(temp.path() + "/A001");
  put(temp.path() + "/B001/b.mov", "two");
  put(temp.path() + "/B001/b.mhl", list(entry("b.mov", "md5", digest(HashFormat::md5, "two"))));
  auto outcome = verifyAll(temp.path());
  CHECK(outcome.total.result == VerifyResult::verified);
  REQUIRE(outcome.rolls.size() == 2);
  CHECK(outcome.total.verified == 2);
  CHECK(outcome.outside.empty());
  put(temp.path() + "/B001/b.mov", "twp");
  outcome = verifyAll(temp.path());
  CHECK(outcome.total.result == VerifyResult::defect);
  CHECK(outcome.rolls[0].result == VerifyResult::verified);
}

TEST_CASE("a listed file under another name is renamed and neither missing nor new") {
  TempFolder temp;
  put(temp.path() + "/a/one.mov", "abc");
  put(temp.path() + "/two.mov", "message digest");
  // RFC 1321, A.5
  put(temp.path() + "/sums.md5",
      "900150983cd24fb0d6963f7d28e17f72  one.mov\nf96b697d7cb7938d525a2f31aaf161d0  two.mov\n");
  auto outcome = verify(temp.path() + "/sums.md5");
  CHECK(outcome.result == VerifyResult::verified);
  CHECK(kinds(outcome.findings) == std::vector<std::string>{"hash_list sums.md5", "renamed a/one.mov"});
  CHECK(outcome.renamed == 1);
  CHECK(outcome.missing == 0);
  put(temp.path() + "/b.mhl", R"(<?xml version="1.0" encoding="UTF-8"?><hashlist version="1.1">
    <hash><file>one.mov</file><size>3</size><md5>900150983cd24fb0d6963f7d28e17f72</md5></hash>
    <hash><file>alpha.mov</file><size>3</size><md5>900150983cd24fb0d6963f7d28e17f72</md5></hash>
    <hash><file>two.mov</file><size>14</size><md5>f96b697d7cb7938d525a2f31aaf161d0</md5></hash></hashlist>)");
  outcome = verify(temp.path() + "/b.mhl");
  CHECK(kinds(outcome.findings) ==
        std::vector<std::string>{"hash_list b.mhl", "missing alpha.mov", "renamed a/one.mov"});
  CHECK(outcome.result == VerifyResult::defect);
}
