// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>

#include "core/mhl/verify.h"
#include "tests/core/offload/rig.h"

using namespace rollproof;
using namespace rollproof::offload;
using support::Call;

TEST_CASE("a good card onto two devices is safe and every byte arrives") {
  Rig rig;
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  for (const std::string root : {"/a/P/D/A001", "/b/P/D/A001"}) {
    for (const auto& file : outcome.files)
      CHECK(rig.fs.content(root + "/" + file.path) == rig.fs.content("/card/" + file.path));
    CHECK(rig.fs.has(root + "/EMPTY"));
    CHECK(rig.manifests(root).size() == 1);
    CHECK(rig.left(root, "rollproof").empty());
  }
  REQUIRE(outcome.copies.size() == 2);
  CHECK(outcome.copies[0].filesVerified == 4);
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(outcome.sourceRereadDone);
}

TEST_CASE("running again on a finished roll proves it again and leaves one manifest") {
  Rig rig;
  REQUIRE(safe(rig.run()));
  const auto before = rig.fs.pathsUnder("/a");
  const auto again = rig.run();
  INFO(reasonsText(again));
  CHECK(safe(again));
  CHECK(again.resumedFiles == 4);
  CHECK(rig.fs.pathsUnder("/a") == before);
}

TEST_CASE("a card that grew is sealed by a second generation that holds everything") {
  Rig rig;
  REQUIRE(safe(rig.run()));
  rig.fs.putFile("/card/CLIPS/A001C003.mov", "new clip");
  const auto again = rig.run();
  INFO(reasonsText(again));
  CHECK(safe(again));
  const auto history = mhl::readHistory(rig.fs, "/a/P/D/A001");
  REQUIRE(history);
  CHECK(history->findings.empty());
  REQUIRE(history->generations.size() == 2);
  for (const auto& file : history->generations[1].manifest.files)
    CHECK((file.hashes.at(0).action == mhl::Action::original) == (file.path == "CLIPS/A001C003.mov"));
  CHECK(history->generations[1].manifest.files.size() == 5);
}

TEST_CASE("a card with a history of its own is copied with it and continued") {
  Rig rig;
  REQUIRE(safe(rig.run()));
  Rig second;
  for (const auto& path : rig.fs.pathsUnder("/a/P/D/A001")) {
    if (path.ends_with("ascmhl") || path.ends_with("EMPTY") || path.ends_with("CLIPS")) continue;
    second.fs.putFile("/card/" + path.substr(std::string("/a/P/D/A001/").size()), rig.fs.content(path));
  }
  const auto outcome = second.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(second.manifests("/a/P/D/A001").size() == 2);
  const auto again = second.run();
  INFO(reasonsText(again));
  CHECK(safe(again));
  CHECK(second.manifests("/a/P/D/A001").size() == 2);
}

TEST_CASE("a different file that stands there already is left alone and told as a conflict") {
  Rig rig;
  const bool sameSize = GENERATE(true, false);
  const std::string theirs(sameSize ? 5000 : 17, 'x');
  rig.fs.putFile("/a/P/D/A001/CLIPS/A001C002.mov", theirs);
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(troubled(outcome, "conflict"));
  CHECK(rig.fs.content("/a/P/D/A001/CLIPS/A001C002.mov") == theirs);
  CHECK(rig.manifests("/a").empty());
  CHECK(rig.manifests("/b").size() == 1);
}

TEST_CASE("a file that is not on the card is told and keeps the roll's folder from being sealed") {
  Rig rig;
  rig.fs.putFile("/a/P/D/A001/other.mov", "of another card");
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "foreign_files"));
  CHECK(rig.fs.content("/a/P/D/A001/other.mov") == "of another card");
  CHECK(rig.manifests("/a").empty());
}

TEST_CASE("two destinations on one device are not safe unless the policy says one will do") {
  Rig rig;
  rig.oneDevice = true;
  const auto strict = rig.run();
  CHECK_FALSE(safe(strict));
  CHECK(says(strict, "one_device"));
  rig.request.policy.minDevices = 1;
  const auto loose = rig.run();
  INFO(reasonsText(loose));
  CHECK(safe(loose));
  CHECK(says(loose, "one_device"));
}

