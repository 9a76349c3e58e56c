// SPDX-License-Identifier: Apache-2.0
// The look of the program: neutral greys, so that the eye judges pictures and nothing else; colour only where it means
// something; three text sizes.
// Threads: GUI thread only. Errors: none; a missing font falls back to DejaVu Sans.
// Source: drawings of intent; sRGB greys, every surface R=G=B.
#pragma once

#include <QColor>
#include <QFont>

class QApplication;
class QWidget;

namespace rollproof::ui::theme {

inline constexpr int kWindow = 0x33, kBase = 0x26, kPanel = 0x2c, kRow = 0x38, kButton = 0x3d, kHover = 0x48,
                     kLine = 0x4c, kSelection = 0x59, kTrough = 0x1e, kDim = 0xa2, kText = 0xe0, kBright = 0xff;

[[nodiscard]] inline QColor grey(int level) { return QColor(level, level, level); }

// Colours by meaning. They are never the only sign: a glyph and a word go with each.
[[nodiscard]] QColor working();       // a bar that moves
[[nodiscard]] QColor proven();        // word and frame of what is proven
[[nodiscard]] QColor provenGround();  // ground under it
[[nodiscard]] QColor defect();        // ground of a proven defect; also its word on a dark ground
[[nodiscard]] QColor caution();       // word of what somebody should look at; a third hue, and lighter than defect
[[nodiscard]] QColor defectText();    // word on that ground

enum class Size { roll, body, small };  // 34, 14, 12 at scale 1
[[nodiscard]] QFont font(Size size, bool strong = false);

// Distance on the 4-pixel grid, scaled by the body font's metrics.
[[nodiscard]] int space(int pixelsAtNormalSize);

// Gives a part of a place the panel's grey as its ground.
void onPanel(QWidget* widget);

// Fusion style, palette, style sheet and font for the whole program.
void apply(QApplication& application);

}  // namespace rollproof::ui::theme
