// SPDX-License-Identifier: Apache-2.0
#include "core/offload/copy_pass.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/hash/hash.h"

namespace rollproof::offload {

namespace {

constexpr std::size_t kQueueMessages = 64;
constexpr std::size_t kFlushFiles = 32;
constexpr std::uint64_t kFlushBytes = 64U << 20U;

class BlockPool {
 public:
  BlockPool() {
    for (std::size_t i = 0; i < kRingBlocks; ++i) m_blocks.push_back(std::make_unique<AlignedBuffer>(kBlockBytes));
    for (auto& block : m_blocks) m_free.push_back(block.get());
  }
  // Null when stopped. The block goes back when the last holder lets go.
  std::shared_ptr<AlignedBuffer> acquire(std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    if (!m_returned.wait(lock, stop, [&] { return !m_free.empty(); })) return nullptr;
    AlignedBuffer* block = m_free.front();
    m_free.pop_front();
    return {block, [this](AlignedBuffer* back) {
              {
                const std::lock_guard guard(m_mutex);
                m_free.push_back(back);
              }
              m_returned.notify_one();
            }};
  }

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_returned;
  std::vector<std::unique_ptr<AlignedBuffer>> m_blocks;
  std::deque<AlignedBuffer*> m_free;
};

enum class Step { begin, block, commit, abandon };

struct Message {
  Step step = Step::abandon;
  std::size_t file = 0;
  std::shared_ptr<AlignedBuffer> block;
  std::size_t bytes = 0;
  std::uint64_t offset = 0;
  std::string text;  // commit: the proof; abandon: why
};

class MessageQueue {
 public:
  void push(Message message, std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    // When stopped the message is dropped: the writer abandons its part file by itself.
    if (!m_taken.wait(lock, stop, [&] { return m_messages.size() < kQueueMessages; })) return;
    m_messages.push_back(std::move(message));
    lock.unlock();
    m_added.notify_one();
  }
  void finish() {
    {
      const std::lock_guard guard(m_mutex);
      m_finished = true;
    }
    m_added.notify_all();
  }
  std::optional<Message> pop() {
    std::unique_lock lock(m_mutex);
    m_added.wait(lock, [&] { return !m_messages.empty() || m_finished; });
    if (m_messages.empty()) return std::nullopt;
    Message message = std::move(m_messages.front());
    m_messages.pop_front();
    lock.unlock();
    m_taken.notify_one();
    return message;
  }

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_added, m_taken;
  std::deque<Message> m_messages;
  bool m_finished = false;
};

// Takes one target's messages in order and keeps the rules of the safe write.
class Writer {
 public:
  Writer(const PassInput& input, CopyTarget& target, MessageQueue& queue)
      : m_input(input), m_target(target), m_queue(queue) {}

  void run(const std::stop_token& stop) {
    while (auto message = m_queue.pop()) {
      if (stop.stop_requested()) break;
      switch (message->step) {
        case Step::begin:
          begin(message->file);
          break;
        case Step::block:
          write(*message);
          break;
        case Step::commit:
          commit(message->text);
          break;
        case Step::abandon:
          failCurrent("source", message->text, true);
          break;
      }
    }
    if (m_file) {
      dropPart();
      m_target.placed[m_index] = Placed{};
    }
    flush();
  }

 private:
  const model::FileRecord& record() const { return m_input.files[m_index]; }

  void dropPart() {
    if (m_file) (void)m_file->close();
    m_file.reset();
    if (auto gone = m_input.fs.remove(m_part); !gone && gone.error().code != Errc::notFound)
      log::warn(describe(gone.error()));
  }

  void failCurrent(std::string code, std::string text, bool mayRetry) {
    if (!m_open) return;
    m_open = false;
    dropPart();
    m_target.placed[m_index] = {PlacedState::failed, false, mayRetry, std::move(code), std::move(text)};
  }