TEST_CASE("copies in memory or behind a caching driver or read through the page cache are never safe") {
  Rig rig;
  SECTION("memory") {
    rig.durable = false;
    const auto outcome = rig.run();
    CHECK_FALSE(safe(outcome));
    CHECK(says(outcome, "memory_volume"));
  }
  SECTION("fuse") {
    rig.fuse = true;
    const auto outcome = rig.run();
    CHECK_FALSE(safe(outcome));
    CHECK(says(outcome, "cache_verified_only"));
    CHECK(outcome.copies[0].state == model::CopyState::cacheVerified);
  }
  SECTION("page cache") {
    rig.fs.direct = false;
    rig.fs.cached = 4096;
    const auto outcome = rig.run();
    CHECK_FALSE(safe(outcome));
    CHECK(says(outcome, "cache_verified_only"));
    CHECK(says(outcome, "source_not_reread"));
    CHECK(outcome.copies[0].state == model::CopyState::cacheVerified);
  }
  SECTION("dropped pages count as past the cache") {
    rig.fs.direct = false;
    CHECK(safe(rig.run()));
  }
}

TEST_CASE("without a second read of the card nothing is safe") {
  Rig rig;
  rig.request.verify = VerifyMode::destinations;
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "source_not_reread"));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
}

TEST_CASE("a copy that was not read back is not called verified") {
  Rig rig;
  rig.request.verify = VerifyMode::none;
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "not_verified"));
  CHECK(outcome.copies[0].filesVerified == 0);
}

TEST_CASE("a source that lies on its second read is found out") {
  Rig rig;
  const int reading = GENERATE(1, 2);
  rig.fs.spoilRead = [reading](const std::string& path, int which, std::uint64_t offset, std::span<std::byte> bytes) {
    if (path != "/card/CLIPS/A001C002.mov" || offset != 0) return;
    // Two: the re-read and its repeat differ from the first. One: only the read in flight was wrong.
    if (reading == 1 ? which == 1 : which >= 2) bytes[7] ^= std::byte{1};
  };
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "source_mismatch"));
  CHECK(troubled(outcome, "mismatch"));
  CHECK(rig.manifests("/a").empty());
}

TEST_CASE("a byte that flips on one destination makes that copy defect and the next run heals it") {
  Rig rig;
  rig.fs.before = [&rig, done = false](Call call, const std::string& path) mutable {
    if (!done && call == Call::open && path == "/b/P/D/A001/CLIPS/A001C002.mov") {
      done = true;
      rig.fs.flipByte(path, 100);
    }
    return 0;
  };
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(outcome.copies[1].state == model::CopyState::defect);
  CHECK(outcome.copies[1].filesFailed == 1);
  CHECK_FALSE(rig.fs.has("/b/P/D/A001/CLIPS/A001C002.mov"));
  const auto next = rig.run();
  INFO(reasonsText(next));
  CHECK(safe(next));
  CHECK(rig.manifests("/b").size() == 1);
}

TEST_CASE("a sealed file that was altered since is a mismatch and is left for people to look at") {
  Rig rig;
  REQUIRE(safe(rig.run()));
  rig.fs.flipByte("/b/P/D/A001/CLIPS/A001C002.mov", 3);
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(troubled(outcome, "mismatch"));
  CHECK(rig.fs.has("/b/P/D/A001/CLIPS/A001C002.mov"));
}

TEST_CASE("a destination that fills up stops alone and leaves no finished-looking file") {
  Rig rig;
  rig.fs.before = [](Call call, const std::string& path) {
    return call == Call::write && path.starts_with("/b/") && path.find("A001C001") != std::string::npos ? ENOSPC : 0;
  };
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "no_space"));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(rig.manifests("/a").size() == 1);
  CHECK(rig.manifests("/b").empty());
  CHECK_FALSE(rig.fs.has("/b/P/D/A001/CLIPS/A001C001.mov"));
  CHECK(rig.left("/b", "-part").empty());
}

TEST_CASE("an unreadable source file costs only itself") {
  Rig rig;
  rig.fs.before = [](Call call, const std::string& path) {
    return call == Call::read && path == "/card/CLIPS/A001C002.mov" ? EIO : 0;
  };
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "source_unreadable"));
  CHECK(troubled(outcome, "unreadable"));
  CHECK(rig.fs.has("/a/P/D/A001/CLIPS/A001C001.mov"));
  CHECK_FALSE(rig.fs.has("/a/P/D/A001/CLIPS/A001C002.mov"));
  CHECK(rig.manifests("/a").empty());
}

