// SPDX-License-Identifier: Apache-2.0
#include "ui/viewer/viewer.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

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
  // While a hand moves pictures come fast; once it rests, exactly.
  m_settled.setSingleShot(true);
  m_settled.setInterval(250);
  connect(&m_settled, &QTimer::timeout, this, [this] { m_playback.setLook(m_tried, false); });
  connect(&m_playback, &Playback::opened, this, [this](qint64 frames, FrameRate rate, const QString& chain) {
    m_frames = frames;
    m_rate = rate;
    m_chain = chain;
    update();
  });
  connect(&m_playback, &Playback::graded, this, [this](const QString& chain) {
    m_chain = chain;
    update();
  });
  connect(&m_playback, &Playback::refused, this, &Viewer::refused);
  connect(&m_playback, &Playback::shown, this, [this](const Shown& all, qint64 frame) {
    m_shown = all;
    m_frame = frame;
    m_sentence.clear();
    update();
  });
  connect(&m_playback, &Playback::failed, this, [this](const QString& sentence) {
    setPlaying(false);
    m_shown = {};
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
  m_shown = {};
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
  m_shown = {};
  m_frames = m_frame = m_asked = 0;
  m_chain.clear();
  m_sentence = sentence;
  if (sentence.isEmpty()) m_row.reset();
  update();
}

void Viewer::open(std::int64_t frame) {
  const QSize area = pictureArea().size().toSize();
  m_openedFor = area;
  m_settled.stop();
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
  const qreal right = m_scopesOn ? scopesArea().left() - space(8) : qreal(width());
  return {0, top, right, scrubArea().top() - space(10) - top};
}

// A column at the right: four of them, one under the other.
QRectF Viewer::scopesArea() const {
  const qreal top = headerArea().bottom() + space(10), height = scrubArea().top() - space(10) - top;
  const qreal wide = std::min<qreal>(width() * 0.32, height / 4 * 16 / 9);
  return {width() - wide, top, wide, height};
}

QRectF Viewer::shownArea() const {
  const QRectF area = pictureArea();
  const QSizeF size = QSizeF(m_shown.picture.size()).scaled(area.size(), Qt::KeepAspectRatio);
  return {QPointF(area.center().x() - size.width() / 2, area.center().y() - size.height() / 2), size};
}

void Viewer::paintPicture(QPainter& painter) {
  const QRectF target = shownArea();
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  const bool plain = !m_shown.plain.isNull();
  painter.drawImage(target, !m_lookOn && plain && !m_falseColour ? m_shown.plain : m_shown.picture);
  if (!m_wiping || !plain || !m_lookOn) return;
  const qreal at = target.left() + target.width() * m_wipeAt;
  painter.save();
  painter.setClipRect(QRectF(QPointF(at, target.top()), target.bottomRight()));
  painter.drawImage(target, m_shown.plain);
  painter.restore();
  painter.setPen(QPen(theme::grey(theme::kBright), 1));
  painter.drawLine(QPointF(at, target.top()), QPointF(at, target.bottom()));
}

// What is shown is said in the picture's corner: nobody may take false colour for a grade.
void Viewer::paintModes(QPainter& painter) {
  QString words;
  if (m_falseColour)
    words = tr("false colour: stops from 18 % grey");
  else if (!m_lookOn)
    words = tr("look off");
  else if (m_wiping)
    words = tr("look | without");
  if (words.isEmpty()) return;
  painter.setFont(theme::font(theme::Size::small));
  const QRectF box(shownArea().left() + space(8), shownArea().top() + space(8),
                   figuresWidth(painter.font(), words) + space(16), space(22));
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(0, 0, 0, 160));
  painter.drawRoundedRect(box, 3, 3);
  painter.setPen(theme::grey(theme::kText));
  drawFigures(painter, box.adjusted(space(8), 0, 0, 0), Qt::AlignLeft, words, Elide::none);
}

