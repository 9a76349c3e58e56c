// SPDX-License-Identifier: Apache-2.0
// One destination's side of a pass: takes what was read, in order, and keeps the rules of the safe write. Large files
// go past the page cache and are synced one by one; small ones are written under their part names and put on the disk
// together, by one sync of the file system where the kernel promises that means something.
// Promises: no final name before size, sync and close are good. A target that fails or fills up never stops the others.
// Threads: one Writer a target and thread. Errors: per file in Work; what ends a target in Work::stoppedBy.
// Source: rename(2), fsync(2), syncfs(2).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/offload/ring.h"
#include "core/offload/work.h"

namespace rollproof::offload {

class Writer {
 public:
  Writer(std::shared_ptr<Work> work, Target& target) : m_work(std::move(work)), m_target(target) {}

  void take(const Message& message);
  // After the last message: what is half written is given up, what is whole is put on the disk and named.
  void finish();

 private:
  struct Named {
    std::size_t file = 0;
    std::string proof;
    bool renamed = false;  // else its part still waits for the sync of the whole file system
  };

  [[nodiscard]] const model::FileRecord& record(std::size_t file) const { return m_work->files()[file]; }
  [[nodiscard]] std::string partOf(std::size_t file) const;
  [[nodiscard]] bool takesNothing(std::size_t file);
  [[nodiscard]] Result<std::unique_ptr<File>> create(std::size_t file, WriteMode mode);
  void begin(std::size_t file);
  void write(const Message& message);
  void commit(const std::string& proof);
  void writePack(const Pack& pack);
  void writeSmall(const Pack& pack, const Pack::Entry& entry);
  [[nodiscard]] Status finishFile(std::unique_ptr<File>& file, std::size_t index, bool sync);
  [[nodiscard]] Status rename(std::size_t file);
  void named(Named one);
  void flush();
  [[nodiscard]] Status syncNames();
  void giveUp(std::size_t file, std::string code, std::string text, bool mayRetry);
  void giveUp(std::size_t file, const Error& error);
  void giveUpGroup(const Error& error);
  void spoiled(std::size_t file, std::uint64_t offset);
  void dropPart(std::size_t file);

  std::shared_ptr<Work> m_work;
  Target& m_target;
  // The large file that is open now.
  std::unique_ptr<File> m_file;
  std::size_t m_index = 0;
  bool m_open = false;
  // Whole, waiting for the next flush.
  std::vector<Named> m_named;
  std::uint64_t m_namedBytes = 0;
};

// Small enough to travel with others in one block.
inline constexpr std::uint64_t kSmallFileBytes = 512U << 10U;

}  // namespace rollproof::offload
