// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/offload/copy_pass.h"
#include "core/offload/writer.h"

namespace rollproof::offload {

namespace {

class CatchUp {
 public:
  CatchUp(const std::shared_ptr<Work>& work, Target& target)
      : m_work(*work), m_target(target), m_writer(work, target) {}

  void run() {
    copyAbsent();
    // Once more what failed in a way that may pass.
    bool again = false;
    for (std::size_t file = 0; file < m_work.files().size(); ++file) {
      if (!m_work.resetIfMayRetry(m_target, file)) continue;
      if (m_target.meter) m_target.meter->totalBytes += m_work.files()[file].bytes;
      again = true;
    }
    if (again) copyAbsent();
  }

 private:
  [[nodiscard]] bool given() const { return m_work.stopped() || m_target.abandoned; }

  void copyAbsent() {
    for (std::size_t file = 0; file < m_work.files().size() && !given(); ++file) {
      if (m_work.stateAt(m_target, file) == PlacedState::absent) copy(file);
    }
    m_writer.finish();
  }

  void copy(std::size_t file) {
    const Target* from = waitForSource(file);
    if (given()) return;
    const auto read = m_work.read(file);
    if (!read.whole || read.error) return;  // there is nothing right to copy
    if (from && copyFrom(m_work.targetPath(*from, file), file, read.proof, from->name)) return;
    // The copy that was proven does not read so any more, or there is none: the card is.
    if (!given()) (void)copyFrom(m_work.sourcePath(file), file, read.proof, "the card");
  }

  // A copy that is proven, or null for the card once that was read to its end.
  const Target* waitForSource(std::size_t file) {
    for (;;) {
      if (const Target* proven = m_work.provenElsewhere(m_target, file)) return proven;
      if (given() || m_work.readingEnded) return nullptr;
      (void)m_work.waitFor(std::chrono::milliseconds(200), [] { return false; });
    }
  }

  // False if what was read is not what the card gave, and nothing was placed.
  bool copyFrom(const std::string& path, std::size_t file, const Proof& proof, const std::string& name) {
    const auto& record = m_work.files()[file];
    auto opened = m_work.fs.openForRead(path, ReadMode::direct);
    if (!opened) return giveUp(file, describe(opened.error()));
    m_work.setPlaced(m_target, file, Placed{});  // an earlier try may have failed
    const bool large = record.bytes > kSmallFileBytes;
    if (large) m_writer.take({Step::begin, file, 0, nullptr, nullptr, {}});
    Prover prover;
    std::uint64_t offset = 0;
    do {
      if (given()) return true;
      const auto got = (*opened)->readAt(m_block->memory.bytes(), offset);
      if (!got || (*got == 0 && offset < record.bytes))
        return giveUp(file, got ? fmt::format("{} has become shorter", name) : describe(got.error()));
      m_block->bytes = *got;
      m_block->digest = hash::xxh128Of(m_block->memory.bytes().first(*got));
      prover.add(m_block->digest);
      if (large) m_writer.take({Step::block, file, offset, m_block, nullptr, {}});
      offset += *got;
    } while (offset < record.bytes);
    const Proof seen = prover.finish();
    if (seen != proof) return giveUp(file, fmt::format("{} gives other content than was read first", name));
    if (large) {
      m_writer.take({Step::commit, file, 0, nullptr, nullptr, proofText(proof)});
      return true;
    }
    auto pack = std::make_shared<Pack>();
    pack->block = m_block;
    pack->entries.push_back({file, 0, m_block->bytes, m_block->digest, {}});
    m_writer.take({Step::pack, file, 0, nullptr, std::move(pack), {}});
    return true;
  }

  bool giveUp(std::size_t file, const std::string& text) {
    m_writer.take({Step::abandon, file, 0, nullptr, nullptr, text});
    m_work.setPlaced(m_target, file, Placed::failed({"source", text}, true));
    return false;
  }

  Work& m_work;
  Target& m_target;
  Writer m_writer;
  std::shared_ptr<Block> m_block = std::make_shared<Block>();
};

}  // namespace

void catchUp(const std::shared_ptr<Work>& work, Target& target) {
  CatchUp(work, target).run();
  target.writingEnded = true;
  target.feed.finish();
  work->wake();
}

}  // namespace rollproof::offload
