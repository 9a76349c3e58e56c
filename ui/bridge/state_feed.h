// SPDX-License-Identifier: Apache-2.0
// The session's state, asked for ten times a second and handed to whoever shows it.
// Threads: GUI thread only; the snapshot itself is immutable. Errors: none.
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>

#include "core/session/session.h"

namespace rollproof::ui {

using StatePtr = std::shared_ptr<const session::State>;

class StateFeed : public QObject {
  Q_OBJECT
 public:
  static constexpr int kPeriodMs = 100;
  explicit StateFeed(session::Session& session, QObject* parent = nullptr);
  [[nodiscard]] StatePtr last() const { return m_last; }
  void refresh();  // now, besides the timer

 signals:
  void polled(rollproof::ui::StatePtr state);
  void libraryChanged();

 private:
  session::Session& m_session;
  StatePtr m_last;
  QTimer m_timer;
};

// Bytes a second of the fastest stream of a job. The sum over one read and three read-backs is no drive's speed.
[[nodiscard]] double fastestStream(const jobs::JobView& job);

[[nodiscard]] const jobs::JobView* jobOf(const session::State& state, const std::optional<jobs::JobId>& id);

}  // namespace rollproof::ui
