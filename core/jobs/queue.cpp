// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/queue.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

namespace rollproof::jobs {

namespace {

using Steady = std::chrono::steady_clock::time_point;

// Rates are told over this window: long enough to be calm, short enough to follow a drive that slows down.
constexpr std::chrono::seconds kRateWindow{10};
// An estimate before this much work was seen would be a guess.
constexpr std::chrono::seconds kFirstEstimate{2};
// And past this length it is not one anyone plans by: something stands still.
constexpr double kLongestEstimateSeconds = 30.0 * 24 * 3600;

class RateWindow {
 public:
  double perSecond(Steady now, std::uint64_t done) {
    while (m_samples.size() > 1 && now - m_samples[1].first >= kRateWindow) m_samples.erase(m_samples.begin());
    if (m_samples.empty() || now - m_samples.back().first >= std::chrono::milliseconds(100))
      m_samples.emplace_back(now, done);
    const auto elapsed = std::chrono::duration<double>(now - m_samples.front().first).count();
    if (elapsed < 0.2 || done < m_samples.front().second) return 0;
    return static_cast<double>(done - m_samples.front().second) / elapsed;
  }

 private:
  std::vector<std::pair<Steady, std::uint64_t>> m_samples;
};

struct Job {
  JobId id;
  JobSpec spec;
  JobState state = JobState::waiting;
  bool started = false;      // its thread lives, even while it waits or is paused
  bool holding = false;      // counts against its resources
  bool pauseWanted = false;  // running, to pause at its next pause point
  std::optional<JobId> waitsFor;
  std::shared_ptr<Progress> progress = std::make_shared<Progress>();
  std::stop_source stop;
  Steady runningSince{};
  std::optional<WallTime> finishedAt;
  std::string error;
  std::vector<RateWindow> meterRates;  // by the meter's place
  RateWindow totalBytes, totalItems;

  // Rates and estimates rest on one unbroken stretch of work only.
  void beginStretch(Steady now) {
    runningSince = now;
    meterRates.clear();
    totalBytes = totalItems = RateWindow();
  }
};

using JobPtr = std::shared_ptr<Job>;

// A job that names a device twice holds it once.
std::vector<Resource> withoutDoubles(std::vector<Resource> given) {
  std::vector<Resource> resources;
  for (auto& resource : given) {
    resource.limit = std::max(resource.limit, 1);
    const auto same =
        std::find_if(resources.begin(), resources.end(), [&](const auto& r) { return r.name == resource.name; });
    if (same == resources.end())
      resources.push_back(std::move(resource));
    else
      same->limit = std::min(same->limit, resource.limit);
  }
  return resources;
}

}  // namespace

struct Queue::State {
  explicit State(const Clock& c) : clock(c) {}

  const Clock& clock;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<JobPtr> jobs;  // in the queue's order
  std::vector<std::jthread> threads;
  std::vector<std::thread::id> ended;  // of `threads`: past their last use of this
  std::uint64_t lastId = 0;
  bool closing = false;

  JobPtr find(JobId id) {
    const auto it = std::find_if(jobs.begin(), jobs.end(), [&](const auto& job) { return job->id == id; });
    return it == jobs.end() ? nullptr : *it;
  }

  // Gives `job` back its thread or makes one. REQUIRES mutex.
  void admit(const JobPtr& job) {
    job->state = JobState::running;
    job->holding = true;
    job->beginStretch(clock.steady());
    if (job->started) return changed.notify_all();
    try {
      threads.emplace_back([this, own = job]() mutable { run(std::move(own)); });
      job->started = true;
    } catch (const std::system_error& problem) {
      finish(*job, fail(Errc::failed, std::string("no thread could be started: ") + problem.what()));
    }
  }

  // Starts whatever may start. REQUIRES mutex.
  void schedule() {
    if (closing) return;
    // Ended threads have nothing left but to return, so joining them costs no wait worth the name.
    std::erase_if(threads, [&](const std::jthread& t) { return std::erase(ended, t.get_id()) > 0; });
    struct Use {
      int count = 0;
      int limit = 0;
      JobId last;
    };
    std::unordered_map<std::string_view, Use> uses;
    const auto claim = [&](const Job& job) {
      for (const auto& resource : job.spec.resources) {
        auto& use = uses[resource.name];
        use.limit = use.count == 0 ? resource.limit : std::min(use.limit, resource.limit);
        ++use.count;
        use.last = job.id;
      }
    };
    for (const auto& job : jobs)
      if (job->holding) claim(*job);
    for (const auto& job : jobs) {
      if (job->state != JobState::waiting || job->stop.stop_requested()) continue;
      job->waitsFor.reset();
      for (const auto& resource : job->spec.resources) {
        const auto use = uses.find(resource.name);
        if (use != uses.end() && use->second.count >= std::min(use->second.limit, resource.limit))
          job->waitsFor = use->second.last;
      }
      // One that has to wait keeps its room against all behind it.
      claim(*job);
      if (!job->waitsFor) admit(job);
    }
  }

