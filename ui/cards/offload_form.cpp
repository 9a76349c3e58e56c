// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/offload_form.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

QLineEdit* addField(QHBoxLayout* row, const QString& label, int width, QWidget* parent) {
  auto* name = new Text(Size::small, false, parent);
  name->setLine(label);
  name->setElide(Elide::none);
  name->setColour(theme::grey(theme::kDim));
  auto* field = new QLineEdit(parent);
  field->setAccessibleName(label);
  field->setFixedWidth(space(width));
  name->setBuddy(field);
  row->addWidget(name);
  row->addWidget(field);
  return field;
}

}  // namespace

OffloadForm::OffloadForm(Actions& actions, QWidget* parent) : Panel(parent), m_actions(actions) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(space(20), space(16), space(20), space(16));
  across->setSpacing(space(24));
  auto* left = new QVBoxLayout;
  left->setSpacing(space(8));
  across->addLayout(left, 1);

  auto* heading = new QHBoxLayout;
  heading->setSpacing(space(12));
  m_roll = new QLineEdit(this);
  m_roll->setProperty("roll", true);
  m_roll->setObjectName(QStringLiteral("roll"));
  m_roll->setFont(theme::font(Size::roll, true));
  m_roll->setAccessibleName(tr("Roll name"));
  m_roll->setFixedWidth(space(320));
  m_roll->setTextMargins(-2, 0, 0, 0);  // undoes the field's own inset: the name stands over the text below it
  m_about = new Text(Size::body, false, this);
  m_about->setColour(theme::grey(theme::kDim));
  m_about->standOnBaselineOf(Size::roll, true);
  heading->addWidget(m_roll);
  heading->addWidget(m_about, 1, Qt::AlignBottom);
  left->addLayout(heading);
  m_counts = new Text(Size::body, false, this);
  left->addWidget(m_counts);
  m_known = makeParagraph(Size::body, this);
  m_known->setFont(theme::font(Size::body, true));
  m_known->setObjectName(QStringLiteral("known"));
  m_details = makeParagraph(Size::small, this);
  QPalette quiet = m_details->palette();
  quiet.setColor(QPalette::WindowText, theme::grey(theme::kDim));
  m_details->setPalette(quiet);
  left->addWidget(m_known);
  left->addWidget(m_details);

  auto* fields = new QHBoxLayout;
  fields->setSpacing(space(8));
  m_project = addField(fields, tr("Project"), 200, this);
  fields->addSpacing(space(12));
  m_day = addField(fields, tr("Day"), 120, this);
  m_day->setPlaceholderText(QString::fromStdString(localDate(systemClock().now())));
  fields->addStretch();
  left->addSpacing(space(4));
  left->addLayout(fields);
  m_to = new Text(Size::body, false, this);
  left->addSpacing(space(4));
  left->addWidget(m_to);
  left->addWidget(makeQuestion());
  left->addStretch();

  auto* right = new QVBoxLayout;
  right->setSpacing(space(8));
  m_start = new QPushButton(tr("Copy and verify   ⏎"), this);
  m_start->setProperty("prominent", true);
  m_start->setObjectName(QStringLiteral("start"));
  m_start->setFixedWidth(space(304));
  m_start->setFont(theme::font(Size::body, true));
  connect(m_start, &QPushButton::clicked, this, [this] {
    m_actions.find(m_safeAlready ? QStringLiteral("offload.anyway") : QStringLiteral("offload.start"))->trigger();
  });
  m_policy = makeParagraph(Size::small, this);
  m_policy->setFixedWidth(space(304));
  m_oneDisk = new QCheckBox(tr("One disk is enough"), this);
  m_oneDisk->setObjectName(QStringLiteral("oneDisk"));
  m_oneDisk->setToolTip(actions.hint(QStringLiteral("offload.oneDisk")));
  connect(actions.find(QStringLiteral("offload.oneDisk")), &QAction::triggered, m_oneDisk, &QCheckBox::toggle);
  m_notes = makeParagraph(Size::small, this);
  m_notes->setFixedWidth(space(304));
  right->addWidget(m_start);
  right->addWidget(m_policy);
  right->addWidget(m_oneDisk);
  right->addWidget(m_notes);
  right->addStretch();
  across->addLayout(right);

  connect(m_roll, &QLineEdit::textEdited, this,
          [this](const QString& text) { emit rollNameEdited(utf8(text.trimmed())); });
  connect(m_project, &QLineEdit::textChanged, this, &OffloadForm::settingsEdited);
  connect(m_day, &QLineEdit::textChanged, this, &OffloadForm::settingsEdited);
  connect(m_oneDisk, &QCheckBox::toggled, this, [this] {
    showPolicy();
    emit settingsEdited();
  });
  showPolicy();
  showNotes({});
  showQuestion({});
  showStart();
}

