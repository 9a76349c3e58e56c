// SPDX-License-Identifier: Apache-2.0
// Reading what is really on the disk, not what a cache remembers of it.
// Threads: one reader each; blocks. Errors: as the file system gives them; Errc::cancelled when stopped.
// Source: open(2) O_DIRECT, posix_fadvise(2), mincore(2).
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "core/base/file_system.h"
#include "core/jobs/progress.h"

namespace rollproof::offload {

struct Proof {
  std::string value;  // xxh128 of all bytes
  std::uint64_t bytes = 0;
  bool pastCache = false;  // read by O_DIRECT, or with no page of it cached when the read began
};

// syncFirst: put dirty pages on the disk before they are dropped (a copy; never the source, which is only read).
[[nodiscard]] Result<Proof> readProof(const FileSystem& fs, const std::string& path, bool syncFirst,
                                      AlignedBuffer& buffer, jobs::Meter* meter, const std::stop_token& stop);

// How one file read back against what was expected.
struct ReadBack {
  bool done = false;
  bool equal = false;
  bool pastCache = false;
  bool unstable = false;  // two reads of the same place differed
  std::string value;      // last value read
  std::optional<Error> error;
};

// Reads; where the value is not `expected` (or cannot be read) reads once more, to tell a passing fault from a lasting
// one.
[[nodiscard]] ReadBack readBack(const FileSystem& fs, const std::string& path, const std::string& expected,
                                bool syncFirst, AlignedBuffer& buffer, jobs::Meter* meter, const std::stop_token& stop);

}  // namespace rollproof::offload
