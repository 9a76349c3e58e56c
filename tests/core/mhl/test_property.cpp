// SPDX-License-Identifier: Apache-2.0
// Random rolls, sealed and then changed at random: verify has to name what roll_model works out, and nothing else.
// ROLLPROOF_PROPERTY_ROUNDS=5000 for a long run, ROLLPROOF_PROPERTY_SEED=17 for one round again.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "core/mhl/seal_in_place.h"
#include "tests/core/mhl/fixture.h"
#include "tests/core/mhl/roll_model.h"

using namespace rollproof;
using namespace rollproof::mhl;
using namespace rollproof::mhl::test;
using model::HashFormat;
namespace stdfs = std::filesystem;

namespace {

constexpr std::uint64_t kRounds = 300;

std::uint64_t numberFrom(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The same on every machine: the library's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : m_engine(seed * 2'654'435'761U + 1) {}
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(m_engine() % end); }
  bool oneIn(std::size_t n) { return below(n) == 0; }
  template <class List>
  auto& from(List& list) {
    return list[below(list.size())];
  }
  std::string bytes(std::size_t size) {
    std::string text(size, '\0');
    for (auto& one : text) one = static_cast<char>(m_engine() >> 32U);
    return text;
  }

 private:
  std::mt19937_64 m_engine;
};

const std::vector<std::string>& names() {
  static const std::vector<std::string> all{"A001C001.mxf",
                                            "a001c001.MXF",
                                            "clip 01.mov",
                                            " leading",
                                            "trailing ",
                                            "new\nline",
                                            "tab\tin",
                                            "caf\xc3\xa9",
                                            "cafe\xcc\x81",
                                            "\xff\xfe.r3d",
                                            "100%.ari",
                                            "%41.dpx",
                                            "<&>\"'.xml",
                                            "-rf",
                                            "._A001.mov",
                                            ".hidden",
                                            "ascmhl2",
                                            "x.mhl",
                                            "sum.md5",
                                            "0001_A001_x.mhl",
                                            "\\back\\slash",
                                            "\x01\x7f",
                                            std::string(200, 'n'),
                                            "*.tmp",
                                            "[a]",
                                            "!x",
                                            "#y",
                                            "\xe6\xbc\xa2"};
  return all;
}

class Roll {
 public:
  Roll(std::uint64_t seed, std::string root) : m_dice(seed), m_root(std::move(root)), m_model(m_root) {
    stdfs::create_directories(m_root);
    m_folders.emplace_back();
    for (std::size_t i = m_dice.below(7); i > 0; --i) newFolder();
    for (std::size_t i = 1 + m_dice.below(14); i > 0; --i) newFile();
    for (std::size_t i = m_dice.below(4); i > 0; --i) m_nested.insert(m_dice.from(m_folders));
    const auto disk = readDisk(m_root);
    std::erase_if(m_nested, [&](const std::string& one) {  // an empty folder cannot be sealed
      return one.empty() || std::none_of(disk.files.begin(), disk.files.end(),
                                         [&](const auto& file) { return file.first.starts_with(one + "/"); });
    });
  }

  void sealAll() {
    std::vector<std::string> order(m_nested.begin(), m_nested.end());
    std::reverse(order.begin(), order.end());  // inner ones first
    for (const auto& scope : order) seal(scope);
    seal("");
  }

  void grow() {
    for (std::size_t round = m_dice.below(3); round > 0; --round) {
      for (std::size_t i = m_dice.below(4); i > 0; --i) growOne();
      std::vector<std::string> scopes(m_nested.begin(), m_nested.end());
      scopes.emplace_back();
      seal(m_dice.from(scopes));
    }
  }

  // One to five changes of what lies there, in any mixture.
  void mutate() {
    for (std::size_t i = 1 + m_dice.below(5); i > 0; --i) mutateOne();
  }

  void tamper() {
    for (std::size_t i = m_dice.below(3); i > 0; --i) tamperOne();
  }

