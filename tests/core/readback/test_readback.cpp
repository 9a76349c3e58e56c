// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <map>
#include <mutex>

#include "core/hash/hash.h"
#include "core/readback/readback.h"
#include "tests/support/memory_file_system.h"

using namespace rollproof;
using namespace rollproof::readback;
using model::HashFormat;

namespace {

// Not periodic in anything a block could be.
std::string content(std::size_t bytes, unsigned seed) {
  std::string text(bytes, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24U);
  }
  return text;
}

struct Answers {
  std::mutex mutex;
  std::map<std::size_t, Result<Reading>> byTask;
  std::size_t calls = 0;

  Sink sink() {
    return [this](std::size_t task, Result<Reading> reading) {
      const std::scoped_lock lock(mutex);
      ++calls;
      byTask.insert_or_assign(task, std::move(reading));
    };
  }
};

std::vector<model::Digest> digestsOf(const std::string& text, const std::vector<HashFormat>& formats) {
  std::vector<model::Digest> digests;
  for (const auto format : formats) {
    digests.push_back(hash::digestOf(format, std::as_bytes(std::span(text.data(), text.size()))));
  }
  return digests;
}

}  // namespace

TEST_CASE("every file gets each of its digests in the order asked whatever its size") {
  support::MemoryFileSystem fs;
  std::vector<Task> tasks;
  std::vector<std::string> texts;
  const std::vector<std::size_t> sizes{0,
                                       1,
                                       4095,
                                       4096,
                                       4097,
                                       20'000,
                                       kBlockBytes - 1,
                                       kBlockBytes,
                                       kBlockBytes + 1,
                                       3 * kBlockBytes,
                                       9 * kBlockBytes + 12'345};
  const std::vector<std::vector<HashFormat>> formats{
      {HashFormat::xxh64},
      {HashFormat::c4, HashFormat::xxh128, HashFormat::md5},
      {HashFormat::sha1, HashFormat::md5, HashFormat::c4, HashFormat::xxh3, HashFormat::xxh64}};
  std::uint64_t total = 0;
  for (unsigned round = 0; round < 3; ++round) {
    for (const std::size_t size : sizes) {
      const std::string path = "/d/" + std::to_string(tasks.size());
      texts.push_back(content(size, static_cast<unsigned>(tasks.size())));
      fs.putFile(path, texts.back());
      tasks.push_back({path, size, formats[(round + size) % formats.size()]});
      total += size;
    }
  }
  jobs::Progress progress;
  auto& meter = progress.addMeter("all");
  Answers answers;
  REQUIRE(hashPastCache(fs, tasks, {3, &meter, &progress}, answers.sink(), {}).has_value());
  REQUIRE(answers.calls == tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO("file " << i << " of " << tasks[i].bytes);
    const auto& answer = answers.byTask.at(i);
    REQUIRE(answer.has_value());
    CHECK(answer->digests == digestsOf(texts[i], tasks[i].formats));
    CHECK(answer->bytes == texts[i].size());
    CHECK(answer->pastCache);
  }
  CHECK(meter.doneBytes == total);
}

TEST_CASE("a file that grew or shrank since it was listed is read to its real end") {
  support::MemoryFileSystem fs;
  const auto small = content(9'000, 1);
  const auto large = content(2 * kBlockBytes + 77, 2);
  fs.putFile("/small", small);
  fs.putFile("/large", large);
  const std::vector<HashFormat> formats{HashFormat::xxh64, HashFormat::md5};
  for (const std::uint64_t listed : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{8'192},
                                     std::uint64_t{kBlockBytes + 1}, std::uint64_t{40 * kBlockBytes}}) {
    INFO("listed as " << listed);
    for (const auto& [path, text] : {std::pair{"/small", small}, std::pair{"/large", large}}) {
      const auto reading = hashPastCache(fs, {path, listed, formats}, {}, {});
      REQUIRE(reading.has_value());
      CHECK(reading->digests == digestsOf(text, formats));
      CHECK(reading->bytes == text.size());
    }
  }
}

TEST_CASE("one file that cannot be read is told with its errno and the others are read") {
  support::MemoryFileSystem fs;
  std::vector<Task> tasks;
  for (const char* name : {"/a", "/bad", "/c", "/gone"}) {
    for (const std::size_t size : {std::size_t{100}, 5 * kBlockBytes}) {
      const std::string path = name + std::to_string(size);
      if (std::string(name) != "/gone") fs.putFile(path, content(size, 3));
      tasks.push_back({path, size, {HashFormat::xxh64, HashFormat::c4}});
    }
  }
  fs.before = [](support::Call call, const std::string& path) {
    return call == support::Call::read && path.starts_with("/bad") ? EIO : 0;
  };
  Answers answers;
  REQUIRE(hashPastCache(fs, tasks, {}, answers.sink(), {}).has_value());
  REQUIRE(answers.calls == tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO(tasks[i].path);
    const auto& answer = answers.byTask.at(i);
    const bool good = tasks[i].path[1] == 'a' || tasks[i].path[1] == 'c';
    CHECK(answer.has_value() == good);
    if (tasks[i].path.starts_with("/bad")) CHECK(answer.error().sysErrno == EIO);
    if (tasks[i].path.starts_with("/gone")) CHECK(answer.error().code == Errc::notFound);
  }
}

TEST_CASE("an error in the middle of a large file is the file's answer however many blocks are on their way") {
  for (int at = 0; at < 8; ++at) {
    support::MemoryFileSystem fs;
    fs.putFile("/f", content(7 * kBlockBytes + 5, 4));
    std::atomic<int> reads{0};
    fs.before = [&](support::Call call, const std::string&) {
      return call == support::Call::read && reads++ == at ? EIO : 0;
    };
    const auto reading = hashPastCache(fs, {"/f", 7 * kBlockBytes + 5, {HashFormat::md5, HashFormat::xxh3}}, {}, {});
    REQUIRE_FALSE(reading.has_value());
    CHECK(reading.error().code == Errc::io);
  }
}

TEST_CASE("a read that the cache could have answered is not called past the cache") {
  support::MemoryFileSystem fs;
  fs.putFile("/f", content(10, 5));
  fs.direct = false;
  fs.cached = 0;
  CHECK(hashPastCache(fs, {"/f", 10, {HashFormat::xxh64}}, {}, {})->pastCache);
  fs.cached = 4096;
  CHECK_FALSE(hashPastCache(fs, {"/f", 10, {HashFormat::xxh64}}, {}, {})->pastCache);
  fs.direct = true;
  CHECK(hashPastCache(fs, {"/f", 10, {HashFormat::xxh64}}, {}, {})->pastCache);
  fs.behindDaemon = true;
  CHECK_FALSE(hashPastCache(fs, {"/f", 10, {HashFormat::xxh64}}, {}, {})->pastCache);
}

TEST_CASE("a stop ends it within a block and no unfinished file gets an answer") {
  support::MemoryFileSystem fs;
  std::vector<Task> tasks;
  for (int i = 0; i < 20; ++i) {
    fs.putFile("/f" + std::to_string(i), content(2 * kBlockBytes, 6));
    tasks.push_back({"/f" + std::to_string(i), 2 * kBlockBytes, {HashFormat::xxh64}});
  }
  std::stop_source stop;
  std::atomic<int> reads{0};
  fs.before = [&](support::Call call, const std::string&) {
    if (call == support::Call::read && ++reads == 5) stop.request_stop();
    return 0;
  };
  Answers answers;
  const auto status = hashPastCache(fs, tasks, {}, answers.sink(), stop.get_token());
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == Errc::cancelled);
  CHECK(answers.calls < tasks.size());
  CHECK(reads < 10);
  for (const auto& [task, answer] : answers.byTask) CHECK(answer.has_value());
  CHECK(hashPastCache(fs, tasks.front(), {}, stop.get_token()).error().code == Errc::cancelled);
}

TEST_CASE("a file that nobody wants a digest of is not opened") {
  support::MemoryFileSystem fs;
  const auto reading = hashPastCache(fs, {"/not there", 5, {}}, {}, {});
  REQUIRE(reading.has_value());
  CHECK(reading->digests.empty());
}
