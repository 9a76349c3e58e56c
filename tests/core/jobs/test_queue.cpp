// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>

#include "core/jobs/queue.h"

using namespace rollproof;
using jobs::JobState;

TEST_CASE("jobs on one device run in order and devices run side by side") {
  jobs::Queue queue;
  std::mutex mutex;
  std::string order;
  std::promise<void> otherRan;
  auto seen = otherRan.get_future().share();
  const auto note = [&](char c) {
    const std::scoped_lock lock(mutex);
    order += c;
  };
  // 'a' can only end after the other device's job ran: one thread for all would hang here.
  queue.add({"k", "a", {{"one"}}, [&](jobs::Progress&, std::stop_token) -> Status {
               seen.wait();
               note('a');
               return {};
             }});
  queue.add({"k", "b", {{"one"}}, [&](jobs::Progress&, std::stop_token) -> Status {
               note('b');
               return {};
             }});
  queue.add({"k", "c", {{"two"}}, [&](jobs::Progress&, std::stop_token) -> Status {
               otherRan.set_value();
               return {};
             }});
  queue.waitIdle();
  CHECK(order == "ab");
  for (const auto& job : queue.snapshot()) {
    CHECK(job.state == JobState::done);
    CHECK(job.finishedAt);
    CHECK(job.fraction == 1.0);
  }
}

TEST_CASE("a cancelled job is cancelled and not failed and can be tried again") {
  jobs::Queue queue;
  std::atomic<int> runs{0};
  std::promise<void> started;
  const auto id = queue.add({"k", "t", {{"one"}}, [&](jobs::Progress&, const std::stop_token& stop) -> Status {
                               if (++runs > 1) return {};
                               std::promise<void> stopped;
                               const std::stop_callback wake(stop, [&] { stopped.set_value(); });
                               started.set_value();
                               stopped.get_future().wait();
                               return fail(Errc::cancelled, "Stopped");
                             }});
  started.get_future().wait();
  queue.cancel(id);
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::cancelled);
  CHECK(queue.view(id)->canRetry);
  queue.retry(id);
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::done);
  CHECK(runs == 2);
}

TEST_CASE("a failure says why and the next job goes on") {
  jobs::Queue queue;
  const auto bad = queue.add({"k", "bad", {{"one"}}, [](jobs::Progress&, std::stop_token) -> Status {
                                return fail(Errc::noSpace, "is full", "/d");
                              }});
  const auto good = queue.add({"k", "good", {{"one"}}, [](jobs::Progress&, std::stop_token) -> Status { return {}; }});
  queue.waitIdle();
  CHECK(queue.view(bad)->state == JobState::failed);
  CHECK(queue.view(bad)->error == "/d: is full");
  CHECK(queue.view(good)->state == JobState::done);
}

TEST_CASE("a job that throws ends as failed and takes nothing down") {
  jobs::Queue queue;
  const auto id = queue.add(
      {"k", "t", {{"one"}}, [](jobs::Progress&, std::stop_token) -> Status { throw std::runtime_error("boom"); }});
  queue.waitIdle();
  CHECK(queue.view(id)->state == JobState::failed);
  CHECK(queue.view(id)->error == "boom");
}

TEST_CASE("a waiting job that is cancelled never runs") {
  jobs::Queue queue;
  std::promise<void> go;
  auto gate = go.get_future().share();
  std::atomic<bool> ran{false};
  queue.add({"k", "first", {{"one"}}, [&](jobs::Progress&, std::stop_token) -> Status {
               gate.wait();
               return {};
             }});
  const auto second = queue.add({"k", "second", {{"one"}}, [&](jobs::Progress&, std::stop_token) -> Status {
                                   ran = true;
                                   return {};
                                 }});
  queue.cancel(second);
  go.set_value();
  queue.waitIdle();
  CHECK_FALSE(ran);
  CHECK(queue.view(second)->state == JobState::cancelled);
}

TEST_CASE("progress is told by bytes where there are bytes") {
  jobs::Queue queue;
  std::promise<void> measured, go;
  auto gate = go.get_future().share();
  const auto id = queue.add({"k", "t", {{"one"}}, [&](jobs::Progress& progress, std::stop_token) -> Status {
                               progress.setPhase("Copying");
                               auto& meter = progress.addMeter("RAID-A");
                               meter.totalBytes = 1000;
                               meter.doneBytes = 250;
                               measured.set_value();
                               gate.wait();
                               return {};
                             }});
  measured.get_future().wait();
  const auto view = queue.view(id);
  go.set_value();
  REQUIRE(view);
  CHECK(view->fraction == Approx(0.25));
  CHECK(view->phase == "Copying");
  REQUIRE(view->meters.size() == 1);
  CHECK(view->meters[0].name == "RAID-A");
  queue.waitIdle();
}

TEST_CASE("closing the queue stops what runs") {
  std::atomic<bool> stopped{false};
  std::promise<void> started;
  {
    jobs::Queue queue;
    queue.add({"k", "t", {{"one"}}, [&](jobs::Progress&, const std::stop_token& stop) -> Status {
                 std::promise<void> over;
                 const std::stop_callback wake(stop, [&] { over.set_value(); });
                 started.set_value();
                 over.get_future().wait();
                 stopped = true;
                 return fail(Errc::cancelled, "Stopped");
               }});
    started.get_future().wait();
  }
  CHECK(stopped);
}

TEST_CASE("a job asked for while the queue closes is cancelled and starts no thread") {
  std::atomic<bool> ran{false};
  JobState asked = JobState::unknown;
  std::promise<void> started;
  {
    jobs::Queue queue;
    queue.add({"k", "first", {{"one"}}, [&](jobs::Progress&, const std::stop_token& stop) -> Status {
                 std::promise<void> over;
                 const std::stop_callback wake(stop, [&] { over.set_value(); });
                 started.set_value();
                 over.get_future().wait();
                 const auto next =
                     queue.add({"k", "second", {{"two"}}, [&](jobs::Progress&, std::stop_token) -> Status {
                                  ran = true;
                                  return {};
                                }});
                 asked = queue.view(next)->state;
                 return {};
               }});
    started.get_future().wait();
  }
  CHECK(asked == JobState::cancelled);
  CHECK_FALSE(ran);
}

TEST_CASE("a job that asks the queue something when it is stopped does not hang it") {
  jobs::Queue queue;
  std::promise<void> started, over;
  std::size_t seen = 0;
  const auto id = queue.add({"k", "t", {{"one"}}, [&](jobs::Progress&, const std::stop_token& stop) -> Status {
                               const std::stop_callback ask(stop, [&] {
                                 seen = queue.snapshot().size();
                                 over.set_value();
                               });
                               started.set_value();
                               over.get_future().wait();
                               return fail(Errc::cancelled, "Stopped");
                             }});
  started.get_future().wait();
  queue.cancel(id);
  queue.waitIdle();
  CHECK(seen == 1);
}
