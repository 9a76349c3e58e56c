// SPDX-License-Identifier: Apache-2.0
#include "core/offload/copy_pass.h"

#include <fmt/format.h>
#include <algorithm>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/offload/writer.h"

namespace rollproof::offload {

namespace {

constexpr std::size_t kAlignment = 4096;
constexpr std::size_t kPackFiles = 512;
constexpr std::chrono::milliseconds kLook{100};

// Slower than a disk: on a thread of their own they do not hold the reader (MD5 and SHA-512 run at about 0.65 GB/s).
bool slow(model::HashFormat format) {
  return format == model::HashFormat::md5 || format == model::HashFormat::sha1 || format == model::HashFormat::c4;
}

std::optional<Error> changedSince(const model::FileRecord& planned, const FileInfo& now, const std::string& path) {
  if (now.bytes == planned.bytes && now.modifiedUnixNanos == planned.modifiedUnixNanos) return std::nullopt;
  return Error{Errc::conflict, "changed on the card while it was being copied", path, 0, -1};
}

std::size_t slotFor(std::uint64_t bytes) {
  // One more block than the file needs: a file that has grown fills into it and is found out.
  return static_cast<std::size_t>((bytes + kAlignment - 1) / kAlignment * kAlignment) + kAlignment;
}

}  // namespace

struct CopyPass::Lane {
  std::size_t format = 0;
  MessageQueue queue;
};

// Small files on their way into one block.
struct CopyPass::PackRead {
  std::shared_ptr<Block> block;
  std::shared_ptr<Pack> pack = std::make_shared<Pack>();
  std::vector<SourceRead> reads;  // beside pack->entries
};

struct CopyPass::Staged {
  Step step = Step::abandon;
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::shared_ptr<Block> block;
  std::shared_ptr<PackRead> pack;
  SourceRead read;  // commit: pastCache; abandon: the error
};

struct CopyPass::StageQueue {
  std::mutex mutex;
  std::condition_variable_any added;
  std::deque<Staged> staged;
  bool finished = false;
};

CopyPass::CopyPass(std::shared_ptr<Work> work, std::vector<std::size_t> which)
    : m_work(std::move(work)), m_which(std::move(which)), m_stage(std::make_unique<StageQueue>()) {
  std::vector<model::HashFormat> fast;
  for (std::size_t i = 0; i < m_work->formats.size(); ++i) {
    if (slow(m_work->formats[i])) {
      m_lanes.push_back(std::make_unique<Lane>());
      m_lanes.back()->format = i;
    } else {
      m_fast.push_back(i);
      fast.push_back(m_work->formats[i]);
    }
  }
  m_hasher = std::make_unique<hash::MultiHasher>(fast);
  for (std::size_t i = 0; i < m_work->targets.size(); ++i) m_queues.push_back(std::make_unique<MessageQueue>());
}

CopyPass::~CopyPass() = default;

void CopyPass::start(Crew& crew, std::shared_ptr<Team> smallReaders) {
  m_team = std::move(smallReaders);
  for (std::size_t i = 0; i < m_team->workers(); ++i)
    m_packHashers.push_back(std::make_unique<hash::MultiHasher>(m_work->formats));
  m_running = 2 + m_lanes.size();
  for (auto& lane : m_lanes) {
    crew.start([self = shared_from_this(), lane = lane.get()] {
      self->hashLane(*lane);
      --self->m_running;
      self->m_work->wake();
    });
  }
  for (std::size_t t = 0; t < m_work->targets.size(); ++t) {
    auto& target = *m_work->targets[t];
    target.passEnded = !target.usable || target.setAside || target.abandoned;
    if (target.passEnded) {
      m_queues[t]->cut();
      continue;
    }
    crew.start([self = shared_from_this(), t] { self->writeAll(t); });
  }
  crew.start([self = shared_from_this()] {
    self->distributeAll();
    --self->m_running;
    self->m_work->wake();
  });
  crew.start([self = shared_from_this()] {
    self->readAll();
    --self->m_running;
    self->m_work->wake();
  });
}

bool CopyPass::ended() const {
  return m_running == 0 && std::all_of(m_work->targets.begin(), m_work->targets.end(), [](const auto& target) {
           return target->passEnded || target->setAside || target->abandoned;
         });
}

void CopyPass::drop(std::size_t target) { m_queues[target]->cut(); }

// --- the reader ------------------------------------------------------------------------------------------------------

void CopyPass::readAll() {
  m_windowStart = m_work->clock.steady();
  std::vector<std::size_t> small;
  std::size_t used = 0;
  const auto flushPack = [&] {
    if (!small.empty()) readPack(small);
    small.clear();
    used = 0;
  };
  for (const auto file : m_which) {
    if (m_work->stopped()) break;
    m_work->waitWhilePaused(true);
    const auto bytes = m_work->files()[file].bytes;
    if (bytes > kSmallFileBytes) {
      flushPack();
      readLarge(file);
      continue;
    }
    const std::size_t slot = slotFor(bytes);
    if (used + slot > kBlockBytes || small.size() >= kPackFiles) flushPack();
    small.push_back(file);
    used += slot;
  }
  if (!m_work->stopped()) flushPack();
  {
    const std::scoped_lock lock(m_stage->mutex);
    m_stage->finished = true;
  }
  m_stage->added.notify_all();
}

void CopyPass::stage(Staged staged) {
  {
    const std::scoped_lock lock(m_stage->mutex);
    m_stage->staged.push_back(std::move(staged));
  }
  m_stage->added.notify_one();
}

// Waits for a block; while it does, it watches who holds them all.
std::shared_ptr<Block> CopyPass::acquire() {
  while (!m_work->stopped()) {
    const auto since = m_work->clock.steady();
    if (auto block = m_ring->acquire(kLook, m_work->stop.get_token())) {
      lookForStall(since);
      return block;
    }
    lookForStall(since);
  }
  return nullptr;
}

void CopyPass::lookForStall(std::chrono::steady_clock::time_point waitedSince) {
  const auto now = m_work->clock.steady();
  std::size_t most = 0, slowest = 0;
  bool idle = false;
  for (std::size_t t = 0; t < m_queues.size(); ++t) {
    const auto& target = *m_work->targets[t];
    if (target.passEnded || target.setAside || target.abandoned || m_work->stoppedBy(target)) continue;
    const std::size_t waiting = m_queues[t]->waiting();
    idle = idle || waiting == 0;
    if (waiting <= most) continue;
    most = waiting;
    slowest = t;
  }
  if (idle && most * 2 >= kRingBlocks) m_starved += now - waitedSince;
  const auto window = now - m_windowStart;
  if (window < m_work->plan.request.stallPatience) return;
  // More than half of the window the others had nothing to do because of one.
  if (m_starved * 2 > window && most * 2 >= kRingBlocks) {
    auto& target = *m_work->targets[slowest];
    log::info(fmt::format("{} is set aside and catches up by itself", target.name));
    target.setAside = true;
    m_queues[slowest]->cut();
    m_work->wake();
  }
  m_windowStart = now;
  m_starved = {};
}

void CopyPass::readLarge(std::size_t file) {
  const auto& planned = m_work->files()[file];
  const std::string from = m_work->sourcePath(file);
  if (auto* progress = m_work->progress.load()) progress->setCurrent(planned.path);
  stage({Step::begin, file, 0, nullptr, nullptr, {}});
  const auto giveUp = [&](Error error) {
    SourceRead read;
    read.error = std::make_shared<const Error>(std::move(error));
    stage({Step::abandon, file, 0, nullptr, nullptr, std::move(read)});
    ++m_work->readMeter->failedItems;
  };
  std::unique_ptr<File> opened;
  {
    const InCall call(m_work->sourceInCall);
    auto file_ = m_work->fs.openForRead(from, ReadMode::direct);
    if (!file_) return giveUp(file_.error());
    opened = std::move(*file_);
    const auto before = opened->info();
    if (!before) return giveUp(before.error());
    if (auto changed = changedSince(planned, *before, from)) return giveUp(std::move(*changed));
  }
  std::uint64_t offset = 0;
  while (offset < planned.bytes) {
    auto block = acquire();
    if (!block) return;
    const InCall call(m_work->sourceInCall);
    const auto got = opened->readAt(block->memory.bytes(), offset);
    if (!got) return giveUp(got.error());
    if (*got == 0)
      return giveUp(Error{Errc::conflict, "became shorter on the card while it was being copied", from, 0,
                          static_cast<std::int64_t>(offset)});
    block->bytes = *got;
    m_work->readMeter->doneBytes += *got;
    stage({Step::block, file, offset, std::move(block), nullptr, {}});
    offset += *got;
  }
  const InCall call(m_work->sourceInCall);
  const auto after = opened->info();
  if (!after) return giveUp(after.error());
  if (auto grown = changedSince(planned, *after, from)) return giveUp(std::move(*grown));
  if (offset != planned.bytes)
    return giveUp(Error{Errc::conflict, "grew on the card while it was being copied", from, 0, -1});
  SourceRead read;
  read.pastCache = opened->isDirect();
  stage({Step::commit, file, 0, nullptr, nullptr, std::move(read)});
  ++m_work->readMeter->doneItems;
}

void CopyPass::readPack(const std::vector<std::size_t>& files) {
  auto pack = std::make_shared<PackRead>();
  pack->block = acquire();
  if (!pack->block) return;
  if (auto* progress = m_work->progress.load()) progress->setCurrent(m_work->files()[files.front()].path);
  std::size_t at = 0;
  for (const auto file : files) {
    Pack::Entry entry;
    entry.file = file;
    entry.at = at;
    entry.bytes = static_cast<std::size_t>(m_work->files()[file].bytes);
    at += slotFor(entry.bytes);
    pack->pack->entries.push_back(std::move(entry));
  }
  pack->reads.resize(files.size());
  const InCall call(m_work->sourceInCall);
  m_team->run(files.size(), [self = shared_from_this(), pack](std::size_t entry, std::size_t worker) {
    if (!self->m_work->stopped()) self->readOne(*pack, entry, worker);
  });
  if (m_work->stopped()) return;
  pack->pack->block = pack->block;
  stage({Step::pack, files.front(), 0, nullptr, pack, {}});
}

// On a worker of the team: one small file, whole, with every digest asked for.
void CopyPass::readOne(PackRead& pack, std::size_t index, std::size_t worker) {
  auto& entry = pack.pack->entries[index];
  auto& read = pack.reads[index];
  const auto& planned = m_work->files()[entry.file];
  const std::string from = m_work->sourcePath(entry.file);
  const auto giveUp = [&](Error error) {
    entry.problem = describe(error);
    read.error = std::make_shared<const Error>(std::move(error));
    ++m_work->readMeter->failedItems;
  };
  auto opened = m_work->fs.openForRead(from, ReadMode::direct);
  if (!opened) return giveUp(opened.error());
  const auto before = (*opened)->info();
  if (!before) return giveUp(before.error());
  if (auto changed = changedSince(planned, *before, from)) return giveUp(std::move(*changed));
  const auto slot = pack.block->memory.bytes().subspan(entry.at, slotFor(entry.bytes));
  const auto got = (*opened)->readAt(slot, 0);
  if (!got) return giveUp(got.error());
  const auto after = (*opened)->info();
  if (!after) return giveUp(after.error());
  if (auto grown = changedSince(planned, *after, from)) return giveUp(std::move(*grown));
  if (*got != entry.bytes)
    return giveUp(Error{Errc::conflict,
                        *got > entry.bytes ? "grew on the card while it was being copied"
                                           : "became shorter on the card while it was being copied",
                        from, 0, static_cast<std::int64_t>(*got)});
  const auto content = slot.first(entry.bytes);
  auto& hasher = *m_packHashers[worker];
  hasher.reset();
  hasher.update(content);
  read.digests = hasher.finish();
  entry.digest = hash::xxh128Of(content);
  Prover prover;
  prover.add(entry.digest);
  read.proof = prover.finish();
  read.whole = true;
  read.pastCache = (*opened)->isDirect();
  m_work->readMeter->doneBytes += entry.bytes;
  ++m_work->readMeter->doneItems;
}

// --- the distributor -------------------------------------------------------------------------------------------------

void CopyPass::distributeAll() {
  for (;;) {
    Staged staged;
    {
      std::unique_lock lock(m_stage->mutex);
      const bool come = m_stage->added.wait(lock, m_work->stop.get_token(),
                                            [&] { return !m_stage->staged.empty() || m_stage->finished; });
      if (!come || m_stage->staged.empty()) break;
      staged = std::move(m_stage->staged.front());
      m_stage->staged.pop_front();
    }
    distribute(staged);
  }
  for (auto& queue : m_queues) queue->finish();
  for (auto& lane : m_lanes) lane->queue.finish();
}

void CopyPass::tellTargets(const Message& message) {
  for (std::size_t t = 0; t < m_queues.size(); ++t)
    if (m_wants[t]) m_queues[t]->push(message);
}

void CopyPass::tellLanes(const Message& message) {
  for (auto& lane : m_lanes) lane->queue.push(message);
}

void CopyPass::distribute(Staged& staged) {
  Message message{staged.step, staged.file, staged.offset, staged.block, nullptr, {}};
  switch (staged.step) {
    case Step::begin:
      m_file = staged.file;
      m_wants.clear();
      for (const auto& target : m_work->targets)
        m_wants.push_back(m_work->stateAt(*target, m_file) == PlacedState::absent);
      m_hasher->reset();
      (void)m_prover.finish();
      break;
    case Step::block: {
      const auto bytes = staged.block->memory.bytes().first(staged.block->bytes);
      staged.block->digest = hash::xxh128Of(bytes);
      tellLanes(message);
      tellTargets(message);  // they write while it is hashed here
      m_prover.add(staged.block->digest);
      m_hasher->update(bytes);
      return;
    }
    case Step::commit:
      staged.read.whole = true;
      finishRead(std::move(staged.read));
      message.text = proofText(m_work->read(m_file).proof);
      break;
    case Step::abandon:
      message.text = describe(*staged.read.error);
      m_work->setRead(m_file, std::move(staged.read));
      break;
    case Step::pack:
      for (std::size_t i = 0; i < staged.pack->reads.size(); ++i)
        m_work->setRead(staged.pack->pack->entries[i].file, std::move(staged.pack->reads[i]));
      message.pack = staged.pack->pack;
      for (auto& queue : m_queues) queue->push(message);
      return;
  }
  tellLanes(message);
  tellTargets(message);
}

void CopyPass::finishRead(SourceRead read) {
  const auto fast = m_hasher->finish();
  for (const auto format : m_work->formats) read.digests.push_back({format, {}});
  for (std::size_t i = 0; i < m_fast.size(); ++i) read.digests[m_fast[i]] = fast[i];
  read.proof = m_prover.finish();
  m_work->setRead(m_file, std::move(read));
}

void CopyPass::hashLane(Lane& lane) {
  hash::MultiHasher hasher({m_work->formats[lane.format]});
  while (const auto message = lane.queue.pop(m_work->stop.get_token())) {
    if (message->step == Step::begin) hasher.reset();
    if (message->step == Step::block) hasher.update(message->block->memory.bytes().first(message->block->bytes));
    if (message->step == Step::commit) m_work->setLateDigest(message->file, lane.format, hasher.finish().front().text);
  }
}

// --- the writers -----------------------------------------------------------------------------------------------------

void CopyPass::writeAll(std::size_t index) {
  auto& target = *m_work->targets[index];
  auto& queue = *m_queues[index];
  {
    Writer writer(m_work, target);
    while (const auto message = queue.pop(m_work->stop.get_token())) {
      if (target.setAside || target.abandoned) break;
      writer.take(*message);
    }
    writer.finish();
  }
  target.passEnded = true;
  m_work->wake();
  if (target.setAside && !m_work->stopped()) catchUp(m_work, target);
}

}  // namespace rollproof::offload