  // REQUIRES mutex.
  void finish(Job& job, const Status& status) {
    job.finishedAt = clock.now();
    job.holding = job.started = job.pauseWanted = false;
    job.waitsFor.reset();
    if (status) {
      job.state = JobState::done;
    } else {
      job.state = status.error().code == Errc::cancelled ? JobState::cancelled : JobState::failed;
      job.error = describe(status.error());
    }
    changed.notify_all();
  }

  // What a job's Progress calls between files.
  void pausePoint(Job& job, const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    const auto stopped = [&] { return stop.stop_requested() || job.stop.stop_requested(); };
    if (!job.pauseWanted || stopped()) return;
    if (job.state == JobState::running) {
      job.state = JobState::paused;
      job.holding = false;
      schedule();
      changed.notify_all();
    }
    changed.wait(lock, stop, [&] { return job.state == JobState::running || stopped(); });
    // A stopped job ends without its resources: it starts no further file, so it needs none.
    job.state = JobState::running;
  }

  void run(JobPtr job) {
    std::unique_lock lock(mutex);
    const auto progress = job->progress;
    const auto token = job->stop.get_token();
    progress->setPausePoint([this, raw = job.get()](const std::stop_token& stop) { pausePoint(*raw, stop); });
    lock.unlock();
    Status status;
    try {
      status = job->spec.work(*progress, token);
    } catch (const std::exception& problem) {
      // Our own code throws nothing; a standard library out of memory must still end as a failed job, not a dead
      // program.
      status = fail(Errc::failed, problem.what());
    }
    progress->setPausePoint({});
    lock.lock();
    finish(*job, status);
    schedule();
    // If it was forgotten meanwhile, what its work holds on to is let go here, without the lock.
    lock.unlock();
    job.reset();
    lock.lock();
    ended.push_back(std::this_thread::get_id());
  }

