// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/state_feed.h"

#include <algorithm>

namespace rollproof::ui {

StateFeed::StateFeed(session::Session& session, QObject* parent) : QObject(parent), m_session(session) {
  m_last = std::make_shared<session::State>(m_session.state());
  m_timer.setInterval(kPeriodMs);
  connect(&m_timer, &QTimer::timeout, this, &StateFeed::refresh);
  m_timer.start();
}

void StateFeed::refresh() {
  const StatePtr before = m_last;
  m_last = std::make_shared<session::State>(m_session.state());
  emit polled(m_last);
  if (before->libraryVersion != m_last->libraryVersion) emit libraryChanged();
}

double fastestStream(const jobs::JobView& job) {
  if (job.meters.empty()) return job.bytesPerSecond;
  double fastest = 0;
  for (const auto& meter : job.meters) fastest = std::max(fastest, meter.bytesPerSecond);
  return fastest;
}

const jobs::JobView* jobOf(const session::State& state, const std::optional<jobs::JobId>& id) {
  if (!id) return nullptr;
  const auto found = std::find_if(state.jobs.begin(), state.jobs.end(), [&](const auto& job) { return job.id == *id; });
  return found == state.jobs.end() ? nullptr : &*found;
}

}  // namespace rollproof::ui
