// SPDX-License-Identifier: Apache-2.0
// Jobs: started, watched, cancelled, retried; a place, not a dialog.
// Threads: Queue's functions may be called from any thread; each job runs on a thread the Queue owns. Snapshots are
//          immutable copies. No lock is held while a job's work runs.
// Errors: a job ends with a Status; Errc::cancelled marks a cancelled one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/jobs/progress.h"

namespace rollproof::jobs {

enum class JobState { unknown, waiting, running, done, failed, cancelled };

struct JobId {
  std::uint64_t value = 0;
  bool operator==(const JobId&) const = default;
};

struct MeterView {
  std::string name;
  std::uint64_t doneBytes = 0, totalBytes = 0, doneItems = 0, totalItems = 0, failedItems = 0;
  double bytesPerSecond = 0;  // over the last seconds
};

struct JobView {
  JobId id;
  std::string kind;   // "offload", "proxy", ...
  std::string title;  // "Offload A001 to RAID-A, SHUTTLE-04"
  JobState state = JobState::unknown;
  std::string phase, current;
  std::vector<MeterView> meters;
  double fraction = 0;  // 0..1 over all meters by bytes, else by items
  double itemsPerSecond = 0, bytesPerSecond = 0;
  std::optional<std::chrono::seconds> remaining;  // none before it can be told honestly
  std::optional<WallTime> finishedAt;
  std::string error;  // describe(Error) when failed
  bool canCancel = false, canRetry = false;
};

using Work = std::function<Status(Progress&, std::stop_token)>;

class Queue {
 public:
  // Jobs of one lane run one after the other; lanes run side by side.
  explicit Queue(const Clock& clock = systemClock());
  ~Queue();  // cancels all and joins
  JobId add(std::string kind, std::string title, std::string lane, Work work);
  void cancel(JobId id);
  void retry(JobId id);                           // a failed or cancelled job starts again, behind its lane
  [[nodiscard]] std::vector<JobView> snapshot();  // in order of adding
  [[nodiscard]] std::optional<JobView> view(JobId id);
  void forgetFinished();
  void waitIdle();  // blocks until no job is waiting or running

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace rollproof::jobs
