// SPDX-License-Identifier: Apache-2.0
#include "ui/library/qc_bar.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <map>

#include "ui/actions/actions.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/format.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

using model::QcLevel;
using theme::space;

QcBar::QcBar(Actions& actions, QWidget* parent) : QWidget(parent) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(space(4));
  const auto chip = [&](const char* id, std::optional<QcLevel> level) {
    QAction* action = actions.place(QString::fromUtf8(id), parent);
    auto* push = new QPushButton(this);
    push->setObjectName(action->objectName());
    push->setProperty("chip", true);
    push->setCheckable(true);
    push->setFocusPolicy(Qt::TabFocus);
    push->setToolTip(actions.hint(action->objectName()));
    connect(push, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::triggered, this, [this, level] { choose(level, {}); });
    across->addWidget(push);
    return push;
  };
  m_all = chip("qc.all", std::nullopt);
  m_errors = chip("qc.errors", QcLevel::error);
  m_warnings = chip("qc.warnings", QcLevel::warning);
  m_codes = new QComboBox(this);
  m_codes->setAccessibleName(tr("Clips with one finding"));
  m_codes->setFocusPolicy(Qt::TabFocus);
  m_codes->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  connect(m_codes, &QComboBox::activated, this,
          [this] { choose(std::nullopt, utf8(m_codes->currentData().toString())); });
  across->addWidget(m_codes);
  across->addStretch();
  count({}, {});
}

void QcBar::choose(std::optional<QcLevel> level, const std::string& code) { emit chosen(level, code); }

void QcBar::count(const std::vector<ClipPtr>& rows, const ClipFilter& filter) {
  std::size_t all = 0, errors = 0, warnings = 0;
  std::map<std::string, std::size_t> codes;
  for (const auto& row : rows) {
    if (!filter.ofDay(*row)) continue;
    ++all;
    if (row->clip.qc.empty() && row->clip.warnings.empty()) continue;
    const Tally tally = tallyOf(row->clip);
    errors += tally.errors > 0;
    warnings += tally.warnings > 0;
    std::map<std::string, bool> seen;
    for (const auto& one : findingsOf(row->clip))
      if (seen.emplace(one.code, true).second) ++codes[one.code];
  }
  if (!filter.code.empty()) codes.try_emplace(filter.code, 0);  // what is chosen can be seen
  const auto label = [](QPushButton* push, const QString& glyph, const QString& words, std::size_t count) {
    const QString text =
        (glyph.isEmpty() ? QString() : glyph + QLatin1Char(' ')) + words + QStringLiteral("  ") + countText(count);
    if (push->text() != text) push->setText(text);
  };
  label(m_all, {}, tr("All"), all);
  label(m_errors, glyphOf(QcLevel::error), tr("Errors"), errors);
  label(m_warnings, glyphOf(QcLevel::warning), tr("Warnings"), warnings);
  m_all->setChecked(!filter.level && filter.code.empty());
  m_errors->setChecked(filter.level == QcLevel::error);
  m_warnings->setChecked(filter.level == QcLevel::warning);
  // Rebuilt only when it says something else: an open list must not close under the hand.
  QStringList texts{codes.empty() ? tr("No findings") : tr("Any finding")}, values{QString()};
  for (const auto& [code, clips] : codes) {
    texts << codeWords(code) + QStringLiteral("  ") + countText(clips);
    values << QString::fromStdString(code);
  }
  QStringList before;
  for (int i = 0; i < m_codes->count(); ++i) before << m_codes->itemText(i);
  const QSignalBlocker quiet(m_codes);
  if (before != texts) {
    m_codes->clear();
    for (qsizetype i = 0; i < texts.size(); ++i) m_codes->addItem(texts[i], values[i]);
  }
  m_codes->setCurrentIndex(
      static_cast<int>(std::max<qsizetype>(0, values.indexOf(QString::fromStdString(filter.code)))));
  m_codes->setEnabled(!codes.empty());
}

}  // namespace rollproof::ui
