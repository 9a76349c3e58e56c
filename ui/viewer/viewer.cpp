// SPDX-License-Identifier: Apache-2.0
#include "ui/viewer/viewer.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

Viewer::Viewer(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
  setMinimumSize(space(320), space(200));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setFocusPolicy(Qt::ClickFocus);
  setAccessibleName(tr("Viewer"));
  m_tick.setTimerType(Qt::PreciseTimer);
  connect(&m_tick, &QTimer::timeout, this, &Viewer::tick);
  m_resized.setSingleShot(true);
  m_resized.setInterval(300);
  connect(&m_resized, &QTimer::timeout, this, [this] {
    if (m_row && pictureArea().size().toSize() != m_openedFor) open(m_frame);
  });
  connect(&m_playback, &Playback::opened, this, [this](qint64 frames, FrameRate rate, const QString& chain) {
    m_frames = frames;
    m_rate = rate;
    m_chain = chain;
    update();
  });
  connect(&m_playback, &Playback::shown, this, [this](const QImage& picture, qint64 frame) {
    m_picture = picture;
    m_frame = frame;
    m_sentence.clear();
    update();
  });
  connect(&m_playback, &Playback::failed, this, [this](const QString& sentence) {
    setPlaying(false);
    m_picture = {};
    m_sentence = sentence;
    update();
  });
}

QSize Viewer::sizeHint() const { return {space(720), space(430)}; }

void Viewer::showClip(const catalog::ClipRow& row) {
  if (m_row && m_row->id == row.id) {
    m_row = row;
    return update();
  }
  setPlaying(false);
  m_row = row;
  m_picture = {};
  m_chain.clear();
  m_frames = m_frame = m_asked = 0;
  if (!row.clip.picture) return clear(tr("This clip has no picture."));
  m_sentence = tr("Opening…");
  open(0);
}

void Viewer::reload() {
  if (m_row && m_row->clip.picture) open(m_frame);
}

void Viewer::clear(const QString& sentence) {
  setPlaying(false);
  m_playback.close();
  m_picture = {};
  m_frames = m_frame = m_asked = 0;
  m_chain.clear();
  m_sentence = sentence;
  if (sentence.isEmpty()) m_row.reset();
  update();
}

void Viewer::open(std::int64_t frame) {
  const QSize area = pictureArea().size().toSize();
  m_openedFor = area;
  const int width = std::max(160, qRound(area.width() * devicePixelRatioF())),
            height = std::max(90, qRound(area.height() * devicePixelRatioF()));
  m_playback.open([this, id = m_row->id, width, height] { return m_session.openPlayer(id, width, height); }, frame);
  m_asked = frame;
  update();
}

void Viewer::setPlaying(bool playing) {
  if (playing == m_playing) return;
  m_playing = playing;
  if (playing) {
    m_playFrom = m_asked >= m_frames - 1 ? 0 : m_asked;
    m_since.start();
    // Twice the frame rate: no frame waits longer than half its time for its turn.
    m_tick.start(std::clamp(static_cast<int>(500.0 / std::max(1.0, m_rate.approximate())), 4, 100));
  } else {
    m_tick.stop();
  }
  emit playingChanged(playing);
  update();
}

void Viewer::togglePlay() {
  if (m_frames > 0) setPlaying(!m_playing);
}

void Viewer::tick() {
  if (!m_rate.valid()) return setPlaying(false);
  const std::int64_t passed = m_since.nsecsElapsed() / 1000 * m_rate.num / (std::int64_t{1000000} * m_rate.den);
  const std::int64_t due = std::min(m_playFrom + passed, m_frames - 1);
  if (due != m_asked) {
    m_asked = due;
    m_playback.want(due);
  }
  if (due == m_frames - 1) setPlaying(false);
}

void Viewer::step(int frames) {
  setPlaying(false);
  goTo(m_asked + frames);
}

void Viewer::goTo(std::int64_t frame) {
  if (m_frames <= 0) return;
  frame = std::clamp<std::int64_t>(frame, 0, m_frames - 1);
  if (m_playing) {
    m_playFrom = frame;
    m_since.start();
  }
  if (frame == m_asked) return;
  m_asked = frame;
  m_playback.want(frame);
}

QString Viewer::position() const {
  if (!m_row) return {};
  const QString name = shown(m_row->clip.name) + QStringLiteral(" · ");
  if (m_row->clip.start) return name + QString::fromStdString(m_row->clip.start->plus(m_frame).text());
  return name + tr("frame %1").arg(m_frame);
}

QRectF Viewer::headerArea() const {
  return {qreal(space(16)), qreal(space(10)), qreal(width() - space(32)),
          QFontMetricsF(theme::font(theme::Size::body)).height()};
}

QRectF Viewer::scrubArea() const {
  return {qreal(space(16)), qreal(height() - space(20)), qreal(width() - space(32)), qreal(space(6))};
}

QRectF Viewer::pictureArea() const {
  const qreal top = headerArea().bottom() + space(10);
  return {0, top, qreal(width()), scrubArea().top() - space(10) - top};
}

void Viewer::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme::grey(theme::kTrough));
  painter.drawRoundedRect(rect(), 4, 4);

  const QRectF header = headerArea();
  painter.setFont(theme::font(theme::Size::body, true));
  painter.setPen(theme::grey(theme::kText));
  const QString where = position();
  const qreal used = figuresWidth(painter.font(), where);
  drawFigures(painter, header, Qt::AlignLeft, where, Elide::none);
  painter.setFont(theme::font(theme::Size::small));
  painter.setPen(theme::grey(theme::kDim));
  const QString chain = QString(m_chain).replace(QStringLiteral("->"), QStringLiteral("→"));
  drawFigures(painter, header.adjusted(used + space(24), 0, 0, 0), Qt::AlignRight, chain);

  const QRectF area = pictureArea();
  if (!m_picture.isNull()) {
    const QSizeF size = QSizeF(m_picture.size()).scaled(area.size(), Qt::KeepAspectRatio);
    const QRectF target(QPointF(area.center().x() - size.width() / 2, area.center().y() - size.height() / 2), size);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target, m_picture);
  } else if (!m_sentence.isEmpty()) {
    painter.setFont(theme::font(theme::Size::body));
    painter.drawText(area.adjusted(space(24), 0, -space(24), 0), Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
  }
  if (m_frames > 1)
    drawBar(painter, scrubArea(), static_cast<double>(m_frame) / static_cast<double>(m_frames - 1), theme::grey(0xb0));
}

void Viewer::resizeEvent(QResizeEvent*) {
  if (m_row && m_row->clip.picture) m_resized.start();
}

void Viewer::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || m_frames <= 0) return;
  if (event->position().y() < scrubArea().top() - space(10)) return togglePlay();
  m_scrubbing = true;
  setPlaying(false);
  scrubTo(event->position().x());
}

void Viewer::mouseMoveEvent(QMouseEvent* event) {
  if (m_scrubbing) scrubTo(event->position().x());
}

void Viewer::mouseReleaseEvent(QMouseEvent*) { m_scrubbing = false; }

void Viewer::scrubTo(qreal x) {
  const QRectF bar = scrubArea();
  const qreal part = std::clamp((x - bar.left()) / bar.width(), 0.0, 1.0);
  goTo(qRound64(part * static_cast<qreal>(m_frames - 1)));
}

}  // namespace rollproof::ui
