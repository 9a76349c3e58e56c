// SPDX-License-Identifier: Apache-2.0
// A judgement in sight of everybody: DO NOT FORMAT or SAFE TO FORMAT (or another word), in glyph, word and colour, with
// the reasons under it. Threads: GUI thread only. Errors: none.
#pragma once

#include <QColor>
#include <QFrame>
#include <QLabel>

#include "core/session/session.h"

namespace rollproof::ui {

enum class Standing { unproven, proven, defect };
// Only what the session says counts: safe is proven, a proven defect is one, anything else is absence of proof.
[[nodiscard]] Standing standingOf(const session::Tile& tile);

struct StandingLook {
  QString glyph, words;
  QColor ground, frame, text;
};
[[nodiscard]] StandingLook lookOf(Standing standing);

class VerdictBlock : public QFrame {
  Q_OBJECT
 public:
  explicit VerdictBlock(QWidget* parent = nullptr);
  void show(Standing standing, const std::vector<model::Reason>& reasons);
  // The same block about something else than formatting: its own words, one line a reason.
  void present(Standing standing, const QString& words, const QStringList& lines);
  [[nodiscard]] Standing standing() const { return m_standing; }
  [[nodiscard]] QString headline() const { return m_headline->text(); }
  [[nodiscard]] QString reasons() const { return m_reasons->text(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Standing m_standing = Standing::unproven;
  QLabel* m_headline;
  QLabel* m_reasons;
};

}  // namespace rollproof::ui
