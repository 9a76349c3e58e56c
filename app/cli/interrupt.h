// SPDX-License-Identifier: Apache-2.0
// Ctrl+C and SIGTERM as a stop token: the work ends at the next block, and nothing is left looking finished.
// Threads: make one before any other thread starts, so that all of them inherit the blocked signals.
#pragma once

#include <stop_token>
#include <thread>

namespace rollproof::cli {

class Interrupt {
 public:
  Interrupt();
  [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

 private:
  std::stop_source m_stop;
  std::jthread m_watcher;
};

}  // namespace rollproof::cli
