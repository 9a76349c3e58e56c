// SPDX-License-Identifier: Apache-2.0
#include "core/readback/readback.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/hash/hash.h"

namespace rollproof::readback {

namespace {

using model::Digest;
using model::HashFormat;

// Up to two blocks on their way keep a disk busy while the last answer is taken in; more gains nothing on flash and
// makes a rotating disk seek.
constexpr std::uint64_t kBytesInFlight = 2 * kBlockBytes;

constexpr std::size_t kPage = 4096;
constexpr std::chrono::milliseconds kAskForPause{50};

// Fills `into` from offset, less only at the end of the file. Asks for what the file should have and no more: past the
// end the kernel clears the rest of the buffer, which for a small file costs more than the read.
Result<std::size_t> readBlockOf(File& file, std::span<std::byte> into, std::uint64_t offset, std::uint64_t fileBytes) {
  const std::uint64_t left = fileBytes > offset ? fileBytes - offset : 0;
  const std::size_t first =
      left < into.size() ? std::min(into.size(), (static_cast<std::size_t>(left) / kPage + 1) * kPage) : into.size();
  const auto got = file.readAt(into.first(first), offset);
  if (!got || *got < first || first == into.size()) return got;
  const auto more = file.readAt(into.subspan(first), offset + first);  // it has grown
  if (!more) return more;
  return *got + *more;
}

bool isSlow(HashFormat format) {
  return format == HashFormat::md5 || format == HashFormat::sha1 || format == HashFormat::c4;
}

// What the file says of its own reads, before the first and after the last.
class ColdProof {
 public:
  explicit ColdProof(File& file) : m_direct(file.isDirect()), m_daemon(file.isBehindDaemon()) {
    if (m_direct || m_daemon) return;
    file.dropCache();
    const auto cached = file.cachedBytes();
    m_nothingCached = cached && *cached == 0;
  }
  // A file system may promise direct reads and go back on it on the way.
  [[nodiscard]] bool holds(const File& file) const {
    return !m_daemon && (m_nothingCached || (m_direct && file.isDirect()));
  }

 private:
  bool m_direct;
  bool m_daemon;
  bool m_nothingCached = false;
};

struct Block {
  AlignedBuffer* buffer = nullptr;
  std::size_t size = 0;
  std::size_t waiting = 0;  // hashers that have not had it yet
};

// Formats that are hashed together, block after block. Only the thread that made it busy touches the hasher.
struct Lane {
  std::vector<std::size_t> slots;  // places in the task's formats
  hash::MultiHasher hasher;
  std::uint64_t next = 0;  // block
  bool busy = false;
  std::vector<Digest> digests;
};

// A file larger than a block, on its way through.
struct Stream {
  std::size_t task = 0;
  std::unique_ptr<File> file;
  std::optional<ColdProof> cold;
  std::uint64_t nextRead = 0;        // block
  std::optional<std::uint64_t> end;  // the last block, which is not full (it may be empty)
  std::size_t reading = 0;
  std::map<std::uint64_t, Block> ready;
  std::vector<Lane> lanes;
  std::size_t lanesDone = 0;
  std::uint64_t bytes = 0;
  std::optional<Error> error;

  [[nodiscard]] bool wantsReads() const { return !end && !error; }
};

class Engine {
 public:
  Engine(const FileSystem& fs, std::span<const Task> tasks, const Settings& settings, const Sink& sink,
         std::stop_token stop)
      : m_fs(fs), m_tasks(tasks), m_settings(settings), m_sink(sink), m_stop(std::move(stop)) {}

  Status run() {
    const std::size_t most = std::max(1U, m_settings.smallAtOnce) + std::max(1U, std::thread::hardware_concurrency());
    const std::size_t threads = m_tasks.size() == 1 && m_tasks.front().bytes <= kBlockBytes ? 1 : most;
    if (threads == 1) {
      work();
    } else {
      std::vector<std::jthread> pool;
      pool.reserve(threads);
      for (std::size_t i = 0; i < threads; ++i) pool.emplace_back([this] { work(); });
    }
    if (m_stop.stop_requested()) return fail(Errc::cancelled, "was stopped");
    return {};
  }

