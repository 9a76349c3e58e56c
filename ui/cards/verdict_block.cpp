// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/verdict_block.h"

#include <QPainter>
#include <QVBoxLayout>

#include "ui/bridge/format.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

Standing standingOf(const session::Tile& tile) {
  if (tile.defect) return Standing::defect;
  return tile.verdict.kind == model::VerdictKind::safe ? Standing::proven : Standing::unproven;
}

StandingLook lookOf(Standing standing) {
  switch (standing) {
    case Standing::proven:
      return {QStringLiteral("✔"), QStringLiteral("SAFE TO FORMAT"), theme::provenGround(), theme::proven(),
              theme::proven()};
    case Standing::defect:
      return {QStringLiteral("■"), QStringLiteral("DEFECT — DO NOT FORMAT"), theme::defect(), theme::defect(),
              theme::defectText()};
    case Standing::unproven:
      break;
  }
  return {QStringLiteral("◌"), QStringLiteral("DO NOT FORMAT"), theme::grey(theme::kButton), theme::grey(0x70),
          theme::grey(theme::kText)};
}

VerdictBlock::VerdictBlock(QWidget* parent) : QFrame(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space(16), space(12), space(16), space(12));
  column->setSpacing(space(6));
  m_headline = makeParagraph(theme::Size::body, this);
  m_headline->setFont(theme::font(theme::Size::body, true));
  m_reasons = makeParagraph(theme::Size::small, this);
  column->addWidget(m_headline);
  column->addWidget(m_reasons);
  column->addStretch();
  show(Standing::unproven, {});
}

void VerdictBlock::show(Standing standing, const std::vector<model::Reason>& reasons) {
  QStringList lines;
  for (const auto& reason : reasons) {
    const char* mark = standing == Standing::proven || reason.code == "step_done" ? "✓ "
                       : reason.code == "in_progress"                             ? "… "
                                                                                  : "– ";
    lines << (standing == Standing::defect ? QString() : QString::fromUtf8(mark)) + shown(reason.text);
  }
  present(standing, lookOf(standing).words, lines);
}

void VerdictBlock::present(Standing standing, const QString& words, const QStringList& lines) {
  const StandingLook look = lookOf(standing);
  const QString headline = look.glyph + QStringLiteral("  ") + words;
  const QString text = lines.join(QLatin1Char('\n'));
  if (m_headline->text() != headline) m_headline->setText(headline);
  if (m_reasons->text() != text) m_reasons->setText(text);
  m_reasons->setVisible(!text.isEmpty());
  if (standing == m_standing && m_headline->palette().color(QPalette::WindowText) == look.text) return;
  m_standing = standing;
  for (QLabel* label : {m_headline, m_reasons}) {
    QPalette colours = label->palette();
    const bool quiet = label == m_reasons && standing == Standing::proven;
    colours.setColor(QPalette::WindowText, quiet ? theme::grey(theme::kText) : look.text);
    label->setPalette(colours);
  }
  update();
}

void VerdictBlock::paintEvent(QPaintEvent*) {
  const StandingLook look = lookOf(m_standing);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(look.frame);
  painter.setBrush(look.ground);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

}  // namespace rollproof::ui
