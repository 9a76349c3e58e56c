// SPDX-License-Identifier: Apache-2.0
// What is mounted, kept fresh by a thread of its own, so that nobody who draws has to ask the system.
// Threads: start() and get() from any thread; the feed's thread ends with it.
// Errors: none; what cannot be read is an empty list.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/model/volume.h"

namespace rollproof::session {

class VolumeFeed {
 public:
  struct View {
    std::vector<model::Volume> volumes;
    std::int64_t version = 0;  // 0 = not looked yet
  };
  void start();  // once; later calls do nothing
  [[nodiscard]] View get() const;

 private:
  void look();
  mutable std::mutex m_mutex;  // guards m_view and m_thread's start
  View m_view;
  std::jthread m_thread;
};

}  // namespace rollproof::session
