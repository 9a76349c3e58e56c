// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/culprit_panel.h"

#include <QGridLayout>
#include <QLabel>
#include <QMap>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "ui/bridge/format.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

constexpr std::size_t kShownProblems = 3;  // the report lists them all

QString signature(const std::vector<model::FileProblem>& problems) {
  QStringList parts{QString::number(problems.size())};
  for (std::size_t i = 0; i < std::min(problems.size(), kShownProblems); ++i) {
    const auto& problem = problems[i];
    parts << shown(problem.path) << shown(problem.where) << shown(problem.text) << shown(problem.culprit)
          << shown(problem.device) << QString::number(problem.sysErrno) << QString::number(problem.offsetBytes);
    for (const auto& reading : problem.readings) parts << shown(reading.what) << shown(reading.digest);
  }
  return parts.join(QChar(0));
}

QString deviceOr(const model::FileProblem& problem, const QString& otherwise) {
  return problem.device.empty() ? otherwise : shown(problem.device);
}

}  // namespace

std::vector<ReadingLine> readingLines(const std::vector<model::Reading>& readings) {
  std::map<std::string, int> votes;
  for (const auto& reading : readings)
    if (!reading.digest.empty()) ++votes[reading.digest];
  const auto most =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const bool told =
      most != votes.end() && most->second > 1 &&
      std::count_if(votes.begin(), votes.end(), [&](const auto& v) { return v.second == most->second; }) == 1;
  std::vector<ReadingLine> lines;
  for (const auto& reading : readings) {
    ReadingLine line{shown(reading.what), shown(reading.digest), {}, false};
    if (reading.digest.empty()) {
      line.digest = QObject::tr("could not be read");
    } else if (told) {
      line.differs = reading.digest != most->first;
      line.word = line.differs ? QStringLiteral("≠ differs") : QStringLiteral("= agrees");
    } else if (votes.size() > 1) {
      line.word = QStringLiteral("≠ no two agree");
      if (most->second > 1) line.word = QStringLiteral("≠ no majority");
    }
    lines.push_back(line);
  }
  return lines;
}

QString culpritText(const model::FileProblem& problem) {
  if (problem.culprit == "card_or_reader")
    return QObject::tr("The card or its reader: %1 gave different bytes on two reads.")
        .arg(deviceOr(problem, QObject::tr("it")));
  if (problem.culprit == "memory_or_bus")
    return QObject::tr("This computer's memory or bus: what was read and what was written differ on the way.");
  if (problem.culprit == "drive")
    return QObject::tr("The drive: %1 does not give back what was written.").arg(deviceOr(problem, QObject::tr("it")));
  return {};
}

QString nextStepText(const model::FileProblem& problem) {
  if (problem.culprit == "card_or_reader")
    return QObject::tr("Put the card into another reader, on another cable, and copy again. Do not format it.");
  if (problem.culprit == "memory_or_bus")
    return QObject::tr("Copy the card on another computer, and test the memory of this one before using it again.");
  if (problem.culprit == "drive")
    return QObject::tr("Copy again; if it differs once more, change the cable, then retire the drive.");
  if (problem.code == "conflict")
    return QObject::tr("Another file stands there already: copy again and choose a numbered folder.");
  if (problem.where == "source")
    return QObject::tr("Clean the contacts, try another reader, then copy again. Do not format the card.");
  return QObject::tr("Copy again; files that are whole already are kept.");
}

QString detailText(const model::FileProblem& problem) {
  QStringList parts;
  if (problem.sysErrno != 0)
    parts << QStringLiteral("errno %1 (%2)").arg(problem.sysErrno).arg(qt_error_string(problem.sysErrno));
  if (problem.offsetBytes >= 0)
    parts << QObject::tr("at byte %1").arg(countText(static_cast<std::uint64_t>(problem.offsetBytes)));
  if (!problem.device.empty()) parts << shown(problem.device);
  if (!problem.where.empty() && problem.where != "source") parts << shown(problem.where);
  if (!problem.code.empty()) parts << shown(problem.code);
  return parts.join(QStringLiteral(" · "));
}

