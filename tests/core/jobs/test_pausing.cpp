// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "tests/core/jobs/worker.h"

using namespace rollproof;
using jobs::JobState;
using test::Worker;

namespace {

class HandClock : public Clock {
 public:
  WallTime now() const override { return WallTime{} + since.load(); }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point{} + since.load();
  }
  void advance(std::chrono::milliseconds by) { since = since.load() + by; }
  std::atomic<std::chrono::milliseconds> since{std::chrono::milliseconds{0}};
};

}  // namespace

TEST_CASE("a paused job stands after its current file and goes on when resumed") {
  Worker worker(3);
  jobs::Queue queue;
  const auto id = queue.add({"k", "t", {{"disk"}}, worker.work()});
  worker.waitStarted();
  CHECK(queue.view(id)->canPause);
  CHECK_FALSE(queue.view(id)->canResume);
  worker.allow();
  worker.waitDone(1);
  queue.pause(id);
  auto view = queue.view(id);
  CHECK_FALSE(view->canPause);
  CHECK(view->canResume);
  CHECK(view->canCancel);
  worker.allow(2);
  queue.waitIdle();  // it stands
  view = queue.view(id);
  CHECK(view->state == JobState::paused);
  CHECK_FALSE(view->pausing);
  CHECK(worker.done() < 3);
  CHECK(worker.done() >= 1);
  CHECK(view->canResume);
  CHECK(view->canCancel);
  CHECK_FALSE(view->finishedAt);
  queue.resume(id);
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::done);
  CHECK(worker.done() == 3);
  CHECK(worker.starts() == 1);
}

TEST_CASE("a job says that it is pausing until it stands and may be told to go on") {
  std::promise<void> started, go;
  auto gate = go.get_future().share();
  jobs::Queue queue;
  const auto id = queue.add({"k", "t", {}, [&](jobs::Progress& progress, const std::stop_token& stop) -> Status {
                               started.set_value();
                               gate.wait();
                               progress.waitWhilePaused(stop);
                               return {};
                             }});
  started.get_future().wait();
  queue.pause(id);
  auto view = queue.view(id);
  CHECK(view->state == JobState::running);
  CHECK(view->pausing);
  CHECK(view->canResume);
  CHECK_FALSE(view->canPause);
  queue.resume(id);
  view = queue.view(id);
  CHECK_FALSE(view->pausing);
  CHECK(view->canPause);
  go.set_value();
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::done);
}

TEST_CASE("a held job starts no work and lets others pass until it is resumed into its place") {
  Worker a, b, c;
  jobs::Queue queue;
  queue.add({"k", "a", {{"disk"}}, a.work()});
  const auto held = queue.add({"k", "b", {{"disk"}}, b.work()});
  const auto last = queue.add({"k", "c", {{"disk"}}, c.work()});
  a.waitStarted();
  queue.pause(held);
  CHECK(queue.view(held)->state == JobState::paused);
  CHECK(queue.view(held)->canMove);
  CHECK(queue.view(last)->waitsFor != held);
  a.allow();
  c.waitStarted();
  CHECK(b.starts() == 0);
  c.allow();
  queue.waitIdle();
  CHECK(queue.view(held)->state == JobState::paused);
  b.allow();
  queue.resume(held);
  queue.waitIdle();
  CHECK(queue.view(held)->state == JobState::done);
}

TEST_CASE("a paused job gives its disk away and takes it back only when it is free") {
  Worker a(2), b(1);
  jobs::Queue queue;
  const auto first = queue.add({"k", "a", {{"disk"}}, a.work()});
  const auto urgent = queue.add({"k", "b", {{"disk"}}, b.work()});
  a.waitStarted();
  queue.pause(first);
  a.allow();
  b.waitStarted();  // hangs if the paused job kept the disk
  CHECK(queue.view(first)->state == JobState::paused);
  queue.resume(first);
  CHECK(queue.view(first)->state == JobState::waiting);
  CHECK(queue.view(first)->waitsFor == urgent);
  CHECK(queue.view(first)->canPause);
  queue.pause(first);
  CHECK(queue.view(first)->state == JobState::paused);
  queue.resume(first);
  const int before = a.done();
  a.allow(2);
  CHECK(a.done() == before);
  b.allow();
  queue.waitIdle();
  CHECK(queue.view(first)->state == JobState::done);
  CHECK(a.starts() == 1);
}

