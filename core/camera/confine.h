// SPDX-License-Identifier: Apache-2.0
// What a process that parses hostile files gives up for good. Private to this folder.
// Threads: call it before any other thread starts. Errors: none; what the kernel does not offer is left out and said.
// Source: landlock(7), prctl(2), seccomp(2), setrlimit(2).
#pragma once

#include <chrono>
#include <string>

namespace rollproof::camera {

// The calling process may use that much processor time from now on, over all its threads; more ends it.
void limitProcessorTime(std::chrono::milliseconds more);

// From here on this process and its children can read files below `root` and the system's libraries, and nothing else;
// they write no file, dump no core, open no socket, start no program and gain no rights. Gives what could not be had,
// in words; "" = all.
[[nodiscard]] std::string confineTo(const std::string& root);

}  // namespace rollproof::camera
