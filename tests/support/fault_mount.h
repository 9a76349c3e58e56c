// SPDX-License-Identifier: Apache-2.0
// A folder seen through a FUSE file system that fails, lies or stalls as told (fault_fs.cpp holds the words).
// Promises: unmounted when it goes; it is a process of its own, so that a stall there never blocks the test itself.
// Threads: one at a time. Errors: where FUSE or root is missing `mounted` is false and `why` says it.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace rollproof::support {

class FaultMount {
 public:
  FaultMount(const std::filesystem::path& folder, const std::filesystem::path& mountPoint);
  ~FaultMount();
  FaultMount(const FaultMount&) = delete;
  FaultMount& operator=(const FaultMount&) = delete;
  // One command; the number it answered, 0 if none. False commands fail the test by a throw of std::runtime_error.
  int tell(const std::string& command);
  // Asks `command` until the answer is at least this much; false after the watchdog's time.
  bool until(const std::string& command, int atLeast, int watchdogSeconds = 60);
  bool mounted = false;
  std::string why;
  std::filesystem::path mountPoint;

 private:
  pid_t m_pid = -1;
  std::FILE* m_to = nullptr;
  std::FILE* m_from = nullptr;
};

}  // namespace rollproof::support
