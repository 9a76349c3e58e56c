// SPDX-License-Identifier: Apache-2.0
// One line of text whose digits all have the same width, so that running numbers do not dance; and the thin bar.
// (Qt 6.4 cannot ask a font for its tabular figures: each digit is set into a cell of the widest one instead.)
// Threads: GUI thread only. Errors: none.
// Source: OpenType feature 'tnum', by hand.
#pragma once

#include <QLabel>
#include <QWidget>
#include <vector>

#include "ui/theme/theme.h"

class QPainter;

namespace rollproof::ui {

[[nodiscard]] qreal figuresWidth(const QFont& font, const QString& text);
// Where a line that does not fit loses its letters. middle: for what is told apart by its end (serials, paths).
enum class Elide { right, middle, none };
// Draws within rect, vertically centred.
void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text,
                 Elide elide = Elide::right);

struct Run {
  QString text;
  bool strong = false;
  QColor colour;  // invalid: the widget's own
  bool operator==(const Run&) const = default;
};

// A label: screen readers get its plain text.
class Text : public QLabel {
  Q_OBJECT
 public:
  explicit Text(theme::Size size = theme::Size::body, bool strong = false, QWidget* parent = nullptr);
  void setLine(const QString& text);  // repaints only when it differs
  void setRuns(const std::vector<Run>& runs);
  void setColour(const QColor& colour);
  void setElide(Elide elide);  // none: asks for its whole width and is never cut (timecode)
  // Lifts the line so that it stands on the baseline of text of the other size, when both are aligned at the bottom.
  void standOnBaselineOf(theme::Size other, bool strong);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  [[nodiscard]] QFont fontOf(const Run& run) const;

  theme::Size m_size;
  bool m_strong;
  Elide m_elide = Elide::right;
  QColor m_colour;
  std::vector<Run> m_runs;
};

// A quiet word over or beside what it names; strong for the name of a part.
[[nodiscard]] Text* makeCaption(const QString& text, bool strong, QWidget* parent);
// A paragraph that wraps.
[[nodiscard]] QLabel* makeParagraph(theme::Size size, QWidget* parent);

class Bar : public QWidget {
  Q_OBJECT
 public:
  explicit Bar(int heightAtNormalSize, QWidget* parent = nullptr);
  void setFraction(double fraction);  // 0..1
  void setColour(const QColor& colour);
  [[nodiscard]] double fraction() const { return m_fraction; }
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  int m_height;
  double m_fraction = 0;
  QColor m_colour;
};

void drawBar(QPainter& painter, const QRectF& rect, double fraction, const QColor& colour);

}  // namespace rollproof::ui
