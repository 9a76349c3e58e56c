// SPDX-License-Identifier: Apache-2.0
// One pass over source files: each is read once, hashed on the way and written to every target that lacks it.
//
//   card -> [reader, small files side by side] -> ring -> [distributor: block digest, fast hashes] -> a queue a target
//                                                                                    -> a queue for each slow hash
//
// Promises: at most kRingBlocks blocks of memory however slow a target is. A target that costs the others more than
// half
//           of their speed is set aside: its queue is cut, and it catches up from a copy that is proven already, or
//           from the card when that has been read. Order within a target is the card's order.
// Threads: start() returns at once; the threads belong to the crew and share this object. ended() may be polled.
// Errors: per file in Work.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "core/offload/crew.h"
#include "core/offload/ring.h"
#include "core/offload/work.h"

namespace rollproof::offload {

class CopyPass : public std::enable_shared_from_this<CopyPass> {
 public:
  // Reads files[which...] in order and writes each to the targets where it is absent.
  CopyPass(std::shared_ptr<Work> work, std::vector<std::size_t> which);
  void start(Crew& crew, std::shared_ptr<Team> smallReaders);
  // Every thread but those of targets set aside or given up has done its part.
  [[nodiscard]] bool ended() const;
  // Takes a target that does not answer out of the pass.
  void drop(std::size_t target);

 private:
  struct Lane;
  struct PackRead;
  struct Staged;

  // --- the reader's thread
  void readAll();
  void readLarge(std::size_t file);
  void readPack(const std::vector<std::size_t>& files);
  void readOne(PackRead& pack, std::size_t entry, std::size_t worker);
  [[nodiscard]] std::shared_ptr<Block> acquire();
  void lookForStall(std::chrono::steady_clock::time_point waitedSince);
  void stage(Staged staged);

  // --- the distributor's thread
  void distributeAll();
  void distribute(Staged& staged);
  void tellTargets(const Message& message);
  void tellLanes(const Message& message);
  void finishRead(SourceRead read);

  void hashLane(Lane& lane);
  void writeAll(std::size_t target);

  std::shared_ptr<Work> m_work;
  std::vector<std::size_t> m_which;
  std::shared_ptr<Ring> m_ring = std::make_shared<Ring>();
  std::shared_ptr<Team> m_team;
  std::vector<std::unique_ptr<MessageQueue>> m_queues;  // one a target
  std::vector<std::unique_ptr<Lane>> m_lanes;           // one a slow hash
  std::vector<std::size_t> m_fast;                      // indices into formats, hashed by the distributor

  struct StageQueue;
  std::unique_ptr<StageQueue> m_stage;
  std::unique_ptr<hash::MultiHasher> m_hasher;  // the distributor's
  Prover m_prover;
  std::size_t m_file = 0;
  std::vector<bool> m_wants;  // which targets take the file that passes now

  std::vector<std::unique_ptr<hash::MultiHasher>> m_packHashers;  // one a worker of the team

  std::chrono::steady_clock::time_point m_windowStart{};
  std::chrono::steady_clock::duration m_starved{};
  std::atomic<std::size_t> m_running{0};  // reader, distributor and lanes

 public:
  ~CopyPass();
};

// Brings a target that was set aside up to date, file by file; ends when it has all or the run is stopped.
void catchUp(const std::shared_ptr<Work>& work, Target& target);

}  // namespace rollproof::offload