  JobView viewOf(Job& job) {
    JobView view;
    view.id = job.id;
    view.kind = job.spec.kind;
    view.title = job.spec.title;
    view.resources = job.spec.resources;
    view.state = job.state;
    view.phase = job.progress->phase();
    view.current = job.progress->current();
    view.finishedAt = job.finishedAt;
    view.error = job.error;
    const bool running = job.state == JobState::running, waiting = job.state == JobState::waiting,
               paused = job.state == JobState::paused, stopping = job.stop.stop_requested();
    view.pausing = running && job.pauseWanted && !stopping;
    if (waiting) view.waitsFor = job.waitsFor;
    view.canCancel = (waiting || running || paused) && !stopping;
    view.canPause = (waiting || (running && !job.pauseWanted)) && !stopping;
    view.canResume = (paused || view.pausing) && !stopping;
    view.canMove = (waiting || paused) && !stopping;
    view.canRetry = job.state == JobState::failed || job.state == JobState::cancelled;
    const Steady now = clock.steady();
    std::uint64_t doneBytes = 0, totalBytes = 0, doneItems = 0, totalItems = 0;
    const auto meters = job.progress->meters();
    job.meterRates.resize(std::max(job.meterRates.size(), meters.size()));
    for (std::size_t i = 0; i < meters.size(); ++i) {
      const auto& meter = meters[i];
      MeterView one;
      one.name = meter->name;
      one.doneBytes = meter->doneBytes;
      one.totalBytes = meter->totalBytes;
      one.doneItems = meter->doneItems;
      one.totalItems = meter->totalItems;
      one.failedItems = meter->failedItems;
      if (running) one.bytesPerSecond = job.meterRates[i].perSecond(now, one.doneBytes);
      doneBytes += std::min(one.doneBytes, one.totalBytes);
      totalBytes += one.totalBytes;
      doneItems += std::min(one.doneItems, one.totalItems);
      totalItems += one.totalItems;
      view.meters.push_back(std::move(one));
    }
    if (totalBytes > 0)
      view.fraction = static_cast<double>(doneBytes) / static_cast<double>(totalBytes);
    else if (totalItems > 0)
      view.fraction = static_cast<double>(doneItems) / static_cast<double>(totalItems);
    if (job.state == JobState::done) view.fraction = 1;
    if (running) {
      view.bytesPerSecond = job.totalBytes.perSecond(now, doneBytes);
      view.itemsPerSecond = job.totalItems.perSecond(now, doneItems);
      const double rate = totalBytes > 0 ? view.bytesPerSecond : view.itemsPerSecond;
      const double left =
          totalBytes > 0 ? static_cast<double>(totalBytes - doneBytes) : static_cast<double>(totalItems - doneItems);
      if (!job.pauseWanted && now - job.runningSince >= kFirstEstimate && rate > 0 &&
          left / rate < kLongestEstimateSeconds)
        view.remaining = std::chrono::seconds(static_cast<std::int64_t>(left / rate + 0.5));
    }
    return view;
  }
};

Queue::Queue(const Clock& clock) : m_state(std::make_unique<State>(clock)) {}

Queue::~Queue() {
  std::vector<std::stop_source> stops;
  std::vector<std::jthread> threads;
  {
    const std::scoped_lock lock(m_state->mutex);
    m_state->closing = true;  // from here on no thread is made or joined but by us
    for (const auto& job : m_state->jobs) stops.push_back(job->stop);
    threads.swap(m_state->threads);
  }
  // Without the lock: a job's own answer to being stopped may ask the queue something.
  for (auto& stop : stops) stop.request_stop();
  {
    const std::scoped_lock lock(m_state->mutex);
    m_state->changed.notify_all();
  }
  threads.clear();  // joins
}

JobId Queue::add(JobSpec spec) {
  const std::scoped_lock lock(m_state->mutex);
  auto job = std::make_shared<Job>();
  job->id = JobId{++m_state->lastId};
  job->spec = std::move(spec);
  job->spec.resources = withoutDoubles(std::move(job->spec.resources));
  m_state->jobs.push_back(job);
  if (m_state->closing) {
    // A job that ends while the program does may still ask for the next one.
    job->state = JobState::cancelled;
    job->finishedAt = m_state->clock.now();
    return job->id;
  }
  m_state->schedule();
  return job->id;
}

void Queue::cancel(JobId id) {
  std::stop_source stop(std::nostopstate);
  {
    const std::scoped_lock lock(m_state->mutex);
    const auto job = m_state->find(id);
    if (!job || job->finishedAt) return;
    stop = job->stop;
    if (!job->started) m_state->finish(*job, fail(Errc::cancelled, "Stopped before it began"));
  }
  // Without the lock: a job's own answer to being stopped may ask the queue something.
  stop.request_stop();
  const std::scoped_lock lock(m_state->mutex);
  m_state->schedule();  // what it kept room for may start
  m_state->changed.notify_all();
}

void Queue::pause(JobId id) {
  const std::scoped_lock lock(m_state->mutex);
  const auto job = m_state->find(id);
  if (!job || job->stop.stop_requested()) return;
  if (job->state == JobState::running) job->pauseWanted = true;
  if (job->state == JobState::waiting) {
    job->state = JobState::paused;
    job->pauseWanted = job->started;  // one on its way back stands at its pause point
    m_state->schedule();
    m_state->changed.notify_all();
  }
}

void Queue::resume(JobId id) {
  const std::scoped_lock lock(m_state->mutex);
  const auto job = m_state->find(id);
  if (!job || job->stop.stop_requested()) return;
  job->pauseWanted = false;
  if (job->state != JobState::paused) return;
  job->state = JobState::waiting;
  m_state->schedule();
  m_state->changed.notify_all();
}

void Queue::move(JobId id, std::optional<JobId> before) {
  const std::scoped_lock lock(m_state->mutex);
  auto& jobs = m_state->jobs;
  const auto job = m_state->find(id);
  if (!job || (job->state != JobState::waiting && job->state != JobState::paused)) return;
  const auto target = before ? m_state->find(*before) : nullptr;
  if (before && (!target || target == job)) return;
  std::erase(jobs, job);
  jobs.insert(target ? std::find(jobs.begin(), jobs.end(), target) : jobs.end(), job);
  m_state->schedule();
}

void Queue::retry(JobId id) {
  const std::scoped_lock lock(m_state->mutex);
  const auto job = m_state->find(id);
  if (!job || m_state->closing || (job->state != JobState::failed && job->state != JobState::cancelled)) return;
  job->state = JobState::waiting;
  job->stop = std::stop_source();
  job->progress = std::make_shared<Progress>();
  job->finishedAt.reset();
  job->error.clear();
  // Behind all: the others waited while it failed.
  std::erase(m_state->jobs, job);
  m_state->jobs.push_back(job);
  m_state->schedule();
}

std::vector<JobView> Queue::snapshot() {
  const std::scoped_lock lock(m_state->mutex);
  std::vector<JobView> views;
  for (const auto& job : m_state->jobs) views.push_back(m_state->viewOf(*job));
  return views;
}

std::optional<JobView> Queue::view(JobId id) {
  const std::scoped_lock lock(m_state->mutex);
  const auto job = m_state->find(id);
  if (!job) return std::nullopt;
  return m_state->viewOf(*job);
}

void Queue::forgetFinished() {
  std::vector<JobPtr> gone;  // what their work holds on to is let go without the lock
  const std::scoped_lock lock(m_state->mutex);
  auto& jobs = m_state->jobs;
  const auto from = std::stable_partition(jobs.begin(), jobs.end(), [](const auto& job) {
    return job->state != JobState::done && job->state != JobState::cancelled;
  });
  gone.assign(from, jobs.end());
  jobs.erase(from, jobs.end());
}

void Queue::waitIdle() {
  std::unique_lock lock(m_state->mutex);
  m_state->changed.wait(lock, [&] {
    return std::none_of(m_state->jobs.begin(), m_state->jobs.end(), [](const auto& job) {
      return job->state == JobState::waiting || job->state == JobState::running;
    });
  });
}

}  // namespace rollproof::jobs