TEST_CASE("a card that changes while it is copied is not safe") {
  Rig rig;
  rig.fs.before = [&rig, done = false](Call call, const std::string& path) mutable {
    if (!done && call == Call::read && path == "/card/CLIPS/A001C002.mov") {
      done = true;
      rig.fs.putFile("/card/CLIPS/late.mov", "came later");
    }
    return 0;
  };
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "source_changed"));
  CHECK(rig.manifests("/a").empty());
  const auto next = rig.run();
  INFO(reasonsText(next));
  CHECK(safe(next));
  CHECK(rig.manifests("/a").size() == 1);
}

TEST_CASE("a pipe or a link on the card is named and keeps the card from being safe") {
  Rig rig;
  rig.fs.putOther("/card/pipe", GENERATE(FileKind::other, FileKind::symlink));
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "not_copied"));
  CHECK(troubled(outcome, "not_regular"));
}

TEST_CASE("stopping leaves no finished-looking part and the next run goes on") {
  Rig rig;
  std::stop_source stop;
  rig.fs.before = [&stop](Call call, const std::string& path) {
    if (call == Call::write && path.find("A001C001") != std::string::npos) stop.request_stop();
    return 0;
  };
  const auto outcome = rig.run(stop.get_token());
  CHECK(outcome.cancelled);
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "cancelled"));
  CHECK_FALSE(rig.fs.has("/a/P/D/A001/CLIPS/A001C001.mov"));
  CHECK(rig.left("/a", "-part").empty());
  rig.fs.before = {};
  const auto next = rig.run();
  INFO(reasonsText(next));
  CHECK(safe(next));
  CHECK(rig.manifests("/a").size() == 1);
}

TEST_CASE("a file is on the disk before it has its final name and its folder is synced after") {
  Rig rig;
  std::vector<std::pair<Call, std::string>> calls;
  rig.fs.before = [&calls](Call call, const std::string& path) {
    if (path.starts_with("/a/")) calls.emplace_back(call, path);
    return 0;
  };
  REQUIRE(safe(rig.run()));
  const auto at = [&](Call call, const std::string& path) {
    return std::find(calls.begin(), calls.end(), std::pair(call, path)) - calls.begin();
  };
  const std::string folder = "/a/P/D/A001/CLIPS";
  const std::string part = folder + "/" + partName("A001C001.mov"), final = folder + "/A001C001.mov";
  const auto end = static_cast<std::ptrdiff_t>(calls.size());
  CHECK(at(Call::sync, part) < at(Call::close, part));
  CHECK(at(Call::close, part) < at(Call::rename, final));
  CHECK(at(Call::rename, final) < at(Call::syncDirectory, folder));
  CHECK(at(Call::syncDirectory, folder) < end);
}

TEST_CASE("small files are on the disk before they have their final names and the names after") {
  Rig rig;
  std::vector<std::pair<Call, std::string>> calls;
  rig.fs.before = [&calls](Call call, const std::string& path) {
    if (path.starts_with("/a/")) calls.emplace_back(call, path);
    return 0;
  };
  REQUIRE(safe(rig.run()));
  const auto at = [&](Call call, const std::string& path) {
    return std::find(calls.begin(), calls.end(), std::pair(call, path));
  };
  const std::string folder = "/a/P/D/A001/CLIPS";
  const auto closed = at(Call::close, folder + "/" + partName("A001C002.mov"));
  const auto named = at(Call::rename, folder + "/A001C002.mov");
  REQUIRE(closed < named);
  CHECK(std::find(closed, named, std::pair(Call::syncFileSystem, std::string("/a/P/D/A001"))) != named);
  CHECK(std::find(named, calls.end(), std::pair(Call::syncDirectory, folder)) != calls.end());
}

TEST_CASE("a failed sync of many files has each written again with a sync of its own") {
  Rig rig;
  for (int i = 0; i < 50; ++i) rig.fs.putFile("/card/many/" + std::to_string(i), std::string(100, 'x'));
  int together = 0, alone = 0;
  rig.fs.before = [&](Call call, const std::string& path) {
    if (!path.starts_with("/a/")) return 0;
    alone += call == Call::sync && path.find("/many/") != std::string::npos;
    // The first is the try before the copy.
    return call == Call::syncFileSystem && ++together == 2 ? EIO : 0;
  };
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(together >= 2);
  CHECK(alone == 50);
}

