// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/offload_form.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

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
  name->setElided(false);
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

OffloadForm::OffloadForm(Actions& actions, QWidget* parent) : Panel(parent) {
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
  left->addStretch();

  auto* right = new QVBoxLayout;
  right->setSpacing(space(8));
  m_start = new QPushButton(tr("Copy and verify   ⏎"), this);
  m_start->setProperty("prominent", true);
  m_start->setObjectName(QStringLiteral("start"));
  m_start->setFixedWidth(space(304));
  m_start->setFont(theme::font(Size::body, true));
  m_start->setToolTip(actions.hint(QStringLiteral("offload.start")));
  connect(m_start, &QPushButton::clicked, actions.find(QStringLiteral("offload.start")), &QAction::trigger);
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
