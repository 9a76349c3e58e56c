// SPDX-License-Identifier: Apache-2.0
// Frames of one clip, decoded on a thread of its own: ask for any frame, the newest wish wins, older ones are dropped.
// Threads: call from the GUI thread; signals arrive on it. Errors: failed() with a sentence; the clip then shows
// nothing.
#pragma once

#include <QImage>
#include <QObject>
#include <QPoint>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/session/session.h"
#include "ui/viewer/gpu_grade.h"

namespace rollproof::ui {

// A frame ready for the screen.
struct ScopeImage {
  QImage image;
  std::vector<std::pair<QPoint, QString>> marks;
};
struct Shown {
  QImage picture, plain;           // plain: without the look; null unless wanted
  std::vector<ScopeImage> scopes;  // waveform, parade, vectorscope, histogram; empty unless wanted
};

class Playback : public QObject {
  Q_OBJECT
 public:
  using Opener = std::function<Result<std::unique_ptr<dailies::Player>>()>;
  explicit Playback(QObject* parent = nullptr);
  ~Playback() override;

  void open(Opener opener, std::int64_t firstFrame);  // forgets the clip before it
  void close();
  void want(std::int64_t frame);
  // The frame last asked for comes again, that way.
  void setWants(const dailies::ViewerWants& wants);
  void setLook(const std::optional<model::Look>& look, bool quick);
  [[nodiscard]] bool isGpu() const { return m_byGpu; }  // graded the last picture

 signals:
  void opened(qint64 frames, rollproof::FrameRate rate, const QString& chain);
  void shown(const rollproof::ui::Shown& frame, qint64 index);
  void graded(const QString& chain);      // after setLook
  void refused(const QString& sentence);  // the look; the one before stays
  void failed(const QString& sentence);

 private:
  void loop(const std::stop_token& stop);
  void run(const std::stop_token& stop);
  void useShader(dailies::Player& player);
  Result<dailies::ViewerFrame> frameOf(dailies::Player& player, std::int64_t index, dailies::ViewerWants wants);
  template <class Call>
  void deliver(std::uint64_t clip, Call call);

  std::mutex m_mutex;  // guards what stands before the thread
  std::condition_variable_any m_changed;
  std::uint64_t m_clip = 0;  // grows with each open: what was decoded for an older one is dropped
  Opener m_opener;
  bool m_closeWanted = false;
  std::optional<std::int64_t> m_wanted;
  std::int64_t m_last = 0;  // asked for
  dailies::ViewerWants m_wants;
  std::optional<std::optional<model::Look>> m_look;  // to be set
  bool m_quick = false;                              // that way

  QOffscreenSurface m_surface;       // made and destroyed on the GUI thread
  std::unique_ptr<GpuGrade> m_gpu;   // the thread's own
  bool m_shaded = false;             // it has the shader of what is shown
  std::atomic<bool> m_byGpu{false};  // for isGpu()

  std::jthread m_thread;  // last: joined first
};

}  // namespace rollproof::ui
