// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/progress.h"

namespace rollproof::jobs {

Meter& Progress::addMeter(std::string name) { return *addSharedMeter(std::move(name)); }

std::shared_ptr<Meter> Progress::addSharedMeter(std::string name) {
  const std::scoped_lock lock(m_mutex);
  return m_meters.emplace_back(std::make_shared<Meter>(std::move(name)));
}

std::vector<std::shared_ptr<const Meter>> Progress::meters() const {
  const std::scoped_lock lock(m_mutex);
  return {m_meters.begin(), m_meters.end()};
}

void Progress::setPhase(std::string phase) {
  const std::scoped_lock lock(m_mutex);
  m_phase = std::move(phase);
}

std::string Progress::phase() const {
  const std::scoped_lock lock(m_mutex);
  return m_phase;
}

void Progress::setCurrent(std::string path) {
  const std::scoped_lock lock(m_mutex);
  m_current = std::move(path);
}

std::string Progress::current() const {
  const std::scoped_lock lock(m_mutex);
  return m_current;
}

void Progress::waitWhilePaused(const std::stop_token& stop) const {
  PausePoint point;
  {
    const std::scoped_lock lock(m_mutex);
    point = m_pausePoint;
  }
  if (point) point(stop);
}

void Progress::setPausePoint(PausePoint point) {
  const std::scoped_lock lock(m_mutex);
  m_pausePoint = std::move(point);
}

}  // namespace rollproof::jobs
