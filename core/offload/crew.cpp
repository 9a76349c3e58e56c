// SPDX-License-Identifier: Apache-2.0
#include "core/offload/crew.h"

#include <algorithm>
#include <atomic>

namespace rollproof::offload {

// Never destroyed: a thread that the kernel still holds at the program's end must find it.
std::vector<Crew::Member>& Crew::lot() {
  static auto* members = new std::vector<Member>;
  return *members;
}
std::mutex& Crew::lotMutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

void Crew::start(std::function<void()> work) {
  const std::scoped_lock whole(m_count->mutex);  // a worker may start others
  Member member;
  member.done = std::make_shared<bool>(false);
  member.count = m_count;
  ++m_count->running;
  member.thread = std::thread([work = std::move(work), done = member.done, count = m_count]() mutable {
    work();
    work = nullptr;  // lets go of what it shares before anyone is told
    const std::scoped_lock ending(count->mutex);
    *done = true;
    --count->running;
    count->ended.notify_all();
  });
  m_members.push_back(std::move(member));
}

bool Crew::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(m_count->mutex);
  return m_count->ended.wait_for(lock, patience, [&] { return m_count->running == 0; });
}

Crew::~Crew() {
  for (auto& member : m_members) {
    bool done = false;
    {
      const std::scoped_lock lock(m_count->mutex);
      done = *member.done;
    }
    if (done) {
      member.thread.join();
    } else {
      const std::scoped_lock lock(lotMutex());
      lot().push_back(std::move(member));
    }
  }
  (void)parked();
}

std::size_t Crew::parked() {
  const std::scoped_lock lock(lotMutex());
  std::erase_if(lot(), [](auto& member) {
    {
      const std::scoped_lock guard(member.count->mutex);
      if (!*member.done) return false;
    }
    member.thread.join();
    return true;
  });
  return lot().size();
}

struct Team::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void(std::size_t, std::size_t)> each;
  std::atomic<std::size_t> next{0};
  std::size_t count = 0, round = 0, working = 0;
  bool closed = false;

  void take(std::size_t worker) {
    for (std::size_t i = next++; i < count; i = next++) each(i, worker);
  }
};

Team::Team(Crew& crew, std::size_t helpers) : m_shared(std::make_shared<Shared>()), m_helpers(helpers) {
  for (std::size_t worker = 1; worker <= helpers; ++worker) {
    crew.start([shared = m_shared, worker] {
      std::size_t seen = 0;
      std::unique_lock lock(shared->mutex);
      for (;;) {
        shared->changed.wait(lock, [&] { return shared->closed || shared->round != seen; });
        if (shared->closed) return;
        seen = shared->round;
        lock.unlock();
        shared->take(worker);
        lock.lock();
        if (--shared->working == 0) shared->changed.notify_all();
      }
    });
  }
}

Team::~Team() {
  const std::scoped_lock lock(m_shared->mutex);
  m_shared->closed = true;
  m_shared->changed.notify_all();
}

void Team::run(std::size_t count, std::function<void(std::size_t, std::size_t)> each) {
  {
    const std::scoped_lock lock(m_shared->mutex);
    m_shared->each = std::move(each);
    m_shared->count = count;
    m_shared->next = 0;
    m_shared->working = m_helpers;
    ++m_shared->round;
  }
  m_shared->changed.notify_all();
  m_shared->take(0);
  std::unique_lock lock(m_shared->mutex);
  m_shared->changed.wait(lock, [&] { return m_shared->working == 0; });
  m_shared->each = nullptr;
}

}  // namespace rollproof::offload