 private:
  const FileSystem& m_fs;
  std::span<const Task> m_tasks;
  const Settings& m_settings;
  const Sink& m_sink;
  std::stop_token m_stop;

  std::mutex m_mutex;  // guards all below; never held across I/O, hashing or the sink
  std::condition_variable_any m_changed;
  std::size_t m_nextTask = 0;
  bool m_opening = false;          // a large file is being opened: the next waits for its turn
  unsigned m_finishing = 0;        // streams taken off the list whose last word is not said
  std::list<Stream> m_streams;     // oldest first
  std::list<AlignedBuffer> m_all;  // every block there is
  std::vector<AlignedBuffer*> m_free;
  std::uint64_t m_bytesInFlight = 0;
  unsigned m_smallInFlight = 0;
  std::chrono::steady_clock::time_point m_askedAt;  // whether to pause

  using Lock = std::unique_lock<std::mutex>;

  void work() {
    AlignedBuffer buffer(kBlockBytes);  // for small files; memory only as far as it was ever written
    Lock lock(m_mutex);
    while (!m_stop.stop_requested()) {
      if (readSomething(lock, buffer) || hashSomething(lock)) continue;
      if (isOver()) break;
      m_changed.wait(lock, m_stop, [this] { return canRead() || canHash() || isOver(); });
    }
    lock.unlock();
    m_changed.notify_all();
  }

  [[nodiscard]] bool isOver() const {
    return m_nextTask == m_tasks.size() && m_streams.empty() && !m_opening && m_finishing == 0;
  }

  // The newest stream is the only one that may still want reads: they go out in the order of the tasks.
  [[nodiscard]] bool wantsStreamRead() const { return !m_streams.empty() && m_streams.back().wantsReads(); }

  [[nodiscard]] bool canRead() const {
    if (m_opening) return false;
    if (wantsStreamRead()) {
      return m_bytesInFlight < kBytesInFlight && (!m_free.empty() || m_all.size() < kBlocks);
    }
    if (m_nextTask == m_tasks.size()) return false;
    const Task& next = m_tasks[m_nextTask];
    if (next.bytes > kBlockBytes) return m_bytesInFlight < kBytesInFlight;
    return m_bytesInFlight < kBytesInFlight && m_smallInFlight < std::max(1U, m_settings.smallAtOnce);
  }

  [[nodiscard]] bool canHash() const {
    return std::any_of(m_streams.begin(), m_streams.end(), [](const Stream& stream) {
      return std::any_of(stream.lanes.begin(), stream.lanes.end(),
                         [&](const Lane& lane) { return !lane.busy && stream.ready.contains(lane.next); });
    });
  }

  bool readSomething(Lock& lock, AlignedBuffer& buffer) {
    if (!canRead()) return false;
    if (wantsStreamRead()) {
      readBlock(lock, m_streams.back());
      return true;
    }
    if (isPauseDue()) {
      pause(lock);
      return true;
    }
    const std::size_t index = m_nextTask++;
    const Task& task = m_tasks[index];
    if (task.bytes > kBlockBytes && !task.formats.empty()) {
      openStream(lock, index);
    } else {
      const std::uint64_t claimed = std::min<std::uint64_t>(task.bytes, kBlockBytes);
      m_bytesInFlight += claimed;
      ++m_smallInFlight;
      lock.unlock();
      if (!m_stop.stop_requested()) readSmall(index, buffer);
      lock.lock();
      m_bytesInFlight -= claimed;
      --m_smallInFlight;
      // This thread takes the next small file itself: to wake the others for it costs more than the file.
      if (m_streams.empty() && m_nextTask < m_tasks.size() && m_tasks[m_nextTask].bytes <= kBlockBytes) return true;
    }
    m_changed.notify_all();
    return true;
  }

