// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/core/jobs/worker.h"

using namespace rollproof;
using jobs::JobId;
using jobs::JobState;
using test::Worker;

namespace {

JobId add(jobs::Queue& queue, Worker& worker, std::vector<jobs::Resource> resources) {
  return queue.add({"k", "t", std::move(resources), worker.work()});
}

std::vector<std::uint64_t> order(jobs::Queue& queue) {
  std::vector<std::uint64_t> ids;
  for (const auto& view : queue.snapshot()) ids.push_back(view.id.value);
  return ids;
}

}  // namespace

TEST_CASE("two cards on their own readers and drives run side by side") {
  Worker a, b;
  jobs::Queue queue;
  const auto first = add(queue, a, {{"reader 1"}, {"ssd 1"}});
  const auto second = add(queue, b, {{"reader 2"}, {"ssd 2"}});
  a.waitStarted();
  b.waitStarted();  // hangs if one waited for the other
  CHECK(queue.view(first)->state == JobState::running);
  CHECK(queue.view(second)->state == JobState::running);
  CHECK_FALSE(queue.view(second)->waitsFor);
  a.allow();
  b.allow();
  queue.waitIdle();
}

TEST_CASE("two jobs that want one spinning disk follow each other and the second says for whom it waits") {
  Worker a, b;
  jobs::Queue queue;
  const auto first = add(queue, a, {{"reader 1"}, {"disk"}});
  const auto second = add(queue, b, {{"reader 2"}, {"disk"}});
  CHECK(queue.view(second)->state == JobState::waiting);
  CHECK(queue.view(second)->waitsFor == first);
  CHECK(queue.view(second)->resources == std::vector<jobs::Resource>{{"reader 2"}, {"disk"}});
  CHECK(b.starts() == 0);
  a.allow();
  b.waitStarted();
  CHECK(queue.view(first)->state == JobState::done);
  b.allow();
  queue.waitIdle();
  CHECK_FALSE(queue.view(second)->waitsFor);
}

TEST_CASE("a resource with room for two runs two and the third when one ends") {
  Worker a, b, c;
  jobs::Queue queue;
  add(queue, a, {{"cpu", 2}});
  add(queue, b, {{"cpu", 2}});
  const auto third = add(queue, c, {{"cpu", 2}});
  a.waitStarted();
  b.waitStarted();
  CHECK(queue.view(third)->state == JobState::waiting);
  b.allow();
  c.waitStarted();
  a.allow();
  c.allow();
  queue.waitIdle();
}

TEST_CASE("where jobs disagree on a limit the smallest counts") {
  Worker a, b, c, d;
  jobs::Queue queue;
  add(queue, a, {{"cpu", 3}});
  const auto alone = add(queue, b, {{"cpu", 1}});
  const auto third = add(queue, c, {{"cpu", 3}}), fourth = add(queue, d, {{"cpu", 3}});
  for (const auto id : {alone, third, fourth}) CHECK(queue.view(id)->state == JobState::waiting);
  a.allow();
  b.waitStarted();
  for (const auto id : {third, fourth}) CHECK(queue.view(id)->state == JobState::waiting);
  b.allow();
  c.waitStarted();
  d.waitStarted();
  c.allow();
  d.allow();
  queue.waitIdle();
}

TEST_CASE("a job that names one device twice holds it once") {
  Worker a, b, c;
  jobs::Queue queue;
  add(queue, a, {{"disk", 2}, {"disk", 5}});
  const auto next = add(queue, b, {{"disk", 5}});
  b.waitStarted();
  const auto last = add(queue, c, {{"disk", 0}});  // no limit below one makes sense
  CHECK(queue.view(last)->state == JobState::waiting);
  for (auto* worker : {&a, &b, &c}) worker->allow();
  queue.waitIdle();
  CHECK(queue.view(next)->state == JobState::done);
  CHECK(queue.view(last)->state == JobState::done);
}

