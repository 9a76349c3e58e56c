// SPDX-License-Identifier: Apache-2.0
// The one way to hash files as they are on the disk, not as a cache remembers them, and to do it as fast as the disk
// reads.
//
//   std::vector<Task> tasks{{"/media/RAID-A/A001/clip.mxf", bytes, {HashFormat::xxh64}}, ...};
//   Status all = hashPastCache(fs, tasks, settings, [&](std::size_t i, Result<Reading> r) { ... }, stop);
//
// Reads go out in the order of the tasks, a few megabytes ahead of the hashing, so that a rotating disk is read in one
// sweep and a flash disk never waits: large files in 4 MiB blocks, small ones several at once. MD5, SHA-1 and C4 each
// run on a thread of their own. Memory is bounded by kBlocks blocks and one small buffer a thread, whatever the files.
// Threads: blocks its caller, owns its threads and joins them. The sink is called from those threads, for several files
// at once but once a file; it must not throw. Stops within one block; pauses between files.
// Errors: one Result a file: as the file system says, no call for one unfinished at a stop. The whole: Errc::cancelled
// when stopped.
// Source: open(2) O_DIRECT, posix_fadvise(2), mincore(2), statfs(2).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/jobs/progress.h"
#include "core/model/file_record.h"

namespace rollproof::readback {

constexpr std::size_t kBlockBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kBlocks = 12;
constexpr unsigned kSmallAtOnce = 16;  // 1, 4, 8, 16 and 32 were measured on flash: 1.6, 0.72, 0.53, 0.50 and 0.50 s

struct Task {
  std::string path;         // absolute
  std::uint64_t bytes = 0;  // as listed; decides how it is read, not how far: every file is read to its end
  std::vector<model::HashFormat> formats;  // none: the file is not opened
};

struct Reading {
  std::vector<model::Digest> digests;  // in the order of the task's formats
  std::uint64_t bytes = 0;             // that were read
  // O_DIRECT to the end, or not one page cached when the read began; and no FUSE daemon in between.
  bool pastCache = false;
};

using Sink = std::function<void(std::size_t task, Result<Reading> reading)>;

struct Settings {
  unsigned smallAtOnce = kSmallAtOnce;  // small files in flight
  jobs::Meter* meter = nullptr;         // gets bytes as they are read
  jobs::Progress* progress = nullptr;   // gets the file being read, and may pause
};

[[nodiscard]] Status hashPastCache(const FileSystem& fs, std::span<const Task> tasks, const Settings& settings,
                                   const Sink& sink, std::stop_token stop);

// One file alone; Errc::cancelled when stopped.
[[nodiscard]] Result<Reading> hashPastCache(const FileSystem& fs, const Task& task, const Settings& settings,
                                            std::stop_token stop);

}  // namespace rollproof::readback