  // What no retry heals stops the target; anything else is tried once more from the source.
  void failCurrent(const Error& error) {
    const bool final = error.code == Errc::noSpace || error.code == Errc::readOnly;
    if (final && !m_target.stoppedBy) m_target.stoppedBy = error;
    failCurrent(error.code == Errc::noSpace    ? "no_space"
                : error.code == Errc::readOnly ? "read_only"
                                               : "write_failed",
                describe(error), !final);
  }

  void begin(std::size_t index) {
    m_index = index;
    if (m_target.stoppedBy) {
      m_open = false;
      m_target.placed[index] = {PlacedState::failed, false, false,
                                m_target.stoppedBy->code == Errc::noSpace ? "no_space" : "write_failed",
                                describe(*m_target.stoppedBy)};
      return;
    }
    m_open = true;
    m_part = path::join(m_target.root, partPathFor(record().path, m_input.inventory));
    auto file = m_input.fs.createNew(m_part);
    if (!file && file.error().code == Errc::exists) {
      if (auto gone = m_input.fs.remove(m_part); gone) file = m_input.fs.createNew(m_part);
    }
    if (!file) {
      failCurrent(file.error());
      return;
    }
    m_file = std::move(*file);
  }

  void write(const Message& message) {
    if (!m_open) return;
    const auto bytes = message.block->bytes().first(message.bytes);
    if (auto written = m_file->writeAt(bytes, message.offset); !written) return failCurrent(written.error());
    m_file->startWriteBack(message.offset, message.bytes);
    if (m_target.meter) m_target.meter->doneBytes += message.bytes;
  }

  void commit(const std::string& proof) {
    if (!m_open) return;
    const auto info = m_file->info();
    if (!info) return failCurrent(info.error());
    if (info->bytes != record().bytes)
      return failCurrent(
          Error{Errc::io, "has another size than was written", m_part, 0, static_cast<std::int64_t>(info->bytes)});
    if (auto synced = m_file->sync(); !synced) return failCurrent(synced.error());
    // A time that cannot be kept (exFAT before 1980) is no reason to lose the file; the manifest records the source's.
    if (auto timed = m_file->setModified(record().modifiedUnixNanos); !timed) log::warn(describe(timed.error()));
    if (auto closed = m_file->close(); !closed) return failCurrent(closed.error());
    m_file.reset();
    const std::string final = path::join(m_target.root, record().path);
    if (auto named = m_input.fs.renameNew(m_part, final); !named) {
      if (named.error().code == Errc::exists)
        return failCurrent("conflict", describe(named.error()) + ": something else took the name meanwhile", false);
      return failCurrent(named.error());
    }
    m_open = false;
    m_target.placed[m_index] = {PlacedState::written, false, false, {}, {}};
    const std::string folder = path::parent(final);
    if (folder != m_folder) flush();
    m_folder = folder;
    m_named.push_back({m_index, proof});
    m_namedBytes += record().bytes;
    if (m_named.size() >= kFlushFiles || m_namedBytes >= kFlushBytes) flush();
  }

  // Makes the new names durable, then tells the journal.
  void flush() {
    if (m_named.empty()) return;
    if (auto synced = m_input.fs.syncDirectory(m_folder); !synced) {
      for (const auto& [index, proof] : m_named)
        m_target.placed[index] = {PlacedState::failed, false, false, "not_durable", describe(synced.error())};
    } else if (m_target.journal) {
      for (const auto& [index, proof] : m_named) m_target.journal->addFile(m_input.files[index], proof);
      if (auto noted = m_target.journal->flush(); !noted) {
        log::warn("the journal cannot be kept: " + describe(noted.error()));
        m_target.journal.reset();
      }
    }
    m_named.clear();
    m_namedBytes = 0;
  }

