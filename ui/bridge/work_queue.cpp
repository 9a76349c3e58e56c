// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

WorkQueue::WorkQueue(int threads) {
  for (int i = 0; i < threads; ++i) m_threads.emplace_back([this](const std::stop_token& stop) { loop(stop); });
}

WorkQueue::~WorkQueue() {
  {
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_tasks, [](const Task& task) { return !task.must; });
  }
  for (auto& thread : m_threads) thread.request_stop();
}

void WorkQueue::put(Task task) {
  {
    const std::scoped_lock lock(m_mutex);
    m_tasks.push_back(std::move(task));
  }
  m_changed.notify_one();
}

void WorkQueue::loop(const std::stop_token& stop) {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(m_mutex);
      // Once stopped this is false only when nothing is left that must be done.
      if (!m_changed.wait(lock, stop, [&] { return !m_tasks.empty(); })) return;
      task = std::move(m_tasks.front());
      m_tasks.pop_front();
    }
    task.call(stop);
  }
}

}  // namespace rollproof::ui