TEST_CASE("a job cancelled while it is paused ends as cancelled and can be tried again") {
  Worker worker(2);
  jobs::Queue queue;
  const auto id = queue.add({"k", "t", {{"disk"}}, worker.work()});
  worker.waitStarted();
  queue.pause(id);
  worker.allow();
  queue.waitIdle();
  REQUIRE(queue.view(id)->state == JobState::paused);
  queue.cancel(id);
  queue.resume(id);  // too late to matter
  while (!queue.view(id)->finishedAt) std::this_thread::yield();
  CHECK(queue.view(id)->state == JobState::cancelled);
  worker.allow(4);
  queue.retry(id);
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::done);
}

TEST_CASE("a paused job is ended even if its work waits on a token of its own") {
  std::atomic<bool> went{false};
  jobs::Queue queue;
  std::promise<void> started, go;
  auto gate = go.get_future().share();
  const auto id = queue.add({"k", "t", {}, [&](jobs::Progress& progress, const std::stop_token& stop) -> Status {
                               started.set_value();
                               gate.wait();
                               progress.waitWhilePaused({});
                               went = stop.stop_requested();
                               return fail(Errc::cancelled, "Stopped");
                             }});
  started.get_future().wait();
  queue.pause(id);
  go.set_value();
  queue.waitIdle();
  queue.cancel(id);
  while (!queue.view(id)->finishedAt) std::this_thread::yield();
  CHECK(went);
  CHECK(queue.view(id)->state == JobState::cancelled);
}

TEST_CASE("a held job that is cancelled never runs") {
  Worker a, b;
  jobs::Queue queue;
  queue.add({"k", "a", {{"disk"}}, a.work()});
  const auto held = queue.add({"k", "b", {{"disk"}}, b.work()});
  queue.pause(held);
  queue.cancel(held);
  CHECK(queue.view(held)->state == JobState::cancelled);
  CHECK_FALSE(queue.view(held)->canResume);
  a.allow();
  queue.waitIdle();
  CHECK(b.starts() == 0);
}

TEST_CASE("closing the queue ends jobs that are paused held or on their way back") {
  Worker a(2), b(2), c, d(2);
  {
    jobs::Queue queue;
    const auto paused = queue.add({"k", "a", {{"one"}}, a.work()});
    a.waitStarted();
    queue.pause(paused);
    a.allow();
    const auto back = queue.add({"k", "b", {{"two"}}, b.work()});
    b.waitStarted();
    queue.pause(back);
    b.allow();
    queue.waitIdle();
    queue.add({"k", "d", {{"two"}}, d.work()});
    d.waitStarted();
    queue.resume(back);
    CHECK(queue.view(back)->state == JobState::waiting);
    queue.pause(queue.add({"k", "c", {{"two"}}, c.work()}));
  }
  CHECK(c.starts() == 0);
}