  const PassInput& m_input;
  CopyTarget& m_target;
  MessageQueue& m_queue;
  std::unique_ptr<File> m_file;
  std::string m_part, m_folder;
  std::size_t m_index = 0;
  bool m_open = false;
  std::vector<std::pair<std::size_t, std::string>> m_named;
  std::uint64_t m_namedBytes = 0;
};

std::optional<Error> changedSince(const model::FileRecord& planned, const FileInfo& now, const std::string& path) {
  if (now.bytes == planned.bytes && now.modifiedUnixNanos == planned.modifiedUnixNanos) return std::nullopt;
  return Error{Errc::conflict, "changed on the card while it was being copied", path, 0, -1};
}

}  // namespace

std::string partPathFor(const std::string& path, const std::set<std::string>& inventory) {
  const std::string folder = path::parent(path);
  std::string part = path::join(folder, partName(path::fileName(path)));
  while (inventory.contains(part)) part = path::join(folder, partName(path::fileName(part) + "~"));
  return part;
}

void copyPass(const PassInput& input, const std::vector<std::size_t>& which, std::vector<SourceRead>& reads,
              std::vector<CopyTarget>& targets, jobs::Progress& progress, jobs::Meter& readMeter,
              std::stop_token stop) {
  BlockPool pool;
  std::vector<std::unique_ptr<MessageQueue>> queues;
  std::vector<std::jthread> threads;
  std::vector<std::vector<bool>> wants(targets.size());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    wants[t].resize(input.files.size());
    for (const auto index : which) wants[t][index] = targets[t].placed[index].state == PlacedState::absent;
    queues.push_back(std::make_unique<MessageQueue>());
  }
  for (std::size_t t = 0; t < targets.size(); ++t) {
    threads.emplace_back(
        [&input, &target = targets[t], &queue = *queues[t], stop] { Writer(input, target, queue).run(stop); });
  }

  std::vector<model::HashFormat> formats = input.formats;
  formats.push_back(model::HashFormat::xxh128);
  hash::MultiHasher hasher(formats);

  for (const auto index : which) {
    if (stop.stop_requested()) break;
    const auto& planned = input.files[index];
    const std::string from = path::join(input.source, planned.path);
    progress.setCurrent(planned.path);
    const auto tell = [&](const Message& message) {
      for (std::size_t t = 0; t < targets.size(); ++t) {
        if (wants[t][index]) queues[t]->push(message, stop);
      }
    };
    SourceRead read;
    tell({Step::begin, index, nullptr, 0, 0, {}});
    const auto giveUp = [&](Error error) {
      tell({Step::abandon, index, nullptr, 0, 0, describe(error)});
      read.error = std::move(error);
    };
    auto file = input.fs.openForRead(from, ReadMode::direct);
    if (!file) {
      giveUp(file.error());
    } else if (const auto before = (*file)->info(); !before) {
      giveUp(before.error());
    } else if (auto changed = changedSince(planned, *before, from)) {
      giveUp(std::move(*changed));
    } else {
      hasher.reset();
      std::uint64_t offset = 0;
      while (offset < planned.bytes && !read.error) {
        auto block = pool.acquire(stop);
        if (!block) break;
        const auto got = (*file)->readAt(block->bytes(), offset);
        if (!got) {
          giveUp(got.error());
        } else if (*got == 0) {
          giveUp(Error{Errc::conflict, "became shorter on the card while it was being copied", from, 0,
                       static_cast<std::int64_t>(offset)});
        } else {
          hasher.update(block->bytes().first(*got));
          tell({Step::block, index, block, *got, offset, {}});
          offset += *got;
          readMeter.doneBytes += *got;
        }
      }
      if (stop.stop_requested()) break;
      if (!read.error) {
        const auto after = (*file)->info();
        if (!after) {
          giveUp(after.error());
        } else if (auto grown = changedSince(planned, *after, from); grown || offset != planned.bytes) {
          giveUp(grown ? std::move(*grown)
                       : Error{Errc::conflict, "grew on the card while it was being copied", from, 0, -1});
        } else {
          read.digests = hasher.finish();
          read.proof = read.digests.back().text;
          read.digests.pop_back();
          read.whole = true;
          read.pastCache = (*file)->isDirect();
          tell({Step::commit, index, nullptr, 0, 0, read.proof});
        }
      }
    }
    if (read.error) {
      ++readMeter.failedItems;
    } else {
      ++readMeter.doneItems;
    }
    reads[index] = std::move(read);
  }
  for (auto& queue : queues) queue->finish();
  threads.clear();  // joins
}

}  // namespace rollproof::offload