  void check(bool sealAfter) {
    Expected expected = m_model.expected();
    VerifyOutcome outcome;
    const auto verifyNow = [&] {
      VerifyOptions options;
      options.seal = sealAfter;
      options.creator = creatorHere();
      jobs::Progress progress;
      auto tree = verifyTree(realFileSystem(), m_root, options, systemClock(), progress, {});
      REQUIRE(tree.has_value());
      outcome = tree->total;
    };
    if (sealAfter) {
      m_model.seal("", verifyNow);
    } else {
      verifyNow();
    }
    INFO(m_story);
    if (sealAfter) {
      for (const auto& path : expected.hollow) expected.findings.push_back("seal_failed " + joined(path, "ascmhl"));
      std::sort(expected.findings.begin(), expected.findings.end());
    }
    const auto found = kinds(outcome.findings);
    CHECK(RollModel::canonical(expected, found) == expected.findings);
    CHECK(outcome.verified == expected.verified);
    CHECK(outcome.missing + outcome.altered == expected.missing + expected.altered);
    if (expected.group.empty()) CHECK(outcome.altered == expected.altered);
    CHECK(outcome.newFiles == expected.newFiles);
    CHECK(outcome.renamed == expected.renamed);
    CHECK(outcome.unreadable == expected.unreadable);
    for (const auto& path : expected.keepsName) CHECK(std::count(found.begin(), found.end(), "renamed " + path) == 1);
    const bool defect = std::any_of(expected.findings.begin(), expected.findings.end(), [](const std::string& one) {
      return !one.starts_with("new ") && !one.starts_with("renamed ") && !one.starts_with("unlisted_manifest ");
    });
    CHECK((outcome.result == VerifyResult::defect) == defect);
    CHECK((outcome.result == VerifyResult::verified) == (!defect && expected.verified + expected.renamed > 0));
    for (const auto& manifest : outcome.manifests) CHECK(schemaComplaint(get(manifest)).empty());
  }

  [[nodiscard]] bool isCertain() const { return m_model.expected().group.empty(); }

 private:
  Dice m_dice;
  std::string m_root;
  RollModel m_model;
  std::vector<std::string> m_folders;
  std::set<std::string> m_nested;
  std::vector<std::string> m_contents;  // that were written, to write one twice
  std::set<std::string> m_tampered;
  std::string m_story;
  int m_seals = 0;

  void tell(const char* what, const std::string& path) { m_story.append(what).append(" ").append(path).append("\n"); }
  [[nodiscard]] std::string at(const std::string& path) const { return path.empty() ? m_root : m_root + "/" + path; }
  static std::string joined(const std::string& left, const std::string& right) {
    return left.empty() ? right : left + "/" + right;
  }

  [[nodiscard]] bool isFree(const std::string& path) const {
    return !stdfs::exists(stdfs::symlink_status(at(path))) && path.size() < 900;
  }
  std::vector<std::string> files() {
    std::vector<std::string> all;
    for (const auto& [path, content] : readDisk(m_root).files) all.push_back(path);
    return all;
  }
  std::vector<std::string> folders() {
    const auto all = readDisk(m_root).folders;
    return {all.begin(), all.end()};
  }

  std::string content(bool fresh) {
    if (!fresh && m_dice.oneIn(5) && !m_contents.empty()) {
      const std::string again = m_dice.from(m_contents);
      m_contents.push_back(again);
      return again;
    }
    if (!fresh && m_dice.oneIn(8)) return {};
    m_contents.push_back(m_dice.bytes(1 + m_dice.below(m_dice.oneIn(20) ? 300'000 : 5'000)));
    return m_contents.back();
  }

  void newFolder() {
    const std::string path = joined(m_dice.from(m_folders), m_dice.from(names()));
    if (!isFree(path)) return;
    stdfs::create_directories(at(path));
    m_folders.push_back(path);
    tell("folder", path);
  }
  std::string freePlace() {
    auto all = folders();
    all.emplace_back();
    for (int i = 0; i < 50; ++i) {
      std::string path = joined(m_dice.from(all), m_dice.from(names()));
      if (isFree(path)) return path;
    }
    return "one more";
  }
  void newFile(bool fresh = false) {
    const std::string path = freePlace();
    if (!isFree(path)) return;
    put(at(path), content(fresh));
    tell("file", path);
    if (m_dice.oneIn(10)) put(at(joined(stdfs::path(path).parent_path().string(), ".DS_Store")), m_dice.bytes(9));
  }

