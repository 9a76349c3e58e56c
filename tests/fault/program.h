// SPDX-License-Identifier: Apache-2.0
// The real rollproof binary, alone or under strace that makes its system calls fail.
// Threads: one test at a time. Errors: a program that does not end within the watchdog is killed; exit is -1 then.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/disk.h"

namespace rollproof::fault_test {

struct Ran {
  int exit = -1;  // 128 + signal when killed
  std::string out, err;
  nlohmann::json result;  // the last line of --json, when it is a result
};

// rollproof with a catalog below the scratch, unless the arguments name one.
[[nodiscard]] std::vector<std::string> programArgv(const support::Scratch& scratch, std::vector<std::string> arguments);
[[nodiscard]] Ran program(const support::Scratch& scratch, std::vector<std::string> arguments);
// The same under `strace -f` with this injection ("pwrite64:error=EIO:when=3"), on the calls over one path only if it
// is not empty. `injected` is how often it fired; -1 where strace cannot be used.
[[nodiscard]] Ran programUnder(const support::Scratch& scratch, const std::string& injection, const std::string& path,
                               std::vector<std::string> arguments, int& injected);
[[nodiscard]] bool canTrace(const support::Scratch& scratch);
// What the program wrote, for a process that a test ended itself.
[[nodiscard]] Ran told(const support::Scratch& scratch, int exit);
[[nodiscard]] std::string outFile(const support::Scratch& scratch);
[[nodiscard]] std::string errFile(const support::Scratch& scratch);

}  // namespace rollproof::fault_test