TEST_CASE("rates start anew after a pause and nothing is promised while a job stands") {
  HandClock clock;
  Worker worker(100);
  jobs::Queue queue(clock);
  const auto id = queue.add({"k", "t", {}, worker.work()});
  worker.waitStarted();
  (void)queue.snapshot();
  for (int second = 1; second <= 4; ++second) {
    worker.allow();
    worker.waitDone(second);
    clock.advance(std::chrono::seconds(1));
    (void)queue.snapshot();
  }
  auto view = queue.view(id);
  CHECK(view->bytesPerSecond == Approx(100));
  CHECK(view->meters.at(0).bytesPerSecond == Approx(100));
  REQUIRE(view->remaining);
  CHECK(view->remaining->count() == 96);

  queue.pause(id);
  if (const auto pausing = queue.view(id); pausing->pausing) CHECK_FALSE(pausing->remaining);
  worker.allow();
  queue.waitIdle();
  const int stood = worker.done();
  clock.advance(std::chrono::minutes(10));
  view = queue.view(id);
  CHECK(view->bytesPerSecond == 0);
  CHECK(view->meters.at(0).bytesPerSecond == 0);
  CHECK_FALSE(view->remaining);

  queue.resume(id);
  if (stood == 4) worker.waitDone(5);
  clock.advance(std::chrono::milliseconds(100));
  view = queue.view(id);
  CHECK(view->bytesPerSecond == 0);
  CHECK_FALSE(view->remaining);
  for (int second = 1; second <= 3; ++second) {
    worker.allow(2);
    worker.waitDone(5 + 2 * second);
    clock.advance(std::chrono::seconds(1));
    view = queue.view(id);
  }
  // Ten minutes of standing are in none of it.
  CHECK(view->bytesPerSecond == Approx(200));
  CHECK(view->meters.at(0).bytesPerSecond == Approx(200));
  CHECK(view->remaining->count() == Approx((100 - 11) / 2.0).margin(1));
  queue.cancel(id);
  queue.waitIdle();
}

TEST_CASE("two meters of one name have each their own rate") {
  HandClock clock;
  Worker hold;
  jobs::Queue queue(clock);
  jobs::Meter *a = nullptr, *b = nullptr;
  const auto id = queue.add({"k", "t", {}, [&](jobs::Progress& progress, const std::stop_token& stop) -> Status {
                               a = &progress.addMeter("UNTITLED");
                               b = &progress.addMeter("UNTITLED");
                               return hold.work()(progress, stop);
                             }});
  hold.waitStarted();
  (void)queue.snapshot();
  a->doneBytes = 1000;
  b->doneBytes = 50;
  clock.advance(std::chrono::seconds(1));
  const auto view = queue.view(id);
  CHECK(view->meters.at(0).bytesPerSecond == Approx(1000));
  CHECK(view->meters.at(1).bytesPerSecond == Approx(50));
  hold.allow();
  queue.waitIdle();
}

TEST_CASE("progress without a queue never pauses") {
  jobs::Progress progress;
  progress.waitWhilePaused({});
  SUCCEED();
}

TEST_CASE("many hands on one queue leave every job ended") {
  constexpr int kJobs = 40, kHands = 4;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < kJobs; ++i) {
    workers.push_back(std::make_unique<Worker>(4));
    workers.back()->allow(1000);
  }
  jobs::Queue queue;
  std::vector<jobs::JobId> ids;
  for (int i = 0; i < kJobs; ++i)
    ids.push_back(queue.add(
        {"k", "t", {{"disk " + std::to_string(i % 3)}, {"cpu", 2}}, workers[static_cast<std::size_t>(i)]->work()}));
  {
    std::vector<std::jthread> hands;
    for (int hand = 0; hand < kHands; ++hand)
      hands.emplace_back([&, hand] {
        auto random = static_cast<std::uint32_t>(hand + 1);
        for (int turn = 0; turn < 400; ++turn) {
          random = random * 1664525U + 1013904223U;
          const auto id = ids[(random >> 8U) % kJobs], other = ids[(random >> 16U) % kJobs];
          switch ((random >> 4U) % 6) {
            case 0:
              queue.pause(id);
              break;
            case 1:
              queue.resume(id);
              break;
            case 2:
              queue.move(id, other);
              break;
            case 3:
              queue.cancel(id);
              break;
            case 4:
              queue.retry(id);
              break;
            default:
              for (const auto& view : queue.snapshot()) (void)queue.view(view.id);
          }
        }
      });
  }
  for (const auto id : ids) queue.resume(id);
  queue.waitIdle();
  for (const auto& view : queue.snapshot()) {
    INFO(view.id.value << " " << static_cast<int>(view.state));
    CHECK((view.state == JobState::done || view.state == JobState::cancelled));
  }
  queue.forgetFinished();
  CHECK(queue.snapshot().empty());
}
