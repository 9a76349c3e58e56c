// SPDX-License-Identifier: Apache-2.0
// One wheel of a grade: a knob whose direction and distance shift red, green and blue against each other, and a ring
// that moves all three. By mouse (Shift is finer), by the mouse wheel, and by keys: arrows, Page Up and Down, Home.
// Grey, as all that stands beside a picture is; letters say where the colours lie.
// Threads: GUI thread only. Errors: none; values stay within the bounds.
#pragma once

#include <QWidget>
#include <array>

namespace rollproof::ui {

class GradeWheel : public QWidget {
  Q_OBJECT
 public:
  using Values = std::array<double, 3>;  // red, green, blue
  // `reach` is how far the rim is from the middle, in values; `usual` the value of all three that changes nothing.
  GradeWheel(const QString& name, double least, double most, double usual, double reach, QWidget* parent = nullptr);
  void setValues(const Values& values);  // says nothing
  [[nodiscard]] const Values& values() const { return m_values; }
  // The knob's place: 1 is the rim, x to the right, y up. Values beyond the rim stand at it.
  [[nodiscard]] QPointF knob() const;
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  void moved(const std::array<double, 3>& values);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] QRectF disc() const;
  [[nodiscard]] QPointF balance() const;  // in values
  void shift(QPointF by);                 // of the balance, in values
  void lift(double by);                   // of all three
  void take(const Values& values);
  void describe();

  QString m_name;
  double m_least, m_most, m_usual, m_reach;
  Values m_values;
  QPointF m_last;
};

}  // namespace rollproof::ui
