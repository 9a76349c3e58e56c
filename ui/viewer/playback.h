// SPDX-License-Identifier: Apache-2.0
// Frames of one clip, decoded on a thread of its own: ask for any frame, the newest wish wins, older ones are dropped.
// Threads: call from the GUI thread; signals arrive on it. Errors: failed() with a sentence; the clip then shows
// nothing.
#pragma once

#include <QImage>
#include <QObject>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/session/session.h"

namespace rollproof::ui {

class Playback : public QObject {
  Q_OBJECT
 public:
  using Opener = std::function<Result<std::unique_ptr<dailies::Player>>()>;
  explicit Playback(QObject* parent = nullptr);
  ~Playback() override;

  void open(Opener opener, std::int64_t firstFrame);  // forgets the clip before it
  void close();
  void want(std::int64_t frame);

 signals:
  void opened(qint64 frames, rollproof::FrameRate rate, const QString& chain);
  void shown(const QImage& picture, qint64 frame);
  void failed(const QString& sentence);

 private:
  void loop(const std::stop_token& stop);
  template <class Call>
  void deliver(std::uint64_t clip, Call call);

  std::mutex m_mutex;  // guards the next five
  std::condition_variable_any m_changed;
  std::uint64_t m_clip = 0;  // grows with each open: what was decoded for an older one is dropped
  Opener m_opener;
  bool m_closeWanted = false;
  std::optional<std::int64_t> m_wanted;

  std::jthread m_thread;  // last: joined first
};

}  // namespace rollproof::ui
