// SPDX-License-Identifier: Apache-2.0
#include "core/offload/read_back.h"

#include "core/hash/hash.h"
#include "core/offload/writer.h"

namespace rollproof::offload {

namespace {

constexpr std::size_t kSmallTogether = 128;

struct Reading {
  Proof proof;
  bool pastCache = false;  // by O_DIRECT, or with no page cached when the read began, and no FUSE daemon in between
};

// syncFirst: a file that was there before may have pages that never reached the disk (never the source, which is only
// read).
Result<Reading> readOnce(const Work& work, const std::string& path, std::uint64_t expected, bool syncFirst,
                         std::span<std::byte> buffer, jobs::Meter* meter) {
  auto file = work.fs.openForRead(path, ReadMode::direct);
  if (!file) return tl::unexpected(file.error());
  if (syncFirst) {
    if (auto synced = (*file)->sync(); !synced) return tl::unexpected(synced.error());
  }
  bool nothingCached = false;
  if (!(*file)->isDirect()) {
    (*file)->dropCache();
    const auto cached = (*file)->cachedBytes();
    nothingCached = cached && *cached == 0;
  }
  Prover prover;
  std::uint64_t offset = 0;
  for (;;) {
    if (work.stopped()) return fail(Errc::cancelled, "was stopped", path);
    const auto got = (*file)->readAt(buffer, offset);
    if (!got) return tl::unexpected(got.error());
    if (*got > 0 || offset == 0) prover.add(buffer.first(*got));
    offset += *got;
    if (meter) meter->doneBytes += *got;
    // More than expected is read on: a file that is longer is not equal, however long it is.
    if (*got < buffer.size() || offset > expected) break;  // the end, or longer than it may be
  }
  Reading reading;
  reading.proof = prover.finish();
  // Asked after the read: a file system may give up O_DIRECT on the way.
  reading.pastCache = ((*file)->isDirect() || nothingCached) && !(*file)->isBehindDaemon();
  return reading;
}

// Where the value is not what was expected (or cannot be read) it is read once more, to tell a passing fault from a
// lasting one.
ReadBack readTwiceAtMost(const Work& work, const std::string& path, const Proof& expected, std::uint64_t bytes,
                         bool syncFirst, std::span<std::byte> buffer, jobs::Meter* meter) {
  ReadBack result;
  std::optional<Proof> first;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto reading = readOnce(work, path, bytes, syncFirst, buffer, attempt == 0 ? meter : nullptr);
    if (work.stopped()) return {};
    result.done = true;
    if (!reading) {
      result.error = std::make_shared<const Error>(reading.error());
      continue;
    }
    result.error.reset();
    result.pastCache = reading->pastCache;
    result.equal = reading->proof == expected;
    result.unstable = attempt > 0 && (!first || *first != reading->proof);
    if (result.equal) {
      result.value = {};
      break;
    }
    result.value = reading->proof;
    first = std::move(reading->proof);
  }
  return result;
}

// Empties a feed: large files one after the other, small ones side by side.
template <class Each>
void workThrough(Work& work, Feed& feed, Team& team, const Each& each) {
  // A direct read takes whole blocks; the one after the end shows a file that is longer than it should be.
  constexpr std::size_t kSmallBuffer = kSmallFileBytes + (std::size_t{8} << 10U);
  const auto large = std::make_shared<AlignedBuffer>(kBlockBytes);
  const auto small = std::make_shared<std::vector<AlignedBuffer>>();
  for (std::size_t i = 0; i < team.workers(); ++i) small->emplace_back(kSmallBuffer);
  for (;;) {
    work.waitWhilePaused();
    const auto files = feed.take(kSmallTogether, work.stop.get_token());
    if (files.empty() || work.stopped()) return;
    auto few = std::make_shared<std::vector<std::size_t>>();
    for (const auto file : files) {
      if (work.files()[file].bytes <= kSmallFileBytes) {
        few->push_back(file);
        continue;
      }
      work.waitWhilePaused();
      if (work.stopped()) return;
      each(file, large->bytes());
    }
    if (few->empty()) continue;
    team.run(few->size(), [few, small, each](std::size_t index, std::size_t worker) {
      each((*few)[index], (*small)[worker].bytes());
    });
  }
}

// As much of the buffer as the file can fill and one block more, which a file that grew would reach: the kernel clears
// what a direct read does not fill.
std::span<std::byte> fitted(std::span<std::byte> buffer, std::uint64_t bytes) {
  constexpr std::uint64_t kDiskBlock = 4096;
  if (bytes > kSmallFileBytes) return buffer;
  return buffer.first(static_cast<std::size_t>((bytes + kDiskBlock - 1) / kDiskBlock * kDiskBlock + kDiskBlock));
}

void waitFor(Work& work, const std::atomic<bool>& gate) {
  while (!gate && !work.stopped()) (void)work.waitFor(std::chrono::milliseconds(200), [&] { return gate.load(); });
}

void count(jobs::Meter& meter, const ReadBack& back) {
  if (!back.done) return;
  if (back.equal)
    ++meter.doneItems;
  else
    ++meter.failedItems;
}

}  // namespace

void readBackTarget(const std::shared_ptr<Work>& work, Target& target, Team& team) {
  if (target.rotational) waitFor(*work, target.writingEnded);
  workThrough(*work, target.feed, team, [work, &target](std::size_t file, std::span<std::byte> buffer) {
    const auto expected = work->expected(&target, file);
    if (!expected || target.abandoned) return;
    ReadBack back;
    if (expected->superseded) {
      back.done = back.equal = back.pastCache = true;
    } else {
      const InCall call(target.inCall);
      back = readTwiceAtMost(*work, work->targetPath(target, file), expected->proof, work->files()[file].bytes,
                             expected->existing, fitted(buffer, work->files()[file].bytes), target.meter.get());
    }
    count(*target.meter, back);
    work->setBack(target, file, std::move(back));
  });
}

void rereadSource(const std::shared_ptr<Work>& work, Team& team) {
  if (work->plan.sourceVolume.device.rotational) waitFor(*work, work->readingEnded);
  workThrough(*work, work->rereadFeed, team, [work](std::size_t file, std::span<std::byte> buffer) {
    const auto expected = work->expected(nullptr, file);
    if (!expected) return;
    ReadBack back;
    if (work->plan.request.resume && work->readByEarlierRun(file)) {
      // The unfinished run's journal holds what it read from the card; this run read the same past the cache.
      back.done = back.equal = back.pastCache = true;
      work->rereadMeter->doneBytes += work->files()[file].bytes;
    } else {
      const InCall call(work->sourceInCall);
      back = readTwiceAtMost(*work, work->sourcePath(file), expected->proof, work->files()[file].bytes, false,
                             fitted(buffer, work->files()[file].bytes), work->rereadMeter.get());
    }
    count(*work->rereadMeter, back);
    work->setReread(file, std::move(back));
  });
}

}  // namespace rollproof::offload