  // Between files, by one thread, and not for every one of a hundred thousand small files.
  [[nodiscard]] bool isPauseDue() const {
    return m_settings.progress != nullptr && std::chrono::steady_clock::now() - m_askedAt > kAskForPause;
  }

  void pause(Lock& lock) {
    m_opening = true;
    lock.unlock();
    m_settings.progress->waitWhilePaused(m_stop);
    lock.lock();
    m_opening = false;
    m_askedAt = std::chrono::steady_clock::now();
    m_changed.notify_all();
  }

  void begin(const Task& task) {
    if (m_settings.progress == nullptr) return;
    m_settings.progress->setCurrent(task.path);
  }

  void count(std::uint64_t bytes) {
    if (m_settings.meter != nullptr) m_settings.meter->doneBytes += bytes;
  }

  // A file of one block: read and hashed by one thread, others do the same beside it.
  void readSmall(std::size_t index, AlignedBuffer& buffer) {
    const Task& task = m_tasks[index];
    if (task.formats.empty()) return m_sink(index, Reading{});
    begin(task);
    if (buffer.bytes().empty()) return m_sink(index, fail(Errc::failed, "there is no memory to read into", task.path));
    auto file = m_fs.openForRead(task.path, ReadMode::direct);
    if (!file) return m_sink(index, tl::unexpected(file.error()));
    const ColdProof cold(**file);
    hash::MultiHasher hasher(task.formats);
    Reading reading;
    for (;;) {
      if (m_stop.stop_requested()) return;
      const auto got = readBlockOf(**file, buffer.bytes(), reading.bytes, task.bytes);
      if (!got) return m_sink(index, tl::unexpected(got.error()));
      hasher.update(buffer.bytes().first(*got));
      reading.bytes += *got;
      count(*got);
      if (*got < buffer.bytes().size()) break;
    }
    reading.pastCache = cold.holds(**file);
    reading.digests = hasher.finish();
    m_sink(index, std::move(reading));
  }

  void openStream(Lock& lock, std::size_t index) {
    const Task& task = m_tasks[index];
    m_opening = true;
    lock.unlock();
    begin(task);
    Stream stream;
    stream.task = index;
    auto file = m_fs.openForRead(task.path, ReadMode::direct);
    if (file) {
      stream.file = std::move(*file);
      stream.cold.emplace(*stream.file);
      stream.lanes = lanesFor(task.formats);
    } else {
      m_sink(index, tl::unexpected(file.error()));
    }
    lock.lock();
    m_opening = false;
    if (stream.file) m_streams.push_back(std::move(stream));
  }

  static std::vector<Lane> lanesFor(const std::vector<HashFormat>& formats) {
    std::vector<std::vector<std::size_t>> slots(1);
    for (std::size_t i = 0; i < formats.size(); ++i) {
      if (isSlow(formats[i])) {
        slots.push_back({i});
      } else {
        slots.front().push_back(i);
      }
    }
    std::vector<Lane> lanes;
    for (auto& group : slots) {
      if (group.empty()) continue;
      std::vector<HashFormat> of;
      for (const std::size_t slot : group) of.push_back(formats[slot]);
      lanes.push_back({std::move(group), hash::MultiHasher(of), 0, false, {}});
    }
    return lanes;
  }

  void readBlock(Lock& lock, Stream& stream) {
    if (m_free.empty()) {
      m_free.push_back(&m_all.emplace_back(kBlockBytes));
    }
    AlignedBuffer* buffer = m_free.back();
    m_free.pop_back();
    const std::uint64_t block = stream.nextRead++;
    ++stream.reading;
    m_bytesInFlight += kBlockBytes;
    lock.unlock();
    Result<std::size_t> got =
        buffer->bytes().empty()
            ? fail(Errc::failed, "there is no memory to read into", m_tasks[stream.task].path)
            : readBlockOf(*stream.file, buffer->bytes(), block * kBlockBytes, m_tasks[stream.task].bytes);
    if (got) count(*got);
    lock.lock();
    m_bytesInFlight -= kBlockBytes;
    --stream.reading;
    if (!got && !stream.error) stream.error = got.error();
    const bool last = got && *got < kBlockBytes;
    if (last && (!stream.end || block < *stream.end)) endAt(stream, block);
    if (stream.error || (stream.end && block > *stream.end)) {
      m_free.push_back(buffer);  // past the end, or of a file that is lost anyway
    } else {
      stream.bytes += *got;
      stream.ready[block] = {buffer, *got, stream.lanes.size()};
    }
    settle(lock, stream);
    m_changed.notify_all();
  }

