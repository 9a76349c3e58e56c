// SPDX-License-Identifier: Apache-2.0
// Jobs: queued, started when their devices are free, watched, paused, reordered, cancelled, retried; a place, not a
// dialog.
// Threads: Queue's functions may be called from any thread; each running job has a thread the Queue owns and joins.
//          Snapshots are immutable copies. No lock is held while a job's work runs.
// Errors: a job ends with a Status; Errc::cancelled marks a cancelled one. What makes no sense for a job's state, or
//         names a job that is gone, changes nothing: a click may always come a moment late.
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

// paused: held before its start, or standing at its pause point. Either way it holds no resource.
enum class JobState { unknown, waiting, running, paused, done, failed, cancelled };

struct JobId {
  std::uint64_t value = 0;
  bool operator==(const JobId&) const = default;
};

// Something jobs share: a disk, a card reader, the processor. At most `limit` running jobs hold one of that name; where
// jobs disagree on the limit, the smallest counts.
struct Resource {
  std::string name;  // a device's identity, "cpu", ...
  int limit = 1;
  bool operator==(const Resource&) const = default;
};

using Work = std::function<Status(Progress&, std::stop_token)>;

struct JobSpec {
  std::string kind;   // "offload", "proxy", ...
  std::string title;  // "Offload A001 to RAID-A, SHUTTLE-04"
  std::vector<Resource> resources;
  Work work;
};

struct MeterView {
  std::string name;
  std::uint64_t doneBytes = 0, totalBytes = 0, doneItems = 0, totalItems = 0, failedItems = 0;
  double bytesPerSecond = 0;  // over the last seconds of work; 0 while not running
};

struct JobView {
  JobId id;
  std::string kind, title;
  std::vector<Resource> resources;
  JobState state = JobState::unknown;
  bool pausing = false;           // running, and will pause after its current file
  std::optional<JobId> waitsFor;  // the nearest job ahead that keeps a waiting one from starting
  std::string phase, current;
  std::vector<MeterView> meters;
  double fraction = 0;                            // 0..1 over all meters by bytes, else by items
  double itemsPerSecond = 0, bytesPerSecond = 0;  // over the last seconds of work; 0 while not running
  std::optional<std::chrono::seconds> remaining;  // none before it can be told honestly, none near a pause
  std::optional<WallTime> finishedAt;
  std::string error;  // describe(Error) when failed
  bool canCancel = false, canRetry = false, canPause = false, canResume = false, canMove = false;
};

// A job starts when each of its resources has room for it beside all that run and all that wait before it. So jobs on
// different devices run side by side, two on one device follow each other, and none is ever overtaken by a later one
// that would make it wait longer.
class Queue {
 public:
  explicit Queue(const Clock& clock = systemClock());
  ~Queue();  // cancels all, paused ones too, and joins
  JobId add(JobSpec spec);
  void cancel(JobId id);
  // A waiting job is held. A running one goes on to the end of its current file and gives its resources to others.
  void pause(JobId id);
  // A held job waits again, in its old place. A paused one goes on as soon as its resources are free.
  void resume(JobId id);
  // Puts a waiting or paused job right before another, or behind all.
  void move(JobId id, std::optional<JobId> before);
  void retry(JobId id);                           // a failed or cancelled job starts again, behind all others
  [[nodiscard]] std::vector<JobView> snapshot();  // in the queue's order
  [[nodiscard]] std::optional<JobView> view(JobId id);
  void forgetFinished();
  void waitIdle();  // blocks until no job is waiting or running; paused ones are not waited for

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace rollproof::jobs
