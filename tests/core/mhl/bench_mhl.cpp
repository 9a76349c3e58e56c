// SPDX-License-Identifier: Apache-2.0
// What large histories cost: bench_mhl [FILES] [FOLDER]
// Each step runs in a process of its own, so that its peak memory is its own. Prints one line a step, and the same with
// a quarter of the files, so that anything worse than linear shows.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/records.h"
#include "core/mhl/stream.h"

namespace {

using namespace rollproof;
using model::HashFormat;

constexpr int kPerFolder = 1000;

mhl::FileEntry entryOf(int i) {
  mhl::FileEntry entry;
  entry.path = fmt::format("A001R2EC/Frames_{:05}/A001C{:03}_260502_R2EC.{:07}.dpx", i / kPerFolder, i / 10'000, i);
  entry.bytes = 12'746'752;
  entry.modifiedUnixNanos = 1'777'732'500'000'000'000 + std::int64_t{i} * 41'666'666;
  const auto text = std::to_string(i);
  entry.hashes.push_back({hash::digestOf(HashFormat::xxh64, std::as_bytes(std::span(text.data(), text.size()))),
                          mhl::Action::original, isoUtc(fromUnixNanos(entry.modifiedUnixNanos))});
  return entry;
}

mhl::Manifest manifestOf(int files) {
  mhl::Manifest manifest;
  manifest.creator = mhl::creatorHere();
  manifest.startedAt = fromUnixNanos(1'777'732'500'000'000'000);
  manifest.process = mhl::Process::transfer;
  for (int i = 0; i < files; ++i) manifest.files.push_back(entryOf(i));
  return manifest;
}

void require(const Status& status) {
  if (status) return;
  fmt::print(stderr, "{}\n", describe(status.error()));
  std::exit(1);
}
template <class T>
T require(Result<T> result) {
  if (!result) require(Status(tl::unexpected(result.error())));
  return std::move(*result);
}

class NullSink final : public mhl::TextSink {
 public:
  hash::MultiHasher hasher{{HashFormat::c4}};
  Status write(std::string_view text) override {
    hasher.update(std::as_bytes(std::span(text.data(), text.size())));
    return {};
  }
};

class Counting final : public mhl::EntryVisitor {
 public:
  std::size_t files = 0, directories = 0;
  Status file(mhl::FileEntry&) override {
    ++files;
    return {};
  }
  Status directory(mhl::DirectoryEntryHash&) override {
    ++directories;
    return {};
  }
};

double measured(const std::function<void()>& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

// The work says how long the part it is about took, or -1 for all of it.
void step(const char* what, int files, const std::function<double()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child != 0) {
    int state = 0;
    ::waitpid(child, &state, 0);
    if (state != 0) std::exit(1);
    return;
  }
  double seconds = 0;
  double part = -1;
  seconds = measured([&] { part = work(); });
  if (part >= 0) seconds = part;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:<44} {:>9} files {:>7.2f} s {:>6} MB peak\n", what, files, seconds, usage.ru_maxrss / 1024);
  std::fflush(stdout);
  ::_exit(0);
}

void all(int files, const std::string& folder) {
  FileSystem& fs = realFileSystem();
  const std::string scope = path::join(folder, fmt::format("A001_{}", files));
  std::filesystem::create_directories(scope);
  step("write a manifest as entries come", files, [&] {
    NullSink sink;
    mhl::ManifestWriter writer(sink);
    mhl::Manifest head;
    head.creator = mhl::creatorHere();
    require(writer.begin(head));
    for (int i = 0; i < files; ++i) require(writer.add(entryOf(i)));
    require(writer.finish({}));
    return -1.0;
  });
  step("directory hashes alone", files, [&] {
    const auto manifest = manifestOf(files);
    return measured([&] {
      if (mhl::directoryHashes(manifest.files, {}, {HashFormat::xxh64}).empty()) std::exit(1);
    });
  });
  step("append generation 1 with directory hashes", files, [&] {
    auto manifest = manifestOf(files);
    return measured([&] { require(mhl::appendGeneration(fs, scope, std::move(manifest), {})); });
  });
  step("read a manifest one entry at a time", files, [&] {
    Counting counting;
    const auto history = std::filesystem::directory_iterator(path::join(scope, "ascmhl"));
    for (const auto& entry : history) {
      if (entry.path().extension() != ".mhl") continue;
      auto source = require(mhl::FileSource::open(fs, entry.path().string(), ~0ULL, HashFormat::c4));
      require(mhl::visitManifest(*source, counting));
    }
    if (counting.files != static_cast<std::size_t>(files)) std::exit(1);
    return -1.0;
  });
  step("read the history and prove its chain", files, [&] {
    const auto history = require(mhl::readHistory(fs, scope));
    if (history.generations.at(0).manifest.files.size() != static_cast<std::size_t>(files)) std::exit(1);
    return -1.0;
  });
  step("read the history and fold it into records", files, [&] {
    const auto history = require(mhl::readHistory(fs, scope));
    if (mhl::recordsOf(history.generations).size() != static_cast<std::size_t>(files)) std::exit(1);
    return -1.0;
  });
  step("append generation 2 against generation 1", files, [&] {
    auto manifest = manifestOf(files);
    return measured([&] { require(mhl::appendGeneration(fs, scope, std::move(manifest), {})); });
  });
  std::filesystem::remove_all(scope);
}

}  // namespace

int main(int argc, char** argv) {
  const int files = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  std::string folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path().string();
  folder = path::join(folder, fmt::format("rollproof-bench-mhl-{}", ::getpid()));
  if (files < 4) return 2;
  all(files / 4, folder);
  all(files, folder);
  std::filesystem::remove_all(folder);
  return 0;
}