  void seal(const std::string& scope) {
    SealOptions options;
    options.creator = creatorHere();
    options.creator.comment = "Seal " + std::to_string(++m_seals);  // so that no two manifests are alike
    for (const auto format :
         {HashFormat::xxh64, HashFormat::xxh3, HashFormat::xxh128, HashFormat::md5, HashFormat::sha1, HashFormat::c4}) {
      if (m_dice.oneIn(5)) options.formats.push_back(format);
    }
    tell("seal", scope);
    INFO(m_story);
    m_model.seal(scope, [&] {
      jobs::Progress progress;
      const auto outcome = sealInPlace(realFileSystem(), at(scope), options, systemClock(), progress, {});
      REQUIRE(outcome.has_value());
      for (const auto& manifest : outcome->manifests) CHECK(schemaComplaint(get(manifest)).empty());
    });
  }

  // Changes a seal records without doubt.
  void growOne() {
    const auto all = files();
    switch (m_dice.below(4)) {
      case 0:
        newFolder();
        break;
      case 1:
        if (!all.empty()) moveIfUnique(m_dice.from(all));
        break;
      case 2:
        if (!all.empty()) stdfs::remove(at(m_dice.from(all)));
        break;
      default:
        newFile(true);
    }
  }
  void moveIfUnique(const std::string& path) {
    const auto disk = readDisk(m_root);
    const auto& mine = disk.files.at(path);
    if (mine.empty() || std::count(m_contents.begin(), m_contents.end(), mine) != 1) return;
    for (const auto& [other, content] : disk.files)
      if (other != path && content == mine) return;
    move(path, freePlace());
  }
  void move(const std::string& from, const std::string& to) {
    if (!isFree(to)) return;
    stdfs::rename(at(from), at(to));
    tell("move", from + " -> " + to);
  }

  void mutateOne() {
    auto all = files();
    if (all.empty()) return newFile();
    const std::string path = m_dice.from(all);
    std::string bytes = get(at(path));
    switch (m_dice.below(10)) {
      case 0:
        if (bytes.empty()) break;
        m_dice.from(bytes) ^= static_cast<char>(1U << m_dice.below(8));
        put(at(path), bytes);
        return tell("alter", path);
      case 1:
        put(at(path), bytes.substr(0, m_dice.below(bytes.size() + 1)));
        return tell("truncate", path);
      case 2:
        put(at(path), bytes + m_dice.bytes(1 + m_dice.below(40)));
        return tell("lengthen", path);
      case 3:
        stdfs::remove(at(path));
        return tell("remove", path);
      case 4: {
        const std::string other = m_dice.from(all);
        const std::string theirs = get(at(other));
        put(at(path), theirs);
        put(at(other), bytes);
        return tell("swap", path + " <-> " + other);
      }
      case 5:
        return move(path, freePlace());
      case 6: {  // the same name in another folder
        auto places = folders();
        places.emplace_back();
        return move(path, joined(m_dice.from(places), stdfs::path(path).filename().string()));
      }
      case 7:
        return mutateFolder();
      case 8:  // a folder where a file was
        stdfs::remove(at(path));
        stdfs::create_directories(at(path));
        return tell("make a folder of", path);
      default:
        break;
    }
    newFile();
  }

  void mutateFolder() {
    auto all = folders();
    if (all.empty()) return;
    const std::string path = m_dice.from(all);
    const bool holdsHistory = std::any_of(m_nested.begin(), m_nested.end(), [&](const std::string& one) {
      return one == path || one.starts_with(path + "/");
    });
    if (m_dice.oneIn(3)) {
      stdfs::remove_all(at(path));
      return tell("remove folder", path);
    }
    const std::string to = freePlace();
    if (holdsHistory || to == path || to.starts_with(path + "/")) return;
    move(path, to);
  }

