// SPDX-License-Identifier: Apache-2.0
// What a disk may hold after the power went: everything that was synced, and of the rest any torn part.
// The model is the least POSIX promises: a write is on the disk once its file was synced, a name once its folder was,
// in any order until then and in pieces of 512 bytes. Real file systems keep more; a program that lives with this model
// lives with them.
// Threads: note() may come from several. Errors: none.
// Source: fsync(2), syncfs(2); ALICE (Pillai et al., OSDI 2014) for what file systems reorder.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "tests/support/faulty_file_system.h"

namespace rollproof::support {

class CrashDisk {
 public:
  // A FaultyFileSystem's `done` goes here.
  void note(const Change& change);
  // How many changes were noted, and which of them are flushes (1-based: the state right after that change).
  [[nodiscard]] std::size_t changes() const { return m_log.size(); }
  [[nodiscard]] std::vector<std::size_t> flushes() const;
  // Puts what may be left when the power goes after the n-th change into an empty disk.
  void rebuild(std::size_t afterChange, unsigned seed, MemoryFileSystem& into) const;

 private:
  mutable std::mutex m_mutex;
  std::vector<Change> m_log;
};

}  // namespace rollproof::support