CulpritPanel::CulpritPanel(QWidget* parent) : QWidget(parent) {
  m_column = new QVBoxLayout(this);
  m_column->setContentsMargins(0, space(8), 0, 0);
  m_column->setSpacing(space(8));
  m_fold = new QPushButton(tr("Details"), this);
  m_fold->setCheckable(true);
  m_fold->setProperty("flat", true);
  m_fold->setProperty("fold", true);
  m_column->addWidget(m_fold, 0, Qt::AlignLeft);
  connect(m_fold, &QPushButton::toggled, this, [this] { rebuild(); });
  hide();
}

void CulpritPanel::show(const std::vector<model::FileProblem>& problems) {
  setVisible(!problems.empty());
  const QString now = signature(problems);
  if (now == m_shown) return;
  m_shown = now;
  m_problems = problems;
  rebuild();
}

void CulpritPanel::rebuild() {
  m_fold->setText(m_fold->isChecked() ? tr("▾ Details") : tr("▸ Details"));
  delete m_body;
  m_body = new QWidget(this);
  auto* column = new QVBoxLayout(m_body);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  const auto line = [&](const QString& text, bool strong) {
    if (text.isEmpty()) return;
    auto* label = makeParagraph(Size::body, m_body);
    label->setFont(theme::font(Size::body, strong));
    label->setText(text);
    column->addWidget(label);
  };
  const auto quiet = [&](const QString& text) {
    if (text.isEmpty()) return;
    auto* label = makeParagraph(Size::small, m_body);
    QPalette colours = label->palette();
    colours.setColor(QPalette::WindowText, theme::grey(theme::kDim));
    label->setPalette(colours);
    label->setText(text);
    column->addWidget(label);
  };
  for (std::size_t i = 0; i < std::min(m_problems.size(), kShownProblems); ++i) {
    const auto& problem = m_problems[i];
    if (i > 0) column->addSpacing(space(12));
    auto* name = new Text(Size::body, true, m_body);
    name->setElide(Elide::middle);
    name->setLine(shown(problem.path));
    name->setToolTip(shown(problem.path));
    column->addWidget(name);
    line(culpritText(problem).isEmpty() ? shown(problem.text) : culpritText(problem), false);
    const auto readings = readingLines(problem.readings);
    if (!readings.empty()) {
      auto* table = new QWidget(m_body);
      auto* grid = new QGridLayout(table);
      grid->setContentsMargins(0, space(4), 0, space(4));
      grid->setHorizontalSpacing(space(20));
      grid->setVerticalSpacing(space(4));
      grid->setColumnStretch(3, 1);
      int row = 0;
      for (const auto& reading : readings) {
        auto* what = new Text(Size::small, false, table);
        what->setLine(reading.what);
        what->setElide(Elide::none);
        auto* digest = new Text(Size::small, false, table);
        digest->setLine(reading.digest);
        digest->setElide(Elide::none);
        digest->setColour(theme::grey(theme::kDim));
        auto* word = new Text(Size::small, true, table);
        word->setRuns({{reading.word, true, reading.differs ? theme::defect() : QColor()}});
        word->setElide(Elide::none);
        grid->addWidget(what, row, 0);
        grid->addWidget(digest, row, 1);
        grid->addWidget(word, row, 2);
        ++row;
      }
      column->addWidget(table);
    }
    line(nextStepText(problem), false);
    if (m_fold->isChecked()) {
      if (!culpritText(problem).isEmpty()) quiet(shown(problem.text));
      quiet(detailText(problem));
    }
  }
  if (m_problems.size() > kShownProblems)
    quiet(tr("And %1 more, all in the report.").arg(countText(m_problems.size() - kShownProblems)));
  m_column->insertWidget(0, m_body);
}

QStringList CulpritPanel::lines() const {
  QStringList list;
  if (!m_body) return list;
  for (const QLabel* label : m_body->findChildren<QLabel*>()) list << label->text();
  return list;
}

}  // namespace rollproof::ui
