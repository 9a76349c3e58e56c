// SPDX-License-Identifier: Apache-2.0
// A clip through its colour: play, pause, step, scrub. Shows clip, running timecode and the colour chain in words.
// Drops frames rather than lag.
// Threads: GUI thread only; decoding is Playback's. Errors: a clip without decodable pictures says so in its place.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include "ui/viewer/playback.h"

namespace rollproof::ui {

class Actions;

class Viewer : public QWidget {
  Q_OBJECT
 public:
  Viewer(session::Session& session, QWidget* parent = nullptr);
  void showClip(const catalog::ClipRow& row);
  void reload();  // the same clip and frame, after its look changed
  void clear(const QString& sentence);

  void togglePlay();
  void step(int frames);
  void goTo(std::int64_t frame);
  [[nodiscard]] bool isPlaying() const { return m_playing; }
  [[nodiscard]] std::int64_t frame() const { return m_frame; }  // the one shown
  [[nodiscard]] std::int64_t frameCount() const { return m_frames; }
  [[nodiscard]] bool hasPicture() const { return !m_picture.isNull(); }
  [[nodiscard]] QString position() const;  // "A012C004 · 01:14:22:17"
  [[nodiscard]] QString chain() const { return m_chain; }
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  void playingChanged(bool playing);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  void open(std::int64_t frame);
  void setPlaying(bool playing);
  void tick();
  [[nodiscard]] QRectF headerArea() const;
  [[nodiscard]] QRectF pictureArea() const;
  [[nodiscard]] QRectF scrubArea() const;
  void scrubTo(qreal x);

  session::Session& m_session;
  Playback m_playback;
  std::optional<catalog::ClipRow> m_row;
  std::int64_t m_frames = 0, m_frame = 0, m_asked = 0;
  FrameRate m_rate;
  QString m_chain, m_sentence;
  QImage m_picture;
  QSize m_openedFor;
  bool m_playing = false, m_scrubbing = false;
  QElapsedTimer m_since;  // when play began
  std::int64_t m_playFrom = 0;
  QTimer m_tick, m_resized;
};

}  // namespace rollproof::ui