  // One generation's manifest, or the chain, of some history.
  void tamperOne() {
    std::vector<std::string> there;
    for (const auto& [path, scope] : m_model.scopes) {
      if (scope.hasChain && stdfs::exists(at(joined(path, "ascmhl/ascmhl_chain.xml"))) && !m_tampered.contains(path)) {
        there.push_back(path);
      }
    }
    if (there.empty()) return;
    const std::string path = m_dice.from(there);
    m_tampered.insert(path);
    auto& scope = m_model.scopes.at(path);
    const std::string folder = joined(path, "ascmhl");
    const std::string chain = at(folder + "/ascmhl_chain.xml");
    auto& generation = m_dice.from(scope.chain);
    const bool several = scope.chain.size() > 1;
    switch (m_dice.below(9)) {
      case 0: {
        std::string bytes = get(at(generation.file));
        m_dice.from(bytes) ^= 1;
        put(at(generation.file), bytes);
        return tell("alter manifest", generation.file);
      }
      case 1:
        stdfs::remove(at(generation.file));
        return tell("remove manifest", generation.file);
      case 2:
        stdfs::remove(chain);
        scope.hasChain = false;
        return tell("remove chain", path);
      case 3:
        put(at(folder + "/0099_stray.mhl"), get(at(generation.file)));
        return tell("stray manifest", path);
      case 4: {
        if (!several) return;
        auto blocks = chainBlocks(get(chain));
        const std::size_t gone = m_dice.below(blocks.size());
        blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(gone));
        scope.chain.erase(scope.chain.begin() + static_cast<std::ptrdiff_t>(gone));
        putChain(chain, blocks);
        return tell("cut from chain", path);
      }
      case 5: {
        if (!several) return;
        auto blocks = chainBlocks(get(chain));
        const std::size_t one = 1 + m_dice.below(blocks.size() - 1);
        std::swap(blocks[0], blocks[one]);
        std::swap(scope.chain[0], scope.chain[one]);
        putChain(chain, blocks);
        return tell("turn in chain", path);
      }
      case 6: {  // another manifest under the old name, and a chain that believes it
        const std::string host = creatorHere().hostname;
        replaceIn(at(generation.file), "<hostname>" + host, "<hostname>x" + host);
        rechain(at(path), generation.number);
        generation.bytes = get(at(generation.file));
        return tell("swap manifest", generation.file);
      }
      case 7: {
        const bool isLeaf = std::none_of(m_nested.begin(), m_nested.end(), [&](const std::string& one) {
          return one != path && (path.empty() || one.starts_with(path + "/"));
        });
        if (!isLeaf) return;
        auto& newest = scope.chain.back();
        std::string text = get(at(newest.file));
        const auto root = text.find("<roothash>");
        if (root == std::string::npos) return;
        const auto value = text.find("</", text.find("<structure>", root)) - 1;
        text[value] = text[value] == '1' ? '2' : '1';
        put(at(newest.file), text);
        rechain(at(path), newest.number);
        newest.bytes = text;
        m_model.breakFolder(path);
        return tell("wrong root", path);
      }
      default: {
        if (path.empty()) return;
        stdfs::remove_all(at(folder));
        return tell("remove history", path);
      }
    }
  }

  static std::vector<std::string> chainBlocks(const std::string& text) {
    std::vector<std::string> blocks;
    const std::string end = "</hashlist>";
    for (auto from = text.find("<hashlist "); from != std::string::npos; from = text.find("<hashlist ", from + 1)) {
      blocks.push_back(text.substr(from, text.find(end, from) + end.size() - from));
    }
    return blocks;
  }
  static void putChain(const std::string& path, const std::vector<std::string>& blocks) {
    std::string text = R"(<?xml version="1.0" encoding="UTF-8"?><ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0">)";
    for (const auto& block : blocks) text += block;
    put(path, text + "</ascmhldirectory>");
  }
};

template <class Work>
void eachRound(const Work& work) {
  const std::uint64_t only = numberFrom("ROLLPROOF_PROPERTY_SEED", 0);
  const std::uint64_t rounds = numberFrom("ROLLPROOF_PROPERTY_ROUNDS", kRounds);
  for (std::uint64_t seed = only > 0 ? only : 1; seed <= (only > 0 ? only : rounds); ++seed) {
    INFO("ROLLPROOF_PROPERTY_SEED=" << seed);
    TempFolder temp;
    Roll roll(seed, temp.path() + "/A001");
    roll.sealAll();
    roll.grow();
    work(roll);
  }
}

}  // namespace

TEST_CASE("whatever was sealed is verified and nothing is said of it but what went missing") {
  eachRound([](Roll& roll) { roll.check(false); });
}

TEST_CASE("every mixture of changes to a roll is named right and nothing else is") {
  eachRound([](Roll& roll) {
    roll.mutate();
    roll.check(false);
  });
}

TEST_CASE("every mixture of changes to a roll and its histories is named right and nothing else is") {
  eachRound([](Roll& roll) {
    roll.tamper();
    roll.mutate();
    roll.check(false);
  });
}

TEST_CASE("a seal takes in what is new and renamed and what is altered and missing stays so") {
  eachRound([](Roll& roll) {
    roll.mutate();
    if (!roll.isCertain()) return;
    roll.check(true);
    roll.check(false);
  });
}
