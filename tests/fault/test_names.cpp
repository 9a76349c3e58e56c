// SPDX-License-Identifier: Apache-2.0
// Names and kinds of entries that trip copiers, onto file systems that differ in what they take.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "core/base/path.h"
#include "core/mhl/mhl.h"
#include "tests/fault/rig.h"

using namespace rollproof;
using namespace rollproof::fault_test;
using support::Disk;
using support::noise;
using support::put;
using support::Scratch;
using support::slurp;
namespace stdfs = std::filesystem;

namespace {

const std::string kComposed = "caf\xc3\xa9.mov";     // NFC
const std::string kDecomposed = "cafe\xcc\x81.mov";  // NFD of the same word

void makeOddCard(const stdfs::path& card) {
  put(card / std::string(255, 'n'), "255 bytes of name");
  put(card / kComposed, "composed");
  put(card / kDecomposed, "decomposed");
  put(card / "Case.mov", "one");
  put(card / "case.mov", "the other");
  put(card / "new\nline\ttab.txt", "newline");
  put(card / "\xff\xfe\x80 not UTF-8", "bytes");
  put(card / "._resource", "apple");
  put(card / ".hidden", "hidden");
  put(card / "-rf", "option");
  put(card / "<a>&amp;'\"]]>.xml", "markup");
  put(card / "space at the end ", "space");
  put(card / "%41%0a.txt", "percent");
  put(card / "empty.bin", "");
  stdfs::create_directories(card / "EMPTY/EMPTY/EMPTY");
  put(card / "sparse.mov", "");
  stdfs::resize_file(card / "sparse.mov", 12'000'000);
  put(card / "half-sparse.mov", noise(5000, 5));
  stdfs::resize_file(card / "half-sparse.mov", 3'000'001);
}

// Entries that are never copied; each must be named.
void addSpecials(const stdfs::path& card) {
  stdfs::create_symlink("nowhere", card / "broken-link");
  stdfs::create_symlink("loop-link", card / "loop-link");
  stdfs::create_directory_symlink("/etc", card / "folder-link");
  stdfs::create_symlink("Case.mov", card / "file-link");
  REQUIRE(::mkfifo((card / "pipe").c_str(), 0600) == 0);
}

}  // namespace

// 14: names and kinds.
TEST_CASE("every name and kind of file arrives on ext4 xfs and btrfs and is sealed under its own bytes", "[f14]") {
  Scratch scratch;
  const auto card = scratch.root / "card";
  makeOddCard(card);
  const auto kind = GENERATE(as<std::string>{}, "xfs", "btrfs");
  Disk a(scratch.root, "a", 60), b(scratch.root, "b", kind == "xfs" ? 320 : 140, kind);
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  const Before before(card);
  const auto request = requestFor(card, {a.mountPoint, b.mountPoint});
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK(safe(outcome));
  before.check(request, outcome);
  for (const auto& drive : {a.mountPoint, b.mountPoint}) {
    const auto history = mhl::readHistory(realFileSystem(), copyIn(drive).native());
    REQUIRE(history);
    CHECK(history->findings.empty());
    REQUIRE(history->generations.size() == 1);
    std::set<std::string> sealed;
    for (const auto& file : history->generations.front().manifest.files) sealed.insert(file.path);
    for (const auto& file : outcome.files) {
      INFO(path::display(file.path));
      CHECK(sealed.contains(file.path));
    }
  }
}

TEST_CASE("links and pipes are named and neither followed nor waited for", "[f14]") {
  Scratch scratch;
  const auto card = scratch.root / "card";
  makeOddCard(card);
  addSpecials(card);
  const Before before(card);
  const auto request = onOwnDrives(requestFor(card, {scratch.root / "a", scratch.root / "b"}));
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "not_copied"));
  for (const char* name : {"broken-link", "loop-link", "folder-link", "file-link", "pipe"}) {
    CHECK(problemOf(outcome, "not_regular", name));
    CHECK_FALSE(stdfs::exists(stdfs::symlink_status(copyIn(scratch.root / "a") / name)));
  }
  before.checkWhole(copyIn(scratch.root / "a"));
  before.checkWhole(copyIn(scratch.root / "b"));
}

TEST_CASE("names that a drive cannot hold are told and never overwrite each other", "[f14]") {
  Scratch scratch;
  const auto card = scratch.root / "card";
  Disk a(scratch.root, "a", 40), b(scratch.root, "b", 40, "exfat");
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  put(card / kLargeClip, noise(3'000'001, 1));
  const auto request = requestFor(card, {a.mountPoint, b.mountPoint});
  const auto refusal = [&](const std::string& name) {
    put(card / name, "x");
    const auto plan = offload::planOffload(realFileSystem(), request);
    stdfs::remove(card / name);
    return plan ? std::string("not refused") : describe(plan.error());
  };
  put(card / "Case.mov", "one");
  CHECK(refusal("case.mov").find("letter case") != std::string::npos);
  CHECK(stdfs::is_empty(b.mountPoint));
  CHECK(slurp(card / "Case.mov") == "one");

  // The drive's own table of letters is larger than ours: twins that only it takes for one must not overwrite.
  put(card / "\xc3\x84.mov", "capital");
  put(card / "\xc3\xa4.mov", "small");
  put(card / "\xff.mov", "no UTF-8, which exFAT cannot hold");
  put(card / "a:b", "nor that");
  const Before before(card);
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(manifestsIn(copyIn(a.mountPoint)) == (outcome.copies.empty() ? 0 : 1));
  if (!outcome.copies.empty()) {
    before.checkWhole(copyIn(a.mountPoint));
    CHECK(manifestsIn(copyIn(b.mountPoint)) == 0);
    CHECK(slurp(copyIn(b.mountPoint) / "\xc3\x84.mov") == "capital");
  }
}

TEST_CASE("exFAT behind its driver gets a whole sealed copy that is not called proven", "[f14]") {
  Scratch scratch;
  const auto card = scratch.root / "card";
  Disk a(scratch.root, "a", 40), b(scratch.root, "b", 40, "exfat");
  ROLLPROOF_SKIP_WITHOUT(a);
  ROLLPROOF_SKIP_WITHOUT(b);
  put(card / kLargeClip, noise(3'000'001, 1));
  put(card / kSmallClip, noise(4097, 2));
  put(card / "empty.bin", "");
  put(card / kComposed, "composed");
  const Before before(card);
  const auto request = requestFor(card, {a.mountPoint, b.mountPoint});
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "cache_verified_only"));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(outcome.copies[1].state == model::CopyState::cacheVerified);
  before.check(request, outcome);
  before.checkNext(request, false);
}

TEST_CASE("one folder with very many files is copied sealed and gone on with", "[f14]") {
  Scratch scratch;
  const auto card = scratch.root / "card";
  const int count = support::longRun() ? 100'000 : 1'000;
  for (int i = 0; i < count; ++i) put(card / "ALL" / ("f" + std::to_string(i)), std::to_string(i));
  const auto request = onOwnDrives(requestFor(card, {scratch.root / "a", scratch.root / "b"}));
  const auto outcome = run(request);
  INFO(told(outcome));
  CHECK(safe(outcome));
  CHECK(outcome.copies.at(0).filesVerified == static_cast<std::uint64_t>(count));
  for (int i = 0; i < count; i += 97)
    REQUIRE(slurp(copyIn(scratch.root / "b") / "ALL" / ("f" + std::to_string(i))) == std::to_string(i));
}
