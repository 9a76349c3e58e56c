// SPDX-License-Identifier: Apache-2.0
// Growing counters that an engine adds to and anyone may read: the only thing an engine and a screen share.
// Threads: all members are atomics or guarded; writers and readers may be different threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace rollproof::jobs {

// One bar: "Copying", "RAID-A read back", "Card, second read".
struct Meter {
  explicit Meter(std::string label) : name(std::move(label)) {}
  const std::string name;
  std::atomic<std::uint64_t> doneBytes{0};
  std::atomic<std::uint64_t> totalBytes{0};
  std::atomic<std::uint64_t> doneItems{0};  // files or frames
  std::atomic<std::uint64_t> totalItems{0};
  std::atomic<std::uint64_t> failedItems{0};
};

class Progress {
 public:
  // Adds a meter; the reference stays valid as long as the Progress does.
  Meter& addMeter(std::string name);
  // The same for a thread that may outlive the Progress because the kernel holds it in a call.
  [[nodiscard]] std::shared_ptr<Meter> addSharedMeter(std::string name);
  [[nodiscard]] std::vector<std::shared_ptr<const Meter>> meters() const;
  void setPhase(std::string phase);  // "Reading the card", "Copying", "Verifying", "Sealing", ...
  [[nodiscard]] std::string phase() const;
  void setCurrent(std::string path);  // what is being worked on, raw bytes
  [[nodiscard]] std::string current() const;

  // An engine calls this between two files, from the thread that hands the files out and with nothing of its own going
  // on: returns at once unless someone paused the job, else when it is resumed or stopped. While it waits the job's
  // devices may serve another job.
  void waitWhilePaused(const std::stop_token& stop) const;
  // What waitWhilePaused does, given by whoever runs the work; without one there is no pausing.
  using PausePoint = std::function<void(const std::stop_token&)>;
  void setPausePoint(PausePoint point);

 private:
  mutable std::mutex m_mutex;
  PausePoint m_pausePoint;
  std::vector<std::shared_ptr<Meter>> m_meters;
  std::string m_phase, m_current;
};

}  // namespace rollproof::jobs
