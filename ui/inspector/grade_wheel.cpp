// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/grade_wheel.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/text.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

using theme::space;

namespace {

// Where red, green and blue lie about the middle, near to where a vectorscope has them: x right, y up.
constexpr double kThird = 2.0943951023931953;  // a third of a turn
QPointF directionOf(int channel) {
  constexpr double kRed = 1.92;  // 110 degrees
  const double angle = kRed + channel * kThird;
  return {std::cos(angle), std::sin(angle)};
}

constexpr double kFine = 0.2;      // with Shift
constexpr double kKeyStep = 0.02;  // of the reach

}  // namespace

GradeWheel::GradeWheel(const QString& name, double least, double most, double usual, double reach, QWidget* parent)
    : QWidget(parent), m_name(name), m_least(least), m_most(most), m_usual(usual), m_reach(reach) {
  m_values.fill(usual);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("%1 wheel").arg(name));
  setToolTip(
      tr("Drag to balance the colours, Shift is finer; the mouse wheel moves all three; double-click to reset."));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  describe();
}

QSize GradeWheel::sizeHint() const { return {space(92), space(112)}; }

QRectF GradeWheel::disc() const {
  const qreal top = space(4), bottom = height() - space(20);
  const qreal side = std::max<qreal>(16, std::min<qreal>(width() - space(4), bottom - top));
  return {(width() - side) / 2, top, side, side};
}

QPointF GradeWheel::balance() const {
  QPointF sum;
  for (int i = 0; i < 3; ++i) sum += directionOf(i) * m_values[static_cast<std::size_t>(i)];
  return sum * (2.0 / 3.0);
}

QPointF GradeWheel::knob() const {
  QPointF at = balance() / m_reach;
  const double far = std::hypot(at.x(), at.y());
  return far > 1 ? at / far : at;
}

void GradeWheel::setValues(const Values& values) {
  m_values = values;
  describe();
  update();
}

// A screen reader has no picture of the knob.
void GradeWheel::describe() {
  setAccessibleDescription(tr("red %1, green %2, blue %3")
                               .arg(m_values[0], 0, 'f', 3)
                               .arg(m_values[1], 0, 'f', 3)
                               .arg(m_values[2], 0, 'f', 3));
}

void GradeWheel::take(const Values& values) {
  Values bounded{};
  // Four decimals, as the numbers beside it show: what is kept is what is seen.
  std::transform(values.begin(), values.end(), bounded.begin(),
                 [this](double value) { return std::clamp(std::round(value * 1e4) / 1e4, m_least, m_most); });
  if (bounded == m_values) return;
  setValues(bounded);
  emit moved(m_values);
}

void GradeWheel::shift(QPointF by) {
  Values values = m_values;
  for (int i = 0; i < 3; ++i) {
    const QPointF towards = directionOf(i);
    values[static_cast<std::size_t>(i)] += QPointF::dotProduct(towards, by);
  }
  take(values);
}

void GradeWheel::lift(double by) {
  Values values = m_values;
  for (double& value : values) value += by;
  take(values);
}

void GradeWheel::mousePressEvent(QMouseEvent* event) { m_last = event->position(); }

void GradeWheel::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) == 0) return;
  const QPointF way = event->position() - m_last;
  m_last = event->position();
  const double scale = m_reach / (disc().width() / 2) * ((event->modifiers() & Qt::ShiftModifier) != 0 ? kFine : 1.0);
  shift({way.x() * scale, -way.y() * scale});
}

void GradeWheel::mouseDoubleClickEvent(QMouseEvent*) { take({m_usual, m_usual, m_usual}); }

void GradeWheel::wheelEvent(QWheelEvent* event) {
  // Only where somebody means it: the panel scrolls past its wheels otherwise.
  if (!hasFocus()) return event->ignore();
  const double fine = (event->modifiers() & Qt::ShiftModifier) != 0 ? kFine : 1.0;
  const int turned = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
  lift(turned / 120.0 * m_reach * kKeyStep * fine);
  event->accept();
}

// Its keys are the viewer's elsewhere.
bool GradeWheel::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    for (const int own :
         {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home}) {
      if (key == own) {
        event->accept();
        return true;
      }
    }
  }
  return QWidget::event(event);
}

void GradeWheel::keyPressEvent(QKeyEvent* event) {
  const double step = m_reach * kKeyStep * ((event->modifiers() & Qt::ShiftModifier) != 0 ? kFine : 1.0);
  switch (event->key()) {
    case Qt::Key_Left:
      return shift({-step, 0});
    case Qt::Key_Right:
      return shift({step, 0});
    case Qt::Key_Up:
      return shift({0, step});
    case Qt::Key_Down:
      return shift({0, -step});
    case Qt::Key_PageUp:
      return lift(step);
    case Qt::Key_PageDown:
      return lift(-step);
    case Qt::Key_Home:
      return take({m_usual, m_usual, m_usual});
    default:
      QWidget::keyPressEvent(event);
  }
}

void GradeWheel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF round = disc();
  const QPointF middle = round.center();
  const qreal radius = round.width() / 2 - 1;
  const qreal inner = radius - space(9);
  painter.setPen(QPen(theme::grey(hasFocus() ? theme::kText : theme::kLine), hasFocus() ? 2 : 1));
  painter.setBrush(theme::grey(theme::kTrough));
  painter.drawEllipse(middle, radius, radius);
  painter.setPen(QPen(theme::grey(theme::kLine), 1));
  painter.setBrush(theme::grey(theme::kBase));
  painter.drawEllipse(middle, inner, inner);
  painter.drawLine(middle - QPointF(inner, 0), middle + QPointF(inner, 0));
  painter.drawLine(middle - QPointF(0, inner), middle + QPointF(0, inner));
  painter.setFont(theme::font(theme::Size::small));
  const QString letters[] = {tr("R"), tr("G"), tr("B")};
  for (int i = 0; i < 3; ++i) {
    const QPointF towards = directionOf(i);
    const QPointF at = middle + QPointF(towards.x(), -towards.y()) * (inner - space(10));
    painter.setPen(theme::grey(theme::kDim));
    painter.drawText(QRectF(at.x() - space(8), at.y() - space(8), space(16), space(16)), Qt::AlignCenter, letters[i]);
  }
  // All three together: how far round the ring, from the bottom.
  const double mean = (m_values[0] + m_values[1] + m_values[2]) / 3 - m_usual;
  const double part = std::clamp(mean / (2 * m_reach), -1.0, 1.0);
  if (std::abs(part) > 1e-4) {
    const qreal ring = (radius + inner) / 2;
    painter.setPen(QPen(theme::grey(0xb0), radius - inner - 3, Qt::SolidLine, Qt::FlatCap));
    painter.setBrush(Qt::NoBrush);
    painter.drawArc(QRectF(middle.x() - ring, middle.y() - ring, 2 * ring, 2 * ring), 90 * 16,
                    -qRound(part * 150 * 16));
  }
  const QPointF at = middle + QPointF(knob().x(), -knob().y()) * inner;
  painter.setPen(QPen(theme::grey(theme::kTrough), 2));
  painter.setBrush(theme::grey(theme::kBright));
  painter.drawEllipse(at, qreal(space(5)), qreal(space(5)));
  painter.setPen(theme::grey(theme::kText));
  painter.drawText(QRectF(0, round.bottom(), width(), height() - round.bottom()), Qt::AlignCenter, m_name);
}

}  // namespace rollproof::ui