TEST_CASE("a job that wants two devices is not starved by later jobs that want one of them") {
  Worker a, both, late, other;
  jobs::Queue queue;
  add(queue, a, {{"disk 1"}});
  const auto wide = add(queue, both, {{"disk 1"}, {"disk 2"}});
  const auto after = add(queue, late, {{"disk 2"}});  // disk 2 is free, and kept for the job before
  add(queue, other, {{"disk 3"}});
  other.waitStarted();
  CHECK(queue.view(wide)->state == JobState::waiting);
  CHECK(queue.view(after)->state == JobState::waiting);
  CHECK(queue.view(after)->waitsFor == wide);
  a.allow();
  both.waitStarted();
  CHECK(late.starts() == 0);
  both.allow();
  late.waitStarted();
  late.allow();
  other.allow();
  queue.waitIdle();
}

TEST_CASE("room that a waiting job leaves over is used") {
  Worker a, wide, late;
  jobs::Queue queue;
  add(queue, a, {{"disk"}});
  add(queue, wide, {{"disk"}, {"cpu", 2}});
  add(queue, late, {{"cpu", 2}});
  late.waitStarted();  // one place for the earlier job is still there
  CHECK(wide.starts() == 0);
  for (auto* worker : {&a, &wide, &late}) worker->allow();
  queue.waitIdle();
}

TEST_CASE("cancelling a job that waits lets those behind it go") {
  Worker a, wide, late;
  jobs::Queue queue;
  add(queue, a, {{"disk 1"}});
  const auto middle = add(queue, wide, {{"disk 1"}, {"disk 2"}});
  add(queue, late, {{"disk 2"}});
  queue.cancel(middle);
  late.waitStarted();
  CHECK(queue.view(middle)->state == JobState::cancelled);
  a.allow();
  late.allow();
  queue.waitIdle();
  CHECK(wide.starts() == 0);
}

TEST_CASE("a moved job runs in its new place and what runs stays") {
  Worker a, b, c;
  jobs::Queue queue;
  const auto one = add(queue, a, {{"disk"}}), two = add(queue, b, {{"disk"}}), three = add(queue, c, {{"disk"}});
  CHECK_FALSE(queue.view(one)->canMove);
  CHECK(queue.view(three)->canMove);
  queue.move(three, two);
  CHECK(order(queue) == std::vector<std::uint64_t>{1, 3, 2});
  CHECK(queue.view(two)->waitsFor == three);
  queue.move(three, std::nullopt);
  CHECK(order(queue) == std::vector<std::uint64_t>{1, 2, 3});
  queue.move(three, one);  // before one that runs: first of those that wait
  queue.move(one, std::nullopt);
  queue.move(two, two);
  queue.move(two, JobId{77});
  queue.move(JobId{77}, two);
  CHECK(order(queue) == std::vector<std::uint64_t>{3, 1, 2});
  a.allow();
  c.waitStarted();
  CHECK(b.starts() == 0);
  c.allow();
  b.allow();
  queue.waitIdle();
}

TEST_CASE("moving a job that kept a device free lets the other one start") {
  Worker a, wide, late;
  jobs::Queue queue;
  add(queue, a, {{"disk 1"}});
  const auto middle = add(queue, wide, {{"disk 1"}, {"disk 2"}});
  add(queue, late, {{"disk 2"}});
  queue.move(middle, std::nullopt);
  late.waitStarted();
  for (auto* worker : {&a, &wide, &late}) worker->allow();
  queue.waitIdle();
}

TEST_CASE("a job tried again waits behind the others") {
  Worker a, b;
  jobs::Queue queue;
  bool first = true;
  const auto bad = queue.add({"k", "t", {{"disk"}}, [&](jobs::Progress&, const std::stop_token&) -> Status {
                                if (std::exchange(first, false)) return fail(Errc::io, "broke");
                                return {};
                              }});
  queue.waitIdle();
  add(queue, a, {{"disk"}});
  add(queue, b, {{"disk"}});
  queue.retry(bad);
  CHECK(order(queue) == std::vector<std::uint64_t>{2, 3, 1});
  CHECK(queue.view(bad)->error.empty());
  a.allow();
  b.waitStarted();
  CHECK(queue.view(bad)->state == JobState::waiting);
  b.allow();
  queue.waitIdle();
  CHECK(queue.view(bad)->state == JobState::done);
}