void Viewer::paintScopes(QPainter& painter) {
  const QRectF area = scopesArea();
  const qreal each = (area.height() - 3 * space(4)) / 4;
  painter.setFont(theme::font(theme::Size::small));
  for (std::size_t i = 0; i < m_shown.scopes.size(); ++i) {
    const auto& scope = m_shown.scopes[i];
    const QRectF place(area.left(), area.top() + static_cast<qreal>(i) * (each + space(4)), area.width(), each);
    painter.drawImage(place, scope.image);
    painter.setPen(theme::grey(theme::kDim));
    for (const auto& [at, text] : scope.marks) {
      const QPointF where(place.left() + place.width() * at.x() / std::max(1, scope.image.width()),
                          place.top() + place.height() * at.y() / std::max(1, scope.image.height()));
      const QRectF box(std::min(where.x() + 2, place.right() - space(28)),
                       std::clamp(where.y() - space(8), place.top(), place.bottom() - space(16)), space(28), space(16));
      painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, text);
    }
  }
}

void Viewer::askAnew() {
  dailies::ViewerWants wants;
  wants.plain = m_wiping || !m_lookOn;
  wants.falseColour = m_falseColour;
  wants.scopes = m_scopesOn;
  m_playback.setWants(wants);
  update();
}

void Viewer::toggleLook() {
  m_lookOn = !m_lookOn;
  askAnew();
}

void Viewer::toggleWipe() {
  m_wiping = !m_wiping;
  askAnew();
}

void Viewer::toggleFalseColour() {
  m_falseColour = !m_falseColour;
  askAnew();
}

void Viewer::toggleScopes() {
  m_scopesOn = !m_scopesOn;
  askAnew();
  if (m_row && m_row->clip.picture) m_resized.start();  // the picture's place has another size
}

void Viewer::tryLook(const std::optional<model::Look>& look) {
  if (!m_row || !m_row->clip.picture) return;
  m_tried = look;
  m_playback.setLook(look, true);
  m_settled.start();
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

  if (!m_shown.picture.isNull()) {
    paintPicture(painter);
    paintModes(painter);
    if (hasScopes()) paintScopes(painter);
  } else if (!m_sentence.isEmpty()) {
    painter.setFont(theme::font(theme::Size::body));
    painter.drawText(pictureArea().adjusted(space(24), 0, -space(24), 0), Qt::AlignCenter | Qt::TextWordWrap,
                     m_sentence);
  }
  if (m_frames > 1)
    drawBar(painter, scrubArea(), static_cast<double>(m_frame) / static_cast<double>(m_frames - 1), theme::grey(0xb0));
}

void Viewer::resizeEvent(QResizeEvent*) {
  if (m_row && m_row->clip.picture) m_resized.start();
}

void Viewer::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || m_frames <= 0) return;
  const QRectF target = m_shown.picture.isNull() ? QRectF() : shownArea();
  if (m_wiping && target.contains(event->position()) &&
      std::abs(event->position().x() - (target.left() + target.width() * m_wipeAt)) < space(12)) {
    m_draggingWipe = true;
    return;
  }
  if (event->position().y() < scrubArea().top() - space(10)) return togglePlay();
  m_scrubbing = true;
  setPlaying(false);
  scrubTo(event->position().x());
}

void Viewer::mouseMoveEvent(QMouseEvent* event) {
  if (m_draggingWipe) {
    const QRectF target = shownArea();
    m_wipeAt = std::clamp((event->position().x() - target.left()) / std::max(1.0, target.width()), 0.0, 1.0);
    return update();
  }
  if (m_scrubbing) scrubTo(event->position().x());
}

void Viewer::mouseReleaseEvent(QMouseEvent*) { m_scrubbing = m_draggingWipe = false; }

void Viewer::scrubTo(qreal x) {
  const QRectF bar = scrubArea();
  const qreal part = std::clamp((x - bar.left()) / bar.width(), 0.0, 1.0);
  goTo(qRound64(part * static_cast<qreal>(m_frames - 1)));
}

}  // namespace rollproof::ui
