// SPDX-License-Identifier: Apache-2.0
// What the threads of one run share: the plan, and what became of every file at every place. Each thread holds it
// alive, so that one that is parked in a dead drive's call finds it closed and changes nothing that was already judged.
// Threads: results are set through the functions below, which do nothing once the work is closed; after close() they
// may be read without a lock. Everything else is constant or an atomic. Errors: per file and place in SourceRead,
// Placed and ReadBack.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/jobs/progress.h"
#include "core/offload/journal.h"
#include "core/offload/offload.h"
#include "core/offload/proof.h"

namespace rollproof::offload {

struct SourceRead {
  bool whole = false;
  bool pastCache = false;
  std::vector<model::Digest> digests;  // in the order of the formats asked for
  Proof proof;                         // what every other read is held against
  std::shared_ptr<const Error> error;  // seldom there: a card of many files is kept small
};

enum class PlacedState { absent, existing, written, failed };

struct Placed {
  PlacedState state = PlacedState::absent;
  bool superseded = false;  // the card's own chain file, which this copy's longer chain continues
  bool mayRetry = false;    // failed in a way that rewriting from the source may heal
  struct Failure {
    std::string code, text;
    int sysErrno = 0;
    std::int64_t offsetBytes = -1;
    bool spoiledInMemory = false;  // the block in memory was no longer what had been read
  };
  std::shared_ptr<const Failure> why;  // when failed

  static Placed failed(Failure why, bool mayRetry = false) {
    return {PlacedState::failed, false, mayRetry, std::make_shared<const Failure>(std::move(why))};
  }
};

// How one file read back against what was expected.
struct ReadBack {
  bool done = false;
  bool equal = false;
  bool pastCache = false;
  bool unstable = false;  // two reads of the same place differed
  Proof value;            // last read; empty where it equals what was expected
  std::shared_ptr<const Error> error;
};

// Files in the order in which they may be looked at; one thread fills, one empties.
class Feed {
 public:
  void add(std::size_t file);
  void finish();
  // Waits for more; up to `most` files, empty at the end or when stopped.
  [[nodiscard]] std::vector<std::size_t> take(std::size_t most, std::stop_token stop);

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_added;
  std::deque<std::size_t> m_files;
  bool m_finished = false, m_waiting = false;
};

struct Target {
  std::string root, name;
  bool usable = true;  // the roll's folder could be made
  bool rotational = false;
  std::shared_ptr<jobs::Meter> meter;
  std::optional<Journal> journal;         // the writer's until writing ended
  Feed feed;                              // durable under their final names, to be read back
  std::atomic<bool> syncEach{false};      // one sync for many files failed or is not to be had
  std::atomic<bool> setAside{false};      // too slow for the others: catches up by itself
  std::atomic<bool> abandoned{false};     // does not answer any more
  std::atomic<bool> writingEnded{false};  // nothing more will be written in this run
  std::atomic<int> inCall{0};             // how many threads wait for its drive right now
  std::atomic<int> verifying{0};          // a thread reads it back
  std::atomic<bool> passEnded{false};     // has written what the pass that runs had for it

  // Guarded by Work::mutex until the work is closed.
  std::optional<Error> stoppedBy;  // set: this target takes nothing more
  std::vector<Placed> placed;      // one a file
  std::vector<ReadBack> back;
};

class Work : public std::enable_shared_from_this<Work> {
 public:
  Work(FileSystem& disk, Plan what, const Clock& time) : fs(disk), plan(std::move(what)), clock(time) {}

  FileSystem& fs;
  const Plan plan;
  const Clock& clock;
  std::vector<model::HashFormat> formats;
  std::vector<std::unique_ptr<Target>> targets;
  std::vector<JournalContent> left;  // one a target: what an unfinished run noted there
  std::shared_ptr<jobs::Meter> readMeter, rereadMeter;
  std::stop_source stop;
  Feed rereadFeed;
  std::atomic<bool> readingEnded{false};
  std::atomic<int> sourceInCall{0};
  std::atomic<int> rereading{0};                   // a thread reads the card a second time
  std::atomic<jobs::Progress*> progress{nullptr};  // null once the run may have ended

  [[nodiscard]] const std::vector<model::FileRecord>& files() const { return plan.files; }
  [[nodiscard]] std::string sourcePath(std::size_t file) const;
  [[nodiscard]] std::string targetPath(const Target& target, std::size_t file) const;
  [[nodiscard]] bool stopped() const { return stop.stop_requested(); }

  // --- results; the feeds are filled from here
  void setRead(std::size_t file, SourceRead read);
  void setLateDigest(std::size_t file, std::size_t format, std::string text);  // from a hash with a thread of its own
  void setPlaced(Target& target, std::size_t file, Placed placed);
  void setWritten(Target& target, const std::vector<std::size_t>& files);
  void setBack(Target& target, std::size_t file, ReadBack back);
  void setReread(std::size_t file, ReadBack back);
  void stopTarget(Target& target, const Error& error);
  [[nodiscard]] std::optional<Error> stoppedBy(const Target& target);
  [[nodiscard]] PlacedState stateAt(const Target& target, std::size_t file);
  [[nodiscard]] std::vector<bool> absentAt(const Target& target, const std::vector<std::size_t>& files);
  // What a later read of the file must give; nothing while the card was not read whole and right.
  struct Expected {
    Proof proof;
    bool existing = false, superseded = false;  // at the target asked for
  };
  [[nodiscard]] std::optional<Expected> expected(const Target* target, std::size_t file);
  // Makes a place that failed in a passing way absent again.
  [[nodiscard]] bool resetIfMayRetry(Target& target, std::size_t file);
  [[nodiscard]] SourceRead read(std::size_t file);
  // Another copy that has the file proven past every cache, or nothing.
  [[nodiscard]] const Target* provenElsewhere(const Target& notHere, std::size_t file);
  // From here on no thread changes a result.
  void close();
  [[nodiscard]] bool closed() const { return m_isClosed; }
  // An unfinished run's journal at some copy says that it read the same from the card.
  [[nodiscard]] bool readByEarlierRun(std::size_t file);

  // Between two files: waits while a person wants the run paused. The reader of the card asks first, so that a run is
  // not called paused while it still reads; the others follow.
  void waitWhilePaused(bool reader = false);
  // Wakes the run: a thread has ended, or a target was set aside. Results alone wake nobody, there are too many.
  void wake();
  template <class Condition>
  bool waitFor(std::chrono::milliseconds most, Condition condition) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, most, condition);
  }

  // Only after close(), or before the threads start.
  std::vector<SourceRead> reads;
  std::vector<ReadBack> reread;

 private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::vector<std::vector<std::string>> m_late;  // one a file, one a format; "" = not late
  bool m_closed = false;
  std::atomic<bool> m_isClosed{false}, m_readerPauses{false};
};

// The part name for a file, never one that the card itself uses.
[[nodiscard]] std::string partPathFor(const std::string& path, const std::vector<model::FileRecord>& card);
// Is it one of the card's files? They are sorted by path.
[[nodiscard]] bool onCard(const std::vector<model::FileRecord>& card, const std::string& path);

// While it lives the target, or the card, is said to be waiting for its drive.
class InCall {
 public:
  explicit InCall(std::atomic<int>& count) : m_count(count) { ++m_count; }
  ~InCall() { --m_count; }
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;

 private:
  std::atomic<int>& m_count;
};

}  // namespace rollproof::offload
