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
  void toggleLook();         // with its look, or without
  void toggleWipe();         // left of a line with, right of it without; the line is dragged
  void toggleFalseColour();  // stops from 18 % grey
  void toggleScopes();
  // Tries a look on the clip shown; nullopt: none. The clip's own comes back with the next clip or reload().
  void tryLook(const std::optional<model::Look>& look);
  [[nodiscard]] bool isGpu() const { return m_playback.isGpu(); }
  [[nodiscard]] bool lookIsOn() const { return m_lookOn; }
  [[nodiscard]] bool isWiping() const { return m_wiping; }
  [[nodiscard]] const QImage& picture() const { return m_shown.picture; }
  [[nodiscard]] const QImage& plainPicture() const { return m_shown.plain; }
  [[nodiscard]] bool hasScopes() const { return m_scopesOn && m_shown.scopes.size() == 4; }
  [[nodiscard]] bool isPlaying() const { return m_playing; }
  [[nodiscard]] std::int64_t frame() const { return m_frame; }  // the one shown
  [[nodiscard]] std::int64_t frameCount() const { return m_frames; }
  [[nodiscard]] bool hasPicture() const { return !m_shown.picture.isNull(); }
  [[nodiscard]] QString position() const;  // "A012C004 · 01:14:22:17"
  [[nodiscard]] QString chain() const { return m_chain; }
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  void playingChanged(bool playing);
  void refused(const QString& sentence);

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
  void askAnew();
  [[nodiscard]] QRectF scopesArea() const;
  [[nodiscard]] QRectF shownArea() const;  // where the picture itself lies
  void paintPicture(QPainter& painter);
  void paintScopes(QPainter& painter);
  void paintModes(QPainter& painter);

  session::Session& m_session;
  Playback m_playback;
  std::optional<catalog::ClipRow> m_row;
  std::int64_t m_frames = 0, m_frame = 0, m_asked = 0;
  FrameRate m_rate;
  QString m_chain, m_sentence;
  Shown m_shown;
  bool m_lookOn = true, m_wiping = false, m_falseColour = false, m_scopesOn = false, m_draggingWipe = false;
  qreal m_wipeAt = 0.5;  // of the picture's width
  QSize m_openedFor;
  bool m_playing = false, m_scrubbing = false;
  QElapsedTimer m_since;  // when play began
  std::int64_t m_playFrom = 0;
  std::optional<model::Look> m_tried;
  QTimer m_tick, m_resized, m_settled;
};

}  // namespace rollproof::ui
