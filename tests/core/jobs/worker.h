// SPDX-License-Identifier: Apache-2.0
// Work that a test leads by the hand, file by file.
// Threads: made for one job and one test thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/jobs/queue.h"

namespace rollproof::test {

// Begins only when the queue starts it, does one file for each allow(), ends after `files`.
class Worker {
 public:
  explicit Worker(int files = 1) : m_files(files) {}

  [[nodiscard]] jobs::Work work() {
    return [this](jobs::Progress& progress, const std::stop_token& stop) -> Status {
      auto& meter = progress.addMeter("Card");
      meter.totalBytes = static_cast<std::uint64_t>(m_files) * 100;
      set([&] { ++m_starts; });
      for (int file = 0; file < m_files; ++file) {
        progress.waitWhilePaused(stop);
        if (stop.stop_requested()) return fail(Errc::cancelled, "Stopped");
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [&] { return m_allowed > 0; })) return fail(Errc::cancelled, "Stopped");
        --m_allowed;
        ++m_done;
        meter.doneBytes += 100;
        m_changed.notify_all();
      }
      return {};
    };
  }

  void allow(int files = 1) {
    set([&] { m_allowed += files; });
  }
  void waitDone(int files) {
    wait([&] { return m_done >= files; });
  }
  void waitStarted() {
    wait([&] { return m_starts > 0; });
  }
  [[nodiscard]] int starts() {
    const std::scoped_lock lock(m_mutex);
    return m_starts;
  }
  [[nodiscard]] int done() {
    const std::scoped_lock lock(m_mutex);
    return m_done;
  }

 private:
  template <class Change>
  void set(Change change) {
    const std::scoped_lock lock(m_mutex);
    change();
    m_changed.notify_all();
  }
  template <class Condition>
  void wait(Condition condition) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, condition);
  }

  const int m_files;
  std::mutex m_mutex;
  std::condition_variable_any m_changed;
  int m_allowed = 0, m_done = 0, m_starts = 0;
};

}  // namespace rollproof::test