  // What was read beyond (the file is being cut or grows) is not part of what is said about it.
  void endAt(Stream& stream, std::uint64_t block) {
    stream.end = block;
    for (auto beyond = stream.ready.upper_bound(block); beyond != stream.ready.end();) {
      stream.bytes -= beyond->second.size;
      m_free.push_back(beyond->second.buffer);
      beyond = stream.ready.erase(beyond);
    }
  }

  bool hashSomething(Lock& lock) {
    for (auto& stream : m_streams) {
      for (auto& lane : stream.lanes) {
        const auto block = stream.ready.find(lane.next);
        if (lane.busy || block == stream.ready.end()) continue;
        lane.busy = true;
        const auto bytes = block->second.buffer->bytes().first(block->second.size);
        lock.unlock();
        lane.hasher.update(bytes);
        lock.lock();
        lane.busy = false;
        ++lane.next;
        if (--block->second.waiting == 0) {
          m_free.push_back(block->second.buffer);
          stream.ready.erase(block);
        }
        if (stream.end && lane.next > *stream.end) ++stream.lanesDone;
        settle(lock, stream);
        m_changed.notify_all();
        return true;
      }
    }
    return false;
  }

  // Ends a stream that has nothing left to wait for. It is gone afterwards.
  void settle(Lock& lock, Stream& stream) {
    const bool hashing =
        std::any_of(stream.lanes.begin(), stream.lanes.end(), [](const Lane& lane) { return lane.busy; });
    if (stream.reading > 0 || hashing) return;
    if (!stream.error && stream.lanesDone < stream.lanes.size()) return;
    for (auto& [number, block] : stream.ready) m_free.push_back(block.buffer);
    std::list<Stream> done;
    const auto at =
        std::find_if(m_streams.begin(), m_streams.end(), [&](const Stream& one) { return &one == &stream; });
    done.splice(done.begin(), m_streams, at);
    ++m_finishing;
    lock.unlock();
    finish(done.front());
    done.clear();
    lock.lock();
    --m_finishing;
  }

  void finish(Stream& stream) {
    if (stream.error) return m_sink(stream.task, tl::unexpected(*stream.error));
    Reading reading;
    reading.bytes = stream.bytes;
    reading.pastCache = stream.cold->holds(*stream.file);
    reading.digests.resize(m_tasks[stream.task].formats.size());
    for (auto& lane : stream.lanes) {
      auto digests = lane.hasher.finish();
      for (std::size_t i = 0; i < digests.size(); ++i) reading.digests[lane.slots[i]] = std::move(digests[i]);
    }
    m_sink(stream.task, std::move(reading));
  }
};

}  // namespace

Status hashPastCache(const FileSystem& fs, std::span<const Task> tasks, const Settings& settings, const Sink& sink,
                     std::stop_token stop) {
  if (tasks.empty()) return {};
  return Engine(fs, tasks, settings, sink, std::move(stop)).run();
}

Result<Reading> hashPastCache(const FileSystem& fs, const Task& task, const Settings& settings, std::stop_token stop) {
  std::optional<Result<Reading>> answer;
  const Status all = hashPastCache(
      fs, std::span(&task, 1), settings, [&](std::size_t, Result<Reading> reading) { answer = std::move(reading); },
      std::move(stop));
  if (!answer) return fail(Errc::cancelled, "was stopped", task.path);
  return std::move(*answer);
}

}  // namespace rollproof::readback
