// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontMetricsF>
#include <QPalette>
#include <QStyleFactory>
#include <QWidget>

namespace rollproof::ui::theme {

namespace {

QString name(int level) { return grey(level).name(); }

// The sheet names greys by role; the numbers live in one place.
QString styleSheet() {
  QFile file(QStringLiteral(":/rollproof/theme/rollproof.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const std::pair<const char*, int> tokens[] = {{"@window", kWindow}, {"@base", kBase},           {"@panel", kPanel},
                                                {"@row", kRow},       {"@button", kButton},       {"@hover", kHover},
                                                {"@line", kLine},     {"@selection", kSelection}, {"@trough", kTrough},
                                                {"@dim", kDim},       {"@text", kText},           {"@bright", kBright}};
  for (const auto& [token, level] : tokens) sheet.replace(QLatin1String(token), name(level));
  return sheet;
}

}  // namespace

QColor working() { return QColor(0x7d, 0xb3, 0xe8); }
QColor proven() { return QColor(0x86, 0xe0, 0x9b); }
QColor provenGround() { return QColor(0x24, 0x37, 0x2b); }
QColor defect() { return QColor(0xf2, 0x8b, 0x7b); }
QColor caution() { return QColor(0xe8, 0xc8, 0x7a); }
QColor defectText() { return QColor(0x1c, 0x1c, 0x1c); }

QFont font(Size size, bool strong) {
  QFont font;
  font.setFamilies({QStringLiteral("Inter"), QStringLiteral("DejaVu Sans")});
  font.setPixelSize(size == Size::roll ? 34 : size == Size::body ? 14 : 12);
  font.setWeight(!strong ? QFont::Normal : size == Size::roll ? QFont::Bold : QFont::DemiBold);
  // Subpixel rendering would put coloured fringes on grey.
  font.setStyleStrategy(static_cast<QFont::StyleStrategy>(QFont::PreferAntialias | QFont::NoSubpixelAntialias));
  return font;
}

int space(int pixelsAtNormalSize) {
  constexpr qreal kNormalLine = 17.0;  // Inter 14 px
  static const qreal scale = QFontMetricsF(font(Size::body)).height() / kNormalLine;
  return qMax(1, qRound(pixelsAtNormalSize * scale));
}

void onPanel(QWidget* widget) {
  QPalette colours = widget->palette();
  colours.setColor(QPalette::Window, grey(kPanel));
  widget->setPalette(colours);
  widget->setAutoFillBackground(true);
}

void apply(QApplication& application) {
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QPalette palette;
  palette.setColor(QPalette::Window, grey(kWindow));
  palette.setColor(QPalette::WindowText, grey(kText));
  palette.setColor(QPalette::Base, grey(kBase));
  palette.setColor(QPalette::AlternateBase, grey(kPanel));
  palette.setColor(QPalette::Text, grey(kText));
  palette.setColor(QPalette::PlaceholderText, grey(kDim));
  palette.setColor(QPalette::Button, grey(kButton));
  palette.setColor(QPalette::ButtonText, grey(kText));
  palette.setColor(QPalette::BrightText, grey(kBright));
  palette.setColor(QPalette::ToolTipBase, grey(kPanel));
  palette.setColor(QPalette::ToolTipText, grey(kText));
  palette.setColor(QPalette::Highlight, grey(kSelection));
  palette.setColor(QPalette::HighlightedText, grey(kBright));
  palette.setColor(QPalette::Link, grey(kText));
  palette.setColor(QPalette::LinkVisited, grey(kText));
  palette.setColor(QPalette::Light, grey(kHover));
  palette.setColor(QPalette::Midlight, grey(kButton));
  palette.setColor(QPalette::Mid, grey(kLine));
  palette.setColor(QPalette::Dark, grey(kTrough));
  palette.setColor(QPalette::Shadow, grey(kTrough));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, grey(0x80));
  QApplication::setPalette(palette);
  QApplication::setFont(font(Size::body));
  application.setStyleSheet(styleSheet());
}

}  // namespace rollproof::ui::theme
