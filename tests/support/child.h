// SPDX-License-Identifier: Apache-2.0
// A program started by a test, never left behind.
// Threads: one at a time. Errors: a program that cannot be started ends with 127.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rollproof::support {

class Child {
 public:
  // Standard input is /dev/null; the two outputs go to these files.
  Child(std::vector<std::string> argv, const std::string& outFile, const std::string& errFile);
  ~Child();  // kills what still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return m_pid; }
  // Exit code, or 128 + signal; nothing while it runs.
  std::optional<int> poll();
  // Waits; nothing if it still runs after so long (a watchdog, far longer than any good run).
  std::optional<int> wait(std::chrono::seconds watchdog = std::chrono::seconds(120));
  void signal(int number) const;
  // The most memory it held at once, in KiB (VmHWM); 0 once it is over.
  [[nodiscard]] long highWaterKiB() const;

 private:
  pid_t m_pid = -1;
  std::optional<int> m_exit;
};

}  // namespace rollproof::support