QWidget* OffloadForm::makeQuestion() {
  m_questionBox = new QFrame(this);
  m_questionBox->setProperty("question", true);
  auto* column = new QVBoxLayout(m_questionBox);
  column->setContentsMargins(space(12), space(12), space(12), space(12));
  column->setSpacing(space(12));
  m_question = makeParagraph(Size::body, m_questionBox);
  column->addWidget(m_question);
  auto* answers = new QHBoxLayout;
  answers->setSpacing(space(8));
  const auto answer = [&](const char* id) {
    const QString action = QString::fromUtf8(id);
    auto* push = new QPushButton(m_actions.find(action)->text(), m_questionBox);
    push->setObjectName(action);
    push->setToolTip(m_actions.hint(action));
    connect(push, &QPushButton::clicked, m_actions.find(action), &QAction::trigger);
    answers->addWidget(push);
    return push;
  };
  m_numbered = answer("offload.numbered");
  m_skip = answer("offload.skip");
  answers->addStretch();
  column->addLayout(answers);
  return m_questionBox;
}

void OffloadForm::showQuestion(const QString& question) {
  m_asking = !question.isEmpty();
  if (m_question->text() != question) m_question->setText(question);
  m_questionBox->setVisible(m_asking);
  showStart();
}

void OffloadForm::focusQuestion() {
  if (m_asking) m_numbered->setFocus(Qt::OtherFocusReason);
}

void OffloadForm::showStart() {
  m_start->setEnabled(!m_asking);  // the two answers start the copy
  const QString id = m_safeAlready ? QStringLiteral("offload.anyway") : QStringLiteral("offload.start");
  const QString text = m_safeAlready ? tr("Copy anyway   Ctrl+⏎") : tr("Copy and verify   ⏎");
  if (m_start->text() == text && !m_start->toolTip().isEmpty()) return;
  m_start->setText(text);
  m_start->setToolTip(m_actions.hint(id));
  m_start->setProperty("prominent", !m_safeAlready);  // nothing needs doing: the button steps back
  m_start->style()->polish(m_start);
}

QRect OffloadForm::destinationZone() const {
  const int top = m_to->geometry().top() - space(12);
  return {space(8), top, m_to->geometry().right() + space(8), std::max(space(40), height() - top - space(8))};
}

void OffloadForm::showPolicy() {
  QPalette colours = m_policy->palette();
  colours.setColor(QPalette::WindowText, theme::grey(theme::kDim));
  m_policy->setPalette(colours);
  m_policy->setText(
      oneDisk() ? tr("Safe means: 2 verified copies, even on one physical disk. If that disk dies, both are gone.")
                : tr("Safe means: 2 verified copies on 2 physical disks, read back, and the card read twice."));
}

void OffloadForm::showCard(const CardItem& item) {
  const QString roll = shown(item.roll());
  if (m_roll->text() != roll && !(m_roll->hasFocus() && item.rollName.empty() && m_roll->text().isEmpty()))
    m_roll->setText(roll);
  QStringList about;
  if (!item.card.camera.empty()) about << shown(item.card.camera);
  if (path::fileName(item.path) != item.roll()) about << shown(path::fileName(item.path));
  m_about->setLine(about.join(QStringLiteral(" · ")));
  switch (item.state) {
    case CardItem::State::reading:
      m_counts->setLine(tr("Looking at the card…"));
      break;
    case CardItem::State::failed:
      m_counts->setLine(item.problem);
      break;
    case CardItem::State::ready: {
      QStringList counts{counted(item.card.clips.size(), "clip", "clips"), counted(item.card.files, "file", "files"),
                         bytesText(item.card.bytes)};
      if (!item.card.warnings.empty()) counts << counted(item.card.warnings.size(), "finding", "findings");
      m_counts->setLine(counts.join(QStringLiteral(" · ")));
      break;
    }
  }
  const QString known = knownText(item);
  QStringList details;
  if (item.known)
    for (const auto& detail : item.known->details) details << shown(detail);
  if (m_known->text() != known) m_known->setText(known);
  m_known->setVisible(!known.isEmpty());
  if (m_details->text() != details.join(QLatin1Char('\n'))) m_details->setText(details.join(QLatin1Char('\n')));
  m_details->setVisible(!known.isEmpty() && !details.isEmpty());
  m_safeAlready = item.known && item.known->known == session::Known::alreadySafe;
  showStart();
  QStringList findings;
  for (const auto& warning : item.card.warnings) findings << shown(warning.text);
  m_counts->setToolTip(findings.join(QLatin1Char('\n')));
}

void OffloadForm::showDestinations(const QStringList& names) {
  if (names.isEmpty()) {
    m_to->setLine(tr("No destination yet: choose drives on the left"));
    return;
  }
  std::vector<Run> line{{tr("To  "), false, theme::grey(theme::kDim)}};
  for (qsizetype i = 0; i < names.size(); ++i) {
    if (i > 0) line.push_back({QStringLiteral("  and  "), false, theme::grey(theme::kDim)});
    line.push_back({names[i], true, {}});
  }
  m_to->setRuns(line);
}

void OffloadForm::showNotes(const QStringList& notes) {
  const QString text = notes.join(QLatin1Char('\n'));
  if (m_notes->text() != text) m_notes->setText(text);
  m_notes->setVisible(!text.isEmpty());
}

std::string OffloadForm::project() const { return utf8(m_project->text().trimmed()); }

void OffloadForm::setProject(const std::string& project) { m_project->setText(shown(project)); }

std::string OffloadForm::day() const { return utf8(m_day->text().trimmed()); }

}  // namespace rollproof::ui
