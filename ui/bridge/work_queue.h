// SPDX-License-Identifier: Apache-2.0
// Slow questions to the session, asked off the GUI thread; answers come back on it.
// Threads: run() and must() from the GUI thread. Work runs on the queue's own threads (one thread: in order); `done`
//          runs on the GUI thread, and not at all once its receiver is gone.
//          Destroying the queue forgets the questions that wait, still does what must be done, and joins what runs.
// Errors: none of its own.
#pragma once

#include <QCoreApplication>
#include <QObject>
#include <QPointer>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace rollproof::ui {

class WorkQueue {
 public:
  explicit WorkQueue(int threads);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // work(stop_token) -> T on a worker thread, then done(T) on the GUI thread.
  template <class Work, class Done>
  void run(QObject* receiver, Work work, Done done) {
    put({callOf(receiver, std::move(work), std::move(done)), false});
  }
  // The same for what a person typed: done even when the window closes right after.
  template <class Work, class Done>
  void must(QObject* receiver, Work work, Done done) {
    put({callOf(receiver, std::move(work), std::move(done)), true});
  }

 private:
  using Call = std::function<void(const std::stop_token&)>;
  struct Task {
    Call call;
    bool must = false;
  };

  template <class Work, class Done>
  static Call callOf(QObject* receiver, Work work, Done done) {
    return [guard = QPointer<QObject>(receiver), work = std::move(work),
            done = std::move(done)](const std::stop_token& stop) mutable {
      auto answer = std::make_shared<decltype(work(stop))>(work(stop));
      // Through the application object: the receiver may die before the answer is delivered.
      QMetaObject::invokeMethod(
          QCoreApplication::instance(),
          [guard, answer, done = std::move(done)]() mutable {
            if (guard) done(std::move(*answer));
          },
          Qt::QueuedConnection);
    };
  }
  void put(Task task);
  void loop(const std::stop_token& stop);

  std::mutex m_mutex;  // guards m_tasks
  std::condition_variable_any m_changed;
  std::deque<Task> m_tasks;
  std::vector<std::jthread> m_threads;  // last: joined before what they use goes
};

// Tells a fresh answer from one that was overtaken: take a number when asking, compare it when the answer comes.
class Latest {
 public:
  [[nodiscard]] int next() { return ++m_number; }
  [[nodiscard]] bool is(int number) const { return number == m_number; }

 private:
  int m_number = 0;
};

}  // namespace rollproof::ui
