// SPDX-License-Identifier: Apache-2.0
// The threads of one run. All are joined when the run ends, but for those that the kernel holds in a call that does not
// return (a drive that hangs): these are parked, so that stopping never waits for a dead drive. A parked thread finds
// its run closed when the call returns, touches nothing and ends; it is joined then, or ends with the program.
// Threads: start() from any thread that the crew outlives, wait() from the run's own. What a worker touches it must own
// or share.
// Errors: none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace rollproof::offload {

class Crew {
 public:
  Crew() = default;
  ~Crew();  // parks what has not ended by then
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void start(std::function<void()> work);
  // True once every thread has ended, false when `patience` is over first.
  bool wait(std::chrono::milliseconds patience);

  // How many threads are parked now; joins those that have ended meanwhile.
  [[nodiscard]] static std::size_t parked();

 private:
  struct Count {
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t running = 0;
  };
  struct Member {
    std::thread thread;
    std::shared_ptr<bool> done;  // guarded by the count's mutex
    std::shared_ptr<Count> count;
  };
  static std::vector<Member>& lot();
  static std::mutex& lotMutex();

  std::shared_ptr<Count> m_count = std::make_shared<Count>();
  std::vector<Member> m_members;
};

// A few threads that do many small things of one kind side by side; the caller helps and waits for the last.
// Threads: run() from one thread at a time. The workers belong to the crew.
class Team {
 public:
  Team(Crew& crew, std::size_t helpers);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Calls each(index, worker) for every index below count, worker in [0, workers()). What `each` touches must outlive
  // the threads: see Crew.
  void run(std::size_t count, std::function<void(std::size_t index, std::size_t worker)> each);
  [[nodiscard]] std::size_t workers() const { return m_helpers + 1; }

 private:
  struct Shared;
  std::shared_ptr<Shared> m_shared;
  std::size_t m_helpers;
};

}  // namespace rollproof::offload
