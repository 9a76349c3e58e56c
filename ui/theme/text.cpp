// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/text.h"

#include <QFontMetricsF>
#include <QHash>
#include <QPaintEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace rollproof::ui {

namespace {

bool isDigit(QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); }

qreal digitCell(const QFont& font) {
  static QHash<QString, qreal> cells;
  const QString key = font.key();
  if (const auto known = cells.constFind(key); known != cells.constEnd()) return *known;
  const QFontMetricsF metrics(font);
  qreal widest = 0;
  for (char digit = '0'; digit <= '9'; ++digit)
    widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
  cells.insert(key, widest);
  return widest;
}

// Calls piece(text, isDigit) for each digit and each stretch between digits.
template <class Piece>
void eachPiece(const QString& text, Piece piece) {
  qsizetype from = 0;
  while (from < text.size()) {
    if (isDigit(text[from])) {
      piece(text.mid(from, 1), true);
      ++from;
      continue;
    }
    qsizetype to = from;
    while (to < text.size() && !isDigit(text[to])) ++to;
    piece(text.mid(from, to - from), false);
    from = to;
  }
}

qreal drawAt(QPainter& painter, qreal x, qreal baseline, const QString& text) {
  const QFontMetricsF metrics(painter.font());
  const qreal cell = digitCell(painter.font());
  eachPiece(text, [&](const QString& piece, bool digit) {
    const qreal advance = metrics.horizontalAdvance(piece);
    painter.drawText(QPointF(digit ? x + (cell - advance) / 2 : x, baseline), piece);
    x += digit ? cell : advance;
  });
  return x;
}

QString elidedTo(const QFont& font, const QString& text, qreal width, Elide how) {
  if (how == Elide::none || figuresWidth(font, text) <= width) return text;
  const QString dots(QChar(0x2026));
  // `kept` characters and the dots: all in front, or half of them behind.
  const auto cut = [&](qsizetype kept) {
    const qsizetype behind = how == Elide::middle ? kept / 2 : 0;
    return text.left(kept - behind).trimmed() + dots + text.right(behind).trimmed();
  };
  qsizetype low = 0, high = text.size();
  while (low < high) {
    const qsizetype middle = (low + high + 1) / 2;
    if (figuresWidth(font, cut(middle)) <= width)
      low = middle;
    else
      high = middle - 1;
  }
  return cut(low);
}

}  // namespace

qreal figuresWidth(const QFont& font, const QString& text) {
  const QFontMetricsF metrics(font);
  const qreal cell = digitCell(font);
  qreal width = 0;
  eachPiece(text, [&](const QString& piece, bool digit) { width += digit ? cell : metrics.horizontalAdvance(piece); });
  return width;
}

void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text, Elide elide) {
  const QFont font = painter.font();
  const QString shown = elidedTo(font, text, rect.width(), elide);
  const QFontMetricsF metrics(font);
  qreal x = rect.left();
  if (alignment & Qt::AlignRight) x = rect.right() - figuresWidth(font, shown);
  if (alignment & Qt::AlignHCenter) x = rect.center().x() - figuresWidth(font, shown) / 2;
  const qreal baseline = rect.top() + (rect.height() - metrics.height()) / 2 + metrics.ascent();
  drawAt(painter, x, baseline, shown);
}

Text::Text(theme::Size size, bool strong, QWidget* parent) : QLabel(parent), m_size(size), m_strong(strong) {
  setFont(theme::font(size, strong));
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Text::setLine(const QString& text) { setRuns({Run{text, m_strong, {}}}); }

void Text::setRuns(const std::vector<Run>& runs) {
  if (runs == m_runs) return;
  m_runs = runs;
  QString plain;
  for (const auto& run : runs) plain += run.text;
  setText(plain);
  updateGeometry();
  update();
}

void Text::setColour(const QColor& colour) {
  if (m_colour == colour) return;
  m_colour = colour;
  update();
}

void Text::setElide(Elide elide) {
  m_elide = elide;
  updateGeometry();
}

void Text::standOnBaselineOf(theme::Size other, bool strong) {
  const qreal lift =
      QFontMetricsF(theme::font(other, strong)).descent() - QFontMetricsF(theme::font(m_size, m_strong)).descent();
  setContentsMargins(0, 0, 0, qRound(lift));
}

QFont Text::fontOf(const Run& run) const { return theme::font(m_size, run.strong); }

QSize Text::sizeHint() const {
  qreal width = 0;
  for (const auto& run : m_runs) width += figuresWidth(fontOf(run), run.text);
  const QFontMetricsF metrics(theme::font(m_size, m_strong));
  return QSize(static_cast<int>(std::ceil(width)) + 1, static_cast<int>(std::ceil(metrics.height())))
      .grownBy(contentsMargins());
}

QSize Text::minimumSizeHint() const {
  const QSize whole = sizeHint();
  return m_elide != Elide::none ? QSize(std::min(whole.width(), theme::space(24)), whole.height()) : whole;
}

void Text::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const QRectF area = contentsRect();
  qreal x = area.left();
  const qreal right = area.right();
  if (alignment() & Qt::AlignRight) x = std::max(x, x + width() - sizeHint().width());
  for (const auto& run : m_runs) {
    const QFont font = fontOf(run);
    painter.setFont(font);
    const QColor own = m_colour.isValid() ? m_colour : palette().color(foregroundRole());
    painter.setPen(run.colour.isValid() ? run.colour : own);
    const QFontMetricsF metrics(font);
    const qreal baseline = area.top() + (area.height() - metrics.height()) / 2 + metrics.ascent();
    const bool cut = m_elide != Elide::none && x + figuresWidth(font, run.text) > right + 1;
    x = drawAt(painter, x, baseline, cut ? elidedTo(font, run.text, right - x, m_elide) : run.text);
    if (cut) return;
  }
}

Text* makeCaption(const QString& text, bool strong, QWidget* parent) {
  auto* caption = new Text(theme::Size::small, strong, parent);
  caption->setLine(text);
  caption->setColour(theme::grey(theme::kDim));
  return caption;
}

QLabel* makeParagraph(theme::Size size, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setFont(theme::font(size));
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  return label;
}

Bar::Bar(int heightAtNormalSize, QWidget* parent)
    : QWidget(parent), m_height(theme::space(heightAtNormalSize)), m_colour(theme::working()) {
  setFixedHeight(m_height);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Bar::setFraction(double fraction) {
  fraction = std::clamp(fraction, 0.0, 1.0);
  // Less than half a pixel's worth would repaint the same picture.
  if (std::abs(fraction - m_fraction) * width() < 0.5 && fraction != 1.0 && fraction != 0.0) return;
  if (fraction == m_fraction) return;
  m_fraction = fraction;
  update();
}

void Bar::setColour(const QColor& colour) {
  if (colour == m_colour) return;
  m_colour = colour;
  update();
}

QSize Bar::sizeHint() const { return {theme::space(120), m_height}; }

void Bar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  drawBar(painter, rect(), m_fraction, m_colour);
}

void drawBar(QPainter& painter, const QRectF& rect, double fraction, const QColor& colour) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  const qreal radius = std::min(rect.height() / 2, 4.0);
  painter.setBrush(theme::grey(theme::kTrough));
  painter.drawRoundedRect(rect, radius, radius);
  if (fraction > 0) {
    QRectF filled = rect;
    filled.setWidth(std::max(rect.height(), rect.width() * fraction));
    painter.setBrush(colour);
    painter.drawRoundedRect(filled, radius, radius);
  }
  painter.restore();
}

}  // namespace rollproof::ui
