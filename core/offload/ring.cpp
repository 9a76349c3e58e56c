// SPDX-License-Identifier: Apache-2.0
#include "core/offload/ring.h"

namespace rollproof::offload {

Ring::Ring() {
  for (std::size_t i = 0; i < kRingBlocks; ++i)
    m_free.push_back(m_blocks.emplace_back(std::make_unique<Block>()).get());
}

std::shared_ptr<Block> Ring::acquire(std::chrono::milliseconds patience, std::stop_token stop) {
  std::unique_lock lock(m_mutex);
  if (!m_returned.wait_for(lock, stop, patience, [&] { return !m_free.empty(); })) return nullptr;
  Block* block = m_free.back();
  m_free.pop_back();
  return {block, [ring = shared_from_this()](Block* back) {
            {
              const std::scoped_lock guard(ring->m_mutex);
              ring->m_free.push_back(back);
            }
            ring->m_returned.notify_one();
          }};
}

void MessageQueue::push(Message message) {
  {
    const std::scoped_lock lock(m_mutex);
    if (m_cut) return;
    m_messages.push_back(std::move(message));
  }
  m_added.notify_one();
}

void MessageQueue::finish() {
  {
    const std::scoped_lock lock(m_mutex);
    m_finished = true;
  }
  m_added.notify_all();
}

void MessageQueue::cut() {
  std::deque<Message> dropped;  // let go of after the lock: the blocks go back to the ring
  {
    const std::scoped_lock lock(m_mutex);
    m_cut = true;
    dropped.swap(m_messages);
  }
  m_added.notify_all();
}

bool MessageQueue::wasCut() const {
  const std::scoped_lock lock(m_mutex);
  return m_cut;
}

std::optional<Message> MessageQueue::pop(std::stop_token stop) {
  std::unique_lock lock(m_mutex);
  m_added.wait(lock, stop, [&] { return !m_messages.empty() || m_finished || m_cut; });
  if (m_messages.empty() || stop.stop_requested()) return std::nullopt;
  Message message = std::move(m_messages.front());
  m_messages.pop_front();
  return message;
}

std::size_t MessageQueue::waiting() const {
  const std::scoped_lock lock(m_mutex);
  return m_messages.size();
}

}  // namespace rollproof::offload
