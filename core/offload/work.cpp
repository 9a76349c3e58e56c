// SPDX-License-Identifier: Apache-2.0
#include "core/offload/work.h"

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::offload {

void Feed::add(std::size_t file) {
  bool waited = false;
  {
    const std::scoped_lock lock(m_mutex);
    m_files.push_back(file);
    waited = m_waiting;
  }
  if (waited) m_added.notify_all();
}

void Feed::finish() {
  {
    const std::scoped_lock lock(m_mutex);
    m_finished = true;
  }
  m_added.notify_all();
}

std::vector<std::size_t> Feed::take(std::size_t most, std::stop_token stop) {
  std::unique_lock lock(m_mutex);
  m_waiting = true;
  const bool come = m_added.wait(lock, stop, [&] { return !m_files.empty() || m_finished; });
  m_waiting = false;
  if (!come) return {};
  std::vector<std::size_t> taken;
  while (!m_files.empty() && taken.size() < most) {
    taken.push_back(m_files.front());
    m_files.pop_front();
  }
  return taken;
}

std::string Work::sourcePath(std::size_t file) const { return path::join(plan.request.source, files()[file].path); }
std::string Work::targetPath(const Target& target, std::size_t file) const {
  return path::join(target.root, files()[file].path);
}

void Work::setRead(std::size_t file, SourceRead read) {
  const std::scoped_lock lock(m_mutex);
  if (m_closed) return;
  const bool first = !reads[file].whole;
  reads[file] = std::move(read);
  if (reads[file].whole && first) {
    if (rereadMeter) rereadFeed.add(file);
    for (auto& target : targets)
      if (target->placed[file].state == PlacedState::existing) target->feed.add(file);
  }
}

void Work::setLateDigest(std::size_t file, std::size_t format, std::string text) {
  const std::scoped_lock lock(m_mutex);
  if (m_closed) return;
  if (m_late.empty()) m_late.resize(files().size());
  if (m_late[file].empty()) m_late[file].resize(formats.size());
  m_late[file][format] = std::move(text);
}

void Work::setPlaced(Target& target, std::size_t file, Placed placed) {
  const std::scoped_lock lock(m_mutex);
  if (m_closed || target.abandoned) return;
  const bool written = placed.state == PlacedState::written;
  target.placed[file] = std::move(placed);
  if (written && plan.request.verify != VerifyMode::none) target.feed.add(file);
}

void Work::setWritten(Target& target, const std::vector<std::size_t>& which) {
  Placed written;
  written.state = PlacedState::written;
  const std::scoped_lock lock(m_mutex);
  if (m_closed || target.abandoned) return;
  for (const auto file : which) {
    target.placed[file] = written;
    if (plan.request.verify != VerifyMode::none) target.feed.add(file);
  }
}

void Work::setBack(Target& target, std::size_t file, ReadBack back) {
  const std::scoped_lock lock(m_mutex);
  if (m_closed || target.abandoned) return;
  target.back[file] = std::move(back);
}

void Work::setReread(std::size_t file, ReadBack back) {
  const std::scoped_lock lock(m_mutex);
  if (!m_closed) reread[file] = std::move(back);
}

void Work::stopTarget(Target& target, const Error& error) {
  const std::scoped_lock lock(m_mutex);
  if (!m_closed && !target.stoppedBy) target.stoppedBy = error;
}

std::optional<Error> Work::stoppedBy(const Target& target) {
  const std::scoped_lock lock(m_mutex);
  return target.stoppedBy;
}

PlacedState Work::stateAt(const Target& target, std::size_t file) {
  const std::scoped_lock lock(m_mutex);
  return target.placed[file].state;
}

std::vector<bool> Work::absentAt(const Target& target, const std::vector<std::size_t>& which) {
  const std::scoped_lock lock(m_mutex);
  std::vector<bool> absent;
  for (const auto file : which) absent.push_back(target.placed[file].state == PlacedState::absent);
  return absent;
}

std::optional<Work::Expected> Work::expected(const Target* target, std::size_t file) {
  const std::scoped_lock lock(m_mutex);
  if (!reads[file].whole || reads[file].error) return std::nullopt;
  if (!target) return Expected{reads[file].proof, false, false};
  const auto& placed = target->placed[file];
  return Expected{reads[file].proof, placed.state == PlacedState::existing, placed.superseded};
}

bool Work::resetIfMayRetry(Target& target, std::size_t file) {
  const std::scoped_lock lock(m_mutex);
  auto& placed = target.placed[file];
  if (m_closed || target.stoppedBy || placed.state != PlacedState::failed || !placed.mayRetry) return false;
  placed = {};
  return true;
}

SourceRead Work::read(std::size_t file) {
  const std::scoped_lock lock(m_mutex);
  return reads[file];
}

const Target* Work::provenElsewhere(const Target& notHere, std::size_t file) {
  const std::scoped_lock lock(m_mutex);
  for (const auto& target : targets) {
    if (target.get() == &notHere || target->setAside || target->abandoned) continue;
    const auto& back = target->back[file];
    if (back.done && back.equal && back.pastCache) return target.get();
  }
  return nullptr;
}

void Work::close() {
  const std::scoped_lock lock(m_mutex);
  m_closed = true;
  m_isClosed = true;
  progress = nullptr;
  for (std::size_t file = 0; file < m_late.size(); ++file) {
    for (std::size_t format = 0; format < m_late[file].size(); ++format) {
      if (!m_late[file][format].empty() && format < reads[file].digests.size())
        reads[file].digests[format].text = m_late[file][format];
    }
  }
}

bool Work::readByEarlierRun(std::size_t file) {
  if (std::all_of(left.begin(), left.end(), [](const auto& journal) { return journal.files.empty(); })) return false;
  const auto now = read(file);
  if (!now.whole || !now.pastCache) return false;
  const auto& record = files()[file];
  return std::any_of(left.begin(), left.end(), [&](const auto& journal) {
    const auto noted = journal.files.find(record.path);
    return noted != journal.files.end() && noted->second.bytes == record.bytes &&
           noted->second.modifiedUnixNanos == record.modifiedUnixNanos && noted->second.proof == proofText(now.proof);
  });
}

void Work::waitWhilePaused(bool reader) {
  if (stopped()) return;
  if (!reader && !readingEnded) {
    while (m_readerPauses && !stopped()) (void)waitFor(std::chrono::milliseconds(50), [] { return false; });
    return;
  }
  m_readerPauses = reader;
  if (const auto* shown = progress.load()) shown->waitWhilePaused(stop.get_token());
  m_readerPauses = false;
}

void Work::wake() {
  const std::scoped_lock lock(m_mutex);
  m_changed.notify_all();
}

bool onCard(const std::vector<model::FileRecord>& card, const std::string& path) {
  const auto at = std::lower_bound(card.begin(), card.end(), path,
                                   [](const auto& file, const auto& wanted) { return file.path < wanted; });
  return at != card.end() && at->path == path;
}

std::string partPathFor(const std::string& path, const std::vector<model::FileRecord>& card) {
  const std::string folder = path::parent(path);
  std::string part = path::join(folder, partName(path::fileName(path)));
  while (onCard(card, part)) part = path::join(folder, partName(path::fileName(part) + "~"));
  return part;
}

}  // namespace rollproof::offload