TEST_CASE("a file whose fsync fails is written again from the source and not trusted") {
  Rig rig;
  rig.fs.syncsAsAWhole = false;
  const std::string part = "/a/P/D/A001/CLIPS/" + partName("A001C002.mov");
  int syncs = 0, creations = 0;
  rig.fs.before = [&](Call call, const std::string& path) {
    if (path != part) return 0;
    creations += call == Call::create;
    return call == Call::sync && ++syncs == 1 ? EIO : 0;
  };
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(creations == 2);
  CHECK(syncs == 2);
}

TEST_CASE("a seal that was broken off leaves no second manifest") {
  Rig rig;
  bool killed = false;
  // From the moment the first manifest has its name nothing more reaches this disk, as if the program had been killed.
  rig.fs.before = [&](Call call, const std::string& path) {
    if (killed && path.starts_with("/a/") && call != Call::info && call != Call::list && call != Call::open &&
        call != Call::read)
      return EIO;
    if (call == Call::rename && path.starts_with("/a/") && path.ends_with(".mhl")) killed = true;
    return 0;
  };
  const auto outcome = rig.run();
  CHECK_FALSE(safe(outcome));
  REQUIRE(rig.manifests("/a").size() == 1);
  rig.fs.before = {};
  const auto next = rig.run();
  INFO(reasonsText(next));
  CHECK(safe(next));
  CHECK(rig.manifests("/a").size() == 1);
  CHECK(mhl::readHistory(rig.fs, "/a/P/D/A001")->findings.empty());
}

TEST_CASE("a classic MHL lies in each roll's folder and the history beside it leaves it out") {
  Rig rig;
  REQUIRE(rig.fs.remove("/card/\xff\xfe name\n.txt"));
  rig.request.classicMhl = true;
  rig.request.hashes = {model::HashFormat::c4};
  const auto outcome = rig.run();
  INFO(reasonsText(outcome));
  CHECK(safe(outcome));
  CHECK(outcome.problems.empty());
  for (const auto& copy : outcome.copies) {
    REQUIRE(copy.classic.starts_with(copy.root + "/A001_"));
    const std::string list = rig.fs.content(copy.classic);
    CHECK(list.find("<file>CLIPS/A001C001.mov</file>") != std::string::npos);
    CHECK(list.find("<size>9437187</size>") != std::string::npos);
    CHECK(list.find("<xxhash64be>ef46db3751d8e999</xxhash64be>") != std::string::npos);  // of the empty file
    jobs::Progress progress;
    mhl::VerifyOptions noSeal;
    noSeal.seal = false;
    const auto checked = mhl::verifyRoll(rig.fs, copy.root, noSeal, systemClock(), progress, {});
    REQUIRE(checked);
    CHECK(checked->result == mhl::VerifyResult::verified);
    CHECK(checked->verified == 3);
    CHECK(checked->newFiles == 0);
  }
  const auto before = rig.fs.pathsUnder("/a");
  const std::string list = rig.fs.content(outcome.copies[0].classic);
  const auto again = rig.run();
  INFO(reasonsText(again));
  CHECK(again.problems.empty());
  CHECK(again.copies[0].classic == outcome.copies[0].classic);
  CHECK(rig.fs.pathsUnder("/a") == before);
  CHECK(rig.fs.content(outcome.copies[0].classic) == list);
}

TEST_CASE("a classic MHL that cannot be written is told and takes nothing from the copy") {
  Rig rig;
  SECTION("for a name XML cannot hold") {
    rig.request.classicMhl = true;
    const auto outcome = rig.run();
    CHECK(safe(outcome));
    CHECK(troubled(outcome, "classic_mhl"));
    CHECK(rig.manifests("/a").size() == 1);
  }
  SECTION("for a seal that would not know it") {
    REQUIRE(safe(rig.run()));
    rig.request.classicMhl = true;
    const auto outcome = rig.run();
    CHECK(troubled(outcome, "classic_mhl"));
    CHECK(outcome.copies[0].classic.empty());
    CHECK(rig.manifests("/a").size() == 1);
  }
}
