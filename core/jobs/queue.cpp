// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/queue.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace rollproof::jobs {

namespace {

using Steady = std::chrono::steady_clock::time_point;

// Rates are told over this window: long enough to be calm, short enough to follow a drive that slows down.
constexpr std::chrono::seconds kRateWindow{10};
// An estimate before this much work was seen would be a guess.
constexpr std::chrono::seconds kFirstEstimate{2};

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
  std::string kind, title, lane;
  Work work;
  JobState state = JobState::waiting;
  std::shared_ptr<Progress> progress = std::make_shared<Progress>();
  std::stop_source stop;
  Steady startedAt{};
  std::optional<WallTime> finishedAt;
  std::string error;
  std::map<std::string, RateWindow> byteRates;
  RateWindow totalBytes, totalItems;
};

}  // namespace

struct Queue::State {
  explicit State(const Clock& c) : clock(c) {}

  const Clock& clock;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::shared_ptr<Job>> jobs;  // in order of adding
  std::map<std::string, std::jthread> lanes;
  std::uint64_t lastId = 0;
  bool closing = false;

  std::shared_ptr<Job> find(JobId id) {
    const auto it = std::find_if(jobs.begin(), jobs.end(), [&](const auto& job) { return job->id == id; });
    return it == jobs.end() ? nullptr : *it;
  }

  std::shared_ptr<Job> nextIn(const std::string& lane) {
    const auto it = std::find_if(jobs.begin(), jobs.end(),
                                 [&](const auto& job) { return job->lane == lane && job->state == JobState::waiting; });
    return it == jobs.end() ? nullptr : *it;
  }

  void runLane(const std::string& lane) {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return closing || nextIn(lane) != nullptr; });
      if (closing) return;
      const auto job = nextIn(lane);
      job->state = JobState::running;
      job->startedAt = clock.steady();
      const auto progress = job->progress;
      const auto token = job->stop.get_token();
      const Work work = job->work;
      lock.unlock();
      Status status;
      try {
        status = work(*progress, token);
      } catch (const std::exception& problem) {
        // Our own code throws nothing; a standard library out of memory must still end as a failed job, not a dead
        // program.
        status = fail(Errc::failed, problem.what());
      }
      lock.lock();
      job->finishedAt = clock.now();
      if (status) {
        job->state = JobState::done;
      } else {
        job->state = status.error().code == Errc::cancelled ? JobState::cancelled : JobState::failed;
        job->error = describe(status.error());
      }
      changed.notify_all();
    }
  }

  JobView viewOf(Job& job) {
    JobView view;
    view.id = job.id;
    view.kind = job.kind;
    view.title = job.title;
    view.state = job.state;
    view.phase = job.progress->phase();
    view.current = job.progress->current();
    view.finishedAt = job.finishedAt;
    view.error = job.error;
    view.canCancel = (job.state == JobState::waiting || job.state == JobState::running) && !job.stop.stop_requested();
    view.canRetry = job.state == JobState::failed || job.state == JobState::cancelled;
    const bool running = job.state == JobState::running;
    const Steady now = clock.steady();
    std::uint64_t doneBytes = 0, totalBytes = 0, doneItems = 0, totalItems = 0;
    for (const auto& meter : job.progress->meters()) {
      MeterView one;
      one.name = meter->name;
      one.doneBytes = meter->doneBytes;
      one.totalBytes = meter->totalBytes;
      one.doneItems = meter->doneItems;
      one.totalItems = meter->totalItems;
      one.failedItems = meter->failedItems;
      if (running) one.bytesPerSecond = job.byteRates[one.name].perSecond(now, one.doneBytes);
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
      if (now - job.startedAt >= kFirstEstimate && rate > 0)
        view.remaining = std::chrono::seconds(static_cast<std::int64_t>(left / rate + 0.5));
    }
    return view;
  }
};

Queue::Queue(const Clock& clock) : m_state(std::make_unique<State>(clock)) {}

Queue::~Queue() {
  std::vector<std::stop_source> stops;
  {
    const std::scoped_lock lock(m_state->mutex);
    m_state->closing = true;  // from here on no lane is added, so that joining them needs no lock
    for (const auto& job : m_state->jobs) stops.push_back(job->stop);
  }
  // Without the lock: a job's own answer to being stopped may ask the queue something.
  for (auto& stop : stops) stop.request_stop();
  m_state->changed.notify_all();
  m_state->lanes.clear();  // joins
}

JobId Queue::add(std::string kind, std::string title, std::string lane, Work work) {
  const std::scoped_lock lock(m_state->mutex);
  auto job = std::make_shared<Job>();
  job->id = JobId{++m_state->lastId};
  job->kind = std::move(kind);
  job->title = std::move(title);
  job->lane = lane;
  job->work = std::move(work);
  m_state->jobs.push_back(job);
  if (m_state->closing) {
    // A job that ends while the program does may still ask for the next one.
    job->state = JobState::cancelled;
    job->finishedAt = m_state->clock.now();
    return job->id;
  }
  if (!m_state->lanes.contains(lane)) {
    State* state = m_state.get();
    m_state->lanes.emplace(lane, std::jthread([state, lane] { state->runLane(lane); }));
  }
  m_state->changed.notify_all();
  return job->id;
}

void Queue::cancel(JobId id) {
  std::stop_source stop(std::nostopstate);
  {
    const std::scoped_lock lock(m_state->mutex);
    const auto job = m_state->find(id);
    if (!job) return;
    stop = job->stop;
    if (job->state == JobState::waiting) {
      job->state = JobState::cancelled;
      job->finishedAt = m_state->clock.now();
      m_state->changed.notify_all();
    }
  }
  stop.request_stop();
}

void Queue::retry(JobId id) {
  const std::scoped_lock lock(m_state->mutex);
  const auto job = m_state->find(id);
  if (!job || (job->state != JobState::failed && job->state != JobState::cancelled)) return;
  job->state = JobState::waiting;
  job->stop = std::stop_source();
  job->progress = std::make_shared<Progress>();
  job->finishedAt.reset();
  job->error.clear();
  job->byteRates.clear();
  job->totalBytes = job->totalItems = RateWindow();
  // Behind its lane: the others waited while it failed.
  auto& jobs = m_state->jobs;
  std::rotate(std::find(jobs.begin(), jobs.end(), job), std::find(jobs.begin(), jobs.end(), job) + 1, jobs.end());
  m_state->changed.notify_all();
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
  const std::scoped_lock lock(m_state->mutex);
  std::erase_if(m_state->jobs,
                [](const auto& job) { return job->state == JobState::done || job->state == JobState::cancelled; });
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
