// SPDX-License-Identifier: Apache-2.0
// What was read from the card on its way to those who write and hash it: a bounded ring of aligned blocks, and a queue
// of messages for each consumer. A slow consumer holds blocks, never memory beyond the ring.
// Threads: Ring and Queue are safe from any; a block is written by the reader alone and read-only once it was sent.
// Errors: none; a stop gives null.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/offload/work.h"

namespace rollproof::offload {

inline constexpr std::size_t kRingBlocks = 24;

struct Block {
  AlignedBuffer memory{kBlockBytes};
  std::size_t bytes = 0;
  hash::Raw128 digest{};  // taken when it was read; taken again after it was written
};

// Many small files in one block, each from an aligned offset of its own.
struct Pack {
  struct Entry {
    std::size_t file = 0;
    std::size_t at = 0, bytes = 0;
    hash::Raw128 digest{};
    std::string problem;  // why it could not be read, "" if it was
  };
  std::shared_ptr<Block> block;
  std::vector<Entry> entries;
};

class Ring : public std::enable_shared_from_this<Ring> {
 public:
  Ring();
  // A free block, or null after `patience` or a stop. It goes back when its last holder lets go.
  [[nodiscard]] std::shared_ptr<Block> acquire(std::chrono::milliseconds patience, std::stop_token stop);

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_returned;
  std::vector<std::unique_ptr<Block>> m_blocks;
  std::vector<Block*> m_free;  // the last used first: it is still warm
};

enum class Step { begin, block, commit, abandon, pack };

struct Message {
  Step step = Step::abandon;
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::shared_ptr<const Block> block;
  std::shared_ptr<const Pack> pack;
  std::string text;  // commit: the proof for the journal; abandon: why
};

class MessageQueue {
 public:
  void push(Message message);
  // Nothing more will come.
  void finish();
  // Drops what waits and takes nothing more: the consumer sees its end at once.
  void cut();
  [[nodiscard]] bool wasCut() const;
  // Nothing at the end, when cut, or when stopped.
  [[nodiscard]] std::optional<Message> pop(std::stop_token stop);
  [[nodiscard]] std::size_t waiting() const;

 private:
  mutable std::mutex m_mutex;
  std::condition_variable_any m_added;
  std::deque<Message> m_messages;
  bool m_finished = false, m_cut = false;
};

}  // namespace rollproof::offload
