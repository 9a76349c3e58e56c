// SPDX-License-Identifier: Apache-2.0
// What a fuzz target gives: bytes in, never a crash, a hang or a broken promise out; and seeds that tests wrote by
// hand. Built as usual, driver.cpp mutates the seeds, a short seeded run with every test; built by the preset `fuzz`
// each target is a libFuzzer program. README.md beside this file has the long runs. Threads: one.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace rollproof::fuzz {

// Each target defines these.
void one(std::string_view bytes);
[[nodiscard]] std::vector<std::string> seeds();
// Words of the format that a mutation may put anywhere; {} where bytes alone will do.
[[nodiscard]] std::vector<std::string> pieces();

// A promise of the code under test: its breach is a crash for the fuzzer.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace rollproof::fuzz
