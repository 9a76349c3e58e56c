// SPDX-License-Identifier: Apache-2.0
#include "core/session/volume_feed.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include "core/volumes/volumes.h"

namespace rollproof::session {

namespace {

constexpr std::chrono::seconds kBetweenLooks{2};

bool same(const model::Volume& a, const model::Volume& b) {
  return a.mountPoint == b.mountPoint && a.label == b.label && a.device.id == b.device.id &&
         a.totalBytes == b.totalBytes && a.freeBytes == b.freeBytes && a.readOnly == b.readOnly;
}

}  // namespace

void VolumeFeed::look() {
  auto volumes = volumes::mounted();
  const std::scoped_lock lock(m_mutex);
  if (m_view.version > 0 &&
      std::equal(volumes.begin(), volumes.end(), m_view.volumes.begin(), m_view.volumes.end(), same))
    return;
  m_view.volumes = std::move(volumes);
  ++m_view.version;
}

void VolumeFeed::start() {
  const std::scoped_lock lock(m_mutex);
  if (m_thread.joinable()) return;
  m_thread = std::jthread([this](const std::stop_token& stop) {
    const auto watch = volumes::Watch::open();  // first, so that nothing falls between
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock waiting(mutex);
    while (!stop.stop_requested()) {
      look();
      // Free space changes without a word from the kernel; everything else is told at once.
      if (watch)
        (void)(*watch)->wait(kBetweenLooks, stop);
      else
        stopped.wait_for(waiting, stop, kBetweenLooks, [] { return false; });
    }
  });
}

VolumeFeed::View VolumeFeed::get() const {
  const std::scoped_lock lock(m_mutex);
  return m_view;
}

}  // namespace rollproof::session
